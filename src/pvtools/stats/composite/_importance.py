"""What weights do: how far each indicator decides the scores, and weights that make it so."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from pvtools.stats._arguments import Array, floats, refuse, some
from pvtools.stats.composite import _normalise, _score
from pvtools.stats.composite._framework import Framework

_CANNOT = "Cannot measure importance"
_DEGREE = 3  # of the curves that are tried


def importance(values: pd.DataFrame, rules: Framework) -> pd.DataFrame:
    """Return how far each indicator decides the composite, beside the weight it was given.

    Parameters
    ----------
    values
        Areas by indicators, as for :func:`score`.
    rules
        A framework.

    Returns
    -------
    pandas.DataFrame
        One row an indicator: ``weight`` (overall, as given), ``correlation`` (with the composite),
        ``squared``, ``ratio`` (Pearson's correlation ratio: share of the composite's variance that
        goes with the indicator along a curve), ``importance`` (``ratio`` scaled so that
        all add up to 1, to set beside ``weight``), ``variance_share`` (weight × covariance with
        the composite ÷ its variance; adds up to 1 where all means are arithmetic) and ``n``
        (areas with the indicator and a score).

    Raises
    ------
    InputError
        As for :func:`score`; also fewer than five areas with a score, or scores that do not vary.

    Notes
    -----
    Paruolo, Saisana and Saltelli (2013), JRSS-A 176:609–634: weights are taken for importance, and
    are not. The curve is a polynomial of degree 1 to 3, the one that foresees each area best from
    the others; with 32 areas the ratio is rough.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> table = pd.DataFrame({"theft": [1.0, 2, 3, 4, 5, 6], "worry": [3.0, 3, 4, 3, 4, 3]})
    >>> base = composite.fixed_base(table)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="reference")
    >>> importance(table, rules).variance_share.round(2).tolist()
    [0.88, 0.12]
    """
    ready = _score.prepared(values, rules)
    scored = _score.normalised(ready.given, rules)
    table = _score.score(values, rules)
    top = table.loc[table.node == rules.tree.index[-1], "score"].to_numpy()
    here = ~np.isnan(top)
    if (differ := np.unique(top[here]).size) < 5:
        refuse(_CANNOT, [f"five areas or more with scores that differ are needed, found {differ}"])
    weights = rules.tree["overall"].to_numpy(float)
    rows = []
    for i in range(len(rules.indicators)):
        both = here & ~np.isnan(scored[:, i])
        x, y = scored[both, i], top[both]
        varies = x.size > 1 and np.ptp(x) > 0 and np.ptp(y) > 0
        r = float(np.corrcoef(x, y)[0, 1]) if varies else 0.0
        rows.append(
            {
                "weight": weights[i],
                "correlation": r if varies else np.nan,
                "squared": r**2,
                "ratio": max(r**2, _ratio(x, y)) if varies else 0.0,
                "variance_share": weights[i] * np.cov(x, y)[0, 1] / np.var(y, ddof=1)
                if varies
                else 0.0,
                "n": int(both.sum()),
            }
        )
    found = pd.DataFrame(rows, index=rules.indicators.rename("indicator"))
    found.insert(4, "importance", found["ratio"] / found["ratio"].sum())
    return found


def balanced_weights(scores: pd.DataFrame, shares: Mapping[str, float] | pd.Series) -> pd.Series:
    """Return the weights under which each indicator decides as much as it is meant to.

    Parameters
    ----------
    scores
        Areas by indicators, normalised, as of :func:`normalise`; areas that lack one are left out.
    shares
        What share of the composite's variance each indicator should account for; scaled to 1.

    Returns
    -------
    pandas.Series
        Weights by indicator, above zero and adding up to 1, for an arithmetic mean. Their
        ``variance_share`` in :func:`importance` is what was asked.

    Raises
    ------
    InputError
        Shares that are not above zero, indicators without one, or scores of which one is a sum of
        others.

    Notes
    -----
    Paruolo, Saisana and Saltelli (2013) search for such weights; for shares of variance the search
    has one answer, the least of ½w′Cw − Σ t log w with C the covariance of the scores and t the
    shares (Spinu 2013, who calls it risk budgeting).

    Examples
    --------
    >>> table = pd.DataFrame({"theft": [1.0, 2, 3, 4], "worry": [20.0, 0, 0, 20]})
    >>> balanced_weights(table, {"theft": 1, "worry": 1}).round(2).to_dict()
    {'theft': 0.9, 'worry': 0.1}
    """
    table = _normalise.tidy(scores, "scores").dropna()
    names = table.columns
    each, faults = _normalise.by_name(shares, names, "a share")
    target = floats(each)
    if target is None or not ((target > 0) & np.isfinite(target)).all():
        faults.append("each indicator needs a share above zero")
    sd = table.std().fillna(0).to_numpy()
    if (sd == 0).any():
        faults.append(f"no variation in {some(names[sd == 0])}")
    elif np.linalg.eigvalsh(cor := np.atleast_2d(np.corrcoef(table.T)))[0] < 1e-9:
        faults.append("one indicator is a sum of others")
    refuse("Cannot balance weights", faults)
    target = target / target.sum()
    found = minimize(
        lambda u: 0.5 * np.exp(u) @ cor @ np.exp(u) - target @ u,
        np.log(np.sqrt(target)),
        jac=lambda u: np.exp(u) * (cor @ np.exp(u)) - target,
        method="BFGS",
        options={"gtol": 1e-10},
    )
    weights = np.exp(found.x) / sd
    return pd.Series(weights / weights.sum(), index=names, name="weight")


def _ratio(x: Array, y: Array) -> float:
    """Return the share of the variance of ``y`` that goes with ``x`` along the best curve."""
    at = (x - x.mean()) / x.std()
    least, share = np.inf, 0.0
    for degree in range(1, min(_DEGREE, np.unique(x).size - 1) + 1):
        basis = np.linalg.qr(np.vander(at, degree + 1))[0]
        missed = y - basis @ (basis.T @ y)
        others = missed / (1 - (basis**2).sum(axis=1)).clip(1e-9)  # each as the others foresee it
        if (others**2).sum() < least:
            least, share = (others**2).sum(), 1 - missed.var() / y.var()
    return float(np.clip(share, 0, 1))
