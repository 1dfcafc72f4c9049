"""What panels ask for: a file that a user brings, read and checked, and counted by kind."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from pvtools.errors import did_you_mean
from pvtools.tables.files import read_sheet
from pvtools.tables.sheets import shown

_CELLS = {"area": "whose panel", "priority": "what it asks for", "source": "where that is from"}
_LONGEST = 200  # letters of a cell
_DO = (
    "Bring a CSV file with a row a priority, such as:\n"
    "  area,priority,source\n"
    "  Dalston ward,burglary,Minutes of the ward panel of 3 March 2025\n"
    "  Dalston ward,vandalism,Minutes of the ward panel of 3 March 2025"
)


def priorities(path: str | Path, *, kinds: Collection[str] | None = None) -> pd.DataFrame:
    """Return what panels ask for, from a file of one's own.

    Parameters
    ----------
    path
        A CSV file with the columns ``area`` (whose panel), ``priority`` and ``source`` (where it is
        written down); others are left aside.
    kinds
        The priorities that may stand in it, such as those that crimes are counted by; any by
        default. Upper and lower case are one.

    Returns
    -------
    pandas.DataFrame
        ``area, priority, source``, a row a priority of a panel.

    Raises
    ------
    DataError
        All faults of the file, with a template.
    """
    sheet = read_sheet(path)
    places = {name: sheet.place(name) for name in _CELLS}
    for name, place in places.items():
        if place is None:
            near = did_you_mean(name, sheet.columns)
            sheet.faults.add(f"no column {name}.{near}", f"the columns {', '.join(_CELLS)}")
    sheet.faults.refuse(_DO)
    table = pd.DataFrame(
        {name: [str(cell).strip() for cell in sheet.cells[at]] for name, at in places.items()}
    )
    for name, at in places.items():
        for row, text in enumerate(table[name]):
            if not text or len(text) > _LONGEST:
                allowed = f"{_CELLS[name]}, 1 to {_LONGEST} letters"
                sheet.fault(shown(text), allowed, at=row, place=at)
    if kinds is not None:
        known = {kind.casefold(): kind for kind in kinds}
        for row, text in enumerate(table.priority):
            if text and text.casefold() not in known:
                said = shown(text) + did_you_mean(text, known.values()).replace(" Did", ". Did")
                sheet.fault(said, ", ".join(known.values()), at=row, place=places["priority"])
        table["priority"] = [known.get(text.casefold(), text) for text in table.priority]
    for row in table.index[table.duplicated(["area", "priority"])]:
        both = table.loc[row, ["area", "priority"]]
        sheet.fault(f"{', '.join(both)} twice", "each priority of an area once", at=row)
    sheet.faults.refuse(_DO)
    return table


def asked(table: pd.DataFrame) -> pd.Series:
    """Return how many areas' panels ask for each kind, the most first.

    ``table`` is what :func:`priorities` returns.
    """
    return table.groupby("priority").area.nunique().sort_values(ascending=False, kind="stable")
