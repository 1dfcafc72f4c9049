"""Areas borrow strength: as much as their numbers ask for, and never without saying how sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from pvtools.errors import InputError
from pvtools.stats import small_area

# Spending on fresh milk, 43 areas in four regions: Arora and Lahiri (1997), Statistica Sinica
# 7:1053–1063. Direct estimates, their standard errors, region.
# fmt: off
_DIRECT = np.array([
    1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615, 1.460, 1.338,
    0.854, 1.176, 1.111, 1.257, 1.430, 1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, 0.791,
    0.795, 0.759, 0.796, 0.565, 0.886, 0.952, 0.807, 0.582, 0.684, 0.787, 0.440, 0.759, 0.770,
    0.800, 0.756, 0.865, 0.640,
])
_ERROR = np.array([
    0.163, 0.080, 0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.100, 0.201, 0.148,
    0.143, 0.149, 0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247, 0.140, 0.171, 0.106, 0.121,
    0.121, 0.259, 0.106, 0.089, 0.225, 0.205, 0.119, 0.067, 0.106, 0.126, 0.092, 0.132, 0.100,
    0.113, 0.083, 0.121, 0.129,
])
# fmt: on
_REGIONS = np.repeat([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], [7, 7, 11, 18], axis=0)


@pytest.fixture(scope="module")
def milk() -> pd.DataFrame:
    return small_area.fay_herriot(_DIRECT, _ERROR, _REGIONS)


def test_milk_expenditure_meets_the_published_analysis(milk):
    # EBLUP and MSE by REML as given by the R package sae 1.3 for these data. The adjustment
    # moves the variance by less than a thousandth when it is well away from zero.
    assert milk.between_variance[0] == pytest.approx(0.01855022, rel=2e-3)
    known = {0: 1.0219703, 1: 1.0476018, 3: 0.7608170, 10: 0.7852155, 33: 0.6102302, 42: 0.6810870}
    assert milk.estimate[list(known)].tolist() == pytest.approx(list(known.values()), abs=2e-4)
    known = {0: 0.013460220, 1: 0.005372876, 3: 0.008541740, 27: 0.016476912, 33: 0.003870786}
    assert (milk.stderr[list(known)] ** 2).tolist() == pytest.approx(list(known.values()), rel=1e-3)


def test_equal_errors_give_the_closed_form_of_the_adjusted_likelihood():
    rng = np.random.default_rng(5)
    y, variance = rng.normal(0.5, 0.09, 12), 0.06**2
    squares = ((y - y.mean()) ** 2).sum()
    m = len(y)

    def score(between: float) -> float:
        total, weight = between + variance, m * between / (between + variance)
        adjusted = (m * variance / total**2) / ((1 + weight**2) * np.arctan(weight) * m)
        return -0.5 * (m - 1) / total + 0.5 * squares / total**2 + adjusted

    table = small_area.fay_herriot(y, np.full(m, 0.06))
    between = brentq(score, 1e-4, 0.1, xtol=1e-14)
    assert table.between_variance[0] == pytest.approx(between, rel=1e-6)
    # With equal errors every area keeps the same share of its distance, as in James and Stein.
    shrunk = y.mean() + between / (between + variance) * (y - y.mean())
    assert table.estimate.to_numpy() == pytest.approx(shrunk, rel=1e-7)


def test_areas_that_differ_much_keep_their_own_estimate():
    direct = np.linspace(0, 100, 20)
    table = small_area.fay_herriot(direct, np.full(20, 0.1))
    assert table.estimate.to_numpy() == pytest.approx(direct, abs=1e-3)
    assert table.stderr.to_numpy() == pytest.approx(0.1, rel=1e-3)


def test_areas_that_hardly_differ_share_a_mean_and_say_so():
    table = small_area.fay_herriot([0.50, 0.505, 0.495, 0.502, 0.498] * 4, [0.06] * 20)
    assert table.estimate.to_numpy() == pytest.approx(0.5, abs=1e-3)
    assert (table.between_variance > 0).all()
    assert (table.stderr > 0.01).all()
    assert table.caveat.str.contains("hardly more than chance").all()


def test_covariates_draw_areas_to_their_line_and_not_to_the_mean():
    x = np.linspace(-1, 1, 16)
    noise = 0.02 * np.random.default_rng(1).standard_normal(16)
    with_line = small_area.fay_herriot(0.5 + 0.2 * x + noise, [0.03] * 16, x)
    without = small_area.fay_herriot(0.5 + 0.2 * x + noise, [0.03] * 16)
    assert with_line.between_variance[0] < 0.05 * without.between_variance[0]
    assert (with_line.stderr < without.stderr).all()


def test_units_of_covariates_do_not_matter(milk):
    other = small_area.fay_herriot(_DIRECT, _ERROR, 1e6 * _REGIONS - 7)
    pd.testing.assert_frame_equal(milk, other, rtol=1e-6)


def test_an_area_without_a_direct_estimate_is_predicted_with_a_caveat(milk):
    direct = _DIRECT.copy()
    direct[4] = np.nan
    row = small_area.fay_herriot(direct, _ERROR, _REGIONS).iloc[4]
    assert row.shrinkage == 0
    assert np.isnan(row.direct)
    assert "No direct estimate" in row.caveat
    assert row.stderr > milk.stderr[4]


def test_labels_stay_with_their_areas():
    names = ["Camden", "Barnet", "Brent", "Bexley", "Ealing"]
    direct = pd.Series([0.5, 0.6, 0.7, 0.55, 0.45], index=names)
    covariate = pd.DataFrame({"share": [1.0, 2.0, 3.5, 1.5, 0.5]}, index=names)
    straight = small_area.fay_herriot(direct, [0.05] * 5, covariate)
    shuffled = small_area.fay_herriot(direct, [0.05] * 5, covariate.iloc[::-1])
    pd.testing.assert_frame_equal(straight, shuffled)
    assert list(straight.index) == names


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.1]))
def test_shrunken_estimates_lie_between_direct_and_common_mean(seed, spread):
    rng = np.random.default_rng(seed)
    direct = rng.normal(0.5, np.hypot(spread, 0.05), 10)
    table = small_area.fay_herriot(direct, rng.uniform(0.03, 0.07, 10))
    assert table.between_variance[0] > 0
    assert table.shrinkage.between(0, 1).all()
    assert ((table.estimate >= direct.min()) & (table.estimate <= direct.max())).all()
    assert (table.lower < table.estimate).all()
    assert (table.estimate < table.upper).all()


def test_the_variance_never_collapses_and_the_errors_fall():
    # The whole simulation belongs to validation; this is its short form.
    rng = np.random.default_rng(20)
    error, gained, lost, zero = np.full(32, 0.064), 0.0, 0.0, 0
    for _ in range(60):
        truth = 0.55 + 0.04 * rng.standard_normal(32)
        direct = truth + error * rng.standard_normal(32)
        table = small_area.fay_herriot(direct, error)
        gained += ((table.estimate - truth) ** 2).sum()
        lost += ((direct - truth) ** 2).sum()
        zero += table.between_variance[0] <= 0
    assert zero == 0
    assert gained / lost < 0.45


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([0.5, 0.6], [0.1, 0.1]), "3 areas"),
        (([0.5, 0.6, 0.7], [0.1, 0.0, 0.1]), "above zero"),
        (([0.5, 0.6, 0.7], [0.1, 0.1]), "as many standard errors"),
        (([0.5, 0.6, 0.7, 0.8], [0.1] * 4, [1, 2, np.nan, 3]), "gaps"),
        (([0.5, 0.6, 0.7, 0.8], [0.1] * 4, [1, 1, 1, 1]), "intercept is added"),
        (([0.5, 0.6, 0.7, 0.8, 0.9], [0.1] * 5, np.outer([1, 2, 4, 3, 0], [1, 2])), "repeat"),
        (([0.5, 0.6, 0.7], ["a", "b", "c"]), "expected numbers"),
        (([0.5, np.inf, 0.7], [0.1] * 3), "finite"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(arguments, said):
    with pytest.raises(InputError, match=said):
        small_area.fay_herriot(*arguments)
