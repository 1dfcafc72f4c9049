"""The Community Safety Index of an area: its indicators gathered, and the exhibits made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from pvtools import areas, confidence, demand, estimates, exhibits, safety_index, tables, words
from pvtools.errors import InputError, UsageError
from pvtools.exhibits import Exhibit, Ledger, Notice, captions
from pvtools.profiles import everywhere
from pvtools.profiles.counted import levels
from pvtools.profiles.everywhere import Everywhere


def safety(
    area: str = areas.LONDON,
    *,
    data_dir: str | Path | None = None,
    framework: str | Path | None = None,
) -> Safety:
    """Return the safety index of an area from the figures held in ``data_dir``.

    Parameters
    ----------
    area
        A borough, or London, by name, code or slug in any case.
    data_dir
        A data folder; the project's own by default.
    framework
        A file that says what the index is made of; see ``safety_index.read``.

    Raises
    ------
    UsageError
        No such area, or one that no figures are made for.
    DataError
        The framework, or a file in the data folder, is not what it should be.
    """
    found = areas.find_reported(area)
    own = framework is not None
    return Safety(found.name, everywhere.of(data_dir), safety_index.read(framework), own=own)


def safety_scores(every: Everywhere) -> pd.DataFrame:
    """Return all boroughs' scores by the framework that comes with pvtools, made once.

    Raises
    ------
    InputError
        The figures held bear no index, and why.
    """
    of = every.boroughs
    return of.once(("scores",), lambda: shared(of).scores)


def scale(framework: safety_index.Framework) -> str:
    """Return who has a score of 100, if anyone need have, and which way is better."""
    who, when = framework.hundred, words.span(framework.base)
    return (f"100 is {who} in {when}, " if who else "") + "higher is better"


@lru_cache(maxsize=2)
def shared(every: Everywhere) -> safety_index.Index:
    """Return the index that comes with pvtools of all boroughs, made once.

    Raises
    ------
    InputError
        The figures held bear no index, and why.
    """
    return Safety(areas.LONDON, every.boroughs, safety_index.read(), own=True).index


class Safety:
    """Everything a chapter shows of the index, made when first asked for.

    ``own`` says that the framework is not the one that comes with pvtools, whose index is shared.
    """

    def __init__(
        self,
        area: str,
        every: Everywhere,
        framework: safety_index.Framework,
        *,
        own: bool = False,
    ) -> None:
        self.name = self._area = area
        self._every, self.framework, self._own = every, framework, own

    def weighing(self, weights: Mapping[str, float], *, draws: int = 10_000) -> Safety:
        """Return the same index with other weights of some parts, from the same figures.

        Parameters
        ----------
        weights
            By part, as ``framework.weights`` names them: ``"recorded"``, ``"recorded/theft"``.
        draws
            How many are drawn: fewer are quicker, and their intervals rougher.

        Raises
        ------
        UsageError
            The index has no such part, or a weight is not above zero: all of them at once.
        """
        known = self.framework.weights
        faults = [f"no part {part!r}" for part in weights if part not in known]
        faults += [f"{part} = {value!r}" for part, value in weights.items() if not value > 0]
        if faults:
            raise UsageError(
                f"Cannot weigh the index so: {', '.join(faults)}. Parts are "
                f"{', '.join(known)}; weights are above zero."
            )
        changed = replace(self.framework, weights={**known, **weights})
        other = Safety(self._area, self._every, changed, own=True)
        other.index = self.index.weighing(changed, draws=draws)
        return other

    @cached_property
    def levels(self) -> pd.DataFrame:
        """The indicators by area and year: what is counted, weighed and asked."""
        return self._gathered()

    @cached_property
    def _recent(self) -> pd.DataFrame:
        """The same from the base year on, or from the year before the last: what the index needs.

        Earlier years are held for what may be carried on.
        """
        ends = estimates.end(self.framework.base), estimates.shifted(self._until, -1)
        carried = int(self.framework.indicators.carry.max())
        first = estimates.shifted(min(ends), -carried)
        return self._gathered(since=first)

    def _gathered(self, since: str = "") -> pd.DataFrame:
        return self._every.once(
            ("levels", self._until, since),
            lambda: gathered(self._every, until=self._until, since=since),
        )

    @cached_property
    def index(self) -> safety_index.Index:
        """The index of the last year in which both halves are held."""
        if not self._own:
            return shared(self._every)
        return safety_index.make(self.framework, self._recent)

    @cached_property
    def scores(self) -> Exhibit:
        """The area's score, with both halves and every domain."""
        # a domain and an indicator may share a name: rows are domains
        own = self.framework.indicators.index
        labels = {
            key.rpartition("/")[2]: said
            for key, said in self.framework.labels.items()
            if key not in own
        }
        labels[""] = self.framework.title
        return exhibits.safety_index.scores(
            self.index.scores,
            area=self._area,
            key=self.framework.key,
            scale=scale(self.framework),
            labels=labels,
            bands=self.framework.bands,
            source=self._source,
            notes=[*self._scale, self.index.doubts[0], *self._lacks],
        )

    @cached_property
    def gap_map(self) -> Exhibit:
        """Where one half scores higher than the other."""
        return exhibits.safety_index.gap_map(
            self.index.gaps,
            area=self._area,
            source=self._source,
            notes=["Intervals hold what those of the scores hold."],
        )

    @cached_property
    def places(self) -> Exhibit:
        """Between which places each borough lies."""
        return exhibits.safety_index.places(
            self.index.ranks,
            self.index.pairs,
            area=self._area,
            source=self._source,
            notes=[self.index.doubts[1]],
        )

    @cached_property
    def parts(self) -> Ledger | Notice:
        """What sets the area apart from London; of London, that nothing does."""
        return exhibits.safety_index.parts(self.index.parts(self._area), area=self._area)

    @cached_property
    def made_of(self) -> Ledger:
        """What the index is made of, and why."""
        return exhibits.safety_index.framework(
            self.framework.indicators,
            self.index.notes,
            title=self.framework.title,
            file=self.framework.file,
        )

    @cached_property
    def importance(self) -> Ledger:
        """What each indicator decides beside its weight."""
        return exhibits.safety_index.importance(self.index.importance, self.index.coherence)

    @cached_property
    def doubt(self) -> Ledger:
        """Where the uncertainty about places comes from."""
        return exhibits.safety_index.sensitivity(self.index.sensitivity())

    @cached_property
    def paradox(self) -> Exhibit:
        """How both halves moved over years."""
        halves = safety_index.halves_by_year(
            self.framework, self.levels, first=self.levels.period[self._asked].min()
        )
        return exhibits.safety_index.paradox(
            safety_index.moved_together(halves),
            area=self._area,
            indicators=halves.drop_duplicates("group").set_index("group").indicators.to_dict(),
            source=self._source,
            notes=[*self._all_recorded(halves), _residents(halves)],
        )

    @cached_property
    def national_trust(self) -> Exhibit:
        """What national surveys found on trust in those who govern."""
        key = "trust_in_government"
        found = safety_index.national_trust(tables.published(key, self._every.data_dir), source=key)
        return exhibits.safety_index.national_trust(found, source=self._every.register[key])

    def _all_recorded(self, halves: pd.DataFrame) -> list[str]:
        """Return how all that is recorded moved between the ends of some years, if it is held."""
        recorded = self._every.held.recorded_crime
        counts = demand.counted(recorded[~recorded.offence_group.isin(demand.NATIONAL_GROUPS)])
        years = demand.years_of_counts(
            counts, measure="offence_rate", source="mps_recorded_crime",
            until=estimates.end(halves.period.max()),
        )  # fmt: skip
        london = years[years.area == areas.LONDON].set_index("period").n
        first, last = (london.get(end) for end in (halves.period.min(), halves.period.max()))
        if first is None or last is None:
            return []
        return [
            f"All offences recorded in London's boroughs went from {words.number(first, 'count')} "
            f"to {words.number(last, 'count')} between these years "
            f"({words.number(last / first - 1, 'change')}): the kinds counted here are not all."
        ]

    @property
    def _lacks(self) -> list[str]:
        """Sentences on indicators without figures, or with those of another year."""
        labels, own = self.framework.labels, self.framework.indicators.measure
        safe = own.index[own == "feel_safe"]
        said = [
            f"{labels[name]}: {captions.lowered(note)}"
            for name, note in self.index.notes.items()
            if name not in safe or name in self.index.errors
        ]
        if not self.index.errors.columns.isin(safe).any():
            said.append("No figure of how safe people feel is published by borough: add your own.")
        return said

    @property
    def _scale(self) -> list[str]:
        """What a step of the scale is, and where bands begin, if the index has any."""
        steps = []
        if self.framework.normalisation == "z100":
            steps.append("Ten points are one standard deviation of the boroughs of the base year.")
        if self.framework.bands:
            ends = words.listing([f"{band:g}" for band in self.framework.bands])
            steps.append(f"Bands begin at {ends}; the rule gives no intervals, these are added.")
        return steps

    @property
    def _asked(self) -> pd.Series:
        """Rows of the survey's headline question."""
        return self.levels.measure == "good_job"

    @property
    def _until(self) -> str:
        survey = self._every.held.survey.dropna(subset=["proportion"])
        own = survey[survey.borough != areas.LONDON]
        if own.empty:
            raise InputError("No survey of residents is held by borough, so there is no index.")
        return f"{own.quarter_end.max():%Y-%m}"

    @property
    def _source(self) -> str:
        register = self._every.register
        return "; ".join(captions.named(register[key]) for key in self.index.source.split())


def _residents(halves: pd.DataFrame) -> str:
    """Return by whose residents rates of all years are, if those of one year stand for all."""
    years = set(re.findall(r"residents of (\d{4})", " ".join(halves.how)))
    if not years:
        return ""
    return (
        f"Rates of all years are by the residents of {' and '.join(sorted(years))}: none of other "
        "years are held."
    )


def gathered(every: Everywhere, *, until: str, since: str = "") -> pd.DataFrame:
    """Return every indicator that an index may use, by area and year, up to a month.

    ``since`` is the month in which the first of the years wanted ends; by default all are.
    """
    asked = every.held.survey.dropna(subset=["proportion"])
    asked = asked[asked.quarter_end <= pd.Timestamp(until) + pd.offsets.MonthEnd()]
    first = pd.Timestamp(since) if since else asked.quarter_end.min().replace(day=1)
    months = first - pd.DateOffset(months=11)
    recorded = every.held.recorded_crime

    def published(name: str, value: str) -> pd.DataFrame:
        table = every.published(name, value)
        return table[table.month >= months]

    held = replace(every.held, recorded_crime=recorded[recorded.month >= months])
    parts = [*levels(held, published, until), *_harm(every, until, since=first)]
    parts += [
        every.shares(question, last)
        for question, last in asked.groupby("measure").quarter_end.max().items()
    ]
    answers = tables.published("wellbeing_by_year", every.data_dir)
    parts.append(confidence.wellbeing(answers))
    return pd.concat(parts, ignore_index=True)


def _harm(every: Everywhere, until: str, *, since: pd.Timestamp) -> list[pd.DataFrame]:
    """Return harm in each year that ends in the month of the last one, from a first one on."""
    recorded = every.held.recorded_crime
    if every.weights is None:
        return []
    found, end = [], pd.Timestamp(until)
    while end + pd.offsets.MonthEnd() >= since:
        year = recorded[recorded.month.between(end - pd.DateOffset(months=11), end)]
        held = demand.available(year, until=f"{end:%Y-%m}")
        if not held.why and not held.lacks:
            incidents = demand.incidents(year, until=f"{end:%Y-%m}")
            found.append(
                demand.severity_score(
                    incidents, every.weights, category=every.part, residents=every.held.population
                )
            )
        end -= pd.DateOffset(years=1)
    return found
