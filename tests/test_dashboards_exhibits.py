"""What a reader takes away of an exhibit: files that say what they are, a sentence, a link."""

from __future__ import annotations

import contextlib
import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from playwright.sync_api import expect, sync_playwright

from pvtools import profiles
from pvtools.dashboards import files, page, pages
from pvtools.exhibits import csv_text
from pvtools.reports import scripts

from . import browser
from .accessibility import faults_in_page
from .served import suite
from .test_dashboards_reports import lay

HOSTILE = '=cmd|"/c calc"!A1'


def piece(*columns, rows, **more):
    described = [{"key": str(at), "label": name, "format": how} for at, (name, how) in
                 enumerate(columns)]  # fmt: skip
    return {
        "kind": "exhibit", "key": "small", "headline": "H", "subtitle": "S", "alt": "A",
        "source": "Recorded crime, by borough, the police", "vintage": "Figures to May 2025",
        "caveats": [], "synthetic": False, "table": {"columns": described, "rows": rows},
    } | more  # fmt: skip


def read(text):
    return pd.read_csv(io.StringIO(text), comment="#")


def test_numbers_in_a_file_are_rounded_as_they_are_shown_and_counts_are_whole():
    shown = piece(
        ("Share", "percent"), ("Change", "change"), ("Gap", "points"), ("Offences", "count"),
        ("Rate", "rate"), ("Score", "decimal"), ("Month", "month"),
        rows=[[0.625, -0.0154, -0.09, 32757.0, 8.6745, 0.499, "2025-04"], [None] * 7],
    )  # fmt: skip
    table = read(csv_text.render(shown, about={}))
    assert [*table.iloc[0]] == [63, -1.5, -9, 32757, 8.7, 0.5, "2025-04"]
    assert table.iloc[1].isna().all()
    assert ",32757," in csv_text.render(shown, about={})


def test_a_file_that_cannot_be_made_costs_itself_alone_and_the_log_says_why(monkeypatch, caplog):
    def fails(_):
        raise OSError("no room")

    monkeypatch.setattr(files, "_png", fails)
    trend = profiles.study("Hackney").trend
    held = files.unpack(files.pack([trend]))
    assert {*held} == {"confidence-trend.csv", "confidence-trend.svg"}
    assert "confidence-trend.png could not be made" in caplog.text
    assert "no room" in caplog.text


def test_the_area_is_framed_in_the_files_of_its_map_as_on_the_page():
    shown = profiles.load("Hackney").map
    framed, none = (files.unpack(files.pack([one])) for one in (shown, replace(shown, framed=())))
    assert b"#confidence-map-hackney path{stroke" in framed["confidence-map.svg"]
    assert framed["confidence-map.png"] != none["confidence-map.png"]


def test_a_chance_too_small_for_two_decimals_is_not_written_as_a_number():
    shown = piece(("p", "p_value"), rows=[[0.0004], [0.31]])
    assert [*read(csv_text.render(shown, about={}))["p"]] == ["under 0.01", "0.31"]


def test_a_file_says_of_itself_what_it_holds_and_what_each_column_means():
    text = csv_text.render(
        piece(("Lower, 95%", "percent"), rows=[[0.5]], synthetic=True, caveats=["Mind this."]),
        about={"Area": "Hackney"},
    )
    head = [line for line in text.splitlines() if line.startswith("#")]
    for said in (
        "# SYNTHETIC: made-up data", "# Title: H", "# Area: Hackney", "# Note: Mind this.",
        "# Licence of Recorded crime, by borough: Open Government Licence",
        "# Column 1, Lower, 95%: per cent, whole",
    ):  # fmt: skip
        assert any(line.startswith(said) for line in head), said
    assert any("not an official statistic" in line for line in head)


def test_nothing_in_a_file_is_a_formula_to_a_spreadsheet_or_a_comment_to_a_reader():
    cells = [HOSTILE, "+1", "-2+3", "@SUM(A1)", "a # b", 'say "x"', "two\r\n=lines", "\t=1"]
    text = csv_text.render(
        piece((HOSTILE, "text"), rows=[[cell] for cell in cells], headline=f"x,{HOSTILE}\n=2"),
        about={"Area": "y, -1"},
    )
    back = [*read(text).iloc[:, 0]]
    assert back[4:6] == ["a # b", 'say "x"']
    for cell in [*back, *re.split(r"[,\r\n]", text)]:
        assert not cell.strip().strip('"').startswith(("=", "+", "-", "@")), cell
    assert len(back) == len(cells)


def test_every_exhibit_of_a_page_has_its_files_and_the_page_leads_to_each():
    html, packed, whole = pages.made("pvtools.dashboards.confidence", ("hackney",), "d1g357")
    assert whole
    held = files.unpack(packed)
    keys = re.findall(r'class="pv-exhibit" id="([^"]+)"', html)
    assert Counter(keys).most_common(1)[0][1] == 1
    tables = re.findall(r'class="pv-ledger" id="([^"]+)"', html)
    assert tables == ["confidence-planner"]
    assert set(held) == {f"{key}.{form}" for key in keys for form in files.FORMS} | {
        f"{key}.csv" for key in tables
    }
    assert set(re.findall(rf'href="{files.PLACE}([^"]+)"', html)) == set(held)
    assert "data:text/csv" not in html
    assert b"# Licence of" in held["confidence-trend.csv"]
    for key in keys:
        text = held[f"{key}.csv"].decode("utf-8-sig")
        assert len(pd.read_csv(io.BytesIO(held[f"{key}.csv"]), comment="#"))
        assert "# Area: Hackney" in text
        assert "d1g357" in text
        assert "# Source: " in text
        drawn = ET.fromstring(held[f"{key}.svg"])  # noqa: S314 - our own
        assert drawn[0].tag.endswith("title")
        assert held[f"{key}.png"].startswith(b"\x89PNG")


def test_a_table_without_a_figure_is_taken_away_as_well_and_says_what_it_is():
    with page.with_files() as shown:
        (html,) = page.pieces(profiles.study("Hackney"), ("planner",), "hackney")
    assert html.endswith(
        f'<li><a href="{files.PLACE}confidence-planner.csv" '
        'download="pvtools-hackney-confidence-planner.csv">CSV</a></li></ul></div>'
    )
    text = shown[0].csv(Area="Hackney")
    assert f"# Title: {shown[0].title}" in text
    assert f"# Note: {shown[0].note}" in text
    assert "# Area: Hackney" in text
    assert len(read(text)) == len(shown[0].table)


def test_a_table_names_the_licence_of_each_source_that_it_is_made_of_or_its_note_names():
    note = "Source: Recorded crime, by borough."
    about = {"kind": "ledger", "key": "small", "title": "T", "note": note}
    shown = about | {"table": {"columns": [], "rows": []}}
    assert "# Licence of Recorded crime, by borough: " in csv_text.render(shown, about={})
    bare = csv_text.render(shown | {"note": ""}, about={}, made_of={"pas_borough"})
    assert "Note:" not in bare
    assert bare.count("# Licence of ") == 1


def test_where_no_server_keeps_files_the_page_carries_its_tables():
    shown = "".join(page.pieces(profiles.load("brent"), ("outcomes",), "brent"))
    assert "data:text/csv" in shown
    assert files.PLACE not in shown


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    reports = tmp_path_factory.mktemp("reports")
    lay(reports, "hackney")
    with suite("--reports", str(reports), folder=tmp_path_factory.mktemp("suite")) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    browser.executable()
    with sync_playwright() as playwright:
        expect.set_options(timeout=60_000)
        with contextlib.closing(browser.launch(playwright)) as chromium:
            yield chromium


@pytest.mark.kernel
def test_a_file_is_answered_under_a_name_of_its_own_and_not_sent_again_if_known(server):
    path = "/confidence/hackney/exhibits/confidence-trend.csv"
    answer = server.ask(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = 'attachment; filename="pvtools-hackney-confidence-trend.csv"'
    assert answer.headers["Content-Disposition"] == name
    assert server.ask(path, If_None_Match=answer.headers["Etag"]).status == 304
    assert server.kernels() == []


@pytest.mark.kernel
@pytest.mark.parametrize(
    "path",
    [
        "confidence/hackney/exhibits/nosuch.csv",
        "confidence/hackney/exhibits/confidence-trend.exe",
        "confidence/hackny/exhibits/confidence-trend.csv",
        "confidence/exhibits/confidence-trend.csv",
        "confidence/hackney/exhibits/..%2f..%2fpages.csv",
        "compare/hackney/exhibits/glance.csv",
        "what-works/hackney/exhibits/merger.csv",
    ],
)
def test_no_other_address_below_a_page_has_a_file(server, path):
    answer = server.ask(f"/{path}")
    assert answer.status == 404
    assert "<h1>" in answer.text


@pytest.mark.kernel
def test_the_account_of_an_area_leads_to_its_reports_and_that_of_another_says_nothing(server):
    shown = server.open("/borough/hackney").text
    links = re.findall(r'<a href="/(reports/[^"]+)">', shown)
    assert len(links) == 3
    assert "made from other data than this page: Recorded crime to November 2025." in shown
    for link in links:
        answer = server.ask(f"/{link}")
        assert answer.status == 200
        may_run = scripts.named(scripts.STATES) if link.endswith(".html") else "'none'"
        assert f"script-src {may_run};" in answer.headers["Content-Security-Policy"]
    assert "reports/" not in server.open("/borough/camden").text
    for path in ("hackney/minutes.pdf", "manifest.json", "hackney/..%2fsecret.pdf", "secret.pdf"):
        assert server.ask(f"/reports/{path}").status == 404


@pytest.mark.browser
@pytest.mark.kernel
def test_a_reader_copies_links_and_downloads_with_the_keyboard_alone(chromium, server):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    with contextlib.closing(context):
        view = context.new_page()
        view.goto(f"{server.address}confidence/hackney")
        row = view.locator(".pv-files").first
        headline = view.locator(".pv-exhibit h3").first.text_content()
        row.get_by_role("button", name="Copy this sentence").press("Enter")
        expect(row.get_by_role("status")).to_contain_text("Copied")
        copies = view.get_by_role("button", name="Copy this sentence")
        assert copies.count() == view.locator(".pv-exhibit").count()  # a table says no sentence
        assert view.locator(".pv-files").count() > copies.count()
        copied = view.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(headline)
        assert "Source: " in copied
        row.get_by_role("link", name="Link to this").press("Enter")
        assert copied.endswith(view.url)
        with view.expect_download() as taken:
            row.get_by_role("link", name="CSV").press("Enter")
        assert taken.value.suggested_filename.startswith("pvtools-hackney-")
        assert len(pd.read_csv(taken.value.path(), comment="#"))
        assert faults_in_page(view) == []


@pytest.mark.browser
@pytest.mark.kernel
def test_without_scripts_nothing_is_offered_that_does_not_work(chromium, server):
    with contextlib.closing(chromium.new_context(java_script_enabled=False)) as context:
        view = context.new_page()
        view.goto(f"{server.address}confidence/hackney")
        assert view.get_by_text("Copy this sentence").count() == 0
        with view.expect_download() as taken:
            view.locator(".pv-files").first.get_by_role("link", name="PNG").click()
        assert taken.value.suggested_filename.endswith(".png")
