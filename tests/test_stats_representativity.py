"""R-indicators: closed forms, and what equal and unequal answering must give."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import representativity


def two(asked=(4_000, 6_000), answered=(2_800, 2_400)) -> pd.DataFrame:
    return pd.DataFrame({"sex": ["f", "m"], "asked": asked, "answered": answered})


def test_two_groups_have_the_spread_and_bias_that_arithmetic_gives():
    found = representativity.indicator(two(), ["sex"]).iloc[0]
    p, rate = 0.4, np.array([0.7, 0.4])
    square = p * (1 - p) * (rate[0] - rate[1]) ** 2
    each = rate * (1 - rate) / [4_000, 6_000]
    bias = p * (1 - p) * each.sum()  # of the square of a difference of two shares
    assert found.unadjusted == pytest.approx(1 - 2 * np.sqrt(square))
    assert found.estimate == pytest.approx(1 - 2 * np.sqrt(square - bias))
    assert found.rate == pytest.approx(0.52)
    assert found.variation == pytest.approx(np.sqrt(square - bias) / 0.52)
    error = 2 * np.sqrt(p * (1 - p)) * np.sqrt(each.sum())  # S is a multiple of the difference
    assert found.stderr == pytest.approx(error, rel=0.01)


def test_where_all_answer_equally_often_the_indicator_is_one():
    cells = pd.DataFrame(list(product("fm", "abc")), columns=["sex", "age"])
    cells = cells.assign(asked=500, answered=200)
    found = representativity.indicator(cells, ["sex", "age"]).iloc[0]
    assert found.estimate == found.upper == 1
    assert found.lower < 1
    parts = representativity.partial(cells, ["sex", "age"])
    assert parts.estimate.to_numpy() == pytest.approx(0, abs=1e-7)


def test_the_partials_of_two_groups_are_those_of_arithmetic():
    parts = representativity.partial(two(), ["sex"])
    signed = parts[parts.category.notna() & (parts.kind == "unconditional")].set_index("category")
    assert signed.estimate["f"] == pytest.approx(np.sqrt(0.4) * (0.7 - 0.52))
    assert signed.estimate["m"] == pytest.approx(np.sqrt(0.6) * (0.4 - 0.52))
    whole = parts[parts.category.isna()]
    assert whole.estimate.iloc[0] == pytest.approx(whole.estimate.iloc[1])  # alone


def test_a_column_that_only_repeats_another_has_no_part_of_its_own():
    rng = np.random.default_rng(5)
    cells = pd.DataFrame(list(product("fm", "abc")), columns=["sex", "age"])
    cells = cells.assign(asked=rng.integers(2_000, 9_000, 6))
    cells["answered"] = (cells.asked * cells.sex.map({"f": 0.5, "m": 0.3})).round()
    parts = representativity.partial(cells, ["sex", "age"]).set_index(["column", "kind"])
    whole = parts[parts.category.isna()].estimate
    assert whole["age", "conditional"] < 0.005
    assert whole["sex", "conditional"] == pytest.approx(whole["sex", "unconditional"], abs=0.005)


def test_cells_may_be_split_into_people_without_changing_anything():
    cells = two((40, 60), (28, 24))
    people = pd.DataFrame(
        {
            "sex": np.repeat(["f", "m"], [40, 60]),
            "asked": 1,
            "answered": np.r_[np.ones(28), np.zeros(12), np.ones(24), np.zeros(36)],
        }
    )
    one, other = (representativity.indicator(t, ["sex"]) for t in (cells, people))
    numbers = ["estimate", "lower", "upper", "stderr", "variation"]
    assert one[numbers].to_numpy() == pytest.approx(other[numbers].to_numpy(), rel=1e-6)


def test_a_sample_of_a_population_is_less_sure_than_a_census_of_it():
    cells = two((40, 60), (28, 24))
    whole, sample = (
        representativity.indicator(cells, ["sex"], population=n).iloc[0] for n in (100, 100_000)
    )
    assert sample.upper - sample.lower > whole.upper - whole.lower


def test_where_few_answer_a_caveat_says_that_the_indicator_is_near_one_whoever_they_are():
    found = representativity.indicator(two(answered=(12, 0)), ["sex"]).iloc[0]
    assert found.estimate > 0.99
    assert found.variation == pytest.approx(np.sqrt(0.6 / 0.4), rel=0.05)
    assert "read the variation" in found.caveat


def test_every_fault_in_the_cells_is_told_at_once():
    bad = pd.DataFrame({"sex": ["f", None], "asked": [10, 5], "answered": [11, 0]})
    with pytest.raises(InputError) as refused:
        representativity.indicator(bad, ["sex"], level=95)
    for fault in ("level lies", "missing in sex", "no more answer than are asked"):
        assert fault in str(refused.value)
    with pytest.raises(InputError, match="no column age"):
        representativity.partial(two(), ["age"])
    with pytest.raises(InputError, match="nobody answered"):
        representativity.indicator(two(answered=(0, 0)), ["sex"])
