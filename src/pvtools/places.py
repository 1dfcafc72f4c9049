"""Where the project's own files lie, in a checkout or the installed package, and which they are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from pvtools.errors import UsageError, printable

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]
_NO_CODE = ("__pycache__", "_shipped")

#: Set in processes that will make reports of command units or of wards: what they prepare for.
SHARED = "PVTOOLS_SHARED"

Stamp = tuple[tuple[str | int, ...], ...]


def home() -> Path:
    """Return the folder that holds ``data/`` and ``notebooks/``."""
    return _CHECKOUT if (_CHECKOUT / "notebooks").is_dir() else _PACKAGE / "_shipped"


def shipped_data() -> Path:
    """Return the data folder that comes with pvtools."""
    return home() / "data"


def data_dir() -> Path:
    """Return the data folder in use: ``PVTOOLS_DATA`` where that is set, else the shipped one."""
    chosen = os.environ.get("PVTOOLS_DATA")
    return Path(chosen) if chosen else shipped_data()


def data_folder(chosen: str | Path | None = None) -> Path:
    """Return the data folder ``chosen``, or the one in use, if it is one.

    Raises
    ------
    UsageError
        It is missing, or holds neither published figures nor files that were added.
    """
    folder = data_dir() if chosen is None else Path(chosen)
    if not any(_is_folder(folder / part) for part in ("published", "raw")):
        raise UsageError(
            f"{printable(folder)} is no data folder: it has neither 'published' nor 'raw' in it. "
            "Name the folder that files were added to (pvtools add --data DIR), or leave --data "
            "out (and PVTOOLS_DATA unset) to use the figures that come with pvtools."
        )
    return folder


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # such as a name too long, or one that may not be read
        return False


def notebook(name: str) -> Path:
    """Return the path of a notebook of this project, such as ``report_borough.ipynb``."""
    return home() / "notebooks" / name


def code_digest() -> str:
    """Return the sha256 of pvtools' own files, so that a page can be traced to them."""
    return _code_digest(code_stamp())


@lru_cache(maxsize=1)
def _code_digest(_: Stamp) -> str:
    return tree_digest(_PACKAGE, apart=_NO_CODE)


def code_stamp() -> Stamp:
    """Return the stamp of pvtools' own files."""
    return tree_stamp(_PACKAGE, apart=_NO_CODE)


def tree_digest(
    root: Path, *, apart: tuple[str, ...] = (), outside: Callable[[Path], bool] | None = None
) -> str:
    """Return the sha256 of all files below ``root`` and their names; hidden ones do not count.

    Nor do those below a folder named in ``apart``, nor those that are ``outside``.
    """
    digest = hashlib.sha256()
    for name, path in _files(root, apart, outside):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def tree_stamp(
    root: Path, *, apart: tuple[str, ...] = (), outside: Callable[[Path], bool] | None = None
) -> Stamp:
    """Return what tells, without reading them, whether any file of :func:`tree_digest` changed.

    A file that is changed and changed back has another stamp, even if its time is set back too.
    """
    return tuple((name, *file_stamp(path)) for name, path in _files(root, apart, outside))


def file_stamp(path: Path) -> tuple[int, ...]:
    """Return a file's size, times of change and number on its disk; nothing if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _files(
    root: Path, apart: tuple[str, ...], outside: Callable[[Path], bool] | None
) -> list[tuple[str, Path]]:
    found = []
    for here, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in apart]
        for name in names:
            path = Path(here, name)
            if not name.startswith(".") and not (outside and outside(path)) and path.is_file():
                found.append((path.relative_to(root).as_posix(), path))
    return sorted(found)
