"""Putting a checked file in its place: whole or not at all, and never over another."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from pvtools.errors import DataError, Fault, printable
from pvtools.sources import regular
from pvtools.sources.entries import find, folder
from pvtools.sources.shelf import RAW_RULE, Holding, already_held, edited, sha256, sidecar

_STALE = 3600  # seconds after which a half-written copy belongs to nobody


def file_away(
    path: Path | str,
    source: str,
    *,
    vintage: str,
    first: str,
    last: str,
    checked: str = "",
    lacks: Sequence[str] | None = None,
    data_dir: Path | str | None = None,
) -> Holding:
    """Copy a checked file to its place under ``raw/`` and return the holding.

    The copy is written under a temporary name and renamed once it is safe on disk, so a file
    that stands is whole. The same bytes again return the file already held, with what it lacks
    noted afresh (ask :func:`already_held` first to know which it was); no file is overwritten.
    ``checked`` is the checksum of the bytes that were checked, if the caller has it.

    Raises
    ------
    DataError
        The place is taken by other bytes: the raw file there was edited. Or the file has
        changed since it was checked.
    UsageError
        The register has no such source.
    """
    path, entry = Path(path), find(source, data_dir)
    raw = folder(data_dir) / "raw" / entry.key
    raw.mkdir(parents=True, exist_ok=True)
    _sweep(raw)
    copy = _temporary_copy(path, raw)
    try:
        digest = sha256(copy)
        if checked and digest != checked:
            fault = Fault("other bytes than when it was checked", "a file that nobody writes to")
            raise DataError(str(path), [fault], "Wait until it is whole, then add it again.")
        place = raw / f"{vintage}_{digest[:8]}{_suffix(copy)}"
        if place.exists() and sha256(place) != digest:
            raise DataError(str(place), [edited(place, digest)], RAW_RULE)
        noted = None if lacks is None else tuple(lacks)
        if (known := already_held(digest, entry.key, data_dir)) is not None:
            if known.lacks != noted:
                known = replace(known, lacks=noted)
                _write_sidecar(known, size=copy.stat().st_size)
            return known
        holding = Holding(
            entry.key, place, digest, vintage, first, last, printable(path.name), "added", noted
        )
        # The sidecar first: a sidecar without its file is ignored, the reverse is a fault.
        _write_sidecar(holding, size=copy.stat().st_size)
        if not place.exists():
            copy.chmod(0o444)
            copy.replace(place)
            _settle(raw)
        return holding
    finally:
        copy.unlink(missing_ok=True)


def _sweep(raw: Path) -> None:
    """Remove copies that a killed process left; younger ones may still be written."""
    for copy in raw.glob(".adding-*"):
        with contextlib.suppress(OSError):
            if time.time() - copy.stat().st_mtime > _STALE:
                copy.unlink()


def _temporary_copy(path: Path, raw: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=".adding-", dir=raw)
    try:
        with os.fdopen(handle, "wb") as copy, regular.opened(path) as original:
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _suffix(path: Path) -> str:
    with path.open("rb") as start:
        return {b"PAR1": ".parquet", b"PK\x03\x04": ".xlsx"}.get(start.read(4), ".csv")


def _write_sidecar(holding: Holding, *, size: int) -> None:
    noted = asdict(holding) | {"bytes": size}
    for known_from_the_place in ("source", "path", "origin"):
        del noted[known_from_the_place]
    handle, name = tempfile.mkstemp(prefix=".adding-", dir=holding.path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as lines:
            json.dump(noted, lines, indent=2, ensure_ascii=False)
            lines.flush()
            os.fsync(lines.fileno())
        Path(name).replace(sidecar(holding.path))
    finally:
        Path(name).unlink(missing_ok=True)


def _settle(raw: Path) -> None:
    """Ask the disk to keep the folder's new names, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(raw, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
