"""Every address that is answered, and by what: pages, and the scripts and styles they need."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.utils import url_path_join
from tornado import web
from voila.app import Voila
from voila.static_file_handler import MultiStaticFileHandler

from pvtools.dashboards.answers import Elsewhere, Figures, Home
from pvtools.dashboards.apps import EXTENSIONS, App
from pvtools.dashboards.guard import Guarded
from pvtools.dashboards.live import Channels, Closing, Kernel, Live, Page
from pvtools.dashboards.pages import Pages

_OWN = frozenset({"pvtools.js", "dials.js", "suite.js"})
_KERNEL = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def routes(server: Voila, apps: Sequence[App], pages: Pages) -> list[tuple]:
    """Return every address of a server, with what answers there; the first that fits counts."""
    suite = [app for app in apps if app.module]
    told = {"apps": suite, "pages": pages}
    with_kernel = _with_kernel(server, [app for app in apps if not app.module])
    extensions = "|".join(EXTENSIONS)
    found = (
        *(_of_suite(told, with_kernel) if suite else _of_notebooks(with_kernel)),
        (rf"/api/kernels/{_KERNEL}", Kernel, {}),
        (rf"/api/kernels/{_KERNEL}/channels", Channels, {}),
        (rf"/voila/api/shutdown/{_KERNEL}", Closing, {}),
        (r"/voila/static/(.+)", Static, {"paths": server.static_paths}),
        (
            rf"/voila/labextensions/((?:{extensions})/static/.+)",
            Extension,
            {"path": server.labextensions_path},
        ),
        *([(r"/.*", Elsewhere, told)] if suite else []),
    )
    return [(url_path_join(server.server_url, path), *rest) for path, *rest in found]


def _with_kernel(server: Voila, apps: Sequence[App]) -> dict[App, dict]:
    """Return dashboards that run in a kernel, with what their pages are told."""
    shared = {
        "template_paths": server.template_paths,
        "config": server.config,
        "voila_configuration": server.voila_configuration,
    }
    return {
        app: shared | {"notebook_path": app.notebook.name, "parameters": app.parameters}
        for app in apps
    }


def _of_suite(told: dict, with_kernel: dict[App, dict]) -> list[tuple]:
    live = {app.name: app for app in with_kernel}
    return [
        ("/", Home, told),
        *(
            (
                rf"/{re.escape(app.address)}(/.*)?",
                Figures,
                told | {"app": app, "live": live.get(app.live)},
            )
            for app in told["apps"]
        ),
        *((f"/live/{re.escape(app.address)}", Live, page) for app, page in with_kernel.items()),
    ]


def _of_notebooks(with_kernel: dict[App, dict]) -> list[tuple]:
    if len(with_kernel) == 1:
        return [("/", Page, *with_kernel.values())]
    return [
        *((f"/{re.escape(app.address)}", Page, page) for app, page in with_kernel.items()),
        ("/", Index, {"apps": list(with_kernel)}),
    ]


class Index(Guarded):
    """The list of dashboards, where there are several."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, apps: Sequence[App]) -> None:
        """Take the dashboards there are."""
        self.apps = apps

    def get(self) -> None:
        """Answer with a link to each."""
        template = self.settings["voila_jinja2_env"].get_template("apps.html.j2")
        self.finish(template.render(apps=self.apps, home=self.settings["base_url"]))

    head = get


class Static(Guarded, MultiStaticFileHandler):
    """Scripts and styles of Voila and of our template."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_extra_headers(self, path: str) -> None:
        """Have our own scripts fetched anew: they belong to the page they come with."""
        if path in _OWN:
            self.set_header("Cache-Control", "no-cache")


class Extension(Guarded, FileFindHandler):
    """Scripts of the JupyterLab extensions that draw widgets."""

    SUPPORTED_METHODS = ("GET", "HEAD")


class NoSuchPage(Guarded):
    """Every other address."""

    async def prepare(self) -> None:
        """Answer that there is no such page."""
        await super().prepare()
        raise web.HTTPError(404)
