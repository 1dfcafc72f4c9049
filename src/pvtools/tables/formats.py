"""Every source that a reader declares, and which of them a published file is, by its header."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools.errors import DataError, resolve
from pvtools.tables import (
    abstractions,
    business_crime,
    dashboard,
    harm_weights,
    incidents,
    police_files,
    population,
    recorded_crime,
    representation,
    respondents,
    survey,
    thorough_searches,
    vawg,
    workbooks,
)
from pvtools.tables.files import read_sheet
from pvtools.tables.sheets import Faults, Sheet, shown
from pvtools.tables.today import of

#: The readers, each with the sources it declares: the one list in which a new one is named.
READERS = (
    *(recorded_crime, survey, population, representation, dashboard, vawg, business_crime),
    *(thorough_searches, harm_weights, abstractions, respondents, incidents, police_files),
)
DECLARED = {one.key: one for reader in READERS for one in reader.DECLARED}
#: Those whose files are filed; the others are counted, or read, where they lie.
BY_SOURCE = {key: one for key, one in DECLARED.items() if one.tidy}
ELSEWHERE = tuple(
    (layout, one) for one in DECLARED.values() if not one.tidy for layout in one.layouts
)
FORMATS = tuple((layout, one) for one in BY_SOURCE.values() for layout in one.layouts)

_LIST = (
    "List what can be added with: pvtools sources. If it is one of these files, check that its "
    "first row holds the column names."
)


def recognise(path: str | Path) -> str:
    """Return the key of the source a file belongs to, by its header and never by its name.

    Of a workbook that holds tables of several sources it is the first.

    Raises
    ------
    DataError
        The file cannot be read, or its header is of no known source; the nearest is named.
    """
    return sources_in(path)[0]


def sources_in(path: str | Path) -> tuple[str, ...]:
    """Return the keys of all sources that a file holds a table of: several only of a workbook.

    Raises
    ------
    DataError
        As for :func:`recognise`.
    """
    return tuple(_by_source(path, rows=1))


def read(path: str | Path, source: str) -> pd.DataFrame:
    """Return the tidy table in a published file, checked against the contract of its source.

    Parameters
    ----------
    path : str or Path
        CSV, Parquet or an .xlsx workbook, of which the sheet of this source is read.
    source : str
        A key that :func:`recognise` can return.

    Raises
    ------
    DataError
        The file is of another kind, or holds faults: all of them, each with its row.
    UsageError
        There is no such source.
    """
    with of(path):
        return checked(tidy(path, source), source, file=str(path))


def checked(frame: pd.DataFrame, source: str, *, file: str) -> pd.DataFrame:
    """Return the table unchanged if it keeps the contract of its source.

    Raises
    ------
    DataError
        It does not; every broken promise is listed.
    """
    from pvtools.tables import contracts  # slow to import, and reports need it not

    return contracts.kept(frame, BY_SOURCE[source].contract(contracts), file=file)


def tidy(path: str | Path, source: str) -> pd.DataFrame:
    """Return what :func:`read` returns, without the contract's second look."""
    source = resolve("source of files", source, BY_SOURCE)
    by_source = _by_source(path, wanted=source)
    wanted = BY_SOURCE[source]
    if source not in by_source:
        key, sheet = next(iter(by_source.items()))
        found = BY_SOURCE[key]
        sheet.faults.add(
            f"a file of {found.layouts[-1].title} ({found.key})",
            f"a file of {wanted.layouts[-1].title} ({source})",
            row=1,
        )
        sheet.faults.refuse("Add it without naming a source: pvtools add FILE")
    sheet = by_source[source]
    if not wanted.twins:
        _single_columns(sheet)
    with of(path):
        return wanted.tidy(sheet)


def _by_source(
    path: str | Path, *, rows: int | None = None, wanted: str | None = None
) -> dict[str, Sheet]:
    """Return the tables of a file by the source of each: one, or those of a workbook's sheets.

    Sheets of no source are left aside, and the one that is ``wanted`` is read whole.
    """
    path = Path(path)
    if not workbooks.is_workbook(path):
        sheet = read_sheet(path, rows=rows)
        return {_source(sheet): sheet}
    found: dict[str, str] = {}
    faults = Faults(str(path))
    sheets = workbooks.read_sheets(path, rows=1)
    for title, sheet in sheets.items():
        try:
            source = _source(sheet, of_workbook=True)
        except DataError:
            if len(sheets) == 1:
                raise
            continue
        if source in found:
            faults.add(f"two sheets of {source}", "one sheet of each source in one workbook")
        found[source] = title
    if not found:
        faults.add(
            f"a workbook of {len(sheets)} sheets, and the header of none is known",
            "a sheet whose first row holds the columns of a known file",
        )
    faults.refuse(_LIST)
    if wanted in found:
        return {wanted: workbooks.read_sheets(path, only=found[wanted])[found[wanted]]}
    return {source: sheets[title] for source, title in found.items()}


def _source(sheet: Sheet, *, of_workbook: bool = False) -> str:
    """Return the source whose layout fits; of several the widest, for it says the most."""
    fitting = [(layout.width, one) for layout, one in FORMATS if not layout.lacks(sheet)]
    if fitting:
        one = max(fitting, key=lambda pair: pair[0])[1]
        return one.which(sheet) if one.which else one.key
    _read_otherwise(sheet, of_workbook=of_workbook)
    nearest, one = min(FORMATS, key=lambda pair: len(pair[0].lacks(sheet)) / pair[0].width)
    lacks = nearest.lacks(sheet)
    like = (
        f"; nearest is {nearest.title} ({one.key}), for which {_list(lacks)} would have to be there"
    )
    sheet.faults.add(
        f"the columns {_list(sheet.columns)}",
        "the columns of a known file" + (like if len(lacks) < nearest.width else ""),
        row=1,
    )
    sheet.faults.refuse(_LIST)
    raise AssertionError("unreachable: an unknown header is a fault")


def _read_otherwise(sheet: Sheet, *, of_workbook: bool) -> None:
    """Refuse a file whose header is known and which is not filed, with what reads it."""
    fitting = [(layout, one) for layout, one in ELSEWHERE if not layout.lacks(sheet)]
    if not fitting:
        return
    layout, one = max(fitting, key=lambda pair: pair[0].width)
    call = layout.instead.format(file=repr("FILE.csv" if of_workbook else sheet.file))
    way = "saving the sheet as CSV and reading that" if of_workbook else "reading it where it lies"
    sheet.faults.add(
        f"a file of {layout.title} ({one.key}), which is not filed",
        f"{way}, in Python: from pvtools import tables; {call}"
        if call
        else "a file of another source: this one comes with pvtools",
        row=1,
    )
    sheet.faults.refuse(f"More on it: pvtools sources {one.key}")


def _single_columns(sheet: Sheet) -> None:
    seen: set[str] = set()
    for title, folded in zip(sheet.columns, sheet.folded, strict=True):
        if folded and folded in seen and not folded.isdigit():  # months are checked by name
            sheet.faults.add(
                f"a second column {shown(title)}", "each column once", row=1, column=title
            )
        seen.add(folded)


def _list(names) -> str:
    names = [name or "(blank)" for name in names]
    few = names if len(names) <= 8 else [*names[:7], f"… and {len(names) - 7} more"]
    return ", ".join(few)
