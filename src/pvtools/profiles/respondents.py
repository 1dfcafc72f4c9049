"""What respondents' own answers show: a London of known truth, until somebody brings a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from pvtools import confidence, engagement, exhibits, measures, synthetic
from pvtools.exhibits import Exhibit

_MADE_UP = "SYNTHETIC survey made by pvtools (seed {})"
_ALIKE = ("age_group", "sex", "victim", "borough")
_MINORITY = "Black, Asian and minority ethnic"


class Respondents:
    """The exhibits of respondent-level files, here of a made-up London whose truth is known."""

    def __init__(self, *, seed: int, measure: str = "good_job") -> None:
        self.measure = measure
        self.made = synthetic.survey(seed)
        self.design = confidence.Design(**synthetic.DESIGN)
        self._seed = seed
        self._source = _MADE_UP.format(seed)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The shares of every borough and wave."""
        return confidence.proportion(self.made.respondents, self.measure, design=self.design)

    @cached_property
    def recovered(self) -> Exhibit:
        """Whether the intervals hold the true values."""
        held = confidence.against_truth(self.shares, self.made.truth)
        return exhibits.confidence.recovered(held, source=self._source)

    @cached_property
    def gaps(self) -> Exhibit:
        """Who is less confident, raw and among like people."""
        ask = {"design": self.design, "group": "ethnicity", "reference": "White British"}
        people = self.made.respondents
        return exhibits.confidence.gaps(
            confidence.gaps(people, self.measure, **ask),
            confidence.adjusted_gaps(people, self.measure, among=_ALIKE, **ask),
            reference="White British",
            alike_in="age, sex, having been a victim, and borough",
            source=self._source,
        )

    @cached_property
    def drivers(self) -> Exhibit:
        """Which of the five public statements go with the answer."""
        return self._drivers(measures.STATEMENTS)

    @cached_property
    def representation(self) -> Exhibit:
        """Who answers, against who lives here."""
        last = self.shares.period.max()
        people = self.made.respondents
        weighted = people[people.period.astype("str") == last]
        # The weights restore the made-up population: their sums are its shares.
        share = weighted.groupby("ethnicity", observed=True).weight.sum()
        population = (share / share.sum()).set_axis(share.index.astype("str"))
        table = engagement.representation(
            people, design=self.design, group="ethnicity", population=population
        )
        return exhibits.engagement.representation(
            table,
            against="of residents",
            source=self._source,
            vintage=f"Made up for {last}",
        )

    @cached_property
    def satisfaction(self) -> Exhibit:
        """Victims' satisfaction month by month, one group against another."""
        made = synthetic.satisfaction(self._seed)
        design = confidence.Design(**synthetic.SATISFACTION_DESIGN)
        table = confidence.by_group(
            made.respondents, "satisfied", design=design, group="ethnicity_group"
        )
        return exhibits.confidence.satisfaction(
            table,
            highlight=_MINORITY,
            context="White",
            source=self._source,
            vintage=f"Made up to {table.period.max()}",
        )

    def _drivers(self, predictors: Sequence[str]) -> Exhibit:
        table = confidence.drivers_of(
            self.made.respondents, self.measure, design=self.design, predictors=predictors
        )
        return exhibits.confidence.drivers(table, outcome=self.measure, source=self._source)


def respondents(*, seed: int = 2010, measure: str = "good_job") -> Respondents:
    """Return the respondents' exhibits of a synthetic London; equal seeds, equal people."""
    return Respondents(seed=seed, measure=measure)
