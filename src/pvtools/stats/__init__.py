"""Statistical methods, one file a method: numbers in, tables out; no borough, file or chart.

A method is imported when it is first used: ``from pvtools import stats; stats.intervals``.
Modules whose names begin with an underscore serve the others.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

__all__ = sorted(found.name for found in iter_modules(__path__) if not found.name.startswith("_"))


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
