"""The dashboard says what the report says, and never shows a traceback."""

from __future__ import annotations

import base64
import csv
import io
import re

import ipywidgets as widgets
import pytest

from pvtools import areas, errors, profiles
from pvtools.dashboards import borough as dashboard
from pvtools.dashboards import serve


def html(widget: widgets.Widget) -> str:
    if isinstance(widget, widgets.HTML):
        return widget.value
    return "".join(html(child) for child in getattr(widget, "children", ()))


@pytest.mark.parametrize("asked", ["borough=hackney", "?borough=Hackney", "borough=E09000012&x=1"])
def test_a_link_may_name_a_borough_in_any_form(asked):
    assert dashboard._from_query(asked) == ("hackney", "")


@pytest.mark.parametrize("asked", ["", "x=1", "borough="])
def test_a_link_without_a_borough_shows_the_picker(asked):
    assert dashboard._from_query(asked) == ("", "")


def test_a_bad_link_says_what_is_wrong_in_a_sentence():
    slug, said = dashboard._from_query("borough=Hackny")
    assert slug == ""
    assert said == "Unknown borough 'Hackny'. Did you mean 'Hackney'? Choose one here."
    assert "police force of its own" in dashboard._from_query("borough=City+of+London")[1]


def test_what_a_link_says_is_never_markup():
    _, said = dashboard._from_query("borough=<script>alert(1)</script>")
    assert "<script>" not in dashboard._status(said)


def test_the_page_shows_the_reports_exhibits_and_their_tables():
    page, status = widgets.VBox(), widgets.HTML()
    dashboard._fill(page, status, "hackney")
    shown = html(page)
    profile = profiles.load("hackney")
    assert "Showing Hackney." in status.value
    assert 'href="?borough=hackney"' in status.value
    names = [n for chapter in dashboard.CHAPTERS.values() for n in chapter]
    for name in ["map", *names]:
        assert getattr(profile, name).to_html() in shown, name
    assert profile.findings.to_html() in shown
    assert shown.count("data:text/csv") == 1 + len(names)


def test_figures_stand_under_the_name_of_their_borough(monkeypatch):
    monkeypatch.setattr(profiles, "load", str)
    monkeypatch.setattr(dashboard, "_page", lambda profile: [widgets.HTML(f"figures {profile}")])
    page, status = widgets.VBox(), widgets.HTML()
    for slug, name in (("hackney", "Hackney"), ("camden", "Camden")):
        dashboard._fill(page, status, slug)
        assert html(page) == f'<h2 class="pv-area">{name}</h2>figures {slug}'


def test_no_figures_stand_while_anothers_are_made(monkeypatch):
    page, status = widgets.VBox([widgets.HTML("old")]), widgets.HTML()
    stood = []
    monkeypatch.setattr(profiles, "load", lambda _: stood.append(page.children) or 1 / 0)
    dashboard._fill(page, status, "camden")
    assert stood == [()]


def test_the_page_finds_the_picker_and_the_figures(monkeypatch):
    shown = []
    monkeypatch.setattr(dashboard, "display", shown.append)
    dashboard.show("")
    picker, _, page = shown[0].children
    assert "pv-picker" in picker._dom_classes
    assert "pv-figures" in page._dom_classes


def test_a_table_can_be_taken_away_at_full_precision():
    profile = profiles.load("Brent")
    link = dashboard._download(profile, profile.confidence_trend)
    assert 'download="pvtools-brent-confidence-trend.csv"' in link
    text = base64.b64decode(re.search(r"base64,([^\"]+)", link)[1]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    table = profile.confidence_trend.to_json()["table"]
    assert rows[0] == [column["label"] for column in table["columns"]]
    assert float(rows[1][2]) == table["rows"][0][2]
    assert "Source: " in rows[-1][0]


def test_an_error_is_one_sentence_with_no_traceback(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise errors.UsageError("There is no data folder at x.")

    monkeypatch.setattr(profiles, "load", fail)
    page, status = widgets.VBox([widgets.HTML("old")]), widgets.HTML()
    dashboard._fill(page, status, "brent")
    assert html(page) == '<h2 class="pv-area">Brent</h2>'  # and none of the old figures
    assert "cannot be shown. There is no data folder at x." in status.value


def test_an_unforeseen_error_is_said_plainly_and_logged(monkeypatch, caplog):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(profiles, "load", fail)
    page, status = widgets.VBox(), widgets.HTML()
    dashboard._fill(page, status, "brent")
    assert "something went wrong on our side" in status.value
    assert "secret" not in status.value
    assert "secret detail" in caplog.text


def test_unpicking_clears_the_page():
    page, status = widgets.VBox([widgets.HTML("old")]), widgets.HTML()
    dashboard._fill(page, status, "")
    assert "old" not in html(page)


def test_before_a_borough_is_picked_london_is_a_map_of_links():
    page, status = widgets.VBox(), widgets.HTML()
    dashboard._fill(page, status, "")
    links = re.findall(r'href="\?borough=([a-z-]+)"', html(page))
    assert sorted(links) == sorted(b.slug for b in areas.boroughs())
    assert "City of London: own force" in html(page)


def test_a_taken_port_is_refused_with_what_to_do():
    import socket

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
    settings = serve._settings("127.0.0.1", 1)
    assert "--VoilaConfiguration.show_tracebacks=False" in settings
    assert "--VoilaConfiguration.strip_sources=True" in settings
    assert any("cull_idle_timeout" in s for s in settings)
