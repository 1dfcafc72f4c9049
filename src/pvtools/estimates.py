"""The estimate table: one row an estimate, the same columns whatever the method.

``measure · borough · period · estimate · lower · upper · n · method · caveat``; more may follow.
Proportions are 0–1, nothing is rounded, the level is 0.95 unless a column says otherwise. ``n``
is the unweighted base or count, missing where the publisher gives none. ``caveat`` is empty or
one sentence.
"""

from __future__ import annotations

import pandas as pd

from pvtools.errors import InputError

COLUMNS = (
    "measure",
    "borough",
    "period",
    "estimate",
    "lower",
    "upper",
    "n",
    "method",
    "caveat",
)


def table(frame: pd.DataFrame, **constants: object) -> pd.DataFrame:
    """Return ``frame`` as an estimate table: contract columns first, the rest behind.

    Raises
    ------
    InputError
        A contract column is missing, or an interval does not hold its estimate.
    """
    frame = frame.assign(**constants).reset_index(drop=True)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputError(f"An estimate table needs the columns {', '.join(missing)}.")
    known = frame.dropna(subset=["estimate", "lower", "upper"])
    astray = known[(known.lower > known.estimate) | (known.upper < known.estimate)]
    if len(astray):
        raise InputError(
            f"{len(astray)} intervals do not hold their estimate, first: "
            f"{astray.iloc[0][list(COLUMNS[:6])].to_dict()}."
        )
    return frame[[*COLUMNS, *(name for name in frame.columns if name not in COLUMNS)]]


def pick(estimates: pd.DataFrame, **which: object) -> pd.Series:
    """Return the one row that matches ``which``, for example ``borough="Hackney"``.

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
