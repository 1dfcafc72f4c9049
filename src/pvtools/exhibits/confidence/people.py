"""Exhibits of the people asked: whether the truth is found, victims month by month."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, figures, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.pieces import Exhibit, Notice


def recovered(held: pd.DataFrame, *, source: str) -> Exhibit | Notice:
    """Return the exhibit of whether intervals hold the truth, which is known of made-up people.

    ``held`` is what ``confidence.against_truth`` returns. Where no borough has a figure in the
    last wave, a notice says why.
    """
    period = held.period.max()
    every = held[(held.period == period) & (held.area != areas.LONDON)]
    every = every.sort_values("area", ignore_index=True)
    held, last = withheld.shown(held), withheld.shown(every)
    if last.empty:
        return withheld.notice("Estimates against true values", every)
    share = words.number(held.held.mean(), "percent")
    missed = last.area[~last.held].tolist()
    question = maker.answer(held.measure.iloc[0]).lower()
    return maker.exhibit(
        "confidence-recovered",
        every,
        lambda ax: figures.forest(
            last,
            label="area",
            how="percent",
            marked=last.area.tolist(),
            marked_label="estimate",
            tick="true_value",
            tick_label="true value",
            ax=ax,
        ),
        headline=(
            f"{share} of {len(held):,} intervals hold the true value; they promise "
            f"{words.level(held)}"
        ),
        subtitle=(
            f"Estimated and true share answering yes to “{question}”, {words.month(period)}, "
            f"with {words.level(held)} interval"
        ),
        alt=(
            f"Dot plot of {len(last)} boroughs with the true value as a tick. Over all waves "
            f"{share} of intervals hold the truth. In {words.month(period)} it lies outside in "
            + (words.listing(missed) if missed else "none")
            + "."
        ),
        height=6.1,
        also={
            "true_value": ("True value", "percent"),
            "design_effect": ("Design effect", "decimal"),
        },
        source=source,
        vintage=f"Made up for {words.month(period)}",
        caveats=(
            "Each borough and quarter: about 100 interviews in ten places.",
            *withheld.notes(every, what="boroughs"),
        ),
    )


def satisfaction(
    by_group: pd.DataFrame,
    *,
    highlight: str,
    context: str,
    source: str,
    vintage: str,
) -> Exhibit | Notice:
    """Return the exhibit of victims' satisfaction month by month, one group against another.

    ``by_group`` is what ``confidence.by_group`` returns. Months in which either group is
    withheld are not compared; where that is every month, a notice says why.
    """
    wide = by_group.pivot(index="period", columns="group", values="estimate")
    wide = wide[[highlight, context]].dropna()
    if wide.empty:
        return withheld.notice(f"{highlight} and {context}", by_group)
    rows = by_group.set_index(["group", "period"])
    last = wide.index.max()
    own, other = rows.loc[(highlight, last)], rows.loc[(context, last)]
    months = len(wide)
    below = int((wide[highlight] < wide[context]).sum())
    return maker.exhibit(
        "satisfaction-groups",
        by_group,
        lambda ax: figures.trend(
            withheld.shown(by_group), highlight=highlight, context=context, by="group", ax=ax
        ),
        headline=(
            f"In {words.count(below)} of {words.count(months)} months victims who are "
            f"{highlight} were less satisfied than those who are {context}"
        ),
        subtitle=(
            "Share of victims satisfied with the service, London, monthly, with "
            f"{words.level(by_group)} interval"
        ),
        alt=(
            f"Two lines over {months} months. In {words.month(last)} {highlight}: "
            f"{words.number(own.estimate, 'percent')} "
            f"({words.interval(own.lower, own.upper, 'percent')}); {context}: "
            f"{words.number(other.estimate, 'percent')} "
            f"({words.interval(other.lower, other.upper, 'percent')})."
        ),
        height=2.7,
        called={"group": "Group"},
        source=source,
        vintage=vintage,
        caveats=(
            "Months are independent interviews; single months bear little.",
            *withheld.notes(by_group, names="group", what="groups"),
        ),
    )
