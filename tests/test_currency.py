"""Every public function that returns estimates returns the one table, and is walked here.

Published figures are those that come with pvtools, people and organisations are synthetic; what
neither holds (releases of other sources) is made up below.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import signature
from types import FunctionType, ModuleType

import numpy as np
import pandas as pd
import pytest

from pvtools import (
    areas,
    confidence,
    demand,
    distortion,
    engagement,
    estimates,
    evaluation,
    measures,
    safety_index,
    sources,
    synthetic,
    tables,
    words,
)
from pvtools.distortion import neighbourhood
from pvtools.errors import UsageError
from pvtools.stats import survey

from . import builders

TOPICS = {
    "confidence": confidence,
    "demand": demand,
    "distortion": distortion,
    "engagement": engagement,
    "evaluation": evaluation,
    "neighbourhood": neighbourhood,
    "safety_index": safety_index,
}
KEYS = set(sources.register())
NAMES = [b.name for b in areas.boroughs()]
PUBLISHED = sources.find("pas_borough").design
PEOPLE = survey.Design(**synthetic.DESIGN)
VICTIMS = survey.Design(**synthetic.SATISFACTION_DESIGN)
GROUPS = {"design": PEOPLE, "group": "ethnicity", "reference": "White British"}

#: A month, some months, a quarter, a year; empty where no time is meant. Respondents keep the label
#: of their wave as their table has it, for the last month of a quarter reads as that month: their
#: periods are not told from months here.
PERIOD = re.compile(r"|((quarter|year) to )?\d{4}-(0\d|1[0-2])|\d{4}-(0\d|1[0-2]) to \d{4}-\d\d")

#: A panel and its ward.
SEATS = pd.Series({"a": 7, "b": 5, "c": 0})
RESIDENTS = pd.Series({"a": 4_000, "b": 5_000, "c": 1_000})
POOL = pd.DataFrame({"kind": list("abc") * 10})
LOTS = engagement.lottery(POOL, {"kind": dict.fromkeys("abc", (4, 4))}, panel=12)
CELLS = pd.DataFrame({"kind": ["a", "b"], "asked": [400, 500], "answered": [200, 150]})

#: Public functions that return no estimate table, and why.
NO_ESTIMATES = {
    "confidence.design_effect_from_overlap": "a number: the design effect that a series implies",
    "confidence.detectable": "what a survey of some size could show, of no survey that was held",
    "confidence.funnel_limits": "limits of a funnel by size of sample, of no area",
    "confidence.implied_design_effects": "what series imply of a survey's design, of no area",
    "confidence.latest_wave": "a period",
    "confidence.needed": "how many interviews a change would take, of no survey that was held",
    "evaluation.undisputed": "dates at which units began, some of them left open",
    "safety_index.make": "an index, whose tables are estimate tables",
    "safety_index.read": "what an index is made of",
    "demand.assumed_hours": "assumptions: unit times, low, likely and high",
    "demand.assumed_week": "an assumption, in the form in which a user brings a week's shape",
    "demand.assumptions": "assumptions, low, likely and high",
    "demand.available": "which months are held",
    "demand.by_reach": "counts that are added up under another name, with their share",
    "demand.most_similar": "which boroughs are alike, with their distance",
    "demand.counted": "tidy counts by month and way of counting",
    "demand.finest": "the name of a column",
    "demand.fraud_shock": "a sum under an assumption, part by part",
    "demand.incidents": "tidy counts, from which estimates are made",
    "demand.month_counts": "tidy counts by month",
    "demand.profile": "what calls are made of, table by table",
    "demand.sensitivity": "an outcome at the ends of what is assumed: no estimate with an interval",
    "demand.shift_plan": "a plan of shifts",
    "demand.supposing": "assumptions",
    "demand.whole_years": "dates: the last months of years that are held whole",
    "demand.unplaced": "two numbers: offences in no borough, and their share",
    "distortion.casebook_measured": "how often detectors fired in simulation",
    "distortion.error_rates": "how often detectors were wrong in simulation",
    "distortion.graded": "whatever rows it is given, with a grade",
    "engagement.instruments": "facts in words: by which means the public is heard",
    "engagement.asked": "how many panels ask for each kind",
    "engagement.lottery": "a lottery over panels, of no area",
    "engagement.priorities": "what panels ask for, as a user brings it",
    "engagement.quotas": "quotas for a panel",
    "engagement.reweighted": "weights of people",
    "engagement.side_by_side": "what is asked for, targeted and demanded, kind by kind",
    "evaluation.claims": "sentences: what has been claimed, and how it was shown",
    "evaluation.monthly": "tidy counts by month",
    "neighbourhood.kinds": "tidy counts by month",
    "neighbourhood.lacks": "a sentence",
    "neighbourhood.placebo_starts": "how many pairs fired at each date when no plan began",
    "neighbourhood.shifts": "dates, whose intervals are dates",
}
#: Of these, those with a column called ``estimate`` all the same.
SHAPED_ALIKE = {"demand.assumed_week", "distortion.graded"}


class Given:
    """Tables that functions are given, made once; remembers which were asked for."""

    def __init__(self, made: dict[str, object]) -> None:
        self.made, self.asked = made, set()

    def __getattr__(self, name: str) -> object:
        self.asked.add(name)
        return self.made[name]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, object]:
    held = tables.load()
    wishes = tmp_path_factory.mktemp("own") / "wishes.csv"
    wishes.write_text("area,priority,source\nOne,burglary,minutes\n", encoding="utf-8")
    people = synthetic.survey(11, waves=2)
    shares = confidence.proportion(held.survey, "good_job", design=PUBLISHED)
    of_people = confidence.proportion(people.respondents, "good_job", design=PEOPLE)
    recorded = held.recorded_crime
    return {
        "recorded": recorded,
        "later": recorded.assign(offences=recorded.offences + 1),
        "survey": held.survey,
        "shares": shares,
        "change": confidence.change(shares),
        "people": people.respondents,
        "truth": people.truth,
        "of_people": of_people,
        "change_of_people": confidence.change(of_people, years=0),
        "victims": synthetic.satisfaction(2, months=3).respondents,
        "census": _census(people.respondents),
        "sample": _sample(),
        "incidents": demand.incidents(recorded),
        "weights": _weights(recorded),
        "plain": _weights(recorded).assign(weight=1.0, version="plain counts"),
        "times": demand.assumed_hours(),
        "profile": demand.profile(recorded, "Hackney"),
        "amounts": _amounts(),
        "wards": _wards(),
        "hours": _hours(),
        "dashboard": _dashboard(),
        "daily": _daily(),
        "waits": np.random.default_rng(3).lognormal(5.2, 0.5, 4000).round(),
        "before": np.random.default_rng(4).lognormal(5.3, 0.5, 4000).round(),
        "organisation": synthetic.organisation(5),
        "wishes": wishes,
        "searches": _searches(),
        "special": tables.published("special_crime_by_month").query(
            "kind in ['offences_with_victim', 'offences_without_victim']"
        ),
        "nation": tables.published("national_survey_2018"),
        "reported": tables.published("reporting_rates"),
        "week": tables.published("hours_of_week"),
        "deprivation": tables.published("deprivation_2019"),
        "kinds": _kinds(),
        "by_offence": _by_offence(),
        "wellbeing": tables.published("wellbeing_by_year"),
        "levels": _levels(),
        "outcomes": _kinds().query("category == 'robbery'").rename(columns={"category": "outcome"}),
        "starts": _known_starts(),
    }


def _levels() -> pd.DataFrame:
    """Return two made-up indicators of the safety index, one a half, in two years."""
    rng, parts = np.random.default_rng(9), []
    for measure, group, low, high in (
        ("offence_rate", "Theft", 20.0, 60.0),
        ("good_job", "", 0.4, 0.6),
    ):
        for year in (2021, 2022):
            level = np.append(rng.uniform(low, high, 32), (low + high) / 2)
            frame = pd.DataFrame({"area": [*NAMES, "London"], "estimate": level})
            parts.append(
                estimates.table(
                    frame, measure=measure, group=group, quantity="level",
                    period=f"year to {year}-12", lower=np.nan, upper=np.nan, level=np.nan,
                    n=np.nan, method="made up", caveat="", stderr=level / 20,
                )
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _census(people: pd.DataFrame) -> pd.Series:
    share = people.ethnicity.value_counts(normalize=True)
    return share.set_axis(share.index.astype("str"))


def _sample() -> pd.DataFrame:
    rows = [("Hackney", "Black", 0.2, 0.25), ("Hackney", "White", 0.6, 0.55)]
    frame = pd.DataFrame(rows, columns=["borough", "group", "share_survey", "share_census"])
    return frame.assign(caveat="")


def _weights(recorded: pd.DataFrame) -> pd.DataFrame:
    kinds = sorted(set(recorded.offence_group) - set(demand.NATIONAL_GROUPS))
    weight = np.linspace(1, 900, len(kinds))
    frame = pd.DataFrame({"category": kinds, "weight": weight})
    return frame.assign(kind="offence_group", version="made up")


def _wards() -> pd.DataFrame:
    """Return recorded crime by ward, as a file of wards is read."""
    texts = ["offence_group", "offence", "area_name", "area", "borough"]
    wide = pd.DataFrame(builders.ward_rows(), columns=[*texts, *builders.WARD_MONTHS])
    long = wide.melt(texts, var_name="month", value_name="offences")
    long["offence_group"] = long.offence_group.str.capitalize()
    long = long[long.borough.isin(NAMES)].assign(level="ward", schema="mps_from_2024")
    months = pd.to_datetime(long.month, format="%Y%m").astype("datetime64[us]")
    return long.astype(dict.fromkeys([*texts, "level", "schema"], "category")).assign(month=months)


def _amounts() -> pd.DataFrame:
    away = np.random.default_rng(1).uniform(50, 150, (len(NAMES), 24))
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    rows = [
        (name, month, activity, amount)
        for name, own in zip(NAMES, away, strict=True)
        for month, gone in zip(months, own, strict=True)
        for activity, amount in (("Training", gone), ("Not abstracted", 1000 - gone))
    ]
    return pd.DataFrame(rows, columns=["borough", "month", "activity", "amount"])


def _hours() -> pd.DataFrame:
    days = pd.date_range("2030-01-07", periods=28)
    frame = pd.DataFrame({"date": np.repeat(days, 24), "hour": np.tile(np.arange(24), 28)})
    n = np.random.default_rng(2).poisson(3, len(frame))
    frame = frame.assign(weekday=frame.date.dt.day_name(), n=n, on_the_hour=0)
    return pd.concat([frame, frame.assign(borough="Camden")], ignore_index=True)


def _dashboard() -> pd.DataFrame:
    months = pd.date_range("2023-01-01", periods=24, freq="MS")
    counts = np.random.default_rng(6).poisson(1000, 24)
    frame = pd.DataFrame({"month": months, "offences": counts, "positive_outcomes": counts // 9})
    return frame.assign(level="borough", borough="Hackney", offence="Theft", caveat="")


def _daily() -> pd.DataFrame:
    days = pd.date_range("2023-01-01", "2023-12-31")
    return pd.DataFrame({"date": days, "count": np.random.default_rng(7).poisson(9, len(days))})


def _searches() -> pd.DataFrame:
    searches = tables.published("stop_search_by_month")
    return searches.rename(columns={"searches": "counted"})


def _kinds() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    months = pd.date_range(neighbourhood.FIRST, neighbourhood.END, freq="MS")
    rows = [
        (area, month, kind, float(n))
        for area in (*NAMES, areas.LONDON)
        for kind in (*neighbourhood.SEVEN, *neighbourhood.OTHERS)
        for month, n in zip(months, rng.poisson(60, len(months)), strict=True)
    ]
    return pd.DataFrame(rows, columns=["area", "month", "category", "count"])


def _known_starts() -> pd.DataFrame:
    starts = tables.published("command_units_start")
    return starts.assign(starts=starts.starts.fillna("2018-12"))


def _by_offence() -> pd.DataFrame:
    """Return the same months as a publisher's file has them, one offence of each kind."""
    of = {kind: parts[0] for kind, parts in (neighbourhood.SEVEN | neighbourhood.OTHERS).items()}
    local = _kinds().query("area != 'London'").rename(columns={"area": "borough"})
    return local.assign(
        offence=local.category.map(of), offences=local["count"], schema="mps_to_2023"
    )


Walk = Callable[..., pd.DataFrame]
#: Each public function with all it needs; ``more`` is a level. What stands in brackets tells the
#: ways of asking one function apart.
WALK: dict[str, Walk] = {
    "confidence.proportion": lambda g, **more: confidence.proportion(
        g.survey, "good_job", design=PUBLISHED, **more
    ),
    "confidence.proportion (every quarter)": lambda g, **more: confidence.proportion(
        g.survey, "trust", design=PUBLISHED, independent=False, **more
    ),
    "confidence.proportion (London alone)": lambda g, **more: confidence.proportion(
        g.survey[g.survey.borough == "London"], "good_job", design=PUBLISHED, **more
    ),
    "confidence.proportion (command units)": lambda g, **more: confidence.proportion(
        g.survey, "good_job", design=PUBLISHED, kind="bcu", **more
    ),
    "confidence.proportion (respondents)": lambda g, **more: confidence.proportion(
        g.people, "statement_fair", design=PEOPLE, **more
    ),
    "confidence.proportion (victims)": lambda g, **more: confidence.proportion(
        g.victims, "satisfied", design=VICTIMS, kind="bcu", **more
    ),
    "confidence.change": lambda g, **more: confidence.change(g.shares, **more),
    "confidence.change (respondents)": lambda g, **more: confidence.change(
        g.of_people, years=0, **more
    ),
    "confidence.change_beside_london": lambda g, **more: confidence.change_beside_london(
        g.shares, **more
    ),
    "confidence.difference": lambda g, **more: confidence.difference(
        g.shares, "Hackney", "Camden", **more
    ),
    "confidence.differences": lambda g, **more: confidence.differences(
        [g.shares], [("Hackney", "Camden")], **more
    ),
    "confidence.difference_from_london": lambda g, **more: confidence.difference_from_london(
        g.shares, **more
    ),
    "confidence.difference_from_london (respondents)": lambda g, **more: (
        confidence.difference_from_london(g.of_people, **more)
    ),
    "confidence.london_in_the_nation": lambda g, **more: confidence.london_in_the_nation(
        g.nation, period="quarter to 2018-12", source="national_survey_2018", **more
    ),
    "confidence.wellbeing": lambda g: confidence.wellbeing(g.wellbeing),
    "safety_index.halves_by_year": lambda g: safety_index.halves_by_year(
        safety_index.read(), g.levels, first="year to 2021-12"
    ),
    "safety_index.national_trust": lambda g: safety_index.national_trust(
        tables.published("trust_in_government"), source="trust_in_government"
    ),
    "safety_index.moved_together": lambda g: safety_index.moved_together(
        safety_index.halves_by_year(safety_index.read(), g.levels, first="year to 2021-12")
    ),
    "confidence.ranked": lambda g: confidence.ranked(g.shares, draws=500),
    "confidence.ranked (respondents)": lambda g: confidence.ranked(g.of_people, draws=500),
    "confidence.shrunken": lambda g: confidence.shrunken(g.shares),
    "confidence.shrunken (respondents)": lambda g: confidence.shrunken(g.of_people),
    "confidence.control_chart": lambda g: confidence.control_chart(g.shares, area="Hackney"),
    "confidence.control_chart (respondents)": lambda g: confidence.control_chart(
        g.of_people, area="London"
    ),
    "confidence.claim": lambda g, **more: confidence.claim(
        0.55, 0.6, interviews=[400, 3000], design_effects=[1.0, 2.3], **more
    ),
    "confidence.against_truth": lambda g: confidence.against_truth(g.of_people, g.truth),
    "confidence.by_group": lambda g, **more: confidence.by_group(
        g.people, "good_job", design=PEOPLE, group="ethnicity", **more
    ),
    "confidence.gaps": lambda g: confidence.gaps(g.people, "good_job", **GROUPS),
    "confidence.gaps (withheld)": lambda g: confidence.gaps(
        g.people, "good_job", fewest=200, **GROUPS
    ),
    "confidence.adjusted_gaps": lambda g: confidence.adjusted_gaps(
        g.people, "good_job", among=["sex"], **GROUPS
    ),
    "confidence.drivers_of": lambda g: confidence.drivers_of(
        g.people,
        "good_job",
        design=PEOPLE,
        predictors=["statement_fair", "statement_team"],
        n_boot=50,
    ),
    "engagement.representation": lambda g: engagement.representation(
        g.people, design=PEOPLE, group="ethnicity", population=g.census
    ),
    "engagement.sample_against_census": lambda g: engagement.sample_against_census(
        g.sample, area="Hackney", design=PUBLISHED
    ),
    "engagement.against_area": lambda g, **more: engagement.against_area(
        SEATS, RESIDENTS, area="Hackney", **more
    ),
    "engagement.agree": lambda g: engagement.agree(SEATS, ["a", "x"], RESIDENTS, area="Hackney"),
    "engagement.evenness": lambda g, **more: engagement.evenness(
        CELLS, ["kind"], area="Hackney", **more
    ),
    "engagement.missed": lambda g: engagement.missed(RESIDENTS, panel=12, area="Hackney"),
    "engagement.worth": lambda g: engagement.worth(),
    "engagement.fairness": lambda g: engagement.fairness(POOL, LOTS, area="Hackney"),
    "engagement.beside_residents": lambda g: engagement.beside_residents(
        POOL, LOTS.draw(1), {"kind": RESIDENTS}, area="Hackney"
    ),
    "engagement.kept_by_weights": lambda g: engagement.kept_by_weights(
        {"all": POOL}, {"kind": RESIDENTS}, area="Hackney"
    ),
    "demand.abstraction": lambda g: demand.abstraction(g.amounts),
    "demand.abstraction_year": lambda g, **more: demand.abstraction_year(g.amounts, **more),
    "demand.against_london": lambda g, **more: demand.against_london(
        g.incidents,
        handling_hours=g.times,
        weights=g.weights,
        category="offence_group",
        draws=1000,
        **more,
    ),
    "demand.annual_rate": lambda g, **more: demand.annual_rate(g.recorded, **more),
    "demand.annual_rate (by kind)": lambda g, **more: demand.annual_rate(
        g.recorded, by="offence_group", **more
    ),
    "demand.change_of_counts": lambda g, **more: demand.change_of_counts(
        g.searches, measure="search_rate", source="stop_search_by_month", since="2017-08", **more
    ),
    "demand.compare_weights": lambda g, **more: demand.compare_weights(
        g.incidents, g.plain, g.weights, category="offence_group", seed=1, draws=1000, **more
    ),
    "demand.deployment_match": lambda g, **more: demand.deployment_match(
        g.incidents, pd.Series(np.arange(1.0, 33), index=NAMES), draws=1000, **more
    ),
    "demand.hour_profile": lambda g, **more: demand.hour_profile(
        g.hours[g.hours.borough.notna()], **more
    ),
    "demand.hour_profile (no borough)": lambda g, **more: demand.hour_profile(
        g.hours[g.hours.borough.isna()].drop(columns="borough"), **more
    ),
    "demand.hours_of_week": lambda g: demand.hours_of_week(g.week),
    "demand.monthly_chart": lambda g: demand.monthly_chart(g.recorded, area="Hackney"),
    "demand.monthly_chart (one kind)": lambda g: demand.monthly_chart(
        g.recorded, area="London", kind="Burglary"
    ),
    "demand.monthly_rate": lambda g, **more: demand.monthly_rate(g.recorded, **more),
    "demand.officers_needed": lambda g, **more: demand.officers_needed(
        g.profile, draws=100, **more
    ),
    "demand.outlook": lambda g: demand.outlook(g.recorded, area="London", horizon=2),
    "demand.outlook (one kind)": lambda g: demand.outlook(
        g.recorded, area="Hackney", kind="Theft", horizon=2
    ),
    "demand.reallocation": lambda g, **more: demand.reallocation(
        g.incidents, weights=g.weights, category="offence_group", draws=1000, **more
    ),
    "demand.reporting_rates": lambda g: demand.reporting_rates(
        g.reported, source="reporting_rates"
    ),
    "demand.restatement": lambda g: demand.restatement(g.recorded, g.later),
    "demand.rising": lambda g, **more: demand.rising(g.recorded, area="Hackney", **more),
    "demand.scenario": lambda g, **more: demand.scenario(
        g.profile, name="overstretch", years=2, draws=100, **more
    ),
    "demand.severity_score": lambda g, **more: demand.severity_score(
        g.incidents, g.weights, category="offence_group", **more
    ),
    "demand.shares_in_each": lambda g, **more: demand.shares_in_each(
        g.incidents,
        area="Hackney",
        handling_hours=g.times,
        weights=g.weights,
        category="offence_group",
        draws=1000,
        **more,
    ),
    "demand.waits": lambda g, **more: demand.waits(g.profile, [40, 60], draws=100, **more),
    "demand.workload": lambda g, **more: demand.workload(
        g.incidents[g.incidents.borough == "Hackney"], g.times, draws=1000, **more
    ),
    "demand.beside_published": lambda g: demand.beside_published(
        g.recorded,
        g.weights,
        tables.published("severity_scores"),
        category="offence_group",
    ),
    "demand.counts_by_year": lambda g: demand.counts_by_year(
        tables.published("homicide_victims_by_year"),
        value="victims",
        measure="homicide_victims",
        source="homicide_victims_by_year",
    ),
    "demand.outcomes_by_kind": lambda g: demand.outcomes_by_kind(
        tables.published("outcomes_2025_by_month"), source="outcomes_2025_by_month"
    ),
    "demand.outcomes_by_month": lambda g: demand.outcomes_by_month(
        g.special, source="special_crime_by_month"
    ),
    "demand.years_of_counts": lambda g: demand.years_of_counts(
        g.searches, measure="search_rate", source="stop_search_by_month"
    ),
    "demand.year_change": lambda g, **more: demand.year_change(g.recorded, **more),
    "demand.ward_changes": lambda g, **more: demand.ward_changes(g.wards, **more),
    "demand.ward_counts": lambda g: demand.ward_counts(g.wards),
    "demand.ward_months": lambda g: demand.ward_months(g.wards),
    "demand.ward_rates": lambda g: demand.ward_rates(
        demand.ward_counts(g.wards), {"E05000903": 4_000}
    ),
    "distortion.month_end": lambda g, **more: distortion.month_end(g.daily, **more),
    "distortion.organisation": lambda g: distortion.organisation(g.organisation, n_boot=100),
    "distortion.rate_moved_by": lambda g, **more: distortion.rate_moved_by(
        g.dashboard, kind="Theft", **more
    ),
    "distortion.times": lambda g: distortion.times(g.waits, threshold=240, n_boot=100),
    "distortion.times (with a comparison)": lambda g: distortion.times(
        g.waits, threshold=240, comparison=g.before, n_boot=100
    ),
    "evaluation.chosen_worst": lambda g, **more: evaluation.chosen_worst(g.recorded, **more),
    "evaluation.evaluate": lambda g, **more: evaluation.evaluate(
        g.outcomes, start={"Hackney": "2014-04", "Camden": "2014-10"}, draws=99, **more
    ),
    "evaluation.evaluate (one area)": lambda g, **more: evaluation.evaluate(
        g.outcomes, treated="Hackney", start="2014-04", **more
    ),
    "evaluation.evaluate (everybody)": lambda g, **more: evaluation.evaluate(
        g.outcomes, start="2014-04", **more
    ),
    "evaluation.merger": lambda g: evaluation.merger(g.recorded, g.starts, draws=99),
    "evaluation.merger_opinion": lambda g: evaluation.merger_opinion(
        g.survey, g.starts, measures=["good_job"], draws=99
    ),
    "neighbourhood.displaced": lambda g: neighbourhood.displaced(g.kinds, n_boot=100),
    "neighbourhood.reclassified": lambda g: neighbourhood.reclassified(
        g.kinds, area=["London", "Hackney"]
    ),
    "neighbourhood.steps": lambda g: neighbourhood.steps(g.kinds),
}


def _public(topic: ModuleType) -> dict[str, FunctionType]:
    """Return the functions that a topic offers: those of a module, or those a package exports."""
    names = getattr(topic, "__all__", None) or [
        name
        for name, held in vars(topic).items()
        if getattr(held, "__module__", "") == topic.__name__
    ]
    return {
        name: inspect.unwrap(getattr(topic, name))
        for name in names
        if not name.startswith("_")
        and isinstance(inspect.unwrap(getattr(topic, name)), FunctionType)
    }


FUNCTIONS = {
    f"{topic}.{name}": function
    for topic, module in TOPICS.items()
    for name, function in _public(module).items()
}


def _function(case: str) -> FunctionType:
    return FUNCTIONS[case.split(" (")[0]]


#: Those of ``NO_ESTIMATES`` that return a table, so that what is said of them is seen.
OTHERS: dict[str, Walk] = {
    "confidence.detectable": lambda g: confidence.detectable(
        [400], baseline=0.5, design_effects=[2.3]
    ),
    "confidence.funnel_limits": lambda g: confidence.funnel_limits(g.shares),
    "confidence.implied_design_effects": lambda g: confidence.implied_design_effects(
        g.survey, design=PUBLISHED
    ),
    "confidence.needed": lambda g: confidence.needed([0.05], baseline=0.5, design_effect=2.3),
    "evaluation.undisputed": lambda g: evaluation.undisputed(
        tables.published("command_units_start")
    ),
    "demand.assumed_hours": lambda g: demand.assumed_hours(),
    "demand.assumed_week": lambda g: demand.assumed_week(),
    "demand.assumptions": lambda g: demand.assumptions(),
    "demand.by_reach": lambda g: demand.by_reach(g.incidents),
    "demand.counted": lambda g: demand.counted(g.recorded),
    "demand.most_similar": lambda g: demand.most_similar(g.deprivation),
    "demand.fraud_shock": lambda g: demand.fraud_shock(900_000.0),
    "demand.incidents": lambda g: demand.incidents(g.recorded),
    "demand.sensitivity": lambda g: demand.sensitivity(g.profile, name="as_now", years=1),
    "demand.supposing": lambda g: demand.supposing(demand.assumptions(), {"crew": 2.0}),
    "evaluation.claims": lambda g: evaluation.claims(),
    "evaluation.monthly": lambda g: evaluation.monthly(g.recorded),
    "distortion.casebook_measured": lambda g: distortion.casebook_measured(),
    "distortion.error_rates": lambda g: distortion.error_rates(),
    "distortion.graded": lambda g: distortion.graded(
        pd.DataFrame({"p_value": [0.2], "estimate": [1.0]}), "bunching", n=4000
    ),
    "engagement.instruments": lambda g: engagement.instruments(),
    "engagement.side_by_side": lambda g: engagement.side_by_side(SEATS, ["a"], RESIDENTS),
    "engagement.priorities": lambda g: engagement.priorities(g.wishes),
    "neighbourhood.kinds": lambda g: neighbourhood.kinds(g.by_offence),
    "neighbourhood.placebo_starts": lambda g: neighbourhood.placebo_starts(g.kinds, area="London"),
    "neighbourhood.shifts": lambda g: neighbourhood.shifts(g.kinds),
}


def _of(case: str) -> FunctionType:
    return FUNCTIONS[case.split(" (")[0]]


@pytest.fixture(scope="module")
def returned(made) -> Callable[[str], pd.DataFrame]:
    """Return a function that gives what a case returned, each called once."""
    return cache(lambda case: WALK[case](Given(made)))


# the contract ---------------------------------------------------------------------------------


def faults(table: pd.DataFrame) -> list[str]:
    """Return what a table lacks of the contract, all of it."""
    found = []
    if tuple(table.columns[:13]) != estimates.COLUMNS:
        return [f"first columns are {list(table.columns[:13])}"]
    if table.empty:
        found.append("no rows")
    if table.columns.duplicated().any():
        found.append("a column twice")
    for column in ("measure", "quantity", "area", "period", "group", "method", "source", "caveat"):
        if not all(type(text) is str for text in table[column]):
            found.append(f"{column} is not text in every row")
    for row in table.itertuples():
        found += [f"row {row.Index}: {fault}" for fault in (*_said(row), *_numbers(row))]
    return found


def _said(row) -> list[str]:
    found = []
    try:
        how = measures.written(row.measure, row.quantity).format
        if not pd.isna(row.estimate):
            words.number(row.estimate, how)
            words.interval(row.lower, row.upper, how) if not pd.isna(row.lower) else ""
            if how == "percent" and row.quantity == "level" and not 0 <= row.estimate <= 1:
                found.append(f"{row.measure} is a share, found {row.estimate}")
            if how == "points" and abs(row.estimate) > 1:
                found.append(f"{row.measure} are points of a share, found {row.estimate}")
            if row.quantity == "rank" and not 1 <= row.estimate <= len(NAMES):
                found.append(f"a place among {len(NAMES)}, found {row.estimate}")
    except (UsageError, ValueError) as error:
        found.append(str(error))
    if fault := _no_area(row.area):
        found.append(fault)
    if not PERIOD.fullmatch(row.period):
        found.append(f"the period {row.period!r}")
    if unknown := set(row.source.split(" ") if row.source else []) - KEYS:
        found.append(f"sources that are in no register: {sorted(unknown)}")
    return found


@cache
def _no_area(name: str) -> str:
    if re.fullmatch(r"E05\d{6}", name):  # names of wards are not unique: the code is the key
        return ""
    try:
        return "" if not name or areas.find(name) else name
    except UsageError as error:
        return str(error)


def _numbers(row) -> list[str]:
    found = []
    ends = [row.estimate, row.lower, row.upper]
    if any(isinstance(end, float) and np.isinf(end) for end in ends):
        found.append(f"an infinite number among {ends}")
    if pd.isna(row.lower) != pd.isna(row.upper) or (pd.isna(ends[0]) and not pd.isna(ends[1])):
        found.append(f"an interval in part: {ends}")
    if any(pd.isna(end) for end in ends):
        if not pd.isna(row.level):
            found.append(f"a level of {row.level} without an interval")
    else:
        if not row.lower <= row.estimate <= row.upper:
            found.append(f"the interval does not hold its estimate: {ends}")
        if not 0 < row.level < 1:
            found.append(f"the level {row.level}")
    if not pd.isna(row.n) and not row.n >= 0:
        found.append(f"n is {row.n}")
    return found


@pytest.mark.parametrize("case", WALK)
def test_what_is_returned_is_an_estimate_table(returned, case):
    assert faults(returned(case)) == []


@pytest.mark.parametrize("case", WALK)
def test_what_is_given_is_left_as_it_was(made, case):
    before = {name: _copy(one) for name, one in made.items()}
    given = Given(made)
    WALK[case](given)
    assert [name for name in sorted(given.asked) if not _same(made[name], before[name])] == []


@pytest.mark.parametrize(
    "case", [case for case in WALK if "level" in signature(_of(case)).parameters]
)
def test_the_level_that_is_asked_for_is_the_level_that_is_written(made, returned, case):
    usual, asked = returned(case), WALK[case](Given(made), level=0.8)
    assert set(usual.level.dropna()) == {0.95}
    assert set(asked.level.dropna()) == {0.8}
    assert (asked.upper - asked.lower).sum() < (usual.upper - usual.lower).sum()


def test_every_public_function_is_walked_or_said_to_return_no_estimates():
    walked = {case.split(" (")[0] for case in WALK}
    assert walked | set(NO_ESTIMATES) == set(FUNCTIONS)
    assert walked & set(NO_ESTIMATES) == set()
    tables_made = {
        name for name in NO_ESTIMATES if FUNCTIONS[name].__annotations__["return"] == "pd.DataFrame"
    }
    assert set(OTHERS) == tables_made


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_said_to_be_no_estimates_has_none(made, name):
    assert ("estimate" in OTHERS[name](Given(made))) == (name in SHAPED_ALIKE)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"quantity": "rank", "estimate": 0.4, "lower": 0.3, "upper": 0.5}, "a place among 32"),
        ({"quantity": "score"}, "quantity of 'good_job'"),
        ({"measure": "goodness"}, "goodness"),
        ({"estimate": 17.0, "lower": 12.0, "upper": 20.0}, "is a share, found 17"),
        ({"area": "White British"}, "White British"),
        ({"period": "2022"}, "the period '2022'"),
        ({"period": "year to December 2022"}, "the period"),
        ({"group": np.nan}, "group is not text"),
        ({"caveat": None}, "caveat is not text"),
        ({"level": np.nan}, "the level nan"),
        ({"level": 95.0}, "the level 95"),
        ({"lower": np.nan, "upper": np.nan}, "without an interval"),
        ({"lower": np.nan}, "an interval in part"),
        ({"lower": 0.9, "upper": 0.95}, "does not hold its estimate"),
        ({"n": -1}, "n is -1"),
        ({"source": "pas_borough, census_2021"}, "in no register"),
    ],
)
def test_a_table_that_is_spoilt_is_found_out(returned, spoilt, said):
    table = returned("confidence.proportion").head(1)
    assert faults(table) == []
    assert said in " ".join(faults(table.assign(**spoilt)))


def test_columns_out_of_order_are_found_out(returned):
    table = returned("confidence.proportion")
    assert faults(table[table.columns[::-1]])
    assert faults(table.drop(columns="source"))
    assert faults(table.rename(columns={"area": "borough"}))


def test_made_up_people_have_no_publisher(returned):
    for case in WALK:
        if "origin" in returned(case):
            assert set(returned(case).source) == {""}, case


def _copy(one: object) -> object:
    return one.copy() if isinstance(one, pd.DataFrame | pd.Series | np.ndarray) else deepcopy(one)


def _same(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame | pd.Series):
        return one.equals(other)
    if is_dataclass(one):
        return all(_same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(np.all(one == other))
