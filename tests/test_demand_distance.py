"""Proximity or distance: a documented judgement, and what estimated fraud adds."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import areas, demand, tables
from pvtools.demand import distance
from pvtools.errors import InputError


def test_every_published_group_has_a_place_in_the_mapping():
    groups = set(tables.load().recorded_crime.offence_group)
    assert groups <= set(distance.REACH)
    assert set(distance.REACH.values()) == {"proximity", "distance", "either"}


def test_shares_add_up_and_what_is_not_mapped_is_shown():
    table = pd.DataFrame(
        {"offence_group": ["Theft", "Fraud and forgery", "Novel crime"], "offences": [70, 20, 10]}
    )
    found = demand.by_reach(table).set_index("reach")
    assert found.share.sum() == pytest.approx(1)
    assert found.offences["not mapped"] == 10
    assert found.groups["not mapped"] == "Novel crime"
    own = demand.by_reach(table, reach={"Novel crime": "distance"}).set_index("reach")
    assert own.offences["distance"] == 10


def test_fraud_is_spread_by_residents_and_half_is_out_of_reach():
    table = demand.fraud_shock(900_000).set_index("part")
    people = sum(b.residents for b in areas.boroughs())
    fraud = 5_100_000 * people / 59_597_542
    assert table.offences["fraud from abroad"] == pytest.approx(fraud / 2)
    assert table.offences["total"] == pytest.approx(900_000 + fraud)
    assert table.share.drop("total").sum() == pytest.approx(1)


def test_fraud_alone_is_most_of_the_total_where_nothing_is_recorded():
    table = demand.fraud_shock(0, residents=100_000).set_index("part")
    assert table.share["fraud within reach"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"offences": -1}, "zero or more"),
        ({"offences": 1, "abroad": 2}, "between 0 and 1"),
        ({"offences": 1, "frauds": float("nan")}, "zero or more"),
    ],
)
def test_what_cannot_be_added_is_refused(ask, says):
    with pytest.raises(InputError, match=says):
        demand.fraud_shock(**ask)


def test_missing_offences_are_not_zero():
    table = pd.DataFrame({"offence_group": ["Theft"], "offences": pd.array([pd.NA], dtype="Int64")})
    with pytest.raises(InputError, match="missing is not zero"):
        demand.by_reach(table)
    with pytest.raises(InputError, match="lack the columns offences"):
        demand.by_reach(table[["offence_group"]])
