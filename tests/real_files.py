"""Where the publishers' own files lie, if they do: beside the project, never within it."""

from __future__ import annotations

import os
from pathlib import Path

REAL = Path(
    os.environ.get("PVTOOLS_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
