"""Any executed notebook becomes a PDF that a screen reader can read, or an error that helps."""

import base64
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import nbformat
import pandas as pd
import pymupdf
import pytest
from nbformat import v4
from pypdf import PdfReader

from pvtools.errors import ExportError, UsageError
from pvtools.exhibits import Column, Ledger
from pvtools.reports.pdf import PdfExporter, _written

from . import hostile_pages
from .small_pages import COLUMNS, SVG, TABLE, exhibit, notebook, output, png, report, shown


def pdf(node):
    return PdfReader(io.BytesIO(PdfExporter().from_notebook_node(node)[0]))


def addresses(reader):
    """Return where the links and other actions of a PDF lead, out of it."""
    found = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    return [str(a["/A"].get("/URI", a["/A"])) for a in found if "/A" in a]


def text(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tags(reader, name):
    """Return every structure element of the PDF that is called so."""
    found = []

    def visit(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            if node.get("/S") == name:
                found.append(node)
            if "/K" in node:
                visit(node["/K"])

    visit(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.fixture(scope="module")
def hackney():
    return pdf(report())


def test_a_report_declares_that_it_is_accessible_and_archivable(hackney):
    root = hackney.trailer["/Root"]
    about = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1" in about
    assert "<pdfaid:part>2" in about
    assert "<pdfaid:conformance>A" in about


def test_a_report_has_a_language_and_shows_its_title(hackney):
    root = hackney.trailer["/Root"]

    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert hackney.metadata.title == "Hackney – Is policing creating public value?"


def test_there_is_one_first_heading_and_the_others_follow_in_order(hackney):
    assert [node["/T"] for node in tags(hackney, "/H1")] == ["Hackney"]
    assert [node["/T"] for node in tags(hackney, "/H2")] == ["Findings", "Confidence"]
    assert len(tags(hackney, "/H3")) == 3


def test_headings_are_bookmarks(hackney):
    title = hackney.outline[0]
    chapters = [entry.title for entry in hackney.outline[1] if not isinstance(entry, list)]

    assert title.title == "Hackney"
    assert chapters == ["Findings", "Confidence"]


def test_a_figure_has_its_alt_text_and_its_source(hackney):
    alts = [node["/Alt"] for node in tags(hackney, "/Figure")]

    assert alts == ["Line: falls from 68% to 62% (57% to 67%)."] * 2
    assert "Source: An invented survey. To December 2025." in text(hackney)
    assert "About 400 people were asked." in text(hackney)


def test_a_ledger_is_a_table_whose_headers_have_a_scope(hackney):
    (table,) = tags(hackney, "/Table")
    headers = tags(hackney, "/TH")

    assert len(headers) == 3
    assert all("/Column" in str(node["/A"].get_object()) for node in headers)
    assert table["/K"][0].get_object()["/S"] == "/Caption"


def test_numbers_are_written_as_everywhere_else(hackney):
    words = text(hackney)

    assert "62%" in words
    assert "57% to 67%" in words
    assert "Hackney 62% 1,404" in words
    assert "London not given 24" in words


def test_every_page_has_its_footer_and_number(hackney):
    assert [f"{n} of 2" in page.extract_text() for n, page in enumerate(hackney.pages, 1)] == [
        True,
        True,
    ]
    assert all("Hackney · pvtools" in page.extract_text() for page in hackney.pages)


def test_a_cover_may_bring_the_date_and_the_footer_that_only_the_run_knows():
    node = report()
    del node.metadata["pvtools"]
    cover = node.cells[0].outputs[0].data["application/vnd.pvtools.piece+json"]
    cover |= {"date": "2025-11-30", "footer": "Hackney · figures to November 2025"}
    reader = pdf(node)

    assert reader.metadata.creation_date.date().isoformat() == "2025-11-30"
    assert all("figures to November 2025" in page.extract_text() for page in reader.pages)


def test_a_cell_tagged_page_break_starts_a_page(hackney):
    assert "Confidence" not in hackney.pages[0].extract_text()
    assert hackney.pages[1].extract_text().startswith("Confidence")


def test_equal_notebooks_give_equal_bytes():
    first, _ = PdfExporter().from_notebook_node(report())
    second, _ = PdfExporter().from_notebook_node(report())
    other, _ = PdfExporter().from_notebook_node(report("Barking and Dagenham"))

    assert first == second != other


def test_the_table_behind_an_exhibit_is_printed_only_where_asked():
    without = pdf(notebook(shown(exhibit())))
    with_table = pdf(notebook(shown(exhibit(), "with-table")))

    assert not tags(without, "/Table")
    assert len(tags(with_table, "/Table")) == 1


def test_a_made_up_figure_is_stamped():
    assert "SYNTHETIC" in text(pdf(notebook(shown(exhibit(synthetic=True)))))


def test_a_table_of_made_up_rows_is_stamped():
    ledger = Ledger("rows", "Rows", TABLE.assign(origin="synthetic"), COLUMNS)
    assert "SYNTHETIC: made-up data" in text(pdf(notebook(shown(ledger))))


def test_a_page_without_a_date_claims_no_archive_standard():
    reader = pdf(notebook(v4.new_markdown_cell("# Hello")))
    about = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()

    assert "pdfuaid" in about
    assert "pdfaid" not in about


def test_a_date_that_is_none_is_an_error():
    with pytest.raises(ExportError, match=r"'last May'.*written 2026-01-31"):
        pdf(notebook(v4.new_markdown_cell("# Hello"), pvtools={"date": "last May"}))


def test_markdown_keeps_its_lists_links_code_and_tables():
    reader = pdf(
        notebook(
            v4.new_markdown_cell(
                "# Title\n\n1. one\n   - *nested*\n\n[there](https://example.org) `code_`\n\n"
                "```python\nx = '#$\\\\'\n```\n\n| a | b |\n|---|---|\n| x | 1 |\n"
            )
        )
    )

    assert len(tags(reader, "/L")) == 2
    assert len(tags(reader, "/Link")) == 1
    assert len(tags(reader, "/Code")) == 2
    assert len(tags(reader, "/TH")) == 2
    assert r"x = '#$\\'" in text(reader)


@pytest.mark.parametrize(
    "source", ["$x^2$", "$$\nx^2\n$$", "\\begin{equation}\nx^2\n\\end{equation}"]
)
def test_maths_can_be_read_aloud(source):
    (formula,) = tags(pdf(notebook(v4.new_markdown_cell(f"Text\n\n{source}"))), "/Formula")

    assert "x squared" in formula["/Alt"]


def test_a_title_holds_formulas_links_and_pictures_as_any_text_does():
    title = v4.new_markdown_cell("# How $x^2$ grows, [told](beside.ipynb) by ![a curve](gone.png)")
    reader = pdf(notebook(title))
    (formula,) = tags(reader, "/Formula")
    assert formula["/Alt"] == "x squared"
    assert "told by a curve" in text(reader)
    assert not tags(reader, "/Link")


def test_maths_that_nobody_can_read_stays_as_it_was_written():
    words = text(pdf(notebook(v4.new_markdown_cell(r"A $\nonsense{x} \\ y$."))))
    assert r"\nonsense{x} \\ y" in words
    assert "Maths or LaTeX is shown as it is written: see cell 1 (A" in words


def test_heading_levels_never_skip_and_only_the_title_is_first():
    reader = pdf(
        notebook(
            v4.new_markdown_cell("# Title\n\n#### Deep"),
            v4.new_markdown_cell("# Chapter\n\n### Part\n\n## Section"),
        )
    )

    assert [node["/T"] for node in tags(reader, "/H1")] == ["Title"]
    assert [node["/T"] for node in tags(reader, "/H2")] == ["Deep", "Chapter"]
    assert [node["/T"] for node in tags(reader, "/H3")] == ["Part", "Section"]


@pytest.mark.parametrize(
    ("metadata", "source", "title"),
    [
        ({"title": "Given"}, "# Heading", "Given"),
        ({}, "# Heading", "Heading"),
        ({}, "no heading", "the-file"),
    ],
)
def test_the_title_is_given_or_the_first_heading_or_the_file_name(metadata, source, title):
    node = notebook(v4.new_markdown_cell(source), **metadata)
    data, _ = PdfExporter().from_notebook_node(node, {"metadata": {"name": "the-file"}})
    reader = PdfReader(io.BytesIO(data))

    assert reader.metadata.title == title
    assert [node["/T"] for node in tags(reader, "/H1")] == [title]


def test_a_link_inside_the_page_holds_across_cells_and_one_that_leads_nowhere_is_plain_text():
    reader = pdf(
        notebook(
            v4.new_markdown_cell("# T\n\n[there](#the-part) and [nowhere](#gone)"),
            v4.new_markdown_cell("## The part"),
        )
    )

    assert len(tags(reader, "/Link")) == 1
    assert "there and nowhere" in text(reader)


def test_raw_html_is_read_and_its_scripts_are_not():
    source = "<div onclick='x()'><b>bold</b> text</div>\n\n<script>alert('no')</script>"
    words = text(pdf(notebook(v4.new_markdown_cell(source))))

    assert "bold text" in words
    assert "alert" not in words


def test_a_data_frame_is_a_real_table():
    html = TABLE._repr_html_()
    reader = pdf(notebook(v4.new_code_cell("df", outputs=[output(text_html=html)])))

    assert len(tags(reader, "/TH")) == 4
    assert "0.624" in text(reader)


def test_a_wide_data_frame_stays_on_the_page():
    frame = pd.DataFrame({f"number_{i}": [123.456 + i] for i in range(11)})
    reader = pdf(notebook(v4.new_code_cell("df", outputs=[output(text_html=frame._repr_html_())])))
    page = pymupdf.open(stream=reader.stream.getvalue())[0]

    assert len(tags(reader, "/TH")) == 12
    assert "133.456" in text(reader)
    assert max(word[2] for word in page.get_text("words")) < page.rect.width - 50


def test_a_table_wider_than_the_page_goes_on_below_under_the_names_of_its_rows():
    years = [f"year-{n}-" for n in "abcdefghij"]
    columns = pd.MultiIndex.from_product([years, ["count", "rate", "lower", "upper"]])
    names = pd.MultiIndex.from_product([["Hackney"], ["theft", "fraud"]])
    frame = pd.DataFrame([range(1000, 1040), range(2000, 2040)], index=names, columns=columns)
    reader = pdf(notebook(v4.new_code_cell("df", outputs=[output(text_html=frame.to_html())])))
    parts, words = len(tags(reader, "/Table")), text(reader)

    assert parts > 1
    assert words.count("Hackney") == words.count("fraud") == parts
    assert [words.count(str(n)) for row in frame.to_numpy() for n in row] == [1] * 80
    # A year stands above its columns, in whichever parts these are.
    assert words.count("lower") == 10
    assert all(1 <= words.count(year) <= 2 for year in years)
    assert 10 <= sum(words.count(year) for year in years) < 10 + parts


def test_an_index_without_a_name_has_a_header_and_rows_without_a_head_are_no_table():
    framed = v4.new_code_cell("df", outputs=[output(text_html=TABLE.to_html())])
    bare = "<table><tr><th>Model:</th><td>OLS</td></tr><tr><th>R²:</th><td>0.3</td></tr></table>"
    reader = pdf(notebook(framed, v4.new_code_cell("fit", outputs=[output(text_html=bare)])))

    assert len(tags(reader, "/Table")) == 1
    assert "Row area estimate n" in text(reader)
    assert "Model: OLS R²: 0.3" in text(reader)


def test_the_name_of_an_index_stands_in_the_row_of_the_columns_names():
    frame = TABLE.rename_axis("Wave")
    framed = v4.new_code_cell("df", outputs=[output(text_html=frame.to_html())])
    twice = TABLE.rename_axis("Wave").rename_axis("Asked", axis="columns")  # both say something
    named = v4.new_code_cell("df", outputs=[output(text_html=twice.to_html())])

    assert "Wave area estimate n" in text(pdf(notebook(framed)))
    assert "Asked area estimate n Wave" in text(pdf(notebook(named)))


def test_code_in_a_heading_is_as_large_as_the_heading_and_a_long_title_is_short_at_the_foot():
    reader = pdf(notebook(v4.new_markdown_cell(f"# The `area` of {'a very long title ' * 20}")))
    page = pymupdf.open(stream=reader.stream.getvalue())[0]
    lines = [line for block in page.get_text("dict")["blocks"] for line in block["lines"]]
    sizes = {span["text"].strip(): span["size"] for line in lines for span in line["spans"]}

    assert sizes["area"] == pytest.approx(0.9 * max(sizes.values()))
    assert text(reader).endswith("… 1 of 1")


def left_edges(reader, *words):
    """Return where these words begin, in points from the left."""
    page = pymupdf.open(stream=reader.stream.getvalue())[0]
    return [page.search_for(word)[0].x0 for word in words]


def test_a_caption_and_its_table_begin_at_the_same_edge():
    html = TABLE.set_index("area").style.set_caption("Caption").to_html()
    reader = pdf(notebook(v4.new_code_cell("df", outputs=[output(text_html=html)])))
    caption, table = left_edges(reader, "Caption", "Hackney")

    assert caption == pytest.approx(table, abs=1)


def test_streams_errors_and_plain_text_are_shown_without_colour_codes():
    reader = pdf(
        notebook(
            v4.new_code_cell(
                "1/0",
                outputs=[
                    v4.new_output("stream", name="stdout", text='\x1b[31mred\x1b[0m "#$\\"\n'),
                    output(text_plain="an object"),
                    v4.new_output(
                        "error",
                        ename="ZeroDivisionError",
                        evalue="no",
                        traceback=["Zero: \x1b[1mno"],
                    ),
                ],
            )
        )
    )

    assert 'red "#$\\"' in text(reader)
    assert "an object" in text(reader)
    assert "Zero: no" in text(reader)


def test_code_is_shown_unless_it_is_asked_not_to_be():
    cell = v4.new_code_cell("secret = 1", outputs=[output(text_plain="an object")])
    hidden = v4.new_code_cell("other = 2", metadata={"tags": ["remove-input"]})

    words = text(pdf(notebook(cell, hidden)))
    assert "secret" in words
    assert "other" not in words
    assert "secret" not in text(pdf(notebook(cell, pvtools={"hide_input": True})))
    without, _ = PdfExporter(exclude_input=True).from_notebook_node(notebook(cell))
    assert "secret" not in text(PdfReader(io.BytesIO(without)))


def test_the_parameters_of_a_run_are_shown_once_and_as_they_were_given():
    author = v4.new_code_cell('area = "Hackney"', metadata={"tags": ["parameters"]})
    given = v4.new_code_cell(
        '# Parameters\narea = "London"\n', metadata={"tags": ["injected-parameters"]}
    )
    assert 'area = "Hackney"' in text(pdf(notebook(author)))
    words = text(pdf(notebook(author, given)))
    assert words.count("area =") == 1
    assert 'area = "London"' in words
    assert "# Parameters" not in words


@pytest.mark.parametrize("lines", [18, 27, 33])
def test_no_question_and_no_code_ends_a_page_without_its_answer(lines):
    before = v4.new_markdown_cell("\n\n".join(["Some words."] * lines))
    question = v4.new_markdown_cell("## The heading\n\nThe question?")
    reader = pdf(notebook(before, question, shown(exhibit(headline="The answer"))))
    told = ("The heading", "The question", "show(piece)", "The answer")
    (page,) = [page for page in reader.pages if "The answer" in page.extract_text()]
    assert all(one in page.extract_text() for one in told)


_SAID = output(text_html="<p>Some words.</p>")


@pytest.mark.parametrize(
    "cells",
    [
        [v4.new_code_cell("x = 1\ny = 2") for _ in range(60)],
        [v4.new_code_cell("x", outputs=[_SAID]) for _ in range(60)],
        [v4.new_code_cell("x", outputs=[output(text_plain="1\n" * 9)]) for _ in range(30)],
        [v4.new_code_cell("x = 1\n" * 150, outputs=[_SAID])],
        [v4.new_markdown_cell("Words. " * 3000), v4.new_code_cell("x", outputs=[_SAID])],
    ],
    ids=["code alone", "HTML outputs", "text outputs", "long code", "long text"],
)
def test_no_page_is_left_empty_to_keep_things_together(cells):
    assert len(pdf(notebook(*cells)).pages[0].extract_text()) > 100


def test_a_notebook_without_cells_is_a_page_with_its_title():
    assert "Notebook" in text(pdf(notebook()))


def test_columns_of_a_crowded_table_do_not_run_into_each_other():
    columns = [
        {"key": "a", "label": "Outcome", "format": "text"},
        *(
            {"key": f"n{i}", "label": "A long label of a number", "format": "decimal"}
            for i in range(5)
        ),
        {"key": "b", "label": "What is said of it", "format": "text"},
    ]
    row = ["violence with injury", *[0.5] * 5, "the interval takes in zero without any"]
    widths = _written({"table": {"columns": columns, "rows": [row]}})["table"]["columns"]
    shares = [column["share"] for column in widths]
    assert all(shares)
    # each as wide as its longest word, of the characters that a line holds
    words = [8, *[6] * 5, 8]
    assert all(share / sum(shares) * 90 >= word for share, word in zip(shares, words, strict=True))
    few = [columns[0], columns[-1] | {"format": "text"}]
    told = _written({"table": {"columns": few, "rows": [[row[0], row[-1]]]}})
    assert [column["share"] for column in told["table"]["columns"]] == [0, 38]


def test_an_image_output_says_its_alt_text():
    cell = v4.new_code_cell(
        "plot()", outputs=[output({"image/png": {"alt": "A red dot"}}, image_png=png())]
    )
    (figure,) = tags(pdf(notebook(cell)), "/Figure")

    assert figure["/Alt"] == "A red dot"


def test_images_in_markdown_come_from_attachments_and_from_files_beside_the_notebook(tmp_path):
    (tmp_path / "dot.png").write_bytes(base64.b64decode(png()))
    node = notebook(
        v4.new_markdown_cell(
            "![Beside](dot.png) ![Inside](attachment:a.png)",
            attachments={"a.png": {"image/png": png()}},
        )
    )
    data, _ = PdfExporter().from_notebook_node(node, {"metadata": {"path": str(tmp_path)}})

    figures = tags(PdfReader(io.BytesIO(data)), "/Figure")
    assert [figure["/Alt"] for figure in figures] == ["Beside", "Inside"]


def test_every_missing_alt_text_is_named_at_once_by_its_cell_and_how_to_mend_it():
    node = notebook(
        v4.new_markdown_cell("# Title"),
        v4.new_markdown_cell(
            "Look:\n![](attachment:a.png)", attachments={"a.png": {"image/png": png()}}
        ),
        v4.new_code_cell(
            "plot()\nmore()", outputs=[output(image_png=png(), text_plain="<Figure>")]
        ),
    )

    with pytest.raises(ExportError) as error:
        pdf(node)

    message = str(error.value)
    assert "cell 2 (Look:): the image attachment:a.png has no alt text" in message
    assert "cell 3 (plot()): the image/png output has no alt text" in message
    assert "    #| fig-alt:\n    #|   - What the first shows.\n" in message
    assert "![alt text](file)" in message


def test_an_image_that_is_not_there_or_on_the_web_is_named():
    node = notebook(v4.new_markdown_cell("![A](gone.png)\n![B](https://example.org/b.png)"))

    with pytest.raises(ExportError) as error:
        pdf(node)

    assert "gone.png: it cannot be read" in str(error.value)
    assert "b.png: it is on the web" in str(error.value)


def test_what_cannot_be_set_is_an_error_that_names_the_cell():
    broken = v4.new_raw_cell("#nonsense()", metadata={"raw_mimetype": "text/typst"})
    damaged = v4.new_code_cell(
        "plot()",
        outputs=[output({"image/png": {"alt": "A"}}, image_png=base64.b64encode(b"no").decode())],
    )

    with pytest.raises(ExportError, match=r"cell 1 \(#nonsense\(\)\): unknown variable: nonsense"):
        pdf(notebook(broken))
    with pytest.raises(ExportError, match=r"cell 1 \(plot\(\)\): the image/png output is damaged"):
        pdf(notebook(damaged))


def test_a_character_that_no_font_has_is_named():
    with pytest.raises(ExportError, match=r"cell 1 .*no font has the character '中'"):
        pdf(notebook(v4.new_markdown_cell("Text 中")))


@pytest.mark.parametrize(
    "cell",
    [
        v4.new_code_cell("print('বাংলা')"),
        v4.new_code_cell("x", outputs=[v4.new_output("stream", text="বাংলা")]),
        v4.new_code_cell(
            "x",
            outputs=[
                output(
                    {"image/svg+xml": {"alt": "A word"}},
                    **{"image_svg+xml": SVG.replace("<rect", "<text y='9'>বাংলা</text><rect")},
                )
            ],
        ),
        v4.new_markdown_cell("| বাংলা |\n|---|\n| x |"),
        shown(exhibit(headline="বাংলা")),
    ],
    ids=["code", "output", "picture", "table", "piece"],
)
def test_a_cell_whose_characters_no_font_has_is_named_whatever_shows_them(cell):
    said = r"cell 2 \(.*\): no font has the characters 'ব.*\n.*folder of fonts .* PVTOOLS_FONTS"
    with pytest.raises(ExportError, match=said):
        pdf(notebook(v4.new_markdown_cell("Words"), cell))


def test_a_title_whose_characters_no_font_has_is_named():
    with pytest.raises(ExportError, match="the title, the footer or a picture: no font has"):
        pdf(notebook(title="中"))


def test_what_the_usual_fonts_lack_comes_from_the_folder_that_is_named(tmp_path, monkeypatch):
    node = notebook(v4.new_markdown_cell("A 😄 face"))
    with pytest.raises(ExportError, match="no font has the character '😄'"):
        pdf(node)
    shutil.copy(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", tmp_path)
    monkeypatch.setenv("PVTOOLS_FONTS", str(tmp_path))
    assert "😄" in text(pdf(node))
    monkeypatch.setenv("PVTOOLS_FONTS", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="there is no such folder"):
        pdf(notebook())


def test_a_raw_cell_cannot_read_files_of_the_computer(tmp_path):
    source = f'#read("{tmp_path}/secret.txt")'
    (tmp_path / "secret.txt").write_text("secret")

    with pytest.raises(ExportError, match="cell 1"):
        pdf(notebook(v4.new_raw_cell(source, metadata={"raw_mimetype": "text/typst"})))


def typst(source):
    return v4.new_raw_cell(source, metadata={"raw_mimetype": "text/typst"})


def test_no_link_of_a_pdf_runs_or_opens_anything():
    assert addresses(pdf(hostile_pages.links())) == []
    assert set(addresses(pdf(hostile_pages.page()))) == {"https://example.org"}


@pytest.mark.parametrize(
    "address",
    ["javascript:x", "file:///etc/passwd", "data:text/html,x", "//evil.example", " https://x.org"],
)
def test_a_raw_cell_cannot_make_such_a_link_either(address):
    link = f'#link("{address}")[words]'
    styled = f"#show link: it => it\n#set link()\n{link}"
    reader = pdf(notebook(typst(link), typst(styled), typst('#link("https://example.org")[web]')))

    assert addresses(reader) == ["https://example.org"]
    assert text(reader).count("words") == 2


def test_links_to_the_web_and_to_mail_stay_links():
    source = "[a](https://example.org/x) [b](mailto:a@example.org) [c](HTTP://example.org)"

    assert addresses(pdf(notebook(v4.new_markdown_cell(source)))) == [
        "https://example.org/x",
        "mailto:a@example.org",
        "HTTP://example.org",
    ]


def test_texts_that_look_like_typst_are_text():
    words = text(pdf(hostile_pages.page())).replace(" ", "")

    assert words.count('#read("/etc/passwd")') > 8
    assert "root:" not in words


@pytest.mark.parametrize(
    "markup",
    [
        '```{=typst}\n#panic("ran")\n```',
        '`#panic("ran")`{=typst}',
        '``` a#panic("ran")\nb\n```',
        '```"]#panic("ran")\nb\n```',
        '```\n``````#panic("ran")\n```',
        '$\\text{"#panic("ran")}$ $"#panic("ran")$ $\\#panic("ran")$',
        '$\\operatorname{#panic("ran")}$ $\\mathrm{"+panic("ran")+"}$',
        '![a"]#panic("ran")](attachment:a.png)',
        '<h2 id="a>#panic(1)<b">Heading</h2> [x](#a>#panic(1)<b)',
        '<h2 id="a>#panic(1)<b">Heading</h2>\n\n[x](<#a>#panic(1)<b>)',
        '[x](<https://e.org/"]#panic("ran")>)',
        '| a |\n|---|\n| #panic("ran") ]#panic("ran") |',
        '#panic("ran") \\#panic("ran") \\\\#panic("ran") //*x*/#panic("ran") [#panic("ran")]',
        'x[^1]\n\n[^1]: ]#panic("ran")',
    ],
)
def test_no_markup_becomes_a_program(markup):
    cell = v4.new_markdown_cell(markup, attachments={"a.png": {"image/png": png()}})

    assert pdf(notebook(cell, title="T")).pages


def test_a_package_is_never_downloaded():
    with pytest.raises(
        ExportError,
        match=r"cell 1 .*: it asks for the package cetz-0\.3\.0, and no package is ever",
    ):
        pdf(notebook(typst('#import "@preview/cetz:0.3.0"')))


@pytest.mark.parametrize("way", ['<image href="{0}"/>', '<image xlink:href="file://{0}"/>'])
def test_a_figure_cannot_bring_in_another_file(way, tmp_path):
    (tmp_path / "secret.png").write_bytes(base64.b64decode(png()))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9pt" height="9pt">{way.format(tmp_path / "secret.png")}</svg>'
    )

    with pytest.raises(ExportError, match=r"cell 1 .*which lies outside it"):
        pdf(notebook(shown(exhibit(svg=svg))))


def test_two_cells_beside_each_other_share_a_row():
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="400pt"/>'
    cells = [shown(exhibit(svg=tall)), shown(exhibit(svg=tall, key="b"))]
    side_by_side = [shown(exhibit(svg=tall), "beside"), cells[1]]

    assert len(pdf(notebook(*cells)).pages) == 2
    assert len(pdf(notebook(*side_by_side)).pages) == 1


def test_an_exported_notebook_is_not_changed():
    node = report()
    before = nbformat.writes(node)
    PdfExporter().from_notebook_node(node)

    assert nbformat.writes(node) == before


def test_nbconvert_finds_the_exporter_by_its_name(tmp_path):
    nbformat.write(notebook(v4.new_markdown_cell("# Hello\n\nText")), tmp_path / "any.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "pvtools_pdf", "any.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    assert PdfReader(tmp_path / "any.pdf").metadata.title == "Hello"


def test_html_without_a_table_is_set_and_a_map_is_a_line_that_names_it():
    node = notebook(
        v4.new_code_cell(
            "HTML(said)",
            outputs=[
                output(
                    text_html="<p>Rose by <b>4%</b>.</p><ul><li>Theft</li></ul>",
                    text_plain="<IPython.core.display.HTML object>",
                )
            ],
        ),
        v4.new_code_cell(
            "m", outputs=[output(text_html="<iframe></iframe>", text_plain="<folium.Map at 0x7f>")]
        ),
    )
    words = text(pdf(node))

    assert "Rose by 4%. • Theft" in words
    assert "Interactive map, not shown on this page: see cell 2 (m)." in words
    assert "object" not in words
    assert "0x7f" not in words


LONG = "Pneumonoultramicroscopic" * 8


def test_nothing_is_cut_at_the_edge_and_what_is_copied_is_what_was_written():
    wide = pd.DataFrame({f"number_{i}": [123.456 + i] for i in range(20)})
    error = v4.new_output("error", ename="E", evalue=LONG, traceback=[f"File /{LONG}.py"])
    stream = v4.new_output("stream", name="stdout", text=LONG + "\n" + "x\n" * 250)
    node = notebook(
        v4.new_markdown_cell(
            f"# {LONG}\n\n## {LONG}\n\n- {LONG}\n\n[{LONG}](https://example.org) `{LONG}`\n\n"
            f"| {LONG} | b |\n|---|---|\n| short | {LONG} |"
        ),
        v4.new_code_cell(f"x = '{LONG}'", outputs=[stream, error]),
        v4.new_code_cell("df", outputs=[output(text_html=wide._repr_html_())]),
        shown(exhibit(headline=LONG, subtitle=LONG, caveats=[LONG]), "beside"),
        shown(exhibit(key="b", source=LONG)),
    )
    reader = pdf(node)
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    squeezed = "".join("".join(lines).split())

    # A line of the page has room for about a hundred of the narrowest letters there are here.
    assert max(map(len, lines)) < 110
    assert squeezed.count(LONG) >= 14
    assert "\u200b" not in squeezed


def test_the_last_row_of_a_table_that_ends_its_cell_is_a_row():
    reader = pdf(notebook(v4.new_markdown_cell("| a | b |\n|---|---|\n| x | 1 |")))

    assert len(tags(reader, "/TD")) == 2


def test_an_ampersand_in_a_formula_is_not_lost():
    words = text(pdf(notebook(v4.new_markdown_cell(r"So $P(A \& B)$ and $\text{R \& D}$."))))

    assert words.count("&") == 2


def test_a_formula_typst_refuses_is_named():
    node = notebook(
        v4.new_raw_cell('#described("a^b", $f(a,,#none.x)$)', metadata={"format": "typst"})
    )
    with pytest.raises(ExportError, match=r"cell 1 .*in the formula a\^b"):
        pdf(node)


def test_nbconvert_finds_a_picture_beside_the_notebook_from_another_folder(tmp_path):
    (tmp_path / "its").mkdir()
    (tmp_path / "its" / "dot.png").write_bytes(base64.b64decode(png()))
    nbformat.write(
        notebook(v4.new_markdown_cell("![A dot](dot.png)")), tmp_path / "its" / "a.ipynb"
    )
    command = [sys.executable, "-m", "nbconvert", "--to", "pvtools_pdf", "its/a.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    assert [f["/Alt"] for f in tags(PdfReader(tmp_path / "its" / "a.pdf"), "/Figure")] == ["A dot"]


def pictured() -> Ledger:
    table = pd.DataFrame({"what": ["Theft", "Robbery"], "past": ["From 5 to 7.", "–"]})
    columns = [Column("what", "Kind"), Column("past", "Past years", "picture")]
    return Ledger("glance", "At a glance", table, columns, pictures={"past": [SVG, ""]})


def test_a_small_picture_in_a_table_is_a_figure_with_alt_text_in_its_cell():
    reader = pdf(notebook(shown(pictured())))
    (figure,) = tags(reader, "/Figure")
    assert figure["/Alt"] == "From 5 to 7."
    assert [len(tags(reader, tag)) for tag in ("/TH", "/TD")] == [2, 4]
    assert "–" in text(reader), "without a picture its sentence stands there"


def test_a_picture_in_a_table_that_asks_for_another_file_is_refused_by_its_cell():
    ledger = pictured()
    foreign = SVG.replace("<rect", '<image href="https://example.org/a.png"/><rect')
    node = notebook(shown(replace(ledger, pictures={"past": [foreign, ""]})))
    with pytest.raises(ExportError, match="cell 1"):
        PdfExporter().from_notebook_node(node)
