"""Files of rows and columns, read as text with every fault kept.

A file is first read for what it is: bytes, then text, then fields. Nothing is guessed: the
encoding is UTF-8, the separator is the one that makes the most of the header line. What the
fields mean is for the readers of each source, which add their own faults to the same list.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools.tables.sheets import Faults, Sheet, shown

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
#: How files that are not text begin, and what to tell somebody who has one.
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
_PARQUET = b"PAR1"
_ALL = 2**62


def read_sheet(path: str | Path, *, rows: int | None = None) -> Sheet:
    """Return the columns of a CSV or Parquet file.

    Parameters
    ----------
    path : str or Path
        Told apart by content, never by name.
    rows : int, optional
        Read no more rows than this, for a look at the header.

    Raises
    ------
    DataError
        The file is missing, empty, no text, not UTF-8, or holds no table. Faults of single
        rows do not raise here: they wait in ``Sheet.faults`` for the reader to add its own.
    """
    path = Path(path)
    raw = _bytes(path)
    return _parquet(path, rows) if raw.startswith(_PARQUET) else _text(str(path), raw, rows)


def _bytes(path: Path) -> bytes:
    faults = Faults(str(path))
    raw = b""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        faults.add("no file of this name", "a file that exists")
    except IsADirectoryError:
        faults.add("a folder", "one file")
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        faults.add(f"a file that cannot be opened ({error})", "a file you may read")
    faults.refuse("Check the name and the folder.")
    if not raw.strip():
        faults.add("an empty file", "a table with a header and rows")
    faults.refuse()
    return raw


def _text(file: str, raw: bytes, rows: int | None) -> Sheet:
    faults = Faults(file)
    text = _decoded(raw, faults)
    delimiter, header = _header(text, faults)
    columns = tuple(name.strip() for name in header)
    with _uncollected():
        lines, numbers = _lines(text, delimiter, len(columns), faults, rows)
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


def _decoded(raw: bytes, faults: Faults) -> str:
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
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _foreign_bytes(raw, faults)
        raise AssertionError("unreachable: undecodable text has at least one fault") from None


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


def _header(text: str, faults: Faults) -> tuple[str, list[str]]:
    """Return the separator that finds the most columns in the header, and those columns."""
    best: tuple[str, list[str]] = (",", [])
    for delimiter in DELIMITERS:
        try:
            header = next(_reader(text, delimiter), [])
        except csv.Error:
            continue
        if len(header) > len(best[1]):
            best = (delimiter, header)
    if len(best[1]) < 2:
        line = text.splitlines()[0] if text.splitlines() else ""
        faults.add(
            f"one column only, {shown(line)}" if line.strip() else "an empty first row",
            "a header of several columns separated by comma, semicolon or tab",
            row=1,
        )
        faults.refuse()
    return best


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    # newline="" leaves line ends to csv: LF, CRLF and the CR of old Macs are all understood
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _lines(
    text: str, delimiter: str, width: int, faults: Faults, most: int | None
) -> tuple[list[list[str]], list[int]]:
    lines: list[list[str]] = []
    numbers: list[int] = []
    wrong: list[tuple[int, int]] = []
    number = last = 1
    try:
        for number, cells in enumerate(_reader(text, delimiter), start=1):
            if number == 1 or not any(cell.strip() for cell in cells):
                continue
            if most is not None and len(lines) >= most:
                break
            last = number
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                wrong.append((number, len(cells)))
            else:
                lines.append(cells[:width])
                numbers.append(number)
    except csv.Error as error:
        faults.add(
            f"quotation marks that do not pair up ({error})",
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


def _parquet(path: Path, rows: int | None) -> Sheet:
    import duckdb  # only Parquet needs it

    faults = Faults(str(path))
    literal = re.sub(r"([*?\[])", r"[\1]", str(path))  # the reader would expand a pattern
    try:
        with duckdb.connect(config={"threads": 1}) as engine:
            frame = engine.execute(
                "SELECT * FROM read_parquet(?, hive_partitioning = false) LIMIT ?",
                [literal, _ALL if rows is None else rows],
            ).df()
    except (duckdb.Error, MemoryError, UnicodeDecodeError, ValueError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        faults.add(
            f"a Parquet file that is cut short or damaged ({reason})", "a whole Parquet file"
        )
        faults.refuse("Download it again from its publisher.")
    if frame.empty:
        faults.add("a header and no rows", "at least one row below the header", row=2)
        faults.refuse()
    return Sheet(
        file=str(path),
        columns=tuple(str(name).strip() for name in frame.columns),
        cells=tuple(_cells(frame.iloc[:, place]) for place in range(frame.shape[1])),
        rows=np.arange(2, len(frame) + 2),
        faults=faults,
    )


def _cells(column) -> np.ndarray:
    """Return whole numbers as they are, everything else as text; a null is an empty cell."""
    missing = column.isna().to_numpy()
    if column.dtype.kind in "iu" and not missing.any():
        return column.to_numpy()
    codes, distinct = pd.factorize(column)  # each distinct value is written once; a null is -1
    values = distinct.tolist()
    if column.dtype.kind == "f":  # a null among whole numbers can make them all floats
        values = [int(x) if float(x).is_integer() else x for x in values]
    return np.array([*map(str, values), ""], dtype=object)[codes]
