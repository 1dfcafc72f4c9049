"""Do indicators belong together: correlations, and how consistent a group of them is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.stats._arguments import refuse, some
from pvtools.stats.composite import _normalise, _score
from pvtools.stats.composite._framework import Framework

_CANNOT = "Cannot say whether indicators belong together"


def correlations(scores: pd.DataFrame) -> pd.DataFrame:
    """Return how each pair of indicators goes together over areas.

    Parameters
    ----------
    scores
        Areas by indicators, normalised so that higher is better, as of :func:`normalise`.

    Returns
    -------
    pandas.DataFrame
        One row a pair, the most negative first: ``one, other, correlation`` (Pearson's), ``n``
        (areas with both) and ``negative`` (a good score on one goes with a bad one on the other).

    Raises
    ------
    InputError
        What is no table of numbers, or fewer than three areas.

    Notes
    -----
    Step 4 of the OECD and JRC handbook (Nardo et al. 2008). Indicators that go against each other
    cancel out in a mean.

    Examples
    --------
    >>> table = pd.DataFrame({"theft": [1, 2, 3], "worry": [3, 2, 1], "fires": [1, 2, 4]})
    >>> correlations(table)[["one", "other", "negative"]].values.tolist()[0]
    ['theft', 'worry', True]
    """
    table = _table(scores)
    names = table.columns
    one, other = np.triu_indices(len(names), 1)
    matrix = table.corr(min_periods=3).to_numpy()
    here = table.notna().to_numpy(dtype=int)
    found = pd.DataFrame(
        {
            "one": names[one],
            "other": names[other],
            "correlation": matrix[one, other],
            "n": (here.T @ here)[one, other],
            "negative": matrix[one, other] < 0,
        }
    )
    return found.sort_values("correlation", kind="stable", ignore_index=True)


def coherence(values: pd.DataFrame, rules: Framework) -> pd.DataFrame:
    """Return how well the members of each group belong together, before they are averaged.

    Parameters
    ----------
    values
        Areas by indicators, as for :func:`score`.
    rules
        A framework.

    Returns
    -------
    pandas.DataFrame
        One row a member of a group (an indicator, or a group in a group): ``group, member,
        item_rest`` (its correlation with the mean of the other members), ``alpha`` (Cronbach's, of
        the group), ``alpha_without`` (of the others), ``against`` (members with which it
        correlates negatively), ``n`` (areas with all members) and ``caveat``. Missing where a
        group has too few members.

    Raises
    ------
    InputError
        As for :func:`score`; also fewer than three areas.

    Notes
    -----
    Cronbach (1951), of normalised scores in their scale; each member counts as one, whatever its
    weight. About 0.7 is asked of a scale, and less of an index, which may add up what does not go
    together; but a member that goes against the rest cancels it out.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> table = pd.DataFrame({"theft": [1.0, 2, 3, 4], "worry": [2.0, 3, 5, 4]})
    >>> base = composite.fixed_base(table)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z")
    >>> coherence(table, rules).alpha.round(3).tolist()
    [0.889, 0.889]
    """
    ready = _score.prepared(values, rules)
    leaves = pd.DataFrame(
        _score.normalised(ready.given, rules), ready.areas, columns=rules.indicators
    )
    groups = _score.score(values, rules).pivot(index="area", columns="node", values="score")
    members = leaves.join(groups.loc[ready.areas])
    _table(members)
    tree = rules.tree
    return pd.concat(
        [
            _group(members[tree.index[children]], tree.index[group])
            for group, children in rules.groups
        ],
        ignore_index=True,
    )


def _group(members: pd.DataFrame, group: object) -> pd.DataFrame:
    whole = members.dropna()
    enough = len(whole) > 2
    pairs = whole.corr() if enough else pd.DataFrame(np.nan, members.columns, members.columns)
    rows = []
    for name in members:
        rest = whole.drop(columns=name)
        against = pairs.index[pairs[name] < 0].tolist()
        rows.append(
            {
                "group": group,
                "member": name,
                "item_rest": whole[name].corr(rest.mean(axis=1))
                if enough and rest.shape[1]
                else np.nan,
                "alpha": _alpha(whole),
                "alpha_without": _alpha(rest),
                "against": ", ".join(map(str, against)),
                "n": len(whole),
                "caveat": f"Goes against {some(against)}." if against else "",
            }
        )
    return pd.DataFrame(rows)


def _alpha(members: pd.DataFrame) -> float:
    """Return Cronbach's alpha, missing for fewer than two members or three areas."""
    k = members.shape[1]
    if k < 2 or len(members) < 3:
        return np.nan
    total = members.sum(axis=1).var()
    return k / (k - 1) * (1 - members.var().sum() / total) if total > 0 else np.nan


def _table(scores: pd.DataFrame) -> pd.DataFrame:
    table = _normalise.tidy(scores, "scores")
    if len(table) < 3:
        refuse(_CANNOT, [f"three areas or more are needed, found {len(table)}"])
    return table
