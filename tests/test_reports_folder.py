from __future__ import annotations

import os
from pathlib import Path

import pytest

from pvtools.errors import ExportError, UsageError
from pvtools.reports import folder


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
        assert (tmp_path / ".lock").read_text() == str(os.getpid())


def test_a_batch_clears_what_it_made_on_the_way_and_nothing_else(tmp_path):
    home = tmp_path / ".building" / "hackney"
    mine = [
        tmp_path / "mine.txt",
        tmp_path / ".video.mp4.part",
        tmp_path / ".building" / "notes" / "letter.txt",
        home / "letter.txt",
    ]
    with folder.held(tmp_path):
        folder.building(tmp_path, "hackney")
        for name in ("pvtools-hackney.pdf", "pvtools-hackney.pdf.part", "notebook.ipynb"):
            (home / name).write_text("half")
        (tmp_path / ".building" / "index.html.part").write_text("half")
        for file in mine:
            file.parent.mkdir(exist_ok=True)
            file.write_text("keep")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert sorted(files) == sorted([*mine, tmp_path / ".lock"])
    for file in mine:
        file.unlink()
    (tmp_path / ".building" / "notes").rmdir()
    with folder.held(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    refused = pytest.raises(UsageError, match="Choose a folder that can be written to with --out")
    with refused, folder.held(tmp_path / "file" / "reports"):
        pass


@pytest.mark.parametrize("name", [".lock", ".building", ".manifest.json"])
def test_a_link_in_a_place_of_ours_is_refused_and_not_followed(tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    theirs = tmp_path / "theirs"
    if name == ".building":
        (theirs / "hackney").mkdir(parents=True)
        kept = theirs / "hackney" / "notebook.ipynb"
    else:
        kept = theirs
    kept.write_text("123")
    (out / name).symlink_to(theirs)
    with pytest.raises(UsageError, match="is a link"), folder.held(out):
        pass
    assert kept.read_text() == "123"


def test_a_file_where_reports_are_made_is_refused(tmp_path):
    (tmp_path / ".building").write_text("mine")
    refused = pytest.raises(UsageError, match="is a file where a folder belongs")
    with refused, folder.held(tmp_path):
        pass
    assert (tmp_path / ".building").read_text() == "mine"


def test_a_lock_that_somebody_else_wrote_is_refused_and_kept(tmp_path):
    (tmp_path / ".lock").write_text("poetry 1.8")
    with pytest.raises(UsageError, match="was not written by pvtools"), folder.held(tmp_path):
        pass
    assert (tmp_path / ".lock").read_text() == "poetry 1.8"


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk")
    with folder.held(tmp_path / "out"):
        assert folder.building(tmp_path / "out", "hackney").is_dir()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [".lock"]


def test_a_link_is_refused_where_one_report_is_made(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "notebook.ipynb").write_text("keep")
    with folder.held(tmp_path):
        (tmp_path / ".building" / "hackney").symlink_to(tmp_path / "theirs")
        with pytest.raises(ExportError, match="hackney is a link"):
            folder.building(tmp_path, "hackney")
        folder.clear(tmp_path, "hackney")
    assert (tmp_path / "theirs" / "notebook.ipynb").read_text() == "keep"


def test_a_file_is_written_whole_or_what_stood_there_stays(tmp_path, monkeypatch):
    file = tmp_path / "page.html"
    folder.write(file, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        folder.write(file, b"new and longer")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("page.html", b"old")
    ]


def test_a_file_is_written_through_no_link(tmp_path):
    (tmp_path / "theirs").write_text("keep")
    (tmp_path / "page.html.part").symlink_to("theirs")
    folder.write(tmp_path / "page.html", b"new")
    assert (tmp_path / "theirs").read_text() == "keep"
    (tmp_path / "page.html").unlink()
    (tmp_path / "page.html").symlink_to("theirs")
    with pytest.raises(ExportError, match="is a link or a folder"):
        folder.write(tmp_path / "page.html", b"new")
    assert (tmp_path / "theirs").read_text() == "keep"


def test_make_clean_leaves_every_report_and_what_lies_beside_it():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    assert makefile.partition("\nclean:")[2].splitlines()[1:] == ["\trm -rf .venv"]
