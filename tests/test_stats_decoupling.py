"""An indicator that parts from its outcome is found; two that merely drift are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr

from pvtools.errors import InputError
from pvtools.stats.decoupling import discrepancy


def pair(*, drift=0.0, common=True, side=48, seed=1):
    """Return indicator and outcome: one performance or two, passing noise, and a drift."""
    rng = np.random.default_rng(seed)
    true = (0.15 * rng.standard_normal((2, 2 * side))).cumsum(axis=1)
    noise = 0.35 * rng.standard_normal((2, 2 * side))
    since = np.maximum(np.arange(2 * side) - side, 0)
    index = pd.period_range("2010-01", periods=2 * side, freq="M")
    return (
        pd.Series(true[0] + noise[0] + drift * since, index),
        pd.Series(true[0 if common else 1] + noise[1], index),
    )


def row(indicator, outcome, *, start="2014-01", **options):
    return discrepancy(indicator, outcome, start=start, **options).iloc[0]


def test_without_noise_it_is_the_slope_in_deviations_a_year():
    outcome = np.random.default_rng(4).standard_normal(48)
    since = np.maximum(np.arange(48) - 24, 0)
    found = row(outcome + 0.05 * since, outcome, start=24)
    assert found.estimate == pytest.approx(12 * 0.05 / outcome[:24].std(ddof=1))
    assert found.p_value < 1e-6


def test_an_indicator_that_pulls_away_is_found():
    found = row(*pair(drift=0.06))
    assert found.p_value < 0.01
    assert 0 < found.lower < found.estimate < found.upper


def test_one_that_falls_back_has_the_opposite_sign():
    assert row(*pair(drift=-0.06)).upper < 0


def test_independent_random_walks_are_no_decoupling_though_their_levels_agree():
    rng = np.random.default_rng(0)
    levels, bends, steps = [], [], []
    for _ in range(80):
        walks = rng.standard_normal((2, 48)).cumsum(axis=1)
        levels.append(pearsonr(*walks).pvalue < 0.05)
        found = row(*walks, start=24)
        bends.append(found.p_value < 0.05)
        steps.append(found.correlation_before_lower > 0 or found.correlation_before_upper < 0)
    assert np.mean(levels) > 0.5
    assert np.mean(bends) < 0.15
    assert np.mean(steps) < 0.15


def test_correlations_are_those_of_monthly_differences_on_each_side():
    indicator, outcome = pair(seed=5)
    found = row(indicator, outcome)
    for name, side in (("before", slice(None, 48)), ("after", slice(48, None))):
        steps = np.diff(indicator.iloc[side]), np.diff(outcome.iloc[side])
        assert found[f"correlation_{name}"] == pytest.approx(np.corrcoef(*steps)[0, 1])


def test_the_interval_of_a_correlation_is_fishers_where_nothing_carries_over():
    # Differences that carry nothing over: one of two columns has no correlation at lag one.
    steps = np.zeros((48, 2))
    steps[:, 0] = np.tile([1.0, 1.0, -1.0, -1.0], 12)
    steps[:, 1] = np.random.default_rng(1).standard_normal(48) + 0.8 * steps[:, 0]
    series = np.vstack([np.zeros(2), steps.cumsum(axis=0)])
    both = np.vstack([series, series[-1] + steps.cumsum(axis=0)])
    found = row(both[:, 0], both[:, 1], start=49)
    r = np.corrcoef(steps.T)[0, 1]
    low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * 1.959964 / np.sqrt(45))
    assert found.correlation_before == pytest.approx(r)
    assert found.correlation_before_lower == pytest.approx(low, abs=0.01)
    assert found.correlation_before_upper == pytest.approx(high, abs=0.01)


def test_units_do_not_matter_and_nothing_is_changed():
    indicator, outcome = pair(drift=0.03)
    before = indicator.copy()
    one, other = row(indicator, outcome), row(100 * indicator + 7, outcome / 3)
    assert other.estimate == pytest.approx(one.estimate)
    assert other.p_value == pytest.approx(one.p_value)
    pd.testing.assert_series_equal(indicator, before)


def test_roles_exchanged_change_the_sign_only():
    indicator, outcome = pair(drift=0.03)
    one, other = row(indicator, outcome), row(outcome, indicator)
    assert other.estimate == pytest.approx(-one.estimate)
    assert other.p_value == pytest.approx(one.p_value)


def test_series_are_matched_by_month_and_missing_ones_left_out():
    indicator, outcome = pair(drift=0.04)
    whole = row(indicator, outcome)
    later = outcome.iloc[::-1].set_axis(outcome.index[::-1].to_timestamp(how="end"))
    assert row(indicator, later).estimate == pytest.approx(whole.estimate)
    assert row(indicator.to_numpy(), outcome.to_numpy(), start=48).p_value == pytest.approx(
        whole.p_value
    )
    found = row(indicator.drop(indicator.index[10]), outcome.where(outcome.index != "2012-03"))
    assert found.n == 94
    assert "missing" in found.caveat


def test_short_series_say_how_little_they_can_tell():
    found = row(*pair(side=14), start="2011-03")
    assert "Only 14 months on a side" in found.caveat
    assert "seasons" not in found.method
    assert row(*pair()).caveat == ""


def test_an_outcome_that_stands_still_afterwards_has_no_correlation():
    indicator, outcome = pair(drift=0.05)
    found = row(indicator, outcome.where(outcome.index < "2014-01", 1.0))
    assert np.isnan(found.correlation_after)
    assert np.isfinite(found.p_value)


def quarters(series):
    return series.set_axis(pd.period_range("2000Q1", periods=len(series), freq="Q"))


@pytest.mark.parametrize(
    ("change", "options", "says"),
    [
        (lambda a, b: (a, b), {"start": "2010-06"}, "found 5 and 91"),
        (lambda a, b: (a, b), {"start": "2040-01"}, "start lies in the series"),
        (lambda a, b: (a, b), {"start": 48}, "start is a date"),
        (lambda a, b: (a, b), {"level": 0}, "level lies between 0 and 1"),
        (lambda a, b: (a, b * 0 + 3), {}, "the outcome does not vary before the start"),
        (lambda a, b: (a.where(a < a.max(), np.inf), b), {}, "the indicator holds an infinite"),
        (lambda a, b: (a, b.to_numpy()), {}, "or neither has"),
        (lambda a, b: (a.to_numpy(), b.to_numpy()[:-1]), {"start": 48}, "found 96 and 95"),
        (lambda a, b: (a[:40], b[50:]), {}, "indicator and outcome share no date"),
        (lambda a, b: (a, quarters(b)), {}, "indicator counts in M, the outcome in Q.*bring both"),
        (lambda a, b: (a, list("abc")), {}, "the outcome holds numbers"),
        (lambda a, b: (pd.concat([a, a]), b), {}, "more than one value"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(change, options, says):
    with pytest.raises(InputError, match=says):
        row(*change(*pair()), **options)
