"""Counts, harm and hours side by side, and officers shared out by three rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import boroughs, demand, tables
from pvtools.errors import InputError

NAMES = [b.name for b in boroughs.reported()]
HOURS = pd.DataFrame(
    {
        "offence_group": ["Grave", "Petty"],
        "low": [10.0, 1.0],
        "likely": [10.0, 1.0],
        "high": [10.0, 1.0],
    }
)
WEIGHTS = pd.DataFrame(
    {
        "kind": "offence_group",
        "category": ["Grave", "Petty"],
        "weight": [99.0, 1.0],
        "version": "made up",
    }
)


def incidents(grave: int = 100, petty: int = 900, *, more: str = "") -> pd.DataFrame:
    rows = [
        (name, group, n * (3 if name == more else 1))
        for name in NAMES
        for group, n in (("Grave", grave), ("Petty", petty))
    ]
    frame = pd.DataFrame(rows, columns=["borough", "offence_group", "offences"])
    return frame.assign(period="2025-11", offence=np.nan)


def shares(**changes) -> pd.DataFrame:
    asked = {"handling_hours": HOURS, "weights": WEIGHTS, "borough": "Hackney"} | changes
    return demand.shares_in_each(incidents(), **asked).set_index(["currency", "offence_group"])


def test_shares_are_those_of_counts_of_weights_and_of_hours():
    found = shares().estimate
    assert found["offences", "Grave"] == pytest.approx(0.1)
    assert found["harm", "Grave"] == pytest.approx(9900 / 10_800)
    assert found["hours", "Grave"] == pytest.approx(1000 / 1900)
    assert found.groupby("currency").sum().to_numpy() == pytest.approx(1)


def test_with_unit_times_known_the_interval_is_that_of_chance_in_the_counts():
    row = shares(draws=20_000).loc[("offences", "Grave")]
    half = 1.96 * np.sqrt(0.1 * 0.9 / 1000)  # a Poisson split is a binomial one
    assert (row.upper - row.lower) / 2 == pytest.approx(half, rel=0.05)


def test_uncertain_unit_times_widen_the_share_of_hours_only():
    vague = HOURS.assign(low=[2.0, 0.2], high=[40.0, 4.0])
    wide, narrow = shares(handling_hours=vague), shares()
    spread = (wide.upper - wide.lower) / (narrow.upper - narrow.lower)
    assert spread["hours"].min() > 3
    assert spread["offences"].to_numpy() == pytest.approx(1, abs=0.05)


def test_without_weights_harm_is_left_out_and_said():
    table = shares(weights=None)
    assert set(table.index.get_level_values("currency")) == {"offences", "hours"}
    assert "No table of severity weights" in table.caveat.iloc[0]


def test_a_borough_like_all_others_stands_at_its_share_of_residents():
    table = demand.against_london(incidents(), handling_hours=HOURS, weights=WEIGHTS)
    residents = pd.Series({b.name: b.population_2021 for b in boroughs.reported()})
    expected = residents.sum() / residents / 32
    for _, part in table.groupby("currency"):
        assert part.set_index("borough").estimate[NAMES].to_numpy() == pytest.approx(
            expected[NAMES].to_numpy()
        )
        assert (part.lower <= part.estimate).all()
        assert (part.upper >= part.estimate).all()


def test_what_is_unknown_of_unit_times_is_common_to_all_boroughs_and_cancels():
    vague = HOURS.assign(low=[2.0, 0.2], high=[40.0, 4.0])
    table = demand.against_london(incidents(), handling_hours=vague)
    width = (table.upper - table.lower) / table.estimate
    # every borough has the same mix, so the unit times leave no doubt about the comparison
    hours, offences = (width[table.currency == kind].median() for kind in ("hours", "offences"))
    assert hours < 4 * offences


def test_three_rules_share_out_a_thousand_officers_each():
    table = demand.reallocation(incidents(more="Hackney"), weights=WEIGHTS)
    assert table.rule.unique().tolist() == ["per head", "per count", "per harm"]
    assert table.groupby("rule").estimate.sum().to_numpy() == pytest.approx(1000)
    assert table.groupby("rule").against_head.sum().to_numpy() == pytest.approx(0, abs=1e-9)
    own = table[table.borough == "Hackney"].set_index("rule")
    assert own.estimate["per count"] == pytest.approx(1000 * 3 / 34)
    assert np.isnan(own.lower["per head"])
    assert own.lower["per harm"] < own.estimate["per harm"] < own.upper["per harm"]
    # a few grave offences make the share by harm less sure than the share by count
    width = own.upper - own.lower
    assert width["per harm"] > width["per count"]


def test_without_weights_two_rules_are_left_and_the_third_is_said_to_be_missing():
    table = demand.reallocation(incidents())
    assert table.rule.unique().tolist() == ["per head", "per count"]
    assert "no share by harm" in table.caveat.iloc[0]


def test_a_years_incidents_leave_out_fraud_and_kinds_with_a_month_missing():
    recorded = tables.load().recorded_crime
    year = demand.incidents(recorded)
    assert not year.offence_group.isin(demand.NATIONAL_GROUPS).any()
    assert len(year) == 32 * 11
    rate = demand.annual_rate(recorded).set_index("borough").n
    assert year.groupby("borough").offences.sum().astype(float)["Hackney"] == rate["Hackney"]


@pytest.mark.parametrize(
    ("table", "changes", "says"),
    [
        (incidents(grave=-1), {}, "zero or more"),
        (incidents().drop(columns="offences"), {}, "lack the columns offences"),
        (incidents(), {"handling_hours": HOURS.head(1)}, "without a unit time: Petty"),
        (incidents(), {"handling_hours": HOURS.assign(high=0.1)}, "0 ≤ low ≤ likely ≤ high"),
        (incidents(), {"weights": pd.concat([WEIGHTS, WEIGHTS])}, "weighed twice"),
        (incidents(), {"weights": WEIGHTS.assign(category=["a", "b"])}, "has a weight"),
        (incidents(), {"draws": 10}, "a thousand draws"),
        (incidents(), {"borough": "Hackny"}, "held for 'Hackny'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(table, changes, says):
    asked = {"handling_hours": HOURS, "weights": WEIGHTS, "borough": "Hackney"} | changes
    with pytest.raises(InputError, match=says):
        demand.shares_in_each(table, **asked)


def test_deployment_that_lies_as_offences_do_has_nothing_to_move():
    table = demand.deployment_match(incidents(), pd.Series(7.0, index=NAMES))
    assert table.borough.tolist() == sorted(NAMES)
    assert table.estimate.to_numpy() == pytest.approx(0)
    assert table.dissimilarity.iloc[0] == pytest.approx(0)
    assert (table.lower < 0).all()
    assert (table.upper > 0).all()


def test_what_would_have_to_move_is_half_the_sum_of_the_gaps():
    there = pd.Series(1.0, index=NAMES)
    there["Hackney"] = 10.0
    table = demand.deployment_match(incidents(), there)
    assert table.dissimilarity.iloc[0] == pytest.approx(10 / 41 - 1 / 32)
    assert table.estimate.abs().sum() / 2 == pytest.approx(table.dissimilarity.iloc[0])
    some = demand.deployment_match(incidents(), there.drop("Barnet"))
    assert len(some) == 31
    assert some.caveat.iloc[0] == "Not in both tables, so left out: Barnet."
    with pytest.raises(InputError, match="two boroughs"):
        demand.deployment_match(incidents(), there.head(1))
    with pytest.raises(InputError, match="0 or more"):
        demand.deployment_match(incidents(), -there)


def test_offences_without_a_borough_are_counted_not_dropped_in_silence():
    recorded = tables.load().recorded_crime
    assert demand.unplaced(recorded) == (0, 0.0)
    month = recorded.month.max()
    lost = recorded[recorded.month == month].head(1).assign(borough=None, offences=500)
    nowhere, share = demand.unplaced(pd.concat([recorded, lost]))
    assert nowhere == 500
    total = demand.incidents(recorded).offences.sum()
    assert share == pytest.approx(500 / (total + 500), rel=0.01)
