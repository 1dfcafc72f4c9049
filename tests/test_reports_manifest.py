from __future__ import annotations

import json
import math
import os
from dataclasses import replace

import pytest

from pvtools.errors import ExportError
from pvtools.reports import index, inputs, manifest

from . import small_reports

HASH = "0" * 64
_HACKNEY = small_reports.of("Hackney")


def _built(slug="hackney", **changes):
    return {
        "status": "built",
        "inputs": {"data": "1", "packages": {"python": "3"}},
        "formats": ["pdf"],
        "vintages": ["2025"],
        "outputs": {f"{slug}/pvtools-{slug}.pdf": {"bytes": 6, "sha256": HASH}},
        "parameters": {"area": slug.capitalize()},
    } | changes


def _failed(slug="brent", **changes):
    return {
        "status": "failed",
        "inputs": {"data": "1"},
        "error": "It broke.",
        "earlier": [f"failed/pvtools-{slug}-earlier.pdf"],
        "evidence": [f"failed/{slug}.txt"],
    } | changes


def test_a_manifest_is_read_back_as_written_and_sorted(tmp_path):
    records = {"hackney": _built(), "brent": _failed()}
    assert manifest.write(tmp_path, records) == ""
    assert manifest.read(tmp_path) == records
    text = (tmp_path / "manifest.json").read_text()
    assert text.index('"brent"') < text.index('"hackney"')


def test_a_record_of_an_earlier_version_keeps_its_area_under_the_name_of_today(tmp_path):
    old = _built(borough="Hackney", gss_code="E09000012", parameters={"borough": "Hackney"})
    (tmp_path / "manifest.json").write_text(json.dumps({"reports": {"hackney": old}}))
    record = manifest.read(tmp_path)["hackney"]
    assert (record["area"], record["code"]) == ("Hackney", "E09000012")
    assert record["outputs"] == old["outputs"]


def _in_file(content):
    return {"reports": {"hackney": content}}


#: what a manifest can become by accident or by malice; each makes the report of Hackney unknown
DAMAGED = {
    "empty": "",
    "cut short": '{"reports": {"hackney": {"sta',
    "a null byte": "\0",
    "not UTF-8": b"\xff\xfe{}",
    "UTF-16": json.dumps(_in_file(_built())).encode("utf-16"),
    "a list": [],
    "a number": 1,
    "no value": None,
    "nothing in it": {},
    "reports a list": {"reports": [_built()]},
    "reports a text": {"reports": "hackney"},
    "a record that is a list": _in_file([]),
    "a record that is a text": _in_file("built"),
    "an empty record": _in_file({}),
    "no outputs": _in_file({k: v for k, v in _built().items() if k != "outputs"}),
    "no inputs": _in_file({k: v for k, v in _built().items() if k != "inputs"}),
    "outputs a list": _in_file(_built(outputs=["hackney/pvtools-hackney.pdf"])),
    "outputs empty": _in_file(_built(outputs={}, formats=[])),
    "no hash": _in_file(_built(outputs={"hackney/pvtools-hackney.pdf": {"bytes": 6}})),
    "no size": _in_file(_built(outputs={"hackney/pvtools-hackney.pdf": {"sha256": HASH}})),
    "a size that is true": _in_file(
        _built(outputs={"hackney/pvtools-hackney.pdf": {"bytes": True, "sha256": HASH}})
    ),
    "a size that is no number": _in_file(
        _built(outputs={"hackney/pvtools-hackney.pdf": {"bytes": math.nan, "sha256": HASH}})
    ),
    "a size beyond all disks": _in_file(
        _built(outputs={"hackney/pvtools-hackney.pdf": {"bytes": 10**400, "sha256": HASH}})
    ),
    "a hash that is none": _in_file(
        _built(outputs={"hackney/pvtools-hackney.pdf": {"bytes": 6, "sha256": "../.."}})
    ),
    "a form without a file": _in_file(_built(formats=["pdf", "html"])),
    "a form nobody knows": _in_file(_built(formats=["exe"])),
    "formats a number": _in_file(_built(formats=3)),
    "vintages a number": _in_file(_built(vintages=7)),
    "vintages of numbers": _in_file(_built(vintages=[7])),
    "half a character": _in_file(_built(vintages=["\ud800"])),
    "inputs a list": _in_file(_built(inputs=[1])),
    "inputs deep": _in_file(_built(inputs={"packages": {"python": {"a": 1}}})),
    "status a list": _in_file(_built(status=["built"])),
    "earlier a number": _in_file(_failed("hackney", earlier=5)),
    "nested beyond measure": "[" * 200_000,
    "nested within reports": '{"reports":' * 50_000,
    "huge": "[" + "1," * 3_000_000 + "1]",
    **{
        f"an output called {name!r}": _in_file(_built(outputs={name: {"bytes": 6, "sha256": HASH}}))
        for name in (
            "../hackney/pvtools-hackney.pdf",
            "/etc/passwd",
            "hackney/../notes.txt",
            "hackney/./pvtools-hackney.pdf",
            "hackney\\pvtools-hackney.pdf",
            "hackney/pvtools-hackney.pdf\0",
            "hackney/letter.pdf",
            "camden/pvtools-camden.pdf",
            "C:pvtools-hackney.pdf",
            "",
        )
    },
    **{
        f"an earlier file called {name!r}": _in_file(_failed("hackney", earlier=[name]))
        for name in ("failed/../notes.txt", "hackney/pvtools-hackney.pdf", "failed/notes.txt")
    },
    "evidence elsewhere": _in_file(_failed("hackney", evidence=["index.html"])),
}


def _damage(path, content):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_record_that_is_not_well_formed_is_forgotten_and_written_over(tmp_path, content):
    _damage(tmp_path / "manifest.json", content)
    assert manifest.read(tmp_path) == {}
    assert manifest.write(tmp_path, {"brent": _failed()}) == ""
    assert manifest.read(tmp_path) == {"brent": _failed()}


HOSTILE = [
    content["reports"]["hackney"]
    for content in DAMAGED.values()
    if isinstance(content, dict) and isinstance(content.get("reports"), dict)
]


@pytest.mark.parametrize("record", HOSTILE)
def test_neither_the_index_nor_the_check_stumbles_over_a_hostile_record(tmp_path, record):
    page = index.render({"hackney": record, "": record, 3: record}, {"data": "1"})
    assert "0 of 45 reports" in page
    assert not manifest.up_to_date(tmp_path, *_HACKNEY, record, {"data": "1"}, [])


def test_a_damaged_record_costs_no_other_and_is_known_from_the_copy(tmp_path):
    records = {"hackney": _built(), "brent": _failed()}
    manifest.write(tmp_path, records)
    _damage(tmp_path / "manifest.json", {"reports": {"hackney": 1, "brent": _failed()}})
    assert manifest.read(tmp_path) == records
    (tmp_path / ".manifest.json").unlink()
    assert manifest.read(tmp_path) == {"brent": _failed()}


def test_what_is_unknown_in_a_record_is_not_kept(tmp_path):
    _damage(tmp_path / "manifest.json", _in_file(_built(more={"deep": [[[]]]})))
    assert manifest.read(tmp_path) == {"hackney": _built()}


def test_a_folder_or_a_link_in_place_of_the_manifest_is_left_alone_and_said(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    assert manifest.read(tmp_path) == {}
    assert "is a link or a folder" in manifest.write(tmp_path, {"hackney": _built()})
    assert manifest.read(tmp_path) == {"hackney": _built()}
    (tmp_path / "manifest.json").rmdir()
    (tmp_path / "mine.json").write_text(json.dumps(_in_file(_failed("hackney"))))
    (tmp_path / "manifest.json").symlink_to(tmp_path / "mine.json")
    assert manifest.read(tmp_path) == {"hackney": _built()}
    assert "is a link or a folder" in manifest.write(tmp_path, {})
    assert json.loads((tmp_path / "mine.json").read_text()) == _in_file(_failed("hackney"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are none elsewhere")
def test_a_pipe_in_place_of_the_manifest_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "manifest.json")
    assert manifest.read(tmp_path) == {}


def test_a_manifest_of_something_else_is_left_alone_and_said(tmp_path):
    content = json.dumps({"name": "A web app", "icons": []})
    (tmp_path / "manifest.json").write_text(content)
    for _ in range(2):
        assert "pvtools did not write it" in manifest.write(tmp_path, {"hackney": _built()})
    assert (tmp_path / "manifest.json").read_text() == content
    assert manifest.read(tmp_path) == {"hackney": _built()}


def test_what_an_older_version_kept_of_a_failure_is_ours(tmp_path):
    record = {key: value for key, value in _failed().items() if key != "evidence"}
    _damage(tmp_path / "manifest.json", {"reports": {"brent": record}})
    assert set(manifest.ours("brent", manifest.read(tmp_path)["brent"])) == {
        "failed/pvtools-brent-earlier.pdf",
        "failed/brent.ipynb",
        "failed/brent.txt",
    }


def test_a_report_is_up_to_date_only_with_the_same_inputs_and_whole_files(tmp_path):
    file = tmp_path / "hackney" / "pvtools-hackney.pdf"
    file.parent.mkdir()
    file.write_bytes(b"report")
    known = {"bytes": 6, "sha256": inputs.file_hash(file)}
    now = {"data": "1"}
    record = _built(inputs=now, outputs={"hackney/pvtools-hackney.pdf": known})

    def up_to_date(record=record, now=now, formats=("pdf",), subject=_HACKNEY):
        return manifest.up_to_date(tmp_path, *subject, record, now, formats)

    assert up_to_date()
    assert not up_to_date(now={"data": "2"})
    assert not up_to_date(subject=[replace(_HACKNEY[0], given=(("area", "Brent"),))])
    assert not up_to_date(formats=["pdf", "html"])
    assert not up_to_date(record=record | {"status": "failed"})
    assert not up_to_date(record=None)
    file.write_bytes(b"rep")
    assert not up_to_date()
    file.unlink()
    assert not up_to_date()
    (tmp_path / "same").write_bytes(b"report")
    file.symlink_to(tmp_path / "same")
    assert not up_to_date()


@pytest.fixture
def many(tmp_path):
    """Keep so many records that not all are written anew after each."""
    records = {f"a{number}": _built(f"a{number}") for number in range(300)}
    manifest.write(tmp_path, records)
    return records


def test_of_many_reports_one_more_is_a_line_and_all_of_them_are_read_back(tmp_path, many):
    whole = (tmp_path / ".manifest.json").stat().st_mtime_ns
    for slug in ("a7", "b1", "b2"):
        record = _built(slug, vintages=["new"])
        manifest.keep(tmp_path, many, slug, record)
        many[slug] = record
    assert len((tmp_path / ".manifest.log").read_text().splitlines()) == 3
    assert (tmp_path / ".manifest.json").stat().st_mtime_ns == whole
    assert manifest.read(tmp_path) == many
    manifest.write(tmp_path, many)
    assert not (tmp_path / ".manifest.log").exists()
    assert manifest.read(tmp_path) == many


def test_the_log_never_grows_beyond_a_part_of_what_is_kept(tmp_path, many):
    for number in range(40):
        record = _built(f"b{number}")
        manifest.keep(tmp_path, many, f"b{number}", record)
        many[f"b{number}"] = record
        log = tmp_path / ".manifest.log"
        size = log.stat().st_size if log.exists() else 0
        assert 50 * size <= (tmp_path / ".manifest.json").stat().st_size
    assert manifest.read(tmp_path) == many


def test_a_line_half_written_costs_itself_alone(tmp_path, many):
    manifest.keep(tmp_path, many, "b1", _built("b1"))
    with (tmp_path / ".manifest.log").open("ab") as log:
        log.write(b'{"after": [1')
    manifest.keep(tmp_path, many, "b2", _built("b2"))
    assert manifest.read(tmp_path) == many | {"b1": _built("b1"), "b2": _built("b2")}


def test_a_log_that_a_kill_left_beside_newer_records_is_not_believed(tmp_path, many):
    manifest.keep(tmp_path, many, "a7", _built("a7", vintages=["older"]))
    log = (tmp_path / ".manifest.log").read_bytes()
    newer = many | {"a7": _built("a7", vintages=["newer"])}
    manifest.write(tmp_path, newer)
    (tmp_path / ".manifest.log").write_bytes(log)
    assert manifest.read(tmp_path) == newer


def test_a_log_that_is_full_of_anything_is_no_record(tmp_path, many):
    (tmp_path / ".manifest.log").write_bytes(b'[1]\n{"slug": 3}\n\xff\n' + b"[" * 9000)
    assert manifest.read(tmp_path) == many
    (tmp_path / ".manifest.log").unlink()
    (tmp_path / ".manifest.log").symlink_to(tmp_path / "mine")
    with pytest.raises(ExportError, match="is a link or a folder"):
        manifest.keep(tmp_path, many, "b1", _built("b1"))
    assert not (tmp_path / "mine").exists()


def test_a_line_that_does_not_fit_on_the_disk_leaves_the_log_as_it_was(tmp_path, many, monkeypatch):
    manifest.keep(tmp_path, many, "b1", _built("b1"))
    before = (tmp_path / ".manifest.log").read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        manifest.keep(tmp_path, many, "b2", _built("b2"))
    assert (tmp_path / ".manifest.log").read_bytes() == before
