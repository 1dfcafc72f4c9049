"""Outcomes of crimes against businesses, by day."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import intake

from . import builders
from .real_files import REAL

SOURCE = "mps_business_crime"


@pytest.fixture
def table(tmp_path):
    return tables.read(builders.business(tmp_path / "b.csv"), SOURCE)


def edited(path, before, after):
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))
    return path


def test_parquet_and_csv_give_the_same_table(tmp_path, table):
    path = builders.business(tmp_path / "b.parquet")
    pd.testing.assert_frame_equal(tables.read(path, SOURCE), table)


def test_outcomes_keep_their_day_and_the_publishers_judgement(table):
    assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-03-30"] * 2 + ["2024-03-31"]
    assert table["positive"].tolist() == [True, False, False]
    assert table["outcomes"].tolist() == [2, 40, 1]


def test_offences_are_named_as_in_recorded_crime(table):
    assert table["offence_group"].tolist() == ["Theft", "Theft", "Burglary"]
    assert table["offence"].tolist()[2] == "Burglary - residential"


def test_what_has_no_borough_or_no_outcome_is_missing(table):
    assert table["borough"].isna().tolist() == [False, False, True]
    assert table["outcome"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2024-03-30", "30/03/2024", "allowed: a day from 2000-01-01"),
        ("2024-03-30", "2999-03-30", "found '2999-03-30'"),
        ("Barnet", "Barnett", "Did you mean 'Barnet'?"),
        ("THEFT", "", "the name of an offence"),
        (",Y,", ",maybe,", "allowed: Y or N"),
        (",40,", ",4.5,", "a whole number of outcomes"),
        ('"No suspect, closed"', "Charged", "the outcome 'Charged' as positive and as not"),
    ],
)
def test_a_fault_is_refused_with_what_is_allowed(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.business(tmp_path / "b.csv"), before, after), SOURCE)
    assert told in str(error.value)


def test_a_second_row_of_one_cell_is_refused_with_its_number(tmp_path):
    path = builders.business(
        tmp_path / "b.csv", [*builders.BUSINESS_ROWS, builders.BUSINESS_ROWS[0]]
    )
    with pytest.raises(DataError, match=r"row 5: found a second row for 2024-03-30, Barnet"):
        tables.read(path, SOURCE)


def test_an_added_file_is_loaded_by_its_name(tmp_path, table):
    data = builders.data_folder(tmp_path / "data")
    with pytest.raises(UsageError, match=r"No file of 'Outcomes of crimes.*pvtools add FILE"):
        tables.load_business_outcomes(data)
    (one,) = intake.add([builders.business(tmp_path / "b.parquet")], data_dir=data)
    assert (one.outcome, one.first, one.last) == ("new", "2024-03", "2024-03")
    pd.testing.assert_frame_equal(tables.load_business_outcomes(data), table)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_published_outcomes_are_read_whole():
    path = REAL / "mps_business_crime_outcomes_part.parquet"
    assert tables.recognise(path) == SOURCE
    table = tables.read(path, SOURCE)
    assert len(table) == 407_341
    assert table["date"].nunique() == 731
    assert table["outcomes"].sum() == 872_784
    assert table["positive"].sum() == 50_302
    assert table.loc[table["positive"], "outcomes"].sum() == 64_026
    assert table["borough"].nunique() == 32
    assert table["outcome"].nunique() == 30
