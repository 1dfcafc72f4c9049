"""How many crimes come to the knowledge of the police, kind by kind, by the national survey."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.errors import InputError

_COLUMNS = ("category", "month", "proportion")
_CAVEAT = (
    "Of England and Wales, from a sample whose error is not published with it: several percentage "
    "points for rare kinds, so no interval is given."
)


def reporting_rates(published: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return the share of crimes that came to the knowledge of the police, by kind and year.

    Parameters
    ----------
    published
        ``category, month`` (the last of the survey's year) and ``proportion``; kinds and years
        without a figure are left aside.
    source
        Of the register of sources.

    Returns
    -------
    pandas.DataFrame
        Estimate table, ``group`` the kind, in order of kind and year, without intervals. The
        area is empty: it is England and Wales, which holds London and much besides.

    Raises
    ------
    InputError
        Missing columns, no figure, or one that is no share.
    """
    if missing := [name for name in _COLUMNS if name not in published]:
        raise InputError(f"Reporting rates need the columns {', '.join(missing)}.")
    known = published.dropna(subset=["proportion"]).sort_values(["category", "month"])
    if known.empty or not known.proportion.between(0, 1).all():
        raise InputError("Reporting rates are shares between 0 and 1, and one at least is needed.")
    return estimates.table(
        pd.DataFrame(
            {
                "group": known.category.to_numpy(),
                "period": ("year to " + known.month.dt.strftime("%Y-%m")).to_numpy(),
                "estimate": known.proportion.to_numpy(dtype=float),
            }
        ),
        measure="reporting_rate",
        quantity="level",
        area="",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        n=pd.NA,
        method="share as published",
        source=source,
        caveat=_CAVEAT,
    )
