"""Officers needed and what they achieve: two readings of one curve, with its assumptions said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import demand, measures
from pvtools.errors import InputError

from .test_demand_calls import even_week, recorded

ONE_BOROUGH = demand.profile(recorded(Theft=2000, Burglary=700), "Hackney")


def certain(**values: float) -> pd.DataFrame:
    """Return assumptions that are all sure of their likely value, or of the one given."""
    table = demand.assumptions()
    for parameter, value in values.items():
        table.loc[table.parameter == parameter, "likely"] = value
    return table.assign(low=table.likely, high=table.likely)


def sure(**values: float) -> demand.DemandProfile:
    return demand.profile(
        recorded(Theft=2000, Burglary=700),
        "Hackney",
        week=even_week(),
        assumptions=certain(**values),
    )


def test_there_is_a_row_an_hour_over_midnight():
    table = demand.officers_needed(ONE_BOROUGH)
    assert list(zip(table.weekday, table.hour, strict=True)) == [
        ("Friday", 20),
        ("Friday", 21),
        ("Friday", 22),
        ("Friday", 23),
        ("Saturday", 0),
        ("Saturday", 1),
    ]
    assert (table.measure == "officers_needed").all()
    assert measures.written("officers_needed").format == "count"
    assert len(demand.officers_needed(ONE_BOROUGH, day="Sunday", hours=(0, 24))) == 24
    monday = demand.officers_needed(ONE_BOROUGH, day="Sunday", hours=(23, 1)).weekday
    assert monday.tolist() == ["Sunday", "Monday"]


def test_the_number_needed_lies_on_the_curve_and_a_crew_fewer_does_not_reach():
    needed = demand.officers_needed(ONE_BOROUGH, share_within=0.9).iloc[0]
    officers = int(needed.estimate)
    curve = demand.waits(ONE_BOROUGH, [officers - 2, officers]).query("hour == 20")
    fewer, enough = curve.estimate
    assert fewer < 0.9 <= enough
    assert enough == pytest.approx(needed.share_answered_within)
    assert curve.crews.tolist() == [needed.crews - 1, needed.crews]


def test_it_meets_the_known_queue_of_twelve_calls_of_three_quarters_of_an_hour():
    # 12 calls an hour of 45 minutes need 12 servers for 90% in a quarter of an hour.
    ratio = 12 * 168 * (365.25 / 7) / (12 * 2700)
    own = sure(calls_per_offence=ratio, call_hours=0.75, crew=2)
    table = demand.officers_needed(own, hours=(12, 13))
    assert table.calls_per_hour.item() == pytest.approx(12)
    assert (table.crews.item(), table.estimate.item()) == (12, 24)


def test_what_is_certain_has_no_band():
    table = demand.officers_needed(sure(), draws=50)
    assert (table.lower == table.estimate).all()
    assert (table.upper == table.estimate).all()
    curve = demand.waits(sure(), [40], draws=50)
    assert curve.lower.to_numpy() == pytest.approx(curve.estimate.to_numpy())


def test_a_band_holds_the_likely_case_even_where_it_is_the_end_of_what_is_drawn():
    table = demand.assumptions()
    ends = table.set_index("parameter").likely
    lopsided = table.assign(low=table.likely)
    own = demand.profile(recorded(Theft=2000), "Hackney", assumptions=lopsided)
    needed = demand.officers_needed(own)
    assert (needed.lower <= needed.estimate).all()
    assert (needed.upper > needed.estimate).all()
    assert ends["crew"] == 2


def test_an_answer_asked_sooner_or_for_more_calls_never_needs_fewer_officers():
    plain = demand.officers_needed(ONE_BOROUGH).estimate
    assert (demand.officers_needed(ONE_BOROUGH, within_hours=0.05).estimate >= plain).all()
    assert (demand.officers_needed(ONE_BOROUGH, share_within=0.99).estimate >= plain).all()


def test_more_officers_never_answer_fewer_calls_in_time():
    curve = demand.waits(ONE_BOROUGH, range(0, 90, 3), draws=100)
    for _, hour in curve.groupby(["weekday", "hour"], dropna=False):
        for column in ("estimate", "lower", "upper"):
            assert hour[column].is_monotonic_increasing
        assert hour.estimate.between(0, 1).all()


def test_all_hours_count_by_their_calls():
    curve = demand.waits(ONE_BOROUGH, 44)
    hours = curve[curve.weekday != demand.ALL_HOURS]
    whole = curve[curve.weekday == demand.ALL_HOURS].iloc[0]
    assert whole.estimate == pytest.approx(np.average(hours.estimate, weights=hours.calls_per_hour))
    assert pd.isna(whole.hour)
    assert len(hours) == 6


def test_a_queue_without_end_answers_nobody_in_time_and_says_so():
    curve = demand.waits(ONE_BOROUGH, [4, 400])
    few, many = (curve[curve.officers == n] for n in (4, 400))
    assert (few.estimate == 0).all()
    assert few.mean_wait_minutes.isna().all()
    assert few.caveat.str.contains("grows without end").all()
    assert many.mean_wait_minutes.notna().all()
    assert not many.caveat.str.contains("grows without end").any()


def test_officers_who_make_up_no_crew_add_nothing():
    curve = demand.waits(sure(), [40, 41])
    one, other = (curve[curve.officers == n].estimate.to_numpy() for n in (40, 41))
    assert one == pytest.approx(other)
    assert demand.waits(sure(crew=1.1), 33).crews.iloc[0] == 30


def test_hours_without_calls_need_nobody_and_say_so():
    week = even_week()
    quiet = (week.weekday == "Friday") & (week.hour == 20)
    week["estimate"] = np.where(quiet, 0.0, 1 / 167)
    own = demand.profile(recorded(), "Hackney", week=week)
    table = demand.officers_needed(own, hours=(20, 22))
    assert table.estimate.tolist()[0] == 0
    assert "No calls come" in table.caveat[0]
    assert demand.waits(own, 10, hours=(20, 21)).estimate.tolist() == [1, 1]


def test_every_row_says_what_was_assumed():
    for table in (demand.officers_needed(ONE_BOROUGH), demand.waits(ONE_BOROUGH, 30)):
        assert table.caveat.str.contains("are assumptions").all()
        assert table.caveat.str.contains("Calls are not published").all()
        assert (table.n == 1000).all()


def test_equal_seeds_give_equal_tables_and_the_profile_stays_as_it_was():
    week, groups = ONE_BOROUGH.week.copy(), ONE_BOROUGH.groups.copy()
    for call in (
        lambda seed: demand.officers_needed(ONE_BOROUGH, seed=seed),
        lambda seed: demand.waits(ONE_BOROUGH, 40, seed=seed),
    ):
        pd.testing.assert_frame_equal(call(3), call(3))
        assert not call(3).equals(call(4))
    pd.testing.assert_frame_equal(ONE_BOROUGH.week, week)
    pd.testing.assert_frame_equal(ONE_BOROUGH.groups, groups)


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        demand.officers_needed(
            ONE_BOROUGH,
            day="Fryday",
            hours=(20, 20),
            share_within=1,
            within_hours=-1,
            draws=0,
            level=2,
        )
    for part in (
        "Did you mean 'Friday'",
        "found (20, 20)",
        "share_within lies between 0 and 1",
        "within_hours lies between 0 and 24",
        "draws are 1 to 10,000, found 0",
        "the level lies between 0 and 1, found 2",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("officers", [2.5, -1, [], [[1, 2]], np.nan])
def test_officers_that_are_no_number_of_people_are_refused(officers):
    with pytest.raises(InputError, match="officers are whole numbers"):
        demand.waits(ONE_BOROUGH, officers)


@pytest.mark.parametrize("hours", [(24, 2), (20, 25), (1.5, 2), (20,)])
def test_hours_that_are_on_no_clock_are_refused(hours):
    with pytest.raises(InputError, match="whole hours of the clock"):
        demand.waits(ONE_BOROUGH, 10, hours=hours)
