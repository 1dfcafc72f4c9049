"""The borough dashboard: pick a borough, see its exhibits, take the table behind each with you."""

from __future__ import annotations

import base64
import csv
import io
import logging
import os
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import ipywidgets as widgets
from IPython.display import display

from pvtools import areas
from pvtools.errors import PvtoolsError

if TYPE_CHECKING:
    from pvtools.exhibits import Exhibit, Notice
    from pvtools.profiles import Profile

#: The exhibits shown, under the question of public value each of them answers.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "What is this service for?": ("demand_trend", "demand_currencies"),
    "To whom does it answer?": ("confidence_trend", "confidence_questions"),
    "How do we know it has succeeded?": ("demand_funnel", "confidence_strip"),
}
_log = logging.getLogger(__name__)


def show(query: str | None = None) -> None:
    """Show the dashboard; the picker stands before anything heavy is imported.

    Parameters
    ----------
    query
        The page's query string, such as ``"borough=hackney"``; by default the one that Voila
        hands to the kernel.
    """
    picked, said = _from_query(os.environ.get("QUERY_STRING", "") if query is None else query)
    picker = widgets.Dropdown(
        options=[("Choose a borough", "")] + [(b.name, b.slug) for b in areas.boroughs()],
        value=picked,
        description="Borough",
        layout=widgets.Layout(width="24rem"),
    )
    status = widgets.HTML(_status(said or "Choose a borough to see its figures."))
    page = widgets.VBox([widgets.HTML(_tiles())])
    picker.add_class("pv-picker")  # by these the served page finds them (pvtools.js)
    page.add_class("pv-figures")
    display(widgets.VBox([picker, status, page]))

    def turn(change: Mapping[str, Any]) -> None:
        _fill(page, status, change["new"])

    picker.observe(turn, names="value")
    if picked:
        _fill(page, status, picked)


def _from_query(query: str) -> tuple[str, str]:
    """Return the slug a link asks for, or nothing and a sentence that says why not."""
    asked = parse_qs(query.lstrip("?")).get("borough", [""])[0][:100]
    if not asked:
        return "", ""
    try:
        return areas.find_reported(asked).slug, ""
    except PvtoolsError as error:
        return (
            "",
            f"{str(error).removesuffix(' List them with: pvtools areas')} Choose one here.",
        )


def _fill(page: widgets.VBox, status: widgets.HTML, slug: str) -> None:
    """Show a borough under its name, or one sentence: a reader never meets a traceback."""
    page.children = ()  # no figures of one borough while another's are made
    if not slug:
        page.children = (widgets.HTML(_tiles()),)
        status.value = _status("Choose a borough to see its figures.")
        return
    name = areas.find(slug).name
    heading = widgets.HTML(f'<h2 class="pv-area">{escape(name)}</h2>')
    status.value = _status(f"Making the figures of {name} …")
    try:
        from pvtools import profiles

        page.children = [heading, *_page(profiles.load(slug))]
        status.value = _status(
            f"Showing {name}.", f'<a href="?borough={slug}">Link to this page</a>'
        )
    except PvtoolsError as error:
        page.children = [heading]
        status.value = _status(f"The figures of {name} cannot be shown. {error}")
    except Exception:
        _log.exception("dashboard of %s", slug)
        page.children = [heading]
        status.value = _status(
            f"The figures of {name} cannot be shown: something went wrong on our side. "
            "The report of this borough holds the same figures."
        )


def _tiles() -> str:
    """Return London as tiles that lead to each borough, for those who would rather look."""
    tiles = "".join(
        f'<li style="grid-row:{b.grid_row};grid-column:{b.grid_col}">'
        + (
            # the one name too long for its tile may break where a reader would break it
            f'<a href="?borough={b.slug}">{escape(b.name).replace("rsm", "r&shy;sm")}</a>'
            if b.has_report
            else f"<span>{escape(b.name)}: own force</span>"
        )
        + "</li>"
        for b in sorted(areas.everywhere(), key=lambda b: (b.grid_row, b.grid_col))
    )
    return f'<nav aria-label="Boroughs on a map"><ul class="pv-tiles">{tiles}</ul></nav>'


def _page(profile: Profile) -> list[widgets.Widget]:
    from pvtools.exhibits import html

    shown: list[widgets.Widget] = [
        widgets.HTML(html.STYLE_TAG + profile.findings.to_html()),
        widgets.HTML(profile.map.to_html() + _download(profile, profile.map)),
        widgets.HTML(profile.cannot_tell.to_html()),
    ]
    for question, names in CHAPTERS.items():
        shown.append(widgets.HTML(f'<h2 class="pv-chapter">{escape(question)}</h2>'))
        exhibits = (getattr(profile, name) for name in names)
        shown += [widgets.HTML(e.to_html() + _download(profile, e)) for e in exhibits]
    shown.append(widgets.HTML(profile.distortion_checks.to_html()))
    return shown


def _download(profile: Profile, exhibit: Exhibit | Notice) -> str:
    """Return a link that carries the table behind an exhibit as a CSV file; a notice has none."""
    if not hasattr(exhibit, "table"):
        return ""
    table = exhibit.to_json()["table"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(column["label"] for column in table["columns"])
    writer.writerows(["" if value is None else value for value in row] for row in table["rows"])
    writer.writerow([])
    writer.writerow([f"{exhibit.subtitle}. Source: {exhibit.source}. {exhibit.vintage}."])
    data = base64.b64encode(b"\xef\xbb\xbf" + out.getvalue().encode()).decode()
    name = f"pvtools-{profile.area.slug}-{exhibit.key}.csv"
    return (
        f'<p class="pv-download"><a download="{name}" href="data:text/csv;charset=utf-8;base64,'
        f'{data}">Download these numbers (CSV)<span class="pv-hidden">: '
        f"{escape(exhibit.headline)}</span></a></p>"
    )


def _status(text: str, link: str = "") -> str:
    return f'<p role="status" class="pv-status">{escape(text)} {link}</p>'
