"""What goes with an answer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools.confidence import withholding
from pvtools.confidence.respondents import last_wave, of_wave, stamped
from pvtools.stats import drivers, survey
from pvtools.stats.suppression import Minimum, blanking
from pvtools.stats.survey.design import check_columns

_STANDARD = Minimum()


def drivers_of(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    predictors: Sequence[str],
    period: str | None = None,
    n_boot: int = 100,
    seed: int = 1,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return what goes with an answer: each predictor's share of what can be explained.

    Parameters
    ----------
    respondents, measure, design, period
        As for :func:`gaps`.
    predictors
        At most twelve columns, such as the other questions.
    n_boot, seed
        Bootstrap draws of sampling points, and their seed.
    minimum
        How many must have answered everything.

    Returns
    -------
    pandas.DataFrame
        Estimate table of shares (they add up to 1) with ``predictor`` and ``r_squared``.
        Associations: what goes together, not what causes what.

    Raises
    ------
    InputError
        As ``stats.drivers.shapley``; or too few answered.
    """
    check_columns(respondents, ["period", measure, *predictors])
    wave = of_wave(respondents, period)
    whole = wave.dropna(subset=[measure, *predictors])
    blanking.enough(withholding.answered(whole, measure, design), minimum, repr(measure))
    parts = drivers.shapley(
        wave, measure, list(predictors), design=design, n_boot=n_boot, seed=seed
    )
    frame = parts.drop(columns=["estimate", "stderr", "lower", "upper"]).rename(
        columns={"share": "estimate", "share_lower": "lower", "share_upper": "upper"}
    )
    frame = blanking.blanked(frame, {}, minimum)
    return stamped(frame, respondents, measure, last_wave(respondents, period), quantity="share")
