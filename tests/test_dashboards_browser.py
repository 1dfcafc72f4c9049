"""A real browser opens the dashboard, changes the borough and follows a link."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import socket
from collections.abc import Iterator
from threading import Thread

import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pvtools import profiles

from . import browser
from .accessibility import faults_in_page
from .served import Served, free_port, kernels, loaded_by_a_stranger

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
_PATIENCE = 90_000  # milliseconds; a busy machine starts kernels slowly


#: Notes whenever figures can be seen under a heading that is not what the picker says.
_WITNESS = """
window.lies = [];
const look = () => {
  const heading = document.querySelector(".pv-figures .pv-area");
  const select = document.querySelector(".pv-picker select");
  if (!heading || !select || getComputedStyle(heading).visibility === "hidden") return;
  const picked = select.selectedOptions[0].text.replaceAll("\\u00a0", " ");
  if (picked !== heading.textContent) window.lies.push(`${heading.textContent} under ${picked}`);
};
const watch = () => { look(); requestAnimationFrame(watch); };
watch();
"""


@pytest.fixture(scope="module")
def server():
    browser.executable()
    with kernels() as server:
        yield server


@pytest.fixture
def address(server):
    return server.address


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        expect.set_options(timeout=_PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture
def page(chromium):
    with contextlib.closing(chromium.new_context(viewport={"width": 1000, "height": 900})) as own:
        page = own.new_page()
        page.add_init_script(_WITNESS)
        page.set_default_timeout(_PATIENCE)
        yield page


_profile = functools.cache(profiles.load)


def _shows(page: Page, borough: str) -> None:
    """Hold what stands on the page against the exhibits the report is made from."""
    profile = _profile(borough)
    name = profile.area.name
    expect(page.locator("h2.pv-area")).to_have_text(name)
    expect(page).to_have_title(f"{name} – Borough dashboard")
    expect(page).to_have_url(re.compile(rf"\?area={profile.area.slug}$"))
    picked = page.get_by_role("combobox").evaluate("s => s.selectedOptions[0].text")
    assert picked.replace("\xa0", " ") == name
    assert page.evaluate("window.lies") == []
    expect(page.get_by_text(f"Showing {profile.area.name}.")).to_be_visible()
    for finding in profile.findings.items:
        expect(page.get_by_text(finding.sentence, exact=True)).to_be_visible()
    for name in ("demand_trend", "confidence_trend", "confidence_strip"):
        exhibit = getattr(profile, name)
        expect(page.get_by_role("heading", name=exhibit.headline)).to_be_visible()
        expect(page.locator(f"#{exhibit.key} figure img")).to_have_attribute("alt", exhibit.alt)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_dashboard_and_its_message_of_no_such_page_have_no_accessibility_fault(
    address, page, width
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    assert faults_in_page(page) == []
    page.goto(f"{address}nosuch")
    assert faults_in_page(page) == []


def test_a_deep_link_shows_the_borough_and_the_picker_changes_it(address, page):
    elsewhere = []
    page.on("request", lambda r: elsewhere.append(r.url) if "127.0.0.1" not in r.url else None)
    page.goto(f"{address}?area=hackney", wait_until="commit")
    expect(page.get_by_role("heading", level=1)).to_contain_text("public value")
    _shows(page, "Hackney")

    picker = page.get_by_role("combobox")
    picker.focus()
    page.keyboard.type("Kensington")
    _shows(page, "Kensington and Chelsea")

    with page.expect_download() as download:
        page.locator('a[download*="confidence-trend"]').click()
    assert download.value.suggested_filename == (
        "pvtools-kensington-and-chelsea-confidence-trend.csv"
    )
    page.get_by_role("link", name="Link to this page").click()
    _shows(page, "Kensington and Chelsea")
    assert not [u for u in elsewhere if not u.startswith(("data:", "blob:"))]


def test_a_link_of_old_shows_its_borough_at_the_address_of_today(address, page):
    page.goto(f"{address}?borough=hackney", wait_until="commit")
    _shows(page, "Hackney")  # which holds the address too


def test_a_bad_link_shows_a_sentence_and_the_picker(address, page):
    page.goto(f"{address}?area=Hackny", wait_until="commit")
    expect(page.get_by_text("Did you mean 'Hackney'?")).to_be_visible()
    expect(page.get_by_role("combobox")).to_be_visible()
    assert "Traceback" not in page.content()


def test_on_a_telephone_the_picker_is_whole_and_shows_the_keyboards_focus(address, page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(address, wait_until="commit")
    picker = page.get_by_role("combobox")
    expect(picker).to_be_visible()
    box = picker.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    for _ in range(2):  # past the skip link
        page.keyboard.press("Tab")
    expect(picker).to_be_focused()
    expect(picker).to_have_css("outline-style", "solid")


def _pick(page: Page, borough: str) -> None:
    page.get_by_role("combobox").select_option(borough)


def _key(page: Page) -> str:
    """Return the key of the kernel of a page."""
    config = page.locator("#jupyter-config-data").text_content()
    return json.loads(config)["kernelId"]


def _kernel(server: Served) -> psutil.Process:
    """Return the newest kernel: that of the page just opened."""
    return max(server.kernels(), key=lambda kernel: kernel.create_time())


def test_a_killed_kernel_is_replaced_and_its_figures_stand_under_no_other_name(server, page):
    page.goto(f"{server.address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    _kernel(server).kill()
    _pick(page, "Camden")
    expect(page.locator("h2.pv-area", has_text="Hackney")).not_to_be_visible(timeout=1000)
    _shows(page, "Camden")


def test_a_kernel_that_ended_while_nobody_looked_is_replaced_at_once(server, page):
    page.goto(f"{server.address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    key = _key(page)
    assert server.ask(f"/voila/api/shutdown/{key}", "POST").status == 204
    expect(page.locator("h2.pv-area")).to_be_visible()  # what is shown is still right
    _pick(page, "Camden")
    _shows(page, "Camden")


def test_a_kernel_that_says_nothing_is_replaced(server, page):
    page.goto(f"{server.address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    silent = _kernel(server)
    silent.suspend()
    try:
        _pick(page, "Camden")
        expect(page.get_by_text("Getting the figures of Camden")).to_be_visible()
        expect(page.locator("h2.pv-area", has_text="Hackney")).not_to_be_visible(timeout=1000)
        _shows(page, "Camden")
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):  # it was ended with the page it had
            silent.resume()


@contextlib.contextmanager
def _relayed(to: int, port: int) -> Iterator[None]:
    """Pass on what comes to ``port``, until the end: then nobody listens there any more."""
    ends: list[socket.socket] = []

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", to))
                ends.extend((near, far))
                for pair in ((near, far), (far, near)):
                    Thread(target=pump, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", port)) as listener:
        Thread(target=serve, args=(listener,), daemon=True).start()
        try:
            yield
        finally:
            for end in [listener, *ends]:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def test_a_server_that_went_away_is_waited_for(server, page):
    port = free_port()
    with _relayed(server.port, port):
        page.goto(f"http://127.0.0.1:{port}/?area=hackney", wait_until="commit")
        _shows(page, "Hackney")
        key = _key(page)
    # a server that comes back knows no kernel of before
    assert server.ask(f"/voila/api/shutdown/{key}", "POST").status == 204
    _pick(page, "Camden")
    expect(page.get_by_text("The dashboard does not answer at the moment")).to_be_visible()
    expect(page.locator("h2.pv-area", has_text="Hackney")).not_to_be_visible(timeout=1000)
    with _relayed(server.port, port):
        _shows(page, "Camden")


def test_back_and_forward_move_the_picker_with_the_figures(address, page):
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("combobox")).to_be_visible()
    for borough in ("Hackney", "Camden"):
        _pick(page, borough)
        _shows(page, borough)
    page.go_back()
    _shows(page, "Hackney")
    page.go_back()
    expect(page.get_by_role("link", name="Hackney", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="CSV")).to_have_count(0)
    assert page.get_by_role("combobox").evaluate("s => s.selectedIndex") == 0
    page.go_forward()
    _shows(page, "Hackney")
    page.get_by_role("link", name="Link to this page").click()
    _shows(page, "Hackney")
    page.reload(wait_until="commit")
    _shows(page, "Hackney")


def test_a_page_in_a_hurry_ends_at_what_was_picked_last(address, page):
    page.goto(f"{address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    for borough in ("Camden", "Barnet", "Hackney", "Sutton"):
        _pick(page, borough)
    _shows(page, "Sutton")


def test_a_closed_tab_ends_its_kernel_within_seconds(server, page):
    server.await_kernels(0, seconds=180)  # those of tests before this one
    page.goto(server.address, wait_until="commit")
    expect(page.get_by_role("combobox")).to_be_visible()
    server.await_kernels(1)
    page.close(run_before_unload=True)
    server.await_kernels(0, seconds=20)


def test_a_page_of_somebody_else_makes_no_kernel(server, page):
    before = len(server.kernels())
    asked, answers = loaded_by_a_stranger(page, f"{server.address}?area=hackney")
    assert {"image", "script", "document", "media", "fetch"} <= asked
    assert answers == {403}
    assert len(server.kernels()) == before


def test_a_page_says_nothing_to_its_console_that_the_policy_refused(address, page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}?area=hackney", wait_until="commit")
    _shows(page, "Hackney")
    assert not [text for text in said if "Content Security Policy" in text or "Refused" in text]


def test_who_finds_no_place_is_told_so_and_gets_in_later(page):
    with kernels("--max-visitors", "1") as server:
        first = page.context.new_page()
        first.goto(server.address, wait_until="commit")
        expect(first.get_by_role("combobox")).to_be_visible()
        answer = page.goto(f"{server.address}?area=hackney")
        assert answer.status == 503
        expect(page.get_by_role("heading", level=1)).to_have_text("The dashboard is busy")
        expect(page.get_by_text("Try again in a minute")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "en"
        for width in (1280, 768, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        first.close(run_before_unload=True)
        server.await_kernels(0)
        for _ in range(20):  # a moment later the server knows that it has ended
            with page.expect_navigation(wait_until="commit") as opened:
                page.get_by_role("link", name="Try again").click()
            if opened.value.status != 503:
                break
        _shows(page, "Hackney")
