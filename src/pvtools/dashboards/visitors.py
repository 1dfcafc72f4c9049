"""A kernel for each visitor: how many at once, when each ends, and what a visitor may send it."""

from __future__ import annotations

import json
import time
from contextvars import ContextVar
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Integer

#: The messages by which widgets live; nothing here makes a kernel run what a visitor wrote.
ALLOWED = frozenset(
    {"comm_close", "comm_info_request", "comm_msg", "comm_open", "kernel_info_request"}
)
#: The one thing a page may open: the channel on which it asks for the widgets there are, and which
#: it closes once it has them.
_WIDGETS = "jupyter.widget.control"
_MOST_PARTS = 64  # of a message: six and its buffers
#: The kernels that were started for the request that is being answered.
STARTED: ContextVar[list[str]] = ContextVar("STARTED")


class Visitors(AsyncMappingKernelManager):
    """The kernels of those who have the dashboard open, no more than there is memory for."""

    max_visitors = Integer(40, min=1, help="Kernels at once.").tag(config=True)
    alone = Integer(120, help="Seconds after which a kernel without a page ends.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._begun: set[str] = set()
        self._alone_since: dict[str, float] = {}

    @property
    def in_use(self) -> int:
        """How many kernels there are; those that are still starting count."""
        return len(self._begun.union(self.list_kernel_ids()))

    @property
    def full(self) -> bool:
        """Whether another visitor has to wait."""
        return self.in_use >= self.max_visitors

    async def start_kernel(self, **kwargs: Any) -> str:
        """Start a kernel and return its key, or answer that the dashboard is busy."""
        if self.full:
            raise web.HTTPError(503)
        kernel_id = self.new_kernel_id()
        self._begun.add(kernel_id)
        try:
            await super().start_kernel(kernel_id=kernel_id, **kwargs)
        finally:
            self._begun.discard(kernel_id)
        self._alone_since[kernel_id] = time.monotonic()
        STARTED.get([]).append(kernel_id)
        return kernel_id

    def notify_connect(self, kernel_id: str) -> None:
        """Note that a page is connected."""
        super().notify_connect(kernel_id)
        self._alone_since.pop(kernel_id, None)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note when the last page has gone."""
        super().notify_disconnect(kernel_id)
        if not self._kernel_connections.get(kernel_id):
            self._alone_since[kernel_id] = time.monotonic()

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        self._alone_since.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that nobody is connected to, busy or not, or that has been idle too long."""
        since = self._alone_since.get(kernel_id)
        if since is not None and time.monotonic() - since > self.alone:
            self.log.info("Ending kernel %s: no page is connected to it.", kernel_id)
            await self.shutdown_kernel(kernel_id)
        else:
            await super().cull_kernel_if_idle(kernel_id)


class WidgetChannel(ZMQChannelsWebsocketConnection):
    """The connection of a page with its kernel; only the widgets' own messages pass."""

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Pass a message on, or end the connection of whoever sends another."""
        if self.subprotocol == "v1.kernel.websocket.jupyter.org" and passes(incoming_msg):
            super().handle_incoming_message(incoming_msg)
        else:
            self.log.warning("A page sent kernel %s what no widget sends.", self.kernel_id)
            self.websocket_handler.close(1008, "only widgets are answered")


def passes(message: str | bytes) -> bool:
    """Return whether a message, as it comes over the websocket, is one a widget sends."""
    if not isinstance(message, bytes):
        return False
    # given by the sender, and gone through one by one when the message is taken apart
    if not 0 < int.from_bytes(message[:8], "little") <= _MOST_PARTS:
        return False
    try:
        channel, parts = deserialize_msg_from_ws_v1(message)
        kind = json.loads(parts[0])["msg_type"]
        content = json.loads(parts[3])
        opened = content["target_name"] if kind == "comm_open" else _WIDGETS
        return channel == "shell" and kind in ALLOWED and opened == _WIDGETS
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return False
