"""An index drawn again and again: sampling error and every choice made, varied together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.chance import generator
from pvtools.stats._arguments import Array, refuse, whole_faults
from pvtools.stats.composite._framework import Framework
from pvtools.stats.composite._plan import Alternatives, Plan, Settings, planned
from pvtools.stats.composite._score import score

_BLOCK = 400  # draws at a time, so that they stay near the processor
_SETTINGS, _ERRORS = 1, 2  # streams of random numbers


@dataclass(frozen=True, eq=False)
class Draws:
    """An index drawn many times; see :func:`draws`."""

    scores: dict[Hashable, Array]
    settings: pd.DataFrame
    weights: pd.DataFrame
    stated: pd.DataFrame
    caveat: str
    seed: int
    wave: int
    plan: Plan
    cell: NDArray[np.intp]

    @property
    def areas(self) -> pd.Index:
        """Return the areas, in the order of the columns of ``scores``."""
        return self.plan.ready.areas

    @property
    def top(self) -> Hashable:
        """Return the name of the composite."""
        return self.plan.rules.tree.index[-1]

    @property
    def as_stated(self) -> NDArray[np.bool_]:
        """Return which draws have the stated normalisation, and so the scale of the scores."""
        return (self.settings.normalisation == self.plan.rules.normalisation).to_numpy()

    def of(self, node: Hashable | None) -> tuple[Array, pd.DataFrame]:
        """Return the scores of a group, or the composite, drawn and as stated, or refuse it."""
        node = self.top if node is None else node
        if node not in [*self.scores]:
            groups = ", ".join(map(str, self.scores))
            refuse("Cannot read the draws", [f"a group is one of {groups}, found {node!r}"])
        stated = self.stated[self.stated.node == node].set_index("area")
        return self.scores[node], stated

    def values(self, draw: int) -> pd.DataFrame:
        """Return the values of the indicators in one draw, made again from its seed."""
        cell = int(self.cell[draw])
        block, place = divmod(int(np.count_nonzero(self.cell[:draw] == cell)), _BLOCK)
        noise = _noise(self.plan, self.seed, self.wave, cell, block, place + 1)[place]
        values = noise * self.plan.error + self.plan.ready.given
        return pd.DataFrame(values, index=self.areas, columns=self.plan.rules.indicators)


def draws(
    values: pd.DataFrame,
    stderr: pd.DataFrame,
    rules: Framework,
    vary: Alternatives | None = None,
    *,
    seed: int,
    n: int = 10_000,
    wave: int = 0,
) -> Draws:
    """Return the index drawn many times, with sampling error and the choices made varied together.

    Parameters
    ----------
    values, stderr
        Areas by indicators: estimates and their standard errors, zero where one is exact.
    rules
        The framework as stated.
    vary
        What else could have been chosen; without it only sampling error varies.
    seed
        Starts the random draws; the same seed gives the same draws.
    n
        How many draws, 100 or more.
    wave
        Draws of the same seed and another wave share all settings, and no sampling error: for two
        dates, see :func:`change`.

    Returns
    -------
    Draws
        ``scores`` (by group: draws by areas), ``settings`` (of each draw its ``normalisation``,
        ``base`` (0 is the stated one), ``aggregation`` and the indicator ``left_out``),
        ``weights`` (draws by nodes, within the parent), ``values(draw)`` (the indicators of one
        draw), ``stated`` (the scores as of :func:`score`) and ``caveat``.

    Raises
    ------
    InputError
        Standard errors missing or negative, alternatives that do not exist, scores of zero or less
        under a geometric mean: all at once.

    Notes
    -----
    Saisana, Saltelli and Tarantola (2005), JRSS-A 168:307–323. Sampling errors are normal. A value
    for which the base stands in is drawn as widely as the areas of the base differ. Under a mean
    that is not arithmetic, a score that an error or another base takes below 1 (or below the least
    that is stated) is raised to that; ``caveat`` says in how many draws.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]})
    >>> base = composite.fixed_base(both)
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="z100")
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> np.ptp(drawn.scores["index"], axis=0).tolist()
    [0.0, 0.0]
    """
    refuse("Cannot draw the index", whole_faults(100, n=n) + whole_faults(0, wave=wave))
    plan = planned(values, stderr, rules, vary or Alternatives())
    settings = plan.settings(generator(seed, _SETTINGS), n)
    weights = settings.effective()
    cell = settings.scale * len(plan.aggregations) + settings.aggregation
    scores = {group: np.empty((n, len(plan.ready.areas))) for group, _ in rules.groups}
    raised = np.zeros(n, dtype=bool)
    for each in np.unique(cell):
        mine = np.flatnonzero(cell == each)
        for block, start in enumerate(range(0, mine.size, _BLOCK)):
            rows = mine[start : start + _BLOCK]
            noise = _noise(plan, seed, wave, int(each), block, rows.size)
            choice = divmod(int(each), len(plan.aggregations))
            found, raised[rows] = plan.run(noise, weights[rows], *choice)
            for group, value in found.items():
                scores[group][rows] = value
    for group, value in scores.items():
        value[:, plan.ready.used.blocked[:, group]] = np.nan
    nodes = rules.tree.index
    return Draws(
        {nodes[group]: value for group, value in scores.items()},
        _shown(plan, settings),
        pd.DataFrame(settings.weights, columns=nodes),
        score(values, rules),
        _caveat(raised),
        seed,
        wave,
        plan,
        cell,
    )


def _noise(plan: Plan, seed: int, wave: int, cell: int, block: int, n: int) -> Array:
    return plan.noise(generator(seed, _ERRORS, wave, cell, block), n)


def _shown(plan: Plan, settings: Settings) -> pd.DataFrame:
    """Return the settings of each draw by name."""
    names = pd.Index([*plan.rules.tree.index, ""])
    ways = list(dict.fromkeys(how for how, _ in plan.scales))
    base, how = np.divmod(settings.scale, len(ways))
    return pd.DataFrame(
        {
            "normalisation": pd.Categorical.from_codes(how, ways),
            "base": base,
            "aggregation": pd.Categorical.from_codes(
                settings.aggregation, [*map(str, plan.aggregations.values())]
            ),
            "left_out": pd.Categorical.from_codes(settings.left_out % len(names), names),
        }
    )


def _caveat(raised: NDArray[np.bool_]) -> str:
    if not raised.any():
        return ""
    return (
        f"In {raised.mean():.1%} of draws a score was too near zero for a mean that is not "
        "arithmetic, and it was raised."
    )
