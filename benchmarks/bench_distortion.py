"""Detectors over a whole city: thirty-two boroughs by seven categories, every test of series.

Run with ``python benchmarks/bench_distortion.py``. It makes up six years of monthly counts and
runs, for each borough and category, a reclassification, an interrupted series, a search for
breaks and a discrepancy, and one displacement a category over all boroughs. The aim is twenty
seconds for all of it; the ratio to the reclassifications alone holds on any machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from pvtools.stats import breaks, composition, decoupling, displacement

BOROUGHS, CATEGORIES, MONTHS, START = 32, 7, 72, 36


def counts(seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return made-up counts by borough: months by categories."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2010-04", periods=MONTHS, freq="MS")
    season = 1 + 0.1 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    names = [f"kind {i}" for i in range(CATEGORIES)]
    return {
        f"borough {j}": pd.DataFrame(
            rng.poisson(80 * season[:, None], (MONTHS, CATEGORIES)), index=months, columns=names
        )
        for j in range(BOROUGHS)
    }


def timed(what: str, run: Callable[[], object]) -> float:
    """Return the seconds a run takes, and print them."""
    begun = time.perf_counter()
    run()
    seconds = time.perf_counter() - begun
    print(f"{what:<45}{seconds:>8.1f} s")
    return seconds


def main() -> None:
    """Measure every test of series over the made-up city."""
    city = counts()
    start = next(iter(city.values())).index[START]
    pairs = [(f"kind {i}", f"kind {(i + 1) % CATEGORIES}") for i in range(CATEGORIES)]
    long = pd.concat(
        table.rename_axis("month").reset_index().melt("month", var_name="category",
                                                      value_name="count").assign(area=name)
        for name, table in city.items()
    )  # fmt: skip

    def moved() -> None:
        for table in city.values():
            for target, neighbour in pairs:
                composition.reclassification(
                    table, target=target, neighbours=[neighbour], start=start
                )

    def stepped() -> None:
        for table in city.values():
            for name in table:
                breaks.interrupted_series(np.log(table[name]), start=start, season=12)

    def broke() -> None:
        for table in city.values():
            for name in table:
                breaks.change_points(np.log(table[name]), n_boot=199)

    def parted() -> None:
        for table in city.values():
            for target, neighbour in pairs:
                decoupling.discrepancy(table[target], table[neighbour], start=start)

    def gained() -> None:
        for target, neighbour in pairs:
            displacement.effort(
                long, targeted=[target], untargeted=[neighbour], area="area", start=start
            )

    first = timed("reclassification, 224 pairs", moved)
    rest = sum(
        timed(what, run)
        for what, run in (
            ("interrupted series, 224", stepped),
            ("change points, 224", broke),
            ("discrepancy, 224 pairs", parted),
            ("displacement, 7 over 32 boroughs", gained),
        )
    )
    total = first + rest
    print(f"{'all':<45}{total:>8.1f} s, {total / first:.1f} times the reclassifications")


if __name__ == "__main__":
    main()
