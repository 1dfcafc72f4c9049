"""Are breaks in monthly series seen when they are there, and only then?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from pvtools.stats import breaks
from validation.study import Goal, Measured, Miss, Study, mean

_CARRIED = (0.0, 0.2, 0.4, 0.6)
_MOST_FALSE = {24: 0.08, 48: 0.065, 96: 0.06}  # points → share of series
_POWER = {0.0: {24: 0.61, 48: 0.87, 96: 0.95}, 0.4: {24: 0.39, 48: 0.66, 96: 0.86}}
_HITS = {0.0: 0.80, 0.3: 0.65, 0.6: 0.45}
_POINTS = 120
_SHORT = Miss(
    "Twelve values a side that carry over tell little of how much: it is underestimated, and the "
    "difference of two slopes rests on it more than the step where lines meet.",
    0.0,
    0.10,
)


def noise(points: int, rho: float, rng: np.random.Generator) -> np.ndarray:
    """Return AR(1) noise of variance 1."""
    series = rng.standard_normal(points)
    for i in range(1, points):
        series[i] = rho * series[i - 1] + np.sqrt(1 - rho**2) * series[i]
    return series


def _size(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for points, rho in product(_MOST_FALSE, _CARRIED):
        alarms = []
        for _ in range(replications):
            table = breaks.interrupted_series(noise(points, rho, rng), start=points // 2)
            alarms.append((table.p_value <= 0.05).to_numpy())
        for term, alarmed in zip(table.term, np.array(alarms).T, strict=True):
            found[f"{term}, {_named(points, rho)}"] = mean(alarmed)
    return found


def _power(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for points, rho in product(_MOST_FALSE, _POWER):
        seen = []
        for _ in range(replications):
            series = noise(points, rho, rng)
            series[points // 2 :] += 2
            seen.append(breaks.interrupted_series(series, start=points // 2).p_value[0] <= 0.05)
        found[_named(points, rho)] = mean(seen)
    return found


def _variants(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    alarms: dict[str, list[bool]] = {name: [] for name in _VARIANTS}
    months = pd.period_range("2012-01", periods=96, freq="M")
    swing = np.sin(np.arange(96) * np.pi / 6)
    for _ in range(replications):
        own, common, other = (noise(96, 0.4, rng) for _ in range(3))
        gappy = own.copy()
        gappy[rng.choice(96, 10, replace=False)] = np.nan
        asked = {
            "seasons taken out": (swing + own, {"season": 12}),
            "against a control": (common + own, {"control": pd.Series(common + other, months)}),
            "ten months missing": (gappy, {}),
        }
        for name, (values, options) in asked.items():
            series = pd.Series(values, months)
            table = breaks.interrupted_series(series, start="2016-01", **options)
            alarms[name].append(table.p_value[0] <= 0.05)
    return {name: mean(alarmed) for name, alarmed in alarms.items()}


def _dates(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for rho in _HITS:
        false, hit, held = [], [], []
        for i in range(replications):
            steady, shifted = (noise(_POINTS, rho, rng) for _ in range(2))
            place = int(rng.integers(_POINTS // 4, 3 * _POINTS // 4))
            shifted[place:] += 1.5
            steady, shifted = (
                breaks.change_points(series, n_boot=199, seed=i) for series in (steady, shifted)
            )
            false.append(steady["break"][0] > 0)
            seen = shifted[shifted["break"] > 0]
            near = (seen.start - place).abs() <= 3
            hit.append(near.any())
            if len(seen):
                held.append(((seen.lower <= place) & (place <= seen.upper)).any())
        found[f"false, rho {rho:g}"] = mean(false)
        found[f"within three months, rho {rho:g}"] = mean(hit)
        found[f"interval, rho {rho:g}"] = mean(held)
    return found


def _named(points: int, rho: float) -> str:
    return f"{points} points, rho {rho:g}"


_VARIANTS = ("seasons taken out", "against a control", "ten months missing")
_NOTHING = "changes called real at 5% where there are none"

STUDIES = (
    Study(
        "interrupted-size",
        "breaks.interrupted_series",
        "a level that does not change, in noise that carries over (AR(1)); start in the middle",
        _size,
        tuple(
            Goal(
                f"{term}, {_named(points, rho)}",
                _NOTHING,
                0.0,
                _MOST_FALSE[points],
                _SHORT if (term, points) == ("slope", 24) else None,
            )
            for term in ("step", "slope", "effect at end")
            for points, rho in product(_MOST_FALSE, _CARRIED)
        ),
        replications=4_000,
        short=100,
        seed=381,
    ),
    Study(
        "interrupted-power",
        "breaks.interrupted_series",
        "a step of two standard deviations in the middle, and no change of slope; not more than "
        "0.05 below a plain implementation",
        _power,
        tuple(
            Goal(_named(points, rho), "steps seen at 5%", _POWER[rho][points], 1.0)
            for points, rho in product(_MOST_FALSE, _POWER)
        ),
        replications=4_000,
        short=100,
        seed=382,
    ),
    Study(
        "interrupted-variants",
        "breaks.interrupted_series",
        "96 months that carry over 0.4 and have no step: with seasons of one standard deviation, "
        "against a control that shares half of the variance, and with ten months missing",
        _variants,
        tuple(Goal(name, _NOTHING, 0.0, 0.065) for name in _VARIANTS),
        replications=4_000,
        short=100,
        seed=383,
    ),
    Study(
        "break-date",
        "breaks.change_points",
        "120 points that carry over (AR(1)), with no shift or with one of 1.5 standard "
        "deviations somewhere in the middle half",
        _dates,
        (
            *(Goal(f"false, rho {r:g}", "steady series with a break", 0.0, 0.10) for r in _HITS),
            *(
                Goal(f"within three months, rho {r:g}", "breaks found there", least, 1.0)
                for r, least in _HITS.items()
            ),
            *(
                Goal(f"interval, rho {r:g}", "coverage of 95%, if a break is found", 0.93, 1.0)
                for r in _HITS
            ),
        ),
        replications=500,
        short=15,
        seed=384,
    ),
)
