"""DuckDB as it is used here: it reads the files it is given and nothing else.

What a file calls its columns is text from strangers. It reaches a query only through
:func:`quoted`; and should anything ever slip through, the engine can open no other file, load no
extension and change none of these settings.
"""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path


def opened(paths: Sequence[str | Path], *, threads: int, memory: str):
    """Return a connection that can read these files only, in this much memory."""
    import duckdb  # only Parquet and data.police.uk need it

    engine = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": memory,
            "preserve_insertion_order": threads == 1,
            # of its own, for the engine may read and write in it; made only when it is needed
            "temp_directory": str(Path(tempfile.gettempdir(), f"pvtools-{uuid.uuid4().hex}")),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "enable_external_file_cache": False,
        }
    )
    allowed = [form for path in paths for form in (str(path), literal(path))]
    engine.execute("SET allowed_paths = ?", [allowed])
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    return engine


def literal(path: str | Path) -> str:
    """Return a file's name as the engine must be given it: it would expand a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def quoted(name: str) -> str:
    """Return a column's name as it stands in a query, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
