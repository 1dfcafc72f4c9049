"""Notebooks of other people's shapes become a PDF and a web page, and nothing of them is lost."""

from __future__ import annotations

import io
import re
import unicodedata
from functools import cache

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from pvtools.reports.html import HtmlExporter
from pvtools.reports.pdf import PdfExporter

from . import browser
from .accessibility import faults_in_page, faults_in_pdf
from .foreign_notebooks import CORPUS, NOT_SHOWN
from .test_reports_pdf import tags

#: What the names of objects, unread escapes and hidden parts leave on a page.
_NEVER = re.compile(r"at 0x|<IPython|<Figure|\x1b|\]8;|\bhidden\b")
#: What checkers find that is meant so, or is none.
_EXCUSED = {
    "outloud PAG-001": "lines of a log that are alike on every page are no running header",
    "pvtools '#| label: fig-b' is read after 'By age and sex.'": "a footnote is read "
    "where it is referred to, and stands at the foot of the page",
}


@cache
def exported(name: str) -> tuple[bytes, str]:
    """Return a notebook as PDF and as web page; nothing of it is run."""
    node = CORPUS[name]()
    node.metadata["pvtools"] = {"date": "2026-01-15"}
    about = {"metadata": {"name": f"Notes: {name.replace('_', ' ')}"}}
    pdf, _ = PdfExporter().from_notebook_node(node, about)
    html, _ = HtmlExporter().from_notebook_node(node, about)
    return pdf, html


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _read(name: str) -> dict[str, str]:
    """Return what there is to be read of both forms, alt texts included."""
    pdf, html = exported(name)
    reader, page = PdfReader(io.BytesIO(pdf)), BeautifulSoup(html, "html.parser")
    drawn = [str(figure.get("/Alt", "")) for figure in tags(reader, "/Figure")]
    named = [image["alt"] for image in page("img")]
    return {
        "pdf": " ".join([*(one.extract_text() for one in reader.pages), *drawn]),
        "html": " ".join([page.get_text(), *named]),
    }


@pytest.mark.parametrize("name", CORPUS)
def test_every_output_can_be_read_in_both_forms_or_is_named(name):
    cells = CORPUS[name]().cells
    for cell in cells:
        if cell.cell_type == "code":
            assert len(cell.outputs) == len(cell.metadata.get("expected", ())), cell.source
    for form, text in _read(name).items():
        squeezed = _squeezed(text)
        for cell in cells:
            for expected in cell.metadata.get("expected", ()):
                assert _squeezed(expected) in squeezed, f"{form}: {cell.source}"
        assert not _NEVER.search(text), form


def test_each_thing_that_no_page_shows_has_a_line_of_its_own():
    cells = [cell for make in CORPUS.values() for cell in make().cells]
    expected = sum(NOT_SHOWN in text for c in cells for text in c.metadata.get("expected", ()))
    read = [_read(name) for name in CORPUS]
    for form in ("pdf", "html"):
        found = sum(_squeezed(one[form]).count(_squeezed(NOT_SHOWN)) for one in read)
        assert found == expected > 15, form


@pytest.mark.parametrize("name", CORPUS)
def test_every_pdf_passes_the_gate(name, tmp_path):
    path = tmp_path / "notes.pdf"
    path.write_bytes(exported(name)[0])
    assert [fault for fault in faults_in_pdf(path) if not fault.startswith(tuple(_EXCUSED))] == []


@pytest.mark.browser
def test_every_web_page_passes_the_gate(tmp_path):
    browser.executable()
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        faults = {}
        page = chromium.new_page(viewport={"width": 768, "height": 800})
        for name in CORPUS:
            path = tmp_path / f"{name}.html"
            path.write_text(exported(name)[1], encoding="utf-8")
            page.goto(path.as_uri())
            faults[name] = faults_in_page(page)
        chromium.close()
    assert {name: found for name, found in faults.items() if found} == {}
