"""What is answered at once, without a kernel: the pages of the suite, and the way to each area."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tornado import web

from pvtools import areas, style
from pvtools.dashboards import content
from pvtools.dashboards.apps import App
from pvtools.dashboards.guard import HEADERS, Guarded
from pvtools.dashboards.page import logged
from pvtools.dashboards.pages import BusyError, Pages
from pvtools.errors import PvtoolsError

_PATIENCE = 120  # seconds after which an answer ends that is not finished
#: As for every answer, but the pages run no script at all, and their figures carry their own data.
_POLICY = re.sub(
    r"(script|connect)-src [^;]*", r"\1-src 'none'", HEADERS["Content-Security-Policy"]
).replace("form-action 'none'", "form-action 'self'")
#: As before, of a page that shows controls when they are asked for: they are a page of ours.
_WITH_CONTROLS = _POLICY.replace("script-src 'none'", "script-src 'self'") + "; frame-src 'self'"
_CHAPTER = re.compile(r'<h2 class="pv-chapter" id="([^"]+)">([^<]+)</h2>')


class Answer(Guarded):
    """A page that is made of text and pictures alone."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(
        self, apps: Sequence[App], pages: Pages, app: App | None = None, live: App | None = None
    ) -> None:
        """Take the dashboards of the suite, the one whose page this is, and its controls."""
        self.apps, self.pages, self.app, self.live = apps, pages, app, live

    def set_default_headers(self) -> None:
        """Let the page run no script, and be asked for again before it is shown again."""
        super().set_default_headers()
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Content-Type", "text/html; charset=UTF-8")

    def show(self, template: str, **shown: Any) -> None:
        """Answer with a page of the suite."""
        home = self.settings["base_url"]
        page = self.settings["voila_jinja2_env"].get_template(template)
        self.finish(
            page.render(apps=self.apps, app=self.app, home=home, piece_css=style.PIECE_CSS, **shown)
        )

    def to_area(self, *names: str, app: App | None = None) -> None:
        """Lead to the page of some areas."""
        chosen = app or self.app
        path = "/".join([chosen.address, *(quote(name, safe="") for name in names)])
        self.redirect(self.settings["base_url"] + path, status=302)


class Home(Answer):
    """The first page: what each dashboard answers, and the way to each area."""

    async def get(self) -> None:
        """Answer with the page, or lead on from a link of old that names an area."""
        first = next(app for app in self.apps if app.module and app.content.least == 1)
        for name in content.PARAMETERS:
            if given := self.get_query_argument(name, ""):
                self.to_area(given, app=first)
                return
        self.show(
            "home.html.j2",
            first=first,
            tiles=content.tiles(f"{self.settings['base_url']}{first.address}/{{}}"),
            offered=first.content.offered,
        )

    head = get


class Figures(Answer):
    """The page of one dashboard, of the areas that its address names."""

    async def get(self, path: str | None = None) -> None:
        """Answer with the figures, with a picker for areas, or with what is wrong."""
        asked = [name for name in (path or "").split("/") if name]
        chosen = [n for name in content.PARAMETERS for n in self.get_query_arguments(name) if n]
        if chosen:  # the picker sends them so where there is no script
            self.to_area(*chosen)
            return
        try:
            found = self.app.content.find(asked)
        except PvtoolsError as error:
            self.set_status(404)
            self._answer([], "", content.unknown(error))
            return
        slugs = [area.slug for area in found]
        if slugs != asked:
            self.to_area(*slugs)
        elif len(slugs) < self.app.content.least:
            self._answer(found, "", self.app.content.choose)
        else:
            self._answer(found, *await self._figures(slugs))

    head = get

    async def _figures(self, slugs: Sequence[str]) -> tuple[str, str]:
        """Return the figures, and a sentence where there are none."""
        name = content.heading(slugs) if slugs else self.app.title
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.pages.get(self.app.module, slugs), ""
        except (BusyError, TimeoutError):
            raise web.HTTPError(503) from None
        except PvtoolsError as error:
            return "", f"The figures of {name} cannot be shown. {error}"
        except Exception as error:
            self.set_status(500)
            return "", (
                f"The figures of {name} cannot be shown: something went wrong on our side "
                f"(reference {logged(error, name)})."
            )

    def _answer(self, found: Sequence[areas.Area], figures: str, said: str) -> None:
        if self.live:
            self.set_header("Content-Security-Policy", _WITH_CONTROLS)
        pickers = range(self.app.content.most)
        self.show(
            "page.html.j2",
            heading=content.heading([area.slug for area in found]) if found else "",
            figures=figures,
            said=said,
            live=self.live,
            chapters=_CHAPTER.findall(figures),
            labels=[content.label(at) for at in pickers],
            picked=[found[at].slug if at < len(found) else "" for at in pickers],
            offered=self.app.content.offered if self.app.content.most else [],
            tiles=""
            if figures or not self.app.content.most
            else content.tiles(f"{self.settings['base_url']}{self.app.address}/{{}}"),
        )


class Elsewhere(Answer):
    """Every other address: one that is an area's name leads to its page."""

    async def get(self) -> None:
        """Lead to the area's page, or answer that there is none, with the map."""
        name = self.request.path.removeprefix(self.settings["base_url"]).strip("/")
        first = next(app for app in self.apps if app.module and app.content.least == 1)
        try:
            found = first.content.find([name])
        except PvtoolsError:
            raise web.HTTPError(404) from None
        self.to_area(found[0].slug, app=first)

    head = get
