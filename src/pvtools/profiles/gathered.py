"""A borough's estimates, each made once, for every page that shows them."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import boroughs, confidence, demand, exhibits, measures, places, sources, tables
from pvtools.distortion import neighbourhood
from pvtools.errors import InputError
from pvtools.exhibits import Exhibit, Notice
from pvtools.sources import shelf
from pvtools.stats import similarity

HEADLINE = "good_job"


class Gathered:
    """The estimates behind a borough's report and chapters, made when first asked for."""

    def __init__(
        self,
        borough: boroughs.Borough,
        held: tables.Tables,
        register: dict[str, sources.Source],
        data_dir: str | Path | None = None,
    ) -> None:
        self.borough = borough
        self.held = held
        self.register = register
        self.crime = register["mps_recorded_crime"]
        self.survey = register["pas_borough"]
        self._data_dir = data_dir

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

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """The latest year's offences in each borough by what they are."""
        return demand.incidents(self.held.recorded_crime)

    @cached_property
    def rising(self) -> pd.DataFrame:
        """Which groups of offences changed in a year here, all having been looked at."""
        return demand.rising(self.held.recorded_crime, borough=self.borough.name)

    @cached_property
    def moved_next_door(self) -> pd.DataFrame | None:
        """Whether cases left a targeted crime under the plan of 2013; nothing if not held."""
        try:
            kinds = neighbourhood.kinds(self.held.recorded_crime)
        except InputError:
            return None
        return neighbourhood.reclassified(kinds, areas=[self.borough.name])

    # Harm

    @cached_property
    def weights(self) -> pd.DataFrame | None:
        """Severity weights, where a table of them has been added."""
        if not shelf.added("harm_weights", places.data_folder(self._data_dir)):
            return None
        return tables.load_harm_weights(self._data_dir)

    @property
    def group_weights(self) -> pd.DataFrame | None:
        """Severity weights by offence group, where any are held."""
        if self.weights is None or not (self.weights.kind == "offence_group").any():
            return None
        return self.weights

    @staticmethod
    def holed(rows: pd.DataFrame, area: str) -> Notice:
        """Return what is shown in the place of a borough whose kinds are not all published."""
        return Notice(
            title=f"Demand in {area} cannot be added up",
            points=[*dict.fromkeys(text for text in rows.caveat if text)],
        )

    @property
    def no_harm(self) -> Notice:
        """What is shown in the place of harm where no weights are held."""
        source = self.register["harm_weights"]
        return Notice(
            title="How serious it is cannot be shown",
            points=[
                "No table of severity weights is held. Add one with: pvtools add FILE",
                f"What it would show: {source.gains}",
            ],
        )

    def currencies(self, area: str, *, seed: int = 1) -> Exhibit | Notice:
        """Return what offences, harm and hours are made of in an area."""
        shares = demand.shares_in_each(
            self.incidents,
            borough=area,
            handling_hours=demand.assumed_hours(),
            weights=self.weights,
            category=self.part,
            seed=seed,
        )
        if shares[shares.currency == "offences"].estimate.isna().any():
            return self.holed(shares, area)
        shares = shares.dropna(subset=["estimate"])
        version = "" if self.weights is None else str(self.weights.version.iloc[0])
        return exhibits.demand.side_by_side(
            shares, borough=area, source=self.crime, version=version
        )

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
