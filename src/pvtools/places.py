"""Where the project's own files lie, in a checkout or the installed package, and which they are."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pvtools.errors import UsageError, printable

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


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
    except (OSError, ValueError):  # such as a name too long, or one not to be looked at
        return False


def notebook(name: str) -> Path:
    """Return the path of a notebook of this project, such as ``report_borough.ipynb``."""
    return home() / "notebooks" / name


def code_digest() -> str:
    """Return the sha256 of pvtools' own files, so that a page can be traced to them."""
    return tree_digest(_PACKAGE, apart=("__pycache__", "_shipped"))


def tree_digest(root: Path, *, apart: tuple[str, ...] = ()) -> str:
    """Return the sha256 of all files below ``root`` and their names; hidden ones do not count."""
    digest = hashlib.sha256()
    named = ((path.relative_to(root), path) for path in root.rglob("*") if path.is_file())
    for name, path in sorted((name.as_posix(), path) for name, path in named):
        if path.name.startswith(".") or not set(apart).isdisjoint(name.split("/")):
            continue
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()
