"""The files that are held, and whether they are still what they were when they were filed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pvtools import places
from pvtools.errors import DataError, Fault
from pvtools.sources import regular
from pvtools.sources.entries import Source, folder, register

_LONGEST_NOTE = 100_000  # bytes
RAW_RULE = (
    "Raw files are never edited: each is the publisher's own, with its checksum beside it. "
    "Delete the file and its .json, then add the publisher's copy again: pvtools add FILE"
)

_FIGURES_RULE = (
    "These figures come with pvtools and are never edited: delete the copy in your own data "
    "folder, or install pvtools again."
)


@dataclass(frozen=True, slots=True)
class Holding:
    """One file that is held: of which source, which periods, and the checksum of its bytes.

    ``lacks`` are the sentences on what it does not hold, noted when it was added; ``None`` if it
    was added by a version that did not look.
    """

    source: str
    path: Path
    sha256: str
    vintage: str
    first: str
    last: str
    original_name: str
    origin: Literal["published", "added"]
    lacks: tuple[str, ...] | None = None


def sha256(path: Path | str) -> str:
    """Return the SHA-256 checksum of a file, as 64 hex digits."""
    with regular.opened(path) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def holdings(data_dir: Path | str | None = None, *, check: bool = True) -> tuple[Holding, ...]:
    """Return every file that is held, by source and period.

    Parameters
    ----------
    data_dir
        The data folder. Its ``published/`` figures count if it has any, else those that come
        with pvtools; its ``raw/`` files are the ones added.
    check
        Whether every checksum is worked out afresh; ``False`` looks at sizes alone.

    Raises
    ------
    DataError
        A file was edited, or put there by hand; all such files are listed.
    """
    held, faults = _survey(data_dir, check=check)
    if faults:
        raise DataError(str(folder(data_dir)), faults, RAW_RULE)
    return held


def verify(
    data_dir: Path | str | None = None, *, check: bool = True
) -> tuple[tuple[Holding, ...], DataError | None]:
    """Return the files that are whole, and one error that lists those that are not.

    For a reader who wants to see what is there even when something is wrong with it.
    """
    held, faults = _survey(data_dir, check=check)
    return held, DataError(str(folder(data_dir)), faults, RAW_RULE) if faults else None


def added(source: str, data_dir: Path | str | None = None) -> tuple[Holding, ...]:
    """Return the files added for one source, each checked to be the file that was filed.

    Raises
    ------
    DataError
        A file was edited, or put there by hand; all such files of the source are listed.
    """
    found = list(_added(folder(data_dir) / "raw" / source, source, check=True))
    if faults := [one for one in found if isinstance(one, Fault)]:
        raise DataError(str(folder(data_dir) / "raw" / source), faults, RAW_RULE)
    return tuple(one for one in found if isinstance(one, Holding))


def figures(source: Source, data_dir: Path | str | None = None) -> Holding:
    """Return the file of a source's figures that come with pvtools: the folder's own, or ours.

    Raises
    ------
    DataError
        It is not there, or has another checksum than the register gives.
    """
    (found,) = _published(source, folder(data_dir), check=True)
    if isinstance(found, Fault):
        raise DataError(source.title, [found], _FIGURES_RULE)
    return found


def already_held(digest: str, source: str, data_dir: Path | str | None = None) -> Holding | None:
    """Return the added file of ``source`` whose bytes have this checksum, if there is one."""
    found = _added(folder(data_dir) / "raw" / source, source, check=False)
    return next((h for h in found if isinstance(h, Holding) and h.sha256 == digest), None)


def gaps(source: Source, held: Iterable[Holding]) -> tuple[tuple[str, str], ...]:
    """Return the spans of months, first published to last held, that no file covers.

    Nothing for a source that is published once, or of which nothing is held.

    Examples
    --------
    >>> from pvtools import sources
    >>> gaps(sources.find("pas_borough"), sources.holdings())
    ()
    """
    step = {"monthly": 1, "quarterly": 3}.get(source.cadence)
    spans = sorted((_month(h.first), _month(h.last)) for h in held if h.source == source.key)
    if step is None or not spans:
        return ()
    covered = (_month(source.published_from) if source.published_from else spans[0][0]) - step
    missing = []
    for first, last in spans:
        if first - covered > step:
            missing.append((_text(covered + step), _text(first - step)))
        covered = max(covered, last)
    return tuple(missing)


def sidecar(path: Path) -> Path:
    """Return where the checksum and the span of a raw file are noted."""
    return path.with_name(f"{path.name}.json")


def edited(path: Path, digest: str) -> Fault:
    """Return the fault of a raw file whose bytes have changed."""
    return Fault(
        f"{path} with other bytes than when it was filed", f"bytes with checksum {digest[:8]}…"
    )


# looking ------------------------------------------------------------------------------------


def _survey(
    data_dir: Path | str | None, *, check: bool
) -> tuple[tuple[Holding, ...], tuple[Fault, ...]]:
    found: list[Holding | Fault] = []
    for source in register(data_dir).values():
        found += _published(source, folder(data_dir), check=check)
        found += _added(folder(data_dir) / "raw" / source.key, source.key, check=check)
    return (
        tuple(one for one in found if isinstance(one, Holding)),
        tuple(one for one in found if isinstance(one, Fault)),
    )


def _published(source: Source, data: Path, *, check: bool) -> Iterator[Holding | Fault]:
    if (figures := source.published) is None:
        return
    own, shipped = data / figures.file, places.shipped_data() / figures.file
    path = own if own.exists() else shipped
    if not path.exists():
        yield Fault(f"no file {figures.file}", "the figures that come with pvtools")
    elif check and (digest := _digest(path)) != figures.sha256:
        yield Fault(
            f"{path} with checksum {digest[:8]}…",
            f"{figures.sha256[:8]}…, which the register gives under [{source.key}.published]",
        )
    else:
        yield Holding(
            source=source.key,
            path=path,
            sha256=figures.sha256,
            vintage=figures.vintage,
            first=figures.first,
            last=figures.last,
            original_name=path.name,
            origin="published",
            lacks=figures.lacks,
        )


def _added(raw: Path, source: str, *, check: bool) -> Iterator[Holding | Fault]:
    """Yield the files of one folder by period; names with a dot are copies in progress."""
    if not raw.is_dir():
        return
    try:
        there = sorted(raw.iterdir())
    except OSError as error:
        yield Fault(f"{raw} that cannot be opened ({error.strerror})", "a folder you may read")
        return
    files = [p for p in there if p.suffix in (".csv", ".parquet", ".xlsx") and p.name[0] != "."]
    found = [_one(path, source, check=check) for path in files]
    yield from sorted(
        found, key=lambda one: (one.first, one.last) if isinstance(one, Holding) else ("", "")
    )


def _one(path: Path, source: str, *, check: bool) -> Holding | Fault:
    try:
        with regular.opened(sidecar(path)) as lines:
            noted = json.loads(lines.read(_LONGEST_NOTE))
        size = noted.pop("bytes")
        lacks = noted.pop("lacks", None)
        lacks = None if lacks is None else tuple(map(str, lacks))
        holding = Holding(source=source, path=path, origin="added", **noted, lacks=lacks)
        readable = _is_plausible(holding)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        readable = False
    if not readable:
        return Fault(
            f"{path} without a readable {sidecar(path).name}", "files filed by pvtools add"
        )
    try:
        same = path.stat().st_size == size and not (check and sha256(path) != holding.sha256)
    except OSError as error:
        return Fault(f"{path} that cannot be read ({error.strerror})", "a file you may read")
    return holding if same else edited(path, holding.sha256)


def _is_plausible(holding: Holding) -> bool:
    """Return whether a note holds what was written into it: it may have been edited, too."""
    periods = (holding.vintage, holding.first, holding.last)
    return (
        all(re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", period) for period in periods)
        and bool(re.fullmatch(r"[0-9a-f]{64}", holding.sha256))
        and isinstance(holding.original_name, str)
    )


def _digest(path: Path) -> str:
    try:
        return sha256(path)
    except OSError:
        return "unreadable"


# months as numbers --------------------------------------------------------------------------


def _month(period: str) -> int:
    return int(period[:4]) * 12 + (int(period[5:7]) - 1 if len(period) >= 7 else 0)


def _text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
