"""Interrupted time series: did level or slope change at a date named in advance?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, level_faults, refuse, sentences, whole_faults
from pvtools.stats._series import Moment, Points, is_constant, mismatch, points, side_faults
from pvtools.stats.breaks import _doubts, _noise

FEWEST = 12  # values on each side of the start
_SEASONS = 3  # seasons in the series without which it has none of its own
_FEW_DF = 6.0  # degrees of freedom below which an interval is little more than a guess
TERMS = ("step", "slope", "effect at end")
_LINES = 4  # columns of the two lines: level, slope, and their changes


def interrupted_series(
    series: ArrayLike,
    *,
    start: Moment,
    control: ArrayLike | None = None,
    season: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how far level and slope changed when something started, allowing for autocorrelation.

    Parameters
    ----------
    series
        Values in order of time, with an index of dates or periods (months, quarters) or without;
        twelve or more on each side of ``start``. Effects are on the scale given: for counts give
        logarithms (no zeros), and a step of −0.05 is about 5% fewer. A missing value (NaN, or a
        month that is not there) is left out, neither filled nor read as zero, and
        autocorrelation fades with the time between.
    start
        First date of the new regime (any day of its month), or its position, from 0, where the
        series has no dates. Name it before looking at the series: the p-value of a date that was
        chosen because it stands out means nothing (see :func:`change_points`).
    control
        A series of the same months that what started did not touch. The difference of the two is
        analysed, so that what moved both drops out: give both on one scale, logarithms for
        counts of different size.
    season
        Values in a season (12 for months) to take out differences between months of the year.
        Left out, with a caveat, where the series holds less than three seasons.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Rows ``step`` (of the level, at the start), ``slope`` (change of it, per value) and
        ``effect at end`` (distance from the old line at the last value). Columns ``term,
        estimate, lower, upper, stderr, df, rho`` (autocorrelation), ``p_value`` (of no
        change), ``n, method, caveat``.

    Raises
    ------
    InputError
        Fewer than twelve values on a side, a start outside the series, values that do not vary
        or lie on the lines without any noise, a control of other months, or infinite values.

    Notes
    -----
    Null hypothesis: the old line goes on. Segmented regression (Wagner et al. 2002) with AR(1)
    errors by restricted maximum likelihood, as Turner et al. (2021), BMC Medical Research
    Methodology 21:181, prefer; what is left of the bias of rho, −2·rho/n (White 1961,
    Biometrika 48:85–94), is corrected, for it makes all intervals too narrow. Student's t on
    (n − k)(1 − rho)/(1 + rho) degrees of freedom, k coefficients, at least 1 and at most n − k.
    With a control this is the comparative design: what is estimated is the change in the series
    over that in the control. What is found may have any cause of that month. Few real series are
    two straight lines: try dates when nothing happened too, and expect slopes to change there.

    Examples
    --------
    >>> swing = np.sin(np.arange(48) ** 2)
    >>> table = interrupted_series(swing + np.repeat([10.0, 7.0], 24), start=24)
    >>> table.estimate.round(0).tolist()[0]
    -3.0
    """
    known, place = _checked(series, start, control, season, level)
    terms, caveat = _design(known, place, season)
    n, k = terms.shape
    # About their mean: large counts with little noise would lose digits.
    values = known.observed - known.observed.mean()
    fit = _noise.reml(values, terms, known.gaps)
    if np.abs(fit.residuals).max() < 1e-9 * np.abs(known.observed).max():
        raise InputError(
            "Cannot compare before and after: the values lie exactly on two lines, and without "
            "noise there is nothing to judge a change by."
        )
    df = float(np.clip((n - k) * (1 - fit.rho) / (1 + fit.rho), 1.0, n - k))
    estimate, stderr = _effects(fit, terms, length=known.time[-1])
    half = stdtrit(df, 0.5 + level / 2) * stderr
    few = f"Autocorrelation leaves about {df:.0f} degrees of freedom, so little is known."
    notes = [
        known.caveat,
        caveat,
        "" if k > _LINES else _doubts.seasons(values, terms, known),
        _doubts.carried(fit.rho),
        few if df < _FEW_DF else "",
    ]
    return pd.DataFrame(
        {
            "term": TERMS,
            "estimate": estimate,
            "lower": estimate - half,
            "upper": estimate + half,
            "stderr": stderr,
            "df": df,
            "rho": fit.rho,
            "p_value": 2 * stdtr(df, -np.abs(estimate / stderr)),
            "n": n,
            "method": _method(control is not None, k > _LINES),
            "caveat": sentences(*notes),
        }
    )


def _effects(fit: _noise.Regression, terms: Array, *, length: int) -> tuple[Array, Array]:
    """Return step, slope and effect at the end, and their standard errors."""
    contrasts = np.zeros((len(TERMS), terms.shape[1]))
    contrasts[0, 2], contrasts[1, 3] = 1.0, 1.0 / length
    contrasts[2, 2:_LINES] = terms[-1, 2:_LINES]
    variance = np.einsum("ij,jk,ik->i", contrasts, fit.covariance, contrasts)
    return contrasts @ fit.coefficients, np.sqrt(variance)


def _checked(
    series: ArrayLike,
    start: Moment,
    control: ArrayLike | None,
    season: int | None,
    level: float,
) -> tuple[Points, int]:
    """Return the values to analyse and how many lie before the start, or name every fault."""
    known, faults = points(series, "the series")
    if control is not None:
        other, more = points(control, "the control")
        faults += more
        if known and other:
            sizes = np.size(series), np.size(control)
            more = mismatch(known, other, ("series", "control"), sizes)
            faults += more
            known = None if more else known.minus(other)
    faults += [] if season is None else whole_faults(2, season=season)
    faults += level_faults(level)
    place = known.place(start) if known and len(known.observed) else 0
    if isinstance(place, str):
        faults.append(place)
    elif known:
        after = len(known.observed) - place
        faults += (few := side_faults(place, after, fewest=FEWEST, what="values"))
        if not few and is_constant(known.observed):
            faults.append("the values do not vary")
    refuse("Cannot compare before and after", faults)
    return known, place


def _design(known: Points, place: int, season: int | None) -> tuple[Array, str]:
    """Return the columns of the regression, the first four those of the two lines."""
    # Lengths in parts of the whole series: months would cost a long one digits.
    length = known.time[-1]
    since = (known.time - known.time[place]) / length
    after = (np.arange(len(since)) >= place).astype(float)
    lines = np.column_stack([np.ones(len(since)), since, after, after * since])
    if season is None:
        return lines, ""
    design = np.hstack([lines, known.phases(season)])
    if length + 1 < _SEASONS * season or np.linalg.matrix_rank(design) < design.shape[1]:
        return lines, (
            f"Less than {_SEASONS} seasons of {season} values: differences between them are not "
            "taken out."
        )
    return design, ""


def _method(controlled: bool, seasonal: bool) -> str:
    parts = ["difference from the control"] if controlled else []
    parts += ["interrupted time series, AR(1) errors by REML, t"]
    parts += ["seasons taken out"] if seasonal else []
    return ", ".join(parts)
