"""The server: Voila's page and the few addresses that it needs, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from traitlets import Bool, Instance, List, Unicode, default
from voila.app import Voila
from voila.static_file_handler import MultiStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from pvtools.dashboards.answers import Elsewhere, Figures, Home
from pvtools.dashboards.apps import EXTENSIONS, App
from pvtools.dashboards.guard import EVERYWHERE, HEADERS, LOCAL, Guarded, opens_a_page
from pvtools.dashboards.pages import Pages
from pvtools.dashboards.visitors import WidgetChannel

#: What an address may hold; the rest of a query is ignored. Links of old name a borough.
PARAMETERS = ("area", "borough")

_LONGEST = 100  # letters of a parameter that are read
_PATIENCE = 120  # seconds after which an answer ends that is not finished
_OWN = frozenset({"pvtools.js", "dials.js", "suite.js"})
_KERNEL = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


class Page(Guarded, TornadoVoilaHandler):
    """The dashboard itself, with a kernel for whoever opens it."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    FRAMED = False

    def initialize(self, parameters: Sequence[str] = (), **kwargs: Any) -> None:
        """Take what an address may hold, beside what Voila's handler takes."""
        self.parameters = parameters or PARAMETERS
        super().initialize(**kwargs)

    async def prepare(self) -> None:
        """Refuse what is not somebody opening the page, and drop what the address may not hold."""
        await super().prepare()
        if not opens_a_page(self.request.headers, framed=self.FRAMED):
            raise web.HTTPError(403)
        kept = {
            name: value[:_LONGEST]
            for name in self.parameters
            if (value := self.get_query_argument(name, ""))
        }
        self.request.query = urlencode(kept)
        self.request.uri = f"{self.request.path}?{self.request.query}"
        self.request.arguments = {name: [value.encode()] for name, value in kept.items()}
        self.request.query_arguments = dict(self.request.arguments)

    async def get(self) -> None:
        """Answer with the page; where its kernel fails for good, the answer ends nevertheless."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await super().get()
        except TimeoutError:
            self.log.error("A page was not finished within %s seconds.", _PATIENCE)

    def head(self) -> None:
        """Answer whether the page can be had, which takes no kernel."""
        if self.kernel_manager.full:
            raise web.HTTPError(503)


class Live(Page):
    """A page of controls, which may stand in a frame of one of our own."""

    FRAMED = True

    def set_default_headers(self) -> None:
        """Let pages of this server show it, and nobody else."""
        super().set_default_headers()
        policy = HEADERS["Content-Security-Policy"]
        self.set_header(
            "Content-Security-Policy",
            policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
        )
        self.set_header("X-Frame-Options", "SAMEORIGIN")


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


class Kernel(Guarded, JupyterHandler):
    """Whether a kernel is there; a page asks this about its own."""

    SUPPORTED_METHODS = ("GET",)

    @web.authenticated
    def get(self, kernel_id: str) -> None:
        """Answer with the kernel's state, or 404."""
        self.set_header("Cache-Control", "no-store")
        self.finish(self.kernel_manager.kernel_model(kernel_id))


class Closing(Guarded, JupyterHandler):
    """The message of a page that closes: its kernel can end."""

    SUPPORTED_METHODS = ("POST",)

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel, if it is still there."""
        if kernel_id in self.kernel_manager:
            await self.kernel_manager.shutdown_kernel(kernel_id)
        self.set_status(204)

    def check_xsrf_cookie(self) -> None:
        """Ask for the right origin only.

        Voila's page sends a token from a cookie, but Voila never sets that cookie, so each closing
        message was refused. The kernel's key does what the token would: it is 122 random bits that
        only the kernel's own page knows, and nobody can end a kernel without it.
        """
        if not self.check_origin():
            raise web.HTTPError(403)


class Channels(Guarded, VoilaKernelWebsocketHandler):
    """The websocket between a page and its kernel."""

    SUPPORTED_METHODS = ("GET",)
    connection = None
    kernel_id = ""
    left = False

    async def prepare(self) -> None:
        """Refuse another origin before the kernel hears of it."""
        await super().prepare()
        if not self.check_origin():
            raise web.HTTPError(403)

    def on_close(self) -> None:
        """Note that the page has gone; it may do so before there is a connection to end."""
        self.left = True
        if self.connection is not None:
            super().on_close()

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Write one line where a page or its kernel has gone: that is no fault of the server."""
        gone = self.left or (self.kernel_id and self.kernel_id not in self.kernel_manager)
        if gone and not isinstance(error, web.HTTPError):
            self.log.warning(
                "Kernel %s or its page went away while they were connecting.", self.kernel_id
            )
        else:
            super().log_exception(kind, error, trace)


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


class Anyone(IdentityProvider):
    """Nobody logs in: all visitors are one user to Jupyter, and no cookie is set."""

    def get_user(self, handler: web.RequestHandler) -> User:
        """Return that user."""
        return User("visitor")


class Dashboards(Voila):
    """Voila with the addresses that our page needs and no other."""

    #: the dashboards served, and what is called once they are
    apps: Sequence[App] = ()
    on_listening: Callable[[], None] = staticmethod(lambda: None)
    pages = Instance(Pages, ())
    ahead = Bool(True, help="Whether pages are made before they are asked for.").tag(config=True)
    hosts = List(Unicode(), help="Further names under which it is served.").tag(config=True)

    @default("config_file_paths")
    def _no_files(self) -> list[str]:
        return []  # a voila.py in the folder one happens to stand in would be run

    @default("identity_provider_class")
    def _anyone(self) -> type:
        return Anyone

    @default("kernel_websocket_connection_class")
    def _widgets_only(self) -> type:
        return WidgetChannel

    def init_settings(self) -> dict[str, Any]:
        """Return the application's settings."""
        # nobody has a large thing to send, nor needs long to send it
        HTTPServer.configure(None, max_body_size=2**16, body_timeout=20, idle_connection_timeout=60)
        return super().init_settings() | {
            "hosts": LOCAL.union((self.ip.lower(), *self.hosts)) - EVERYWHERE,
            "any_address": self.ip in EVERYWHERE,
            "default_handler_class": NoSuchPage,
            "websocket_max_message_size": 2**20,
            "compress_response": True,
        }

    def listen(self) -> None:
        """Serve until stopped; ``on_listening`` is called once the address answers."""
        IOLoop.current().add_callback(self.on_listening)
        IOLoop.current().add_callback(self._prepare)
        try:
            super().listen()
        finally:
            self.pages.close()

    async def _prepare(self) -> None:
        """Make the pages of one area, in the order in which people may ask for them."""
        if not self.ahead:
            return
        each = [app for app in self.apps if app.module and app.content.least <= 1]
        await self.pages.prepare(
            [
                (app.module, slugs)
                for app in each
                for slugs in [(area.slug,) for area in app.content.offered if app.content.most]
                or [()]
            ]
        )

    def _with_way_back(
        self, page_config: dict[str, Any], *, base_url: str, notebook_path: str, **_: Any
    ) -> dict[str, Any]:
        """Return what a page of controls is told, with the links to the start and its page."""
        name = Path(notebook_path).stem
        pages = [(base_url + app.address, app.title) for app in self.apps if app.live == name]
        return page_config | {"wayBack": [(base_url, "Start"), *pages]}

    def init_handlers(self) -> list[tuple]:
        """Return every address that is answered."""
        shared = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        suite = [app for app in self.apps if app.module]
        own = [app for app in self.apps if not app.module]
        offered = {app.live for app in suite}
        pages = {
            app.address: shared | {"notebook_path": app.notebook.name, "parameters": app.parameters}
            for app in own
        }
        if suite:
            self.voila_configuration.page_config_hook = self._with_way_back
            told = {
                "apps": [app for app in self.apps if app.module or app.name not in offered],
                "pages": self.pages,
            }
            apps = [
                ("/", Home, told),
                *(
                    (
                        rf"/{re.escape(app.address)}(/.*)?",
                        Figures,
                        told
                        | {"app": app, "live": next((o for o in own if o.name == app.live), None)},
                    )
                    for app in suite
                ),
                *((f"/live/{re.escape(name)}", Live, page) for name, page in pages.items()),
            ]
        elif len(pages) == 1:
            [only] = pages.values()
            apps = [("/", Page, only)]
        else:
            apps = [(f"/{re.escape(name)}", Page, page) for name, page in pages.items()]
            apps.append(("/", Index, {"apps": self.apps}))
        extensions = "|".join(EXTENSIONS)
        routes = (
            *apps,
            (rf"/api/kernels/{_KERNEL}", Kernel, {}),
            (rf"/api/kernels/{_KERNEL}/channels", Channels, {}),
            (rf"/voila/api/shutdown/{_KERNEL}", Closing, {}),
            (r"/voila/static/(.+)", Static, {"paths": self.static_paths}),
            (
                rf"/voila/labextensions/((?:{extensions})/static/.+)",
                Extension,
                {"path": self.labextensions_path},
            ),
        )
        found = [(url_path_join(self.server_url, path), *rest) for path, *rest in routes]
        return [*found, (r"/.*", Elsewhere, told)] if suite else found
