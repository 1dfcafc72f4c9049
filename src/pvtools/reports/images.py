"""The images of a notebook: where they are, what they say, and what is wrong with them."""

from __future__ import annotations

import os
import re
import stat
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, unquote_to_bytes

from pvtools.errors import ExportError
from pvtools.reports import pictures
from pvtools.reports.markup import Image
from pvtools.reports.svg import UnfitError, shortened

_HOW = """\
Where a cell shows one picture, give it its alt text by a line at the top of the cell:
    #| fig-alt: What the picture shows, in one to three sentences.
Where it shows several, by a list, a line each:
    #| fig-alt:
    #|   - What the first shows.
    #|   - What the second shows.
In Markdown write ![alt text](file), in HTML <img alt="alt text">."""

Attachments = Mapping[str, Mapping[str, str]]


class Place(Protocol):
    """A cell: its number and what an error calls it."""

    number: int
    name: str


class Images:
    """Collects images by name; faults are gathered and raised together by :meth:`check`."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder or ".")
        self.files: dict[str, bytes] = {}
        self.faults: list[tuple[int, str]] = []
        self._lacks_alt = False

    def add(self, data: Any, mime: str, place: Place) -> str:
        """Return the name of an image that a notebook output holds."""
        name = f"output-{len(self.files) + 1}"
        try:
            self.files[name] = _held(data, mime)
        except UnfitError as error:
            self.fault(place, f"the {mime} output: {error}")
        except ValueError:
            self.fault(place, f"the {mime} output is damaged")
        return name

    def missing_alt(self, place: Place, what: str) -> None:
        """Note that ``what`` in a cell has no alt text."""
        self.fault(place, f"{what} has no alt text")
        self._lacks_alt = True

    def fault(self, place: Place, what: str) -> None:
        """Note what is wrong with an image, or another thing shown, of a cell."""
        self.faults.append((place.number, f"{place.name}: {what}"))

    def take(self, images: Sequence[Image], place: Place, attachments: Attachments) -> None:
        """Read the images a text asks for: attachments, data addresses, files beside it."""
        for image in images:
            if not image.alt.strip():
                self.missing_alt(place, f"the image {shortened(image.src)}")
            try:
                self.files[image.name] = self._read(image.src, attachments)
            except UnfitError as error:
                self.fault(place, f"the image {shortened(image.src)}: {error}")
            except (OSError, ValueError, LookupError, TypeError, StopIteration):
                self.fault(place, f"the image {shortened(image.src)}: it cannot be read")

    def check(self) -> None:
        """Raise one error that lists every fault.

        Raises
        ------
        ExportError
            At least one image lacks alt text or cannot be read.
        """
        if self.faults:
            lines = "\n".join(f"  {fault}." for _, fault in sorted(self.faults))
            how = f"\n{_HOW}" if self._lacks_alt else ""
            raise ExportError(f"The notebook cannot be exported:\n{lines}{how}")

    def _read(self, src: str, attachments: Attachments) -> bytes:
        scheme = _scheme(src)
        if scheme == "attachment":
            mime, data = next(iter(dict(attachments[unquote(src.partition(":")[2])]).items()))
            return _held(data, mime)
        if scheme == "data":
            head, _, data = src.partition(",")
            is_base64 = head.lower().endswith(";base64")
            return pictures.checked(
                b64decode(unquote(data)) if is_base64 else unquote_to_bytes(data)
            )
        if scheme in {"http", "https"}:
            raise UnfitError("it is on the web; save it beside the notebook and name the file")
        return pictures.checked(_beside(self.folder, unquote(src)))


def _held(data: Any, mime: str) -> bytes:
    """Return the image that a notebook holds as text."""
    if not isinstance(data, str):
        raise ValueError("not text")
    image = data.encode() if mime == pictures.SVG else b64decode(data)
    if mime != pictures.SVG and pictures.mime_of(image) == pictures.SVG:
        raise ValueError("not what it says it is")
    return pictures.checked(image)


def _scheme(src: str) -> str:
    return src.partition(":")[0].strip().lower() if ":" in src else ""


_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|.*[\\\0]", re.IGNORECASE | re.DOTALL)
_ONLY_BELOW = (
    "only a picture in the notebook's own folder, or in one below it, is read; copy it there and "
    "write its name from there, with / between folders"
)


def _beside(folder: Path, name: str) -> bytes:
    """Return what a regular file holds that lies in ``folder`` or below it, links followed."""
    if _ELSEWHERE.match(name):
        raise UnfitError(_ONLY_BELOW)
    path = _below(folder, name)
    if not path.is_file():
        raise UnfitError("it cannot be read" if not path.exists() else "it is not a file")
    # Not blocking: what was a file may be a pipe by now, and would keep us waiting.
    how = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, how), "rb") as file:
        opened = os.fstat(file.fileno())
        # Checked again now that it is open: the name may have come to mean another file.
        if not stat.S_ISREG(opened.st_mode) or not os.path.samestat(
            opened, _below(folder, name).stat()
        ):
            raise UnfitError(_ONLY_BELOW)
        pictures.check_size(opened.st_size)
        return file.read(pictures.MOST_BYTES + 1)


def _below(folder: Path, name: str) -> Path:
    path = Path(os.path.realpath(folder / name))
    if not path.is_relative_to(os.path.realpath(folder)):
        raise UnfitError(_ONLY_BELOW)
    return path
