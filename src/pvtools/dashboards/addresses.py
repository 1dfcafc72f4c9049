"""Every address that is answered, and by what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_server.utils import url_path_join
from voila.app import Voila

from pvtools.dashboards.answers import Elsewhere, Figures, Handed, Home, Taken
from pvtools.dashboards.apps import EXTENSIONS, App
from pvtools.dashboards.files import FORMS
from pvtools.dashboards.live import Channels, Closing, Kernel, Live, Page
from pvtools.dashboards.pages import Pages
from pvtools.dashboards.reports import Reports
from pvtools.dashboards.services import Extension, Health, Index, SignIn, Start, Static

_FILE = rf"([A-Za-z][A-Za-z0-9_-]{{0,99}}\.(?:{'|'.join(FORMS)}))"
_KERNEL = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def routes(server: Voila, apps: Sequence[App], pages: Pages, reports: Reports) -> list[tuple]:
    """Return every address of a server, with what answers there; the first that fits counts."""
    suite = [app for app in apps if app.module]
    offered = {app.live for app in suite}
    reached = [app for app in apps if app.module or app.name not in offered]
    told = {"apps": reached, "pages": pages, "reports": reports}
    with_kernel = _with_kernel(server, [app for app in apps if not app.module])
    extensions = "|".join(EXTENSIONS)
    home = re.escape(server.server_url)
    found = (
        ("/health", Health, {"pages": pages}),
        *([("/sign-in", SignIn, {})] if server.app.settings["token"] else []),
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
    below = [(url_path_join(home, path), *rest) for path, *rest in found]
    return [*below, (home.rstrip("/"), Start)] if home != "/" else below


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
        (r"/reports/([a-z-]+/[a-z.-]+)", Handed, told),
        *(
            (
                rf"/{re.escape(app.address)}((?:/[^/]+)*)/exhibits/{_FILE}",
                Taken,
                told | {"app": app},
            )
            for app in told["apps"]
            if app.module
        ),
        *(
            (
                rf"/{re.escape(app.address)}(/.*)?",
                Figures,
                told | {"app": app, "live": live.get(app.live)},
            )
            for app in told["apps"]
            if app.module
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
