"""One treated unit against a mix of others: the mix is right, and its p-value is a place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import synthetic_control


def panel(*, units=20, periods=24, effect=0.0, seed=1, noise=1.0):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(periods, 1)).cumsum(axis=0)
    table = pd.DataFrame(noise * rng.normal(size=(periods, units)) + common)
    table.loc[periods // 2 :, 0] += effect
    return table


def test_a_unit_that_is_a_mix_of_two_others_is_matched_by_them():
    table = panel(units=5)
    table[0] = 7 + 0.25 * table[1] + 0.75 * table[3] + 1e-6 * np.sin(table.index**2)
    table.loc[12:, 0] += 2
    row = synthetic_control.effect(table, treated=0, start=12).iloc[0]
    assert row.estimate == pytest.approx(2, abs=1e-3)
    assert row.weights == "3 75%; 1 25%"
    assert row["rank"] == 1


def test_the_p_value_is_a_place_and_the_interval_what_it_does_not_reject():
    table = panel(effect=3.0)
    row = synthetic_control.effect(table, treated=0, start=12, level=0.9).iloc[0]
    assert row.p_value == row["rank"] / 20 == 1 / 20
    for end, side in ((row.lower, -1), (row.upper, 1)):
        for inside in (True, False):
            moved = table.copy()
            moved.loc[12:, 0] -= end - side * (1e-6 if inside else -1e-6)
            p = synthetic_control.effect(moved, treated=0, start=12).p_value[0]
            assert (p > 0.1) == inside


def test_chance_is_called_an_effect_no_more_often_than_said():
    p = [synthetic_control.effect(panel(seed=s), treated=0, start=12).p_value[0] for s in range(80)]
    assert np.mean(np.array(p) <= 0.1) <= 0.18


def test_fewer_than_twenty_units_have_no_interval_at_95_per_cent():
    assert np.isnan(synthetic_control.effect(panel(units=19), treated=0, start=12).lower[0])
    assert np.isfinite(synthetic_control.effect(panel(units=20), treated=0, start=12).lower[0])


@pytest.mark.parametrize(
    ("table", "more", "said"),
    [
        (panel(units=2), {}, "3 units or more"),
        (panel() * np.nan, {}, "a finite number in every period"),
        (panel(), {"treated": "Hackney"}, "no unit 'Hackney'"),
        (panel(), {"start": 3}, "6 periods or more lie before the start"),
        (panel(), {"start": 24}, "one after it"),
        (panel(), {"start": "2017-01"}, "a start is of the kind of the periods"),
        (panel(), {"level": 95}, "the level lies between 0 and 1"),
        (panel().assign(**{"0": 1}).iloc[::-1], {}, "periods are in order"),
        (panel() * 0, {}, "does not vary before the start"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_words(table, more, said):
    with pytest.raises(InputError, match=said):
        synthetic_control.effect(table, **({"treated": 0, "start": 12} | more))
