"""A change between two years allows for months that swing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from scipy.stats import t as t_distribution

from pvtools.errors import InputError
from pvtools.stats import change, serial


def test_the_estimate_is_the_ratio_of_totals():
    row = change.paired_change([100, 200, 300], [90, 210, 240]).iloc[0]
    assert row.estimate == pytest.approx(540 / 600 - 1)
    assert row.lower < row.estimate < row.upper


def test_equal_ratios_leave_only_the_poisson_variance():
    row = change.paired_change([1000] * 12, [900] * 12).iloc[0]
    assert row.stderr == pytest.approx(np.sqrt(10_800 + 0.9**2 * 12_000) / 12_000)


def test_the_p_value_and_the_interval_say_the_same():
    table = change.paired_change(
        [[100, 120, 90, 110]] * 3, [[100, 121, 89, 110], [150, 160, 140, 155], [101, 135, 95, 125]]
    )
    apart = (table.lower > 0) | (table.upper < 0)
    assert ((table.p_value < 0.05) == apart).all()
    t = table.estimate / table.stderr
    assert table.p_value.to_numpy() == pytest.approx(2 * t_distribution.sf(np.abs(t), 3))


@pytest.mark.parametrize("ratio", [1, 3, 10])
def test_it_covers_whatever_the_months_vary_by(ratio):
    rng = np.random.default_rng(4)
    shape = 2000 / (ratio - 1) if ratio > 1 else None

    def year() -> np.ndarray:
        mean = rng.gamma(shape, 2000 / shape, (2000, 12)) if shape else np.full((2000, 12), 2000.0)
        return rng.poisson(mean)

    table = change.paired_change(year(), year())
    covered = ((table.lower <= 0) & (table.upper >= 0)).mean()
    assert 0.935 <= covered <= 0.985


def test_it_agrees_with_the_linearised_variance_of_a_ratio():
    before, after = np.array([10.0, 400, 900]), np.array([500.0, 100, 900])
    ratio = after.sum() / before.sum()
    residual = after - ratio * before
    expected = np.sqrt(3 * (residual @ residual) / 2) / before.sum()
    assert change.paired_change(before, after).stderr[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([1, 2, 3], [1, 2], "same months"),
        ([1, 2], [1, 2], "three paired periods"),
        ([1, np.nan, 3], [1, 2, 3], "missing is not zero"),
        ([1, -2, 3], [1, 2, 3], "zero or more"),
        ([0, 0, 0], [1, 2, 3], "counts nothing"),
    ],
)
def test_what_cannot_be_compared_is_refused(before, after, says):
    with pytest.raises(InputError, match=says):
        change.paired_change(before, after)


def test_the_score_test_is_pearsons_chi_squared():
    table = np.array([[56, 14], [48, 32]])
    expected = chi2_contingency(table, correction=False)
    row = change.score_test(56 / 70, 70, 48 / 80, 80).iloc[0]
    assert row.z**2 == pytest.approx(expected.statistic)
    assert row.p_value == pytest.approx(expected.pvalue)


def test_samples_that_agree_wholly_do_not_differ():
    table = change.score_test([0.0, 1.0, 0.4, np.nan], 50, [0.0, 1.0, 0.4, 0.5], 60)
    assert table.p_value[:3].eq(1).all()
    assert np.isnan(table.p_value[3])


def test_a_score_test_refuses_what_is_no_proportion():
    with pytest.raises(InputError, match="between 0 and 1; bases must be positive"):
        change.score_test(1.2, 10, 0.5, 0)


def test_a_year_with_nothing_left_keeps_an_error():
    row = change.paired_change([40, 50, 60], [0, 0, 0]).iloc[0]
    assert row.estimate == row.lower == -1
    assert row.stderr > 0
    assert -1 < row.upper < 0


def test_nothing_falls_by_more_than_all():
    assert change.paired_change([1, 1, 40], [0, 3, 0]).lower[0] == -1


@pytest.mark.parametrize(
    "call",
    [
        lambda: change.paired_change([1, 2, 3], [1, 2, 3], level=95),
        lambda: change.paired_change([1, 2, np.inf], [1, 2, 3]),
        lambda: change.paired_change(["many", 2, 3], [1, 2, 3]),
        lambda: change.paired_change([1, 2, 3], [1, 2, 3], correlation=0.95),
        lambda: change.paired_change([1, 2, 3], [1, 2, 3], correlation=[-0.1]),
        lambda: change.paired_change([1, 2, 3], [1, 2, 3], correlation=np.nan),
        lambda: change.residual_correlation([1, 2, 3], [1, np.nan, 3]),
        lambda: serial.carried_over(1, 0.2),
        lambda: change.score_test([0.1, 0.2], 10, [0.1, 0.2, 0.3], 10),
        lambda: change.score_test(0.1, np.inf, 0.2, 10),
        lambda: change.score_test("none", 10, 0.2, 10),
    ],
)
def test_what_is_no_comparison_is_refused_in_words(call):
    with pytest.raises(InputError, match="Cannot"):
        call()


def two_years(rho: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return 24 months of 32 boroughs whose level swings and carries over, and never moves."""
    level = rng.normal(0, 0.06, (32, 24))
    for at in range(1, 24):
        level[:, at] = rho * level[:, at - 1] + np.sqrt(1 - rho**2) * level[:, at]
    counts = rng.poisson(2000 * np.exp(level))
    return counts[:, :12], counts[:, 12:]


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_intervals_hold_the_change_where_months_carry_over_to_the_next(rho):
    rng = np.random.default_rng(7)
    held, ignored = [], []
    for _ in range(60):
        before, after = two_years(rho, rng)
        found = change.residual_correlation(before, after)
        for correlation, into in ((found, held), (0.0, ignored)):
            table = change.paired_change(before, after, correlation=correlation)
            into.append(((table.lower <= 0) & (table.upper >= 0)).mean())
    assert 0.93 <= np.mean(held) <= 0.97
    assert rho == 0 or np.mean(ignored) < 0.9


def test_the_interval_of_months_that_carry_over_meets_the_closed_form():
    before, after, rho, n = np.array([10.0, 400, 900]), np.array([500.0, 100, 900]), 0.3, 3
    ratio = after.sum() / before.sum()
    residual = after - ratio * before
    matrix = rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    inflation = matrix.sum() / n  # of the variance of a mean; so much less of that about it
    error = np.sqrt(n * inflation * (residual @ residual) / (n - inflation)) / before.sum()
    degrees = (n - 1) * (1 - rho**2) / (1 + rho**2)
    row = change.paired_change(before, after, correlation=rho).iloc[0]
    assert (row.stderr, row.df) == pytest.approx((error, degrees))
    half = t_distribution.ppf(0.975, degrees) * error
    assert row.upper == pytest.approx(ratio - 1 + half)
    assert row.p_value == pytest.approx(2 * t_distribution.sf(abs(ratio - 1) / error, degrees))


def test_each_part_may_carry_over_as_its_own_months_do():
    before, after = [[100, 120, 90, 110]] * 2, [[130, 121, 60, 110]] * 2
    both = change.paired_change(before, after, correlation=[0.0, 0.5])
    for row, rho in enumerate((0.0, 0.5)):
        own = change.paired_change(before[0], after[0], correlation=rho)
        assert both.stderr[row] == own.stderr[0]
    assert both.stderr[1] > both.stderr[0]


def test_independent_months_have_eleven_degrees_of_freedom_and_no_inflation():
    assert serial.carried_over(12, 0.0) == (1.0, 11.0)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_two_months_that_carry_over_inflate_a_mean_by_one_plus_their_correlation(rho):
    inflation, degrees = serial.carried_over(2, rho)
    assert inflation == pytest.approx(1 + rho)
    assert degrees == 1.0


@pytest.mark.parametrize("count", [0, 5])
def test_months_that_never_depart_from_their_ratio_do_not_carry_over(count):
    assert change.residual_correlation([5] * 12, [count] * 12) == 0.0
