"""What is estimated of all areas at once, so that no area's report estimates it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from pvtools import areas, confidence, demand, estimates, places, sources, tables
from pvtools.distortion import neighbourhood
from pvtools.errors import InputError
from pvtools.profiles import kept
from pvtools.profiles.counted import SINCE, Counted, counted
from pvtools.tables import units

#: The questions of which a report says how they moved, the headline question first.
FOLLOWED = ("good_job", "trust", "treat_fairly")
#: The end of the year of which severity scores of boroughs were published.
_PUBLISHED_TO = "2023-03"
_TABLES = "tables"
Made = TypeVar("Made")
_ALIKE = 5  # neighbours a borough is set beside
#: Kinds that together are all notifiable offences, and do not overlap.
_NOTIFIABLE = ("offences_with_victim", "offences_without_victim")


def of(data_dir: str | Path | None = None) -> Everywhere:
    """Return what is estimated of all boroughs from the figures in ``data_dir``.

    The same object as before for as long as no file of the folder changes, with what an earlier
    run has kept of the same files.

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
    made_from = (str(folder), stamps)
    held = kept.read(_TABLES, made_from).get(_TABLES) or tables.load(folder)
    found = Everywhere(held, register, folder, made_from=made_from)
    found.take_up()
    return found


def _once(method: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Return a method of :class:`Everywhere` that makes each of its tables once."""

    @wraps(method)
    def made(self: Everywhere, *asked: object) -> pd.DataFrame:
        return self.once((method.__name__, *asked), lambda: method(self, *asked))

    return made


class Everywhere:
    """The tables of a data folder, and all boroughs' estimates, made when first asked for.

    ``units`` is the same of command units; ``boroughs`` leads from it back.
    """

    def __init__(
        self,
        held: tables.Tables,
        register: dict[str, sources.Source],
        data_dir: str | Path | None = None,
        *,
        boroughs: Everywhere | None = None,
        made_from: object = None,
    ) -> None:
        self.held, self.register, self.data_dir = held, register, data_dir
        self.boroughs = boroughs or self
        self._of_units = boroughs is not None
        self._made_from, self._taken_up = made_from, 0
        self._kept: dict[tuple[object, ...], Any] = {}
        self._given = set(vars(self)) - {"_kept"} | {"_given", "_taken_up", "units"}

    @cached_property
    def units(self) -> Everywhere:
        """All command units' estimates, their boroughs' figures added up."""
        recorded = units.recorded_by_unit(self.held.recorded_crime)
        held = replace(self.held, recorded_crime=recorded)
        found = Everywhere(
            held, self.register, self.data_dir, boroughs=self, made_from=self._made_from
        )
        found.take_up()
        return found

    def take_up(self) -> None:
        """Take up what an earlier run kept of the same files."""
        if self._made_from and (found := kept.read(self._made_from, self._of_units)):
            vars(self).update(found)
        self._taken_up = self._size

    def keep(self) -> None:
        """Keep tables and what has been estimated of them, if that is more than was taken up."""
        if self._made_from and self._size > self._taken_up:
            made = {name: one for name, one in vars(self).items() if name not in self._given}
            kept.write(made, self._made_from, self._of_units)
            if not self._of_units:
                kept.write({_TABLES: self.held}, _TABLES, self._made_from)
            self._taken_up = self._size
        if "units" in vars(self):
            self.units.keep()

    @property
    def _size(self) -> int:
        return len(vars(self)) + len(self._kept)

    def once(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """Return a table of all areas, or what is made of it, made when first asked for."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def among(self, area: areas.Area) -> Everywhere:
        """Return the estimates of the areas that one is set beside."""
        return self.units if area.kind == "bcu" else self

    def published(self, name: str, value: str) -> pd.DataFrame:
        """Return a table that comes with pvtools, ``value`` added up where units are counted."""
        table = tables.published(name, self.data_dir)
        return units.by_unit(table, value) if self._of_units else table

    @_once
    def shares(self, question: str, last: pd.Timestamp) -> pd.DataFrame:
        """Return the shares of a question in the waves up to ``last``."""
        answers = self.held.survey.dropna(subset=["proportion"])
        asked = answers[(answers.measure == question) & (answers.quarter_end <= last)]
        design = self.register["pas_borough"].design
        kind = "bcu" if self._of_units else "borough"
        return confidence.proportion(asked, question, design=design, kind=kind)

    @_once
    def change(self, question: str, last: pd.Timestamp, years: int) -> pd.DataFrame:
        """Return each area's change on a question over so many years, up to ``last``."""
        return confidence.change(self.shares(question, last), years=years)

    @_once
    def change_beside_london(self, question: str, last: pd.Timestamp, years: int) -> pd.DataFrame:
        """Return each borough's change less London's, over so many years up to ``last``."""
        return confidence.change_beside_london(self.shares(question, last), years=years)

    @_once
    def difference_from_london(self, question: str, last: pd.Timestamp) -> pd.DataFrame:
        """Return each borough's difference from London on a question at ``last``."""
        return confidence.difference_from_london(self.shares(question, last))

    @_once
    def change_of_london(self, question: str, years: int) -> pd.DataFrame:
        """Return London's change on a question over so many years, in its own series."""
        return confidence.change(self.of_london(question), years=years)

    @_once
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
            self._prepare_question(question, last)
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
        if self.year.whole:
            self.shares_in_each(self.year.whole[0])

    def _prepare_question(self, question: str, last: pd.Timestamp) -> None:
        """Make how a question moved and differs, where London's waves are held."""
        shares = self.shares(question, last)
        wave, whole = (
            confidence.latest_wave(shares),
            set(shares.period[shares.area == areas.LONDON]),
        )
        if wave not in whole:
            return
        self.difference_from_london(question, last)
        if question not in FOLLOWED:
            return
        if estimates.shifted(wave, -1) in whole:
            self.change(question, last, 1)
        years = last.year - int(SINCE[:4]) + 1
        if estimates.shifted(wave, -years) in whole:
            self.change(question, last, years)
            self.change_beside_london(question, last, years)

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

    def shares_in_each(self, area: str, seed: int = 1) -> pd.DataFrame:
        """Return what an area's offences, harm and officer-hours are made of.

        Boroughs that lack nothing are drawn together, once.
        """
        whole = tuple(self.year.whole)
        every = self._shares_in_each(whole if area in whole else (area,), seed)
        return every[every.area == area].reset_index(drop=True)

    @_once
    def _shares_in_each(self, names: tuple[str, ...], seed: int) -> pd.DataFrame:
        return demand.shares_in_each(
            self.incidents,
            area=names,
            handling_hours=demand.assumed_hours(),
            weights=self.weights,
            category=self.part,
            seed=seed,
        )

    @cached_property
    def published_harm(self) -> pd.DataFrame | None:
        """Harm in the year of which boroughs' scores were published, beside these; if both are."""
        lacks = demand.available(self.held.recorded_crime, until=_PUBLISHED_TO).why
        if self.weights is None or lacks or self._of_units:  # scores are of boroughs
            return None
        return demand.beside_published(
            self.held.recorded_crime,
            self.weights,
            tables.published("severity_scores", self.data_dir),
            category=self.part,
            residents=self.held.population,
        )

    @cached_property
    def neighbours(self) -> pd.DataFrame | None:
        """The five boroughs most like each borough; units, of one to four boroughs, have none."""
        if self._of_units:
            return None
        return demand.most_similar(tables.published("deprivation_2019", self.data_dir), k=_ALIKE)

    @cached_property
    def homicide(self) -> pd.DataFrame:
        """Victims of homicide in each year."""
        key = "homicide_victims_by_year"
        victims = self.published(key, "victims")
        return demand.counts_by_year(
            victims, value="victims", measure="homicide_victims", source=key
        )

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Positive outcomes for each offence of a year, by kind and for all of them."""
        key = "outcomes_2025_by_month"
        return demand.outcomes_by_kind(self.published(key, "counted"), source=key)

    @cached_property
    def outcomes_later(self) -> pd.DataFrame:
        """The same months in the release that :attr:`outcomes` is made of."""
        key = "outcomes_2025_by_month"
        return demand.outcomes_by_month(self.published(key, "counted"), source=key)

    @cached_property
    def outcomes_monthly(self) -> pd.DataFrame:
        """Positive outcomes for each offence of a month."""
        key = "special_crime_by_month"
        counts = self.published(key, "counted")
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
        return [*counted(self.held, self.published)]
