"""Intervals meet the values their authors printed, and hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from pvtools.errors import InputError
from pvtools.stats import intervals

# Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3
WILSON = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10
DIFFERENCE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]
# Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 5 (Clopper-Pearson)
EXACT = [
    (81, 263, 0.2527, 0.3676),
    (15, 148, 0.0578, 0.1617),
    (0, 20, 0.0000, 0.1684),
    (1, 29, 0.0009, 0.1776),
]


@pytest.mark.parametrize(("count", "n", "lower", "upper"), WILSON)
def test_wilson_meets_the_values_of_newcombe_1998(count, n, lower, upper):
    row = intervals.wilson(count, n).iloc[0]
    assert (row.lower, row.upper) == (
        pytest.approx(lower, abs=5e-5),
        pytest.approx(upper, abs=5e-5),
    )


@pytest.mark.parametrize(("a", "m", "b", "n", "lower", "upper"), DIFFERENCE)
def test_newcombe_meets_the_values_of_newcombe_1998(a, m, b, n, lower, upper):
    row = intervals.newcombe_difference(a, m, b, n).iloc[0]
    assert (row.lower, row.upper) == (
        pytest.approx(lower, abs=5e-5),
        pytest.approx(upper, abs=5e-5),
    )


def test_a_design_effect_is_a_smaller_base():
    with_effect = intervals.wilson(220, 400, design_effect=2)
    smaller = intervals.wilson(110, 200)
    assert with_effect[["lower", "upper"]].equals(smaller[["lower", "upper"]])
    assert with_effect.n[0] == 400
    assert with_effect.n_effective[0] == 200


@pytest.mark.parametrize(("count", "n", "lower", "upper"), EXACT)
def test_korn_graubard_without_a_design_is_the_exact_interval_of_newcombe_1998(
    count, n, lower, upper
):
    row = intervals.korn_graubard(count / n, n, df=n - 1, n=n).iloc[0]
    assert (row.lower, row.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_few_degrees_of_freedom_shrink_the_base_of_korn_graubard():
    # t quantiles from the printed table: 1.9858 on 93 degrees of freedom, 2.3646 on 7
    row = intervals.korn_graubard(0.55, 80, df=7, n=94).iloc[0]
    assert row.n_effective == pytest.approx(80 * (1.9858 / 2.3646) ** 2, rel=1e-4)
    alone = intervals.korn_graubard(0.55, row.n_effective).iloc[0]
    assert (row.lower, row.upper) == pytest.approx((alone.lower, alone.upper))


def test_korn_graubard_never_takes_the_base_above_the_respondents():
    row = intervals.korn_graubard(0.3, 500, n=94).iloc[0]
    assert row.n_effective == 94
    assert row.lower == pytest.approx(intervals.korn_graubard(0.3, 94).lower[0])


def test_korn_graubard_keeps_a_width_at_zero_and_one():
    table = intervals.korn_graubard([0, 1], 50, df=12, n=60)
    assert table.lower[0] == 0
    assert table.upper[1] == 1
    assert table.upper[0] == pytest.approx(1 - 0.025 ** (1 / table.n_effective[0]))
    assert table.lower[1] == pytest.approx(1 - table.upper[0])


def test_wilson_covers_as_often_as_it_says():
    n = 94
    for p in (0.05, 0.3, 0.55, 0.9):
        counts = np.arange(n + 1)
        table = intervals.wilson(counts, n)
        holds = (table.lower <= p) & (p <= table.upper)
        assert binom.pmf(counts, n, p)[holds].sum() == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("count", [10, 25, 100, 1000])
def test_byar_lies_within_half_a_percent_of_the_exact_limits(count):
    row = intervals.byar(count).iloc[0]
    exact = chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2
    assert (row.lower, row.upper) == pytest.approx(exact, rel=5e-3)


def test_byar_of_nothing_has_an_upper_end():
    row = intervals.byar(0).iloc[0]
    assert row.lower == 0
    assert row.upper == pytest.approx(3.689, abs=0.03)  # exact: -ln(0.025)


def test_exposure_scales_the_rate_and_both_ends():
    alone, scaled = intervals.byar(50), intervals.byar(50, exposure=25)
    for column in ("estimate", "lower", "upper"):
        assert scaled[column][0] == pytest.approx(alone[column][0] / 25)
    assert scaled.n[0] == 50


def test_a_missing_value_stays_missing():
    table = intervals.wilson([5, np.nan], [10, 10])
    assert np.isfinite(table.estimate[0])
    assert table.loc[1, ["estimate", "lower", "upper"]].isna().all()
    assert intervals.byar([np.nan]).estimate.isna().all()
    exact = intervals.korn_graubard([0.5, np.nan], [10, 10])
    assert exact.loc[1, ["estimate", "lower", "upper"]].isna().all()


def test_inputs_are_not_mutated():
    count, n = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    count.flags.writeable = n.flags.writeable = False
    intervals.wilson(count, n)
    intervals.byar(count)


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        intervals.wilson([5, -1], [0, 10], design_effect=-2)
    for part in ("bases must be positive", "found -1", "design effects must be positive"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: intervals.wilson(11, 10),
        lambda: intervals.wilson(1, 10, level=95),
        lambda: intervals.wilson([1, 2], [1, 2, 3]),
        lambda: intervals.wilson("many", 10),
        lambda: intervals.korn_graubard(1.1, 10),
        lambda: intervals.korn_graubard(0.5, 0),
        lambda: intervals.korn_graubard(0.5, 10, df=0),
        lambda: intervals.korn_graubard(0.5, 10, level=95),
        lambda: intervals.byar(-1),
        lambda: intervals.byar(1, exposure=0),
    ],
)
def test_the_impossible_is_refused_in_words(call):
    with pytest.raises(InputError, match=r"\w+ \w+"):
        call()


@given(
    n=st.integers(1, 10_000),
    share=st.floats(0, 1),
    deff=st.floats(1, 5),
    level=st.sampled_from([0.8, 0.95, 0.998]),
)
def test_an_interval_holds_its_estimate_and_stays_between_zero_and_one(n, share, deff, level):
    row = intervals.wilson(share * n, n, design_effect=deff, level=level).iloc[0]
    assert 0 <= row.lower <= row.estimate + 1e-12
    assert row.estimate - 1e-12 <= row.upper <= 1
    assert row.lower < row.upper


@given(
    share=st.floats(0, 1),
    base=st.floats(0.5, 5000),
    df=st.integers(1, 200),
    n=st.integers(1, 10_000),
    level=st.sampled_from([0.8, 0.95, 0.998]),
)
def test_korn_graubard_holds_its_estimate_and_has_a_width(share, base, df, n, level):
    row = intervals.korn_graubard(share, base, df=df, n=n, level=level).iloc[0]
    assert 0 <= row.lower <= row.estimate + 1e-9
    assert row.estimate - 1e-9 <= row.upper <= 1
    assert row.lower < row.upper


@given(st.integers(0, 50), st.integers(50, 90), st.integers(0, 60), st.integers(60, 99))
def test_a_difference_turned_round_changes_sign(a, m, b, n):
    one = intervals.newcombe_difference(a, m, b, n).iloc[0]
    other = intervals.newcombe_difference(b, n, a, m).iloc[0]
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower), abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: intervals.wilson(5, np.inf),
        lambda: intervals.byar(np.inf),
        lambda: intervals.byar(4, exposure=np.inf),
        lambda: intervals.korn_graubard(0.5, np.inf),
    ],
)
def test_an_infinite_base_is_refused_rather_than_an_interval_without_width(call):
    with pytest.raises(InputError, match="infinite"):
        call()
