"""What is made of published figures alone: a survey's design effect, and the interval of a rate."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

from pvtools import areas, confidence
from pvtools.stats import intervals
from validation.study import Goal, Measured, Study, exact, mean

_QUARTERS, _INTERVIEWS, _POOLED = 33, 100, 4
_EFFECTS, _ROUNDED = (1.0, 1.6, 2.3), (False, True)
_EVENTS = np.linspace(5, 100, 381)


def _design_effect(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    names = [borough.name for borough in areas.boroughs()]
    ends = pd.period_range("2014Q4", periods=_QUARTERS, freq="Q").to_timestamp(how="end")
    found = {}
    for effect, rounded in product(_EFFECTS, _ROUNDED):
        shares = []
        for _ in range(replications):
            # Slow real change: common to London, and each borough's own.
            steps = 0.01 * rng.standard_normal((_QUARTERS + 3, 1))
            own = 0.005 * rng.standard_normal((_QUARTERS + 3, len(names)))
            start = 0.6 + 0.05 * rng.standard_normal(len(names))
            truth = np.clip(start + (steps + own).cumsum(axis=0), 0.2, 0.9)
            error = np.sqrt(effect * truth * (1 - truth) / _INTERVIEWS)
            quarter = truth + error * rng.standard_normal(truth.shape)
            pooled = sum(quarter[lag : lag + _QUARTERS] for lag in range(_POOLED)) / _POOLED
            if rounded:
                pooled = pooled.round(2)
            table = pd.DataFrame(pooled, ends, names).rename_axis("quarter_end")
            long = table.melt(ignore_index=False, var_name="borough", value_name="proportion")
            long = long.reset_index().assign(measure="good_job")
            implied = confidence.design_effect_from_overlap(
                long, "good_job", interviews=_INTERVIEWS
            )
            shares.append(implied / effect)
        found[_named(effect, rounded)] = mean(shares)
        found[f"{_named(effect, rounded)}: spread"] = exact(np.std(shares, ddof=1))
    return found


def _named(effect: float, rounded: bool) -> str:
    return f"{effect:g}, {'rounded to whole per cents' if rounded else 'as estimated'}"


def _rate(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    counts = np.arange(1_000)
    ends = intervals.byar(counts)
    held = (ends.lower.to_numpy() <= _EVENTS[:, None]) & (_EVENTS[:, None] <= ends.upper.to_numpy())
    chances = {
        "Poisson": poisson.pmf(counts, _EVENTS[:, None]),
        "twice as variable": nbinom.pmf(counts, _EVENTS[:, None], 1 / 2),
    }
    return {name: exact((chance * held).sum(axis=1).mean()) for name, chance in chances.items()}


STUDIES = (
    Study(
        "design-effect",
        "confidence.design_effect_from_overlap",
        "32 boroughs, 33 quarters of 100 interviews, each published value the mean of four; "
        "London and each borough drift by 1 and 0.5 points a quarter; the design effect is 1, 1.6 "
        "or 2.3",
        _design_effect,
        tuple(
            goal
            for name in (_named(*pair) for pair in product(_EFFECTS, _ROUNDED))
            for goal in (
                Goal(name, "mean estimate, as a share of the true one", 0.95, 1.05),
                Goal(f"{name}: spread", "standard deviation of one estimate, as a share"),
            )
        ),
        replications=150,
        short=40,
        seed=310,
    ),
    Study(
        "rate-interval",
        "intervals.byar",
        "means of 5 to 100 events (calculated, the mean over them); no report, chapter or "
        "dashboard shows such an interval: recorded crime varies more than Poisson chance, and a "
        "count of all that was recorded has none",
        _rate,
        (
            Goal("Poisson", "coverage of 95%", 0.94, 0.97),
            Goal("twice as variable", "coverage of 95%"),
        ),
        replications=1,
        short=1,
        seed=329,
    ),
)
