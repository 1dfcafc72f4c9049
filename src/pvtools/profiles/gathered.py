"""A borough's estimates, each made once, for every page that shows them."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from pvtools import boroughs, confidence, demand, measures, sources, tables
from pvtools.stats import similarity

HEADLINE = "good_job"


class Gathered:
    """The estimates behind a borough's report and chapters, made when first asked for."""

    def __init__(
        self,
        borough: boroughs.Borough,
        held: tables.Tables,
        register: dict[str, sources.Source],
    ) -> None:
        self.borough = borough
        self.held = held
        self.register = register
        self.crime = register["mps_recorded_crime"]
        self.survey = register["pas_borough"]

    # Recorded crime

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """Offences per 1,000 residents in each month."""
        return demand.monthly_rate(self.held.recorded_crime)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Offences per 1,000 residents in the latest year."""
        return demand.annual_rate(self.held.recorded_crime)

    @cached_property
    def rate_band(self) -> pd.Series:
        """Where boroughs of this size would lie by what the others differ by."""
        return demand.funnel_limits(
            self.rates, self.borough.population_2021, leaving_out=self.borough.name
        ).iloc[0]

    @cached_property
    def year_change(self) -> pd.DataFrame:
        """The change in offences from the year before to the latest one."""
        return demand.year_change(self.held.recorded_crime)

    @cached_property
    def part(self) -> str:
        """The column that tells offences apart most finely: of offences, or of groups."""
        return demand.finest(self.held.recorded_crime)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Offences of the latest year by what they are."""
        return demand.annual_rate(self.held.recorded_crime, by=self.part)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """The five boroughs most like each borough, with their distance."""
        return similarity.nearest(demand.features(self.held.recorded_crime), k=5)

    # The survey

    @cached_property
    def asked(self) -> dict[str, pd.DataFrame]:
        """Every question of the survey that is held, the headline question first."""
        held = set(self.held.survey.measure)
        return {
            key: confidence.proportion(self.held.survey, key, design=self.survey.design)
            for key in measures.QUESTIONS
            if key in held
        }

    @cached_property
    def shares(self) -> pd.DataFrame:
        """The headline question."""
        return self.asked[HEADLINE]

    def latest(self, shares: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a question's latest wave."""
        return shares[shares.period == confidence.latest_wave(shares)]

    def apart(self, question: str) -> pd.DataFrame:
        """Return each borough's difference from London on a question."""
        return confidence.difference_from_london(self.asked[question])
