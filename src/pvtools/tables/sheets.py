"""A published file before anything in it is believed, and everything found wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pvtools.errors import DataError, Fault
from pvtools.tables import limits

DO = (
    "Nothing was taken from it. Mend what is named above, or download the file again "
    "from its publisher."
)


class Faults:
    """Everything found wrong with one file; the same fault is kept once, with its count.

    Of very many different faults the first :data:`limits.FAULTS` are kept and the others counted.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[str, str], tuple[int | None, str | None, int]] = {}
        self._more = 0

    def add(
        self,
        found: str,
        allowed: str,
        *,
        row: int | None = None,
        column: str | None = None,
        times: int = 1,
    ) -> None:
        """Keep one fault, or count it when its like is already known."""
        if self.full and (found, allowed) not in self._found:
            self._more += times
            return
        first_row, first_column, before = self._found.get((found, allowed), (row, column, 0))
        self._found[found, allowed] = (first_row, first_column, before + times)

    @property
    def full(self) -> bool:
        """Return whether a fault of a new kind would only be counted."""
        return len(self._found) >= limits.FAULTS

    def __bool__(self) -> bool:
        return bool(self._found)

    def refuse(self, do: str = DO) -> None:
        """Raise all faults at once as a DataError; do nothing when there are none."""
        if self._found:
            faults = sorted(self, key=lambda fault: fault.row or 0)
            raise DataError(self.file, faults, do, more=self._more)

    def __iter__(self) -> Iterator[Fault]:
        for (found, allowed), (row, column, times) in self._found.items():
            again = f" (and {times - 1:,} more like it)" if times > 1 else ""
            yield Fault(found + again, allowed, row=row, column=column)


@dataclass(frozen=True)
class Sheet:
    """The columns of one file as they were published, before anything is believed.

    ``columns`` are the header's names, ``cells`` one array a column: text, or numbers
    where a Parquet file declares them. ``rows`` are row numbers as a spreadsheet counts.
    """

    file: str
    columns: tuple[str, ...]
    cells: tuple[np.ndarray, ...] = field(repr=False)
    rows: np.ndarray = field(repr=False)
    faults: Faults = field(repr=False)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Return the header without case, spaces and underscores: ``lsoacode``."""
        return tuple(fold(name) for name in self.columns)

    def place(self, *names: str) -> int | None:
        """Return the position of the first of these columns that the header holds."""
        folded = self.folded
        return next((folded.index(name) for name in names if name in folded), None)

    def fault(
        self, found: str, allowed: str, *, at: int, place: int | None = None, times: int = 1
    ) -> None:
        """Keep a fault of one of its rows, counted from 0, and perhaps of one of its columns."""
        column = None if place is None else self.columns[place]
        self.faults.add(found, allowed, row=int(self.rows[at]), column=column, times=times)


def fold(name: str) -> str:
    """Return a header's name as it is compared: ``"LSOA Code"`` is ``lsoacode``."""
    return re.sub(r"[\s_]+", "", name).casefold()


def shown(text: object) -> str:
    """Return a cell as an error shows it: quoted, and never longer than a line."""
    whole = str(text)
    return "an empty cell" if not whole else repr(whole if len(whole) <= 60 else whole[:59] + "…")


def refuse_columns(columns: tuple[str, ...], faults: Faults) -> None:
    """Raise where a header has more columns, or longer names, than any table of ours."""
    if len(columns) > limits.COLUMNS:
        faults.add(f"{len(columns):,} columns", f"at most {limits.COLUMNS:,} columns", row=1)
    for place, name in enumerate(columns, start=1):
        if len(name) > limits.NAME:
            faults.add(
                f"a name of {len(name):,} characters for column {place}, {shown(name)}",
                f"at most {limits.NAME:,} characters",
                row=1,
            )
    faults.refuse(limits.SMALLER)


def refuse_size(faults: Faults, width: int) -> None:
    """Raise: the table has more rows than can be held in memory."""
    faults.add(
        f"more than {limits.CELLS // width:,} rows of {width:,} columns",
        f"at most {limits.CELLS:,} cells, rows times columns",
    )
    faults.refuse(limits.SMALLER)
