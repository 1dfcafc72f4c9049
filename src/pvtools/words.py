"""Numbers and sentences: every rounding and every phrase a reader meets is made here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pvtools.estimates import end
from pvtools.measures import Format

MINUS = "−"
#: What stands in a table where a number is missing: it may be unpublished, withheld or not worked
#: out, which a note says; or there could be none, such as an interval of a count.
MISSING, INAPPLICABLE = "not given", "does not apply"
#: Formats that are read as words, and stand at the left of a column.
TEXTS: frozenset[Format] = frozenset({"text", "month", "period", "picture"})


def plain(value: Any) -> Any:
    """Return a table value as JSON can hold it: missing as None, dates as ISO text."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Period):
        return str(value)
    if isinstance(value, (pd.Timestamp, date, np.datetime64)):
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return str(value)


def number(value: float, how: Format) -> str:
    """Return ``value`` as it is written everywhere: 0.62 as "62%", 118.24 as "118.2".

    A p-value is never zero: one too small for two decimals is "under 0.01".
    """
    if how == "percent":
        return f"{_fixed(100 * value, 0)}%"
    if how == "points":
        return _signed(100 * value, 0) + (
            " point" if _fixed(abs(100 * value), 0) == "1" else " points"
        )
    if how == "change":
        return _signed(100 * value, 1) + "%"
    if how == "rate":
        return _fixed(value, 1)
    if how == "count":
        return _fixed(value, 0)
    if how == "p_value" and value < 0.01:
        return "under 0.01"
    if how in {"decimal", "p_value"}:
        return _fixed(value, 2)
    raise ValueError(f"{how!r} is not a way of writing a number")


def size(value: float, how: Format) -> str:
    """Return how large a change is, whichever way it goes: "10 points", "5.4%"."""
    return number(abs(value), how).removeprefix("+")


def tick(value: float, how: Format) -> str:
    """Return an axis tick: as :func:`number`, without decimals that are all zero."""
    text = number(value, how)
    if how == "points":
        return text.split()[0]
    if how == "change":
        return text.replace(".0%", "%")
    return text.removesuffix(".0") if how in {"rate", "decimal"} else text


def cell(value: Any, column: Mapping[str, str]) -> str:
    """Return a table cell as text, by its column's format; a missing value is said, never blank."""
    value, how = plain(value), column["format"]
    if value is None:
        return column.get("missing", MISSING) if how not in {"text", "picture"} else ""
    if how == "month":
        return month(value)
    if how == "period":
        return heading(value)
    return str(value) if how in {"text", "picture"} else cell_number(value, column)


def cell_number(value: float, column: Mapping[str, str]) -> str:
    """Return the number of a table cell; an end of an interval as :func:`interval` writes it."""
    is_end = {"lower", "upper"} & set(column.get("key", "").split("_"))
    return (end_of if is_end else number)(value, column["format"])


def interval(lower: float, upper: float, how: Format) -> str:
    """Return "57% to 67%", or "−9 to +3 points" with the unit said once.

    An end of a change that only just excludes zero is not rounded to it: the sentence
    beside it would seem to say something else.
    """
    if how not in {"points", "change"}:
        return f"{number(lower, how)} to {number(upper, how)}"
    low, high = end_of(lower, how), end_of(upper, how)
    return f"{low.split()[0] if how == 'points' else low} to {high}"


def end_of(value: float, how: Format) -> str:
    """Return an end of an interval: of a change that is nearly zero, as finely as it takes."""
    text = number(value, how)
    places = 1 if how == "points" else 2
    while (
        how in {"points", "change"}
        and value
        and places < 4
        and not any(digit in text for digit in "123456789")
    ):
        unit = " points" if how == "points" else "%"
        text = _signed(100 * value, places) + unit
        places += 1
    return text


def level(estimates: pd.DataFrame) -> str:
    """Return the level of the intervals of a table: "95%"."""
    return " and ".join(f"{100 * one:g}%" for one in sorted(estimates["level"].dropna().unique()))


def month(value: Any) -> str:
    """Return "November 2025" for a date, or for a period that ends in that month."""
    if isinstance(value, str):
        value = end(value)
    return pd.Timestamp(value).strftime("%B %Y")


def short(period: str) -> str:
    """Return the month in which a period ends, for a narrow column: "Nov 2025"."""
    return f"{pd.Timestamp(end(period)):%b %Y}"


def span(period: str) -> str:
    """Return what a period spans: "the year to November 2025", "November 2025"."""
    start = period.removesuffix(end(period)).removesuffix(" to ")
    if not start:
        return month(period)
    return f"{f'the {start}' if start.isalpha() else month(start)} to {month(period)}"


def between(first: str, last: str) -> str:
    """Return what lies between two months, or two years: "March 2012 to July 2012", "2003 to 2023".

    Examples
    --------
    >>> between("2012-03", "2012-03"), between("2019", "2019-03")
    ('March 2012', '2019 to March 2019')
    """
    ends = [text if text.isdecimal() else month(text) for text in (first, last)]
    return " to ".join(dict.fromkeys(ends))


def heading(period: str) -> str:
    """Return what a period is called at the head of a column: "Year to November 2025"."""
    said = span(period).removeprefix("the ")
    return said[:1].upper() + said[1:]


def _fixed(value: float, places: int) -> str:
    # Halves round away from zero, as readers expect, not to the even digit.
    scaled = math.floor(abs(value) * 10**places + 0.5 + 1e-9) / 10**places
    return f"{MINUS if value < 0 and scaled else ''}{scaled:,.{places}f}"


def _signed(value: float, places: int) -> str:
    text = _fixed(value, places)
    return text if text.startswith(MINUS) or float(text.replace(",", "")) == 0 else f"+{text}"


def verdict(row: Any) -> str:
    """Return "higher", "lower" or "same": what a row of differences can bear.

    One of several that were tested together says itself, by ``distinguishable``, whether it
    stands; the interval of one alone does.
    """
    if not excludes_zero(row) or not getattr(row, "distinguishable", True):
        return "same"
    return "higher" if row.lower > 0 else "lower"


def excludes_zero(row: Any) -> bool:
    """Return whether the interval of a difference, taken alone, leaves zero out."""
    return bool(row.lower > 0 or row.upper < 0)


def unclear(row: Any) -> str:
    """Return why a difference has no verdict: by itself, for rounding, or only among all tested."""
    if not excludes_zero(row):
        return "not clear"
    if getattr(row, "rounding_undoes", False):
        return "not clear: rounding to whole per cents could undo it"
    return "not clear once all areas are tested"


def share(place: str, row: pd.Series, phrase: str) -> str:
    """Return "62% (57% to 67%) of people in Hackney say …"."""
    spread = interval(row.lower, row.upper, "percent")
    return f"{number(row.estimate, 'percent')} ({spread}) of people in {place} {phrase}."


def against(*pairs: tuple[pd.Series, str]) -> str:
    """Return how a share compares: "It does not differ by more than chance from London (60%).".

    Each pair is a row of differences (with ``lower, upper, before``) and what it is against.
    """
    groups: dict[str, list[str]] = {}
    for row, what in pairs:
        said = f"{what} ({number(row.before, 'percent')})"
        groups.setdefault(_standing(row), []).append(said)
    parts = [
        how.format(joined.join(groups[side]))
        for side, (how, joined) in _AGAINST.items()
        if side in groups
    ]
    return f"This {'; it '.join(parts)}."


_AGAINST = {
    "higher": ("is higher than {}, by more than chance", " and "),
    "lower": ("is lower than {}, by more than chance", " and "),
    "chance": ("does not differ by more than chance from {}", " or "),
    "rounding": (
        "is not clearly apart from {}: rounding to whole per cents could undo the difference",
        " or ",
    ),
    "among all": ("does not stand out from {} once all areas are tested", " or "),
}


def _standing(row: Any) -> str:
    """Return how a difference stands, and what stands in its way if it does not."""
    side = verdict(row)
    if side != "same":
        return side
    if not excludes_zero(row):
        return "chance"
    return "rounding" if getattr(row, "rounding_undoes", False) else "among all"


def moved(row: pd.Series, than: str) -> str:
    """Return "is 3.6% lower than the year before (interval …)", or no more than chance."""
    spread = interval(row.lower, row.upper, "change")
    side = verdict(row)
    if side == "same" and excludes_zero(row):
        return (
            f"does not stand out from {than} once all areas are tested "
            f"({number(row.estimate, 'change')}, with an interval of {spread})"
        )
    if side == "same":
        return (
            f"does not differ by more than chance from {than} ({number(row.estimate, 'change')}, "
            f"with an interval of {spread})"
        )
    return f"is {size(row.estimate, 'change')} {side} than {than} (interval {spread})"


def count(n: int) -> str:
    """Return "seven" for 7, "none" for nothing, and figures from ten."""
    names = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return names[n] if n < len(names) else f"{n:,}"


def listing(items: list[str]) -> str:
    """Return "Camden, Croydon and Hackney"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, a full stop last."""
    return f"{text[:1].upper()}{text[1:]}."


#: What the publisher abbreviates, in full; names of offences stay as published in every table.
_IN_FULL = {
    "Burglary - residential": "Residential burglary",
    "Death serious injury illegal driving": "Death or serious injury by driving",
    "Misc crimes against society": "Miscellaneous crimes against society",
    "Nfib": "Fraud recorded nationally",
    "Nfib fraud": "Fraud recorded nationally",
    "Other offences public order": "Other public order offences",
    "Public fear alarm or distress": "Public fear, alarm or distress",
    "Race or religious agg public fear": "Aggravated public fear (race, religion)",
    "Res burglary of a home": "Residential burglary of a home",
    "Res burglary of unconnected building": "Residential burglary, separate building",
    "Theft or unauth taking of a motor veh": "Theft or taking of a motor vehicle",
}


def in_full(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose groups are called as a reader would, not as in the publisher's files."""
    return table.assign(group=table["group"].replace(_IN_FULL))
