"""A limit on the whole time of a request, however little of the answer arrives at a time."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any


class Deadline:
    """Cuts a connection once its time is over.

    Time limits of single reads never end a server that sends a byte now and then. The request is
    made with ``extensions={"trace": deadline.trace}``; when the time is over the connection is
    shut down, whatever is waiting on it fails, and ``passed`` is true.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._connection: socket.socket | None = None
        self._timer = self._started(seconds)

    def __enter__(self) -> Deadline:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._connection is not None:
            self._connection.close()

    def limit(self, seconds: float) -> None:
        """Allow so many seconds from now."""
        self._timer.cancel()
        self._timer = self._started(seconds)

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Note the connection when it is there; httpx tells of every step."""
        if event.endswith(".connect_tcp.complete"):
            # a second handle of the same connection: it stays good when TLS takes the first over
            self._connection = info["return_value"].get_extra_info("socket").dup()
            if self.passed:
                self._cut()

    def _started(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(max(seconds, 0), self._cut)
        timer.daemon = True
        timer.start()
        return timer

    def _cut(self) -> None:
        self.passed = True
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
