"""Ranks are as sure as the estimates behind them, and no surer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from pvtools.errors import InputError
from pvtools.stats import ranks


def test_two_units_meet_the_closed_form():
    table = ranks.rank_intervals([0.60, 0.55], [0.03, 0.04], draws=200_000, seed=1)
    first_above = norm.cdf(0.05 / 0.05)
    assert table.top_quarter.tolist() == pytest.approx([first_above, 1 - first_above], abs=0.005)


def test_equal_units_may_have_any_rank():
    table = ranks.rank_intervals(np.full(32, 0.5), np.full(32, 0.05), draws=200_000, seed=2)
    assert table.top_quarter.to_numpy() == pytest.approx(np.full(32, 0.25), abs=0.005)
    assert table.bottom_quarter.to_numpy() == pytest.approx(np.full(32, 0.25), abs=0.005)
    assert set(table.lower) == {1}
    assert set(table.upper) == {32}
    assert table["rank"].between(16, 17).all()


def test_without_error_every_interval_collapses():
    table = ranks.rank_intervals([3.0, 1.0, 2.0], [0, 0, 0], draws=50, seed=3)
    for column in ("rank", "lower", "upper"):
        assert table[column].tolist() == [1, 3, 2]


def test_equals_without_error_share_their_ranks_by_lot():
    table = ranks.rank_intervals([1.0, 1.0, 0.0], [0, 0, 0], draws=20_000, seed=4)
    assert table.top_quarter.tolist() == pytest.approx([0.5, 0.5, 0], abs=0.02)


@settings(max_examples=25)
@given(
    value=st.lists(st.floats(-5, 5), min_size=2, max_size=12),
    seed=st.integers(0, 1000),
)
def test_probabilities_add_up_and_intervals_hold_the_median(value, seed):
    error = np.random.default_rng(seed).uniform(0.1, 2, len(value))
    table = ranks.rank_intervals(value, error, draws=300, seed=seed)
    quarter = max(1, len(value) // 4)
    assert table.top_quarter.sum() == pytest.approx(quarter)
    assert table.bottom_quarter.sum() == pytest.approx(quarter)
    assert (table.lower <= table["rank"]).all()
    assert (table["rank"] <= table.upper).all()


def test_the_same_seed_gives_the_same_table_whatever_the_memory(monkeypatch):
    value, error = np.arange(5.0), np.full(5, 2.0)
    whole = ranks.rank_intervals(value, error, draws=1000, seed=5)
    monkeypatch.setattr(ranks, "_CELLS", 5 * 7)
    pd.testing.assert_frame_equal(whole, ranks.rank_intervals(value, error, draws=1000, seed=5))


def test_ranks_of_shrunken_estimates_hold_the_true_ones():
    rng = np.random.default_rng(6)
    held = []
    for seed in range(60):
        truth = rng.standard_normal(32)
        seen = truth + rng.standard_normal(32)
        table = ranks.rank_intervals(
            seen / 2, np.full(32, np.sqrt(0.5)), draws=500, seed=seed, level=0.9
        )
        rank = 1 + np.argsort(np.argsort(-truth))
        held.append(((table.lower <= rank) & (rank <= table.upper)).mean())
    assert 0.90 <= np.mean(held) <= 0.97


def test_a_unit_without_an_estimate_is_not_ranked():
    value = pd.Series([0.5, np.nan, 0.4], index=["Barnet", "Bexley", "Brent"])
    table = ranks.rank_intervals(value, [0.1, np.nan, 0.1], draws=100, seed=7)
    assert table.caveat.tolist() == ["", "No estimate: not ranked.", ""]
    assert table.loc["Bexley", ["rank", "lower", "upper", "top_quarter"]].isna().all()
    assert set(table.n) == {2}


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        ([0.5], [0.1], "two estimates"),
        ([0.5, 0.4], [0.1], "one length"),
        ([0.5, 0.4], [0.1, -0.1], "zero or more"),
        ([0.5, 0.4], [0.1, np.nan], "zero or more"),
        ([0.5, np.inf], [0.1, 0.1], "finite"),
    ],
)
def test_what_cannot_be_ranked_is_refused(value, error, says):
    with pytest.raises(InputError, match=says):
        ranks.rank_intervals(value, error, draws=10, seed=1)


def test_all_faults_of_the_question_are_named_at_once():
    with pytest.raises(InputError, match=r"level.*95; draws is a whole number, 1 or more, not 0"):
        ranks.rank_intervals([1.0, 2.0], [1, 1], draws=0, seed=1, level=95)


@pytest.mark.parametrize("asked", [{"value": ["a", "b"]}, {"draws": 1.5}])
def test_what_is_no_number_is_refused_in_words(asked):
    value = asked.get("value", [0.1, 0.2])
    with pytest.raises(InputError, match="Cannot rank"):
        ranks.rank_intervals(value, [0.1, 0.1], seed=1, draws=asked.get("draws", 10))


def shift(first, second, error, **ask):
    ask = {"stderr": (error, error), "correlation": 0.0, "seed": 1, "draws": 100_000} | ask
    return ranks.rank_shift(first, second, **ask)


def test_the_shift_of_two_units_meets_the_closed_form():
    above_first, above_second = norm.cdf(0.05 / 0.05), norm.cdf(-0.02 / 0.05)
    table = shift([0.60, 0.55], [0.55, 0.57], [0.03, 0.04])
    down = above_first * (1 - above_second)
    up = (1 - above_first) * above_second
    assert table.further_down.tolist() == pytest.approx([down, up], abs=0.005)
    assert table.nearer_top.tolist() == pytest.approx([up, down], abs=0.005)


def test_an_error_that_both_estimates_share_moves_no_rank():
    value, error = np.arange(5.0), np.full(5, 3.0)
    table = shift(value, value, error, correlation=1.0)
    assert (table[["shift", "lower", "upper", "nearer_top", "further_down"]] == 0).all(axis=None)
    apart = shift(value, value, error, correlation=0.0)
    assert (apart.upper > 0).all()
    assert (apart.lower < 0).all()


def test_without_error_the_shift_is_that_of_the_ranks():
    table = shift([3.0, 1.0, 2.0], [1.0, 2.0, 3.0], np.zeros(3), draws=50)
    for column in ("shift", "lower", "upper"):
        assert table[column].tolist() == [2, -1, -1]


def test_the_same_seed_gives_the_same_shifts_whatever_the_memory(monkeypatch):
    value, error = np.arange(5.0), np.full(5, 2.0)
    whole = shift(value, value[::-1], error, draws=1000)
    monkeypatch.setattr(ranks, "_CELLS", 5 * 7)
    pd.testing.assert_frame_equal(whole, shift(value, value[::-1], error, draws=1000))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"second": [1.0, 2.0, 3.0], "stderr": ([1, 1], [1, 1, 1])}, "both estimates"),
        ({"second": [1.0, 2.0, np.nan], "first": [1.0, 2.0, 3.0]}, "is missing"),
        ({"correlation": 1.5}, "between -1 and 1"),
        ({"correlation": [0.1, 0.2, 0.3]}, "one a unit"),
        ({"draws": 0, "level": 2}, r"level.*draws is a whole number"),
    ],
)
def test_what_has_no_shift_is_refused(asked, says):
    first = asked.pop("first", [1.0, 2.0])
    second = asked.pop("second", [1.0, 2.0])
    with pytest.raises(InputError, match=says):
        shift(first, second, np.ones(len(first)), **asked)
