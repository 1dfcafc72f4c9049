"""Recorded crime: two schemas, three levels, absent rows, zeros and areas that are no borough."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError
from pvtools.tables import recorded_crime

from . import builders


@pytest.fixture
def new(tmp_path):
    return tables.read(builders.crime(tmp_path / "new.csv"), "mps_recorded_crime")


@pytest.fixture
def old(tmp_path):
    file = builders.crime(
        tmp_path / "old.csv", builders.OLD_HEAD, builders.OLD_ROWS, ("202306", "202307")
    )
    return tables.read(file, "mps_recorded_crime")


def refused(
    tmp_path, *, head=builders.NEW_HEAD, rows=builders.NEW_ROWS, months=("202401", "202402")
):
    file = builders.crime(tmp_path / "bad.csv", head, rows, months)
    with pytest.raises(DataError) as error:
        tables.read(file, "mps_recorded_crime")
    return str(error.value)


def test_a_wide_table_becomes_one_row_a_month(new):
    assert list(new.columns) == list(recorded_crime.COLUMNS)
    assert len(new) == len(builders.NEW_ROWS) * 2
    row = new.iloc[3]
    assert (row["area"], row["month"], row["offences"]) == (
        "Hackney",
        pd.Timestamp("2024-02-01"),
        10,
    )


def test_every_row_carries_its_schema(new, old):
    assert set(new["schema"]) == {"mps_to_2024"}
    assert set(old["schema"]) == {"mps_to_2023"}


def test_both_schemas_share_one_spelling_and_it_is_the_published_one(new, old):
    published = set(tables.load().recorded_crime["offence_group"])
    assert {"Theft", "Violence against the person"} == set(old["offence_group"])
    assert set(new["offence_group"]) | set(old["offence_group"]) <= published


def test_a_group_of_the_old_schema_alone_keeps_its_own_name(tmp_path):
    rows = [["Historical Fraud and Forgery", "Historical Fraud and Forgery", "Barnet", 1, 2]]
    file = builders.crime(tmp_path / "f.csv", builders.OLD_HEAD, rows, ("202306", "202307"))
    table = tables.read(file, "mps_recorded_crime")
    assert set(table["offence_group"]) == {"Historical fraud and forgery"}


def test_an_absent_row_is_not_a_zero(new):
    violence = new[new["offence_group"] == "Violence against the person"]
    assert set(violence["area"]) == {"Hackney"}


def test_a_zero_stays_a_zero(new):
    barnet = new[(new["area"] == "Barnet") & (new["month"] == "2024-02-01")]
    assert barnet["offences"].tolist() == [0]


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("Unknown", "Unknown"),
        ("Other / NK", "Unknown"),
        ("Non MET police force", "Unknown"),
        ("CO18 (Aviation)", "Unknown"),
        ("Heathrow ", "Airports"),
        ("London Heathrow and London City Airports", "Airports"),
        ("Aviation Security (SO18)", "Aviation Security"),
    ],
)
def test_an_area_that_is_no_borough_keeps_its_offences_and_has_no_borough(tmp_path, written, area):
    rows = [["THEFT", "SHOPLIFTING", written, 1, 2], ["THEFT", "SHOPLIFTING", "Barnet", 3, 4]]
    table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    other = table[table["area"] == area]
    assert other["offences"].tolist() == [1, 2]
    assert other["borough"].isna().all()


def test_two_areas_under_one_agreed_name_are_summed(tmp_path):
    rows = [["THEFT", "SHOPLIFTING", "Other", 1, 2], ["THEFT", "SHOPLIFTING", "Unknown", 10, 20]]
    table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    assert table["offences"].tolist() == [11, 22]


def test_a_comma_inside_quotes_does_not_split_an_offence(old):
    assert "Making, supplying or possessing articles for use i" in set(old["offence"])


def test_twenty_five_months_are_as_good_as_twenty_four(tmp_path):
    months = [f"{2022 + n // 12}{n % 12 + 1:02}" for n in range(25)]
    rows = [["THEFT", "SHOPLIFTING", "Barnet", *range(25)]]
    table = tables.read(
        builders.crime(tmp_path / "f.csv", rows=rows, months=months), "mps_recorded_crime"
    )
    assert table["month"].nunique() == 25


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_wards_keep_their_code_their_name_and_their_borough(tmp_path, suffix):
    file = builders.crime(tmp_path / f"w{suffix}", builders.WARD_HEAD, builders.WARD_ROWS)
    table = tables.read(file, "mps_recorded_crime_ward")
    assert table["area"].tolist() == ["E05000999"] * 2 + ["E05000998"] * 2
    assert table["borough"].isna().tolist() == [False, False, True, True]
    assert table["offences"].tolist() == [2, 0, 1, 1]
    assert set(table["level"]) == {"ward"}


def test_a_ward_in_two_boroughs_is_refused_and_one_that_is_partly_unplaced_is_not(tmp_path):
    first = ["THEFT", "SHOPLIFTING", "High Street", "E05000999", "Barnet", 2, 0]
    unplaced = ["THEFT", "OTHER THEFT", "High Street", "E05000999", "Unknown", 1, 1]
    second = ["ROBBERY", "ROBBERY OF PERSONAL PROPERTY", "High Street", "E05000999", "Brent", 1, 1]
    file = builders.crime(tmp_path / "w.csv", builders.WARD_HEAD, [first, unplaced])
    assert len(tables.read(file, "mps_recorded_crime_ward")) == 4
    file = builders.crime(tmp_path / "w.csv", builders.WARD_HEAD, [first, unplaced, second])
    with pytest.raises(DataError, match=r"row 4: found E05000999 in Brent .*it lies in Barnet"):
        tables.read(file, "mps_recorded_crime_ward")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_small_areas_name_their_borough_by_code(tmp_path, suffix):
    file = builders.crime(tmp_path / f"l{suffix}", builders.LSOA_HEAD, builders.LSOA_ROWS)
    table = tables.read(file, "mps_recorded_crime_lsoa")
    assert table["borough"].tolist() == ["Barnet"] * 2 + ["Hackney"] * 2
    assert table["offences"].tolist() == [1, 0, 0, 4]
    assert set(table["schema"]) == {"mps_to_2024"}


def test_the_publishers_older_small_area_header_is_known_too(tmp_path):
    head = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]
    rows = [["E01000999", "Barnet 099A", "Barnet", "Theft", "Shoplifting", 1, 0]]
    file = builders.crime(tmp_path / "l.csv", head, rows)
    assert set(tables.read(file, "mps_recorded_crime_lsoa")["schema"]) == {"mps_to_2023"}


def unit_file(path, rows=builders.NEW_ROWS, months=("202506", "202507")):
    return builders.crime(path, builders.UNIT_HEAD, rows, months)


def test_the_publishers_present_borough_layout_is_read_as_a_way_of_counting_of_its_own(tmp_path):
    file = unit_file(tmp_path / "b.csv")
    assert tables.recognise(file) == "mps_recorded_crime"
    table = tables.read(file, "mps_recorded_crime")
    assert set(table["schema"]) == {"mps_from_2026"}
    hackney = table[(table["area"] == "Hackney") & (table["offence"] == "Shoplifting")]
    assert hackney["offences"].tolist() == [9, 10]


def test_the_publishers_present_small_area_layout_is_read(tmp_path):
    head = ["LSOA Code", "LSOA Name", "Borough", "Group", "SubGroup"]
    rows = [["E01000999", "Barnet 099A", "Barnet", "THEFT", "SHOPLIFTING", 1, 0]]
    file = builders.crime(tmp_path / "l.csv", head, rows, ("202506", "202507"))
    assert tables.recognise(file) == "mps_recorded_crime_lsoa"
    table = tables.read(file, "mps_recorded_crime_lsoa")
    assert set(table["schema"]) == {"mps_from_2026"}
    assert table[["area", "borough"]].drop_duplicates().to_numpy().tolist() == [
        ["E01000999", "Barnet"]
    ]


def test_title_case_under_the_later_header_is_the_earlier_way_of_counting_and_no_mixture(tmp_path):
    rows = [
        ["Theft", "Theft from Person", "Barnet", 5, 6],
        ["Drug Offences", "Drug Trafficking", "Barnet", 1, 0],
        ["Robbery", "Robbery of Personal Property", "Barnet", 2, 2],
    ]
    file = builders.crime(tmp_path / "t.csv", rows=rows, months=("201801", "201802"))
    assert set(tables.read(file, "mps_recorded_crime")["schema"]) == {"mps_to_2023"}


@pytest.mark.parametrize("header", [builders.OLD_HEAD, builders.NEW_HEAD])
def test_names_of_offences_say_the_way_of_counting_whatever_their_capitals(tmp_path, header):
    later = [["Theft", "Theft from the Person", "Barnet", 5, 6]]
    earlier = [["THEFT", "THEFT FROM PERSON", "Barnet", 5, 6]]
    ways = [
        tables.read(builders.crime(tmp_path / f"{n}.csv", header, rows), "mps_recorded_crime")
        for n, rows in enumerate((later, earlier))
    ]
    assert [set(way["schema"]) for way in ways] == [{"mps_to_2024"}, {"mps_to_2023"}]


def test_names_of_both_ways_in_one_file_are_a_mixture(tmp_path):
    rows = [
        ["THEFT", "THEFT FROM THE PERSON", "Barnet", 5, 6],
        ["DRUG OFFENCES", "TRAFFICKING OF DRUGS", "Barnet", 1, 0],
        ["THEFT", "THEFT FROM PERSON", "Brent", 5, 6],
    ]
    told = refused(tmp_path, rows=rows)
    assert "row 4, column 'MajorText'" in told
    assert "mixture of both schemas: 'Theft from person' (a name to July 2023)" in told


def test_the_kinds_of_2008_to_2018_are_refused_with_what_they_are(tmp_path):
    head = ["Borough", "Major Category", "Minor Category"]
    rows = [
        ["Barnet", "Burglary", "Burglary in a Dwelling", 82, 71],
        ["Barnet", "Theft and Handling", "Theft From Shops", 5, 6],
    ]
    told = refused(tmp_path, head=head, rows=rows, months=("200801", "200802"))
    assert "kinds of offence of the files of 2008 to 2018" in told
    assert "begins in April 2010" in told


@pytest.mark.parametrize(
    "label",
    [
        "PUBLIC FEAR, ALARM OR DISTRESS",
        "Public Fear Alarm or Distress",
        "PUBLIC FEAR  ALARM - OR DISTRESS",
        "public fear/alarm or distress",
        "PUBLIC FEAR – ALARM OR DISTRESS",
    ],
)
def test_an_offence_has_one_name_whatever_stands_between_its_letters(tmp_path, label):
    rows = [["PUBLIC ORDER OFFENCES", label, "Hackney", 3, 4]]
    table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    assert set(table["offence"]) == {"Public fear alarm or distress"}


def test_a_group_has_one_name_with_an_ampersand_or_without(tmp_path):
    rows = [["ARSON & CRIMINAL DAMAGE", "ARSON", "Hackney", 3, 4]]
    table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    assert set(table["offence_group"]) == {"Arson and criminal damage"}


def test_an_offence_that_nobody_knows_keeps_its_words_and_loses_the_marks(tmp_path):
    names = ["CHILDREN'S THINGS, SOLD/LENT", "CHILDREN’S THINGS - SOLD LENT"]
    for name in names:
        rows = [["THEFT", name, "Hackney", 3, 4]]
        table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
        assert set(table["offence"]) == {"Childrens things sold lent"}


def test_two_spellings_of_one_offence_in_one_file_are_added_up(tmp_path):
    rows = [
        ["PUBLIC ORDER OFFENCES", "PUBLIC FEAR, ALARM OR DISTRESS", "Hackney", 0, 40],
        ["PUBLIC ORDER OFFENCES", "PUBLIC FEAR ALARM OR DISTRESS", "Hackney", 30, 2],
    ]
    table = tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    assert table["offences"].tolist() == [30, 42]


def test_one_offence_twice_in_other_capitals_or_blanks_is_a_fault(tmp_path):
    rows = [
        ["THEFT", "BICYCLE THEFT", "Hackney", 0, 40],
        ["THEFT", "Bicycle  Theft", "Hackney", 30, 2],
    ]
    assert "a second row for Hackney, Theft, Bicycle theft" in refused(tmp_path, rows=rows)


def test_columns_of_two_layouts_in_one_header_are_refused(tmp_path):
    rows = [["THEFT", "SHOPLIFTING", "Barnet", "THEFT", 1, 2]]
    told = refused(tmp_path, head=[*builders.NEW_HEAD, "Group"], rows=rows)
    assert "columns MajorText and Group" in told


def test_a_header_of_both_schemas_is_refused_by_name(tmp_path):
    rows = [["THEFT", "SHOPLIFTING", "Barnet", "Barnet", 1, 2]]
    told = refused(tmp_path, head=[*builders.NEW_HEAD, "LookUp_BoroughName"], rows=rows)
    assert "mixture of both schemas" in told
    assert "row 1" in told


def test_rows_of_the_other_schema_are_refused_by_name(tmp_path):
    told = refused(tmp_path, rows=[*builders.NEW_ROWS, ["Theft", "Rape", "Brent", 1, 2]])
    assert "mixture of both schemas: 'Theft'" in told
    assert "row 6, column 'MajorText'" in told


def test_a_borough_under_two_spellings_is_there_twice(tmp_path):
    rows = [
        ["THEFT", "SHOPLIFTING", "Westminster", 1, 2],
        ["THEFT", "SHOPLIFTING", "City of Westminster", 3, 4],
    ]
    told = refused(tmp_path, rows=rows)
    assert (
        "row 3: found a second row for Westminster, Theft, Shoplifting (the first is row 2)" in told
    )


def test_an_unknown_borough_is_named_with_the_nearest(tmp_path):
    told = refused(tmp_path, rows=[["THEFT", "SHOPLIFTING", "Hackny", 1, 2]])
    assert "row 2, column 'BoroughName': found 'Hackny'" in told
    assert "Did you mean 'Hackney'?" in told


@pytest.mark.parametrize("count", ["-1", "2.5", "1,200", "", "many", "1e3", "9999999999999"])
def test_a_count_that_is_no_whole_number_is_refused(tmp_path, count):
    told = refused(tmp_path, rows=[["THEFT", "SHOPLIFTING", "Barnet", 1, count]])
    assert "row 2, column '202402'" in told
    assert "a whole number of offences, 0 or more" in told


def test_a_negative_or_missing_count_in_parquet_is_refused(tmp_path):
    rows = [
        ["THEFT", "SHOPLIFTING", "A", "E05000999", "Barnet", 1, -2],
        ["THEFT", "SHOPLIFTING", "B", "E05000998", "Barnet", 1, 2],
        ["THEFT", "SHOPLIFTING", "C", "E05000997", "Barnet", "", 2],
    ]
    file = builders.crime(tmp_path / "w.parquet", builders.WARD_HEAD, rows)
    with pytest.raises(DataError) as error:
        tables.read(file, "mps_recorded_crime_ward")
    assert "row 2, column '202402': found '-2'" in str(error.value)
    assert "row 4, column '202401': found an empty cell" in str(error.value)


@pytest.mark.parametrize("month", ["299901", "202413", "2024-01", "199912"])
def test_a_month_that_cannot_be_is_refused(tmp_path, month):
    told = refused(tmp_path, months=("202401", month))
    assert f"row 1, column '{month}'" in told
    assert "one column a month, from 200001 to" in told


def test_a_month_twice_is_refused(tmp_path):
    assert "a second column 202401" in refused(tmp_path, months=("202401", "202401"))


def test_all_faults_of_a_file_come_at_once(tmp_path):
    rows = [
        ["THEFT", "SHOPLIFTING", "Nowhere", -1, 2],
        ["THEFT", "SHOPLIFTING", "Barnet", 1, "x"],
        ["", "SHOPLIFTING", "Barnet", 1, 2],
    ]
    with pytest.raises(DataError) as error:
        tables.read(builders.crime(tmp_path / "f.csv", rows=rows), "mps_recorded_crime")
    places = [(fault.row, fault.column) for fault in error.value.faults]
    assert places == [
        (2, "BoroughName"),
        (2, "202401"),
        (3, "202402"),
        (4, "MajorText"),
    ]


def test_a_fault_repeated_ten_thousand_times_is_told_once(tmp_path):
    rows = [["THEFT", "SHOPLIFTING", "Nowhere", 1, 2] for _ in range(10_000)]
    told = refused(tmp_path, rows=rows)
    assert "found 'Nowhere' (and 9,999 more like it)" in told
    assert "one fault" in told


def test_nothing_that_was_read_is_changed_by_reading_it(tmp_path):
    file = builders.crime(tmp_path / "f.csv")
    before = file.read_bytes()
    tables.read(file, "mps_recorded_crime")
    assert file.read_bytes() == before
