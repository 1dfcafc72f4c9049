"""What is rising is called so only once all kinds have been tested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, exhibits, sources, tables
from pvtools.errors import InputError, UsageError

KINDS = ("Burglary", "Robbery", "Theft", "Drug offences")


def recorded(counts=None, *, seed: int = 1, months: int = 24) -> pd.DataFrame:
    """Return made-up monthly offences: 200 a month of each kind, or as ``counts`` has them."""
    rng = np.random.default_rng(seed)
    when = pd.date_range("2024-01-01", periods=months, freq="MS")
    rows = [
        (name, month, kind, int((counts or {}).get((kind, month.year), rng.poisson(200))))
        for name in [b.name for b in areas.boroughs()]
        for month in when
        for kind in KINDS
    ]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence_group", "offences"])
    return frame.assign(offence=np.nan, schema="mps_from_2024").astype({"offence": "str"})


def test_a_rise_of_one_kind_is_found_and_the_others_are_not_called_changed():
    table = demand.rising(recorded({("Burglary", 2025): 260}), area="Hackney")
    assert table.group.tolist() == sorted(KINDS)
    assert table.group[table.distinguishable].tolist() == ["Burglary"]
    assert table.set_index("group").estimate["Burglary"] == pytest.approx(0.3, abs=0.06)


def test_of_kinds_that_did_not_change_few_boroughs_have_any_called_changed():
    names = [b.name for b in areas.boroughs()]
    alarms = [
        demand.rising(recorded(seed=seed), area=name).distinguishable.any()
        for seed in range(8)
        for name in names
    ]
    assert np.mean(alarms) <= 0.09  # one in twenty, and chance: 256 looks


def test_london_is_all_boroughs_together():
    table = recorded()
    whole = demand.rising(table, area="London").set_index("group")
    burglary = table[table.offence_group == "Burglary"]
    assert whole.n["Burglary"] == burglary.offences[burglary.month.dt.year == 2025].sum()


def test_a_kind_too_rare_for_a_verdict_has_none_and_says_so():
    rare = demand.rising(recorded({("Robbery", 2024): 0, ("Robbery", 2025): 1}), area="Brent")
    row = rare.set_index("group").loc["Robbery"]
    assert np.isnan(row.estimate)
    assert not row.distinguishable
    assert row.caveat == "Fewer than 12 offences in a year bear no verdict."


def test_a_month_missing_in_the_middle_is_refused_for_all_and_leaves_out_a_kind():
    table = recorded()
    gap = table[table.month != "2025-03-01"]
    with pytest.raises(InputError, match="not published: March 2025"):
        demand.rising(gap, area="Hackney")
    holed = table[~((table.month == "2025-03-01") & (table.offence_group == "Theft"))]
    theft = demand.rising(holed, area="Hackney").set_index("group").loc["Theft"]
    assert np.isnan(theft.estimate)
    assert theft.caveat == "Not published in every month of both years."
    assert not theft.distinguishable


def test_all_offences_say_which_groups_they_go_without():
    table = recorded()
    holed = table[~((table.month == "2025-03-01") & (table.offence_group == "Theft"))]
    whole, less = (demand.month_counts(of, area="Hackney") for of in (table, holed))
    theft = demand.month_counts(table, area="Hackney", kind="Theft")
    assert (whole - less).tolist() == theft.tolist()
    said = "Not published in every month, so in none: Theft."
    for told in (demand.monthly_chart, demand.outlook):
        assert told(holed, area="Hackney").caveat.str.contains(said).all()
        assert not told(table, area="Hackney").caveat.str.contains("in none").any()


def test_two_years_in_one_way_of_counting_are_found_beside_another():
    table = recorded()
    old = table[table.month < "2025-01-01"].assign(schema="mps_before")
    beside = pd.concat([old, table], ignore_index=True)
    pd.testing.assert_frame_equal(
        demand.rising(beside, area="Hackney"), demand.rising(table, area="Hackney")
    )


def test_a_chart_counts_by_the_day_since_months_differ_in_length():
    chart = demand.monthly_chart(recorded({("Theft", 2024): 310, ("Theft", 2025): 310}),
                                 area="Hackney", kind="Theft")  # fmt: skip
    assert chart.estimate[0] == pytest.approx(10)
    assert chart.estimate[1] == pytest.approx(310 / 29)  # February 2024
    assert chart.n.eq(310).all()


def test_a_chart_of_months_that_follow_each_other_says_so():
    steps = {("Theft", 2024): 100, ("Theft", 2025): 400}
    assert "Neighbouring months" in demand.monthly_chart(
        recorded(steps), area="Hackney", kind="Theft"
    ).caveat.iloc[0]  # fmt: skip
    steady = demand.monthly_chart(recorded(seed=3), area="Camden")
    assert "Neighbouring" not in steady.caveat.iloc[0]


def test_a_chart_of_rare_offences_has_no_verdict_and_the_exhibit_says_why():
    table = recorded()
    theft, first = table.offence_group == "Theft", table.month == "2024-05-01"
    table.loc[theft, "offences"] = 0
    table.loc[theft & first, "offences"] = 7  # one bad month: 0.3 a month on average
    points = demand.monthly_chart(table, area="Hackney", kind="Theft")
    assert set(points.point_type) == {"no verdict"}
    shown = exhibits.demand.chart(
        points, area="Hackney", kind="Theft", source=sources.find("mps_recorded_crime")
    )
    assert shown.headline == "Hackney, offences of theft: too few for a verdict on single months"
    assert "without control limits" in shown.subtitle
    assert any(
        text.startswith("No verdict: 0.29 are counted each time on average, and a chart needs 10")
        for text in shown.caveats
    )
    assert "of the time" not in shown.text()
    assert "nan" not in shown.text()


def test_the_rate_of_false_alarms_is_that_of_counts_at_the_level_of_the_chart():
    points = demand.monthly_chart(recorded(seed=3), area="Camden", kind="Theft")
    assert 0.04 <= points.family_false_alarm[0] <= 0.05
    shown = exhibits.demand.chart(
        points, area="Camden", kind="Theft", source=sources.find("mps_recorded_crime")
    )
    assert any("simulated negative binomial counts" in text for text in shown.caveats)


def test_an_outlook_uses_the_year_before_where_smoothing_was_no_nearer():
    table = demand.outlook(recorded(months=60), area="London", horizon=3)
    coming = table[~table.known]
    assert len(coming) == 3
    assert coming.lower.le(coming.estimate).all()
    assert coming.beats_naive.all() != coming.method.str.startswith("same month").all()
    assert table[table.known].lower.isna().all()
    assert table.period.tolist()[-3:] == ["2029-01", "2029-02", "2029-03"]


def test_only_months_counted_in_the_latest_way_are_used():
    old = recorded().assign(schema="mps_to_2023", month=lambda t: t.month - pd.DateOffset(years=4))
    both = pd.concat([old, recorded()], ignore_index=True)
    assert len(demand.month_counts(both, area="Hackney")) == 24


def test_what_is_not_held_is_named():
    with pytest.raises(InputError, match="Did you mean 'Burglary'"):
        demand.monthly_chart(recorded(), area="Hackney", kind="Burglry")
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        demand.rising(recorded(), area="Hackny")
    with pytest.raises(InputError, match="No single offences are held"):
        demand.rising(recorded(), area="Hackney", by="offence")


def test_the_published_figures_are_not_changed_by_being_used():
    held = tables.load().recorded_crime
    before = held.copy()
    demand.rising(held, area="Hackney")
    demand.outlook(held, area="Hackney")
    pd.testing.assert_frame_equal(held, before)
