"""Where figures come from."""

from __future__ import annotations

import pandas as pd

from pvtools import places, sources, tables
from pvtools.exhibits import Column, Ledger


def origins(held: tables.Tables, register: dict[str, sources.Source]) -> Ledger:
    """Return the files in use, with publisher, period and the beginning of their checksums.

    Files of one data set stand in one row, those that come with pvtools and those added apart.
    """
    known = sources.register(places.shipped_data()) | register  # an older one lacks some tables
    rows = []
    groups: dict[tuple[str, str], list[tables.Held]] = {}
    for file in held.held:
        groups.setdefault((file.source, file.origin), []).append(file)
    for (source, origin), some in groups.items():
        span = (min(file.span[0] for file in some), max(file.span[1] for file in some))
        rows.append(
            {
                "title": known[source].title,
                "publisher": known[source].publisher,
                "span": " to ".join(dict.fromkeys(span)),
                "origin": "comes with pvtools" if origin == "published" else "added",
                "sha256": ", ".join(file.sha256[:8] for file in some),
            }
        )
    table = pd.DataFrame(rows)
    return Ledger(
        key="sources",
        title="Where the figures come from",
        table=table,
        columns=[
            Column("title", "Data set"),
            Column("publisher", "Publisher"),
            Column("span", "Period"),
            Column("origin", "File"),
            Column("sha256", "Checksums"),
        ],
        note=(
            "Contains public sector information licensed under the Open Government Licence v3.0. "
            "A checksum is the first eight characters of a file's SHA-256."
        ),
    )
