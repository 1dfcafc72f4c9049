"""What a user of the statistics is offered by name, and what is kept from view."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pvtools import stats

FOLDER = Path(stats.__file__).parent
PRIVATE = {p.stem for p in FOLDER.glob("_*.py")} - {"__init__"}


def test_tab_completion_shows_every_method_and_nothing_else():
    there = {p.stem for p in FOLDER.glob("[a-z]*") if p.suffix == ".py" or p.is_dir()}
    assert set(dir(stats)) == there
    assert {"intervals", "bunching", "survey"} <= there
    assert not [name for name in dir(stats) if name.startswith("_")]


@pytest.mark.parametrize("name", stats.__all__)
def test_every_method_is_reached_by_its_name(name):
    assert getattr(stats, name) is importlib.import_module(f"pvtools.stats.{name}")


def test_a_method_that_does_not_exist_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'interval'"):
        _ = stats.interval


def test_asking_for_the_statistics_imports_nothing_heavy():
    code = (
        "import sys\nfrom pvtools import stats\n"
        "print('numpy' in sys.modules)\nstats.intervals\nprint('numpy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "True"]


def test_only_statistics_lean_on_the_modules_that_serve_them():
    package = FOLDER.parent
    leaning = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        if FOLDER not in path.parents
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"from pvtools\.stats[\w.]* import .*(?<!\w)_|from pvtools\.stats\S*\._", line)
    ]
    assert PRIVATE
    assert not leaning
