"""What a worker process of a batch does before its first report."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from pvtools import kernels, places
from pvtools.kernels import parent
from pvtools.kernels.parent import WarmParent

_looking_ahead: threading.Thread | None = None


Shared = Literal["", "areas", "units", "wards"]


def start(tie: Connection, shared: Shared, data_dir: Path | None, forks: WarmParent | None) -> None:
    """Get ready, and live no longer than the batch whose end of the pipe ``tie`` reads.

    Python's own pool leaves its workers waiting for ever when their parent is killed.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the batch to hear; it then lets go of the pipe
    threading.Thread(target=_follow, args=(tie,), daemon=True).start()
    warm(shared, data_dir, forks)


def environment(shared: Shared, data_dir: Path | None = None) -> dict[str, str]:
    """Return the environment in which kernels are forked."""
    # As in the kernels: what differs is not forked.
    wanted = {**os.environ, "MPLBACKEND": kernels.INLINE}
    if shared:
        wanted[places.SHARED] = shared
    if shared and data_dir is not None:
        wanted["PVTOOLS_DATA"] = str(data_dir.resolve())
    return wanted


def preload(shared: Shared) -> Sequence[str]:
    """Return what is imported before kernels are forked."""
    return parent.PRELOAD if shared else parent.GENERAL


def warm(shared: Shared, data_dir: Path | None = None, forks: WarmParent | None = None) -> None:
    """Import what makes reports; its kernels are forked from ``forks``, or from one started now.

    ``shared`` says what all reports share, to be made before the first: nothing, what is estimated
    of all areas, of all command units too, or of all wards, from the figures in ``data_dir``.
    """
    os.environ.update(environment(shared, data_dir))
    if forks:
        parent.join(preload(shared), forks)
    else:
        threading.Thread(target=kernels.warm_up, args=(preload(shared),), daemon=True).start()
    from pvtools.reports import execute

    execute.imported()
    from pvtools.reports import kernel

    kernel.preload = preload(shared)

    # Two threads that import at once may wait for each other for ever: from here on it is this one
    # that imports, and whoever comes after waits for it.
    global _looking_ahead
    _looking_ahead = threading.Thread(target=_look_ahead, daemon=True)
    _looking_ahead.start()


def ready() -> None:
    """Wait until what writes reports has been imported, where that has begun already."""
    if _looking_ahead is not None:
        _looking_ahead.join()


def _look_ahead() -> None:
    """Import what writes reports while the first notebook runs.

    Whatever goes wrong here will go wrong again where it is needed, and be reported there.
    """
    for exporter in ("pdf", "html", "xlsx"):
        with contextlib.suppress(Exception):
            import_module(f"pvtools.reports.{exporter}")


def _follow(tie: Connection) -> None:
    with contextlib.suppress(OSError):
        tie.poll(None)  # returns when the other end is closed, by hand or by death
    kernel = sys.modules.get("pvtools.reports.kernel")
    if kernel is not None:
        kernel.kill_all()
    os._exit(1)
