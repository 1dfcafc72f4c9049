"""What of an output a page can hold, and what becomes of the rest."""

from __future__ import annotations

import pytest

from pvtools.reports import printable

FOLIUM = (
    '<div style="width:100%;"><span style="color:#565656">Make this Notebook Trusted to load map: '
    'File -> Trust Notebook</span><iframe srcdoc="&lt;html&gt;"></iframe></div>'
)
PLOTLY = '<div class="plotly-graph-div"></div><script>Plotly.newPlot("a")</script>'
COLAB = (
    '<div id="df-1"><style>.x{}</style><table><tr><td>1</td></tr></table>'
    "<button onclick='convert()'><svg viewBox='0 0 1 1'></svg>Convert</button><script>x()</script>"
    "<div style='display: none'>hidden</div><p style='visibility:hidden'>hidden</p>"
    "<i aria-hidden='true'>hidden icon</i></div>"
)


@pytest.mark.parametrize(
    ("source", "plain", "kinds"),
    [
        (FOLIUM, "<folium.folium.Map object at 0x7f>", ["interactive map"]),
        (PLOTLY, "", ["interactive chart"]),
        ("<iframe src='https://example.org'></iframe>", "", ["embedded page"]),
        ("<video src='a.mp4'>Your browser is old.</video>", "", ["video"]),
        ("<script>console.log(1)</script>", "", ["script"]),
        ("<button>Press</button>", "", ["interactive control"]),
        ("<div id='later'></div>", "", ["output made of HTML"]),
        ("<style>h1{color:red}</style><!-- nothing -->", "", []),
    ],
    ids=["folium", "plotly", "iframe", "video", "script", "button", "shell", "style"],
)
def test_html_that_nobody_could_read_is_known_by_its_kind(source, plain, kinds):
    assert printable.read_html(source, plain) == ("", kinds)


def test_words_and_tables_are_kept_without_the_controls_around_them():
    html, kinds = printable.read_html(COLAB)
    assert "<td>1</td>" in html
    assert not any(gone in html for gone in ("button", "svg", "style", "script", "hidden"))
    assert kinds == []


def test_words_beside_a_frame_are_kept_and_the_frame_is_named():
    html, kinds = printable.read_html("<p>Where it rose:</p><iframe src='x'></iframe>")
    assert (html, kinds) == ("<p>Where it rose:</p>", ["embedded page"])


def test_a_drawing_inside_html_keeps_its_letters_and_its_name():
    html, _ = printable.read_html(
        '<svg viewBox="0 0 9 9" aria-label="Rises &amp; falls"><path/></svg>'
        "<svg><title>A map</title><rect/></svg><svg aria-hidden='true'><rect/></svg>"
        "<svg style='width:0'><defs><symbol id='icon'><path/></symbol></defs></svg>"
        "<svg>never closed"
    )
    assert 'alt="Rises &amp; falls"' in html
    assert 'alt="A map"' in html
    assert html.count("<img") == 2


@pytest.mark.parametrize(
    ("mime", "plain", "kinds"),
    [
        ("application/vnd.plotly.v1+json", "Figure({})", ["interactive chart"]),
        ("application/vnd.vegalite.v5+json", "alt.Chart(...)", ["interactive chart"]),
        ("application/vnd.jupyter.widget-view+json", "IntSlider()", ["interactive control"]),
        ("application/javascript", "<IPython.core.display.Javascript object>", ["script"]),
        ("application/pdf", "<Figure size 640x480>", ["PDF document"]),
        ("application/x-odd", "<odd.Thing at 0x7f>", ["output of the type application/x-odd"]),
        ("application/x-odd", "an answer", []),
        ("text/plain", "<Figure size 640x480 with 1 Axes>", ["figure"]),
        ("text/plain", "<odd.Thing object at 0x7f>", ["object of the kind odd.Thing"]),
        ("text/plain", "[<odd.Line2D at 0x7F>]", ["object of the kind odd.Line2D"]),
        ("text/plain", "<NA>", []),
        ("text/plain", "{'a': <odd.Thing object at 0x7f>}", []),
    ],
    ids=["plotly", "vega", "widget", "javascript", "pdf", "unknown", "answer",
         "figure", "object", "objects", "missing", "words"],
)  # fmt: skip
def test_an_output_no_page_can_show_is_known_by_its_type(mime, plain, kinds):
    assert printable.kinds_of({mime: "x"} | {"text/plain": plain}) == kinds


def test_what_draws_is_named_rather_than_the_script_it_draws_by():
    data = {"application/javascript": "f()", "application/vnd.bokehjs_exec.v0+json": ""}
    assert printable.kinds_of(data) == ["interactive chart"]


@pytest.mark.parametrize(
    ("plain", "echoes"),
    [
        ("[<matplotlib.lines.Line2D at 0x7f>]", True),
        ("<Axes: xlabel='year'>", True),
        ("<BarContainer object of 3 artists>", True),
        ("Text(0.5, 1.0, 'Burglary')", True),
        ("<Figure size 640x480 with 0 Axes>", True),
        ("Textbooks", False),
        ("<NA>", False),
        ("18 offences", False),
    ],
)
def test_what_a_call_that_draws_returns_is_known(plain, echoes):
    assert printable.echoes_a_drawing({"text/plain": plain}) is echoes
    assert not printable.echoes_a_drawing({"text/plain": plain, "text/html": "<p>Words</p>"})
