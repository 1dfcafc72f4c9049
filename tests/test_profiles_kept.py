"""What one run has estimated the next one takes up, and only from the same files and code."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections import Counter
from types import FunctionType

import nbformat
import pandas as pd
import pytest

from pvtools import confidence, demand, distortion, places, safety_index
from pvtools.profiles import everywhere, kept


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "folder", lambda: tmp_path / "estimates")
    return tmp_path / "estimates"


@pytest.fixture
def data(tmp_path):
    place = tmp_path / "data"
    shutil.copytree(places.shipped_data() / "published", place / "published")
    shutil.copy(places.shipped_data() / "sources.toml", place)
    return place


def _again(data):
    """Return the estimates as a process that begins anew finds them."""
    everywhere._made.cache_clear()
    return everywhere.of(data)


def test_what_one_run_estimated_the_next_takes_up_without_estimating_it(folder, data, monkeypatch):
    first = everywhere.of(data)
    rates, year = first.rates, first.year
    shares = first.shares("good_job", first.held.survey.quarter_end.max())
    first.keep()
    for made in ("annual_rate", "available"):
        monkeypatch.setattr(f"pvtools.demand.{made}", None)
    monkeypatch.setattr("pvtools.confidence.proportion", None)
    monkeypatch.setattr("pvtools.tables.load", None)
    second = _again(data)
    assert second is not first
    pd.testing.assert_frame_equal(second.rates, rates)
    assert (second.year.whole, second.year.schema) == (year.whole, year.schema)
    last = second.held.survey.quarter_end.max()
    pd.testing.assert_frame_equal(second.shares("good_job", last), shares)


def test_units_and_boroughs_are_kept_apart(folder, data):
    first = everywhere.of(data)
    of_boroughs, of_units = first.rates, first.units.rates
    first.keep()
    first.units.keep()
    second = _again(data)
    pd.testing.assert_frame_equal(second.rates, of_boroughs)
    pd.testing.assert_frame_equal(second.units.rates, of_units)


def test_nothing_is_taken_up_once_the_data_have_changed(folder, data):
    everywhere.of(data).rates  # noqa: B018 - made when asked for
    everywhere.of(data).keep()
    table = data / "published" / "stop_search_by_month.csv"
    table.write_text(table.read_text())
    os.utime(table, (1, 1))
    assert "rates" not in vars(everywhere.of(data))


def test_nothing_is_taken_up_once_the_code_has_changed(folder, data, monkeypatch):
    everywhere.of(data).rates  # noqa: B018
    everywhere.of(data).keep()
    monkeypatch.setattr(kept, "_MADE_BY", "another version")
    assert "rates" not in vars(_again(data))


@pytest.mark.parametrize("torn", [b"", b"no pickle", b"\x80\x05"])
def test_a_file_that_is_not_whole_is_as_good_as_none(folder, data, torn):
    everywhere.of(data).rates  # noqa: B018
    everywhere.of(data).keep()
    for file in folder.iterdir():
        file.write_bytes(torn)
    assert "rates" not in vars(_again(data))


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_said(folder, data, recwarn):
    folder.write_text("a file where the folder would be")
    everywhere.of(data).rates  # noqa: B018
    everywhere.of(data).keep()
    assert "rates" not in vars(_again(data))


def test_the_oldest_sets_are_removed(folder):
    for number in range(kept._MOST + 3):
        kept.write({"number": number}, number)
        os.utime(kept._path((number,)), (number + 1, number + 1))
    kept.write({"number": "last"}, "last")
    assert len(list(folder.iterdir())) == kept._MOST
    assert kept.read("last") == {"number": "last"}
    assert kept.read(0) == {}


def _made(area, data):
    """Make every piece of an area's report."""
    notebook = nbformat.read(places.notebook("report_borough.ipynb"), as_version=4)
    known = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", ()):
                known |= {"area": area, "data_dir": data}
            elif isinstance(ast.parse(cell.source).body[-1], ast.Expr):
                eval(cell.source, known)  # noqa: S307


def _counted(monkeypatch):
    """Count calls of what topics offer, wherever the package has taken it in."""
    counts = Counter()

    def counting(name, function):
        def counted(*given, **named):
            counts[name] += 1
            return function(*given, **named)

        return counted

    ours = [module for name, module in sys.modules.items() if name.startswith("pvtools")]
    for topic in (confidence, demand, distortion, safety_index):
        for name, function in vars(topic).items():
            if isinstance(function, FunctionType):
                for module in ours:
                    if vars(module).get(name) is function:
                        monkeypatch.setattr(module, name, counting(name, function))
    return counts


#: what says how something is to be estimated, and estimates nothing
_LOOKED_UP = {"latest_wave", "read", "assumed_hours"}


def test_a_further_report_of_a_batch_estimates_nothing_anew(folder, data, monkeypatch):
    every = everywhere.of(data)
    for one in (every, every.units):  # as the process does that forks the kernels
        one.prepare()
    _made("Central East", data)
    counts = _counted(monkeypatch)
    _made("London", data)  # which counts: its own series is longer than that of boroughs
    assert counts["proportion"]
    counts.clear()
    for area in ("Hackney", "Sutton", "Central North", "London"):
        _made(area, data)
    assert set(counts) <= _LOOKED_UP, counts
