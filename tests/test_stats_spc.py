"""A process chart knows its rules, and how often they raise a false alarm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from pvtools.errors import InputError
from pvtools.stats import _control_rules, spc

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rate of ten batches
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
UP, DOWN = "special cause improvement", "special cause concern"


@pytest.fixture(autouse=True)
def _fewer_simulations(monkeypatch):
    """The rate reported beside a verdict is not what most of these tests are about."""
    monkeypatch.setattr("pvtools.stats._false_alarms._CELLS", 100_000)
    monkeypatch.setattr("pvtools.stats._false_alarms._SERIES", 4_000)
    spc._false_alarms.calibrate.cache_clear()
    spc._false_alarms.measure.cache_clear()
    yield
    spc._false_alarms.calibrate.cache_clear()
    spc._false_alarms.measure.cache_clear()


def wobble(*tail: float, n: int = 12) -> list[float]:
    """Return a steady series around zero that raises no alarm by itself, and what follows."""
    return [*np.tile([1.0, -1.0, 0.5, -0.5], n)[:n], *tail]


def test_limits_meet_the_values_of_the_handbook():
    row = spc.xmr(FLOW).iloc[0]
    assert row.centre == pytest.approx(50.81)
    # the handbook divides by 1.128, we multiply by 2.66
    assert row.upper == pytest.approx(55.8041, abs=2e-3)
    assert row.lower == pytest.approx(45.8159, abs=2e-3)
    assert spc.xmr(FLOW).moving_range[1:].mean() == pytest.approx(1.8778, abs=5e-5)


def test_columns_are_those_promised():
    assert list(spc.xmr(FLOW).columns) == [
        *("value", "centre", "lower", "upper", "moving_range", "point_type", "rule", "caveat"),
        *("phase", "family_false_alarm"),
    ]


def test_a_point_outside_the_limits_is_a_special_cause():
    table = spc.xmr(wobble(9.0, 0.5, -0.5), baseline=12)
    assert table.rule[12] == _control_rules.OUTSIDE
    assert table.point_type[12] == UP
    assert set(table.point_type.drop(12)) == {"common cause"}


def test_which_direction_is_better_decides_between_improvement_and_concern():
    for better, kind in (("higher", UP), ("lower", DOWN), ("neither", "special cause, neither")):
        table = spc.xmr(wobble(9.0), improvement=better, baseline=12)
        assert table.point_type[12] == kind
    assert spc.xmr(wobble(-9.0), baseline=12).point_type[12] == DOWN


def test_seven_on_one_side_are_a_run_and_six_are_not():
    seven = spc.xmr(wobble(*[0.4, 0.6] * 3, 0.4), baseline=12)
    assert (seven.rule[12:] == _control_rules.RUN).all()
    assert (seven.point_type[12:] == UP).all()
    assert (seven.rule[:12] == "").all()
    assert (spc.xmr(wobble(*[0.4, 0.6] * 3), baseline=12).rule == "").all()


def test_six_steps_in_one_direction_are_a_trend_of_seven_points():
    rising = [-0.6, -0.5, -0.4, -0.3, 0.3, 0.4, 0.5]
    table = spc.xmr(wobble(-1.0, *rising[1:]), baseline=12)
    assert (table.rule[12:] == _control_rules.TREND).all()
    assert (table.point_type[12:] == UP).all()
    assert (spc.xmr(wobble(*rising[1:]), baseline=12).rule[13:] == "").all()
    assert spc.xmr(wobble(*[-v for v in (-1.0, *rising[1:])]), baseline=12).point_type[18] == DOWN


def test_two_of_three_near_a_limit_count_only_on_one_side():
    limit = spc.xmr(wobble(), baseline=12).upper[0]
    near = 0.8 * limit
    table = spc.xmr(wobble(near, 0.1, near), baseline=12)
    assert table.rule[12:].tolist() == [_control_rules.NEAR, "", _control_rules.NEAR]
    across = spc.xmr(wobble(near, -0.1, near), baseline=12)
    assert (across.rule == "").all()


def test_a_missing_month_breaks_runs_and_ranges_and_is_no_zero():
    whole = spc.xmr(wobble(*[0.4, 0.6] * 3, 0.4), baseline=12)
    broken = spc.xmr(wobble(*[0.4, 0.6] * 2, np.nan, *[0.4, 0.6] * 2), baseline=12)
    assert (whole.rule != "").any()
    assert (broken.rule == "").all()
    assert broken.point_type[16] == "missing"
    assert "No figure" in broken.caveat[16]
    assert broken.moving_range[[16, 17]].isna().all()
    assert broken.centre[0] == whole.centre[0]


def test_one_wild_point_does_not_hide_behind_the_limits_it_widens():
    screened = spc.xmr(wobble(20.0, 1.0, -1.0))
    plain = 2.66 * screened.moving_range.mean()
    assert screened.upper[0] - screened.centre[0] < plain
    assert _control_rules.OUTSIDE in screened.rule[12]
    # where all other ranges are zero there would be nothing left to make limits from
    flat = spc.xmr([5.0] * 8 + [9.0])
    assert flat.upper[0] > flat.lower[0]
    assert _control_rules.OUTSIDE in flat.rule[8]


def test_a_baseline_keeps_what_follows_out_of_the_limits():
    calm = spc.xmr(wobble(0.0, 0.0), baseline=12)
    wild = spc.xmr(wobble(50.0, -50.0), baseline=12)
    assert calm[["centre", "lower", "upper"]].equals(wild[["centre", "lower", "upper"]])


def test_limits_start_anew_only_with_a_reason_and_say_so():
    values = wobble() + [10 + v for v in wobble()]
    table = spc.xmr(values, rebase=((12, "new recording system"),))
    assert table.phase.tolist() == [0] * 12 + [1] * 12
    assert table.caveat[12] == "Limits start anew here: new recording system."
    assert (table.rule == "").all()
    assert np.isnan(table.moving_range[12])
    assert table.centre[23] - table.centre[0] == pytest.approx(10)
    assert (spc.xmr(values).rule != "").any()


def test_short_series_are_provisional_and_very_short_ones_get_no_verdict():
    assert (spc.xmr(FLOW).caveat.str.contains("provisional")).all()
    assert (spc.xmr(wobble()).caveat == "").all()
    for few in ([1.0, 2.0, 3.0], [1.0, np.nan, 2.0, np.nan, 3.0, np.nan, 9.0], [np.nan, np.nan]):
        table = spc.xmr(few)
        assert set(table.point_type) <= {"no verdict", "missing"}
        assert (table.caveat != "").all()


@pytest.mark.parametrize("still", [[5.0] * 20, [0.0] * 20, [0.1 + 0.2, 0.3] * 10])
def test_figures_that_do_not_vary_get_no_limits_rather_than_none_apart(still):
    table = spc.xmr(still)
    assert table.lower.isna().all()
    assert set(table.point_type) == {"no verdict"}
    assert set(table.caveat) == {"No limits: the figures do not vary."}


def test_limits_are_never_narrower_than_the_sampling_error():
    values = [0.65, 0.65, 0.69, 0.55, 0.53, 0.46, 0.45, 0.46, 0.45]
    alone, sampled = spc.xmr(values), spc.xmr(values, stderr=0.038)
    assert (alone.rule == _control_rules.OUTSIDE).sum() == 7
    assert (sampled.rule == _control_rules.OUTSIDE).sum() == 1
    assert sampled.upper[0] - sampled.centre[0] == pytest.approx(3 * 0.038, rel=1e-3)
    assert sampled.caveat.str.endswith("Limits rest on the sampling error.").all()
    assert spc.xmr(values, stderr=[0.001] * 9).equals(alone)
    for wrong in (-0.1, [0.1, 0.1], ["much"]):
        with pytest.raises(InputError):
            spc.xmr(values, stderr=wrong)


@settings(max_examples=30)
@given(
    st.lists(st.one_of(st.floats(-100, 100), st.just(float("nan"))), min_size=1, max_size=30),
    st.floats(0.1, 10),
)
def test_unit_and_direction_do_not_change_what_is_seen(values, unit):
    plain, turned = spc.xmr(values), spc.xmr([-unit * v for v in values], improvement="lower")
    drawn = plain.centre.notna() & turned.centre.notna()
    # at the very edge a rounding error may decide; elsewhere it must not
    edge = (plain.value - plain.centre).abs()
    clear = drawn & (edge > 1e-6) & ((edge - (plain.upper - plain.centre)).abs() > 1e-6)
    outside = plain.rule.str.contains(_control_rules.OUTSIDE)
    assert (outside == turned.rule.str.contains(_control_rules.OUTSIDE))[clear].all()
    assert (outside == ((plain.value > plain.upper) | (plain.value < plain.lower)))[drawn].all()
    assert (plain.point_type[plain.value.isna()] == "missing").all()
    assert (plain.caveat != "")[plain.centre.isna()].all()


def test_the_index_of_a_series_is_kept_and_missing_integers_are_missing():
    months = pd.period_range("2024-01", periods=12, freq="M")
    values = pd.Series([5, 6, 4, 5, None, 6, 4, 5, 6, 5, 4, 6], index=months, dtype="Int64")
    table = spc.xmr(values)
    assert table.index.equals(months)
    assert table.point_type["2024-05"] == "missing"


def test_false_alarms_of_the_four_rules_are_those_measured():
    # 24 steady points: outside .094, run .091, trend .005, two of three .031, any .19
    steady = np.random.default_rng(7).standard_normal((4000, 24))
    drawn = _control_rules.chart(steady, (0,), None)
    found = _control_rules.signals(steady, drawn, _control_rules.Rules(), (0,))
    rate = {name: signs.any(axis=1).mean() for name, signs in found.items()}
    wanted = {
        _control_rules.OUTSIDE: 0.094,
        _control_rules.RUN: 0.091,
        _control_rules.TREND: 0.005,
        _control_rules.NEAR: 0.031,
    }
    assert rate == pytest.approx(wanted, abs=0.02)
    assert spc.family_false_alarm(24) == pytest.approx(0.19, abs=0.025)
    assert spc.family_false_alarm(60) == pytest.approx(0.46, abs=0.04)
    assert spc.family_false_alarm(24, autocorrelation=0.3) == pytest.approx(0.47, abs=0.04)


def test_limits_of_a_known_process_raise_one_false_alarm_in_370_points():
    usual = _control_rules.USUAL_RANGE
    reach = _control_rules.Rules().reach * usual
    assert 1 / (2 * norm.sf(reach)) == pytest.approx(370.4, rel=0.01)
    # Setting the widest ranges aside narrows even steady limits, to one in 293.
    steady = np.random.default_rng(8).standard_normal((1, 200_000))
    cut = _control_rules.SCREEN * usual / np.sqrt(2)
    kept = usual * (1 - np.exp(-(cut**2) / 2)) / (2 * norm.cdf(cut) - 1)
    drawn = _control_rules.chart(steady, (0,), None)
    assert drawn.spread[0, 0] == pytest.approx(kept, rel=0.005)
    assert 1 / (2 * norm.sf(2.66 * kept)) == pytest.approx(293, rel=0.01)


@pytest.mark.parametrize(
    ("shift", "seen"), [(1, 0.60), (1.5, 0.83), (2, 0.95), (3, 0.998)], ids=str
)
def test_shifts_are_seen_as_often_as_measured(shift, seen):
    # 24 points and 12 shifted ones, limits from all of them
    series = np.random.default_rng(9).standard_normal((3000, 36))
    series[:, 24:] += shift
    drawn = _control_rules.chart(series, (0,), None)
    found = _control_rules.signals(series, drawn, _control_rules.Rules(), (0,))
    alarmed = np.any([signs.any(axis=1) for signs in found.values()], axis=0)
    assert alarmed.mean() == pytest.approx(seen, abs=0.03)


@pytest.mark.parametrize(("points", "baseline"), [(12, None), (24, None), (36, 24), (60, None)])
def test_a_calibrated_chart_seldom_raises_a_false_alarm(points, baseline):
    rate = spc.family_false_alarm(points, baseline=baseline, calibrated=True, seed=10)
    error = np.sqrt(0.05 * 0.95 / 1600)  # of calibration and measurement, both short here
    assert rate <= 0.05 + 2.5 * error * np.sqrt(2)


def test_a_calibrated_chart_is_never_easier_to_break():
    table = spc.xmr(wobble(9.0, n=24), baseline=24, calibrated=True)
    plain = spc.xmr(wobble(9.0, n=24), baseline=24)
    assert (table.upper >= plain.upper).all()
    assert table.point_type[24] == UP
    assert set(table.rule) == {"", _control_rules.OUTSIDE}
    assert table.family_false_alarm[0] < plain.family_false_alarm[0]


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        spc.xmr([1.0, np.inf], improvement="up", baseline=2, rebase=((1, " "), (5, "why")))
    for part in (
        "infinite",
        "'up'",
        "baseline is a whole number, 4 or more, not 2",
        "position and its reason",
        "found 5",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: spc.xmr([]),
        lambda: spc.xmr(["many"]),
        lambda: spc.xmr([[1.0, 2.0]]),
        lambda: spc.xmr(FLOW, rebase=((0, "from the start"),)),
        lambda: spc.xmr(FLOW, rebase=(5,)),
        lambda: spc.family_false_alarm(0),
        lambda: spc.family_false_alarm(24, autocorrelation=1),
        lambda: spc.family_false_alarm(24, baseline=1),
    ],
)
def test_what_cannot_be_drawn_is_refused(call):
    with pytest.raises(InputError):
        call()


@pytest.mark.parametrize(
    "asked", [{"rebase": 4}, {"baseline": 4.5}, {"baseline": "all"}, {"stderr": np.inf}]
)
def test_options_of_another_kind_are_refused_in_words(asked):
    with pytest.raises(InputError, match="Cannot draw a process chart"):
        spc.xmr([1, 2, 3, 4, 5, 4, 3, 2], **asked)
