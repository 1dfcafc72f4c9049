"""What Londoners think beside people elsewhere, from the national survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import multiplicity

_WHOLE = "England and Wales"
#: What the questions are called, in the order in which they are told.
_CALLED = {
    "overall_confidence": "Confidence overall",
    "good_job": "Good job",
    "rely_on": "Can be relied on",
    "respect": "Would treat you with respect",
    "treat_fairly": "Treat everyone fairly",
    "understand_issues": "Understand local issues",
    "deal_with_what_matters": "Deal with what matters here",
    "justice_system_effective": "Justice system is effective",
    "justice_system_fair": "Justice system is fair",
}
_COLUMNS = ("measure", "area", "estimate", "standard_error", "interviews")


def london_in_the_nation(
    published: pd.DataFrame, *, period: str, source: str, level: float = 0.95
) -> pd.DataFrame:
    """Return how far Londoners' opinions lie from those of all England and Wales.

    Parameters
    ----------
    published
        ``measure, area, estimate, standard_error, interviews``, with rows of London and of
        England and Wales.
    period, source
        Of the survey, as an estimate table has them.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences, a row a question (``group``): London less England and
        Wales, with ``after`` (London), ``before`` (England and Wales), ``n`` (interviews in
        London), ``p_value``, ``adjusted`` (Benjamini and Hochberg, over all questions) and
        ``distinguishable``.

    Raises
    ------
    InputError
        Missing columns, no question that both have, or a standard error that is no positive
        number.

    Notes
    -----
    Normal, with the publisher's standard errors, which allow for the survey's design. Londoners
    are a part of England and Wales, an eighth of the interviews, which makes intervals slightly
    too wide, never too narrow.
    """
    if missing := [name for name in _COLUMNS if name not in published]:
        raise InputError(f"The national survey needs the columns {', '.join(missing)}.")
    sides = {name: rows.set_index("measure") for name, rows in published.groupby("area")}
    asked = [set(sides[name].index) for name in (areas.LONDON, _WHOLE) if name in sides]
    both = [key for key in _CALLED if len(asked) == 2 and all(key in side for side in asked)]
    if not both:
        raise InputError(f"No question has both a row of {areas.LONDON} and one of {_WHOLE}.")
    after, before = sides[areas.LONDON].loc[both], sides[_WHOLE].loc[both]
    errors = np.concatenate([after.standard_error, before.standard_error]).astype(float)
    if not (np.isfinite(errors) & (errors > 0)).all():
        raise InputError("A standard error of the national survey is no positive number.")
    apart = (after.estimate - before.estimate).to_numpy(dtype=float)
    error = np.hypot(after.standard_error, before.standard_error).to_numpy(dtype=float)
    half = ndtri(0.5 + level / 2) * error
    p_value = 2 * ndtr(-np.abs(apart) / error)
    return estimates.table(
        pd.DataFrame(
            {
                "group": [_CALLED[key] for key in both],
                "estimate": apart,
                "lower": apart - half,
                "upper": apart + half,
                "n": after.interviews.to_numpy(),
                "after": after.estimate.to_numpy(),
                "before": before.estimate.to_numpy(),
                "p_value": p_value,
                **multiplicity.tested(p_value, alone=np.zeros(len(both), dtype=bool)),
            }
        ),
        measure="national_opinion",
        quantity="difference",
        area=areas.LONDON,
        period=period,
        level=level,
        method="normal, standard errors as published",
        source=source,
        caveat="",
    )
