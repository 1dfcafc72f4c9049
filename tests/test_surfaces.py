"""One exhibit on five surfaces: notebook, PDF, web page, spreadsheet and dashboard agree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import escape, unescape
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from pypdf import PdfReader

from pvtools import places, profiles, words
from pvtools.dashboards import borough as dashboard
from pvtools.dashboards.page import Page
from pvtools.exhibits import MIME

pytestmark = pytest.mark.kernel

BOROUGHS = ("hackney", "kensington-and-chelsea")  # an ordinary one; the fewest residents
#: The figures of the report, in its order, and those of the dashboard, which has two of its own.
REPORT = (
    "map", "demand_trend", "demand_currencies", "confidence_trend", "confidence_questions",
    "outcomes", "outcomes_recording",
)  # fmt: skip
DASHBOARD = (
    "map", "demand_trend", "demand_currencies", "confidence_trend", "confidence_questions",
    "demand_similar", "confidence_strip", "outcomes",
)  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    command = [sys.executable, "-m", "pvtools", "report", *BOROUGHS, "london", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(params=BOROUGHS)
def profile(request) -> profiles.Profile:
    return profiles.load(request.param)


def _exhibits(profile: profiles.Profile, names: tuple[str, ...] = REPORT) -> list:
    return [getattr(profile, name) for name in names]


def _file(out: Path, profile: profiles.Profile, ending: str) -> Path:
    slug = profile.area.slug
    return out / slug / f"pvtools-{slug}.{ending}"


def _flat(text: str) -> str:
    """Return text without the breaks and spaces that lines and tags put into it."""
    return re.sub(r"[\s\u00ad]+", "", text)


def _alternatives(reader: PdfReader) -> set[str]:
    """Return the alt texts of all figures in the structure tree."""
    found: set[str] = set()

    def walk(node) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif hasattr(node, "get"):
            if "/Alt" in node:
                found.add(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_number_interval_and_sentence_agree_everywhere(out, profile):
    shell = Page()
    dashboard.APP.fill(shell, [profile.area.slug])
    surfaces = {
        "PDF": _flat(
            "".join(p.extract_text() for p in PdfReader(_file(out, profile, "pdf")).pages)
        ),
        "web page": _flat(re.sub(r"<[^>]+>", "", _file(out, profile, "html").read_text("utf-8"))),
        "dashboard": _flat(
            "".join(re.sub(r"<[^>]+>", "", w.value) for w in shell.figures.children)
        ),
    }
    for surface, text in surfaces.items():
        for finding in profile.findings.items:
            for part in (finding.number, finding.interval, finding.sentence):
                assert _flat(part) in text, f"{surface} lacks {part!r}"
        for exhibit in _exhibits(profile, DASHBOARD if surface == "dashboard" else REPORT):
            for part in (exhibit.headline, exhibit.subtitle, *exhibit.caveats):
                escaped = _flat(part).replace("'", "&#x27;")
                assert _flat(part) in text or escaped in text, f"{surface} lacks {part!r}"


def test_every_figure_has_its_alt_text_on_every_surface(out, profile):
    pdf = _alternatives(PdfReader(_file(out, profile, "pdf")))
    page = _file(out, profile, "html").read_text("utf-8")
    for exhibit in _exhibits(profile):
        assert exhibit.alt in pdf
        assert f'alt="{exhibit.alt.replace(chr(39), "&#x27;")}"' in page


def test_every_state_of_the_map_stands_whole_in_the_web_page_and_in_it_alone(out, profile):
    page = _file(out, profile, "html").read_text("utf-8")
    others = re.findall(r"<template>(.*?)</template>", page, re.DOTALL)
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    held = json.loads(data)
    states = profile.opinion.states
    assert len(others) == len(states) == len(held["figures"]) == 23
    pdf = _alternatives(PdfReader(_file(out, profile, "pdf")))
    for state, other, figure in zip(states, others, held["figures"], strict=True):
        text = _flat(unescape(re.sub(r"<[^>]+>", "", other)))
        table = state.to_json()["table"]
        rows = [
            "".join(words.cell(value, c) for value, c in zip(row, table["columns"], strict=True))
            for row in table["rows"]
        ]
        for part in (state.headline, state.subtitle, state.source, *state.caveats, *rows):
            assert _flat(part) in text
        assert f'alt="{escape(state.alt)}"' in other
        assert state.alt not in pdf
        svg = "<".join(held["parts"][part] for part in figure)
        shades = re.findall(r"fill: #\w+", state.svg)
        assert re.findall(r"fill: #\w+", svg) == shades
        assert f"#confidence-map-{profile.area.slug} path{{stroke" in svg


def test_a_web_page_with_every_state_is_small_enough_to_be_sent(out):
    for slug in (*BOROUGHS, "london"):
        assert (out / slug / f"pvtools-{slug}.html").stat().st_size < 2_000_000


def test_the_spreadsheet_holds_every_table_unrounded(out, profile):
    book = openpyxl.load_workbook(_file(out, profile, "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    numbers = np.array([cell for cell in cells if isinstance(cell, float | int)], dtype=float)
    for finding in profile.findings.items:
        assert finding.sentence in cells
    for exhibit in _exhibits(profile):
        values = [v for row in exhibit.to_json()["table"]["rows"] for v in row]
        # A spreadsheet keeps sixteen digits of a number.
        missing = [
            v
            for v in values
            if isinstance(v, float) and not np.isclose(numbers, v, rtol=1e-14, atol=0).any()
        ]
        assert not missing, f"{exhibit.key}: {missing[:3]}"


def test_the_notebooks_output_is_the_exhibit(profile):
    for exhibit in _exhibits(profile, tuple(dict.fromkeys(REPORT + DASHBOARD))):
        data, metadata = exhibit._repr_mimebundle_()
        assert json.loads(json.dumps(data[MIME])) == exhibit.to_json()
        assert metadata["image/svg+xml"]["alt"] == exhibit.alt


def test_a_report_is_seven_tagged_pages_that_declare_their_standard(out, profile):
    reader = PdfReader(_file(out, profile, "pdf"))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert len(reader.pages) == 7
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert profile.area.name in reader.metadata.title
    assert re.search(r"pdfuaid:part>1<|pdfuaid:part=\"1\"", metadata)
    assert re.search(r"pdfaid:part>2<|pdfaid:part=\"2\"", metadata)
    assert reader.outline, "bookmarks"


def test_londons_report_keeps_to_seven_pages_too(out):
    assert len(PdfReader(out / "london" / "pvtools-london.pdf").pages) == 7


def test_no_report_names_a_place_on_the_machine_it_was_made_on(out, profile):
    for ending in ("pdf", "html"):
        assert str(places.home()).encode() not in _file(out, profile, ending).read_bytes()


def test_two_boroughs_share_no_figure(out):
    pages = [(out / slug / f"pvtools-{slug}.html").read_text("utf-8") for slug in BOROUGHS]
    alone = [re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL) for page in pages]
    figures = [re.findall(r'<figure><img src="([^"]+)"', page) for page in alone]
    assert len(figures[0]) == len(figures[1]) == len(REPORT)
    assert not set(figures[0]) & set(figures[1])


def test_the_same_inputs_give_the_same_bytes(out, tmp_path):
    command = [sys.executable, "-m", "pvtools", "report", "hackney", "--out", str(tmp_path)]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    for ending in ("pdf", "html", "xlsx"):
        name = f"hackney/pvtools-hackney.{ending}"
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), ending
