"""Error rates of the detectors, as readers are told them: measured, written, shipped as data.

``python -m validation --rates`` writes two tables beside the detectors: how often each is wrong at
a few sample sizes, and which of them notices which case of the casebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import distortion, synthetic
from pvtools.distortion.detectors import DETECTORS, LEVEL
from pvtools.stats import (
    bunching,
    composition,
    decoupling,
    density,
    displacement,
    exclusion,
    heaping,
)
from pvtools.synthetic import Dials

_DRAWS = 199  # enough to tell one in a hundred
_AREAS_PER_CASE = 240  # cases after the target that one area of the organisation has

Fires = Callable[[np.random.Generator, int, bool], bool]


def _minutes(rng: np.random.Generator, n: int, dials: Dials) -> np.ndarray:
    """Return minutes of about ``n`` cases under a target, of a made-up organisation."""
    made = synthetic.organisation(
        int(rng.integers(2**31)), dials=dials, areas=max(2, round(n / _AREAS_PER_CASE))
    )
    return made.cases[made.cases.after].minutes.to_numpy()


def _bunching(rng: np.random.Generator, n: int, bent: bool) -> bool:
    minutes = _minutes(rng, n, Dials(shifting=0.2 if bent else 0.0))
    row = bunching.excess_mass(minutes, threshold=15, n_boot=_DRAWS, seed=1).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


def _exclusion(rng: np.random.Generator, n: int, bent: bool) -> bool:
    minutes = _minutes(rng, n, Dials(excluding=0.5 if bent else 0.0))
    before = _minutes(rng, n, Dials())
    row = exclusion.left_out(minutes, before, threshold=15).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


def _density(rng: np.random.Generator, n: int, bent: bool) -> bool:
    minutes = _minutes(rng, n, Dials(shifting=0.2 if bent else 0.0))
    row = density.discontinuity(minutes, threshold=15).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


def _rounding(rng: np.random.Generator, n: int, bent: bool) -> bool:
    minutes = _minutes(rng, n, Dials(rounding=0.1 if bent else 0.0))
    row = heaping.rounding_share(np.round(60 * minutes), to=300).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


def _reclassification(rng: np.random.Generator, n: int, bent: bool) -> bool:
    total = rng.negative_binomial(200, 200 / (200 + n / 0.65), 72)
    mix = rng.dirichlet(900 * np.array([0.35, 0.30, 0.35]), 72)
    cases = np.stack([rng.multinomial(size, part) for size, part in zip(total, mix, strict=True)])
    moved = rng.binomial(cases[:, 0], np.where(np.arange(72) >= 36, 0.1 * bent, 0.0))
    counts = pd.DataFrame(cases - np.outer(moved, [1, -1, 0]), columns=["a", "b", "c"])
    row = composition.reclassification(counts, target="a", neighbours=["b"], start=36).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


def _displacement(rng: np.random.Generator, n: int, bent: bool) -> bool:
    made = synthetic.organisation(
        int(rng.integers(2**31)), dials=Dials(displacing=0.05 if bent else 0.0), areas=n
    )
    work = made.work.rename(columns={"kind": "category", "output": "count"})
    row = displacement.effort(
        work, targeted=["targeted"], untargeted=["other"], area="area", start=made.start,
        n_boot=_DRAWS, seed=1,
    ).iloc[0]  # fmt: skip
    return row.p_value < LEVEL and row.estimate > 0


def _decoupling(rng: np.random.Generator, n: int, bent: bool) -> bool:
    made = synthetic.organisation(
        int(rng.integers(2**31)),
        dials=Dials(pretending=1.0 if bent else 0.0),
        areas=2,
        months=n,
        before=n // 2,
    )
    monthly = made.monthly.set_index("month")
    row = decoupling.discrepancy(monthly.indicator, monthly.outcome, start=made.start).iloc[0]
    return row.p_value < LEVEL and row.estimate > 0


#: detector → sizes, what is bent, and whether it fires
_DESIGNS: dict[str, tuple[tuple[int, ...], str, Fires]] = {
    "bunching": ((1_000, 5_000, 20_000), "a fifth of cases a little late were moved", _bunching),
    "exclusion": ((1_000, 5_000, 20_000), "half of late cases were left out", _exclusion),
    "density": ((1_000, 5_000, 20_000), "a fifth of cases a little late were moved", _density),
    "rounding": ((500, 2_000, 8_000), "a tenth of times were rounded", _rounding),
    "reclassification": (
        (60, 300, 600),
        "a tenth of targeted cases were recorded next door",
        _reclassification,
    ),
    "displacement": ((8, 16, 32), "a twentieth of other effort was moved", _displacement),
    "decoupling": (
        (48, 96, 144),
        "the indicator climbed eight standard deviations in four years",
        _decoupling,
    ),
}


def error_rates(replications: int, *, seed: int = 2013) -> Iterator[dict[str, object]]:
    """Yield how often each detector is wrong, a row a detector and sample size."""
    for place, (detector, (sizes, effect, fires)) in enumerate(_DESIGNS.items()):
        for n in sizes:
            share = {}
            for bent in (False, True):
                rng = np.random.default_rng([seed, place, n, bent])
                share[bent] = np.mean([fires(rng, n, bent) for _ in range(replications)])
            yield {
                "detector": detector,
                "n": n,
                "false_positive_rate": round(float(share[False]), 4),
                "power": round(float(share[True]), 4),
                "effect": effect,
                "replications": replications,
            }


def casebook(runs: int, *, seed: int = 1979) -> Iterator[dict[str, object]]:
    """Yield how often each detector fires in each case of the casebook, a row a cell."""
    for case in distortion.CASES.values():
        grades = pd.concat(
            [
                distortion.organisation(
                    synthetic.organisation(seed + run, dials=case.dials), n_boot=_DRAWS
                )
                for run in range(runs)
            ]
        )
        said = grades.grade.isin([distortion.CONSISTENT, distortion.ROUNDED])
        share = said.groupby(grades.detector).mean()
        for detector in DETECTORS:
            yield {
                "case": case.key,
                "detector": detector,
                "fires": round(float(share[detector]), 4),
                "runs": runs,
            }


def write(*, replications: int, runs: int, folder: Path | None = None) -> list[Path]:
    """Write both tables into the package, or into ``folder``, and return where they stand."""
    folder = folder or Path(str(files("pvtools.distortion")))
    written = []
    for name, rows in (
        ("error_rates.csv", error_rates(replications)),
        ("casebook.csv", casebook(runs)),
    ):
        table = pd.DataFrame(rows)
        path = folder / name
        table.to_csv(path, index=False, lineterminator="\n")
        written.append(path)
    return written
