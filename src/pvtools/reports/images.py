"""The images of a notebook: where they are, what they say, and what is wrong with them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from pvtools.errors import ExportError
from pvtools.reports.markup import Image

_HOW = """\
Where a cell shows one picture, give it its alt text by a line at the top of the cell:
    #| fig-alt: What the picture shows, in one to three sentences.
Where it shows several, show each of them by a line of its own:
    display(fig, metadata={"image/png": {"alt": "…"}}); plt.close(fig)
In Markdown write ![alt text](file), in HTML <img alt="alt text">."""
_SVG = "image/svg+xml"
_MIME = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}

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

    def add(self, data: str, mime: str, place: Place) -> str:
        """Return the name of an image that a notebook output holds."""
        name = f"output-{len(self.files) + 1}"
        try:
            self.files[name] = _image(data.encode() if mime == _SVG else b64decode(data))
        except ValueError:
            self.fault(place, f"the {mime} output is damaged")
        return name

    def missing_alt(self, place: Place, what: str) -> None:
        """Note that ``what`` in a cell has no alt text."""
        self.fault(place, f"{what} has no alt text")
        self._lacks_alt = True

    def fault(self, place: Place, what: str) -> None:
        """Note what is wrong with an image of a cell."""
        self.faults.append((place.number, f"{place.name}: {what}"))

    def take(self, images: Sequence[Image], place: Place, attachments: Attachments) -> None:
        """Read the images a text asks for: attachments, data addresses, files beside it."""
        for image in images:
            if not image.alt.strip():
                self.missing_alt(place, f"the image {_short(image.src)}")
            try:
                self.files[image.name] = _image(self._read(image.src, attachments))
            except (OSError, ValueError, LookupError, StopIteration) as error:
                reason = str(error) if isinstance(error, _OnTheWebError) else "it cannot be read"
                self.fault(place, f"the image {_short(image.src)}: {reason}")

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
            raise ExportError(
                f"The notebook cannot be exported because of its images:\n{lines}{how}"
            )

    def _read(self, src: str, attachments: Attachments) -> bytes:
        if src.startswith("attachment:"):
            mime, data = next(iter(attachments[unquote(src.removeprefix("attachment:"))].items()))
            return data.encode() if mime == _SVG else b64decode(data)
        if src.startswith("data:"):
            head, _, data = src.partition(",")
            return b64decode(data) if head.endswith("base64") else unquote(data).encode()
        if "://" in src:
            raise _OnTheWebError("it is on the web; save it beside the notebook and name the file")
        return (self.folder / unquote(src)).read_bytes()


class _OnTheWebError(ValueError):
    """An image that only a download could bring."""


def mime_of(data: bytes) -> str:
    """Return the MIME type of an image; what is not a known raster format is SVG."""
    return next((mime for magic, mime in _MIME.items() if data.startswith(magic)), _SVG)


def _image(data: bytes) -> bytes:
    if mime_of(data) == _SVG and b"<svg" not in data:
        raise ValueError("it is not an image")
    return data


def _short(src: str) -> str:
    return src if len(src) <= 60 else src[:40] + "…"
