"""What a message calls a cell, so that the author of the notebook finds it."""

from __future__ import annotations

from nbformat import NotebookNode

INJECTED = "injected-parameters"


def cell_names(notebook: NotebookNode) -> list[str]:
    """Return for each cell its number as its author counts, from 1, and the line it opens with.

    The cell into which the parameters of a run are written is not the author's.
    """
    names, number = [], 0
    for cell in notebook.cells:
        injected = INJECTED in cell.metadata.get("tags", ())
        number += not injected
        name = "the cell of the parameters given" if injected else f"cell {number}"
        opening = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
        opening = opening if len(opening) <= 60 else opening[:59] + "…"
        names.append(f"{name} ({opening})" if opening else name)
    return names
