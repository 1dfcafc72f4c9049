"""An index as it is stated: the tree, the base and the rules, checked together; and its scores."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from pvtools.stats import _arguments as arguments
from pvtools.stats._arguments import Array, refuse, some
from pvtools.stats.composite import _means, _normalise
from pvtools.stats.composite._hierarchy import hierarchy

#: what is done where an indicator is missing
MISSING = {
    "drop": "the area is not scored",
    "reweight": "the rest is reweighted",
    "base": "the base stands in",
}
_CANNOT = "Cannot use this framework"


@dataclass(frozen=True, eq=False)
class Framework:
    """How an index is made, as :func:`framework` has checked it."""

    tree: pd.DataFrame
    base: pd.DataFrame
    direction: Array
    normalisation: str
    aggregation: object
    missing: pd.Series
    least: float

    @property
    def indicators(self) -> pd.Index:
        """Return the names of the indicators, in the order of the tree."""
        return self.tree.index[self.tree["indicator"]]


def framework(
    weights: Mapping[Hashable, float] | pd.Series,
    *,
    base: pd.DataFrame,
    parent: Mapping[Hashable, Hashable] | pd.Series | None = None,
    direction: Mapping[Hashable, int] | pd.Series | None = None,
    normalisation: str = "goalposts",
    aggregation: object = "arithmetic",
    missing: str | Mapping[Hashable, str] | pd.Series = "drop",
    least: float = 0.5,
) -> Framework:
    """Return the rules of an index, checked against each other.

    Parameters
    ----------
    weights, parent
        As for :func:`hierarchy`.
    base, direction, normalisation
        As for :func:`normalise`.
    aggregation
        ``"arithmetic"``, ``"geometric"``, ``"harmonic"`` or the power of a generalised mean (1, 0
        and −1 are those three); one for all groups, or one by group.
    missing
        What is done where an indicator is missing, one for all or one by indicator: ``"drop"``:
        the area is scored on nothing that the indicator is part of; ``"reweight"``: the weights
        of the others are raised; ``"base"``: the base's reference stands in.
    least
        Share of a group's weight that must be measured for the group to be scored.

    Returns
    -------
    Framework
        What :func:`score`, :func:`draws` and the others take.

    Raises
    ------
    InputError
        All that is wrong with the rules, at once.

    Notes
    -----
    Steps 3 to 6 of the OECD and JRC handbook (Nardo et al. 2008) in one place.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> base = composite.fixed_base(pd.DataFrame({"theft": [10, 30], "worry": [20, 40]}))
    >>> rules = composite.framework({"theft": 2, "worry": 1}, base=base, normalisation="z100")
    >>> rules.tree.overall.round(2).tolist()
    [0.67, 0.33, 1.0]
    """
    tree = hierarchy(weights, parent)
    names = tree.index[tree["indicator"]]
    sign, faults = _normalise.signs(direction, names)
    policy, wrong = _normalise.by_name(missing, names, "missing")
    faults += wrong + _normalise.base_faults(normalisation, base, names)
    faults += _means.powers(aggregation, tree)[1]
    faults += _missing_faults(policy, MISSING, least)
    refuse(_CANNOT, faults)
    middle = pd.to_numeric(base.reindex(names)["reference"]) if "reference" in base else np.nan
    if lacks := names[(policy == "base") & ~np.isfinite(middle)].tolist():
        refuse(_CANNOT, [f"the base has no reference to stand in for {some(lacks)}"])
    base = base.loc[names]
    return Framework(tree, base, sign, normalisation, aggregation, policy, least)


def score(values: pd.DataFrame, rules: Framework) -> pd.DataFrame:
    """Return the score of every area on the composite and on each group below it.

    Parameters
    ----------
    values
        Areas in rows, indicators in columns, missing ones as NaN.
    rules
        A framework, as of :func:`framework`.

    Returns
    -------
    pandas.DataFrame
        One row a group and area, the composite last: ``node, area, score`` (missing where the
        policy says so), ``present`` (share of the group's weight that was measured) and ``caveat``
        (what was missing, and what was done about it).

    Raises
    ------
    InputError
        Indicators that are not in the values, or scores of zero or less under a geometric mean.

    Notes
    -----
    Arithmetic means let a good score pay for a bad one; geometric means do so less (Nardo et al.
    2008, step 6).

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> base = composite.fixed_base(pd.DataFrame({"theft": [10, 30], "worry": [20, 40]}))
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="minmax")
    >>> areas = pd.DataFrame({"theft": [20], "worry": [20]}, index=["a"])
    >>> composite.score(areas, rules).score.tolist()
    [25.0]
    """
    ready = prepared(values, rules)
    scored = normalised(ready.given, rules)
    return scores_table(scored, rules, ready)


def aggregate(
    scores: pd.DataFrame,
    weights: Mapping[Hashable, float] | pd.Series | pd.DataFrame,
    *,
    how: object = "arithmetic",
    missing: str | Mapping[Hashable, str] | pd.Series = "drop",
    least: float = 0.5,
) -> pd.DataFrame:
    """Return composite scores of indicators that are normalised already.

    Parameters
    ----------
    scores
        Areas in rows, normalised indicators in columns; missing ones as NaN.
    weights
        One by indicator, or a tree as of :func:`hierarchy`.
    how
        The aggregation, as for :func:`framework`.
    missing, least
        As for :func:`framework`, except ``"base"``, which is for values before normalisation.

    Returns
    -------
    pandas.DataFrame
        As of :func:`score`.

    Raises
    ------
    InputError
        As for :func:`score` and :func:`framework`.

    Notes
    -----
    The generalised mean (Hardy, Littlewood and Pólya 1934): its power is 1 for the arithmetic, 0
    for the geometric and −1 for the harmonic mean.

    Examples
    --------
    >>> both = pd.DataFrame({"theft": [20.0], "worry": [80.0]}, index=["a"])
    >>> aggregate(both, {"theft": 1, "worry": 1}, how="geometric").score.round(6).tolist()
    [40.0]
    """
    tree = weights if isinstance(weights, pd.DataFrame) else hierarchy(weights)
    if lacks := [name for name in ("parent", "weight", "depth", "indicator") if name not in tree]:
        refuse("Cannot aggregate", [f"a tree is as of hierarchy(), this one has no {some(lacks)}"])
    names = tree.index[tree["indicator"]]
    policy, faults = _normalise.by_name(missing, names, "missing")
    faults += _means.powers(how, tree)[1] + _missing_faults(policy, ["drop", "reweight"], least)
    refuse("Cannot aggregate", faults)
    rules = Framework(tree, pd.DataFrame(), np.empty(0), "", how, policy, least)
    ready = prepared(scores, rules)
    return scores_table(ready.given, rules, ready)


@dataclass(frozen=True, eq=False)
class Ready:
    """Values in the order of the tree, the base in place of what it stands in for."""

    given: Array
    areas: pd.Index
    imputed: np.ndarray
    used: _means.Used


def prepared(values: pd.DataFrame, rules: Framework) -> Ready:
    """Return values in the order of the tree, completed as the framework says, or refuse them."""
    if not isinstance(rules, Framework):
        refuse(_CANNOT, [f"a framework is as of framework(), found {rules!r}"])
    names = rules.indicators
    if not isinstance(values, pd.DataFrame):
        refuse(_CANNOT, [f"values are a table, areas in rows, found {values!r}"])
    if lacks := [name for name in names if name not in values]:
        refuse(_CANNOT, [f"the values do not have {some(lacks)}"])
    table = _normalise.tidy(values[names], "values")
    read = table.to_numpy(copy=True)
    gaps = np.isnan(read)
    policy = rules.missing.to_numpy()
    imputed = gaps & (policy == "base")
    if imputed.any():
        read[imputed] = np.broadcast_to(rules.base["reference"].to_numpy(float), read.shape)[
            imputed
        ]
    here = ~gaps | imputed
    used = _means.used(rules.tree, here, policy == "drop", rules.least)
    if imputed.any():  # what stands in is used, and was not measured
        measured = _means.used(rules.tree, ~gaps, np.zeros_like(policy, dtype=bool), 0.0)
        used = _means.Used(used.counts, used.blocked, measured.present)
    return Ready(read, table.index, imputed, used)


def normalised(values: Array, rules: Framework, how: str | None = None) -> Array:
    """Return scores of values whose last axis is the indicators, in the order of the tree."""
    how = how or rules.normalisation
    return _normalise.to_scale(values, how, rules.base, rules.direction)


def _missing_faults(policy: pd.Series, allowed: Iterable[str], least: object) -> list[str]:
    faults = []
    if bad := policy.index[~policy.isin([*allowed])].tolist():
        faults.append(f"missing is one of {', '.join(allowed)}, not that of {some(bad)}")
    if not (isinstance(least, Real) and 0 < least <= 1):
        faults.append(f"least is a share above 0, at most 1, found {least!r}")
    return faults


def scores_table(scored: Array, rules: Framework, ready: Ready) -> pd.DataFrame:
    """Return what :func:`score` returns, of scores that are normalised."""
    tree = rules.tree
    groups, power = _means.families(tree), _means.powers(rules.aggregation, tree)[0]
    weights = tree["weight"].to_numpy(float)[None]
    found = np.full((len(tree), len(ready.areas)), np.nan)
    low: list[str] = []
    for areas, counts in ready.used.patterns():
        value, too_low = _means.roll_up(
            scored[areas][None], weights, groups, _means.by_place(power, tree), counts
        )
        low += _means.low_names(too_low, ready.areas[areas], tree.index)
        for group, one in value.items():
            found[group, areas] = one[0]
    refuse("Cannot aggregate", _means.low_faults(low))
    found[ready.used.blocked.T] = np.nan
    notes = _caveats(rules, ready)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "node": tree.index[group],
                    "area": ready.areas,
                    "score": found[group],
                    "present": ready.used.present[:, group],
                    "caveat": notes[tree.index[group]],
                }
            )
            for group, _ in groups
        ],
        ignore_index=True,
    )


def _caveats(rules: Framework, ready: Ready) -> dict[Hashable, list[str]]:
    """Return for each group what is missing in each area, and what was done about it."""
    tree, names = rules.tree, rules.indicators
    gaps = ~ready.used.counts[:, : len(names)] | ready.imputed
    below: dict[Hashable, list[Hashable]] = {name: [name] for name in names}
    notes: dict[Hashable, list[str]] = {}
    for group, children in _means.families(tree):
        name = tree.index[group]
        below[name] = [leaf for child in tree.index[children] for leaf in below[child]]
        notes[name] = [""] * len(ready.areas)
        for a in np.flatnonzero(gaps.any(axis=1)):
            lacks = [n for n, gap in zip(names, gaps[a], strict=True) if gap and n in below[name]]
            if not lacks:
                continue
            done = sorted({MISSING[rules.missing[n]] for n in lacks})
            if ready.used.blocked[a, group]:
                done = [MISSING["drop"]]
            notes[name][a] = arguments.sentence(f"missing: {some(lacks)}", *done)
    return notes
