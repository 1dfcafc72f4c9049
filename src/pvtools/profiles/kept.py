"""What is read and estimated of all areas, kept on disk from one run to the next.

It stands under what it was made from: the files of the data, pvtools' own code and the libraries
it counts with. Whatever of these changes, it is estimated anew. A disk that is full or cannot be
written to costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from platformdirs import user_cache_path

from pvtools import places

_MOST = 12  # files that are kept, the latest used
#: Taken when this is imported: code that is changed later is not the code that runs here.
_MADE_BY = (places.code_stamp(), sys.version, pd.__version__, np.__version__, scipy.__version__)


def folder() -> Path | None:
    """Return where estimates are kept."""
    return user_cache_path("pvtools") / "estimates"


def read(*made_from: object) -> dict[str, object]:
    """Return what was kept of the same data, code and libraries; empty if nothing was."""
    if not (path := _path(made_from)):
        return {}
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301 - our own, in the user's own folder
        os.utime(path)
    except Exception:  # not there, not readable or not whole: it is estimated anew
        return {}
    return found


def write(estimates: Mapping[str, object], *made_from: object) -> None:
    """Keep estimates, whole or not at all."""
    if not (path := _path(made_from)):
        return
    half = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half.write_bytes(pickle.dumps(dict(estimates)))
        half.replace(path)
        for old in sorted(path.parent.iterdir(), key=lambda one: -one.stat().st_mtime)[_MOST:]:
            old.unlink(missing_ok=True)


def _path(made_from: tuple[object, ...]) -> Path | None:
    digest = hashlib.sha256(repr((_MADE_BY, made_from)).encode()).hexdigest()
    return place / f"{digest[:32]}.pickle" if (place := folder()) else None
