"""Calls for officers: shares add up, and what is assumed is said to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, tables
from pvtools.demand.calls import MENTAL_HEALTH_CALLS, OTHER_CALLS, WEEKDAYS
from pvtools.errors import InputError, UsageError

NAMES = [b.name for b in areas.boroughs()]
WEIGHTS = pd.DataFrame(
    {"kind": "offence_group", "category": ["Burglary"], "weight": [20.0], "version": "made up"}
)


def recorded(**counts: int) -> pd.DataFrame:
    """Return a year in which each borough records these offences of each group every month."""
    counts = counts or {"Theft": 100, "Burglary": 20}
    rows = [
        (name, month, group, count)
        for month in pd.date_range("2024-12", periods=12, freq="MS")
        for name in NAMES
        for group, count in counts.items()
    ]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence_group", "offences"])
    return frame.astype({"offences": "Int64"}).assign(schema="mps_from_2024")


def even_week() -> pd.DataFrame:
    return demand.assumed_week().assign(estimate=1 / 168)


def test_calls_are_offences_times_the_likely_ratio():
    own = demand.profile(recorded(), "Hackney")
    assert own.offences == 12 * 120
    weekly = own.week.calls_per_hour.sum()
    assert weekly == pytest.approx(12 * 120 * 2.0 * 7 / 365.25)
    assert (own.area, own.period) == ("Hackney", "year to 2025-11")


def test_shares_of_calls_add_up_and_offences_keep_their_proportions():
    groups = demand.profile(recorded(), "Hackney").groups.set_index("offence_group")
    assert groups.share.sum() == pytest.approx(1)
    assert groups.share["Theft"] == pytest.approx(5 * groups.share["Burglary"])
    assert groups.share["Theft"] + groups.share["Burglary"] == pytest.approx(0.35)
    assert groups.share[MENTAL_HEALTH_CALLS] == pytest.approx(0.1)
    assert groups.index[-1] == OTHER_CALLS


def test_the_assumed_week_is_busiest_on_friday_and_saturday_night():
    week = demand.assumed_week()
    assert week.estimate.sum() == pytest.approx(1)
    assert set(week.source) == {"assumption"}
    at = week.set_index(["weekday", "hour"]).estimate
    assert at["Monday", 18] == pytest.approx(4 * at["Monday", 6])
    assert at["Friday", 22] == pytest.approx(1.4 * at["Thursday", 22])
    assert at["Sunday", 3] == pytest.approx(1.4 * at["Monday", 3])
    assert at["Sunday", 4] == pytest.approx(at["Monday", 4])
    assert week.nlargest(2, "estimate").weekday.tolist() == ["Friday", "Saturday"]


def test_a_week_that_is_brought_is_used_and_no_longer_called_assumed():
    own = demand.profile(recorded(), "Hackney", week=even_week())
    assert len(set(own.week.calls_per_hour)) == 1
    assert "assumed shape" not in own.caveat
    assert "assumed shape" in demand.profile(recorded(), "Hackney").caveat


def test_weights_that_are_not_held_are_missing_and_not_zero():
    plain = demand.profile(recorded(), "Hackney").groups
    assert plain.weight.isna().all()
    groups = demand.profile(recorded(), "Hackney", weights=WEIGHTS).groups
    groups = groups.set_index("offence_group")
    assert groups.weight["Burglary"] == 20
    assert np.isnan(groups.weight["Theft"])
    assert groups.source["Burglary"] == "hours: assumption; harm: made up"
    assert groups.source["Theft"] == "hours: assumption; harm: none"


def test_hours_that_are_brought_are_used_and_a_group_without_has_none():
    hours = demand.assumed_hours().query("offence_group == 'Theft'").drop(columns="source")
    groups = demand.profile(recorded(), "Hackney", handling_hours=hours).groups
    groups = groups.set_index("offence_group")
    assert groups.likely["Theft"] == 1.5
    assert np.isnan(groups.likely["Burglary"])
    assert groups.source[["Theft", "Burglary"]].tolist() == ["hours: not given", "hours: none"]


def test_london_is_said_to_be_taken_for_one_pool():
    london = demand.profile(recorded(), "London")
    assert london.offences == 32 * 12 * 120
    assert "one pool" in london.caveat


def test_a_group_without_a_whole_year_is_named():
    table = recorded()
    gap = (table.borough == "Brent") & (table.offence_group == "Theft")
    own = demand.profile(table[~(gap & (table.month == "2025-01-01"))], "Brent")
    assert own.offences == 12 * 20
    assert "without a whole year, so without calls, are Theft" in own.caveat


def test_nothing_that_is_brought_is_changed_and_edits_are_kept():
    table = demand.assumptions()
    table.loc[table.parameter == "calls_per_offence", ["low", "likely", "high"]] = 1.0
    brought = [recorded(), even_week(), demand.assumed_hours(), WEIGHTS, table]
    before = [frame.copy() for frame in brought]
    own = demand.profile(
        brought[0],
        "hackney",
        week=brought[1],
        handling_hours=brought[2],
        weights=brought[3],
        assumptions=brought[4],
    )
    for frame, copy in zip(brought, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
    assert own.week.calls_per_hour.sum() == pytest.approx(12 * 120 * 7 / 365.25)


def test_all_faults_of_all_tables_are_named_at_once():
    with pytest.raises(InputError) as caught:
        demand.profile(
            recorded(),
            "Hackney",
            week=even_week().assign(estimate=1.0),
            handling_hours=demand.assumed_hours().assign(low=99.0),
            weights=WEIGHTS.assign(weight=-1.0),
            assumptions=demand.assumptions().drop(index=0),
        )
    for part in (
        "week: shares add up to 1, found 168",
        "hours: unit times need 0 ≤ low ≤ likely ≤ high",
        "weights: a weight is 0 or more",
        "the row calls_per_offence is missing",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        ({"week": even_week().head(167)}, "168 rows, .* found 167"),
        ({"week": even_week().assign(weekday="Monday")}, "found 168 with 24 of them"),
        ({"week": even_week().assign(estimate=-1.0)}, "0 or more and none is missing"),
        ({"week": even_week().drop(columns="hour")}, "week: the columns hour are missing"),
        ({"weights": pd.concat([WEIGHTS, WEIGHTS])}, "weighed twice: Burglary"),
        ({"weights": pd.concat([WEIGHTS, WEIGHTS.assign(version="b")])}, "two versions"),
        ({"handling_hours": demand.assumed_hours().assign(low="x")}, "unit times need"),
        ({"until": "2024-01"}, "not published"),
        ({"recorded": recorded(Theft=0)}, "No offences are held for Hackney"),
    ],
)
def test_what_makes_no_profile_is_refused_in_words(brought, says):
    given = {"recorded": recorded()} | brought
    with pytest.raises(InputError, match=says):
        demand.profile(given.pop("recorded"), "Hackney", **given)


def test_a_borough_that_is_none_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        demand.profile(recorded(), "Hackny")


def test_every_borough_of_the_published_figures_has_a_profile():
    held = tables.load().recorded_crime
    for name in (*NAMES, areas.LONDON):
        own = demand.profile(held, name)
        assert len(own.week) == 168
        assert own.week.weekday.unique().tolist() == list(WEEKDAYS)
        assert own.week.calls_per_hour.gt(0).all()
        assert own.groups.share.sum() == pytest.approx(1)


def test_other_assumptions_of_a_profile_are_those_of_one_made_with_them():
    table = demand.supposing(
        demand.assumptions(), {"calls_per_offence": 3.0, "mental_health_share": 0.2}
    )
    made = demand.profile(recorded(), "Hackney", weights=WEIGHTS, assumptions=table)
    first = demand.profile(recorded(), "Hackney", weights=WEIGHTS)
    changed = first.under(table)
    for name in ("week", "groups", "assumptions"):
        pd.testing.assert_frame_equal(getattr(changed, name), getattr(made, name), check_exact=True)
    assert (changed.area, changed.period, changed.offences, changed.caveat) == (
        made.area, made.period, made.offences, made.caveat,
    )  # fmt: skip
    assert first.assumptions.equals(demand.assumptions())
