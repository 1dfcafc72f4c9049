"""The survey: three dialects, one table, and dates that are read one way or not at all."""

import pandas as pd
import pytest

from pvtools import measures, tables
from pvtools.errors import DataError
from pvtools.tables import survey

from . import builders

DIALECTS = [builders.comma_survey, builders.semicolon_survey, builders.american_survey]


def refused(tmp_path, rows, dialect=builders.semicolon_survey):
    with pytest.raises(DataError) as error:
        tables.read(dialect(tmp_path / "bad.csv", rows), "pas_borough")
    return str(error.value)


def changed(position, **changes):
    names = ("year", "month", "day", "borough", "question", "share", "force")
    rows = [list(row) for row in builders.PAS_ROWS]
    for name, value in changes.items():
        rows[position][names.index(name)] = value
    return rows


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_table(tmp_path, dialect):
    table = tables.read(dialect(tmp_path / "a.csv"), "pas_borough")
    reference = tables.read(builders.comma_survey(tmp_path / "b.csv"), "pas_borough")
    pd.testing.assert_frame_equal(table, reference)
    assert list(table.columns) == list(survey.COLUMNS)
    assert table["proportion"].tolist()[:2] == [0.61, 0.7]
    assert table["quarter_end"].tolist()[0] == pd.Timestamp("2020-09-30")


def test_the_publishers_labels_are_the_registers_questions():
    assert set(survey.LABELS.values()) == set(measures.QUESTIONS)


def test_the_city_of_westminster_is_westminster(tmp_path):
    table = tables.read(builders.comma_survey(tmp_path / "a.csv"), "pas_borough")
    assert set(table["borough"]) == {"Barnet", "Westminster", "London"}


def test_the_repeated_force_wide_value_becomes_one_row_a_quarter(tmp_path):
    table = tables.read(builders.comma_survey(tmp_path / "a.csv"), "pas_borough")
    london = table[table["borough"] == "London"]
    assert london["proportion"].tolist() == [0.58, 0.57, 0.82]


def test_a_force_wide_value_that_differs_between_boroughs_is_refused(tmp_path):
    told = refused(tmp_path, changed(1, force=0.5))
    assert "row 3, column 'MPS': found 0.5 where rows above give 0.58" in told


def test_the_force_file_is_london(tmp_path):
    table = tables.read(builders.force_survey(tmp_path / "f.csv"), "pas_force")
    assert table["borough"].tolist() == ["London", "London"]
    assert table["proportion"].tolist() == [0.57, 0.52]


def test_a_missing_share_stays_missing(tmp_path):
    file = builders.comma_survey(tmp_path / "a.csv")
    file.write_text(file.read_text().replace('"0,61"', ""))
    table = tables.read(file, "pas_borough")
    assert table["proportion"].isna().tolist() == [True] + [False] * (len(table) - 1)


def test_a_stray_note_in_the_unnamed_columns_is_left_aside(tmp_path):
    noted = tables.read(builders.comma_survey(tmp_path / "n.csv", note=True), "pas_borough")
    clean = tables.read(builders.comma_survey(tmp_path / "c.csv"), "pas_borough")
    pd.testing.assert_frame_equal(noted, clean)


def test_a_stray_note_does_not_excuse_a_bad_named_column(tmp_path):
    file = builders.comma_survey(tmp_path / "n.csv", changed(0, share=1.7), note=True)
    with pytest.raises(DataError, match="1,7"):
        tables.read(file, "pas_borough")


@pytest.mark.parametrize("share", [1.01, 56, -0.2])
def test_a_share_outside_0_to_1_is_refused(tmp_path, share):
    told = refused(tmp_path, changed(0, share=share))
    assert "row 2, column 'Proportion'" in told
    assert "a proportion from 0 to 1" in told


@pytest.mark.parametrize("date", ["31/11/2020", "30/12/2020", "soon", "2020", "31/12/20", ""])
def test_a_date_that_is_no_quarter_end_is_refused(tmp_path, date):
    file = builders.semicolon_survey(tmp_path / "s.csv")
    file.write_text(file.read_text().replace("31/12/2020", date, 1))
    with pytest.raises(DataError, match=r"row 4, column 'Date'.*the last day of a quarter"):
        tables.read(file, "pas_borough")


def test_a_quarter_to_come_is_refused(tmp_path):
    assert "found '31/12/2999'" in refused(tmp_path, changed(5, year=2999))


def test_one_file_does_not_mix_two_orders_of_day_and_month(tmp_path):
    file = builders.semicolon_survey(tmp_path / "s.csv")
    file.write_text(file.read_text().replace("30/09/2020", "9/30/2020", 1))
    with pytest.raises(DataError) as error:
        tables.read(file, "pas_borough")
    assert "row 2, column 'Date': found '9/30/2020'" in str(error.value)
    assert "written day/month/year as in most of this file" in str(error.value)


def test_an_unknown_question_is_named_with_the_nearest(tmp_path):
    told = refused(tmp_path, changed(0, question="Trust the MPS"))
    assert "column 'Measure': found 'Trust the MPS'" in told
    assert "Did you mean 'Trust MPS'?" in told


@pytest.mark.parametrize("borough", ["Unknown", "Hackny", ""])
def test_an_area_that_is_not_surveyed_is_refused(tmp_path, borough):
    assert "row 2, column 'Borough'" in refused(tmp_path, changed(0, borough=borough))


def test_another_survey_is_refused(tmp_path):
    file = builders.semicolon_survey(tmp_path / "s.csv")
    file.write_text(file.read_text().replace("PAS", "USS", 1))
    with pytest.raises(DataError, match="found 'USS'; allowed: 'PAS'"):
        tables.read(file, "pas_borough")


def test_a_question_asked_twice_of_a_borough_in_a_quarter_is_refused(tmp_path):
    told = refused(tmp_path, [*builders.PAS_ROWS, builders.PAS_ROWS[0]])
    assert "row 8: found a second row for good_job, Barnet, 2020-09-30" in told
    assert "(the first is row 2)" in told


def test_an_unquoted_decimal_comma_is_refused_and_not_read_as_zero(tmp_path):
    file = builders.comma_survey(tmp_path / "a.csv")
    file.write_text(file.read_text().replace('"0,61","0,58"', "0,61,0,58"))
    with pytest.raises(DataError, match="row 2"):
        tables.read(file, "pas_borough")
