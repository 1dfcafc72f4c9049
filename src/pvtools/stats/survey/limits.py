"""The ends of intervals under a design, and caveats on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from pvtools.errors import did_you_mean
from pvtools.stats import intervals
from pvtools.stats._arguments import Array, level_faults, refuse, sentence
from pvtools.stats.survey.design import Bools

Interval = Literal["logit", "korn_graubard", "wilson", "wald"]
#: Below this effective base, and outside these shares, normal theory is not to be trusted
#: (Parker et al. 2017, presentation standards for proportions).
SMALL_BASE = 30
NEAR_NONE, NEAR_ALL = 0.05, 0.95

_NAMES = {
    "logit": "logit t interval",
    "korn_graubard": "Korn–Graubard interval",
    "wilson": "Wilson interval on the effective base, t",
    "wald": "Wald t interval",
}
_LINEARISED = "Taylor linearisation, "


def check(level: float, interval: str = "logit") -> None:
    """Refuse an unknown interval or a level outside 0–1."""
    faults = level_faults(level)
    if interval not in [*_NAMES]:
        faults.append(
            f"unknown interval {interval!r}.{did_you_mean(str(interval), _NAMES)} "
            f"There are: {', '.join(_NAMES)}"
        )
    refuse("Cannot make an interval", faults)


def t(df: Array, level: float) -> Array:
    """Return two-sided t quantiles; without degrees of freedom, those of one."""
    return stdtrit(np.maximum(df, 1), 0.5 + level / 2)


def needs_exact(share: Array, n: Array, n_effective: Array) -> Bools:
    """Return which shares are too near an end, or rest on too few, for normal theory."""
    # A design that beats simple random sampling by chance does not make more respondents.
    few = ~(np.minimum(n, n_effective) >= SMALL_BASE)
    return few | (share < NEAR_NONE) | (share > NEAR_ALL)


def shares(
    share: Array,
    stderr: Array,
    n: Array,
    n_effective: Array,
    df: Array,
    *,
    interval: str,
    level: float,
) -> tuple[Array, Array, NDArray[np.object_]]:
    """Return lower and upper ends of proportions, and the method each was made by.

    Where normal theory is not to be trusted, the Korn–Graubard interval takes the place of the
    one chosen, and the method says why.
    """
    exact = needs_exact(share, n, n_effective) | np.isnan(stderr)
    lower, upper = _chosen(share, stderr, n_effective, n, df, interval, level)
    if interval == "korn_graubard":
        exact = np.ones(len(share), dtype=bool)
    exact_lower, exact_upper = korn_graubard(share, n, n_effective, df, level, exact)
    lower, upper = np.where(exact, exact_lower, lower), np.where(exact, exact_upper, upper)
    method = np.full(len(share), _LINEARISED + _NAMES[interval], dtype=object)
    if interval != "korn_graubard":
        instead = _LINEARISED + _NAMES["korn_graubard"]
        method[exact] = f"{instead} (effective base below {SMALL_BASE})"
        near = (share < NEAR_NONE) | (share > NEAR_ALL)
        method[near] = f"{instead} (share below {NEAR_NONE:.0%} or above {NEAR_ALL:.0%})"
        unknown = np.isnan(stderr) & ~needs_exact(share, n, n_effective)
        method[unknown] = f"{instead} (clusters show no spread)"
    method[n == 0] = "none"
    return lower, upper, method


def korn_graubard(
    share: Array, n: Array, n_effective: Array, df: Array, level: float, which: Bools
) -> tuple[Array, Array]:
    """Return Korn–Graubard ends for the rows of ``which`` that have respondents."""
    lower, upper = np.full(len(share), np.nan), np.full(len(share), np.nan)
    use = which & (n > 0)
    if use.any():
        table = intervals.korn_graubard(
            share[use],
            n_effective[use],
            df=np.where(df[use] > 0, df[use], np.inf),
            n=n[use],
            level=level,
        )
        lower[use], upper[use] = table["lower"], table["upper"]
    return lower, upper


def _chosen(
    share: Array,
    stderr: Array,
    n_effective: Array,
    n: Array,
    df: Array,
    interval: str,
    level: float,
) -> tuple[Array, Array]:
    quantile = t(df, level)
    if interval == "wald":
        half = quantile * stderr
        return np.maximum(share - half, 0.0), np.minimum(share + half, 1.0)
    if interval == "logit":
        product = share * (1 - share)
        inner = product > 0
        odds = logit(np.where(inner, share, 0.5))
        half = quantile * stderr / np.where(inner, product, 1.0)
        return expit(odds - half), expit(odds + half)
    # Wilson with t for z: few clusters leave the effective base itself uncertain.
    base = np.where(n_effective > 0, np.minimum(n_effective, n), np.nan)
    centre = (share + quantile**2 / (2 * base)) / (1 + quantile**2 / base)
    half = np.sqrt(share * (1 - share) / base + quantile**2 / (4 * base**2))
    half = half * quantile / (1 + quantile**2 / base)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def caveats(rows: int, parts: Sequence[tuple[Bools, object]]) -> list[str]:
    """Return one sentence a row, of the parts that hold there; empty where none does.

    A part is a mask and either a text or one value a row, put into it by ``str.format``.
    """
    by_row: list[list[str]] = [[] for _ in range(rows)]
    for holds, text in parts:
        for row in np.flatnonzero(holds):
            by_row[row].append(text if isinstance(text, str) else text[0].format(text[1][row]))
    return [sentence(*texts) for texts in by_row]
