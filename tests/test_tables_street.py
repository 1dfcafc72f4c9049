"""data.police.uk files: counted where they lie, by the borough of the place, every fault named."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import engine, limits

from . import builders
from .real_files import REAL

real_data = [
    pytest.mark.real_data,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the published files are not at {REAL}"),
]

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
OUTCOMES = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Outcome type"
)
SEARCHES = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,"
    "Age range,Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,"
    "Outcome,Outcome linked to object of search,Removal of more than just outer clothing"
)


def crime(
    name: str = "a1",
    month: str = "2031-01",
    force: str = "Made-Up Police",
    area: str = "Camden 027B",
    category: str = "Drugs",
) -> str:
    code = "E01999999" if area else ""
    return f"{name},{month},{force},{force},-0.1,51.5,On or near Nowhere,{code},{area},{category},,"


def outcome(name: str, month: str, kind: str) -> str:
    return f"{name},{month},Made-Up Police,Made-Up Police,,,No location,,,{kind}"


def search(time: str, place: str = "51.5,-0.1") -> str:
    return f"Person search,{time},False,,{place},Male,18-24,,White,Some Act,Drugs,Arrest,,"


@pytest.fixture
def write(tmp_path):
    def written(name: str, *lines: str, end: str = "\n") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (end.join(lines) + end).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return written


# crimes -----------------------------------------------------------------------------------------


def test_a_crime_belongs_to_the_borough_of_its_place_not_to_the_force(write):
    path = write(
        "one.csv",
        STREET,
        crime("a", force="City of London Police", area="Hackney 027G"),
        crime("b", force="City of London Police", area="City of London 001A"),
        crime("c", force="City of London Police", area="Kingston upon Thames 003C"),
    )
    counts = tables.street_counts(path)
    assert list(counts.columns) == ["borough", "month", "category", "n"]
    assert list(counts["borough"]) == ["City of London", "Hackney", "Kingston upon Thames"]
    assert (counts["month"] == pd.Timestamp("2031-01-01")).all()
    assert list(counts["n"]) == [1, 1, 1]


def test_crimes_without_a_place_or_outside_london_are_counted_and_told_apart(write):
    path = write(
        "one.csv", STREET, crime("a", area=""), crime("b", area="Adur 004G"), crime("c"), crime("d")
    )
    counts = tables.street_counts(path, by="borough").set_index("borough")["n"]
    assert counts["Camden"] == 2
    assert counts[counts.index.isna()].tolist() == [2]
    (row,) = tables.street_summary(path).itertuples()
    assert (row.n, row.in_london, row.outside_london, row.no_place) == (4, 2, 1, 1)
    assert "1 of 4 crimes have no place" in row.caveat


def test_plain_and_zipped_files_line_ends_and_orders_of_columns_count_alike(write):
    lines = [STREET, crime("a"), crime("b", area="Brent 001A", category="Robbery")]
    turned = [",".join(reversed(line.split(","))) for line in lines]
    expected = tables.street_counts(write("plain.csv", *lines))
    for path in (
        write("zipped.csv.gz", *lines),
        write("windows.csv", *lines, end="\r\n"),
        write("turned.csv", *turned),
        write("marked.csv", "\ufeff" + lines[0], *lines[1:]),
        write("odd [name]'s.csv", *lines),
    ):
        pd.testing.assert_frame_equal(tables.street_counts(path), expected)


def test_a_folder_a_pattern_and_a_list_mean_the_same_files(write, tmp_path):
    one = write("2031-01/2031-01-made-up-street.csv", STREET, crime("a"))
    two = write("2031-02/2031-02-made-up-street.csv.gz", STREET, crime("b", month="2031-02"))
    write("2031-01/2031-01-made-up-outcomes.csv", OUTCOMES, outcome("a", "2031-01", "Charged"))
    expected = tables.street_counts([one, two])
    assert expected["n"].sum() == 2
    for meant in (tmp_path, f"{tmp_path}/*/*-street.csv*", [one, str(two), one]):
        pd.testing.assert_frame_equal(tables.street_counts(meant), expected)
    assert tables.outcome_counts(tmp_path)["n"].sum() == 1


def test_crimes_without_an_identifier_count_and_repeated_ones_are_reported_not_removed(write):
    path = write("one.csv", STREET, crime(""), crime(""), crime("a"), crime("a"), crime("b"))
    assert tables.street_counts(path)["n"].sum() == 5
    (row,) = tables.street_summary(path).itertuples()
    assert (row.without_id, row.repeated_ids) == (2, 1)
    assert "Crime IDs repeated within the file: 1; all are counted." in row.caveat
    assert "one category only" in row.caveat


def test_a_month_published_again_is_not_counted_twice_silently(write):
    old, new = (write(name, STREET, crime("a")) for name in ("old.csv", "new.csv"))
    with pytest.raises(DataError, match="keep the newer file") as caught:
        tables.street_counts([old, new])
    message = str(caught.value)
    assert "2031-01 of Made-Up Police more than once" in message
    assert str(old) in message
    assert str(new) in message
    other = write("other.csv", STREET, crime("a", force="Another Force"))
    counts = tables.street_counts([old, other], by=("force",))
    assert counts.to_dict("list") == {"force": ["Another Force", "Made-Up Police"], "n": [1, 1]}


def test_all_damaged_files_are_named_at_once(write):
    good = write("good.csv", STREET, crime("a"))
    cut = write("cut.csv", STREET, crime("b", month="2031-02"), "c,2031-02,Made")
    content = gzip.compress("\n".join([STREET, *(crime(f"{n:x}") for n in range(999))]).encode())
    torn = write("torn.csv.gz", "")
    torn.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError) as caught:
        tables.street_counts([good, cut, torn])
    message = str(caught.value)
    assert f"{cut}: row 3 has 3 fields instead of 12" in message
    assert f"{torn}: cut short" in message
    assert str(good) not in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([OUTCOMES, outcome("a", "2031-01", "Charged")], "another kind, outcomes"),
        ([SEARCHES, search("2031-01-01T00:00:00+00:00")], "another kind, stop-and-search"),
        ([STREET.replace("LSOA name", "Area"), crime()], "no column 'LSOA name'"),
        ([STREET], "a header and no rows"),
        ([""], "(it begins: nothing)"),
        ([STREET, crime(month="2031-13"), crime(month="")], "the month '2031-13' (1 rows)"),
        ([STREET.replace("Context", "Month"), crime()], "two columns of the same name"),
    ],
)
def test_a_file_that_is_not_street_level_crime_is_refused(write, content, said):
    path = write("2031-01-made-up-street.csv", *content)
    with pytest.raises(DataError) as caught:
        tables.street_counts(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_no_file_at_all_is_said_plainly(tmp_path):
    for nothing in (tmp_path, tmp_path / "none.csv", f"{tmp_path}/*.csv", []):
        with pytest.raises(DataError, match="Check the name and the folder"):
            tables.street_counts(nothing)


def test_counting_by_a_column_that_is_not_there_is_refused(write):
    path = write("one.csv", STREET, crime())
    with pytest.raises(UsageError, match="Did you mean 'borough'"):
        tables.street_counts(path, by=["boroughs"])
    with pytest.raises(UsageError, match="one or more of"):
        tables.street_counts(path, by=[])


def test_outcomes_say_that_they_belong_to_earlier_crimes(write):
    path = write(
        "one.csv",
        OUTCOMES,
        outcome("a", "2031-02", "Suspect charged"),
        outcome("a", "2031-02", "Suspect charged"),
        outcome("b", "2031-02", "Local resolution"),
    )
    counts = tables.outcome_counts(path)
    assert list(counts["outcome"]) == ["Local resolution", "Suspect charged"]
    assert list(counts["n"]) == [1, 2]
    assert counts["caveat"].str.contains("earlier months").all()


# searches ---------------------------------------------------------------------------------------


def test_a_search_stands_at_londons_time_in_summer_and_winter(write):
    path = write(
        "2031-08-made-up-stop-and-search.csv",
        SEARCHES,
        search("2031-07-31T23:10:00+00:00"),
        search("2031-12-31T23:10:00Z", place=","),
        search("2031-08-02T01:30:00+01:00"),
    )
    found = tables.stop_and_search(path)
    assert [f"{time:%m-%d %H:%M}" for time in found["local_time"]] == [
        "08-01 00:10",
        "08-02 01:30",
        "12-31 23:10",
    ]
    assert found["weekday"].tolist() == ["Friday", "Saturday", "Wednesday"]
    assert found["hour"].tolist() == [0, 1, 23]
    assert found["month"].iloc[0] == pd.Timestamp("2031-08-01")
    assert found["latitude"].isna().tolist() == [False, False, True]
    assert set(found["force"]) == {"made-up"}
    assert "borough" not in found


def test_alike_searches_are_kept_and_counted(write):
    times = ["2031-01-01T10:00:00+00:00"] * 3 + ["2031-01-01T10:07:00+00:00"]
    path = write("one.csv", SEARCHES, *map(search, times))
    assert len(tables.stop_and_search(path)) == 4
    (row,) = tables.stop_and_search_summary(path).itertuples()
    assert (row.n, row.repeated_rows) == (4, 2)
    assert row.share_on_the_hour == row.share_on_five_minutes == 0.75
    assert pd.isna(row.force)
    assert "Many times are rounded" in row.caveat


def test_every_hour_of_every_day_from_first_to_last_is_there_in_londons_time(write):
    path = write(
        "one.csv",
        SEARCHES,
        search("2031-07-30T05:03:00+00:00"),
        search("2031-07-30T05:00:00+00:00"),
        search("2031-07-31T23:10:00+00:00"),
    )
    hours = tables.search_hours(path)
    assert len(hours) == 3 * 24
    assert hours["n"].sum() == 3
    cell = hours.set_index(["date", "weekday", "hour"])[["n", "on_the_hour", "on_five_minutes"]]
    assert cell.loc[(pd.Timestamp("2031-07-30"), "Wednesday", 6)].tolist() == [2, 1, 1]
    assert cell.loc[(pd.Timestamp("2031-08-01"), "Friday", 0)].tolist() == [1, 0, 1]


def test_a_file_with_its_published_name_covers_its_whole_month(write):
    row = search("2031-01-15T10:00:00+00:00")
    paths = [write(f"{month}-made-up-stop-and-search.csv", SEARCHES, row.replace("2031-01", month))
             for month in ("2031-01", "2031-04")]  # fmt: skip
    hours = tables.search_hours(paths)
    assert len(hours) == (31 + 30) * 24
    assert sorted(hours["date"].dt.month.unique()) == [1, 4]  # what lies between was not given


def test_a_time_without_its_zone_is_refused(write):
    path = write("one.csv", SEARCHES, search("2031-01-01T10:00:00"), search(""))
    for read in (tables.stop_and_search, tables.search_hours, tables.stop_and_search_summary):
        with pytest.raises(DataError, match="a time with its zone") as caught:
            read(path)
        assert "(2 rows)" in str(caught.value)


def test_a_month_of_searches_in_two_files_is_refused(write):
    name, row = "2031-01-made-up-stop-and-search.csv", search("2031-01-01T10:00:00Z")
    paths = [write(f"{folder}/{name}", SEARCHES, row) for folder in ("old", "new")]
    with pytest.raises(DataError, match="2031-01 of made-up more than once"):
        tables.search_hours(paths)


# the real files ---------------------------------------------------------------------------------


# what strangers call their columns and files -----------------------------------------------------

ELSEWHERE = "SELECT a FROM read_csv('{}', all_varchar = true) LIMIT 1"
HOSTILE = [
    'x" AS VARCHAR), ({}) AS "y", CAST("x',
    "x') FROM read_csv('{}') --",
    'plain " quote',
    "\"; COPY (SELECT 1) TO '{}.out'; --",
    "[*] {{}}",
    "select",
]


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("a,b\n2024-01-02 10:00,SECRET\n")
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_name_of_a_column_is_never_part_of_a_query(tmp_path, secret, kind, hostile):
    name = hostile.format(ELSEWHERE.format(secret))
    rows = [["at", name], ["2019-01-07 00:01", "2020-02-08 00:02"]]
    path = builders.write(tmp_path / "f.csv", rows)
    if kind == "parquet":
        path = tmp_path / "f.parquet"
        with duckdb.connect() as engine:
            quoted = name.replace('"', '""')
            engine.execute(
                f"COPY (SELECT '{rows[1][0]}' AS at, '{rows[1][1]}' AS \"{quoted}\") TO '{path}'"
            )
    for column, year in (("at", 2019), (name, 2020)):
        table = tables.incident_hours(path, date=column, zone="UTC")
        assert set(table["date"].dt.year) == {year}
        assert table["n"].sum() == 1
    assert not list(tmp_path.glob("*.out"))


def test_the_engine_reads_the_files_it_was_given_and_no_other(write, secret):
    given = write("one.csv", STREET, crime())
    with engine.opened([given], threads=1, memory="100MB") as reader:
        assert reader.execute("SELECT count(*) FROM read_csv(?)", [str(given)]).fetchone() == (1,)
        for what in (
            f"FROM read_text('{secret}')",
            f"FROM glob('{secret.parent}/*')",
            f"COPY (SELECT 1) TO '{secret}.out'",
            f"ATTACH '{secret}.db'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            "SET allowed_paths = ['/']",
            "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        ):
            with pytest.raises(duckdb.Error):
                reader.execute(what).fetchall()
    assert not secret.with_name(f"{secret.name}.out").exists()


@pytest.mark.parametrize(
    "name", ["a [1] *?.csv", "q'u\"o.csv", "a\\b.csv", "a\nb.csv", "{a,b}.csv", "~.csv", "s3:x.csv"]
)
def test_a_file_of_an_odd_name_is_counted_alone(write, tmp_path, monkeypatch, name):
    path = write(f"in {name}/{name}", STREET, crime())
    write(f"in {name}/other.csv", STREET, crime(), crime())
    monkeypatch.chdir(path.parent)
    for given in (path, name, [Path(name)]):
        assert tables.street_counts(given)["n"].sum() == 1
    assert len(tables.street_summary(name)) == 1


def test_a_folder_that_is_called_like_a_pattern_is_that_folder(write, tmp_path):
    write("in [1]/2031-01-a-street.csv", STREET, crime())
    write("in 1/2031-01-b-street.csv", STREET, crime(), crime())
    for given in (tmp_path / "in [1]", f"{tmp_path}/in [1]/*.csv"):
        assert tables.street_counts(given)["n"].sum() == 1


def test_an_empty_name_is_not_the_folder_one_is_in(write, monkeypatch):
    path = write("2031-01-a-street.csv", STREET, crime())
    monkeypatch.chdir(path.parent)
    assert tables.street_counts(".")["n"].sum() == 1
    with pytest.raises(DataError, match="an empty name"):
        tables.street_counts("")


def test_a_name_that_is_no_text_is_refused_in_words(write, tmp_path):
    path = write("one.csv", STREET, crime())
    odd = path.rename(tmp_path / os.fsdecode(b"\xff.csv"))
    with pytest.raises(DataError, match="its name is not UTF-8; rename it"):
        tables.street_counts(odd)


@pytest.mark.parametrize("name", ["filename", "FileName"])
def test_a_column_that_the_engine_would_take_for_its_own_is_refused(tmp_path, name):
    path = builders.write(tmp_path / "f.csv", [["at", name], ["2019-01-07 00:01", "x"]])
    with pytest.raises(DataError, match="one called filename"):
        tables.incident_hours(path, date="at", zone="UTC")


def test_a_compressed_file_that_unpacks_without_end_is_refused(write, monkeypatch):
    path = write("bomb.csv.gz", STREET, *[crime()] * 50_000)
    assert tables.street_counts(path)["n"].sum() == 50_000
    monkeypatch.setattr(limits, "UNPACKED", 1_000_000)
    with pytest.raises(DataError, match="a larger file once unpacked"):
        tables.street_counts(path)


def test_more_rows_than_can_be_held_are_refused(write, monkeypatch):
    days = [f"2031-01-{n:02d}T10:00:00+00:00" for n in range(1, 21)]
    path = write("one.csv", SEARCHES, *map(search, days))
    monkeypatch.setattr(limits, "CELLS", 200)
    with pytest.raises(DataError, match="more than 16 rows of 12 columns"):
        tables.stop_and_search(path)


@pytest.mark.parametrize("year", ["0001", "1066", "1999", "9999"])
def test_one_search_of_another_age_does_not_make_a_million_hours(write, year):
    path = write("one.csv", SEARCHES, search(f"{year}-01-01T10:00:00+00:00"))
    with pytest.raises(DataError, match="a time with its zone"):
        tables.search_hours(path)


def test_a_published_name_with_an_impossible_month_is_only_a_name(write):
    path = write("2031-99-a-stop-and-search.csv", SEARCHES, search("2031-01-02T10:00:00+00:00"))
    assert len(tables.search_hours(path)) == 24


# the published files -----------------------------------------------------------------------------


class TestPublished:
    pytestmark = real_data

    def test_the_citys_force_records_crimes_of_other_boroughs(self):
        counts = tables.street_counts(f"{REAL}/2022-*-city-of-london-street.csv")
        months = counts.groupby("month")["n"].sum().tolist()
        assert months == [786, 783, 699, 786, 748, 735]
        assert {"City of London", "Hackney", "Camden"} <= set(counts["borough"].dropna())
        july = counts[(counts["month"] == "2022-07-01") & (counts["borough"] == "City of London")]
        assert july["n"].sum() == 665

    def test_the_transport_police_count_in_every_borough_without_identifiers(self):
        path = REAL / "2023-03-btp-street.csv.gz"
        assert tables.street_counts(path)["n"].sum() == 5_946
        (row,) = tables.street_summary(path).itertuples()
        assert row.without_id == row.n
        assert (row.in_london, row.outside_london, row.no_place) == (3_015, 2_659, 272)

    def test_a_folder_of_everything_gives_its_street_files_only(self):
        summary = tables.street_summary(REAL)
        assert summary["n"].sum() == 26_552
        filtered = summary["caveat"].str.contains("one category only")
        assert summary.loc[filtered, "n"].tolist() == [7_882, 7_478]

    def test_outcomes_add_up_to_the_published_rows(self):
        assert tables.outcome_counts(REAL)["n"].sum() == 618

    def test_august_begins_at_midnight_in_london(self):
        found = tables.stop_and_search(REAL / "2022-08-metropolitan-stop-and-search.csv.gz")
        assert len(found) == 17_286
        assert f"{found['local_time'].iloc[0]:%Y-%m-%d %H:%M}" == "2022-08-01 00:10"
        assert (found["month"] == "2022-08-01").all()

    def test_officers_round_the_times_of_searches(self):
        summary = tables.stop_and_search_summary(f"{REAL}/*-metropolitan-stop-and-search.csv.gz")
        assert summary["n"].tolist() == [17_988, 17_286]
        assert summary["repeated_rows"].tolist() == [495, 2_347]
        assert summary["share_on_the_hour"].between(0.10, 0.13).all()
        assert summary["share_on_five_minutes"].between(0.58, 0.75).all()
        assert tables.search_hours(REAL)["n"].sum() == 17_988 + 17_286 + 197
