"""Any executed notebook becomes one web page that needs nothing else and can be read aloud."""

import base64
import hashlib
import json
import re
import socket
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from nbformat import v4

from pvtools.errors import ExportError
from pvtools.exhibits import with_controls
from pvtools.reports.html import HtmlExporter

from . import hostile_pages
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


def test_a_link_in_the_title_leads_nowhere_that_one_in_a_text_may_not():
    title = v4.new_markdown_cell("# Go [there](javascript:alert(1)) ![or not](gone.png)")
    html = page(notebook(title))
    assert "javascript:" not in html
    assert "gone.png" not in html
    [heading] = Elements(html).named("h1")
    assert heading["text"] == "Go there or not"


def test_a_note_stands_once_on_a_page_and_again_on_the_next_and_always_where_no_page_begins():
    node = notebook(*(shown(exhibit(key=key, caveats=["Values overlap."])) for key in "abc"))
    note = "<li>Values overlap.</li>"
    assert page(node).count(note) == 3
    node.cells[0].metadata["tags"] = node.cells[2].metadata["tags"] = ["page-break"]
    html = page(node)
    assert html.count(note) == 2
    first, second, third = (html.index(f'id="{key}"') for key in "abc")
    assert first < html.index(note) < second < third < html.rindex(note)


@pytest.fixture(scope="module")
def hackney():
    return page(report())


def test_a_page_says_its_language_its_title_and_one_first_heading(hackney):
    elements = Elements(hackney)

    assert elements.named("html")[0]["lang"] == "en-GB"
    assert elements.named("title")[0]["text"] == "Hackney – Is policing creating public value?"
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
    labels = [image["alt"] for image in Elements(hackney).named("img")]

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


def test_tables_have_names_of_their_own_and_rows_without_a_head_are_no_table():
    framed = v4.new_code_cell("df", outputs=[output(text_html=TABLE.to_html())])
    bare = "<table><tr><th>Model:</th><td>OLS</td></tr></table>"
    html = page(notebook(framed, v4.new_code_cell("fit", outputs=[output(text_html=bare)])))
    elements = Elements(html)

    labels = [box["aria-label"] for box in elements.named("div") if "aria-label" in box]
    assert labels == ["Table 1", "Table 2"]
    assert elements.named("th")[0]["text"] == "Row"
    assert [table.get("role") for table in elements.named("table")] == [None, "presentation"]
    assert "Model:" not in {header["text"] for header in elements.named("th")}


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


#: All that a page is made of, with its attributes; nothing else may come out of a notebook.
ALLOWED = {
    **dict.fromkeys(
        """head title style body code caption tfoot ol li dl dt dd h1 span
        blockquote figure figcaption summary strong em semantics mi""".split(),  # noqa: SIM905 - a list literal would be a name a line
        "",
    ),
    "html": "lang",
    "meta": "charset name http-equiv content",
    "a": "href class",
    "img": "src alt width",
    "th": "scope class role",
    "td": "class colspan role data-label",
    **dict.fromkeys(("table", "thead", "tbody", "tr"), "role"),
    **dict.fromkeys(("h2", "h3", "h4"), "id"),
    **dict.fromkeys(("header", "footer", "p", "pre", "ul"), "class"),
    "main": "id tabindex",
    "div": "class tabindex role aria-label",
    "section": "class id aria-labelledby",
    "details": "open",
    "math": "display xmlns",
    "annotation": "encoding",
}


@pytest.mark.parametrize("node", [hostile_pages.page(), hostile_pages.links()])
def test_a_hostile_notebook_leaves_no_element_or_attribute_but_the_pages_own(node):
    for element in Elements(page(node)).all:
        assert element["tag"] in ALLOWED
        assert set(element) - {"tag", "text"} <= set(ALLOWED[element["tag"]].split()), element
        assert element.get("src", "data:image/").startswith("data:image/")
        assert re.match(r"#|https://example\.org", element.get("href", "#"))
        assert element.get("id") in {None, "main"} or re.fullmatch(r"[\w-]+", element["id"])


def test_a_link_leads_to_the_web_to_an_address_for_mail_or_within_the_page():
    html = page(
        notebook(
            v4.new_markdown_cell(
                "# T\n\n## Part\n\n[a](https://example.org/a?b=c#d) [b](HTTP://example.org) "
                "[c](mailto:a@example.org?subject=x) [d](#part) [e](< https://example.org/\t>)"
            )
        )
    )

    assert [link["href"] for link in Elements(html).named("a")[1:]] == [
        "https://example.org/a?b=c#d",
        "HTTP://example.org",
        "mailto:a@example.org?subject=x",
        "#part",
        "https://example.org/",
    ]


def test_no_other_link_is_one_whatever_it_is_written_like():
    html = page(hostile_pages.links())

    assert [link["href"] for link in Elements(html).named("a")] == ["#main"]
    for n, _ in enumerate(hostile_pages.ADDRESSES):
        assert f"word{n}" in html, "its words stay"
        assert len(re.findall(rf"\bhtml{n}\b", html)) == 3


def test_the_browser_is_told_to_run_and_fetch_nothing_but_the_pages_own_style(hackney):
    (policy,) = [m["content"] for m in Elements(hackney).named("meta") if "http-equiv" in m]
    style = hackney.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert "style=" not in hackney.replace(style, "")


def test_columns_and_formulas_are_aligned_without_styles():
    html = page(
        notebook(
            v4.new_markdown_cell(
                "| a | b | c | d |\n|:-:|--:|:--|---|\n| x | y | z | 1 |\n\n"
                "$$\\begin{aligned}a &= b\\end{aligned}$$"
            )
        )
    )

    cells = [cell["class"] for cell in Elements(html).named("td")]
    assert cells == ["center", "right", "left", "right"]
    assert "style=" not in html.partition("</style>")[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"headline": 5}, "headline is 5"),
        ({"key": 'k" onload="evil()'}, "key is"),
        ({"caveats": "<b>"}, "caveats is '<b>', not a list"),
        ({"table": None}, "table columns is nothing"),
        ({"synthetic": "no"}, "neither true nor false"),
        ({"kind": "<script>"}, "its kind is '<script>'"),
    ],
)
def test_a_hostile_piece_is_one_error_that_names_the_cell(change, said):
    cell = shown(exhibit())
    cell.outputs[0].data["application/vnd.pvtools.piece+json"] |= change

    with pytest.raises(ExportError, match=rf"cell 1 \(show\(piece\)\): .*{re.escape(said)}"):
        page(notebook(cell))


@pytest.mark.parametrize(
    "svg", ["", "<script>evil()</script>", SVG.replace("<rect", "<foreignObject/><rect")]
)
def test_an_exhibit_without_a_sound_figure_is_an_error_that_names_the_cell(svg):
    cell = shown(exhibit())
    cell.outputs[0].data["image/svg+xml"] = svg

    with pytest.raises(ExportError, match=r"cell 1 \(show\(piece\)\): the image/svg\+xml output"):
        page(notebook(cell))


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/png", "text/html", "text/plain"])
@pytest.mark.parametrize("value", [None, 5, {"a": 5}])
def test_an_output_that_is_not_text_is_an_error_that_names_the_cell(mime, value):
    node = notebook(shown(exhibit()))
    node.cells[0].outputs[0].data[mime] = value

    with pytest.raises(ExportError, match=rf"cell 1: its {re.escape(mime)} output is .*, not text"):
        page(node)


def test_half_a_character_which_no_file_can_hold_is_an_error_that_names_the_cell():
    with pytest.raises(ExportError, match="cell 1: it holds half a character"):
        page(notebook(v4.new_markdown_cell("a \ud800 b")))
    assert "\U0001f600" in page(notebook(v4.new_markdown_cell("a \U0001f600 b")))


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"title": ["x"]}, "metadata/title"),
        ({"lang": 'en" onload="evil()'}, "written en or en-GB"),
        ({"lang": 5}, "lang is 5"),
        ({"pvtools": "x"}, "pvtools is 'x'"),
        ({"pvtools": {"footer": 5}}, "footer is 5"),
        ({"pvtools": {"date": 20250101}}, "date is 20250101"),
    ],
)
def test_metadata_that_are_not_what_they_should_be_are_a_clear_error(metadata, said):
    node = notebook(v4.new_markdown_cell("x"))
    node.metadata |= metadata

    with pytest.raises(ExportError, match=re.escape(said)):
        page(node)


def test_a_picture_outside_the_notebooks_folder_stays_there(tmp_path):
    (tmp_path / "outside.png").write_bytes(base64.b64decode(png()))
    (tmp_path / "secret.txt").write_text("secret <svg")
    (tmp_path / "notebooks").mkdir()
    names = ("../outside.png", "../secret.txt", f"{tmp_path}/outside.png", "/dev/zero")
    text = "\n\n".join(f"![x]({name})" for name in names) + '\n\n<img src="../outside.png" alt="x">'

    with pytest.raises(ExportError) as error:
        page(notebook(v4.new_markdown_cell(text)), path=str(tmp_path / "notebooks"))

    assert str(error.value).count("only a picture in the notebook's own folder") == 5


def test_no_text_makes_pandoc_read_a_file_or_call_anybody(tmp_path, monkeypatch):
    (tmp_path / "secret.tex").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        html = page(
            notebook(
                v4.new_code_cell(
                    "x",
                    outputs=[
                        output(
                            text_latex="\\input{secret.txt} \\include{secret} Words "
                            "\\lstinputlisting{secret.txt} \\verbatiminput{secret.txt}"
                        ),
                        output(
                            text_html=f"<table></table><iframe src='{address}'></iframe>"
                            "<iframe src='secret.txt'></iframe><embed src='secret.txt'>"
                        ),
                    ],
                ),
                v4.new_markdown_cell(f"<iframe src='{address}'></iframe>\n\n<p>{{{{secret.txt}}}}"),
            ),
            path=str(tmp_path),
        )
        with pytest.raises(TimeoutError):
            server.accept()

    assert "Words" in html
    assert ">secret<" not in html
    assert "secret\n" not in html


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
    html = page(notebook(v4.new_code_cell("a < b", outputs=[output(text_plain="<NA> & more")])))

    assert "a &lt; b" in html
    assert "&lt;NA&gt; &amp; more" in html


def test_a_progress_bar_stands_in_its_last_state_and_a_line_break_alone_is_no_output():
    bar = v4.new_output("stream", name="stderr", text="  0%|  | 0/9\r100%|██| 9/9\n")
    bare = v4.new_output("stream", name="stdout", text="\n")
    html = page(notebook(v4.new_code_cell("for b in tqdm(boroughs): ...", outputs=[bar, bare])))

    assert "<pre>100%|██| 9/9</pre>" in html
    assert html.count("<pre") == 2


FRAME = "<div><iframe srcdoc='x'></iframe></div>"


def test_html_without_a_table_is_set_and_what_cannot_be_is_named_by_kind_and_cell():
    html = page(
        notebook(
            v4.new_markdown_cell("# T\n\n<iframe src='x'></iframe>\n\nand `<video>`"),
            v4.new_code_cell(
                "display(HTML(said))",
                outputs=[
                    output(
                        text_html="<h3>Barnet</h3><p>Rose by <b>4%</b>.</p>",
                        text_plain="<IPython.core.display.HTML object>",
                    )
                ],
            ),
            v4.new_code_cell(
                "m",
                outputs=[output(text_html=FRAME, text_plain="<folium.folium.Map at 0x7f>")],
            ),
            v4.new_raw_cell(FRAME, metadata={"raw_mimetype": "text/html"}),
        )
    )
    lines = [e["text"] for e in Elements(html).named("p") if e.get("class") == "left-out"]

    assert "<strong>4%</strong>" in html
    assert lines == [
        "Embedded page, not shown on this page: see cell 1 (# T).",
        "Interactive map, not shown on this page: see cell 3 (m).",
        f"Embedded page, not shown on this page: see cell 4 ({FRAME}).",
    ]
    assert "0x7f" not in html
    assert "HTML object" not in html


def test_a_table_speaks_for_whatever_else_its_output_holds():
    html = page(
        notebook(
            v4.new_code_cell(
                "styled",
                outputs=[
                    output(
                        text_html="<style>td{}</style><table><tr><td>1</td></tr></table>",
                        application_odd="{}",
                        text_plain="<pandas.io.formats.style.Styler at 0x7f>",
                    )
                ],
            )
        )
    )

    assert ">1</td>" in html
    assert "0x7f" not in html
    assert 'class="left-out"' not in html


def test_a_style_sheet_shows_nothing_and_leaves_no_name_of_an_object():
    html = page(
        notebook(
            v4.new_code_cell(
                "css",
                outputs=[
                    output(
                        text_html="<style>h1{}</style>",
                        text_plain="<IPython.core.display.HTML object>",
                    )
                ],
            )
        )
    )

    assert "HTML object" not in html
    assert 'class="left-out"' not in html


def test_json_and_answers_in_plain_text_stand_as_they_are():
    html = page(
        notebook(
            v4.new_code_cell(
                "x",
                outputs=[
                    output(
                        application_json={"rate": [1, 2]},
                        text_plain="<IPython.core.display.JSON object>",
                    ),
                    output(application_odd="?", text_plain="42 offences"),
                ],
            )
        )
    )

    assert "&#34;rate&#34;: [" in html
    assert "42 offences" in html
    assert "JSON object" not in html


def test_images_inside_html_outputs_follow_the_rule_of_alt_texts():
    inside = "<p><img src='data:image/png;base64,{}'{}></p>"
    good = v4.new_code_cell("a", outputs=[output(text_html=inside.format(png(), " alt='A dot'"))])
    bad = v4.new_code_cell("b", outputs=[output(text_html=inside.format(png(), ""))])

    assert Elements(page(notebook(good))).named("img")[0]["alt"] == "A dot"
    with pytest.raises(ExportError, match=r"cell 2 \(b\): the image data:.* has no alt text"):
        page(notebook(good, bad))


def test_one_line_in_its_cell_gives_a_picture_its_alt_text_but_never_two_the_same():
    source = '%%time\n#| fig-alt: "Burglary falls."\nplot()'
    one = v4.new_code_cell(source, outputs=[output(image_png=png()), output(text_plain="3")])
    two = v4.new_code_cell(source, outputs=[output(image_png=png())] * 2)

    assert Elements(page(notebook(one))).named("img")[0]["alt"] == "Burglary falls."
    with pytest.raises(ExportError) as refused:
        page(notebook(one, two))
    assert str(refused.value).count("cell 2 (%%time): the image/png output has no alt text") == 2
    assert "    #| fig-alt: What the picture shows" in str(refused.value)


def test_as_many_alt_texts_as_pictures_are_theirs_in_their_order():
    source = "#| fig-alt:\n#|   - Burglary falls.\n#|   - Theft rises.\nplot()"
    pictures = [output(image_png=png()), output(text_plain="3"), output(image_png=png())]
    html = page(notebook(v4.new_code_cell(source, outputs=pictures)))
    assert [img["alt"] for img in Elements(html).named("img")] == [
        "Burglary falls.",
        "Theft rises.",
    ]
    with pytest.raises(ExportError, match="has no alt text"):
        page(notebook(v4.new_code_cell(source, outputs=pictures[:1])))


def test_what_a_call_that_draws_returns_is_no_output_and_a_figure_not_drawn_is_named():
    line = output(text_plain="[<matplotlib.lines.Line2D at 0x7f>]")
    picture = output({"image/png": {"alt": "Falls."}}, image_png=png())
    bare = output(text_plain="<Figure size 640x480 with 1 Axes>")
    html = page(
        notebook(
            v4.new_code_cell("ax.plot(x)", outputs=[line, picture]),
            v4.new_code_cell("fig", outputs=[bare]),
        )
    )
    lines = [e["text"] for e in Elements(html).named("p") if e.get("class") == "left-out"]
    assert lines == ["Figure, not shown on this page: see cell 2 (fig)."]
    assert "0x7f" not in html
    assert "Figure size" not in html


def test_front_matter_names_the_page_and_its_language_and_metadata_go_before_it():
    front = v4.new_raw_cell("---\ntitle: Burglary\nlang: cy\n---")
    html = page(notebook(front, v4.new_markdown_cell("Geiriau")))
    assert "<title>Burglary</title>" in html
    assert '<html lang="cy">' in html
    assert "lang: cy" not in html
    assert "<title>Theft</title>" in page(notebook(front, title="Theft"))


def test_a_raw_cell_of_no_format_is_text_as_it_stands():
    plain = v4.new_raw_cell("Not <b>run</b>")
    other = v4.new_raw_cell("\\LaTeX", metadata={"raw_mimetype": "text/latex"})
    html = page(notebook(plain, other))
    assert "<pre>Not &lt;b&gt;run&lt;/b&gt;</pre>" in html
    assert "LaTeX" not in html


def test_of_html_in_markdown_captions_are_kept_and_what_is_hidden_is_not():
    image = f'<img src="data:image/png;base64,{png()}" alt="A dot">'
    source = f"<figure>{image}<figcaption>What it is</figcaption></figure>\n\n"
    hidden = "<div style='display: none'>gone</div><p>kept <span hidden>gone</span></p>"
    html = page(notebook(v4.new_markdown_cell(source + hidden)))
    assert "What it is" in html
    assert "kept" in html
    assert "gone" not in html


def test_cells_are_counted_as_their_author_counts_them():
    injected = v4.new_code_cell("a = 1", metadata={"tags": ["injected-parameters"]})
    plot = v4.new_code_cell("plot()", outputs=[output(image_png=png())])
    with pytest.raises(ExportError, match=r"cell 2 \(plot\(\)\)"):
        page(notebook(v4.new_markdown_cell("# T"), injected, plot))


def test_an_animation_is_a_picture_too():
    gif = base64.b64encode(b"GIF89a" + bytes(20)).decode()
    cell = v4.new_code_cell(
        "x", outputs=[output({"image/gif": {"alt": "It turns"}}, image_gif=gif)]
    )

    assert f"data:image/gif;base64,{gif}" in page(notebook(cell))


def test_an_equation_with_a_label_has_a_number_wherever_it_is_referred_to():
    html = page(
        notebook(
            v4.new_markdown_cell(r"As \eqref{eq:b} and \ref{eq:a_x} show, \eqref{eq:none}."),
            v4.new_markdown_cell("\\begin{equation}\\label{eq:a_x}\na=b\n\\end{equation}"),
            v4.new_markdown_cell(
                "\\begin{align}\nc &= d \\label{eq:b} \\\\& = e \\label{eq:c}\n\\end{align}"
            ),
            v4.new_markdown_cell(r"$$P(A \& B) \tag{*}$$"),
        )
    )

    assert r"As (2) and 1 show, \eqref{eq:none}." in html
    assert "\\begin{equation}\na=b\\qquad(1)\\end{equation}</annotation>" in html
    assert "c &amp;= d\\qquad(2)\\\\&amp; = e\\qquad(3)\\end{align}</annotation>" in html
    assert r"P(A \&amp; B)\qquad(*)</annotation>" in html


def test_every_tag_stands_at_its_own_row_and_outside_what_it_numbers():
    html = page(
        notebook(
            v4.new_markdown_cell(
                "\\begin{align}\na &= b \\tag{i} \\\\ c &= d \\tag{ii}\n\\end{align}"
            ),
            v4.new_markdown_cell(r"$$\begin{pmatrix} 1 & 2 \end{pmatrix} \tag{m}$$"),
        )
    )

    assert r"a &amp;= b\qquad(i)\\ c &amp;= d\qquad(ii)\end{align}</annotation>" in html
    assert r"\end{pmatrix}\qquad(m)</annotation>" in html


@pytest.mark.parametrize(
    "source",
    [
        "\\begin{flalign}\nu &= v \\notag \\\\\nw &= z \\nonumber\n\\end{flalign}",
        r"$\textcolor{red}{u} = {\color{blue} v} + \textcolor[HTML]{ff0000}{w} + \cancel{z}$",
        r"Of \\(u + v\\) there is \\[w = \bbox[yellow]{z}\\]",
        r"$\require{cancel} {\large u} \style{color:red}{v} \href{https://e.org}{w} \Bbb Z z$",
        "  \\begin{alignat*}{2}\nu &= v & w &= z\n\\end{alignat*}",
    ],
)
def test_maths_of_mathjax_that_pandoc_does_not_know_is_set_and_no_letter_is_lost(source):
    html = page(notebook(v4.new_markdown_cell(source)))

    assert {"u", "v", "w", "z"} <= {letter["text"] for letter in Elements(html).named("mi")}
    assert "<code>" not in html


def test_a_formula_that_cannot_be_set_stands_as_it_is_written_and_its_cell_is_named():
    html = page(notebook(v4.new_markdown_cell(r"Water, $\ce{H2O}$, in `a\\(b\\)`.")))

    assert r"<code>\ce{H2O}</code>" in html
    assert r"<code>a\\(b\\)</code>" in html
    assert "Maths or LaTeX is shown as it is written: see cell 1 (Water," in html


def test_a_command_only_its_author_knows_stands_as_it_is_written_and_its_cell_is_named():
    said = output(text_latex="\\told{Burglary} fell by \\textbf{4}\\%.")
    html = page(notebook(v4.new_code_cell("Latex(said)", outputs=[said])))

    assert r"<code>\told{Burglary}</code> fell by <strong>4</strong>%." in html
    assert "Maths or LaTeX is shown as it is written: see cell 1 (Latex(said))." in html


def test_html_holds_formulas_as_jupyter_shows_them_and_money_is_none():
    said = output(text_html=r"<p>Of \(x^2\) and $y^2$; $5 and $6, £7.</p>")
    html = page(notebook(v4.new_code_cell("HTML(said)", outputs=[said])))

    assert html.count("<msup>") == 2
    assert "; $5 and $6, £7." in html


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_code_in_markdown_holds_no_formulas(fence):
    source = f"{fence}\n\\begin{{align}}x\\end{{align}} $$a$$\n\\\\(b\\\\)\n{fence}"
    html = page(notebook(v4.new_markdown_cell(source)))

    assert "<math" not in html
    assert r"\begin{align}x\end{align} $$a$$" in html
    assert r"\\(b\\)" in html


def test_a_table_of_nothing_leaves_the_word_to_its_plain_text():
    empty = output(text_html="<table><tr><th></th></tr></table>", text_plain="Empty DataFrame")
    html = page(notebook(v4.new_code_cell("df", outputs=[empty])))

    assert "<pre>Empty DataFrame</pre>" in html
    assert "left-out" not in html.partition("<main")[2]


def test_the_frame_that_colab_puts_around_a_notebook_is_taken():
    badge = '<a href="https://colab.research.google.com/x"><img src="{}" alt="Open In Colab"/></a>'
    html = page(
        notebook(
            v4.new_markdown_cell(
                badge.format("https://colab.research.google.com/assets/colab-badge.svg")
            ),
            v4.new_markdown_cell("![](https://img.shields.io/x.svg)\n\n| a |\n|---|\n| last |"),
            v4.new_code_cell(
                "df",
                outputs=[
                    output(
                        text_html="<div><table><tr><td>1</td></tr></table>"
                        "<button title='Convert'><svg></svg></button><script>x()</script></div>"
                    )
                ],
            ),
        )
    )

    assert "Open In Colab" in html
    assert "badge" in Elements(html).named("main")[0]["text"]
    assert ">last</td>" in html
    assert "<img" not in html


def test_a_word_longer_than_its_line_breaks_rather_than_running_off_the_page():
    html = page(notebook(v4.new_markdown_cell("# T")))

    assert "overflow-wrap:anywhere" in html
    assert "white-space:pre-wrap" in html


def _with_states(*headlines):
    states = [
        exhibit(headline=said, svg=SVG.replace("120", f"{n}0"))
        for n, said in enumerate(headlines, 1)
    ]
    return with_controls({"Question & answer": [*headlines]}, states)


def test_a_page_holds_every_state_of_an_exhibit_and_runs_one_script_that_its_policy_names():
    html = page(notebook(shown(_with_states("First", "Second </script>", "Third"))))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    data, script = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    held = json.loads(data)
    svgs = ["<".join(held["parts"][part] for part in one) for one in held["figures"]]
    assert [re.search(r'width="(\d+)" height="60"', svg)[1] for svg in svgs] == ["20", "30"]
    assert html.count("<template>") == 2
    assert "Second &lt;/script&gt;</h" in html
    assert '<label for="good-job-control-1">Question &amp; answer</label>' in html
    assert "script" not in page(notebook(shown(exhibit())))


def test_what_is_framed_in_a_state_is_framed_in_its_figure():
    one, two = exhibit(), exhibit(framed=["here"])
    html = page(notebook(shown(with_controls({"Shown": ["a", "b"]}, [one, two]))))
    assert html.count("#good-job-here path{stroke:#F46A25!important;stroke-width:3!important}") == 1


def test_a_states_figure_is_written_anew_like_every_other():
    hostile = SVG.replace("<rect", '<script>evil()</script><rect onload="evil()"')
    html = page(
        notebook(shown(with_controls({"Shown": ["a", "b"]}, [exhibit(), exhibit(svg=hostile)])))
    )
    assert "evil" not in html
    outside = SVG.replace("<rect", '<image href="http://elsewhere/"/><rect')
    with pytest.raises(ExportError, match="lies outside it"):
        page(
            notebook(shown(with_controls({"Shown": ["a", "b"]}, [exhibit(), exhibit(svg=outside)])))
        )
