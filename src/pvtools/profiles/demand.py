"""The demand chapter: how much is asked of the police in a borough, how serious it is, and when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import areas, estimates, exhibits, tables, words
from pvtools import demand as topic
from pvtools.errors import InputError
from pvtools.exhibits import Exhibit, Notice
from pvtools.profiles import everywhere
from pvtools.profiles.borough import Profile
from pvtools.profiles.calls import Calls
from pvtools.profiles.gathered import Gathered


def demand(
    area: str = "Hackney",
    *,
    data_dir: str | Path | None = None,
    searches: str | Path | Sequence[str | Path] | None = None,
    seed: int = 1,
) -> Demand:
    """Return the demand chapter of a borough, or of London.

    Parameters
    ----------
    area
        A borough by name, code or slug, in any case; or London.
    data_dir
        A data folder; the project's own by default.
    searches
        Stop-and-search files of data.police.uk: a file, a folder, a pattern or a list. Their
        hours give the week its shape; without them it is assumed.
    seed
        Seed of everything that is drawn.

    Raises
    ------
    UsageError
        No such borough, or one without a report.
    DataError
        A file in the data folder, or one of the searches, is not what it should be.

    Examples
    --------
    How many officers would Hackney need on Friday night?

    >>> answer = demand("Hackney").calls.officers("Friday", hours=(20, 2), within_minutes=15)
    >>> print(answer.headline.split(", ", 1)[1])
    Hackney would need 48 (31 to 97) officers on Friday from 20:00
    """
    found = areas.find_reported(area)
    of = Gathered(found, everywhere.of(data_dir))
    return Demand(of, data_dir, searches, seed)


class Demand:
    """What is asked of the police in one place, as exhibits, each made when first asked for."""

    def __init__(
        self,
        of: Gathered,
        data_dir: str | Path | None,
        searches: str | Path | Sequence[str | Path] | None,
        seed: int,
    ) -> None:
        self.name = of.area.name
        self._of = of
        self._data_dir = data_dir
        self._searches = searches
        self._seed = seed
        self._recorded = of.held.recorded_crime

    # Three currencies

    @cached_property
    def currencies(self) -> Exhibit | Notice:
        """What offences, harm and hours are made of here."""
        return self._currencies(self.name)

    @cached_property
    def london_currencies(self) -> Exhibit | Notice:
        """The same for London as a whole."""
        return self._currencies(areas.LONDON)

    @cached_property
    def groups(self) -> Exhibit | Notice:
        """Offences per 1,000 residents by what they are, against London's."""
        if self._of.area.is_london:
            return exhibits.whole("What is recorded")
        if why := self._of.year.says(self.name):
            return self._of.no_crime(f"What is recorded in {self.name} is not known", why)
        if (self._of.parts.area == self.name).sum() < 2:
            why = "One kind of offence only is held, so there is no mix to show."
            return self._of.no_crime(f"What is recorded in {self.name} is not known", why)
        return exhibits.demand.groups(
            self._of.parts, part=self._of.part, area=self.name, source=self._of.crime
        )

    @cached_property
    def index(self) -> Exhibit | Notice:
        """Demand per resident against London's, in each currency."""
        if self._of.area.is_london:
            return exhibits.whole("Demand per resident")
        if why := self._uncompared:
            return self._of.no_crime(f"{self.name} cannot be set against London", why)
        own = self._against[self._against.area == self.name]
        if own.estimate.isna().all():
            return self._of.incomplete(own, self.name)
        return exhibits.demand.index(
            own.dropna(subset=["estimate"]), area=self.name, source=self._of.crime
        )

    def map(self, currency: str = "hours") -> Exhibit | Notice:
        """Return London's boroughs as tiles shaded by offences, harm or hours per resident."""
        if self._of.area.is_london:
            return exhibits.whole("The map of demand")
        if currency == "harm" and self._of.weights is None:
            return self._no_harm
        if why := self._uncompared:
            return self._of.no_crime("Demand per resident cannot be mapped", why)
        held = self._against[self._against.currency == currency]
        if held.estimate.isna().any():
            return self._of.incomplete(held[held.estimate.isna()], "some boroughs")
        return exhibits.demand.tile_map(
            held, currency=currency, area=self.name, source=self._of.crime
        )

    @cached_property
    def weights(self) -> Exhibit | Notice:
        """How far a place by harm hangs on the weights: severity against plain counts."""
        if self._of.area.is_london:
            return exhibits.whole("Weights of harm")
        weights = self._of.weights
        if weights is None:
            return self._no_harm
        if why := self._of.year.says(self.name):
            return self._of.no_crime(f"{self.name}'s place by harm is not known", why)
        plain = weights.assign(weight=1.0, version="plain counts")
        places = topic.compare_weights(
            self._of.incidents,
            plain,
            weights,
            category=self._of.part,
            residents=self._of.held.population,
            seed=self._seed,
        )
        return exhibits.demand.two_weights(places, area=self.name, source=self._of.crime)

    @cached_property
    def reach(self) -> Exhibit | Notice:
        """Crime that needs the offender there, and crime that does not."""
        if why := self._of.year.says(self.name):
            return self._of.no_crime("How much crime needs its offender there is not known", why)
        return exhibits.demand.reach(
            topic.by_reach(self._own), area=self.name, period=self._year, source=self._of.crime
        )

    @cached_property
    def fraud(self) -> Exhibit | Notice:
        """What a year's total becomes once estimated fraud joins it."""
        if why := self._of.year.says(self.name):
            return self._of.no_crime("What fraud would add to a year is not known", why)
        shock = topic.fraud_shock(
            float(self._own.offences.sum()), residents=self._of.area.residents
        )
        return exhibits.demand.fraud(
            shock, area=self.name, period=self._year, source=self._of.crime
        )

    def hours(self, *, mental_health_share: float = 0.2) -> Exhibit | Notice:
        """Return officer-hours by kind of work, and what mental-health incidents displace.

        Parameters
        ----------
        mental_health_share
            Share of all time they take, 0 to 0.20.

        Raises
        ------
        InputError
            A share outside 0 to 0.20.
        """
        if why := self._of.year.says(self.name):
            return self._of.no_crime(f"Hours of work in {self.name} are not known", why)
        own = self._own.assign(borough=self.name)
        work = topic.workload(
            own,
            topic.assumed_hours(),
            mental_health_share=mental_health_share,
            seed=self._seed,
        )
        return exhibits.demand.hours(work, area=self.name, source=self._of.crime)

    # Outcomes

    @property
    def outcomes(self) -> Exhibit:
        """Positive outcomes for every 100 offences, by kind of offence, as the report has them."""
        return Profile(self._of).outcomes

    @property
    def outcomes_recording(self) -> Exhibit:
        """What outcomes did when the system of recording changed, as the report has it."""
        return Profile(self._of).outcomes_recording

    @cached_property
    def reporting(self) -> Exhibit:
        """How many crimes of each kind come to the knowledge of the police."""
        key = "reporting_rates"
        rates = topic.reporting_rates(tables.published(key, self._data_dir), source=key)
        return exhibits.demand.reporting(rates, source=self._of.register[key])

    # Time

    @cached_property
    def rising(self) -> Exhibit | Notice:
        """Which kinds of offence changed in a year, once all have been tested."""
        if why := self._unwhole(self._of.two_years):
            return self._of.no_crime(f"What is rising in {self.name} is not known", why)
        return exhibits.demand.rising(self._rising, source=self._of.crime)

    def chart(self, kind: str = "All offences") -> Exhibit | Notice:
        """Return a kind of offence month by month, between the limits of its usual swing."""
        if why := self._unwhole(self._of.year):
            return self._of.no_crime(f"The usual swing in {self.name} is not known", why)
        points = topic.monthly_chart(
            self._to_the_year, area=self.name, kind=kind, by=self._by(kind)
        )
        return exhibits.demand.chart(points, area=self.name, kind=kind, source=self._of.crime)

    def outlook(self, kind: str = "All offences", *, months: int = 6) -> Exhibit | Notice:
        """Return what the coming months may bring, and how well that would have held before."""
        if why := self._unwhole(self._of.year):
            return self._of.no_crime(f"What may come in {self.name} is not known", why)
        coming = topic.outlook(
            self._to_the_year, area=self.name, kind=kind, by=self._by(kind), horizon=months
        )
        return exhibits.demand.outlook(coming, kind=kind, source=self._of.crime)

    @cached_property
    def fires(self) -> Exhibit:
        """At which hours of the week London's fire brigade is called out."""
        return exhibits.demand.fires(
            self._of.everywhere.week, source=self._of.register["hours_of_week"]
        )

    # Resources

    @cached_property
    def calls(self) -> Calls:
        """Calls for officers here: when, how many officers answer them, and what may become."""
        hours = None
        if self._searches is not None:
            hours = topic.hour_profile(tables.search_hours(self._searches))
        return Calls(self.name, self._of, hours, seed=self._seed)

    @cached_property
    def abstraction(self) -> Exhibit | Notice:
        """How much of ward officers' time is taken elsewhere, or how to add the file."""
        if self._amounts is None:
            return self._no_amounts
        try:
            year = topic.abstraction_year(self._amounts)
        except InputError as lacking:  # says which months are not whole
            return self._amounts_lack(str(lacking))
        if self.name not in set(year.area):
            return self._amounts_lack(f"The year held is not whole for {self.name}.")
        return exhibits.demand.abstraction(
            topic.abstraction(self._amounts),
            estimates.pick(year, area=self.name),
            area=self.name,
            source=self._of.register["mps_abstractions"],
        )

    @cached_property
    def matching(self) -> Exhibit | Notice:
        """Where ward officers' time is spent against where offences are recorded."""
        if self._amounts is None:
            return self._no_amounts
        if self._of.area.is_london:
            return exhibits.whole("Deployment")
        if why := self._of.year.says(self.name):
            return self._of.no_crime("Deployment cannot be set against demand", why)
        there = self._amounts[self._amounts.activity == "Not abstracted"]
        last = there.month.max()
        year = there[there.month > last - pd.DateOffset(years=1)]
        months = year.groupby("borough").month.nunique()
        spent = year.groupby("borough").amount.sum()[months == 12]
        if self.name not in spent.index or len(set(spent.index) & set(self._of.year.whole)) < 2:
            return self._amounts_lack(f"The year held is not whole for {self.name}.")
        entry = self._of.register["mps_abstractions"]
        return exhibits.demand.matching(
            topic.deployment_match(self._of.incidents, spent, seed=self._seed),
            what="ward officers' time in their wards",
            when=words.span(f"year to {last:%Y-%m}"),
            area=self.name,
            source=f"{exhibits.captions.named(self._of.crime)}; {exhibits.captions.named(entry)}",
        )

    @cached_property
    def reallocation(self) -> Exhibit | Notice:
        """What three plain rules would give each borough of 1,000 officers."""
        if self._of.area.is_london:
            return exhibits.whole("Sharing out officers")
        why = self._of.year.says(self.name) or self._of.year.says(areas.LONDON)
        if why:
            return self._of.no_crime("Officers cannot be shared out", why)
        shares = topic.reallocation(
            self._of.incidents,
            weights=self._of.weights,
            category=self._of.part,
            residents=self._of.held.population,
            seed=self._seed,
        )
        return exhibits.demand.reallocation(shares, area=self.name, source=self._of.crime)

    # What several exhibits share

    @property
    def _uncompared(self) -> str:
        """Why this place cannot be set against London, or nothing if it can."""
        return self._of.year.says(self.name) or self._of.year.says(areas.LONDON)

    def _unwhole(self, span: topic.Available) -> str:
        """Return why months here cannot be added up; London's need every borough."""
        return span.says(self.name) or (span.london if self._of.area.is_london else "")

    @property
    def _to_the_year(self) -> pd.DataFrame:
        """Recorded crime up to the end of the latest whole year, in one way of counting."""
        year = self._of.year
        return self._recorded[
            (self._recorded.month <= year.months[-1]) & (self._recorded.schema == year.schema)
        ]

    @cached_property
    def _against(self) -> pd.DataFrame:
        return topic.against_london(
            self._of.incidents,
            handling_hours=topic.assumed_hours(),
            weights=self._of.weights,
            category=self._of.part,
            residents=self._of.held.population,
            seed=self._seed,
        )

    @cached_property
    def _rising(self) -> pd.DataFrame:
        return topic.rising(self._recorded, area=self.name, by=self._of.part)

    @cached_property
    def _own(self) -> pd.DataFrame:
        every = self._of.incidents
        return every if self._of.area.is_london else every[every.borough == self.name]

    @cached_property
    def _amounts(self) -> pd.DataFrame | None:
        held = tables.held("mps_abstractions", self._data_dir)
        return tables.load_abstractions(self._data_dir) if held else None

    @property
    def _no_amounts(self) -> Notice:
        source = self._of.register["mps_abstractions"]
        return self._amounts_lack(f"No file of '{source.title}' is held.")

    def _amounts_lack(self, why: str) -> Notice:
        return exhibits.absent(
            "How much of ward officers' time is taken elsewhere is not known",
            why,
            source=self._of.register["mps_abstractions"],
        )

    @property
    def _year(self) -> str:
        return words.span(self._of.incidents.period.iloc[0])

    @property
    def _no_harm(self) -> Notice:
        return self._of.no_harm

    def _currencies(self, area: str) -> Exhibit | Notice:
        return self._of.currencies(area, seed=self._seed)

    def _by(self, kind: str) -> str:
        """Return the column a kind of offence is found in: groups first."""
        groups = set(self._recorded.offence_group)
        return "offence_group" if kind in groups or kind == "All offences" else "offence"
