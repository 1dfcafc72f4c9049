from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import batch, build, execute, folder, manifest
from pvtools.reports.limits import CAN_LIMIT_MEMORY, Limits

from . import small_reports


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return the arguments of a batch that needs neither kernel nor process."""

    def run(_, parameters, limits):
        if parameters["area"] in failing:
            raise execute.StoppedError(
                "It broke.\nMore.",
                small_reports.executed(parameters["area"]),
                early=parameters["area"] == "Sutton",
            )
        return small_reports.executed(parameters["area"])

    failing: set[str] = set()
    monkeypatch.setattr(execute, "run", run)
    monkeypatch.setitem(build.FORMATS, "pdf", lambda *_: b"pdf")
    monkeypatch.setitem(build.FORMATS, "html", lambda _, title, __: title)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "crime.csv").write_text("1")
    return {
        "data_dir": tmp_path / "data",
        "out_dir": tmp_path / "reports",
        "notebook": small_reports.notebook(tmp_path / "small.ipynb"),
        "executor": small_reports.Here(),
    }, failing


_some = small_reports.of


def _statuses(outcomes):
    return [(outcome.subject.name, outcome.status) for outcome in outcomes]


def _files(out):
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_reports_stand_whole_with_a_manifest_and_an_index(place):
    where, _ = place
    outcomes = batch.run(_some("Hackney", "Brent"), **where)
    assert _statuses(outcomes) == [("Hackney", "built"), ("Brent", "built")]
    out = where["out_dir"]
    assert set(_files(out)) == {
        ".lock",
        ".manifest.json",
        "index.html",
        "manifest.json",
        *(
            f"{slug}/pvtools-{slug}.{form}"
            for slug in ("hackney", "brent")
            for form in ("pdf", "html", "xlsx")
        ),
    }
    record = json.loads((out / "manifest.json").read_text())["reports"]["hackney"]
    assert record["status"] == "built"
    assert record["outputs"]["hackney/pvtools-hackney.pdf"]["bytes"] == 3


def test_the_same_inputs_give_the_same_bytes_in_another_folder(place, tmp_path):
    where, _ = place
    batch.run(_some("Hackney", "Brent"), **where)
    batch.run(_some("Brent", "Hackney"), **where | {"out_dir": tmp_path / "again"})
    assert _files(where["out_dir"]) == _files(tmp_path / "again")


def test_a_report_whose_inputs_have_not_changed_is_left_alone(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    before = (where["out_dir"] / "hackney" / "pvtools-hackney.pdf").stat().st_mtime_ns
    events = []
    outcomes = batch.run(
        _some("Hackney", "Brent"),
        **where,
        on_event=lambda kind, b, o: events.append((kind, b.name)),
    )
    assert _statuses(outcomes) == [("Hackney", "unchanged"), ("Brent", "built")]
    assert events == [("finished", "Hackney"), ("started", "Brent"), ("finished", "Brent")]
    assert (where["out_dir"] / "hackney" / "pvtools-hackney.pdf").stat().st_mtime_ns == before


def test_force_makes_it_anew_all_the_same(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    assert _statuses(batch.run(_some("Hackney"), **where, force=True)) == [("Hackney", "built")]


def test_changed_data_make_every_report_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    (where["data_dir"] / "crime.csv").write_text("2")
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]


def test_a_changed_picture_beside_the_notebook_makes_its_report_anew(place):
    where, _ = place
    (where["notebook"].parent / "dot.svg").write_text("one")
    cells = [new_markdown_cell("![A dot](dot.svg)"), new_code_cell(small_reports.PARAMETERS)]
    cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(new_notebook(cells=cells), where["notebook"])
    batch.run(_some("Hackney"), **where)
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "unchanged")]
    (where["notebook"].parent / "dot.svg").write_text("two")
    batch.run([], **where)
    page = (where["out_dir"] / "index.html").read_text()
    assert "since it was made, a file that the notebook names changed" in page
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]


def test_a_spoilt_output_is_made_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    file = where["out_dir"] / "hackney" / "pvtools-hackney.xlsx"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]
    assert file.read_bytes() == whole


def test_fewer_forms_are_unchanged_and_standing_forms_are_kept_in_step(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    again = batch.run(_some("Hackney"), **where, formats=["pdf"])
    assert _statuses(again) == [("Hackney", "unchanged")]
    (where["data_dir"] / "crime.csv").write_text("2")
    batch.run(_some("Hackney"), **where, formats=["pdf"])
    record = json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]["hackney"]
    assert record["formats"] == ["pdf", "html", "xlsx"]


def test_a_failing_borough_does_not_stop_the_others(place):
    where, failing = place
    failing.add("Brent")
    outcomes = batch.run(_some("Brent", "Hackney"), **where)
    assert _statuses(outcomes) == [("Brent", "failed"), ("Hackney", "built")]
    assert outcomes[0].first_line == "It broke."
    out = where["out_dir"]
    assert (out / "failed" / "brent.txt").read_text() == "It broke.\nMore.\n"
    assert (out / "failed" / "brent.ipynb").exists()
    assert "The report could not be made: It broke." in (out / "index.html").read_text()


def test_a_failure_moves_the_earlier_report_away_and_says_so_everywhere(place):
    where, failing = place
    batch.run(_some("Brent"), **where)
    failing.add("Brent")
    [outcome] = batch.run(_some("Brent"), **where, force=True)
    out = where["out_dir"]
    assert not (out / "brent").exists()
    assert "failed/pvtools-brent-earlier.pdf" in outcome.earlier
    record = json.loads((out / "manifest.json").read_text())["reports"]["brent"]
    assert record["status"] == "failed"
    assert record["earlier"] == list(outcome.earlier)
    assert "Earlier PDF" in (out / "index.html").read_text()
    failing.clear()
    assert _statuses(batch.run(_some("Brent"), **where)) == [("Brent", "built")]
    assert not (out / "failed").exists()


def test_fail_fast_begins_no_further_report(place):
    where, failing = place
    failing.add("Brent")
    outcomes = batch.run(_some("Brent", "Hackney", "Camden"), **where, jobs=1, fail_fast=True)
    assert [outcome.status for outcome in outcomes] == ["failed", "not made", "not made"]


def test_a_notebook_that_stopped_early_is_no_report_and_its_earlier_one_is_moved_away(place):
    where, failing = place
    batch.run(_some("Sutton"), **where)
    failing.add("Sutton")
    outcomes = batch.run(_some("Sutton", "Camden"), **where, force=True, fail_fast=True, jobs=1)
    assert _statuses(outcomes) == [("Sutton", "stopped early"), ("Camden", "not made")]
    out = where["out_dir"]
    assert not (out / "sutton").exists()
    assert (out / "failed" / "sutton.ipynb").exists()
    assert "The report stopped early: It broke." in (out / "index.html").read_text()
    failing.clear()
    assert _statuses(batch.run(_some("Sutton"), **where)) == [("Sutton", "built")]


def test_more_output_allowed_is_a_reason_to_make_a_report_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    again = batch.run(_some("Hackney"), **where, limits=Limits(output=20))
    assert _statuses(again) == [("Hackney", "built")]


def test_an_unknown_format_is_refused_with_the_nearest(place):
    where, _ = place
    with pytest.raises(UsageError, match=r"Unknown format 'pfd'. Did you mean 'pdf'\?"):
        batch.run(_some("Hackney"), **where, formats=["pfd"])
    assert not where["out_dir"].exists()


def test_a_notebook_without_our_parameters_is_refused_before_a_report_is_begun(place, tmp_path):
    where, _ = place
    other = small_reports.notebook(tmp_path / "other.ipynb", parameters="ward = 'x'")
    begun = []
    batch.run(_some("Hackney"), **where)
    index = (where["out_dir"] / "index.html").read_bytes()
    with pytest.raises(UsageError, match=r"Unknown parameter 'area'.*takes: ward"):
        batch.run(
            _some("Hackney"), **where | {"notebook": other}, on_event=lambda *e: begun.append(e)
        )
    assert begun == []
    assert (where["out_dir"] / "index.html").read_bytes() == index


def test_ctrl_c_tells_what_is_done_and_leaves_a_true_manifest(place, monkeypatch):
    where, _ = place
    draft = build.draft

    def interrupted(order):
        if order.subject.name == "Brent":
            raise KeyboardInterrupt
        return draft(order)

    monkeypatch.setattr(build, "draft", interrupted)
    with pytest.raises(batch.BatchInterrupted) as stopped:
        batch.run(_some("Hackney", "Brent", "Camden"), **where, jobs=1)
    assert [outcome.status for outcome in stopped.value.outcomes] == [
        "built",
        "not made",
        "not made",
    ]
    assert list(json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]) == [
        "hackney"
    ]
    assert not (where["out_dir"] / ".building").exists()


def test_of_several_orders_in_hand_the_one_that_kills_its_worker_is_found(place, monkeypatch):
    where, _ = place
    draft = build.draft

    def deadly(order):
        if order.subject.name == "Brent":
            raise BrokenExecutor
        return draft(order)

    monkeypatch.setattr(build, "draft", deadly)
    names = ("Hackney", "Brent", "Camden", "Sutton")
    outcomes = batch.run(_some(*names), **where, jobs=2)
    assert [outcome.status for outcome in outcomes] == ["built", "failed", "built", "built"]
    assert "ended from outside" in outcomes[1].error


# What lies in the folder that is not ours, and what goes wrong there.


def _mine(out, *names):
    """Lay files of the user's own in the folder of reports."""
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    return dict.fromkeys(names, b"mine")


def test_a_failing_borough_leaves_the_letter_its_user_laid_beside_the_report(place):
    where, failing = place
    batch.run(_some("Brent"), **where)
    mine = _mine(where["out_dir"], "brent/letter.docx", "brent/notes/meeting.txt", "notes.part")
    failing.add("Brent")
    [outcome] = batch.run(_some("Brent"), **where, force=True)
    assert outcome.status == "failed"
    assert mine.items() <= _files(where["out_dir"]).items()


def _in_the_way(out, kind):
    if kind == "a file for the folder":
        _mine(out, "hackney")
    elif kind == "a folder for the file":
        _mine(out, "hackney/pvtools-hackney.html/mine")
    elif kind == "a linked folder":
        _mine(out, "theirs/mine")
        (out / "hackney").symlink_to("theirs")
    elif kind == "a linked file":
        _mine(out, "theirs")
        (out / "hackney").mkdir()
        (out / "hackney" / "pvtools-hackney.html").symlink_to(out / "theirs")
    elif kind == "a file of the user's":
        _mine(out, "hackney/pvtools-hackney.html")
    elif kind == "a dangling link":
        out.mkdir()
        (out / "hackney").symlink_to("nowhere")


@pytest.mark.parametrize(
    "kind",
    [
        "a file for the folder",
        "a folder for the file",
        "a linked folder",
        "a linked file",
        "a file of the user's",
        "a dangling link",
    ],
)
def test_what_is_in_the_way_of_one_report_fails_that_one_and_stays(place, kind):
    where, _ = place
    out = where["out_dir"]
    _in_the_way(out, kind)
    before = _files(out)
    outcomes = batch.run(_some("Hackney", "Camden"), **where)
    assert _statuses(outcomes) == [("Hackney", "failed"), ("Camden", "built")]
    assert str(out / "hackney") in outcomes[0].error
    after = _files(out)
    assert before.items() <= after.items()
    assert [name for name in after if name.startswith("hackney/pvtools-")] == [
        name for name in before if name.startswith("hackney/pvtools-")
    ]
    assert manifest.read(out)["hackney"]["status"] == "failed"
    assert "The report could not be made" in (out / "index.html").read_text()


def test_a_file_in_place_of_a_folder_that_stood_there_is_kept_and_the_failure_recorded(place):
    where, _ = place
    out = where["out_dir"]
    batch.run(_some("Hackney"), **where)
    shutil.rmtree(out / "hackney")
    mine = _mine(out, "hackney")
    [outcome] = batch.run(_some("Hackney"), **where)
    assert outcome.error == f"{out / 'hackney'} is a file where a folder belongs. Move it away."
    assert mine.items() <= _files(out).items()
    assert (out / "failed" / "hackney.txt").exists()
    (out / "hackney").unlink()
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]
    assert not (out / "failed").exists()


def _refusing(place_of_error, code=errno.EACCES):
    """Return an ``os.replace`` that fails for what ``place_of_error`` is true of."""
    replace = os.replace

    def refuse(source, target, **options):
        if place_of_error(Path(target)):
            raise OSError(code, os.strerror(code), str(source), None, str(target))
        return replace(source, target, **options)

    return refuse


def test_a_folder_that_cannot_be_written_to_is_one_failed_report(place, monkeypatch):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    before = _files(where["out_dir"] / "hackney")
    (where["data_dir"] / "crime.csv").write_text("2")
    monkeypatch.setattr(os, "replace", _refusing(lambda to: to.name == "pvtools-hackney.html"))
    outcomes = batch.run(_some("Hackney", "Camden"), **where)
    # Nothing else could be made of Hackney's: its earlier report could be put away, and was.
    assert [outcome.status for outcome in outcomes] == ["failed", "built"]
    assert "Permission denied" in outcomes[0].first_line
    kept = _files(where["out_dir"] / "failed")
    assert {kept[f"pvtools-hackney-earlier.{form}"] for form in ("pdf", "html", "xlsx")} == set(
        before.values()
    )


@pytest.mark.skipif(os.name != "posix", reason="there is no such limit elsewhere")
@pytest.mark.parametrize("room", [0, 1, 100, 3000])
def test_on_a_full_disk_nothing_stands_that_is_not_whole_and_the_batch_ends_with_a_list(
    place, room
):
    import resource

    where, failing = place
    batch.run(_some("Hackney"), **where)
    before = _files(where["out_dir"])
    (where["data_dir"] / "crime.csv").write_text("2")
    failing.add("Brent")
    limits, notes = resource.getrlimit(resource.RLIMIT_FSIZE), []
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        outcomes = batch.run(_some("Hackney", "Brent"), **where, on_note=notes.append)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert "File too large" in outcomes[0].error
    assert "It broke." in outcomes[1].error
    after = _files(where["out_dir"])
    assert all(content for name, content in after.items() if name != ".lock")
    earlier = {name: content for name, content in before.items() if name.startswith("hackney/")}
    moved = {
        name.replace("hackney/", "failed/").replace(".", "-earlier."): content
        for name, content in earlier.items()
    }
    assert earlier.items() <= after.items() or moved.items() <= after.items()
    assert room == 3000 or any(note.fault for note in notes)


def test_a_page_that_cannot_be_written_is_said_and_the_reports_stand(place, monkeypatch):
    where, _ = place
    notes = []
    monkeypatch.setattr(
        os, "replace", _refusing(lambda to: to.name in ("index.html", "manifest.json"), 28)
    )
    outcomes = batch.run(_some("Hackney"), **where, on_note=notes.append)
    assert _statuses(outcomes) == [("Hackney", "built")]
    assert [note.text.partition(" could")[0] for note in notes] == [
        str(where["out_dir"] / "manifest.json"),
        str(where["out_dir"] / "index.html"),
    ]
    assert all(note.fault and "No space left on device" in note.text for note in notes)


def test_records_that_cannot_be_kept_leave_no_report_without_one(place, monkeypatch):
    where, _ = place
    notes = []
    monkeypatch.setattr(os, "replace", _refusing(lambda to: to.name == ".manifest.json", 28))
    outcomes = batch.run(_some("Hackney", "Camden"), **where, on_note=notes.append)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert all("No space left" in outcome.first_line for outcome in outcomes)
    assert notes
    assert not (where["out_dir"] / "hackney").exists()


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_front_page_of_the_users_own_is_left_alone_and_said(place, kind):
    where, _ = place
    out, notes = where["out_dir"], []
    if kind == "link":
        _mine(out, "theirs.html")
        (out / "index.html").symlink_to("theirs.html")
    else:
        _mine(out, "index.html" if kind == "file" else "index.html/mine")
    before = _files(out)
    batch.run(_some("Hackney"), **where, on_note=notes.append)
    assert before.items() <= _files(out).items()
    [note] = notes
    assert note.fault
    assert "index.html was left alone" in note.text


def test_a_front_page_of_ours_is_known_and_written_anew(place):
    where, _ = place
    notes = []
    for name in ("Hackney", "Camden"):
        batch.run(_some(name), **where, on_note=notes.append)
    assert notes == []
    assert "2 of 45" in (where["out_dir"] / "index.html").read_text()


def test_the_folder_removed_while_reports_are_made_is_said_of_each(place, monkeypatch):
    where, _ = place
    draft, notes = build.draft, []

    def removing(order):
        made = draft(order)
        shutil.rmtree(where["out_dir"], ignore_errors=True)
        return made

    monkeypatch.setattr(build, "draft", removing)
    outcomes = batch.run(_some("Hackney", "Camden"), **where, jobs=1, on_note=notes.append)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert any(note.fault for note in notes)
    assert not where["out_dir"].exists()


def test_a_tampered_manifest_makes_nothing_else_ours(place):
    where, failing = place
    out = where["out_dir"]
    batch.run(_some("Brent"), **where)
    mine = _mine(out, "brent/letter.pdf", "letter.txt", "failed/notes.txt")
    records = json.loads((out / "manifest.json").read_text())["reports"]
    known = records["brent"]["outputs"]["brent/pvtools-brent.pdf"]
    for name in ("brent/letter.pdf", "../reports/letter.txt", str(out / "letter.txt")):
        records["brent"]["outputs"][name] = known
    for name in ("manifest.json", ".manifest.json"):
        (out / name).write_text(json.dumps({"reports": records}))
    failing.add("Brent")
    batch.run(_some("Brent"), **where, force=True)
    failing.clear()
    batch.run(_some("Brent"), **where, force=True)
    assert mine.items() <= _files(out).items()


@pytest.mark.parametrize("damaged", ["", "[]", '{"reports": {"hackney": {"outputs": []}}}'])
def test_a_damaged_manifest_blocks_no_later_run(place, damaged):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    (where["out_dir"] / "manifest.json").write_text(damaged)
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "unchanged")]
    for name in ("manifest.json", ".manifest.json"):
        (where["out_dir"] / name).write_text(damaged)
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]
    (where["out_dir"] / "manifest.json").write_text(damaged)
    (where["data_dir"] / "crime.csv").write_text("2")
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]


def test_a_step_that_cannot_be_put_right_fails_that_report_and_loses_nothing(place):
    where, _ = place
    out, notes = where["out_dir"], []
    batch.run(_some("Hackney"), **where)
    home = out / ".building" / "hackney"
    _mine(out, ".building/hackney/journal.json", ".building/hackney/was/pvtools-hackney.pdf")
    before = _files(out)
    outcomes = batch.run(_some("Hackney", "Camden"), **where, force=True, on_note=notes.append)
    assert _statuses(outcomes) == [("Hackney", "failed"), ("Camden", "built")]
    assert f"What the last batch left in {home}" in outcomes[0].first_line
    assert notes[0].fault
    after = _files(out)
    assert {n: after[n] for n in before if "hackney" in n} == {
        n: before[n] for n in before if "hackney" in n
    }
    shutil.rmtree(out / ".building")
    assert _statuses(batch.run(_some("Hackney"), **where, force=True)) == [("Hackney", "built")]


# Data that change while reports are made from them.


def _changing(monkeypatch, change):
    """Make the data change while the report of Hackney is made."""
    draft = build.draft

    def changing(order):
        made = draft(order)
        if order.subject.name == "Hackney":
            change()
        return made

    monkeypatch.setattr(build, "draft", changing)


def _change_and_back(file):
    content, before = file.read_text(), file.stat()
    file.write_text("7")
    file.write_text(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_data_changed_and_changed_back_fail_that_report_and_the_earlier_one_stays(
    place, monkeypatch
):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    before = _files(where["out_dir"])
    with monkeypatch.context() as patch:
        _changing(patch, lambda: _change_and_back(where["data_dir"] / "crime.csv"))
        outcomes = batch.run(_some("Hackney", "Camden"), **where, jobs=1, force=True)
    assert _statuses(outcomes) == [("Hackney", "failed"), ("Camden", "built")]
    assert "the data changed. Run the same again." in outcomes[0].error
    after = _files(where["out_dir"])
    assert {n: c for n, c in after.items() if n.startswith("hackney/")} == {
        n: c for n, c in before.items() if n.startswith("hackney/")
    }
    assert not (where["out_dir"] / "failed").exists()


def test_a_report_half_made_from_other_data_is_not_unchanged_for_good(place, monkeypatch):
    where, _ = place
    with monkeypatch.context() as patch:
        _changing(patch, lambda: _change_and_back(where["data_dir"] / "crime.csv"))
        assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "failed")]
    assert not (where["out_dir"] / "hackney").exists()
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]


def test_reports_begun_after_the_data_changed_are_made_from_the_new_ones(place, monkeypatch):
    where, _ = place
    with monkeypatch.context() as patch:
        _changing(patch, lambda: (where["data_dir"] / "crime.csv").write_text("2"))
        outcomes = batch.run(_some("Brent", "Hackney", "Camden"), **where, jobs=1)
    assert [outcome.status for outcome in outcomes] == ["built", "failed", "built"]
    page = (where["out_dir"] / "index.html").read_text()
    assert "since it was made, the data changed" in page
    again = batch.run(_some("Brent", "Hackney", "Camden"), **where)
    assert [outcome.status for outcome in again] == ["built", "built", "unchanged"]


@pytest.mark.parametrize("gone", ["the data", "the code"])
def test_where_no_report_can_be_made_any_more_none_is_begun(place, monkeypatch, gone):
    where, _ = place
    monkeypatch.setattr(places, "code_stamp", lambda: (("code", *state),))
    monkeypatch.setattr(places, "code_digest", lambda: str(state))
    state = [1]
    if gone == "the data":
        _changing(monkeypatch, lambda: shutil.rmtree(where["data_dir"]))
    else:
        _changing(monkeypatch, lambda: state.append(2))
    outcomes = batch.run(_some("Hackney", "Camden"), **where, jobs=1)
    assert [outcome.status for outcome in outcomes] == ["failed", "not made"]
    assert "changed. Run the same again." in outcomes[0].error


def test_reports_may_stand_within_the_data(place):
    where, _ = place
    inside = where | {"out_dir": where["data_dir"] / "reports"}
    assert [o.status for o in batch.run(_some("Hackney", "Camden"), **inside)] == ["built"] * 2
    assert [o.status for o in batch.run(_some("Hackney", "Camden"), **inside)] == ["unchanged"] * 2


@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_ctrl_c_while_a_report_is_put_in_place_does_not_tear_it(place, monkeypatch):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    (where["data_dir"] / "crime.csv").write_text("2")
    monkeypatch.setitem(build.FORMATS, "pdf", lambda *_: b"new")
    monkeypatch.setitem(build.FORMATS, "html", lambda *_: "new")
    replace = os.replace

    def pressed(source, target, **options):
        if Path(target) == where["out_dir"] / "hackney" / "pvtools-hackney.html":
            os.kill(os.getpid(), signal.SIGINT)
        return replace(source, target, **options)

    monkeypatch.setattr(os, "replace", pressed)
    with pytest.raises(batch.BatchInterrupted) as stopped:
        batch.run(_some("Hackney", "Camden"), **where, jobs=1)
    assert [outcome.status for outcome in stopped.value.outcomes] == ["built", "not made"]
    files = _files(where["out_dir"])
    assert files["hackney/pvtools-hackney.pdf"] == files["hackney/pvtools-hackney.html"] == b"new"
    monkeypatch.setattr(os, "replace", replace)
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "unchanged")]


def test_an_error_that_cannot_be_written_as_text_is_one_failed_report(place, monkeypatch):
    where, _ = place

    def broken(*_):
        raise ValueError("half a character: \ud800")

    monkeypatch.setattr(execute, "run", broken)
    [outcome] = batch.run(_some("Hackney"), **where)
    assert outcome.status == "failed"
    assert "half a character" in (where["out_dir"] / "failed" / "hackney.txt").read_text()


# From here on with real processes and kernels.


def _command(where, *names, jobs=2):
    return [
        sys.executable,
        "-c",
        "from pvtools.cli import main; main()",
        "report",
        *names,
        "--notebook",
        str(where["notebook"]),
        "--out",
        str(where["out_dir"]),
        "--data",
        str(where["data_dir"]),
        "--formats",
        "xlsx",
        "--jobs",
        str(jobs),
    ]


def _until(true, seconds=180):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a child nobody has waited for yet is dead all the same
    return not (status.exists() and ") Z" in status.read_text())


def _caught_waiting(where):
    """Begin a batch of which one report stands and another hangs; return it and the kernel."""
    process = subprocess.Popen(
        _command(where, "Hackney", "Sutton"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    waiting = where["data_dir"].parent / "waiting"
    try:
        _until(lambda: waiting.exists() and waiting.read_text())
        _until(lambda: (where["out_dir"] / "manifest.json").exists())
    except AssertionError:
        process.kill()
        process.communicate()
        raise
    return process, int(waiting.read_text())


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_killed_batch_leaves_whole_reports_no_kernels_and_the_next_one_goes_on(place):
    where, _ = place
    process, kernel = _caught_waiting(where)
    process.kill()
    process.communicate()
    _until(lambda: not _alive(kernel), 10)
    out = where["out_dir"]
    assert set(json.loads((out / "manifest.json").read_text())["reports"]) == {"hackney"}
    assert (out / ".building").exists()
    again = subprocess.run(_command(where, "Hackney"), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "1 unchanged" in again.stdout
    assert not (out / ".building").exists()


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_ctrl_c_at_the_terminal_ends_the_kernels_and_says_what_is_done(place):
    where, _ = place
    process, kernel = _caught_waiting(where)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Stopped. 1 built, 1 not made." in said
    assert "Traceback" not in said
    _until(lambda: not _alive(kernel), 5)


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_killed_worker_is_one_failed_report_and_the_command_ends_with_one(place):
    where, _ = place
    done = subprocess.run(
        _command(where, "Bexley", "Hackney", "Brent", jobs=1),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "1 built, 2 failed" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    reports = json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]
    assert {slug: record["status"] for slug, record in reports.items()} == {
        "bexley": "failed",
        "brent": "failed",
        "hackney": "built",
    }
    assert reports["brent"]["error"].endswith(
        "row 3, column '202401': found abc; allowed: a count."
    )
    assert folder.file_name("hackney", "xlsx") in [
        path.name for path in (where["out_dir"] / "hackney").iterdir()
    ]


OWN = """\
if area == "Brent":
    quit()
if area == "Camden":
    everything = bytearray(400_000_000)
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
plt.plot([1, 2])
print("word " * 200_000)
"""


@pytest.mark.kernel
@pytest.mark.skipif(not CAN_LIMIT_MEMORY, reason="memory cannot be limited here")
def test_a_users_own_notebook_is_shown_whole_or_the_summary_says_why_not(place, tmp_path):
    where, _ = place
    home = where["notebook"].parent
    (home / "dot.svg").write_text(small_reports.SVG)
    cells = [
        new_markdown_cell("![A square](dot.svg)"),
        new_code_cell(small_reports.PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(OWN),
        new_code_cell("1 + 1"),
    ]
    nbformat.write(new_notebook(cells=cells), where["notebook"])
    (tmp_path / "elsewhere").mkdir()
    command = _command(where, "Hackney", "Brent", "Camden")
    command[command.index("xlsx")] = "html"
    done = subprocess.run(
        [*command, "--memory", "300", "--max-output", "2"],
        cwd=tmp_path / "elsewhere",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "1 built, 1 failed, 1 stopped early." in done.stdout
    out = where["out_dir"]
    reports = json.loads((out / "manifest.json").read_text())["reports"]
    assert {slug: record["status"] for slug, record in reports.items()} == {
        "hackney": "built",
        "brent": "stopped early",
        "camden": "failed",
    }
    assert "cell 3 (if area == " in reports["brent"]["error"]
    assert "300 MB of memory" in reports["camden"]["error"]
    assert "The report stopped early: " in (out / "index.html").read_text()
    assert (out / "failed" / "brent.ipynb").exists()
    page = (out / "hackney" / "pvtools-hackney.html").read_text()
    assert 'alt="A square"' in page
    assert 'alt="A line that rises."' in page
    assert "may hold 2 MB of output" in page
