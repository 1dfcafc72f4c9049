"""Excel workbooks are read as they are published, sheet by sheet."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from pvtools import sources, tables
from pvtools.cli import pvtools
from pvtools.errors import DataError
from pvtools.tables import formats, intake, limits

from . import builders


@pytest.fixture
def survey(tmp_path):
    return builders.survey_workbook(tmp_path / "PAS_T&Cdashboard.xlsx")


def test_a_workbook_holds_a_source_for_each_sheet_that_is_known(survey):
    assert formats.sources_in(survey) == ("pas_borough", "pas_force")
    assert tables.recognise(survey) == "pas_borough"


def test_a_sheet_of_a_workbook_is_read_as_the_same_table_in_csv_is(survey, tmp_path):
    own = tables.read(survey, "pas_borough")
    csv = tables.read(builders.american_survey(tmp_path / "a.csv"), "pas_borough")
    assert own.equals(csv)
    force = tables.read(survey, "pas_force")
    assert force.to_dict("records") == [
        {
            "measure": "good_job",
            "borough": "London",
            "quarter_end": dt.datetime(2021, 12, 31),
            "proportion": 0.52,
        }
    ]


def test_add_takes_the_survey_as_it_is_published(survey, tmp_path):
    data = builders.data_folder(tmp_path / "data")
    done = CliRunner().invoke(pvtools, ["add", str(survey), "--data", str(data)])
    assert done.exit_code == 0
    assert "Added PAS_T&Cdashboard.xlsx: pas_borough, 9 rows, 2020-09 to 2020-12." in done.output
    assert "Added PAS_T&Cdashboard.xlsx: pas_force, 1 rows, 2021-12." in done.output
    held = [one for key in ("pas_borough", "pas_force") for one in sources.added(key, data)]
    assert [one.path.suffix for one in held] == [".xlsx", ".xlsx"]
    assert [one.path.read_bytes() == survey.read_bytes() for one in held] == [True, True]
    answers = tables.load(data).survey
    assert answers.loc[answers["quarter_end"] == "2021-12-31", "proportion"].max() <= 1
    assert 0.52 in answers.loc[answers["borough"] == "London", "proportion"].tolist()
    assert [one.outcome for one in intake.add([survey], data_dir=data)] == ["held", "held"]


def test_recorded_crime_in_a_workbook_is_read_too(tmp_path):
    rows = [[*builders.NEW_HEAD, 202401, 202402], *builders.NEW_ROWS]
    file = builders.workbook(tmp_path / "crime.xlsx", Sheet1=rows)
    csv = builders.crime(tmp_path / "crime.csv")
    assert tables.read(file, "mps_recorded_crime").equals(tables.read(csv, "mps_recorded_crime"))


def test_a_fault_of_a_sheet_names_the_sheet_and_the_row_of_the_spreadsheet(tmp_path):
    rows = [["Recorded crime"], [], [*builders.NEW_HEAD, 202401], ["THEFT", "THEFT", "Hackny", 1]]
    file = builders.workbook(tmp_path / "crime.xlsx", Notes=[["None"]], Counts=rows)
    with pytest.raises(DataError) as error:
        tables.read(file, "mps_recorded_crime")
    assert "sheet 'Counts'" in str(error.value)
    assert "row 4, column 'BoroughName': found 'Hackny'" in str(error.value)


def test_two_sheets_of_one_source_are_refused_as_neither_is_preferred(tmp_path):
    rows = [[*builders.NEW_HEAD, 202401], ["THEFT", "SHOPLIFTING", "Barnet", 1]]
    file = builders.workbook(tmp_path / "crime.xlsx", One=rows, Two=rows)
    with pytest.raises(DataError, match="two sheets of mps_recorded_crime"):
        tables.recognise(file)


def test_a_workbook_of_no_known_sheet_is_refused(tmp_path):
    some = [["a", "b"], [1, 2]]
    file = builders.workbook(tmp_path / "w.xlsx", One=some, Two=some)
    with pytest.raises(DataError, match="a workbook of 2 sheets, and the header of none is known"):
        tables.recognise(file)
    empty = builders.workbook(tmp_path / "e.xlsx", One=[])
    with pytest.raises(DataError, match="a workbook without a table"):
        tables.recognise(empty)


def test_a_sheet_that_is_read_otherwise_is_to_be_saved_as_csv_first(tmp_path):
    rows = [["DateOfCall", "TimeOfCall"], ["01 Jan 2019", "00:37:00"]]
    with pytest.raises(DataError) as error:
        tables.recognise(builders.workbook(tmp_path / "w.xlsx", Calls=rows))
    assert "saving the sheet as CSV" in str(error.value)
    assert "tables.incident_hours('FILE.csv', date='DateOfCall'" in str(error.value)


def test_a_damaged_workbook_is_refused_in_one_message(survey, tmp_path):
    with zipfile.ZipFile(survey) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if "sheet2" in name)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if name == sheet else content)
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(survey.read_bytes()[:-300])
    with pytest.raises(DataError, match="a workbook that is damaged"):
        tables.read(broken, "pas_borough")
    with pytest.raises(DataError, match="a spreadsheet or zip archive"):
        tables.recognise(cut)


def test_a_workbook_that_unpacks_to_more_than_is_allowed_is_refused_unread(survey, monkeypatch):
    monkeypatch.setattr(limits, "BYTES", 5_000)
    with pytest.raises(DataError, match="a larger workbook once unpacked"):
        tables.recognise(survey)


def test_a_file_that_is_no_workbook_brings_no_reader_of_workbooks(tmp_path):
    file = builders.crime(tmp_path / "f.csv")
    code = (
        "import sys; from pvtools import tables;"
        f"tables.recognise({str(file)!r}); print('openpyxl' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
