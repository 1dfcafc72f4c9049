"""Do process charts raise as many alarms as they say, false and true ones?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pvtools.stats import _control_rules, spc
from pvtools.stats._control_rules import NEAR, OUTSIDE, RUN, TREND, Rules
from validation.study import Goal, Measured, Study, mean

#: per rule, and for any: a plain implementation of the published rules, on 24 steady points
_STEADY = {OUTSIDE: 0.094, RUN: 0.091, TREND: 0.005, NEAR: 0.031, "any rule": 0.19}
_SHIFTS = {1.0: 0.60, 1.5: 0.83, 2.0: 0.95, 3.0: 0.998}


def _alarms(series: np.ndarray) -> dict[str, np.ndarray]:
    """Return which series raise an alarm, by rule: what ``spc.xmr`` does, for all at once."""
    drawn = _control_rules.chart(series, (0,), None)
    signs = _control_rules.signals(series, drawn, Rules(), (0,))
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
)
