"""Exhibits of demand in time: what is rising, month by month, and in months to come."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of, lowered, with_interval
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def rising(changes: pd.DataFrame, *, source: Source, together: str = "") -> Exhibit:
    """Return the exhibit of which kinds of offence changed in a year, all having been tested.

    ``changes`` is what ``demand.rising`` returns; ``together`` says what was tested with it, where
    that is more than the kinds of one place.
    """
    changes = words.in_full(changes)
    area, period = changes.area.iloc[0], changes.period.iloc[0]
    rows = changes.dropna(subset=["estimate"])
    moved = rows[rows.distinguishable]
    alone = int(((rows.lower > 0) | (rows.upper < 0)).sum())
    return maker.exhibit(
        "demand-rising",
        changes.assign(
            verdict=changes.distinguishable.map({True: "yes", False: "no"}).where(
                changes.estimate.notna(), "not tested"
            )
        ),
        lambda ax: figures.forest(
            rows,
            label="group",
            how="change",
            reference=0,
            marked=list(moved.group),
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=f"{area}: {_moves(moved, len(rows))}",
        subtitle=(
            f"Change in recorded offences, {words.span(period)} against the year before, "
            f"with {words.level(changes)} interval"
        ),
        alt=(
            f"Dot plot of the change in {len(rows)} kinds of offence in {area} with intervals. "
            f"{words.sentence(_moves(moved, len(rows)))} "
            + (words.sentence(_listed(moved)) if len(moved) else "All may be as they were.")
        ),
        height=0.7 + 0.235 * len(rows),
        called={"group": "Kind of offence", "n": "This year"},
        also={
            "before": ("Year before", "count"),
            "adjusted": ("Adjusted p-value", "p_value"),
            "verdict": "More than chance",
        },
        source=source,
        caveats=[
            (
                together
                or f"Tested together are these {len(rows)} kinds of offence in one place, not one "
                "kind in all boroughs, as in reports: a kind may stand out among boroughs and not "
                "here."
            )
            + f" Taken alone, {words.count(alone)} of {len(rows)} intervals exclude zero. Of those "
            "said to have changed, on average at most one in twenty is false (Benjamini and "
            "Hochberg).",
            "A change in what is recorded may be one in reporting or in recording; how far the "
            "police look for drugs or weapons moves those counts most.",
            *caveats_of(changes),
        ],
    )


def chart(points: pd.DataFrame, *, area: str, kind: str, source: Source) -> Exhibit:
    """Return the exhibit of a kind of offence month by month, between the limits of its swing.

    ``points`` is what ``demand.monthly_chart`` returns.
    """
    special = points[points.point_type.str.startswith("special cause")]
    first, last = words.month(points.period.iloc[0]), words.month(points.period.iloc[-1])
    what = _plural(kind)
    known = points.dropna(subset=["centre", "lower_limit", "upper_limit"])
    verdict = (
        "too few for a verdict on single months"
        if known.empty
        else f"nothing in {words.count(len(points))} months that its usual swing would not do"
        if special.empty
        else f"{words.count(len(special))} of {words.count(len(points))} months "
        f"{'lies' if len(special) == 1 else 'lie'} beyond its usual swing, or in a run too long "
        "for it"
    )
    marked = [words.month(period) for period in special.period]
    if len(marked) > 3:
        marked = [f"the first {marked[0]}, the last {marked[-1]}"]
    return maker.exhibit(
        "demand-chart",
        points,
        lambda ax: figures.control_chart(points, ax=ax),
        headline=f"{area}, {what}: {verdict}",
        subtitle=(
            f"Offences recorded a day, by month, {first} to {last}, "
            f"{'without' if known.empty else 'with'} control limits"
        ),
        alt=(
            f"Control chart of {what} a day in {area}, {_limits(known)}. "
            + words.sentence(f"{verdict}{': ' + words.listing(marked) if marked else ''}")
        ),
        height=2.6,
        also={
            "lower_limit": ("Lower limit", "rate"),
            "upper_limit": ("Upper limit", "rate"),
            "point_type": "Verdict",
        },
        source=source,
        caveats=[
            *caveats_of(points),
            *([] if known.empty else [_false_alarms(points)]),
        ],
    )


def outlook(months: pd.DataFrame, *, kind: str, source: Source) -> Exhibit:
    """Return the exhibit of what the coming months may bring, and how well that held before.

    ``months`` is what ``demand.outlook`` returns.
    """
    area, what = months.area.iloc[0], _plural(kind)
    coming = months[~months.known]
    end, last = coming.iloc[-1], months[months.known].iloc[-1]
    spread = words.interval(end.lower, end.upper, "count")
    held = (
        f"Tried on the past, {words.number(end.empirical_coverage, 'percent')} of "
        f"{words.count(int(end.n_intervals))} intervals meant to hold 95% held what came, and "
        f"{words.number(end.empirical_coverage_80, 'percent')} of those meant to hold 80%."
        if end.n_intervals
        else ""
    )
    few = not end.n_intervals
    nearer = (
        "Exponential smoothing was nearer in the past than the same month of the year before."
        if end.beats_naive
        else "The same month of the year before is the forecast: "
        + (
            "too few past months are counted in today's way to try more."
            if few
            else "nothing else was nearer."
        )
    )
    return maker.exhibit(
        "demand-outlook",
        months.assign(known=["recorded" if yes else "may come" for yes in months.known]),
        lambda ax: figures.outlook(months, how="count", ax=ax),
        headline=(
            f"{area}: between {spread.replace(' to ', ' and ')} {what} may be recorded in "
            f"{words.month(end.period)} ({words.level(months)} interval)"
        ),
        subtitle=(
            f"Recorded {what}, each month to {words.month(last.period)}, and "
            f"{words.count(len(coming))} months ahead with 80% and {words.level(months)} intervals"
        ),
        alt=(
            f"Line chart of {what} recorded each month in {area} with bands for "
            f"{words.count(len(coming))} months to come. In {words.month(last.period)} "
            f"{words.number(last.estimate, 'count')} were recorded; for {words.month(end.period)} "
            f"{words.number(end.estimate, 'count')} are expected ({spread}). {held}".strip()
        ),
        height=2.7,
        by={"known": "What"},
        also={
            "lower_80": ("Lower, 80%", "count", words.INAPPLICABLE),
            "upper_80": ("Upper, 80%", "count", words.INAPPLICABLE),
        },
        source=source,
        vintage=f"Figures to {words.month(last.period)}",
        caveats=[*([held] if held else []), nearer, *caveats_of(coming)],
    )


def _limits(known: pd.DataFrame) -> str:
    """Return the latest centre and limits within a sentence, or that there are none."""
    if known.empty:
        return "without limits"
    last = known.iloc[-1]
    return (
        f"around {words.number(last.centre, 'rate')} with limits "
        f"{words.interval(last.lower_limit, last.upper_limit, 'rate')}"
    )


def _false_alarms(points: pd.DataFrame) -> str:
    """Return how often such a chart marks a month where nothing happens, and how that is known."""
    return (
        "In a steady series of as many months, at this level and as scattered as these, some "
        f"month would be marked {words.number(points.family_false_alarm.iloc[0], 'percent')} of "
        "the time (simulated negative binomial counts, each month independent of the last). "
        "Seasons are not taken out."
    )


def _moves(moved: pd.DataFrame, of: int) -> str:
    """Return "burglary and robbery fell, drug offences rose", or that none did."""
    if moved.empty:
        return f"none of {of} kinds of offence changed by more than chance"
    said = []
    for verb, part in (("rose", moved[moved.estimate > 0]), ("fell", moved[moved.estimate < 0])):
        if len(part) > 4:
            said.append(f"{words.count(len(part))} kinds of offence {verb}")
        elif len(part):
            said.append(f"{words.listing([lowered(name) for name in part.group])} {verb}")
    return " and ".join(said) if all("and" not in text for text in said) else "; ".join(said)


def _plural(kind: str) -> str:
    """Return what is counted, within a sentence: "offences", "offences of theft"."""
    return "offences" if kind == "All offences" else f"offences of {lowered(kind)}"


def _listed(moved: pd.DataFrame) -> str:
    return words.listing(
        [f"{lowered(row.group)} {with_interval(row, 'change')}" for _, row in moved.iterrows()]
    )
