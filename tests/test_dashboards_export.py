"""The dashboards as a plain site: whole, without a server, and never in place of anything else."""

from __future__ import annotations

import contextlib
import re
import shutil
from html import unescape
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from playwright.sync_api import expect, sync_playwright

from pvtools import places
from pvtools.cli import pvtools
from pvtools.dashboards import export as module
from pvtools.dashboards.export import export
from pvtools.errors import ExportError, UsageError

from . import browser
from .accessibility import faults_in_page
from .test_dashboards_reports import lay


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    for order, (name, own) in enumerate(
        {
            "borough": {"page": "tests.small_site", "live": "moved"},
            "compare": {"page": "pvtools.dashboards.compare"},
            "everywhere": {"page": "tests.small_everywhere"},
            "moved": {"controls": "pvtools.dashboards.weights"},
        }.items()
    ):
        book = nbformat.v4.new_notebook()
        about = {"order": order, "summary": "What it answers.", **own}
        book.metadata |= {"title": name.capitalize(), "pvtools": about}
        nbformat.write(book, folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "pvtools" / "pages"


@pytest.fixture(scope="session")
def write(notebooks, kept):
    """Return a function that exports a small suite; pages once made are kept."""

    def to(out, **more):
        return export(out, notebooks=notebooks, **{"pages": kept} | more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_WORKERS", 1)  # the order of pages is then known
        yield to


@pytest.fixture(scope="module")
def site(write, tmp_path_factory):
    reports = tmp_path_factory.mktemp("reports")
    lay(reports, "hackney")
    out = tmp_path_factory.mktemp("site") / "london"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVERY", "1")
        write(out, reports=reports, base_url="london")
    return out


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.add(attrs.get("id"))
        self.found += [attrs[name] for name in ("href", "src", "action") if attrs.get(name)]
        if "data-to" in attrs:
            self.found.append(attrs["data-to"].replace("{}", "hackney"))


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_every_page_is_there_with_the_files_of_its_exhibits_and_the_reports_it_leads_to(site):
    assert {
        "index.html", "borough.html", "borough/hackney.html", "borough/central-east.html",
        "compare.html", "everywhere.html", "404.html", "suite.js",
        "borough/hackney/exhibits/small.csv", "everywhere/exhibits/small.png",
        "reports/hackney/pvtools-hackney.pdf",
    } <= names(site)  # fmt: skip
    assert not any("minutes" in name or "secret" in name for name in names(site))
    assert "62% say so" in (site / "borough" / "camden.html").read_text("utf-8")
    csv = site / "borough" / "hackney" / "exhibits" / "small.csv"
    assert pd.read_csv(csv, comment="#").loc[0, "Share"] == 62


def test_every_link_of_every_page_leads_to_a_file_or_a_place_of_the_site(site):
    read = 0
    for name in sorted(names(site)):
        if not name.endswith(".html") or name.startswith("reports/"):
            continue
        page = Links()
        page.feed((site / name).read_text("utf-8"))
        for link in page.found:
            if link.startswith("data:"):
                continue
            read += 1
            path, _, anchor = link.partition("#")
            if name == "404.html":  # which is shown at any address
                assert path.startswith("/london/"), link
                path = path.removeprefix("/london/")
            assert not re.match(r"[a-z]+:|/", path), (name, link)
            if path:
                assert (site / name).parent.joinpath(path).resolve().is_file(), (name, link)
            else:
                assert anchor in page.ids, (name, link)
        assert "/live/" not in (site / name).read_text("utf-8")
    assert read > 100


def test_controls_and_comparisons_say_that_they_take_a_server(site):
    page = (site / "borough" / "hackney.html").read_text("utf-8")
    assert "this is a copy without a server" in page
    assert "Open the controls" not in page
    compare = unescape((site / "compare.html").read_text("utf-8"))
    assert "areas are set beside each other on the live dashboards" in compare
    assert 'href="borough/hackney.html"' in compare
    assert "<select" not in compare


def test_the_page_for_unknown_addresses_leads_to_the_start_wherever_it_is_shown(site):
    page = Links()
    page.feed((site / "404.html").read_text("utf-8"))
    assert [link for link in page.found if not link.startswith("data:")] == ["/london/index.html"]


def test_a_path_that_cannot_be_served_under_is_refused_before_anything_is_written(write, tmp_path):
    with pytest.raises(UsageError, match="Not a path to serve under: 'a b'"):
        write(tmp_path / "site", base_url="a b")
    assert [*tmp_path.iterdir()] == []


def test_of_two_exports_into_one_folder_the_second_is_refused_and_the_first_is_whole(
    write, tmp_path
):
    out, refused = tmp_path / "site", []

    def meanwhile(kind, _):
        if kind == "started" and not refused:
            with pytest.raises(UsageError, match="Another export is writing to") as error:
                write(out)
            refused.append(error)

    write(out, on_event=meanwhile)
    assert refused
    assert {"index.html", "borough/hackney.html", "404.html"} <= names(out)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_a_killed_export_had_moved_away_stands_again_even_if_the_next_one_fails(
    write, tmp_path, monkeypatch
):
    out, was = tmp_path / "site", tmp_path / ".site.pvtools-was"
    write(out)
    before = names(out)
    out.rename(was)
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(UsageError):
        write(out)
    assert names(was) == before
    (out / "mine.txt").unlink()
    monkeypatch.setenv("SPOILT", "central-east")
    with pytest.raises(ExportError):
        write(out, pages=tmp_path / "own")
    assert names(out) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site", "own"}


def test_what_a_killed_export_had_replaced_is_removed_by_the_next_one(write, tmp_path):
    write(tmp_path / "site")
    shutil.copytree(tmp_path / "site", tmp_path / ".site.pvtools-was")
    write(tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_earlier_export_is_replaced_and_nothing_is_left_of_it(write, tmp_path):
    out = tmp_path / "site"
    write(out)
    (out / "borough" / "hackney.html").write_text("old")
    write(out)
    assert "62%" in (out / "borough" / "hackney.html").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", ["thesis.docx", "borough/notes.txt"])
def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_is(write, tmp_path, name):
    out = tmp_path / "site"
    write(out)
    (out / name).write_text("mine")
    before = names(out)
    with pytest.raises(UsageError, match=f"holds something that is no export of pvtools: {name}"):
        write(out)
    assert names(out) == before
    assert (out / name).read_text() == "mine"


def test_a_file_or_a_link_in_the_way_is_refused(write, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        write(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="no export of pvtools: link"):
        write(tmp_path / "folder")


def test_where_a_page_fails_the_earlier_export_stands_and_the_rest_is_not_made_again(
    write, tmp_path, monkeypatch
):
    out, own = tmp_path / "site", tmp_path / "own"
    write(out)
    before = names(out)
    monkeypatch.setenv("SPOILT", "central-east")
    with pytest.raises(ExportError, match=r"Borough of Central East could not be made \(reference"):
        write(out, pages=own)
    assert names(out) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site", "own"}
    assert [path.name for path in own.rglob("*hackney.html")] == ["small_site+hackney.html"]


def test_figures_that_are_not_held_are_said_on_their_page_and_cost_no_other(
    write, tmp_path, monkeypatch
):
    monkeypatch.setenv("NOTHING", "1")
    write(tmp_path / "site", pages=tmp_path / "kept")
    camden = (tmp_path / "site" / "borough" / "camden.html").read_text("utf-8")
    assert "cannot be shown. There is nothing on Camden." in camden
    assert "62%" in (tmp_path / "site" / "borough" / "hackney.html").read_text("utf-8")


def test_the_command_says_where_to_begin_and_refuses_in_one_sentence(
    notebooks, write, kept, tmp_path, monkeypatch
):
    write(tmp_path / "first")  # so that the command finds its pages
    monkeypatch.setenv("PVTOOLS_DATA", str(places.data_folder()))  # the command sets it
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept.parents[1]))
    out = tmp_path / "site"
    order = ["dashboard", "--notebooks", str(notebooks), "--export", str(out)]
    done = CliRunner().invoke(pvtools, order)
    assert done.exit_code == 0, done.output
    assert f"Begin with: {out / 'index.html'}" in done.output
    (out / "mine.txt").write_text("")
    refused = CliRunner().invoke(pvtools, order)
    assert isinstance(refused.exception, UsageError)  # main() writes it as one sentence


@pytest.fixture(scope="module")
def chromium(site):  # which must not be written while Playwright's loop runs
    browser.executable()
    with sync_playwright() as playwright:
        expect.set_options(timeout=60_000)
        with contextlib.closing(browser.launch(playwright)) as chromium:
            yield chromium


@pytest.mark.browser
def test_from_a_folder_on_a_desk_an_area_is_picked_by_keyboard_alone(chromium, site):
    with contextlib.closing(chromium.new_page()) as page:
        page.goto((site / "index.html").as_uri())
        page.get_by_role("combobox", name="Area").focus()
        page.keyboard.type("Camden")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Camden")
        page.get_by_role("combobox", name="Area").select_option("hackney")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hackney")


@pytest.mark.browser
def test_from_a_folder_without_scripts_every_area_is_reached(chromium, site):
    with contextlib.closing(chromium.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        assert page.get_by_role("combobox").count() == 0
        page.get_by_role("navigation", name="All areas").get_by_text("Central East").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Central East")
        page.get_by_role("navigation", name="All areas").get_by_text("Camden").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Camden")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["index.html", "borough/hackney.html", "compare.html", "404.html"])
def test_no_page_of_the_copy_has_an_accessibility_fault(chromium, site, name, width):
    with contextlib.closing(chromium.new_page(viewport={"width": width, "height": 900})) as page:
        page.goto((site / name).as_uri())
        assert faults_in_page(page) == []
