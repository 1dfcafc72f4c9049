"""Shift plans are the best there are, can be worked, and say why when they cannot."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import _shift_model, rostering

THREE = [(6, 8), (14, 8), (22, 8)]
MIXED = [(7, 10), (12, 9), (15, 10), (22, 9)]
EVENING = np.tile(4 + 3 * np.sin((np.arange(24) - 14) / 24 * 2 * np.pi), 7)


def _on_duty(plan: rostering.ShiftCover, after: int = 0) -> np.ndarray:
    """Return officers at work (or at rest for ``after`` hours) by hour of ``staff``."""
    size = len(plan.hours)
    there = np.zeros(size)
    for row in plan.staff.itertuples():
        for hour in range(row.length_hours + after):
            there[(24 * row.day + row.start + hour) % size] += row.officers
    return there


def _greedy(demand: np.ndarray, shifts: list, headcount: int) -> float:
    """Return what stays unmet in a day when each officer goes where most is left to do."""
    left = demand.copy()
    for _ in range(headcount):
        gains = []
        for start, length in shifts:
            at = (start + np.arange(length)) % 24
            gains.append((np.minimum(left[at], 1).sum(), at))
        at = max(gains, key=lambda gain: gain[0])[1]
        left[at] = np.maximum(left[at] - 1, 0)
    return left.sum()


_DEMANDS = st.lists(st.floats(0, 8), min_size=24, max_size=24).map(np.array)


@settings(deadline=None, max_examples=25)
@given(demand=_DEMANDS, headcount=st.integers(1, 20))
def test_the_plan_is_never_worse_than_a_greedy_one(demand, headcount):
    plan = rostering.shift_cover(demand, shifts=MIXED, headcount=headcount)
    # the solver takes for equal what differs by some millionths of the whole
    equal = 1e-5 * (1 + demand.sum())
    assert plan.totals.unmet.item() <= _greedy(demand, MIXED, headcount) + equal


@pytest.mark.parametrize("headcount", [1, 4, 7])
def test_nothing_better_is_found_by_trying_everything(headcount):
    demand = EVENING[:24]
    shifts = MIXED[:3]
    tried = []
    for officers in product(range(headcount + 1), repeat=3):
        if sum(officers) <= headcount:
            there = np.zeros(24)
            for (start, length), count in zip(shifts, officers, strict=True):
                there[(start + np.arange(length)) % 24] += count
            tried.append((round(np.maximum(demand - there, 0).sum(), 6), there.sum()))
    plan = rostering.shift_cover(demand, shifts=shifts, headcount=headcount, rest_hours=0)
    unmet, worked = min(tried)
    assert plan.totals.unmet.item() == pytest.approx(unmet, abs=1e-5)
    assert plan.totals.deployed.item() == worked


def test_the_tables_agree_with_each_other():
    before = np.full(168, 4.0)
    plan = rostering.shift_cover(EVENING, shifts=MIXED, headcount=20, deployment=before)
    hours, totals = plan.hours, plan.totals.set_index("plan")
    assert hours.deployed_after.tolist() == _on_duty(plan).tolist()
    for name, there in (("before", before), ("after", hours.deployed_after)):
        assert totals.unmet[name] == pytest.approx(np.maximum(EVENING - there, 0).sum())
        assert totals.idle[name] == pytest.approx(np.maximum(there - EVENING, 0).sum())
        parts = totals.demand[name] - totals.unmet[name] + totals.idle[name]
        assert totals.deployed[name] == pytest.approx(parts)
    assert totals.unmet["after"] < totals.unmet["before"]


def test_without_a_deployment_before_is_missing_and_not_zero():
    plan = rostering.shift_cover(EVENING, shifts=THREE, headcount=20)
    assert plan.hours[["deployed_before", "unmet_before", "idle_before"]].isna().all(axis=None)
    assert plan.totals.plan.tolist() == ["after"]


@pytest.mark.parametrize(("headcount", "rest"), [(13, 11), (19, 11), (19, 30), (40, 48)])
def test_the_plan_can_be_worked_in_rotation_with_rest_and_days_off(headcount, rest):
    plan = rostering.shift_cover(EVENING, shifts=THREE, headcount=headcount, rest_hours=rest)
    assert _on_duty(plan, after=rest).max() <= headcount
    assert plan.staff.officers.sum() <= 5 * headcount
    once = [
        24 * row.day + row.start for row in plan.staff.itertuples() for _ in range(row.officers)
    ]
    starts = np.add.outer(168 * np.arange(60), np.sort(once)).ravel()
    for officer in range(headcount):
        mine = starts[officer::headcount]
        assert (np.diff(mine) >= 8 + rest).all()
        assert np.bincount(mine // 168).max() <= 5


def test_more_officers_never_leave_more_unmet():
    unmet = [
        rostering.shift_cover(EVENING, shifts=THREE, headcount=n).totals.unmet.item()
        for n in (5, 10, 15, 20, 30)
    ]
    assert unmet == sorted(unmet, reverse=True)
    assert unmet[-1] == 0


def test_longer_rest_never_helps():
    short, long = (
        rostering.shift_cover(EVENING, shifts=THREE, headcount=15, rest_hours=rest)
        for rest in (11, 40)
    )
    assert long.totals.unmet.item() > short.totals.unmet.item()


def test_a_night_shift_covers_the_morning_after():
    demand = np.zeros(168)
    demand[[0, 1, 167]] = 2  # Monday after midnight, and Sunday before it
    plan = rostering.shift_cover(demand, shifts=[(22, 8)], headcount=2)
    staffed = plan.staff[plan.staff.officers > 0]
    assert staffed[["day", "officers"]].to_numpy().tolist() == [[6, 2]]
    assert plan.totals.unmet.item() == 0


def test_an_hour_no_shift_reaches_says_so():
    hours = rostering.shift_cover([1] * 24, shifts=[(8, 8)], headcount=3).hours
    said = hours.caveat == "No shift reaches this hour."
    assert hours.hour[~said].tolist() == list(range(8, 16))
    assert hours.unmet_after[said].eq(1).all()


def test_minimum_cover_is_kept_where_there_is_no_demand():
    plan = rostering.shift_cover([0] * 24, shifts=THREE, headcount=9, minimum_cover=2)
    assert plan.hours.deployed_after.tolist() == [2] * 24


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"headcount": 12, "minimum_cover": 3}, "at most 5 shifts each takes 13. It takes 13"),
        (
            {"headcount": 15, "minimum_cover": 3, "rest_hours": 60},
            "60 hours of rest between shifts takes",
        ),
    ],
)
def test_a_plan_that_cannot_be_says_which_limit_stands_in_the_way(asked, said):
    with pytest.raises(InputError, match="cannot be kept up by a headcount of") as caught:
        rostering.shift_cover(EVENING, shifts=THREE, **asked)
    assert said in str(caught.value)


def test_the_number_named_in_the_refusal_is_just_enough():
    asked = {"shifts": THREE, "minimum_cover": 3}
    rostering.shift_cover(EVENING, headcount=13, **asked)
    with pytest.raises(InputError, match="It takes 13 officers"):
        rostering.shift_cover(EVENING, headcount=12, **asked)


def test_minimum_cover_out_of_reach_of_any_shift_is_refused():
    with pytest.raises(InputError, match="no shift reaches 16 of them, first hour 0"):
        rostering.shift_cover([1] * 24, shifts=[(8, 8)], headcount=3, minimum_cover=1)


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        rostering.shift_cover(
            [1] * 24,
            shifts=[(7, 9), (25, 8), (7.5, 9)],
            headcount=0,
            rest_hours=-1,
            minimum_cover=1.5,
            deployment=[1] * 168,
        )
    for part in ("(25, 8)", "(7.5, 9)", "found 0", "found -1", "found 1.5", "found 168 for 24"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("demand", "shifts", "said"),
    [
        ([1] * 23, THREE, "24 hours of a day or 168 of a week"),
        ([1] * 23 + [-1], THREE, "found -1"),
        ([1] * 23 + [np.nan], THREE, "found nan"),
        ([1] * 23 + [np.inf], THREE, "found inf"),
        ("many", THREE, "found str"),
        ([1] * 24, [], "at least one shift"),
        ([1] * 24, [(7, 8), (7, 8)], "given once"),
    ],
)
def test_what_cannot_be_planned_is_refused(demand, shifts, said):
    with pytest.raises(InputError, match="Cannot plan shifts") as caught:
        rostering.shift_cover(demand, shifts=shifts, headcount=5)
    assert said in str(caught.value)


def test_the_input_stays_as_it_was():
    demand = pd.Series(EVENING)
    before = demand.copy()
    rostering.shift_cover(demand, shifts=THREE, headcount=5, deployment=demand)
    pd.testing.assert_series_equal(demand, before)


def test_a_search_without_time_to_find_anything_says_so(monkeypatch):
    monkeypatch.setattr(_shift_model, "SECONDS", 0.0)
    with pytest.raises(InputError, match="no plan was found in 0 seconds"):
        rostering.shift_cover(EVENING, shifts=THREE, headcount=5)


@pytest.mark.parametrize("shifts", [5, "8-16", None])
def test_shifts_that_are_no_list_are_refused_in_words(shifts):
    with pytest.raises(InputError, match="shifts are a list of starts and lengths"):
        rostering.shift_cover([2] * 24, shifts=shifts, headcount=10)
