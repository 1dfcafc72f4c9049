"""Ranks with their uncertainty: which places are distinguishable, and which are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.chance import generator
from pvtools.stats._arguments import Array, level_faults, numbers, refuse, whole_faults

_CANNOT = "Cannot rank"
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
    their ranks at random. Direct estimates of units that differ little are more spread out than the
    truth, and so are their ranks: with a real spread of half a standard error and of one, a 90%
    interval held 80% and 87% of 32 true ranks in simulation. Shrunken estimates with their own
    errors (a small-area model) held 93% and 94%.

    Examples
    --------
    >>> rank_intervals([0.6, 0.5, 0.1], [0.1, 0.1, 0.01], seed=1)["rank"].tolist()
    [1, 2, 3]
    """
    value, error, index = _read(estimate, stderr)
    refuse(_CANNOT, level_faults(level) + whole_faults(1, draws=draws))
    here = np.flatnonzero(~np.isnan(value))
    chance = _chances(value[here], error[here], draws, generator(seed))
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


def rank_shift(
    first: ArrayLike,
    second: ArrayLike,
    *,
    stderr: tuple[ArrayLike, ArrayLike],
    correlation: ArrayLike,
    seed: int,
    draws: int = 20_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return by how many ranks each unit moves from one estimate of it to another.

    Parameters
    ----------
    first, second
        Two estimates of each unit, about normal and independent of other units; none missing.
    stderr
        Their standard errors, zero or more.
    correlation
        How far the errors of a unit's two estimates go together, −1 to 1: 1 where both rest on
        the same events, equally weighed.
    seed, draws, level
        As for :func:`rank_intervals`.

    Returns
    -------
    pandas.DataFrame
        One row a unit, with the index of ``first``: ``shift`` (the median of second rank less
        first; below zero the second estimate ranks it nearer the top), ``lower, upper``,
        ``nearer_top, further_down`` (probabilities), ``method``.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`; also lengths that differ, missing estimates, or
        correlations outside −1 to 1.

    Notes
    -----
    Both estimates are drawn together and ranked each, as in Goldstein and Spiegelhalter (1996),
    so that an error both share moves no rank. A unit moves because the others do, too.

    Examples
    --------
    >>> same = {"stderr": ([1, 1], [1, 1]), "correlation": 1.0, "seed": 1}
    >>> rank_shift([3, 2], [6, 4], **same)["shift"].tolist()
    [0, 0]
    """
    one, error_one, index = _read(first, stderr[0])
    two, error_two, _ = _read(second, stderr[1])
    faults = level_faults(level) + whole_faults(1, draws=draws)
    if one.shape != two.shape:
        faults.append(f"each unit needs both estimates, found {one.size} and {two.size}")
    elif np.isnan(one).any() or np.isnan(two).any():
        faults.append("an estimate is missing, so there is no shift")
    (rho,) = numbers(_CANNOT, correlation)
    if not (np.abs(rho) <= 1).all() or rho.size not in {1, one.size}:
        faults.append("correlations lie between -1 and 1, one for all or one a unit")
    refuse(_CANNOT, faults)
    units = one.size
    error_one, error_two = _above_zero(one, error_one), _above_zero(two, error_two)
    rng = generator(seed)
    counts = np.zeros((units, 2 * units - 1), dtype=np.int64)
    step = max(1, _CELLS // units)
    for start in range(0, draws, step):
        drawn = rng.standard_normal((min(step, draws - start), 2, units))
        shared, own = drawn[:, 0], drawn[:, 1]
        before = _places(one + error_one * shared)
        after = _places(two + error_two * (rho * shared + np.sqrt(1 - rho**2) * own))
        cells = after - before + units - 1 + np.arange(units) * counts.shape[1]
        counts += np.bincount(cells.ravel(), minlength=counts.size).reshape(counts.shape)
    chance = counts / draws
    reached = np.cumsum(chance, axis=1)
    tail = (1 - level) / 2
    return pd.DataFrame(
        {
            "shift": _first(reached, 0.5) - units,
            "lower": _first(reached, tail) - units,
            "upper": _first(reached, 1 - tail) - units,
            "nearer_top": chance[:, : units - 1].sum(axis=1),
            "further_down": chance[:, units:].sum(axis=1),
            "method": "Monte Carlo ranks",
        },
        index=index,
    )


def _chances(value: Array, error: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return the probability of each rank: units in rows, ranks in columns."""
    units = value.size
    error = _above_zero(value, error)
    counts = np.zeros(units * units, dtype=np.int64)
    step = max(1, _CELLS // units)
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        drawn = value + error * rng.standard_normal((rows, units))
        ordered = np.argsort(-drawn, axis=1)
        cells = ordered * units + np.arange(units)
        counts += np.bincount(cells.ravel(), minlength=counts.size)
    return counts.reshape(units, units) / draws


def _above_zero(value: Array, error: Array) -> Array:
    """Return standard errors, none so near zero that ties are not broken at random."""
    scale = max(float(np.ptp(value)), float(np.abs(value).max()), 1e-300)
    return np.maximum(error, 1e-12 * scale)


def _places(drawn: Array) -> NDArray[np.int64]:
    """Return the rank of each unit in each draw; 0 is the highest."""
    return np.argsort(np.argsort(-drawn, axis=1), axis=1)


def _first(reached: Array, share: float) -> Array:
    """Return the first rank by which the cumulated probability has reached ``share``."""
    return 1 + np.argmax(reached >= share - 1e-12, axis=1)


def _read(estimate: ArrayLike, stderr: ArrayLike) -> tuple[Array, Array, pd.Index | None]:
    index = estimate.index if isinstance(estimate, pd.Series) else None
    value, error = numbers(_CANNOT, estimate, stderr)
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
    refuse(_CANNOT, faults)
    return value, error, index
