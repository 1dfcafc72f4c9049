"""Regular files: opened without waiting for a pipe or a device, and found by name or pattern."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFileError(OSError):
    """A folder, a pipe, a socket or a device where a file was expected; ``strerror`` says which."""


def opened(path: str | Path) -> BinaryIO:
    """Return a file open for reading; what is no regular file is refused without waiting for it.

    Raises
    ------
    NotAFileError
        It is a folder, pipe, socket or device.
    OSError
        There is no such file, or it may not be read.
    """
    _refuse(os.stat(path).st_mode, path)  # noqa: PTH116 - Path would refuse what os names better
    # should it become a pipe just now, opening it does not wait
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        _refuse(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def _refuse(mode: int, path: str | Path) -> None:
    if not stat.S_ISREG(mode):
        what = next((words for holds, words in _KINDS if holds(mode)), "no regular file")
        raise NotAFileError(errno.EINVAL, what, str(path))


def exists(path: Path) -> bool:
    """Return whether there is anything of this name; a name that cannot be one is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):  # such as a name too long
        return False


def is_folder(path: Path) -> bool:
    """Return whether this is a folder; a name that cannot be one is none."""
    return exists(path) and path.is_dir()


def matching(pattern: str | Path) -> list[Path]:
    """Return the files a pattern means, by name; hidden ones are left out.

    Folders that exist are taken as they are called: in ``data[1]/*.csv`` only the star is a
    pattern, where there is a folder ``data[1]``. A name without a pattern means nothing here.
    """
    whole = Path(pattern)
    root = Path(whole.anchor)
    rest = list(whole.parts[1:] if whole.anchor else whole.parts)
    while rest and exists(root / rest[0]):
        root /= rest.pop(0)
    if not any(re.search(r"[*?\[]", part) for part in rest):
        return []
    hidden = any(part.startswith(".") for part in rest)
    try:
        found = sorted(path for path in root.glob(str(Path(*rest))) if path.is_file())
    except (OSError, ValueError):  # no pattern at all, such as "**x"
        return []
    own = len(root.parts)
    return [p for p in found if hidden or not any(part[0] == "." for part in p.parts[own:])]
