"""CONTRIBUTING followed word by word in a copy: what is added appears where it belongs.

A source, a measure and an exhibit each touch the files that CONTRIBUTING names and no more.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from pvtools import areas

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).parents[1]
MOST = {"source": 3, "measure": 2, "exhibit": 3, "chapter": 1, "dashboard": 1}
#: The visits of each borough: no two alike.
VISITS = {area.name: 1000 + n for n, area in enumerate(areas.boroughs(), 1)}
HEADLINE = f"{VISITS['Hackney']:,} visits to parks were counted in Hackney"

READER = '''
"""Visits to parks."""

import pandas as pd

from pvtools.tables import cells
from pvtools.tables.declared import Declared, Layout
from pvtools.tables.releases import Rule


def tidy(sheet):
    """Return visits by borough and month."""
    borough = cells.places(sheet, sheet.place("area"), others=lambda text: None)
    month = cells.instants(sheet, sheet.place("month"), _month, "a month, such as 202401")
    visits = cells.amounts(sheet, sheet.place("visits"), "visits")
    sheet.faults.refuse()
    table = pd.DataFrame({"borough": borough, "month": month, "visits": visits})
    return table.astype({"borough": "str"})


def _month(text):
    return cells.month(text)


def _contract(contracts):
    return contracts.table(
        {
            "borough": contracts.boroughs(),
            "month": contracts.months(),
            "visits": contracts.numbers(contracts.Check.ge(0)),
        },
        contracts.once("borough", "month"),
    )


DECLARED = (
    Declared(
        key="park_visits",
        layouts=(Layout("visits to parks", ("Area", "Month", "Visits")),),
        tidy=tidy,
        contract=_contract,
        rule=Rule(when="month", cell=("borough",), edges=False),
        gains="How many people go to parks.",
        cannot_bear=("Who they are.",),
    ),
)
'''
ENTRY = """
[park_visits]
title = "Visits to parks"
publisher = "Parks Service"
licence = "Open Government Licence v3.0"
attribution = "Contains public sector information."
published_at = "https://example.org/"
addresses = []
by_hand = "Ask for it."
cadence = "monthly"
"""
MEASURE = """        _one(
            "park_visits",
            "Visits to parks",
            "record",
            "park_visits",
            "neither",
            "visits to parks",
            Written("Visits to parks", "visits", "count"),
        ),
"""
ESTIMATE = '''

def park_visits(visits: pd.DataFrame) -> pd.DataFrame:
    """Return visits to parks, by borough."""
    frame = visits.rename(columns={"borough": "area", "visits": "estimate"})
    frame = frame.assign(period=frame.month.dt.strftime("%Y-%m")).drop(columns="month")
    nothing = dict.fromkeys(("lower", "upper", "level", "n"), np.nan)
    return estimates.table(
        frame, measure="park_visits", quantity="level", method="count", caveat="", **nothing
    )
'''
EXHIBIT = '''

def park_visits(visits: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of visits to parks."""
    own = estimates.pick(visits, area=area)
    said = f"{words.number(own.estimate, 'count')} visits to parks were counted in {area}"
    return maker.exhibit(
        "park-visits",
        visits,
        lambda ax: figures.forest(visits, label="area", how="count", marked=[area], ax=ax),
        headline=said,
        subtitle=f"Visits to parks, {words.span(own.period)}",
        alt=f"Dot plot of {len(visits)} boroughs. {said}.",
        height=6.1,
        source=source,
    )
'''
PROPERTY = '''
    @cached_property
    def park_visits(self) -> Exhibit:
        """Visits to parks."""
        from pvtools import tables

        visits = demand.counts.park_visits(tables.holdings.table_of("park_visits"))
        return exhibits.demand.borough.park_visits(
            visits, area=self._name, source=self._of.register["park_visits"]
        )
'''


def cell(kind: str, text: str, name: str) -> dict:
    made = {"cell_type": kind, "id": name, "metadata": {}, "source": [text]}
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


class Copy:
    """A copy of the project, and which of its files are changed for what."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for part in ("src", "data", "notebooks"):
            shutil.copytree(
                ROOT / part, home / part, ignore=shutil.ignore_patterns("__pycache__", "added")
            )
        self.touched: dict[str, set[str]] = {kind: set() for kind in MOST}

    def edit(self, kind: str, name: str, change) -> None:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = change(before)
        assert after != before
        path.write_text(after, encoding="utf-8")
        self.touched[kind].add(name)

    def python(self, *arguments: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(self.home / "src")}
        environment.pop("PVTOOLS_DATA", None)
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.home, env=environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def notebook(*cells: dict) -> str:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def with_cell(text: str) -> str:
    made = json.loads(text)
    asked = cell("markdown", "How many people go to parks?", "asked")
    made["cells"] += [asked, cell("code", "profile.park_visits", "shown")]
    return json.dumps(made)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("copy"))
    tables, exhibits = "src/pvtools/tables", "src/pvtools/exhibits/demand/borough.py"
    made.edit("source", "data/sources.toml", lambda text: text + ENTRY)
    made.edit("source", f"{tables}/park_visits.py", lambda text: READER.lstrip())
    made.edit(
        "source",
        f"{tables}/formats.py",
        lambda text: text.replace(
            "    population,\n", "    park_visits,\n    population,\n", 1
        ).replace("READERS = (\n", "READERS = (\n    park_visits,\n"),
    )
    place = '        _one(\n            "abstraction_share"'
    made.edit(
        "measure", "src/pvtools/measures.py", lambda text: text.replace(place, MEASURE + place)
    )
    made.edit("measure", "src/pvtools/demand/counts.py", lambda text: text + ESTIMATE)
    made.edit("exhibit", exhibits, lambda text: text + EXHIBIT)
    made.edit("exhibit", "src/pvtools/profiles/borough.py", lambda text: text + PROPERTY)
    made.edit("exhibit", "notebooks/report_borough.ipynb", with_cell)
    shown = 'from pvtools import profiles\n\nprofiles.load("Hackney").park_visits'
    for kind, name in (
        ("chapter", "notebooks/05_visits.ipynb"),
        ("dashboard", "notebooks/dashboards/visits.ipynb"),
    ):
        asked = cell("markdown", "How many people go to parks?", "asked")
        made.edit(kind, name, lambda text, q=asked: notebook(q, cell("code", shown, "shown")))
    with (made.home / "visits.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["Area", "Month", "Visits"])
        writer.writerows([name, "202401", visits] for name, visits in VISITS.items())
    return made


def test_no_more_files_are_touched_than_contributing_names(copy):
    said = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for kind, most in MOST.items():
        assert 0 < len(copy.touched[kind]) <= most, kind
    for kind in ("source", "measure", "exhibit"):
        part = re.search(rf"## Add an? {kind}\n(.*?)\n## ", said, re.DOTALL)[1]
        for name in copy.touched[kind]:
            named = any(
                word in part for word in (Path(name).name, Path(name).parts[-2], "topic module")
            )
            assert named, name


def test_the_new_source_measure_and_exhibit_stand_on_every_surface(copy, tmp_path):
    taken = copy.python("-m", "pvtools", "add", "visits.csv")
    assert "How many people go to parks." in taken
    assert "park_visits" in copy.python("-m", "pvtools", "sources")
    copy.python("-m", "pvtools", "report", "Hackney", "--out", str(tmp_path))
    report = tmp_path / "hackney"
    pages = PdfReader(report / "pvtools-hackney.pdf").pages
    assert HEADLINE in " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert HEADLINE in (report / "pvtools-hackney.html").read_text(encoding="utf-8")
    from openpyxl import load_workbook

    book = load_workbook(report / "pvtools-hackney.xlsx")
    assert HEADLINE in {str(row[0]) for sheet in book for row in sheet.values if row}


@pytest.mark.parametrize("name", ["notebooks/05_visits.ipynb", "notebooks/dashboards/visits.ipynb"])
def test_a_chapter_and_a_dashboard_show_the_same_exhibit(copy, name):
    if not list((copy.home / "data").rglob("visits.csv")):
        copy.python("-m", "pvtools", "add", "visits.csv")
    run = (
        "import nbformat, nbclient, sys;"
        "book = nbformat.read(sys.argv[1], 4);"
        "nbclient.NotebookClient(book, timeout=120).execute();"
        "print(book.cells[-1].outputs[0].data['text/html'])"
    )
    assert HEADLINE in copy.python("-c", run, name)
