"""Decoupling: does an indicator keep improving while the outcome it stands for does not?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from pvtools.stats import _carryover
from pvtools.stats._arguments import Array, level_faults, refuse, sentences
from pvtools.stats._before_after import Parted, part
from pvtools.stats._series import Moment, Points, is_constant, mismatch, points

_YEAR = 12
#: Prior probability that indicator and outcome drift apart without a cause: lines fit drifting
#: series all too easily.
_DRIFTING = 1.0
_FEWEST_STEPS = 8  # monthly differences below which a correlation is a guess
_NEARLY = 1 - 1e-12
_NAMES = ("indicator", "outcome")


def discrepancy(
    indicator: ArrayLike, outcome: ArrayLike, *, start: Moment, level: float = 0.95
) -> pd.DataFrame:
    """Return how fast an indicator pulls away from its outcome from a date on.

    Parameters
    ----------
    indicator, outcome
        Monthly values, of which higher is better in both (give minus the values of one that
        should fall). Series are matched by their dates or monthly periods; lists by place. Months
        missing in either are left out. Twelve or more are needed on each side of ``start``.
    start
        First month under the target (any day of it), or its position from 0 where there are no
        dates. Name it before looking.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper``, standard deviations a year by which the indicator
        pulls away from the outcome, beyond what it did before (negative: falls back); ``p_value``
        (two-sided, of no change of slope); ``correlation_before, correlation_after`` of monthly
        differences, with ``…_lower, …_upper``; ``n`` (months), ``method, caveat``.

    Raises
    ------
    InputError
        Series that share no month, that do not vary before the start, fewer than twelve months on
        a side, a start outside them, or infinite values.

    Notes
    -----
    Null hypothesis: the distance between both goes on as before. Both are put in standard
    deviations about their means before the start, which later values cannot move, and subtracted:
    what drives both drops out. A line through that distance, with a bend at the start, is fitted
    in noise that drifts (a random walk under passing noise, averaged over how much it drifts).

    Levels are never correlated: levels of two independent random walks of 48 months are
    "significantly" correlated two times in three (Granger & Newbold 1974, Journal of Econometrics
    2:111–120). Differences are, within each side, in Fisher's z; noise carries from one difference
    to the next, which Bartlett's (1935, JRSS 98:536–543) formula allows for. Errors of measurement
    pull them towards zero, so a low one is no sign of decoupling.

    Measured with 48 months a side of performance (a random walk of 0.15 a month) and passing noise
    of 0.35: fires in 0.3% where both follow one performance, in 7% where each follows its own, and
    in 88% where the indicator drifts by 0.04 a month, 1.9 in all. With 24 months a side so slow a
    drift is seen in 10% only. An outcome that follows a year late, or a scale with a ceiling, parts
    innocently.

    Examples
    --------
    >>> month = np.arange(48)
    >>> passing = np.sin(month**2)
    >>> pulled = np.where(month >= 24, (month - 24) / 6, 0) + np.cos(month**2)
    >>> found = discrepancy(passing + pulled, passing, start=24)
    >>> bool(found.lower.item() > 0)
    True
    """
    months = _checked(indicator, outcome, start, level)
    before = months.series[: months.place]
    scaled = (months.series - before.mean(axis=0)) / before.std(axis=0, ddof=1)
    distance = scaled[:, :1] - scaled[:, 1:]
    line = months.time / _YEAR
    design = np.column_stack([np.ones(len(line)), line, months.since / _YEAR, months.seasons])
    found = _carryover.effect(
        distance,
        design,
        np.eye(design.shape[1])[2],
        time=months.time,
        drifting=_DRIFTING,
    )
    lower, upper = found.interval(level)
    return pd.DataFrame(
        {
            "estimate": found.estimate,
            "lower": lower,
            "upper": upper,
            "p_value": found.no_change(),
            **_correlations(months, level),
            "n": len(line),
            "method": _method(months),
            "caveat": _caveat(months),
        }
    )


def _checked(indicator: ArrayLike, outcome: ArrayLike, start: Moment, level: float) -> Parted:
    """Return both series in the months in which both are known, or name every fault."""
    faults = level_faults(level)
    first, more = points(indicator, "the indicator")
    second, others = points(outcome, "the outcome")
    faults += [*more, *others]
    months = None
    if first and second:
        both, more = _beside(first, second, indicator, outcome)
        faults += more
        if both is not None:
            months, more = part(both, start=start, what="indicator and outcome")
            faults += more
    if months:
        faults += [
            f"the {name} does not vary before the start, so there is no scale to put it on"
            for name, values in zip(_NAMES, months.series[: months.place].T, strict=True)
            if is_constant(values)
        ]
    refuse("Cannot compare indicator and outcome", faults)
    return months


def _beside(
    first: Points, second: Points, indicator: ArrayLike, outcome: ArrayLike
) -> tuple[pd.DataFrame | None, list[str]]:
    if faults := mismatch(first, second, _NAMES, (np.size(indicator), np.size(outcome))):
        return None, faults
    if first.periods is not None:
        series = [pd.Series(known.observed, index=known.periods) for known in (first, second)]
        return pd.concat(series, axis=1, keys=_NAMES).sort_index(), []
    values = [np.array(known, dtype=float) for known in (indicator, outcome)]
    return pd.DataFrame(dict(zip(_NAMES, values, strict=True))), []


def _correlations(months: Parted, level: float) -> dict[str, float]:
    """Return how monthly differences go together on each side, and between what limits."""
    found = {}
    sides = {"before": slice(None, months.place), "after": slice(months.place, None)}
    for name, side in sides.items():
        steps = np.diff(months.series[side], axis=0)[np.diff(months.time[side]) == 1]
        found[f"correlation_{name}"], ends = _correlation(steps, level)
        found[f"correlation_{name}_lower"], found[f"correlation_{name}_upper"] = ends
    return found


def _correlation(steps: Array, level: float) -> tuple[float, tuple[float, float]]:
    """Return the correlation of two columns, and its interval in autocorrelated noise."""
    apart = steps - steps.mean(axis=0)
    size = (apart**2).sum(axis=0)
    if len(steps) < _FEWEST_STEPS or (size == 0).any():
        return np.nan, (np.nan, np.nan)
    value = float(np.clip((apart[:, 0] @ apart[:, 1]) / np.sqrt(size.prod()), -1, 1))
    carried = (apart[1:] * apart[:-1]).sum(axis=0) / size
    effective = len(steps) / max(1 + 2 * carried.prod(), 0.5)
    half = ndtri(0.5 + level / 2) / np.sqrt(max(effective - 3, 1.0))
    middle = np.arctanh(np.clip(value, -_NEARLY, _NEARLY))
    return value, (float(np.tanh(middle - half)), float(np.tanh(middle + half)))


def _method(months: Parted) -> str:
    seasonal = ", seasons taken out" if months.seasons.size else ""
    return f"bend of the standardised distance, in noise that drifts{seasonal}"


def _caveat(months: Parted) -> str:
    sides = min(months.place, len(months.time) - months.place)
    notes = [
        months.caveat,
        f"Only {sides} months on a side: only a very fast divergence could be detected."
        if sides < 2 * _YEAR
        else "",
    ]
    return sentences(*notes)
