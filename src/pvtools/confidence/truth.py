"""Whether estimates hold the truth, where it is known because the survey was made up."""

from __future__ import annotations

import pandas as pd

from pvtools import areas
from pvtools.errors import InputError


def against_truth(shares: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return estimates with the true value beside each, and whether the interval holds it.

    Parameters
    ----------
    shares
        What :func:`proportion` returns for synthetic respondents, by borough.
    truth
        ``synthetic.survey(…).truth``.

    Returns
    -------
    pandas.DataFrame
        The estimates with ``true_value`` and ``held``, missing where there is no estimate.

    Raises
    ------
    InputError
        An estimate has no true value beside it.
    """
    known = truth[(truth.group == "") & truth.level.isin(["borough", "london"])]
    area = known.borough.where(known.level == "borough", areas.LONDON)
    known = known.assign(area=area)[["measure", "area", "period", "true_value"]]
    joined = shares.merge(known, on=["measure", "area", "period"], how="left")
    if joined.true_value.isna().any():
        raise InputError(
            "Some estimates have no true value: they are not of this synthetic survey."
        )
    held = (joined.lower <= joined.true_value) & (joined.true_value <= joined.upper)
    return joined.assign(held=held.astype("boolean").mask(joined.estimate.isna()))
