"""Forecasts: what is expected, how far off it was, and whether intervals hold."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import forecast as forecasts
from pvtools.stats.forecast import _conformal, _methods, _trial, forecast
from pvtools.stats.forecast._months import checked

METHODS = ("seasonal_naive", "stl", "ets")


def monthly(values, start="2016-01") -> pd.Series:
    months = pd.period_range(start, periods=len(values), freq="M")
    return pd.Series(np.asarray(values, dtype=float), index=months.to_timestamp())


@pytest.fixture(scope="module")
def noisy() -> pd.Series:
    rng = np.random.default_rng(7)
    season = 200 * np.exp(0.2 * np.sin(np.arange(84) * np.pi / 6))
    return monthly(rng.negative_binomial(80, 80 / (80 + season)))


# -- what is expected


def test_the_naive_forecast_is_the_last_season_over_and_over():
    past = monthly(range(30))
    table = forecast(past, horizon=14, method="seasonal_naive")
    assert table.estimate.round(9).tolist() == [*range(18, 30), 18, 19]


@pytest.mark.parametrize("method", METHODS)
def test_seasons_that_never_change_are_carried_on_exactly(method):
    year = np.array([90, 80, 95, 100, 110, 120, 130, 125, 110, 105, 100, 70])
    table = forecast(monthly(np.tile(year, 5)), horizon=12, method=method)
    assert table.estimate.to_numpy() == pytest.approx(year, rel=1e-3)
    assert table.period[0] == pd.Timestamp("2021-01-01")


@pytest.mark.parametrize("growth", [0.0, 0.02])
def test_exponential_smoothing_expects_what_the_library_expects_of_the_roots(noisy, growth):
    grown = noisy * np.exp(growth * np.arange(len(noisy)))
    model, fit = _methods._smoothed(np.sqrt(grown.to_numpy()), 12)
    assert (model.trend is not None) == (growth > 0)
    table = forecast(grown, horizon=15, method="ets")
    assert table.estimate.to_numpy() == pytest.approx(np.square(fit.forecast(15)))


@pytest.mark.parametrize("name", METHODS)
def test_a_forecast_made_in_the_past_knows_nothing_of_what_followed(noisy, name):
    long, short = (checked(s, season=12, horizon=6) for s in (noisy, noisy.iloc[:60]))
    origins = np.arange(36, 61)
    of_all = _methods.rolled(name, long, origins, 6, 12)
    assert of_all == pytest.approx(_methods.rolled(name, short, origins, 6, 12), rel=1e-9)


def test_importing_forecasts_does_not_import_the_library_behind_them():
    code = "import sys, pvtools.stats.forecast; print('statsmodels' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


# -- how far off


def tried(name, series, **asked):
    asked = {"first": 36, "horizon": 6} | asked
    months = checked(series, season=12, horizon=asked["horizon"])
    return _trial.tried(name, months, season=12, **asked)


def test_mase_is_each_error_over_the_mean_change_from_a_season_before(noisy):
    values = noisy.to_numpy()
    alone = [
        np.abs(values[t] - values[t - 12]) / np.abs(values[12:t] - values[: t - 12]).mean()
        for t in range(70, 84)
    ]
    found = tried("seasonal_naive", noisy, horizon=1, first=70)
    assert found.mase() == pytest.approx(np.mean(alone))


def test_mase_is_one_where_every_year_is_as_far_from_the_last():
    # Hyndman & Koehler (2006): the naive forecast's own errors are what the scale is made of.
    past = monthly(np.arange(84) % 12 + 5 * (np.arange(84) // 12))
    assert forecast(past, horizon=3, method="seasonal_naive").mase[0] == pytest.approx(1.0)


@pytest.mark.parametrize("method", ["seasonal_naive", "stl"])
def test_mase_does_not_depend_on_units(noisy, method):
    found = [forecast(s, horizon=3, method=method).mase[0] for s in (noisy, 60 * noisy)]
    assert found[1] == pytest.approx(found[0])


def test_methods_are_tried_on_the_same_months_and_smoothing_is_the_nearer(noisy):
    trials = {name: tried(name, noisy) for name in METHODS}
    for found in trials.values():
        assert (~np.isnan(found.errors)).sum() == 43 * 6 + 5 + 4 + 3 + 2 + 1
        assert found.coverage(0.80) < found.coverage(0.95) <= 1
    naive, smooth = trials["seasonal_naive"], trials["ets"]
    assert smooth.mase() < naive.mase()
    assert _trial.beats(smooth, naive)
    assert not _trial.beats(naive, naive)


# -- intervals


def test_a_conformal_width_is_the_ranked_error_of_finite_samples():
    past = np.arange(1.0, 20.0)[:, None]  # 19 errors: the 95% interval is the largest of them
    assert _conformal.half_widths(past, level=0.95, least=0.0) == (pytest.approx([19.0]), False)
    assert _conformal.half_widths(past, level=0.80, least=0.0)[0] == pytest.approx([16.0])


def test_too_few_errors_to_rank_make_a_wider_interval_and_say_so():
    past = np.arange(1.0, 19.0)[:, None]
    reach, guessed = _conformal.half_widths(past, level=0.95, least=0.0)
    assert guessed
    assert reach[0] > 18


def test_conformal_intervals_hold_as_often_as_they_promise_when_errors_are_alike():
    rng = np.random.default_rng(11)
    draws = rng.standard_t(3, (4_000, 41))
    ranked = np.sort(np.abs(draws[:, :40]), axis=1)
    reach = np.array([_conformal.half_widths(d[:40, None], level=0.8, least=0.0)[0] for d in draws])
    assert reach[:, 0] == pytest.approx(ranked[:, 32])  # ⌈41 × 0.8⌉ = 33rd smallest
    assert np.mean(np.abs(draws[:, 40]) <= reach[:, 0]) == pytest.approx(33 / 41, abs=0.02)


@pytest.mark.parametrize("method", METHODS)
def test_intervals_nest_hold_the_estimate_and_never_fall_below_none(noisy, method):
    for series in (noisy, noisy // 100):
        table = forecast(series, horizon=18, method=method)
        ends = table[["lower", "lower_80", "estimate", "upper_80", "upper"]].to_numpy()
        assert (np.diff(ends, axis=1) >= 0).all()
        assert (ends >= 0).all()
        assert (table.upper > table.lower).all()


def test_the_table_says_when_how_much_how_sure_and_how_it_did_before(noisy):
    table = forecast(noisy, horizon=6)
    assert table.columns[:6].tolist() == [
        "period", "estimate", "lower_80", "upper_80", "lower", "upper",
    ]  # fmt: skip
    assert table.period.tolist() == list(pd.date_range("2023-01-01", periods=6, freq="MS"))
    assert table.method.unique().tolist() == ["exponential smoothing (ETS), conformal intervals"]
    assert table.n.tolist() == [48, 47, 46, 45, 44, 43]
    assert (table.caveat == "").all()
    assert table.beats_naive.all()
    assert 0.85 < table.empirical_coverage[0] <= 1
    assert table.empirical_coverage_80[0] < table.empirical_coverage[0]
    assert not table.isna().any().any()


def test_other_levels_are_named_in_the_columns(noisy):
    table = forecast(noisy, horizon=2, method="seasonal_naive", level=(0.9, 0.5))
    assert {"lower_50", "upper_50", "lower", "upper"} <= set(table.columns)
    assert (table.level == 0.9).all()


@pytest.mark.parametrize("value", [0, 100, 1.25])
@pytest.mark.parametrize("method", METHODS)
def test_a_series_that_never_moves_still_has_an_interval(value, method):
    table = forecast(monthly(np.full(60, value)), horizon=3, method=method)
    assert table.estimate.to_numpy() == pytest.approx(value)
    assert (table.upper > table.lower).all()


def test_a_method_no_nearer_than_last_year_says_so():
    past = monthly(np.tile(np.arange(20, 32), 6))
    table = forecast(past, horizon=3)
    assert not table.beats_naive.any()
    assert table.caveat.str.contains(
        "no more accurate than the same month of the last season"
    ).all()


# -- what is awkward


@pytest.mark.parametrize("months", [12, 13, 18, 23])
def test_less_than_two_seasons_leave_last_season_only_and_say_so(noisy, months):
    table = forecast(noisy.iloc[:months], horizon=3)
    assert table.method.str.startswith("same month of the last season").all()
    assert table.caveat.str.startswith("Less than two seasons").all()
    assert table.caveat.str.contains("Too few past months").all()
    assert (table.upper > table.lower).all()


@pytest.mark.parametrize("months", [24, 25, 30, 37])
def test_a_short_past_widens_intervals_and_says_so(noisy, months):
    short, long = (forecast(s, horizon=3) for s in (noisy.iloc[:months], noisy))
    assert short.caveat.str.contains("Fewer than 19 past errors").all()
    width = [(np.sqrt(t.upper) - np.sqrt(t.lower)).mean() for t in (short, long)]
    assert width[0] > width[1]


@pytest.mark.parametrize("kind", ["absent", "nan"])
def test_a_month_missing_in_the_middle_is_neither_filled_nor_zero(noisy, kind):
    gap = (
        noisy.drop(noisy.index[20])
        if kind == "absent"
        else noisy.mask(noisy.index == noisy.index[20])
    )
    table = forecast(gap, horizon=3)
    after = forecast(noisy.iloc[21:], horizon=3)
    assert table.estimate.tolist() == after.estimate.tolist()
    assert table.caveat.str.startswith(
        "Only months from October 2017 on are used, because of gaps: September 2017."
    ).all()


def test_a_gap_that_leaves_less_than_a_season_is_refused_by_name(noisy):
    with pytest.raises(InputError, match=r"7 months in a row .* 12 are needed.*May 2022"):
        forecast(noisy.drop(noisy.index[76]), horizon=3)


def test_order_and_kind_of_dates_do_not_matter_and_nothing_is_changed(noisy):
    before = noisy.copy()
    shuffled = noisy.sample(frac=1, random_state=1)
    ends = pd.Series(noisy.to_numpy(), index=noisy.index + pd.offsets.MonthEnd())
    periods = pd.Series(noisy.to_numpy(dtype=int), index=noisy.index.to_period("M"))
    zoned = noisy.tz_localize("Europe/London")
    expected = forecast(noisy, horizon=2, method="stl")
    for same in (shuffled, ends, periods, zoned):
        pd.testing.assert_frame_equal(forecast(same, horizon=2, method="stl"), expected)
    pd.testing.assert_series_equal(noisy, before)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda s: -s, {}, "zero or more, found less in January 2016, .* and 80 more"),
        (lambda s: s.replace(s.iloc[3], np.inf), {}, "finite"),
        (lambda s: pd.concat([s, s.iloc[:1]]), {}, "more than one value for January 2016"),
        (lambda s: s.to_numpy(), {}, "pandas Series"),
        (lambda s: s.reset_index(drop=True), {}, "dates or monthly periods"),
        (lambda s: s.astype(str), {}, "must be numbers"),
        (lambda s: s.iloc[:0], {}, "0 months in a row"),
        (lambda s: s, {"horizon": 0}, "horizon is a whole number, 1 or more, not 0"),
        (lambda s: s, {"season": 1}, "season is a whole number, 9 or more, not 1"),
        (lambda s: s, {"method": "etc"}, "Did you mean 'ets'"),
        (lambda s: s, {"level": (0.8, 95)}, "the level lies between 0 and 1, found 95"),
        (lambda s: s, {"level": (0.8, 0.8)}, "named twice"),
    ],
)
def test_what_cannot_be_forecast_is_refused(noisy, change, options, said):
    with pytest.raises(InputError, match=said):
        forecast(change(noisy), **{"horizon": 3, **options})


def test_an_interval_tried_on_the_past_has_not_seen_what_it_is_held_to(noisy):
    changed = noisy.copy()
    changed.iloc[60] *= 3
    first, second = (tried("seasonal_naive", series, horizon=3) for series in (noisy, changed))
    before = 12 * 3 - 3  # intervals for months up to the sixtieth
    for ends in (1, 2):
        same = first.held(0.8)[ends][:before] == second.held(0.8)[ends][:before]
        assert same.all()


def test_what_is_public_is_named():
    assert forecasts.__all__ == ["forecast"]
