"""Downloading the publishers' files: with resume, time limits, retries and plain refusals."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import httpx

from pvtools import __version__
from pvtools.errors import FetchError
from pvtools.sources.entries import find, folder, register
from pvtools.sources.transfer import Download, Progress, Transfer, by_hand, host_of

__all__ = ["Download", "Progress", "fetch"]


def fetch(
    keys: Iterable[str] = (),
    *,
    data_dir: Path | str | None = None,
    progress: Progress | None = None,
    timeout: float = 20.0,
    attempts: int = 3,
    wait: float = 0.5,
    longest: float = 3600.0,
) -> tuple[Download, ...]:
    """Download the files of some sources and return one result for each address.

    The files land in ``raw/.downloads``, unchecked; ``tables.intake.fetch`` checks them and
    files them away. A download that breaks off is kept as a ``.part`` and carried on with next
    time, if the server says that its file has not changed: the same strong ETag, the same
    length. Redirects are followed on the same host, or to one that the register names in
    ``redirects_to``.

    Parameters
    ----------
    keys
        Sources of the register; none means all that have an address.
    progress
        Told of every piece that arrives.
    timeout
        Seconds to wait for a connection, and for each next piece.
    attempts, wait
        How often each address is tried, and the seconds before the second time (then doubled).
    longest
        Seconds that one file may take, all attempts together.

    Raises
    ------
    UsageError
        A key is not in the register; nothing was downloaded.
    """
    known = register(data_dir)
    wanted = [find(key, data_dir) for key in dict.fromkeys(keys)]
    wanted = wanted or [source for source in known.values() if source.addresses]
    downloads = folder(data_dir) / "raw" / ".downloads"
    silent: dict[str, str] = {}  # hosts that did not answer, and why: not tried again
    results = []
    with _client(timeout) as client:
        for source in wanted:
            if not source.addresses:
                error = FetchError(f"{source.key} has no address to fetch from. {by_hand(source)}")
                results.append(Download(source.key, "", None, error))
            for address in source.addresses:
                one = Transfer(client, source, address, progress, attempts, wait, longest, silent)
                results.append(one.result(downloads))
    with contextlib.suppress(OSError):  # parts that can be carried on with stay
        downloads.rmdir()
    return tuple(_unanswered(results, silent))


def _unanswered(results: list[Download], silent: dict[str, str]) -> list[Download]:
    """Give all files of a host that does not answer one error, which names them together."""
    for host, why in silent.items():
        theirs = [d for d in results if d.path is d.error is None and host_of(d.url) == host]
        error = FetchError(
            f"{host} cannot be reached ({why}); check that this machine is online. Not fetched: "
            f"{', '.join(dict.fromkeys(d.source for d in theirs))}. By hand: open the page that "
            "'pvtools sources SOURCE' names, download the file, and run: pvtools add FILE"
        )
        results = [replace(d, error=error) if d in theirs else d for d in results]
    return results


def _client(timeout: float) -> httpx.Client:
    try:
        return httpx.Client(
            follow_redirects=False,  # each is checked first
            limits=httpx.Limits(max_keepalive_connections=0),  # a deadline cuts its own alone
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            # Lengths and ranges must count the bytes of the file, not of a compressed copy.
            headers={"User-Agent": f"pvtools/{__version__}", "Accept-Encoding": "identity"},
        )
    except (ImportError, ValueError) as error:
        raise FetchError(
            f"The proxy settings of this machine cannot be used ({error}). Mend or unset "
            "HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, or download by hand: pvtools add FILE"
        ) from None
