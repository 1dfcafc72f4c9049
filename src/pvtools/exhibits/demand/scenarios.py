"""Exhibits of what may become of waits and unmet work: scenarios, no forecasts."""

from __future__ import annotations

import pandas as pd

from pvtools import estimates, figures, measures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of
from pvtools.exhibits.pieces import Column, Exhibit, Ledger

CALLED = {
    "as_now": "As now",
    "retrenchment": "Retrenchment",
    "overstretch": "Overstretch",
    "focused_impact": "Focused impact",
}
_SOURCE = "Worked out under assumptions from recorded crime, Metropolitan Police Service"


def fans(outcomes: pd.DataFrame, *, measure: str) -> Exhibit:
    """Return the exhibit of one outcome over the years under each scenario.

    ``outcomes`` holds the rows of ``demand.scenario`` for several scenarios.
    """
    asked = measures.written(measure)
    label, unit, how = asked.label, asked.unit, asked.format
    rows = outcomes[outcomes.measure == measure]
    area, end = rows.area.iloc[0], int(rows.year.max())
    kinds = {key: text for key, text in CALLED.items() if key in set(rows.scenario)}
    last = {key: estimates.pick(rows, scenario=key, year=end) for key in kinds}
    told = [
        f"{text.lower()} {words.number(last[key].estimate, how)} "
        f"({words.interval(last[key].lower, last[key].upper, how)})"
        for key, text in kinds.items()
    ]
    start = estimates.pick(rows, scenario=next(iter(kinds)), year=0)
    return maker.exhibit(
        f"demand-scenario-{measure.replace('_', '-')}",
        rows.assign(called=rows.scenario.map(CALLED)),
        lambda ax: figures.fans(
                rows, x="year", kind="scenario", kinds=kinds, x_label="Years from now", how=how,
                ax=ax,
            ),
        headline=(
            f"{area}, {label.lower()} in {_years(end)}, if what is assumed holds: "
            + _ends({text.lower(): last[key].estimate for key, text in kinds.items()}, how)
        ),
        subtitle=f"{label} ({unit}) by year under each scenario; at the end: 95 of 100 draws",
        alt=(
            f"Line chart of {label.lower()} in {area} over {_years(end)}, from "
            f"{words.number(start.estimate, how)} today. In the last year: {words.listing(told)}."
        ),
        height=2.9,
        by={"called": "Scenario", "year": ("Year", "count")},
        source=_SOURCE,
        vintage=f"Today: the year to {words.month(_today(outcomes))}",
        caveats=[
            *caveats_of(rows),
            "All scenarios meet the same luck, so they differ only by what they assume.",
        ],
    )  # fmt: skip


def _years(end: int) -> str:
    return "one year" if end == 1 else f"{words.count(end)} years"


def _ends(values: dict[str, float], how: str) -> str:
    """Say which scenario stands highest and which lowest, or that they read alike."""
    least, most = (f(values, key=values.__getitem__) for f in (min, max))
    low, high = (words.number(values[name], how) for name in (least, most))
    if low == high:
        return f"{low} under every scenario"
    return f"from {low} under {least} to {high} under {most}"


def sensitivity(table: pd.DataFrame, *, area: str, period: str, shown: int = 10) -> Exhibit:
    """Return the exhibit of which assumptions an outcome hangs on, one at a time.

    ``table`` is what ``demand.sensitivity`` returns; the ``shown`` weightiest are drawn.
    """
    measure = measures.written(table.measure.iloc[0])
    scenario, how = CALLED[table.scenario.iloc[0]].lower(), measure.format
    rows = table.head(shown).assign(called=lambda t: t.parameter.map(plainly))
    top, baseline = rows.iloc[0], float(table.baseline.iloc[0])
    ends = sorted([top.at_low, top.at_high])
    return maker.exhibit(
        "demand-sensitivity",
        table.assign(called=table.parameter.map(plainly)),
        lambda ax: figures.swings(rows, label="called", baseline=baseline, how=how, ax=ax),
        headline=(
            f"Under {scenario}, {measure.label.lower()} in {area} hangs most on "
            f"{top.called.lower()}"
        ),
        subtitle=(
            f"{measure.label} ({measure.unit}) in year {int(table.year.iloc[0])} with one "
            "assumption at its low or its high, all others likely"
        ),
        alt=(
            f"Tornado chart of {words.count(len(rows))} assumptions around "
            f"{words.number(baseline, how)}. {top.called} moves the outcome from "
            f"{words.number(ends[0], how)} to {words.number(ends[1], how)}; then "
            f"{rows.called.iloc[1].lower()} and {rows.called.iloc[2].lower()}."
        ),
        height=0.75 + 0.28 * len(rows),
        also={
            "called": "Assumption",
            "low": ("Low", "decimal"),
            "high": ("High", "decimal"),
            "unit": "Unit",
            "at_low": ("Outcome at low", how),
            "at_high": ("Outcome at high", how),
            "source": "Source",
        },
        source=_SOURCE,
        vintage=f"Today: the year to {words.month(period)}",
        caveats=[
            *caveats_of(table),
            "One at a time: what two assumptions do together is not in it. The line is the outcome "
            "with all likely, which differs from the median of draws.",
        ],
    )


def assumptions(table: pd.DataFrame, *, title: str) -> Ledger:
    """Return everything that is assumed, a row an assumption, with where it comes from."""
    return Ledger(
        key="assumptions",
        title=title,
        table=table.assign(called=table.parameter.map(plainly)),
        columns=[
            Column("called", "Assumption"),
            Column("low", "Low", "decimal"),
            Column("likely", "Likely", "decimal"),
            Column("high", "High", "decimal"),
            Column("unit", "Unit"),
            Column("meaning", "What it means"),
            Column("source", "Source"),
        ],
        note="Orders of size to think with. Edit the table and hand it back to see what changes.",
    )


def plainly(parameter: str) -> str:
    """Return "Calls per offence" for "calls_per_offence"."""
    return parameter.replace("_", " ").capitalize()


def _today(outcomes: pd.DataFrame) -> str:
    return str(outcomes.today.iloc[0])
