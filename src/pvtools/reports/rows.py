"""The rows of somebody's table as subjects of reports, each checked before a kernel starts."""

from __future__ import annotations

import ast
import csv
import io
import string
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pvtools.areas import slug
from pvtools.errors import UsageError, did_you_mean
from pvtools.reports import execute, folder
from pvtools.reports.subjects import Subject
from pvtools.tables import engine

#: What a table may say of a row beside its parameters.
ABOUT = ("code", "name", "parent", "title")
_FEW = 20  # faults that a message bears


def subjects(
    table: Path, notebook: Path, *, name: str = "", more: Mapping[str, Any] | None = None
) -> list[Subject]:
    """Return a subject a row, whose parameters are the columns that the notebook knows.

    Parameters
    ----------
    table
        A CSV or Parquet file. A column is a parameter of the notebook, is used in ``name``, or is
        one of ``code, name, parent, title``, which say how the row and its report are called.
    notebook
        Its parameters cell says which parameters there are, and by hints or defaults of what type.
    name
        How a report's folder and files are called, such as ``"{code}-{name}"``; by default by
        its code, else its name, else the first column.
    more
        Parameters that all reports share.

    Raises
    ------
    UsageError
        The table or notebook cannot be read; no parameters cell; a column that nothing uses; a
        cell of the wrong type; a name that is empty, doubled or a path. All faults at once.
    """
    columns, lines = _read(table)
    kinds = execute.kinds_of(notebook)
    if not kinds:
        raise UsageError(
            f"{notebook.name} takes no parameters, so every report would be the same. Tag the cell "
            "that sets them 'parameters' (in JupyterLab: Property Inspector, Cell Tags)."
        )
    pattern = name or "{" + next((c for c in ("code", "name") if c in columns), columns[0]) + "}"
    used = _fields(pattern, columns)
    faults = [
        f"Column {column!r} is no parameter of {notebook.name}."
        f"{did_you_mean(column, [k for k in kinds if k not in columns])}"
        for column in columns
        if column not in {*kinds, *used, *ABOUT}
    ]
    twice = dict.fromkeys(column for column in columns if columns.count(column) > 1)
    faults += [f"Column {column!r} is there twice." for column in twice]
    faults += [
        f"Row {number}: {len(cells)} cells, where there are {len(columns)} columns."
        for number, cells in enumerate(lines, 2)
        if len(cells) != len(columns)
    ]
    found = []
    if not faults:
        for number, cells in enumerate(lines, 2):
            row = dict(zip(columns, cells, strict=True))
            given, own = _typed(row, kinds)
            faults += [f"Row {number}: {fault}" for fault in own]
            found.append((number, row, pattern.format(**row), tuple(given.items())))
        faults += _misnamed(found)
    if faults:
        shown, rest = faults[:_FEW], len(faults) - _FEW
        shown += [f"… and {rest:,} more faults."] if rest > 0 else []
        raise UsageError(
            "\n  ".join([f"{table} cannot be reported on with {notebook.name}:", *shown])
        )
    own_title = execute.title_of(notebook)
    shared = tuple((more or {}).items())
    return [_subject(row, called, given, shared, own_title) for _, row, called, given in found]


def _subject(
    row: Mapping[str, str],
    called: str,
    given: tuple[tuple[str, Any], ...],
    shared: tuple[tuple[str, Any], ...],
    own_title: str,
) -> Subject:
    name = row.get("name") or called
    name = f"{name} ({row['parent']})" if row.get("parent") else name
    return Subject(
        slug=slug(called),
        name=name,
        title=row.get("title") or f"{own_title}: {name}",
        code=row.get("code", ""),
        parent=row.get("parent", ""),
        given=given,
        more=shared,
    )


def _read(table: Path) -> tuple[list[str], list[list[str]]]:
    """Return a table's columns, and its rows' cells as text; a missing one is empty."""
    try:
        if table.suffix.lower() == ".parquet":
            columns, cells = _read_parquet(table)
        else:
            columns, cells = _read_csv(table)
    except FileNotFoundError:
        raise UsageError(f"There is no table {table}. Give a CSV or Parquet file.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{table} is not in UTF-8: save it as “CSV UTF-8”.") from None
    except (OSError, ValueError, csv.Error) as error:  # of either reader
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"{table} is no table that can be read: {first}.") from None
    if not cells:
        raise UsageError(f"{table} has no rows: there is nothing to report on.")
    return columns, cells


def _read_csv(table: Path) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows, divided by commas, or by what divides the first line most often."""
    text = table.read_text(encoding="utf-8-sig")
    divider = max(",;\t", key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    columns, *cells = [line for line in lines if any(map(str.strip, line))] or [[]]
    return [column.strip() for column in columns], cells


def _read_parquet(table: Path) -> tuple[list[str], list[list[str]]]:
    import duckdb

    if not table.is_file():
        raise FileNotFoundError(table)
    whole = table.absolute()
    with engine.opened([whole], threads=1, memory="1GB") as reader:
        try:
            found = reader.read_parquet(engine.literal(whole), hive_partitioning=False)
            return found.columns, [list(map(_written, row)) for row in found.fetchall()]
        except duckdb.Error as error:
            raise ValueError(str(error)) from error


def _written(value: Any) -> str:
    """Return a typed cell as text."""
    if value is None or value != value:  # NaN and its kind
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _fields(pattern: str, columns: Iterable[str]) -> list[str]:
    """Return the columns that a pattern of names uses."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise UsageError(f"--name {pattern!r} cannot be read: {error}.") from None
    fields = [field for _, field, _, _ in parts if field is not None]
    plain = all(not spec and not conversion for _, field, spec, conversion in parts if field)
    unknown = [field for field in fields if field not in columns]
    if not fields or unknown or not plain:
        raise UsageError(
            f"--name {pattern!r} is made of columns in braces, such as '{{code}}-{{name}}'. "
            f"Columns are: {', '.join(columns)}."
        )
    return fields


def _typed(row: Mapping[str, str], kinds: Mapping[str, type | None]) -> tuple[dict, list[str]]:
    """Return a row's parameters, each of its parameter's type, and what is wrong with them."""
    given, faults = {}, []
    for name, kind in kinds.items():
        if name not in row:
            continue
        text = row[name].strip()
        if not text and kind is None:
            continue  # its default, which says nothing either
        try:
            given[name] = row[name] if kind in (str, None) else _READ[kind](text)
        except (ValueError, SyntaxError):
            faults.append(f"{name!r} is {_KINDS[kind]}, not {text[:30]!r}.")
    return given, faults


def _literal(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = ast.literal_eval(text)
        if not isinstance(value, kind):
            raise ValueError(text)
        return value

    return read


def _boolean(text: str) -> bool:
    said = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in said:
        raise ValueError(text)
    return said[text.lower()]


_READ: Mapping[type, Callable[[str], Any]] = {
    bool: _boolean,
    int: int,
    float: float,
    list: _literal(list),
    dict: _literal(dict),
}
_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list such as [1, 2]",
    dict: "a dictionary such as {'a': 1}",
}


def _misnamed(found: Iterable[tuple[int, Mapping[str, str], str, Any]]) -> list[str]:
    """Return what is wrong with the names reports would have."""
    faults, first = [], {}
    for number, _, called, _ in found:
        made = slug(called)
        if "/" in called or "\\" in called or ".." in called:
            faults.append(
                f"Row {number}: the name {called!r} is a path: name it by another column."
            )
        elif not made:
            faults.append(
                f"Row {number}: the name {called!r} has no letter or digit that every file system "
                "takes. Name reports by a code: --name '{code}'."
            )
        elif not folder.is_slug(made):
            faults.append(f"Row {number}: no report can be called {made[:40]!r}.")
        elif made in first:
            faults.append(
                f"Row {number}: the name {made!r} is that of row {first[made]} too. "
                "Add a column to --name."
            )
        first.setdefault(made, number)
    return faults
