"""Today's date, after which nothing can have been recorded, even where the clock is behind."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

#: A day that has surely passed: figures up to it were published when this version was made.
PUBLISHED = dt.date(2026, 6, 30)

_written: ContextVar[dt.date] = ContextVar("written", default=PUBLISHED)


def today() -> dt.date:
    """Return today's date: nothing can have been recorded after it.

    A clock that is behind :data:`PUBLISHED` is wrong. Then it is the day the file in hand was
    written, or that one, whichever is later.
    """
    return clock() if not is_behind() else max(PUBLISHED, _written.get())


def clock() -> dt.date:
    """Return the date that this machine's clock shows."""
    return dt.date.today()


def is_behind() -> bool:
    """Return whether this machine's clock is surely wrong."""
    return clock() < PUBLISHED


def advice() -> str:
    """Return what to do about a clock that is surely wrong, or nothing."""
    if not is_behind():
        return ""
    return f" This machine's clock says {clock()}, which is long past: set it, then try again."


@contextlib.contextmanager
def of(path: str | Path) -> Iterator[None]:
    """Read a file that was written on some day: what is in it was recorded before."""
    day = PUBLISHED
    with contextlib.suppress(OSError, ValueError, OverflowError):
        day = dt.date.fromtimestamp(Path(path).stat().st_mtime)
    before = _written.set(day)
    try:
        yield
    finally:
        _written.reset(before)
