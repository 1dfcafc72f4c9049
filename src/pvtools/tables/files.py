"""Files of rows and columns, read as text with every fault kept.

A file is first read for what it is: bytes, then text, then fields. Nothing is guessed: the
encoding is UTF-8, the separator is the one that makes the most of the header line. What the
fields mean is for the readers of each source, which add their own faults to the same list.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gc
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pvtools.sources import regular
from pvtools.tables import limits
from pvtools.tables.sheets import Faults, Sheet, fold, refuse_columns, refuse_size, shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
#: How files that are not text begin, and what to do with one.
_MAGIC = {
    b"PK\x03\x04": "a spreadsheet or zip archive (save the sheet as CSV, or unpack it)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (save the sheet as CSV)",
    b"\x1f\x8b": "a gzip archive (unpack it first)",
    b"%PDF": "a PDF",
    b"$FL2": "an SPSS file (respondents are read with tables.read_respondents)",
    b"$FL3": "an SPSS file (respondents are read with tables.read_respondents)",
    b"<stata_dta>": "a Stata file (respondents are read with tables.read_respondents)",
    b"\xff\xfe": "text in UTF-16 (save it as CSV UTF-8)",
    b"\xfe\xff": "text in UTF-16 (save it as CSV UTF-8)",
}
PARQUET = b"PAR1"


def read_sheet(path: str | Path, *, rows: int | None = None) -> Sheet:
    """Return the columns of a CSV or Parquet file.

    Parameters
    ----------
    path : str or Path
        Recognised by content, never by name.
    rows : int, optional
        Read no more rows than this, for a look at the header.

    Raises
    ------
    DataError
        The file is missing, empty, no text, not UTF-8, holds no table or more than
        :mod:`limits` allows. Faults of single rows do not raise here: they wait in
        ``Sheet.faults`` for the reader to add its own.
    """
    path = Path(path)
    raw = _bytes(path)
    if raw.startswith(PARQUET):
        from pvtools.tables.columnar import read_parquet  # only Parquet needs its engine

        return read_parquet(path, rows)
    return _text(str(path), raw, rows)


def read_published(path: str | Path, columns: tuple[str, ...]) -> Sheet:
    """Return a table of the figures that come with pvtools, which has these columns alone."""
    sheet = read_sheet(path)
    if sheet.folded != tuple(map(fold, columns)):
        found = f"the columns {', '.join(sheet.columns)}"
        sheet.faults.add(found, f"the columns {', '.join(columns)}", row=1)
        sheet.faults.refuse()
    return sheet


def _bytes(path: Path) -> bytes:
    """Return the bytes of a text file, or how a Parquet file begins."""
    faults = Faults(str(path))
    raw = b""
    try:
        with regular.opened(path) as content:
            raw = content.read(len(PARQUET))
            if raw != PARQUET:
                raw += content.read(limits.BYTES)
    except FileNotFoundError:
        faults.add("no file of this name", "a file that exists")
    except regular.NotAFileError as error:
        faults.add(str(error.strerror), "one file")
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        why = getattr(error, "strerror", None) or error
        faults.add(f"a file that cannot be opened ({why})", "a file you may read")
    faults.refuse("Check the name and the folder.")
    if not raw.removeprefix(codecs.BOM_UTF8).strip():
        faults.add("an empty file", "a table with a header and rows")
    faults.refuse()
    if len(raw) > limits.BYTES:
        faults.add("a larger file", f"at most {limits.BYTES:,} bytes")
    faults.refuse(limits.SMALLER)
    return raw


def _text(file: str, raw: bytes, rows: int | None) -> Sheet:
    faults = Faults(file)
    _refuse_unless_text(raw, faults)
    delimiter, header = _header(raw, faults)
    columns = tuple(name.strip() for name in header)
    refuse_columns(columns, faults)
    with _uncollected():
        lines, numbers = _lines(raw, delimiter, len(columns), faults, rows)
    if not lines and not faults:
        faults.add("a header and no rows", "at least one row below the header", row=2)
        faults.refuse()
    cells = zip(*lines, strict=True) if lines else ([] for _ in columns)
    return Sheet(
        file=file,
        columns=columns,
        cells=tuple(np.array(list(column), dtype=object) for column in cells),
        rows=np.array(numbers, dtype=np.int64),
        faults=faults,
    )


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the search for unused cycles: fields have none, and millions of them are searched."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _refuse_unless_text(raw: bytes, faults: Faults) -> None:
    allowed = "a table as text (CSV in UTF-8) or Parquet"
    for magic, what in _MAGIC.items():
        if raw.startswith(magic):
            faults.add(what, allowed)
            faults.refuse()
    if b"\0" in raw:
        faults.add("binary data (it holds null bytes)", allowed)
        faults.refuse()
    if re.match(rb"\s*<(!doctype|html|\?xml)", raw[:200], re.IGNORECASE):
        faults.add("a web page or XML", allowed)
        faults.refuse("Download the table itself: a page was saved in its place.")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        _foreign_bytes(raw, faults)


def _foreign_bytes(raw: bytes, faults: Faults) -> None:
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", raw), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = line[error.start]
            meant = bytes([byte]).decode("cp1252", errors="replace")
            faults.add(
                f"a byte that is not UTF-8 (0x{byte:02X}, which Windows-1252 reads as {meant!r})",
                "text in UTF-8",
                row=number,
            )
    faults.refuse("Open it in a spreadsheet or editor and save it as CSV UTF-8, then try again.")


def _header(raw: bytes, faults: Faults) -> tuple[str, list[str]]:
    """Return the separator that finds the most columns in the header, and those columns."""
    best: tuple[str, list[str]] = (",", [])
    for delimiter in DELIMITERS:
        try:
            header = next(_reader(raw, delimiter), [])
        except csv.Error:
            continue
        if len(header) > len(best[1]):
            best = (delimiter, header)
    if len(best[1]) < 2:
        line = next(_text_of(raw)).strip()
        faults.add(
            f"one column only, {shown(line)}" if line else "an empty first row",
            "a header of several columns separated by comma, semicolon or tab",
            row=1,
        )
        faults.refuse()
    return best


def _text_of(raw: bytes) -> Iterator[str]:
    # newline="" leaves line ends to csv: LF, CRLF and the CR of old Macs are all understood
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")


def _reader(raw: bytes, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_text_of(raw), delimiter=delimiter, strict=True)


def _lines(
    raw: bytes, delimiter: str, width: int, faults: Faults, most: int | None
) -> tuple[list[list[str]], list[int]]:
    lines: list[list[str]] = []
    numbers: list[int] = []
    wrong: list[tuple[int, int]] = []
    number = last = 1
    room = limits.CELLS // width
    try:
        for number, cells in enumerate(_reader(raw, delimiter), start=1):
            if number == 1 or not any(cell.strip() for cell in cells):
                continue
            if most is not None and len(lines) >= most:
                break
            if len(lines) >= room:
                refuse_size(faults, width)
            last = number
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                wrong.append((number, len(cells)))
            else:
                lines.append(cells[:width])
                numbers.append(number)
    except csv.Error as error:
        long = "field limit" in str(error)
        faults.add(
            f"quotation marks that do not pair up{', or a very long cell' * long} ({error})",
            "fields whose quotation marks are closed",
            row=number + 1,
        )
    for number, fields in wrong:
        cut = len(wrong) == 1 and number == last and fields < width
        faults.add(
            f"{fields} field{'s' if fields != 1 else ''}"
            + (", where the file ends: it looks cut short" if cut else ""),
            f"{width} fields separated by {DELIMITERS[delimiter]}, as in the header",
            row=number,
        )
    return lines, numbers
