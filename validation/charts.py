"""Do process charts raise as many alarms as they say, false and true ones?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from pvtools.stats import _control_rules, _false_alarms, spc
from pvtools.stats._control_rules import NEAR, OUTSIDE, RUN, TREND, Rules
from validation.study import Goal, Measured, Study, exact, mean

#: per rule, and for any: a plain implementation of the published rules, on 24 steady points
_STEADY = {OUTSIDE: 0.094, RUN: 0.091, TREND: 0.005, NEAR: 0.031, "any rule": 0.19}
#: counts a point, on average, and their coefficient of variation beyond Poisson chance
_JUDGED = 10  # from which on average a chart gives a verdict
_LEVELS, _VARIATIONS = (0.3, 1, 5, 10, 30, 300), (0.0, 0.3)
_USUAL = Rules()
_SHIFTS = {1.0: 0.60, 1.5: 0.83, 2.0: 0.95, 3.0: 0.998}


def _alarms(series: np.ndarray, rules: Rules = _USUAL) -> dict[str, np.ndarray]:
    """Return which series raise an alarm, by rule: what ``spc.xmr`` does, for all at once."""
    drawn = _control_rules.chart(series, (0,), None)
    signs = _control_rules.signals(series, drawn, rules, (0,))
    found = {rule: held.any(axis=1) for rule, held in signs.items()}
    return {**found, "any rule": np.any(list(found.values()), axis=0)}


def _steady(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = _alarms(rng.standard_normal((replications, 24)))
    return {rule: mean(alarmed) for rule, alarmed in found.items()}


def _calibrated(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for points in (12, 24, 60):
        chart = spc.xmr(rng.standard_normal(points), calibrated=True)
        # The chart states its own rate; measure it anew, on other series.
        seed = int(rng.integers(2**31))
        share = spc.family_false_alarm(points, calibrated=True, seed=seed)
        error = np.sqrt(share * (1 - share) / 20_000)
        found[f"{points} points"] = Measured(share, error)
        apart = abs(chart.family_false_alarm[0] - share)
        found[f"{points} points, rate stated"] = Measured(apart, error)
    return found


def _shifted(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for shift in _SHIFTS:
        series = rng.standard_normal((replications, 36))
        series[:, 24:] += shift
        found[f"shift of {shift:g} standard deviations"] = mean(_alarms(series)["any rule"])
    return found


def _steady_counts(
    rng: np.random.Generator, replications: int, about: float, variation: float
) -> np.ndarray:
    expected = np.full((replications, 24), about)
    if variation:
        expected = expected * rng.gamma(variation**-2, variation**2, expected.shape)
    return rng.poisson(expected)


def _counts(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    normal = _false_alarms.calibrate((True,) * 24, (0,), None)
    found = {}
    for about, variation in product(_LEVELS, _VARIATIONS):
        series = _steady_counts(rng, replications, about, variation)
        charts = [spc.xmr(row, exposure=1, calibrated=True) for row in series]
        judged = [chart for chart in charts if chart.centre.notna().any()]
        name = _about(about, variation)
        if about >= _JUDGED:
            found[name] = mean([c.point_type.str.startswith("special").any() for c in judged])
        found[f"{name}: a verdict"] = exact(len(judged) / len(charts))
        found[f"{name}: as normal figures"] = mean(_alarms(series, normal)["any rule"])
    return found


def _about(about: float, variation: float) -> str:
    return f"about {about:g}, {'over-dispersed' if variation else 'Poisson'}"


def _goals(name: str, *, judged: bool) -> tuple[Goal, ...]:
    shown = Goal(f"{name}: as normal figures", "series with an alarm")
    asked = "series that get one"
    if not judged:
        return (Goal(f"{name}: a verdict", asked, 0.0, 0.0), shown)
    return (
        Goal(name, "series with an alarm, of those with a verdict", 0.0, 0.05),
        Goal(f"{name}: a verdict", asked),
        shown,
    )


STUDIES = (
    Study(
        "xmr-steady",
        "spc.xmr",
        "24 steady, independent points; what a plain implementation of the published rules "
        "shows, ± 0.02",
        _steady,
        tuple(
            Goal(rule, "series with an alarm", max(0.0, round(rate - 0.02, 3)), rate + 0.02)
            for rule, rate in _STEADY.items()
        ),
        replications=100_000,
        short=20_000,
        seed=331,
    ),
    Study(
        "xmr-calibrated",
        "spc.xmr(calibrated=True)",
        "steady, independent points; 20,000 series, other ones than the chart is calibrated on",
        _calibrated,
        (
            *(
                Goal(f"{points} points", "series with an alarm", 0.0, 0.05)
                for points in (12, 24, 60)
            ),
            *(
                Goal(f"{points} points, rate stated", "distance from the rate measured", 0.0, 0.005)
                for points in (12, 24, 60)
            ),
        ),
        replications=20_000,
        short=20_000,
        seed=332,
    ),
    Study(
        "xmr-power",
        "spc.xmr",
        "24 steady points, then 12 shifted; what a plain implementation of the published rules "
        "shows, ± 0.02",
        _shifted,
        tuple(
            Goal(
                f"shift of {shift:g} standard deviations",
                "series with an alarm",
                round(rate - 0.02, 3),
                min(1.0, rate + 0.02),
            )
            for shift, rate in _SHIFTS.items()
        ),
        replications=50_000,
        short=10_000,
        seed=333,
    ),
    Study(
        "xmr-counts",
        "spc.xmr(exposure=, calibrated=True)",
        "24 steady, independent counts, Poisson or negative binomial with a coefficient of "
        "variation of 0.3 beyond it; below 10 on average a chart gives no verdict; beside it the "
        "same series judged as if they were normal",
        _counts,
        tuple(
            goal
            for about, variation in product(_LEVELS, _VARIATIONS)
            for goal in _goals(_about(about, variation), judged=about >= _JUDGED)
        ),
        replications=200,
        short=12,
        seed=334,
    ),
)
