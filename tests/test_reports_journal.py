from __future__ import annotations

import hashlib
import json
import os
import signal

import pytest

from pvtools.errors import ExportError
from pvtools.reports import folder, journal, lock, manifest

FORMS = ("pdf", "html", "xlsx")


@pytest.fixture(autouse=True)
def no_wait_for_the_disk(monkeypatch):
    """A kill takes nothing from the system's memory; only a power cut would."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def _record(content, forms=FORMS):
    whole = {"bytes": len(content), "sha256": hashlib.sha256(content.encode()).hexdigest()}
    return {
        "status": "built",
        "inputs": {"data": content},
        "formats": list(forms),
        "vintages": [],
        "outputs": {f"hackney/pvtools-hackney.{form}": whole for form in forms},
    }


def _publish(out, reports, content="new", forms=FORMS):
    home = folder.building(out, "hackney")
    files = [home / folder.file_name("hackney", form) for form in forms]
    for file in files:
        file.write_text(content)
    journal.publish(out, reports, "hackney", _record(content, forms))


def _fail(out, reports, error="It failed."):
    (folder.building(out, "hackney") / "notebook.ipynb").write_text("half")
    record = {"status": "failed", "inputs": {}, "error": error}
    return journal.set_aside(out, reports, "hackney", record, error)


def _files(out):
    """Return name → content, but for the manifest's two names."""
    return {
        path.relative_to(out).as_posix(): path.read_text()
        for path in sorted(out.rglob("*"))
        if path.is_file() and "manifest" not in path.name
    }


def _whole(content, forms=FORMS):
    return {f"hackney/pvtools-hackney.{form}": content for form in sorted(forms)}


def test_a_report_stands_with_its_record_and_nothing_is_left_of_the_making(tmp_path):
    reports = {}
    _publish(tmp_path, reports)
    assert _files(tmp_path) == _whole("new")
    assert reports == manifest.read(tmp_path) == {"hackney": _record("new")}
    assert not (tmp_path / ".building" / "hackney").exists()


def test_an_earlier_report_never_stands_where_the_failed_one_belongs(tmp_path):
    reports = {}
    _publish(tmp_path, reports, "old")
    kept = _fail(tmp_path, reports, "It failed.\nHere.")
    assert list(kept) == [f"failed/pvtools-hackney-earlier.{form}" for form in FORMS]
    assert not (tmp_path / "hackney").exists()
    assert _files(tmp_path) == dict.fromkeys(sorted(kept), "old") | {
        "failed/hackney.ipynb": "half",
        "failed/hackney.txt": "It failed.\nHere.\n",
    }
    assert manifest.read(tmp_path)["hackney"]["earlier"] == list(kept)


def test_a_second_failure_keeps_the_earlier_report_and_no_older_evidence(tmp_path):
    reports = {}
    _publish(tmp_path, reports, "old")
    _fail(tmp_path, reports, "first")
    folder.building(tmp_path, "hackney")
    record = {"status": "failed", "inputs": {}, "error": "second"}
    assert len(journal.set_aside(tmp_path, reports, "hackney", record, "second")) == 3
    assert not (tmp_path / "failed" / "hackney.ipynb").exists()
    assert (tmp_path / "failed" / "hackney.txt").read_text() == "second\n"


def test_success_clears_what_was_said_of_the_failure_and_fewer_forms_leave_none_behind(tmp_path):
    reports = {}
    _publish(tmp_path, reports, "old")
    _fail(tmp_path, reports)
    _publish(tmp_path, reports, "new")
    assert _files(tmp_path) == _whole("new")
    assert not (tmp_path / "failed").exists()
    _publish(tmp_path, reports, "newer", ["html"])
    assert _files(tmp_path) == _whole("newer", ["html"])


def test_a_failing_report_leaves_what_its_user_laid_beside_it(tmp_path):
    mine = ["hackney/letter.txt", "hackney/pvtools-hackney-notes.pdf", "failed/notes.txt"]
    reports = {}
    _publish(tmp_path, reports)
    (tmp_path / "failed").mkdir()
    for name in mine:
        (tmp_path / name).write_text("mine")
    _fail(tmp_path, reports)
    assert {name: _files(tmp_path).get(name) for name in mine} == dict.fromkeys(mine, "mine")
    _publish(tmp_path, reports)
    assert _files(tmp_path) == _whole("new") | dict.fromkeys(mine, "mine")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("made", [FORMS, ["pdf"]])
def test_a_file_there_is_no_record_of_is_never_written_over(tmp_path, form, made):
    """Nor does a report stand beside one of its forms of unknown vintage."""
    theirs = tmp_path / "hackney" / f"pvtools-hackney.{form}"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    reports = {}
    with pytest.raises(ExportError, match=rf"{form} is in the way, and there is no record"):
        _publish(tmp_path, reports, forms=made)
    folder.clear(tmp_path, "hackney")
    assert _files(tmp_path) == {f"hackney/pvtools-hackney.{form}": "mine"}
    assert reports == manifest.read(tmp_path) == {}
    _fail(tmp_path, reports)
    assert theirs.read_text() == "mine"


def test_a_file_that_holds_the_same_already_is_not_in_the_way(tmp_path):
    _publish(tmp_path, {})
    _publish(tmp_path, {})
    assert _files(tmp_path) == _whole("new")


def test_a_users_file_where_evidence_belongs_is_never_written_over(tmp_path):
    reports = {}
    _publish(tmp_path, reports)
    for name in ("hackney.ipynb", "pvtools-hackney-earlier.pdf"):
        (tmp_path / "failed").mkdir(exist_ok=True)
        (tmp_path / "failed" / name).write_text("mine")
        with pytest.raises(ExportError, match=f"{name} is in the way"):
            _fail(tmp_path, reports)
        folder.clear(tmp_path, "hackney")
        assert _files(tmp_path) == _whole("new") | {f"failed/{name}": "mine"}
        (tmp_path / "failed" / name).unlink()


@pytest.mark.parametrize("name", ["hackney", "failed"])
def test_a_linked_folder_is_refused_and_what_it_holds_stays(tmp_path, name):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    out.mkdir()
    reports = {}
    _publish(out, reports, "old")
    if name == "hackney":
        (out / name).rename(theirs)
    else:
        theirs.mkdir()
    (out / name).symlink_to(theirs)
    before = _files(theirs)
    with pytest.raises(ExportError, match=f"{name} is a link"):
        _fail(out, reports)
    if name == "hackney":
        with pytest.raises(ExportError, match=f"{name} is a link"):
            _publish(out, reports)
    assert _files(theirs) == before


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_link_or_folder_in_place_of_our_file_is_refused_and_stays(tmp_path, kind):
    reports = {}
    _publish(tmp_path, reports, "old")
    place = tmp_path / "hackney" / "pvtools-hackney.html"
    place.unlink()
    if kind == "link":
        (tmp_path / "theirs").write_text("mine")
        place.symlink_to(tmp_path / "theirs")
    else:
        place.mkdir()
        (place / "mine").write_text("mine")
    before = _files(tmp_path)
    for attempt in (_publish, _fail):
        with pytest.raises(ExportError, match="is a link or a folder where a file belongs"):
            attempt(tmp_path, reports)
        folder.clear(tmp_path, "hackney")
        assert _files(tmp_path) == before


@pytest.mark.parametrize("step", range(1, 12))
def test_an_error_on_the_way_leaves_everything_as_it_was(tmp_path, monkeypatch, step):
    reports = {}
    _publish(tmp_path, reports, "old")
    replace, seen = os.replace, []

    def refuse(source, target, **options):
        seen.append(target)
        if len(seen) == step:
            raise PermissionError(13, "Permission denied", source, None, target)
        return replace(source, target, **options)

    for attempt in (_publish, _fail):
        seen.clear()
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refuse)
            try:
                attempt(tmp_path, reports)
            except PermissionError:
                folder.clear(tmp_path, "hackney")
                assert _files(tmp_path) == _whole("old")
                assert reports == manifest.read(tmp_path) == {"hackney": _record("old")}
            else:
                assert len(seen) < step or seen[step - 1].name == "manifest.json"


def _killed_at(out, step, attempt):
    """Do as a batch would that is killed at its ``step``-th change of the folder."""
    reports = manifest.read(out)
    child = os.fork()
    if child == 0:
        seen = []
        for name in ("replace", "unlink", "rmdir"):
            _kill_at(name, step, seen)
        attempt(out, reports)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _kill_at(name, step, seen):
    change = getattr(os, name)

    def counted(*arguments, **options):
        seen.append(name)
        if len(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(*arguments, **options)

    setattr(os, name, counted)


def _standing(out):
    return {path.read_text() for path in out.glob("hackney/pvtools-*")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals differ elsewhere")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the test run has threads
@pytest.mark.parametrize(
    ("begin", "end"),
    [("nothing", "new"), ("old", "new"), ("new", "new"), ("failed", "new"), ("old", "failed")],
)
def test_a_kill_at_any_moment_leaves_one_vintage_and_the_next_start_agrees(tmp_path, begin, end):
    step, notes, outcomes = 0, [], set()
    killed = True
    while killed:
        step += 1
        out = tmp_path / str(step)
        out.mkdir()
        reports = {}
        if begin in ("old", "failed"):
            _publish(out, reports, "old")
        if begin == "new":  # made anew by force, from the same: equal bytes, equal record
            _publish(out, reports, "new")
        if begin == "failed":
            _fail(out, reports, "before")
        before = _files(out), manifest.read(out)
        killed = _killed_at(out, step, _publish if end == "new" else _fail)
        assert len(_standing(out)) <= 1, f"twins of two vintages, killed at step {step}"
        with lock.held(out):
            reports = manifest.read(out)
            notes += journal.recover(out, reports)
        assert manifest.read(out) == reports
        files = _files(out)
        files.pop(".lock")
        outcomes.add(files == before[0])
        if files == before[0] and reports == before[1]:
            continue
        # not as before: then all of it is as it was to become
        if end == "new":
            assert files == _whole("new")
            assert reports == {"hackney": _record("new")}
        else:
            assert files["failed/hackney.txt"] == "It failed.\n"
            assert not _standing(out)
            record = reports["hackney"]
            assert record["status"] == "failed"
            assert set(files) == {*record["earlier"], *record["evidence"]}
        assert json.loads((out / "manifest.json").read_text())["reports"] == reports
    assert step > 10
    assert begin == end or outcomes == {True, False}
    assert any("that has now been finished" in note.text for note in notes)
    assert not any(note.fault for note in notes)


def _killed_half_way(out, monkeypatch, content="new"):
    """Leave ``out`` as after a kill between the first file's arrival and the second's."""
    replace = os.replace

    def killed(source, target, **options):
        if target == out / "hackney" / "pvtools-hackney.html":
            raise SystemExit
        return replace(source, target, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(journal, "_back", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _publish(out, manifest.read(out), content)
    return out / ".building" / "hackney"


def test_what_cannot_be_finished_is_undone_and_said(tmp_path, monkeypatch):
    _publish(tmp_path, {}, "old")
    home = _killed_half_way(tmp_path, monkeypatch)
    assert _standing(tmp_path) == {"new"}
    (home / "pvtools-hackney.xlsx").unlink()
    manifest.write(tmp_path, {"hackney": _record("new")})  # as by a kill at a later moment
    reports = manifest.read(tmp_path)
    [note] = journal.recover(tmp_path, reports)
    assert "the report of hackney" in note.text
    assert "that has been undone" in note.text
    assert _files(tmp_path) == _whole("old")
    assert reports == manifest.read(tmp_path) == {"hackney": _record("old")}


def test_what_cannot_be_put_right_is_said_kept_and_in_nobody_elses_way(tmp_path, monkeypatch):
    _publish(tmp_path, {}, "old")
    _killed_half_way(tmp_path, monkeypatch)
    (tmp_path / "hackney").rename(tmp_path / "theirs")
    (tmp_path / "hackney").symlink_to("theirs")
    before = _files(tmp_path)
    with lock.held(tmp_path):
        [note] = journal.recover(tmp_path, manifest.read(tmp_path))
        assert note.fault
        assert "hackney is a link" in note.text
        with pytest.raises(ExportError, match="could neither be finished nor undone"):
            folder.building(tmp_path, "hackney")
        folder.building(tmp_path, "camden")
    assert {n: c for n, c in _files(tmp_path).items() if n != ".lock"} == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"moves": [], "record": {}}',
        *(
            json.dumps({"moves": [move], "record": _record("new"), "before": None})
            for move in (
                ["letter.txt", ".building/hackney/was/hackney.txt", ""],
                ["hackney/pvtools-hackney.pdf", "../stolen.pdf", ""],
                ["hackney/../letter.txt", "hackney/pvtools-hackney.pdf", ""],
                ["hackney/pvtools-hackney.pdf", "camden/pvtools-camden.pdf", ""],
                ["hackney/pvtools-hackney.pdf", "hackney/pvtools-hackney.html", 3],
                [["letter.txt"], "hackney/pvtools-hackney.html", ""],
                [],
                "abc",
                7,
            )
        ),
    ],
)
def test_a_journal_that_names_anything_else_moves_nothing(tmp_path, content):
    reports = {}
    _publish(tmp_path, reports, "old")
    (tmp_path / "letter.txt").write_text("mine")
    (folder.workshop(tmp_path, "hackney") / "journal.json").write_text(content)
    before = _files(tmp_path)
    [note] = journal.recover(tmp_path, reports)
    assert note.fault
    assert "is damaged" in note.text
    assert _files(tmp_path) == before
