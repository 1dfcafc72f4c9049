"""A notebook's images come from the notebook and its own folder, and are images."""

import base64
import os
import struct
import threading

import pytest

from pvtools.errors import ExportError
from pvtools.reports import images
from pvtools.reports.cells import Cell
from pvtools.reports.images import Images
from pvtools.reports.markup import Image

from .small_pages import SVG, png

PNG = base64.b64decode(png())
CELL = Cell(1, "cell 1 (look)")


def taken(folder, src, attachments=None):
    found = Images(str(folder))
    found.take([Image("image-1", src, "alt")], CELL, attachments or {})
    found.check()
    return found.files["image-1"]


@pytest.fixture
def folder(tmp_path):
    """Return a notebook's folder with a picture in it, and pictures around it that are not its."""
    home = tmp_path / "home" / "notebooks"
    (home / "below").mkdir(parents=True)
    for place in (home, home / "below", home.parent, tmp_path):
        (place / "dot.png").write_bytes(PNG)
    (home.parent / "secret.txt").write_text("<svg secret")
    (home / "with space.png").write_bytes(PNG)
    return home


@pytest.mark.parametrize(
    "src",
    ["dot.png", "./dot.png", "below/dot.png", "below/../dot.png", "with%20space.png"],
)
def test_a_picture_in_the_notebooks_folder_or_below_is_read(folder, src):
    assert taken(folder, src) == PNG


@pytest.mark.parametrize(
    "src",
    [
        "../dot.png",
        "%2e%2e/dot.png",
        "below/../../dot.png",
        "..\\dot.png",
        "..%5cdot.png",
        "{outside}/dot.png",
        "%2F..{outside}/dot.png",
        "/{outside}/dot.png",
        "file://{outside}/dot.png",
        "file%3A//{outside}/dot.png",
        "FILE:dot.png",
        "C:/dot.png",
        "C:dot.png",
        "\\\\host\\share\\dot.png",
        "//host/share/dot.png",
        "dot.png%00.svg",
        "out.png",
        "way/dot.png",
        "/etc/passwd",
        "/dev/zero",
        "zero",
    ],
)
def test_nothing_outside_the_notebooks_folder_is_read(folder, src):
    (folder / "out.png").symlink_to("../dot.png")
    (folder / "way").symlink_to("..")
    (folder / "zero").symlink_to("/dev/zero")

    with pytest.raises(ExportError, match=r"cell 1 \(look\): the image .* only a picture in the"):
        taken(folder, src.format(outside=folder.parent))


def test_a_link_that_stays_in_the_folder_is_followed(folder):
    (folder / "also.png").symlink_to("below/dot.png")

    assert taken(folder, "also.png") == PNG


def test_a_pipe_is_refused_and_nobody_waits_for_it(folder):
    os.mkfifo(folder / "pipe.png")

    with pytest.raises(ExportError, match="it is not a file"):
        taken(folder, "pipe.png")
    with pytest.raises(ExportError, match="it is not a file"):
        taken(folder, "below")


def test_a_file_that_becomes_a_pipe_while_it_is_opened_keeps_nobody_waiting(folder, monkeypatch):
    real = os.open

    def swapped(path, how, *more):
        (folder / "dot.png").unlink()
        os.mkfifo(folder / "dot.png")
        return real(path, how, *more)

    monkeypatch.setattr(images.os, "open", swapped)
    refused = threading.Event()

    def take():
        with pytest.raises(ExportError):
            taken(folder, "dot.png")
        refused.set()

    threading.Thread(target=take, daemon=True).start()

    assert refused.wait(5)


def test_a_folder_that_becomes_a_link_to_elsewhere_while_it_is_opened_is_noticed(
    folder, monkeypatch
):
    secret = folder.parent / "elsewhere"
    secret.mkdir()
    (secret / "dot.png").write_bytes(PNG + b"secret")
    real = os.open

    def swapped(path, how, *more):
        (folder / "below").rename(folder / "aside")
        (folder / "below").symlink_to(secret)
        opened = real(path, how, *more)
        (folder / "below").unlink()
        (folder / "aside").rename(folder / "below")
        return opened

    monkeypatch.setattr(images.os, "open", swapped)

    with pytest.raises(ExportError, match="only a picture in the notebook's own folder"):
        taken(folder, "below/dot.png")


@pytest.mark.parametrize(
    "content",
    [
        b"text with <svg in it",
        b"<html><svg/></html>",
        b"%PDF-1.7 <svg",
        b"RIFF1234WAVE<svg/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff" + b"\xff" * 100_000,
        b"GIF89a",
    ],
)
def test_what_is_not_really_a_picture_is_not_read(folder, content):
    (folder / "x.png").write_bytes(content)

    with pytest.raises(ExportError, match=r"neither a PNG|not an image|damaged"):
        taken(folder, "x.png")


@pytest.mark.parametrize(
    "content",
    [
        PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:],
        b"GIF89a" + struct.pack("<HH", 60_000, 60_000),
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08" + struct.pack(">HH", 60_000, 60_000),
        b"RIFF....WEBPVP8X" + b"\x0a\0\0\0" + b"\0" * 4 + b"\x60\xea\0" * 2,
        b"RIFF....WEBPVP8L" + b"\0" * 4 + b"\x2f\xff\xff\xff\x0f",
        b"RIFF....WEBPVP8 " + b"\0" * 10 + b"\xff\x3f\xff\x3f",
    ],
    ids=["png", "gif", "jpeg", "webp", "webp lossless", "webp lossy"],
)
def test_a_small_file_of_very_many_pixels_is_refused(folder, content):
    (folder / "x.png").write_bytes(content)

    with pytest.raises(ExportError, match="pixels; at most 50,000,000"):
        taken(folder, "x.png")


def test_a_file_of_too_many_bytes_is_refused_before_it_is_read(folder, monkeypatch):
    with (folder / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(30_000_000_000)  # a hole: takes no room

    with pytest.raises(ExportError, match="more than 20 MB"):
        taken(folder, "large.png")


@pytest.mark.parametrize(
    "attachments",
    [
        {},
        {"a": {}},
        {"a": None},
        {"a": "text"},
        {"a": {"image/png": 5}},
        {"a": {"image/png": "no"}},
    ],
)
def test_an_attachment_that_is_none_is_a_fault_of_its_cell(folder, attachments):
    with pytest.raises(ExportError, match=r"cell 1 \(look\): the image attachment:a: it cannot be"):
        taken(folder, "attachment:a", attachments)


def test_pictures_within_the_notebook_are_cleaned_like_all_others(folder):
    hostile = SVG.replace("<rect", "<script>evil()</script><rect")
    attached = {"a.svg": {"image/svg+xml": hostile}}
    address = "data:image/svg+xml;base64," + base64.b64encode(hostile.encode()).decode()
    (folder / "x.svg").write_text(hostile)
    output = Images("")
    name = output.add(hostile, "image/svg+xml", CELL)

    for image in (
        taken(folder, "attachment:a.svg", attached),
        taken(folder, address),
        taken(folder, "x.svg"),
        output.files[name],
    ):
        assert b"<rect" in image
        assert b"evil" not in image


def test_an_output_that_is_not_the_picture_it_says_it_is_is_a_fault():
    found = Images("")
    for data in (5, None, "no", base64.b64encode(SVG.encode()).decode()):
        found.add(data, "image/png", CELL)

    with pytest.raises(ExportError, match=r"(the image/png output is damaged[\s\S]+){4}"):
        found.check()
