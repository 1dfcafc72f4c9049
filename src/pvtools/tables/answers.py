"""Answers to survey questions turned into yes, no and missing.

An answer counts as no only where that is known: from its label, or from its user. Whatever is
neither chosen nor known is a fault, with its count and the line that would explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pvtools.tables import answer_words
from pvtools.tables.answer_words import Key, key
from pvtools.tables.sheets import Sheet, shown

_MOST_SHOWN = 12


@dataclass(frozen=True)
class Explained:
    """What the user says the answers to one question mean; None where they say nothing."""

    yes: tuple[object, ...] | None = None
    no: tuple[object, ...] | None = None
    no_answer: tuple[object, ...] | None = None

    @cached_property
    def keys(self) -> dict[str, set[Key]]:
        """Return how the answers said to be yes, no and no answer are compared."""
        given = {"yes": self.yes, "no": self.no, "no_answer": self.no_answer}
        return {what: {key(str(one)) for one in listed or ()} for what, listed in given.items()}

    def of(self, text: str) -> set[str]:
        """Return what the user says an answer is: as a rule one of yes, no and no_answer."""
        for one in answer_words.keys(text):
            if found := {what for what, known in self.keys.items() if one in known}:
                return found
        return set()


def explained(name: str, **given: Mapping[str, object]) -> Explained:
    """Return what is explained of one column, of all that is explained of a file."""
    return Explained(**{what: _listed(of[name]) for what, of in given.items() if name in of})


def read(sheet: Sheet, place: int, name: str, of: Explained) -> np.ndarray:
    """Return a question's answers: 1 for yes, 0 for no, missing for no answer.

    Labels speak for themselves, and so do bare 0 and 1, unless the user says otherwise; an
    answer that nobody explains is a fault.
    """
    number, texts = distinct(sheet, place)
    nothing = answer_words.nothing_codes({c for c in map(key, texts) if isinstance(c, int)})
    values = [_value(text, of, nothing) for text in texts]
    _twice(sheet, place, name, texts, of)
    _unexplained(sheet, place, name, number, texts, values)
    _never_given(sheet, place, name, texts, values, of)
    return np.array([np.nan if v is None else v for v in values], dtype=float)[number]


def victims(sheet: Sheet, place: int, of: Explained) -> pd.Series:
    """Return whether each respondent was a victim: ``"yes"``, ``"no"`` or missing."""
    found = pd.Series(read(sheet, place, "victim", of))
    return found.map({1.0: "yes", 0.0: "no"}).astype("str")


# what one answer is -----------------------------------------------------------------------------


def _value(text: str, of: Explained, nothing: set[int]) -> float | None:
    """Return 1, 0, not a number for no answer, or nothing where the answer is not explained."""
    if kinds := of.of(text):
        return (
            {"yes": 1.0, "no": 0.0, "no_answer": np.nan}[min(kinds)] if len(kinds) == 1 else np.nan
        )
    itself = key(text)
    if itself in nothing or answer_words.is_nothing(text):
        return np.nan
    if isinstance(itself, int):
        return _bare(itself, of)
    chosen = of.keys["yes"]
    for one in answer_words.keys(text):
        scale = answer_words.scale_of(one)
        if scale is None:
            continue
        if one in scale[1]:
            return 0.0
        if of.yes is None:
            return 1.0
        # A favourable label that was not chosen is a no beside one of its own scale that was:
        # "Strongly agree" alone is a narrower yes. Beside codes or another scale nobody can say.
        return 0.0 if chosen & (scale[0] | scale[1]) else None
    return None


def _bare(code: int, of: Explained) -> float | None:
    """Return what a bare code is: only 0 and 1 say so by themselves, and only as a pair."""
    if code not in {0, 1} or of.no is not None:
        return None
    if of.yes is None:
        return float(code)
    return 0.0 if of.keys["yes"] == {1 - code} else None


# what is wrong ----------------------------------------------------------------------------------


def _unexplained(
    sheet: Sheet,
    place: int,
    name: str,
    number: np.ndarray,
    texts: list[str],
    values: list[float | None],
) -> None:
    unknown = [i for i, value in enumerate(values) if value is None]
    line = f"{name!r}: {as_written(texts, unknown)}"
    allowed = (
        "an answer whose label says yes or no, such as Good or Poor, or 0 and 1; sort others into "
        f"yes={{{name!r}: […]}}, no={{{line}}} and no_answer={{{name!r}: […]}}"
    )
    unclear(sheet, place, number, texts, unknown, "of unknown meaning", allowed)


def _twice(sheet: Sheet, place: int, name: str, texts: list[str], of: Explained) -> None:
    for text in texts:
        if len(kinds := of.of(text)) > 1:
            sheet.faults.add(
                f"{shown(text)} said to be both {' and '.join(sorted(kinds))}",
                f"one of yes, no and no_answer for each answer to {name!r}",
                column=sheet.columns[place],
            )


def _never_given(
    sheet: Sheet,
    place: int,
    name: str,
    texts: list[str],
    values: list[float | None],
    of: Explained,
) -> None:
    """Keep a fault where an answer said to be yes does not occur and may be misspelt."""
    if of.yes is None:
        return
    given = {one for text in texts for one in answer_words.keys(text)}
    if 1.0 not in values:
        sheet.faults.add(
            f"none of the answers said to count as yes ({', '.join(map(str, of.yes))})",
            "at least one of them in the file",
            column=sheet.columns[place],
        )
        return
    for answer in of.yes:
        one = key(str(answer))
        if isinstance(one, str) and one not in given and answer_words.scale_of(one) is None:
            sheet.faults.add(
                f"no answer {str(answer)!r}, which is said to count as yes to {name!r}",
                "an answer as the file writes it: "
                + ", ".join(repr(text) for text in texts[:_MOST_SHOWN] if text),
                column=sheet.columns[place],
            )


def unclear(
    sheet: Sheet,
    place: int,
    number: np.ndarray,
    texts: list[str],
    which: list[int],
    what: str,
    allowed: str,
) -> None:
    """Keep one fault for all answers of a kind, with how many rows hold each."""
    if not which:
        return
    counts = np.bincount(number, minlength=len(texts))
    most = sorted(which, key=lambda i: -counts[i])[:_MOST_SHOWN]
    listed = ", ".join(f"{shown(texts[i])} (rows: {counts[i]:,})" for i in most)
    many = "an answer" if len(which) == 1 else f"{len(which):,} answers"
    sheet.faults.add(
        f"{many} {what}: {listed}" + (", …" if len(which) > len(most) else ""),
        allowed,
        row=int(sheet.rows[np.isin(number, which)][0]),
        column=sheet.columns[place],
    )


def as_written(texts: list[str], which: list[int]) -> str:
    """Return answers as a user writes them in a list: codes as numbers, labels quoted."""
    some = [texts[i] for i in which[:_MOST_SHOWN]]
    written = [str(c) if isinstance(c := key(text), int) else repr(text) for text in some]
    return f"[{', '.join(written)}{', …' if len(which) > len(some) else ''}]"


def distinct(sheet: Sheet, place: int) -> tuple[np.ndarray, list[str]]:
    """Return the number of each row's answer, and the answers."""
    held = sheet.cells[place]
    number, raw = pd.factorize(held.astype(str) if held.dtype != object else held)
    again, texts = pd.factorize(np.array([str(text).strip() for text in raw], dtype=object))
    return again[number], list(texts)


def _listed(given: object) -> tuple[object, ...]:
    """Return answers as a tuple; a single one may stand by itself."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return (given,)
    return tuple(given)
