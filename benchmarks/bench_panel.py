"""A panel drawn by lot under quotas: the fairest chances, and the panels they are made of.

Run with ``python benchmarks/bench_panel.py``: pools of 300 and of 20,000 on one core. What counts
is how many types of people the quotas tell apart, not how many people there are.
"""

from __future__ import annotations

import os

from aims import aim

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import math
import time

import numpy as np
import pandas as pd

from pvtools.stats import sortition

#: People, seats, and the categories of each column.
CASES = (
    (300, 12, (2, 3, 3)),
    (300, 40, (2, 5, 5)),
    (20_000, 100, (2, 6, 6)),
    (20_000, 100, (2, 6, 6, 5)),
)


def pool_and_quotas(
    people: int, seats: int, categories: tuple[int, ...], seed: int = 0
) -> tuple[pd.DataFrame, dict]:
    """Return volunteers who differ from residents, and quotas within a tenth of the residents."""
    rng = np.random.default_rng(seed)
    pool, quotas = {}, {}
    for place, size in enumerate(categories):
        residents = rng.dirichlet(np.full(size, 5.0))
        willing = residents * rng.lognormal(0, 0.6, size)
        pool[f"column {place}"] = rng.choice(size, people, p=willing / willing.sum())
        quotas[f"column {place}"] = {
            k: (math.floor(0.9 * share * seats), math.ceil(1.1 * share * seats))
            for k, share in enumerate(residents)
        }
    return pd.DataFrame(pool), quotas


def main() -> None:
    """Print the seconds of each case, with the lowest and the highest chance to sit."""
    for people, seats, categories in CASES:
        pool, quotas = pool_and_quotas(people, seats, categories)
        begun = time.perf_counter()
        lots = sortition.lottery(pool, quotas, panel=seats)
        taken = time.perf_counter() - begun
        chance = lots.types.chance
        print(
            f"{people:>7,} people, {seats:>3} seats, {len(lots.types):>3} types: {taken:.2f} s, "
            f"{len(lots.panels):>3} panels, chances {chance.min():.4f} to {chance.max():.4f}"
        )
    aim(f"the last of them, {len(lots.types)} types,", taken, 2, "s")


if __name__ == "__main__":
    main()
