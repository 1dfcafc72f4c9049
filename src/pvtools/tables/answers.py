"""Answers to survey questions turned into yes, no and missing, and groups into names."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from pvtools.tables import cells
from pvtools.tables.sheets import Sheet, fold

_YES = {
    "yes", "true", "1", "excellent", "good", "good/excellent", "excellent/good", "very good",
    "strongly agree", "agree", "tend to agree", "very well informed", "fairly well informed",
    "completely satisfied", "very satisfied", "fairly satisfied", "satisfied",
}  # fmt: skip
_NO = {
    "no", "false", "0", "fair", "poor", "very poor", "neither agree nor disagree", "neither",
    "tend to disagree", "disagree", "strongly disagree", "not very well informed",
    "not well informed", "not at all informed", "neither satisfied nor dissatisfied",
    "fairly dissatisfied", "very dissatisfied", "completely dissatisfied", "dissatisfied",
}  # fmt: skip
#: No answer, as texts and as the codes archives keep for it.
_NONE = {
    "", ".", "na", "n/a", "nan", "-1", "-8", "-9", "97", "98", "99", "dk", "don't know",
    "dont know", "do not know", "not sure", "no opinion", "no answer", "refused", "refusal",
    "prefer not to say", "not stated", "not asked", "not applicable", "missing", "unknown",
}  # fmt: skip


def read(sheet: Sheet, place: int, yes: Iterable[object] | None = None) -> np.ndarray:
    """Return a question's answers: 1 for yes, 0 for no, missing for no answer.

    With ``yes``, those answers are yes and all others no; without, labels speak for themselves
    and a code other than 0 and 1 is a fault.
    """
    chosen = None if yes is None else {_plain(str(answer)) for answer in yes}
    known, none, words = _folded(_YES), _folded(_NONE), _folded(_NO)

    def parse(text: str) -> float | None:
        answer = _plain(text)
        if chosen is not None:
            return 1.0 if answer in chosen else np.nan if answer in none else 0.0
        if answer in none:
            return np.nan
        return 1.0 if answer in known else 0.0 if answer in words else None

    values = cells.parsed(
        sheet,
        place,
        parse,
        "an answer whose label says yes or no, such as Good or Poor, or 0 and 1; for any other, "
        "say which answers count as yes",
    )
    if chosen is not None and not (values == 1.0).any():
        sheet.faults.add(
            f"none of the answers said to count as yes ({', '.join(sorted(chosen))})",
            "at least one of them in the file",
            column=sheet.columns[place],
        )
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def victims(sheet: Sheet, place: int) -> pd.Series:
    """Return whether each respondent was a victim: ``"yes"``, ``"no"`` or missing."""
    return pd.Series(read(sheet, place)).map({1.0: "yes", 0.0: "no"}).astype("str")


def groups(sheet: Sheet, place: int) -> pd.Series:
    """Return the group each respondent belongs to, as the file names it; no answer is missing."""
    none = _folded(_NONE)
    values = cells.parsed(
        sheet, place, lambda text: np.nan if _plain(text) in none else text, "a group"
    )
    return pd.Series(values, dtype="str")


def _plain(text: str) -> str:
    """Return an answer as it is compared: without case, spaces, remarks and a code's ``.0``."""
    told = re.sub(r"(?<=\w)\s*\([^()]*\)$", "", text.strip()).replace("’", "'")
    return re.sub(r"^(-?\d+)\.0+$", r"\1", fold(told))


def _folded(texts: set[str]) -> set[str]:
    return {_plain(text) for text in texts}
