"""The inventory: every data set that is held, how far it reaches and what it lacks."""

import pandas as pd
import pytest

from pvtools import sources, tables
from pvtools.errors import DataError
from pvtools.tables import intake
from pvtools.tables.shipped import SHAPES

from . import builders


def test_every_data_set_that_comes_with_pvtools_is_in_it_with_its_period_and_its_limits():
    held, register = tables.inventory().set_index("key"), sources.register()
    assert set(held.index) == {key for key, one in register.items() if one.published}
    for key, row in held.iterrows():
        figures = register[key].published
        assert (row["first"], row["last"]) == (figures.first, figures.last)
        assert all(sentence in row.cannot_bear for sentence in register[key].cannot_bear)
        assert all(sentence in row.lacks for sentence in figures.lacks)


def test_it_says_of_how_many_boroughs_there_is_a_figure():
    boroughs = tables.inventory().set_index("key").boroughs
    assert set(boroughs) == {0, 32}
    assert boroughs["mps_recorded_crime"] == boroughs["severity_scores"] == 32
    assert boroughs["national_survey_2018"] == boroughs["recorded_crime_breaks"] == 0


def test_a_month_for_which_a_table_has_nothing_is_told_among_what_it_lacks():
    held = tables.inventory().set_index("key")
    for key, shape in SHAPES.items():
        if shape.period == "month" and key != "reporting_rates":  # of a year each
            table = tables.published(key).dropna(subset=[shape.value])
            months = pd.date_range(table.month.min(), table.month.max(), freq="MS")
            assert set(months) == set(table.month) or held.lacks[key], key


def test_that_boroughs_of_the_survey_end_before_london_is_told():
    survey = tables.load().survey.dropna(subset=["proportion"])
    london = survey[survey.borough == "London"]
    last = london[london.quarter_end == london.quarter_end.max()]
    boroughs = survey[survey.borough != "London"].quarter_end.max()
    lacks = tables.inventory().set_index("key").lacks["pas_borough"]
    assert f"No boroughs after {boroughs:%B %Y}" in lacks
    assert last.measure.nunique() == 5
    assert "five of the eight questions" in lacks


def test_a_file_that_was_added_has_a_row_of_its_own_with_what_it_was_found_to_lack(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    rows = [["THEFT", "SHOPLIFTING", "Barnet", 3, 4]]
    file = builders.crime(tmp_path / "m.csv", rows=rows, months=["202601", "202602"])
    (one,) = intake.add([file], data_dir=data)
    held = tables.inventory(data).set_index(["key", "origin"])
    added = held.loc["mps_recorded_crime", "added"]
    assert (added["first"], added["last"]) == ("2026-01", "2026-02")
    assert pd.isna(added.boroughs)
    assert all(sentence in added.lacks for sentence in one.lacks)
    assert "published" in held.loc["mps_recorded_crime"].index


def test_a_span_of_months_that_no_file_covers_is_named(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    later = [["2018-11-01", *builders.TIME_ROWS[0][1:]]]
    intake.add([builders.abstractions(tmp_path / "a.csv")], data_dir=data)
    intake.add([builders.abstractions(tmp_path / "b.csv", later)], data_dir=data)
    lacks = tables.inventory(data).set_index(["key", "origin"]).lacks
    assert "Nothing from 2018-07 to 2018-10." in lacks["mps_abstractions", "added"]


@pytest.mark.parametrize("spoilt", ["severity_scores", "hours_of_week"])
def test_a_table_that_was_edited_is_one_clear_error(tmp_path, spoilt):
    data = builders.data_folder(tmp_path / "data")
    own = data / "published" / f"{spoilt}.csv"
    own.write_text("borough,2003\nHackney,7\n", encoding="utf-8")
    with pytest.raises(DataError, match="checksum"):
        tables.inventory(data)
