"""Roll-outs that never were on boroughs' real series, an effect put into them, and the worst."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools import areas, evaluation, tables
from pvtools.stats import selection, staggered
from validation.study import Goal, Measured, Study, mean

_MONTHS, _BASE, _SPREAD = 48, 12, 24
_EFFECT = -0.15
_LEVEL = 0.95


def _wide() -> list[pd.DataFrame]:
    """Return boroughs' real counts of each outcome by month, April 2010 to February 2020."""
    counts = evaluation.monthly(tables.load().recorded_crime, last="2020-02")
    return [
        part.pivot(index="month", columns="area", values="count")
        for _, part in counts.groupby("outcome")
    ]


def _rolled_out(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    kinds = _wide()
    unit_of = pd.Series({b.name: b.bcu for b in areas.boroughs()})
    units = [unit.name for unit in areas.bcus()]
    fired, usual, found, held = [], [], [], []
    for _ in range(replications):
        wide = kinds[rng.integers(len(kinds))]
        first = rng.integers(len(wide) - _MONTHS + 1)
        counts = wide.iloc[first : first + _MONTHS].reset_index(drop=True)
        dates = _BASE + np.sort(rng.choice(_SPREAD, 8, replace=False))
        starts = pd.Series(rng.permutation(np.append(dates, dates[-4:])), units, dtype=float)
        own = unit_of[counts.columns]
        began = own.map(starts)
        seed = int(rng.integers(2**31))
        row = _effect(counts.T.groupby(own).sum().T, starts, seed)
        fired.append(row.p_value <= 1 - _LEVEL)
        usual.append(_effect(counts, began, seed).usual_p <= 1 - _LEVEL)
        # the programme: so much of every count from its start on, the rest left out one by one
        under = counts.index.to_numpy()[:, None] >= began.to_numpy()
        less = counts.where(~under, rng.binomial(counts.astype(int), 1 + _EFFECT))
        row = _effect(less.T.groupby(own).sum().T, starts, seed)
        found.append(row.estimate - np.log1p(_EFFECT))
        held.append(row.lower <= np.log1p(_EFFECT) <= row.upper)
    return {
        "permutation over the twelve units": mean(fired),
        "usual default, by borough": mean(usual),
        "bias": mean(found),
        "coverage": mean(held),
    }


def _effect(counts: pd.DataFrame, starts: pd.Series, seed: int) -> pd.Series:
    logs = np.log(counts + 0.5)
    return staggered.effects(logs, starts, base=_BASE, leads=0, draws=499, seed=seed).iloc[0]


def _worst(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for name, chosen, mean_count, spread in (("600 wards", 30, 100, 0.02), ("4,000", 200, 8, 0.0)):
        errors = []
        for _ in range(replications):
            size = 600 if chosen == 30 else 4000
            means = rng.gamma(4, mean_count / 4, size) * np.ones((4, 1))
            years = rng.gamma(1 / spread, spread, means.shape) if spread else 1.0
            last = selection.placebos(pd.DataFrame(rng.poisson(means * years)), chosen=chosen)
            errors.append(last.gap.iloc[-1] - last.predicted.iloc[-1])
        found[f"made up, {name}"] = mean(errors)
    recorded = tables.load().recorded_crime
    for kind in evaluation.KINDS:
        table = evaluation.chosen_worst(recorded, kind=kind, without=())
        years = table[table.group != "mean"]
        found[f"boroughs, {kind}"] = mean(years.estimate - years.predicted)
    return found


STUDIES = (
    Study(
        "placebo-rollouts",
        "staggered.effects",
        "boroughs' real counts of robbery, burglary, theft or violence with injury, 48 months from "
        "April 2010 to February 2020, in which eight dates within two years are dealt to the "
        "twelve command units; nothing happened, or 15% of cases are left out from each start",
        _rolled_out,
        (
            Goal("permutation over the twelve units", "effects seen at 5%, none there",
                 0.035, 0.065),
            Goal("usual default, by borough", "effects seen at 5%, none there"),
            Goal("bias", "mean estimate less the true effect, in logarithms", -0.01, 0.01),
            Goal("coverage", "coverage of 95%", 0.93, 0.97),
        ),
        replications=1000,
        short=60,
        seed=414,
    ),
    Study(
        "selection-placebo",
        "selection.placebos, selection.regression_to_the_mean",
        "the worst twentieth of 600 areas of 100 cases (overdispersed) or of 4,000 areas of 8, "
        "whose own means never change; and the worst four boroughs of each real year from "
        "2010/11, the overdispersion estimated without the year that is predicted",
        _worst,
        tuple(
            Goal(name, "mean gap less the predicted one", -0.03, 0.03)
            for name in (
                "made up, 600 wards",
                "made up, 4,000",
                *(f"boroughs, {kind}" for kind in evaluation.KINDS),
            )
        ),
        replications=100,
        short=10,
        seed=415,
    ),
)  # fmt: skip
