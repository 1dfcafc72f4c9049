"""One address and its attempts: what is asked, what is refused, what is kept."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from pvtools.errors import FetchError, printable
from pvtools.sources.deadline import Deadline
from pvtools.sources.entries import Address, Source
from pvtools.sources.partial import Partial
from pvtools.sources.shelf import sha256

#: Called with the file's name, the bytes that have arrived and the bytes to come (if known).
Progress = Callable[[str, int, int | None], None]

_PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that may be better next time
_NOT_TABLES = ("text/html", "application/xhtml", "application/json")
_LARGEST = 2_000_000_000  # bytes; no file of the register comes near
_LONGEST_WAIT = 30.0  # seconds, whatever a server asks for
_HEAD = 60.0  # seconds until an answer must have begun
_SLOWEST, _WHILE = 1_000, 60.0  # bytes a second, and for how many seconds it may be slower
_HOPS = 5


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
    longest: float
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
        until = time.monotonic() + self.longest
        try:
            for attempt in range(1, self.attempts + 1):
                try:
                    self._stream(part, until)
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

    def _stream(self, part: Partial, until: float) -> None:
        url: httpx.URL | None = httpx.URL(self.address.url)
        for _ in range(_HOPS + 1):
            url = self._ask(url, part, until)
            if url is None:
                return
        raise self._error("leads in a circle of redirects")

    def _ask(self, url: httpx.URL, part: Partial, until: float) -> httpx.URL | None:
        """Receive what lies at one address, or return where it leads."""
        with Deadline(min(_HEAD, until - time.monotonic())) as deadline:
            try:
                with self.client.stream(
                    "GET", url, headers=part.headers(), extensions={"trace": deadline.trace}
                ) as answer:
                    if answer.has_redirect_location:
                        return self._onward(answer)
                    self._refuse(answer, part)
                    deadline.limit(until - time.monotonic())
                    self._receive(answer, part)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL):
                raise self._error("leads to an address that is neither http nor https") from None
            except (httpx.RequestError, httpx.StreamError) as error:
                if time.monotonic() >= until:
                    raise self._error(f"took longer than {self.longest:g} seconds") from None
                if deadline.passed:
                    raise _PassingTroubleError(f"had not answered in {_HEAD:g} seconds") from None
                raise self._trouble(error) from None
        return None

    def _trouble(self, error: Exception) -> _PassingTroubleError:
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
            return NoAnswerError(printable(error) or "no answer")
        if isinstance(error, httpx.TimeoutException):
            return _PassingTroubleError(f"sent nothing for {self.client.timeout.read:g} seconds")
        return _PassingTroubleError(f"broke off ({error})")

    def _onward(self, answer: httpx.Response) -> httpx.URL:
        """Return where an answer leads, if that is the same host, or one the register names."""
        try:
            here, there = answer.url, answer.url.join(answer.headers["Location"])
        except (httpx.InvalidURL, ValueError):
            raise self._error("leads to an address that cannot be used") from None
        if there.scheme not in ("http", "https"):
            raise self._error("leads to an address that is neither http nor https")
        if (here.scheme, there.scheme) == ("https", "http"):
            raise self._error("leads from a protected address to one that is not")
        own = (there.host, there.port) == (here.host, here.port)
        if not own and not (there.host in self.source.redirects_to and there.port is None):
            host = f"{there.host}:{there.port}" if there.port else there.host
            raise self._error(
                f"leads to another host, {host}, and was not followed",
                " If that is where the publisher keeps its files, say so in sources.toml: "
                f'redirects_to = ["{there.host}"].',
            )
        return there

    def _refuse(self, answer: httpx.Response, part: Partial) -> None:
        """Raise unless the answer is the file, or the rest of it."""
        code = answer.status_code
        if code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.size:
            part.forget()
            raise _PassingTroubleError("would not carry on with the part that was here")
        if code in _PASSING:
            asked = answer.headers.get("Retry-After", "")
            known = re.fullmatch(r"[0-9]{1,9}", asked)
            seconds = min(float(asked), _LONGEST_WAIT) if known else 0.0
            raise _PassingTroubleError(f"answered {_named(code)}", wait=seconds)
        if code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            moved = " If the file has moved, mend its address in sources.toml."
            raise self._error(f"answered {_named(code)}", moved if code in (404, 410) else "")
        kind = answer.headers.get("Content-Type", "").lower()
        if kind.startswith(_NOT_TABLES):
            raise self._error(f"sent {kind.split(';')[0]} where CSV or Parquet was expected")
        if packed := _codings(answer):  # we asked for the file as it is
            raise self._error(f"sent the file packed ({packed}), which was not asked for")

    def _receive(self, answer: httpx.Response, part: Partial) -> None:
        total = _length(answer)
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
            done, whole = part.size, part.total
            rest = answer.headers.get("ETag", ""), answer.headers.get("Content-Range", "")
            if not part.continued_by(*rest) or total not in (None, whole - done):
                part.forget()
                raise _PassingTroubleError("sent another part of the file than was asked for")
            total = whole
        else:  # the whole file: a first attempt, a changed file, or a server without ranges
            done = 0
            part.forget()
            if not (total is not None or _has_end(answer) or self.address.sha256):
                raise self._error("did not say how long the file is, so it could be cut short")
            part.note(_validator(answer), total)
        self._refuse_size(total or 0, part)
        mark, before = time.monotonic(), done
        with part.opened(anew=not done) as content:
            for piece in answer.iter_raw():
                content.write(piece)
                done += len(piece)
                self._refuse_size(done, part)
                if self.progress is not None:
                    self.progress(part.name, done, total)
                if (now := time.monotonic()) - mark > _WHILE:
                    if done - before < _SLOWEST * (now - mark):
                        raise _PassingTroubleError(
                            f"sent less than {_SLOWEST:,} bytes a second for {_WHILE:g} seconds"
                        )
                    mark, before = now, done
        if total is not None and done != total:
            raise _PassingTroubleError(f"ended after {done:,} of {total:,} bytes")

    def _refuse_size(self, size: int, part: Partial) -> None:
        if size > _LARGEST:
            part.forget()
            raise self._error(f"sent more than {_LARGEST:,} bytes")

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
        return FetchError(f"{printable(f'{where} {what}.{also}')} {by_hand(self.source)}")


def _named(code: int) -> str:
    try:
        return f"{code} ({HTTPStatus(code).phrase.lower()})"
    except ValueError:
        return str(code)


def _validator(answer: httpx.Response) -> str:
    """Return what names this version of the file: a strong ETag; a weak one or a date does not."""
    etag = answer.headers.get("ETag", "")
    return etag if etag.startswith('"') else ""


def _codings(answer: httpx.Response) -> str:
    """Return how the file was packed for the way, or nothing."""
    named = answer.headers.get("Content-Encoding", "").casefold().split(",")
    return ", ".join(name.strip() for name in named if name.strip() not in ("", "identity"))


def _length(answer: httpx.Response) -> int | None:
    found = answer.headers.get("Content-Length", "")
    return int(found) if re.fullmatch(r"[0-9]{1,18}", found) else None


def _has_end(answer: httpx.Response) -> bool:
    """Return whether the answer marks its own end, so that one cut short would be noticed."""
    return answer.headers.get("Transfer-Encoding", "").casefold().endswith("chunked")
