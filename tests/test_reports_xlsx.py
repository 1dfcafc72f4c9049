from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from nbformat.v4 import new_notebook

from pvtools import words
from pvtools.errors import ExportError
from pvtools.exhibits.pieces import Column, Ledger
from pvtools.reports import sheets, xlsx

from . import small_reports


@pytest.fixture(scope="module")
def book():
    content = xlsx.workbook(small_reports.executed(), title="Policing in Hackney")
    return openpyxl.load_workbook(BytesIO(content))


def _texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def _body(sheet):
    [table] = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def test_cover_contents_notes_and_findings_come_before_the_tables(book):
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Findings", "Trend", "Provenance"]


def test_the_cover_says_what_each_list_of_sentences_is_about(book):
    texts = _texts(book["Cover"])
    assert texts[texts.index("Who did not answer.") - 1] == "What these figures cannot tell"


def test_the_cover_names_every_data_set_that_the_report_lists_else_those_of_its_figures(book):
    assert "An invented survey. Quarters to December 2025." in _texts(book["Cover"])
    table = pd.DataFrame({"title": ["Crime", "Census"], "by": ["Police", "ONS"]})
    columns = [Column("title", "Data set"), Column("by", "Publisher")]
    listed = Ledger("sources", "Where the figures come from", table, columns)
    content = xlsx.workbook(small_reports.shown(small_reports.trend(), listed))
    texts = _texts(openpyxl.load_workbook(BytesIO(content))["Cover"])
    at = texts.index("About these data")
    assert texts[at + 1 : at + 3] == ["Crime, Police.", "Census, ONS."]
    assert not any("An invented survey" in text for text in texts), "it would be named twice"


def test_numbers_stay_numbers_at_full_precision_with_a_format_for_the_eye(book):
    first, second = _body(book["Trend"])[1:]
    assert first[0].value == datetime(2024, 12, 1)
    assert first[0].number_format == "mmmm yyyy"
    assert (first[2].value, first[2].number_format) == (0.6213, "0%")
    assert first[5].value == 118.243
    assert first[6].value == 400
    assert second[4].value == -0.2


def test_a_value_not_given_is_marked_apart_from_one_that_does_not_apply_and_both_are_explained(
    book,
):
    second = _body(book["Trend"])[2]
    assert second[2].value == second[6].value == "[x]"
    said = "[x] means not available: it was not published, or is not given here."
    assert said in _texts(book["Trend"])
    table = pd.DataFrame({"n": [None]}, dtype=float)
    ledger = Ledger("t", "T", table, [Column("n", "Interval", "rate", words.INAPPLICABLE)])
    sheet = openpyxl.load_workbook(BytesIO(xlsx.workbook(small_reports.shown(ledger))))["T"]
    assert _body(sheet)[1][0].value == "[z]"
    assert any("it does not apply" in text for text in _texts(sheet))
    assert not any("[x] means" in text for text in _texts(sheet))


def test_no_cell_of_a_table_is_empty_or_a_symbol_alone(book):
    for sheet in book.worksheets[1:]:
        for row in _body(sheet):
            for cell in row:
                assert any(character.isalnum() for character in str(cell.value)), cell


def test_a_dash_in_place_of_a_number_is_nothing_and_a_symbol_is_named():
    assert [sheets.cell(dash, "text") for dash in ("–", " - ", "−", "")] == ["[z]"] * 4
    assert sheets.cell("–", "picture") == "[z]"
    assert sheets.cell("✓", "text") == "check mark"
    assert sheets.cell("–5", "text") == "–5"
    assert sheets.cell("Å", "text") == "Å", "a letter of any alphabet is a text"


def test_the_sheet_of_the_table_at_a_glance_holds_no_symbol_alone():
    table = pd.DataFrame({"here": ["126.2", "–"], "past": ["from 101.0 to 126.2", "–"]})
    columns = [Column("here", "Here"), Column("past", "Past years", "picture")]
    glance = Ledger("glance", "At a glance", table, columns, pictures={"past": ["<svg/>", ""]})
    content = xlsx.workbook(small_reports.shown(glance))
    sheet = openpyxl.load_workbook(BytesIO(content))["Glance"]
    assert [[cell.value for cell in row] for row in _body(sheet)[1:]] == [
        ["126.2", "from 101.0 to 126.2"],
        ["[z]", "[z]"],
    ]
    assert any(text.startswith("[z] means that there is nothing here") for text in _texts(sheet))


def test_a_text_that_looks_like_a_formula_stays_text(book):
    cell = _body(book["Trend"])[2][1]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_sheet_says_what_it_shows_and_where_it_comes_from(book):
    texts = _texts(book["Trend"])
    assert texts[0].startswith("Fewer people in Hackney say the police do a good job")
    assert "Share saying good job, 95% interval" in texts
    assert "What the figure shows: Line chart: 62% (57% to 67%)." in texts
    assert "Source: An invented survey. Quarters to December 2025." in texts
    assert "Step\n(percentage points)" in texts


def test_caveats_are_numbered_notes_that_the_title_refers_to(book):
    assert book["Trend"]["A1"].value.endswith("[note 1][note 2]")
    rows = [[cell.value for cell in row] for row in _body(book["Notes"])]
    assert rows[1:] == [
        [1, "About 400 interviews a year."],
        [2, "Values overlap."],
        [3, "Hashes are sha256."],
    ]


def test_equal_notebooks_give_equal_bytes():
    first, second = (xlsx.workbook(small_reports.executed()) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2000-01-01T00:00:00Z" in archive.read("docProps/core.xml").decode()


def test_made_up_data_are_stamped_on_the_cover_and_on_the_sheet():
    content = xlsx.workbook(small_reports.shown(small_reports.trend(synthetic=True)))
    book = openpyxl.load_workbook(BytesIO(content))
    for name in ("Cover", "Trend"):
        assert any(text.startswith("SYNTHETIC") for text in _texts(book[name]))


def test_a_table_of_made_up_rows_is_stamped_on_the_cover_and_on_the_sheet():
    rows = pd.DataFrame({"a": ["x"], "origin": ["synthetic"]})
    ledger = Ledger("rows", "Rows", rows, [Column("a", "Name")])
    book = openpyxl.load_workbook(BytesIO(xlsx.workbook(small_reports.shown(ledger))))
    for name in ("Cover", "Rows"):
        assert "SYNTHETIC: made-up data, not figures of any real place." in _texts(book[name])


def test_real_data_bear_no_such_stamp(book):
    assert not any("SYNTHETIC" in str(text) for sheet in book for text in _texts(sheet))


def test_long_and_equal_names_become_different_sheets_excel_takes():
    key = "how-many_people-say-the-police-do-a-good-job"
    shown = small_reports.shown(
        small_reports.trend(key=key),
        small_reports.trend("Camden", key=key),
        small_reports.trend("Camden", key=key),
        small_reports.trend("Brent", key="notes"),
    )
    names = openpyxl.load_workbook(BytesIO(xlsx.workbook(shown))).sheetnames
    assert names[3:] == [
        "How many people say the police",
        "How many people say the polic 2",
        "Notes 2",
    ]
    assert all(len(name) <= 31 for name in names)


def test_an_empty_table_and_twin_headings_are_written_all_the_same():
    table = pd.DataFrame({"a": [], "b": []})
    ledger = Ledger("empty", "Nothing", table, [Column("a", "Name"), Column("b", "Name", "count")])
    book = openpyxl.load_workbook(BytesIO(xlsx.workbook(small_reports.shown(ledger))))
    assert [[cell.value for cell in row] for row in _body(book["Empty"])] == [
        ["Name", "Name 2"],
        ["[z]", "[x]"],
    ]


def test_text_that_gptables_would_take_for_a_link_or_a_note_stays_text():
    table = pd.DataFrame({"a": ["see [x](y) and $$z$$"]})
    ledger = Ledger("t", "A $$ b", table, [Column("a", "Name")])
    book = openpyxl.load_workbook(BytesIO(xlsx.workbook(small_reports.shown(ledger))))
    assert _body(book["T"])[1][0].value == "see [x] (y) and $ $z$ $"


def test_a_notebook_without_a_table_is_an_error_that_says_so():
    with pytest.raises(ExportError, match="shows no findings, exhibit or ledger"):
        xlsx.workbook(new_notebook())


def test_a_year_that_ends_in_a_month_is_that_month_in_a_column_of_months_and_else_said_in_full():
    assert sheets.cell("year to 2022-12", "month") == datetime(2022, 12, 1)
    assert sheets.cell("2022-12", "month") == datetime(2022, 12, 1)
    assert sheets.cell("year to 2022-12", "period") == "Year to December 2022"
    assert sheets.cell(None, "period") == "[x]"


@pytest.mark.parametrize("value", [0.12, 0.006, 0.004, 0.0004, 0.0, -0.0004, -0.004, -0.006, -0.12])
def test_a_difference_that_rounds_to_zero_has_no_sign_in_a_cell_as_in_a_sentence(value):
    for how, places in (("points", 0), ("change", 1)):
        above, below, near = sheets.NUMBER_FORMATS[how].split(";")
        bounds = [float(re.match(r"\[[<>]=(.+?)\]", part)[1]) for part in (above, below)]
        part = above if value >= bounds[0] else below if value <= bounds[1] else near
        sign = re.search("[+−]", part)
        said = words.number(value, how).rstrip(" points").removesuffix("%")
        assert f"{sign[0] if sign else ''}{abs(value):.{places}%}" == f"{said}%"
