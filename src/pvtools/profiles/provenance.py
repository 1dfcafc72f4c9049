"""Where figures come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from pvtools import places, sources, tables
from pvtools.exhibits import Column, Ledger
from pvtools.tables.shipped import file_of


def origins(
    held: Iterable[tables.Held],
    register: dict[str, sources.Source],
    shipped: Sequence[str] = (),
    data_dir: str | Path | None = None,
) -> Ledger:
    """Return the files in use, with publisher, licence, period and checksums' beginnings.

    Files of one data set stand in one row, those that come with pvtools and those added apart.
    ``shipped`` are keys of further tables that come with pvtools.
    """
    known = sources.register(places.shipped_data()) | register  # an older one lacks some tables
    rows = []
    groups: dict[tuple[str, str], list[tables.Held]] = {}
    for file in held:
        groups.setdefault((file.source, file.origin), []).append(file)
    for key in shipped:
        one = file_of(key, data_dir)
        span = (one.first, one.last)
        groups[key, "published"] = [
            tables.Held(key, one.path.name, one.sha256, one.vintage, span, "published")
        ]
    for (source, origin), some in groups.items():
        span = (min(file.span[0] for file in some), max(file.span[1] for file in some))
        rows.append(
            {
                "title": known[source].title.split(":")[0]
                + (" (added)" if origin == "added" else ""),
                "publisher": known[source].publisher,
                "span": " to ".join(dict.fromkeys(span)),
                "licence": _licence(known[source].licence),
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
            Column("licence", "Licence"),
            Column("sha256", "Checksums"),
        ],
        note=(
            "Contains public sector information licensed under the Open Government Licence (OGL) "
            "in the version named; all but those marked as added come with pvtools. Checksums: the "
            "first eight characters of a file's SHA-256."
        ),
    )


def _licence(text: str) -> str:
    """Return a licence in few words: "OGL 3.0"; that of a file that does not say so, "presumed"."""
    short = re.sub(r"Open Government Licence v|OGL v", "OGL ", text)
    return re.split(r" \(|;", short)[0]
