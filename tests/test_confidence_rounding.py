"""Shares that are published in whole per cents: what stands, stands whatever was rounded away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pvtools import areas, confidence, estimates, sources
from pvtools.stats import change as change_of

NAMES = [b.name for b in areas.boroughs()]
DESIGN = sources.find("pas_borough").design
BASE = DESIGN.n / DESIGN.design_effect


def shares(moves: dict[str, float], *, start: float = 0.5, whole: bool = True) -> pd.DataFrame:
    """Return shares of two waves, all at ``start`` but for what moved; else not in whole per cents.

    London stands still.
    """
    rows = [
        ("good_job", name, pd.Timestamp(f"{year}-12-31"), start + step * (year == 2022))
        for name, step in ({**dict.fromkeys(NAMES, 0.0), areas.LONDON: 0.0} | moves).items()
        for year in (2021, 2022)
    ]
    table = pd.DataFrame(rows, columns=["measure", "borough", "quarter_end", "proportion"])
    if not whole:
        table["proportion"] += 1e-4
    return confidence.proportion(table, "good_job", design=DESIGN)


def p_value(a: float, b: float) -> float:
    return float(change_of.score_test(a, BASE, b, BASE).p_value.iloc[0])


def least_significant(rounded_away: float) -> float:
    """Return the smallest move in whole per cents that stands in one borough of 32."""
    steps = np.arange(1, 50) / 100
    stands = [32 * p_value(0.5 + step - rounded_away, 0.5) <= 0.05 for step in steps]
    return float(steps[int(np.argmax(stands))])


def test_published_shares_carry_what_rounding_may_have_taken():
    assert (shares({}).rounding == 0.005).all()
    assert (shares({}, whole=False).rounding == 0).all()


def test_a_move_that_is_significant_only_without_the_rounding_does_not_stand():
    step = least_significant(0.0)
    assert 32 * p_value(0.5 + step, 0.5) <= 0.05 < 32 * p_value(0.5 + step - 0.01, 0.5)
    rounded, exact = (
        estimates.pick(confidence.change(shares({"Brent": step}, whole=whole)), area="Brent")
        for whole in (True, False)
    )
    assert rounded.estimate == pytest.approx(step)
    assert rounded.p_value == pytest.approx(p_value(0.5 + step, 0.5))
    assert not rounded.distinguishable
    assert exact.distinguishable, "the same move of shares that were not rounded"
    assert (rounded.rounding_undoes, exact.rounding_undoes) == (True, False)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_move_that_no_rounding_can_undo_stands(sign):
    step = least_significant(0.01)
    moved = confidence.change(shares({"Brent": sign * step}))
    own = estimates.pick(moved, area="Brent")
    assert own.adjusted == pytest.approx(32 * p_value(0.5 + step - 0.01, 0.5))
    assert own.distinguishable
    assert moved[moved.distinguishable].area.tolist() == ["Brent"]


def test_a_move_of_one_borough_is_judged_as_one_of_thirty_two():
    step = next(s for s in np.arange(1, 50) / 100 if p_value(0.5 + s - 0.01, 0.5) <= 0.05)
    own = estimates.pick(confidence.change(shares({"Brent": step})), area="Brent")
    assert own.p_value < 0.05
    assert not own.distinguishable
    assert not own.rounding_undoes, "it is one of 32, and that alone stands in its way"


def test_londons_change_stands_alone():
    step = 0.05
    london = estimates.pick(confidence.change(shares({areas.LONDON: step})), area=areas.LONDON)
    n = shares({}).set_index("area").n_effective["London"].iloc[0]
    nearest = change_of.score_test(0.5 + step - 0.01, n, 0.5, n).p_value.iloc[0]
    assert london.adjusted == pytest.approx(nearest)


@pytest.mark.parametrize("step", [0.0, 0.01])
def test_a_move_that_rounding_may_have_made_is_none(step):
    own = estimates.pick(confidence.change(shares({"Brent": step})), area="Brent")
    assert own.adjusted == pytest.approx(1.0)
    assert not own.distinguishable


def test_a_difference_from_london_must_outlast_the_rounding_too():
    step = least_significant(0.01) - 0.02
    moved = shares({"Brent": step})
    own = estimates.pick(confidence.difference_from_london(moved), area="Brent")
    n = moved.set_index("area").n_effective["London"].iloc[0]
    nearest = change_of.score_test(0.5 + step - 0.01, BASE, 0.5, n).p_value.iloc[0]
    assert own.adjusted == pytest.approx(32 * nearest)


def test_beside_london_four_roundings_count():
    step = 0.3
    own = estimates.pick(confidence.change_beside_london(shares({"Brent": step})), area="Brent")
    n = shares({}).set_index("area").n_effective["London"].iloc[0]
    error = np.sqrt(0.8 * 0.2 / BASE + 0.25 / BASE + 2 * 0.25 / n)
    assert own.estimate == pytest.approx(step)
    assert own.p_value == pytest.approx(2 * norm.sf(step / error))
    assert own.adjusted == pytest.approx(32 * 2 * norm.sf((step - 0.02) / error))
    assert own.distinguishable


def test_a_borough_that_moves_as_london_does_has_not_moved_beside_it():
    everywhere = shares(dict.fromkeys([*NAMES, areas.LONDON], -0.2))
    beside = confidence.change_beside_london(everywhere)
    assert beside.area.tolist() == sorted(NAMES)
    assert beside.estimate.to_numpy() == pytest.approx(0, abs=1e-12)
    assert not beside.distinguishable.any()
    assert confidence.change(everywhere).distinguishable.all()
