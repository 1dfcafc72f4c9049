"""The shared token: who has given it once may look, and it does not stay in an address."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from urllib.parse import parse_qsl, quote, urlencode

#: The cookie that says that the token was given, and how long a browser keeps it.
COOKIE, DAYS = "pvtools-token", 30

_FORM = re.compile(r"[A-Za-z0-9._~-]{12,200}")


def new() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(18)


def fits(token: str) -> bool:
    """Return whether a text is long enough for a token and may stand in an address as it is."""
    return bool(_FORM.fullmatch(token))


def mark(token: str) -> str:
    """Return what the cookie holds: it shows that the token was given, and does not tell it."""
    return hmac.new(token.encode(), b"pvtools dashboard", hashlib.sha256).hexdigest()


def same(given: str, right: str) -> bool:
    """Return whether two texts are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def without(address: str, home: str) -> str:
    r"""Return an address below ``home`` as it can be led to, without the token it may hold.

    Nothing in it can be markup or lead to another host; whatever is not below is ``home`` itself.

    Examples
    --------
    >>> without("/borough/hackney?area=camden&token=x", "/")
    '/borough/hackney?area=camden'
    >>> without("//evil.example/", "/"), without("/\\evil.example", "/"), without("/x", "/pvtools/")
    ('/evil.example/', '/evil.example', '/pvtools/')
    """
    path, _, query = address.partition("?")
    path = "/" + quote(path.lstrip("/\\"), safe="/%")
    kept = [(name, value) for name, value in parse_qsl(query, True) if name != "token"]
    return (path if path.startswith(home) else home) + (f"?{urlencode(kept)}" if kept else "")
