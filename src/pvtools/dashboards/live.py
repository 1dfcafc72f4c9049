"""Pages with a kernel, and what such a page asks for: its kernel's state, its channel, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from pvtools.dashboards.guard import HEADERS, Guarded, opens_a_page
from pvtools.dashboards.visitors import STARTED

#: What an address may hold; the rest of a query is ignored. Links of old name a borough.
PARAMETERS = ("area", "borough")

_LONGEST = 100  # letters of a parameter that are read
_PATIENCE = 120  # seconds after which an answer ends that is not finished


class Page(Guarded, TornadoVoilaHandler):
    """The dashboard itself, with a kernel for whoever opens it."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    FRAMED = False
    gone = False

    def initialize(self, parameters: Sequence[str] = (), **kwargs: Any) -> None:
        """Take what an address may hold, beside what Voila's handler takes."""
        self.parameters = parameters or PARAMETERS
        super().initialize(**kwargs)

    async def prepare(self) -> None:
        """Refuse what is not somebody opening the page, and drop what the address may not hold."""
        await super().prepare()
        embedders = self.settings["embed_from"]
        if not opens_a_page(self.request.headers, framed=self.FRAMED, embedders=embedders):
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
        started: list[str] = []
        STARTED.set(started)
        try:
            async with asyncio.timeout(_PATIENCE):
                await super().get()
        except TimeoutError:
            self.log.error("A page was not finished within %s seconds.", _PATIENCE)
        finally:
            for kernel_id in started if self.gone else ():  # nobody has the page that could end it
                if kernel_id in self.kernel_manager:
                    await self.kernel_manager.shutdown_kernel(kernel_id)

    def on_connection_close(self) -> None:
        """Note that whoever asked has gone before the page was finished."""
        self.gone = True
        super().on_connection_close()

    def head(self) -> None:
        """Answer whether the page can be had, which takes no kernel."""
        if self.kernel_manager.full:
            raise web.HTTPError(503)


class Live(Page):
    """A page of controls, which may stand in a frame of one of our own."""

    FRAMED = True

    def set_default_headers(self) -> None:
        """Let pages of this server show it as well."""
        super().set_default_headers()
        self.allow(HEADERS["Content-Security-Policy"], framed=True)


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
