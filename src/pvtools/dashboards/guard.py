"""What every answer of the server is held to: the Host header, the kind of request, the headers."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from tornado import web

from pvtools.errors import printable

#: Names by which a server on this machine may always be called.
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
#: Addresses that mean "every network card", and are nobody's name.
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on

#: Sent with every answer. A figure may be drawn inline or be an image that carries its own data.
#: JupyterLab compiles the schemas of its settings while it starts, hence 'unsafe-eval'; no script
#: that stands in a page runs, only the server's own files.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # not "no-referrer": a browser then hides the origin of its closing message as well
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

NO_SUCH_PAGE = ("There is no such page", "Check that the address is complete.")
#: What a reader is answered, as a heading and a sentence; never anything that the request held.
_ANSWERS: Mapping[int, tuple[str, str]] = {
    403: (
        "This address is not answered",
        "The dashboard is served under another name, or it was asked for from inside another "
        "page. Open its own address in a tab.",
    ),
    404: NO_SUCH_PAGE,
    503: (
        "The dashboard is busy",
        "As many people are using it as this computer can serve. Try again in a minute.",
    ),
}
_UNFIT = ("This address cannot be understood", "Check that it is complete.")
_FAULT = ("Something went wrong on our side", "Try again in a minute.")

_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?", re.IGNORECASE)


def host_name(header: str) -> str:
    """Return the name in a Host header without its port, or nothing where it is not a name."""
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower() if found else ""


def opens_a_page(headers: Mapping[str, str], *, framed: bool = False) -> bool:
    """Return whether somebody opens the page in a tab, rather than another page loading it.

    ``framed`` says that a page of ours may show it in a frame; then that counts as well. Browsers
    say so in their ``Sec-Fetch`` headers. Those that send none, or that are on an address without
    encryption, are taken at their ``Accept`` header: an image is not asked for as a page.
    """
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if any("prefetch" in purpose or "preview" in purpose for purpose in map(str.lower, purposes)):
        return False
    aim = headers.get("Sec-Fetch-Dest")
    if framed and aim == "iframe" and headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    return "text/html" in headers.get("Accept", "") if aim is None else aim == "document"


class PlainRecord(logging.LogRecord):
    """A line of the log in which what a visitor sent cannot steer the terminal that shows it."""

    def getMessage(self) -> str:  # noqa: N802 - as logging calls it
        """Return the message with control characters written out."""
        return "\n".join(map(printable, super().getMessage().split("\n")))


class Guarded(web.RequestHandler):
    """What is put before every handler: it answers to known names only, in one form.

    The application's settings hold ``hosts``, the names it answers to, and ``any_address``,
    whether it may also be called by the address a request came in on.
    """

    def set_default_headers(self) -> None:
        """Set the headers of :data:`HEADERS` and say nothing about the server's version."""
        super().set_default_headers()
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    async def prepare(self) -> None:
        """Refuse a request for a name that is not ours: a stranger's name may lead here."""
        if not self._is_for_us():
            self.current_user = None
            raise web.HTTPError(403)
        done = super().prepare()
        if inspect.isawaitable(done):
            await done

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a heading and a sentence in the dashboard's style."""
        heading, sentence = _ANSWERS.get(status_code, _UNFIT if status_code < 500 else _FAULT)
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", "60")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        template = self.settings["voila_jinja2_env"].get_template("message.html.j2")
        home = self.settings["base_url"]
        again = status_code >= 500
        self.finish(template.render(heading=heading, sentence=sentence, home=home, again=again))

    def _is_for_us(self) -> bool:
        name = host_name(self.request.host)
        if name in self.settings["hosts"]:
            return True
        stream = getattr(self.request.connection, "stream", None)
        if not self.settings["any_address"] or stream is None or stream.socket is None:
            return False
        return name == stream.socket.getsockname()[0]
