"""Exhibits of demand in three currencies: counts, harm and hours; and of what is not counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates, figures, measures, style, words
from pvtools.demand.hours import MENTAL_HEALTH
from pvtools.demand.hours import TOTAL as ALL_WORK
from pvtools.exhibits.captions import lowered, named, spoken, with_interval
from pvtools.exhibits.pieces import Column, Exhibit
from pvtools.sources import Source

_CALLED = {"offences": "Offences", "harm": "Harm", "hours": "Officer-hours"}
_OF = {"offences": "offences", "harm": "harm", "hours": "officer-hours"}
_RESTS = {"harm": "", "hours": ", on assumed times,"}
_ASSUMED_HOURS = (
    "Hours rest on assumed times an offence takes, wide on purpose: nobody publishes them."
)
_HARM = "Harm is days of the sentence a court would start from, {version}."


def side_by_side(
    shares: pd.DataFrame, *, borough: str, source: Source, version: str = ""
) -> Exhibit:
    """Return the exhibit of what offences, harm and hours are made of, group by group.

    ``shares`` is what ``demand.shares_in_each`` returns; ``version`` names the severity weights.
    """
    order = shares[shares.currency == "offences"].sort_values("estimate", ascending=False)
    rows = shares.assign(
        place=shares.offence_group.map({g: i for i, g in enumerate(order.offence_group)})
    ).sort_values(["place", "currency"])
    period = words.year_to(shares.period.iloc[0])
    kinds = {key: text for key, text in _CALLED.items() if key in set(shares.currency)}
    other, group = _widest_gap(shares)
    count = estimates.pick(shares, currency="offences", offence_group=group)
    weighed = estimates.pick(shares, currency=other, offence_group=group)
    largest = order.iloc[0]
    return Exhibit(
        key="demand-currencies",
        headline=(
            f"{group} make up {words.number(count.estimate, 'percent')} of the offences recorded "
            f"in {borough} and{_RESTS[other]} {with_interval(weighed, 'percent')} of {_OF[other]}"
        ),
        subtitle=(
            f"Share of {words.listing([_OF[key] for key in kinds])} by offence "
            f"group, {borough}, {period}, with 95% interval"
        ),
        alt=(
            f"Dot plot of {len(order)} offence groups in {borough}, each with its share of "
            f"{words.listing([_OF[key] for key in kinds])}. {largest.offence_group} is the largest "
            f"by count at {with_interval(largest, 'percent')}. {group} stand at "
            f"{with_interval(count, 'percent')} of offences and "
            f"{with_interval(weighed, 'percent')} of {_OF[other]}."
        ),
        svg=figures.svg(
            lambda ax: figures.side_by_side(
                rows, label="offence_group", kind="currency", kinds=kinds, how="percent", ax=ax
            ),
            key="demand-currencies",
            width=style.PAGE_WIDTH,
            height=3.6 if len(kinds) > 2 else 3.4,
        ),
        table=rows.assign(called=rows.currency.map(_CALLED)),
        columns=(
            Column("offence_group", "Offence group"),
            Column("called", "Counted as"),
            Column("estimate", "Share", "percent"),
            Column("lower", "Lower", "percent"),
            Column("upper", "Upper", "percent"),
            Column("n", "Offences", "count"),
        ),
        source=named(source),
        vintage=f"Figures to {words.month(shares.period.iloc[0])}",
        caveats=[
            _ASSUMED_HOURS,
            *([_HARM.format(version=version)] if version else []),
            *spoken(shares),
        ],
    )


def index(against: pd.DataFrame, *, borough: str, source: Source) -> Exhibit:
    """Return the exhibit of a borough's demand per resident against London's, in each currency.

    ``against`` is what ``demand.against_london`` returns.
    """
    own = against[against.borough == borough]
    times = [
        f"{words.number(row.estimate, 'decimal')} times the {_OF[row.currency]}"
        for row in own.itertuples()
    ]
    said = [
        f"{words.number(row.estimate, 'decimal')} "
        f"({words.interval(row.lower, row.upper, 'decimal')}) by {lowered(_CALLED[row.currency])}"
        for row in own.itertuples()
    ]
    rows = own.assign(called=own.currency.map(_CALLED))
    return Exhibit(
        key="demand-index",
        headline=f"Per resident, {borough} has {words.listing(times)} of London as a whole",
        subtitle=(
            f"Recorded demand per resident, London as a whole is 1, "
            f"{words.year_to(own.period.iloc[0])}, with 95% interval"
        ),
        alt=(
            f"Dot plot of demand per resident in {borough} against London's, which is 1: "
            f"{words.listing(said)}."
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                rows, label="called", how="decimal", reference=1, marked=list(rows.called), ax=ax
            ),
            key="demand-index",
            width=style.PAGE_WIDTH,
            height=0.55 + 0.4 * len(rows),
        ),
        table=rows,
        columns=(
            Column("called", "Counted as"),
            Column("estimate", "Times London's", "decimal"),
            Column("lower", "Lower", "decimal"),
            Column("upper", "Upper", "decimal"),
            Column("per_resident", "A year, per 1,000 residents", "rate"),
        ),
        source=f"{named(source)}; residents: Census 2021",
        vintage=f"Figures to {words.month(own.period.iloc[0])}",
        caveats=[
            "What is unknown about hours is unknown alike in every borough, so comparisons are "
            "surer than the hours themselves. Visitors' demand is counted against residents.",
            *spoken(own),
        ],
    )


def tile_map(against: pd.DataFrame, *, currency: str, borough: str, source: Source) -> Exhibit:
    """Return the exhibit of a currency per resident on the map of London, one borough framed."""
    held = against[against.currency == currency]
    own = estimates.pick(held, borough=borough)
    what = lowered(_CALLED[currency])
    measure = measures.find(own.measure)
    steps = _steps(held.estimate)
    period = words.year_to(own.period)
    return Exhibit(
        key=f"demand-map-{currency}",
        headline=(
            f"{_CALLED[currency]} per resident in {borough}: "
            f"{words.number(own.estimate, 'decimal')} times London's"
        ),
        subtitle=f"{measure.label}, {period}",
        alt=(
            f"Tile map of London's boroughs shaded by {what} per resident against London's. "
            f"{borough}, framed, stands at {words.number(own.estimate, 'decimal')} "
            f"({words.interval(own.lower, own.upper, 'decimal')}); boroughs run from "
            f"{words.number(held.estimate.min(), 'decimal')} to "
            f"{words.number(held.estimate.max(), 'decimal')}. The City of London has a force of "
            "its own and is not shaded."
        ),
        svg=figures.svg(
            lambda ax: figures.tile_map(held, highlight=borough, steps=steps, ax=ax),
            key=f"demand-map-{currency}",
            width=style.HALF_WIDTH,
            height=3.25,
        ),
        table=held.sort_values("borough"),
        columns=(
            Column("borough", "Borough"),
            Column("estimate", "Times London's", "decimal"),
            Column("lower", "Lower", "decimal"),
            Column("upper", "Upper", "decimal"),
            Column("per_resident", "A year, per 1,000 residents", "rate"),
        ),
        source=f"{named(source)}; residents: Census 2021",
        vintage=f"Figures to {words.month(own.period)}",
        caveats=[
            "Where many people come to work, shop or go out, a figure per resident says little. "
            "Hatched: another force.",
            *([_ASSUMED_HOURS] if currency == "hours" else []),
            *spoken(held),
        ],
    )


def hours(work: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of officer-hours by kind of work, mental-health incidents among them.

    ``work`` is what ``demand.workload`` returns.
    """
    whole = work[work.category == ALL_WORK].iloc[0]
    rows = work[work.category != ALL_WORK].sort_values("estimate", ascending=False)
    health = rows[rows.category == MENTAL_HEALTH]
    top = rows[rows.category != MENTAL_HEALTH].iloc[0]
    period = words.year_to(whole.period)
    if len(health):
        own = health.iloc[0]
        less = rows[rows.estimate < own.estimate]
        headline = (
            f"If mental-health incidents take {words.number(own.share, 'percent')} of police time "
            f"in {area}, they take {with_interval(own, 'count')} hours a year: more than "
            f"{words.count(len(less))} of {len(rows) - 1} kinds of offence"
        )
    else:
        headline = (
            f"{area}'s recorded offences take {with_interval(whole, 'count')} officer-hours a "
            "year, on assumed times"
        )
    return Exhibit(
        key="demand-hours",
        headline=headline,
        subtitle=f"Officer-hours by kind of work, {area}, {period}, with 95% interval",
        alt=(
            f"Dot plot of officer-hours by kind of work in {area}. All work takes "
            f"{with_interval(whole, 'count')} hours a year; {lowered(top.category)} takes most "
            f"among offences, {with_interval(top, 'count')}."
            + (
                f" Mental-health incidents take {with_interval(health.iloc[0], 'count')}."
                if len(health)
                else ""
            )
        ),
        svg=figures.svg(
            lambda ax: figures.forest(
                rows, label="category", how="count", marked=list(health.category), ax=ax
            ),
            key="demand-hours",
            width=style.PAGE_WIDTH,
            height=0.6 + 0.25 * len(rows),
        ),
        table=work,
        columns=(
            Column("category", "Kind of work"),
            Column("n", "Offences", "count"),
            Column("estimate", "Officer-hours", "count"),
            Column("lower", "Lower", "count"),
            Column("upper", "Upper", "count"),
            Column("share", "Share of all", "percent"),
        ),
        source=named(source),
        vintage=f"Figures to {words.month(whole.period)}",
        caveats=[
            _ASSUMED_HOURS,
            "The share of time that mental health takes is a parameter from 0% to 20%: the public "
            "record of 2015 says up to 20%. What it takes is not there for anything else.",
            *spoken(work),
        ],
    )


def reach(table: pd.DataFrame, *, area: str, period: str, source: Source) -> Exhibit:
    """Return the exhibit of crime that needs the offender there and crime that does not.

    ``table`` is what ``demand.by_reach`` returns.
    """
    called = {
        "proximity": "Offender must be there",
        "either": "Can be either",
        "distance": "Can be from a distance",
    }
    rows = table.assign(called=table.reach.map(called).fillna("Not mapped"))
    rows = rows.sort_values("offences", ascending=False)
    near = float(rows.share[rows.reach == "proximity"].sum())
    shares = [
        f"{row.called.lower()} {words.number(row.share, 'percent')}" for row in rows.itertuples()
    ]
    return Exhibit(
        key="demand-reach",
        headline=(
            f"{words.number(near, 'percent')} of the offences recorded in {area} need the "
            "offender to be there"
        ),
        subtitle=f"Offences recorded by whether they can be committed from a distance, {period}",
        alt=f"Bar chart of offences recorded in {area}: {words.listing(shares)}.",
        svg=figures.svg(
            lambda ax: figures.parts(rows, label="called", value="offences", how="count", ax=ax),
            key="demand-reach",
            width=style.PAGE_WIDTH,
            height=0.5 + 0.38 * len(rows),
        ),
        table=rows,
        columns=(
            Column("called", "Kind"),
            Column("offences", "Offences", "count"),
            Column("share", "Share", "percent"),
            Column("groups", "Offence groups"),
        ),
        source=named(source),
        vintage=f"Figures to {period.removeprefix('the year to ')}",
        caveats=(
            "Which group can be committed from a distance is a judgement, shown in the table. "
            "A count has no sampling error; what is never reported is missing from it, above all "
            "crime from a distance.",
        ),
    )


def fraud(table: pd.DataFrame, *, area: str, period: str, source: Source) -> Exhibit:
    """Return the exhibit of what a year's total becomes once estimated fraud joins it.

    ``table`` is what ``demand.fraud_shock`` returns.
    """
    called = {
        "recorded": "Recorded offences",
        "fraud within reach": "Fraud from this country",
        "fraud from abroad": "Fraud from abroad",
    }
    rows = table[table.part != "total"].assign(called=lambda t: t.part.map(called))
    amount = table.set_index("part").offences
    abroad = amount["fraud from abroad"]
    frauds = amount["fraud within reach"] + abroad
    times = amount["total"] / amount["recorded"]
    return Exhibit(
        key="demand-fraud",
        headline=(
            f"With estimated fraud, {area}'s total would be "
            f"{words.number(times, 'decimal')} times what is recorded"
        ),
        subtitle=f"Offences recorded in {period}, and a year's fraud as estimated by asking people",
        alt=(
            f"Bar chart. {words.number(amount['recorded'], 'count')} offences were recorded in "
            f"{area}; about {words.number(round(frauds, -2), 'count')} frauds a year are "
            f"estimated, of which {words.number(round(abroad, -2), 'count')} come from "
            "abroad, where local policing does not reach. No interval is published with the "
            "estimate."
        ),
        svg=figures.svg(
            lambda ax: figures.parts(
                rows,
                label="called",
                value="offences",
                how="count",
                estimated=list(called.values())[1:],
                ax=ax,
            ),
            key="demand-fraud",
            width=style.PAGE_WIDTH,
            height=1.75,
        ),
        table=rows,
        columns=(
            Column("called", "What"),
            Column("offences", "Offences a year", "count"),
            Column("share", "Share of the total", "percent"),
            Column("source", "Rests on"),
        ),
        source=f"{named(source)}; fraud: crime survey estimate of 5.1 million a year, 2015",
        vintage=f"Recorded to {period.removeprefix('the year to ')}; fraud as estimated in 2015",
        caveats=(
            "An estimate for England and Wales of 2015, spread by residents for want of anything "
            "better, beside offences of today: an order of size. About half is taken to come from "
            "abroad.",
        ),
    )


def _widest_gap(shares: pd.DataFrame) -> tuple[str, str]:
    """Return the currency and the group in which it says something most unlike the count."""
    wide = shares.pivot(index="offence_group", columns="currency", values="estimate")
    other = "harm" if "harm" in wide else "hours"
    return other, str((wide[other] - wide.offences).idxmax())


def _steps(values: pd.Series) -> list[float]:
    """Return five edges of a printed scale; outliers share the last step."""
    low, high = values.min(), values.max()
    inner = np.quantile(values, [0.25, 0.5, 0.75]).round(1)
    edges = [np.floor(10 * low) / 10, *inner, np.ceil(10 * high) / 10]
    edges = sorted(dict.fromkeys(float(round(edge, 1)) for edge in edges))
    return edges if len(edges) > 2 else [edges[0] - 0.1, edges[0], edges[-1] + 0.1]
