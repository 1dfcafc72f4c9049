"""The table of an exhibit or a ledger as a CSV file that says of itself what it holds.

One file, not two: what is passed on alone still says what its columns mean. All that is not the
table stands in lines that begin with ``#``: ``pandas.read_csv(file, comment="#")`` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pvtools import __version__, sources, words
from pvtools.measures import Format

_WRITTEN: Mapping[Format, str] = {
    "text": "text",
    "picture": "text",
    "month": "a month",
    "period": "a month, or the period that ends with it",
    "percent": "per cent, whole",
    "points": "percentage points, whole; an end of an interval near zero has more decimals",
    "change": "per cent, one decimal; an end of an interval near zero has more",
    "rate": "number, one decimal",
    "count": "whole number",
    "decimal": "number, two decimals",
    "p_value": 'probability, two decimals; a smaller one is the text "under 0.01"',
}
#: At the start of a cell a spreadsheet takes these for a formula.
_FORMULA = re.compile(r"(^|,)(?=\s*[=+@\-])")


def render(
    piece: Mapping[str, Any], *, about: Mapping[str, str], made_of: Collection[str] = ()
) -> str:
    """Return the table of a piece as CSV, its numbers rounded as they are shown.

    Parameters
    ----------
    piece
        The exhibit or ledger, as ``to_json`` returns it.
    about
        What else the head says, such as the area, each by its name.
    made_of
        Keys of the sources of the table, beside those that its source line or note names.
    """
    columns, rows = piece["table"]["columns"], piece["table"]["rows"]
    head = (" ".join(line.split()) for line in _head(piece, about, made_of))
    lines = [_FORMULA.sub(r"\1'", f"# {line}") for line in head]
    lines.append(",".join(_quoted(column["label"]) for column in columns))
    for row in rows:
        cells = zip(row, columns, strict=True)
        lines.append(",".join(_cell(value, column) for value, column in cells))
    return "".join(f"{line}\r\n" for line in lines)


def _head(
    piece: Mapping[str, Any], about: Mapping[str, str], made_of: Collection[str]
) -> Iterator[str]:
    """Yield what the file is, and then what its columns mean."""
    notes = [*piece.get("caveats", []), *filter(None, [piece.get("note")])]
    names = " ".join([piece.get("source", ""), *notes])
    if piece.get("synthetic"):
        yield "SYNTHETIC: made-up data, not figures of any real place."
    yield f"Title: {piece.get('headline') or piece['title']}"
    if "subtitle" in piece:
        yield f"What it shows: {piece['subtitle']}"
    yield from (f"{name}: {said}" for name, said in about.items())
    if "source" in piece:
        yield f"Period: {piece['vintage']}"
        yield f"Source: {piece['source']}"
    for key, source in sources.register().items():
        if key in made_of or source.title in names:
            yield f"Licence of {source.title}: {source.licence}. {source.attribution}"
    yield from (f"Note: {note}" for note in notes)
    yield f"Made from open data with pvtools {__version__}; not an official statistic."
    yield "Numbers are rounded as they are shown; an empty cell is not given, or does not apply."
    yield from (
        f"Column {at}, {column['label']}: {_WRITTEN[column['format']]}"
        for at, column in enumerate(piece["table"]["columns"], 1)
    )


def _cell(value: Any, column: Mapping[str, str]) -> str:
    """Return a cell: a number as digits, and a text between quotes, where a # is no comment."""
    value = words.plain(value)
    if value is None:
        return ""
    if column["format"] in words.TEXTS:
        return _quoted(str(value))
    said = words.cell_number(value, column)
    if said.startswith("under"):
        return _quoted(said)
    return re.sub(r"[^\d.-]", "", said.replace(words.MINUS, "-"))


def _quoted(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    text = " ".join(text.split())
    guarded = f"'{text}" if _FORMULA.match(text) else text
    return '"' + guarded.replace('"', '""') + '"'
