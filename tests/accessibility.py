"""The accessibility gate: what keeps a PDF or a web page from readers who cannot see it.

A PDF meets three independent checkers: page-validation holds it to every rule of PDF/UA-1 and
PDF/A-2a that a machine can check; outloud also reads what the tags say; pdfua alone finds headers
that lost their scope or became cells. A web page meets axe-core. No checker tells whether an alt
text says anything, whether every cell of a table's head is a header, or whether what is read one
after the other also stands so: these three are held here, by the same rules on paper and on screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import outloud
import page as page_validation
import pdfua
import pikepdf
from axe_playwright_python.sync_playwright import Axe
from outloud.model import Document
from playwright.sync_api import Page

#: Of a table folded away behind a figure, axe sees the head and three rows: all rows are made
#: alike, and the contrast of two thousand cells takes five seconds. The rest it sees whole.
_CONTEXT = {"exclude": [["details tbody tr:nth-child(n+4)"]]}
#: The rule of pdfua that headings are not empty cannot be evaluated, here or on any other tagged
#: PDF: it asks an array of pikepdf 10.18 for an attribute. outloud's TAG-020 finds empty headings.
_NOT_EVALUATED = ("UA-14-001", "'/is_integer'")
#: page-validation takes a last byte of compressed data that is a carriage return for the end of a
#: line, and then finds the stream a byte short: it is believed only where a length is truly wrong.
_SHORT = "PDFA2A-STREAM-LENGTH-001"
_STREAM = re.compile(rb"/Length (\d+)\b(?:(?!endobj).)*?>>\s*?stream\r?\n", re.DOTALL)


class Box(NamedTuple):
    """Where something stands: the page, its sides as one reads from left to right and down."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def faults_in_pdf(path: Path) -> list[str]:
    """Return everything that keeps a PDF from being read aloud as it is meant, with who found it.

    Not checked by any machine: whether what an alt text says is true, and where the caption of a
    figure stands (Typst tags it first, and PDF/UA-1 allows that wherever it is drawn).
    """
    faults = [*_page_validation(path), *_outloud(path), *_pdfua(path)]
    document = Document(str(path))
    try:
        ours = [
            *_poor_alts(el.alt or "" for el in document.elements_of("Figure")),
            *_cells_in_heads(document),
            *_backward(list(_read_in_pdf(document))),
        ]
    finally:
        document.close()
    return [*faults, *_held_here(ours)]


def faults_in_page(page: Page) -> list[str]:
    """Return everything that keeps an open web page from its readers, at its present width.

    Opens what is folded away, so that it is checked as well.
    """
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    faults = [
        f"axe-core {found['id']}: {found['help']}: {found['nodes'][0]['html']}"
        for found in Axe().run(page, context=_CONTEXT).response["violations"]
    ]
    seen = page.evaluate(_LOOK)
    ours = [
        *_poor_alts(seen["alts"]),
        *(f"a cell in the head of a table is no header: {text!r}" for text in seen["cells"]),
        *(f"a row's name is no header: {text!r}" for text in seen["rows"]),
        *_backward([Box(0, *box) for box in seen["boxes"]]),
    ]
    if seen["over"] > 0:
        ours.append(f"the page is {seen['over']} pixels wider than its window")
    return [*faults, *_held_here(ours)]


# The checkers ------------------------------------------------------------------------------


def _page_validation(path: Path) -> Iterator[str]:
    for profile in ("ua1", "2a"):
        for found in page_validation.validate_pdf(path, profile=profile).failures:
            if found.rule_id == _SHORT and lengths_hold(path.read_bytes()):
                continue
            yield f"page-validation {found.rule_id}: {found.message}"


def lengths_hold(pdf: bytes) -> bool:
    """Whether every stream is as long as it says."""
    ends = [pdf[found.end() + int(found[1]) :][:11] for found in _STREAM.finditer(pdf)]
    return bool(ends) and all(re.match(rb"(\r\n|\n|\r)?endstream", end) for end in ends)


def _outloud(path: Path) -> Iterator[str]:
    result = outloud.check(str(path))
    if result.error:
        yield f"outloud cannot read the file: {result.error}"
    for run in result.runs:
        if run.status == "crashed":
            yield f"outloud could not evaluate {run.rule}: {run.reason}"
    for found in result.findings:
        yield f"outloud {found.rule}: {found.message}"


def _pdfua(path: Path) -> Iterator[str]:
    for outcome in pdfua.validate(str(path)).outcomes:
        reason = outcome.skipped_reason
        rule, cause = _NOT_EVALUATED
        if reason and not (outcome.rule_id == rule and cause in reason):
            yield f"pdfua could not evaluate {outcome.rule_id}: {reason}"
        for found in outcome.findings:
            yield f"pdfua {found.rule_id}: {found.message}"


# What no checker finds ---------------------------------------------------------------------


def _held_here(faults: Iterable[str]) -> list[str]:
    return [f"pvtools {fault}" for fault in faults]


#: An alt text that gives an estimate takes more words than a placeholder does.
_WORDS = 8


def _poor_alts(alts: Iterable[str]) -> Iterator[str]:
    """Yield alt texts that cannot hold what a figure says: its kind, its message and a number."""
    met = set()
    for alt in alts:
        if len(re.findall(r"[^\W\d_]{2,}", alt)) < _WORDS or not re.search(r"\d", alt):
            yield f"an alt text of {_WORDS} words and a number at least is wanted, not {alt!r}"
        elif alt in met:
            yield f"two figures have one alt text: {alt!r}"
        met.add(alt)


def _cells_in_heads(document: Document) -> Iterator[str]:
    for table in document.elements_of("Table"):
        heads = [el for el in table.descendants() if el.type == "THead"]
        if not heads:
            yield "a table has no head"
        for head in heads:
            for cell in head.descendants():
                if cell.type == "TD" or (cell.type == "TH" and not cell.attr("Scope", "Table")):
                    yield f"a cell in the head of a table is no header with a scope: {cell.path}"


def _backward(boxes: Sequence[Box]) -> Iterator[str]:
    """Yield what is read after something that stands below it, or right of it on the same line.

    What begins right of where the last ended may stand higher: it is the next column.
    """
    for last, box in pairwise(boxes):
        common = min(last.bottom, box.bottom) - max(last.top, box.top)
        low = min(last.bottom - last.top, box.bottom - box.top)
        same_line = common > low / 2
        above = not same_line and box.bottom < (last.top + last.bottom) / 2
        if (
            box.page < last.page
            or (box.page == last.page and above and box.left < last.right - 1)
            or (box.page == last.page and same_line and box.right < last.left + 1)
        ):
            yield f"{box.text[:60]!r} is read after {last.text[:60]!r}, but stands before it"


def _read_in_pdf(document: Document) -> Iterator[Box]:
    """Yield what the tags say, in their order; captions are left out."""

    def walk(node: pikepdf.Object, page: int) -> Iterator[Box]:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                yield from walk(kid, page)
            return
        if not isinstance(node, pikepdf.Dictionary):
            yield from placed(page, int(node))
            return
        page = document.page_index[node.Pg.objgen] if "/Pg" in node else page
        if "/MCID" in node:
            yield from placed(page, int(node.MCID))
        elif node.get("/S") == "/Figure":
            # Drawings leave no text by which to tell where they stand.
            left, bottom, right, top = (float(side) for side in _bounding_box(node))
            yield Box(page, left, -top, right, -bottom, f"figure: {node.get('/Alt', '')}")
        elif node.get("/S") != "/Caption" and "/K" in node:
            yield from walk(node.K, page)

    def placed(page: int, number: int) -> Iterator[Box]:
        content = document.content(page)
        if sides := content.mcid_bbox.get((None, number)):
            left, bottom, right, top = sides
            text = content.mcid_text.get((None, number), "")
            yield Box(page, left, -top, right, -bottom, text)

    if document.struct_root is not None:
        yield from walk(document.struct_root.K, 0)


def _bounding_box(figure: pikepdf.Dictionary) -> pikepdf.Array:
    attributes = figure.A if isinstance(figure.A, pikepdf.Array) else [figure.A]
    return next(a.BBox for a in attributes if "/BBox" in a)


_LOOK = """() => {
    const shown = (e) => e.checkVisibility({visibilityProperty: true});
    const all = (what) => [...document.querySelectorAll(what)].filter(shown);
    const box = (e) => {
        const r = e.getBoundingClientRect();
        const view = e.closest("[role=region]")?.getBoundingClientRect() ?? r; // it may scroll
        const [left, right] = [Math.max(r.left, view.left), Math.min(r.right, view.right)];
        return [left, r.top, right, r.bottom, e.alt ?? e.textContent.trim()];
    };
    const blocks = "h1, h2, h3, h4, h5, h6, p, li, caption, th, td, figure img, figcaption, pre";
    // A table that is only a layout has no head.
    const tables = [...document.querySelectorAll("table:not([role=presentation])")];
    const heads = tables.map((t) => t.tHead ?? t.rows[0] ?? t);
    const wrong = "td:not(:empty), th:not([scope])";
    const spoilt = (h) => h.querySelector(wrong) || !h.querySelector("th");
    const bare = (row) => row.cells[0].tagName === "TD" && /[a-z]/i.test(row.cells[0].textContent);
    const ours = ".pv-exhibit tbody tr, .pv-ledger tbody tr";
    const seen = ([left, top, right, bottom, text]) =>
        right > Math.max(left, 0) && bottom > top && text;
    return {
        alts: all("img").map((e) => e.alt),
        rows: [...document.querySelectorAll(ours)].filter(bare).map((r) => r.textContent.trim()),
        cells: heads.filter(spoilt).map((h) => h.textContent.trim()),
        boxes: all(blocks).map(box).filter(seen),
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
}"""
