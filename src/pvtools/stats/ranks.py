"""Ranks with their uncertainty: which places can be told apart, and which cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from pvtools.errors import InputError

Array = NDArray[np.float64]
_CELLS = 1_000_000  # drawn at a time, so that many draws of many units fit in memory


def rank_intervals(
    estimate: ArrayLike,
    stderr: ArrayLike,
    *,
    seed: int,
    draws: int = 20_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return between which ranks each unit lies, given how sure its estimate is.

    Parameters
    ----------
    estimate, stderr
        One value a unit, independent and about normal; standard errors zero or more. A unit
        without an estimate (NaN) is not ranked.
    seed
        Starts the random draws; the same seed gives the same table.
    draws
        How often all estimates are drawn anew and ranked.
    level
        Share of draws the interval holds, between 0 and 1; 0.95 as everywhere in this package.

    Returns
    -------
    pandas.DataFrame
        One row a unit, with the index of a Series: ``estimate, stderr``, ``rank`` (the median),
        ``lower, upper`` (whole ranks; 1 is the highest estimate), ``top_quarter`` and
        ``bottom_quarter`` (probabilities of being one of the quarter with the highest or the
        lowest values, at least one unit), ``n`` (units ranked), ``method`` and ``caveat``.

    Raises
    ------
    InputError
        Fewer than two estimates, standard errors missing or negative, a level outside 0–1 or no
        draws.

    Notes
    -----
    Goldstein and Spiegelhalter (1996), JRSS-A 159:385–443. Equal estimates without error share
    their ranks by lot. Direct estimates of units that differ little are more spread out than the
    truth, and so are their ranks: with a real spread of half a standard error and of one, a 90%
    interval held 80% and 87% of 32 true ranks in simulation. Shrunken estimates with their own
    errors (a small-area model) held 93% and 94%.

    Examples
    --------
    >>> rank_intervals([0.6, 0.5, 0.1], [0.1, 0.1, 0.01], seed=1)["rank"].tolist()
    [1, 2, 3]
    """
    value, error, index = _read(estimate, stderr)
    faults = []
    if not 0 < level < 1:
        faults.append(f"the level lies between 0 and 1, found {level:g}")
    if not isinstance(draws, int | np.integer) or draws < 1:
        faults.append(f"at least one draw, and a whole number, is needed, found {draws}")
    if faults:
        raise InputError(f"Cannot rank: {'; '.join(faults)}.")
    here = np.flatnonzero(~np.isnan(value))
    chance = _chances(value[here], error[here], draws, np.random.default_rng(seed))
    quarter = max(1, here.size // 4)
    reached = np.cumsum(chance, axis=1)
    tail = (1 - level) / 2
    found = {
        "rank": _first(reached, 0.5),
        "lower": _first(reached, tail),
        "upper": _first(reached, 1 - tail),
        "top_quarter": chance[:, :quarter].sum(axis=1),
        "bottom_quarter": chance[:, -quarter:].sum(axis=1),
    }
    columns: dict[str, ArrayLike] = {"estimate": value, "stderr": error}
    for name, ranked in found.items():
        column = np.full(value.size, np.nan)
        column[here] = ranked
        whole = name in {"rank", "lower", "upper"}
        columns[name] = pd.array(column, dtype="Int64") if whole else column
    columns["n"] = here.size
    columns["method"] = "Monte Carlo ranks"
    columns["caveat"] = np.where(np.isnan(value), "No estimate: not ranked.", "")
    return pd.DataFrame(columns, index=index)


def pairwise(estimate: ArrayLike, stderr: ArrayLike) -> pd.DataFrame:
    """Return for every pair the probability that the one in the row is above the other.

    Parameters
    ----------
    estimate, stderr
        As for :func:`rank_intervals`.

    Returns
    -------
    pandas.DataFrame
        Square; rows and columns are the units (the index of a Series). The diagonal, and pairs
        that are equal without error, are 0.5; a unit without an estimate is missing throughout.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`.

    Notes
    -----
    The normal probability that the difference of two independent estimates is above zero. Two
    units can be told apart at 95% when it lies below 0.025 or above 0.975; looking at all pairs
    of 32 units means 496 such looks.

    Examples
    --------
    >>> pairwise([0.6, 0.5], [0.06, 0.08]).round(3).to_numpy().tolist()
    [[0.5, 0.841], [0.159, 0.5]]
    """
    value, error, index = _read(estimate, stderr)
    apart = value[:, None] - value[None, :]
    deviation = np.hypot(error[:, None], error[None, :])
    sure = np.where(np.isnan(apart), np.nan, (1 + np.sign(apart)) / 2)
    chance = np.where(deviation > 0, ndtr(apart / np.where(deviation > 0, deviation, 1.0)), sure)
    np.fill_diagonal(chance, np.where(np.isnan(value), np.nan, 0.5))
    units = pd.RangeIndex(value.size) if index is None else index
    return pd.DataFrame(chance, index=units, columns=units)


def _chances(value: Array, error: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return the probability of each rank: units in rows, ranks in columns."""
    units = value.size
    # Where nothing is left to chance, the least of it decides between equals.
    scale = max(float(np.ptp(value)), float(np.abs(value).max()), 1e-300)
    error = np.maximum(error, 1e-12 * scale)
    counts = np.zeros(units * units, dtype=np.int64)
    step = max(1, _CELLS // units)
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        drawn = value + error * rng.standard_normal((rows, units))
        ordered = np.argsort(-drawn, axis=1)
        cells = ordered * units + np.arange(units)
        counts += np.bincount(cells.ravel(), minlength=counts.size)
    return counts.reshape(units, units) / draws


def _first(reached: Array, share: float) -> Array:
    """Return the first rank by which the cumulated probability has reached ``share``."""
    return 1 + np.argmax(reached >= share - 1e-12, axis=1)


def _read(estimate: ArrayLike, stderr: ArrayLike) -> tuple[Array, Array, pd.Index | None]:
    index = estimate.index if isinstance(estimate, pd.Series) else None
    try:
        value, error = (np.array(v, dtype=float) for v in (estimate, stderr))
    except (TypeError, ValueError):
        raise InputError("Cannot rank: expected numbers. Missing estimates are NaN.") from None
    faults = []
    if value.ndim != 1 or value.shape != error.shape:
        faults.append(
            "estimates and standard errors are lists of one length, "
            f"found {value.shape} and {error.shape}"
        )
    else:
        here = ~np.isnan(value)
        if here.sum() < 2:
            faults.append(f"two estimates or more are needed, found {here.sum()}")
        if not np.all(error[here] >= 0):
            faults.append("each estimate needs a standard error of zero or more")
        if not np.all(np.isfinite(value[here])) or not np.all(np.isfinite(error[here])):
            faults.append("estimates and standard errors are finite")
    if faults:
        raise InputError(f"Cannot rank: {'; '.join(faults)}.")
    return value, error, index
