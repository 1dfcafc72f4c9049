"""An index as it is stated: the tree, the base and the rules, checked together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np
import pandas as pd

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

    @cached_property
    def indicators(self) -> pd.Index:
        """Return the names of the indicators, in the order of the tree."""
        return self.tree.index[self.tree["indicator"]]

    @cached_property
    def weights(self) -> Array:
        """Return the weight of each node within its parent."""
        return self.tree["weight"].to_numpy(float)

    @cached_property
    def groups(self) -> list[tuple[int, _means.Places]]:
        """Return each group and its children by their places, the deepest first."""
        return _means.families(self.tree)

    @cached_property
    def power(self) -> _means.Powers:
        """Return the power of each group's mean, by its place."""
        return _means.powers(self.aggregation, self.tree)[0]


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
    faults += missing_faults(policy, MISSING, least)
    refuse(_CANNOT, faults)
    middle = pd.to_numeric(base.reindex(names)["reference"]) if "reference" in base else np.nan
    if lacks := names[(policy == "base") & ~np.isfinite(middle)].tolist():
        refuse(_CANNOT, [f"the base has no reference to stand in for {some(lacks)}"])
    base = base.loc[names]
    return Framework(tree, base, sign, normalisation, aggregation, policy, least)


def missing_faults(policy: pd.Series, allowed: Iterable[str], least: object) -> list[str]:
    """Return what is wrong with a policy for what is missing."""
    faults = []
    if bad := policy.index[~policy.isin([*allowed])].tolist():
        faults.append(f"missing is one of {', '.join(allowed)}, not that of {some(bad)}")
    if not (isinstance(least, Real) and 0 < least <= 1):
        faults.append(f"least is a share above 0, at most 1, found {least!r}")
    return faults
