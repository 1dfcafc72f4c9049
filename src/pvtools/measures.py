"""The register of measures: what is measured, and how each of its quantities is written.

A measure is one thing, such as “good job” or recorded offences; a quantity says what kind of
number about it is held: its level, a change, a rank. Axis labels, units, rounding and columns
are looked up by both, so that a figure without a unit and a source cannot be drawn and a rank
is never written as a percentage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pvtools.errors import resolve

Better = Literal["higher", "lower", "neither"]
#: What kind of number an estimate is. A difference is between two areas, groups of people, parts
#: of a month, releases or sets of weights, a change between two periods, a share is of a whole, a
#: ratio is to London's; a shrunken level borrows strength from the other areas.
Quantity = Literal["level", "shrunken", "change", "difference", "ratio", "share", "rank", "score"]
Family = Literal[
    "question",
    "statement",
    "residents",
    "victims",
    "recorded crime",
    "calls",
    "record",
    "index",
    "detector",
    "engagement",
    "evaluation",
]
#: How a number is written; see ``words.number``.
Format = Literal[
    "percent",
    "points",
    "change",
    "rate",
    "count",
    "decimal",
    "p_value",
    "text",
    "month",
    "period",
    "picture",
]


@dataclass(frozen=True, slots=True)
class Written:
    """How one quantity of a measure is written: its label, its unit, the format of its number."""

    label: str
    unit: str
    format: Format


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured.

    ``source`` is the register key of what it is measured in, empty where that is any file a user
    brings; ``phrase`` completes "62% of people in Hackney …" or "118 … in Hackney".
    """

    key: str
    label: str
    family: Family
    source: str
    better: Better
    phrase: str
    quantities: Mapping[Quantity, Written]


_SURVEY = "pas_borough"
_RESPONDENTS = "pas_respondents"
_VICTIMS = "user_satisfaction"
_CRIME = "mps_recorded_crime"


def _asked(key: str, label: str, phrase: str, family: Family, source: str) -> Measure:
    """Return a question whose level is the share of people who agree."""
    people = "victims" if family == "victims" else "residents"
    quantities: dict[Quantity, Written] = {
        "level": Written(label, f"share of {people}", "percent"),
        "shrunken": Written(f"{label}, shrunken", f"share of {people}, shrunken", "percent"),
        "change": Written(f"{label}, change", "percentage points", "points"),
        "difference": Written(f"{label}, difference", "percentage points", "points"),
        "share": Written(f"{label}, share explained", "share of the differences", "percent"),
        "rank": Written(f"{label}, place", "place among boroughs", "count"),
    }
    return Measure(key, label, family, source, "higher", phrase, quantities)


def _question(key: str, label: str, phrase: str) -> Measure:
    return _asked(key, label, phrase, "question", _SURVEY)


def _statement(key: str, label: str, phrase: str) -> Measure:
    """Return one of the five public statements of 2010, which replaced the Policing Pledge."""
    return _asked(key, label, phrase, "statement", _RESPONDENTS)


def _counted(
    key: str,
    label: str,
    phrase: str,
    level: Written,
    *,
    share: str = "",
    source: str = _CRIME,
    **more: Written,
) -> Measure:
    """Return a measure of recorded crime; ``share`` names a year's whole."""
    quantities: dict[str, Written] = {"level": level}
    if share:
        quantities["share"] = Written(f"Share of {share}", f"share of a year's {share}", "percent")
        ratio = f"{share.capitalize()} per resident, London is 1"
        quantities["ratio"] = Written(ratio, "times London's", "decimal")
    return Measure(key, label, "recorded crime", source, "neither", phrase, quantities | more)


def _of_calls(key: str, label: str, unit: str, better: Better, how: Format, phrase: str) -> Measure:
    """Return a measure of calls for officers, made from recorded offences under assumptions."""
    return _one(key, label, "calls", _CRIME, better, phrase, Written(label, unit, how))


def _one(
    key: str, label: str, family: Family, source: str, better: Better, phrase: str, level: Written
) -> Measure:
    return Measure(key, label, family, source, better, phrase, {"level": level})


def _detector(
    key: str, label: str, quantity: Quantity, unit: str, how: Format, phrase: str
) -> Measure:
    """Return what a detector of target distortion estimates; its key is that of the detector."""
    written = {quantity: Written(label, unit, how)}
    return Measure(key, label, "detector", "", "neither", phrase, written)


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
        _asked(
            "feel_safe",
            "Feel safe",
            "feel safe in their area after dark",
            "residents",
            "",
        ),
        _one(
            "anxiety",
            "Anxiety",
            "record",
            "wellbeing_by_year",
            "lower",
            "mean answer on anxiety yesterday, 0 to 10",
            Written("Anxiety", "mean answer, 0 to 10", "decimal"),
        ),
        Measure(
            "safety_index",
            "Community Safety Index",
            "index",
            "",
            "higher",
            "points of the Community Safety Index",
            {
                "score": Written("Score", "points of the index", "count"),
                "change": Written("Change", "points", "count"),
                "difference": Written("Recorded less said", "points", "count"),
                "rank": Written("Place", "place among boroughs", "count"),
            },
        ),
        _asked(
            "satisfied",
            "Satisfied with the service",
            "are satisfied with the service they received",
            "victims",
            _VICTIMS,
        ),
        _counted(
            "offence_rate",
            "Recorded offences",
            "offences recorded per 1,000 residents",
            Written("Recorded offences", "offences a year per 1,000 residents", "rate"),
            change=Written("Change in recorded offences", "per cent, this year on last", "change"),
        ),
        _counted(
            "offence_rate_monthly",
            "Recorded offences",
            "offences recorded per 1,000 residents",
            Written("Recorded offences", "offences a month per 1,000 residents", "rate"),
        ),
        _counted(
            "offences",
            "Recorded offences",
            "offences recorded",
            Written("Recorded offences", "offences", "count"),
            share="offences",
            change=Written("Change in recorded offences", "per cent, this year on last", "change"),
            difference=Written("Later release less the earlier", "offences", "count"),
        ),
        _counted(
            "offences_daily",
            "Recorded offences",
            "offences recorded a day",
            Written("Recorded offences", "offences a day", "rate"),
        ),
        _counted(
            "search_rate",
            "Stops and searches",
            "stops and searches per 1,000 residents",
            Written("Stops and searches", "a year per 1,000 residents", "rate"),
            source="stop_search_by_month",
            change=Written("Change in searches", "per cent, this year on last", "change"),
        ),
        _counted(
            "homicide_victims",
            "Victims of homicide",
            "victims of homicide",
            Written("Victims of homicide", "people a year", "count"),
            source="homicide_victims_by_year",
        ),
        _counted(
            "outcomes_per_offence",
            "Positive outcomes",
            "positive outcomes reached for every 100 offences recorded in the year",
            Written("Positive outcomes", "share of the offences recorded", "percent"),
            source="outcomes_2025_by_month",
        ),
        _counted(
            "severity_score",
            "Harm",
            "days of harm per 1,000 residents",
            Written("Harm", "days of sentence a year per 1,000 residents", "count"),
            share="harm",
            difference=Written("Place under one set of weights less another", "places", "count"),
        ),
        _counted(
            "workload_hours",
            "Officer-hours",
            "officer-hours",
            Written("Officer-hours", "officer-hours", "count"),
            share="officer-hours",
        ),
        _counted(
            "deployment",
            "Deployment",
            "of what is deployed",
            Written("Deployment", "share of what is deployed", "percent"),
            difference=Written("Deployment less demand", "points of share", "points"),
        ),
        _counted(
            "officers_share",
            "Officers of every 1,000",
            "officers of every 1,000",
            Written("Officers of every 1,000", "officers of every 1,000 shared out", "rate"),
        ),
        _of_calls(
            "officers_needed",
            "Officers needed",
            "officers",
            "neither",
            "count",
            "officers would be needed",
        ),
        _of_calls(
            "answered_in_time",
            "Answered in time",
            "share of calls",
            "higher",
            "percent",
            "of calls would be answered in time",
        ),
        _of_calls(
            "mean_wait",
            "Mean wait",
            "minutes",
            "lower",
            "rate",
            "minutes that a call would wait on average",
        ),
        _of_calls(
            "unmet_share",
            "Work not met",
            "share of officer-hours",
            "lower",
            "percent",
            "of the officer-hours asked would not be given",
        ),
        _of_calls(
            "unmet_hours",
            "Hours not met",
            "officer-hours a week",
            "lower",
            "count",
            "officer-hours a week would be asked and not given",
        ),
        _of_calls(
            "unmet_harm",
            "Harm not met",
            "days of harm a week",
            "lower",
            "count",
            "of harm a week to which nobody would come",
        ),
        _of_calls(
            "occupancy",
            "Time bound by calls",
            "share of time",
            "neither",
            "percent",
            "of officers' time on duty would be bound by calls",
        ),
        Measure(
            "sample",
            "Share of the sample",
            "record",
            "pas_vs_census_ethnicity",
            "neither",
            "of those who answered",
            {
                "level": Written("Share of the sample", "share of those who answered", "percent"),
                "difference": Written("Sample less residents", "points of share", "points"),
            },
        ),
        Measure(
            "representativity",
            "Evenness of answers",
            "engagement",
            "",
            "higher",
            "evenness of who answered, 1 where all kinds answer equally often",
            {"score": Written("R-indicator", "1 where all answer equally often", "decimal")},
        ),
        _one(
            "missed",
            "Nobody of the group on the panel",
            "engagement",
            "",
            "lower",
            "chance that nobody of the group is drawn",
            Written("Nobody of the group on the panel", "chance", "percent"),
        ),
        _one(
            "worth",
            "Random sample of the same error",
            "engagement",
            "",
            "higher",
            "people at random would err as little",
            Written("Random sample of the same error", "people", "count"),
        ),
        _one(
            "seat",
            "Chance to sit on the panel",
            "engagement",
            "",
            "neither",
            "chance to sit on the panel",
            Written("Chance to sit on the panel", "chance", "percent"),
        ),
        _one(
            "kept_by_weights",
            "People left after reweighting",
            "engagement",
            "",
            "higher",
            "of the people are left after reweighting",
            Written("People left after reweighting", "share of people", "percent"),
        ),
        Measure(
            "overlap",
            "Priorities that overlap",
            "engagement",
            "",
            "neither",
            "of the priorities overlap",
            {
                "share": Written("Priorities that overlap", "share of the targets", "percent"),
                "score": Written("Overlap, the top counting most", "0 to 1", "decimal"),
            },
        ),
        Measure(
            "agreement",
            "Agreement of ranks",
            "engagement",
            "",
            "neither",
            "agreement of ranks, 1 where they are the same",
            {"score": Written("Kendall's tau-b", "−1 to 1", "decimal")},
        ),
        _one(
            "abstraction_share",
            "Abstraction of ward officers",
            "record",
            "mps_abstractions",
            "lower",
            "of ward officers' recorded time is taken elsewhere",
            Written("Abstraction of ward officers", "share of recorded time", "percent"),
        ),
        Measure(
            "positive_outcomes",
            "Positive outcomes",
            "record",
            "mps_dashboard",
            "higher",
            "crimes with a positive outcome",
            {
                "level": Written("Positive outcomes", "outcomes", "count"),
                "change": Written(
                    "Change in positive outcomes", "per cent, this year on last", "change"
                ),
                "difference": Written(
                    "Last days of the month against other days", "per cent a day", "change"
                ),
            },
        ),
        Measure(
            "outcome_rate",
            "Positive outcomes per offence",
            "record",
            "mps_dashboard",
            "higher",
            "positive outcomes per recorded offence",
            {
                "level": Written("Positive outcomes per offence", "share of offences", "percent"),
                "change": Written(
                    "Change in outcomes per offence", "per cent, this year on last", "change"
                ),
            },
        ),
        _detector("bunching", "Cases moved", "level", "cases", "count", "cases moved"),
        _detector(
            "exclusion", "Cases left out", "share", "share of late cases", "percent", "left out"
        ),
        _detector(
            "density",
            "Jump at the target",
            "difference",
            "share of cases a unit",
            "decimal",
            "jump",
        ),
        _detector("rounding", "Values rounded", "share", "share of cases", "percent", "rounded"),
        _detector(
            "reclassification",
            "Cases recorded next door",
            "share",
            "share of the targeted kind's cases",
            "percent",
            "recorded as the kind next to it",
        ),
        _detector(
            "displacement", "Effort moved", "difference", "log points", "decimal", "effort moved"
        ),
        _detector(
            "decoupling",
            "Indicator and outcome part",
            "change",
            "standard deviations a year",
            "decimal",
            "indicator pulls away from outcome",
        ),
        _one(
            "hour_share",
            "Incidents by hour of the week",
            "record",
            "incident_times",
            "neither",
            "of the week's incidents",
            Written("Incidents by hour of the week", "share of the week's incidents", "percent"),
        ),
        Measure(
            "national_opinion",
            "Opinion in the national survey",
            "record",
            "national_survey_2018",
            "higher",
            "of adults who agree",
            {"difference": Written("London less England and Wales", "percentage points", "points")},
        ),
        _one(
            "reporting_rate",
            "Known to the police",
            "record",
            "reporting_rates",
            "neither",
            "of crimes that come to the knowledge of the police",
            Written("Known to the police", "share of crimes in the survey", "percent"),
        ),
        _one(
            "national_trust",
            "Trust in those who govern",
            "record",
            "trust_in_government",
            "neither",
            "of people asked in national surveys",
            Written("Said so", "share of people asked", "percent"),
        ),
        Measure(
            "effect",
            "Effect",
            "evaluation",
            "",
            "neither",
            "more or less than was to be expected",
            {
                "change": Written("Effect", "per cent of what was to be expected", "change"),
                "difference": Written("Effect", "percentage points", "points"),
            },
        ),
        Measure(
            "selection",
            "Chosen areas less the others",
            "evaluation",
            "",
            "neither",
            "by which the chosen areas fell short of the others",
            {"difference": Written("Chosen areas less the others", "percentage points", "points")},
        ),
        _one(
            "hour_of_week",
            "Incidents by hour of the week",
            "record",
            "hours_of_week",
            "neither",
            "of every 1,000 incidents in a week",
            Written("Incidents by hour of the week", "of every 1,000 in the week", "rate"),
        ),
    )
}

#: The survey's eight questions, the headline question first.
QUESTIONS: tuple[str, ...] = tuple(m.key for m in MEASURES.values() if m.family == "question")
#: The five public statements, diagnostics of what stands behind an answer.
STATEMENTS: tuple[str, ...] = tuple(m.key for m in MEASURES.values() if m.family == "statement")


def find(key: str) -> Measure:
    """Return the measure called ``key``.

    Raises
    ------
    UsageError
        No measure is called so; the nearest key is suggested.
    """
    return MEASURES[resolve("measure", key, MEASURES)]


def written(measure: str, quantity: str = "level") -> Written:
    """Return how a quantity of a measure is written: label, unit and format.

    Raises
    ------
    UsageError
        There is no such measure, or it has no such quantity.

    Examples
    --------
    >>> written("good_job").format, written("good_job", "rank").format
    ('percent', 'count')
    """
    held = find(measure).quantities
    return held[resolve(f"quantity of {measure!r}", quantity, held)]
