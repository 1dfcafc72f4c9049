from __future__ import annotations

import base64
import hashlib
import re

import pytest

from pvtools import areas
from pvtools.reports import index

NOW = {"data": "1", "notebook": "1", "code": "1", "packages": {}}


def built(slug, **changes):
    return {
        "status": "built",
        "inputs": dict(NOW),
        "formats": ["pdf", "html", "xlsx"],
        "vintages": ["Quarters to December 2025"],
        "outputs": {
            f"{slug}/pvtools-{slug}.{form}": {"bytes": size, "sha256": "0" * 64}
            for form, size in (("pdf", 182_345), ("html", 1_432_345), ("xlsx", 12))
        },
    } | changes


@pytest.fixture(scope="module")
def everyone():
    return {area.slug: built(area.slug) for area in areas.reported()}


def _row(page, name):
    return next(row for row in page.split("<tr data-name")[1:] if f">{name}" in row)


def test_every_borough_has_a_tile_and_a_row_with_links_and_sizes(everyone):
    page = index.render(everyone, NOW)
    assert page.count('<li style="grid-row:') == 33
    assert "45 of 45 reports stand here." in page
    row = _row(page, "Tower Hamlets")
    for said in (
        'href="tower-hamlets/pvtools-tower-hamlets.pdf"',
        "182 kB",
        "1.4 MB",
        "1 kB",
        'aria-label="Tower Hamlets, Spreadsheet"',
    ):
        assert said in row


def test_the_page_lets_the_browser_fetch_nothing_and_run_its_own_search_alone(everyone):
    page = index.render(everyone, NOW)
    policy = page.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert "<p hidden><label" in page, "without scripts there is no field that does nothing"


def test_london_stands_first_in_the_list_and_above_the_map(everyone):
    page = index.render(everyone, NOW)
    assert page.split("<tr data-name")[1].startswith('="london">')
    assert '<a href="london/pvtools-london.html">London as a whole</a>' in page
    assert "London as a whole: not made" in index.render({}, NOW)


def test_the_city_is_on_the_map_without_a_link_and_says_why(everyone):
    page = index.render(everyone, NOW)
    assert "no report: own force" in page
    assert "a police force of its own" in _row(page, "City of London")
    assert "<a " not in _row(page, "City of London")


def test_a_failed_report_is_said_in_words_and_its_earlier_files_are_called_so(everyone):
    failed = {
        "status": "failed",
        "error": "crime.csv <b>cannot</b> be used.",
        "earlier": ["failed/pvtools-brent-earlier.pdf"],
    }
    page = index.render(everyone | {"brent": failed}, NOW)
    row = _row(page, "Brent")
    assert "The report could not be made: crime.csv &lt;b&gt;cannot" in row
    assert "Earlier PDF" in row
    assert 'href="brent/' not in page
    assert "44 of 45" in page


def test_a_report_made_from_other_inputs_is_said_to_be_out_of_date(everyone):
    old = built("brent", inputs=NOW | {"data": "0", "code": "0"})
    page = index.render(everyone | {"brent": old}, NOW)
    assert "Out of date: since it was made, the data and pvtools itself changed." in _row(
        page, "Brent"
    )
    assert 'aria-label="Brent, out of date"' in page


def test_a_borough_never_reported_on_says_so(everyone):
    page = index.render({}, NOW)
    assert "0 of 45" in page
    assert "No report has been made yet." in _row(page, "Brent")


def test_a_tile_leads_to_what_there_is(everyone):
    only = {"brent/pvtools-brent.pdf": {"bytes": 1, "sha256": "0" * 64}}
    page = index.render({"brent": built("brent", formats=["pdf"], outputs=only)}, NOW)
    assert '<a href="brent/pvtools-brent.pdf" aria-label="Brent">' in page


def test_the_page_has_one_language_one_heading_landmarks_and_a_skip_link(everyone):
    page = index.render(everyone, NOW)
    assert '<html lang="en-GB">' in page
    assert page.count("<h1") == 1
    assert all(page.count(f"<{mark}") == 1 for mark in ("main", "header>", "footer", "title"))
    assert '<a class="skip" href="#main">' in page
    assert not re.search(r"(?:src|href)=\"https?:", page)


def test_equal_records_give_an_equal_page(everyone):
    assert index.render(everyone, NOW) == index.render(dict(reversed(everyone.items())), NOW)


def test_what_figures_go_to_is_said_once_however_many_reports_say_it(everyone):
    told = {
        slug: record | {"vintages": [f"Recorded crime to June. Views to {'May' if i else 'July'}."]}
        for i, (slug, record) in enumerate(everyone.items())
    }
    page = index.render(told, NOW)
    assert page.count("Recorded crime to June.") == 1
    assert page.count("Views to May.") == 1
