"""Excess mass with 1,000 bootstrap draws: a million times on one core.

Run with ``python benchmarks/bench_bunching.py [VALUES]``: times to the fraction of a second, in
whole minutes, and to the second with a sixth of them rounded. Values are counted once and bins
are drawn, so that draws cost next to nothing; the median of several rounds counts. A quarter of
the values comes first, to show that time grows no faster than values.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core, also in the linear algebra

import statistics
import sys
import time

import numpy as np

from pvtools.stats import bunching

ROUNDS = 5


def samples(size: int, seed: int = 1) -> dict[str, tuple[np.ndarray, float, tuple[float, ...]]]:
    """Return times in three layouts, each with its threshold and its round numbers."""
    rng = np.random.default_rng(seed)
    minutes = rng.lognormal(np.log(11.5), 0.55, size)
    seconds = np.ceil(60 * minutes)
    habit = rng.random(size) < 1 / 6
    seconds[habit] = 300 * np.rint(seconds[habit] / 300)
    return {
        "exact times": (minutes, 15.0, (5, 10, 15)),
        "whole minutes": (np.ceil(minutes), 15.0, (5, 10, 15)),
        "seconds, some rounded": (seconds, 900.0, (300, 600, 900)),
    }


def median_seconds(values: np.ndarray, threshold: float, numbers: tuple[float, ...]) -> float:
    """Return how long one estimate takes."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        bunching.excess_mass(values, threshold=threshold, round_numbers=numbers, n_boot=1000)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main(size: int) -> None:
    """Print the seconds of a quarter of the values and of all of them."""
    quarter, whole = samples(size // 4), samples(size)
    for name, asked in whole.items():
        some, all_of_them = median_seconds(*quarter[name]), median_seconds(*asked)
        print(
            f"{name:>21}: {size // 4:>9,} in {some:.2f} s, {size:>9,} in {all_of_them:.2f} s, "
            f"median of {ROUNDS}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
