"""What a reader declares of its source, asked for when somebody wants to know it.

Readers stand above this room and need pandas, so they are not imported here: they are called by
name, once, when the first of their words is wanted.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from typing import Any

#: What a register of the user's own may say in place of the reader.
WORDS = ("columns", "gains", "cannot_bear")
_READERS = "pvtools.tables.formats"


@functools.cache
def declarations() -> Mapping[str, Any]:
    """Return what the readers declare, by the key of the source."""
    return importlib.import_module(_READERS).DECLARED
