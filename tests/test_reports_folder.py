from __future__ import annotations

import pytest

from pvtools.errors import UsageError
from pvtools.reports import folder


def _made(out, slug, content="new"):
    home = folder.building(out, slug)
    files = [home / folder.file_name(slug, form) for form in ("pdf", "html")]
    for file in files:
        file.write_text(content)
    return files


def test_a_published_report_leaves_no_temporary_file(tmp_path):
    folder.publish(tmp_path, "hackney", _made(tmp_path, "hackney"))
    names = [path.name for path in (tmp_path / "hackney").iterdir()]
    assert sorted(names) == ["pvtools-hackney.html", "pvtools-hackney.pdf"]
    assert not (tmp_path / ".building" / "hackney").exists()


def test_an_earlier_report_never_stands_where_the_failed_one_belongs(tmp_path):
    folder.publish(tmp_path, "hackney", _made(tmp_path, "hackney", "old"))
    (folder.building(tmp_path, "hackney") / "notebook.ipynb").write_text("half")
    earlier = folder.set_aside(tmp_path, "hackney", "It failed.\nHere.")
    assert not (tmp_path / "hackney").exists()
    assert [path.name for path in earlier] == [
        "pvtools-hackney-earlier.html",
        "pvtools-hackney-earlier.pdf",
    ]
    assert (tmp_path / "failed" / "hackney.ipynb").read_text() == "half"
    assert (tmp_path / "failed" / "hackney.txt").read_text() == "It failed.\nHere.\n"


def test_a_second_failure_keeps_the_earlier_report_and_no_older_evidence(tmp_path):
    folder.publish(tmp_path, "hackney", _made(tmp_path, "hackney", "old"))
    (folder.building(tmp_path, "hackney") / "notebook.ipynb").write_text("half")
    folder.set_aside(tmp_path, "hackney", "first")
    folder.building(tmp_path, "hackney")
    assert len(folder.set_aside(tmp_path, "hackney", "second")) == 2
    assert not (tmp_path / "failed" / "hackney.ipynb").exists()
    assert (tmp_path / "failed" / "hackney.txt").read_text() == "second\n"


def test_success_clears_what_was_said_of_the_failure_of_this_borough_only(tmp_path):
    for slug in ("hackney", "kingston-upon-thames"):
        folder.building(tmp_path, slug)
        folder.set_aside(tmp_path, slug, "failed")
    folder.publish(tmp_path, "hackney", _made(tmp_path, "hackney"))
    left = [path.name for path in (tmp_path / "failed").iterdir()]
    assert left == ["kingston-upon-thames.txt"]
    folder.publish(tmp_path, "kingston-upon-thames", _made(tmp_path, "kingston-upon-thames"))
    assert not (tmp_path / "failed").exists()


def test_a_held_folder_refuses_a_second_batch_in_one_sentence(tmp_path):
    second = folder.held(tmp_path)
    refused = pytest.raises(UsageError, match=r"Another batch \(process \d+\) is writing to")
    with folder.held(tmp_path), refused, second:
        pytest.fail("two batches at once")
    with folder.held(tmp_path):
        pass


def test_the_lock_of_a_killed_batch_is_nobodys(tmp_path):
    (tmp_path / ".lock").write_text("999999")
    with folder.held(tmp_path):
        assert (tmp_path / ".lock").read_text() != "999999"


def test_holding_the_folder_clears_what_a_killed_batch_left(tmp_path):
    (folder.building(tmp_path, "hackney") / "pvtools-hackney.pdf").write_text("half")
    (tmp_path / ".manifest.json.part").write_text("{")
    (tmp_path / "mine.txt").write_text("keep")
    with folder.held(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "mine.txt"]


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    refused = pytest.raises(UsageError, match="Choose a folder that can be written to with --out")
    with refused, folder.held(tmp_path / "file" / "reports"):
        pass
