"""A composite index under all that is in doubt: 10,000 draws of 32 areas by 15 indicators.

Run with ``OPENBLAS_NUM_THREADS=1 python benchmarks/bench_index.py``. It varies sampling error,
weights, normalisation (goalposts, distance to a reference, z), aggregation (arithmetic, geometric)
and the indicator left out, and finds the probability that each area scores higher than each other.
The aim is 0.35 seconds on one core; the random numbers alone stand beside it.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
from aims import aim

from pvtools.stats import composite

AREAS, INDICATORS, DRAWS = 32, 15, 10_000


def city(seed: int = 1) -> tuple[pd.DataFrame, composite.Framework]:
    """Return made-up values, and the rules of an index of two halves and five domains."""
    rng = np.random.default_rng(seed)
    names = [f"indicator {i}" for i in range(INDICATORS)]
    values = pd.DataFrame(100 + 20 * rng.standard_normal((AREAS, INDICATORS)), columns=names)
    parent = {name: f"domain {i // 3}" for i, name in enumerate(names)}
    parent |= {f"domain {i}": "recorded" if i < 3 else "perceived" for i in range(5)}
    parent |= {"recorded": "index", "perceived": "index"}
    base = composite.fixed_base(values, low=values.min() - 20, high=values.max() + 20)
    return values, composite.framework(dict.fromkeys(parent, 1), parent=parent, base=base)


def timed(what: str, run: Callable[[], object], *, times: int = 5) -> float:
    """Print the fewest seconds of a few runs, by the clock (returned) and of the processor."""
    clock, processor = [], []
    for _ in range(times):
        began = time.perf_counter(), time.process_time()
        run()
        clock.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
    print(f"{what:<50}{min(clock):>8.3f} s{min(processor):>8.3f} s of processor")
    return min(clock)


def main() -> None:
    """Measure draws with pairwise probabilities, and what is read from them."""
    values, rules = city()
    error = values * 0 + 5
    vary = composite.Alternatives(
        normalisations=["reference", "z100"],
        aggregations=["geometric"],
        concentration=100,
        leave_out=True,
    )
    by_percentile = composite.Alternatives(
        ["percentile"], vary.aggregations, vary.concentration, vary.leave_out
    )

    def drawn(choices: composite.Alternatives = vary) -> composite.Draws:
        return composite.draws(values, error, rules, choices, seed=1, n=DRAWS)

    shape = (DRAWS, AREAS, INDICATORS)
    timed("random numbers alone", lambda: np.random.default_rng(1).standard_normal(shape))
    taken = timed("draws with pairwise probabilities", lambda: composite.pairwise(drawn()))
    timed("the same with percentiles in half of them",
          lambda: composite.pairwise(drawn(by_percentile)))  # fmt: skip
    found = drawn()
    timed("rank intervals", lambda: composite.rank_intervals(found))
    timed("pairs", lambda: composite.pairs(found))
    timed("sensitivity, 1,024 by 7",
          lambda: composite.sensitivity(values, error, rules, vary, seed=1), times=2)  # fmt: skip
    tracemalloc.start()
    composite.pairs(drawn())
    print(
        f"{'peak memory of draws and pairs':<50}{tracemalloc.get_traced_memory()[1] / 1e6:>8.0f} MB"
    )
    aim("draws with pairwise probabilities", taken, 0.35, "s")


if __name__ == "__main__":
    main()
