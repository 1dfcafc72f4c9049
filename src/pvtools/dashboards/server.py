"""The server: Voila with our own addresses, in settings of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from traitlets import Bool, Instance, List, Unicode, default
from voila.app import Voila

from pvtools.dashboards import access_log
from pvtools.dashboards.addresses import routes
from pvtools.dashboards.answers import REACH
from pvtools.dashboards.apps import App
from pvtools.dashboards.guard import EVERYWHERE, LOCAL
from pvtools.dashboards.pages import Pages
from pvtools.dashboards.reports import Reports
from pvtools.dashboards.services import NoSuchPage
from pvtools.dashboards.visitors import WidgetChannel


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
    #: what visitors have to know, if anything
    secret = ""
    pages = Instance(Pages, ())
    reports = Instance(Reports, ())
    ahead = Bool(True, help="Whether pages are made before they are asked for.").tag(config=True)
    hosts = List(Unicode(), help="Further names under which it is served.").tag(config=True)
    embed_from = List(Unicode(), help="Origins whose pages may show ours.").tag(config=True)

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
            "embed_from": tuple(self.embed_from),
            "token": self.secret,
            "log_function": access_log.write,
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
        if not each:
            return
        await self.pages.prepare(
            [
                (REACH, ()),
                *(
                    (app.module, slugs)
                    for app in each
                    for slugs in [(area.slug,) for area in app.content.offered if app.content.most]
                    or [()]
                ),
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
        self.app.add_transform(access_log.Counted)
        if any(app.module for app in self.apps):
            self.voila_configuration.page_config_hook = self._with_way_back
        return routes(self, self.apps, self.pages, self.reports)
