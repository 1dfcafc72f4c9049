"""The register of measures: the label, unit, source and phrase of everything that is shown.

Every axis, caption, rounding and sentence takes its words from here, so that a figure
without a unit and a source cannot be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pvtools.errors import UsageError, did_you_mean

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
        Measure(
            "offence_change",
            "Change in recorded offences",
            "per cent, this year on last",
            _CRIME,
            "neither",
            "change",
            "change in offences recorded",
        ),
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
    try:
        return MEASURES[key]
    except KeyError:
        raise UsageError(
            f"Unknown measure {key!r}.{did_you_mean(key, MEASURES)} "
            f"Measures are: {', '.join(MEASURES)}."
        ) from None
