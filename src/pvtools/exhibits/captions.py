"""The small print all exhibits share: how a source is named, caveats said once, names in a line."""

from __future__ import annotations

import re

import pandas as pd

from pvtools import words
from pvtools.measures import Format
from pvtools.sources import Source

#: What counts of offences without a victim measure as well.
FOUND_BY_LOOKING = (
    "Offences of drugs and weapons are mostly found by officers who look for them: more of them "
    "can mean more looking."
)


def named(source: Source) -> str:
    """Return a source as captions name it."""
    return f"{source.title}, {source.publisher}"


def caveats_of(rows: pd.DataFrame) -> list[str]:
    """Return the caveats of some estimates as one text, each sentence once."""
    return sentences(*(text for text in dict.fromkeys(rows.caveat) if text))


def sentences(*texts: str) -> list[str]:
    """Return the sentences of several caveats as one text, none of them twice, if there are any."""
    seen: dict[str, None] = {}
    for text in texts:
        seen |= dict.fromkeys(re.split(r"(?<=\.)\s+", text.strip()))
    said = " ".join(sentence for sentence in seen if sentence)
    return [said] if said else []


def lowered(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return name[:1].lower() + name[1:]


def with_interval(row: pd.Series, how: Format) -> str:
    """Return "62% (57% to 67%)"; of a number without an interval, the number."""
    said = words.number(row.estimate, how)
    if pd.isna(row.lower):
        return said
    return f"{said} ({words.interval(row.lower, row.upper, how)})"


def other_wards(others: int, borough: str) -> str:
    """Return the wards that one is set beside, as a sentence names them."""
    return (
        f"the other ward of {borough}"
        if others == 1
        else (f"the {words.count(others)} other wards of {borough}")
    )
