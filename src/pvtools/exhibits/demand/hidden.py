"""Exhibits of what counts hide: hours, whether the offender must be there, and fraud."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.demand.hours import MENTAL_HEALTH
from pvtools.demand.hours import TOTAL as ALL_WORK
from pvtools.exhibits import captions, maker
from pvtools.exhibits.captions import caveats_of, lowered, with_interval
from pvtools.exhibits.demand.currencies import ASSUMED_HOURS
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def hours(work: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of officer-hours by kind of work, mental-health incidents among them.

    ``work`` is what ``demand.workload`` returns.
    """
    whole = work[work.group == ALL_WORK].iloc[0]
    rows = work[work.group != ALL_WORK].sort_values("estimate", ascending=False)
    health = rows[rows.group == MENTAL_HEALTH]
    top = rows[rows.group != MENTAL_HEALTH].iloc[0]
    period = words.span(whole.period)
    if len(health):
        own = health.iloc[0]
        less = rows[rows.upper < own.lower]
        headline = (
            f"If mental-health incidents take {words.number(own.share, 'percent')} of police time "
            f"in {area}, they take {with_interval(own, 'count')} hours a year"
        )
    else:
        headline = (
            f"{area}'s recorded offences take {with_interval(whole, 'count')} officer-hours a "
            "year, on assumed times"
        )
    return maker.exhibit(
        "demand-hours",
        work,
        lambda ax: figures.forest(
            rows, label="group", how="count", marked=list(health.group), ax=ax
        ),
        headline=headline,
        subtitle=(
            f"Officer-hours by kind of work, {area}, {period}, with {words.level(work)} interval"
        ),
        alt=(
            f"Dot plot of officer-hours by kind of work in {area}. All work takes "
            f"{with_interval(whole, 'count')} hours a year; among offences {lowered(top.group)} "
            f"stand first with {with_interval(top, 'count')}."
            + (
                f" Mental-health incidents take {with_interval(own, 'count')}, clearly more than "
                f"{words.count(len(less))} of {len(rows) - 1} kinds of offence."
                if len(health)
                else ""
            )
        ),
        height=0.6 + 0.25 * len(rows),
        called={"group": "Kind of work"},
        also={"share": ("Share of all", "percent")},
        source=source,
        caveats=[
            ASSUMED_HOURS,
            "The share of time that mental health takes is a parameter from 0% to 20%: the public "
            "record of 2015 says up to 20%. What it takes is not there for anything else.",
            *caveats_of(work),
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
    return maker.exhibit(
        "demand-reach",
        rows,
        lambda ax: figures.parts(rows, label="called", value="offences", how="count", ax=ax),
        headline=(
            f"{words.number(near, 'percent')} of the offences recorded in {area} need the "
            "offender to be there"
        ),
        subtitle=f"Offences recorded by whether they can be committed from a distance, {period}",
        alt=f"Bar chart of offences recorded in {area}: {words.listing(shares)}.",
        height=0.5 + 0.38 * len(rows),
        also={
            "called": "Kind",
            "offences": ("Offences", "count"),
            "share": ("Share", "percent"),
            "groups": "Offence groups",
        },
        source=source,
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
    return maker.exhibit(
        "demand-fraud",
        rows,
        lambda ax: figures.parts(
            rows,
            label="called",
            value="offences",
            how="count",
            estimated=list(called.values())[1:],
            ax=ax,
        ),
        headline=(
            f"With estimated fraud, {area}'s total would be about "
            f"{words.number(times, 'rate')} times what is recorded"
        ),
        subtitle=f"Offences recorded in {period}, and a year's fraud as estimated by asking people",
        alt=(
            f"Bar chart. {words.number(amount['recorded'], 'count')} offences were recorded in "
            f"{area}; about {words.number(round(frauds, -2), 'count')} frauds a year are "
            f"estimated, of which about half, {words.number(round(abroad, -2), 'count')}, are "
            "taken to come from abroad, where local policing does not reach. No interval is "
            "published with the estimate."
        ),
        height=1.75,
        also={
            "called": "What",
            "offences": ("Offences a year", "count"),
            "share": ("Share of the total", "percent"),
            "source": "Rests on",
        },
        source=(
            f"{captions.named(source)}; fraud: crime survey estimate of 5.1 million a year, 2015"
        ),
        vintage=f"Recorded to {period.removeprefix('the year to ')}; fraud as estimated in 2015",
        caveats=(
            "An estimate for England and Wales of 2015, spread by residents for want of anything "
            "better, beside offences of today: an order of size. About half is taken to come from "
            "abroad.",
        ),
    )
