"""The dashboard says what the report says, and never shows a traceback."""

from __future__ import annotations

import base64
import io
import re
import socket
from collections.abc import Iterator

import ipywidgets as widgets
import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_notebook

from pvtools import areas, errors, places, profiles
from pvtools.cli import pvtools
from pvtools.dashboards import apps, compare, page, serve
from pvtools.dashboards import borough as dashboard
from pvtools.dashboards.content import Content
from pvtools.dashboards.page import Page
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.exhibits.html import STYLE_TAG


def html(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.HTML):
        return widget.value
    return "".join(html(child) for child in getattr(widget, "children", ()))


@pytest.mark.parametrize(
    "query",
    [
        "area=hackney",
        "?area=Hackney",
        "area=E09000012&x=1",
        "borough=hackney",
        "borough=Brent&area=hackney",
    ],
)
def test_a_link_may_name_an_area_in_any_form_and_one_of_old_a_borough(query):
    assert dashboard.APP.asked(query) == (["hackney"], "")


@pytest.mark.parametrize("asked", ["", "x=1", "area=", "borough="])
def test_a_link_without_a_borough_shows_the_picker(asked):
    assert dashboard.APP.asked(asked) == ([], "")


def test_a_bad_link_says_what_is_wrong_in_a_sentence():
    slugs, said = dashboard.APP.asked("area=Hackny")
    assert slugs == []
    assert said == "Unknown area 'Hackny'. Did you mean 'Hackney'? Choose one here."
    assert dashboard.APP.asked("area=London") == (["london"], "")
    assert dashboard.APP.asked("area=central-east") == (["central-east"], "")
    assert "a police force of its own" in dashboard.APP.asked("area=City of London")[1]
    assert "police force of its own" in dashboard.APP.asked("area=City+of+London")[1]


def test_what_a_link_says_is_never_markup():
    _, said = dashboard.APP.asked("area=<script>alert(1)</script>")
    assert "<script>" not in page.status(said)


def test_the_page_shows_the_reports_exhibits_and_their_tables():
    shell = Page()
    dashboard.APP.fill(shell, ["hackney"])
    shown = html(shell.figures)
    profile = profiles.load("hackney")
    assert "Showing Hackney." in shell.status.value
    assert 'href="?area=hackney"' in shell.status.value
    names = [n for chapter in dashboard.CHAPTERS.values() for n in chapter]
    pieces = [getattr(profile, name) for name in ("findings", "map", "cannot_tell", *names)]
    for piece in pieces:
        of_phones = {"phone": True} if isinstance(piece, Exhibit) else {}
        assert piece.to_html(**of_phones) in shown
    tables = [piece for piece in pieces if isinstance(piece, Exhibit | Ledger)]
    assert shown.count("data:text/csv") == len(tables) > 5


def test_figures_stand_under_the_name_of_their_borough():
    app, shell = Content(lambda slug: [f"figures {slug}"], ""), Page()
    for slug, name in (("hackney", "Hackney"), ("camden", "Camden")):
        app.fill(shell, [slug])
        stood = html(shell.figures).replace(STYLE_TAG, "")
        assert stood == f'<h2 class="pv-area">{name}</h2>figures {slug}'


def test_one_piece_that_cannot_be_made_costs_itself_alone(capfd):
    class Profile:
        good = Notice(title="Good", points=["It stands."])

        @property
        def bad(self) -> None:
            raise errors.UsageError("One file is spoilt.")

        @property
        def worse(self) -> None:
            raise RuntimeError("secret")

    shown = "".join(page.pieces(Profile(), ("bad", "good", "worse"), "x"))
    assert "cannot be shown. One file is spoilt." in shown
    assert "It stands." in shown
    assert "secret" not in shown
    reference = re.search(r"reference ([0-9a-f]{8})", shown)[1]
    assert reference in capfd.readouterr().err


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["hackney", "camden", "brent", "bexley"], "No more than three areas"),
        (["hackney", "central-east"], "Basic Command Unit"),
    ],
)
def test_a_page_of_areas_says_which_it_cannot_show(names, said):
    with pytest.raises(errors.UsageError, match=said):
        compare.APP.find(names)


def test_areas_named_twice_are_one_and_too_few_show_the_map():
    assert [area.slug for area in compare.APP.find(["Hackney", "hackney"])] == ["hackney"]
    shell = Page()
    compare.APP.fill(shell, ["hackney", "hackney"])
    assert "Choose two or three areas" in shell.status.value


def test_no_figures_stand_while_anothers_are_made(monkeypatch):
    shell = Page()
    shell.rest("", "old")
    stood = []
    monkeypatch.setattr(profiles, "load", lambda _: stood.append(shell.figures.children) or 1 / 0)
    dashboard.APP.fill(shell, ["camden"])
    assert stood == [()]


def test_the_page_finds_the_picker_and_the_figures(monkeypatch):
    shown = []
    monkeypatch.setattr(page, "display", shown.append)
    dashboard.show("")
    picker, _, figures = shown[0].children
    assert "pv-picker" in picker._dom_classes
    assert "pv-figures" in figures._dom_classes


def test_a_table_can_be_taken_away_as_it_is_shown():
    profile = profiles.load("Brent")
    link = page.download(profile.confidence_trend, "brent")
    assert 'download="pvtools-brent-confidence-trend.csv"' in link
    held = base64.b64decode(re.search(r"base64,([^\"]+)", link)[1])
    table = profile.confidence_trend.to_json()["table"]
    found = pd.read_csv(io.BytesIO(held), comment="#")
    assert [*found] == [column["label"] for column in table["columns"]]
    assert found.iloc[0, 2] == round(100 * table["rows"][0][2])
    assert b"# Source: " in held


def test_an_error_is_one_sentence_with_no_traceback(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise errors.UsageError("There is no data folder at x.")

    monkeypatch.setattr(profiles, "load", fail)
    shell = Page()
    shell.rest("", "old")
    dashboard.APP.fill(shell, ["brent"])
    assert html(shell.figures) == '<h2 class="pv-area">Brent</h2>'  # and none of the old figures
    assert "cannot be shown. There is no data folder at x." in shell.status.value


def test_an_unforeseen_error_has_a_reference_that_is_found_in_the_log(monkeypatch, capfd):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret\x1b[2J detail")

    monkeypatch.setattr(profiles, "load", fail)
    shell = Page()
    dashboard.APP.fill(shell, ["brent"])
    shown = shell.status.value
    assert "something went wrong on our side" in shown
    assert "The reports hold the same figures." in shown
    assert "secret" not in shown + html(shell.figures)
    log = capfd.readouterr().err
    [reference] = re.findall(r"\(reference ([0-9a-f]{8})\)", shown)
    assert f"reference {reference}: Brent\nTraceback" in log
    assert "RuntimeError: secret\\x1b[2J detail" in log


def test_what_failed_half_way_shows_none_of_its_figures():
    def half() -> Iterator[str]:
        yield "first"
        raise errors.PvtoolsError("No more.")

    shell = Page()
    shell.fill("<Brent>", half, link='"><script>')
    assert html(shell.figures) == '<h2 class="pv-area">&lt;Brent&gt;</h2>'
    assert "The figures of &lt;Brent&gt; cannot be shown. No more." in shell.status.value
    shell.fill("<Brent>", lambda: ["figures"], link='"><script>')
    assert "<script>" not in shell.status.value


def test_figures_without_a_name_stand_until_others_take_their_place():
    shell, stood = Page(), []
    shell.fill("", lambda: ["one"])
    shell.fill("", lambda: stood.append(html(shell.figures)) or ["two"])
    assert (stood, html(shell.figures), shell.status.value) == (["one"], "two", "")


def test_unpicking_clears_the_page():
    shell = Page()
    shell.rest("", "old")
    dashboard.APP.fill(shell, [])
    assert "old" not in html(shell.figures)


def test_before_a_borough_is_picked_london_is_a_map_of_links():
    shell = Page()
    dashboard.APP.fill(shell, [])
    links = re.findall(r'href="\?area=([a-z-]+)"', html(shell.figures))
    assert sorted(links) == sorted(b.slug for b in areas.boroughs())
    assert "City of London: own force" in html(shell.figures)


def test_the_address_is_not_printed_before_it_answers():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(pvtools, ["dashboard", "--port", port])
    assert "Cannot serve on" in str(result.exception)
    assert "Open http" not in result.output


def test_a_folder_of_notebooks_is_read_by_their_titles_and_every_fault_is_named(tmp_path):
    with pytest.raises(errors.UsageError, match="There is no notebook in"):
        apps.apps(tmp_path)
    notebook = new_notebook(metadata={"title": "Calls <by hour>"})
    nbformat.write(notebook, tmp_path / "b & c.ipynb")
    nbformat.write(new_notebook(), tmp_path / "a.ipynb")
    assert [(app.address, app.title) for app in apps.apps(tmp_path)] == [
        ("a", "a"),
        ("b%20%26%20c", "Calls <by hour>"),
    ]
    (tmp_path / "none.ipynb").write_text("hello")
    (tmp_path / "list.ipynb").write_text("[]")
    with pytest.raises(errors.UsageError) as refused:
        apps.apps(tmp_path)
    assert str(refused.value).count("is not a notebook") == 2


def test_a_taken_port_is_refused_with_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(errors.PvtoolsError, match="pvtools dashboard --port"):
            serve._check_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("name", ["http://figures.example.org", "a b", "", "x/y"])
def test_a_further_name_that_is_none_is_refused_with_what_to_write(name):
    with pytest.raises(errors.UsageError, match=r"Not a host name: .* such as figures.example.org"):
        serve.serve(allow_hosts=["figures.example.org", name])


def test_visitors_never_see_sources_or_tracebacks():
    settings = serve._settings(places.notebook("dashboards"), "127.0.0.1", 1)
    assert "--VoilaConfiguration.show_tracebacks=False" in settings
    assert "--VoilaConfiguration.strip_sources=True" in settings
    assert any("cull_idle_timeout" in s for s in settings)
