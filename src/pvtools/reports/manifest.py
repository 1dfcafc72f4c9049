"""The record of what stands in a folder of reports, and of what each report was made from.

It holds no times and no machine's paths: equal inputs give an equal record. It is written anew
after every report, so that it tells the truth whenever a batch is killed.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import folder

FILE = "manifest.json"

#: the packages whose version shows in a report's bytes
_SHAPING = (
    "fontpkg-fira-sans",
    "gptables",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "pypandoc_binary",
    "scipy",
    "seaborn",
    "typst",
    "xlsxwriter",
)

Record = dict[str, Any]


def read(out: Path) -> dict[str, Record]:
    """Return slug → record of every report known in a folder; a spoilt manifest knows none."""
    try:
        reports = json.loads((out / FILE).read_text(encoding="utf-8"))["reports"]
        return {slug: record for slug, record in reports.items() if isinstance(record, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(out: Path, reports: Mapping[str, Record]) -> None:
    """Write the manifest, whole or not at all."""
    content = {"reports": {slug: reports[slug] for slug in sorted(reports)}}
    folder.write(
        out / FILE, json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    )


def inputs(notebook: Path, data_dir: Path) -> dict[str, Any]:
    """Return what every report of a batch is made from, as hashes and versions.

    Raises
    ------
    UsageError
        The notebook or the data folder does not exist.
    """
    if not notebook.is_file():
        raise UsageError(f"There is no notebook {notebook}. Give the path of an .ipynb file.")
    if not data_dir.is_dir():
        raise UsageError(
            f"There is no data folder {data_dir}. "
            "Leave out --data to use the figures that come with pvtools."
        )
    return {
        "notebook": file_hash(notebook),
        "data": places.tree_digest(data_dir),
        "code": places.code_digest(),
        "packages": {name: version(name) for name in _SHAPING}
        | {"python": platform.python_version()},
    }


def up_to_date(
    out: Path, record: Record | None, made_from: Mapping[str, Any], formats: Sequence[str]
) -> bool:
    """Say whether a report need not be made: same inputs, and its files whole on disk."""
    if record is None or record.get("status") != "built" or record.get("inputs") != made_from:
        return False
    outputs = record.get("outputs", {})
    return set(formats) <= set(record.get("formats", ())) and all(
        (out / name).is_file() and file_hash(out / name) == known["sha256"]
        for name, known in outputs.items()
    )


def changed(record: Record, made_from: Mapping[str, Any]) -> list[str]:
    """Return which inputs have changed since a report was made: "data", "code" …"""
    before = record.get("inputs", {})
    return [name for name in made_from if before.get(name) != made_from[name]]


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
