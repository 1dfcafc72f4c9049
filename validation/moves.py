"""Do moved cases, moved effort and an indicator that parts from its outcome show, and only they?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.stats import composition, decoupling, displacement
from validation.study import Goal, Measured, Study, mean

_MONTHS, _HALF = 72, 36
_CASES = 900
_SIDE = 48


def _mixed(
    rng: np.random.Generator, concentration: float, moved: float, carried: float = 0.0
) -> pd.DataFrame:
    """Return three categories of 300 a month, from whose first a share moves to the second."""
    shares = rng.dirichlet([concentration / 3] * 3, _MONTHS)
    for month in range(1, _MONTHS if carried else 0):
        # A mix that carries over: its distance from even is partly that of the month before.
        shares[month] = carried * shares[month - 1] + (1 - carried) * shares[month]
    counts = rng.multinomial(rng.poisson(_CASES, _MONTHS), shares)
    return _move(rng, counts, moved)


def _independent(rng: np.random.Generator, moved: float = 0.0, gone: float = 0.0) -> pd.DataFrame:
    """Return three categories with negative binomial noise of their own (size 100)."""
    counts = rng.negative_binomial(100, 100 / (100 + _CASES / 3), (_MONTHS, 3))
    counts[_HALF:, 0] -= rng.binomial(counts[_HALF:, 0], gone)
    return _move(rng, counts, moved)


def _move(rng: np.random.Generator, counts: np.ndarray, share: float) -> pd.DataFrame:
    moved = rng.binomial(counts[_HALF:, 0], share)
    counts[_HALF:, 0] -= moved
    counts[_HALF:, 1] += moved
    return pd.DataFrame(counts, columns=["target", "neighbour", "other"])


def _row(counts: pd.DataFrame) -> pd.Series:
    table = composition.reclassification(
        counts, target="target", neighbours=["neighbour"], start=_HALF
    )
    return table.iloc[0]


def _moves(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for concentration, moves in ((900, (0.0, 0.03, 0.06, 0.12)), (300, (0.0, 0.12))):
        for moved in moves:
            rows = [_row(_mixed(rng, concentration, moved)) for _ in range(replications)]
            name = f"concentration {concentration}, {moved:.0%} moved"
            found[name] = mean([row.p_value < 0.01 for row in rows])
            if moved == 0.12:
                held = [row.lower <= moved <= row.upper for row in rows]
                found[f"{name}: interval"] = mean(held)
                found[f"{name}: estimate"] = mean([row.estimate for row in rows])
    rows = [_row(_mixed(rng, 300, 0.0, carried=0.5)) for _ in range(replications)]
    found["a mix that carries over, 0% moved"] = mean([row.p_value < 0.01 for row in rows])
    return found


def _labels(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    fell = [_row(_independent(rng, gone=0.15)).verdict for _ in range(replications)]
    found["15% fewer: a move"] = mean([label == "matching rise" for label in fell])
    found["15% fewer: a real fall"] = mean([label == "real fall" for label in fell])
    for moved in (0.12, 0.15):
        seen = [_row(_independent(rng, moved=moved)).verdict for _ in range(replications)]
        found[f"{moved:.0%} moved: a move"] = mean([label == "matching rise" for label in seen])
    return found


def _outputs(rng: np.random.Generator, change: float) -> pd.DataFrame:
    """Return two outputs in 32 areas, 24 + 24 months; in 12 areas they part by ``change``."""
    areas, months = 32, 48
    swing = 0.02 * rng.standard_normal((1, months, 2)).cumsum(axis=1)
    size = np.log(200) + 0.4 * rng.standard_normal((areas, 1, 1))
    local = 0.05 * rng.standard_normal((areas, months, 2))
    later = (np.arange(months) >= 24)[:, None]
    own = 0.025 * rng.standard_normal((areas, 1, 2)) * later
    pressed = np.arange(areas) < 12
    parted = change * pressed[:, None, None] * later * np.array([0.5, -0.5])
    counts = rng.poisson(np.exp(size + swing + local + own + parted))
    cells = pd.MultiIndex.from_product(
        [range(areas), range(months), ["counted", "not counted"]],
        names=["area", "month", "category"],
    )
    table = pd.DataFrame({"count": counts.ravel()}, index=cells).reset_index()
    return table.assign(pressed=pressed[table.area])


def _effort(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for change in (0.0, 0.14):
        table = pd.concat(
            displacement.effort(
                _outputs(rng, change),
                targeted=["counted"],
                untargeted=["not counted"],
                area="area",
                start=24,
                pressure="pressed",
            )
            for _ in range(replications)
        )
        bias = mean(table.estimate - change)
        found[f"{change:g}: bias"] = Measured(abs(bias.value), bias.error)
        found[f"{change:g}: refused"] = mean(table.p_value <= 0.05)
        found[f"{change:g}: interval"] = mean((table.lower <= change) & (change <= table.upper))
    return found


def _pair(rng: np.random.Generator, common: bool, drift: float) -> tuple[np.ndarray, np.ndarray]:
    """Return indicator and outcome: one performance or two, passing noise, and a drift."""
    steps = 0.15 * rng.standard_normal((2, 2 * _SIDE))
    true = steps.cumsum(axis=1)
    noise = 0.35 * rng.standard_normal((2, 2 * _SIDE))
    since = np.maximum(np.arange(2 * _SIDE) - _SIDE, 0)
    return true[0] + noise[0] + drift * since, true[0 if common else 1] + noise[1]


_PAIRS = {
    "one performance, no drift": (True, 0.0),
    "two that never went together": (False, 0.0),
    "one performance, drift": (True, 0.04),
}


def _parted(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for name, (common, drift) in _PAIRS.items():
        rows = pd.concat(
            decoupling.discrepancy(*_pair(rng, common, drift), start=_SIDE)
            for _ in range(replications)
        )
        found[name] = mean(rows.p_value < 0.05)
        if not common:
            apart = (rows.correlation_before_lower > 0) | (rows.correlation_before_upper < 0)
            found[f"{name}: correlated"] = mean(apart)
    return found


_REFUSED = "tests at 1% that refuse"

STUDIES = (
    Study(
        "reclassification",
        "composition.reclassification",
        "three categories of 300 a month, 36 months a side, Poisson totals, a mix that varies as "
        "Dirichlet-multinomial; a share of the first moves to the second",
        _moves,
        (
            Goal("concentration 900, 0% moved", _REFUSED, 0.0, 0.015),
            Goal("concentration 900, 3% moved", _REFUSED, 0.15, 1.0),
            Goal("concentration 900, 6% moved", _REFUSED, 0.55, 1.0),
            Goal("concentration 900, 12% moved", _REFUSED, 0.98, 1.0),
            Goal("concentration 900, 12% moved: interval", "coverage of 95%", 0.93, 1.0),
            Goal("concentration 900, 12% moved: estimate", "mean share", 0.115, 0.125),
            Goal("concentration 300, 0% moved", _REFUSED, 0.0, 0.015),
            Goal("concentration 300, 12% moved", _REFUSED, 0.85, 1.0),
            Goal("concentration 300, 12% moved: interval", "coverage of 95%", 0.93, 1.0),
            Goal("concentration 300, 12% moved: estimate", "mean share", 0.115, 0.125),
            Goal("a mix that carries over, 0% moved", _REFUSED, 0.0, 0.015),
        ),
        replications=1_000,
        short=40,
        seed=571,
    ),
    Study(
        "real-fall",
        "composition.reclassification",
        "three categories of 300 a month, 36 months a side, negative binomial noise of their own "
        "(size 100); verdicts at 95%",
        _labels,
        (
            Goal("15% fewer: a move", "called a matching rise", 0.0, 0.05),
            Goal("15% fewer: a real fall", "called a real fall", 0.85, 1.0),
            Goal("12% moved: a move", "called a matching rise", 0.85, 1.0),
            Goal("15% moved: a move", "called a matching rise", 0.85, 1.0),
        ),
        replications=1_000,
        short=40,
        seed=572,
    ),
    Study(
        "displacement",
        "displacement.effort",
        "32 areas, 12 of them under pressure, two outputs of about 200 a month, 24 months a side; "
        "swings common to all, changes of their own (standard deviation 0.025), Poisson chance; "
        "the outputs part by 0 or 0.14 log points",
        _effort,
        (
            Goal("0: bias", "log points", 0.0, 0.02),
            Goal("0: refused", "tests at 5% that refuse", 0.03, 0.07),
            Goal("0: interval", "coverage of 95%", 0.93, 0.97),
            Goal("0.14: bias", "log points", 0.0, 0.02),
            Goal("0.14: refused", "tests at 5% that refuse", 0.99, 1.0),
            Goal("0.14: interval", "coverage of 95%", 0.93, 0.97),
        ),
        replications=600,
        short=40,
        seed=573,
    ),
    Study(
        "decoupling",
        "decoupling.discrepancy",
        "48 months a side of performance (random walk, 0.15 a month) and passing noise (0.35); "
        "the drift is 0.04 a month, 1.9 in four years, about 0.9 standard deviations a year",
        _parted,
        (
            Goal("one performance, no drift", "tests at 5% that refuse", 0.0, 0.07),
            Goal("two that never went together", "tests at 5% that refuse", 0.0, 0.07),
            Goal("one performance, drift", "tests at 5% that refuse", 0.8, 1.0),
            Goal(
                "two that never went together: correlated",
                "differences whose correlation leaves zero outside its interval",
                0.03,
                0.07,
            ),
        ),
        replications=2_000,
        short=60,
        seed=574,
    ),
)
