"""A dashboard whose figures hang on areas alone: what it shows, as HTML, and a picker for them.

The server answers with such a page at once and runs no kernel for it; in JupyterLab and in plain
Voila the same figures stand below a picker.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from urllib.parse import parse_qs

import ipywidgets as widgets

from pvtools import areas, words
from pvtools.dashboards.page import Page
from pvtools.errors import PvtoolsError, UsageError

#: What an address calls an area; links of old name a borough.
PARAMETERS = ("area", "borough")
_LONGEST = 100  # letters of a name that are read


@dataclass(frozen=True)
class Content:
    """A dashboard of some areas.

    ``figures`` takes as many slugs as areas are picked, from ``least`` to ``most``, and yields
    HTML; ``choose`` is what stands there while too few are. ``units`` says whether command units
    are offered.
    """

    figures: Callable[..., Iterator[str]]
    choose: str
    least: int = 1
    most: int = 1
    units: bool = False

    @property
    def offered(self) -> list[areas.Area]:
        """The areas to pick from."""
        return [area for area in areas.reported() if self.units or area.kind != "bcu"]

    def find(self, names: Sequence[str]) -> list[areas.Area]:
        """Return the areas that names stand for.

        Raises
        ------
        UsageError
            There is no such area, or there are too many.
        """
        found = [areas.find_reported(name[:_LONGEST], units=self.units) for name in names]
        found = list(dict.fromkeys(found))
        if len(found) > self.most:
            raise UsageError(f"No more than {words.count(self.most)} areas can be shown here.")
        return found

    def show(self, query: str | None = None) -> None:
        """Show the dashboard: its pickers, which stand before anything heavy is imported, and it.

        Parameters
        ----------
        query
            The page's query string, such as ``"area=hackney"``; by default the one that Voila
            hands to the kernel.
        """
        picked, fault = self.asked(os.environ.get("QUERY_STRING", "") if query is None else query)
        pickers = [self._picker(at, picked[at : at + 1]) for at in range(self.most)]
        shell = Page(*pickers)
        shell.rest(fault or self.choose, tiles("?area={}"))
        shell.open()

        def fill(_: object = None) -> None:
            self.fill(shell, [picker.value for picker in pickers if picker.value])

        for picker in pickers:
            picker.observe(fill, names="value")
        if picked or not self.least:
            fill()

    def asked(self, query: str) -> tuple[list[str], str]:
        """Return the slugs a link names, or none and a sentence that says why not."""
        given = parse_qs(query.lstrip("?"))
        names = next(filter(None, map(given.get, PARAMETERS)), [])[: self.most]
        try:
            return [area.slug for area in self.find(names)], ""
        except PvtoolsError as error:
            return [], unknown(error)

    def fill(self, shell: Page, slugs: Sequence[str]) -> None:
        """Show areas under their names; with too few picked, a map of all."""
        chosen = list(dict.fromkeys(slugs))
        if len(chosen) < self.least:
            shell.rest(self.choose, tiles("?area={}"))
            return
        shell.fill(
            heading(chosen),
            partial(self._styled, chosen),
            link="?" + "&".join(f"area={slug}" for slug in chosen),
            otherwise="The reports hold the same figures.",
        )

    def _styled(self, slugs: Sequence[str]) -> Iterator[str]:
        from pvtools.exhibits import html

        yield html.STYLE_TAG
        yield from self.figures(*slugs)

    def _picker(self, at: int, picked: Sequence[str]) -> widgets.Dropdown:
        picker = widgets.Dropdown(
            options=[("Choose an area", ""), *((area.name, area.slug) for area in self.offered)],
            value=picked[0] if picked else "",
            description=label(at),
            layout=widgets.Layout(width="24rem"),
        )
        if self.most == 1:
            picker.add_class("pv-picker")  # by this the served page finds it (pvtools.js)
        return picker


def label(at: int) -> str:
    """Return what the first, second or third picker is called."""
    return ("Area", "Second area", "Third area")[at]


def heading(slugs: Sequence[str]) -> str:
    """Return the names of areas as a page's heading."""
    return words.listing([areas.find(slug).name for slug in slugs])


def unknown(error: PvtoolsError) -> str:
    """Return why a name is no area's, as a reader of a page is told it."""
    return f"{str(error).removesuffix(' List them with: pvtools areas')} Choose one here."


def tiles(address: str) -> str:
    """Return London as tiles that lead to each borough, for those who would rather look.

    ``address`` is where a tile leads, with ``{}`` for the borough's slug.
    """
    shown = "".join(
        f'<li style="grid-row:{b.grid_row};grid-column:{b.grid_col}">'
        + (
            # the one name too long for its tile may break where a reader would break it
            f'<a href="{escape(address.format(b.slug))}">'
            f"{escape(b.name).replace('rsm', 'r&shy;sm')}</a>"
            if b.has_report
            else f"<span>{escape(b.name)}: own force</span>"
        )
        + "</li>"
        for b in sorted(areas.everywhere(), key=lambda b: (b.grid_row, b.grid_col))
    )
    return f'<nav aria-label="Boroughs on a map"><ul class="pv-tiles">{shown}</ul></nav>'
