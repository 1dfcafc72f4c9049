"""The suite as its visitors meet it: figures at once, no kernel, every address with a way on."""

from __future__ import annotations

import contextlib
import html
import re
import time

import pytest
from playwright.sync_api import expect, sync_playwright

from pvtools import places, profiles
from pvtools.dashboards import apps
from pvtools.dashboards.page import ABSENT

from . import browser
from .accessibility import faults_in_page
from .served import suite

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
PAGES = (
    "borough/hackney", "borough/central-east", "compare/hackney/camden", "confidence/hackney",
    "demand/hackney", "targets/hackney", "safety-index/hackney", "what-works",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    browser.executable()
    folder = tmp_path_factory.mktemp("suite")
    with suite(folder=folder, log=folder / "log.txt") as server:
        server.log = folder / "log.txt"
        yield server


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        expect.set_options(timeout=60_000)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(chromium, server):
    """Return a function that opens an address of the suite at a width."""
    with contextlib.ExitStack() as open_pages:

        def to(path, width=1280, scripts=True):
            own = chromium.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripts
            )
            page = open_pages.enter_context(contextlib.closing(own)).new_page()
            page.set_default_timeout(60_000)
            page.goto(server.address + path)
            return page

        yield to


def text(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_comes_with_all_its_figures_and_starts_no_kernel(server, path):
    page = server.open(f"/{path}")
    assert page.status == 200
    assert page.text.count("<h1>") == 1
    assert page.text.count("<figure>") > 0
    assert ABSENT not in page.text.split("</style>")[1]
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(set(ids)) == len(ids)  # by these links and files find each exhibit
    scripts = re.findall(r"<script[^>]*>", page.text)
    assert scripts == ['<script src="/voila/static/suite.js">']  # copies a sentence; controls
    assert server.kernels() == []


def test_what_a_page_says_is_what_the_report_says(server):
    shown = text(server.open("/borough/hackney").text)
    profile = profiles.load("hackney")
    for finding in profile.findings.items:
        assert finding.sentence in shown
    for row in profile.account_measure.table.itertuples():
        assert row.found in shown
    for exhibit in (profile.confidence_trend, profile.outcomes):
        assert exhibit.headline in shown
        assert html.escape(exhibit.alt) in server.open("/borough/hackney").text


def test_a_page_that_was_made_comes_within_half_a_second(server):
    server.open("/borough/hackney")
    began = time.monotonic()
    server.open("/borough/hackney")
    assert time.monotonic() - began < 5  # a generous limit: it is read, not made


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/?area=hackney", "/borough/hackney"),
        ("/?borough=hackney", "/borough/hackney"),
        ("/hackney", "/borough/hackney"),
        ("/E09000012", "/borough/hackney"),
        ("/borough/Hackney", "/borough/hackney"),
        ("/borough?area=hackney", "/borough/hackney"),
        ("/compare?area=hackney&area=&area=london", "/compare/hackney/london"),
        ("/compare/hackney/hackney", "/compare/hackney"),
    ],
)
def test_every_way_of_naming_an_area_leads_to_its_page(server, path, leads):
    answer = server.open(path)
    assert answer.status == 302
    assert answer.headers["Location"] == leads


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/borough/Hackny", "Did you mean 'Hackney'?"),
        ("/borough/City%20of%20London", "police force of its own"),
        ("/confidence/central-east", "Basic Command Unit"),
        ("/compare/hackney/camden/brent/bexley", "No more than three areas"),
    ],
)
def test_a_bad_address_gets_a_sentence_the_picker_and_the_map(server, path, said):
    answer = server.open(path)
    assert answer.status == 404
    assert said in text(answer.text)
    assert "<select" in answer.text
    assert "pv-tiles" in answer.text


def test_too_few_areas_to_compare_show_the_pickers_with_what_was_chosen(server):
    answer = server.open("/compare/hackney")
    assert answer.status == 200
    assert "Choose two or three areas" in text(answer.text)
    assert '<option value="hackney" selected>' in answer.text


def test_pages_run_no_script_but_the_servers_own_and_are_framed_by_nobody(server):
    for path, allowed in (("/", "'none'"), ("/borough", "'none'"), ("/borough/hackney", "'self'")):
        policy = server.open(path).headers["Content-Security-Policy"]
        assert f"script-src {allowed};" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy


def test_an_answer_is_packed_and_not_sent_again_if_it_is_known(server):
    packed = server.ask("/borough", "HEAD", Accept="text/html", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    first = server.open("/borough")
    known = server.ask("/borough", Accept="text/html", If_None_Match=first.headers["Etag"])
    assert (known.status, known.text) == (304, "")


@pytest.mark.parametrize("width", [360, 768, 1280, 1600])
@pytest.mark.parametrize(
    "path", ["", "borough/hackney", "compare/hackney/camden", "borough/x", "x"]
)
def test_no_page_has_an_accessibility_fault_or_is_wider_than_the_screen(visit, path, width):
    page = visit(path, width)
    assert faults_in_page(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_wide_screen_exhibits_stand_in_pairs_and_a_table_with_many_columns_across_both(visit):
    page = visit("borough/hackney", 1600)

    def box(key):
        return page.locator(f".pv-piece:has(> #{key})").bounding_box()

    for left, right in (("demand-trend", "demand-currencies"), ("outcomes", "distortion-checks")):
        one, two = box(left), box(right)
        assert one["y"] == pytest.approx(two["y"])
        assert one["x"] + one["width"] < two["x"]
    assert box("glance")["width"] > 1.9 * box("outcomes")["width"]
    took = page.locator(".pv-piece:has(> #outcomes) .pv-files").bounding_box()
    assert took["y"] > page.locator("#outcomes img").bounding_box()["y"]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert box("demand-trend")["y"] < box("demand-currencies")["y"]


def test_all_tiles_of_the_map_are_of_one_height(visit):
    tiles = visit("").locator(".pv-tiles li > *").all()
    assert len({tile.bounding_box()["height"] for tile in tiles}) == 1


def test_an_area_is_chosen_by_keyboard_alone_and_back_shows_the_last(visit, server):
    page = visit("borough/hackney")
    picker = page.get_by_role("combobox", name="Area")
    picker.focus()
    page.keyboard.type("Camden")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Camden")
    assert page.url == f"{server.address}borough/camden"
    assert page.title() == "Camden – Borough – pvtools"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hackney")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hackney")
    expect(picker).to_have_value("hackney")


def test_without_scripts_everything_is_there(visit):
    page = visit("", scripts=False)
    page.get_by_role("navigation", name="Boroughs on a map").get_by_text("Camden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Camden")
    page.get_by_role("navigation", name="Dashboards").get_by_text("Compare").click()
    page.get_by_role("combobox", name="Area", exact=True).select_option("hackney")
    page.get_by_role("combobox", name="Second area").select_option("camden")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hackney and Camden")


def test_each_notebook_of_the_suite_says_what_it_answers():
    for app in apps.apps(places.notebook("dashboards")):
        assert app.title
        assert app.summary.endswith(".")
