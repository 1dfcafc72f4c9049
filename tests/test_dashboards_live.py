"""Controls in a page: a kernel when the reader asks, dials in the address, and no false figure."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import nbformat
import psutil
import pytest
from playwright.sync_api import Frame, Page, Route, expect, sync_playwright

from pvtools import places

from . import browser
from .accessibility import faults_in_page
from .served import OPENING, Served, free_port, loaded_by_a_stranger, served

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
_PATIENCE = 30_000  # milliseconds; a busy machine starts kernels slowly
_FRAMED = {"Accept": "text/html", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
#: The dials of which the figures are, once they are those that are set.
_DRAWN = """() => document.querySelector("body:not(.pv-updating) .pv-drawn")?.dataset.dials"""
_SEEN = "setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 500)"
#: Writes what the page says of its connection to the console: it may go to another address then.
_SAYING = """
new MutationObserver(() => {
  const said = document.getElementById("pv-live")?.textContent;
  if (said) console.log(`said: ${said}`);
}).observe(document, { characterData: true, childList: true, subtree: true });
"""
#: Notes whenever figures can be seen as those of dials that are not set.
_WITNESS = """
window.lies = [];
const watch = () => {
  const drawn = document.querySelector(".pv-drawn");
  if (drawn && document.querySelector(".pv-dial [role=slider]")) {
    const wrong = [...new URLSearchParams(drawn.dataset.dials)].some(([name, value]) => {
      const handle = document.querySelector(`.pv-dial-${name} [role=slider]`);
      return handle && Number(handle.getAttribute("aria-valuetext")) !== Number(value);
    });
    const said = document.body.classList.contains("pv-updating");
    window.wrong = wrong && !said ? (window.wrong ?? 0) + 1 : 0;
    if (window.wrong > 2) window.lies.push(drawn.dataset.dials); // for longer than two frames
  }
  requestAnimationFrame(watch);
};
watch();
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    browser.executable()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with served("--max-visitors", "2") as server:
            yield server


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        expect.set_options(timeout=_PATIENCE)
        yield chromium
        chromium.close()


def test_a_notebook_that_is_on_no_page_is_reached_from_the_start(tmp_path):
    for path in places.notebook("dashboards").glob("*.ipynb"):
        shutil.copy(path, tmp_path)
    own = nbformat.read(tmp_path / "weights.ipynb", 4)
    own.metadata["title"] = "Weights & measures"
    own.metadata["pvtools"]["summary"] = "What each part <weighs>."
    nbformat.write(own, tmp_path / "my weights.ipynb")
    with served("--notebooks", str(tmp_path), environment={"XDG_CACHE_HOME": str(tmp_path)}) as one:
        home = one.open("/").text
        link = '<a href="/live/my%20weights">Weights &amp; measures</a>'
        assert home.count(link) == 2  # beside the other dashboards, and with what it answers
        assert f"<dt>{link}</dt><dd>What each part &lt;weighs&gt;.</dd>" in home
        assert "/live/target-lab" not in home  # its page offers it
        assert one.ask("/live/my%20weights", "HEAD", **OPENING).status == 200
        assert one.open("/hackney").status == 302


@pytest.fixture
def tab(chromium) -> Iterator[Page]:
    with closing(chromium.new_context(viewport={"width": 1280, "height": 900})) as own:
        tab = own.new_page()
        tab.add_init_script(_WITNESS)
        tab.set_default_timeout(_PATIENCE)
        yield tab


@pytest.fixture
def page(tab, server) -> Iterator[Page]:
    yield tab
    tab.unroute_all()
    tab.goto("about:blank")  # a page that is left ends its kernel, in a frame as well
    no_kernel(server)


def no_kernel(server: Served) -> None:
    """Wait until there is none; one that ends while it is looked at is looked at again."""
    for _ in range(5):
        with contextlib.suppress(psutil.NoSuchProcess):
            server.await_kernels(0)
            return
    server.await_kernels(0)


def drawn(page: Page | Frame) -> dict[str, str]:
    """Return the dials of which the figures are, once they are those that are set."""
    found = page.wait_for_function(_DRAWN, timeout=_PATIENCE).json_value()
    return {name: value for name, [value] in parse_qs(found).items()}


def frame_of(page: Page) -> Frame:
    return page.wait_for_selector(".pv-controls iframe").content_frame()


def turn(page: Page | Frame, name: str, key: str = "ArrowRight") -> None:
    page.locator(f".pv-dial-{name} [role=slider]").press(key)


def test_a_page_of_figures_offers_controls_without_a_kernel(server, page):
    page.goto(f"{server.address}targets")
    expect(page.get_by_role("button", name="Start the controls")).to_be_visible()
    assert page.locator("iframe").count() == 0
    assert server.kernels() == []
    plain = server.open("/targets").text
    assert '<a class="pv-start" href="/live/target-lab">Open the controls</a>' in plain


def test_controls_start_by_keyboard_and_their_dials_are_the_pages_address(server, page):
    page.goto(f"{server.address}targets")
    page.get_by_role("button", name="Start the controls").press("Enter")
    said = page.locator(".pv-controls [role=status]")
    expect(said).to_have_text("The controls are getting ready …")
    frame = frame_of(page)
    assert drawn(frame)["shifting"] == "0"
    expect(said).to_be_empty()
    assert page.url == f"{server.address}targets"
    assert not frame.locator(".pv-back").is_visible()  # the page around it has its own
    turn(frame, "shifting")
    page.wait_for_url("**/targets?shifting=5")
    assert drawn(frame)["shifting"] == "5"
    page.reload()
    frame = frame_of(page)
    assert drawn(frame)["shifting"] == "5"
    assert frame.evaluate("window.lies") == []
    shown = page.locator(".pv-controls iframe").bounding_box()["height"]
    assert shown == pytest.approx(frame.evaluate("document.documentElement.scrollHeight"), abs=2)


def test_scenarios_are_of_the_area_whose_page_they_are_on(server):
    plain = server.open("/demand/hackney").text
    assert 'href="/live/scenarios?area=hackney"' in plain


def test_controls_opened_by_themselves_lead_back_to_their_page_and_to_the_start(server, page):
    page.goto(f"{server.address}live/scenarios?area=hackney")
    ways = page.get_by_role("navigation", name="Dashboards").get_by_role("link")
    assert ways.all_text_contents() == ["Start", "Demand"]
    assert ways.first.evaluate("link => link.href") == server.address
    assert ways.last.evaluate("link => link.href") == f"{server.address}demand?area=hackney"
    assert server.open("/demand?area=hackney").headers["Location"] == "/demand/hackney"


def test_a_lost_kernel_is_replaced_with_the_dials_as_they_were_set(server, page):
    page.goto(f"{server.address}targets?shifting=30")
    frame = frame_of(page)
    assert drawn(frame)["shifting"] == "30"
    [kernel] = server.kernels()
    kernel.kill()
    no_kernel(server)
    turn(frame, "shifting")
    page.wait_for_url("**/targets?shifting=35")
    assert drawn(frame_of(page))["shifting"] == "35"
    assert frame_of(page).evaluate("window.lies") == []
    assert "again" not in frame_of(page).url


def test_a_lost_kernel_is_noticed_when_the_page_is_seen_again(server, page):
    page.goto(f"{server.address}live/target-lab?rounding=20")
    drawn(page)
    [kernel] = server.kernels()
    kernel.kill()
    no_kernel(server)
    with page.expect_navigation():
        page.evaluate(_SEEN)  # until the server has noticed as well
    assert drawn(page)["rounding"] == "20"


def test_a_page_goes_to_its_address_once_however_long_the_answer_takes(server, page):
    page.goto(f"{server.address}live/target-lab?rounding=20")
    drawn(page)
    asked = []

    def slowly(route: Route) -> None:
        asked.append(route.request.url)
        page.wait_for_timeout(3000)  # as a busy server takes to start a kernel
        route.continue_()

    page.route("**/live/target-lab?*", slowly)
    [kernel] = server.kernels()
    kernel.kill()
    no_kernel(server)
    with page.expect_navigation():
        page.evaluate(_SEEN)
    assert drawn(page)["rounding"] == "20"
    assert len(asked) == 1
    assert len(server.kernels()) == 1


def test_a_kernel_ends_whose_page_is_not_waited_for(server):
    for _ in range(2):
        with closing(socket.create_connection((server.host, server.port))) as wire:
            lines = [f"{name}: {value}" for name, value in OPENING.items()]
            head = ["GET /live/target-lab HTTP/1.1", f"Host: {server.host}:{server.port}", *lines]
            wire.sendall("\r\n".join([*head, "", ""]).encode())
            server.await_kernels(1)
        no_kernel(server)  # long before two minutes have gone


def test_a_culled_kernel_and_a_restarted_server_are_said_and_the_dials_stay_as_they_are(tab):
    said, port = [], free_port()
    tab.on("console", lambda m: said.append(m.text) if m.text.startswith("said: ") else None)
    tab.add_init_script(_SAYING)
    limits = (
        "--MappingKernelManager.cull_idle_timeout=10",
        "--MappingKernelManager.cull_interval=1",
    )
    with served(port=port, settings=limits) as short:
        tab.goto(f"{short.address}live/target-lab?shifting=30")
        assert drawn(tab)["shifting"] == "30"
        no_kernel(short)
        assert said == []  # what is shown is still right
        turn(tab, "shifting")
        expect(tab).to_have_url(re.compile(r"shifting=35"))
        assert drawn(tab)["shifting"] == "35"
        assert any("They start again as they are set" in text for text in said)
    with tab.expect_console_message(lambda m: "do not answer at the moment" in m.text):
        turn(tab, "shifting")
    with served(port=port) as again:
        tab.wait_for_function(
            "document.querySelector('.pv-drawn')?.dataset.dials.includes('shifting=40')",
            timeout=60_000,
        )
        assert drawn(tab)["shifting"] == "40"
        assert tab.evaluate("window.lies") == []
        tab.goto("about:blank")
        no_kernel(again)


def test_a_page_that_has_its_controls_is_left_in_peace(server, page):
    sockets = []
    page.on("websocket", lambda one: sockets.append(one.url))
    page.goto(f"{server.address}live/target-lab")
    drawn(page)
    page.wait_for_timeout(3000)
    assert len(sockets) == 1


def test_a_page_of_somebody_else_starts_no_kernel_of_controls(server, page):
    aim = f"{server.address}live/target-lab?shifting=30"
    asked, answers = loaded_by_a_stranger(page, aim)
    assert {"image", "script", "document", "fetch"} <= asked
    assert answers == {403}
    assert server.kernels() == []


def test_no_third_kernel_is_tried_where_a_fresh_one_is_lost_as_well(server, page):
    page.route("**/api/kernels/*", lambda route: route.fulfill(status=404))
    page.route_web_socket(re.compile("channels"), lambda socket: None)  # nothing ever comes
    opened = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    page.goto(f"{server.address}live/target-lab")
    page.wait_for_timeout(4000)
    assert len(opened) <= 2


def test_a_full_house_is_said_in_the_page(server, page, chromium):
    with closing(chromium.new_context()) as others:
        for _ in range(2):
            other = others.new_page()
            other.goto(f"{server.address}live/target-lab")
            other.wait_for_selector(".pv-drawn", state="attached")
        page.goto(f"{server.address}targets")
        page.get_by_role("button", name="Start the controls").click()
        expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(
            "The dashboard is busy"
        )
        expect(page.locator(".pv-controls [role=status]")).to_be_empty()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("address", ["live/target-lab?shifting=30", "live/scenarios?area=hackney"])
def test_controls_meet_the_accessibility_gate_and_fit_their_width(server, page, address, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(server.address + address)
    drawn(page)
    assert faults_in_page(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for slider in page.get_by_role("slider").all():
        assert slider.get_attribute("aria-label")
        assert slider.bounding_box()["width"] >= 24


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (OPENING, 200),
        (_FRAMED, 200),
        (_FRAMED | {"Sec-Fetch-Site": "cross-site"}, 403),
        (_FRAMED | {"Sec-Fetch-Site": "same-site"}, 403),
        (_FRAMED | {"Sec-Fetch-Dest": "image"}, 403),
        (_FRAMED | {"Sec-Fetch-Dest": "embed"}, 403),
        (_FRAMED | {"Sec-Purpose": "prefetch"}, 403),
        ({"Accept": "image/*"}, 403),
    ],
)
def test_a_kernel_starts_for_a_tab_and_a_frame_of_our_own_only(server, headers, status):
    answer = server.ask("/live/target-lab", "GET", **headers)
    assert answer.status == status
    if status == 200:
        found = re.search(r'"kernelId": "([0-9a-f-]{36})"', answer.text)
        ended = server.ask(f"/voila/api/shutdown/{found[1]}", "POST")
        assert ended.status == 204
    no_kernel(server)


def test_only_controls_may_stand_in_a_frame_and_only_in_ours(server):
    controls = server.ask("/live/target-lab", "HEAD", **_FRAMED).headers
    assert controls["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in controls["Content-Security-Policy"]
    for path in ("/", "/targets", "/works", "/voila/static/suite.js"):
        other = server.open(path).headers
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_a_page_runs_a_script_only_where_it_has_controls(server):
    with_controls = server.open("/targets").headers["Content-Security-Policy"]
    assert "script-src 'self'" in with_controls
    assert "frame-src 'self'" in with_controls
    assert "unsafe-eval" not in with_controls
    assert "connect-src 'none'" in with_controls
    without = server.open("/confidence").headers["Content-Security-Policy"]
    assert "script-src 'none'" in without
    assert "frame-src" not in without


@pytest.mark.parametrize(
    "query",
    ["template=lab&theme=dark", "voila-template=lab", "shifting=%3Cscript%3Ealert(1)%3C/script%3E"],
)
def test_an_address_of_controls_holds_their_dials_and_nothing_else(server, page, query):
    page.goto(f"{server.address}live/target-lab?{query}")
    assert set(drawn(page).values()) == {"0"}
    assert urlsplit(page.url).path == "/live/target-lab"
    assert page.locator(".pv-banner h1").text_content() == "Target lab"
    assert "alert(1)" not in page.content() or "&lt;script" in page.content()


#: Notes whenever the truth that is shown is not that of the dial set, and the page does not say so.
_TRUTHS = """
window.marks = [];
window.stale = [];
const compare = () => {
  const mark = document.querySelector(".pv-drawn")?.dataset.dials;
  if (mark && mark !== window.marks.at(-1)) window.marks.push(mark);
  const handle = document.querySelector(".pv-dial-shifting [role=slider]");
  const row = [...document.querySelectorAll("#distortion-truth tbody tr")].find(
    (one) => one.cells[0].textContent === "shifting");
  const set = `${Math.round(Number(handle?.getAttribute("aria-valuetext")))}%`;
  const wrong = handle && row && row.cells[1].textContent !== set;
  const said = document.body.classList.contains("pv-updating");
  window.wrongly = wrong && !said ? (window.wrongly ?? 0) + 1 : 0;
  if (window.wrongly > 2) window.stale.push(`${row.cells[1].textContent} under ${set}`);
  requestAnimationFrame(compare);
};
compare();
"""


def test_a_held_key_is_drawn_once_or_twice_and_never_under_newer_dials(server, page):
    page.add_init_script(_TRUTHS)
    page.goto(f"{server.address}live/target-lab")
    drawn(page)
    handle = page.locator(".pv-dial-shifting [role=slider]")
    handle.focus()
    first = len(page.evaluate("window.marks"))
    for _ in range(12):  # a key that is held is pressed again and again without being let go
        page.keyboard.down("ArrowRight")
        page.wait_for_timeout(30)
    page.keyboard.up("ArrowRight")
    assert drawn(page)["shifting"] == "60"
    said = page.locator(".pv-says")
    expect(said).to_contain_text("The figures are now those with “Late cases written down")
    assert len(page.evaluate("window.marks")) - first <= 3
    for key in ("Home", "End", "ArrowLeft"):  # while figures of the one before are being drawn
        handle.press(key)
        page.wait_for_timeout(200)
    assert drawn(page)["shifting"] == "95"
    expect(page.locator("#distortion-truth")).to_contain_text("95%")
    assert page.evaluate("window.stale") == []
    assert page.evaluate("window.lies") == []
