"""The week of published counts: its hours add to a thousand, and none may be missing."""

import pandas as pd
import pytest

from pvtools import demand, tables
from pvtools.errors import InputError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week(borough="Hackney", what="stop_search", **odd):
    """Return a week with ten an hour, and another number in the hours named, "Monday_7"."""
    rows = [
        (what, borough, "2030-01 to 2030-12", day, hour, odd.get(f"{day}_{hour}", 10))
        for day in reversed(DAYS)
        for hour in range(24)
    ]
    names = ["what", "borough", "period", "weekday", "hour", "counted"]
    return pd.DataFrame(rows, columns=names)


def test_hours_run_from_monday_midnight_and_add_to_a_thousand():
    found = demand.hours_of_week(week(Monday_7=1690))
    assert (found.weekday.iloc[0], found.hour.iloc[0]) == ("Monday", 0)
    assert found.weekday.drop_duplicates().tolist() == list(DAYS)
    assert found.estimate.sum() == pytest.approx(1000)
    assert found.estimate.iloc[7] == pytest.approx(1000 * 1690 / 3360)
    assert found.estimate.iloc[8] == pytest.approx(1000 * 10 / 3360)


def test_an_even_week_has_as_many_in_each_hour_and_no_interval():
    found = demand.hours_of_week(week())
    assert found.estimate.tolist() == pytest.approx([1000 / 168] * 168)
    assert found.lower.isna().all()
    assert found.caveat.str.contains("no interval").all()


def test_places_periods_and_kinds_each_have_a_week_and_what_is_no_area_has_none():
    both = pd.concat([week(), week("Camden"), week("Unknown"), week("London", "dwelling_fires")])
    found = demand.hours_of_week(both)
    assert found.groupby(["group", "area"]).estimate.sum().round(9).to_dict() == {
        ("stops and searches", "Hackney"): 1000,
        ("stops and searches", "Camden"): 1000,
        ("dwelling fires", "London"): 1000,
    }


def test_an_hour_that_is_missing_twice_or_below_zero_is_refused_with_its_place():
    whole = week()
    for spoilt in (
        whole.iloc[1:],
        pd.concat([whole, whole.iloc[:1]]),
        week(Monday_7=float("nan")),
        week(Monday_7=-1),
        whole.assign(counted=0),
        whole.assign(weekday="Mon"),
    ):
        with pytest.raises(InputError, match="stop_search, Hackney, 2030-01 to 2030-12"):
            demand.hours_of_week(spoilt)
    with pytest.raises(InputError, match="columns weekday, hour"):
        demand.hours_of_week(whole.drop(columns=["weekday", "hour"]))


def test_the_published_week_has_every_hour_of_every_place_and_boroughs_add_up_to_less_than_london():
    found = demand.hours_of_week(tables.published("hours_of_week"))
    searches = found[(found.group == "stops and searches") & (found.period.str.endswith("2024-08"))]
    assert (searches.groupby("area").size() == 168).all()
    total = searches.groupby("area").n.sum()
    share = total.drop("London").sum() / total["London"]
    assert 0.85 < share < 1  # the rest has no place that is published, or one outside London
