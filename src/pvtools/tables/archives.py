"""Statistical packages' files as they are archived: SPSS and Stata beside CSV and Parquet.

Each becomes a :class:`Sheet` of texts. A labelled answer is read as its label, which says more
than its code and does not depend on the direction of the scale.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pvtools.errors import DataError, UsageError, printable
from pvtools.sources import regular
from pvtools.tables import limits
from pvtools.tables.files import read_sheet, refuse_columns, refuse_size
from pvtools.tables.sheets import Faults, Sheet

_SPSS = (b"$FL2", b"$FL3")
_STATA_FROM_13 = b"<stata_dta>"
_STATA_BEFORE = range(0x66, 0x74)  # versions 102 to 115 begin with their number

_HEAD = 256  # bytes that hold how large a Stata file is

#: Codes that archives keep for no answer whatever their label says.
NO_ANSWER = {"-1", "-8", "-9"}


def read_archive(path: str | Path) -> Sheet:
    """Return the columns of an SPSS, Stata, CSV or Parquet file as texts, labels for codes.

    Raises
    ------
    DataError
        The file is missing, damaged, of another kind or larger than :mod:`limits` allows.
    UsageError
        It is an SPSS file, and the library that reads those is not installed.
    """
    start = _start(Path(path))
    if start.startswith(_SPSS):
        return _labelled(Path(path), pd.read_spss, _room_in_spss, "an SPSS file")
    # the second byte of an old Stata file is the order of bytes, 1 or 2
    if start.startswith(_STATA_FROM_13) or (
        len(start) > 1 and start[0] in _STATA_BEFORE and start[1] in (1, 2)
    ):
        return _labelled(Path(path), pd.read_stata, _room_in_stata, "a Stata file")
    return read_sheet(path)


def _start(path: Path) -> bytes:
    try:
        with regular.opened(path) as content:
            return content.read(_HEAD)
    except (OSError, ValueError):
        return b""  # read_sheet says what is wrong with it


def _labelled(
    path: Path,
    read: Callable[..., pd.DataFrame],
    room: Callable[[Path, Faults], dict[str, Any]],
    kind: str,
) -> Sheet:
    faults = Faults(str(path))
    codes = labels = pd.DataFrame()
    try:
        most = room(path, faults)
        codes = labels = read(path, convert_categoricals=False, **most)
        if codes.size > limits.CELLS:
            refuse_size(faults, codes.shape[1])
        labels = _with_labels(path, read, codes, most)
    except DataError:
        raise
    except ImportError:
        raise UsageError(
            f"{printable(path)} is {kind}, and the library that reads those is not installed. "
            "Install it with: pip install 'pvtools[spss]', or save the file as CSV."
        ) from None
    except Exception as error:  # each reader has a way of its own to say that a file is damaged
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        faults.add(f"{kind} that is cut short or damaged ({reason})", "a whole file")
        faults.refuse("Download it again from its archive.")
    if codes.empty:
        faults.add("columns and no rows", "at least one row", row=2)
        faults.refuse()
    return Sheet(
        file=str(path),
        columns=tuple(str(name).strip() for name in codes.columns),
        cells=tuple(_texts(codes[name], labels[name]) for name in codes.columns),
        rows=np.arange(2, len(codes) + 2),
        faults=faults,
    )


def _room_in_spss(path: Path, faults: Faults) -> dict[str, Any]:
    """Refuse a table that is too wide; return the reader's option for the most rows there may be.

    These files are packed, and need not say how many rows they have.
    """
    about = pd.read_spss(path, convert_categoricals=False, metadataonly=True).attrs
    refuse_columns(tuple(about["column_names"]), faults)
    width = max(len(about["column_names"]), 1)
    row = max(sum(about["variable_storage_width"].values()), 1)
    rows = about["number_rows"] or 0
    if rows > limits.CELLS // width:
        refuse_size(faults, width)
    if rows * row > limits.BYTES:
        faults.add(f"{rows:,} rows of {row:,} bytes", f"at most {limits.BYTES:,} bytes")
        faults.refuse(limits.SMALLER)
    return {"row_limit": min(limits.CELLS // width, limits.BYTES // row) + 1}


def _room_in_stata(path: Path, faults: Faults) -> dict[str, Any]:
    """Refuse a table that is too large; these files say so at their beginning."""
    start = _start(path)
    if start.startswith(_STATA_FROM_13):
        order = "<" if b"<byteorder>LSF" in start else ">"
        release = int(start[28:31])
        width = struct.unpack_from(order + ("I" if release > 118 else "H"), start, 70)[0]
        at = start.index(b"<N>", 70) + 3
        rows = struct.unpack_from(order + ("I" if release < 118 else "Q"), start, at)[0]
    else:
        width, rows = struct.unpack_from(("<" if start[1] == 2 else ">") + "HI", start, 4)
    if width > limits.COLUMNS:
        faults.add(f"{width:,} columns", f"at most {limits.COLUMNS:,} columns")
        faults.refuse(limits.SMALLER)
    if rows > limits.CELLS // max(width, 1):
        refuse_size(faults, max(width, 1))
    if (size := path.stat().st_size) > limits.BYTES:
        faults.add(f"{size:,} bytes", f"at most {limits.BYTES:,} bytes")
        faults.refuse(limits.SMALLER)
    return {}


def _with_labels(
    path: Path, read: Callable[..., pd.DataFrame], codes: pd.DataFrame, most: dict[str, Any]
):
    try:
        return read(path, convert_categoricals=True, **most)
    except ValueError:  # one label stands for two codes; the codes alone are still good
        return codes


def _texts(codes: pd.Series, labels: pd.Series) -> np.ndarray:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        no_answer = np.isin(_distinct(codes).astype(str), list(NO_ANSWER))
        return np.where(no_answer, "", _distinct(labels.astype(object)))
    return _distinct(codes)


def _distinct(column: pd.Series) -> np.ndarray:
    """Return a column as texts; each distinct value is written once."""
    numbers, values = pd.factorize(column)
    texts = np.array([*(_text(value) for value in values), ""], dtype=object)
    return texts[numbers]  # -1, the place of nothing, is the last


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()
