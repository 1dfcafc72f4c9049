"""What draws of an index vary, their settings, and the scores that one set of settings gives."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array, refuse, some
from pvtools.stats.composite import _framework, _means, _normalise
from pvtools.stats.composite._framework import Framework, Ready

_CANNOT = "Cannot draw the index"


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The choices that draws vary, besides sampling error.

    ``normalisations`` and ``aggregations`` are as :func:`framework` takes them; each is as likely
    as the stated one, which is always among them. ``concentration`` says how closely weights keep
    to the stated ones (Dirichlet within each group: a weight w varies with the standard deviation
    √(w(1−w)/(concentration+1))); None keeps them as they are. ``leave_out`` leaves out one
    indicator in each draw, or none, each as likely. ``correlation`` is that of the sampling errors
    of one area's indicators, a table; they are independent without it.
    """

    normalisations: Sequence[str] = ()
    aggregations: Sequence[object] = ()
    concentration: float | None = None
    leave_out: bool = False
    correlation: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings of every draw: places in the lists of a plan, and weights by node."""

    normalisation: NDArray[np.intp]
    aggregation: NDArray[np.intp]
    left_out: NDArray[np.intp]  # the place of an indicator in the tree, or -1
    weights: Array

    def effective(self) -> Array:
        """Return the weights, zero for the indicator that is left out."""
        weights = self.weights.copy()
        rows = np.flatnonzero(self.left_out >= 0)
        weights[rows, self.left_out[rows]] = 0.0
        return weights


@dataclass(frozen=True, eq=False)
class Plan:
    """Values, errors and alternatives, checked and in the order of the tree."""

    ready: Ready
    error: Array
    rules: Framework
    normalisations: tuple[str, ...]
    aggregations: tuple[object, ...]
    powers: tuple[_means.Powers, ...]
    floors: dict[tuple[int, int], float]
    concentration: float | None
    leave_out: bool
    root: Array | None

    def settings(self, rng: np.random.Generator, n: int) -> Settings:
        """Return the settings of ``n`` draws."""
        tree = self.rules.tree
        weights = np.tile(tree["weight"].to_numpy(float), (n, 1))
        if self.concentration is not None:
            for _, children in _means.families(tree):
                drawn = rng.standard_gamma(self.concentration * weights[:, children])
                weights[:, children] = drawn / drawn.sum(axis=1, keepdims=True)
        leaves = np.flatnonzero(tree["indicator"])
        left = rng.integers(-1, leaves.size if self.leave_out else 0, n)
        return Settings(
            rng.integers(len(self.normalisations), size=n),
            rng.integers(len(self.aggregations), size=n),
            np.where(left >= 0, leaves[left], -1),
            weights,
        )

    def noise(self, rng: np.random.Generator, n: int) -> Array:
        """Return standard normal errors, draws by areas by indicators."""
        drawn = rng.standard_normal((n, *self.error.shape))
        return drawn if self.root is None else drawn @ self.root.T

    def run(
        self, noise: Array, weights: Array, normalisation: int, aggregation: int
    ) -> tuple[dict[Hashable, Array], NDArray[np.bool_]]:
        """Return the score of each group, and in which draws one was raised above zero."""
        values = noise * self.error
        values += self.ready.given
        scored = _framework.normalised(values, self.rules, self.normalisations[normalisation])
        used = self.ready.used
        found, low = _means.roll_up(
            scored,
            weights,
            self.rules.tree,
            self.powers[aggregation],
            used.node,
            floor=self.floors[normalisation, aggregation],
        )
        place = {node: i for i, node in enumerate(self.rules.tree.index)}
        for node, value in found.items():
            value[:, used.blocked[:, place[node]]] = np.nan
        raised = [each.any(axis=1) for each in low.values()]
        return found, np.any(raised, axis=0) if raised else np.zeros(len(noise), dtype=bool)


def planned(
    values: pd.DataFrame, stderr: pd.DataFrame, rules: Framework, vary: Alternatives
) -> Plan:
    """Return what is needed to draw an index, or refuse all that is wrong with it."""
    ready = _framework.prepared(values, rules)
    names = rules.indicators
    ways = tuple(dict.fromkeys([rules.normalisation, *vary.normalisations]))
    faults = [fault for how in ways for fault in _normalise.base_faults(how, rules.base, names)]
    means: list[object] = []
    powers: list[_means.Powers] = []
    for how in [rules.aggregation, *vary.aggregations]:
        power, wrong = _means.powers(how, rules.tree)
        faults += wrong
        if power not in powers:
            means.append(how)
            powers.append(power)
    if not (
        vary.concentration is None
        or (isinstance(vary.concentration, Real) and 0 < vary.concentration < np.inf)
    ):
        faults.append(f"concentration is a number above zero, found {vary.concentration!r}")
    counted = ready.used.node[:, rules.tree["indicator"]].sum(axis=1)
    if vary.leave_out and (counted == 1).any():
        faults.append(
            "one indicator can only be left out of two or more, not in "
            f"{some(ready.areas[counted == 1])}"
        )
    error, wrong = _errors(stderr, ready, rules)
    root, wrong_too = _root(vary.correlation, names)
    faults += wrong + wrong_too
    refuse(_CANNOT, dict.fromkeys(faults))
    weights = rules.tree["weight"].to_numpy(float)[None]
    floors = {}
    for i, how in enumerate(ways):
        scored = _framework.normalised(ready.given, rules, how)[None]
        for j, power in enumerate(powers):
            found, low = _means.roll_up(scored, weights, rules.tree, power, ready.used.node)
            faults += _means.low_faults(low, ready.areas)
            stated = np.concatenate([scored.ravel(), *(value.ravel() for value in found.values())])
            floors[i, j] = float(np.min(stated, initial=1.0, where=stated > 0))
    refuse(_CANNOT, dict.fromkeys(faults))
    return Plan(
        ready, error, rules, ways, tuple(means), tuple(powers), floors,
        vary.concentration, vary.leave_out, root,
    )  # fmt: skip


def _errors(stderr: object, ready: Ready, rules: Framework) -> tuple[Array, list[str]]:
    """Return standard errors in the order of the tree; of a stand-in, the spread of the base."""
    names = rules.indicators
    if not isinstance(stderr, pd.DataFrame):
        return np.empty(0), [f"standard errors are a table as the values, found {stderr!r}"]
    faults = []
    if lacks := [name for name in names if name not in stderr]:
        faults.append(f"no standard errors of {some(lacks)}")
    if lacks := [area for area in ready.areas if area not in stderr.index]:
        faults.append(f"no standard errors in {some(lacks)}")
    if faults:
        return np.empty(0), faults
    error = _normalise.tidy(stderr[names], "standard errors").loc[ready.areas].to_numpy(copy=True)
    if ready.imputed.any():
        if "sd" not in rules.base:
            return error, ["the base has no sd, which says how far a stand-in may be off"]
        spread = np.broadcast_to(rules.base["sd"].to_numpy(float), error.shape)
        error = np.where(ready.imputed, spread, error)
    here = ~np.isnan(ready.given)
    bad = here & ~(error >= 0)
    which = [f"{ready.areas[a]} in {names[i]}" for a, i in np.argwhere(bad)]
    return np.where(here, error, 0.0), (
        [f"standard errors are zero or more, not those of {some(which)}"] if which else []
    )


def _root(correlation: pd.DataFrame | None, names: pd.Index) -> tuple[Array | None, list[str]]:
    """Return what makes independent errors correlated as asked."""
    if correlation is None:
        return None, []
    asked = "the correlation of errors is a table with a row and a column for each indicator"
    if not isinstance(correlation, pd.DataFrame):
        return None, [asked]
    if not (set(names) <= set(correlation.index) and set(names) <= set(correlation)):
        return None, [asked]
    matrix = correlation.loc[names, names].to_numpy(float)
    sound = np.isfinite(matrix).all() and np.allclose(matrix, matrix.T)
    if sound and np.allclose(np.diag(matrix), 1):
        size, vectors = np.linalg.eigh(matrix)
        if size.min() > -1e-9:
            return vectors * np.sqrt(size.clip(0)), []
    return None, ["the correlation of errors is symmetric, 1 on its diagonal, and possible"]
