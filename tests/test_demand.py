"""Demand: rates and changes of recorded crime, with nothing taken for zero that is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates
from pvtools.errors import InputError

NAMES = [b.name for b in areas.boroughs()]


def recorded(
    first: str = "2023-12",
    months: int = 24,
    *,
    schema: str = "mps_from_2024",
    groups: tuple[str, ...] = ("Theft", "Burglary"),
    count: int = 100,
) -> pd.DataFrame:
    rows = [
        (name, month, group, count + i)
        for i, month in enumerate(pd.date_range(first, periods=months, freq="MS"))
        for name in NAMES
        for group in groups
    ]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence_group", "offences"])
    return frame.astype({"offences": "Int64"}).assign(schema=schema)


def test_a_rate_is_offences_over_census_residents():
    table = demand.annual_rate(recorded(months=12))
    own = estimates.pick(table, area="Hackney")
    offences = 2 * sum(100 + i for i in range(12))
    assert own.n == offences
    assert own.estimate == pytest.approx(1000 * offences / areas.find("Hackney").residents)
    assert own.period == "year to 2024-11"


def test_london_is_the_sum_of_its_thirty_two_boroughs():
    table = demand.annual_rate(recorded(months=12))
    london = estimates.pick(table, area="London")
    assert london.n == table[table.area != "London"].n.sum()
    residents = sum(b.residents for b in areas.boroughs())
    assert london.estimate == pytest.approx(1000 * london.n / residents)


def test_london_without_a_borough_is_the_others_over_their_own_residents_and_says_so():
    table = recorded(months=12)
    rates = demand.annual_rate(table[table.borough != "Camden"])
    london = estimates.pick(rates, area="London")
    others = [b for b in areas.boroughs() if b.name != "Camden"]
    assert london.n == 31 * 2 * sum(100 + i for i in range(12))
    assert london.estimate == pytest.approx(1000 * london.n / sum(b.residents for b in others))
    assert "London is without Camden" in london.caveat
    monthly = demand.monthly_rate(table[(table.borough != "Camden") | (table.month > "2024-01")])
    assert monthly[monthly.area == "London"].period.min() == "2024-02"


def test_there_is_no_london_where_many_boroughs_are_missing():
    table = recorded(months=12)
    rates = demand.annual_rate(table[table.borough.isin(NAMES[:20])])
    london = estimates.pick(rates, area="London")
    assert np.isnan(london.estimate)
    assert "20 of 32 boroughs" in london.caveat
    assert rates.set_index("area").estimate[NAMES[:20]].notna().all()


def test_a_missing_month_is_not_a_zero():
    table = recorded(months=12)
    with pytest.raises(InputError, match="not published: March 2024"):
        demand.annual_rate(table[table.month != "2024-03-01"])


def test_a_borough_with_a_missing_month_has_no_yearly_rate_and_says_which():
    table = recorded(months=12)
    holed = table[~((table.borough == "Brent") & (table.month == "2024-03-01"))]
    rates = demand.annual_rate(holed)
    brent = estimates.pick(rates, area="Brent")
    assert np.isnan(brent.estimate)
    assert brent.caveat == "No offences are held for Brent in March 2024."
    assert estimates.pick(rates, area="Hackney").caveat == ""


def test_a_rate_without_a_groups_rows_is_withheld_and_never_lower():
    table = recorded(months=24, groups=("Theft", "Burglary", "Robbery"))
    holed = table[~((table.borough == "Hackney") & (table.offence_group == "Burglary"))]
    year = table[(table.borough == "Hackney") & (table.month >= "2024-12-01")]
    right = 1000 * year.offences.sum() / areas.find("Hackney").residents
    own = estimates.pick(demand.annual_rate(table), area="Hackney")
    assert own.estimate == pytest.approx(right)
    said = "Not published for Hackney: Burglary."
    for of in (demand.annual_rate(holed), demand.year_change(holed)):
        hackney, camden = (estimates.pick(of, area=name) for name in ("Hackney", "Camden"))
        assert np.isnan(hackney.estimate)
        assert hackney.caveat == said
        assert np.isfinite(camden.estimate)
        assert said in estimates.pick(of, area="London").caveat
    monthly = demand.monthly_rate(holed)
    own = monthly[monthly.area == "Hackney"]
    assert own.estimate.isna().all()
    assert own.caveat.str.contains("Burglary").all()
    assert "London" not in set(monthly.area)


def test_a_month_without_a_groups_rows_is_missing_in_what_is_counted_and_never_lower():
    table = recorded(months=12, groups=("Theft", "Burglary", "Robbery"))
    hole = (table.borough == "Hackney") & (table.month == "2024-05-01")
    counts = demand.counted(table[~(hole & (table.offence_group == "Burglary"))])
    every = demand.counted(table).set_index(["borough", "month"]).counted
    found = counts.set_index(["borough", "month"]).counted
    assert found[found.isna()].index.tolist() == [("Hackney", pd.Timestamp("2024-05-01"))]
    pd.testing.assert_series_equal(found.dropna(), every[found.notna()])
    years = demand.years_of_counts(counts, measure="offence_rate", source="s", until="2024-11")
    assert set(years.area) == {*NAMES} - {"Hackney"}, "no lower rate, and no London without it"


def test_a_borough_without_offences_in_the_year_before_has_no_change_and_the_others_do():
    table = recorded()
    empty = (table.borough == "Hackney") & (table.month < "2024-12-01")
    changes = demand.year_change(table.assign(offences=table.offences.mask(empty, 0)))
    assert np.isnan(estimates.pick(changes, area="Hackney").estimate)
    assert "No offences in the year before" in estimates.pick(changes, area="Hackney").caveat
    assert np.isfinite(estimates.pick(changes, area="Camden").estimate)


def test_an_offence_that_all_others_hold_is_missed_within_its_group():
    fine = recorded(months=12, groups=("Theft of bicycles", "Theft of phones", "Robbery"))
    fine = fine.assign(offence=fine.offence_group)
    fine["offence_group"] = fine.offence_group.str.split().str[0]
    holed = fine[~((fine.borough == "Hackney") & (fine.offence == "Theft of phones"))]
    rates = demand.annual_rate(holed)
    assert np.isnan(estimates.pick(rates, area="Hackney").estimate)
    assert "Theft of phones" in estimates.pick(rates, area="Hackney").caveat
    by_group = demand.annual_rate(holed, by="offence_group")
    assert by_group[by_group.area == "Hackney"].group.tolist() == ["Robbery"]
    rare = fine.assign(offences=fine.offences.mask(fine.offence == "Theft of phones", 1))
    rare = rare[~((rare.borough == "Hackney") & (rare.offence == "Theft of phones"))]
    assert np.isfinite(estimates.pick(demand.annual_rate(rare), area="Hackney").estimate)


def test_a_later_month_that_holds_one_group_only_does_not_lower_the_year():
    table = recorded(months=24)
    later = recorded("2025-12", 1, groups=("Theft",))
    rates = demand.annual_rate(pd.concat([table, later]), until="2025-12")
    assert rates.estimate.isna().all()
    assert "Not published for Hackney in December 2025: Burglary." in set(rates.caveat)


def test_a_group_that_takes_another_name_is_no_gap():
    before = recorded("2025-01", 6, groups=("Theft", "Sexual offences"))
    after = recorded("2025-07", 6, groups=("Theft", "Sexual crime"))
    rates = demand.annual_rate(pd.concat([before, after]))
    assert rates.estimate.notna().all()


def test_the_latest_year_is_the_latest_that_is_held_whole():
    later = recorded("2026-03", 3)
    held = demand.available(pd.concat([recorded(), later]))
    assert (held.months[-1].strftime("%Y-%m"), held.why, held.lacks) == ("2025-11", "", {})
    one = recorded("2025-12", 3)
    held = demand.available(pd.concat([recorded(), one[one.borough == "Camden"]]))
    assert held.months[-1].strftime("%Y-%m") == "2025-11"


def test_what_is_not_held_is_said_before_anything_is_estimated():
    six = demand.available(recorded("2025-06", 6))
    assert "A year to November 2025 needs twelve months" in six.why
    assert "not published: December 2024 to May 2025" in six.why
    assert six.says("Hackney") == six.says("London") == six.why
    assert demand.available(recorded(months=12), years=2).why
    empty = demand.available(recorded().head(0))
    assert empty.why == "No recorded crime is held."
    assert demand.available(recorded()).says("Hackney") == ""


def test_a_month_counted_in_two_ways_has_one_point():
    old = recorded("2023-10", 4, schema="mps_to_2023")
    both = demand.monthly_rate(pd.concat([old, recorded()]))
    assert not both.duplicated(["area", "period"]).any()
    hackney = both[both.area == "Hackney"].set_index("period")
    assert hackney.schema["2023-11"] == "mps_to_2023"
    assert hackney.schema["2023-12"] == "mps_from_2024"
    assert hackney.caveat["2023-11"].startswith("Until November 2023")


def test_a_group_absent_in_a_borough_has_no_rate_rather_than_zero():
    table = recorded(months=12)
    holed = table[~((table.borough == "Brent") & (table.offence_group == "Burglary"))]
    by_group = demand.annual_rate(holed, by="offence_group")
    assert by_group[by_group.area == "Brent"].group.tolist() == ["Theft"]
    assert "Burglary" not in set(by_group[by_group.area == "London"].group)


def test_fraud_is_left_out_of_every_rate():
    with_fraud = demand.annual_rate(recorded(months=12, groups=("Theft", "Fraud and forgery")))
    without = demand.annual_rate(recorded(months=12, groups=("Theft",)))
    pd.testing.assert_frame_equal(with_fraud, without)


def test_pseudo_areas_belong_to_no_borough():
    table = recorded(months=12)
    lost = table[table.borough == "Brent"].assign(borough=pd.NA)
    pd.testing.assert_frame_equal(
        demand.annual_rate(pd.concat([table, lost])), demand.annual_rate(table)
    )


def test_a_change_pairs_the_months_of_two_years():
    change = demand.year_change(recorded())
    own = estimates.pick(change, area="Hackney")
    before, after = sum(100 + i for i in range(12)), sum(112 + i for i in range(12))
    assert own.estimate == pytest.approx(after / before - 1)
    assert (own.period, own.n) == ("year to 2025-11", 2 * after)


def test_a_change_needs_two_years_counted_in_one_way():
    old = recorded("2022-12", 12, schema="mps_to_2023")
    new = recorded("2023-12", 12)
    with pytest.raises(InputError, match="counted in different ways"):
        demand.year_change(pd.concat([old, new]))


def test_every_month_carries_its_way_of_counting():
    old = recorded("2022-01", 12, schema="mps_to_2023")
    both = demand.monthly_rate(pd.concat([old, recorded()]))
    assert both.groupby("period").schema.nunique().max() == 1
    assert both[both.schema == "mps_to_2023"].caveat.str.contains("earlier way").all()
    assert (both[both.schema == "mps_from_2024"].caveat == "").all()


def test_months_counted_by_policing_unit_say_from_when_and_by_how_much():
    units = recorded("2025-12", 6, schema="mps_from_2026")
    both = demand.monthly_rate(pd.concat([recorded(), units]))
    said = both[both.schema == "mps_from_2026"].caveat
    assert said.str.startswith("From December 2025 offences are counted by policing unit").all()
    assert said.str.contains("0.4% to 1.9% higher").all()
    assert (both[both.schema == "mps_from_2024"].caveat == "").all()
    assert (demand.monthly_rate(units).caveat == "").all()


def test_of_two_ways_of_counting_that_hold_as_much_the_newer_one_counts():
    both = pd.concat([recorded(), recorded(schema="mps_from_2026", count=110)])
    assert demand.available(both).schema == "mps_from_2026"
    assert set(demand.monthly_rate(both).schema) == {"mps_from_2026"}


def test_months_without_a_rate_bring_no_note_on_their_way_of_counting():
    old = recorded("2023-11", 1, schema="mps_to_2023", groups=("Theft",))
    both = demand.monthly_rate(pd.concat([old, recorded()]))
    assert both[both.schema == "mps_to_2023"].estimate.isna().all()
    assert not both.caveat.str.contains("earlier way").any()


def test_nothing_held_is_said_with_what_to_do():
    with pytest.raises(InputError, match="pvtools add"):
        demand.monthly_rate(recorded().assign(borough=pd.NA))


def test_offences_are_told_apart_where_the_files_held_are_so_fine():
    coarse = recorded(months=12).assign(offence=pd.NA)
    assert demand.finest(coarse) == "offence_group"
    fine = coarse.assign(offence=coarse.offence_group + " of a kind")
    assert demand.finest(fine) == "offence"
    by_offence = demand.annual_rate(fine, by="offence")
    assert set(by_offence.group) == {"Theft of a kind", "Burglary of a kind"}


def test_inputs_are_not_mutated():
    table = recorded()
    before = table.copy(deep=True)
    demand.monthly_rate(table)
    demand.annual_rate(table, by="offence_group")
    demand.year_change(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("call", [demand.annual_rate, demand.monthly_rate])
def test_a_count_of_all_that_was_recorded_has_no_interval(call):
    rates = call(recorded(months=12))
    assert rates.estimate.notna().all()
    assert rates[["lower", "upper", "level"]].isna().all(axis=None)
