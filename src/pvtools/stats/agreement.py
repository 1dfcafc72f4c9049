"""How far two orders of priority agree: overlap at the top, and rank by rank."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.chance import generator
from pvtools.stats._arguments import numbers, refuse, some, whole_faults

_CANNOT = "Cannot compare these priorities"
_EXACT = 8  # so few items that every order is tried


def rank_biased_overlap(
    first: Sequence[Hashable], second: Sequence[Hashable], *, persistence: float = 0.9
) -> float:
    """Return how far two lists in order agree, their tops counting most: 0 not at all, 1 wholly.

    Parameters
    ----------
    first, second
        Items, the most important first; none twice. They may differ in length and in what they
        hold.
    persistence
        How far down a reader goes on reading, between 0 and 1: 0.9 sets 86% of the weight on the
        first ten.

    Returns
    -------
    float
        Extrapolated beyond the end of the lists by the agreement seen.

    Raises
    ------
    InputError
        An empty list, an item named twice, or no such persistence.

    Notes
    -----
    Webber, Moffat and Zobel (2010), ACM Transactions on Information Systems 28:20, equation 32.

    Examples
    --------
    >>> round(rank_biased_overlap("abc", "acb"), 3)
    0.955
    """
    faults = [
        f"{some(dict.fromkeys(x for x in one if list(one).count(x) > 1))} stands in one list twice"
        for one in (first, second)
        if len(set(one)) < len(one)
    ]
    if not first or not second:
        faults.append("a list has no items")
    if not 0 < persistence < 1:
        faults.append(f"persistence lies between 0 and 1, found {persistence!r}")
    refuse(_CANNOT, faults)
    short, long = sorted((list(first), list(second)), key=len)
    s, most, p = len(short), len(long), persistence
    shared = [len(set(short[:d]) & set(long[:d])) for d in range(1, most + 1)]
    depth = np.arange(1, most + 1)
    seen = (np.array(shared) / depth * p**depth).sum()
    beyond = depth[s:]
    uneven = (shared[s - 1] * (beyond - s) / (s * beyond) * p**beyond).sum()
    end = (shared[-1] - shared[s - 1]) / most + shared[s - 1] / s
    return float((1 - p) / p * (seen + uneven) + end * p**most)


def tau_b(
    first: ArrayLike, second: ArrayLike, *, seed: int = 0, draws: int = 9_999
) -> pd.DataFrame:
    """Return Kendall's tau-b of two scores of the same items, with a permutation p.

    Parameters
    ----------
    first, second
        One score an item, higher more important; ties are allowed.
    seed, draws
        For more than eight items orders are drawn at random; of fewer every order is tried.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, p_value, n, method``. Two-sided: how often chance alone agrees or
        disagrees as much.

    Raises
    ------
    InputError
        Fewer than three items, lists of different length, missing scores, or scores that are all
        the same.

    Notes
    -----
    Kendall (1945), Biometrika 33:239–251; drawn permutations count the order seen as one of them
    (Phipson and Smyth 2010), so that p is never zero.

    Examples
    --------
    >>> tau_b([1, 2, 3, 4], [1, 2, 4, 3])[["estimate", "p_value"]].round(3).values.tolist()
    [[0.667, 0.333]]
    """
    x, y = numbers(_CANNOT, first, second)
    faults = whole_faults(1, draws=draws)
    if x.ndim != 1 or x.shape != y.shape or x.size < 3:
        faults.append(f"three scores or more, as many in both lists, found {x.size} and {y.size}")
    elif not (np.isfinite(x).all() and np.isfinite(y).all()):
        faults.append("a score is missing or infinite")
    elif np.ptp(x) == 0 or np.ptp(y) == 0:
        faults.append("the scores of a list are all the same")
    refuse(_CANNOT, faults)
    one, other = (np.sign(v[:, None] - v[None, :]) for v in (x, y))
    scale = np.sqrt((one**2).sum() * (other**2).sum())
    seen = (one * other).sum() / scale
    exact = x.size <= _EXACT
    if exact:
        orders = np.array(list(permutations(range(x.size))))
    else:
        orders = generator(seed).permuted(np.tile(np.arange(x.size), (draws, 1)), axis=1)
    drawn = np.array([(one * other[np.ix_(o, o)]).sum() for o in orders]) / scale
    extreme = int((np.abs(drawn) >= abs(seen) - 1e-12).sum())
    p = extreme / factorial(x.size) if exact else (extreme + 1) / (draws + 1)
    how = "every order" if exact else f"{draws:,} orders drawn"
    return pd.DataFrame(
        [{"estimate": seen, "p_value": p, "n": x.size, "method": f"Kendall's tau-b, {how}"}]
    )
