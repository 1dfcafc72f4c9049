"""Harm and hours: what is not weighed or timed is named, never silently zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, tables
from pvtools.demand.hours import MENTAL_HEALTH, TOTAL
from pvtools.errors import InputError

NAMES = [b.name for b in areas.boroughs()]
WEIGHTS = pd.DataFrame(
    {
        "version": "made up",
        "kind": "offence",
        "category": ["Homicide", "Shoplifting"],
        "weight": [5475.0, 1.0],
    }
)


def incidents(**counts: int) -> pd.DataFrame:
    rows = [(name, kind, n) for name in NAMES for kind, n in counts.items()]
    frame = pd.DataFrame(rows, columns=["borough", "offence", "offences"])
    return frame.astype({"offences": "Int64"}).assign(period="year to 2025-11", offence_group="Any")


def test_a_score_is_days_of_harm_per_thousand_residents():
    score = demand.severity_score(incidents(Homicide=2, Shoplifting=500), WEIGHTS)
    own = estimates.pick(score, area="Hackney")
    residents = areas.find("Hackney").residents
    assert own.estimate == pytest.approx(1000 * (2 * 5475 + 500) / residents)
    assert own.n == 502
    assert own.weights == "made up"
    assert own.caveat == ""


def test_london_is_the_sum_of_its_boroughs():
    score = demand.severity_score(incidents(Homicide=1, Shoplifting=10), WEIGHTS)
    london = estimates.pick(score, area="London")
    residents = sum(b.residents for b in areas.boroughs())
    assert london.estimate == pytest.approx(1000 * 32 * 5485 / residents)


def test_offences_without_a_weight_are_named_with_their_share():
    score = demand.severity_score(incidents(Homicide=1, Shoplifting=49, Affray=50), WEIGHTS)
    assert score.unweighted.to_numpy() == pytest.approx(0.5)
    assert (score.caveat == "50.0% of offences have no weight and are in no score: Affray.").all()


def test_a_kind_that_is_not_published_in_a_borough_is_said():
    table = incidents(Homicide=1, Shoplifting=10)
    holed = table[~((table.borough == "Brent") & (table.offence == "Homicide"))]
    score = demand.severity_score(holed, WEIGHTS)
    for area in ("Brent", "London"):
        said = estimates.pick(score, area=area).caveat
        assert "Nothing is counted where the tables list none: Homicide." in said, area
    assert estimates.pick(score, area="Camden").caveat == ""


def recorded(months: int = 12, **counts: int) -> pd.DataFrame:
    one = incidents(**counts).drop(columns="period").assign(schema="mps_from_2024")
    days = pd.date_range("2024-12-01", periods=months, freq="MS")
    return pd.concat([one.assign(month=day) for day in days], ignore_index=True)


def test_of_the_recorded_crime_table_the_latest_twelve_months_are_taken():
    earlier = recorded(Homicide=9, Shoplifting=9)
    earlier["month"] -= pd.DateOffset(years=1)
    table = pd.concat([earlier, recorded(Homicide=2, Shoplifting=500)], ignore_index=True)
    own = estimates.pick(demand.severity_score(table, WEIGHTS), area="Hackney")
    residents = areas.find("Hackney").residents
    assert own.estimate == pytest.approx(12 * 1000 * (2 * 5475 + 500) / residents)
    assert (own.period, own.n) == ("year to 2025-11", 12 * 502)


def test_a_month_that_was_not_published_is_said_and_not_taken_for_zero():
    table = recorded(Homicide=1, Shoplifting=10)
    hole = (table.borough == "Brent") & (table.offence == "Homicide") & (table.month.dt.month == 3)
    score = demand.severity_score(table[~hole], WEIGHTS)
    said = estimates.pick(score, area="Brent").caveat
    assert said == "Nothing is counted where the tables list none: Homicide."
    assert estimates.pick(score, area="Camden").caveat == ""
    with pytest.raises(InputError, match="needs twelve months"):
        demand.severity_score(recorded(11, Homicide=1), WEIGHTS)


def test_weights_of_groups_weigh_the_figures_that_come_with_pvtools_and_say_what_they_hide():
    table = tables.load().recorded_crime
    groups = sorted(set(table.offence_group) - set(demand.NATIONAL_GROUPS))
    one = WEIGHTS.iloc[:1].drop(columns="category").assign(kind="offence_group", weight=1.0)
    weights = one.merge(pd.DataFrame({"category": groups}), how="cross")
    score = demand.severity_score(table, weights, category="offence_group")
    rate = demand.annual_rate(table)
    for name in ("Hackney", "London"):
        own = estimates.pick(score, area=name)
        assert own.estimate == pytest.approx(estimates.pick(rate, area=name).estimate)
        assert "the interval is too narrow" in own.caveat


def test_figures_without_single_offences_are_weighed_by_group_or_not_at_all():
    with pytest.raises(InputError, match="ask for category='offence_group'"):
        demand.severity_score(tables.load().recorded_crime.assign(offence=pd.NA), WEIGHTS)


def test_fraud_is_left_out_of_harm_too():
    table = incidents(Homicide=1).assign(offence_group="Fraud and forgery")
    with pytest.raises(InputError, match="has a weight"):
        demand.severity_score(pd.concat([table, incidents(Affray=1)]), WEIGHTS)


@pytest.mark.parametrize(
    ("table", "weights", "says"),
    [
        (incidents(Affray=3), WEIGHTS, "No kind of offence"),
        (incidents(Homicide=1), pd.concat([WEIGHTS, WEIGHTS]), "weighed twice: Homicide"),
        (incidents(Homicide=1), WEIGHTS.assign(version=["a", "b"]), "two versions"),
        (incidents(Homicide=1).drop(columns="offences"), WEIGHTS, "lack the columns offences"),
        (incidents(Homicide=1), WEIGHTS.assign(kind="offence_group"), "none is for each offence"),
        (incidents(Homicide=1), WEIGHTS.drop(columns="kind"), "lack the columns kind"),
        (incidents(Homicide=1).head(0), WEIGHTS, "are empty"),
        (incidents(Homicide=-1), WEIGHTS, "zero or more"),
    ],
)
def test_what_cannot_be_weighed_is_refused_in_words(table, weights, says):
    with pytest.raises(InputError, match=says):
        demand.severity_score(table, weights)


TIMES = pd.DataFrame(
    {"offence_group": ["Burglary", "Theft"], "low": [4, 1], "likely": [6, 1.5], "high": [11, 2]}
)


def counted(**counts: int) -> pd.DataFrame:
    frame = pd.DataFrame({"offence_group": counts.keys(), "offences": counts.values()})
    return frame.assign(borough="Hackney", period="year to 2025-11")


def test_hours_are_counts_times_the_mean_of_their_unit_time():
    table = demand.workload(counted(Burglary=1000, Theft=4000), TIMES, draws=20_000)
    hours = table.set_index("group").estimate
    assert hours["Burglary"] == pytest.approx(1000 * (4 + 6 + 11) / 3, rel=0.01)
    assert hours["Theft"] == pytest.approx(4000 * 1.5, rel=0.01)
    assert hours[TOTAL] == pytest.approx(hours["Burglary"] + hours["Theft"])


def test_the_unit_time_and_not_the_count_is_what_is_uncertain():
    own = demand.workload(counted(Burglary=10_000), TIMES).iloc[0]
    assert (own.upper - own.lower) / own.estimate > 0.5


def test_mental_health_takes_its_share_of_all_work():
    with_it = demand.workload(counted(Theft=1000), TIMES, mental_health_share=0.2)
    share = with_it.set_index("group").share
    assert share[MENTAL_HEALTH] == pytest.approx(0.2)
    assert share[TOTAL] == pytest.approx(1)


def test_incidents_without_a_unit_time_are_named():
    table = demand.workload(counted(Burglary=10, Robbery=30), TIMES)
    assert table.caveat.str.contains("75.0% of incidents have no unit time").all()
    assert "Robbery" not in set(table.group)


def test_equal_seeds_give_equal_hours():
    ask = {"handling_hours": TIMES, "seed": 5}
    pd.testing.assert_frame_equal(
        demand.workload(counted(Theft=10), **ask), demand.workload(counted(Theft=10), **ask)
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mental_health_share": 0.5}, "between 0 and 0.20"),
        ({"draws": 10}, "thousand draws"),
        ({"handling_hours": TIMES.assign(low=9)}, "low ≤ likely ≤ high"),
        ({"handling_hours": TIMES.drop(columns="high")}, "lack the columns high"),
        ({"handling_hours": pd.concat([TIMES, TIMES])}, "two unit times"),
        ({"incidents": counted(Theft=-1)}, "zero or more"),
        ({"incidents": counted(Arson=1)}, "no kind of incident has a unit time"),
    ],
)
def test_what_takes_no_hours_is_refused_in_words(changes, says):
    given = {"incidents": counted(Theft=10), "handling_hours": TIMES} | changes
    with pytest.raises(InputError, match=says):
        demand.workload(given.pop("incidents"), given.pop("handling_hours"), **given)


def test_a_single_unit_time_needs_no_spread():
    fixed = TIMES.assign(low=2.0, likely=2.0, high=2.0)
    own = demand.workload(counted(Theft=100), fixed).iloc[0]
    assert own.estimate == pytest.approx(200, rel=0.02)
    assert np.isfinite([own.lower, own.upper]).all()


def test_every_published_group_has_an_assumed_time_that_says_it_is_assumed():
    recorded = tables.load().recorded_crime
    groups = set(recorded.offence_group) - set(demand.NATIONAL_GROUPS)
    assumed = demand.assumed_hours()
    assert set(assumed.offence_group) == groups
    assert set(assumed.source) == {"assumption"}
    hours = demand.workload(recorded[recorded.offence_group.isin(groups)].head(50), assumed)
    assert (hours.caveat == "").all()
