"""The confidence chapter: one borough among all, from published shares and from respondents."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import areas, confidence, engagement, estimates, exhibits, measures, tables
from pvtools.errors import InputError
from pvtools.exhibits import Exhibit, Findings, Ledger, Notice
from pvtools.profiles import everywhere
from pvtools.profiles.borough import Profile
from pvtools.profiles.gathered import Gathered

#: The claim of the public record that the chapter makes checkable.
_CLAIM = (0.551, 0.595)
_CLAIM_SOURCE = "Metropolitan Police Authority, report 6 of 13 December 2010, paragraphs 7 and 8"


def study(
    area: str = "Hackney", *, measure: str = "good_job", data_dir: str | Path | None = None
) -> Study:
    """Return the confidence chapter of an area; raises as :func:`profiles.load` does."""
    found = areas.find_reported(area)
    return Study(found, measure, data_dir=data_dir)


class Study:
    """What residents think, how sure that is, and what a sample can bear; made when asked for."""

    def __init__(
        self, area: areas.Area, measure: str, *, data_dir: str | Path | None = None
    ) -> None:
        self.area, self.measure = area, measure
        self._data_dir = data_dir
        self._of = Gathered(area, everywhere.of(data_dir))
        self._source = self._of.survey

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares of every borough and of London, independent waves only."""
        return self._of.asked[self.measure]

    @cached_property
    def in_brief(self) -> Findings:
        """Whether opinion has changed in a year, and how far the survey could show that."""
        return Profile(self._of).confidence_findings

    @cached_property
    def trend(self) -> Exhibit:
        """The share over independent waves."""
        first, last = self._of.base(self.measure), confidence.latest_wave(self.shares)
        return exhibits.confidence.trend(
            self.shares,
            confidence.change(self.shares, years=estimates.years_between(first, last)),
            area=self.area.name,
            source=self._source,
        )

    @cached_property
    def london(self) -> Exhibit | Notice:
        """How London as a whole has gone on, with and beyond its boroughs."""
        if self.measure not in self._london:
            return self._no_london
        return exhibits.confidence.onward(
            self._london[self.measure],
            self._london_moved(self.measure),
            boroughs_to=self._boroughs_to,
            source=self._source,
        )

    @cached_property
    def london_since(self) -> Exhibit | Notice:
        """How London has changed on each question since boroughs were last published."""
        if not self._london:
            return self._no_london
        last = max(shares.period.max() for shares in self._london.values())
        asked = [key for key, shares in self._london.items() if shares.period.max() == last]
        return exhibits.confidence.since(
            pd.concat([self._london_moved(key) for key in asked], ignore_index=True),
            boroughs_to=self._boroughs_to,
            source=self._source,
        )

    @cached_property
    def design(self) -> Ledger | Notice:
        """What the published series imply of the survey's design, beside what is in use."""
        try:
            implied = confidence.implied_design_effects(
                self._of.held.survey, design=self._source.design, until=("2022-12", None)
            )
        except InputError as lacking:  # says which quarters are not held
            return self._of.no_survey("What the survey's design is cannot be seen", str(lacking))
        return exhibits.confidence.design_effects(implied, source=self._source)

    @cached_property
    def _london(self) -> dict[str, pd.DataFrame]:
        """London's own shares on each question that has a change to show, independent waves."""
        held = self._of.held.survey.dropna(subset=["proportion"])
        own = held[held.borough == areas.LONDON]
        shares = {
            key: confidence.proportion(own, key, design=self._source.design)
            for key in measures.QUESTIONS
            if key in set(own.measure)
        }
        return {
            key: found
            for key, found in shares.items()
            if estimates.shifted(found.period.max(), -self._years(found)) in set(found.period)
        }

    def _london_moved(self, question: str) -> pd.DataFrame:
        shares = self._london[question]
        return confidence.change(shares, years=self._years(shares))

    def _years(self, shares: pd.DataFrame) -> int:
        """Return how many years before London's last wave boroughs were last published."""
        return max(1, estimates.years_between(self._boroughs_to, shares.period.max()))

    @cached_property
    def _boroughs_to(self) -> str:
        held = self._of.held.survey.dropna(subset=["proportion"])
        return f"{held.quarter_end[held.borough != areas.LONDON].max():%Y-%m}"

    @property
    def _no_london(self) -> Notice:
        why = "The survey held has too few shares of London on this to show how it has gone on."
        return self._of.no_survey("How London has gone on is not known", why)

    @cached_property
    def questions(self) -> Exhibit:
        """All questions of the latest wave against London, as the report shows it."""
        return Profile(self._of).confidence_questions

    @cached_property
    def unusual(self) -> Exhibit | Notice:
        """Where the borough lies among 32."""
        if self.area.is_london:
            return exhibits.whole("Opinion")
        return exhibits.confidence.strip(
            self._wave,
            confidence.funnel_limits(self.shares, leaving_out=self.area.name),
            area=self.area.name,
            source=self._source,
        )

    @cached_property
    def _wave(self) -> pd.DataFrame:
        return self.shares[self.shares.period == confidence.latest_wave(self.shares)]

    @cached_property
    def changes(self) -> Exhibit:
        """Who moved since the wave before, once all have been tested."""
        moved = confidence.change(self.shares)
        return exhibits.confidence.changes(moved, source=self._source)

    @cached_property
    def steady(self) -> Exhibit:
        """Whether this borough's series is more than chance."""
        chart = confidence.control_chart(self.shares, area=self.area.name)
        return exhibits.confidence.steady(
            chart, area=self.area.name, measure=self.measure, source=self._source
        )

    @cached_property
    def borrowed(self) -> Exhibit:
        """Boroughs' shares with strength borrowed from all of them."""
        return exhibits.confidence.borrowed(
            confidence.shrunken(self.shares),
            london=estimates.pick(self._wave, area=areas.LONDON).estimate,
            source=self._source,
        )

    @cached_property
    def places(self) -> Exhibit:
        """How little is known of a borough's place."""
        return exhibits.confidence.places(confidence.ranked(self.shares), source=self._source)

    @cached_property
    def alike(self) -> Exhibit | Notice:
        """This borough beside those most like it."""
        if self.area.is_london:
            return exhibits.whole("Boroughs alike")
        if not self._of.alike_in(self._wave):
            why = "The boroughs most like it are not all in the figures that are held."
            return self._of.no_crime(f"What {self.area.name} is like is not known", why)
        return exhibits.confidence.alike(
            self._wave, self._of.neighbours, area=self.area.name, source=self._source
        )

    @cached_property
    def representation(self) -> Exhibit | Notice:
        """Who answered here, against the census; where no such file is held, how to add one."""
        source = self._of.register["pas_vs_census_ethnicity"]
        title = "Who answered here is not known"
        if not tables.held(source.key, self._data_dir):
            why = f"No file of '{source.title}' is held."
            return exhibits.absent(title, why, source=source)
        published = tables.load_representation(self._data_dir)
        if self.area.name not in set(published.borough):
            why = f"The file of '{source.title}' that is held has no rows for {self.area.name}."
            return exhibits.absent(title, why, source=source)
        table = engagement.sample_against_census(
            published, area=self.area.name, design=self._source.design
        )
        return exhibits.engagement.representation(
            table,
            against="of residents in the census",
            source=f"{source.title}, {source.publisher}",
            vintage="Census 2021",
        )

    @cached_property
    def nation(self) -> Exhibit:
        """How far Londoners lie from all England and Wales in the national survey."""
        key = "national_survey_2018"
        apart = confidence.london_in_the_nation(
            tables.published(key, self._data_dir), period="quarter to 2018-12", source=key
        )
        return exhibits.confidence.nation(apart, source=self._of.register[key])

    @cached_property
    def claim(self) -> Exhibit:
        """Was the rise from 55.1% to 59.5% more than chance?"""
        before, after = _CLAIM
        table = confidence.claim(
            before, after, interviews=[94, 400, 1000, 3000, 12_800], design_effects=[1, 1.6, 2.3]
        )
        return exhibits.confidence.claim(table, before=before, after=after, source=_CLAIM_SOURCE)

    @cached_property
    def detectable(self) -> Exhibit:
        """What would it take to see a change?"""
        table = confidence.detectable(
            np.arange(100, 3201, 50).tolist(), baseline=0.5, design_effects=[1, 1.6, 2.3]
        )
        return exhibits.confidence.detectable(
            table,
            interviews=self._source.design.n,
            baseline=0.5,
            source="power of a difference of two proportions",
            vintage="Nothing observed enters this figure",
        )

    @cached_property
    def planner(self) -> Ledger:
        """How many interviews would it take here?"""
        wave = confidence.latest_wave(self.shares)
        latest = estimates.pick(self.shares, area=self.area.name, period=wave)
        boroughs = self.shares[(self.shares.period == wave) & (self.shares.area != areas.LONDON)]
        within = len(boroughs) if self.area.name == areas.LONDON else 1
        held = within * self._source.design.n
        effect = held / latest.n_effective
        table = confidence.needed(
            [0.02, 0.03, 0.05, 0.1], baseline=latest.estimate, design_effect=effect
        )
        return exhibits.confidence.planner(table, latest=latest, held=held, design_effect=effect)
