"""Rows of a table as subjects of reports: types, names, and every fault before a kernel starts."""

from __future__ import annotations

import re

import duckdb
import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pvtools import places
from pvtools.cli import pvtools
from pvtools.errors import UsageError
from pvtools.reports import batch, folder, index, rows

from . import small_reports
from .accessibility import faults_in_pdf

_TYPES = 'ward = "x"\nresidents: int = 0\nshare = 0.5\nurban = True\nyears = [1]\nnote = None'
_TABLE = """\
code,name,parent,ward,residents,share,urban,years,note
E01,Abbey,Barking,007,100,1,yes,"[2023, 2024]",
E02,Abbey,Merton,Été,-2,.25,no,[],late
"""


@pytest.fixture
def notebook(tmp_path):
    return small_reports.notebook(tmp_path / "ward_sheet.ipynb", parameters=_TYPES)


def _table(tmp_path, text=_TABLE):
    path = tmp_path / "wards.csv"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    return path


def test_a_row_gives_each_parameter_in_its_own_type(tmp_path, notebook):
    first, second = rows.subjects(_table(tmp_path), notebook)
    assert first.parameters == {
        "ward": "007", "residents": 100, "share": 1.0, "urban": True, "years": [2023, 2024],
    }  # fmt: skip
    assert isinstance(first.parameters["share"], float)
    assert second.parameters["note"] == "late"
    assert (second.slug, second.name, second.code) == ("e02", "Abbey (Merton)", "E02")
    assert second.title == "ward sheet: Abbey (Merton)"


def test_a_parquet_file_says_the_same_as_its_csv(tmp_path, notebook):
    typed = pd.DataFrame({
        "code": ["E01", "E02"], "name": ["Abbey"] * 2, "parent": ["Barking", "Merton"],
        "ward": ["007", "Été"], "residents": [100, -2], "share": [1, 0.25], "urban": [True, False],
        "years": [[2023, 2024], []], "note": [None, "late"],
    })  # fmt: skip
    duckdb.from_df(typed).write_parquet(str(tmp_path / "wards [1].parquet"))
    same = rows.subjects(tmp_path / "wards [1].parquet", notebook)
    assert same == rows.subjects(_table(tmp_path), notebook)


@pytest.mark.parametrize("divider", [";", "\t"])
def test_a_table_as_other_spreadsheets_write_it_is_read(tmp_path, notebook, divider):
    table = tmp_path / "wards.csv"
    lines = ["\ufeffcode, ward ,residents", 'E1,"a ""b""\nc",5', ",,", "E2,x,6"]
    table.write_bytes("\r\n".join(lines).replace(",", divider).encode())
    found = rows.subjects(table, notebook)
    assert [one.parameters for one in found] == [
        {"ward": 'a "b"\nc', "residents": 5},
        {"ward": "x", "residents": 6},
    ]


def test_reports_are_called_as_a_pattern_of_columns_says(tmp_path, notebook):
    called = rows.subjects(_table(tmp_path), notebook, name="{code} of {parent}")
    assert [one.slug for one in called] == ["e01-of-barking", "e02-of-merton"]


def test_all_faults_of_a_table_are_listed_before_anything_runs(tmp_path, notebook):
    table = _table(tmp_path, "code,ward,residents,urban\n../a,x,1oo,maybe\nE1,y,,no\ne1,z,3,1\n")
    with pytest.raises(UsageError) as refused:
        rows.subjects(table, notebook)
    assert str(refused.value).splitlines()[1:] == [
        "  Row 2: 'residents' is a whole number, not '1oo'.",
        "  Row 2: 'urban' is true or false, not 'maybe'.",
        "  Row 3: 'residents' is a whole number, not ''.",
        "  Row 2: the name '../a' is a path: name it by another column.",
        "  Row 4: the name 'e1' is that of row 3 too. Add a column to --name.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ward,recidents\nx,1\n", "'recidents' is no parameter .* Did you mean 'residents'"),
        ("ward,ward\nx,y\n", "Column 'ward' is there twice"),
        ("ward\n", "has no rows"),
        ("ward\n\udce9", "is not in UTF-8: save it as “CSV UTF-8”"),
        ("", "has no rows"),
        ('ward\n"x', "is no table that can be read"),
        ("ward,note\nx\nx,y,z\n", r"Row 2: 1 cells, where there are 2 columns\.\n  Row 3: 3 cells"),
        ("code,ward\nবাংলা,x\n", "has no letter or digit that every file system takes"),
        ("code,ward\nCON,x\n", "no report can be called 'con'"),
        (f"code,ward\n{'a' * 300},x\n", "no report can be called"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(tmp_path, notebook, text, said):
    with pytest.raises(UsageError, match=said):
        rows.subjects(_table(tmp_path, text), notebook)


@pytest.mark.parametrize("name", ["{nme}", "report", "{code!r}", "{code:>9}", "{code", "{code.x}"])
def test_a_pattern_that_names_no_column_is_refused(tmp_path, notebook, name):
    with pytest.raises(UsageError, match="--name"):
        rows.subjects(_table(tmp_path), notebook, name=name)


def test_a_notebook_that_takes_no_parameters_is_refused(tmp_path):
    path = tmp_path / "plain.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), path)
    with pytest.raises(UsageError, match="Tag the cell that sets them 'parameters'"):
        rows.subjects(_table(tmp_path), path)


def test_many_faults_are_counted_and_not_all_printed(tmp_path, notebook):
    text = "code,residents\n" + "".join(f"E{n},x\n" for n in range(100))
    with pytest.raises(UsageError, match=r"… and 80 more faults\."):
        rows.subjects(_table(tmp_path, text), notebook)


@pytest.mark.parametrize("name", ["a", "e01-abbey", "7"])
def test_a_slug_is_letters_and_digits_with_hyphens_between(name):
    assert folder.is_slug(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "../a", "a/b", "A", ".a", "a-", "failed", "con", "lpt1", "a\n", "é", 3]
)
def test_a_report_can_be_called_neither_a_path_nor_a_device(name):
    assert not folder.is_slug(name)


@pytest.fixture
def sheets(tmp_path):
    cells = [
        new_markdown_cell("# A ward"),
        new_code_cell('ward = ""\nresidents = 0', metadata={"tags": ["parameters"]}),
        new_code_cell('assert ward != "Bad", "no such ward"\nprint(ward, residents + 1)'),
    ]
    nbformat.write(
        new_notebook(cells=cells, metadata={"title": "Ward sheet"}), tmp_path / "w.ipynb"
    )
    return tmp_path / "w.ipynb"


def _batch(notebook, table, out, *more):
    given = [str(notebook), "--over", str(table), "--out", str(out), *more]
    return CliRunner().invoke(pvtools, ["batch", *given])


@pytest.mark.kernel
def test_a_strangers_notebook_runs_over_a_strangers_table(tmp_path, sheets):
    table, out = tmp_path / "t.csv", tmp_path / "out"
    table.write_text("ward,residents\nAbbey,10\nBad,20\n")
    result = _batch(sheets, table, out, "--formats", "html")
    assert result.exit_code == 1
    assert "1 built, 1 failed." in result.output
    assert "Abbey 11" in (out / "abbey" / "pvtools-abbey.html").read_text()
    assert "no such ward" in (out / "failed" / "bad.txt").read_text()
    page = (out / "index.html").read_text()
    assert "<h1>Ward sheet</h1>" in page
    assert 'href="abbey/pvtools-abbey.html"' in page
    assert "Public value" not in page
    table.write_text("ward,residents\nAbbey,11\nGascoigne,20\n")
    again = _batch(sheets, table, out, "--formats", "html")
    assert "2 built." in again.output  # a row that changed is made anew
    assert "2 unchanged." in _batch(sheets, table, out, "--formats", "html").output


@pytest.mark.kernel
def test_the_notebook_that_the_readme_shows_makes_a_sound_report_a_row(tmp_path):
    place = places.home() / "docs" / "daylight"
    out = tmp_path / "out"
    table = place / "places.csv"
    result = _batch(place / "daylight.ipynb", table, out, "--name", "{code}-{name}")
    assert result.exit_code == 0, result.output
    assert "4 built." in result.output
    made = sorted(out.glob("*/*.pdf"))
    assert [path.parent.name for path in made] == [
        "ed-edinburgh",
        "ldn-london",
        "lk-lerwick",
        "pz-penzance",
    ]
    for path in made:
        assert not faults_in_pdf(path)
    pages = {path.parent.name: path.with_suffix(".html").read_text() for path in made}
    assert "Daylight in Lerwick" in pages["lk-lerwick"]
    figures = {
        re.search(r"<svg.*?</svg>|<img[^>]+>", page, re.DOTALL)[0] for page in pages.values()
    }
    assert len(figures) == 4


def test_what_is_asked_of_a_batch_reaches_it(tmp_path, notebook, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        batch, "run", lambda subjects, **how: asked.update(how, subjects=subjects) or []
    )
    out = tmp_path / "out"
    result = _batch(notebook, _table(tmp_path), out, "--timeout", "7", "--name", "{parent}")
    assert result.exit_code == 0, result.output
    assert [one.slug for one in asked["subjects"]] == ["barking", "merton"]
    assert asked["limits"].seconds == 7
    assert asked["formats"] == ("pdf", "html")
    assert (asked["listing"], asked["shared"], asked["data_dir"]) == ("ward sheet", "", None)


def test_a_page_of_reports_that_are_not_of_areas_lists_them_by_name():
    hash_ = "0" * 64
    record = {
        "status": "built", "area": "Zeta <ward>", "code": "E9", "formats": ["pdf"], "vintages": [],
        "inputs": {}, "outputs": {"e9/pvtools-e9.pdf": {"bytes": 6, "sha256": hash_}},
    }  # fmt: skip
    failed = {"status": "failed", "area": "Alpha", "inputs": {}, "error": "It broke."}
    page = index.render({"e9": record, "e1": failed}, {}, "Ward sheets")
    assert page.index("Alpha") < page.index("Zeta &lt;ward&gt;")
    assert "could not be made: It broke." in page
    assert 'data-name="zeta &lt;ward&gt; e9"' in page
    assert "Hackney" not in page
    assert "Spreadsheet" not in page  # nobody asked for one
