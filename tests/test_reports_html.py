"""Any executed notebook becomes one web page that needs nothing else and can be read aloud."""

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from nbformat import v4

from pvtools.errors import ExportError
from pvtools.reports.html import HtmlExporter

from .small_pages import SVG, TABLE, exhibit, notebook, output, png, report, shown


def page(node, **resources):
    return HtmlExporter().from_notebook_node(node, {"metadata": resources})[0]


class Elements(HTMLParser):
    """Collects every element of a page with its attributes and text."""

    void = frozenset({"meta", "br", "img", "hr", "input", "rect", "link"})

    def __init__(self, html):
        super().__init__()
        self.all, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.all.append(element)
        if tag not in self.void:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.open.pop()["tag"] == tag, "elements are nested well"

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def named(self, *tags):
        return [element for element in self.all if element["tag"] in tags]


@pytest.fixture(scope="module")
def hackney():
    return page(report())


def test_a_page_says_its_language_its_title_and_one_first_heading(hackney):
    elements = Elements(hackney)

    assert elements.named("html")[0]["lang"] == "en-GB"
    assert elements.named("title")[0]["text"] == "Hackney"
    assert [heading["text"] for heading in elements.named("h1")] == ["Hackney"]
    assert not elements.open


def test_a_page_has_landmarks_and_a_way_past_its_head(hackney):
    elements = Elements(hackney)

    assert len(elements.named("main")) == len(elements.named("footer")) == 1
    assert elements.named("header")
    assert elements.named("a")[0]["href"] == "#" + elements.named("main")[0]["id"]


def test_headings_follow_in_order(hackney):
    levels = [int(heading["tag"][1]) for heading in Elements(hackney).named("h1", "h2", "h3", "h4")]

    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_a_page_asks_for_nothing_from_elsewhere_and_runs_nothing(hackney):
    elements = Elements(hackney)

    assert not elements.named("script", "link", "iframe")
    assert not re.search(r'(src|href)="(?!data:|#)', hackney)
    assert "url(" not in hackney


def test_every_figure_has_its_alt_text_and_its_source(hackney):
    labels = [svg["aria-label"] for svg in Elements(hackney).named("svg")]

    assert labels == ["Line: falls from 68% to 62% (57% to 67%)."] * 2
    assert "Source: An invented survey. To December 2025." in hackney


def test_ids_are_unique(hackney):
    ids = [element["id"] for element in Elements(hackney).all if "id" in element]

    assert len(ids) == len(set(ids))


def test_two_cells_beside_each_other_share_a_grid(hackney):
    assert hackney.count('<div class="beside">') == 1


def test_equal_notebooks_give_equal_pages(hackney):
    assert page(report()) == hackney != page(report("Barking and Dagenham"))


def test_the_table_behind_an_exhibit_stands_open_only_where_asked():
    assert "<details open>" not in page(notebook(shown(exhibit())))
    assert "<details open>" in page(notebook(shown(exhibit(), "with-table")))


def test_the_heading_of_a_piece_takes_the_level_its_place_asks_for():
    html = page(notebook(v4.new_markdown_cell("# Title"), shown(exhibit())))

    assert '<h2 id="good-job-headline">' in html
    assert "<h3" not in html


def test_maths_is_mathml():
    html = page(notebook(v4.new_markdown_cell("$x^2$")))

    assert "<msup>" in html
    assert "x^2</annotation>" in html


def test_table_headers_have_a_scope():
    html = page(
        notebook(
            v4.new_code_cell("df", outputs=[output(text_html=TABLE._repr_html_())]),
            v4.new_markdown_cell("| a | b |\n|---|---|\n| x | 1 |"),
        )
    )
    scopes = [header.get("scope") for header in Elements(html).named("th")]

    assert scopes == ["col"] * 4 + ["row"] * 2 + ["col"] * 2


@pytest.mark.parametrize(
    "cell",
    [
        v4.new_markdown_cell("<div onclick='evil()'>text</div>\n\n<script>evil()</script>"),
        v4.new_markdown_cell(
            "<img src='x' onerror='evil()' alt='text'>".replace("x", "data:,<svg/>")
        ),
        v4.new_markdown_cell("[text](javascript:evil())"),
        v4.new_raw_cell(
            "<p onclick='evil()'>text</p><script>evil()</script>",
            metadata={"raw_mimetype": "text/html"},
        ),
        v4.new_code_cell(
            "x",
            outputs=[output(text_html="<script>evil()</script><table><tr><td>text</table>")],
        ),
        v4.new_code_cell(
            "x",
            outputs=[
                output(
                    {"image/svg+xml": {"alt": "text"}},
                    **{"image_svg+xml": SVG.replace("<rect", "<script>evil()</script><rect")},
                )
            ],
        ),
    ],
    ids=["block", "image", "link", "raw cell", "output", "svg"],
)
def test_foreign_scripts_do_not_run(cell):
    html = page(notebook(cell, pvtools={"hide_input": True}))

    assert "text" in html
    assert "evil" not in html


def test_images_are_inside_the_page_with_their_alt_text(tmp_path):
    (tmp_path / "dot.png").write_bytes(base64.b64decode(png()))
    html = page(
        notebook(
            v4.new_markdown_cell('![A "dot"](dot.png) and `src="image-1"`'),
            v4.new_code_cell(
                "plot()", outputs=[output({"image/png": {"alt": "A & B"}}, image_png=png())]
            ),
        ),
        path=str(tmp_path),
    )
    images = Elements(html).named("img")

    assert [image["alt"] for image in images] == ['A "dot"', "A & B"]
    assert {image["src"] for image in images} == {f"data:image/png;base64,{png()}"}


def test_a_missing_alt_text_is_the_same_error_as_in_the_pdf():
    with pytest.raises(ExportError, match=r"cell 1 \(plot\(\)\): the image/png output has no alt"):
        page(notebook(v4.new_code_cell("plot()", outputs=[output(image_png=png())])))


def test_footnotes_of_two_cells_do_not_clash():
    note = "Text[^1].\n\n[^1]: A note."
    html = page(notebook(v4.new_markdown_cell(note), v4.new_markdown_cell(note)))
    ids = [element["id"] for element in Elements(html).all if "id" in element]

    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in Elements(html).named("a")} <= set(ids)


def test_code_and_text_outputs_are_escaped():
    html = page(
        notebook(v4.new_code_cell("a < b", outputs=[output(text_plain="<Figure size 640>")]))
    )

    assert "a &lt; b" in html
    assert "&lt;Figure size 640&gt;" in html
