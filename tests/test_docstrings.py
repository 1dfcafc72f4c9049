"""Examples in docstrings run, and say what they show."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re

import pytest

import pvtools
from pvtools import stats

NAMES = sorted(
    module.name
    for module in pkgutil.walk_packages(pvtools.__path__, "pvtools.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def _functions(name: str) -> list:
    module = importlib.import_module(f"pvtools.stats.{name}")
    named = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
    found = [getattr(module, n) for n in named]
    home = f"pvtools.stats.{name}"
    return [f for f in found if inspect.isfunction(f) and f.__module__.startswith(home)]


@pytest.mark.parametrize(
    "function",
    [f for name in stats.__all__ for f in _functions(name)],
    ids=lambda f: f.__qualname__,
)
def test_every_public_statistic_says_what_it_takes_returns_and_refuses(function):
    text = inspect.getdoc(function) or ""
    assert text.startswith("Return")
    for part in ("Parameters", "Raises"):
        borrowed = re.search(rf"{part}.*(are those|As for)", text) or "columns, errors" in text
        assert f"{part}\n---" in text or borrowed, part
