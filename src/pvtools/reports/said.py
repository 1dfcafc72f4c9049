"""What a notebook says of itself in YAML: the options of a cell, and the front matter."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import takewhile

from nbformat import NotebookNode

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)\s*", re.DOTALL)
_BLOCK = re.compile(r"[|>][+-]?")


def in_cell(source: str, name: str) -> list[str]:
    """Return the texts that a cell's lines ``#| name: …`` give: one, or those of a list.

    A text may stand on the lines below, further in, as Quarto has it.

    Examples
    --------
    >>> in_cell("#| fig-alt: |\\n#|   Burglary: falls\\n#|   from 9 to 5.\\nplot()", "fig-alt")
    ['Burglary: falls from 9 to 5.']
    """
    lines = [line[2:] for line in source.splitlines() if line.startswith("#|")]
    return _texts([line.removeprefix(" ") for line in lines], name)


def in_front(notebook: NotebookNode, name: str) -> str:
    """Return what the front matter says under a name: a raw first cell between dashes."""
    if not (notebook.cells and is_front(notebook.cells[0])):
        return ""
    lines = _FRONT.fullmatch(notebook.cells[0].source.strip())[1].splitlines()
    return next(iter(_texts(lines, name)), "")


def is_front(cell: NotebookNode) -> bool:
    """Say whether a cell is written as front matter."""
    return cell.cell_type == "raw" and _FRONT.fullmatch(cell.source.strip()) is not None


def _texts(lines: Sequence[str], name: str) -> list[str]:
    # Not read as YAML: people write colons and quotation marks as they come.
    for at, line in enumerate(lines):
        if line.startswith(f"{name}:"):
            value = line.partition(":")[2].strip()
            if listed := _in_brackets(value):
                return listed
            listed = not value
            texts = ["" if _BLOCK.fullmatch(value) else value]
            for more in takewhile(lambda one: not one.strip() or one[0] in " \t-", lines[at + 1 :]):
                if listed and more.lstrip().startswith("- "):
                    texts.append(more.lstrip()[2:])
                else:
                    texts[-1] += f" {more.strip()}"
            return [unquoted for text in texts if (unquoted := _unquoted(text.strip()))]
    return []


def _in_brackets(value: str) -> list[str]:
    """Return the texts of a list in one line, ``["Falls.", "Rises."]``; none if it is no such."""
    try:
        texts = ast.literal_eval(value) if value.startswith("[") else []
    except (ValueError, SyntaxError):
        return []
    return texts if isinstance(texts, list) and all(isinstance(t, str) for t in texts) else []


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
