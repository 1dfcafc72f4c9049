"""Fields turned into values: each distinct text is judged once, each bad one named by its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.errors import did_you_mean
from pvtools.tables.offence_names import agreed
from pvtools.tables.sheets import Sheet, shown
from pvtools.tables.today import today

#: No borough records a thousand million offences: a longer number is a damaged one.
LARGEST = 999_999_999

#: What publishers write for yes and no; Parquet files may declare the column so.
ANSWERS = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}

MISSING = {"", "na", "n/a", "null", "-", "..", ":"}


def parsed(
    sheet: Sheet,
    place: int,
    parse: Callable[[str], object | None],
    allowed: str | Callable[[str], str],
) -> np.ndarray:
    """Return a column's values; where ``parse`` answers nothing, keep a fault and a None.

    Each distinct text is parsed once, however many rows hold it. ``allowed`` says what the
    column may hold, or makes that sentence from the text that was found.
    """
    cells = sheet.cells[place]
    codes, texts = pd.factorize(cells.astype(str) if cells.dtype != object else cells)
    values = np.empty(len(texts), dtype=object)
    for code, text in enumerate(texts):
        values[code] = parse(str(text).strip())
    bad = [code for code, value in enumerate(values) if value is None]
    if bad:
        times = np.bincount(codes)
        first = np.unique(codes, return_index=True)[1]  # texts are numbered as they come
    for code in bad:
        what = allowed
        if not isinstance(allowed, str):  # it takes a search to make: not for what is not kept
            what = "" if sheet.faults.full else allowed(str(texts[code]))
        sheet.fault(shown(texts[code]), what, at=first[code], place=place, times=int(times[code]))
    return values[codes]


def among(
    sheet: Sheet,
    place: int,
    known: Iterable[str] | Mapping[str, object],
    allowed: str | Callable[[str], str],
    *,
    fold: Callable[[str], str] = str.casefold,
) -> np.ndarray:
    """Return a column in which each text is a name that is known, whatever its capitals.

    ``known`` are names, or what is meant by each; ``fold`` says what makes no difference.
    """
    of = known if isinstance(known, Mapping) else {name: name for name in known}
    meant = {fold(name): value for name, value in of.items()}
    return parsed(sheet, place, lambda text: meant.get(fold(text)), allowed)


def numbers(
    sheet: Sheet,
    place: int,
    parse: Callable[[str], float | None],
    allowed: str | Callable[[str], str],
) -> np.ndarray:
    """Return a column of numbers; bad cells are faults, and missing here."""
    return parsed(sheet, place, parse, allowed).astype(float)


def decimal(text: str) -> float | None:
    """Return a number with decimal comma or point, or nothing."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def counts(sheet: Sheet, place: int, what: str = "offences") -> np.ndarray:
    """Return a column of whole numbers of 0 or more; bad cells are faults, and 0 here."""
    allowed = f"a whole number of {what}, 0 or more, digits only (a zero is written out)"
    cells = sheet.cells[place]
    if cells.dtype != object and ((cells >= 0) & (cells <= LARGEST)).all():
        return cells.astype(np.int64, copy=False)
    return np.nan_to_num(numbers(sheet, place, _count, allowed)).astype(np.int64)


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def proportions(sheet: Sheet, place: int) -> np.ndarray:
    """Return a column of shares from 0 to 1, with decimal comma or point; blank is missing."""
    allowed = "a proportion from 0 to 1, such as 0,56 or 0.56 (blank if missing)"
    return numbers(sheet, place, _proportion, allowed)


def _proportion(text: str) -> float | None:
    if text.casefold() in MISSING:
        return np.nan
    if not re.fullmatch(r"[0-9]{0,3}[.,]?[0-9]{1,20}", text):
        return None
    value = float(text.replace(",", "."))
    return value if 0 <= value <= 1 else None


def weights(sheet: Sheet, place: int) -> np.ndarray:
    """Return a column of survey weights, each above 0, with decimal comma or point."""
    return numbers(sheet, place, _weight, "a weight above 0, such as 1.25")


def _weight(text: str) -> float | None:
    if not re.fullmatch(r"[0-9]{0,20}[.,]?[0-9]{1,20}(e[-+]?[0-9]{1,3})?", text.casefold()):
        return None
    value = float(text.replace(",", "."))
    return value if 0 < value < np.inf else None


def amounts(sheet: Sheet, place: int, what: str) -> np.ndarray:
    """Return a column of numbers of 0 or more, with decimal comma or point; bad ones are faults."""
    return numbers(sheet, place, _amount, f"a number of {what}, 0 or more, such as 182.25")


def _amount(text: str) -> float | None:
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,20})?", text):
        return None
    return float(text.replace(",", "."))


def months(sheet: Sheet, place: int) -> np.ndarray:
    """Return a column of months written 2025-11; a month to come is a fault."""
    allowed = f"a month from 2000-01 to {today():%Y-%m}, such as 2025-11"
    return instants(sheet, place, lambda text: month(text.replace("-", "", 1)), allowed)


def month(text: str) -> np.datetime64 | None:
    """Return the first day of a month written 202511, or nothing: no such month has begun."""
    if not re.fullmatch(r"20[0-9]{2}(0[1-9]|1[0-2])", text):
        return None
    first = np.datetime64(f"{text[:4]}-{text[4:]}-01", "us")
    return first if first <= np.datetime64(today(), "us") else None


def days(sheet: Sheet, place: int) -> np.ndarray:
    """Return a column of days written 2025-11-30, with or without midnight; none is to come."""
    allowed = f"a day from 2000-01-01 to {today()}, such as 2025-11-30"
    return instants(sheet, place, lambda text: _day(text, "2000-01-01"), allowed)


def first_days(
    sheet: Sheet, place: int, *, since: str = "2000-01-01", blank: bool = False
) -> np.ndarray:
    """Return a column of months written as their first day; ``blank`` cells may be missing."""

    def parse(text: str) -> np.datetime64 | None:
        if blank and text.casefold() in MISSING:
            return np.datetime64("NaT")
        day = _day(text, since)
        return None if day is None or day != day.astype("datetime64[M]") else day

    allowed = f"the first day of a month from {since} to {today()}, such as 2025-11-01"
    return instants(sheet, place, parse, allowed + " (or blank)" * blank)


def _day(text: str, since: str) -> np.datetime64 | None:
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00(?:\.0*)?)?)?", text)
    try:
        day = np.datetime64(match[1], "us") if match else None
    except ValueError:  # such as 30 February
        return None
    inside = day is not None and np.datetime64(since) <= day <= np.datetime64(today())
    return day if inside else None


def instants(
    sheet: Sheet, place: int, parse: Callable[[str], np.datetime64 | None], allowed: str
) -> np.ndarray:
    """Return a column of days or months; bad cells are faults, and missing here."""
    return parsed(sheet, place, parse, allowed).astype("datetime64[us]")


def named(columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return columns of texts as a table; an empty text is missing."""
    return pd.DataFrame(
        {name: np.where(text == "", None, text) for name, text in columns.items()}, dtype="str"
    )


def units_agree(sheet: Sheet, borough: np.ndarray, written: np.ndarray) -> None:
    """Keep a fault where a Basic Command Unit, if one is written, is not its borough's own."""
    units = {one.name: one.bcu for one in areas.everywhere()}
    own = np.array([units.get(name) for name in borough], dtype=object)
    for number in np.flatnonzero(written != own):
        if own[number] is not None and written[number] is not None:
            sheet.fault(
                f"{shown(written[number])} beside {borough[number]}",
                f"its Basic Command Unit, {own[number]}",
                at=number,
            )


def names(sheet: Sheet, place: int) -> np.ndarray:
    """Return a column of offences, each in its one spelling whatever marks and capitals it has."""

    def parse(text: str) -> str | None:
        plain = re.sub(r"\s+", " ", text)
        return agreed(plain) if re.fullmatch(r"[A-Za-z][\w ,.&'‘’()/:;+–—-]{0,99}", plain) else None

    return parsed(sheet, place, parse, "the name of an offence, in letters")


def places(sheet: Sheet, place: int, *, others: Callable[[str], str | None]) -> np.ndarray:
    """Return a column of canonical borough names; ``others`` names what else is allowed there."""
    names = [borough.name for borough in areas.everywhere()]

    def parse(text: str) -> str | None:
        borough = areas.match(text)
        return borough.name if borough else others(text)

    def allowed(text: str) -> str:
        return "a London borough by name or GSS code" + nearest(text, names)

    return parsed(sheet, place, parse, allowed)


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the name that was probably meant, in brackets, or nothing."""
    hint = did_you_mean(text, names).strip()
    return f" ({hint})" if hint else ""


def unique_keys(sheet: Sheet, keys: Iterable[Sequence[object] | np.ndarray], columns: str) -> None:
    """Keep a fault for each row whose keys stand in a row above it.

    Rows with a missing key are left aside: they have a fault of their own.
    """
    parts = [np.asarray(key) for key in keys]
    frame = pd.DataFrame(dict(enumerate(parts))).dropna()
    first: dict[tuple, int] = {}
    left = int(frame.duplicated().sum())
    for number in frame.index[frame.duplicated(keep=False)] if left else ():
        key = tuple(column[number] for column in parts)
        twin = first.setdefault(key, number)
        if twin != number and sheet.faults.full:  # the rest is counted only
            sheet.faults.add("more rows that are there twice", "", times=left)
            return
        if twin != number:
            left -= 1
            named = ", ".join(str(part) for part in key)
            sheet.fault(
                f"a second row for {named} (the first is row {sheet.rows[twin]:,})",
                f"one row for each {columns}",
                at=number,
            )


def sentences(caveats: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return each row's caveat, one sentence or none, from the caveats and the rows of each.

    Examples
    --------
    >>> sentences({"old": np.array([True, False]), "small": np.array([True, False])})
    array(['Old; small.', ''], dtype=object)
    """
    parts = list(caveats)
    rows = [np.asarray(where).astype(np.int64) for where in caveats.values()]
    flags = sum(where << bit for bit, where in enumerate(rows))
    values, which = np.unique(flags, return_inverse=True)
    joined = ["; ".join(part for bit, part in enumerate(parts) if v >> bit & 1) for v in values]
    whole = [text[:1].upper() + text[1:] + "." if text else "" for text in joined]
    return np.array(whole, dtype=object)[which]
