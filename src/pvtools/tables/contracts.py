"""The words in which a tidy table's contract is written, and the check that a table keeps it.

The readers name what is wrong in a file cell by cell, and declare what their finished table
promises: its columns, their types and the values they may hold. That is the second look: what a
reader let through is stopped here. Slow to import, so contracts are made when they are needed.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import pandera.pandas as pa

from pvtools import areas
from pvtools.errors import DataError, Fault
from pvtools.tables import cells
from pvtools.tables.sheets import DO, shown

Check = pa.Check
NAMES = [borough.name for borough in areas.everywhere()]
UNITS = [borough.bcu for borough in areas.boroughs()]
_TEXT = pd.StringDtype(na_value=float("nan"))
_DAY = "datetime64[us]"
_PAST = Check(lambda days: days <= pd.Timestamp(cells.today()), error="not in the future")
_FIRST = Check(lambda days: days.isna() | (days.dt.day == 1), error="first of a month")
_QUARTER_END = Check(lambda days: days.dt.is_quarter_end, error="quarter end")
_NOT_EMPTY = Check(lambda texts: texts != "", error="not empty")


def text(allowed: Collection[str] | None = None, *, nullable: bool = False) -> pa.Column:
    """Return a column of texts that are not empty, or are some of those allowed."""
    return pa.Column(_TEXT, _among(allowed), nullable=nullable)


def categories(allowed: Collection[str] | None = None, *, nullable: bool = False) -> pa.Column:
    """Return a column as of :func:`text` in a table so long that each text is held once."""
    return pa.Column(pd.CategoricalDtype(), _among(allowed), nullable=nullable)


def sentences() -> pa.Column:
    """Return a column of texts that may be empty."""
    return pa.Column(_TEXT, Check(lambda texts: texts.notna(), error="a text, which may be empty"))


def boroughs(*others: str, nullable: bool = False) -> pa.Column:
    """Return a column of boroughs, the City of London among them, by their names."""
    return text([*NAMES, *others], nullable=nullable)


def days() -> pa.Column:
    """Return a column of days that are not to come."""
    return pa.Column(_DAY, _PAST)


def months(*, nullable: bool = False, past: bool = True) -> pa.Column:
    """Return a column of months, each its first day."""
    return pa.Column(_DAY, [_FIRST, _PAST] if past else _FIRST, nullable=nullable)


def quarter_ends(*, past: bool = True) -> pa.Column:
    """Return a column of quarters, each its last day."""
    return pa.Column(_DAY, [_QUARTER_END, _PAST] if past else _QUARTER_END)


def years(first: int, last: int) -> pa.Column:
    """Return a column of years."""
    return pa.Column("int64", Check.in_range(first, last))


def counts(least: int = 0, *, nullable: bool = False) -> pa.Column:
    """Return a column of whole numbers, none so large that it must be damaged."""
    return pa.Column("Int64", Check.in_range(least, cells.LARGEST), nullable=nullable)


def numbers(check: pa.Check, *, nullable: bool = False, required: bool = True) -> pa.Column:
    """Return a column of numbers with decimals."""
    return pa.Column(float, check, nullable=nullable, required=required)


def shares() -> pa.Column:
    """Return a column of shares from 0 to 1, which may be missing."""
    return numbers(Check.in_range(0, 1), nullable=True)


def flags(*, nullable: bool = True) -> pa.Column:
    """Return a column of yes and no."""
    return pa.Column("boolean", nullable=True) if nullable else pa.Column(bool)


def once(*key: str) -> pa.Check:
    """Return that no two rows share a key."""
    return Check(
        lambda frame: not frame.duplicated(list(key)).any(),
        error=f"one row for each {', '.join(key)}",
    )


def table(columns: dict[str, pa.Column], *checks: pa.Check) -> pa.DataFrameSchema:
    """Return the contract of a table with these columns, in this order, and no others."""
    return pa.DataFrameSchema(columns, checks=list(checks), strict=True, ordered=True)


def kept(frame: pd.DataFrame, contract: pa.DataFrameSchema, *, file: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps a contract.

    Raises
    ------
    DataError
        It does not; every broken promise is listed.
    """
    try:
        return contract.validate(frame, lazy=True, inplace=True)  # nothing is coerced: no copy
    except pa.errors.SchemaErrors as broken:
        cases = broken.failure_cases.drop_duplicates(["column", "check"])
        faults = [
            Fault(shown(case.failure_case), str(case.check), column=str(case.column))
            for case in cases.itertuples()
        ]
        raise DataError(file, faults, DO) from None


def _among(allowed: Collection[str] | None) -> pa.Check:
    return _NOT_EMPTY if allowed is None else Check.isin(list(allowed))
