"""Shares of demand and deployment add up, and the index means what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import shares

_FIGURES = st.lists(
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=2, max_size=30
).filter(lambda pairs: all(sum(side) > 1e-3 for side in zip(*pairs, strict=True)))


def test_the_index_is_the_share_that_would_have_to_move():
    # By hand: shares .5 .3 .2 against .2 .3 .5, so 30% would have to move
    row = shares.dissimilarity([50, 30, 20], [2, 3, 5]).iloc[0]
    assert row.dissimilarity == pytest.approx(0.3)
    assert (row.demand, row.deployment, row.cells, row.caveat) == (100, 10, 3, "")


def test_a_perfect_match_is_zero_and_no_overlap_is_one():
    assert shares.dissimilarity([10, 20], [1, 2]).dissimilarity.item() == pytest.approx(
        0, abs=1e-15
    )
    assert shares.dissimilarity([10, 0], [0, 3]).dissimilarity.item() == 1


@settings(deadline=None)
@given(_FIGURES)
def test_shares_add_to_one_and_differences_to_nothing(pairs):
    table = shares.differences(*zip(*pairs, strict=True))
    assert table.demand_share.sum() == pytest.approx(1)
    assert table.deployment_share.sum() == pytest.approx(1)
    assert table.difference.sum() == pytest.approx(0, abs=1e-9)


@settings(deadline=None)
@given(_FIGURES, st.floats(0.01, 100))
def test_the_index_is_the_same_both_ways_and_in_any_unit(pairs, unit):
    demand, deployment = (np.array(side) for side in zip(*pairs, strict=True))
    index = shares.dissimilarity(demand, deployment).dissimilarity.item()
    assert 0 <= index <= 1
    swapped = shares.dissimilarity(deployment * unit, demand).dissimilarity.item()
    assert swapped == pytest.approx(index, abs=1e-9)


@settings(deadline=None)
@given(_FIGURES)
def test_joining_two_cells_never_raises_the_index(pairs):
    assume(len(pairs) > 2)
    (a, b), (c, d), *rest = pairs
    fine = shares.dissimilarity(*zip(*pairs, strict=True)).dissimilarity.item()
    coarse = shares.dissimilarity(*zip((a + c, b + d), *rest, strict=True)).dissimilarity.item()
    assert coarse <= fine + 1e-12


def test_series_are_matched_by_their_cells_and_not_by_place():
    demand = pd.Series([30, 10], index=["Friday", "Monday"])
    table = shares.differences(demand, pd.Series([1, 3], index=["Monday", "Friday"]))
    assert table.cell.tolist() == ["Friday", "Monday"]
    assert table.difference.tolist() == [0, 0]


def test_each_group_has_shares_of_its_own_total():
    by = ["Hackney", "Hackney", "Barnet", "Barnet"]
    table = shares.dissimilarity([30, 10, 5, 5], [1, 1, 2, 2], by=by)
    assert table.group.tolist() == ["Hackney", "Barnet"]
    assert table.dissimilarity.tolist() == [0.25, 0]
    alone = shares.dissimilarity([30, 10], [1, 1])
    assert alone.dissimilarity.item() == table.dissimilarity[0]


def test_a_cell_with_only_one_of_the_two_says_so():
    table = shares.differences([10, 0, 0, 5], [0, 3, 0, 2])
    assert table.caveat.tolist() == [
        "Demand without any deployment.",
        "Deployment without any demand.",
        "",
        "",
    ]


def test_small_counts_are_doubted():
    assert "by chance alone" in shares.dissimilarity([3, 1], [1, 1]).caveat.item()


@pytest.mark.parametrize(
    ("demand", "deployment", "by", "said"),
    [
        ([0, 0], [1, 1], None, "demand adds up to nothing"),
        ([1, 1, 1], [0, 0, 1], ["a", "a", "b"], "deployment adds up to nothing in a"),
        (
            [1, -2],
            [1, np.nan],
            None,
            "found -2; deployment is 0 or more and not missing, found nan",
        ),
        ([1, np.inf], [1, 1], None, "found inf"),
        ([1, 2], [1, 2, 3], None, "one length"),
        ([], [], None, "not empty"),
        ([1, 2], [1, 2], ["a", None], "every cell has a group"),
        ([[1, 2]], [1, 2], None, "found the shape"),
        (["many"], [1], None, "list of numbers"),
        (pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2]), None, "not in both: 0, 2"),
        (pd.Series([1, 2], index=["x", "x"]), pd.Series([1, 2]), None, "found twice: x"),
    ],
)
def test_what_has_no_shares_is_refused(demand, deployment, by, said):
    with pytest.raises(InputError, match="Cannot compare shares") as caught:
        shares.dissimilarity(demand, deployment, by=by)
    assert said in str(caught.value)
