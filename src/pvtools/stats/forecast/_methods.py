"""Three ways to expect what comes, made from any month of the past with what was known then.

``seasonal_naive`` returns each coming month as the same month of the last season: the forecast to
beat. ``ets`` is exponential smoothing, level, seasons and, if it helps, a damped trend: ETS(A,N,A)
or ETS(A,Ad,A) by the corrected AIC; Hyndman, Koehler, Ord & Snyder (2008), Forecasting with
Exponential Smoothing. ``stl`` is seasonal-trend decomposition by Loess (Cleveland et al. 1990),
robust: the last season is carried on, and what is left without it is smoothed exponentially. All
work on square roots: the root evens out the variance of counts, allows zeros, and never expects
less than zero.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from pvtools.stats._arguments import Array
from pvtools.stats.forecast._months import Months

#: parameters are estimated anew after so many months; states follow every month
_REFIT_EVERY = 12
_STL_WINDOW = 13  # smoother of the seasons: they may move, but slowly
_NOTHING = 1e-9  # differences of roots below which a series does not move

#: roots of values, ends of what is known, horizon, season → expected roots (origins, horizon)
Paths = Callable[[Array, Array, int, int], Array]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to forecast, by the name that readers see, and how many seasons it needs."""

    label: str
    paths: Paths
    seasons: int


def rolled(name: str, months: Months, origins: Array, horizon: int, season: int) -> Array:
    """Return expected roots, one row an origin: months known when the forecast was made."""
    return METHODS[name].paths(months.roots, origins, horizon, season)


def _naive_paths(roots: Array, origins: Array, horizon: int, season: int) -> Array:
    ahead = np.arange(horizon) % season
    return roots[origins[:, None] - season + ahead]


def _ets_paths(roots: Array, origins: Array, horizon: int, season: int) -> Array:
    found = np.empty((len(origins), horizon))
    for first, members in _eras(origins):
        if np.abs(roots[season:first] - roots[: first - season]).max() < _NOTHING:
            # Nothing but seasons: there is no error to fit by.
            found[members] = _naive_paths(roots, origins[members], horizon, season)
            continue
        model, fit = _smoothed(roots[:first], season)
        # Parameters as known at the first origin of the era; states follow to each of the others.
        known = _model(
            roots[: origins[members[-1]]],
            season,
            model.trend,
            initialization_method="known",
            initial_level=model.initial_level,
            initial_trend=model.initial_trend if model.trend else None,
            initial_seasonal=model.initial_seasonal,
        )
        states = known.smooth(fit.params).states
        damping = fit.damping_trend if model.trend else 1.0
        for i in members:
            found[i] = _continued(states[: origins[i]], damping, horizon, season)
    return np.maximum(found, 0.0)


def _continued(states: Array, damping: float, horizon: int, season: int) -> Array:
    """Return what the last level, trend and season lead to."""
    ahead = np.arange(horizon)
    seasons = states[len(states) - season + ahead % season, -1]
    trend = states[-1, 1] if states.shape[1] == 3 else 0.0
    return states[-1, 0] + trend * np.cumsum(damping ** (ahead + 1)) + seasons


def _smoothed(roots: Array, season: int):
    """Return the model without or with a damped trend that the corrected AIC prefers."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    tried = []
    for trend in (None, "add"):
        model = _model(roots, season, trend, initialization_method="heuristic")
        with warnings.catch_warnings():
            # Parameters short of the optimum forecast a little worse, and the rolling origin
            # measures just how much: intervals and back-test are made of what they did.
            warnings.simplefilter("ignore", ConvergenceWarning)
            tried.append((model, model.fit(disp=False)))
    return min(tried, key=lambda pair: pair[1].aicc)


def _model(roots: Array, season: int, trend: str | None, **initial: object):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # 1.3 s: only where it is used

    return ETSModel(
        roots,
        error="add",
        trend=trend,
        damped_trend=trend is not None,
        seasonal="add",
        seasonal_periods=season,
        **initial,
    )


def _stl_paths(roots: Array, origins: Array, horizon: int, season: int) -> Array:
    from statsmodels.tsa.seasonal import STL  # 1.3 s: only where it is used

    found = np.empty((len(origins), horizon))
    ahead = np.arange(horizon) % season
    for _, members in _eras(origins):
        weight = None
        for i in members:
            known = roots[: origins[i]]
            seasons = STL(known, period=season, seasonal=_STL_WINDOW, robust=True).fit().seasonal
            level = known - seasons
            if weight is None:
                weight = _best_weight(level)
            found[i] = _smooth_level(level, weight)[-1] + seasons[origins[i] - season + ahead]
    return np.maximum(found, 0.0)


def _best_weight(level: Array) -> float:
    """Return the weight of the newest value that would have served best, one step ahead."""
    weights = np.linspace(0.02, 0.98, 49)
    errors = [np.square(level[1:] - _smooth_level(level, w)[:-1])[6:].mean() for w in weights]
    return float(weights[int(np.argmin(errors))])


def _smooth_level(level: Array, weight: float) -> Array:
    start = level[:6].mean()
    smooth, _ = lfilter([weight], [1.0, weight - 1.0], level, zi=[(1 - weight) * start])
    return smooth


def _eras(origins: Array) -> list[tuple[int, list[int]]]:
    """Return origins in stretches of a year, each with the one it begins at."""
    eras: list[tuple[int, list[int]]] = []
    for i, origin in enumerate(origins):
        if not eras or origin >= eras[-1][0] + _REFIT_EVERY:
            eras.append((int(origin), []))
        eras[-1][1].append(i)
    return eras


METHODS: Mapping[str, Method] = {
    "seasonal_naive": Method("same month of the last season", _naive_paths, 1),
    "stl": Method("STL and exponential smoothing", _stl_paths, 2),
    "ets": Method("exponential smoothing (ETS)", _ets_paths, 2),
}
