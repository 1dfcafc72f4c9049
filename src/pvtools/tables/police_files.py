"""Files of rows: which are meant, of which kind of data.police.uk, and a query over all of them.

The files are queried where they lie, every cell as text, in bounded memory: twenty million
rows need no more than a hundred.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pvtools.errors import DataError, Fault
from pvtools.tables.files import read_sheet
from pvtools.tables.sheets import DO, fold, shown

THREADS, MEMORY = 2, "512MB"
_PLACE = ("Month", "Falls within", "LSOA code", "LSOA name")

#: What a header must hold to be of a kind; the first column named tells the kinds apart.
KINDS = {
    "street": ("Crime type", "Crime ID", *_PLACE),
    "outcomes": ("Outcome type", "Crime ID", *_PLACE),
    "stop-and-search": (
        "Object of search",
        "Type",
        "Date",
        "Latitude",
        "Longitude",
        "Gender",
        "Age range",
        "Self-defined ethnicity",
        "Officer-defined ethnicity",
        "Legislation",
        "Outcome",
    ),
}
READERS = {
    "street": "tables.street_counts",
    "outcomes": "tables.outcome_counts",
    "stop-and-search": "tables.stop_and_search",
}
_NAMED = re.compile(
    r"(?P<month>\d{4}-\d{2})-(?P<force>.+?)-(?P<kind>street|outcomes|stop-and-search)"
)

Paths = str | Path | Iterable[str | Path]


@dataclass(frozen=True)
class PoliceFiles:
    """Files of one kind, grouped by the order of their columns."""

    kind: str
    layouts: tuple[tuple[tuple[str, ...], tuple[Path, ...]], ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all files, by name."""
        return tuple(sorted(path for _, paths in self.layouts for path in paths))

    def singly(self) -> Iterator[PoliceFiles]:
        """Yield each file as a set of its own."""
        for columns, paths in self.layouts:
            for path in paths:
                yield PoliceFiles(self.kind, ((columns, (path,)),))

    def query(self, sql: str) -> pd.DataFrame:
        """Return what ``sql`` finds in each layout, one below the other.

        ``sql`` reads from ``files``, which has the published columns as text, and ``filename``.

        Raises
        ------
        DataError
            Rows that are no rows of a table, or a file that is cut short; all files are named.
        """
        import duckdb  # only these files need it

        with _engine() as engine:
            try:
                found = [
                    _scan(engine, columns, paths).query("files", sql).df()
                    for columns, paths in self.layouts
                ]
            except (duckdb.Error, UnicodeDecodeError) as error:
                raise self._damaged(error) from None
        return pd.concat(found, ignore_index=True)

    def _damaged(self, seen: Exception) -> DataError:
        """Return the error that names every damaged file, not only the first that was met."""
        import duckdb

        faults = []
        with _engine() as engine:
            for columns, paths in self.layouts:
                for path in paths:
                    try:
                        _scan(engine, columns, (path,)).aggregate("count(COLUMNS(*))").fetchall()
                    except (duckdb.Error, UnicodeDecodeError) as error:
                        faults.append(Fault(f"{path}: {_reason(error)}", "a whole CSV file"))
        return _error(faults or [Fault(_reason(seen), "CSV files as published")], len(self.paths))


def find(paths: Paths, kind: str, *, needed: tuple[str, ...] = ()) -> PoliceFiles:
    """Return the files of a kind that a folder, a pattern, a name or a list of them means.

    Where ``needed`` names columns, files are another publisher's: CSV or Parquet of any kind
    that has these columns, which the query then finds under these names.

    Raises
    ------
    DataError
        There are none, or some are missing, unreadable or of another kind; all are named.
    """
    found = _expanded(paths, kind)
    layouts: dict[tuple[bool, tuple[str, ...]], list[Path]] = {}
    faults = []
    for path in found:
        columns, fault = _columns(path, kind, needed)
        if fault:
            faults.append(Fault(f"{path}: {fault[0]}", fault[1]))
        layouts.setdefault((_is_parquet(path), columns), []).append(path)
    refuse(faults, len(found))
    return PoliceFiles(kind, tuple((key[1], tuple(paths)) for key, paths in layouts.items()))


def named(path: Path) -> dict[str, str]:
    """Return month, force and kind as a published name gives them, or nothing."""
    match = _NAMED.match(path.name)
    return match.groupdict() if match else {}


def refuse(faults: list[Fault], files: int, do: str = DO) -> None:
    """Raise all faults of several files as one DataError; do nothing when there are none."""
    if faults:
        raise _error(faults, files, do)


def _error(faults: list[Fault], files: int, do: str = DO) -> DataError:
    what = "The file" if files == 1 else f"A set of {files:,} files"
    return DataError(what, faults, do if files == 1 else do.replace("from it.", "from them."))


# which files ------------------------------------------------------------------------------------


def _expanded(paths: Paths, kind: str) -> list[Path]:
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found: dict[Path, None] = {}
    faults = []
    for one in map(Path, given):
        some = _meant(one, kind)
        if not some:
            faults.append(
                Fault(f"no file at {shown(one)}", f"a {kind} CSV, a folder or a pattern of them")
            )
        found |= dict.fromkeys(some)
    if not given:
        faults.append(Fault("an empty list of files", f"at least one {kind} CSV"))
    refuse(faults, len(given), "Check the name and the folder.")
    return sorted(found)


def _meant(path: Path, kind: str) -> list[Path]:
    if path.is_dir():  # a download holds all three kinds side by side
        inside = (p for p in path.rglob("*") if p.name.endswith((".csv", ".csv.gz", ".parquet")))
        return [p for p in inside if kind not in KINDS or named(p).get("kind") == kind]
    if path.is_file():
        return [path]
    if re.search(r"[*?\[]", str(path)):
        root = Path(path.anchor)
        return [p for p in root.glob(str(path.relative_to(root))) if p.is_file()]
    return []


# what they are ----------------------------------------------------------------------------------


def _columns(
    path: Path, kind: str, needed: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, str] | None]:
    """Return a file's columns under their published names, and what is wrong with them."""
    try:
        header = _header(path)
    except (OSError, zlib.error, UnicodeDecodeError, csv.Error, DataError) as error:
        return (), (f"a file that cannot be read ({_reason(error)})", "a CSV in UTF-8, or .csv.gz")
    known = needed or [name for names in KINDS.values() for name in names]
    published = {fold(name): name for name in known}
    columns = tuple(
        published.get(fold(name), name.strip()) or f"column {place}"
        for place, name in enumerate(header, start=1)
    )
    allowed = f"the columns {', '.join(needed)}" if needed else f"the columns of a {kind} file"
    for other, names in {} if needed else KINDS.items():
        if other != kind and set(names) <= set(columns):
            return (), (f"a file of another kind, {other}", f"{allowed}; see {READERS[other]}")
    missing = [name for name in needed or KINDS[kind] if name not in columns]
    if missing:
        among = ", ".join(columns[:6]) or "nothing"
        return (), (
            f"no column {', '.join(map(repr, missing))} (it begins: {among[:120]})",
            allowed,
        )
    if len(set(map(str.casefold, columns))) < len(columns):
        return (), ("two columns of the same name", allowed)
    return columns, None


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"


def _header(path: Path) -> list[str]:
    if _is_parquet(path):
        return [name.strip() for name in read_sheet(path, rows=1).columns]
    with path.open("rb") as raw:
        start = raw.read(65_536)
    if start.startswith(b"\x1f\x8b"):  # a file cut short later on still shows its header here
        start = zlib.decompressobj(wbits=31).decompress(start, 65_536)
    start = start.split(b"\n", 1)[0]
    return next(csv.reader(io.StringIO(start.decode("utf-8-sig").strip())), [])


# the engine -------------------------------------------------------------------------------------


def _engine():
    import duckdb

    return duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "preserve_insertion_order": False,
            "temp_directory": tempfile.gettempdir(),  # never the folder one works in
        }
    )


def _scan(engine, columns: tuple[str, ...], paths: tuple[Path, ...]):
    names = [re.sub(r"([*?\[])", r"[\1]", str(path)) for path in paths]
    if _is_parquet(paths[0]):
        table = engine.read_parquet(names, filename=True, hive_partitioning=False)
        cast = (
            f'CAST("{own}" AS VARCHAR) AS "{name}"'
            for own, name in zip(table.columns, columns, strict=False)
        )
        return table.project(", ".join([*cast, "filename"]))
    # nothing is guessed: the separator, the quotes and that every cell is text are all said
    return engine.read_csv(
        names,
        columns=dict.fromkeys(columns, "VARCHAR"),
        auto_detect=False,
        header=True,
        delimiter=",",
        quotechar='"',
        escapechar='"',
        filename=True,
        hive_partitioning=False,
    )


def _reason(error: Exception) -> str:
    text = str(error)
    line = re.search(r"Line: (\d+)", text)
    if "GZIP" in text:
        return "cut short: its compressed data end before the file does"
    if line and (fields := re.search(r"Columns: (\d+) Found: (\d+)", text)):
        return f"row {int(line[1]):,} has {fields[2]} fields instead of {fields[1]}"
    if line and "unicode" in text.lower():
        return f"row {int(line[1]):,} has a byte that is not UTF-8"
    if line and "unterminated quote" in text:
        return f"row {int(line[1]):,} has quotation marks that do not pair up"
    return text.splitlines()[0][:120] if text else type(error).__name__
