"""A real browser opens the dashboard, changes the borough and follows a link."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pvtools import profiles

from . import browser

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
_PATIENCE = 90_000  # milliseconds; a busy machine starts kernels slowly


@pytest.fixture(scope="module")
def address():
    browser.executable()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pvtools", "dashboard", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _await(port, server)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(20)


def _await(port: int, server: subprocess.Popen) -> None:
    for _ in range(120):
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/voila/static/voila.js", timeout=5)
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the dashboard did not answer within a minute")


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        page = chromium.new_page(viewport={"width": 1000, "height": 900})
        page.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        yield page
        chromium.close()


def _shows(page: Page, borough: str) -> None:
    """Hold what stands on the page against the exhibits the report is made from."""
    profile = profiles.load(borough)
    expect(page.get_by_text(f"Showing {profile.borough.name}.")).to_be_visible()
    for finding in profile.findings.items:
        expect(page.get_by_text(finding.sentence, exact=True)).to_be_visible()
    for name in ("demand_trend", "confidence_trend", "confidence_strip"):
        exhibit = getattr(profile, name)
        expect(page.get_by_role("heading", name=exhibit.headline)).to_be_visible()
        expect(page.locator(f"#{exhibit.key} figure img")).to_have_attribute("alt", exhibit.alt)


def test_a_deep_link_shows_the_borough_and_the_picker_changes_it(address, page):
    elsewhere = []
    page.on("request", lambda r: elsewhere.append(r.url) if "127.0.0.1" not in r.url else None)
    page.goto(f"{address}?borough=hackney", wait_until="commit")
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


def test_a_bad_link_shows_a_sentence_and_the_picker(address, page):
    page.goto(f"{address}?borough=Hackny", wait_until="commit")
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
