"""Are boroughs called unusual, changed or first only when they are?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr

from pvtools.stats import funnel, multiplicity, ranks, small_area
from validation.study import Goal, Measured, Miss, Study, exact, mean

_BOROUGHS, _TARGET = 32, 0.55
_CLUSTERS, _IN_CLUSTER, _DESIGN_EFFECT = 10, 10, 1.6  # a hundred interviews a borough
_SPREADS = (0.0, 0.03, 0.05)


def _funnel(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for spread in _SPREADS:
        alarms = {"outside_99_8": [], "outside_95": [], "seen": []}
        for low in (False, True):
            for _ in range(replications):
                truth = _TARGET + spread * rng.standard_normal(_BOROUGHS)
                if low:
                    truth[0] = _TARGET - 0.15
                share = _asked(truth, rng)
                # London's value is the mean of its boroughs; the truth is not known to it.
                target = share.mean()
                variance = target * (1 - target) * _DESIGN_EFFECT / (_CLUSTERS * _IN_CLUSTER)
                error = np.full(_BOROUGHS, np.sqrt(variance))
                table = funnel.compare(share, error, target=target)
                if low:
                    alarms["seen"].append(table.outside_99_8[0])
                else:
                    alarms["outside_99_8"].append(table.outside_99_8.mean())
                    alarms["outside_95"].append(table.outside_95.mean())
        name = f"spread {100 * spread:g} points"
        found[f"beyond 99.8% limits, {name}"] = mean(alarms["outside_99_8"])
        found[f"beyond 95% limits, {name}"] = mean(alarms["outside_95"])
        found[f"15 points low seen, {name}"] = mean(alarms["seen"])
    return found


def _asked(truth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return each borough's share of yes in a sample of clusters, which differ among themselves."""
    strength = (_IN_CLUSTER - 1) / (_DESIGN_EFFECT - 1) - 1
    chance = np.clip(truth, 1e-6, 1 - 1e-6)[:, None]
    shape = (len(truth), _CLUSTERS)
    clusters = rng.beta(chance * strength, (1 - chance) * strength, shape)
    return rng.binomial(_IN_CLUSTER, clusters).sum(axis=1) / (_CLUSTERS * _IN_CLUSTER)


def _false_discoveries(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    real = np.arange(_BOROUGHS) < 3
    false, seen = [], []
    for _ in range(replications):
        z = rng.standard_normal(_BOROUGHS) + 3.5 * real
        called = multiplicity.benjamini_hochberg(2 * ndtr(-np.abs(z))).adjusted <= 0.05
        false.append((called & ~real).sum() / max(called.sum(), 1))
        seen.append(called[real].mean())
    return {"false discoveries": mean(false), "power": mean(seen)}


def _rank_intervals(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    error = np.ones(_BOROUGHS)
    for spread in (1.0, 2.0):
        inside = {"direct": [], "shrunken": []}
        for i in range(replications):
            truth = spread * rng.standard_normal(_BOROUGHS)
            place = 1 + np.argsort(np.argsort(-truth))
            seen = truth + error * rng.standard_normal(_BOROUGHS)
            drawn_in = small_area.fay_herriot(seen, error)
            for kind, value, stderr in (
                ("direct", seen, error),
                ("shrunken", drawn_in.estimate, drawn_in.stderr),
            ):
                table = ranks.rank_intervals(value, stderr, seed=i, draws=1_000, level=0.9)
                inside[kind].append(((table.lower <= place) & (place <= table.upper)).mean())
        for kind, held in inside.items():
            found[f"{kind}, true spread {spread:g} × error"] = mean(held)
    return found


def _rank_chances(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    seed = int(rng.integers(2**31))
    alike = ranks.rank_intervals(np.zeros(8), np.ones(8), seed=seed, draws=replications)
    two = ranks.rank_intervals([0.60, 0.52], [0.05, 0.08], seed=seed, draws=replications)
    above = ndtr(0.08 / np.hypot(0.05, 0.08))
    return {
        "eight alike: 1 in 4 in the top quarter": exact(np.abs(alike.top_quarter - 0.25).max()),
        "two apart: normal probability": exact(abs(two.top_quarter[0] - above)),
    }


_NONE_UNUSUAL = "share of boroughs like the rest"
STUDIES = (
    Study(
        "funnel",
        "funnel.compare",
        "32 boroughs of 100 interviews in 10 clusters, design effect 1.6, about 55%; real "
        "differences between boroughs with a standard deviation of 0, 3 and 5 points; in a "
        "second run one borough lies 15 points low",
        _funnel,
        (
            *(
                Goal(f"beyond 99.8% limits, spread {100 * s:g} points", _NONE_UNUSUAL, 0.0, 0.004)
                for s in _SPREADS
            ),
            Goal(
                "beyond 95% limits, spread 0 points",
                _NONE_UNUSUAL,
                0.04,
                0.06,
                Miss(
                    "On the safe side. Where boroughs do not differ at all, chance still makes "
                    "some spread in about half of all samples, and the limits a little wider.",
                    0.03,
                    0.06,
                ),
            ),
            *(
                Goal(f"beyond 95% limits, spread {100 * s:g} points", _NONE_UNUSUAL, 0.04, 0.06)
                for s in _SPREADS[1:]
            ),
            Goal(
                "15 points low seen, spread 0 points",
                "chance to be beyond 99.8% limits",
                0.22,
                1.0,
                Miss(
                    "Limits that knew there is no spread would see it with 22% (24% if London's "
                    "mean did not hold the borough itself). Spread has to be estimated, and "
                    "chance alone makes some of it in about half of all samples.",
                    0.15,
                    1.0,
                ),
            ),
            Goal(
                "15 points low seen, spread 5 points",
                "chance to be beyond 99.8% limits",
                0.20,
                1.0,
                Miss(
                    "Out of reach beside the goal for false alarms: where boroughs differ by 5 "
                    "points anyway, 99.8% limits lie 25 points off, and limits that knew the "
                    "spread would see a borough at −15 points with 5%.",
                    0.06,
                    1.0,
                ),
            ),
        ),
        replications=4_000,
        short=500,
        seed=311,
    ),
    Study(
        "false-discovery",
        "multiplicity.benjamini_hochberg",
        "32 boroughs, three of them changed by 3.5 standard errors; q = 0.05",
        _false_discoveries,
        (
            Goal("false discoveries", "mean share of calls that are false", 0.0, 0.055),
            Goal("power", "share of changed boroughs called (0.73 ± 0.02)", 0.71, 0.75),
        ),
        replications=20_000,
        short=2_000,
        seed=312,
    ),
    Study(
        "rank-intervals",
        "ranks.rank_intervals",
        "32 boroughs, direct estimates and shrunken ones (small_area.fay_herriot); true values "
        "spread by one and by two standard errors",
        _rank_intervals,
        (
            Goal(
                "direct, true spread 1 × error",
                "coverage of 90%",
                0.87,
                0.93,
                Miss(
                    "Direct estimates are more spread out than the truth, and so are their ranks. "
                    "The chapters therefore rank shrunken estimates.",
                    0.83,
                    0.93,
                ),
            ),
            Goal("direct, true spread 2 × error", "coverage of 90%", 0.87, 0.93),
            *(
                Goal(
                    f"shrunken, true spread {s} × error",
                    "coverage of 90%",
                    0.87,
                    0.93,
                    Miss(
                        "On the safe side: places are whole numbers, so an interval of them holds "
                        "a little more than it is asked to: 93% of 32 even where the spread is "
                        "known, 91% of 200.",
                        0.87,
                        0.96,
                    ),
                )
                for s in (1, 2)
            ),
        ),
        replications=2_000,
        short=200,
        seed=313,
    ),
    Study(
        "rank-chances",
        "ranks.rank_intervals",
        "cases with a known answer; replications are the draws",
        _rank_chances,
        (
            Goal("eight alike: 1 in 4 in the top quarter", "largest distance from it", 0.0, 0.005),
            Goal("two apart: normal probability", "distance from it", 0.0, 0.005),
        ),
        replications=200_000,
        short=200_000,
        seed=314,
    ),
)
