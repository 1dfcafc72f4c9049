"""What is estimated of all areas at once, so that no area's report estimates it again."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from pvtools import areas, confidence, demand, places, sources, tables
from pvtools.distortion import neighbourhood
from pvtools.errors import InputError
from pvtools.profiles.counted import Counted, counted

#: The end of the year of which severity scores of boroughs were published.
_PUBLISHED_TO = "2023-03"
_ALIKE = 5  # neighbours a borough is set beside
#: Kinds that together are all notifiable offences, and do not overlap.
_NOTIFIABLE = ("offences_with_victim", "offences_without_victim")


def of(data_dir: str | Path | None = None) -> Everywhere:
    """Return what is estimated of all areas from the figures in ``data_dir``.

    The same object as before for as long as no file of the folder changes.

    Raises
    ------
    UsageError
        There is no such data folder.
    DataError
        A file in it is not what it should be.
    """
    folder = places.data_folder(data_dir).resolve()
    stamps = [places.tree_stamp(one) for one in (folder, places.shipped_data())]
    return _made(folder, tuple(stamps))


@lru_cache(maxsize=2)
def _made(folder: Path, stamps: tuple[places.Stamp, ...]) -> Everywhere:
    # a register of an older version lacks tables that come with this one
    register = sources.register(places.shipped_data()) | sources.register(folder)
    return Everywhere(tables.load(folder), register, folder)


class Everywhere:
    """The tables of a data folder, and all areas' estimates, made when first asked for."""

    def __init__(
        self,
        held: tables.Tables,
        register: dict[str, sources.Source],
        data_dir: str | Path | None = None,
    ) -> None:
        self.held, self.register, self.data_dir = held, register, data_dir
        self._shares: dict[tuple[str, pd.Timestamp], pd.DataFrame] = {}

    def shares(self, question: str, last: pd.Timestamp) -> pd.DataFrame:
        """Return the shares of a question in the waves up to ``last``."""
        if (question, last) not in self._shares:
            answers = self.held.survey.dropna(subset=["proportion"])
            asked = answers[(answers.measure == question) & (answers.quarter_end <= last)]
            design = self.register["pas_borough"].design
            self._shares[question, last] = confidence.proportion(asked, question, design=design)
        return self._shares[question, last]

    def of_london(self, question: str) -> pd.DataFrame:
        """Return London's own shares of a question, which go further than those of boroughs."""
        held = self.held.survey.dropna(subset=["proportion"])
        own = held[held.borough == areas.LONDON]
        design = self.register["pas_borough"].design
        return confidence.proportion(own, question, design=design)

    def prepare(self) -> None:
        """Make what every report asks for, so far as the figures held allow."""
        answers = self.held.survey.dropna(subset=["proportion"])
        own = answers[answers.borough != areas.LONDON]
        for question, last in own.groupby("measure").quarter_end.max().items():
            self.shares(question, last)
        if self.year.why or self.two_years.why:
            return
        for name in (
            "monthly",
            "rates",
            "year_change",
            "parts",
            "severity",
            "neighbours",
            "design_effects",
        ):
            getattr(self, name)
        for name in ("outcomes", "outcomes_later", "outcomes_monthly", "moved_next_door"):
            getattr(self, name)
        for name in ("published_harm", "counted", "homicide"):
            getattr(self, name)

    @cached_property
    def design_effects(self) -> pd.DataFrame | None:
        """What each question's series implies of the survey's design; nothing if it is short."""
        design = self.register["pas_borough"].design
        try:
            return confidence.implied_design_effects(self.held.survey, design=design)
        except InputError:  # fewer quarters than it takes
            return None

    @cached_property
    def year(self) -> demand.Available:
        """The latest year that can be added up, and for whom."""
        return demand.available(self.held.recorded_crime)

    @cached_property
    def two_years(self) -> demand.Available:
        """That year and the one before it."""
        return demand.available(self.held.recorded_crime, years=2)

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """Offences per 1,000 residents in each month."""
        return demand.monthly_rate(self.held.recorded_crime, residents=self.held.population)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Offences per 1,000 residents in the latest year."""
        return demand.annual_rate(self.held.recorded_crime, residents=self.held.population)

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
        return demand.annual_rate(
            self.held.recorded_crime, by=self.part, residents=self.held.population
        )

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """The latest year's offences by what they are, in each borough that lacks nothing."""
        every = demand.incidents(self.held.recorded_crime)
        return every[every.borough.isin(self.year.whole)]

    @cached_property
    def weights(self) -> pd.DataFrame | None:
        """Severity weights, if they fit how finely offences are recorded."""
        if self.year.why:
            return None
        held = tables.load_harm_weights(self.data_dir)
        known = held[(held.kind == self.part) & (held.weight > 0)].category
        heavy = self.incidents[self.part].isin(known) & (self.incidents.offences > 0)
        weighed = set(self.incidents.borough[heavy])
        return held if weighed and weighed == set(self.year.whole) else None

    @cached_property
    def severity(self) -> pd.DataFrame:
        """Harm per 1,000 residents in the latest year; asked for only where weights are held."""
        return demand.severity_score(
            self.incidents, self.weights, category=self.part, residents=self.held.population
        )

    @cached_property
    def published_harm(self) -> pd.DataFrame | None:
        """Harm in the year of which boroughs' scores were published, beside these; if both are."""
        lacks = demand.available(self.held.recorded_crime, until=_PUBLISHED_TO).why
        if self.weights is None or lacks:
            return None
        return demand.beside_published(
            self.held.recorded_crime,
            self.weights,
            tables.published("severity_scores", self.data_dir),
            category=self.part,
            residents=self.held.population,
        )

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """The five boroughs most like each borough."""
        return demand.most_similar(tables.published("deprivation_2019", self.data_dir), k=_ALIKE)

    @cached_property
    def homicide(self) -> pd.DataFrame:
        """Victims of homicide in each year."""
        key = "homicide_victims_by_year"
        victims = tables.published(key, self.data_dir)
        return demand.counts_by_year(
            victims, value="victims", measure="homicide_victims", source=key
        )

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Positive outcomes for each offence of a year, by kind and for all of them."""
        key = "outcomes_2025_by_month"
        return demand.outcomes_by_kind(tables.published(key, self.data_dir), source=key)

    @cached_property
    def outcomes_later(self) -> pd.DataFrame:
        """The same months in the release that :attr:`outcomes` is made of."""
        key = "outcomes_2025_by_month"
        return demand.outcomes_by_month(tables.published(key, self.data_dir), source=key)

    @cached_property
    def outcomes_monthly(self) -> pd.DataFrame:
        """Positive outcomes for each offence of a month."""
        key = "special_crime_by_month"
        counts = tables.published(key, self.data_dir)
        return demand.outcomes_by_month(counts[counts.kind.isin(_NOTIFIABLE)], source=key)

    @cached_property
    def moved_next_door(self) -> pd.DataFrame | None:
        """Whether cases left a targeted crime under the plan of 2013, of all boroughs together."""
        recorded = self.held.recorded_crime
        if neighbourhood.lacks(recorded):
            return None
        kinds = neighbourhood.kinds(recorded)
        return None if kinds.empty else neighbourhood.reclassified(kinds)

    @cached_property
    def week(self) -> pd.DataFrame:
        """Searches, fires and fire-engine calls by hour of the week."""
        return demand.hours_of_week(tables.published("hours_of_week", self.data_dir))

    @cached_property
    def counted(self) -> list[Counted]:
        """Every indicator that is counted month by month: by year, and how it moved."""
        return [*counted(self.held, self.data_dir)]
