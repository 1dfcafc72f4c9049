"""Exhibits: number, interval and sentence are one, whatever they are shown on."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from pvtools import exhibits
from pvtools.errors import InputError
from pvtools.exhibits import Column, Exhibit, Finding, Findings, Ledger, Notice, html


def exhibit(**changes: object) -> Exhibit:
    given = {
        "key": "k",
        "headline": "Fewer people <agree>",
        "subtitle": "Share, December",
        "alt": 'A chart: 62% ("57% to 67%") & more.',
        "svg": '<?xml version="1.0"?><svg width="100pt" height="50pt" viewBox="0 0 1 1"><g/></svg>',
        "table": pd.DataFrame({"borough": ["Brent", "Camden"], "estimate": [0.623456, None]}),
        "columns": [Column("borough", "Area"), Column("estimate", "Share", "percent")],
        "source": "Survey",
        "vintage": "Figures to December 2022",
        "caveats": ["One sentence."],
    }
    return Exhibit(**(given | changes))


@pytest.mark.parametrize(
    "empty", ["key", "headline", "subtitle", "alt", "svg", "source", "vintage"]
)
def test_an_exhibit_that_does_not_say_what_it_is_cannot_be_made(empty):
    with pytest.raises(InputError, match=empty):
        exhibit(**{empty: " "})


@pytest.mark.parametrize("key", ["a b", 'k" onload="evil()', "../up", "1"])
def test_a_key_that_could_not_be_an_id_or_a_file_name_is_refused(key):
    with pytest.raises(InputError, match="letters, digits"):
        exhibit(key=key)
    with pytest.raises(InputError, match="letters, digits"):
        Ledger(key, "Sources", pd.DataFrame({"a": ["x"]}), [Column("a", "A")])


def test_a_figure_is_an_image_so_that_nothing_in_it_runs():
    hostile = exhibit(
        alt='"><script>evil()</script>',
        svg='<svg onload="evil()" width="9pt"><script>evil()</script><foreignObject/></svg>',
    )
    html = hostile._repr_mimebundle_()[0]["text/html"]

    assert re.findall(r"<(?:img|svg|script)\b", html) == ["<img"]
    assert "evil" not in re.sub(r'(src|alt)="[^"]*"', "", html)
    assert '<img src="data:image/svg+xml;base64,' in html


def test_a_figure_is_as_wide_as_drawn_and_a_quarter_or_as_there_is_room():
    assert 'width="167"' in exhibit().to_html()
    assert "width" not in exhibit(svg='<svg viewBox="0 0 1 1"/>').to_html().split("<table")[0]
    assert "figure img{max-width:100%;height:auto" in html.STYLE_TAG


def test_a_notebook_gets_data_html_text_and_the_figure_with_its_alt_text():
    data, metadata = exhibit()._repr_mimebundle_()
    assert set(data) == {exhibits.MIME, "text/html", "text/plain", "image/svg+xml"}
    assert metadata == {"image/svg+xml": {"alt": exhibit().alt}}


def test_the_data_survive_json_at_full_precision_and_missing_stays_missing():
    data = json.loads(json.dumps(exhibit().to_json()))
    assert data["table"]["rows"] == [["Brent", 0.623456], ["Camden", None]]


def test_html_is_escaped_labelled_and_has_real_table_headers():
    html = exhibit().to_html()
    assert "Fewer people &lt;agree&gt;" in html
    assert 'alt="A chart: 62% (&quot;57% to 67%&quot;) &amp; more." width="167">' in html
    assert '<th scope="col" role="columnheader">Area</th>' in html
    assert '<th scope="row" role="rowheader">Brent</th>' in html
    assert re.search(r'<td role="cell" data-label="[^"]+"[^>]*>62%<', html)
    assert ">62%<" in html
    assert ">not given<" in html
    assert "<?xml" not in html


def test_what_is_synthetic_is_stamped():
    assert "SYNTHETIC" not in exhibit().to_html()
    made_up = exhibit(synthetic=True)
    assert "SYNTHETIC: made-up data" in made_up.to_html()
    assert made_up.headline.startswith("SYNTHETIC: ")
    assert made_up.alt.startswith("SYNTHETIC, made-up data. ")


def test_a_table_of_made_up_rows_is_stamped_wherever_it_is_shown():
    rows = pd.DataFrame({"area": ["Brent", "Barnet"], "origin": ["synthetic", None]})
    made_up = Ledger("rows", "Who sits", rows, [Column("area", "Area")])
    assert made_up.title == "SYNTHETIC: Who sits"
    assert made_up.text().startswith("SYNTHETIC: ")
    assert made_up.to_json()["synthetic"] is True
    assert 'class="pv-synthetic">SYNTHETIC: made-up data<' in made_up.to_html()
    real = Ledger("rows", "Who sits", rows.iloc[1:], [Column("area", "Area")])
    assert "SYNTHETIC" not in real.to_html()
    said = Ledger("rows", "Who sits", rows.iloc[1:], [Column("area", "Area")], synthetic=True)
    assert said.title == "SYNTHETIC: Who sits"


def test_every_piece_has_data_html_and_text():
    pieces = [
        exhibits.Cover("Hackney", "A question?", "To November 2025.", "foot", "2025-11-01"),
        Findings("In brief", [Finding("Trust", "65%", "58% to 72%", "65% of people.")]),
        Notice("What these figures cannot tell", ["Why."]),
        Ledger("s", "Sources", pd.DataFrame({"a": ["x"]}), [Column("a", "A")], "A note."),
        exhibit(),
    ]
    for piece in pieces:
        data, _ = piece._repr_mimebundle_()
        assert data[exhibits.MIME]["kind"] == piece.kind
        assert data["text/html"].startswith("<style>")
        assert data["text/plain"] == piece.text()
        opened = re.findall(r"<(section|aside|header|table|ul|p|h[1-3])\b", piece.to_html())
        closed = re.findall(r"</(section|aside|header|table|ul|p|h[1-3])>", piece.to_html())
        assert sorted(opened) == sorted(closed)


def test_controls_lead_to_an_exhibit_for_each_combination_and_notebooks_show_the_first():
    controls = {"Question": ["Trust", "Good job"], "Shown": ["Here", "There"]}
    every = [exhibit(headline=f"State {n}") for n in range(4)]
    chosen = exhibits.with_controls(controls, every)
    assert [chosen.headline, *(one.headline for one in chosen.states)] == [
        f"State {n}" for n in range(4)
    ]
    assert chosen.to_html() == every[0].to_html()
    assert chosen.to_json()["controls"][1] == {"label": "Shown", "options": ["Here", "There"]}
    for wrong in (every[:3], [*every[:3], exhibit(key="other")]):
        with pytest.raises(InputError, match="each of 4 combinations, all of one key; found"):
            exhibits.with_controls(controls, wrong)


def test_options_may_be_years_and_controls_within_controls_are_refused():
    years = exhibits.with_controls({"Year": range(2022, 2024)}, [exhibit(), exhibit()])
    assert years.to_json()["controls"] == [{"label": "Year", "options": ["2022", "2023"]}]
    with pytest.raises(InputError, match="name them all at once"):
        exhibits.with_controls({"Shown": ["Here", "There"]}, [exhibit(), years])


def test_parts_of_a_figure_are_framed_without_changing_the_figure():
    drawn = exhibit(svg='<svg width="9pt"><g id="k-brent"><path d="M0 0h9"/></g></svg>')
    framed = replace(drawn, framed=["brent"])
    assert framed.svg == drawn.svg == drawn.picture
    assert re.search(r"<style>#k-brent path\{stroke:#\w+!important;", framed.picture)
    shown = framed._repr_mimebundle_()[0]["image/svg+xml"]
    assert shown == framed.picture


def test_an_exhibit_of_made_up_data_is_stamped_once_however_often_it_is_changed():
    again = replace(exhibit(synthetic=True), framed=["a"])
    assert again.headline.count("SYNTHETIC") == again.alt.count("SYNTHETIC") == 1


def test_kinds_of_offence_are_named_in_full_in_picture_sentence_and_table():
    from pvtools import profiles

    page = profiles.demand("Hackney")
    for piece in (page.rising, page.groups):
        said = f"{piece.to_json()} {piece.svg}"  # each text of a figure stands in a comment
        assert "Theft or taking of a motor vehicle" in said
        for short in ("unauth", "motor veh ", "Res burglary", "Misc ", " agg "):
            assert short not in said
