"""The second look: what a reader let through is stopped by the contract of its table."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError
from pvtools.tables import formats

from . import builders


@pytest.fixture
def crime(tmp_path):
    return tables.read(builders.crime(tmp_path / "f.csv"), "mps_recorded_crime")


@pytest.fixture
def survey(tmp_path):
    return tables.read(builders.comma_survey(tmp_path / "f.csv"), "pas_borough")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("level", "ward"),
        ("area", "Nowhere"),
        ("borough", "Nowhere"),
        ("month", pd.Timestamp("2024-01-02")),
        ("month", pd.Timestamp("2999-01-01")),
        ("offence_group", ""),
        ("offences", -1),
        ("schema", "another"),
    ],
)
def test_a_broken_promise_of_recorded_crime_is_named_by_its_column(crime, column, value):
    broken = crime.copy()
    broken.loc[0, column] = value
    with pytest.raises(DataError, match=f"column '{column}'"):
        formats.checked(broken, "mps_recorded_crime", file="f.csv")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("measure", "liking"),
        ("borough", "Unknown"),
        ("quarter_end", pd.Timestamp("2020-12-30")),
        ("proportion", 1.1),
    ],
)
def test_a_broken_promise_of_the_survey_is_named_by_its_column(survey, column, value):
    broken = survey.copy()
    broken.loc[0, column] = value
    with pytest.raises(DataError, match=f"column '{column}'"):
        formats.checked(broken, "pas_borough", file="f.csv")


def test_two_schemas_in_one_table_break_the_contract(crime):
    broken = crime.assign(schema=["mps_to_2023", *crime["schema"][1:]]).astype({"schema": "str"})
    with pytest.raises(DataError, match="one schema in one file"):
        formats.checked(broken, "mps_recorded_crime", file="f.csv")


def test_a_row_twice_breaks_the_contract(survey):
    broken = pd.concat([survey, survey.head(1)], ignore_index=True)
    with pytest.raises(DataError, match="one row for each measure, borough, quarter_end"):
        formats.checked(broken, "pas_borough", file="f.csv")


def test_a_column_too_few_or_too_many_breaks_the_contract(survey):
    for broken in (survey.drop(columns="proportion"), survey.assign(more=1)):
        with pytest.raises(DataError):
            formats.checked(broken, "pas_borough", file="f.csv")


def test_the_published_figures_keep_the_contracts():
    held = tables.load()
    crime, survey = held.recorded_crime, held.survey
    formats.checked(crime.drop(columns="vintage"), "mps_recorded_crime", file="published")
    formats.checked(survey.drop(columns="vintage"), "pas_borough", file="published")
    formats.checked(held.population, "census_2021", file="published")
