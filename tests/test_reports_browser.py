"""A real browser opens what a hostile notebook became: nothing runs, nobody is asked."""

from __future__ import annotations

import base64
import io
import itertools
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from nbformat import v4
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from pvtools import areas
from pvtools.exhibits import Cover, with_controls
from pvtools.reports import index
from pvtools.reports.html import HtmlExporter

from . import browser, hostile_pages, small_pages
from .accessibility import faults_in_page
from .small_pages import report
from .test_reports_index import NOW, built

pytestmark = pytest.mark.browser

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
#: Touches everything a reader could touch.
_TOUCH = """() => {
    for (const element of document.querySelectorAll('*'))
        for (const name of ['click', 'mouseover', 'focus', 'load', 'error', 'toggle'])
            element.dispatchEvent(new Event(name, {bubbles: true}));
    for (const link of document.querySelectorAll('a:not([href^="http"])')) link.click();
    return window.ran || 0;
}"""
#: What would stand on a page whose texts were not cleaned.
_SLIPPED_THROUGH = f"""
<script>{hostile_pages.RUN}</script><img src="x" alt="" onerror="{hostile_pages.RUN}">
<svg onload="{hostile_pages.RUN}"><script>{hostile_pages.RUN}</script></svg>
<p onclick="{hostile_pages.RUN}">p</p><a href="javascript:{hostile_pages.RUN}">a</a>
<iframe srcdoc="<script>parent.ran=1</script>"></iframe>
<img src="http://127.0.0.1:PORT/tracker.png" alt="">
<style>main{{background:url(http://127.0.0.1:PORT/style.png)}}</style>
<link rel="stylesheet" href="http://127.0.0.1:PORT/sheet.css">
<object data="http://127.0.0.1:PORT/object"></object>
"""


@pytest.fixture(scope="module")
def chromium():
    browser.executable()
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def calls():
    """Return a port of this computer and, as they come, what was asked for there."""
    found = set()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            found.add(self.path)
            self.send_error(404)

        def log_message(self, *said):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, found
        server.shutdown()


@pytest.fixture
def opened(chromium, tmp_path):
    """Return what happened when a page was opened as a file and touched all over."""

    def look(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = chromium.new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        ran = page.evaluate(_TOUCH)
        page.wait_for_timeout(200)
        ran += page.evaluate("window.ran || 0")
        at, title = page.url.partition("#")[0], page.title()
        page.close()
        elsewhere = [url for url in asked if url != path.as_uri() and url[:11] != "data:image/"]
        return ran, elsewhere, said, at == path.as_uri(), title

    return look


def exported(node):
    return HtmlExporter().from_notebook_node(node)[0]


@pytest.mark.parametrize("node", [hostile_pages.page(), hostile_pages.links()])
def test_nothing_of_a_hostile_notebook_runs_with_the_policy_or_without_it(opened, node):
    html = exported(node)

    for page in (html, _POLICY.sub("", html)):
        ran, elsewhere, said, stays, _ = opened(page)
        assert (ran, elsewhere, said, stays) == (0, [], [], True)


def test_the_policy_alone_stops_what_might_slip_through(opened, calls):
    port, found = calls
    slipped = _SLIPPED_THROUGH.replace("PORT", str(port))
    html = exported(report()).replace("</main>", slipped + "</main>")

    # With its base moved, every link of the page would lead elsewhere.
    moved = f'<base href="http://127.0.0.1:{port}/"></main>'
    ran, _, said, stays, title = opened(html.replace("</main>", moved))
    assert (ran, found, stays) == (0, set(), True)
    assert title.startswith("Hackney")
    assert any("Content Security Policy" in message for message in said)

    ran, *_ = opened(_POLICY.sub("", html))
    assert ran > 0, "without the policy it would run"
    assert {"/tracker.png", "/style.png", "/sheet.css"} <= found


def test_a_report_is_as_it_should_be_under_its_own_policy(chromium, opened, tmp_path):
    html = exported(report())
    ran, elsewhere, said, *_ = opened(html)
    assert (ran, elsewhere, said) == (0, [], [])

    page = chromium.new_page(viewport={"width": 1000, "height": 800})
    page.goto((tmp_path / "page.html").as_uri())
    figures = page.locator("figure img").evaluate_all(
        "images => images.map(i => [i.naturalWidth > 0, i.clientWidth, i.clientHeight])"
    )
    accent = page.locator("h2").first.evaluate("e => getComputedStyle(e).color")
    page.close()
    # 200 by 100 points are drawn as 333 pixels wide where there is room.
    assert figures[1] == [True, 333, 167]
    assert figures[0][0]
    assert accent == "rgb(18, 67, 109)"


def test_the_first_page_finds_an_area_by_name_and_its_map_fits_a_telephone(chromium, tmp_path):
    made = {area.slug: built(area.slug) for area in areas.reported()}
    first = tmp_path / "index.html"
    first.write_text(index.render(made, NOW), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(first.as_uri())
    page.get_by_label("Find an area by name").fill("HACK")
    assert page.locator("tbody tr:visible th").all_inner_texts() == [
        "Hackney",
        "Central East",  # the command unit it belongs to
    ]
    assert page.locator("#found").inner_text() == "2 of 46 found"
    page.get_by_label("Find an area by name").fill("")
    assert page.locator("tbody tr:visible").count() == 46
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tile = page.get_by_role("link", name="Tower Hamlets", exact=True)
    assert tile.inner_text() == "T H"
    assert errors == []
    page.close()


# An exhibit in several states -------------------------------------------------------------


def _alt(question, when):
    return f"Line chart with intervals: on {question} 62% (57% to 67%) agree, {when} as well."


def _in_states():
    """Return a page whose exhibit has two controls, with figures of several colours."""
    questions, years = ("Trust", "Good job"), ("2022", "2023")
    states = [
        small_pages.exhibit(
            headline=f"{question} in {year}",
            alt=_alt(question, year),
            svg=small_pages.SVG.replace("120", f"{20 * n}"),
        )
        for n, (question, year) in enumerate(itertools.product(questions, years), 1)
    ]
    chosen = with_controls({"Question": questions, "Year": years}, states)
    return exported(
        small_pages.notebook(
            small_pages.shown(Cover("Hackney", "Policing in Hackney", "To November 2025")),
            v4.new_markdown_cell("## What residents say"),
            small_pages.shown(chosen),
            pvtools={"hide_input": True},
        )
    )


@pytest.fixture
def states(chromium, tmp_path):
    """Return an open page in a window of a telephone's width, and what it complained of."""
    path = tmp_path / "states.html"
    path.write_text(_in_states(), encoding="utf-8")
    opened = []

    def look(**window):
        page = chromium.new_page(viewport={"width": 360, "height": 800}, **window)
        opened.append(page)
        page.complaints, page.asked = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield look
    for page in opened:
        page.close()


def _drawn(page):
    """Return how wide the rectangle in the figure is that is seen."""
    source = page.locator("figure img:visible").get_attribute("src")
    kind, _, data = source.partition(",")
    svg = base64.b64decode(data).decode() if kind.endswith("base64") else unquote(data)
    return int(re.search(r'<rect width="(\d+)"', svg)[1])


def test_a_state_is_chosen_by_keyboard_alone_and_said_while_the_focus_stays(states):
    page = states()
    page.keyboard.press("Tab")  # past the head of the page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Question"
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("heading", level=3).inner_text() == "Good job in 2022"
    assert page.get_by_role("status").inner_text() == _alt("Good job", "2022")
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Question"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("heading", level=3).inner_text() == "Good job in 2023"
    assert page.get_by_role("img", name=_alt("Good job", "2023")).is_visible()
    assert page.evaluate("document.activeElement.labels[0].textContent") == "Year"
    assert _drawn(page) == 80
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    assert page.get_by_role("heading", level=3).inner_text() == "Trust in 2022", "and back"
    assert _drawn(page) == 20
    assert page.complaints == []
    assert not [url for url in page.asked if not url.startswith(("file:", "data:image/"))]


def test_each_state_shows_its_own_figure_and_an_open_table_stays_open(states):
    page = states()
    page.locator("summary").click()
    for n, (question, year) in enumerate(itertools.product((0, 1), (0, 1)), 1):
        page.get_by_label("Question").select_option(index=question)
        page.get_by_label("Year").select_option(index=year)
        assert _drawn(page) == 20 * n
        assert page.locator("figure img").evaluate("i => i.decode().then(() => i.clientWidth)") > 99
        assert page.locator("section.pv-exhibit").count() == 1
        assert page.locator(".pv-exhibit td").first.is_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_chosen_state_has_no_fault_on_a_telephone_or_a_desk(states, width):
    page = states()
    page.set_viewport_size({"width": width, "height": 800})
    assert faults_in_page(page) == []
    page.get_by_label("Year").select_option("2023")
    assert faults_in_page(page) == []


def test_without_scripts_the_first_state_stands_alone_without_controls(states):
    page = states(java_script_enabled=False)
    assert page.get_by_role("heading", level=3).all_inner_texts() == ["Trust in 2022"]
    assert page.locator("select:visible").count() == 0
    assert page.locator("figure img").count() == 1
    assert _drawn(page) == 20


def test_on_paper_the_chosen_state_stands_alone_without_controls(states):
    page = states()
    page.get_by_label("Year").select_option("2023")
    page.emulate_media(media="print")
    assert page.locator("select:visible").count() == 0
    assert page.get_by_role("heading", level=3).all_inner_texts() == ["Trust in 2023"]
    assert page.locator("figure img:visible").count() == 1
    paper = PdfReader(io.BytesIO(page.pdf())).pages
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in paper)
    assert "Trust in 2023" in text
    assert not re.search("Trust in 2022|Good job|Question", text)


def test_only_our_script_runs_on_a_page_with_states(opened, calls):
    port, found = calls
    slipped = _SLIPPED_THROUGH.replace("PORT", str(port))
    ran, _, said, stays, _ = opened(_in_states().replace("</main>", slipped + "</main>"))
    assert (ran, found, stays) == (0, set(), True)
    assert any("Content Security Policy" in message for message in said)
