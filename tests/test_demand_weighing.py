"""Two sets of weights side by side: no league table, and only a real difference is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates
from pvtools.errors import InputError

NAMES = [b.name for b in areas.boroughs()]
WEIGHTS = pd.DataFrame(
    {
        "version": "made up",
        "kind": "offence",
        "category": ["Homicide", "Shoplifting"],
        "weight": [1000.0, 1.0],
    }
)
PLAIN = WEIGHTS.assign(weight=1.0, version="plain counts")


def incidents(seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (name, kind, int(rng.poisson(mean)))
        for name in NAMES
        for kind, mean in (("Homicide", 4), ("Shoplifting", 20_000 * rng.uniform(0.5, 1.5)))
    ]
    frame = pd.DataFrame(rows, columns=["borough", "offence", "offences"])
    return frame.assign(period="year to 2025-11")


def compare(table, first=PLAIN, second=WEIGHTS, **ask):
    return demand.compare_weights(table, first, second, **({"seed": 1, "draws": 4000} | ask))


def test_scores_and_intervals_are_those_of_each_set_alone():
    table = incidents()
    both = compare(table)
    for which, weights in (("first", PLAIN), ("second", WEIGHTS)):
        own = demand.severity_score(table, weights)
        own = own[own.area != "London"]
        columns = [f"score_{which}", f"score_lower_{which}", f"score_upper_{which}"]
        assert both[columns].to_numpy() == pytest.approx(
            own[["estimate", "lower", "upper"]].to_numpy()
        )


def test_boroughs_stand_in_alphabetical_order_without_london():
    assert compare(incidents()).area.tolist() == sorted(NAMES)


def test_equal_weights_move_nobody():
    both = compare(incidents(), WEIGHTS, WEIGHTS.assign(weight=WEIGHTS.weight * 7, version="b"))
    assert (both[["estimate", "lower", "upper"]] == 0).all(axis=None)
    assert (both[["chance_nearer_top", "chance_further_down"]] == 0).all(axis=None)
    assert set(both.verdict) == {"no more than chance"}


def test_a_borough_with_many_grave_offences_is_placed_nearer_the_top_by_grave_weights():
    table = incidents()
    few, many = table.borough == "Sutton", table.offence == "Homicide"
    table.loc[few & many, "offences"] = 900
    table.loc[few & ~many, "offences"] = 1000
    own = estimates.pick(compare(table), area="Sutton")
    assert own.place_first == 32
    assert own.place_second == 1
    assert own.verdict == "nearer the top by made up"
    other_way = estimates.pick(compare(table, WEIGHTS, PLAIN), area="Sutton")
    assert other_way.verdict == "further down by plain counts"


def test_few_grave_offences_leave_places_open():
    both = compare(incidents())
    width = (both.place_upper_second - both.place_lower_second).mean()
    assert width > 5 * (both.place_upper_first - both.place_lower_first).mean()


def test_offences_one_set_does_not_weigh_are_named():
    both = compare(incidents(), second=WEIGHTS.iloc[:1])
    assert both.caveat.str.contains("made up: .*% of offences have no weight .*: Shoplift").all()


def test_equal_seeds_give_equal_tables_and_nothing_is_mutated():
    table = incidents()
    before = table.copy()
    pd.testing.assert_frame_equal(compare(table), compare(table))
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("table", "second", "says"),
    [
        (incidents(), WEIGHTS.assign(kind="offence_group"), "none is for each offence"),
        (incidents(), pd.concat([WEIGHTS, WEIGHTS]), "weighed twice"),
        (incidents().drop(columns="period"), WEIGHTS, "lack the columns period"),
        (incidents().head(2), WEIGHTS, "two estimates or more"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(table, second, says):
    with pytest.raises(InputError, match=says):
        compare(table, second=second)
