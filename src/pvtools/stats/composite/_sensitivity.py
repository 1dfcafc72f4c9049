"""Where the doubt about an index comes from: sampling, weights, or another choice made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import sobol_indices

from pvtools.chance import generator
from pvtools.stats._arguments import Array, is_whole, refuse
from pvtools.stats.composite._framework import Framework
from pvtools.stats.composite._plan import Alternatives, Plan, Settings, planned

_CANNOT = "Cannot say where the doubt comes from"
_STREAM = 4
#: what varies → the setting it is
_SOURCES = {
    "sampling error": "noise",
    "weights": "weights",
    "normalisation": "scale",
    "aggregation": "aggregation",
    "indicator left out": "left_out",
}


def sensitivity(
    values: pd.DataFrame,
    stderr: pd.DataFrame,
    rules: Framework,
    vary: Alternatives,
    *,
    seed: int,
    n: int = 1024,
    of: str = "rank",
) -> pd.DataFrame:
    """Return how much of the doubt about each area comes from each source.

    Parameters
    ----------
    values, stderr, rules, vary, seed
        As for :func:`draws`.
    n
        A power of 2. The index is drawn ``n`` times for two sets of settings, and once more for
        each source that varies.
    of
        ``"rank"`` or ``"score"``; the score only where one normalisation is in use, because
        another has another scale.

    Returns
    -------
    pandas.DataFrame
        One row an area and source (``area, source``): ``first`` (share of the variance that would
        go if only this were settled), ``total`` (share that would stay if all but this were
        settled), ``variance``, ``of, draws, method``. Shares are missing where there is no
        variance. ``first`` is off by about 1/√n and may lie a little outside 0–1.

    Raises
    ------
    InputError
        As for :func:`draws`; also an ``n`` that is no power of 2, or another ``of``.

    Notes
    -----
    First and total order indices (Sobol 2001), sampling errors of all areas and indicators being
    one source and all weights another, as in Saisana, Saltelli and Tarantola (2005). The
    estimators are those of Saltelli et al. (2010), of which the total is Jansen's, from scipy.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [40.0, 20.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z100")
    >>> found = sensitivity(both, both / 9, rules, composite.Alternatives(), seed=1, n=64)
    >>> found[found.area == "a"].set_index("source").total.round(2).to_dict()["weights"]
    0.0
    """
    plan = planned(values, stderr, rules, vary)
    faults = []
    if of not in {"rank", "score"}:
        faults.append(f"of is rank or score, found {of!r}")
    if of == "score" and len({how for how, _ in plan.scales}) > 1:
        faults.append("scores of different normalisations have different scales: ask of the rank")
    if not (is_whole(n) and n > 1 and n & (n - 1) == 0):
        faults.append(f"n is a power of 2, such as 1024, found {n!r}")
    areas = plan.ready.areas[~plan.ready.used.blocked[:, -1]]
    if len(areas) < 2:
        faults.append(f"two areas or more with a score are needed, found {len(areas)}")
    refuse(_CANNOT, faults)
    rng = generator(seed, _STREAM)
    one, other = plan.settings(rng, n), plan.settings(rng, n)
    noise = [plan.noise(rng, n), plan.noise(rng, n)]
    first = _outcome(plan, noise[0], one, of)
    second = _outcome(plan, noise[1], other, of)
    mixed = [
        _outcome(plan, noise[what == "noise"], _swapped(one, other, what), of)
        for what in _SOURCES.values()
    ]
    indices = sobol_indices(
        func={"f_A": first.T, "f_B": second.T, "f_AB": np.array([m.T for m in mixed])}, n=n
    )
    variance = np.concatenate([first, second]).var(axis=0)
    table = pd.DataFrame(
        {
            "area": np.repeat(areas, len(_SOURCES)),
            "source": [*_SOURCES] * len(areas),
            "first": indices.first_order.reshape(len(areas), -1).ravel(),
            "total": indices.total_order.reshape(len(areas), -1).ravel(),
            "variance": np.repeat(variance, len(_SOURCES)),
            "of": of,
            "draws": n * (2 + len(_SOURCES)),
            "method": "Sobol indices",
        }
    )
    table.loc[table.variance == 0, ["first", "total"]] = np.nan
    return table


def _swapped(one: Settings, other: Settings, what: str) -> Settings:
    return one if what == "noise" else replace(one, **{what: getattr(other, what)})


def _outcome(plan: Plan, noise: Array, settings: Settings, of: str) -> Array:
    """Return the score or rank of each scored area in each draw."""
    top = plan.rules.groups[-1][0]
    scored = ~plan.ready.used.blocked[:, top]
    weights = settings.effective()
    found = np.empty((len(noise), int(scored.sum())))
    for i in range(len(plan.scales)):
        for j in range(len(plan.aggregations)):
            mine = (settings.scale == i) & (settings.aggregation == j)
            if mine.any():
                value, _ = plan.run(noise[mine], weights[mine], i, j)
                found[mine] = value[top][:, scored]
    if of == "score":
        return found
    return np.argsort(np.argsort(-found, axis=1, kind="stable"), axis=1).astype(float)
