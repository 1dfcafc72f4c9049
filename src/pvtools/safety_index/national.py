"""What national surveys found on trust in those who govern: the years around the paradox."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.errors import InputError

_COLUMNS = ("question", "year", "share", "source")


def national_trust(published: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return what national surveys found on trust in those who govern, by question and year.

    Parameters
    ----------
    published
        ``tables.published("trust_in_government")``: ``question, year, share`` and ``source``, what
        is known of the figure. A year that two editions give differently has a row of each.
    source
        Of the register of sources.

    Returns
    -------
    pandas.DataFrame
        Estimate table, ``group`` the question, in the order of questions and years, with
        ``year, edition`` and ``editions`` (how many give that year). Without intervals: how many
        people were asked is not known. The area is empty: it is Great Britain.

    Raises
    ------
    InputError
        Missing columns, no figure, a year that is none, a share outside 0–1, a figure of which
        nothing is known, or one given twice: all at once.

    Examples
    --------
    >>> from pvtools import tables
    >>> key = "trust_in_government"
    >>> found = national_trust(tables.published(key), source=key)
    >>> found[["year", "estimate"]].head(2).values.tolist()
    [[1974.0, 0.39], [1986.0, 0.38]]
    """
    if missing := [name for name in _COLUMNS if name not in published]:
        raise InputError(f"National trust needs the columns {', '.join(missing)}.")
    if faults := _faults(published):
        raise InputError(f"National trust cannot be read: {'; '.join(faults)}.")
    order = {question: place for place, question in enumerate(published.question.unique())}
    rows = published.assign(place=published.question.map(order))
    rows = rows.sort_values(["place", "year"], kind="stable")
    return estimates.table(
        pd.DataFrame(
            {
                "group": rows.question.to_numpy(),
                "period": [f"year to {year:.0f}-12" for year in rows.year],
                "estimate": rows.share.to_numpy(dtype=float),
                "year": rows.year.astype(int).to_numpy(),
                "edition": rows.source.to_numpy(),
                "editions": rows.groupby(["question", "year"]).share.transform("size").to_numpy(),
            }
        ),
        measure="national_trust",
        quantity="level",
        area="",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        n=pd.NA,
        method="share as published",
        source=source,
        caveat="How many people were asked is not known, so no interval is given.",
    )


def _faults(rows: pd.DataFrame) -> list[str]:
    years, shares = (pd.to_numeric(rows[name], errors="coerce") for name in ("year", "share"))
    wrong = {
        "a year is a whole number such as 1986": ~(years.between(1900, 2100) & (years % 1 == 0)),
        "a share is between 0 and 1": ~shares.between(0, 1),
        "a question is named": rows.question.fillna("").str.strip() == "",
        "the source says what is known of the figure": rows.source.fillna("").str.strip() == "",
        "a source gives a year once": rows.duplicated(["question", "year", "source"]),
    }
    faults = [
        f"{said} (row {', '.join(str(place + 1) for place in np.flatnonzero(found))})"
        for said, found in wrong.items()
        if found.any()
    ]
    return faults if len(rows) else ["one figure at least is needed"]
