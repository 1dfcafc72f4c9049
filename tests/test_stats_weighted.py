"""Weighted sums: one grave event may dominate, and the interval says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from pvtools.errors import InputError
from pvtools.stats import weighted


def test_equal_weights_give_the_exact_poisson_interval_times_the_weight():
    row = weighted.weighted_sum([30, 20], [4.0, 4.0], exposure=10).iloc[0]
    exact = chi2.ppf(0.025, 100) / 2, chi2.ppf(0.975, 102) / 2
    assert (row.estimate, row.lower, row.upper) == pytest.approx(
        (20, 0.4 * exact[0], 0.4 * exact[1])
    )


def test_the_standard_error_is_that_of_a_compound_poisson_sum():
    row = weighted.weighted_sum([100, 2], [1.0, 5475.0]).iloc[0]
    assert row.stderr == pytest.approx(np.sqrt(100 + 2 * 5475.0**2))
    assert row.n == 102


def test_one_grave_event_makes_the_interval_wide():
    plain = weighted.weighted_sum([1000, 0], [1.0, 5475.0]).iloc[0]
    grave = weighted.weighted_sum([1000, 3], [1.0, 5475.0]).iloc[0]
    assert grave.lower > 1000
    assert grave.upper - grave.lower > plain.upper - plain.lower


def test_nothing_counted_still_has_an_upper_end():
    row = weighted.weighted_sum([0, 0], [1.0, 10.0]).iloc[0]
    assert row.estimate == row.lower == 0
    assert row.upper == pytest.approx(10 * -np.log(0.025))


@pytest.mark.parametrize(
    "mean", [(200.0, 40, 5), (200.0, 40, 0.5), (3000.0, 500, 2), (3000.0, 500, 100), (0.0, 0, 3)]
)
def test_intervals_are_never_too_narrow_for_sums_of_poisson_counts(mean):
    rng = np.random.default_rng(6)
    weight = np.array([1.0, 10, 365])
    table = weighted.weighted_sum(rng.poisson(mean, (4000, 3)), weight)
    truth = np.array(mean) @ weight
    assert ((table.lower <= truth) & (truth <= table.upper)).mean() >= 0.945


@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=3),
    st.lists(st.floats(0, 6000), min_size=3, max_size=3),
)
def test_scores_add_over_parts_and_hold_their_estimate(count, weight):
    both = weighted.weighted_sum([count, count], weight)
    assert both.estimate.sum() == pytest.approx(
        weighted.weighted_sum(2 * np.array(count), weight).estimate[0]
    )
    assert (both.lower <= both.estimate + 1e-9).all()
    assert (both.estimate <= both.upper + 1e-9).all()


@pytest.mark.parametrize(
    ("count", "weight", "exposure", "says"),
    [
        ([1, 2], [1.0], 1, "as many weights"),
        ([1, np.nan], [1.0, 1], 1, "missing is not zero"),
        ([1, -2], [1.0, 1], 1, "zero or more"),
        ([1, 2], [1.0, -1], 1, "weights must be"),
        ([1, 2], [1.0, 1], 0, "must be positive"),
        ([[1, 2], [3, 4]], [1.0, 1], [1, 2, 3], "one exposure or as many"),
    ],
)
def test_what_cannot_be_weighed_is_refused(count, weight, exposure, says):
    with pytest.raises(InputError, match=says):
        weighted.weighted_sum(count, weight, exposure=exposure)
