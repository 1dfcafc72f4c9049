"""Is the R-indicator right where the chances to answer are known, and is a lottery the fairest?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from pvtools.errors import InputError
from pvtools.stats import representativity, sortition
from validation.study import Goal, Measured, Study, mean

_DESIGNS = ("uneven, 1,000 asked", "uneven, 10,000 asked", "nearly even, 10,000 asked")
_ASKED = (1_000, 10_000, 10_000)
_EFFECTS = (0.8, 0.8, 0.15)


def _measure(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    cells = pd.DataFrame(list(product("fm", range(5))), columns=["sex", "age"])
    share = np.linspace(1, 2, 10) / 15
    for name, asked, effect in zip(_DESIGNS, _ASKED, _EFFECTS, strict=True):
        eta = effect * (0.5 * (cells.sex == "f") + 0.3 * (cells.age - 2))
        chance = (1 / (1 + np.exp(-eta))).to_numpy()
        people = np.rint(share * asked).astype(int)
        weight = people / people.sum()
        true = 1 - 2 * np.sqrt(weight @ (chance - weight @ chance) ** 2)
        rows = []
        for _ in range(replications):
            drawn = cells.assign(asked=people, answered=rng.binomial(people, chance))
            rows.append(representativity.indicator(drawn, ["sex", "age"]).iloc[0])
        table = pd.DataFrame(rows)
        found[f"{name}, bias"] = mean(table.estimate.to_numpy(dtype=float) - true)
        found[f"{name}, without correction"] = mean(table.unadjusted.to_numpy(dtype=float) - true)
        found[f"{name}, coverage"] = mean((table.lower <= true) & (true <= table.upper))
    return found


def _fairest(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    apart, tried = [], 0
    while len(apart) < replications and tried < 20 * replications:
        tried += 1
        pool = pd.DataFrame(rng.integers(0, 2, (10, 3)), columns=list("abc"))
        quotas = {
            name: {k: (max(0, int(2 + rng.integers(-1, 1))), int(2 + rng.integers(0, 2)))
                   for k in (0, 1)}
            for name in pool
        }  # fmt: skip
        try:
            lots = sortition.lottery(pool, quotas, panel=4)
        except InputError:
            continue  # no panel meets these quotas, or a column lacks a category
        apart.append(abs(lots.types.chance.min() - _lowest(lots)))
    return {"largest difference": Measured(float(max(apart)), 0.0)}


def _lowest(lots: sortition.Lottery) -> float:
    """Return the highest lowest chance over a list of every panel there is."""
    size = lots.types.volunteers.to_numpy()
    quotas = lots.roster.quotas
    seats = np.array(list(product(*[range(n + 1) for n in size])))
    held = np.column_stack(
        [
            seats[:, (lots.types[row.column] == row.category).to_numpy()].sum(1)
            for row in quotas.itertuples()
        ]
    )
    inside = (held >= quotas.least.to_numpy()) & (held <= quotas.most.to_numpy())
    shares = (seats / size)[inside.all(1) & (seats.sum(1) == lots.roster.panel)]
    panels = len(shares)
    rows = np.hstack([-shares.T, np.ones((len(size), 1))])
    whole = [np.append(np.ones(panels), 0.0)]
    cost = np.append(np.zeros(panels), -1.0)
    return -linprog(cost, A_ub=rows, b_ub=np.zeros(len(size)), A_eq=whole, b_eq=[1]).fun


STUDIES = (
    Study(
        "r-indicator",
        "representativity.indicator",
        "people of two sexes and five ages answer with known chances, a logistic model of both",
        _measure,
        (
            *(Goal(f"{name}, bias", "mean error of R, corrected", -0.01, 0.01)
              for name in _DESIGNS),
            *(Goal(f"{name}, without correction", "mean error of R, uncorrected")
              for name in _DESIGNS),
            *(Goal(f"{name}, coverage", "coverage of 95%", 0.93, 0.98) for name in _DESIGNS),
        ),
        replications=1_000,
        short=150,
        seed=412,
    ),
    Study(
        "sortition",
        "sortition.lottery",
        "pools of ten, quotas on three columns, four seats: the lowest chance against that found "
        "over a list of every panel there is",
        _fairest,
        (Goal("largest difference", "of the lowest chance, over all pools", 0.0, 1e-4),),
        replications=150,
        short=20,
        seed=413,
    ),
)  # fmt: skip
