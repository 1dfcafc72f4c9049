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
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path
from zipfile import BadZipFile

from platformdirs import user_cache_path

from pvtools import places
from pvtools.dashboards import files
from pvtools.errors import PvtoolsError

_KEPT = 3  # versions of data and code whose pages are kept
_LOOK = 2.0  # seconds between two looks at whether the data have changed
_LOG = logging.getLogger(__name__)

_QUEUE = 20  # pages that may be waited for at once; more are answered that it is busy
_AT_HAND = 40  # pages of several areas that are kept: there are too many of them for the disk

#: A page: the module of its dashboard, and the areas it is of.
Key = tuple[str, tuple[str, ...]]
#: What was made of it: its HTML, the files of its exhibits as a ZIP, and whether it is whole.
Made = tuple[str, bytes, bool]


class BusyError(Exception):
    """As many pages are being made as can be waited for."""


class Pages:
    """The figures of all pages, made when first asked for or when there is nothing else to do."""

    def __init__(self, folder: Path | None = None, *, workers: int = 1) -> None:
        self._count = workers
        self._root = folder or user_cache_path("pvtools") / "pages"
        self._data = places.data_folder().resolve()
        self._workers = self._new()
        self._running: dict[tuple[str, Key], asyncio.Task[Made]] = {}
        self._at_hand: dict[tuple[str, Key], Made] = {}
        self._stamp: object = None
        self._version, self._digest, self._seen = "", "", 0.0
        # Of the code that runs here: what is laid in its place meanwhile makes no page of ours.
        self._code = places.code_digest()

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
        with suppress(OSError, UnicodeDecodeError):
            return self._path(version, key).read_text("utf-8")
        return (await self._made(version, key))[0]

    def ready(self, module: str, slugs: Sequence[str] = ()) -> str:
        """Return the figures of a page if they are on disk, else nothing and make them."""
        try:
            return self._path(self.version, (module, tuple(slugs))).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            with suppress(BusyError):
                self._begin(self.version, (module, tuple(slugs)))
            return ""

    async def files(self, module: str, slugs: Sequence[str] = ()) -> Mapping[str, bytes]:
        """Return the files of the exhibits on a page by their names, as :meth:`get` does it."""
        version, key = self.version, (module, tuple(slugs))
        with suppress(OSError, BadZipFile):
            return files.unpack(self._path(version, key, "zip").read_bytes())
        return files.unpack((await self._made(version, key))[1])

    async def _made(self, version: str, key: Key) -> Made:
        if (version, key) in self._at_hand:
            return self._at_hand[version, key]
        return await asyncio.shield(self._begin(version, key))

    def _begin(self, version: str, key: Key) -> asyncio.Task[Made]:
        """Return the making of a page, begun unless it is under way."""
        if (version, key) not in self._running:
            if len(self._running) >= _QUEUE:
                raise BusyError
            task = asyncio.create_task(self._make(version, key))
            self._running[version, key] = task
            task.add_done_callback(lambda done: self._ended(version, key, done))
        return self._running[version, key]

    def _ended(self, version: str, key: Key, done: asyncio.Task[Made]) -> None:
        del self._running[version, key]
        if not done.cancelled():
            done.exception()  # whoever waits for the page is told; perhaps nobody does

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
                self._digest, shipped = map(places.tree_digest, folders)
                digests = [self._code, self._digest, shipped]
                made = hashlib.sha256(" ".join(digests).encode()).hexdigest()[:16]
                self._stamp, self._version = stamp, made
                self._forget()
        return self._version

    def close(self) -> None:
        """End the process that makes pages, in the middle of one if need be."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.kill()

    async def _make(self, version: str, key: Key) -> Made:
        loop = asyncio.get_running_loop()
        asked = partial(made, *key, self._digest)
        try:
            page = await loop.run_in_executor(self._workers, asked)
        except BrokenProcessPool:  # it was ended from outside, perhaps for want of memory
            self._workers = self._new()
            page = await loop.run_in_executor(self._workers, asked)
        html, packed, whole = page
        if whole and len(key[1]) <= 1:
            self._keep(self._path(version, key, "zip"), packed)
            self._keep(self._path(version, key), html.encode())
        elif whole:
            self._at_hand[version, key] = page
            while len(self._at_hand) > _AT_HAND:
                self._at_hand.pop(next(iter(self._at_hand)))
        return page

    def _path(self, version: str, key: Key, form: str = "html") -> Path:
        module, slugs = key
        return self._root / version / f"{'+'.join([module.rpartition('.')[2], *slugs])}.{form}"

    @staticmethod
    def _keep(path: Path, content: bytes) -> None:
        """Write a file whole or not at all; a full disk costs speed and nothing else."""
        half = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(content)
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

    def _new(self) -> ProcessPoolExecutor:
        spawn = get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=spawn, initializer=_quiet)


def made(module: str, slugs: Sequence[str], digest: str = "") -> Made:
    """Return a page: its HTML, the files of its exhibits, and whether all of it could be made.

    ``digest`` names the data that it is made of.
    """
    from pvtools.dashboards import page
    from pvtools.dashboards.content import heading

    about = {"Area": heading(slugs)} if slugs else {}
    with page.with_files() as exhibits:
        html = "".join(importlib.import_module(module).APP.figures(*slugs))
    packed = files.pack(exhibits, **about, Data=f"folder with the SHA-256 {digest}")
    if every := sys.modules.get("pvtools.profiles.everywhere"):  # what this page made of it
        with suppress(PvtoolsError):
            every.of().keep()
    return html, packed, page.ABSENT not in html


def _quiet() -> None:
    """Leave Ctrl-C to the server, and the processor to whoever is waiting."""
    import signal

    # Before numpy is imported: small matrices on several threads cost ten times the work.
    os.environ |= dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
