"""Funnel limits hold the share they promise, and widen when parts really differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm, poisson

from pvtools.errors import InputError
from pvtools.stats import funnel


def test_columns_are_named_by_level():
    table = funnel.limits([50, 100], target=0.4)
    assert list(table.columns) == ["n", "lower_95", "upper_95", "lower_99_8", "upper_99_8"]


@given(n=st.integers(20, 2000), target=st.floats(0.05, 0.95), tail=st.sampled_from([0.025, 0.001]))
def test_binomial_limits_straddle_the_exact_quantile(n, target, tail):
    table = funnel.limits(n, target=target, levels=[1 - 2 * tail])
    for limit, quantile in ((table.iloc[0, 1], tail), (table.iloc[0, 2], 1 - tail)):
        exact = binom.ppf(quantile, n, target)
        assert exact - 1 - 1e-6 <= limit * n <= exact + 1e-6


def test_poisson_limits_straddle_the_exact_quantile():
    table = funnel.limits([2.0, 10.0, 150.0], target=3.0, distribution="poisson")
    mean = table.n * 3.0
    exact = poisson.ppf(0.975, mean)
    assert (table.upper_95 * table.n <= exact + 1e-6).all()
    assert (table.upper_95 * table.n >= exact - 1 - 1e-6).all()


def test_the_normal_form_for_large_counts_meets_the_exact_one():
    size = 195.0
    near = funnel.limits([size], target=100, distribution="poisson").iloc[0]
    far = funnel.limits([size, 5000.0], target=100, distribution="poisson").iloc[0]
    assert near.upper_95 == pytest.approx(far.upper_95, rel=1e-4)
    assert near.lower_99_8 == pytest.approx(far.lower_99_8, rel=1e-4)


def test_limits_hold_the_share_they_promise():
    n, target = 400, 0.49
    row = funnel.limits(n, target=target).iloc[0]
    counts = np.arange(n + 1)
    inside = (counts / n >= row.lower_95) & (counts / n <= row.upper_95)
    assert binom.pmf(counts, n, target)[inside].sum() == pytest.approx(0.95, abs=0.02)


def test_larger_parts_have_narrower_limits():
    table = funnel.limits([50, 200, 800, 3200], target=0.5)
    assert (np.diff(table.upper_95 - table.lower_95) < 0).all()


def test_overdispersion_adds_to_the_variance():
    table = funnel.limits([100], target=0.5, between_variance=0.01)
    half = norm.ppf(0.975) * np.sqrt(0.25 / 100 + 0.01)
    assert table.upper_95[0] == pytest.approx(0.5 + half)
    assert table.lower_95[0] == pytest.approx(0.5 - half)


def test_a_design_effect_divides_the_base():
    assert funnel.limits([400], target=0.5, design_effect=2).upper_95[0] == pytest.approx(
        funnel.limits([200], target=0.5).upper_95[0]
    )


def test_overdispersion_is_one_when_only_chance_is_at_work():
    rng = np.random.default_rng(8)
    z = rng.standard_normal((400, 32))
    phis = [funnel.overdispersion(row, np.ones(32), target=0.0, winsorise=0).phi for row in z]
    assert np.mean(phis) == pytest.approx(1, abs=0.03)


def test_overdispersion_recovers_the_variance_between_parts():
    rng = np.random.default_rng(9)
    stderr = rng.uniform(0.03, 0.06, 5000)
    value = 0.5 + rng.normal(0, 0.05, 5000) + rng.normal(0, stderr)
    found = funnel.overdispersion(value, stderr, target=0.5, winsorise=0)
    assert found.tau2 == pytest.approx(0.0025, rel=0.1)


def test_pulling_in_the_tails_does_not_shrink_what_parts_differ_by():
    rng = np.random.default_rng(11)
    calm = [funnel.overdispersion(z, np.ones(32), target=0) for z in rng.normal(0, 1, (400, 32))]
    assert np.mean([found.phi for found in calm]) == pytest.approx(1, abs=0.05)
    stderr = rng.uniform(0.03, 0.06, 5000)
    value = 0.5 + rng.normal(0, 0.05, 5000) + rng.normal(0, stderr)
    found = funnel.overdispersion(value, stderr, target=0.5)
    assert found.tau2 == pytest.approx(0.0025, rel=0.1)


def test_the_moments_give_the_variance_between_parts_in_closed_form():
    found = funnel.overdispersion([1.0, -3.0, 5.0], [1, 2, 2], target=0, winsorise=0)
    squares, weight = 1 + 9 / 4 + 25 / 4, 1 + 1 / 4 + 1 / 4
    assert found.phi == pytest.approx(squares / 3)
    assert found.tau2 == pytest.approx((squares - 3) / weight)
    assert found.tau2_without[0] == pytest.approx((squares - 1 - 2) / (weight - 1))


@given(
    z=st.lists(st.integers(-4, 4), min_size=3, max_size=40),
    share=st.sampled_from([0, 0.05, 0.1, 0.25]),
    seed=st.integers(0, 9),
)
def test_leaving_one_out_is_leaving_it_out(z, share, seed):
    stderr = np.random.default_rng(seed).uniform(0.5, 2, len(z))
    value = np.array(z) * stderr
    found = funnel.overdispersion(value, stderr, target=0, winsorise=share).tau2_without
    for i in (0, len(z) - 1):
        rest = (np.delete(value, i), np.delete(stderr, i))
        alone = funnel.overdispersion(*rest, target=0, winsorise=share)
        assert found[i] == pytest.approx(alone.tau2, abs=1e-9)


def test_a_part_does_not_hide_itself():
    value = np.array([0.0, 1, -1, 0.5, -0.5, 8])
    table = funnel.compare(value, np.ones(6), target=0, winsorise=0)
    assert table.outside_99_8.tolist() == [False] * 5 + [True]
    whole = funnel.overdispersion(value, np.ones(6), target=0, winsorise=0).tau2
    assert abs(value[5]) / np.sqrt(1 + whole) < 3.09  # with its own weight it would


def test_a_comparison_is_one_verdict_three_times():
    rng = np.random.default_rng(13)
    table = funnel.compare(rng.normal(0.5, 0.1, 200), np.full(200, 0.05), target=0.5)
    assert ((table.p < 0.05) == table.outside_95).all()
    inside = (table.estimate >= table.lower_95) & (table.estimate <= table.upper_95)
    assert (inside == ~table.outside_95).all()
    assert (table.outside_95 | ~table.outside_99_8).all()
    assert table.p.to_numpy() == pytest.approx(2 * norm.sf(np.abs(table.z)))


@pytest.mark.parametrize("spread", [0, 0.05])
def test_parts_like_the_rest_seldom_pass_the_limits(spread):
    rng = np.random.default_rng(14)
    outer, inner = [], []
    for _ in range(600):
        stderr = np.sqrt(0.55 * 0.45 * 1.6 / rng.integers(85, 116, 32))
        value = 0.55 + rng.normal(0, spread, 32) + rng.normal(0, stderr)
        table = funnel.compare(value, stderr, target=0.55)
        outer.append(table.outside_99_8.mean())
        inner.append(table.outside_95.mean())
    # goals .004 and .04-.06, and the error of 19,200 draws
    assert np.mean(outer) <= 0.005
    assert 0.036 <= np.mean(inner) <= 0.064


def test_a_part_without_an_estimate_is_not_compared():
    table = funnel.compare([0.1, np.nan, -0.1], [0.1, np.nan, 0.1], target=0)
    assert table.caveat.tolist() == ["", "No estimate: not compared.", ""]
    assert not table.outside_95[1]
    assert table.loc[[0, 2], "z"].notna().all()


def test_an_outlier_widens_the_limits_little():
    rng = np.random.default_rng(10)
    value = rng.normal(0, 1, 32)
    calm = funnel.overdispersion(value, np.ones(32), target=0.0)
    value[0] = 30
    loud = funnel.overdispersion(value, np.ones(32), target=0.0)
    assert loud.phi < 2 * calm.phi


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": [0], "target": 0.5},
        {"n": [100], "target": 1.5},
        {"n": [100], "target": 0.5, "levels": [95]},
        {"n": [100], "target": 0.5, "between_variance": -1},
        {"n": [100], "target": 0.5, "design_effect": 200},
        {"n": [100], "target": 0.5, "distribution": "normal"},
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(InputError, match="Cannot draw funnel limits"):
        funnel.limits(**wrong)


def test_overdispersion_needs_parts_with_errors():
    with pytest.raises(InputError, match="two or more parts"):
        funnel.overdispersion([0.5], [0.1], target=0.5)
    with pytest.raises(InputError, match="positive standard error"):
        funnel.overdispersion([0.5, 0.6], [0.1, 0.0], target=0.5)
    with pytest.raises(InputError, match="positive standard error"):
        funnel.compare([0.5, 0.6], [0.1, np.nan], target=0.5)
    with pytest.raises(InputError, match="found 1 parts"):
        funnel.compare([0.5, np.nan], [0.1, 0.1], target=0.5)
    with pytest.raises(InputError, match="share"):
        funnel.overdispersion([0.5, 0.6], [0.1, 0.1], target=0.5, winsorise=0.5)
    with pytest.raises(InputError, match="the level lies between 0 and 1, found"):
        funnel.compare([0.5, 0.6], [0.1, 0.1], target=0.5, levels=[95])


def test_small_parts_keep_exact_poisson_limits_beside_large_ones():
    alone = funnel.limits([1, 10], target=1.0, distribution="poisson")
    beside = funnel.limits([1, 10, 300_000], target=1.0, distribution="poisson")
    assert beside.iloc[:2].to_numpy() == pytest.approx(alone.to_numpy(), rel=1e-12)


def test_an_exposure_below_one_is_a_small_part_and_no_fault():
    row = funnel.limits(0.5, target=60, distribution="poisson").iloc[0]
    assert row.lower_95 < 60 < row.upper_95


@pytest.mark.parametrize(
    "call",
    [
        lambda: funnel.compare([np.inf, 0.4, 0.5], [0.1] * 3, target=0.5),
        lambda: funnel.compare(["a", 0.4, 0.5], [0.1] * 3, target=0.5),
        lambda: funnel.compare([0.3, 0.4, 0.5], [0.1] * 3, target=np.nan),
        lambda: funnel.limits(np.inf, target=0.5),
    ],
)
def test_what_is_no_number_or_has_no_end_is_refused(call):
    with pytest.raises(InputError):
        call()


def test_one_level_needs_no_list():
    one = funnel.limits([100, 400], target=0.5, levels=0.95)
    assert one.equals(funnel.limits([100, 400], target=0.5, levels=[0.95]))
