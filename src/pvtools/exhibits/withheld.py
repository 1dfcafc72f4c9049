"""What stands in place of figures that are withheld: how many, which, and why."""

from __future__ import annotations

import pandas as pd

from pvtools import words
from pvtools.exhibits.pieces import Notice

_MOST_NAMED = 6


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a figure: no other is drawn, counted or compared."""
    return table.dropna(subset=["estimate"])


def notes(table: pd.DataFrame, *, names: str = "area", what: str = "areas") -> list[str]:
    """Return sentences on the rows without a figure, and on a minimum that was lowered."""
    gone = table[table.estimate.isna()]
    said = []
    for why, rows in gone.groupby("caveat", sort=False):
        which = rows[names].astype("str").drop_duplicates().tolist()
        total = words.count(table[names].nunique())
        count = words.count(len(which)).capitalize()
        verb = "has" if len(which) == 1 else "have"
        named = f" ({words.listing(which)})" if len(which) <= _MOST_NAMED else ""
        several = len(table.period.unique()) > 1
        when = f" in {words.count(rows.period.nunique())} of the periods" if several else ""
        said.append(f"{count} of {total} {what}{named} {verb} no figure{when}. {why}")
    return [*said, *(table.lowered.drop_duplicates() if "lowered" in table else [])]


def notice(subject: str, rows: pd.DataFrame) -> Notice:
    """Return what stands in place of an exhibit whose own subject has no figure."""
    reasons = dict.fromkeys(rows.caveat[rows.estimate.isna()])
    return Notice(title=f"{subject}: no figure is given", points=list(reasons))
