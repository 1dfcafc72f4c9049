"""What the server answers with at once: each page's figures as HTML, made once per data version.

A process of its own makes them, one at a time, and they are kept on disk under what they were made
from, so that a server that starts again has them. They are renewed when data or code change.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import logging
import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import active_children, get_context
from pathlib import Path

from platformdirs import user_cache_path

from pvtools import places

_KEPT = 3  # versions of data and code whose pages are kept
_LOOK = 2.0  # seconds between two looks at whether the data have changed
_LOG = logging.getLogger(__name__)

_QUEUE = 20  # pages that may be waited for at once; more are answered that it is busy
_AT_HAND = 40  # pages of several areas that are kept: there are too many of them for the disk

#: A page: the module of its dashboard, and the areas it is of.
Key = tuple[str, tuple[str, ...]]


class BusyError(Exception):
    """As many pages are being made as can be waited for."""


class Pages:
    """The figures of all pages, made when first asked for or when there is nothing else to do."""

    def __init__(self, folder: Path | None = None) -> None:
        self._root = folder or user_cache_path("pvtools") / "pages"
        self._data = places.data_folder().resolve()
        self._workers = self._new()
        self._running: dict[tuple[str, Key], asyncio.Task[str]] = {}
        self._at_hand: dict[tuple[str, Key], str] = {}
        self._stamp: object = None
        self._version, self._seen = "", 0.0

    async def get(self, module: str, slugs: Sequence[str] = ()) -> str:
        """Return the figures of a page, from disk or newly made.

        Raises
        ------
        BusyError
            Too many pages are being waited for.
        PvtoolsError
            The figures cannot be made, and why.
        """
        version, key = self.version, (module, tuple(slugs))
        if (version, key) in self._at_hand:
            return self._at_hand[version, key]
        with suppress(OSError, UnicodeDecodeError):
            return self._path(version, key).read_text("utf-8")
        if (version, key) not in self._running:
            if len(self._running) >= _QUEUE:
                raise BusyError
            task = asyncio.create_task(self._make(version, key))
            self._running[version, key] = task
            task.add_done_callback(lambda _: self._running.pop((version, key), None))
        return await asyncio.shield(self._running[version, key])

    async def prepare(self, keys: Sequence[Key]) -> None:
        """Make pages that are not there yet, one after another, and again when data change."""
        while True:
            version = self.version
            for module, slugs in keys:
                try:
                    await self.get(module, slugs)
                except Exception:
                    _LOG.exception("The page %s of %s could not be made.", module, slugs)
            while self.version == version:
                await asyncio.sleep(_LOOK)

    @property
    def waiting(self) -> int:
        """How many pages are being made or wait for that."""
        return len(self._running)

    @property
    def version(self) -> str:
        """What pages are made from: the data and pvtools' own code."""
        if time.monotonic() - self._seen > _LOOK:
            self._seen = time.monotonic()
            folders = (self._data, places.shipped_data())
            stamp = [places.tree_stamp(one) for one in folders]
            if stamp != self._stamp:
                digests = [places.code_digest(), *map(places.tree_digest, folders)]
                made = hashlib.sha256(" ".join(digests).encode()).hexdigest()[:16]
                self._stamp, self._version = stamp, made
                self._forget()
        return self._version

    def close(self) -> None:
        """End the process that makes pages, in the middle of one if need be."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.kill()

    async def _make(self, version: str, key: Key) -> str:
        loop = asyncio.get_running_loop()
        try:
            html, whole = await loop.run_in_executor(self._workers, made, *key)
        except BrokenProcessPool:  # it was ended from outside, perhaps for want of memory
            self._workers = self._new()
            html, whole = await loop.run_in_executor(self._workers, made, *key)
        if whole and len(key[1]) <= 1:
            self._keep(self._path(version, key), html)
        elif whole:
            self._at_hand[version, key] = html
            while len(self._at_hand) > _AT_HAND:
                self._at_hand.pop(next(iter(self._at_hand)))
        return html

    def _path(self, version: str, key: Key) -> Path:
        module, slugs = key
        return self._root / version / f"{'+'.join([module.rpartition('.')[2], *slugs])}.html"

    @staticmethod
    def _keep(path: Path, html: str) -> None:
        """Write a page whole or not at all; a full disk costs speed and nothing else."""
        half = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(html, "utf-8")
            half.replace(path)
        except OSError as error:
            _LOG.warning("Pages cannot be kept: %s", error)

    def _forget(self) -> None:
        """Remove pages of versions that are long gone."""
        with suppress(OSError):
            own = self._root / self._version
            own.mkdir(parents=True, exist_ok=True)
            os.utime(own)
            for old in sorted(self._root.iterdir(), key=lambda one: -one.stat().st_mtime)[_KEPT:]:
                shutil.rmtree(old, ignore_errors=True)

    @staticmethod
    def _new() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_quiet)


def made(module: str, slugs: Sequence[str]) -> tuple[str, bool]:
    """Return the figures of a page, and whether all of them could be made."""
    from pvtools.dashboards.page import ABSENT

    found = "".join(importlib.import_module(module).APP.figures(*slugs))
    return found, ABSENT not in found


def _quiet() -> None:
    """Leave Ctrl-C to the server, and the processor to whoever is waiting."""
    import signal

    # Before numpy is imported: small matrices on several threads cost ten times the work.
    os.environ |= dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
