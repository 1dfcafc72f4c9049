"""One address and its attempts: what is asked, what is refused, what is kept."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from pvtools.errors import FetchError
from pvtools.sources.entries import Address, Source
from pvtools.sources.partial import Partial
from pvtools.sources.shelf import sha256

#: Called with the file's name, the bytes that have arrived and the bytes to come (if known).
Progress = Callable[[str, int, int | None], None]

_PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that may be better next time
_NOT_TABLES = ("text/html", "application/xhtml", "application/json")
_LARGEST = 2_000_000_000  # bytes; no file of the register comes near
_LONGEST_WAIT = 30.0  # seconds, whatever a server asks for


@dataclass(frozen=True, slots=True)
class Download:
    """One address of one source, and either the file that came or why none did."""

    source: str
    url: str
    path: Path | None
    error: FetchError | None = None


def host_of(url: str) -> str:
    """Return the host an address names."""
    return httpx.URL(url).host if url else ""


def by_hand(source: Source) -> str:
    """Return how a file of this source is got without fetching it."""
    hand = source.by_hand or "Download the file there."
    return f"By hand, at {source.published_at} – {hand} Then run: pvtools add FILE"


class _PassingTroubleError(Exception):
    """Something that may be over at the next attempt."""

    def __init__(self, what: str, *, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


class NoAnswerError(_PassingTroubleError):
    """Nobody is there: the machine may be offline."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One address being downloaded.

    ``silent`` collects the hosts that did not answer, with the reason, and is shared by all.
    """

    client: httpx.Client
    source: Source
    address: Address
    progress: Progress | None
    attempts: int
    wait: float
    silent: dict[str, str]

    def result(self, downloads: Path) -> Download:
        """Download the file and return it, or why it did not come."""
        try:
            path = self._persist(downloads)
        except NoAnswerError as error:
            self.silent.setdefault(host_of(self.address.url), str(error))
            return Download(self.source.key, self.address.url, None)
        except FetchError as error:
            return Download(self.source.key, self.address.url, None, error)
        except OSError as error:
            problem = self._error(f"could not be written to {downloads} ({error.strerror})")
            return Download(self.source.key, self.address.url, None, problem)
        return Download(self.source.key, self.address.url, path)

    def _persist(self, downloads: Path) -> Path:
        try:
            host = host_of(self.address.url)
        except httpx.InvalidURL as error:
            raise self._error(f"is not an address that can be used ({error})") from None
        if host in self.silent:
            raise NoAnswerError(self.silent[host])
        part = Partial.of(self.address.url, downloads)
        try:
            for attempt in range(1, self.attempts + 1):
                try:
                    self._stream(part)
                    self._inspect(part)
                    return part.finish()
                except _PassingTroubleError as trouble:
                    if attempt == self.attempts and isinstance(trouble, NoAnswerError):
                        raise
                    if attempt == self.attempts:
                        raise self._error(str(trouble)) from None
                    time.sleep(max(trouble.wait, self.wait * 2 ** (attempt - 1)))
            raise self._error("was not tried")
        finally:
            part.leave()

    def _stream(self, part: Partial) -> None:
        try:
            with self.client.stream("GET", self.address.url, headers=part.headers()) as answer:
                self._refuse(answer, part)
                self._receive(answer, part)
        except httpx.TooManyRedirects:
            raise self._error("leads in a circle of redirects") from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise self._error("leads to an address that is neither http nor https") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise NoAnswerError(str(error) or "no answer") from None
        except httpx.TimeoutException:
            seconds = self.client.timeout.read
            raise _PassingTroubleError(f"sent nothing for {seconds:g} seconds") from None
        except httpx.RequestError as error:
            raise _PassingTroubleError(f"broke off ({error})") from None

    def _refuse(self, answer: httpx.Response, part: Partial) -> None:
        """Raise unless the answer is the file, or the rest of it."""
        code = answer.status_code
        if answer.url.scheme != "https" and self.address.url.startswith("https:"):
            raise self._error("leads from a protected address to one that is not")
        if code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.size:
            part.forget()
            raise _PassingTroubleError("would not carry on with the part that was here")
        if code in _PASSING:
            asked = answer.headers.get("Retry-After", "")
            seconds = min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 0.0
            raise _PassingTroubleError(f"answered {_named(code)}", wait=seconds)
        if code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            moved = " If the file has moved, mend its address in sources.toml."
            raise self._error(f"answered {_named(code)}", moved if code in (404, 410) else "")
        kind = answer.headers.get("Content-Type", "").lower()
        if kind.startswith(_NOT_TABLES):
            raise self._error(f"sent {kind.split(';')[0]} where CSV or Parquet was expected")

    def _receive(self, answer: httpx.Response, part: Partial) -> None:
        done = 0
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
            done = part.size
            span = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
            if not (span and done and int(span[1]) == done):
                part.forget()
                raise _PassingTroubleError("sent another part of the file than was asked for")
        else:  # the whole file: a first attempt, a changed file, or a server without ranges
            part.forget()
            part.note(_validator(answer))
        length = answer.headers.get("Content-Length", "")
        coded = answer.headers.get("Content-Encoding", "identity") != "identity"
        total = done + int(length) if length.isdigit() and not coded else None
        with part.path.open("ab" if done else "wb") as content:
            for piece in answer.iter_bytes():
                content.write(piece)
                done += len(piece)
                if done > _LARGEST:
                    part.forget()
                    raise self._error(f"sent more than {_LARGEST:,} bytes")
                if self.progress is not None:
                    self.progress(part.name, done, total)
        if total is not None and done != total:
            raise _PassingTroubleError(f"ended after {done:,} of {total:,} bytes")

    def _inspect(self, part: Partial) -> None:
        """Refuse a complete file that cannot be a table, or not the one of the register."""
        with part.path.open("rb") as content:
            start = content.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
        wrong = ""
        if not start:
            wrong = "sent an empty file"
        elif start.startswith(b"<"):
            wrong = "sent a web page where CSV or Parquet was expected"
        elif start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            wrong = "sent a workbook or an archive; open it and save the table as CSV"
        elif self.address.sha256 and sha256(part.path) != self.address.sha256:
            wrong = "sent a file whose checksum is not the one in sources.toml"
        if wrong:
            part.forget()
            raise self._error(wrong)

    def _error(self, what: str, also: str = "") -> FetchError:
        where = f"{self.source.key}: {self.address.url}"
        return FetchError(f"{where} {what}.{also} {by_hand(self.source)}")


def _named(code: int) -> str:
    try:
        return f"{code} ({HTTPStatus(code).phrase.lower()})"
    except ValueError:
        return str(code)


def _validator(answer: httpx.Response) -> str:
    """Return what names this version of the file; a weak ETag does not."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        return ""
    etag = answer.headers.get("ETag", "")
    strong = etag if etag.startswith('"') else ""
    return strong or answer.headers.get("Last-Modified", "")
