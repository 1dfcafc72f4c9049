"""The index of a year: scores with intervals, both halves beside the whole, and their doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pvtools import areas, estimates, measures
from pvtools.errors import InputError
from pvtools.safety_index.checks import HALVES, TOP
from pvtools.safety_index.framework import Framework
from pvtools.stats import composite, multiplicity

MEASURE = "safety_index"
#: How closely the weights of draws keep to those stated: one of a half varies by 8 points.
_CLOSE = 40.0
#: How far errors of questions that the same people answer go together: an assumption.
_TOGETHER = 0.5
_LEVEL, _RANKS = 0.95, 0.9


@dataclass(frozen=True, eq=False)
class Index:
    """An index of one year and, where the year before is held, how it moved.

    ``values`` and ``errors`` have a row an area and a column an indicator; ``notes`` says of an
    indicator what its figures lack. See :func:`make`.
    """

    framework: Framework
    period: str
    source: str
    values: pd.DataFrame
    errors: pd.DataFrame
    notes: Mapping[str, str]
    rules: composite.Framework
    choices: composite.Alternatives
    drawn: composite.Draws
    before: composite.Draws | None

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of every area, London's too: of the whole, of both halves and of each domain.

        Estimate table: ``group`` is empty for the whole, ``present`` the share of the weight that
        was measured. Intervals hold 95% of the draws: sampling error, weights, mean and indicators
        left out, on the stated scale.
        """
        nodes = [TOP, *HALVES, *self._domains]
        return pd.concat([self._scores(node) for node in nodes], ignore_index=True)

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
        values, errors, like = self._own(self.values), self._own(self.errors), self.drawn
        return composite.draws(
            values, errors, self.rules, self.choices, seed=like.seed, n=len(like.settings)
        )

    @staticmethod
    def _own(table: pd.DataFrame) -> pd.DataFrame:
        return table.drop(index=areas.LONDON, errors="ignore")

    @property
    def _domains(self) -> list[str]:
        return [node for node, above in self.framework.parent.items() if above in HALVES]

    def _scores(self, node: str) -> pd.DataFrame:
        stated = self.drawn.stated
        stated = stated[stated.node == node].set_index("area")
        found = composite.rank_intervals(self.drawn, node=node, level=_LEVEL)
        rows = found[["score", "score_lower", "score_upper", "method", "caveat"]].join(
            stated[["present"]]
        )
        named = {"score": "estimate", "score_lower": "lower", "score_upper": "upper"}
        rows = rows.rename(columns=named).rename_axis("area").reset_index()
        # draws leave indicators out, so the stated score may lie at the very end of them
        rows["lower"] = rows[["lower", "estimate"]].min(axis=1)
        rows["upper"] = rows[["upper", "estimate"]].max(axis=1)
        group = "" if node == TOP else node.rpartition("/")[2]
        return self._table(rows, "score", level=_LEVEL, group=group)

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


def make(
    framework: Framework,
    levels: pd.DataFrame,
    *,
    period: str | None = None,
    draws: int = 10_000,
    seed: int = 1,
) -> Index:
    """Return the index of a year, drawn under sampling error and every choice made.

    Parameters
    ----------
    framework
        What :func:`pvtools.safety_index.read` returns.
    levels
        Estimate tables of the indicators, one below the other: boroughs and London, by year. An
        indicator is found by its measure and group; its error is ``stderr``, where that column
        holds one, else it is read from the interval, else it has none.
    period
        The year; by default the latest in which every indicator that is held at all is held.
    draws, seed
        How many, and the seed that makes them again.

    Raises
    ------
    InputError
        No indicator is held in the base year, or none in the year asked for.

    Notes
    -----
    OECD and JRC (2008), *Handbook on Constructing Composite Indicators*; Saisana, Saltelli and
    Tarantola (2005), JRSS-A 168:307–323. The base is that of the boroughs in the framework's base
    year, and London's value of that year its reference.
    """
    base, _, _ = held_in(framework, levels, framework.base)
    known = [name for name in framework.indicators.index if base[name].count() > 1]
    if not known:
        raise InputError(
            f"None of the indicators of “{framework.title}” is held in its base year, "
            f"{framework.base}."
        )
    period = period or _latest(framework, levels, known)
    values, errors, notes = held_in(framework, levels, period)
    for name in framework.indicators.index.difference(known):
        notes[name] = "Not held in the base year, so it counts nowhere."
    rules = rules_of(framework, base, known)
    values, errors = values[known], errors[known]
    if values.isna().all(axis=None):
        raise InputError(f"No indicator of “{framework.title}” is held in the {period}.")
    choices = _choices(framework, known)
    drawn = composite.draws(values, errors, rules, choices, seed=seed, n=draws)
    earlier, earlier_errors, _ = held_in(framework, levels, estimates.shifted(period, -1))
    before = None
    if earlier[known].notna().equals(values.notna()):
        before = composite.draws(
            earlier[known], earlier_errors[known], rules, choices, seed=seed, n=draws, wave=1
        )
    used = [_rows(framework.indicators.loc[name], levels).source for name in known]
    keys = dict.fromkeys(key for some in used for key in " ".join(some.unique()).split())
    return Index(
        framework, period, " ".join(keys), values, errors, notes, rules, choices, drawn, before
    )


def _choices(framework: Framework, known: list[str]) -> composite.Alternatives:
    """Return what could have been chosen besides what a framework states.

    Another scale, weights near those given, any one indicator left out and, where scores are above
    zero by their scale, another mean.
    """
    positive = framework.normalisation in {"z100", "percentile"}
    return composite.Alternatives(
        normalisations=("z100", "percentile"),
        aggregations=("arithmetic", "geometric") if positive else (),
        concentration=_CLOSE,
        leave_out=True,
        correlation=errors_together(framework, known),
    )


def errors_together(framework: Framework, known: list[str]) -> pd.DataFrame:
    """Return how sampling errors of indicators correlate: those of one survey's questions do.

    The same people answer them.
    """
    asked = framework.indicators.measure[known].isin(measures.QUESTIONS).to_numpy()
    together = np.where(np.outer(asked, asked), _TOGETHER, 0.0)
    np.fill_diagonal(together, 1.0)
    return pd.DataFrame(together, known, known)


def rules_of(framework: Framework, base: pd.DataFrame, known: list[str]) -> composite.Framework:
    """Return the rules of the indicators that are held: groups that lose all of theirs go too."""
    parent = {name: framework.parent[name] for name in known}
    # in the order of the framework, so that a seed gives the same draws every time
    while above := [node for node in parent.values() if node not in {*parent, TOP}]:
        parent |= {node: framework.parent[node] for node in above}
    rows = framework.indicators.loc[known]
    posts = rows[["low", "high"]]
    own = base.drop(index=areas.LONDON, errors="ignore")[known]
    london = base.reindex([areas.LONDON])[known].iloc[0]
    return composite.framework(
        {node: framework.weights[node] for node in parent},
        parent=parent,
        base=composite.fixed_base(
            own, low=posts["low"], high=posts["high"], reference=london.dropna()
        ),
        direction=framework.direction[known],
        normalisation=framework.normalisation,
        aggregation=framework.aggregation,
        missing=rows["missing"],
    )


def _latest(framework: Framework, levels: pd.DataFrame, known: list[str]) -> str:
    """Return the latest year in which every known indicator is held, or may be carried to."""
    ends = []
    for name in known:
        rows = _rows(framework.indicators.loc[name], levels)
        carry = int(framework.indicators.loc[name, "carry"])
        ends.append(estimates.shifted(rows.period.max(), carry))
    month = estimates.end(framework.base)[-3:]
    last = min(ends)
    return last if last.endswith(month) else f"year to {int(estimates.end(last)[:4]) - 1}{month}"


def _rows(indicator: pd.Series, levels: pd.DataFrame) -> pd.DataFrame:
    mine = (levels.measure == indicator.measure) & (levels.group == indicator.group)
    return levels[mine & (levels.quantity == "level")].dropna(subset=["estimate"])


def held_in(
    framework: Framework, levels: pd.DataFrame, period: str
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Return values and errors of a year, areas by indicators, and what is not as it should be."""
    values, errors, notes = {}, {}, {}
    for name, indicator in framework.indicators.iterrows():
        rows = _rows(indicator, levels)
        years = [estimates.shifted(period, -back) for back in range(indicator.carry + 1)]
        held = next((year for year in years if (rows.period == year).any()), "")
        own = rows[rows.period == held].set_index("area")
        values[name], errors[name] = own.estimate.astype(float), _errors(own)
        if not held:
            notes[name] = "Not held."
        elif held != period:
            notes[name] = f"Held to the {held}, and carried on."
    names = [*(area.name for area in areas.peers(levels.area.unique())), areas.LONDON]
    return pd.DataFrame(values, index=names), pd.DataFrame(errors, index=names).fillna(0.0), notes


def _errors(rows: pd.DataFrame) -> pd.Series:
    """Return standard errors: as given, or those that the intervals imply; zero without any."""
    half = (rows.upper - rows.lower).astype(float) / 2
    implied = half / ndtri(0.5 + rows.level.astype(float) / 2)
    given = rows["stderr"] if "stderr" in rows else pd.Series(np.nan, rows.index)
    return given.astype(float).fillna(implied).fillna(0.0)
