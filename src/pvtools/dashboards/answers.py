"""What is answered at once, without a kernel: the pages of the suite, and the way to each area."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from tornado import web

from pvtools import areas, style
from pvtools.dashboards import content, files
from pvtools.dashboards.apps import App
from pvtools.dashboards.guard import HEADERS, Guarded
from pvtools.dashboards.page import logged
from pvtools.dashboards.pages import BusyError, Pages
from pvtools.dashboards.reports import Report, Reports
from pvtools.errors import PvtoolsError
from pvtools.reports import scripts

_PATIENCE = 120  # seconds after which an answer ends that is not finished
#: As for every answer, but the pages run no script at all, and their figures carry their own data.
_POLICY = re.sub(
    r"(script|connect)-src [^;]*", r"\1-src 'none'", HEADERS["Content-Security-Policy"]
).replace("form-action 'none'", "form-action 'self'")
#: As before, of a page with exhibits: the server's own file copies their sentences.
_WITH_FIGURES = _POLICY.replace("script-src 'none'", "script-src 'self'")
#: As before, of a page that shows controls when they are asked for: they are a page of ours.
_WITH_CONTROLS = f"{_WITH_FIGURES}; frame-src 'self'"
#: What makes the sentence of the first page that says to when the figures go.
REACH = "pvtools.dashboards.home"
#: Of a report's web page, which may run the one script of such pages.
_OF_A_REPORT = _POLICY.replace("script-src 'none'", f"script-src {scripts.named(scripts.STATES)}")
_CHAPTER = re.compile(r'<h2 class="pv-chapter" id="([^"]+)">([^<]+)</h2>')


class Answer(Guarded):
    """A page that is made of text and pictures alone."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(
        self,
        apps: Sequence[App],
        pages: Pages,
        reports: Reports,
        app: App | None = None,
        live: App | None = None,
    ) -> None:
        """Take the dashboards of the suite, the one whose page this is, and its controls."""
        self.apps, self.pages, self.reports, self.app, self.live = apps, pages, reports, app, live

    def set_default_headers(self) -> None:
        """Let the page run no script, and be asked for again before it is shown again."""
        super().set_default_headers()
        self.allow(_POLICY)
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Content-Type", "text/html; charset=UTF-8")

    def show(self, template: str, **shown: Any) -> None:
        """Answer with a page of the suite."""
        page = self.settings["voila_jinja2_env"].get_template(template)
        self.finish(
            page.render(
                apps=self.apps,
                app=self.app,
                to=self.to,
                home=self.settings["base_url"],
                script=f"{self.settings['base_url']}voila/static/suite.js",
                piece_css=style.PIECE_CSS,
                **shown,
            )
        )

    def to(self, app: App | None = None, *slugs: str) -> str:
        """Return the address of a dashboard's page of some areas, or of the first page."""
        return self.settings["base_url"] + "/".join([app.link, *slugs] if app else [])

    def lead(self, app: App, *names: str) -> None:
        """Lead to the page of some areas."""
        self.redirect(self.to(app, *(quote(name, safe="") for name in names)), status=302)


class Home(Answer):
    """The first page: what each dashboard answers, and the way to each area."""

    async def get(self) -> None:
        """Answer with the page, or lead on from a link of old that names an area."""
        first = _first(self.apps)
        for name in content.PARAMETERS:
            if given := self.get_query_argument(name, ""):
                self.lead(first, given)
                return
        self.show("home.html.j2", **of_home(self.apps, self.to, self.pages.ready(REACH)))

    head = get


class Figures(Answer):
    """The page of one dashboard, of the areas that its address names."""

    async def get(self, path: str | None = None) -> None:
        """Answer with the figures, with a picker for areas, or with what is wrong."""
        asked = [name for name in (path or "").split("/") if name]
        chosen = [n for name in content.PARAMETERS for n in self.get_query_arguments(name) if n]
        if chosen:  # the picker sends them so where there is no script
            self.lead(self.app, *chosen)
            return
        try:
            found = self.app.content.find(asked)
        except PvtoolsError as error:
            self.set_status(404)
            self._answer([], "", content.unknown(error))
            return
        slugs = [area.slug for area in found]
        if slugs != asked:
            self.lead(self.app, *slugs)
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
        if figures or self.live:
            self.allow(_WITH_CONTROLS if self.live else _WITH_FIGURES)
        slugs = [area.slug for area in found]
        exhibits = f"{self.to(self.app, *slugs)}/exhibits/"
        self.show(
            "page.html.j2",
            **of_page(self.app, slugs, figures.replace(files.PLACE, exhibits), self.to),
            said=said,
            live=self.live,
            reports=reports_of(self.app, slugs, self.reports),
            reports_at=f"{self.settings['base_url']}reports/",
        )


class Taken(Answer):
    """A file of an exhibit, for a reader to take away."""

    async def get(self, path: str, name: str) -> None:
        """Answer with the file; of an address that names no area or no exhibit, with the map."""
        slugs = [one for one in path.split("/") if one]
        try:
            found = [area.slug for area in self.app.content.find(slugs)]
            if found != slugs or len(slugs) < self.app.content.least:
                raise web.HTTPError(404)
            async with asyncio.timeout(_PATIENCE):
                held = await self.pages.files(self.app.module, slugs)
            content = held[name]
        except (PvtoolsError, KeyError):
            raise web.HTTPError(404) from None
        except (BusyError, TimeoutError):
            raise web.HTTPError(503) from None
        called = "-".join(["pvtools", *(slugs or [self.app.address]), name])
        self.set_header("Content-Type", files.FORMS[name.rpartition(".")[2]])
        self.set_header("Content-Disposition", f'attachment; filename="{called}"')
        self.finish(content)

    head = get


class Handed(Answer):
    """A report of an area, where its page leads to one."""

    def get(self, name: str) -> None:
        """Answer with the file; a web page of ours is shown, the others are taken away."""
        if (found := self.reports.read(name)) is None:
            raise web.HTTPError(404)
        content, kind = found
        how = "inline" if kind.startswith("text/html") else "attachment"
        if how == "inline":
            self.allow(_OF_A_REPORT)
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'{how}; filename="{name.rpartition("/")[2]}"')
        self.finish(content)

    head = get


class Elsewhere(Answer):
    """Every other address: one that is an area's name leads to its page."""

    async def get(self) -> None:
        """Lead to the area's page, or answer that there is none, with the map."""
        name = self.request.path.removeprefix(self.settings["base_url"]).strip("/")
        first = _first(self.apps)
        try:
            found = first.content.find([name])
        except PvtoolsError:
            raise web.HTTPError(404) from None
        self.lead(first, found[0].slug)

    head = get


def _first(apps: Sequence[App]) -> App:
    """Return the dashboard to which an area leads where none is named."""
    return next(app for app in apps if app.module and app.content.least == 1)


def of_home(apps: Sequence[App], to: Callable[..., str], reach: str) -> dict[str, Any]:
    """Return what the first page shows; ``to`` gives the address of an app's page of an area.

    ``reach`` says to when the figures go.
    """
    first = _first(apps)
    return {
        "reach": reach,
        "data": next((app for app in apps if app.name == "data"), None),
        "first": first,
        "tiles": content.tiles(to(first, "{}")),
        "offered": first.content.offered,
    }


def reports_of(app: App, slugs: Sequence[str], reports: Reports) -> list[Report]:
    """Return the reports that a page leads to: those of the one area whose account it is."""
    return reports.of(slugs[0]) if app.content.units and len(slugs) == 1 else []


def of_page(app: App, slugs: Sequence[str], figures: str, to: Callable[..., str]) -> dict[str, Any]:
    """Return what the page of a dashboard shows of some areas; without figures, the map."""
    most = app.content.most
    return {
        "heading": content.heading(slugs) if slugs else "",
        "figures": figures,
        "chapters": _CHAPTER.findall(figures),
        "labels": [content.label(at) for at in range(most)],
        "picked": [slugs[at] if at < len(slugs) else "" for at in range(most)],
        "offered": app.content.offered if most else [],
        "tiles": "" if figures or not most else content.tiles(to(app, "{}")),
    }
