"""When incidents of any service were recorded, counted by the hour where the files lie."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.errors import Fault, UsageError, did_you_mean
from pvtools.tables import answer_words, cells, clock
from pvtools.tables.declared import Declared, Layout
from pvtools.tables.engine import quoted
from pvtools.tables.police_files import Paths, find, refuse
from pvtools.tables.sheets import shown

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y", "%d-%m-%Y", "%Y/%m/%d")
_FORMATS = [f"{day} {time}" for day in _DAYS for time in ("%H:%M:%S", "%H:%M")]
_OFFSET = r"\d\d:\d\d(?::\d\d)?\s*(Z|[+-]\d\d(?::?\d\d)?)$"
_FIRST = pd.Timestamp("2000-01-01")
#: Districts around London, where its fire brigade is called too; they are no borough of London.
_AROUND = {
    *("brentwood", "broxbourne", "buckinghamshire", "dartford", "elmbridge", "epping forest"),
    *("epsom and ewell", "hertsmere", "mole valley", "reigate and banstead", "runnymede"),
    *("sevenoaks", "slough", "south bucks", "spelthorne", "tandridge", "three rivers"),
    *("thurrock", "watford", "welwyn hatfield", "windsor and maidenhead", "outside london"),
}
_ELSEWHERE = r"E0[678][0-9]{6}"  # a district that is none of London's
_NO_PLACE = {"not geo-coded", "not geocoded", "no borough"}
_MISSING = ", ".join(f"'{text}'" for text in sorted(cells.MISSING))
_COUNTED = """
    WITH written AS (
        SELECT filename, {borough} AS place, ({missing}) AS missing,
               regexp_replace({text}, '(:\\d\\d)[.,]\\d+', '\\1') AS text FROM files
    ), parted AS (
        SELECT *, regexp_extract(text, '{offset}', 1) AS zone FROM written
    ), read AS (
        SELECT *, try_strptime(regexp_replace(
            trim(left(text, length(text) - length(zone))), '(\\d)T(\\d)', '\\1 \\2'
        ), {formats}) AS moment FROM parted
    )
    SELECT filename, place, missing, zone, date_trunc('minute', moment) AS moment,
           count(*) AS n, min(text) AS example
    FROM read GROUP BY ALL
"""


def incident_hours(
    paths: Paths,
    *,
    date: str,
    time: str | None = None,
    zone: str | None = None,
    borough: str | None = None,
) -> pd.DataFrame:
    """Return how many incidents fall in each hour of each day, London's time.

    Parameters
    ----------
    paths
        CSV files with commas (``.csv`` or ``.csv.gz``) or Parquet, one row an incident: a file,
        a folder, a pattern, or a list of these. Rows are counted without being loaded.
    date
        The column of the timestamp, or of the day.
    time
        The column of the time of day, where it stands apart.
    zone
        The zone the times are written in: ``"Europe/London"`` for the clock on the wall,
        ``"UTC"``, or any other name of the IANA list. Needed unless every time carries its own
        offset, which then counts.
    borough
        The column of the borough, by name or code, to count by borough.

    Returns
    -------
    pandas.DataFrame
        One row an hour from the first day of each file to its last: ``date, weekday``
        ("Monday"), ``hour`` (0 to 23), ``n, on_the_hour, on_five_minutes`` (how many of ``n``
        are given at a full hour, and at a multiple of five minutes) and ``caveat``; ``borough``
        first where it was asked for. An hour without incidents has 0; a day that no file covers is
        absent.

    Raises
    ------
    DataError
        Files that are missing, damaged or lack a column; times that cannot be read, or carry
        no offset where no zone is named; places that are no borough. All are named at once.
    UsageError
        There is no such zone.

    Notes
    -----
    Days are read as 2031-01-31, 31/01/2031 (day first) or 31 Jan 2031. A time the clock skipped
    in spring is put in the hour after it, and the caveat says how many; of the hour that comes
    twice in autumn the first is taken, which makes no difference in London.

    Examples
    --------
    >>> incident_hours("fires.csv", date="day", zone="London")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    pvtools.errors.UsageError: Unknown zone 'London'. Did you mean 'Europe/London'? ...
    """
    if zone is not None and zone not in available_timezones():
        hint = did_you_mean(zone, sorted(available_timezones()))
        raise UsageError(
            f"Unknown zone {zone!r}.{hint or ' Did you mean ' + repr(clock.LONDON) + '?'} "
            "Zones have the names of the IANA list."
        )
    needed = tuple(name for name in (date, time, borough) if name is not None)
    files = find(paths, "incidents", needed=needed)
    counted = files.query(_query(date, time, borough))
    _refuse(counted, len(files.paths), zone)
    timed = counted[~counted["missing"].astype(bool)]
    timed, skipped = _in_london(timed, zone)
    untimed = int(counted["n"].sum() - timed["n"].sum())
    spans = timed.groupby("filename")["local"].agg(["min", "max"])
    days = [
        (first.tz_localize(None).normalize(), last.tz_localize(None).normalize())
        for first, last in spans.itertuples(index=False)
    ]
    minute = timed["moment"].dt.minute
    timed = timed.assign(
        on_the_hour=timed["n"].where(minute == 0, 0),
        on_five_minutes=timed["n"].where(minute % 5 == 0, 0),
    )
    nowhere = outside = 0
    if borough is None:
        timed = timed.drop(columns="place")
    else:
        timed = timed.assign(borough=timed["place"].map(_borough))
        unplaced = timed[timed["borough"].isna()]
        outside = int(unplaced.loc[unplaced["place"].map(_is_outside).astype(bool), "n"].sum())
        nowhere = int(unplaced["n"].sum()) - outside
    return clock.with_caveat(
        clock.hours(timed, days),
        _some(untimed, "incidents have no time and are in no row"),
        _some(nowhere, "incidents have no borough and are in no row"),
        _some(outside, "incidents lie outside London and are in no row"),
        _some(skipped, "times lie in the hour that the clock skips in spring; they count an hour "
                       "later"),
    )  # fmt: skip


def _query(date: str, time: str | None, borough: str | None) -> str:
    day = f"trim({quoted(date)})"
    place = f"trim({quoted(borough)})" if borough else "NULL"
    blank = f"({day} IS NULL OR lower({day}) IN ({_MISSING}))"
    text = day
    if time is not None:  # a day may be written with the midnight it begins with
        clock_time = f"trim({quoted(time)})"
        blank += f" OR {clock_time} IS NULL OR lower({clock_time}) IN ({_MISSING})"
        text = f"regexp_replace({day}, '[T ]00:00(:00(\\.0+)?)?$', '') || ' ' || {clock_time}"
    return _COUNTED.format(
        borough=place, missing=blank, text=text, offset=_OFFSET, formats=_FORMATS
    )


def _refuse(counted: pd.DataFrame, files: int, zone: str | None) -> None:
    timed = counted[~counted["missing"].astype(bool)]
    read = timed["moment"].notna()
    tomorrow = pd.Timestamp(cells.today()) + pd.Timedelta(days=1)
    faults = []
    for rows, allowed in (
        (timed[~read], "a date and a time, such as 2031-01-31 23:59 or 31/01/2031 23:59:59"),
        (
            timed[read & ((timed["moment"] > tomorrow) | (timed["moment"] < _FIRST))],
            "a time that is past, from 2000-01-01 on",
        ),
        (
            timed[read & (timed["zone"] == "") & (zone is None)],
            "a time with its offset; or say in which zone it is written, with "
            "zone='Europe/London' (the clock on the wall) or zone='UTC'",
        ),
    ):
        for name, part in rows.groupby("filename"):
            seen = shown(part["example"].min())
            faults.append(Fault(f"{name}: the time {seen} ({part['n'].sum():,} rows)", allowed))
    for (name, place), part in counted.dropna(subset="place").groupby(["filename", "place"]):
        if not _known(place):
            found = f"{name}: the borough {shown(place)} ({part['n'].sum():,} rows)"
            faults.append(Fault(found, "a London borough by name or GSS code"))
    if timed.empty:
        faults.append(Fault("no row with a time", "at least one incident with its time"))
    refuse(faults, files)


def _known(place: str) -> bool:
    nothing = place.casefold() in _NO_PLACE or answer_words.is_nothing(place)
    found = areas.match(place) or areas.pseudo_area(place)
    return bool(nothing or found or _is_outside(place))


def _is_outside(place: object) -> bool:
    """Return whether a place is a district around London rather than in it."""
    if not isinstance(place, str):
        return False
    name = " ".join(place.casefold().replace("&", " and ").split())
    return name in _AROUND or bool(re.fullmatch(_ELSEWHERE, place.upper()))


def _borough(place: object) -> str | float:
    found = areas.match(place) if isinstance(place, str) else None
    return found.name if found else np.nan


def _in_london(timed: pd.DataFrame, zone: str | None) -> tuple[pd.DataFrame, int]:
    """Return the rows with London's time in ``local``, and how many times no clock showed."""
    own = timed["zone"] != ""
    ahead = pd.to_timedelta([_minutes(text) for text in timed.loc[own, "zone"]], unit="min")
    carried = (timed.loc[own, "moment"] - ahead).dt.tz_localize("UTC")
    written = timed.loc[~own, "moment"]
    placed = written.dt.tz_localize(
        zone or "UTC", ambiguous=np.ones(len(written), dtype=bool), nonexistent="shift_forward"
    )
    skipped = timed.loc[~own, "n"][placed.dt.tz_localize(None) != written].sum()
    both = [part.dt.tz_convert(clock.LONDON).dt.as_unit("us") for part in (carried, placed)]
    return timed.assign(local=pd.concat(both)), int(skipped)


def _minutes(offset: str) -> int:
    """Return by how many minutes a zone written as Z, +01, +0100 or +01:00 is ahead of UTC."""
    if offset == "Z":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    size = 60 * int(digits[:2]) + int(digits[2:])
    return -size if offset[0] == "-" else size


def _some(n: int, what: str) -> str:
    return f"{n:,} {what}." if n else ""


# what is declared of it --------------------------------------------------------------------------


DECLARED = (
    Declared(
        key="incident_times",
        layouts=(
            Layout(
                "incidents with their time",
                ("DateOfCall", "TimeOfCall"),
                instead="tables.incident_hours({file}, date='DateOfCall', time='TimeOfCall', "
                "zone='Europe/London')",
            ),
            Layout(
                "engines that the London Fire Brigade sent out",
                ("IncidentNumber", "DateAndTimeMobilised"),
                instead="tables.incident_hours({file}, date='DateAndTimeMobilised', "
                "zone='Europe/London')",
            ),
        ),
        gains="The hours of the week in which incidents come: demand.hour_profile().",
        cannot_bear=(
            "Nothing in a file says in which zone its times are written; a summer's hour is "
            "lost by a wrong guess.",
            "Times rounded to the full hour push incidents into the hour that begins there.",
            "The hour something is recorded need not be the hour it happened, and a search "
            "happens when officers are there to search.",
            "Incidents of another service are no police demand; they show the method, and how "
            "an emergency service's week is shaped.",
        ),
    ),
)
