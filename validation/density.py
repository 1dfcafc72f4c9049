"""Do the tests of jumps and heaps in a density fire as often as they say, and see what is there?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.stats import density, heaping
from validation.study import Goal, Measured, Study, mean

_SIZES = (1_000, 5_000, 20_000)
_THRESHOLD = 15
#: share of the cases between 15 and 19 minutes moved → power of a plain implementation, by sample
_REFERENCE = {
    0.05: (0.08, 0.27, 0.91),
    0.10: (0.18, 0.81, 1.0),
    0.20: (0.60, 1.0, 1.0),
}
_TIMES = "response times lognormal(ln 11.5, 0.55), threshold 15 minutes"


def _times(n: int, rng: np.random.Generator, *, moved: float = 0.0) -> np.ndarray:
    """Return response times, some of those a little late recorded as just in time."""
    times = 11.5 * np.exp(0.55 * rng.standard_normal(n))
    late = (times > _THRESHOLD) & (times < 19) & (rng.random(n) < moved)
    times[late] = _THRESHOLD - np.minimum(rng.exponential(0.35, late.sum()), 1.4)
    return times


def _rounded(minutes: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    return np.where(rng.random(minutes.size) < share, 5 * np.rint(minutes / 5), minutes)


def _found(values: np.ndarray) -> float:
    return density.discontinuity(values, threshold=_THRESHOLD)["p_value"].iloc[0]


def _continuous(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for n in _SIZES:
        p = np.array([_found(_times(n, rng)) for _ in range(replications)])
        found[f"{n:,} cases, test at 5%"] = mean(p < 0.05)
        found[f"{n:,} cases, test at 1%"] = mean(p < 0.01)
    return found


def _continuous_power(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    return {
        f"{moved:.0%} moved, {n:,} cases": mean(
            [_found(_times(n, rng, moved=moved)) < 0.05 for _ in range(replications)]
        )
        for moved in _REFERENCE
        for n in _SIZES
    }


def _minutes(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for n in _SIZES:
        for share, said in ((0.0, ""), (0.2, ", a fifth rounded to 5")):
            found[f"{n:,} cases{said}"] = mean(
                [
                    _found(_rounded(np.ceil(_times(n, rng)), rng, share)) < 0.05
                    for _ in range(replications)
                ]
            )
    return found


def _minutes_power(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    return {
        f"{moved:.0%} moved, {n:,} cases": mean(
            [_found(np.ceil(_times(n, rng, moved=moved))) < 0.05 for _ in range(replications)]
        )
        for moved in (0.10, 0.20)
        for n in _SIZES
    }


def _share(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    rows = pd.concat(
        heaping.rounding_share(_rounded(np.rint(_times(3_000, rng)), rng, 0.25))
        for _ in range(replications)
    )
    return {
        "mean error": mean(rows["estimate"] - 0.25),
        "within 4 points": mean((rows["estimate"] - 0.25).abs() <= 0.04),
        "coverage": mean((rows["lower"] <= 0.25) & (rows["upper"] >= 0.25)),
    }


def _unheaped(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for n in _SIZES:
        clean = [np.rint(_times(n, rng)) for _ in range(replications)]
        shares = pd.concat(heaping.rounding_share(minutes) for minutes in clean)
        found[f"rounding to 5, {n:,} records"] = mean(shares["p_value"] < 0.05)
    return found


STUDIES = (
    Study(
        "density-size",
        "density.discontinuity",
        f"{_TIMES}; to the full precision, nothing moved",
        _continuous,
        (
            *(
                Goal(f"{n:,} cases, test at 5%", "jumps seen where there is none", 0.035, 0.065)
                for n in _SIZES
            ),
            *(
                Goal(f"{n:,} cases, test at 1%", "jumps seen where there is none", 0.0, 0.02)
                for n in _SIZES
            ),
        ),
        replications=3_000,
        short=300,
        seed=561,
    ),
    Study(
        "density-power",
        "density.discontinuity",
        f"{_TIMES}; to the full precision; of the cases between 15 and 19 minutes a share is moved "
        "to just below 15; what a plain implementation sees, or more",
        _continuous_power,
        tuple(
            Goal(f"{moved:.0%} moved, {n:,} cases", "jumps seen by a test at 5%", least, 1.0)
            for moved, powers in _REFERENCE.items()
            for n, least in zip(_SIZES, powers, strict=True)
        ),
        replications=1_000,
        short=100,
        seed=562,
    ),
    Study(
        "density-minutes-size",
        "density.discontinuity",
        f"{_TIMES}; whole minutes, nothing moved; the test is chosen by the data",
        _minutes,
        tuple(
            Goal(f"{n:,} cases{said}", "jumps seen by a test at 5%", 0.0, 0.07)
            for n in _SIZES
            for said in ("", ", a fifth rounded to 5")
        ),
        replications=1_000,
        short=60,
        seed=563,
    ),
    Study(
        "density-minutes-power",
        "density.discontinuity",
        f"{_TIMES}; whole minutes; moved as above; what a plain implementation sees in times to "
        "the full precision, or more",
        _minutes_power,
        tuple(
            Goal(f"{moved:.0%} moved, {n:,} cases", "jumps seen by a test at 5%", least, 1.0)
            for moved in (0.10, 0.20)
            for n, least in zip(_SIZES, _REFERENCE[moved], strict=True)
        ),
        replications=500,
        short=50,
        seed=564,
    ),
    Study(
        "heaping-share",
        "heaping.rounding_share",
        "3,000 response times lognormal(ln 11.5, 0.55) in whole minutes, a quarter rounded to 5",
        _share,
        (
            Goal("mean error", "share recovered, less the true one", -0.04, 0.04),
            Goal("within 4 points", "samples", 0.95, 1.0),
            Goal("coverage", "intervals at 95% that hold the true share", 0.93, 0.97),
        ),
        replications=1_000,
        short=150,
        seed=565,
    ),
    Study(
        "heaping-size",
        "heaping.rounding_share",
        "response times lognormal(ln 11.5, 0.55) in whole minutes, none rounded any further",
        _unheaped,
        tuple(
            Goal(f"rounding to 5, {n:,} records", "heaps seen by a test at 5%", 0.03, 0.07)
            for n in _SIZES
        ),
        replications=1_000,
        short=100,
        seed=566,
    ),
)
