"""Series of recorded offences: how finely offences are recorded."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pvtools.demand.spans import NATIONAL_GROUPS, monthly, year_of
from pvtools.errors import InputError


def finest(recorded: pd.DataFrame) -> Literal["offence_group", "offence"]:
    """Return how finely the latest twelve months are recorded: by offence, or by group only."""
    year, _ = year_of(recorded, None)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    return "offence_group" if year.offence.isna().any() else "offence"


def joined(recorded: pd.DataFrame, *, tolerance: float = 0.02) -> pd.DataFrame:
    """Return monthly offences across the publisher's two ways of counting, if their levels agree.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table holding both schemas for some of the same months.
    tolerance
        Largest relative difference of a borough's total over the shared months.

    Returns
    -------
    pandas.DataFrame
        ``borough, month, offences, residents, schema, caveat``; newer schema where both exist.

    Raises
    ------
    InputError
        The schemas share no month, so their levels cannot be compared, or they disagree.
    """
    counts = monthly(recorded)
    old, new = (
        counts[counts.schema == name].set_index(["borough", "month"]).offences
        for name in ("mps_to_2023", "mps_from_2023")
    )
    shared = old.index.intersection(new.index)
    if shared.empty:
        raise InputError(
            "The two ways of counting share no month here, so their levels cannot be compared "
            "and the series cannot be joined. Add a release that covers months of both."
        )
    ratio = new.loc[shared].groupby("borough").sum() / old.loc[shared].groupby("borough").sum()
    astray = ratio[(ratio - 1).abs() > tolerance]
    if len(astray):
        worst = astray.sub(1).abs().idxmax()
        raise InputError(
            f"{len(astray)} boroughs differ by more than {tolerance:.1%} between the two ways of "
            f"counting, most of all {worst} ({ratio[worst] - 1:+.1%}): the series cannot be joined."
        )
    kept = counts.sort_values("schema").drop_duplicates(["borough", "month"], keep="first")
    share = float((ratio - 1).abs().max())
    return kept.assign(
        caveat=f"Joined across a change in counting; levels agree within {share:.1%}."
    ).sort_values(["borough", "month"], ignore_index=True)
