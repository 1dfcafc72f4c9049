"""The first row of a file that is counted where it lies: CSV, compressed CSV or Parquet."""

from __future__ import annotations

import csv
import io
import zlib
from pathlib import Path

from pvtools.errors import DataError, Fault
from pvtools.sources import regular
from pvtools.tables import limits

_DENSEST = 1032  # times smaller: no gzip file can be denser


def is_parquet(path: Path) -> bool:
    """Return whether a file is read as Parquet."""
    return path.suffix == ".parquet"


def of(path: Path) -> list[str]:
    """Return the names in a file's header.

    Raises
    ------
    DataError
        It has more columns, or would unpack to more, than :mod:`limits` allows.
    OSError, zlib.error, UnicodeError, csv.Error, duckdb.Error
        It cannot be opened, or is damaged where it begins.
    """
    if is_parquet(path):
        from pvtools.tables.columnar import column_names

        return [name.strip() for name in column_names(path)]
    with regular.opened(path) as raw:
        start = raw.read(65_536)
        if start.startswith(b"\x1f\x8b"):
            raw.seek(0)
            _refuse_bomb(raw, str(path))
            # a file cut short later on still shows its header here
            start = zlib.decompressobj(wbits=31).decompress(start, 65_536)
    start = start.split(b"\n", 1)[0]
    return next(csv.reader(io.StringIO(start.decode("utf-8-sig").strip())), [])


def _refuse_bomb(raw, file: str) -> None:
    """Raise where a compressed file unpacks to more than any publisher's; most need no look."""
    size = raw.seek(0, 2)
    if size * _DENSEST <= limits.UNPACKED:
        return
    raw.seek(0)
    unpacked, stream = 0, zlib.decompressobj(wbits=31)
    while piece := stream.unconsumed_tail or stream.unused_data or raw.read(1 << 20):
        if stream.eof:  # several streams may follow each other
            stream = zlib.decompressobj(wbits=31)
        unpacked += len(stream.decompress(piece, 1 << 24))
        if unpacked > limits.UNPACKED:
            fault = Fault("a larger file once unpacked", f"at most {limits.UNPACKED:,} bytes")
            raise DataError(file, [fault], limits.SMALLER)
