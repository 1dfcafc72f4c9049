"""The estimate table: one row an estimate, the same columns whatever the method.

``measure · quantity · area · period · group · estimate · lower · upper · level · n · method ·
source · caveat``; more may follow. Proportions are 0–1, nothing is rounded.

=========== ======================================================================================
quantity    what kind of number it is (``level``, ``change``, ``rank`` …); see ``measures``
area        a name where names are unique, else a code; London is an area; empty for everywhere
period      what it spans: ``2025-11`` a month, ``quarter to 2025-12``, ``year to 2025-11``;
            empty where no time is meant
group       people or a kind of offence; empty for all
level       of the interval; missing where there is none
n           the unweighted base or count; missing where the publisher gives none
source      keys of the register with a space between; what the measure is made of by default
caveat      empty, or sentences
=========== ======================================================================================
"""

from __future__ import annotations

import re

import pandas as pd

from pvtools import areas, measures
from pvtools.errors import InputError

COLUMNS = (
    "measure",
    "quantity",
    "area",
    "period",
    "group",
    "estimate",
    "lower",
    "upper",
    "level",
    "n",
    "method",
    "source",
    "caveat",
)
#: What the column ``origin`` says of rows that are not of published data.
SYNTHETIC = "synthetic"
_INTERVAL = ["estimate", "lower", "upper"]
_KEY = list(COLUMNS[:5])


def table(frame: pd.DataFrame, **constants: object) -> pd.DataFrame:
    """Return ``frame`` as an estimate table: contract columns first, the rest behind.

    ``group`` is empty and ``source`` what the measure is made of, where neither is given.

    Raises
    ------
    InputError
        A contract column is missing, an interval does not hold its estimate or does not say its
        level, or a measure has no such quantity.
    """
    frame = frame.assign(**constants).reset_index(drop=True)
    if "group" not in frame:
        frame["group"] = ""
    if "source" not in frame and "measure" in frame:
        frame["source"] = frame["measure"].map(_made_of)
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise InputError(f"An estimate table needs the columns {', '.join(missing)}.")
    frame["level"] = frame["level"].astype(float).where(frame[_INTERVAL].notna().all(axis=1))
    if faults := _faults(frame):
        raise InputError(f"No estimate table: {'; '.join(faults)}.")
    return frame[[*COLUMNS, *(name for name in frame.columns if name not in COLUMNS)]]


def is_synthetic(table: pd.DataFrame) -> bool:
    """Return whether a table, or a row of it, is made of made-up data."""
    return "origin" in table and bool((table["origin"] == SYNTHETIC).any())


def pick(estimates: pd.DataFrame, **which: object) -> pd.Series:
    """Return the one row that matches ``which``, for example ``area="Hackney"``.

    Raises
    ------
    InputError
        No row matches, or more than one does.
    """
    rows = estimates
    for column, value in which.items():
        rows = rows[rows[column] == value]
    if len(rows) != 1:
        raise InputError(f"Expected one estimate for {which}, found {len(rows)}.")
    return rows.iloc[0]


def of_area(estimates: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows of one area.

    Raises
    ------
    UsageError
        The table holds no such area; the nearest is suggested.
    """
    return estimates[estimates["area"] == areas.choose(area, estimates["area"].unique())]


def written(estimates: pd.DataFrame) -> measures.Written:
    """Return how the numbers of a table of one measure and quantity are written."""
    return measures.written(estimates["measure"].iloc[0], estimates["quantity"].iloc[0])


def end(period: str) -> str:
    """Return the month in which a period ends.

    Examples
    --------
    >>> end("year to 2025-11"), end("2025-11")
    ('2025-11', '2025-11')
    """
    return period.rpartition(" to ")[2]


def shifted(period: str, years: int) -> str:
    """Return the same period so many years later, or earlier.

    Examples
    --------
    >>> shifted("year to 2025-11", -1)
    'year to 2024-11'
    """
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) + years), period)


def years_between(first: str, last: str) -> int:
    """Return how many years lie between the ends of two periods.

    Examples
    --------
    >>> years_between("year to 2014-12", "year to 2022-12")
    8
    """
    return int(end(last)[:4]) - int(end(first)[:4])


def _made_of(measure: object) -> str:
    known = measures.MEASURES.get(str(measure))
    return known.source if known else ""


def _faults(frame: pd.DataFrame) -> list[str]:
    found = []
    known = frame.dropna(subset=_INTERVAL)
    astray = known[(known.lower > known.estimate) | (known.upper < known.estimate)]
    if len(astray):
        found.append(
            f"{len(astray)} intervals do not hold their estimate, first "
            f"{astray.iloc[0][[*_KEY, *_INTERVAL]].to_dict()}"
        )
    if not known["level"].between(0, 1, inclusive="neither").all():
        found.append("an interval does not say its level, a number between 0 and 1")
    for measure, quantity in set(zip(frame["measure"], frame["quantity"], strict=True)):
        if measure in measures.MEASURES and quantity not in measures.MEASURES[measure].quantities:
            found.append(f"{measure!r} has no quantity {quantity!r}")
    return found
