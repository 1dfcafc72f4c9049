"""An area's estimates, each made once, for every page that shows them."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from pvtools import (
    areas,
    confidence,
    demand,
    estimates,
    exhibits,
    measures,
    words,
)
from pvtools.exhibits import Exhibit, Notice
from pvtools.profiles.counted import SINCE
from pvtools.profiles.everywhere import Everywhere

HEADLINE = "good_job"


def _shared(name: str, said: str) -> property:
    """Return a property that all areas share."""
    return property(lambda self: getattr(self.everywhere, name), doc=said)


class Gathered:
    """The estimates behind an area's report and chapters, made when first asked for."""

    year: demand.Available = _shared("year", "The latest year that can be added up, for whom.")
    two_years: demand.Available = _shared("two_years", "That year and the one before it.")
    monthly: pd.DataFrame = _shared("monthly", "Offences per 1,000 residents in each month.")
    rates: pd.DataFrame = _shared("rates", "Offences per 1,000 residents in the latest year.")
    year_change: pd.DataFrame = _shared("year_change", "The change from the year before.")
    part: str = _shared("part", "The column that says most finely what offences are.")
    parts: pd.DataFrame = _shared("parts", "Offences of the latest year by what they are.")
    incidents: pd.DataFrame = _shared("incidents", "The latest year's offences, place by place.")
    weights: pd.DataFrame | None = _shared("weights", "Severity weights that fit, if any.")
    severity: pd.DataFrame = _shared("severity", "Harm per 1,000 residents; where weights are.")

    def __init__(self, area: areas.Area, everywhere: Everywhere) -> None:
        self.area = area
        self.everywhere = everywhere
        self.held = everywhere.held
        self.register = everywhere.register
        self.crime = self.register["mps_recorded_crime"]
        self.survey = self.register["pas_borough"]
        self.data_dir = everywhere.data_dir

    # Recorded crime: what is held is asked first, and estimated only where it bears a figure

    @property
    def later_months(self) -> str:
        """Which months are held beyond the latest year, as a sentence; or nothing."""
        placed = self.held.recorded_crime.dropna(subset=["borough"]).month
        if self.year.why or placed.max() <= self.year.months[-1]:
            return ""
        return (
            f"Months up to {placed.max():%B %Y} are held, but no year that ends with them is "
            f"whole, so yearly figures are of the year to {self.year.months[-1]:%B %Y}."
        )

    @cached_property
    def no_change(self) -> str:
        """Why this borough's change in a year cannot be given, or nothing if it can."""
        if why := self.two_years.says(self.area.name):
            return why
        own = estimates.pick(self.year_change, area=self.area.name)
        return own.caveat if pd.isna(own.estimate) else ""

    def no_crime(self, title: str, why: str) -> Notice:
        """Return what stands in the place of an exhibit of recorded crime, and why."""
        return exhibits.absent(title, why, source=self.crime)

    @property
    def neighbours(self) -> pd.DataFrame | None:
        """The five boroughs most like each borough; nothing for London and command units."""
        return None if self.area.is_london else self.everywhere.neighbours

    @property
    def near(self) -> list[str]:
        """The five boroughs most like this one, nearest first; of a borough only."""
        if self.neighbours is None:
            return []
        return self.neighbours.neighbour[self.neighbours.unit == self.area.name].tolist()

    @property
    def moved_next_door(self) -> pd.DataFrame | None:
        """This area's pairs of the check of the plan of 2013; nothing if not held."""
        every = self.everywhere.moved_next_door
        own = None if every is None else every[every.area == self.area.name]
        return None if own is None or own.empty else own

    # Harm

    @property
    def group_weights(self) -> pd.DataFrame | None:
        """Severity weights by offence group, if these fit."""
        if self.weights is None or not (self.weights.kind == "offence_group").any():
            return None
        return self.weights

    @staticmethod
    def incomplete(rows: pd.DataFrame, area: str) -> Notice:
        """Return what is shown in the place of a borough whose kinds are not all published."""
        return Notice(
            title=f"Demand in {area} cannot be added up",
            points=[*dict.fromkeys(text for text in rows.caveat if text)],
        )

    @property
    def no_harm(self) -> Notice:
        """What is shown in the place of harm where the weights held do not fit."""
        return exhibits.absent(
            "How serious it is cannot be shown",
            "The severity weights held are of no kind of offence that recorded crime tells "
            "apart in every borough: weights by offence group, or recorded crime by offence, "
            "are needed.",
            source=self.register["harm_weights"],
        )

    def currencies(self, area: str, *, hours: bool = True, seed: int = 1) -> Exhibit | Notice:
        """Return what offences, harm and, unless left out, officer-hours are made of."""
        if why := self.year.says(area):
            return self.no_crime(f"Demand in {area} cannot be added up", why)
        shares = self.everywhere.shares_in_each(area, seed)
        if shares[shares.currency == "offences"].estimate.isna().any():
            return self.incomplete(shares, area)
        shares = shares.dropna(subset=["estimate"])
        if not hours:
            shares = shares[shares.currency != "hours"]
        version = "" if self.weights is None else str(self.weights.version.iloc[0])
        told = self.everywhere.published_harm
        notes = [] if told is None else [exhibits.demand.published_note(told, area=area)]
        return exhibits.demand.side_by_side(
            shares, area=area, source=self.crime, version=version, notes=[*filter(None, notes)]
        )

    # The survey

    @cached_property
    def asked(self) -> dict[str, pd.DataFrame]:
        """Every question of the survey that is held here, the headline question first."""
        return {key: self.everywhere.shares(key, last) for key, last in self.last.items()}

    @cached_property
    def last(self) -> dict[str, pd.Timestamp]:
        """Each question's last wave here: a later one that lacks it, or a part of it, is not its.

        London's are those of its boroughs, which the map beside it shows, though its own go
        further.
        """
        held = self.held.survey.dropna(subset=["proportion"])
        names = {area.name for area in areas.members(self.area)}
        own = held[held.borough.isin(names)].groupby(["measure", "quarter_end"]).borough.nunique()
        needed = 1 if self.area.is_london else len(names)
        last = own[own >= needed].reset_index().groupby("measure").quarter_end.max()
        return {key: last[key] for key in measures.QUESTIONS if key in last}

    @cached_property
    def answers(self) -> dict[str, pd.DataFrame]:
        """Every question as far as it is held of this area: of London, beyond its boroughs."""
        if not self.area.is_london:
            return self.asked
        survey = self.held.survey.dropna(subset=["proportion"])
        own = set(survey.measure[survey.borough == areas.LONDON])
        found = {key: self.everywhere.of_london(key) for key in self.asked if key in own}
        return self.asked | {
            key: shares
            for key, shares in found.items()
            if confidence.latest_wave(shares) > confidence.latest_wave(self.asked[key])
        }

    @property
    def shares(self) -> pd.DataFrame:
        """The headline question; asked for only where :meth:`no_share` has nothing to say."""
        return self.asked[HEADLINE]

    def no_share(
        self, question: str = HEADLINE, *, london: bool = False, most: bool = False
    ) -> str:
        """Return why a question cannot be shown here, or nothing if it can.

        Parameters
        ----------
        london
            Whether London's share of the latest wave is needed.
        most
            Whether most areas of its kind are needed in it, to say what is usual.
        """
        name, label = self.area.name, f"“{measures.find(question).label.lower()}”"
        if question not in self.asked:
            return f"The survey held has no answers on {label} for {name}."
        wave = self.latest(self.asked[question])
        when = words.span(wave.period.iloc[0])
        if london and areas.LONDON not in set(wave.area):
            return f"The survey held has no share of London on {label} for {when}."
        peers = areas.peers([name])
        if most and (n := int((wave.area != areas.LONDON).sum())) < areas.most(peers):
            return (
                f"The survey held has {n} of {len(peers)} {areas.plural(name)} on {label} for "
                f"{when}."
            )
        return ""

    def since_first(self, question: str) -> pd.DataFrame:
        """Return a question's waves from this borough's first on."""
        shares = self.answers[question]
        first = shares[shares.area == self.area.name].period.min()
        return shares[shares.period >= first]

    def base(self, question: str) -> str:
        """Return the wave that changes over years are measured from: 2015's, or the first held."""
        shares = self.since_first(question)
        wanted = f"year to {int(SINCE[:4]) - 1}-{confidence.latest_wave(shares)[-2:]}"
        return wanted if wanted in set(shares.period) else shares.period.min()

    def alike_in(self, wave: pd.DataFrame) -> bool:
        """Return whether a wave holds all boroughs most like this one."""
        return self.neighbours is not None and set(self.near) <= set(wave.area)

    def moved(self, question: str) -> pd.Series | None:
        """Return this borough's change in a year; nothing if the earlier wave is not held."""
        shares = self.answers[question]
        own = set(shares[shares.area == self.area.name].period)
        last = confidence.latest_wave(shares)
        if estimates.shifted(last, -1) not in own:
            return None
        return estimates.pick(self.change(question), area=self.area.name)

    def no_survey(self, title: str, why: str) -> Notice:
        """Return what stands in the place of an exhibit of the survey, and why."""
        return exhibits.absent(title, why, source=self.survey)

    def latest(self, shares: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a question's latest wave."""
        return shares[shares.period == confidence.latest_wave(shares)]

    def apart(self, question: str) -> pd.DataFrame:
        """Return each borough's difference from London on a question."""
        return self.everywhere.difference_from_london(question, self.last[question])

    def change(self, question: str, years: int = 1) -> pd.DataFrame:
        """Return each area's change on a question over so many years; London's may go further."""
        if self.answers[question] is not self.asked[question]:
            return self.everywhere.change_of_london(question, years)
        return self.everywhere.change(question, self.last[question], years)

    def beside_london(self, question: str, years: int) -> pd.DataFrame:
        """Return each borough's change on a question over so many years, less London's."""
        return self.everywhere.change_beside_london(question, self.last[question], years)
