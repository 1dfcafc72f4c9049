"""What draws of an index vary, their settings, and the scores that one set of settings gives."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array, refuse, some
from pvtools.stats.composite import _means, _normalise, _score
from pvtools.stats.composite._framework import Framework
from pvtools.stats.composite._score import Ready

_CANNOT = "Cannot draw the index"


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The choices that draws vary, besides sampling error.

    ``normalisations`` and ``aggregations`` are as :func:`framework` takes them; each is as likely
    as the stated one, which is always among them. ``concentration`` says how closely weights keep
    to the stated ones (Dirichlet within each group: a weight w varies with the standard deviation
    √(w(1−w)/(concentration+1))); None keeps them as they are. ``leave_out`` leaves out one
    indicator in each draw, or none, each as likely; a list names those that may be left out.
    ``correlation`` is that of the sampling errors of one area's indicators, a table; they are
    independent without it. ``bases`` are further bases, as of :func:`fixed_base`, each as likely
    as the stated one.
    """

    normalisations: Sequence[str] = ()
    aggregations: Sequence[object] = ()
    concentration: float | None = None
    leave_out: bool | Sequence[Hashable] = False
    correlation: pd.DataFrame | None = None
    bases: Sequence[pd.DataFrame] = ()


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings of every draw: places in the lists of a plan, and weights by node."""

    scale: NDArray[np.intp]
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
    vary: Alternatives
    scales: list[tuple[str, pd.DataFrame]]  # a normalisation and its base, the stated ones first
    aggregations: dict[_means.Powers, object]
    floors: Array  # by scale and aggregation
    root: Array | None
    may_go: NDArray[np.intp]  # places of indicators that may be left out; -1 for none

    def settings(self, rng: np.random.Generator, n: int) -> Settings:
        """Return the settings of ``n`` draws."""
        weights = np.tile(self.rules.weights, (n, 1))
        if self.vary.concentration is not None:
            for _, children in self.rules.groups:
                drawn = rng.standard_gamma(self.vary.concentration * weights[:, children])
                weights[:, children] = drawn / drawn.sum(axis=1, keepdims=True)
        return Settings(
            rng.integers(len(self.scales), size=n),
            rng.integers(len(self.aggregations), size=n),
            self.may_go[rng.integers(len(self.may_go), size=n)],
            weights,
        )

    def noise(self, rng: np.random.Generator, n: int) -> Array:
        """Return standard normal errors, draws by areas by indicators."""
        drawn = rng.standard_normal((n, *self.error.shape))
        return drawn if self.root is None else drawn @ self.root.T

    def run(
        self, noise: Array, weights: Array, scale: int, aggregation: int
    ) -> tuple[dict[int, Array], NDArray[np.bool_]]:
        """Return the score of each group, and in which draws one was raised above zero.

        ``noise`` is used up: what stands in it afterwards means nothing.
        """
        scored = self._scored(noise, *self.scales[scale])
        found = {group: np.empty(scored.shape[:2]) for group, _ in self.rules.groups}
        raised = np.zeros(len(noise), dtype=bool)
        power, floor = [*self.aggregations][aggregation], self.floors[scale, aggregation]
        for areas, counts in self.ready.used.patterns:
            value, low = _means.roll_up(
                scored[:, areas], weights, self.rules.groups, power, counts, floor=floor
            )
            for each in low.values():
                raised |= each.any(axis=1)
            for group, one in value.items():
                found[group][:, areas] = one
        return found, raised

    def _scored(self, noise: Array, how: str, base: pd.DataFrame) -> Array:
        sign = self.rules.direction
        if how == "percentile":
            noise *= self.error
            noise += self.ready.given
            return _normalise.to_scale(noise, how, base, sign)
        start, step, centre = _normalise.line(how, base, sign)
        noise *= self.error * step
        noise += (self.ready.given - start) * step + centre
        return np.clip(noise, 0, 100, out=noise) if how == "goalposts" else noise


def planned(
    values: pd.DataFrame, stderr: pd.DataFrame, rules: Framework, vary: Alternatives
) -> Plan:
    """Return what is needed to draw an index, or refuse all that is wrong with it."""
    ready = _score.prepared(values, rules)
    names = rules.indicators
    if not isinstance(vary, Alternatives):
        refuse(_CANNOT, [f"what varies is given as Alternatives(…), found {vary!r}"])
    ways = list(dict.fromkeys([rules.normalisation, *_several(vary.normalisations)]))
    bases = [rules.base, *vary.bases]
    faults = [
        fault
        for how in ways
        for base in bases
        for fault in _normalise.base_faults(how, base, names)
    ]
    means: dict[_means.Powers, object] = {}
    for how in [rules.aggregation, *_several(vary.aggregations)]:
        power, wrong = _means.powers(how, rules.tree)
        faults += wrong
        means.setdefault(power, how)
    close = vary.concentration
    if not (close is None or (isinstance(close, Real) and 1 <= close < np.inf)):
        faults.append(f"concentration is a number, 1 or more, found {close!r}")
    may_go, wrong = _may_go(vary.leave_out, ready, rules)
    faults += wrong
    error, wrong = _errors(stderr, ready, rules)
    root, wrong_too = _root(vary.correlation, names)
    refuse(_CANNOT, dict.fromkeys([*faults, *wrong, *wrong_too]))
    scales = [(how, base.loc[names]) for base in bases for how in ways]
    floors = np.ones((len(scales), len(means)))
    plan = Plan(ready, error, rules, vary, scales, means, floors, root, may_go)
    refuse(_CANNOT, _floored(plan))
    return plan


def _may_go(
    asked: bool | Sequence[Hashable], ready: Ready, rules: Framework
) -> tuple[NDArray[np.intp], list[str]]:
    """Return the places of indicators that may be left out, -1 for none of them, and faults."""
    names = rules.indicators
    chosen = ([*names] if asked else []) if isinstance(asked, bool) else [*asked]
    if unknown := [name for name in chosen if name not in names]:
        return np.array([-1]), [f"left out are indicators, not {some(unknown)}"]
    weighty = rules.tree.loc[names, "overall"].to_numpy(float) > 0
    counts = ready.used.counts[:, : len(names)] & weighty
    places = names.get_indexer(chosen)
    alone = ready.areas[(counts.sum(axis=1) == 1) & counts[:, places].any(axis=1)]
    wrong = [f"one indicator can only be left out of two or more, not in {some(alone)}"]
    return np.array([-1, *places]), wrong if len(alone) else []


def _several(given: object) -> list[object]:
    """Return a list of choices, also of one that stands alone."""
    return [given] if isinstance(given, str | Real | Mapping) else [*given]


def _floored(plan: Plan) -> list[str]:
    """Set the floor of each pair of choices: the least score as stated, at most 1.

    On another base than the stated one a score may be zero or less, and is raised to the floor.
    """
    names: list[str] = []
    ready, rules = plan.ready, plan.rules
    for i, (how, base) in enumerate(plan.scales):
        scored = _normalise.to_scale(ready.given, how, base, rules.direction)[None]
        for j, power in enumerate(plan.aggregations):
            for areas, counts in ready.used.patterns:
                mine = scored[:, areas]
                found, low = _means.roll_up(mine, rules.weights[None], rules.groups, power, counts)
                if i < len(plan.scales) // (1 + len(plan.vary.bases)):
                    names += _means.low_names(low, ready.areas[areas], rules.tree.index)
                for stated in [mine[..., counts[: mine.shape[-1]]], *found.values()]:
                    least = np.min(stated, initial=1.0, where=stated > 0)
                    plan.floors[i, j] = min(plan.floors[i, j], least)
    return _means.low_faults(names)


def _errors(stderr: object, ready: Ready, rules: Framework) -> tuple[Array, list[str]]:
    """Return standard errors in the order of the tree; of a stand-in, the spread of the base."""
    names = rules.indicators
    if not isinstance(stderr, pd.DataFrame):
        return np.empty(0), [f"standard errors are a table as the values, found {stderr!r}"]
    lacks = [name for name in names if name not in stderr]
    lacks += [area for area in ready.areas if area not in stderr.index]
    if lacks:
        return np.empty(0), [f"no standard errors of {some(lacks)}"]
    error = _normalise.tidy(stderr[names], "standard errors").loc[ready.areas].to_numpy()
    if ready.imputed.any():
        if "sd" not in rules.base:
            return error, ["the base has no sd, which says how far a stand-in may be off"]
        error = np.where(ready.imputed, rules.base["sd"].to_numpy(float), error)
    error = np.where(np.isnan(ready.given), 0.0, error)
    bad = [f"{ready.areas[a]} in {names[i]}" for a, i in np.argwhere(~(error >= 0))]
    return error, [f"standard errors are zero or more, not those of {some(bad)}"] if bad else []


def _root(correlation: pd.DataFrame | None, names: pd.Index) -> tuple[Array | None, list[str]]:
    """Return what makes independent errors correlated as asked."""
    if correlation is None:
        return None, []
    if not isinstance(correlation, pd.DataFrame) or not (
        set(names) <= set(correlation.index) & set(correlation)
    ):
        return None, ["the correlation of errors is a table with all indicators on both sides"]
    matrix = correlation.loc[names, names].to_numpy(float)
    if np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1):
        size, vectors = np.linalg.eigh(matrix)
        if size[0] > -1e-9:
            return vectors * np.sqrt(size.clip(0)), []
    return None, ["the correlation of errors is symmetric, 1 on its diagonal, and possible"]
