"""Where the project's own files lie: in a checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def home() -> Path:
    """Return the folder that holds ``data/`` and ``notebooks/``."""
    return _CHECKOUT if (_CHECKOUT / "notebooks").is_dir() else _PACKAGE / "_shipped"


def data_dir() -> Path:
    """Return the default data folder."""
    return home() / "data"


def notebook(name: str) -> Path:
    """Return the path of a notebook of this project, such as ``report_borough.ipynb``."""
    return home() / "notebooks" / name
