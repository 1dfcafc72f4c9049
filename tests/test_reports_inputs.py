from __future__ import annotations

import json
import os

import pytest

from pvtools import profiles
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
