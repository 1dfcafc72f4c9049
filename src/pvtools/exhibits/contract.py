"""What a piece read back from a notebook must hold: anybody may have written that notebook."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, get_args

from pvtools import words
from pvtools.measures import Format

#: The kind of output that holds a piece.
MIME = "application/vnd.pvtools.piece+json"
#: Keys become ids in a page and names of files and worksheets.
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
KEY_IS = "a key is letters, digits, - and _, and begins with a letter"
_FORMATS = get_args(Format)
_MOST = 8

Check = Callable[[Any], Iterator[str]]


def faults(piece: Any) -> list[str]:
    """Return what is wrong with a piece, each as a clause; nothing if it can be shown."""
    if not isinstance(piece, dict):
        return [f"a piece is {_said(piece)}, not an object"]
    kind = piece.get("kind")
    if not isinstance(kind, str) or kind not in _FIELDS:
        return [f"its kind is {_said(kind)}; known are {', '.join(_FIELDS)}"]
    found = [*_faulty(piece, _FIELDS[kind], _OPTIONAL.get(kind, ()))] or [*_unlike(piece)]
    return [f"the {kind}: {fault}" for fault in islice(found, _MOST)]


def _faulty(
    record: Mapping[str, Any], fields: Mapping[str, Check], optional: Collection[str] = ()
) -> Iterator[str]:
    for name, check in fields.items():
        if name in record:
            yield from (f"{name} {fault}" for fault in check(record[name]))
        elif name not in optional:
            yield f"{name} is missing"


def _text(value: Any) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"is {_said(value)}, not text"


def _filled(value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"is {_said(value)}, not text that says something"


def _key(value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        yield f"is {_said(value)}; {KEY_IS}"


def _truth(value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"is {_said(value)}, neither true nor false"


def _texts(value: Any) -> Iterator[str]:
    if not _is_list_of(str, value):
        yield f"is {_said(value)}, not a list of texts"


def _items(value: Any) -> Iterator[str]:
    yield from _records(value, dict.fromkeys(("label", "number", "interval", "sentence"), _text))


def _records(
    value: Any, fields: Mapping[str, Check], optional: Collection[str] = ()
) -> Iterator[str]:
    if not _is_list_of(dict, value):
        yield f"is {_said(value)}, not a list of objects"
        return
    for n, record in enumerate(value, 1):
        yield from (f"number {n}: {fault}" for fault in _faulty(record, fields, optional))


def _keys(value: Any) -> Iterator[str]:
    if not _is_list_of(str, value) or not all(KEY.fullmatch(one) for one in value):
        yield f"is {_said(value)}, not a list of keys; {KEY_IS}"


def _controls(value: Any) -> Iterator[str]:
    yield from _records(value, {"label": _filled, "options": _texts})


def _states(value: Any) -> Iterator[str]:
    yield from _records(value, {**_EXHIBIT, "svg": _filled, "framed": _keys})


def _format(value: Any) -> Iterator[str]:
    if value not in _FORMATS:
        yield f"is {_said(value)}; known are {', '.join(_FORMATS)}"


def _table(value: Any) -> Iterator[str]:
    yield from _faults_of_table(json.dumps(value))


@lru_cache(maxsize=64)  # what all areas share is read with each, by each that writes a report
def _faults_of_table(written: str) -> tuple[str, ...]:
    return (*islice(_checked_table(json.loads(written)), _MOST),)


def _checked_table(value: Any) -> Iterator[str]:
    columns, rows = (
        (value.get("columns"), value.get("rows")) if isinstance(value, dict) else (None, None)
    )
    wrong = list(_records(columns, _COLUMN, optional=("key", "missing")))
    if wrong or not columns:
        yield from (f"columns {fault}" for fault in wrong or ["is an empty list"])
    elif not _is_list_of(list, rows) or any(len(row) != len(columns) for row in rows):
        yield f"rows is {_said(rows)}, not a list of lists of {len(columns)} values"
    else:
        for n, row in enumerate(rows, 1):
            for cell, column in zip(row, columns, strict=True):
                if not _can_be_written(cell, column):
                    yield f"row {n} holds {_said(cell)}, which is no {column['format']}"


def _unlike(piece: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not go together in a piece whose fields are each sound."""
    pictures = piece.get("pictures", {}) if piece["kind"] == "ledger" else {}
    for key, svgs in pictures.items():
        if len(svgs) != (rows := len(piece["table"]["rows"])):
            yield f"pictures of {_said(key)} are {len(svgs)} for {rows} rows"
    if piece["kind"] == "exhibit":
        wanted = math.prod(len(control["options"]) for control in piece.get("controls", ()))
        if (states := 1 + len(piece.get("states", ()))) != wanted:
            yield f"states are {states} with its own for {wanted} combinations of options"


def _pictures(value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(_is_list_of(str, svgs) for svgs in value.values()):
        yield f"is {_said(value)}, not lists of SVG by a column's key"


def _can_be_written(cell: Any, column: Mapping[str, str]) -> bool:
    try:
        words.cell(cell, column)
    except (ValueError, TypeError, OverflowError):
        return False
    return not isinstance(cell, list | dict)


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _said(value: Any) -> str:
    said = "nothing" if value is None else repr(value)
    return said if len(said) <= 40 else said[:39] + "…"


_OPTIONAL: Mapping[str, Collection[str]] = {
    "cover": ("imprint", "footer", "date"),
    "ledger": ("pictures", "synthetic"),
    "exhibit": ("controls", "states"),
}
_COLUMN: Mapping[str, Check] = {
    "label": _text,
    "format": _format,
    "key": _text,
    "missing": _text,
}
_EXHIBIT: Mapping[str, Check] = (
    {"key": _key}
    | dict.fromkeys(("headline", "subtitle", "alt", "source", "vintage"), _filled)
    | {"caveats": _texts, "synthetic": _truth, "table": _table}
)
_FIELDS: Mapping[str, Mapping[str, Check]] = {
    "cover": {"title": _filled}
    | dict.fromkeys(("subtitle", "period", "imprint", "footer", "date"), _text),
    "findings": {"title": _filled, "items": _items},
    "notice": {"title": _filled, "points": _texts},
    "ledger": {
        "key": _key,
        "title": _filled,
        "note": _text,
        "table": _table,
        "pictures": _pictures,
        "synthetic": _truth,
    },
    "exhibit": {**_EXHIBIT, "controls": _controls, "states": _states},
}
