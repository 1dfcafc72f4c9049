"""Offences whose place is no borough: airports counted in Hillingdon, and those of no place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, places, profiles, tables
from pvtools.tables import recorded_crime

NAMES = [b.name for b in areas.boroughs()]
SHIPPED = places.shipped_data() / "published" / "recorded_crime.csv"
AIRPORTS = "Heathrow and City airports"


def recorded(months: int = 24, first: str = "2024-03", count: int = 100) -> pd.DataFrame:
    rows = [
        ("borough", name, name, name, month, "Theft", "Shoplifting", count + at, "mps_from_2024")
        for at, month in enumerate(pd.date_range(first, periods=months, freq="MS"))
        for name in NAMES
    ]
    frame = pd.DataFrame(rows, columns=list(recorded_crime.COLUMNS))
    return frame.astype({"offences": "Int64", "borough": "str"})


def elsewhere(table: pd.DataFrame, area: str, counts: dict[str, int]) -> pd.DataFrame:
    """Return the table with offences of a place that is no borough, by month."""
    rows = (
        table.head(1)
        .loc[[0] * len(counts)]
        .assign(
            area=area,
            area_name=area,
            borough=pd.array([None] * len(counts), dtype="str"),
            month=pd.to_datetime(list(counts)).to_numpy(),
            offences=pd.array(list(counts.values()), dtype="Int64"),
        )
    )
    return pd.concat([table, rows], ignore_index=True).astype(table.dtypes)


def shipped() -> pd.DataFrame:
    """Return what stands in the shipped file without fraud, summed by place and month."""
    wide = pd.read_csv(SHIPPED)
    wide = wide[~wide.offence_group.isin(demand.NATIONAL_GROUPS)]
    return wide.groupby("borough").sum(numeric_only=True)


@pytest.fixture(scope="module")
def held() -> pd.DataFrame:
    return tables.load().recorded_crime


# airports -------------------------------------------------------------------------------------


def test_airports_of_some_months_are_counted_in_hillingdon():
    table = elsewhere(recorded(), "Airports", {"2024-05-01": 30, "2024-06-01": 7})
    found = recorded_crime.with_airports(table)
    own = found[found.borough == "Hillingdon"].set_index("month").offences
    assert own["2024-04-01"] == 101
    assert own["2024-05-01"] == 102 + 30
    assert own["2024-06-01"] == 103 + 7
    assert own["2024-07-01"] == 104
    assert "Airports" not in set(found.area)
    assert found.dtypes.to_dict() == table.dtypes.to_dict()


def test_london_adds_up_with_the_airports():
    table = elsewhere(recorded(12), "Airports", {"2024-05-01": 30, "2024-06-01": 7})
    rates = demand.annual_rate(recorded_crime.with_airports(table))
    assert estimates.pick(rates, area="London").n == table.offences.sum()
    assert rates[rates.area != "London"].n.sum() == table.offences.sum()


def test_an_offence_at_an_airport_that_hillingdon_has_not_is_not_lost():
    table = elsewhere(recorded(12), "Airports", {"2024-05-01": 30})
    table.loc[table.area == "Airports", "offence"] = "Bicycle theft"
    found = recorded_crime.with_airports(table)
    own = found[(found.borough == "Hillingdon") & (found.month == "2024-05-01")]
    assert own.set_index("offence").offences.to_dict() == {"Shoplifting": 102, "Bicycle theft": 30}


def test_a_table_without_airports_is_left_as_it_is():
    table = elsewhere(recorded(12), "Unknown", {"2024-05-01": 30})
    pd.testing.assert_frame_equal(recorded_crime.with_airports(table), table)


def test_hillingdon_has_no_step_where_the_publisher_counts_its_airports_apart(held):
    sums = shipped()
    plain = sums.loc["Hillingdon"] + sums.loc[AIRPORTS].fillna(0)
    own = held[(held.borough == "Hillingdon") & ~held.offence_group.isin(demand.NATIONAL_GROUPS)]
    series = own.groupby(own.month.dt.strftime("%Y-%m")).offences.sum().astype(float)
    assert series.to_numpy() == pytest.approx(plain[series.index].to_numpy())
    others = sums.loc[[name for name in NAMES if name != "Hillingdon"]].sum()
    alone = sums.loc["Hillingdon"]

    def step(counts: pd.Series, at: str) -> float:
        """Return what three months moved by from the three before, beside other boroughs."""
        place = counts.index.get_loc(at)
        beside = counts / others[counts.index]
        return beside.iloc[place : place + 3].mean() / beside.iloc[place - 3 : place].mean() - 1

    for at in ("2023-05", "2024-03"):
        assert abs(step(series, at)) < 0.1
        assert abs(step(alone, at)) > 0.1, "without its airports there would be one"


# no place at all ------------------------------------------------------------------------------


def test_a_month_in_which_a_fifth_has_no_borough_has_no_rate_anywhere_and_is_named():
    lost = {"2024-06-01": 32 * 103 // 4, "2024-07-01": 32 * 104 // 25}
    rates = demand.monthly_rate(elsewhere(recorded(12), "Unknown", lost))
    june = rates[rates.period == "2024-06"]
    assert len(june) == 33
    assert june.estimate.isna().all()
    assert june.caveat.str.contains("No rate for June 2024: more than 5% of London's").all()
    others = rates[rates.period != "2024-06"]
    assert others.estimate.notna().all(), "4% without a borough is not too many"
    assert (others.caveat == "").all()


def test_march_2020_has_no_rate_in_the_figures_that_come_with_pvtools(held):
    sums = shipped()
    nowhere = sums.loc["Unknown"] / sums.sum()
    assert nowhere["2020-03"] == pytest.approx(0.19, abs=0.005)
    rates = demand.monthly_rate(held)
    none = rates.groupby("period").estimate.apply(lambda rate: rate.isna().all())
    assert none.index[none].tolist() == nowhere.index[nowhere > 0.05].tolist()
    assert rates.groupby("period").estimate.apply(lambda rate: rate.notna().all())[~none].all()
    march = rates[rates.period == "2020-03"]
    assert len(march) == 33
    assert march.caveat.str.contains("March 2020").all()
    assert march.unplaced.to_numpy() == pytest.approx(nowhere["2020-03"])


def test_a_change_says_what_share_of_each_year_had_no_borough():
    months = pd.date_range("2024-03", periods=12, freq="MS").strftime("%Y-%m-%d")
    table = elsewhere(recorded(24), "Unknown", dict.fromkeys(months, 200))
    first = table[table.month < "2025-03-01"]
    share = first[first.borough.isna()].offences.sum() / first.offences.sum()
    moved = (1 - 0) / (1 - share) - 1
    shares = f"{share:.1%} of London's offences had no borough in the year before, 0.0% in this one"
    said = f"{shares}: boroughs stand {moved:.1%} higher for that alone."
    caveats = demand.year_change(table).set_index("area").caveat
    assert set(caveats.drop("London")) == {said}
    whole = table.offences.sum() / first.offences.sum() - 2
    assert caveats["London"] == f"{shares}: with them, its change is {whole:+.1%}.".replace(
        "-", "−"
    )
    assert set(demand.year_change(recorded(24)).caveat) == {""}


def test_the_change_of_the_shipped_figures_gives_both_shares(held):
    sums = shipped().loc[:, "2021-03":"2023-02"]
    nowhere, every = sums.loc["Unknown"], sums.sum()
    shares = [nowhere.iloc[part].sum() / every.iloc[part].sum() for part in
              (slice(0, 12), slice(12, 24))]  # fmt: skip
    caveat = estimates.pick(demand.year_change(held, until="2023-02"), area="Hackney").caveat
    assert f"{shares[0]:.1%} of London's offences" in caveat
    assert f"{shares[1]:.1%} in this one" in caveat
    assert np.abs((1 - shares[1]) / (1 - shares[0]) - 1) >= 0.003


def test_page_one_of_london_says_its_change_with_offences_that_have_no_borough():
    sums = shipped().sum()
    years = [pd.date_range(first, periods=12, freq="MS") for first in ("2024-03", "2025-03")]
    before, after = (sums[year.strftime("%Y-%m")].sum() for year in years)
    whole = f"{after / before - 1:+.1%}".replace("-", "−")
    assert whole == "−2.7%"
    said = profiles.load("London").findings.items[1]
    assert said.number == "−1.7%"
    assert said.sentence.endswith(f"in this one: with them, its change is {whole}.")
    assert "no borough" not in profiles.load("Hackney").findings.items[1].sentence
