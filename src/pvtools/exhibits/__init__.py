"""Exhibits: estimates made into what a reader sees – figure, words, alt text and table as one.

``exhibits.demand``, ``exhibits.confidence`` and ``exhibits.coverage`` hold one function an exhibit;
``exhibits.pieces`` holds the shapes they return. Each is imported when it is first used: who only
reads exhibits back from a notebook needs none that makes them.
"""

from __future__ import annotations

import importlib
from typing import Any

_MODULES = (
    "captions",
    "confidence",
    "coverage",
    "demand",
    "distortion",
    "engagement",
    "evaluation",
    "findings",
    "glance",
    "safety_index",
)
#: what stands here and is defined in a module of another name
_FROM = {
    **dict.fromkeys(("absent", "whole"), "absences"),
    "MIME": "contract",
    **dict.fromkeys(
        ("Column", "Cover", "Exhibit", "Finding", "Findings", "Ledger", "Notice", "Piece"), "pieces"
    ),
    "with_controls": "pieces",
}

__all__ = sorted([*_MODULES, *_FROM])


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _FROM:
        return getattr(importlib.import_module(f"{__name__}.{_FROM[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
