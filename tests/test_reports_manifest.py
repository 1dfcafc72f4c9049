from __future__ import annotations

import json

import pytest

from pvtools import profiles
from pvtools.errors import UsageError
from pvtools.reports import manifest

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
    before = manifest.inputs(notebook, data)
    (data / "raw").mkdir()
    (data / "raw" / "more.csv").write_text("x\n")
    after = manifest.inputs(notebook, data)
    assert manifest.changed({"inputs": before}, after) == ["data"]
    notebook.write_text(notebook.read_text() + "\n")
    assert manifest.changed({"inputs": after}, manifest.inputs(notebook, data)) == ["notebook"]


def test_inputs_name_no_folder_of_this_machine(made_from, tmp_path):
    assert str(tmp_path) not in json.dumps(manifest.inputs(*made_from))


def test_the_same_data_in_another_folder_are_the_same_inputs(made_from):
    notebook, data = made_from
    before = manifest.inputs(notebook, data)
    assert manifest.inputs(notebook, data.rename(data.with_name("moved"))) == before


def test_a_report_names_the_code_that_the_manifest_names(made_from):
    rows = profiles.load("Hackney").provenance.to_json()["table"]["rows"]
    said = dict(rows)["pvtools"].rpartition(" ")[2]
    assert manifest.inputs(*made_from)["code"].startswith(said)


def test_a_hidden_file_is_no_data(made_from):
    notebook, data = made_from
    before = manifest.inputs(notebook, data)
    (data / ".DS_Store").write_text("x")
    assert manifest.inputs(notebook, data) == before


def test_missing_notebook_and_data_are_said(made_from, tmp_path):
    notebook, data = made_from
    with pytest.raises(UsageError, match="There is no notebook"):
        manifest.inputs(tmp_path / "none.ipynb", data)
    with pytest.raises(UsageError, match="There is no data folder"):
        manifest.inputs(notebook, tmp_path / "none")


def test_a_manifest_is_read_back_as_written_and_sorted(tmp_path):
    manifest.write(tmp_path, {"b": {"status": "built"}, "a": {"status": "failed"}})
    assert manifest.read(tmp_path) == {"a": {"status": "failed"}, "b": {"status": "built"}}
    assert (tmp_path / "manifest.json").read_text().index('"a"') < (
        tmp_path / "manifest.json"
    ).read_text().index('"b"')


@pytest.mark.parametrize(
    "spoilt", ["", "{", "[]", '{"reports": [1]}', '{"reports": {"a": 1}}', "\0"]
)
def test_a_spoilt_manifest_knows_no_report(tmp_path, spoilt):
    (tmp_path / "manifest.json").write_text(spoilt)
    assert manifest.read(tmp_path) == {}


def test_a_report_is_up_to_date_only_with_the_same_inputs_and_whole_files(tmp_path):
    file = tmp_path / "hackney" / "pvtools-hackney.pdf"
    file.parent.mkdir()
    file.write_bytes(b"report")
    record = {
        "status": "built",
        "inputs": {"data": "1"},
        "formats": ["pdf"],
        "outputs": {"hackney/pvtools-hackney.pdf": {"sha256": manifest.file_hash(file)}},
    }
    assert manifest.up_to_date(tmp_path, record, {"data": "1"}, ["pdf"])
    assert not manifest.up_to_date(tmp_path, record, {"data": "2"}, ["pdf"])
    assert not manifest.up_to_date(tmp_path, record, {"data": "1"}, ["pdf", "html"])
    assert not manifest.up_to_date(tmp_path, record | {"status": "failed"}, {"data": "1"}, ["pdf"])
    assert not manifest.up_to_date(tmp_path, None, {"data": "1"}, ["pdf"])
    file.write_bytes(b"rep")
    assert not manifest.up_to_date(tmp_path, record, {"data": "1"}, ["pdf"])
    file.unlink()
    assert not manifest.up_to_date(tmp_path, record, {"data": "1"}, ["pdf"])
