"""What draws of an index say: ranks, pairs, gaps between halves, and change between dates."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.chance import generator
from pvtools.stats._arguments import Array, level_faults, refuse
from pvtools.stats.composite._draws import Draws
from pvtools.stats.multiplicity import FALSE_DISCOVERIES, benjamini_hochberg

_CANNOT = "Cannot read the draws"
_METHOD = "Monte Carlo, joint"
_TIES = 3  # stream of random numbers


def rank_intervals(
    drawn: Draws, *, node: Hashable | None = None, level: float = 0.9
) -> pd.DataFrame:
    """Return between which scores and ranks each area lies, whatever was chosen.

    Parameters
    ----------
    drawn
        Draws, as of :func:`draws`.
    node
        The group whose scores are ranked; the composite without it.
    level
        Share of draws the intervals hold, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``score`` (as stated), ``score_lower, score_upper``, ``rank`` (the median;
        1 is the highest score), ``rank_lower, rank_upper``, ``top_quarter, bottom_quarter``
        (probabilities of being one of the quarter with the highest or lowest scores), ``n`` (areas
        ranked), ``draws``, ``level``, ``method`` and ``caveat``. An area that is not scored has no
        rank.

    Raises
    ------
    InputError
        A level outside 0–1, a group that does not exist, or fewer than two areas scored.

    Notes
    -----
    Goldstein and Spiegelhalter (1996), JRSS-A 159:385–443, with the choices made drawn as well
    (Saisana, Saltelli and Tarantola 2005). Ranks are of all draws. Intervals of scores are of the
    draws with the stated normalisation, because another has another scale. Scores that are equal
    share their ranks at random.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z100")
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> rank_intervals(drawn)["rank"].to_dict()
    {'a': 2, 'b': 1}
    """
    refuse(_CANNOT, level_faults(level))
    scores, here, same = _scores(drawn, node)
    areas = here.size
    order = np.argsort(-_untied(scores, drawn.seed), axis=1)
    cells = order * areas + np.arange(areas)
    chance = np.bincount(cells.ravel(), minlength=areas**2).reshape(areas, areas) / len(scores)
    reached = np.cumsum(chance, axis=1) + 1e-12
    tail = (1 - level) / 2
    quarter = max(1, areas // 4)
    lower, upper = np.quantile(scores[same], [tail, 1 - tail], axis=0)
    stated = drawn.stated[drawn.stated.node == (drawn.top if node is None else node)]
    table = pd.DataFrame(index=drawn.areas.rename("area"))
    table["score"] = stated["score"].to_numpy()
    for name, column in {
        "score_lower": lower,
        "score_upper": upper,
        "rank": _first(reached, 0.5),
        "rank_lower": _first(reached, tail),
        "rank_upper": _first(reached, 1 - tail),
        "top_quarter": chance[:, :quarter].sum(axis=1),
        "bottom_quarter": chance[:, -quarter:].sum(axis=1),
    }.items():
        table[name] = pd.Series(column, drawn.areas[here])
    for name in ("rank", "rank_lower", "rank_upper"):
        table[name] = table[name].astype("Int64")
    table["n"], table["draws"], table["level"] = areas, len(scores), level
    table["method"] = _METHOD
    table["caveat"] = _caveats(drawn, stated["caveat"])
    return table


def pairwise(drawn: Draws, *, node: Hashable | None = None) -> pd.DataFrame:
    """Return the probability that each area scores higher than each other.

    Parameters
    ----------
    drawn, node
        As for :func:`rank_intervals`.

    Returns
    -------
    pandas.DataFrame
        The probability that the area of a row scores higher than that of a column; missing on the
        diagonal. Areas that are not scored are left out.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`.

    Notes
    -----
    The share of draws (Saisana, Saltelli and Tarantola 2005). For two normal scores it is
    Φ(d/s), with d their difference and s its standard error.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z100")
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> pairwise(drawn).loc["b", "a"].item()
    1.0
    """
    scores, here, _ = _scores(drawn, node)
    count = _above(_untied(scores, drawn.seed))
    chance = count / len(scores)
    np.fill_diagonal(chance, np.nan)
    names = drawn.areas[here].rename("area")
    return pd.DataFrame(chance, index=names, columns=names)


def pairs(drawn: Draws, *, node: Hashable | None = None, level: float = 0.95) -> pd.DataFrame:
    """Return which pairs of areas are distinguishable, whatever was chosen.

    Parameters
    ----------
    drawn, node
        As for :func:`rank_intervals`.
    level
        How sure one has to be of the order of two areas, between 0 and 1, from both sides.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``one, other, probability`` (that ``one`` scores higher), ``p`` (two-sided),
        ``distinguishable`` (``p`` at most 1 − level), ``adjusted`` (``p`` for the number of pairs)
        and ``distinguishable_adjusted``, ``method``.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`.

    Notes
    -----
    The adjustment is that of Benjamini and Hochberg (1995), as everywhere in this package: of the
    pairs called distinguishable, at most one in twenty is called so by chance, on average. The
    smallest p there can be is 2/(draws + 1).

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z100")
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=199)
    >>> pairs(drawn)[["one", "other", "p", "distinguishable"]].values.tolist()
    [['a', 'b', 0.01, True]]
    """
    refuse(_CANNOT, level_faults(level))
    scores, here, _ = _scores(drawn, node)
    count = _above(_untied(scores, drawn.seed))
    one, other = np.triu_indices(here.size, 1)
    names = drawn.areas[here]
    more, fewer = count[one, other], count[other, one]
    p = _two_sided(more, fewer, len(scores))
    adjusted = benjamini_hochberg(p)["adjusted"].to_numpy()
    return pd.DataFrame(
        {
            "one": names[one],
            "other": names[other],
            "probability": more / len(scores),
            "p": p,
            "distinguishable": p <= 1 - level + 1e-12,
            "adjusted": adjusted,
            "distinguishable_adjusted": adjusted <= FALSE_DISCOVERIES,
            "method": _METHOD,
        }
    )


def gap(drawn: Draws, first: Hashable, second: Hashable, *, level: float = 0.95) -> pd.DataFrame:
    """Return by how much each area scores higher on one group than on another.

    Parameters
    ----------
    drawn
        Draws, as of :func:`draws`.
    first, second
        Two groups, such as the recorded and the perceived half.
    level
        Share of draws the interval holds, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``estimate`` (``first`` less ``second``, as stated), ``lower, upper,
        level``, ``probability`` (that it is above zero), ``p`` (two-sided, that it is zero),
        ``draws, method, caveat``.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`.

    Notes
    -----
    Of the draws with the stated normalisation (Saisana, Saltelli and Tarantola 2005): a gap has a
    scale. One setting applies to both groups of a draw.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 30.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both, reference={"theft": 20, "worry": 20})
    >>> parts = {"theft": "crime", "worry": "opinion", "crime": "all", "opinion": "all"}
    >>> ask = {"parent": parts, "base": base, "normalisation": "reference"}
    >>> rules = composite.framework(dict.fromkeys(parts, 1), **ask)
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> gap(drawn, "crime", "opinion").estimate.to_dict()
    {'a': -50.0, 'b': 0.0}
    """
    return _difference(drawn, first, drawn, second, level)


def change(
    after: Draws, before: Draws, *, node: Hashable | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return by how much each area's score has changed between two dates.

    Parameters
    ----------
    after, before
        Draws of one framework, one seed and two waves, as of :func:`draws`.
    node
        The group; the composite without it.
    level
        Share of draws the interval holds, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As of :func:`gap`, the score at the later date less that at the earlier.

    Raises
    ------
    InputError
        Draws with other settings, other areas or the same wave.

    Notes
    -----
    Each draw has one setting for both dates (Saisana, Saltelli and Tarantola 2005), so that a
    choice made cannot look like a change; sampling errors of the two dates are independent.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> rules = composite.framework(
    ...     {"theft": 1, "worry": 1}, base=composite.fixed_base(both), normalisation="reference"
    ... )
    >>> before = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> after = composite.draws(both * 1.1, both * 0, rules, seed=1, n=100, wave=1)
    >>> change(after, before).estimate.round(6).to_dict()
    {'a': 5.833333, 'b': 14.166667}
    """
    faults = []
    if not (after.settings.equals(before.settings) and after.weights.equals(before.weights)):
        faults.append("draws of two dates have one seed, one number and the same alternatives")
    if after.wave == before.wave:
        faults.append(f"draws of two dates have two waves, found {after.wave} twice")
    if not after.areas.equals(before.areas):
        faults.append("draws of two dates have the same areas, in the same order")
    refuse(_CANNOT, faults)
    top = after.top if node is None else node
    return _difference(after, top, before, top, level)


def _difference(
    one: Draws, first: Hashable, other: Draws, second: Hashable, level: float
) -> pd.DataFrame:
    refuse(
        _CANNOT,
        level_faults(level) + _node_faults(one, first) + _node_faults(other, second),
    )
    same = _stated(one)
    apart = one.scores[first][same] - other.scores[second][same]
    n = (~np.isnan(apart)).sum(axis=0)
    tail = (1 - level) / 2
    bounds = np.full((2, n.size), np.nan)
    bounds[:, n > 0] = np.nanquantile(apart[:, n > 0], [tail, 1 - tail], axis=0)
    above, below = (apart > 0).sum(axis=0), (apart < 0).sum(axis=0)
    rows = [each.stated[each.stated.node == node] for each, node in ((one, first), (other, second))]
    return pd.DataFrame(
        {
            "estimate": rows[0]["score"].to_numpy() - rows[1]["score"].to_numpy(),
            "lower": bounds[0],
            "upper": bounds[1],
            "level": level,
            "probability": np.where(n > 0, above / np.maximum(n, 1), np.nan),
            "p": np.where(n > 0, _two_sided(above, below, np.maximum(n, 1)), np.nan),
            "draws": n,
            "method": _METHOD,
            "caveat": _caveats(one, *(table["caveat"] for table in rows)),
        },
        index=one.areas.rename("area"),
    )


def _scores(
    drawn: Draws, node: Hashable | None
) -> tuple[Array, NDArray[np.intp], NDArray[np.bool_]]:
    """Return scores of areas that have them, their places, and which draws are as stated."""
    node = drawn.top if node is None else node
    refuse(_CANNOT, _node_faults(drawn, node))
    scores = drawn.scores[node]
    here = np.flatnonzero(~np.isnan(scores).all(axis=0))
    if here.size < 2:
        refuse(_CANNOT, [f"two areas or more are ranked, found {here.size}"])
    scores = scores[:, here]
    whole = ~np.isnan(scores).any(axis=1)
    scores, same = scores[whole], _stated(drawn)[whole]
    return scores, here, same


def _untied(scores: Array, seed: int) -> Array:
    """Return scores of which none are equal: what is gets its order at random."""
    size = 1e-12 * max(float(np.abs(scores).max()), 1e-300)
    return scores + size * generator(seed, _TIES).standard_normal(scores.shape)


def _above(scores: Array) -> NDArray[np.intp]:
    """Return in how many draws the area of a row scores higher than that of a column."""
    by_area = np.ascontiguousarray(scores.T)
    count = np.zeros((len(by_area),) * 2, dtype=int)
    for i in range(len(by_area) - 1):
        count[i, i + 1 :] = np.count_nonzero(by_area[i] > by_area[i + 1 :], axis=1)
    lower = np.tril_indices(len(by_area), -1)
    count[lower] = len(scores) - count.T[lower]
    return count


def _two_sided(more: Array, fewer: Array, draws: Array | int) -> Array:
    return np.minimum(1.0, 2 * (np.minimum(more, fewer) + 1) / (np.asarray(draws) + 1))


def _stated(drawn: Draws) -> NDArray[np.bool_]:
    return (drawn.settings.normalisation == drawn.plan.rules.normalisation).to_numpy()


def _first(reached: Array, share: float) -> Array:
    return 1 + np.argmax(reached >= share, axis=1)


def _node_faults(drawn: Draws, node: Hashable) -> list[str]:
    groups = [*drawn.scores]
    if node in groups:
        return []
    return [f"a group is one of {', '.join(map(str, groups))}, found {node!r}"]


def _caveats(drawn: Draws, *notes: pd.Series) -> list[str]:
    return [
        " ".join(dict.fromkeys(part for part in (*each, drawn.caveat) if part))
        for each in zip(*notes, strict=True)
    ]
