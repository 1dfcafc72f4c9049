"""A borough's profile: its estimates, gathered once, as the exhibits every surface shows."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import (
    __version__,
    boroughs,
    confidence,
    demand,
    estimates,
    exhibits,
    measures,
    places,
    sources,
    tables,
    words,
)
from pvtools.exhibits import Column, Cover, Exhibit, Finding, Findings, Ledger, Notice
from pvtools.profiles import provenance
from pvtools.profiles.gathered import HEADLINE, Gathered


def load(borough: str, *, data_dir: str | Path | None = None) -> Profile:
    """Return the profile of ``borough`` from the figures held in ``data_dir``.

    Parameters
    ----------
    borough
        Name, GSS code or slug, in any case.
    data_dir
        A data folder; the project's own by default.

    Raises
    ------
    UsageError
        No such borough, or one without a report.
    DataError
        A file in the data folder is not what it should be.
    """
    found = boroughs.find_reported(borough)
    return Profile(Gathered(found, tables.load(data_dir), sources.register(data_dir), data_dir))


class Profile:
    """Everything a report, chapter or dashboard shows of one borough, made when first asked for."""

    def __init__(self, of: Gathered) -> None:
        self.borough = of.borough
        self._name = of.borough.name
        self._of = of

    # Page one

    @cached_property
    def cover(self) -> Cover:
        """The borough's name and the periods the figures cover."""
        crime, survey = (
            self._of.rates.period.iloc[0],
            self._of.latest(self._of.shares).period.iloc[0],
        )
        period = (
            f"Recorded crime to {words.month(crime)}. "
            f"Residents' views to {words.month(survey)}, the latest survey held."
        )
        return Cover(
            title=self._name,
            subtitle="Is policing creating public value here, and how sure can we be?",
            period=period,
            footer=(
                f"{self._name} · recorded crime to {words.month(crime)} · "
                f"survey to {words.month(survey)}"
            ),
            date=f"{max(crime, survey)}-01",
        )

    @cached_property
    def findings(self) -> Findings:
        """Four findings in plain words, each with its interval."""
        rate = estimates.pick(self._of.rates, borough=self._name)
        return Findings(
            title="In brief",
            items=[
                exhibits.findings.rate(
                    rate,
                    london=estimates.pick(self._of.rates, borough=boroughs.LONDON),
                    unusually_high=rate.estimate > self._of.rate_band.upper_99_8,
                ),
                exhibits.findings.change(estimates.pick(self._of.year_change, borough=self._name)),
                self._share_finding("Confidence", HEADLINE),
                self._share_finding("Trust", "trust"),
            ],
        )

    @cached_property
    def map(self) -> Exhibit:
        """The map of London with this borough marked."""
        return exhibits.confidence.tile_map(
            self._of.latest(self._of.shares),
            self._of.apart(HEADLINE),
            borough=self._name,
            source=self._of.survey,
        )

    @cached_property
    def cannot_tell(self) -> Notice:
        """What these figures cannot tell."""
        step = estimates.pick(confidence.change(self._of.shares), borough=self._name)
        unseen = words.size((step.upper - step.lower) / 2, "points")
        return Notice(
            title="What these figures cannot tell",
            points=[
                "How much crime there is: much is never reported, and fraud is recorded "
                "nationally, not by borough.",
                *self._unseen(),
                f"Small changes in opinion: with about {self._of.survey.design.n} interviews here "
                f"a year, a change of under about {unseen} cannot be told from chance.",
                "Why: no figure here says what the police caused.",
                "Which borough is best: they differ in more than policing, so none is ranked.",
            ],
        )

    def _unseen(self) -> list[str]:
        """Return what is not known of seriousness and time, which hangs on the files held."""
        serious = (
            []
            if self._of.weights is not None
            else ["How serious it is: no table of severity weights is held."]
        )
        return [
            *serious,
            "How long it takes: nobody publishes that, and hours here rest on assumed times.",
        ]

    # What is this service for?

    @cached_property
    def demand_trend(self) -> Exhibit:
        """Offences recorded each month."""
        return exhibits.demand.trend(
            self._of.monthly,
            self._of.year_change,
            borough=self._name,
            source=self._of.crime,
            notes=[
                exhibits.demand.rising_note(self._of.rising, by="offence_group"),
            ],
        )

    @cached_property
    def demand_currencies(self) -> Exhibit:
        """What offences, harm and officer-hours are made of."""
        return self._of.currencies(self._name)

    # To whom does it answer?

    @cached_property
    def confidence_trend(self) -> Exhibit:
        """The headline question over independent waves."""
        first = self._of.shares.period.min()
        years = int(confidence.latest_wave(self._of.shares)[:4]) - int(first[:4])
        return exhibits.confidence.trend(
            self._of.shares,
            confidence.change(self._of.shares, years=years),
            borough=self._name,
            source=self._of.survey,
            notes=(
                exhibits.confidence.moved_note(
                    confidence.moved(confidence.change(self._of.shares)), borough=self._name
                ),
                exhibits.confidence.alike_note(
                    self._of.latest(self._of.shares), self._of.neighbours, borough=self._name
                ),
            ),
        )

    @cached_property
    def confidence_questions(self) -> Exhibit:
        """All questions of the latest wave against London."""
        latest = pd.concat(
            [self._of.latest(shares) for shares in self._of.asked.values()], ignore_index=True
        )
        apart = pd.concat([self._of.apart(key) for key in self._of.asked], ignore_index=True)
        return exhibits.confidence.questions(
            latest, apart, borough=self._name, source=self._of.survey
        )

    # How do we know it has succeeded?

    @cached_property
    def demand_funnel(self) -> Exhibit:
        """How unusual the recorded offences are among 32 boroughs."""
        return exhibits.demand.funnel(
            self._of.rates,
            demand.funnel_limits(
                self._of.rates, exhibits.demand.sizes(self._of.rates), leaving_out=self._name
            ),
            band=self._of.rate_band,
            borough=self._name,
            source=self._of.crime,
            notes=[exhibits.demand.unplaced_note(*demand.unplaced(self._of.held.recorded_crime))],
        )

    @cached_property
    def confidence_strip(self) -> Exhibit:
        """Where the borough lies among 32 on the headline question."""
        return exhibits.confidence.strip(
            self._of.latest(self._of.shares),
            confidence.funnel_limits(self._of.shares, leaving_out=self._name),
            borough=self._name,
            source=self._of.survey,
        )

    @cached_property
    def distortion_checks(self) -> Ledger:
        """Whether targets have bent the measures here, so far as the figures held can show it."""
        return exhibits.distortion.checks(
            self._of.moved_next_door,
            area=self._name,
            first=self._of.held.recorded_crime.month.min(),
        )

    @cached_property
    def sensitivity(self) -> Ledger:
        """How large a change in a year would have to be before these figures could show it."""
        crime = estimates.pick(self._of.year_change, borough=self._name)
        rows = [("Recorded offences", crime, "change")]
        for key in (HEADLINE, "trust"):
            step = estimates.pick(confidence.change(self._of.asked[key]), borough=self._name)
            rows.append((measures.find(key).label, step, "points"))
        table = pd.DataFrame(
            [
                {
                    "what": f"{label}, year to {words.month(step.period)}",
                    "change": words.number(step.estimate, how),
                    "interval": words.interval(step.lower, step.upper, how),
                    "smallest": words.size((step.upper - step.lower) / 2, how),
                }
                for label, step, how in rows
            ]
        )
        return Ledger(
            key="sensitivity",
            title="How large must a change be before these figures could show it?",
            table=table,
            columns=[
                Column("what", "Measure"),
                Column("change", "Change"),
                Column("interval", "95% interval"),
                Column("smallest", "Unseen if under about"),
            ],
            note="Seeing no change is not the same as there being none.",
        )

    # Methods and sources

    @cached_property
    def origins(self) -> Ledger:
        """Where the figures come from, with their vintage and checksum."""
        return provenance.origins(self._of.held, self._of.register)

    @cached_property
    def provenance(self) -> Ledger:
        """How this page could be made again."""
        rows = {
            "Borough": f"{self._name} ({self.borough.gss_code})",
            "Residents, Census 2021": f"{self.borough.population_2021:,}",
            "pvtools": f"{__version__}, code {places.code_digest()[:12]}",
        }
        return Ledger(
            key="provenance",
            title="How to make this report again",
            table=pd.DataFrame({"what": rows.keys(), "value": rows.values()}),
            columns=[Column("what", "What"), Column("value", "Value")],
            note=f"pvtools report {self.borough.slug}",
        )

    def _share_finding(self, label: str, question: str) -> Finding:
        shares = self._of.asked[question]
        return exhibits.findings.share(
            label,
            estimates.pick(self._of.latest(shares), borough=self._name),
            moved=estimates.pick(confidence.change(shares), borough=self._name),
            apart=estimates.pick(self._of.apart(question), borough=self._name),
        )
