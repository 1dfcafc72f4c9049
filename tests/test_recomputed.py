"""Figures of four boroughs, recomputed from the files that come with pvtools by other means.

What is expected is worked out with pandas and scipy alone; pvtools only says where its files lie.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, norm

from pvtools import confidence, demand, places, sources, tables

FOUR = ("Hackney", "Hillingdon", "Westminster", "Kingston upon Thames")
FILES = places.shipped_data() / "published"
AIRPORTS = "Heathrow and City airports"  # counted in Hillingdon
NATIONAL = ("Fraud and forgery", "Historical fraud and forgery", "Nfib fraud")
#: Interviews of four quarters, and how much less they are worth: from the register's text.
INTERVIEWS, DESIGN_EFFECT = 400, 2.3


def crime(borough: str) -> pd.DataFrame:
    wide = pd.read_csv(FILES / "recorded_crime.csv")
    names = [borough, AIRPORTS] if borough == "Hillingdon" else [borough]
    return wide[wide.borough.isin(names) & ~wide.offence_group.isin(NATIONAL)]


def months(borough: str) -> pd.Series:
    return crime(borough).drop(columns=["borough", "offence_group", "offence"]).sum()


def residents(borough: str) -> int:
    return pd.read_csv(FILES / "boroughs.csv").set_index("name").population_2021[borough]


def test_the_files_name_all_four():
    assert set(FOUR) <= set(pd.read_csv(FILES / "recorded_crime.csv").borough)
    assert months("Hackney").index[-1] == "2026-02"


@pytest.fixture(scope="module")
def recorded() -> pd.DataFrame:
    return tables.load().recorded_crime


@pytest.fixture(scope="module")
def tables_of(recorded) -> dict[str, pd.DataFrame]:
    weights = tables.load_harm_weights()
    assert len(set(weights.version)) == 1
    asked = tables.load().survey, "good_job"
    shares = confidence.proportion(*asked, design=sources.find("pas_borough").design)
    found = {
        "rate": demand.annual_rate(recorded),
        "monthly": demand.monthly_rate(recorded),
        "change": demand.year_change(recorded),
        "harm": demand.severity_score(demand.incidents(recorded), weights),
        "share": shares,
        "moved": confidence.change(shares),
    }
    return {name: table.set_index("area") for name, table in found.items()}


@pytest.mark.parametrize("borough", FOUR)
def test_a_years_rate_is_offences_of_twelve_months_per_thousand_residents(tables_of, borough):
    row = tables_of["rate"].loc[borough]
    offences = months(borough).iloc[-12:].sum()
    assert (row.n, row.period) == (offences, "year to 2026-02")
    assert row.estimate == pytest.approx(offences / residents(borough) * 1000)


@pytest.mark.parametrize("borough", FOUR)
def test_every_month_is_the_sum_of_its_offences(tables_of, borough):
    own = tables_of["monthly"].loc[borough].set_index("period").estimate
    expected = months(borough) / residents(borough) * 1000
    assert own.index.tolist() == expected.index.tolist()
    assert own.dropna().to_numpy() == pytest.approx(expected[own.notna()].to_numpy())


@pytest.mark.parametrize("borough", FOUR)
def test_a_change_is_the_ratio_of_two_years_of_offences(tables_of, borough):
    row = tables_of["change"].loc[borough]
    own = months(borough).iloc[-24:].to_numpy()
    assert row.estimate == pytest.approx(own[12:].sum() / own[:12].sum() - 1)
    assert row.n == own[12:].sum()
    assert row.lower < row.estimate < row.upper
    # chance alone is the least that two counts vary by
    least = np.sqrt(own[12:].sum() + (row.estimate + 1) ** 2 * own[:12].sum()) / own[:12].sum()
    assert row.upper - row.lower > 2 * norm.ppf(0.975) * least


@pytest.mark.parametrize("borough", FOUR)
def test_a_share_of_the_survey_is_as_published_with_wilsons_interval(tables_of, borough):
    wide = pd.read_csv(FILES / "confidence.csv").set_index(["measure", "borough"])
    share = wide.loc[("good_job", borough), "2023-12"]
    rows = tables_of["share"].loc[[borough]].set_index("period")
    row = rows.loc["year to 2023-12"]
    assert row.estimate == share
    # Wilson's interval is where the score test of a proportion gives way: solved, not copied
    n, z = INTERVIEWS / DESIGN_EFFECT, norm.ppf(0.975)
    roots = np.roots([1 + z**2 / n, -(2 * share + z**2 / n), share**2])
    assert (row.lower, row.upper) == pytest.approx(tuple(sorted(roots)))
    whole = binomtest(round(share * 1000), 1000).proportion_ci(method="wilson")
    assert row.lower < whole.low < whole.high < row.upper, "of 1,000 it would be narrower"


@pytest.mark.parametrize("borough", FOUR)
def test_a_change_of_the_survey_is_the_difference_of_two_decembers(tables_of, borough):
    wide = pd.read_csv(FILES / "confidence.csv").set_index(["measure", "borough"])
    own = wide.loc[("good_job", borough)]
    row = tables_of["moved"].loc[borough]
    assert (row.since, row.period) == ("year to 2022-12", "year to 2023-12")
    assert row.estimate == pytest.approx(own["2023-12"] - own["2022-12"])


@pytest.mark.parametrize("borough", FOUR)
def test_harm_is_the_sum_of_offences_times_their_weights_per_thousand_residents(tables_of, borough):
    weight = pd.read_csv(FILES / "severity_by_minor.csv").set_index("offence").weight.dropna()
    own = crime(borough)
    own = own.assign(
        offence=own.offence.replace("Burglary - residential", "Res burglary of a home")
    )
    last = own.groupby(["offence_group", "offence"])[list(own.columns[-12:])].sum(min_count=1)
    counted = last.sum(axis=1).groupby("offence").sum()
    score = (counted * weight.reindex(counted.index)).sum() / residents(borough) * 1000
    row = tables_of["harm"].loc[borough]
    assert row.estimate == pytest.approx(score)
    without = counted[~counted.index.isin(weight.index)].sum()
    assert row.unweighted == pytest.approx(without / counted.sum())
