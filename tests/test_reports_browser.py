"""A real browser opens what a hostile notebook became: nothing runs, nobody is asked."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

from pvtools import areas
from pvtools.reports import index
from pvtools.reports.html import HtmlExporter

from . import browser, hostile_pages
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
