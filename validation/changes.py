"""Is a year's change as sure as it says where months carry over, and is what rises, rising?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools import areas, demand
from pvtools.demand import carry_over
from pvtools.stats import change
from validation.breaks import noise
from validation.study import Goal, Measured, Miss, Study, mean

_CARRIED = (0.0, 0.3, 0.6)
_NAMES = [borough.name for borough in areas.boroughs()]
_YEARS, _CHANGE, _SWING = 4, -0.1, 0.06
_USED = ("estimated", "known", "ignored", "estimated, beside Poisson chance")
_KINDS, _LOOKED_AT = 8, 4


def _year_change(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    months = pd.date_range("2020-01-01", periods=12 * _YEARS, freq="MS")
    place = np.arange(months.size)
    usual = (1 + 0.15 * np.sin(place * np.pi / 6)) * np.where(
        place < 12 * _YEARS - 12, 1, 1 + _CHANGE
    )
    found = {}
    for rho in _CARRIED:
        inside: dict[str, list[float]] = {used: [] for used in _USED}
        for _ in range(replications):
            swing = np.exp(_SWING * np.array([noise(months.size, rho, rng) for _ in _NAMES]))
            busy, quiet = (2_500 * usual * swing).round(), rng.poisson(400 * usual * swing)
            cases = (busy, _estimated(busy, months)), (busy, rho), (busy, 0.0)
            cases += ((quiet, _estimated(quiet, months)),)
            for name, (counts, correlation) in zip(_USED, cases, strict=True):
                before, after = counts[:, -24:-12], counts[:, -12:]
                table = change.paired_change(before, after, correlation=correlation)
                inside[name].append(((table.lower <= _CHANGE) & (table.upper >= _CHANGE)).mean())
        for used, shares in inside.items():
            found[f"carry over {rho:g}, {used}"] = mean(shares)
    return found


def _estimated(counts: np.ndarray, months: pd.DatetimeIndex) -> float:
    """Return the correlation as the reports estimate it, from all pairs of years."""
    long = pd.DataFrame(counts.T, months, _NAMES).rename_axis("month").reset_index()
    long = long.melt("month", var_name="borough", value_name="counted")
    return carry_over.correlations(long, months[-1])[0]


def _recorded(rng: np.random.Generator, rho: float, rise: float) -> pd.DataFrame:
    """Return two years of eight kinds in all boroughs, of which the first kind rises."""
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    kinds = [f"Kind {number}" for number in range(1, _KINDS + 1)]
    index = pd.MultiIndex.from_product(
        [_NAMES, kinds, months], names=["borough", "offence_group", "month"]
    )
    expected = np.full((len(_NAMES), _KINDS, 24), 150.0)
    expected[:, 0, 12:] *= 1 + rise
    swing = np.array([noise(24, rho, rng) for _ in range(len(_NAMES) * _KINDS)])
    counts = rng.poisson(expected * np.exp(_SWING * swing.reshape(expected.shape)))
    frame = pd.DataFrame({"offences": counts.ravel()}, index).reset_index()
    return frame.assign(offence=np.nan, schema="mps_from_2024").astype({"offence": "str"})


def _rising(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for rho in (0.0, 0.4):
        for rise in (0.0, 0.3):
            false, seen = [], []
            for _ in range(replications):
                recorded = _recorded(rng, rho, rise)
                for name in rng.choice(_NAMES, _LOOKED_AT, replace=False):
                    called = demand.rising(recorded, area=name).distinguishable.to_numpy()
                    wrong = called[1:].sum() + (called[0] if rise == 0 else 0)
                    false.append(wrong / max(called.sum(), 1))
                    seen.append(called[0])
            name = f"carry over {rho:g}, {'one kind rises by 30%' if rise else 'nothing changes'}"
            found[f"false, {name}"] = mean(false)
            if rise:
                found[f"seen, {name}"] = mean(seen)
    return found


_DILUTED = Miss(
    "The months' own chance hides part of what neighbours share, and what they share lasts longer "
    "than an autoregression as weak as that seems: the interval is a little too narrow.",
    0.90,
    0.97,
)


_SAFE = Miss(
    "On the safe side: with so strong a correlation few degrees of freedom are left, and the "
    "interval is a little wide.",
    0.93,
    0.985,
)


def _coverage(rho: float, used: str) -> Goal:
    name, asked = f"carry over {rho:g}, {used}", "coverage of 95%"
    if used == "ignored":
        return Goal(name, asked)
    missed = None
    if rho == _CARRIED[-1]:
        missed = _DILUTED if used == _USED[-1] else _SAFE
    return Goal(name, asked, 0.93, 0.97, missed)


STUDIES = (
    Study(
        "year-change",
        "change.paired_change(correlation=), demand.carry_over.correlations",
        "32 boroughs, four years of months about 2,500 with a season and a swing of 6% that "
        "carries over from month to month, or about 400 with the same swing and Poisson chance; a "
        "tenth fewer in the last year; the correlation estimated from all pairs of years as the "
        "reports do, known, or ignored",
        _year_change,
        tuple(_coverage(rho, used) for used in _USED for rho in _CARRIED),
        replications=300,
        short=15,
        seed=308,
    ),
    Study(
        "rising",
        "demand.rising",
        "eight kinds of 150 a month, two years, a swing of 6% that carries over and Poisson "
        "chance; four boroughs tested in each replication; q = 0.05",
        _rising,
        (
            *(
                Goal(
                    f"false, carry over {rho:g}, {case}",
                    "mean share of calls that are false",
                    0.0,
                    0.05,
                )
                for rho in (0.0, 0.4)
                for case in ("nothing changes", "one kind rises by 30%")
            ),
            *(
                Goal(
                    f"seen, carry over {rho:g}, one kind rises by 30%",
                    "boroughs where it is called",
                )
                for rho in (0.0, 0.4)
            ),
        ),
        replications=30,
        short=2,
        seed=309,
    ),
)
