"""The sheets of an Excel workbook (.xlsx), each read as text like any other table."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pvtools.sources import regular
from pvtools.tables import limits
from pvtools.tables.sheets import Faults, Sheet, refuse_columns, refuse_size

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_PART = "xl/workbook.xml"  # what tells a workbook from any other zip archive


def is_workbook(path: Path) -> bool:
    """Return whether a file is an .xlsx workbook, by its content."""
    try:
        with regular.opened(path) as content:
            if content.read(4) != b"PK\x03\x04":
                return False
            with zipfile.ZipFile(content) as archive:
                return _PART in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def read_sheets(
    path: Path, rows: int | None = None, *, only: str | None = None
) -> dict[str, Sheet]:
    """Return the sheets of a workbook that hold a table, as they are published, by their names.

    Parameters
    ----------
    path
        An .xlsx workbook.
    rows
        Read no more rows of each sheet than this, for a look at the headers.
    only
        The name of the one sheet that is wanted: reading is slow.

    Raises
    ------
    DataError
        It is damaged, larger than :mod:`limits` allows, or no sheet of it holds a table.
    """
    from openpyxl import load_workbook  # heavy, and needed for workbooks only

    faults = Faults(str(path))
    with regular.opened(path) as content:
        try:
            with zipfile.ZipFile(content) as archive:
                size = sum(part.file_size for part in archive.infolist())
            if size > limits.BYTES:
                faults.add("a larger workbook once unpacked", f"at most {limits.BYTES:,} bytes")
                faults.refuse(limits.SMALLER)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # on styles and menus it leaves out
                book = load_workbook(content, read_only=True, data_only=True)
                found = {
                    sheet.title: _sheet(path, sheet, rows)
                    for sheet in book.worksheets
                    if only in (None, sheet.title)
                }
        except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError, EOFError) as error:
            faults.add(f"a workbook that is damaged ({error})", "a whole .xlsx workbook")
    faults.refuse()
    tables = {title: sheet for title, sheet in found.items() if sheet is not None}
    if not tables:
        faults.add("a workbook without a table", "a sheet with a header and rows")
        faults.refuse()
    return tables


def _sheet(path: Path, sheet: ReadOnlyWorksheet, most: int | None) -> Sheet | None:
    """Return one sheet, or None without rows; its header is the first row with several cells."""
    faults = Faults(f"{path}, sheet {sheet.title!r},")
    sheet.reset_dimensions()  # what a file says of its size is not always true
    lines = _lines(sheet)
    columns = next((cells for _, cells in lines if sum(map(bool, cells)) > 1), [])
    below = [line for line in itertools.islice(lines, most) if any(line[1])]
    if not below:
        return None
    width = max(len(columns), *(len(cells) for _, cells in below))
    columns = tuple(columns + [""] * (width - len(columns)))
    refuse_columns(columns, faults)
    if len(below) * width > limits.CELLS:
        refuse_size(faults, width)
    cells = np.array([cells + [""] * (width - len(cells)) for _, cells in below], dtype=object)
    return Sheet(
        file=faults.file,
        columns=columns,
        cells=tuple(cells.T),
        rows=np.array([number for number, _ in below], dtype=np.int64),
        faults=faults,
    )


def _lines(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number and its cells as text, without the blanks at its end."""
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield number, cells


def _text(value: object) -> str:
    """Return a cell as a CSV would write it: days as 2014-12-31, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
