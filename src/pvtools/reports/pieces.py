"""The pieces that an executed notebook shows, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from pvtools.errors import ExportError
from pvtools.exhibits import contract
from pvtools.exhibits.contract import MIME


def read(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the pieces an executed notebook shows, in its order.

    Raises
    ------
    ExportError
        Some are not what a piece is: all of them, by cell.
    """
    shown = [
        (number, output["data"][MIME])
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    faults = [f"  cell {n}: {fault}." for n, piece in shown for fault in contract.faults(piece)]
    if faults:
        raise ExportError("\n".join(["The notebook shows what is no piece of pvtools:", *faults]))
    return [piece for _, piece in shown]


def vintages(shown: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the periods that pieces cover, in the words of the cover or else of the figures."""
    covers = [piece["period"] for piece in shown if piece["kind"] == "cover"]
    periods = covers or [piece["vintage"] for piece in shown if "vintage" in piece]
    return tuple(dict.fromkeys(periods))
