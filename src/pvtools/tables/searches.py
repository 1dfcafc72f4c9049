"""Stop and search of data.police.uk: when, in London's time, and how round the times are.

The publisher gives times in UTC. In summer a search at ten past midnight in London stands
there on the day before, at ten past eleven.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd

from pvtools.errors import Fault
from pvtools.tables import clock
from pvtools.tables.police_files import Paths, PoliceFiles, find, named, refuse
from pvtools.tables.sheets import shown

_ZONED = r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)"
_WITHOUT_TIME = f"""
    SELECT filename, min("Date") AS example, count(*) AS n FROM files
    WHERE "Date" IS NULL OR NOT regexp_full_match(trim("Date"), '{_ZONED}')
       OR try_cast(trim("Date") AS TIMESTAMPTZ) IS NULL
    GROUP BY filename
"""  # noqa: S608 - only the pattern above is put in
_ROWS = """
    SELECT filename, epoch_us(CAST(trim("Date") AS TIMESTAMPTZ)) AS at, "Type" AS search_type,
           TRY_CAST("Latitude" AS DOUBLE) AS latitude, TRY_CAST("Longitude" AS DOUBLE) AS longitude,
           "Gender" AS gender, "Age range" AS age_range,
           "Self-defined ethnicity" AS self_defined_ethnicity,
           "Officer-defined ethnicity" AS officer_defined_ethnicity,
           "Legislation" AS legislation, "Object of search" AS object_of_search,
           "Outcome" AS outcome
    FROM files
"""
_HOURS = """
    SELECT filename, epoch_us(CAST(trim("Date") AS TIMESTAMPTZ)) // 3600000000 AS hour,
           count(*) AS n,
           count(*) FILTER (epoch_us(CAST(trim("Date") AS TIMESTAMPTZ)) // 60000000 % 60 = 0)
               AS on_the_hour,
           count(*) FILTER (epoch_us(CAST(trim("Date") AS TIMESTAMPTZ)) // 60000000 % 5 = 0)
               AS on_five_minutes
    FROM files GROUP BY ALL
"""
_SUMMARY = """
    SELECT filename, count(*) AS n,
           count(*) FILTER ("Latitude" IS NULL OR "Longitude" IS NULL) AS no_place,
           min(epoch_us(CAST(trim("Date") AS TIMESTAMPTZ))) AS first,
           max(epoch_us(CAST(trim("Date") AS TIMESTAMPTZ))) AS last
    FROM files GROUP BY filename
"""
_REPEATED = """
    SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM files)) AS repeated_rows
    FROM files
"""


def stop_and_search(paths: Paths) -> pd.DataFrame:
    """Return the searches, one row each, with London's time; exact repeats are kept.

    Parameters
    ----------
    paths
        A stop-and-search CSV of data.police.uk (``.csv`` or ``.csv.gz``), a folder, a pattern,
        or a list of these.

    Returns
    -------
    pandas.DataFrame
        ``force`` (as the file's published name gives it, "metropolitan"; missing under another
        name), ``local_time`` (Europe/London), ``month`` (its first day, local), ``weekday``
        ("Monday"), ``hour`` (0 to 23), ``search_type``, ``latitude`` and ``longitude`` (missing
        where the publisher gives none), ``gender``, ``age_range``, the two ethnicities,
        ``legislation``, ``object_of_search`` and ``outcome``. There is no borough: it is not
        published, and the points are moved to protect those searched.

    Raises
    ------
    DataError
        Files that are missing, damaged, of another kind, that give the same month of a force
        twice, or with times that have no zone; all are named at once.

    Notes
    -----
    A search has no identifier, so rows that are alike in everything may be true repeats or the
    same search twice: :func:`stop_and_search_summary` counts them.
    """
    files = _found(paths)
    rows = files.query(_ROWS)
    local = clock.local(rows["at"])
    forces = {str(path): named(path).get("force") for path in files.paths}
    when = {
        "force": rows["filename"].map(forces).astype("str"),
        "local_time": local,
        "month": local.dt.tz_localize(None).dt.to_period("M").dt.to_timestamp(),
        "weekday": local.dt.day_name().astype("str"),
        "hour": local.dt.hour.astype("int64"),
    }
    table = pd.DataFrame(when).join(rows.drop(columns=["filename", "at"]))
    texts = [name for name in table if table[name].dtype == object or table[name].dtype == "str"]
    table = table.astype(dict.fromkeys(texts, "str") | {"month": "datetime64[us]"})
    # the scan promises no order; with every column in the key there is only one
    key = list(dict.fromkeys(["local_time", "force", *table]))
    return table.sort_values(key, ignore_index=True)


def search_hours(paths: Paths) -> pd.DataFrame:
    """Return how many searches fall in each hour of each day, London's time.

    Parameters
    ----------
    paths
        As for :func:`stop_and_search`; rows are counted without being loaded.

    Returns
    -------
    pandas.DataFrame
        As ``incident_hours``: one row an hour, ``date, weekday, hour, n, on_the_hour,
        on_five_minutes, caveat``. A file with its published name covers its whole month, so an
        hour in which nobody was searched has 0; a month of which no file is given is absent.

    Raises
    ------
    DataError
        As for :func:`stop_and_search`.
    """
    files = _found(paths)
    counted = files.query(_HOURS)
    counted["local"] = clock.local(counted["hour"] * 3_600_000_000)
    return clock.with_caveat(clock.hours(counted, [_span(path, counted) for path in files.paths]))


def stop_and_search_summary(paths: Paths) -> pd.DataFrame:
    """Return what each stop-and-search file holds and what to know of it, one row a file.

    Parameters
    ----------
    paths
        As for :func:`stop_and_search`.

    Returns
    -------
    pandas.DataFrame
        ``file, force, n, first, last`` (London's time), ``no_place``, ``repeated_rows`` (rows
        alike in everything to one before; they are kept), ``share_on_the_hour``,
        ``share_on_five_minutes`` and ``caveat``.

    Raises
    ------
    DataError
        As for :func:`stop_and_search`.
    """
    files = _found(paths)
    rounded = files.query(_HOURS).groupby("filename")[["on_the_hour", "on_five_minutes"]].sum()
    repeated = {str(one.paths[0]): int(one.query(_REPEATED).iloc[0, 0]) for one in files.singly()}
    table = files.query(_SUMMARY).sort_values("filename", ignore_index=True)
    names = table["filename"]
    forces = {str(path): named(path).get("force") for path in files.paths}
    hourly = names.map(rounded["on_the_hour"]) / table["n"]
    five = names.map(rounded["on_five_minutes"]) / table["n"]
    table = pd.DataFrame(
        {
            "file": names,
            "force": names.map(forces),
            "n": table["n"],
            "first": clock.local(table["first"]),
            "last": clock.local(table["last"]),
            "no_place": table["no_place"],
            "repeated_rows": names.map(repeated),
            "share_on_the_hour": hourly,
            "share_on_five_minutes": five,
        }
    )
    table["caveat"] = [_caveat(row) for row in table.itertuples()]
    counts = dict.fromkeys(["n", "no_place", "repeated_rows"], "int64")
    return table.astype(counts | dict.fromkeys(["file", "force", "caveat"], "str"))


# what must hold before anything is counted ------------------------------------------------------


def _found(paths: Paths) -> PoliceFiles:
    files = find(paths, "stop-and-search")
    faults = [
        Fault(
            f"{row.filename}: the time {shown(row.example or '')} ({row.n:,} rows)",
            "a time with its zone, such as 2022-07-31T23:10:00+00:00",
        )
        for row in files.query(_WITHOUT_TIME).itertuples()
    ]
    faults += files.without_rows(files.query("SELECT DISTINCT filename FROM files")["filename"])
    known = sorted((named(p)["force"], named(p)["month"], str(p)) for p in files.paths if named(p))
    for one, other in pairwise(known):
        if one[:2] == other[:2]:
            faults.append(
                Fault(
                    f"{one[1]} of {one[0]} more than once, in {one[2]} and {other[2]}",
                    "each month of a force once",
                )
            )
    refuse(faults, len(files.paths))
    return files


def _span(path: Path, counted: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day a file covers: its month, and what may lie beyond it."""
    days = counted.loc[counted["filename"] == str(path), "local"].dt.tz_localize(None)
    ends = [days.min().normalize(), days.max().normalize()]
    if month := named(path).get("month"):
        whole = pd.Period(month, "M")
        ends += [whole.start_time, whole.end_time.normalize()]
    return min(ends), max(ends)


def _caveat(row) -> str:
    said = [clock.round_times(row.share_on_the_hour, row.share_on_five_minutes)]
    if row.no_place:
        said.append(f"{row.no_place:,} of {row.n:,} searches have no place.")
    if row.repeated_rows:
        said.append(
            f"Rows alike in everything to one before: {row.repeated_rows:,}; all are kept, since "
            "a search has no identifier."
        )
    return " ".join(said)
