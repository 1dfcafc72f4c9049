"""A process chart of counts is judged by counts, and rare ones get no verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import _control_rules, _false_alarms, _steady_counts, spc

DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 2, dtype=float)
MEANS = (0.3, 1, 5, 30, 300)


@pytest.fixture(autouse=True)
def _fewer_simulations(monkeypatch):
    monkeypatch.setattr("pvtools.stats._false_alarms._SERIES", 4_000)
    _false_alarms.calibrate.cache_clear()
    _false_alarms.measure.cache_clear()
    yield
    _false_alarms.calibrate.cache_clear()
    _false_alarms.measure.cache_clear()


def steady(mean: float, variation: float, *, series: int, seed: int = 5) -> np.ndarray:
    """Return counts of 24 months in which nothing happens."""
    rng = np.random.default_rng(seed)
    expected = np.broadcast_to(mean * DAYS / DAYS.mean(), (series, DAYS.size))
    if variation:
        expected = expected * rng.gamma(variation**-2, variation**2, expected.shape)
    return rng.poisson(expected)


def alarms(counts: np.ndarray, rules: _control_rules.Rules) -> np.ndarray:
    rates = counts / DAYS
    drawn = _control_rules.chart(rates, (0,), None)
    found = _control_rules.signals(rates, drawn, rules, (0,))
    return np.any([signs.any(axis=1) for signs in found.values()], axis=0)


def test_limits_made_for_normal_figures_are_broken_by_most_steady_series_of_rare_counts():
    normal = _false_alarms.calibrate((True,) * 24, (0,), None)
    rates = [alarms(steady(mean, 0.0, series=4_000), normal).mean() for mean in MEANS]
    assert rates == pytest.approx([0.66, 0.24, 0.07, 0.05, 0.04], abs=0.03)
    assert alarms(steady(300, 0.5, series=4_000), normal).mean() > 0.15


@pytest.mark.parametrize("variation", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("mean", [10, 30, 300])
def test_steady_counts_alarm_as_seldom_as_their_chart_says(mean, variation):
    alarmed, said = [], []
    for row in steady(mean, variation, series=160):
        chart = spc.xmr(row, exposure=DAYS, calibrated=True)
        if chart.centre.notna().all():
            alarmed.append(chart.point_type.str.startswith("special").any())
            said.append(chart.family_false_alarm[0])
    error = np.sqrt(0.05 * 0.95 / len(alarmed))
    assert len(alarmed) > 60
    # Calibrated and measured on 4,000 series each, here.
    assert np.mean(said) <= 0.05
    assert max(said) <= 0.047 + 4 * np.sqrt(2 * 0.05 * 0.95 / 4_000)
    assert abs(np.mean(alarmed) - np.mean(said)) <= 3 * error


@pytest.mark.parametrize("mean", [0.3, 1, 5])
@pytest.mark.parametrize("variation", [0.0, 0.5])
def test_counts_below_ten_get_no_verdict_and_are_told_what_to_do(mean, variation):
    for row in steady(mean, variation, series=20):
        chart = spc.xmr(row, exposure=DAYS, calibrated=True)
        assert set(chart.point_type) == {"no verdict"}
        assert set(chart.rule) == {""}
        assert chart[["centre", "lower", "upper", "family_false_alarm"]].isna().all(axis=None)
        assert chart.caveat.str.match(
            r"No verdict: \S+ are counted each time on average, and a chart needs 10 "
        ).all()
        assert chart.caveat.str.endswith("Take longer periods, or several kinds together.").all()


def test_months_added_up_to_years_are_enough_where_months_are_not():
    months = np.random.default_rng(2).poisson(1, 16 * 12)
    years = months.reshape(16, 12).sum(axis=1)
    assert spc.xmr(months, exposure=1).centre.isna().all()
    assert spc.xmr(years, exposure=12).centre.notna().all()


def test_a_real_change_is_still_seen():
    row = steady(30, 0.1, series=1)[0]
    row[18] = 90
    chart = spc.xmr(row, exposure=DAYS, calibrated=True)
    assert (chart.rule[18], chart.point_type.str.startswith("special").sum()) == (
        _control_rules.OUTSIDE,
        1,
    )
    shifted = np.concatenate([steady(30, 0.0, series=1)[0][:12], steady(60, 0.0, series=1)[0][12:]])
    seen = spc.xmr(shifted, exposure=DAYS, calibrated=True).point_type.str.startswith("special")
    assert seen.sum() >= 6


def test_counts_are_charted_by_their_exposure_and_no_limit_lies_below_zero():
    row = steady(16, 0.5, series=1)[0]
    chart = spc.xmr(row, exposure=DAYS, calibrated=True)
    assert chart.value.tolist() == (row / DAYS).tolist()
    assert (chart.lower >= 0).all()
    assert chart.centre[0] == pytest.approx((row / DAYS).mean())
    assert spc.xmr(row, exposure=1.0).value.tolist() == row.tolist()


def test_scatter_beyond_chance_is_that_of_the_series():
    found = [
        _steady_counts.like(row / DAYS, DAYS, (0,), None).variations[0]
        for row in steady(300, 0.3, series=200)
    ]
    assert np.mean(found) == pytest.approx(0.3, abs=0.02)
    poisson = [
        _steady_counts.like(row / DAYS, DAYS, (0,), None).variations[0]
        for row in steady(300, 0.0, series=200)
    ]
    assert max(poisson) <= 0.05


def test_a_rare_phase_has_no_verdict_beside_one_that_has():
    rng = np.random.default_rng(3)
    row = [*rng.poisson(40, 14).tolist(), *rng.poisson(0.5, 10).tolist()]
    chart = spc.xmr(row, exposure=1, rebase=((14, "new label"),), calibrated=True)
    assert chart.centre.notna().tolist() == [True] * 14 + [False] * 10
    assert set(chart.point_type[14:]) == {"no verdict"}
    assert "Limits start anew here: new label. No verdict" in chart.caveat[14]
    assert 0.03 <= chart.family_false_alarm[0] <= 0.06


def test_a_missing_month_is_missing_and_not_zero():
    row = steady(30, 0.0, series=1)[0].astype(float)
    row[7] = np.nan
    chart = spc.xmr(row, exposure=DAYS)
    assert chart.point_type[7] == "missing"
    assert chart.centre[0] > 0.9


def test_figures_that_are_no_counts_are_refused_all_at_once():
    with pytest.raises(InputError) as caught:
        spc.xmr([0.5, 3, 4, 5], exposure=[1, 0, 1, 1])
    for part in ("an exposure is above zero", "whole numbers from 0 to a billion, found 0.5"):
        assert part in str(caught.value)
    for counts, exposure in (([-1, 2, 3], 1), ([1, 2, 3], [1, 2]), ([1e12, 1, 1], 1)):
        with pytest.raises(InputError, match="Cannot draw a process chart"):
            spc.xmr(counts, exposure=exposure)
    with pytest.raises(InputError):
        spc.xmr([1, 2, 3], exposure="days")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 60), st.none()), min_size=1, max_size=20),
    st.sampled_from([1e-9, 1.0, 30.0, 1e9]),
)
def test_any_counts_have_a_chart_and_its_unit_changes_no_verdict(counts, exposure):
    row = [np.nan if value is None else value for value in counts]
    one, other = spc.xmr(row, exposure=1), spc.xmr(row, exposure=exposure)
    assert one.centre.isna().equals(other.centre.isna())
    assert one.family_false_alarm.notna().equals(other.family_false_alarm.notna())
    assert one.caveat[one.centre.isna()].ne("").all()
