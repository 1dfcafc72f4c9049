"""pvtools: is policing creating public value, borough by borough, and how sure can we be?

Call through the module: ``from pvtools import confidence``, then ``confidence.trend(survey)``.
Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from types import ModuleType

__version__ = "0.1.0"

_MODULES = (
    "areas",
    "confidence",
    "dashboards",
    "demand",
    "distortion",
    "engagement",
    "errors",
    "estimates",
    "evaluation",
    "exhibits",
    "figures",
    "measures",
    "profiles",
    "reports",
    "safety_index",
    "sources",
    "stats",
    "style",
    "synthetic",
    "tables",
    "words",
)


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return importlib.import_module(f"pvtools.{name}")
    raise AttributeError(f"module 'pvtools' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
