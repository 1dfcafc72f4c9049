from __future__ import annotations

import os
from pathlib import Path

import pytest

from pvtools.errors import ExportError
from pvtools.reports import folder, lock


def test_a_batch_clears_what_it_made_on_the_way_and_nothing_else(tmp_path):
    home = tmp_path / ".building" / "hackney"
    mine = [
        tmp_path / "mine.txt",
        tmp_path / ".video.mp4.part",
        tmp_path / ".building" / "notes" / "letter.txt",
        home / "letter.txt",
    ]
    with lock.held(tmp_path):
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
    with lock.held(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_link_is_refused_where_one_report_is_made(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "notebook.ipynb").write_text("keep")
    with lock.held(tmp_path):
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
