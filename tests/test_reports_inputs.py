from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pvtools import places, profiles
from pvtools.errors import UsageError
from pvtools.reports import inputs
from pvtools.reports.inputs import Inputs

from . import small_reports


@pytest.fixture
def made_from(tmp_path):
    notebook = small_reports.notebook(tmp_path / "small.ipynb")
    data = tmp_path / "data"
    (data / "published").mkdir(parents=True)
    (data / "published" / "crime.csv").write_text("a,b\n1,2\n")
    return notebook, data


def test_inputs_change_with_the_notebook_and_with_any_data_file(made_from):
    notebook, data = made_from
    before = Inputs(notebook, data).made_from
    (data / "raw").mkdir()
    (data / "raw" / "more.csv").write_text("x\n")
    after = Inputs(notebook, data).made_from
    assert inputs.changed(before, after) == ["data"]
    notebook.write_text(notebook.read_text() + "\n")
    assert inputs.changed(after, Inputs(notebook, data).made_from) == ["notebook"]


def test_a_notebook_is_read_for_the_files_it_names_only_where_it_was_touched(
    made_from, monkeypatch
):
    notebook, _ = made_from
    read, whole = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: [read.append(path), whole(path)][1])
    found = Inputs(*made_from)
    assert found.touched() == []
    assert read == [notebook]
    notebook.write_text(notebook.read_text() + "\n")
    assert found.touched() == ["notebook"]
    assert read == [notebook, notebook]


def test_inputs_name_no_folder_of_this_machine(made_from, tmp_path):
    assert str(tmp_path) not in json.dumps(Inputs(*made_from).made_from)


def test_the_same_data_in_another_folder_are_the_same_inputs(made_from):
    notebook, data = made_from
    before = Inputs(notebook, data).made_from
    assert Inputs(notebook, data.rename(data.with_name("moved"))).made_from == before


def test_a_report_names_the_code_that_the_manifest_names(made_from):
    rows = profiles.load("Hackney").provenance.to_json()["table"]["rows"]
    said = dict(rows)["pvtools"].rpartition(" ")[2]
    assert Inputs(*made_from).made_from["code"].startswith(said)


def test_a_hidden_file_is_no_data(made_from):
    notebook, data = made_from
    before = Inputs(notebook, data).made_from
    (data / ".DS_Store").write_text("x")
    assert Inputs(notebook, data).made_from == before


def test_a_note_among_the_figures_is_no_input_of_our_own_report(made_from, tmp_path):
    theirs, data = made_from
    ours = places.notebook("report_borough.ipynb")
    before = Inputs(ours, data).made_from["data"], Inputs(theirs, data).made_from["data"]
    (data / "published" / "NOTES.md").write_text("what we found in these figures")
    after = Inputs(ours, data).made_from["data"], Inputs(theirs, data).made_from["data"]
    assert after[0] == before[0]
    assert after[1] != before[1]  # somebody's own notebook may read it
    (data / "published" / "figures.csv").write_text("borough,month\n")
    assert Inputs(ours, data).made_from["data"] != after[0]


def test_missing_notebook_and_data_are_said(made_from, tmp_path):
    notebook, data = made_from
    with pytest.raises(UsageError, match="There is no notebook"):
        Inputs(tmp_path / "none.ipynb", data)
    with pytest.raises(UsageError, match="There is no data folder"):
        Inputs(notebook, tmp_path / "none")


def test_what_has_not_been_touched_is_not_said_to_be(made_from):
    notebook, data = made_from
    found = Inputs(notebook, data)
    (data / ".hidden").write_text("x")
    (data / "published" / "crime.csv").read_text()
    assert found.touched() == []


def test_a_file_changed_and_changed_back_has_been_touched(made_from):
    notebook, data = made_from
    file = data / "published" / "crime.csv"
    found, before, content = Inputs(notebook, data), file.stat(), file.read_text()
    file.write_text(content.replace("1", "7"))
    file.write_text(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Inputs(notebook, data).made_from == found.made_from
    assert found.touched() == ["data"]
    assert found.again().touched() == []


def test_a_file_put_in_and_taken_out_is_not_there_and_one_gone_has_been_touched(made_from):
    notebook, data = made_from
    found = Inputs(notebook, data)
    (data / "more.csv").write_text("x")
    assert found.touched() == ["data"]
    (data / "more.csv").unlink()
    assert found.touched() == []
    notebook.unlink()
    (data / "published" / "crime.csv").unlink()
    assert found.touched() == ["notebook", "data"]


def test_reports_that_stand_within_the_data_are_no_data(made_from):
    notebook, data = made_from
    found = Inputs(notebook, data, data)
    (data / "hackney").mkdir()
    (data / "hackney" / "pvtools-hackney.pdf").write_text("report")
    (data / "index.html").write_text("page")
    assert found.touched() == []
    (data / "more").mkdir()
    (data / "more" / "crime.csv").write_text("x")
    assert found.touched() == ["data"]


def test_a_file_that_cannot_be_read_is_said_in_a_sentence(made_from, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied", "crime.csv")

    monkeypatch.setattr(inputs, "file_hash", refused)
    with pytest.raises(UsageError, match=r"crime\.csv cannot be read: Permission denied"):
        Inputs(*made_from)


def _naming(made_from, *sources):
    """Write a notebook whose cells are these Markdown texts and lines of code."""
    notebook, data = made_from
    cells = [
        (new_markdown_cell if "!" in s or "<" in s or "](" in s else new_code_cell)(s)
        for s in sources
    ]
    nbformat.write(new_notebook(cells=cells), notebook)
    return notebook, data


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("dot.svg", "![A dot](dot.svg)"),
        ("dot.svg", "It's here, isn't it: ![A dot](<dot.svg> 'title')"),
        ("in a/my dot.svg", "![A dot](in%20a/my%20dot.svg)"),
        ("my dot.svg", '<img alt="A dot" src="my dot.svg">'),
        ("a&b.svg", "<img alt='A dot' src='a&amp;b.svg'>"),
        ("dot", "![A dot][one]\n\n[one]: dot"),
    ],
)
def test_a_changed_file_beside_the_notebook_that_its_texts_name_is_a_changed_input(
    made_from, tmp_path, file, source
):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("one")
    found = Inputs(*_naming(made_from, source))
    assert list(found.made_from["beside"]) == [file]
    assert found.touched() == []
    path.write_text("two")
    assert found.touched() == ["beside"]
    assert inputs.changed(found.made_from, found.again().made_from) == ["beside"]


@pytest.mark.parametrize("code", ['fig.savefig("a/fig.png")', 'fig.savefig(folder / "fig.png")'])
def test_a_picture_that_the_notebook_may_write_itself_is_no_input(made_from, tmp_path, code):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "fig.png").write_text("one")
    found = Inputs(*_naming(made_from, "![A figure](a/fig.png)", code))
    (tmp_path / "a" / "fig.png").write_text("two")
    assert found.made_from["beside"] == {}
    assert found.touched() == []


def test_a_file_that_no_text_names_and_one_that_lies_elsewhere_are_no_inputs(made_from, tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.svg").write_text("x")
    (tmp_path / "inside" / "unnamed.svg").write_text("x")
    (tmp_path / "inside" / "link.svg").symlink_to(tmp_path / "outside.svg")
    moved = made_from[0].rename(tmp_path / "inside" / "n.ipynb")
    sources = ("![x](../outside.svg)", f"![x]({tmp_path / 'outside.svg'})", "![x](link.svg)")
    found = Inputs(*_naming((moved, made_from[1]), *sources, "![x](gone.svg)", "x" * 5000))
    assert found.made_from["beside"] == {}


def test_a_report_that_its_own_notebook_names_is_no_input(made_from, tmp_path):
    (tmp_path / "hackney").mkdir()
    (tmp_path / "hackney" / "pvtools-hackney.pdf").write_text("report")
    notebook, data = _naming(made_from, "[The report](hackney/pvtools-hackney.pdf)")
    assert Inputs(notebook, data, tmp_path).made_from["beside"] == {}


def test_who_publishes_a_report_is_one_of_its_inputs(made_from):
    notebook, data = made_from
    plain = Inputs(notebook, data).made_from
    named = Inputs(notebook, data, imprint={"publisher": "The Council"})
    assert inputs.changed(plain, named.made_from) == ["imprint"]
    assert inputs.changed(named.made_from, plain) == ["imprint"]
    assert named.again().made_from == named.made_from
