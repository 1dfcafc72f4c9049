"""What every answer of the server is held to: Host header, token, kind of request, headers."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

from tornado import web
from tornado.log import app_log

from pvtools.dashboards import tokens
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

#: What is said of a path that cannot be served under.
NO_PATH = (
    "Not a path to serve under: {!r}. "
    "Give what stands in the address after the host, such as /pvtools/"
)
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
_TOKEN = ("A token is needed", "Those who may look have been given one. It is asked for once.")
_WRONG = ("A token is needed", "That was not the token. Check that it is complete.")
_FAULT = ("Something went wrong on our side", "Try again in a minute.")

_PATH = re.compile(r"(?:(?!\.\.?/)[A-Za-z0-9._~@%-]+/)*")
_ORIGIN = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", re.IGNORECASE)
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?", re.IGNORECASE)


def host_name(header: str) -> str:
    """Return the name in a Host header without its port, or nothing where it is not a name."""
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower() if found else ""


def home_path(text: str) -> str:
    """Return a path to serve under with a slash at both ends, or nothing where it is none.

    Examples
    --------
    >>> home_path("pvtools"), home_path("/"), home_path("/a b/")
    ('/pvtools/', '/', '')
    """
    inner = text.strip("/") + "/" if text.strip("/") else ""
    return f"/{inner}" if text and _PATH.fullmatch(inner) else ""


def is_origin(text: str) -> bool:
    """Return whether a text is scheme and host of an address, and nothing else."""
    return bool(_ORIGIN.fullmatch(text))


def opens_a_page(
    headers: Mapping[str, str], *, framed: bool = False, embedders: Collection[str] = ()
) -> bool:
    """Return whether somebody opens the page in a tab, rather than another page loading it.

    ``framed`` says that a page of ours may show it in a frame; then that counts as well, as it does
    for pages of the origins in ``embedders``. Browsers say so in their ``Sec-Fetch`` headers. Those
    that send none, or that are on an address without encryption, are taken at their ``Accept``
    header: an image is not asked for as a page.
    """
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    if any("prefetch" in purpose or "preview" in purpose for purpose in map(str.lower, purposes)):
        return False
    aim = headers.get("Sec-Fetch-Dest")
    if aim == "iframe":
        ours = framed and headers.get("Sec-Fetch-Site") == "same-origin"
        return ours or "/".join(headers.get("Referer", "").split("/")[:3]) in embedders
    return "text/html" in headers.get("Accept", "") if aim is None else aim == "document"


class PlainRecord(logging.LogRecord):
    """A line of the log in which what a visitor sent cannot steer the terminal that shows it."""

    def getMessage(self) -> str:  # noqa: N802 - as logging calls it
        """Return the message with control characters written out."""
        return "\n".join(map(printable, super().getMessage().split("\n")))


class Guarded(web.RequestHandler):
    """What is put before every handler: it answers to known names only, in one form.

    The application's settings hold ``hosts``, the names it answers to; ``any_address``, whether it
    may also be called by the address a request came in on; ``token``, which is asked for unless it
    is empty; and ``embed_from``, the origins whose pages may show ours in a frame.
    """

    #: whether it is answered without the token
    OPEN = False
    _asking: tuple[str, str, str] | None = None

    def set_default_headers(self) -> None:
        """Set the headers of :data:`HEADERS` and say nothing about the server's version."""
        super().set_default_headers()
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.allow(HEADERS["Content-Security-Policy"])

    def allow(self, policy: str, *, framed: bool = False) -> None:
        """Set what a page may do, and whether pages of ours may show it in a frame."""
        embedders = self.settings["embed_from"]
        ancestors = " ".join([*(["'self'"] if framed else []), *embedders])
        if ancestors:
            policy = policy.replace("ancestors 'none'", f"ancestors {ancestors}")
        self.set_header("Content-Security-Policy", policy)
        if embedders:  # it cannot name them
            self.clear_header("X-Frame-Options")
        elif framed:
            self.set_header("X-Frame-Options", "SAMEORIGIN")

    async def prepare(self) -> None:
        """Refuse a request without the token, or for another's name, which may lead here too."""
        if not self._is_for_us():
            self.current_user = None
            raise web.HTTPError(403)
        if self.settings["token"] and not self.OPEN:
            self._check_token()
        done = super().prepare()
        if inspect.isawaitable(done):
            await done

    def let_in(self, address: str) -> None:
        """Note in a cookie that the token was given, and lead to an address without it."""
        home = self.settings["base_url"]
        encrypted = "https" in (
            self.request.protocol,
            self.request.headers.get("X-Forwarded-Proto"),
        )
        self.set_cookie(
            tokens.COOKIE,
            tokens.mark(self.settings["token"]),
            expires_days=tokens.DAYS,
            path=home,
            httponly=True,
            secure=encrypted,
            samesite="Lax",
        )
        self.go_to(address)

    def go_to(self, address: str) -> None:
        """Lead to an address of ours, without a token that it may hold."""
        self.set_header("Cache-Control", "no-store")
        self.redirect(tokens.without(address, self.settings["base_url"]), status=303)
        raise web.Finish

    def ask_for_token(self, address: str, *, again: bool = False) -> None:
        """Answer with a form that asks for the token, and then leads to an address."""
        to = tokens.without(address, self.settings["base_url"])
        self.current_user, self._asking = None, (*(_WRONG if again else _TOKEN), to)
        raise web.HTTPError(403)

    def _check_token(self) -> None:
        right = self.settings["token"]
        given = self.get_query_argument("token", None)
        if given is not None and tokens.same(given, right):
            self.let_in(self.request.uri)
        if not tokens.same(self.get_cookie(tokens.COOKIE, ""), tokens.mark(right)):
            self.ask_for_token(self.request.uri, again=bool(given))
        if given is not None:
            self.go_to(self.request.uri)

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Write an error to the log with the path alone: a query may hold what is nobody's."""
        if isinstance(error, web.HTTPError):
            super().log_exception(kind, error, trace)
        else:
            app_log.error("%s", self._request_summary(), exc_info=(kind, error, trace))

    def _request_summary(self) -> str:
        return f"{self.request.method} {self.request.path}"

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a heading and a sentence in the dashboard's style."""
        fault = _UNFIT if status_code < 500 else _FAULT
        heading, sentence, *to = self._asking or _ANSWERS.get(status_code, fault)
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", "60")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        template = self.settings["voila_jinja2_env"].get_template("message.html.j2")
        home, again = self.settings["base_url"], status_code >= 500
        if to:
            self.allow(HEADERS["Content-Security-Policy"].replace("action 'none'", "action 'self'"))
        told = {"heading": heading, "sentence": sentence, "home": home, "again": again}
        self.finish(template.render(**told, to=next(iter(to), "")))

    def _is_for_us(self) -> bool:
        name = host_name(self.request.host)
        if name in self.settings["hosts"]:
            return True
        stream = getattr(self.request.connection, "stream", None)
        if not self.settings["any_address"] or stream is None or stream.socket is None:
            return False
        return name == stream.socket.getsockname()[0]
