"""What a batch keeps away from the folder: another batch, and Ctrl-C in the middle of a step."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pvtools.errors import ExportError, UsageError
from pvtools.reports import folder

_LOCK = ".lock"


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold the folder for one batch, and end by clearing away what was made on the way.

    The system lets go of the lock when its process ends, however it ends: none is ever stale.

    Raises
    ------
    UsageError
        Another batch holds it, it cannot be written to, or something stands in the way.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = _opened_lock(out / _LOCK)
    except OSError as error:
        raise UsageError(
            f"Reports cannot be written to {out}: {error.strerror}. "
            "Choose a folder that can be written to with --out."
        ) from None
    try:
        owner = os.read(lock, 32).decode("ascii", "replace").strip()
        if owner and not owner.isdigit():
            raise UsageError(
                f"{out / _LOCK} was not written by pvtools, which needs that name. "
                "Move it away, or choose another folder with --out."
            )
        if not locked(lock):
            raise UsageError(
                f"Another batch{f' (process {owner})' if owner else ''} is writing to {out}: "
                "wait until it has ended, or choose another folder with --out."
            )
        with contextlib.suppress(OSError):  # the number is for people; the lock holds without it
            os.ftruncate(lock, 0)
            os.lseek(lock, 0, os.SEEK_SET)
            os.write(lock, str(os.getpid()).encode())
        try:
            folder.workshop(out)
        except ExportError as error:
            raise UsageError(str(error)) from None
        except OSError as error:
            raise UsageError(f"{out / folder.BUILDING} cannot be made: {error.strerror}.") from None
        try:
            yield
        finally:
            folder.clear_all(out)
            with contextlib.suppress(OSError):
                os.ftruncate(lock, 0)
    finally:
        os.close(lock)


def _opened_lock(path: Path) -> int:
    for hidden in (path, path.with_name(folder.PAGES[-1])):
        if os.path.lexists(hidden) and not folder.is_file(hidden):
            raise UsageError(
                f"{hidden} is a link or a folder, and pvtools needs that name for a file. "
                "Move it away, or choose another folder with --out."
            )
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until what is begun has ended."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield  # Python interrupts the main thread only
        return
    pressed: list[Any] = []
    signal.signal(signal.SIGINT, lambda *how: pressed.append(how))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed and callable(before):
            before(*pressed[-1])


if os.name == "posix":
    import fcntl

    def locked(file: int) -> bool:
        """Lock an open file and return true, or false where another holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

else:  # pragma: no cover - Windows
    import msvcrt

    def locked(file: int) -> bool:
        """Lock an open file and return true, or false where another holds it."""
        try:
            # Far beyond the end, so that the number in the file can still be read by others.
            os.lseek(file, 1 << 20, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
