"""A TOML file that its user may write: what it holds, or everything that is wrong with it."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pvtools.errors import DataError, Fault, did_you_mean
from pvtools.sources import regular

_LONGEST = 1_000_000  # bytes
#: A field: of which type it is.
Fields = Mapping[str, type]
_SAID = {
    str: "text in quotation marks",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def read(path: Path, *, what: str, do: str) -> tuple[dict[str, Any], str]:
    """Return the entries of a file, and its text.

    Parameters
    ----------
    path
        The file.
    what, do
        What it should be, such as "a description of an index", and what to do if it is not.

    Raises
    ------
    DataError
        It cannot be read, is no TOML in UTF-8, or is longer than anybody writes by hand.
    """
    try:
        with regular.opened(path) as content:
            raw = content.read(_LONGEST + 1)
        if len(raw) > _LONGEST:
            found = f"more than {_LONGEST:,} bytes, which nobody writes by hand"
        else:
            text = raw.decode("utf-8-sig")
            return tomllib.loads(text), text
    except OSError as error:
        found = f"no readable file ({error.strerror})"
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
    except RecursionError:
        found = "text that is not TOML (lists or tables inside each other too often)"
    except ValueError as error:  # TOMLDecodeError, a path that cannot be, a number of 5,000 digits
        found = f"text that is not TOML ({error})"
    raise DataError(str(path), [Fault(found, f"{what} in TOML")], do)


def faulty_tables(
    tables: object, needed: Fields, may: Fields | None = None, *, named: str = "[{}]", example: str
) -> Iterator[Fault]:
    """Yield what is wrong with tables that all have the same fields; none at all is a fault."""
    if not isinstance(tables, dict) or not tables:
        yield Fault(f"no table {named.format('…')}", f"at least one, such as {example}")
        return
    for key, table in tables.items():
        where = named.format(key)
        if isinstance(table, dict):
            yield from faulty_fields(where, table, needed, may or {})
        else:
            yield Fault(f"{key} = {reprlib.repr(table)}", f"a table [{where.strip('[]')}]")


def faulty_fields(
    where: str, table: Mapping[str, Any], needed: Fields, may: Fields
) -> Iterator[Fault]:
    """Yield fields that are absent, unknown, of another type, or needed and an empty text."""
    known = {**needed, **may}
    for name, kind in needed.items():
        if name not in table:
            yield Fault(f"{where} without {name!r}", f"a {name}, {_SAID[kind]}")
    for name, value in table.items():
        if name not in known:
            near = did_you_mean(name, known)
            yield Fault(f"{reprlib.repr(name)} in {where}.{near}", ", ".join(known))
        elif not _is(value, kind := known[name]):
            yield Fault(f"{name} = {reprlib.repr(value)} in {where}", _SAID[kind])
        elif name in needed and kind is str and not value.strip():
            yield Fault(f"{name} = {value!r} in {where}", "text that is not empty")


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
