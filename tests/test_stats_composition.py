"""Moved cases are told from cases that are gone, and from a neighbour that grew by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from pvtools import tables
from pvtools.errors import InputError
from pvtools.stats import _carryover
from pvtools.stats.composition import reclassification, reclassifications

from .real_files import REAL
from .test_tables_real_data import OLD_LONG


def table(*, moved=0.0, gone=0.0, grown=0.0, months=72, seed=1, mean=300.0):
    """Return noisy counts of three categories whose first loses a share half way through."""
    rng = np.random.default_rng(seed)
    half = months // 2
    expected = np.full((months, 3), mean)
    expected[half:, 1] += moved * mean + grown * mean
    expected[half:, 0] *= 1 - moved - gone
    counts = rng.poisson(expected * rng.gamma(400, 1 / 400, expected.shape)).astype(float)
    index = pd.period_range("2010-04", periods=months, freq="M")
    return pd.DataFrame(counts, columns=["target", "near", "far"], index=index)


def row(counts, *, start="2013-04", near=("near",), **options):
    found = reclassification(counts, target="target", neighbours=list(near), start=start, **options)
    return found.iloc[0]


def still(*, moved=0.12, months=48):
    """Return counts without noise, of which a share moves half way through."""
    later = np.arange(months) >= months // 2
    return pd.DataFrame(
        {"target": 300 * (1 - moved * later), "near": 200 + 300 * moved * later, "far": 50.0}
    )


def test_without_noise_the_estimate_is_the_share_moved():
    found = row(still(moved=0.12), start=24)
    assert found.estimate == pytest.approx(0.12, abs=1e-9)
    assert found.moved == pytest.approx(36, abs=1e-6)
    assert found.verdict == "matching rise"
    # No count is surer than Poisson chance leaves it.
    chance = np.sqrt(200 / 24 + 236 / 24) / 300
    assert found.upper - found.estimate == pytest.approx(chance * 2.0, rel=0.05)


def test_seasons_of_whole_years_do_not_bend_the_estimate():
    season = np.tile(1 + 0.2 * np.sin(np.arange(12) * np.pi / 6), 4)
    counts = still(moved=0.12).mul(season, axis=0)
    assert row(counts, start=24).estimate == pytest.approx(0.12, rel=0.05)


def test_moved_cases_make_a_matching_rise():
    found = row(table(moved=0.15))
    assert found.verdict == "matching rise"
    assert found.p_value < 0.001
    assert found.lower < 0.15 < found.upper
    assert found.p_value == found.p_mix


def test_a_real_fall_is_no_move_though_the_mix_changes():
    found = row(table(gone=0.2))
    assert found.verdict == "real fall"
    assert found.p_mix < 0.001
    assert found.p_value > 0.05
    assert found.lower < 0 < found.upper


def test_a_neighbour_that_grows_by_itself_is_no_move():
    found = row(table(grown=0.2))
    assert found.verdict == "no fall"
    assert found.p_mix < 0.001
    assert found.p_value > 0.05


def test_a_rise_far_beyond_the_fall_changes_the_sum():
    found = row(table(moved=0.15, grown=0.6))
    assert found.verdict == "sum changed"
    assert found.p_value > 0.95


def test_where_nothing_changed_the_test_at_one_per_cent_hardly_ever_fires():
    fired = [row(table(seed=seed)).p_value < 0.01 for seed in range(60)]
    assert sum(fired) <= 3


def test_cases_that_move_to_two_neighbours_show_in_both_together():
    rng = np.random.default_rng(3)
    later = np.arange(72) >= 36
    expected = np.column_stack(
        [300 - 60 * later, 200 + 30 * later, 150 + 30 * later, 400 + 0 * later]
    )
    counts = pd.DataFrame(rng.poisson(expected), columns=["target", "near", "next", "far"])
    found = reclassification(counts, target="target", neighbours=["near", "next"], start=36)
    assert found.neighbour.tolist() == ["near", "next", "together"]
    together = found.iloc[2]
    assert together.verdict == "matching rise"
    assert together.estimate == pytest.approx(0.2, abs=0.04)
    assert together.estimate == pytest.approx(found.estimate[:2].sum(), abs=0.01)


def test_pairs_asked_together_have_the_figures_each_has_alone():
    counts = table(moved=0.1).assign(further=table(seed=3).far)
    pairs = [("target", "near"), ("near", "target"), ("target", "further")]
    asked = {"start": "2013-04", "controls": ["far"]}
    alone = [
        reclassification(counts, target=target, neighbours=[neighbour], **asked)
        for target, neighbour in pairs
    ]
    together = reclassifications(counts, pairs, **asked)
    pd.testing.assert_frame_equal(
        together, pd.concat(alone, ignore_index=True), rtol=1e-10, atol=1e-10
    )


def test_all_that_is_wrong_with_pairs_is_said_at_once():
    pairs = [("target", "target"), ("near", "fra"), ("near", "far")]
    with pytest.raises(InputError, match=r"in two: 'target'.*in two: 'far'.*'fra'"):
        reclassifications(table(), pairs, start="2013-04", controls=["far"])


def test_common_swings_are_taken_out_by_controls():
    rng = np.random.default_rng(5)
    swing = np.exp(0.25 * rng.standard_normal(72))
    swung = [table(moved=0.15, seed=seed).mul(swing, axis=0) for seed in range(12)]
    assert sum(row(counts).verdict == "matching rise" for counts in swung) >= 9
    assert sum(row(counts, controls=[]).verdict == "matching rise" for counts in swung) <= 6
    with_control, without = row(swung[0]), row(swung[0], controls=[])
    assert (with_control.upper - with_control.lower) < 0.6 * (without.upper - without.lower)
    assert "No controls" in without.caveat


def test_controls_that_change_too_are_said():
    counts = table(moved=0.12)
    counts.loc["2013-04":, "far"] *= 0.7
    assert "controls changed" in row(counts).caveat
    assert "controls changed" not in row(table(moved=0.12)).caveat


def test_overdispersion_is_one_for_chance_and_more_beyond_it():
    rng = np.random.default_rng(8)
    chance = pd.DataFrame(rng.poisson(300, (240, 2)), columns=["target", "near"])
    assert row(chance, start=120).overdispersion == pytest.approx(1, abs=0.25)
    # Dirichlet-multinomial: 1 + (n - 1) / (concentration + 1).
    shares = rng.dirichlet([150, 150], 240)
    mixed = pd.DataFrame(rng.multinomial(600, shares), columns=["target", "near"])
    assert row(mixed, start=120).overdispersion == pytest.approx(1 + 599 / 301, rel=0.25)


@settings(max_examples=15, deadline=None)
@given(st.permutations(["target", "near", "far"]), st.integers(0, 50))
def test_the_order_of_columns_does_not_matter_and_nothing_is_changed(order, seed):
    counts = table(seed=seed, moved=0.05)
    before = counts.copy()
    pd.testing.assert_series_equal(row(counts), row(counts[order]))
    pd.testing.assert_frame_equal(counts, before)


def test_rows_may_come_in_any_order_and_positions_do_for_dates():
    counts = table(moved=0.1)
    pd.testing.assert_series_equal(row(counts), row(counts.sample(frac=1, random_state=1)))
    plain = counts.reset_index(drop=True)
    assert row(plain, start=36).p_value == pytest.approx(row(counts).p_value)
    stamped = counts.set_axis(counts.index.to_timestamp())
    assert row(stamped, start="2013-04-17").p_value == pytest.approx(row(counts).p_value)


def test_a_missing_month_is_left_out_and_said():
    counts = table(moved=0.12)
    counts.loc["2012-01", "far"] = np.nan
    found = row(counts)
    assert found.n == 71
    assert "missing" in found.caveat
    pd.testing.assert_series_equal(found, row(counts.drop(counts.index[21])))


def test_few_cases_and_short_series_are_said():
    found = row(table(mean=3.0))
    assert "Fewer than five" in found.caveat
    short = row(table(months=24), start="2011-04")
    assert "Less than two years" in short.caveat
    assert "seasons" not in short.method


def test_months_without_any_case_do_no_harm():
    counts = table(mean=1.0)
    assert (counts == 0).any(axis=None)
    assert np.isfinite(row(counts).p_value)


def test_columns_are_those_promised():
    found = reclassification(
        table(), target="target", neighbours=["near"], start=pd.Period("2013-04")
    )
    assert list(found.columns) == [
        *("target", "neighbour", "estimate", "lower", "upper", "moved", "p_value"),
        *("p_target", "p_neighbour", "p_mix", "p_sum", "verdict", "overdispersion"),
        *("n", "method", "caveat"),
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"start": "2011-01"}, "found 9 and 63"),
        ({"start": "2030-01"}, "start lies in the series"),
        ({"near": ["neer"]}, "no category 'neer'. Did you mean 'near'"),
        ({"near": []}, "at least one neighbour"),
        ({"near": ["target"]}, "one role, found in two: 'target'"),
        ({"controls": ["near"]}, "one role, found in two: 'near'"),
        ({"controls": "far"}, r"controls is a list of categories: \['far'\]"),
        ({"level": 95}, "level lies between 0 and 1"),
    ],
)
def test_what_is_asked_amiss_is_refused_with_what_to_do(options, says):
    with pytest.raises(InputError, match=says):
        row(table(), **options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.assign(near=7), "never vary show no change: 'near'"),
        (lambda t: t.assign(target=-t.target), "zero or more, found -"),
        (lambda t: t.assign(target=t.target.where(t.index >= "2013-04", 0)), "no case before"),
        (lambda t: t.assign(near="many"), "holds numbers"),
        (lambda t: t.assign(near=np.nan), "no month in which all are known"),
        (lambda t: t.set_axis(["target", "near", "near"], axis=1), "each named once"),
        (lambda t: pd.concat([t, t]), "more than one value"),
        (lambda t: t.iloc[::3], "one row a month"),
    ],
)
def test_counts_that_bear_no_comparison_are_refused(change, says):
    with pytest.raises(InputError, match=says):
        row(change(table()))


def test_one_neighbour_given_as_a_word_is_refused():
    with pytest.raises(InputError, match=r"neighbours is a list of categories: \['near'\]"):
        reclassification(table(), target="target", neighbours="near", start="2013-04")


def test_one_guess_at_what_carries_over_is_generalised_least_squares(monkeypatch):
    monkeypatch.setattr(_carryover, "_FADING", (0.5,))
    _carryover._guesses.cache_clear()
    rng = np.random.default_rng(2)
    values, time = rng.standard_normal(40), np.arange(40)
    design = np.column_stack([np.ones(40), time >= 20]).astype(float)
    found = _carryover.effect(
        values[:, None], design, np.array([0.0, 1.0]), time=time, drifting=0.0
    )
    fit = sm.GLS(values, design, sigma=0.5 ** np.abs(np.subtract.outer(time, time))).fit()
    assert found.estimate.item() == pytest.approx(fit.params[1])
    assert found.no_change().item() == pytest.approx(fit.pvalues[1])
    lower, upper = found.interval(0.9)
    assert [lower.item(), upper.item()] == pytest.approx(fit.conf_int(0.1)[1].tolist())
    _carryover._guesses.cache_clear()


def test_the_drift_of_the_nile_is_that_of_the_textbook():
    # Durbin & Koopman (2012), 2.2: variances 15,099 of passing noise and 1,469 of the drift.
    flow = sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
    found = _carryover.effect(
        flow[:, None], np.ones((100, 1)), np.ones(1), time=np.arange(100), drifting=1.0
    )
    likeliest = _carryover._DRIFTING[int(found.weights[:, 0].argmax())]
    assert likeliest == min(_carryover._DRIFTING, key=lambda q: abs(np.log(q / (1469 / 15099))))


def test_series_that_carry_over_raise_no_more_alarms_than_they_should():
    rng = np.random.default_rng(6)
    noise = rng.standard_normal((72, 400))
    for month in range(1, 72):
        noise[month] += 0.6 * noise[month - 1]
    design = np.column_stack([np.ones(72), np.arange(72) >= 36]).astype(float)
    found = _carryover.effect(
        noise, design, np.array([0.0, 1.0]), time=np.arange(72), drifting=0.05
    )
    assert 0.01 < (found.no_change() < 0.05).mean() < 0.08


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_a_move_of_londons_burglaries_would_be_seen_and_none_is():
    rows = tables.read(REAL / OLD_LONG, "mps_recorded_crime")
    wide = rows.groupby(["month", "offence"]).offences.sum().unstack().astype(float)
    wide = wide[["Domestic burglary", "Criminal damage", "Shoplifting", "Bicycle theft"]]
    asked = {"target": "Domestic burglary", "neighbours": ["Criminal damage"], "start": "2013-04"}
    assert reclassification(wide, **asked).verdict.item() == "no fall"
    later = wide.index >= "2013-04-01"
    moved = (0.15 * wide["Domestic burglary"] * later).round()
    bent = wide.assign(
        **{
            "Domestic burglary": wide["Domestic burglary"] - moved,
            "Criminal damage": wide["Criminal damage"] + moved,
        }
    )
    assert reclassification(bent, **asked).verdict.item() == "matching rise"
