"""Do intervals of forecasts hold the months to come as often as they say?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.stats import forecast
from validation.study import Goal, Measured, Miss, Study, mean, ratio

_AHEAD, _SEASON = 12, 12
_SHORT = "48 months about 200"
#: design → months known, their mean, methods tried
_DESIGNS = {
    "96 months about 200": (96, 200, ("ets", "stl", "seasonal_naive")),
    "96 months about 20": (96, 20, ("ets",)),
    _SHORT: (48, 200, ("ets",)),
}
_WHY = (
    "On the safe side. Intervals rest on past forecasts, of which the first knew two years only "
    "and were further off than today's, which knows four."
)
_SHORT_PAST = {80: Miss(_WHY, 0.77, 0.90), 95: Miss(_WHY, 0.92, 0.99)}


def _counts(rng: np.random.Generator, months: int, about: float) -> pd.Series:
    """Return counts with a season, a slow swing that carries over, and more than Poisson chance."""
    swing = 0.08 * rng.standard_normal(months)
    for month in range(1, months):
        swing[month] = 0.6 * swing[month - 1] + 0.8 * swing[month]
    season = 0.15 * np.sin(np.arange(months) * np.pi / 6)
    expected = about * np.exp(season + swing)
    counts = rng.negative_binomial(100, 100 / (100 + expected))
    return pd.Series(counts, index=pd.period_range("2015-01", periods=months, freq="M"))


def _outlooks(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found: dict[str, Measured] = {}
    for design, (months, about, methods) in _DESIGNS.items():
        held: dict[str, list[np.ndarray]] = {method: [] for method in methods}
        for _ in range(replications):
            series = _counts(rng, months + _AHEAD, about)
            for method in methods:
                held[method].append(_one(series, method))
        for method in methods:
            inside80, inside95, error, naive = np.array(held[method]).T
            name = f"{method}, {design}"
            found[f"{name}: 80%"], found[f"{name}: 95%"] = mean(inside80), mean(inside95)
            if method != "seasonal_naive":
                found[f"{name}: error"] = ratio(error, naive)
    return found


def _one(series: pd.Series, method: str) -> tuple[float, float, float, float]:
    """Return shares held at both levels, and both scaled errors."""
    known, came = series.iloc[:-_AHEAD], series.iloc[-_AHEAD:].to_numpy()
    table = forecast.forecast(known, horizon=_AHEAD, method=method)
    naive = forecast.forecast(known, horizon=_AHEAD, method="seasonal_naive").estimate
    return (
        np.mean((table.lower_80 <= came) & (came <= table.upper_80)),
        np.mean((table.lower <= came) & (came <= table.upper)),
        _scaled_error(came, table.estimate, known),
        _scaled_error(came, naive, known),
    )


def _scaled_error(came: np.ndarray, expected: pd.Series, known: pd.Series) -> float:
    """Return the mean absolute scaled error (Hyndman & Koehler 2006)."""
    return np.abs(came - expected.to_numpy()).mean() / known.diff(_SEASON).abs().mean()


def _goals() -> tuple[Goal, ...]:
    goals = []
    for design, (_, _, methods) in _DESIGNS.items():
        misses = _SHORT_PAST if design == _SHORT else {}
        for method in methods:
            name = f"{method}, {design}"
            goals.append(Goal(f"{name}: 80%", "coverage of 80%", 0.77, 0.83, misses.get(80)))
            goals.append(Goal(f"{name}: 95%", "coverage of 95%", 0.92, 0.97, misses.get(95)))
            if method != "seasonal_naive":
                asked = "MASE, as a share of the seasonal naive forecast's"
                goals.append(Goal(f"{name}: error", asked, 0.0, 1.0))
    return tuple(goals)


STUDIES = (
    Study(
        "forecast-intervals",
        "forecast.forecast",
        "twelve months ahead of monthly counts with a season of ±15%, a swing of 8% that carries "
        "over (0.6 a month) and negative binomial chance (size 100)",
        _outlooks,
        _goals(),
        replications=200,
        short=10,
        seed=351,
    ),
)
