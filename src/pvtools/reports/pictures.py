"""What counts as a picture: four raster formats known by their first bytes, and SVG."""

from __future__ import annotations

import re
import struct

from pvtools.reports import svg
from pvtools.reports.svg import UnfitError

SVG = "image/svg+xml"
_MAGIC = {
    re.compile(rb"\x89PNG\r\n\x1a\n"): "image/png",
    re.compile(rb"\xff\xd8\xff"): "image/jpeg",
    re.compile(rb"GIF8[79]a"): "image/gif",
    re.compile(rb"RIFF....WEBP", re.DOTALL): "image/webp",
}
MOST_BYTES = 20_000_000
_MOST_PIXELS = 50_000_000


def mime_of(data: bytes) -> str:
    """Return the MIME type of a picture; what is not a known raster format is SVG."""
    return next((mime for magic, mime in _MAGIC.items() if magic.match(data)), SVG)


def checked(data: bytes) -> bytes:
    """Return a picture that can stand on a page: a raster as it is, SVG written anew.

    Raises
    ------
    UnfitError
        It is no picture, or larger than a page can bear.
    """
    check_size(len(data))
    mime = mime_of(data)
    if mime == SVG:
        return svg.clean(data)
    try:
        width, height = _SIZES[mime](data)
    except (struct.error, IndexError):
        raise UnfitError("it is damaged") from None
    if width * height > _MOST_PIXELS:
        raise UnfitError(f"it has {width:,} by {height:,} pixels; at most {_MOST_PIXELS:,} are set")
    return data


def check_size(size: int) -> None:
    """Refuse a picture of too many bytes.

    Raises
    ------
    UnfitError
        It has more than a page can bear.
    """
    if size > MOST_BYTES:
        raise UnfitError(f"it has more than {MOST_BYTES / 1e6:.0f} MB: scale it down")


def _png(data: bytes) -> tuple[int, int]:
    return struct.unpack_from(">II", data, 16)


def _gif(data: bytes) -> tuple[int, int]:
    return struct.unpack_from("<HH", data, 6)


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(1_000):  # segments before the one that says the size
        mark, kind, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:
            break
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise IndexError


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return (
            1 + int.from_bytes(data[24:27], "little"),
            1 + int.from_bytes(data[27:30], "little"),
        )
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


_SIZES = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}
