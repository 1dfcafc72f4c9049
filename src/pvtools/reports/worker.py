"""What a worker process of a batch does before its first report."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from pvtools import kernels, places

_looking_ahead: threading.Thread | None = None


Shared = Literal["", "areas", "units", "wards"]


def start(parent: Connection, shared: Shared, data_dir: Path | None = None) -> None:
    """Get ready, and live no longer than the batch whose end of the pipe ``parent`` reads.

    Python's own pool leaves its workers waiting for ever when their parent is killed.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the batch to hear; it then lets go of the pipe
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    warm(shared, data_dir)


def warm(shared: Shared, data_dir: Path | None = None) -> None:
    """Import what makes reports, and start the process that their kernels are forked from.

    ``shared`` says what all reports share, to be made before the first: nothing, what is estimated
    of all areas, of all command units too, or of all wards in the file that ``data_dir`` holds.
    """
    os.environ["MPLBACKEND"] = kernels.INLINE  # as in the kernels: what differs is not forked
    if shared:
        os.environ[places.SHARED] = shared
    if shared == "wards" and data_dir is not None:
        os.environ["PVTOOLS_DATA"] = str(data_dir)
    from pvtools.kernels import provisioner  # before a thread may need it

    preload = provisioner.PRELOAD if shared else provisioner.GENERAL
    threading.Thread(target=kernels.warm_up, args=(preload,), daemon=True).start()
    from pvtools.reports import execute

    execute.imported()
    from pvtools.reports import kernel

    kernel.preload = preload

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


def _follow(parent: Connection) -> None:
    with contextlib.suppress(OSError):
        parent.poll(None)  # returns when the other end is closed, by hand or by death
    kernel = sys.modules.get("pvtools.reports.kernel")
    if kernel is not None:
        kernel.kill_all()
    os._exit(1)
