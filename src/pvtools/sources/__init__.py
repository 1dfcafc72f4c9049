"""The register of sources, the raw files that are held, and how more of them are fetched.

::

    register()["pas_borough"]      what a data set is, who publishes it, what it cannot bear
    holdings(data_dir)             which files are held, for which months, with which checksum
    file_away(path, "pas_borough", …)   copy a checked file to its place; never overwrites
    fetch(["mps_recorded_crime"])  download from the addresses in the register

Raw files are never edited: each has a checksum beside it, and one that no longer fits is an
error. Nothing here needs pandas, and httpx is imported only when something is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pvtools.sources.designs import Break, Design
from pvtools.sources.entries import Address, Published, Source, find, folder, register
from pvtools.sources.filing import file_away
from pvtools.sources.shelf import (
    Holding,
    added,
    already_held,
    figures,
    gaps,
    holdings,
    sha256,
    verify,
)

if TYPE_CHECKING:
    from pvtools.sources.download import Download, Progress, fetch

__all__ = [
    "Address",
    "Break",
    "Design",
    "Download",
    "Holding",
    "Progress",
    "Published",
    "Source",
    "added",
    "already_held",
    "fetch",
    "figures",
    "file_away",
    "find",
    "folder",
    "gaps",
    "holdings",
    "register",
    "sha256",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import the downloader, and httpx with it, only when it is asked for."""
    if name in {"Download", "Progress", "fetch"}:
        from pvtools.sources import download

        return getattr(download, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
