"""Where figures come from, and by which code they were made."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from pvtools import sources, tables
from pvtools.exhibits import Column, Ledger


def origins(held: tables.Tables, register: dict[str, sources.Source]) -> Ledger:
    """Return the files in use, with publisher, period and the beginning of their checksum."""
    table = pd.DataFrame(
        [
            {
                "title": register[file.source].title,
                "publisher": register[file.source].publisher,
                "span": " to ".join(dict.fromkeys(file.span)),
                "origin": "comes with pvtools" if file.origin == "published" else "added",
                "sha256": file.sha256[:8],
            }
            for file in held.held
        ]
    )
    return Ledger(
        key="sources",
        title="Where the figures come from",
        table=table,
        columns=[
            Column("title", "Data set"),
            Column("publisher", "Publisher"),
            Column("span", "Period"),
            Column("origin", "File"),
            Column("sha256", "Checksum"),
        ],
        note=(
            "Contains public sector information licensed under the Open Government Licence v3.0. "
            "The checksum is the first eight characters of the file's SHA-256."
        ),
    )


def code_digest() -> str:
    """Return the sha256 of the package's own code, so that a page can be traced to it."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
