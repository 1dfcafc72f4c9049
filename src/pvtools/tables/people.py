"""Who a respondent is: groups, stratum, sampling point and weight, and what is no answer there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.tables import answer_words, answers, cells
from pvtools.tables.answer_words import key
from pvtools.tables.sheets import Sheet


def groups(sheet: Sheet, place: int, name: str, of: answers.Explained) -> pd.Series:
    """Return the group each respondent belongs to, as the file names it; no answer is missing.

    Names that differ in case, blanks, accents or kinds of dash are one group, under the name
    most often used. Codes such as 99 beside others above 10 are a fault until the user says
    whether they are no answer: they may be ages.
    """
    number, texts = answers.distinct(sheet, place)
    codes = {text: c for text in texts if isinstance(c := key(text), int)}
    nothing = answer_words.nothing_codes(codes.values())
    doubtful = answer_words.CODES & set(codes.values()) - nothing if of.no_answer is None else set()
    gone = [
        answer_words.is_nothing(text) or codes.get(text) in nothing or bool(of.of(text))
        for text in texts
    ]
    doubts = [codes.get(text) in doubtful for text in texts]
    _doubtful(sheet, place, name, number, texts, doubts)
    counts = pd.Series(np.bincount(number, minlength=len(texts)))
    spelt = pd.Series([answer_words.tidy(text) for text in texts])
    best = {one: texts[rows.idxmax()] for one, rows in counts.groupby(spelt)}
    names = [np.nan if no else best[one] for no, one in zip(gone, spelt, strict=True)]
    return pd.Series(np.array(names, dtype=object)[number], dtype="str")


def units(sheet: Sheet, place: int) -> pd.Series:
    """Return a column of strata or sampling points; a mark of no answer there is a fault."""

    def parse(text: str) -> str | None:
        code = key(text)
        below = isinstance(code, int) and code < 0
        # "NA" is a name here: the North Area of the Metropolitan Police.
        nothing = answer_words.is_nothing(text) and text.casefold() != "na"
        return None if below or nothing else text

    values = cells.parsed(sheet, place, parse, "a name or number in every row")
    return pd.Series(values, dtype="str")


def weights(sheet: Sheet, place: int) -> np.ndarray:
    """Return survey weights; 99 or 999 among small ones is a fault: it stands for a gap."""
    values = cells.weights(sheet, place)
    codes = np.isin(values, list(answer_words.CODES))
    if codes.any() and np.nanmax(values, where=~codes, initial=0) <= answer_words.LONGEST_SCALE:
        for code in np.unique(values[codes]):
            rows = sheet.rows[values == code]
            sheet.faults.add(
                f"a weight of {code:g} among weights of {answer_words.LONGEST_SCALE} or less",
                "a weight; a code for a gap is not one",
                row=int(rows[0]),
                column=sheet.columns[place],
                times=len(rows),
            )
    return values


def _doubtful(
    sheet: Sheet,
    place: int,
    name: str,
    number: np.ndarray,
    texts: list[str],
    doubtful: list[bool],
) -> None:
    which = [i for i, doubt in enumerate(doubtful) if doubt]
    allowed = (
        "a group; say which of them are no answer with "
        f"no_answer={{{name!r}: {answers.as_written(texts, which)}}}, or that none is, with []"
    )
    answers.unclear(sheet, place, number, texts, which, "that may be a group or no answer", allowed)
