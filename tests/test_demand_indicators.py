"""Indicators of monthly counts: rates of years, and how they moved, alone and beside London."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, places, tables
from pvtools.errors import InputError

NAMES = [b.name for b in areas.boroughs()]
ASKED = {"measure": "search_rate", "source": "stop_search_by_month"}


def counts(months: int = 24, first: str = "2030-01", rising: float = 0.0) -> pd.DataFrame:
    """Return counts that swing by borough and month, each year ``rising`` more than the last."""
    rows = [
        (name, month, (100 + 3 * place + 7 * (at * (place + 2) % 5)) * (1 + rising) ** (at // 12))
        for at, month in enumerate(pd.date_range(first, periods=months, freq="MS"))
        for place, name in enumerate(NAMES)
    ]
    return pd.DataFrame(rows, columns=["borough", "month", "counted"])


def without(table: pd.DataFrame, borough: str, month: str) -> pd.DataFrame:
    return table[~((table.borough == borough) & (table.month == month))]


def test_a_years_rate_is_its_count_per_thousand_residents():
    table = counts(12)
    rates = demand.years_of_counts(table, **ASKED)
    own, london = (estimates.pick(rates, area=name) for name in ("Hackney", "London"))
    counted = table[table.borough == "Hackney"].counted.sum()
    assert (own.n, own.period) == (counted, "year to 2030-12")
    assert own.estimate == pytest.approx(counted / areas.find("Hackney").residents * 1000)
    residents = sum(b.residents for b in areas.boroughs())
    assert london.estimate == pytest.approx(table.counted.sum() / residents * 1000)
    assert rates[["lower", "upper", "level"]].isna().all(axis=None)


def test_a_denominator_of_ones_own_divides_the_count():
    people = pd.Series(np.arange(1.0, 33) * 1000, index=NAMES)
    table = counts(12)
    rates = demand.years_of_counts(table, residents=people, **ASKED).set_index("area").estimate
    expected = table.groupby("borough").counted.sum()[NAMES] / people * 1000
    assert rates[NAMES].to_numpy() == pytest.approx(expected.to_numpy())
    assert rates["London"] == pytest.approx(table.counted.sum() / people.sum() * 1000)


def test_places_that_are_no_borough_count_nowhere():
    table = counts(12)
    nowhere = table[table.borough == "Brent"].assign(borough="Unknown", counted=1e6)
    pd.testing.assert_frame_equal(
        demand.years_of_counts(pd.concat([table, nowhere]), **ASKED),
        demand.years_of_counts(table, **ASKED),
    )


def test_years_end_in_the_month_of_the_latest_that_is_whole():
    table = pd.concat([counts(26), counts(1, "2032-03").query("borough != 'Brent'")])
    rates = demand.years_of_counts(table, **ASKED)
    assert rates.period.unique().tolist() == ["year to 2031-02", "year to 2032-02"]


def test_a_year_in_which_a_month_is_missing_has_no_rate_and_no_lower_one():
    table = counts(24)
    rates = demand.years_of_counts(without(table, "Camden", "2030-05"), **ASKED)
    early = rates[rates.period == "year to 2030-12"].area
    assert set(NAMES) - set(early) == {"Camden"}
    assert "London" not in set(early)


def test_a_month_that_one_borough_lacks_does_not_make_the_swing_of_the_others_smaller():
    table = counts(24)
    table["counted"] *= 100  # swings as these are far beyond chance in so many
    whole, holed = (
        demand.years_of_counts(one, **ASKED).set_index(["area", "period"])
        for one in (table, without(table, "Camden", "2030-05"))
    )
    own = ("Hackney", "year to 2030-12")
    assert holed.stderr[own] == pytest.approx(whole.stderr[own], rel=0.1)
    chance = np.sqrt(whole.n[own]) / areas.find("Hackney").residents * 1000
    assert whole.stderr[own] > 3 * chance


def test_a_month_that_is_there_without_a_count_is_missing_and_no_zero():
    table = counts(24)
    blank = table.assign(
        counted=table.counted.mask((table.borough == "Camden") & (table.month == "2030-05-01"))
    )
    pd.testing.assert_frame_equal(
        demand.years_of_counts(blank, **ASKED),
        demand.years_of_counts(without(table, "Camden", "2030-05"), **ASKED),
    )


def test_years_of_searches_are_those_that_the_publisher_gave_whole():
    searches = tables.published("stop_search_by_month").rename(columns={"searches": "counted"})
    rates = demand.years_of_counts(searches, **ASKED)
    wide = pd.read_csv(places.shipped_data() / "published" / "stop_search_by_month.csv")
    whole = wide[wide.borough.isin(NAMES)].drop(columns="borough").notna().all()
    held = [
        last
        for at, last in enumerate(whole.index)
        if last.endswith("-08") and at >= 11 and whole.iloc[at - 11 : at + 1].all()
    ]
    assert rates.period.unique().tolist() == [f"year to {last}" for last in held]
    assert 0 < len(held) < 9, "months of some years were not published"


def test_a_month_nobody_has_ends_the_years_before_it():
    table = counts(36)
    rates = demand.years_of_counts(table[table.month != "2031-05-01"], **ASKED)
    assert rates.period.unique().tolist() == ["year to 2030-12", "year to 2032-12"]


def test_whole_years_are_those_that_every_borough_has():
    table = counts(26)
    ends = [f"{end:%Y-%m}" for end in demand.whole_years(table)]
    assert ends[0] == "2032-02"
    assert ends[-1] == "2030-12"
    assert len(ends) == 26 - 11
    holed = without(table, "Sutton", "2031-02")
    assert [f"{end:%Y-%m}" for end in demand.whole_years(holed)] == [
        *("2032-02", "2031-01", "2030-12")
    ]
    assert demand.whole_years(counts(11)) == []


@pytest.mark.parametrize("call", [demand.years_of_counts, demand.change_of_counts])
@pytest.mark.parametrize("table", [counts(11), counts(11).assign(borough="Unknown")])
def test_counts_that_make_no_year_are_refused(call, table):
    with pytest.raises(InputError, match="twelve months"):
        call(table, **ASKED)


def test_a_change_is_the_ratio_of_two_years_totals():
    table = counts(24, rising=0.1)
    moved = demand.change_of_counts(table, **ASKED)
    own = table[table.borough == "Hackney"].set_index("month").counted
    hackney, london = (estimates.pick(moved, area=name) for name in ("Hackney", "London"))
    assert hackney.estimate == pytest.approx(own["2031"].sum() / own["2030"].sum() - 1)
    assert hackney.lower < hackney.estimate < hackney.upper
    every = table.groupby("month").counted.sum()
    assert london.estimate == pytest.approx(every["2031"].sum() / every["2030"].sum() - 1)
    assert (london.since, london.period) == ("year to 2030-12", "year to 2031-12")
    assert london.adjusted == london.p_value, "London stands alone"
    boroughs = moved[moved.area != "London"]
    assert (boroughs.adjusted >= boroughs.p_value).all()


def test_a_borough_that_moves_as_london_does_has_not_moved_beside_it():
    table = counts(36, rising=0.2)
    more = (table.borough == "Sutton") & (table.month >= "2032-01-01")
    table["counted"] = table.counted.mask(more, 2 * table.counted)
    # Hackney is a thirty-first of all others in each month, so it moves as London without it does
    others = table[table.borough != "Hackney"].groupby("month").counted.sum() / 31
    table["counted"] = table.counted.mask(table.borough == "Hackney", table.month.map(others))
    moved = demand.change_of_counts(table, since="2030-12", **ASKED)
    own, sutton = (estimates.pick(moved, area=name) for name in ("Hackney", "Sutton"))
    assert own.estimate == pytest.approx(0, abs=1e-12)
    assert not own.distinguishable
    assert sutton.estimate > 0.8
    assert sutton.distinguishable
    assert "London" not in set(moved.area)
    assert set(moved.since) == {"year to 2030-12"}


def test_beside_london_a_change_is_set_against_what_london_would_have_made_of_each_month():
    table = counts(24, rising=0.1)
    more = (table.borough == "Brent") & (table.month >= "2031-01-01")
    table["counted"] = table.counted.mask(more, table.counted * 1.5)
    wide = table.pivot(index="borough", columns="month", values="counted")
    then, now = wide.iloc[:, :12].to_numpy(), wide.iloc[:, 12:].to_numpy()
    london, brent = now.sum(axis=0) / then.sum(axis=0), wide.index.get_loc("Brent")
    moved = demand.change_of_counts(table, since="2030-12", **ASKED).set_index("area")
    expected = now[brent].sum() / (then[brent] * london).sum() - 1
    assert moved.estimate["Brent"] == pytest.approx(expected)
    assert moved.distinguishable["Brent"]


def test_each_month_is_beside_the_same_month_of_the_calendar_whenever_the_earlier_year_ended():
    table = counts(36)
    season = table.month.dt.month * (1 + table.borough.map(NAMES.index)) % 7
    table["counted"] = 100 + 20 * season  # each borough has seasons of its own, and never changes
    june, december = (
        demand.change_of_counts(table, since=since, **ASKED) for since in ("2031-06", "2031-12")
    )
    assert june.estimate.to_numpy() == pytest.approx(0, abs=1e-12)
    assert june.upper.tolist() == pytest.approx(december.upper.tolist())


def test_an_earlier_year_that_is_not_whole_is_refused_by_its_month():
    with pytest.raises(InputError, match="The year to May 2030 is not held whole"):
        demand.change_of_counts(counts(24), since="2030-05", **ASKED)


def test_a_borough_that_counts_nothing_in_a_year_has_no_change():
    table = counts(24)
    table["counted"] = table.counted.mask((table.borough == "Brent") & (table.month < "2031"), 0)
    moved = demand.change_of_counts(table, **ASKED)
    assert set(NAMES) - set(moved.area) == {"Brent"}


def test_counts_that_are_given_are_left_as_they_were():
    table = counts(24)
    before = table.copy(deep=True)
    demand.years_of_counts(table, **ASKED)
    demand.change_of_counts(table, since="2030-12", **ASKED)
    pd.testing.assert_frame_equal(table, before)
