"""The borough dashboard: pick a borough, see its exhibits, take the table behind each with you."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import parse_qs

import ipywidgets as widgets

from pvtools import areas
from pvtools.dashboards import page
from pvtools.dashboards.page import Page
from pvtools.errors import PvtoolsError

#: The exhibits shown, under the question of public value each of them answers.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "What is this service for?": ("demand_trend", "demand_currencies"),
    "To whom does it answer?": ("confidence_trend", "confidence_questions"),
    "How do we know it has succeeded?": ("demand_similar", "confidence_strip"),
}
_CHOOSE = "Choose London or a borough to see its figures."


def show(query: str | None = None) -> None:
    """Show the dashboard; the picker stands before anything heavy is imported.

    Parameters
    ----------
    query
        The page's query string, such as ``"area=hackney"``; by default the one that Voila
        hands to the kernel.
    """
    picked, fault = _from_query(os.environ.get("QUERY_STRING", "") if query is None else query)
    picker = widgets.Dropdown(
        options=[("Choose an area", "")] + [(a.name, a.slug) for a in areas.reported()],
        value=picked,
        description="Area",
        layout=widgets.Layout(width="24rem"),
    )
    picker.add_class("pv-picker")  # by this the served page finds it (pvtools.js)
    shell = Page(picker)
    shell.rest(fault or _CHOOSE, _tiles())
    shell.open()
    picker.observe(lambda change: _fill(shell, change["new"]), names="value")
    if picked:
        _fill(shell, picked)


def _from_query(query: str) -> tuple[str, str]:
    """Return the slug a link names, or nothing and a sentence that says why not.

    Links of old name a ``borough``.
    """
    given = parse_qs(query.lstrip("?"))
    name = (given.get("area") or given.get("borough") or [""])[0][:100]
    if not name:
        return "", ""
    try:
        return areas.find_reported(name, units=True).slug, ""
    except PvtoolsError as error:
        return (
            "",
            f"{str(error).removesuffix(' List them with: pvtools areas')} Choose one here.",
        )


def _fill(shell: Page, slug: str) -> None:
    """Show a borough under its name; nothing picked is a map of all."""
    if not slug:
        shell.rest(_CHOOSE, _tiles())
        return
    shell.fill(
        areas.find(slug).name,
        lambda: _figures(slug),
        link=f"?area={slug}",
        otherwise="The report of this area holds the same figures.",
    )


def _tiles() -> str:
    """Return London as tiles that lead to each borough, for those who would rather look."""
    tiles = "".join(
        f'<li style="grid-row:{b.grid_row};grid-column:{b.grid_col}">'
        + (
            # the one name too long for its tile may break where a reader would break it
            f'<a href="?area={b.slug}">{escape(b.name).replace("rsm", "r&shy;sm")}</a>'
            if b.has_report
            else f"<span>{escape(b.name)}: own force</span>"
        )
        + "</li>"
        for b in sorted(areas.everywhere(), key=lambda b: (b.grid_row, b.grid_col))
    )
    return f'<nav aria-label="Boroughs on a map"><ul class="pv-tiles">{tiles}</ul></nav>'


def _figures(slug: str) -> Iterator[str]:
    from pvtools import profiles
    from pvtools.exhibits import html

    profile = profiles.load(slug)
    yield html.STYLE_TAG + profile.findings.to_html()
    yield page.piece(profile.map, slug)
    yield profile.cannot_tell.to_html()
    for question, names in CHAPTERS.items():
        yield f'<h2 class="pv-chapter">{escape(question)}</h2>'
        for name in names:
            yield page.piece(getattr(profile, name), slug)
    yield profile.distortion_checks.to_html()
