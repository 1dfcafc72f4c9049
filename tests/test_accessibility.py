"""Reports meet every accessibility checker, and no planted fault escapes them all."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from nbformat import v4
from playwright.sync_api import sync_playwright

from pvtools import style
from pvtools.exhibits.pieces import Cover, Finding, Findings, Ledger, Notice
from pvtools.reports import typesetter
from pvtools.reports.html import HtmlExporter
from pvtools.reports.pdf import PdfExporter

from . import browser, small_pages
from .accessibility import faults_in_page, faults_in_pdf, lengths_hold

ALL = {"page-validation", "outloud", "pdfua"}
#: Of a phone, of a tablet, of a desk.
WIDTHS = (360, 768, 1280)
#: How a head of a column begins.
_COLUMN = 'th scope="col" role="columnheader"'


def _report():
    """Return a small executed report with all that a fault can be planted in."""
    shares = "Line chart with intervals: the share went from 68% in 2024 to 62% (57% to 67%)"
    sentence = "62% (57% to 67%) of people say the police do a good job."
    return small_pages.notebook(
        small_pages.shown(Cover("Hackney", "Policing in Hackney", "To November 2025")),
        small_pages.shown(Findings("In brief", [Finding("Good", "62%", "57% to 67%", sentence)])),
        small_pages.shown(
            small_pages.exhibit(
                key="map", headline="In Hackney", alt=f"{shares} in Hackney, below London."
            ),
            "beside",
        ),
        small_pages.shown(Notice("What these figures cannot tell", ["Why it changed.", "Whose."])),
        v4.new_markdown_cell("## Confidence", metadata={"tags": ["page-break"]}),
        small_pages.shown(small_pages.exhibit(alt=f"{shares} in London, as in most places.")),
        small_pages.shown(Ledger("made", "Sources", small_pages.TABLE, small_pages.COLUMNS, "")),
        pvtools={"date": "2026-01-15", "footer": "Hackney", "hide_input": True},
    )


def _finders(faults: list[str]) -> set[str]:
    return {fault.split()[0] for fault in faults}


# Reports as they are made ------------------------------------------------------------------


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    command = [sys.executable, "-m", "pvtools", "report", "hackney", "london"]
    command += ["--formats", "pdf,html", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def chromium():
    browser.executable()
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def faults_at(chromium):
    """Return what is wrong with a web page in a window of some width."""

    def look(path: Path, width: int = 1280) -> list[str]:
        page = chromium.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        try:
            return faults_in_page(page)
        finally:
            page.close()

    return look


@pytest.mark.kernel
def test_the_pdfs_of_a_borough_and_of_london_have_no_fault(out):
    for slug in ("hackney", "london"):
        assert faults_in_pdf(out / slug / f"pvtools-{slug}.pdf") == []


@pytest.mark.kernel
@pytest.mark.browser
def test_the_web_pages_of_a_batch_have_no_fault_on_a_phone_a_tablet_and_a_desk(out, faults_at):
    index, hackney, london = (
        out / name
        for name in ("index.html", "hackney/pvtools-hackney.html", "london/pvtools-london.html")
    )
    for width in WIDTHS:
        for path in (index, hackney):
            assert faults_at(path, width) == [], f"{path.name}, {width} pixels"
    assert faults_at(london, WIDTHS[0]) == []  # made as Hackney's is, of other figures


@pytest.mark.kernel
@pytest.mark.browser
def test_a_chosen_state_of_the_map_has_no_fault_on_a_phone_a_tablet_and_a_desk(out, chromium):
    for width in WIDTHS:
        page = chromium.new_page(viewport={"width": width, "height": 800})
        page.goto((out / "hackney" / "pvtools-hackney.html").as_uri())
        page.get_by_label("Question", exact=True).select_option("Trust")
        page.get_by_label("Comparison", exact=True).select_option("Change since the first year")
        assert (
            "since 2016, Hackney among them"
            in page.locator("#confidence-map-headline").inner_text()
        )
        assert faults_in_page(page) == [], f"{width} pixels"
        page.close()


# Faults planted in a PDF -------------------------------------------------------------------


@pytest.fixture(scope="module")
def good_pdf(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("good") / "report.pdf"
    path.write_bytes(PdfExporter().from_notebook_node(_report())[0])
    return path


@pytest.fixture
def planted(good_pdf, tmp_path):
    """Return who finds a fault once it is planted, the file being the same in all else."""

    def plant(fault=lambda pdf: None) -> set[str]:
        path = tmp_path / "planted.pdf"
        with pikepdf.open(good_pdf) as pdf:
            fault(pdf)
            pdf.save(path)
        return _finders(faults_in_pdf(path))

    return plant


def _elements(pdf, *kinds):
    """Yield the elements of these kinds in the order in which they are read."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid)
        elif isinstance(node, pikepdf.Dictionary):
            if str(node.get("/S", "")) in kinds:
                yield node
            yield from walk(node.get("/K"))

    return list(walk(pdf.Root.StructTreeRoot.K))


def _rewritten(pdf, old: bytes, new: bytes) -> None:
    about = pdf.Root.Metadata.read_bytes()
    changed = re.sub(old, new, about, flags=re.DOTALL)
    assert changed != about
    pdf.Root.Metadata.write(changed)


def _no_alt(pdf):
    del _elements(pdf, "/Figure")[0].Alt


def _blank_alt(pdf):
    _elements(pdf, "/Figure")[0].Alt = " "


def _skipped_heading(pdf):
    _elements(pdf, "/H3")[0].S = pikepdf.Name.H4


def _no_first_heading(pdf):
    _elements(pdf, "/H1")[0].S = pikepdf.Name.P


def _empty_heading(pdf):
    del _elements(pdf, "/H3")[0].K


def _no_language(pdf):
    del pdf.Root.Lang


def _no_such_language(pdf):
    pdf.Root.Lang = "plain English"


def _headers_made_cells(pdf):
    for header in _elements(pdf, "/TH"):
        header.S = pikepdf.Name.TD
        del header.A


def _one_header_made_a_cell(pdf):
    header = _elements(pdf, "/TH")[1]
    header.S = pikepdf.Name.TD
    del header.A


def _headers_without_scope(pdf):
    for header in _elements(pdf, "/TH"):
        del header.A


def _no_title(pdf):
    _rewritten(pdf, b"<dc:title>.*?</dc:title>", b"")
    del pdf.docinfo["/Title"]


def _file_name_as_title(pdf):
    name = "pvtools-hackney.pdf"
    _rewritten(pdf, b">Hackney[^<]*</rdf:li></rdf:Alt>", f">{name}</rdf:li></rdf:Alt>".encode())
    pdf.docinfo["/Title"] = name


def _no_tags(pdf):
    del pdf.Root.StructTreeRoot


def _no_standard(pdf):
    _rewritten(pdf, b"<pdfuaid:part>1</pdfuaid:part>", b"")


def _no_archive(pdf):
    _rewritten(pdf, b"<pdfaid:part>2</pdfaid:part>", b"<pdfaid:part>4</pdfaid:part>")


def _kids_reversed(element):
    element.K = pikepdf.Array(list(element.K)[::-1])


def _reversed_document(pdf):
    _kids_reversed(_elements(pdf, "/Document")[0])


def _reversed_row(pdf):
    _kids_reversed(_elements(pdf, "/TR")[-1])


def _columns_reversed(pdf):
    _kids_reversed(next(d for d in _elements(pdf, "/Div") if _elements_below(d, "/Figure")))


def _elements_below(element, kind):
    return [kid for kid in element.K if kind in str(kid.get("/K"))]


def _heading_after_its_text(pdf):
    kids = _elements(pdf, "/Document")[0].K
    at = max(i for i, kid in enumerate(kids) if kid.S == "/H2")
    kids[at], kids[at + 1] = kids[at + 1], kids[at]


def test_a_report_without_a_planted_fault_has_none(planted):
    assert planted() == set()


@pytest.mark.parametrize(
    ("fault", "finders"),
    [
        (_no_alt, {*ALL, "pvtools"}),
        (_blank_alt, {"outloud", "pdfua", "pvtools"}),
        (_skipped_heading, {"page-validation", "outloud"}),
        (_no_first_heading, {"page-validation", "outloud"}),
        (_empty_heading, {"outloud"}),
        (_no_language, ALL),
        (_no_such_language, ALL),
        (_headers_made_cells, {"pdfua", "pvtools"}),
        (_one_header_made_a_cell, {"pvtools"}),
        (_headers_without_scope, {"pdfua", "pvtools"}),
        (_no_title, ALL),
        (_file_name_as_title, {"outloud"}),
        (_reversed_document, {"page-validation", "outloud", "pvtools"}),
        (_reversed_row, {"pvtools"}),
        (_columns_reversed, {"outloud", "pvtools"}),
        (_heading_after_its_text, {"pvtools"}),
        (_no_tags, ALL),
        (_no_standard, {"page-validation", "outloud"}),
        (_no_archive, {"page-validation"}),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_fault_planted_in_a_pdf_is_found(planted, fault, finders):
    assert planted(fault) == finders


@pytest.mark.parametrize(("length", "holds"), [(9, True), (7, False), (11, False)])
def test_a_stream_may_end_in_a_carriage_return_but_is_as_long_as_it_says(length, holds):
    stream = (
        b"1 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n12345678\r\nendstream\nendobj"
    )
    assert lengths_hold(stream % length) == holds


PLACEHOLDERS = {
    "image": {"outloud", "pvtools"},
    "Figure 1": {"outloud", "pvtools"},
    "chart.png": {"outloud", "pvtools"},
    "alt text": {"pvtools"},
    "Chart of the share in Hackney by year": {"pvtools"},
    "An image of a chart that shows how a share has changed over time": {"pvtools"},
}


@pytest.mark.parametrize(("alt", "finders"), PLACEHOLDERS.items())
def test_a_placeholder_for_an_alt_text_in_a_pdf_is_found(planted, alt, finders):
    def plant(pdf):
        _elements(pdf, "/Figure")[0].Alt = alt

    assert planted(plant) == finders


def test_one_alt_text_for_two_figures_is_found(planted):
    def plant(pdf):
        first, second = _elements(pdf, "/Figure")
        second.Alt = first.Alt

    assert planted(plant) == {"pvtools"}


def test_a_page_drawn_and_tagged_in_one_wrong_order_is_found(tmp_path):
    source = """
    #set document(title: "Policing in Hackney", date: datetime(year: 2026, month: 1, day: 15))
    #set text(lang: "en", font: "DejaVu Sans")
    = Policing in Hackney
    #place(top + left, dy: 9cm)[Read first.]
    #place(top + left, dy: 6cm)[Read second.]
    """
    path = tmp_path / "page.pdf"
    for wanted, text in ((set(), source.replace("9cm", "3cm")), ({"pvtools"}, source)):
        files = {"main.typ": text.encode()}
        made = typesetter.typeset(files, standards=["ua-1", "a-2a"], fonts=[style.font_dir()])
        path.write_bytes(made)
        assert _finders(faults_in_pdf(path)) == wanted


# Faults planted in a web page --------------------------------------------------------------


@pytest.fixture(scope="module")
def good_page() -> str:
    page = HtmlExporter().from_notebook_node(_report())[0]
    return re.sub(r"<meta http-equiv=[^>]*>", "", page)  # its policy keeps planted styles out


@pytest.mark.browser
def test_a_web_page_without_a_planted_fault_has_none(good_page, faults_at, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(good_page, encoding="utf-8")
    assert faults_at(path) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("old", "new", "finders"),
    [
        (r' alt="[^"]+"', "", {"axe-core", "pvtools"}),
        (r' alt="[^"]+"', ' alt="image"', {"pvtools"}),
        (r"<h3( [^>]*)>(.*?)</h3>", r"<h5\1>\2</h5>", {"axe-core"}),
        (r' lang="en-GB"', "", {"axe-core"}),
        (r"<title>.*?</title>", "", {"axe-core"}),
        (r"<thead.*?</thead>", lambda m: m[0].replace(_COLUMN, "td"), {"pvtools"}),
        (f"<{_COLUMN}", "<td", {"pvtools"}),
        (r'<th scope="row" role="rowheader"', "<td", {"pvtools"}),
        (r"</style>", "main{display:flex;flex-direction:column-reverse}</style>", {"pvtools"}),
        (r"</style>", "table{direction:rtl}</style>", {"pvtools"}),
        (r"</style>", "main p{color:#999}</style>", {"axe-core"}),
        (r"</style>", "main{min-width:1500px}</style>", {"pvtools"}),
    ],
    ids=[
        "no alt", "placeholder", "skipped heading", "no language", "no title",
        "headers made cells", "one header made a cell", "a row without its name",
        "reversed order", "reversed rows",
        "pale text", "wider than the window",
    ],
)  # fmt: skip
def test_a_fault_planted_in_a_web_page_is_found(good_page, faults_at, tmp_path, old, new, finders):
    path = tmp_path / "page.html"
    spoilt = re.sub(old, new, good_page, count=1, flags=re.DOTALL)
    assert spoilt != good_page
    path.write_text(spoilt, encoding="utf-8")
    assert _finders(faults_at(path)) == finders
