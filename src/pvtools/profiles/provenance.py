"""Where figures come from."""

from __future__ import annotations

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
