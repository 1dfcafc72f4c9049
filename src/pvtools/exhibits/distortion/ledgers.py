"""Tables of outcomes, and of the checks that ran in one borough or could not."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, words
from pvtools.distortion.neighbourhood import NEIGHBOURS
from pvtools.exhibits.captions import named, sentences
from pvtools.exhibits.distortion.verdicts import wrong
from pvtools.exhibits.pieces import Column, Ledger
from pvtools.sources import Source

_CANNOT = "Cannot be shown"


def shifts(table: pd.DataFrame, *, source: Source) -> Ledger:
    """Return the dates at which levels shifted, found without naming any, as a table.

    ``table`` is what ``distortion.neighbourhood.shifts`` returns.
    """
    rows = table[table.found & (table.p_value <= 0.05)]
    quiet = [name for name in dict.fromkeys(table.category) if name not in set(rows.category)]
    shown = rows.assign(
        crime=rows.category.str.capitalize(),
        between=[
            f"{words.month(row.lower)} to {words.month(row.upper)}" for row in rows.itertuples()
        ],
    )
    if shown.empty:
        none = {"crime": "None", "start": None, "between": "", "change": None, "p_value": None}
        shown = pd.DataFrame([none])
    return Ledger(
        key="distortion-shifts",
        title="Did levels shift at dates that nobody named?",
        table=shown,
        columns=[
            Column("crime", "Crime"),
            Column("start", "From", "month"),
            Column("between", "95% interval of the date"),
            Column("change", "Change", "change"),
            Column("p_value", "p-value of any shift", "p_value"),
        ],
        note=(
            f"{table.area.iloc[0]}, April 2010 to March 2016, seasons taken out; crimes tested "
            f"one by one, at 5%. In {words.count(len(quiet))} of "
            f"{words.count(table.category.nunique())} no shift beyond chance was found. "
            f"Source: {named(source)}."
        ),
    )


def surges(row: pd.Series, *, what: str, source: Source, vintage: str) -> Ledger:
    """Return whether more is counted as a month ends, as a table of one row."""
    seen = words.verdict(row)
    answer = {
        "higher": "more than weekdays would have it",
        "lower": "fewer than weekdays would have it",
        "same": "no sign of a surge",
    }[seen]
    table = pd.DataFrame(
        [
            {
                "what": what,
                "last": row.last_days,
                "other": row.other_days,
                "change": words.number(row.estimate, "change"),
                "interval": words.interval(row.lower, row.upper, "change"),
                "answer": answer,
            }
        ]
    )
    return Ledger(
        key="distortion-surges",
        title="Is more counted as the month ends?",
        table=table,
        columns=[
            Column("what", "What"),
            Column("last", "A day, last four", "rate"),
            Column("other", "A day, others", "rate"),
            Column("change", "Change, weekdays taken out"),
            Column("interval", "95% interval"),
            Column("answer", "Answer"),
        ],
        note=f"All London, {vintage}, {words.count(int(row.n))} months. Source: {named(source)}.",
    )


def moved_by(table: pd.DataFrame, *, source: Source) -> Ledger:
    """Return what moved rates of positive outcomes: their top or their bottom.

    ``table`` holds the rows of ``distortion.rate_moved_by`` for several kinds.
    """
    parts = {"outcomes": "positive outcomes", "offences": "offences", "rate": "outcomes/offences"}
    rows = table.assign(
        called=table.part.map(parts),
        change=[words.number(value, "change") for value in table.estimate],
        interval=[words.interval(row.lower, row.upper, "change") for row in table.itertuples()],
        doubt=table.comparable.map({True: "", False: "recorded in another way within these years"}),
        clear=[
            "not comparable"
            if not row.comparable
            else "by more than chance"
            if words.verdict(row) != "same"
            else "no"
            for row in table.itertuples()
        ],
    )
    return Ledger(
        key="distortion-moved-by",
        title="Was the rate moved by its top or by its bottom?",
        table=rows,
        columns=[
            Column("offence", "Kind"),
            Column("called", "Part"),
            Column("change", "Change in a year"),
            Column("interval", "95% interval"),
            Column("clear", "Clear?"),
            Column("doubt", "Doubt"),
        ],
        note=(
            f"{table.area.iloc[0]}, {words.span(table.period.iloc[0])} against the year "
            f"before. {' '.join(sentences(*table.caveat))} Source: {named(source)}."
        ),
    )


def checks(pairs: pd.DataFrame | None, *, area: str, first: pd.Timestamp) -> Ledger:
    """Return the checks of one borough in plain words, those that cannot be made among them.

    Parameters
    ----------
    pairs
        What ``distortion.neighbourhood.reclassified`` returns for the borough, if it can.
    area
        The borough.
    first
        The first month of recorded crime that is held.
    """
    rare: list[str] = []
    if pairs is None:
        moved = f"{_CANNOT}: figures begin in {words.month(first)}, and the plan in 2013."
    else:
        stands = int(pairs.stands.sum())
        rates = pairs.loc[pairs.power.idxmin()]
        many, tested = words.count(len(pairs)), set(zip(pairs.target, pairs.neighbour, strict=True))
        rare = [" and ".join(pair) for pair in NEIGHBOURS if pair not in tested]
        moved = (
            f"No sign of it in {many} pairs of crimes"
            if not stands
            else f"Consistent with it in {words.count(stands)} of {many} pairs of crimes, and with "
            "better recording, which was inspected at that time"
        )
        family = "" if area == areas.LONDON else f"all {areas.plural(area)} "
        moved += f", {family}tested together. One pair's test {wrong(rates)}."
    rows = [
        (
            "Cases moved from the seven crimes that the Mayor's plan of 2013 to 2016 targeted to "
            "kinds beside them",
            moved,
        ),
        ("Cases moved to within a target time", f"{_CANNOT}: times are not published by case."),
        ("A figure that improves while opinion does not", f"{_CANNOT}: the survey is too rare."),
    ]
    return Ledger(
        key="distortion-checks",
        title="Have targets bent the measures here?",
        table=pd.DataFrame(rows, columns=["check", "answer"]),
        columns=[Column("check", "Looked for"), Column("answer", f"Found in {area}")],
        note=(f"Too rare here to test: {'; '.join(rare)}. " if rare else "")
        + "Nothing here shows gaming, or rules it out; nobody is ranked by it.",
    )
