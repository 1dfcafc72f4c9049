"""Hours of incidents: nothing is guessed about a time's zone, and zero is not absent."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError

from . import builders
from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
WALL = "Europe/London"


@pytest.fixture
def one(tmp_path):
    def written(*times, head=("id", "at"), name="f.csv"):
        rows = [[n, *([t] if isinstance(t, str) else t)] for n, t in enumerate(times)]
        return builders.write(tmp_path / name, [head, *rows])

    return written


def held(table):
    """Return the hours in which something happened."""
    some = table[table["n"] > 0]
    return [(f"{row.date:%Y-%m-%d}", row.hour, row.n) for row in some.itertuples()]


def test_every_hour_from_the_first_day_to_the_last_is_there_with_its_zeros(one):
    path = one("2019-01-07 00:01:00", "2019-01-08 23:59:59", "2019-01-08 23:15")
    table = tables.incident_hours(path, date="at", zone=WALL)
    assert list(table) == [
        *("date", "weekday", "hour", "n", "on_the_hour", "on_five_minutes", "caveat"),
    ]
    assert len(table) == 48
    assert held(table) == [("2019-01-07", 0, 1), ("2019-01-08", 23, 2)]
    assert table["weekday"].unique().tolist() == ["Monday", "Tuesday"]
    assert table["on_five_minutes"].sum() == 1


@pytest.mark.parametrize(
    "time",
    [
        "2019-02-01 10:00:00",
        "2019-02-01T10:00:00.123",
        "01/02/2019 10:00",
        "1/2/2019 10:00:00",
        "01 Feb 2019 10:00:00",
        "1 February 2019 10:00",
        "2019-02-01T10:00:00Z",
        "2019-02-01 12:00:00+02",
        "2019-02-01T05:30:00-04:30",
    ],
)
def test_a_time_is_read_however_it_is_usually_written(one, time):
    assert held(tables.incident_hours(one(time), date="at", zone=WALL)) == [("2019-02-01", 10, 1)]


def test_a_day_and_a_time_of_day_may_stand_apart(one):
    path = one(["01 Jan 2019", "00:00:37"], ["2019-01-01 00:00:00", "13:05:00"],
               head=("id", "DateOfCall", "TimeOfCall"))  # fmt: skip
    table = tables.incident_hours(path, date="dateofcall", time="TimeOfCall", zone=WALL)
    assert held(table) == [("2019-01-01", 0, 1), ("2019-01-01", 13, 1)]
    assert table["on_the_hour"].sum() == 1


def test_utc_is_an_hour_behind_the_clock_in_summer(one):
    path = one("2019-07-31 23:10:00", "2019-12-31 23:10:00")
    table = tables.incident_hours(path, date="at", zone="UTC")
    assert held(table) == [("2019-08-01", 0, 1), ("2019-12-31", 23, 1)]


def test_another_zone_is_turned_into_londons_time(one):
    path = one("2019-07-01 05:30:00")
    assert held(tables.incident_hours(path, date="at", zone="Asia/Kolkata")) == [
        ("2019-07-01", 1, 1)
    ]


def test_the_hour_that_comes_twice_in_autumn_is_one_row(one):
    clocks = one("2019-10-27 00:30:00", "2019-10-27 01:30:00", "2019-10-27 02:30:00")
    table = tables.incident_hours(clocks, date="at", zone=WALL)
    assert len(table) == 24
    assert held(table) == [("2019-10-27", hour, 1) for hour in (0, 1, 2)]
    utc = one("2019-10-27 00:30:00", "2019-10-27 01:30:00", name="utc.csv")
    assert held(tables.incident_hours(utc, date="at", zone="UTC")) == [("2019-10-27", 1, 2)]


def test_the_hour_the_clock_skips_in_spring_is_no_row_and_a_time_in_it_is_told_of(one):
    path = one("2019-03-31 00:30:00", "2019-03-31 01:30:00", "2019-03-31 02:30:00")
    table = tables.incident_hours(path, date="at", zone=WALL)
    assert table["hour"].tolist() == [0, *range(2, 24)]
    assert held(table) == [("2019-03-31", 0, 1), ("2019-03-31", 2, 2)]
    assert "1 times lie in the hour that the clock skips" in table["caveat"].iloc[0]
    utc = tables.incident_hours(path, date="at", zone="UTC")
    assert held(utc) == [("2019-03-31", hour, 1) for hour in (0, 2, 3)]
    assert "skips" not in utc["caveat"].iloc[0]


def test_a_day_between_two_files_is_absent_and_a_day_within_one_is_zero(one):
    paths = [
        one("2019-01-01 10:00", "2019-01-03 10:00", name="a.csv"),
        one("2019-02-01 10:00", name="b.csv"),
    ]
    table = tables.incident_hours(paths, date="at", zone=WALL)
    assert table["date"].nunique() == 4
    assert len(table) == 4 * 24


def test_calls_without_a_place_and_calls_outside_london_are_left_out_and_counted(one):
    at = "2009-01-01 00:37"
    places = [" Not geo-coded", "BROXBOURNE", "Epping  Forest", "E07000095", "Not known", "CAMDEN"]
    path = one(*[(at, place) for place in places], head=("id", "at", "where"))
    table = tables.incident_hours(path, date="at", zone=WALL, borough="where")
    assert (table["n"].sum(), set(table["borough"])) == (1, {"Camden"})
    said = table["caveat"].iloc[0]
    assert "2 incidents have no borough and are in no row" in said
    assert "3 incidents lie outside London and are in no row" in said


def test_a_place_that_is_neither_in_london_nor_around_it_is_still_a_fault(one):
    path = one(("2009-01-01 00:37", "Camdn"), head=("id", "at", "where"))
    with pytest.raises(DataError, match="the borough 'Camdn'"):
        tables.incident_hours(path, date="at", zone=WALL, borough="where")


def test_incidents_are_counted_by_borough_where_asked(one):
    path = one(
        ["2019-01-01 10:00", "CITY OF WESTMINSTER"],
        ["2019-01-02 11:00", "E09000012"],
        ["2019-01-02 11:00", "Unknown"],
        ["2019-01-02 11:00", ""],
        head=("id", "at", "where"),
    )
    table = tables.incident_hours(path, date="at", zone=WALL, borough="where")
    assert next(iter(table)) == "borough"
    assert table.groupby("borough").size().to_dict() == {"Hackney": 48, "Westminster": 48}
    assert table["n"].sum() == 2
    assert "2 incidents have no borough and are in no row" in table["caveat"].iloc[0]


def test_an_incident_without_a_time_is_told_of_and_not_placed(one):
    path = one("2019-01-01 10:00", "", "NULL")
    table = tables.incident_hours(path, date="at", zone=WALL)
    assert table["n"].sum() == 1
    assert "2 incidents have no time and are in no row" in table["caveat"].iloc[0]


def test_round_times_are_told_of(one):
    table = tables.incident_hours(one(*["2019-01-01 10:00"] * 5), date="at", zone=WALL)
    assert table["caveat"].str.startswith("Many times are rounded: 100% are at a full hour").all()


def test_parquet_and_compressed_files_are_read_too(one, tmp_path):
    path = one("2019-01-01 10:00:00", "2019-01-01 11:00:00")
    packed = tmp_path / "g.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    rows = [["id", "at"], [0, "2019-01-01 10:00:00"], [1, "2019-01-01 11:00:00"]]
    columns = builders.parquet(tmp_path / "p.parquet", rows)
    whole = tables.incident_hours(path, date="at", zone=WALL)
    for other in (packed, columns):
        pd.testing.assert_frame_equal(tables.incident_hours(other, date="at", zone=WALL), whole)


@pytest.mark.parametrize(
    ("time", "ask", "says"),
    [
        ("2019-01-01 10:00", {}, r"zone='Europe/London' \(the clock on the wall\) or zone='UTC'"),
        ("2019-01-01", {"zone": WALL}, "found .*the time '2019-01-01' .*a date and a time"),
        ("12/31/2019 10:00", {"zone": WALL}, "a date and a time"),
        ("2999-01-01 10:00", {"zone": WALL}, "a time that is past"),
        ("NULL", {"zone": WALL}, "at least one incident with its time"),
        ("2019-01-01 10:00", {"zone": WALL, "time": "when"}, "no column 'when'"),
        ("2019-01-01 10:00", {"zone": WALL, "borough": "id"}, "found .*the borough '0' .*London"),
    ],
)
def test_what_cannot_be_placed_is_refused_in_words(one, time, ask, says):
    with pytest.raises(DataError, match=says):
        tables.incident_hours(one(time), date="at", **ask)


def test_one_incident_of_another_age_does_not_make_a_million_hours(one):
    with pytest.raises(DataError, match="from 2000-01-01 on"):
        tables.incident_hours(one("0001-01-01 10:00", "2019-01-07 10:00"), date="at", zone=WALL)


def test_faults_of_all_files_are_named_at_once(one):
    paths = [one("soon", name="a.csv"), one("late", "late", name="b.csv")]
    with pytest.raises(DataError) as caught:
        tables.incident_hours(paths, date="at", zone=WALL)
    assert "a.csv: the time 'soon' (1 rows)" in str(caught.value)
    assert "b.csv: the time 'late' (2 rows)" in str(caught.value)


def test_an_unknown_zone_is_refused_with_the_likely_one(one):
    with pytest.raises(UsageError, match="Did you mean 'Europe/London'"):
        tables.incident_hours(one("2019-01-01 10:00"), date="at", zone="London")


@pytest.mark.real_data
@real_data
def test_a_year_of_fires_lacks_the_hour_the_clock_skipped():
    table = tables.incident_hours(
        REAL / "lfb_dwelling_fires_2009.csv",
        date="DateOfCall",
        time="TimeOfCall",
        zone=WALL,
    )
    assert table["n"].sum() == 6_708
    assert len(table) == 365 * 24 - 1
    assert table["caveat"].iloc[0].startswith("Times are not rounded")


@pytest.mark.real_data
@real_data
def test_searches_are_counted_alike_by_both_readers():
    path = REAL / "2022-08-metropolitan-stop-and-search.csv.gz"
    both = tables.search_hours(path), tables.incident_hours(path, date="Date")
    pd.testing.assert_frame_equal(*both)
