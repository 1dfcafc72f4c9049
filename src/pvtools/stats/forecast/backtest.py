"""Which way to forecast would have served best, had it been used all along?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools.errors import InputError, did_you_mean
from pvtools.stats.forecast.accuracy import pinball
from pvtools.stats.forecast.methods import METHODS
from pvtools.stats.forecast.months import checked
from pvtools.stats.forecast.trial import BURN_IN, Trial, first_origin, tried

_LEVELS = (0.80, 0.95)


def backtest(
    series: pd.Series,
    *,
    horizon: int,
    season: int = 12,
    methods: Sequence[str] = ("seasonal_naive", "stl", "ets"),
    first: int | None = None,
) -> pd.DataFrame:
    """Return how far each method would have been off, forecast anew from every past month.

    Parameters
    ----------
    series
        Monthly values, zero or more, indexed by dates or monthly periods. After a gap in the
        middle, only what follows it is used.
    horizon
        How many months ahead.
    season
        Months in a season, 9 or more.
    methods
        Of ``seasonal_naive``, ``stl`` and ``ets``.
    first
        Months known at the first forecast: by default three seasons, or two of a series shorter
        than five.

    Returns
    -------
    pandas.DataFrame
        One row a method: ``method``; ``mase`` (see :func:`mase`, scaled at each origin),
        ``beats_naive`` (a smaller mean absolute error than the seasonal naive forecast on the
        same months), ``n`` (forecasts held against what came); ``pinball`` (mean loss of the
        median and of both ends of 80% and 95% intervals, in units of the series),
        ``coverage_80, coverage_95`` and ``n_intervals`` (intervals held against what came, each
        made only of errors known before it); ``caveat``.

    Raises
    ------
    InputError
        Not a monthly series, negative counts, unknown methods, or no month left to forecast.

    Notes
    -----
    Rolling origin: Tashman (2000), International Journal of Forecasting 16:437–450. Parameters
    are estimated anew every twelve months, levels and seasons follow every month.

    Examples
    --------
    >>> months = pd.period_range("2018-01", periods=60, freq="M")
    >>> past = pd.Series([90, 95, 105, 110] * 15, index=months)
    >>> backtest(past, horizon=3, methods=["seasonal_naive"])["coverage_95"].tolist()
    [1.0]
    """
    unknown = [name for name in methods if name not in METHODS]
    if unknown or not methods:
        asked = " ".join(f"Unknown method {n!r}.{did_you_mean(n, METHODS)}" for n in unknown)
        raise InputError(f"{asked} There are: {', '.join(METHODS)}.".strip())
    months = checked(series, season=season, horizon=horizon)
    begin = first_origin(months, season) if first is None else first
    needed = max(METHODS[name].seasons for name in methods) * season
    _check_first(begin, months.observed.size, needed)
    asked_for = {"first": begin, "horizon": horizon, "season": season}
    naive = tried("seasonal_naive", months, **asked_for)
    trials = {
        name: naive if name == "seasonal_naive" else tried(name, months, **asked_for)
        for name in methods
    }
    rows = [{"method": name, **_scores(trial, naive)} for name, trial in trials.items()]
    for row in rows:
        row["caveat"] = " ".join(part for part in (months.caveat, row["caveat"]) if part)
    return pd.DataFrame(rows)


def _check_first(begin: int, size: int, needed: int) -> None:
    faults = []
    if begin < needed:
        faults.append(f"the first forecast needs {needed} months before it, not {begin}")
    if begin >= size:
        faults.append(f"no month is left to forecast after the first {begin} of {size}")
    if faults:
        raise InputError(f"Cannot try forecasts on the past: {'; '.join(faults)}.")


def _scores(trial: Trial, naive: Trial) -> dict[str, object]:
    quantiles = [(0.5, *_median(trial))]
    for level in _LEVELS:
        came, lower, upper = trial.held(level)
        quantiles += [((1 - level) / 2, came, lower), ((1 + level) / 2, came, upper)]
    count = quantiles[-1][1].size
    losses = [pinball(came, end, probability=p) for p, came, end in quantiles if came.size]
    mase = trial.mase()
    caveats = []
    if np.isnan(mase):
        caveats.append("The series repeats itself exactly, so errors have no scale.")
    if not count:
        caveats.append("Too few past months to try intervals on, or to say what is nearer.")
    return {
        "mase": mase,
        "beats_naive": beats(trial, naive),
        "n": int((~np.isnan(trial.errors)).sum()),
        "pinball": float(np.mean(losses)) if count else float("nan"),
        **{f"coverage_{100 * level:.0f}": trial.coverage(level) for level in _LEVELS},
        "n_intervals": count,
        "caveat": " ".join(caveats),
    }


def _median(trial: Trial) -> tuple[np.ndarray, np.ndarray]:
    """Return what came and the middle of the forecast, for the same months as intervals."""
    errors, expected = trial.errors[BURN_IN:], trial.expected[BURN_IN:]
    there = ~np.isnan(errors)
    return np.square(expected + errors)[there], np.square(expected)[there]


def beats(trial: Trial, naive: Trial) -> bool:
    """Return whether a method was less far off than the seasonal naive one, in a year or more."""
    if len(trial.origins) < BURN_IN:
        return False
    return bool(np.nanmean(trial.absolute()) < np.nanmean(naive.absolute()))
