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


STATISTICS = pytest.mark.parametrize(
    "function",
    [f for name in stats.__all__ for f in _functions(name)],
    ids=lambda f: f.__qualname__,
)
CITED = re.compile(r"[A-Z][\w’'&,;. –-]* \(?(18|19|20)\d\d\b")


@STATISTICS
def test_every_public_statistic_says_what_it_takes_returns_and_refuses(function):
    text = inspect.getdoc(function) or ""
    assert text.startswith("Return")
    for part in ("Parameters", "Raises"):
        borrowed = re.search(rf"{part}.*(are those|As for)", text)
        assert f"{part}\n---" in text or borrowed, part


@STATISTICS
def test_every_public_statistic_names_its_method_and_who_published_it(function):
    before_examples = (inspect.getdoc(function) or "").partition("Examples\n---")[0]
    notes = before_examples.partition("Notes\n---")[2]
    assert CITED.search(" ".join(notes.split())), "no author and year under Notes"


@STATISTICS
def test_every_public_statistic_shows_a_short_example_that_is_run(function):
    text = inspect.getdoc(function) or ""
    assert "Examples\n---" in text
    home = importlib.import_module(function.__module__)
    run = {test.name: test.examples for test in doctest.DocTestFinder().find(home)}
    examples = run.get(f"{home.__name__}.{function.__qualname__}", [])
    assert any(example.want for example in examples), "no example with an answer is run"
    assert sum(len(example.source.splitlines()) for example in examples) <= 8
