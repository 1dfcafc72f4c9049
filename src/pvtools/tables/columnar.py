"""Parquet files as columns of cells: weighed first, since a small file can hold a large table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from pvtools.sources import regular
from pvtools.tables import engine, limits
from pvtools.tables.sheets import Faults, Sheet, refuse_columns, refuse_size, shown

_MEMORY = "2GB"
_AT_ONCE = 500_000  # cells that are unpacked at a time
_NESTED = {"list", "array", "struct", "map", "union", "variant", "geometry"}
_PLAIN = {  # what becomes a column of pandas as it is; the engine writes the rest as text
    *("tinyint", "smallint", "integer", "bigint"),
    *("utinyint", "usmallint", "uinteger", "ubigint"),
    *("boolean", "float", "double", "decimal", "varchar"),
    *("date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"),
}
_TABLE = "read_parquet(?, hive_partitioning = false)"
_DAMAGE = (duckdb.Error, MemoryError, UnicodeError, ValueError, OverflowError)


def read_parquet(path: Path, rows: int | None) -> Sheet:
    """Return the columns of a Parquet file; see :func:`files.read_sheet`."""
    faults = Faults(str(path))
    whole = path.absolute()
    columns: tuple[str, ...] = ()
    cells: list[np.ndarray] = []
    try:
        with engine.opened([whole], threads=1, memory=_MEMORY) as reader:
            name = engine.literal(whole)
            columns, types, n = _weighed(reader, name, rows, faults)
            taken = [
                engine.quoted(title) if kind.id in _PLAIN
                else f"CAST({engine.quoted(title)} AS VARCHAR)"
                for title, kind in zip(columns, types, strict=True)
            ]  # fmt: skip
            cells = list(_cells(reader, name, taken, n))
    except duckdb.OutOfMemoryException:
        faults.add(f"a table that needs more than {_MEMORY} of memory", "one that needs less")
        faults.refuse(limits.SMALLER)
    except _DAMAGE as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        faults.add(
            f"a Parquet file that is cut short or damaged ({reason})", "a whole Parquet file"
        )
        faults.refuse("Download it again from its publisher.")
    if not cells or not len(cells[0]):
        faults.add("a header and no rows", "at least one row below the header", row=2)
        faults.refuse()
    return Sheet(
        file=str(path),
        columns=tuple(name.strip() for name in columns),
        cells=tuple(cells),
        rows=np.arange(2, len(cells[0]) + 2),
        faults=faults,
    )


def column_names(path: Path) -> tuple[str, ...]:
    """Return the names of a Parquet file's columns, none of which is read.

    Raises
    ------
    DataError
        There are more than any table has, or one has a name that is too long.
    OSError, duckdb.Error
        It cannot be read as a file, or is damaged.
    """
    regular.opened(path).close()
    whole = path.absolute()
    with engine.opened([whole], threads=1, memory=_MEMORY) as reader:
        return _described(reader, engine.literal(whole), Faults(str(path)))[0]


def _described(reader, name: str, faults: Faults) -> tuple[tuple[str, ...], list]:
    """Return the names and types of the columns; a very wide table is refused before."""
    width = reader.execute("SELECT count(*) - 1 FROM parquet_schema(?)", [name]).fetchone()[0]
    if width > limits.COLUMNS:
        faults.add(f"{width:,} columns", f"at most {limits.COLUMNS:,} columns", row=1)
        faults.refuse(limits.SMALLER)
    table = reader.execute(f"SELECT * FROM {_TABLE} LIMIT 0", [name])  # noqa: S608 - our own text
    columns = tuple(str(one[0]) for one in table.description)
    refuse_columns(columns, faults)
    return columns, [one[1] for one in table.description]


def _weighed(
    reader, name: str, rows: int | None, faults: Faults
) -> tuple[tuple[str, ...], list, int]:
    """Return the columns, their types and how many rows to read; refuse what is too large."""
    columns, types = _described(reader, name, faults)
    for title, kind in zip(columns, types, strict=True):
        if kind.id in _NESTED:
            faults.add(
                f"a column of lists or records, {shown(title)} ({str(kind)[:60]})",
                "columns of texts, numbers and dates",
                row=1,
            )
    faults.refuse("Write each part into a column of its own, or leave the column out.")
    n = reader.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [name]).fetchone()[0]
    n = int(n or 0) if rows is None else min(rows, int(n or 0))
    if n > limits.CELLS // max(len(columns), 1):
        refuse_size(faults, len(columns))
    lengths = [
        f"sum({'strlen' if kind.id == 'varchar' else 'octet_length'}({engine.quoted(title)}))"
        for title, kind in zip(columns, types, strict=True)
        if kind.id in ("varchar", "blob")
    ]
    if lengths and rows is None:
        weigh = f"SELECT {', '.join(lengths)} FROM {_TABLE}"  # noqa: S608 - names are quoted
        held = sum(size or 0 for size in reader.execute(weigh, [name]).fetchone())
        if held > limits.BYTES:
            faults.add(
                f"texts of {held:,} bytes, once they are unpacked",
                f"at most {limits.BYTES:,} bytes",
            )
            faults.refuse(limits.SMALLER)
    return columns, types, n


def _cells(reader, name: str, taken: list[str], n: int) -> Iterator[np.ndarray]:
    """Yield the cells of each column; some columns are unpacked at a time."""
    step = max(1, _AT_ONCE // max(n, 1))
    for first in range(0, len(taken), step):
        some = ", ".join(taken[first : first + step])
        frame = reader.execute(f"SELECT {some} FROM {_TABLE} LIMIT ?", [name, n]).df()  # noqa: S608 - names are quoted
        for place in range(frame.shape[1]):
            yield _column(frame.iloc[:, place])


def _column(column: pd.Series) -> np.ndarray:
    """Return whole numbers as they are, everything else as text; a null is an empty cell."""
    missing = column.isna().to_numpy()
    if column.dtype.kind in "iu" and not missing.any():
        return column.to_numpy()
    codes, distinct = pd.factorize(column)  # each distinct value is written once; a null is -1
    values = distinct.tolist()
    if column.dtype.kind == "f":  # a null among whole numbers can make them all floats
        values = [int(x) if float(x).is_integer() else x for x in values]
    return np.array([*map(str, values), ""], dtype=object)[codes]
