"""More thorough searches: yearly sheets under misspelt headers become one table."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import intake

from . import builders
from .real_files import REAL

SOURCE = "mps_thorough_searches"


@pytest.fixture
def table(tmp_path):
    return tables.read(builders.thorough(tmp_path / "t.csv"), SOURCE)


def edited(path, before, after):
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))
    return path


def test_parquet_and_csv_give_the_same_table(tmp_path, table):
    path = builders.thorough(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(tables.read(path, SOURCE), table)


def test_one_answer_is_joined_from_all_columns_of_its_meaning(table):
    assert table["positive_outcome"].tolist() == [True, False, False, True, False]
    adult = table["appropriate_adult"]
    assert adult.isna().tolist() == [True, False, False, True, False]
    assert adult.dropna().tolist() == [True, False, False]


def test_codes_of_all_years_become_one_wording(table):
    assert table["sex"].fillna("").tolist() == ["Male", "Female", "Male", "", ""]
    assert table["age_group"].fillna("").tolist() == [
        "18 or over", "Under 18", "18 or over", "", "18 or over",
    ]  # fmt: skip
    assert table["ethnicity"].fillna("").tolist() == ["White", "Black", "", "", "Asian"]
    assert table["reason"].iloc[0] == table["reason"].iloc[2] == "Drugs (s.23 Misuse of Drugs Act)"


def test_places_have_their_agreed_names_or_none(table):
    assert table["borough"].fillna("").tolist() == [
        "Ealing", "Westminster", "Kingston upon Thames", "", "",
    ]  # fmt: skip
    assert table["bcu"].fillna("").tolist() == ["West Area", "Central West", "South West", "", ""]


def test_doubt_is_told(table):
    assert table["caveat"].tolist() == [
        "",
        "",
        "The reason given for the outcome says otherwise.",
        "The publisher's code of sex, V, is not documented.",
        "",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2022-01-27", "27/01/2022", "allowed: a day from 2000-01-01"),
        ("2024-11-02", "2999-11-02", "found '2999-11-02'"),
        ("West,Ealing", "West,Eling", "Did you mean 'Ealing'?"),
        ("West,Ealing", "South,Ealing", "'South Area' beside Ealing"),
        ("West,Ealing", "Far West,Ealing", "found 'Far West'"),
        ("18 or older", "19 or older", "allowed: 18 or over or Under 18"),
        (",F,Black", ",X,Black", "found 'X'; allowed: Female or Male"),
        (",F,Black", ",F,Blue", "allowed: Asian or Black or Other or White"),
        ("K s.60 CJPO", "K s.61 CJPO", "found 'K s.61 CJPO Weapons'"),
        (",,Yes\n", ",,Perhaps\n", "Yes or No, Y or N, or blank"),
        (",,Yes\n", ",No,Yes\n", "another column of the same meaning says the opposite"),
        ("Sheet1,Y,", "Sheet1,Later,", "found 'Later'"),
    ],
)
def test_a_fault_is_refused_with_what_is_allowed(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.thorough(tmp_path / "t.csv"), before, after), SOURCE)
    assert told in str(error.value)


def test_two_columns_that_say_the_same_are_no_contradiction(tmp_path, table):
    path = edited(builders.thorough(tmp_path / "t.csv"), ",,Yes\n", ",Yes,Yes\n")
    pd.testing.assert_frame_equal(tables.read(path, SOURCE), table)


def test_a_header_misspelt_in_a_new_way_is_joined_too(tmp_path, table):
    path = edited(builders.thorough(tmp_path / "t.csv"), "positve_outcome", "positiv_outcome")
    pd.testing.assert_frame_equal(tables.read(path, SOURCE), table)


def test_an_added_file_is_loaded_by_its_name(tmp_path, table):
    data = builders.data_folder(tmp_path / "data")
    with pytest.raises(UsageError, match=r"No file of 'More thorough.*pvtools add FILE"):
        tables.load_thorough_searches(data)
    (one,) = intake.add([builders.thorough(tmp_path / "t.csv")], data_dir=data)
    assert (one.outcome, one.first, one.last) == ("new", "2021-08", "2024-11")
    pd.testing.assert_frame_equal(tables.load_thorough_searches(data), table)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_published_searches_are_read_whole():
    path = REAL / "mps_thorough_searches_201901_202602.parquet"
    assert tables.recognise(path) == SOURCE
    table = tables.read(path, SOURCE)
    assert len(table) == 44_110
    assert str(table["date"].min().date()) == "2019-01-01"
    assert str(table["date"].max().date()) == "2026-02-28"
    assert table["positive_outcome"].notna().all()
    assert table["positive_outcome"].sum() == 7_778 + 7_348 + 6_381
    assert table["appropriate_adult"].sum() == 707 + 1_576
    assert table["borough"].nunique() == 32
    assert (table["borough"] == "Westminster").sum() == 1_741 + 1_076
    assert table["bcu"].nunique() == 12
    assert table["sex"].value_counts().to_dict() == {"Male": 41_155, "Female": 2_009}
