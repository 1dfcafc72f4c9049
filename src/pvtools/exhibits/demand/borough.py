"""Exhibits of demand: how much is recorded here, of what, and how unusual that is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, estimates, figures, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.captions import caveats_of, lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_MOST = 12  # bars that a page bears
_WITHOUT_FRAUD = "Fraud is recorded nationally and is not in these figures."


def trend(
    monthly: pd.DataFrame,
    change: pd.DataFrame,
    *,
    area: str,
    source: Source,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of offences per 1,000 residents in each month.

    ``notes`` are further sentences to stand below the figure.
    """
    known = monthly.dropna(subset=["estimate"])
    own = known[known.area == area].sort_values("period")
    first, last = own.iloc[0], own.iloc[-1]
    step = estimates.pick(change, area=area)
    london = monthly[(monthly.area == areas.LONDON) & (monthly.period == last.period)]
    verdict = words.verdict(step)
    headline = {
        "higher": f"More offences were recorded in {area} than in the year before",
        "lower": f"Fewer offences were recorded in {area} than in the year before",
        "same": (
            f"Recorded offences in {area}: {words.number(step.estimate, 'change')} on the year "
            f"before ({words.interval(step.lower, step.upper, 'change')}), " + words.unclear(step)
        ),
    }[verdict]
    alt = (
        f"Line chart of offences recorded each month per 1,000 residents in {area}, from "
        f"{words.month(first.period)} to {words.month(last.period)}. The last month stands at "
        f"{words.number(last.estimate, 'rate')}"
        + (
            f", London at {words.number(london.estimate.iloc[0], 'rate')}"
            if len(london) and area != areas.LONDON
            else ""
        )
        + f". Over twelve months the number {words.moved(step, 'the year before')}."
    )
    shown = monthly[monthly.area.isin([area, areas.LONDON])]
    return maker.exhibit(
        "demand-trend",
        shown,
        lambda ax: figures.trend(known, highlight=area, ax=ax),
        headline=headline,
        subtitle=(
            "Offences recorded each month per 1,000 residents, "
            f"{words.month(first.period)} to {words.month(last.period)}"
        ),
        alt=alt,
        height=2.3,
        source=source,
        caveats=[*notes, *caveats_of(shown), *caveats_of(change.loc[[step.name]]), _WITHOUT_FRAUD],
    )


def unplaced_note(offences: int, share: float) -> str:
    """Return how many offences belong to no borough, as a sentence."""
    if not offences:
        return "Offences that belong to no borough are left out by the publisher of these figures."
    return (
        f"{words.number(offences, 'count')} offences of the year "
        f"({words.number(100 * share, 'rate')}%) belong to no borough and are in none's figure."
    )


def groups(parts: pd.DataFrame, *, part: str, area: str, source: Source) -> Exhibit:
    """Return the exhibit of what the recorded offences of twelve months are made of.

    ``part`` says what the parts are: ``"offence_group"`` or ``"offence"``.
    """
    kind = {"offence_group": "offence group", "offence": "type of offence"}[part]
    parts = words.in_full(parts)
    own = parts[parts.area == area].sort_values("estimate", ascending=False)
    whole = parts[parts.area == areas.LONDON].set_index("group").estimate
    drawn = parts[parts.group.isin(own.group.head(_MOST))]
    top, second = own.iloc[0], own.iloc[1]
    share = own.n.iloc[:2].sum() / own.n.sum()
    period = words.span(top.period)
    excess = (own.set_index("group").estimate - whole).dropna()
    widest = "London's own figures are not whole, so none is set beside it."
    if len(excess):
        most = excess.abs().idxmax()
        widest = (
            f"The widest gap to London is in {lowered(most)}: "
            f"{words.number(abs(excess[most]), 'rate')} "
            f"{'more' if excess[most] > 0 else 'less'} per 1,000."
        )
    alt = (
        f"Bar chart of offences per 1,000 residents in {area} by {kind}, {period}. "
        f"{top.group} is largest at {words.number(top.estimate, 'rate')}, then "
        f"{lowered(second.group)} at {words.number(second.estimate, 'rate')}. {widest}"
    )
    caveats = ["Each offence counts once here, whatever harm it did and however long it took."]
    if len(own) > _MOST:
        caveats.append(f"The {_MOST} largest of {len(own)} are drawn; the table holds all.")
    return maker.exhibit(
        "demand-groups",
        parts[parts.area.isin([area, areas.LONDON])],
        lambda ax: figures.composition(drawn, highlight=area, ax=ax),
        headline=(
            f"{top.group} and {lowered(second.group)} are {words.number(share, 'percent')} of the "
            f"offences recorded in {area}"
        ),
        subtitle=f"Offences recorded per 1,000 residents by {kind}, {period}",
        alt=alt,
        height=3.3,
        called={"group": kind.capitalize()},
        source=source,
        caveats=caveats,
    )


def inside(rates: pd.DataFrame, boroughs: Sequence[str], *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of recorded offences per resident in a command unit and its boroughs."""
    names = [area, *boroughs, areas.LONDON]
    rows = rates.set_index("area").reindex(names).dropna(subset=["estimate"]).reset_index()
    parts = rows[rows.area.isin(boroughs)]
    own, written = (
        estimates.pick(rows, area=area),
        [f"{row.area} {words.number(row.estimate, 'rate')}" for row in parts.itertuples()],
    )
    low, high = (words.number(end, "rate") for end in (parts.estimate.min(), parts.estimate.max()))
    return maker.exhibit(
        "demand-inside",
        rows,
        lambda ax: figures.beside(rows, highlight=area, ax=ax),
        headline=f"Recorded crime per resident runs from {low} to {high} within {area}",
        subtitle=(
            f"Offences recorded per 1,000 residents, {words.span(own.period)}; equal steps are "
            "equal ratios"
        ),
        alt=(
            f"Dot plot. {area} stands at {words.number(own.estimate, 'rate')} offences per 1,000 "
            f"residents; of its boroughs, {words.listing(written)}."
        ),
        height=1.75,
        source=f"{captions.named(source)}; residents: Census 2021",
        caveats=(
            "A rate per resident says little where many people come to work, shop or go out, and "
            "nothing of how well a place is policed.",
        ),
    )


def similar(
    rates: pd.DataFrame,
    near: pd.DataFrame,
    *,
    area: str,
    source: Source,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of recorded offences per resident beside the boroughs most like this one.

    ``near`` is what ``demand.most_similar`` returns; ``notes`` are further sentences to stand
    below the figure.
    """
    names = [area, *near.neighbour[near.unit == area], areas.LONDON]
    rows = rates.set_index("area").reindex(names).dropna(subset=["estimate"]).reset_index()
    own = estimates.pick(rows, area=area)
    others = rows[~rows.area.isin([area, areas.LONDON])]
    low, high = (
        words.number(end, "rate") for end in (others.estimate.min(), others.estimate.max())
    )
    place = (
        "more than in any"
        if own.estimate > others.estimate.max()
        else "less than in any"
        if own.estimate < others.estimate.min()
        else "within the range"
    )
    how_many = words.count(len(others))
    return maker.exhibit(
        "demand-similar",
        rows,
        lambda ax: figures.beside(rows, highlight=area, ax=ax),
        headline=f"Recorded crime per resident is {place} of the {how_many} boroughs most alike",
        subtitle=(
            f"Offences recorded per 1,000 residents, {words.span(own.period)}; equal steps are "
            "equal ratios"
        ),
        alt=(
            f"Dot plot. {area} stands at {words.number(own.estimate, 'rate')} offences per 1,000 "
            f"residents; the {how_many} boroughs most like it, {words.listing(list(others.area))}, "
            f"run from {low} to {high}."
        ),
        height=1.75,
        source=f"{captions.named(source)}; residents: Census 2021; deprivation: 2019",
        caveats=(
            "Most alike first. A rate per resident says little where many people come to work, "
            "shop or go out, and nothing of how well a place is policed.",
            *notes,
        ),
    )
