"""The index of a year: scores with intervals, both halves beside the whole, and their doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.safety_index.checks import HALVES, TOP
from pvtools.safety_index.framework import Framework
from pvtools.safety_index.rules import TOGETHER, choices, rules_of
from pvtools.stats import composite, multiplicity

MEASURE = "safety_index"
_LEVEL, _RANKS = 0.95, 0.9


@dataclass(frozen=True, eq=False)
class Index:
    """An index of one year and, where the year before is held, how it moved.

    ``values`` and ``errors`` have a row an area and a column an indicator, and so have those of
    the year before, ``past``, and the values of the ``base`` year; ``notes`` says of an indicator
    what its figures lack. ``stretches`` is the borough that makes the scale widest: half of the
    draws leave it out of the base. Whatever hangs on weights is worked out when it is asked for.
    See :func:`pvtools.safety_index.make`.
    """

    framework: Framework
    period: str
    source: str
    values: pd.DataFrame
    errors: pd.DataFrame
    notes: Mapping[str, str]
    base: pd.DataFrame
    past: tuple[pd.DataFrame, pd.DataFrame] | None
    stretches: str
    draws: int
    seed: int

    def weighing(self, framework: Framework, *, draws: int) -> Index:
        """Return the index of the same figures by a framework that differs in its weights alone."""
        return replace(self, framework=framework, draws=draws)

    @cached_property
    def rules(self) -> composite.Framework:
        """The framework as it is stated, of the indicators that are held."""
        return rules_of(self.framework, self.base, [*self.values])

    @cached_property
    def choices(self) -> composite.Alternatives:
        """What else could have been chosen."""
        return choices(self.framework, [*self.values], self.base.drop(index=self.stretches))

    @cached_property
    def drawn(self) -> composite.Draws:
        """The index drawn under sampling error and every choice made."""
        return self._drawn(self.values, self.errors)

    @cached_property
    def before(self) -> composite.Draws | None:
        """The same of the year before, where the same is held of it."""
        return None if self.past is None else self._drawn(*self.past, wave=1)

    @property
    def doubts(self) -> list[str]:
        """Return what the intervals of scores and gaps hold, and those of places besides."""
        vary = self.choices
        weight = self.rules.tree.weight[HALVES[0]]
        spread = 100 * np.sqrt(weight * (1 - weight) / (vary.concentration + 1))
        means = list(dict.fromkeys([self.rules.aggregation, *vary.aggregations]))
        base = f"the base year with and without {self.stretches}"
        scale = self.framework.normalisation
        fixed = scale in {"reference", "goalposts"}  # other boroughs are not in these scales
        among = [
            "chance in counts and in samples",
            f"weights (that of a half varies by {spread:.0f} percentage points, one standard "
            "deviation)",
            *([f"the mean ({' or '.join(means)})"] if len(means) > 1 else []),
            *(["any one indicator left out"] if vary.leave_out else []),
            *([] if fixed else [base]),
        ]
        named = {"z100": "standard deviations", "percentile": "percentiles"}
        ways = [named[way] for way in vary.normalisations if way != scale]
        further = f"{' and '.join(ways)} as another scale" + (f" (on {base})" if fixed else "")
        return [
            f"Intervals of scores and gaps hold {', '.join(among[:-1])} and {among[-1]}, always on "
            "this scale. Errors of two questions of one survey are taken to correlate at "
            f"{TOGETHER:g}, an assumption.",
            f"Places and pairs hold what intervals of scores hold, and {further}.",
        ]

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every area, London's too: of the whole, of both halves and of each domain.

        Estimate table: ``group`` is empty for the whole, ``present`` the share of the weight in the
        file that was measured, indicators that nobody holds included. Intervals hold 95% of the
        draws on the stated scale; ``doubts`` says what varies in them.
        """
        nodes = [TOP, *HALVES, *self._domains]
        rows = pd.concat([self._scores(node) for node in nodes], ignore_index=True)
        return self._table(rows, "score", level=_LEVEL)

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """By how much each area scores higher on what is recorded than on what people say.

        ``distinguishable`` says what stands once all boroughs are tested; London stands alone.
        """
        found = composite.gap(self.drawn, *HALVES, level=_LEVEL)
        return self._differences(found, "difference", "recorded less perceived")

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Between which places each borough lies: estimate table of ranks, 1 the highest score.

        ``top_quarter`` and ``bottom_quarter`` are probabilities.
        """
        found = composite.rank_intervals(self._boroughs, level=_RANKS).reset_index()
        named = {"rank": "estimate", "rank_lower": "lower", "rank_upper": "upper"}
        found = found.drop(columns=["score", "score_lower", "score_upper", "n"])
        return self._table(found.rename(columns=named).astype(dict.fromkeys(named.values(), float)),
                           "rank", level=_RANKS)  # fmt: skip

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every pair of boroughs, and whether their order is distinguishable from chance."""
        return composite.pairs(self._boroughs)

    @cached_property
    def changes(self) -> pd.DataFrame | None:
        """How each area's score moved from the year before, whole and halves; if that is held."""
        if self.before is None:
            return None
        parts = [
            self._differences(
                composite.change(self.drawn, self.before, node=node, level=_LEVEL),
                "change",
                "" if node == TOP else node,
            )
            for node in (TOP, *HALVES)
        ]
        return pd.concat(parts, ignore_index=True)

    def parts(self, area: str) -> pd.DataFrame:
        """Return what sets an area's score apart from London's, indicator by indicator.

        The contributions add up exactly: ``indicator, label, here, london`` (scores), and
        ``contribution`` (points of the index).
        """
        name = areas.choose(area, self.values.index)
        london = self.values.loc[[areas.LONDON]]
        found = composite.decompose(self.values.loc[[name]], self.rules, against=london)
        named = found.rename(columns={"after": "here", "before": "london"})
        return named.assign(label=named.indicator.map(self.framework.labels)).drop(columns="area")

    @cached_property
    def coherence(self) -> pd.DataFrame:
        """How far the members of each group go together over boroughs; see ``stats.composite``."""
        found = composite.coherence(self._own(self.values), self.rules)
        return found.assign(label=found.member.map(self.framework.labels))

    @cached_property
    def importance(self) -> pd.DataFrame:
        """How far each indicator decides the whole, beside its weight; see ``stats.composite``."""
        found = composite.importance(self._own(self.values), self.rules).reset_index()
        return found.assign(label=found.indicator.map(self.framework.labels))

    def sensitivity(self, *, seed: int = 1) -> pd.DataFrame:
        """Return how much of the doubt about ranks comes from each source, over all boroughs."""
        values, errors = self._own(self.values), self._own(self.errors)
        found = composite.sensitivity(values, errors, self.rules, self.choices, seed=seed)
        share = found.assign(
            first=found["first"] * found.variance, total=found.total * found.variance
        )
        sums = share.groupby("source", sort=False)[["first", "total", "variance"]].sum()
        return sums[["first", "total"]].div(sums.variance, axis=0).reset_index()

    @cached_property
    def _boroughs(self) -> composite.Draws:
        """The same draws without London, which is no rival of its own parts."""
        return self._drawn(self._own(self.values), self._own(self.errors))

    def _drawn(
        self, values: pd.DataFrame, errors: pd.DataFrame, *, wave: int = 0
    ) -> composite.Draws:
        return composite.draws(
            values, errors.fillna(0.0), self.rules, self.choices, seed=self.seed, n=self.draws,
            wave=wave,
        )  # fmt: skip

    @staticmethod
    def _own(table: pd.DataFrame) -> pd.DataFrame:
        return table.drop(index=areas.LONDON, errors="ignore")

    @property
    def _domains(self) -> list[str]:
        held = set(self.rules.tree.index)
        parent = self.framework.parent
        return [node for node, above in parent.items() if above in HALVES and node in held]

    def _scores(self, node: str) -> pd.DataFrame:
        found = composite.rank_intervals(self.drawn, node=node, level=_LEVEL)
        rows = found[["score", "score_lower", "score_upper", "method", "caveat"]].join(
            self._measured(node)
        )
        named = {"score": "estimate", "score_lower": "lower", "score_upper": "upper"}
        rows = rows.rename(columns=named).rename_axis("area").reset_index()
        # draws leave indicators out, so the stated score may lie at the very end of them
        rows["lower"] = rows[["lower", "estimate"]].min(axis=1)
        rows["upper"] = rows[["upper", "estimate"]].max(axis=1)
        return rows.assign(group="" if node == TOP else node.rpartition("/")[2])

    @cached_property
    def _overall(self) -> pd.Series:
        """The weight of each part in the whole, as the file states it."""
        return composite.hierarchy(self.framework.weights, self.framework.parent).overall

    def _measured(self, node: str) -> pd.Series:
        """Return the share of a node's weight, as the file states it, that was measured."""
        above, share = self.framework.parent, self._overall
        below = [
            name
            for name in self.framework.indicators.index
            if node in {TOP, above[name], above[above[name]]}
        ]
        held = self.values.reindex(columns=below).notna()
        return (held @ share[below] / share[below].sum()).rename("present")

    def _differences(self, found: pd.DataFrame, quantity: str, group: str) -> pd.DataFrame:
        rows = found.reset_index()
        rows["lower"] = rows[["lower", "estimate"]].min(axis=1)
        rows["upper"] = rows[["upper", "estimate"]].max(axis=1)
        tested = multiplicity.tested(rows.p, alone=rows.area == areas.LONDON)
        rows = rows.rename(columns={"p": "p_value"}).assign(**tested)
        return self._table(rows, quantity, group=group)

    def _table(self, rows: pd.DataFrame, quantity: str, **more: object) -> pd.DataFrame:
        return estimates.table(
            rows,
            measure=MEASURE,
            quantity=quantity,
            period=self.period,
            n=np.nan,
            source=self.source,
            **more,
        )
