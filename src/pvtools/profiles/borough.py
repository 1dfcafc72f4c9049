"""A borough's profile: its estimates, gathered once, as the exhibits every surface shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import (
    __version__,
    areas,
    confidence,
    demand,
    estimates,
    exhibits,
    places,
    words,
)
from pvtools.exhibits import Column, Cover, Exhibit, Finding, Findings, Ledger, Notice
from pvtools.exhibits.account import AUTHORISE, CREATE, MEASURE
from pvtools.profiles import account, across, counted, everywhere, glance, provenance
from pvtools.profiles.everywhere import FOLLOWED
from pvtools.profiles.gathered import HEADLINE, Gathered


def load(
    area: str,
    *,
    data_dir: str | Path | None = None,
    publisher: str | None = None,
    contact: str | None = None,
) -> Profile:
    """Return the profile of an area from the figures held in ``data_dir``.

    Parameters
    ----------
    area
        London, a borough or a command unit, by name, code or slug in any case.
    data_dir
        A data folder; the project's own by default.
    publisher, contact
        Who publishes the report, and whom readers may ask; for page one.

    Raises
    ------
    UsageError
        No such area, or one that no figures are made for.
    DataError
        A file in the data folder is not what it should be.
    """
    found = areas.find_reported(area, units=True)
    of = Gathered(found, everywhere.of(data_dir).among(found))
    return Profile(of, publisher=publisher, contact=contact)


class Profile:
    """Everything a report, chapter or dashboard shows of one area, made when first asked for."""

    def __init__(
        self, of: Gathered, *, publisher: str | None = None, contact: str | None = None
    ) -> None:
        self._publisher, self._contact = publisher, contact
        self.area = of.area
        self._name = of.area.name
        self._of = of

    # Page one

    @cached_property
    def cover(self) -> Cover:
        """The area's name and the periods the figures cover."""
        dates = {}
        if not self._of.year.why:
            dates["recorded crime"] = self._of.rates.period.iloc[0]
        if not self._of.no_share():
            dates["survey"] = confidence.latest_wave(self._of.answers[HEADLINE])
        told = [
            f"Recorded crime to {words.month(dates['recorded crime'])}."
            if "recorded crime" in dates
            else "No whole year of recorded crime is held.",
            self._views_to(dates["survey"])
            if "survey" in dates
            else "No survey of residents here is held.",
        ]
        footer = [f"{what} to {words.month(period)}" for what, period in dates.items()]
        last = self._of.held.recorded_crime.month.max()
        return Cover(
            title=self._name,
            subtitle="Is policing creating public value here, and how sure can we be?",
            period=" ".join(told),
            imprint=" ".join(
                filter(
                    None,
                    [
                        self._made_of,
                        self._publisher and f"Published by {self._publisher}.",
                        "Made from open data with pvtools; not an official statistic.",
                        self._contact and f"Contact: {self._contact}",
                    ],
                )
            ),
            footer=" · ".join([self._name, *footer]),
            date=f"{max(map(estimates.end, dates.values()), default=f'{last:%Y-%m}')}-01",
        )

    def _views_to(self, wave: str) -> str:
        """Return to when views are held, and if the map or trust is of an earlier wave, that."""
        boroughs = self._of.shares
        shown = (boroughs, self._of.answers.get("trust", boroughs))
        first = min(map(confidence.latest_wave, shown))
        last, whom = words.month(wave), areas.LONDON if self.area.is_london else "boroughs"
        if first < wave:
            return f"Residents' views held of {whom} to {last}, some to {words.month(first)}."
        return f"Residents' views to {last}, the latest held of {whom}."

    @property
    def _made_of(self) -> str:
        """Which boroughs a command unit is made of, as a sentence; of others nothing."""
        inside = words.listing([part.name for part in areas.members(self.area)])
        return f"The Basic Command Unit of {inside}." if self.area.kind == "bcu" else ""

    @cached_property
    def findings(self) -> Findings:
        """Four findings in plain words, each with its interval, or why it cannot be given."""
        return Findings(
            title="In brief",
            items=[
                self._rate_finding(),
                self._change_finding(),
                self._share_finding("Confidence", HEADLINE),
                self._share_finding("Trust", "trust"),
            ],
        )

    @cached_property
    def confidence_findings(self) -> Findings:
        """Whether opinion has changed in a year, and how far the survey could show that."""
        step = None if self._of.no_share() else self._of.moved(HEADLINE)
        interviews = exhibits.confidence.interviews(self._of.survey)
        return Findings(
            title="Has confidence changed in a year, and can the survey show it?",
            items=[
                self._share_finding("Confidence", HEADLINE),
                self._share_finding("Trust", "trust"),
                *(
                    []
                    if step is None
                    else [exhibits.findings.smallest(step, interviews=interviews)]
                ),
            ],
        )

    @cached_property
    def map(self) -> Exhibit | Notice:
        """The map of London with this area, or its boroughs, framed."""
        if why := self._of.no_share(london=True):
            return self._of.no_survey("Opinion across London cannot be shown", why)
        every, last = self._of.everywhere.boroughs, self._of.last[HEADLINE]
        return exhibits.confidence.framed(across.of_question(every, HEADLINE, last), self.area)

    @cached_property
    def opinion(self) -> Exhibit | Notice:
        """That map; on a web page, of whichever question and comparison the reader chooses."""
        if why := self._of.no_share(london=True):
            return self._of.no_survey("Opinion across London cannot be shown", why)
        return across.with_controls(self._of.everywhere.boroughs, self._of.last, self.area)

    @cached_property
    def cannot_tell(self) -> Notice:
        """What these figures cannot tell."""
        return Notice(
            title="What these figures cannot tell",
            points=[
                "How much crime there is: much is never reported, and fraud is recorded "
                "nationally, not by borough.",
                *self._unseen(),
                *self._small_changes(),
                "Why: no figure here says what the police caused.",
                "Which borough is best: they differ in more than policing, so none is ranked.",
            ],
        )

    def _small_changes(self) -> list[str]:
        """Return how large a change must be to be seen, where two years of a figure are held."""
        unseen = []
        if not self._of.no_change:
            crime = estimates.pick(self._of.year_change, area=self._name)
            unseen.append(f"{words.size(crime.detectable, 'change')} in a year's recorded crime")
        step = None if self._of.no_share() else self._of.moved(HEADLINE)
        if step is not None:
            unseen.append(
                f"{words.size(step.detectable, 'points')} in opinion, with "
                f"{exhibits.confidence.interviews(self._of.survey)}"
            )
        if not unseen:
            return []
        return [
            f"Small changes: one of less than about {', or '.join(unseen)}, would be missed here "
            "more than one time in five, so seeing none does not mean that there is none."
        ]

    def _unseen(self) -> list[str]:
        """Return what is not known of seriousness and time, which hangs on the files held."""
        serious = (
            []
            if self._of.weights is not None or self._of.year.why
            else ["How serious it is: no severity weights are held that fit the offences recorded."]
        )
        return [
            *serious,
            "How long it takes: that is not in the open data used here.",
        ]

    # The account

    @property
    def account_authorise(self) -> Ledger:
        """To whom the police answer here: what is known, how surely, and what is not measured."""
        return self._account[AUTHORISE]

    @property
    def account_create(self) -> Ledger:
        """What policing is for here: what is known, how surely, and what is not measured."""
        return self._account[CREATE]

    @property
    def account_measure(self) -> Ledger:
        """Whether it has succeeded here: what is known, how surely, and what is not measured."""
        return self._account[MEASURE]

    @cached_property
    def _account(self) -> dict[str, Ledger]:
        return account.account(
            self._name,
            {item.label: item for item in self._indicators},
            self._near,
            every=self._of.everywhere,
            checks=self.distortion_checks,
            since=dict(self._since_first()),
        )

    def _since_first(self) -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
        """Yield how answers moved since the first year held, by the question."""
        for question in FOLLOWED[:2]:
            if self._of.no_share(question, london=True):
                continue
            first = self._of.base(question)
            last = confidence.latest_wave(self._of.since_first(question))
            if (years := estimates.years_between(first, last)) > 1:
                called = f"Since {estimates.end(first)[:4]}"
                yield question, {called: self._of.change(question, years)}

    # At a glance

    @cached_property
    def glance(self) -> Ledger:
        """The indicators that are held, beside London and boroughs alike, and how each moved."""
        return exhibits.glance.table(
            self._indicators, area=self._name, near=self._near, since=counted.SINCE_CALLED
        )

    @cached_property
    def questions(self) -> Notice:
        """What could be asked of the police here, from what moved and what stands apart."""
        return exhibits.glance.questions(
            self._indicators, area=self._name, near=self._near, since=counted.SINCE_CALLED
        )

    @property
    def _near(self) -> list[str]:
        """The boroughs that are set beside it: the five most like it, or those of a unit."""
        if self.area.kind == "bcu":
            return [part.name for part in areas.members(self.area)]
        return self._of.near

    @cached_property
    def _indicators(self) -> list[exhibits.glance.Indicator]:
        return glance.indicators(self._of)

    # What is this service for?

    @cached_property
    def demand_trend(self) -> Exhibit | Notice:
        """Offences recorded each month."""
        if why := self._of.no_change:
            return self._of.no_crime("Whether more is recorded than a year ago is not known", why)
        return exhibits.demand.trend(
            self._of.monthly,
            self._of.year_change,
            area=self._name,
            source=self._of.crime,
            notes=[self._of.later_months] if self._of.later_months else [],
        )

    @cached_property
    def demand_currencies(self) -> Exhibit | Notice:
        """What offences and harm are made of; without weights that fit, offences and hours."""
        return self._of.currencies(self._name, hours=self._of.weights is None)

    # To whom does it answer?

    @cached_property
    def confidence_trend(self) -> Exhibit | Notice:
        """The headline question over independent waves."""
        title = "Whether opinion has moved is not known"
        if why := self._of.no_share(london=True):
            return self._of.no_survey(title, why)
        shares = self._of.since_first(HEADLINE)
        first, last = self._of.base(HEADLINE), confidence.latest_wave(shares)
        if first == last:
            why = f"The survey held has one wave for {self._name}, {words.month(last)}."
            return self._of.no_survey(title, why)
        return exhibits.confidence.trend(
            shares,
            self._of.change(HEADLINE, estimates.years_between(first, last)),
            area=self._name,
            source=self._of.survey,
            beside=self._beside_london,
            notes=self._notes_on_opinion(),
        )

    @cached_property
    def _beside_london(self) -> pd.DataFrame | None:
        """How opinion moved since the first wave beside London, if both are held."""
        shares = self._of.since_first(HEADLINE)
        first, last = self._of.base(HEADLINE), confidence.latest_wave(shares)
        both = shares[shares.period.isin([first, last]) & (shares.area == areas.LONDON)]
        if self.area.is_london or len(both) < 2:
            return None
        years = estimates.years_between(first, last)
        return self._of.beside_london(HEADLINE, years)

    def _notes_on_opinion(self) -> list[str]:
        """Return who else moved, and what boroughs like this one say, as far as that is held."""
        notes, changes = [], None
        if self._of.moved(HEADLINE) is not None:
            changes = self._of.change(HEADLINE)
        if changes is not None and (changes.area != areas.LONDON).any():
            notes.append(exhibits.confidence.moved_note(changes, area=self._name))
        if self._beside_london is not None:
            notes.append(exhibits.confidence.beside_note(self._beside_london, area=self._name))
        wave = self._of.latest(self._of.shares)
        if self._of.alike_in(wave):
            notes.append(exhibits.confidence.alike_note(wave, self._of.neighbours, area=self._name))
        return notes

    @cached_property
    def confidence_questions(self) -> Exhibit | Notice:
        """All questions of the latest wave against London."""
        shown = {key: self._of.no_share(key, london=True) for key in self._of.asked}
        asked = [key for key, why in shown.items() if not why]
        if not asked:
            why = [*shown.values()] or [f"The survey held has no answers for {self._name}."]
            return self._of.no_survey(f"What people in {self._name} say is not known", why)
        latest = pd.concat(
            [self._of.latest(self._of.answers[key]) for key in asked], ignore_index=True
        )
        apart = pd.concat([self._of.apart(key) for key in asked], ignore_index=True)
        return exhibits.confidence.questions(
            latest,
            apart,
            area=self._name,
            source=self._of.survey,
            implied=self._of.everywhere.design_effects,
        )

    # How do we know it has succeeded?

    @cached_property
    def demand_similar(self) -> Exhibit | Notice:
        """Recorded offences per resident beside the boroughs most like it, or those of a unit."""
        if self.area.is_london:
            return exhibits.whole("The amount of crime")
        if self.area.kind == "bcu":
            return self._inside()
        if why := self._of.year.says(self._name):
            return self._of.no_crime("How much is recorded beside boroughs alike is not known", why)
        known = set(self._of.rates.dropna(subset=["estimate"]).area)
        if not known & set(self._of.near):
            why = "None of the five boroughs most alike is whole in these months."
            return self._of.no_crime("How much is recorded beside boroughs alike is not known", why)
        return exhibits.demand.similar(
            self._of.rates,
            self._of.neighbours,
            area=self._name,
            source=self._of.crime,
            notes=[exhibits.demand.unplaced_note(*demand.unplaced(self._of.held.recorded_crime))],
        )

    def _inside(self) -> Exhibit | Notice:
        """Return recorded offences per resident in a command unit and in each of its boroughs."""
        boroughs = self._of.everywhere.boroughs
        if why := self._of.year.says(self._name) or boroughs.year.why:
            return self._of.no_crime("How much is recorded in each borough is not known", why)
        return exhibits.demand.inside(
            pd.concat([self._of.rates, boroughs.rates[boroughs.rates.area != areas.LONDON]]),
            [part.name for part in areas.members(self.area)],
            area=self._name,
            source=self._of.crime,
        )

    @cached_property
    def confidence_strip(self) -> Exhibit | Notice:
        """Where the area lies among all of its kind on the headline question."""
        if self.area.is_london:
            return exhibits.whole("Opinion")
        if why := self._of.no_share(london=True) or self._of.no_share(most=True):
            return self._of.no_survey("Whether opinion here is unusual is not known", why)
        return exhibits.confidence.strip(
            self._of.latest(self._of.shares),
            confidence.funnel_limits(self._of.shares, leaving_out=self._name),
            area=self._name,
            source=self._of.survey,
        )

    @cached_property
    def outcomes(self) -> Exhibit:
        """Positive outcomes for every 100 offences, by kind of offence, beside London."""
        found = self._of.everywhere.outcomes
        return exhibits.demand.outcomes(
            found, area=self._name, source=self._of.register["outcomes_2025_by_month"]
        )

    @cached_property
    def outcomes_recording(self) -> Exhibit:
        """What positive outcomes did when the police changed their system of recording."""
        found = self._of.everywhere.outcomes_monthly
        return exhibits.demand.recording(
            found,
            area=self._name,
            source=self._of.register["special_crime_by_month"],
            later=self._of.everywhere.outcomes_later,
        )

    @cached_property
    def distortion_checks(self) -> Ledger:
        """Whether targets have bent the measures here, so far as the figures held can show it."""
        return exhibits.distortion.checks(
            self._of.moved_next_door,
            area=self._name,
            first=self._of.held.recorded_crime.month.min(),
        )

    # Methods and sources

    @cached_property
    def origins(self) -> Ledger:
        """Where the figures come from, with their vintage and checksum."""
        return provenance.origins(
            self._of.held.held, self._of.register, counted.SHIPPED, self._of.data_dir
        )

    @cached_property
    def provenance(self) -> Ledger:
        """How this page could be made again."""
        rows = {
            "Area": f"{self._name} ({self.area.code}), {self.area.residents:,} residents in 2021",
            "pvtools": f"{__version__}, code {places.code_digest()[:12]}",
        }
        return Ledger(
            key="provenance",
            title="How to make this report again",
            table=pd.DataFrame({"what": rows.keys(), "value": rows.values()}),
            columns=[Column("what", "What"), Column("value", "Value")],
            note=f"pvtools report {self.area.slug}",
        )

    def _rate_finding(self) -> Finding:
        if why := self._of.year.says(self._name):
            return exhibits.findings.missing("Recorded crime", why)
        rate = estimates.pick(self._of.rates, area=self._name)
        return exhibits.findings.rate(
            rate,
            london=estimates.pick(self._of.rates, area=areas.LONDON),
        )

    def _change_finding(self) -> Finding:
        if why := self._of.no_change:
            return exhibits.findings.missing("Change in a year", why)
        return exhibits.findings.change(estimates.pick(self._of.year_change, area=self._name))

    def _share_finding(self, label: str, question: str) -> Finding:
        if why := self._of.no_share(question):
            return exhibits.findings.missing(label, why)
        shares = self._of.answers[question]
        apart = None
        if not self.area.is_london and not self._of.no_share(question, london=True):
            apart = estimates.pick(self._of.apart(question), area=self._name)
        return exhibits.findings.share(
            label,
            estimates.pick(self._of.latest(shares), area=self._name),
            moved=self._of.moved(question),
            apart=apart,
        )
