"""Examples in docstrings run, and say what they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import pvtools

NAMES = sorted(
    module.name
    for module in pkgutil.walk_packages(pvtools.__path__, "pvtools.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("pvtools.stats.")])
def test_every_public_statistic_says_what_it_returns_and_why(name):
    module = importlib.import_module(name)
    for function in vars(module).values():
        if callable(function) and getattr(function, "__module__", "") == name:
            if function.__name__.startswith("_") or isinstance(function, type):
                continue
            text = function.__doc__ or ""
            assert text.startswith("Return"), function.__name__
            for part in ("Parameters", "Raises"):
                assert f"{part}\n" in text, f"{function.__name__} lacks {part}"
