"""Full design-based errors against plain weighted means: a million respondents in one pass.

Run with ``python benchmarks/bench_survey.py [ROWS]``: 8 questions in 32 boroughs and 20 waves,
with strata and clusters. The two ways take turns on the same table, so that whatever else the
machine is doing falls on both, and of several rounds the quickest counts; read the ratio, not
the seconds. A quarter of the rows comes first, to show that time grows no faster than rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from pvtools.stats import survey

BOROUGHS, WAVES, WARDS = 32, 20, 20
QUESTIONS = [f"question_{number}" for number in range(1, 9)]
DESIGN = survey.Design(weight="weight", stratum="borough", cluster="ward")
ROUNDS = 7


def respondents(rows: int, seed: int = 1) -> pd.DataFrame:
    """Return an invented survey: boroughs and waves as text, some answers missing."""
    rng = np.random.default_rng(seed)
    names = np.array([f"Borough {number:02}" for number in range(1, BOROUGHS + 1)])
    quarters = np.array([f"{2018 + n // 4}-Q{n % 4 + 1}" for n in range(WAVES)])
    table = pd.DataFrame(
        {
            "borough": names[rng.integers(0, BOROUGHS, rows)],
            "wave": quarters[rng.integers(0, WAVES, rows)],
            "ward": rng.integers(0, WARDS, rows),
            "weight": rng.gamma(4.0, 0.25, rows) + 0.1,
        }
    )
    for number, question in enumerate(QUESTIONS):
        answer = (rng.random(rows) < 0.3 + 0.05 * number).astype(float)
        answer[rng.random(rows) < 0.02] = np.nan
        table[question] = answer
    return table


def weighted_means(data: pd.DataFrame) -> pd.DataFrame:
    """Return what pandas gives without errors: weighted shares by borough and wave."""
    known = data[QUESTIONS].notna().mul(data["weight"], axis=0)
    said_yes = data[QUESTIONS].mul(data["weight"], axis=0)
    keys = [data["borough"], data["wave"]]
    return said_yes.groupby(keys).sum() / known.groupby(keys).sum()


def with_errors(data: pd.DataFrame) -> pd.DataFrame:
    """Return shares with linearised errors and intervals, all questions in one pass."""
    return survey.proportion(data, QUESTIONS, design=DESIGN, by=["borough", "wave"])


def seconds(work: Callable[[pd.DataFrame], pd.DataFrame], data: pd.DataFrame) -> float:
    """Return how long ``work`` takes."""
    begun = time.perf_counter()
    work(data)
    return time.perf_counter() - begun


def main(rows: int) -> None:
    """Print rows a second and the ratio, for all rows and a quarter of them."""
    whole = {}
    for count in (rows // 4, rows):
        data = respondents(count)
        plain, ours = weighted_means(data), with_errors(data)
        same = ours.pivot(index=["borough", "wave"], columns="outcome", values="estimate")
        np.testing.assert_allclose(same[QUESTIONS], plain[QUESTIONS], rtol=1e-9)
        runs = [(seconds(weighted_means, data), seconds(with_errors, data)) for _ in range(ROUNDS)]
        quick, full = (min(column) for column in zip(*runs, strict=True))
        whole[count] = full
        print(
            f"{count:>9,} rows, {len(ours):,} estimates: plain {quick:.2f} s, with errors "
            f"{full:.2f} s ({count / full:,.0f} rows a second), ratio {full / quick:.2f}"
        )
    print(f"four times the rows take {whole[rows] / whole[rows // 4]:.2f} times as long")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
