"""Do intervals and tests of survey shares keep their promises?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import binom

from pvtools.stats import change, intervals, survey
from validation.study import Goal, Measured, Study, exact, mean

#: every replication is a stratum and a group of its own, so one call estimates thousands
_DESIGN = survey.Design(stratum="replication", cluster="cluster")
_ROWS = 1_000_000  # respondents in memory at a time


def _answers(
    rng: np.random.Generator, replications: int, sizes: np.ndarray, share: float, icc: float
) -> pd.DataFrame:
    """Return yes and no of clustered samples; clusters differ by a beta distribution."""
    strength = 1 / icc - 1
    chance = rng.beta(share * strength, (1 - share) * strength, (replications, len(sizes)))
    cluster = np.tile(np.repeat(np.arange(len(sizes)), sizes), replications)
    replication = np.repeat(np.arange(replications), sizes.sum())
    yes = rng.random(len(cluster)) < chance[replication, cluster]
    return pd.DataFrame({"replication": replication, "cluster": cluster, "yes": yes.astype(int)})


def _batches(replications: int, rows_each: int) -> list[int]:
    size = max(1, _ROWS // rows_each)
    whole, rest = divmod(replications, size)
    return [size] * whole + ([rest] if rest else [])


def _coverage(
    replications: int,
    rng: np.random.Generator,
    *,
    sizes: np.ndarray,
    share: float,
    interval: str = "logit",
    icc: float = 0.02,
) -> Measured:
    inside = []
    for batch in _batches(replications, int(sizes.sum())):
        data = _answers(rng, batch, sizes, share, icc)
        found = survey.proportion(data, "yes", design=_DESIGN, by="replication", interval=interval)
        inside.append((found.lower <= share) & (share <= found.upper))
    return mean(np.concatenate(inside))


def _clusters(n: int, clusters: int) -> np.ndarray:
    return np.bincount(np.arange(n) % clusters)


def _interval_94(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    sizes = _clusters(94, 8)
    cover = partial(_coverage, replications, rng, sizes=sizes)
    found = {f"share {s:.2f}": cover(share=s) for s in (0.05, 0.10, 0.25, 0.55, 0.90, 0.95)}
    found["Korn–Graubard, share 0.55"] = cover(share=0.55, interval="korn_graubard")
    return found


def _interval_400(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    sizes = _clusters(400, 20)
    return {
        "share 0.55": _coverage(replications, rng, sizes=sizes, share=0.55),
        "Korn–Graubard, share 0.55": _coverage(
            replications, rng, sizes=sizes, share=0.55, interval="korn_graubard"
        ),
    }


def _wave_rejections(
    replications: int,
    rng: np.random.Generator,
    *,
    clusters: int,
    shares: tuple[float, float],
    design_effect: float,
) -> Measured:
    """Return how often the change between two waves of clusters of 20 is called real."""
    sizes = np.full(clusters, 20)
    icc = max((design_effect - 1) / 19, 1e-9)
    called = []
    for batch in _batches(replications, 40 * clusters):
        waves = [
            _answers(rng, batch, sizes, share, icc).assign(wave=wave)
            for wave, share in enumerate(shares)
        ]
        both = pd.concat(waves, ignore_index=True)
        # Each wave draws its own clusters.
        both["stratum"] = 2 * both.replication + both.wave
        found = survey.difference(
            both,
            "yes",
            design=survey.Design(stratum="stratum", cluster="cluster"),
            between={"wave": (0, 1)},
            by="replication",
        )
        called.append((found.lower > 0) | (found.upper < 0))
    return mean(np.concatenate(called))


def _wave_change(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    reject = partial(_wave_rejections, replications, rng)
    return {
        "size, 400 a wave, design effect 1.0": reject(
            clusters=20, shares=(0.55, 0.55), design_effect=1.0
        ),
        "size, 400 a wave, design effect 1.6": reject(
            clusters=20, shares=(0.55, 0.55), design_effect=1.6
        ),
        "size, 400 a wave, design effect 2.0": reject(
            clusters=20, shares=(0.55, 0.55), design_effect=2.0
        ),
        "size, 1,600 a wave, design effect 1.6": reject(
            clusters=80, shares=(0.55, 0.55), design_effect=1.6
        ),
    }


def _wave_power(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = _wave_rejections(
        replications, rng, clusters=159, shares=(0.551, 0.595), design_effect=1.6
    )
    return {"power, 3,180 a wave, design effect 1.6": found}


def _score_test(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    def rejected(n: int, before: float, after: float) -> Measured:
        first, second = (rng.binomial(n, p, replications) / n for p in (before, after))
        return mean(change.score_test(second, n, first, n)["p_value"] < 0.05)

    found = {f"size, effective base {n:,}": rejected(n, 0.55, 0.55) for n in (200, 1_000, 6_400)}
    found["power, effective base 1,983"] = rejected(1_983, 0.551, 0.595)
    return found


def _simple(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    shares = np.linspace(0.05, 0.95, 181)
    counts = np.arange(101)
    ends = intervals.wilson(counts, 100)
    held = (ends.lower.to_numpy() <= shares[:, None]) & (shares[:, None] <= ends.upper.to_numpy())
    coverage = (binom.pmf(counts, 100, shares[:, None]) * held).sum(axis=1)
    first, second = (rng.binomial(174, p, replications) for p in (0.55, 0.60))
    apart = intervals.newcombe_difference(first, 174, second, 174)
    return {
        "Wilson, mean over shares": exact(coverage.mean()),
        "Newcombe difference": mean((apart.lower <= -0.05) & (apart.upper >= -0.05)),
    }


def _paired_months(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    season = 400 * (1 + 0.15 * np.sin(np.arange(12) / 12 * 2 * np.pi))
    found = {}
    for swing in (1, 4, 8):

        def months(scale: float, swing: int = swing) -> np.ndarray:
            mean_count = np.broadcast_to(scale * season, (replications, 12))
            if swing == 1:
                return rng.poisson(mean_count)
            return rng.negative_binomial(mean_count / (swing - 1), 1 / swing)

        table = change.paired_change(months(1.0), months(0.9))
        held = (table.lower <= -0.1) & (table.upper >= -0.1)
        found[f"months swing {swing} times a Poisson count"] = mean(held)
    return found


def _between(low: float, high: float, *names: str, asked: str = "coverage of 95%") -> list[Goal]:
    return [Goal(name, asked, low, high) for name in names]


STUDIES = (
    Study(
        "survey-interval-94",
        "survey.proportion",
        "94 interviews in 8 clusters, correlation 0.02 within a cluster: a borough's part of a "
        "national survey of 3,000",
        _interval_94,
        (
            *_between(0.935, 0.975, "share 0.55", "Korn–Graubard, share 0.55"),
            *_between(0.93, 1.0, *(f"share {s:.2f}" for s in (0.05, 0.10, 0.25, 0.90, 0.95))),
        ),
        replications=10_000,
        short=2_000,
        seed=301,
    ),
    Study(
        "survey-interval-400",
        "survey.proportion",
        "400 interviews in 20 clusters, correlation 0.02 within a cluster: a borough's year",
        _interval_400,
        tuple(_between(0.94, 0.97, "share 0.55", "Korn–Graubard, share 0.55")),
        replications=10_000,
        short=1_500,
        seed=302,
    ),
    Study(
        "wave-change",
        "survey.difference",
        "two independent waves in clusters of 20, both with a share of 55%",
        _wave_change,
        tuple(
            _between(
                0.04,
                0.06,
                *(f"size, 400 a wave, design effect {d:.1f}" for d in (1.0, 1.6, 2.0)),
                "size, 1,600 a wave, design effect 1.6",
                asked="rejections at 5% where nothing changed",
            )
        ),
        replications=10_000,
        short=800,
        seed=303,
    ),
    Study(
        "wave-power",
        "survey.difference",
        "two independent waves of 159 clusters of 20, from 55.1% to 59.5%: an effective base of "
        "1,983 a wave",
        _wave_power,
        tuple(
            _between(0.78, 0.82, "power, 3,180 a wave, design effect 1.6", asked="rises seen at 5%")
        ),
        replications=4_000,
        short=200,
        seed=304,
    ),
    Study(
        "score-test",
        "change.score_test",
        "two published shares and their effective bases; 55% twice, or from 55.1% to 59.5%",
        _score_test,
        (
            *_between(
                0.04,
                0.06,
                *(f"size, effective base {n:,}" for n in (200, 1_000, 6_400)),
                asked="rejections at 5% where nothing changed",
            ),
            Goal("power, effective base 1,983", "rises seen at 5%", 0.78, 0.82),
        ),
        replications=100_000,
        short=20_000,
        seed=305,
    ),
    Study(
        "simple-intervals",
        "intervals.wilson, intervals.newcombe_difference",
        "100 interviews, shares of 5% to 95% (calculated); effective bases of 174, 55% and 60%",
        _simple,
        tuple(_between(0.94, 0.96, "Wilson, mean over shares", "Newcombe difference")),
        replications=100_000,
        short=20_000,
        seed=306,
    ),
    Study(
        "paired-months",
        "change.paired_change",
        "twelve months about 400 with a season, a tenth fewer in the second year",
        _paired_months,
        tuple(
            _between(0.94, 0.98, *(f"months swing {s} times a Poisson count" for s in (1, 4, 8)))
        ),
        replications=20_000,
        short=4_000,
        seed=307,
    ),
)
