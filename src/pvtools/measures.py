"""The register of measures: the label, unit, source and phrase of everything that is shown.

Every axis, caption, rounding and sentence takes its words from here, so that a figure
without a unit and a source cannot be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pvtools.errors import resolve

Better = Literal["higher", "lower", "neither"]
#: How a number is written; see ``words.number``.
Format = Literal["percent", "points", "change", "rate", "count", "decimal", "text", "month"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured.

    ``phrase`` completes "62% of people in Hackney …" or "118 … in Hackney".
    """

    key: str
    label: str
    unit: str
    source: str
    better: Better
    format: Format
    phrase: str


_SURVEY = "pas_borough"
_RESPONDENTS = "pas_respondents"
_VICTIMS = "user_satisfaction"
_CRIME = "mps_recorded_crime"


def _question(key: str, label: str, phrase: str) -> Measure:
    return Measure(key, label, "share of residents", _SURVEY, "higher", "percent", phrase)


def _statement(key: str, label: str, phrase: str) -> Measure:
    """Return one of the five public statements of 2010, which replaced the Policing Pledge."""
    return Measure(key, label, "share of residents", _RESPONDENTS, "higher", "percent", phrase)


def _share_of(key: str, label: str, unit: str) -> Measure:
    return Measure(key, label, unit, _CRIME, "neither", "percent", label.lower())


def _ratio(key: str, label: str) -> Measure:
    return Measure(key, label, "times London's", _CRIME, "neither", "decimal", label.lower())


def _of_calls(key: str, label: str, unit: str, better: Better, how: Format) -> Measure:
    """Return a measure of calls for officers, reckoned from recorded offences under assumptions."""
    return Measure(key, label, unit, _CRIME, better, how, _CALLS[key])


#: how a sentence about calls goes on after its number
_CALLS = {
    "officers_needed": "officers would be needed",
    "answered_in_time": "of calls would be answered in time",
    "mean_wait": "minutes that a call would wait on average",
    "unmet_share": "of the officer-hours asked would not be given",
    "unmet_hours": "officer-hours a week would be asked and not given",
    "unmet_harm": "of harm a week to which nobody would come",
    "occupancy": "of officers' time on duty would be bound by calls",
}

MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        _question("good_job", "Good job", "say the police do a good job in their local area"),
        _question("trust", "Trust", "say they can trust the Metropolitan Police"),
        _question("treat_fairly", "Treat everyone fairly", "say the police treat everyone fairly"),
        _question(
            "rely_on", "Can be relied on", "say the police can be relied on to be there when needed"
        ),
        _question(
            "understand_issues",
            "Understand local issues",
            "say the police understand the issues that affect their community",
        ),
        _question("listen", "Listen to concerns", "say the police listen to local concerns"),
        _question("informed", "Kept informed", "feel informed about the police in their area"),
        _question(
            "contact_officer",
            "Know the ward officer",
            "know how to contact their ward officer",
        ),
        _statement("statement_fair", "Fairness", "say the police treat people fairly"),
        _statement(
            "statement_listen",
            "Responding and listening",
            "say the police respond to and hear concerns",
        ),
        _statement(
            "statement_team", "Your local team", "say they know and see their neighbourhood team"
        ),
        _statement(
            "statement_informed", "Keeping you informed", "say the police keep them informed"
        ),
        _statement(
            "statement_right",
            "When things go wrong",
            "say the police put things right when they fail",
        ),
        Measure(
            "satisfied",
            "Satisfied with the service",
            "share of victims",
            _VICTIMS,
            "higher",
            "percent",
            "are satisfied with the service they received",
        ),
        Measure(
            "offence_rate",
            "Recorded offences",
            "offences a year per 1,000 residents",
            _CRIME,
            "neither",
            "rate",
            "offences recorded per 1,000 residents",
        ),
        Measure(
            "offence_rate_monthly",
            "Recorded offences",
            "offences a month per 1,000 residents",
            _CRIME,
            "neither",
            "rate",
            "offences recorded per 1,000 residents",
        ),
        Measure(
            "offences",
            "Recorded offences",
            "offences",
            _CRIME,
            "neither",
            "count",
            "offences recorded",
        ),
        Measure(
            "severity_score",
            "Harm",
            "days of starting-point sentence a year per 1,000 residents",
            _CRIME,
            "neither",
            "count",
            "days of harm per 1,000 residents",
        ),
        Measure(
            "workload_hours",
            "Officer-hours",
            "officer-hours",
            _CRIME,
            "neither",
            "count",
            "officer-hours",
        ),
        _share_of("share_offences", "Share of offences", "share of a year's offences"),
        _share_of("share_harm", "Share of harm", "share of a year's harm"),
        _share_of("share_hours", "Share of officer-hours", "share of a year's officer-hours"),
        _ratio("offences_ratio", "Offences per resident, London is 1"),
        _ratio("harm_ratio", "Harm per resident, London is 1"),
        _ratio("hours_ratio", "Officer-hours per resident, London is 1"),
        Measure(
            "deployment_gap",
            "Deployment less demand",
            "points of share",
            _CRIME,
            "neither",
            "points",
            "points more of deployment than of offences",
        ),
        Measure(
            "officers_share",
            "Officers of every 1,000",
            "officers of every 1,000 shared out",
            _CRIME,
            "neither",
            "rate",
            "officers of every 1,000",
        ),
        Measure(
            "offence_change",
            "Change in recorded offences",
            "per cent, this year on last",
            _CRIME,
            "neither",
            "change",
            "change in offences recorded",
        ),
        _of_calls("officers_needed", "Officers needed", "officers", "neither", "count"),
        _of_calls("answered_in_time", "Answered in time", "share of calls", "higher", "percent"),
        _of_calls("mean_wait", "Mean wait", "minutes", "lower", "rate"),
        _of_calls("unmet_share", "Work not met", "share of officer-hours", "lower", "percent"),
        _of_calls("unmet_hours", "Hours not met", "officer-hours a week", "lower", "count"),
        _of_calls("unmet_harm", "Harm not met", "days of harm a week", "lower", "count"),
        _of_calls("occupancy", "Time bound by calls", "share of time", "neither", "percent"),
        Measure(
            "abstraction_share",
            "Abstraction of ward officers",
            "share of recorded time",
            "mps_abstractions",
            "lower",
            "percent",
            "of ward officers' recorded time is taken elsewhere",
        ),
        Measure(
            "hour_share",
            "Incidents by hour of the week",
            "share of the week's incidents",
            "incident_times",
            "neither",
            "percent",
            "of the week's incidents",
        ),
    )
}

#: The survey's eight questions, the headline question first.
QUESTIONS: tuple[str, ...] = tuple(m.key for m in MEASURES.values() if m.source == _SURVEY)
#: The five public statements, diagnostics of what stands behind an answer.
STATEMENTS: tuple[str, ...] = tuple(m.key for m in MEASURES.values() if m.source == _RESPONDENTS)


def find(key: str) -> Measure:
    """Return the measure called ``key``.

    Raises
    ------
    UsageError
        No measure is called so; the nearest key is suggested.
    """
    return MEASURES[resolve("measure", key, MEASURES)]
