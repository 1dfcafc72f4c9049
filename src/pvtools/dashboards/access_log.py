"""The access log: a line of JSON for each request, with nothing in it about who asked."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Any

from tornado import httputil, web

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LOG = logging.getLogger("pvtools.access")


class Counted(web.OutputTransform):
    """Counts the bytes of an answer as they are sent, after they were packed."""

    def __init__(self, request: httputil.HTTPServerRequest) -> None:
        self.request = request
        request.sent = 0

    def transform_first_chunk(
        self, status_code: int, headers: httputil.HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, httputil.HTTPHeaders, bytes]:
        """Count the first part."""
        return status_code, headers, self.transform_chunk(chunk, finishing)

    def transform_chunk(self, chunk: bytes, finishing: bool) -> bytes:
        """Count a further part."""
        if self.request.method != "HEAD":
            self.request.sent += len(chunk)
        return chunk


def open_log(target: str) -> None:
    """Write the log to a file from now on, or to standard output for ``-``.

    A file that is moved away by a program that rotates logs is opened anew.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    to_file = target != "-"
    out = WatchedFileHandler(target, "a", "utf-8") if to_file else logging.StreamHandler(sys.stdout)
    _LOG.handlers, _LOG.propagate = [out], False
    _LOG.setLevel(logging.INFO)


def write(handler: web.RequestHandler) -> None:
    """Write the line of a request that was answered, if there is a log."""
    if _LOG.handlers:
        _LOG.info("%s", json.dumps(line(handler)))


def line(handler: web.RequestHandler) -> dict[str, Any]:
    """Return what is kept of a request: neither its query nor the key of anybody's kernel."""
    request = handler.request
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": request.method,
        "path": _KEY.sub("KERNEL", request.path),
        "status": handler.get_status(),
        "bytes": getattr(request, "sent", 0),
        "milliseconds": round(1000 * request.request_time(), 1),
    }
