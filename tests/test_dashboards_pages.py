"""Pages that come at once: made once per version of the data, kept, and renewed."""

from __future__ import annotations

import asyncio

import pytest

from pvtools import places
from pvtools.dashboards import pages as module
from pvtools.dashboards.pages import BusyError, Pages
from pvtools.errors import UsageError

SMALL = "tests.small_page"


@pytest.fixture
def made(tmp_path, monkeypatch):
    log = tmp_path / "made.txt"
    monkeypatch.setenv("MADE", str(log))
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(places, "data_folder", lambda: data)
    monkeypatch.setattr(module, "_LOOK", 0.0)
    return lambda: log.read_text().split("\n")[:-1] if log.exists() else []


@pytest.fixture
def pages(tmp_path, made):
    own = Pages(tmp_path / "kept")
    yield own
    own.close()


def got(pages, *slugs):
    return asyncio.run(pages.get(SMALL, slugs))


def test_a_page_is_made_once_and_a_server_that_starts_again_has_it(pages, made, tmp_path):
    assert got(pages, "hackney") == got(pages, "hackney") == "<p>hackney</p>"
    again = Pages(tmp_path / "kept")
    assert got(again, "hackney") == "<p>hackney</p>"
    again.close()
    assert made() == ["hackney"]


def test_many_who_ask_at_once_wait_for_one(pages, made):
    async def all_at_once():
        return await asyncio.gather(*(pages.get(SMALL, ["camden"]) for _ in range(9)))

    assert set(asyncio.run(all_at_once())) == {"<p>camden</p>"}
    assert made() == ["camden"]


def test_a_page_is_made_anew_when_data_change_and_old_versions_go(pages, made, tmp_path):
    for at in range(5):
        (tmp_path / "data" / "new.csv").write_text(f"a\n{at}\n")
        got(pages, "hackney")
    assert made() == ["hackney"] * 5
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_a_page_that_lacks_something_is_not_kept(pages, made):
    for _ in range(2):
        assert "cannot be shown" in got(pages, "brent")
    assert made() == ["brent", "brent"]


def test_pages_of_several_areas_do_not_fill_the_disk(pages, made, tmp_path):
    for other in ("camden", "bexley", "camden"):
        got(pages, "hackney", other)
    assert made() == ["hackney camden", "hackney bexley"]
    assert not list((tmp_path / "kept").rglob("*.html"))


def test_what_cannot_be_made_says_why_and_nothing_else_breaks(pages, made):
    with pytest.raises(UsageError, match="nothing on Harrow"):
        got(pages, "harrow")
    assert got(pages, "hackney") == "<p>hackney</p>"


def test_the_process_that_makes_pages_is_replaced_when_it_is_killed(pages, made):
    with pytest.raises(module.BrokenProcessPool):
        got(pages, "barnet")
    assert got(pages, "hackney") == "<p>hackney</p>"


def test_more_than_can_be_waited_for_are_told_so(pages, monkeypatch, made):
    monkeypatch.setattr(module, "_QUEUE", 2)

    async def three():
        asked = [pages.get(SMALL, [slug]) for slug in ("hackney", "camden", "bexley")]
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(three())
    assert [type(one) for one in found] == [str, str, BusyError]


def test_a_full_disk_costs_speed_and_nothing_else(pages, tmp_path, made):
    (tmp_path / "kept").write_text("in the way")
    assert got(pages, "hackney") == "<p>hackney</p>"
