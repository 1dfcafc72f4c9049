"""Files of rows: which are meant, of which kind of data.police.uk, and a query over all of them.

The files are queried where they lie, every cell as text, in bounded memory: twenty million
rows need no more than a hundred.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pvtools.errors import DataError, Fault
from pvtools.sources import regular
from pvtools.tables import engine, headers, limits
from pvtools.tables.declared import Declared, Layout
from pvtools.tables.headers import is_parquet
from pvtools.tables.sheets import DO, fold, shown

THREADS, MEMORY = 2, "512MB"
_PLACE = ("Month", "Falls within", "LSOA code", "LSOA name")

#: What a header must hold to be of a kind; the first column named separates the kinds.
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
_TITLES = {
    "street": "street-level crimes",
    "outcomes": "outcomes of crimes",
    "stop-and-search": "stops and searches",
}
_NAMED = re.compile(
    r"(?P<month>20\d\d-(?:0[1-9]|1[0-2]))-(?P<force>.+?)-(?P<kind>street|outcomes|stop-and-search)"
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

    def without_rows(self, held: Iterable[str]) -> list[Fault]:
        """Return a fault for each file that is none of those ``held`` to have a row."""
        return [
            Fault(f"{path}: a header and no rows", "at least one row below the header")
            for path in sorted({str(path) for path in self.paths} - set(held))
        ]

    def query(self, sql: str) -> pd.DataFrame:
        """Return what ``sql`` finds in each layout, one below the other.

        ``sql`` reads from ``files``, which has the published columns as text, and ``filename``.

        Raises
        ------
        DataError
            Rows that are no rows of a table, or a file that is cut short; all files are named.
        """
        import duckdb  # only these files need it

        with engine.opened(self.paths, threads=THREADS, memory=MEMORY) as reader:
            try:
                found = [
                    self._held(_scan(reader, columns, paths).query("files", sql))
                    for columns, paths in self.layouts
                ]
            except (duckdb.Error, UnicodeError) as error:
                raise self._damaged(error) from None
        return pd.concat(found, ignore_index=True)

    def _held(self, found) -> pd.DataFrame:
        """Return what was found as a table, unless it has more rows than can be held."""
        room = limits.CELLS // len(found.columns)
        table = found.limit(room + 1).df()
        if len(table) > room:
            fault = Fault(
                f"more than {room:,} rows of {len(found.columns)} columns",
                f"at most {limits.CELLS:,} cells, rows times columns",
            )
            raise _error([fault], len(self.paths), limits.SMALLER)
        return table

    def _damaged(self, seen: Exception) -> DataError:
        """Return the error that names every damaged file, not only the first that was met."""
        import duckdb

        faults = []
        with engine.opened(self.paths, threads=THREADS, memory=MEMORY) as reader:
            for columns, paths in self.layouts:
                for path in paths:
                    try:
                        _scan(reader, columns, (path,)).aggregate("count(COLUMNS(*))").fetchall()
                    except (duckdb.Error, UnicodeError) as error:
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
        layouts.setdefault((is_parquet(path), columns), []).append(path)
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
    for name in given:
        one = Path(name)
        some = _meant(one, kind) if str(name).strip() else []
        if not some:
            faults.append(
                Fault(
                    f"no file at {shown(one)}" if str(name).strip() else "an empty name",
                    f"a {kind} CSV, a folder or a pattern of them",
                )
            )
        found |= dict.fromkeys(some)
    if not given:
        faults.append(Fault("an empty list of files", f"at least one {kind} CSV"))
    refuse(faults, len(given), "Check the name and the folder.")
    return sorted(map(_plain, found))


def _meant(path: Path, kind: str) -> list[Path]:
    if regular.is_folder(path):  # a download holds all three kinds side by side
        inside = (p for p in path.rglob("*") if p.name.endswith((".csv", ".csv.gz", ".parquet")))
        some = [p for p in inside if kind not in KINDS or named(p).get("kind") == kind]
        return [p for p in some if not regular.is_folder(p)]
    return [path] if regular.exists(path) else regular.matching(path)


def _plain(path: Path) -> Path:
    """Return a path that the engine reads as one: to it ``~`` is a home and ``s3:`` a place."""
    return path.absolute() if re.match(r"~|[^/]*:", str(path)) else path


# what they are ----------------------------------------------------------------------------------


def _columns(
    path: Path, kind: str, needed: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, str] | None]:
    """Return a file's columns under their published names, and what is wrong with them."""
    import duckdb

    try:
        str(path).encode()  # the engine takes no other name
        header = headers.of(path)
    except DataError as error:
        return (), (error.faults[0].found, error.faults[0].allowed)
    except (OSError, zlib.error, UnicodeError, csv.Error, ValueError, duckdb.Error) as error:
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
    folded = [*map(str.casefold, columns), "filename"]  # the engine adds the last
    if len(set(folded)) < len(folded):
        return (), ("two columns of the same name, or one called filename", allowed)
    if len(columns) > limits.COLUMNS:
        return (), (f"{len(columns):,} columns", f"at most {limits.COLUMNS:,} columns")
    return columns, None


# the engine -------------------------------------------------------------------------------------


def _scan(reader, columns: tuple[str, ...], paths: tuple[Path, ...]):
    names = [engine.literal(path) for path in paths]
    if is_parquet(paths[0]):
        table = reader.read_parquet(names, filename=True, hive_partitioning=False)
        cast = (
            f"CAST({engine.quoted(own)} AS VARCHAR) AS {engine.quoted(name)}"
            for own, name in zip(table.columns, columns, strict=False)
        )
        return table.project(", ".join([*cast, "filename"]))
    # nothing is guessed: the separator, the quotes and that every cell is text are all given
    return reader.read_csv(
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
    text = getattr(error, "strerror", None) or str(error)
    if "Out of Memory" in text:
        return f"it needs more than {MEMORY} of memory"
    if isinstance(error, UnicodeEncodeError):
        return "its name is not UTF-8; rename it"
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


# what is declared of it --------------------------------------------------------------------------


DECLARED = (
    Declared(
        key="police_uk",
        layouts=tuple(
            Layout(
                f"{_TITLES[kind]} of data.police.uk", columns, instead=f"{READERS[kind]}({{file}})"
            )
            for kind, columns in KINDS.items()
        ),
        gains=(
            "Crimes of any force by borough, month and category, with anti-social behaviour; and "
            "the hours of the week in which searches take place."
        ),
        cannot_bear=(
            "Places are moved to a nearby anonymous point, and some rows have none: these "
            "belong to no borough.",
            "A force is not a borough: the City of London Police and the British Transport "
            "Police record crimes in many boroughs.",
            "Outcomes stand in the month they were reached; most belong to crimes of earlier "
            "months.",
            "Months are published again with other outcomes; keep one version of each.",
            "A search has no borough and no identifier, so true repeats and double entries "
            "look alike.",
            "Times of searches are in UTC, and officers round many to five minutes.",
        ),
    ),
)
