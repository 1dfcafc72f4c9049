"""The dashboards as a plain site: the same pages, for any web server or a folder on a desk."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from pvtools import __version__, areas, places, style
from pvtools.dashboards import content, files
from pvtools.dashboards.answers import REACH, of_home, of_page, reports_of
from pvtools.dashboards.apps import App, apps
from pvtools.dashboards.guard import NO_PATH, NO_SUCH_PAGE, home_path
from pvtools.dashboards.page import logged
from pvtools.dashboards.pages import Pages
from pvtools.dashboards.reports import Reports
from pvtools.errors import ExportError, PvtoolsError, UsageError, printable
from pvtools.reports.lock import locked

#: By this file a folder is known as an earlier export; it lists what was written.
RECORD = "export.json"
_TEMPLATES = Path(__file__).parent / "jupyter" / "voila" / "templates" / "pvtools"
_SCRIPT = "suite.js"
_MOST_WORKERS = 4  # each takes about 400 MB
_SEVERAL = (
    "This is a copy without a server: areas are set beside each other on the live dashboards. "
    "Each area has a page of its own."
)

#: Called with "started" or "finished", and the area or the dashboard whose page is in hand.
OnEvent = Callable[[str, Any], object]


def steps(notebooks: Path | None = None) -> list[tuple[App, tuple[str, ...]]]:
    """Return the pages of the suite that hold figures, each as its app and the slugs of its areas.

    Raises
    ------
    UsageError
        No dashboard of the folder has pages that come without a kernel.
    """
    suite = _suite(notebooks)
    return [
        (app, slugs)
        for app in suite
        if app.content.least <= 1
        for slugs in [(area.slug,) for area in app.content.offered if app.content.most] or [()]
    ]


def export(
    out: Path,
    *,
    notebooks: Path | None = None,
    data_dir: Path | None = None,
    reports: Path | None = None,
    pages: Path | None = None,
    base_url: str = "/",
    on_event: OnEvent = lambda *_: None,
) -> int:
    """Write the dashboards as a plain site, whole or not at all, and return how many pages it has.

    Pages that were made before of the same data are not made again, so an export that was broken
    off carries on where it stopped.

    Parameters
    ----------
    out
        A new or empty folder, or an earlier export, whose place it takes.
    notebooks, data_dir, reports
        As for ``serve``.
    pages
        Where pages are kept; by default where the server keeps them.
    base_url
        The path it will be found under, to whose start the page for unknown addresses leads.
    on_event
        Called with "started" or "finished", and what has a name: the area, or the dashboard.

    Raises
    ------
    UsageError
        The folder holds something else, another export is writing to it, the path cannot be, or
        there is nothing to export.
    ExportError
        A page could not be made, or the folder not be written; what stood there still does.
    """
    if not (home := home_path(base_url)):
        raise UsageError(NO_PATH.format(base_url))
    out = out.resolve()
    suite = _suite(notebooks)
    if data_dir is not None:
        os.environ["PVTOOLS_DATA"] = str(data_dir.resolve())
    part = _beside(out, "part")
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    try:
        with _held(out), closing(Pages(pages, workers=workers)) as kept:
            refuse_foreign(out)
            _put_back(out)
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            try:
                site = _Site(part, suite, Reports(reports), home)
                asyncio.run(site.write(kept, steps(notebooks), workers, on_event))
                _take_place(part, out)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        named = printable(error.filename or out)
        raise ExportError(f"{named} could not be written: {error.strerror or error}.") from None
    return len(site.pages)


def refuse_foreign(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier export.

    Raises
    ------
    UsageError
        It does, or it is a file.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{printable(out)} is a file. Name a folder with --export.")
    known = {RECORD}
    with suppress(OSError, ValueError, LookupError, TypeError):
        known.update(json.loads((out / RECORD).read_bytes())["files"])
    found = (path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if _stands(path))
    if foreign := next((name for name in found if name not in known), ""):
        raise UsageError(
            f"{printable(out)} holds something that is no export of pvtools: {printable(foreign)}. "
            "Move it away, or name a new folder with --export."
        )


def _stands(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _suite(notebooks: Path | None) -> list[App]:
    folder = (notebooks or places.notebook("dashboards")).resolve()
    if found := [app for app in apps(folder) if app.module]:
        return found
    raise UsageError(
        f"No dashboard in {printable(folder)} can be exported: each computes in a kernel. "
        "Leave --notebooks out to export those that come with pvtools."
    )


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f".{out.name}.pvtools-{what}")


@contextmanager
def _held(out: Path) -> Iterator[None]:
    """Hold the folder for one export; the system lets go of it when the process ends, however."""
    path = _beside(out, "lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        # one that has just ended may have removed the file meanwhile
        if not locked(lock) or not (
            path.exists() and os.path.samestat(os.fstat(lock), path.stat())
        ):
            raise UsageError(
                f"Another export is writing to {printable(out)}: wait until it has ended, or name "
                "another folder with --export."
            )
        try:
            yield
        finally:
            with suppress(PermissionError):  # Windows keeps a file that is open
                path.unlink()
    finally:
        os.close(lock)


def _take_place(part: Path, out: Path) -> None:
    """Put what was written in the place of an earlier export; nothing half-written ever stands."""
    refuse_foreign(out)  # somebody may have laid a file there meanwhile
    if out.exists():
        out.rename(_beside(out, "was"))
    try:
        part.rename(out)
    finally:
        _put_back(out)


def _put_back(out: Path) -> None:
    """Have an earlier export stand again where nothing took its place, and else remove it."""
    was = _beside(out, "was")
    if was.exists():
        with suppress(OSError):
            out.rmdir()  # which only an empty folder lets happen
        if not out.exists():
            was.rename(out)
    shutil.rmtree(was, ignore_errors=True)


class _Site:
    """A plain site in the making."""

    def __init__(self, folder: Path, suite: Sequence[App], reports: Reports, home: str) -> None:
        self._folder, self._suite, self._reports, self._home = folder, suite, reports, home
        self._live = {app.name: app for app in apps(suite[0].notebook.parent)}
        self._templates = Environment(loader=FileSystemLoader(_TEMPLATES))  # noqa: S701 - they escape
        self._files: list[str] = []
        self.pages: list[str] = []

    async def write(
        self,
        kept: Pages,
        steps: Sequence[tuple[App, tuple[str, ...]]],
        workers: int,
        on_event: OnEvent,
    ) -> None:
        """Write all of it; a page that cannot be made ends it."""
        reach = await kept.get(REACH)
        self._page("index.html", "home.html.j2", None, lambda to: of_home(self._suite, to, reach))
        for app in self._suite:
            if app.content.least:
                said = app.content.choose if app.content.least == 1 else _SEVERAL
                self._answer(app, (), "", said)
        turn = asyncio.Semaphore(workers)

        async def one(app: App, slugs: tuple[str, ...]) -> None:
            async with turn:
                named = areas.find(slugs[0]) if slugs else app
                on_event("started", named)
                await self._figures(kept, app, slugs)
                on_event("finished", named)

        await asyncio.gather(*(one(*step) for step in steps))
        shown = self._templates.get_template("message.html.j2")
        heading, sentence = NO_SUCH_PAGE
        start = f"{self._home}index.html"  # the page is shown at any address, however deep
        said = shown.render(heading=heading, sentence=sentence, home=start)
        self._put("404.html", said.encode())
        self._put(_SCRIPT, (_TEMPLATES / "static" / _SCRIPT).read_bytes())
        made = {"made_with": f"pvtools {__version__}", "files": sorted(self._files)}
        (self._folder / RECORD).write_text(json.dumps(made, indent=1), "utf-8")

    async def _figures(self, kept: Pages, app: App, slugs: tuple[str, ...]) -> None:
        figures, said, held = "", "", {}
        name = content.heading(slugs) if slugs else app.title
        try:
            figures = await kept.get(app.module, slugs)
            held = await kept.files(app.module, slugs)
        except PvtoolsError as error:
            said = f"The figures of {name} cannot be shown. {error}"
        except Exception as error:
            raise ExportError(
                f"The page {app.title} of {name} could not be made (reference {logged(error, name)}"
                "); nothing was written. Run the same again to carry on."
            ) from None
        self._answer(app, slugs, figures, said)
        for file, made in held.items():
            self._put(f"{'/'.join([app.address, *slugs])}/exhibits/{file}", made)
        for report in reports_of(app, slugs, self._reports):
            if found := self._reports.read(report.name):
                self._put(f"reports/{report.name}", found[0])

    def _answer(self, app: App, slugs: tuple[str, ...], figures: str, said: str) -> None:
        several = app.content.least > 1
        place = "/".join([app.address, *slugs])
        figures = figures.replace(files.PLACE, f"{place.rpartition('/')[2]}/exhibits/")
        first = next(one for one in self._suite if one.content.least == 1)

        def shown(to: Callable[..., str]) -> dict[str, Any]:
            page = of_page(app, slugs, figures, to)
            if several:
                page |= {"labels": [], "tiles": content.tiles(to(first, "{}"))}
            return page | {
                "said": said,
                "live": self._live.get(app.live),
                "reports": reports_of(app, slugs, self._reports),
                "reports_at": "../" * len(slugs) + "reports/",
            }

        self._page(f"{place}.html", "page.html.j2", app, shown)

    def _page(
        self,
        name: str,
        template: str,
        app: App | None,
        shown: Callable[[Callable[..., str]], dict[str, Any]],
    ) -> None:
        up = "../" * name.count("/")

        def to(app: App | None = None, *slugs: str) -> str:
            return up + ("/".join([app.address, *slugs]) if app else "index") + ".html"

        html = self._templates.get_template(template).render(
            apps=self._suite,
            app=app,
            to=to,
            script=up + _SCRIPT,
            copy=True,
            piece_css=style.PIECE_CSS,
            **shown(to),
        )
        self.pages.append(name)
        self._put(name, html.encode())

    def _put(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._files.append(name)
