"""A jump in a density is measured, and nothing else is taken for one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import _local_density, _recorded_grid, _rounded_counts, density
from pvtools.stats._rounded_counts import Jump

from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")


def times(n: int, seed: int, moved: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = 11.5 * np.exp(0.55 * rng.standard_normal(n))
    late = (found > 15) & (found < 19) & (rng.random(n) < moved)
    found[late] = 15 - np.minimum(rng.exponential(0.35, late.sum()), 1.4)
    return found


def jump(values, threshold=15.0, **asked) -> pd.Series:
    return density.discontinuity(values, threshold=threshold, **asked).iloc[0]


def even(below: int, above: int) -> np.ndarray:
    """Values spread evenly, so many below 10 and so many above it, up to 20."""
    return np.concatenate([(np.arange(n) + 0.5) / n * 10 for n in (below, above)]) + np.repeat(
        [0, 10], [below, above]
    )


def test_the_row_has_the_agreed_columns_in_their_order():
    assert list(density.discontinuity(times(500, 1), threshold=15)) == [
        "estimate",
        "lower",
        "upper",
        "stderr",
        "p_value",
        "log_ratio",
        "bandwidth_met",
        "bandwidth_missed",
        "n",
        "n_met",
        "n_missed",
        "method",
        "threshold",
        "met",
        "caveat",
    ]


def test_a_known_jump_between_two_uniform_densities_is_found_exactly():
    row = jump(even(1200, 800), 10)
    # 60% of the cases within 10 units, 40% within the next 10.
    assert row.estimate == pytest.approx(0.06 - 0.04, abs=2e-4)
    assert row.log_ratio == pytest.approx(np.log(1.5), abs=0.01)
    assert row.lower < row.estimate < row.upper


def test_a_known_jump_between_two_densities_of_whole_minutes_is_found():
    minutes = np.concatenate([np.repeat(np.arange(1, 16), 600), np.repeat(np.arange(16, 31), 400)])
    row = jump(minutes)
    assert row.method.startswith("jump in a smooth density of counts")
    assert row.estimate == pytest.approx((600 - 400) / minutes.size, rel=0.02)
    assert row.log_ratio == pytest.approx(np.log(1.5), rel=0.02)
    assert row.p_value < 1e-6


def test_no_jump_in_an_even_spread_is_no_jump():
    assert jump(even(1000, 1000), 10).estimate == pytest.approx(0, abs=1e-4)
    row = jump(np.repeat(np.arange(1, 61), 50), 30)
    assert row.log_ratio == pytest.approx(0, abs=1e-6)
    assert row.p_value == pytest.approx(1)


def test_the_slope_of_a_cubic_distribution_function_is_found_exactly():
    # F(u) = 0.5u + 0.3u² + 0.2u³ on 0–1 has density 0.5 at zero.
    at = (np.arange(20_000) + 1) / 20_000
    grid = np.linspace(0, 1, 400_001)
    away = np.interp(at, 0.5 * grid + 0.3 * grid**2 + 0.2 * grid**3, grid)
    value, _ = _local_density._derivative(away, away.size, 0.8, 3, 1)
    assert value == pytest.approx(0.5, abs=1e-4)
    assert _local_density._derivative(away, away.size, 0.8, 3, 2)[0] == pytest.approx(0.6, abs=0.01)


def test_the_kernel_constants_are_those_of_a_local_quadratic_at_an_edge():
    # By hand from the moments of 1 − u on 0–1: bias −3/7, variance 40/7.
    bias, variance = _local_density._constants(2, 1)
    assert bias == pytest.approx(-3 / 7, rel=1e-5)
    assert variance == pytest.approx(40 / 7, rel=1e-5)


def test_the_standard_error_is_that_of_the_jackknife_and_of_repetition():
    away = np.sort(np.random.default_rng(3).random(400))
    _, stderr = _local_density._derivative(away, 400, 0.5, 3, 1)

    def without(i: int) -> float:
        return _local_density._derivative(np.delete(away, i), 399, 0.5, 3, 1)[0]

    left_out = np.array([without(i) for i in range(400)])
    jackknife = np.sqrt(399 / 400 * np.sum((left_out - left_out.mean()) ** 2))
    assert stderr == pytest.approx(jackknife, rel=0.05)
    rng = np.random.default_rng(4)
    again = [
        _local_density._derivative(np.sort(rng.random(400)), 400, 0.5, 3, 1)[0] for _ in range(800)
    ]
    assert np.mean(again) == pytest.approx(1, abs=0.03)
    assert stderr == pytest.approx(np.std(again), rel=0.15)


def test_a_mirrored_sample_gives_the_mirrored_answer():
    values = times(2000, 5, moved=0.3)
    row, mirrored = jump(values), jump(-values, -15, met=">=")
    for name in ("estimate", "lower", "stderr", "p_value", "bandwidth_met", "n_met"):
        assert row[name] == pytest.approx(mirrored[name])
    swapped = jump(values, met=">")
    assert swapped.estimate == pytest.approx(-row.estimate)
    assert swapped.bandwidth_met == pytest.approx(row.bandwidth_missed)


@pytest.mark.parametrize(("scale", "shift"), [(60.0, 0.0), (1.0, 1000.0), (1 / 60, -3.0)])
def test_unit_and_origin_of_continuous_values_do_not_matter(scale, shift):
    values = times(2000, 6, moved=0.2)
    row, other = jump(values), jump(values * scale + shift, 15 * scale + shift)
    assert other.p_value == pytest.approx(row.p_value, rel=1e-5)
    assert other.estimate * scale == pytest.approx(row.estimate, rel=1e-5)
    assert other.bandwidth_met == pytest.approx(row.bandwidth_met * scale, rel=1e-5)


def test_the_unit_of_values_on_a_grid_does_not_matter():
    minutes = np.ceil(times(4000, 7, moved=0.2))
    row = jump(minutes)
    other = jump(minutes / 60, 15 / 60, round_numbers=(5 / 60, 10 / 60, 15 / 60, 30 / 60, 1))
    assert other.p_value == pytest.approx(row.p_value, rel=1e-4)
    assert other.estimate / 60 == pytest.approx(row.estimate, rel=1e-4)


def test_within_and_under_differ_by_a_whole_minute():
    minutes = np.ceil(times(4000, 8, moved=0.3))
    within, under, under_next = jump(minutes), jump(minutes, met="<"), jump(minutes, 16, met="<")
    assert within.n_met - under.n_met == (minutes == 15).sum()
    assert within.p_value < 0.001
    assert within.p_value == under_next.p_value
    assert under.estimate != pytest.approx(within.estimate)


def test_the_data_choose_the_test():
    values = times(5000, 9)
    assert jump(values).method == "local polynomial density test"
    assert jump(np.ceil(60 * values), 900).method == "local polynomial density test"
    counted = jump(np.ceil(values))
    assert counted.method == "jump in a smooth density of counts, rounding to 5 allowed for"
    assert "steps of 1, too coarse" in counted.caveat


def test_seconds_heaped_on_minutes_are_counted_and_the_share_is_said():
    rng = np.random.default_rng(10)
    seconds = np.ceil(60 * times(5000, 10))
    seconds = np.where(rng.random(5000) < 0.3, 60 * np.rint(seconds / 60), seconds)
    row = jump(seconds, 900)
    assert "60 allowed for" in row.method
    assert "of records are rounded to multiples of" in row.caveat
    assert row.p_value > 0.05
    smooth, below = seconds + rng.random(5000) - 1, seconds <= 900
    assert (
        _local_density.edge(np.sort(900 - smooth[below]), 5000, 390.0).density
        > 1.3 * row.estimate
        + 1.3 * _local_density.edge(np.sort(smooth[~below] - 900), 5000, 390.0).density
    ), "the heap must look a jump to a test that knows no heaps"


def test_a_heap_at_the_threshold_is_no_jump_but_a_move_to_it_is():
    rng = np.random.default_rng(11)

    def rounded(minutes: np.ndarray) -> np.ndarray:
        return np.where(rng.random(minutes.size) < 0.2, 5 * np.rint(minutes / 5), minutes)

    clean = jump(rounded(np.ceil(times(20_000, 12))))
    gamed = jump(rounded(np.ceil(times(20_000, 12, moved=0.2))))
    assert clean.p_value > 0.05
    assert gamed.p_value < 0.001
    assert gamed.estimate > 0
    assert "The threshold is a round number" in clean.caveat
    assert "rounded to multiples of 5" in clean.caveat


def test_a_move_to_a_round_threshold_is_not_explained_away_as_rounding_to_it():
    row = jump(np.ceil(times(5000, 1, moved=0.2)))
    assert "15" not in row.method
    assert row.p_value < 0.001


def test_it_fires_about_as_often_as_it_says_on_clean_samples():
    # 0.05 ± three simulation errors.
    fired = np.mean([jump(times(1000, 1000 + i)).p_value < 0.05 for i in range(400)])
    assert 0.017 <= fired <= 0.083
    fired = np.mean([jump(np.ceil(times(1000, 2000 + i))).p_value < 0.05 for i in range(150)])
    assert fired <= 0.1


def test_the_p_value_and_the_interval_say_the_same():
    rows = pd.DataFrame([jump(times(800, i, moved=0.15)) for i in range(60)])
    counted = pd.DataFrame([jump(np.ceil(times(800, i, moved=0.15))) for i in range(60)])
    for table in (rows, counted):
        apart = (table.lower > 0) | (table.upper < 0)
        assert ((table.p_value < 0.05) == apart).all()
        assert 0 < apart.sum() < 60
        assert ((table.lower < table.estimate) & (table.estimate < table.upper)).all()


def test_a_wider_level_gives_a_wider_interval_and_the_same_estimate():
    for values in (times(1000, 13), np.ceil(times(1000, 13))):
        narrow, wide = jump(values, level=0.8), jump(values, level=0.99)
        assert wide.lower < narrow.lower < narrow.estimate == wide.estimate
        assert wide.upper > narrow.upper


def test_input_is_not_changed_and_its_order_does_not_matter():
    values = np.ceil(times(1000, 14))
    kept = values.copy()
    first = jump(values)
    assert (values == kept).all()
    assert jump(values[::-1]).equals(first)


def test_missing_values_are_left_out_and_said():
    values = times(1000, 15)
    row = jump(np.append(values, [np.nan, np.nan]))
    assert row.n == 1000
    assert row.estimate == jump(values).estimate
    assert "2 of 1,002 values are missing" in row.caveat


def test_ties_on_no_grid_are_doubted():
    values = times(1000, 16)
    row = jump(np.concatenate([values, values[:300]]))
    assert row.method == "local polynomial density test"
    assert "repeat another" in row.caveat


def test_a_side_with_nothing_beside_the_threshold_is_doubted():
    minutes = np.concatenate([np.repeat(np.arange(1, 16), 60), np.repeat(np.arange(25, 40), 60)])
    row = jump(minutes)
    assert "Only 0 cases lie within 4 of the threshold on one side" in row.caveat
    assert np.isfinite([row.lower, row.upper, row.stderr]).all()
    assert row.estimate > 0


def test_many_equal_values_at_the_threshold_are_a_jump_with_a_doubt():
    rng = np.random.default_rng(19)
    row = jump(np.where(rng.random(2000) < 0.5, 15.0, rng.uniform(0, 60, 2000)))
    assert row.p_value < 0.001
    assert "repeat another" in row.caveat


def test_values_far_from_zero_are_on_their_grid_all_the_same():
    minutes = np.ceil(times(2000, 20))
    row = jump(minutes + 1e9, 15 + 1e9)
    assert row.n_met == (minutes <= 15).sum()
    assert row.p_value > 0.01


def test_a_threshold_in_another_unit_is_asked_about():
    seconds = 60 * times(20_000, 17)
    with pytest.raises(
        InputError,
        match=r"outside the values.*in seconds and the threshold in minutes.*threshold=900",
    ):
        jump(seconds)
    with pytest.raises(InputError, match=r"in minutes and the threshold in seconds.*threshold=15"):
        jump(times(2000, 17), 900)
    few = np.concatenate([seconds, np.linspace(5, 14, 40)])
    assert "Are the values in seconds and the threshold in minutes?" in jump(few).caveat
    with pytest.raises(InputError) as no_question:
        jump(seconds, 1e9)
    assert "?" not in str(no_question.value)


@pytest.mark.parametrize(
    ("values", "asked", "says"),
    [
        ([1.0] * 100, {}, "all 100 values are 1, and a constant"),
        ([], {}, "there are no values"),
        ([np.nan] * 50, {}, "there are no values"),
        (["soon"], {}, "expected numbers"),
        ([1.0, np.inf, 2.0], {}, "1 that are not"),
        (np.linspace(0, 16, 200), {}, "30 cases or more.*13 above"),
        (np.repeat(np.arange(13, 30), 40), {}, "five different ones.*3 below"),
        (np.linspace(0, 30, 200), {"met": "=<"}, "met is one of <=, <, >=, >"),
        (np.linspace(0, 30, 200), {"level": 95}, "between 0 and 1, found 95"),
        (np.linspace(0, 30, 200), {"threshold": np.nan}, "threshold is a number"),
        (np.linspace(0, 30, 200), {"round_numbers": (5, 0)}, "above 0"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(values, asked, says):
    with pytest.raises(InputError, match=f"Cannot test a density.*{says}"):
        jump(values, **{"threshold": 15, **asked})


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError, match=r"met is one of.*level lies.*constant"):
        jump([3.0] * 40, met="within", level=2)


def test_a_grid_is_found_with_its_step_and_origin():
    rng = np.random.default_rng(18)
    whole = rng.integers(1, 60, 500).astype(float)
    assert _recorded_grid.find(whole) == _recorded_grid.Grid(1.0, 0.0)
    hours = _recorded_grid.find(whole / 60)
    assert hours.step == pytest.approx(1 / 60)
    assert hours.multiples((1 / 4, 1, 0.01)) == (15, 60)
    halves = _recorded_grid.find(whole + 0.5)
    assert (halves.step, abs(halves.origin), halves.multiples((5, 10))) == (1.0, 0.5, ())
    assert _recorded_grid.find(rng.random(500)) is None
    # no two lie one apart, and yet all are whole numbers
    assert _recorded_grid.find(np.repeat([4.0, 6, 9], 20)) == _recorded_grid.Grid(1.0, 0.0)


def test_spreading_keeps_every_value_in_its_own_step():
    whole = np.array([3.0, 1.0, 1.0, 2.0, 1.0, 3.0])
    spread = _recorded_grid.spread(whole, _recorded_grid.Grid(1.0, 0.0))
    assert spread == pytest.approx([1 - 1 / 3, 1, 1 + 1 / 3, 2, 2.75, 3.25])


def test_the_fit_recovers_a_jump_and_a_share_it_was_made_from():
    cells = np.arange(1, 61)
    place = Jump(30.5, True, 4.0)
    smooth = 400 * np.exp(-(((cells - 25) / 20) ** 2) / 2)
    latent = smooth * np.exp(0.5 * np.where(cells < 30.5, 0.5, -0.5))
    moves = _rounded_counts._rounding(cells, 5)
    found = _rounded_counts.fit(
        0.7 * latent + 0.3 * (moves @ latent), 1, multiples=(5,), jump=place
    )
    assert found.jump == pytest.approx(0.5, abs=0.02)
    assert found.shares == pytest.approx([0.3], abs=0.003)
    assert found.level == pytest.approx(400 * np.exp(-((5.5 / 20) ** 2) / 2), rel=0.02)
    assert found.dispersion == 1


def test_rounding_moves_records_to_the_nearest_multiple_and_loses_none():
    cells = np.arange(0, 41)
    for multiple in (5, 10):
        moves = _rounded_counts._rounding(cells, multiple).toarray()
        assert moves.sum(axis=0) == pytest.approx(1)
        assert moves[cells % multiple != 0].sum() == 0
    assert moves[10, 5] == moves[0, 5] == 0.5


@pytest.mark.real_data
@real_data
def test_the_brigade_shows_no_jump_at_its_six_minutes():
    table = pd.read_csv(REAL / "lfb_dwelling_fires_2009.csv")
    row = jump(table["FirstPumpArriving_AttendanceTime"], 360)
    assert (row.n, row.n_met, row.caveat) == (6708, 4773, "")
    assert row.method == "local polynomial density test"
    assert row.p_value > 0.2
    assert jump(np.ceil(table["FirstPumpArriving_AttendanceTime"] / 60), 6).p_value > 0.2


@pytest.mark.real_data
@real_data
def test_rounded_times_of_searches_are_no_jump_at_any_hour():
    table = pd.read_csv(REAL / "2022-08-metropolitan-stop-and-search.csv.gz")
    when = pd.to_datetime(table["Date"], utc=True)
    minutes = 60 * when.dt.hour + when.dt.minute
    rows = pd.DataFrame([jump(minutes, hour * 60) for hour in (12, 15, 18, 20, 21)])
    assert rows["caveat"].str.contains("rounded to multiples").all()
    assert (rows["p_value"] > 0.01).all()


#: seed, cases, share moved, bandwidths, then density beyond and within the target with their
#: standard errors, as rddensity 3.0 gives them on the same made-up times at these bandwidths
ELSEWHERE = (
    (1, 2000, 0.0, 5.0, 5.0, 0.042268, 0.028327, 0.007610, 0.007941),
    (3, 5000, 0.2, 4.0, 3.0, 0.040272, 0.092454, 0.005041, 0.007889),
    (4, 20_000, 0.1, 2.5, 2.5, 0.039520, 0.070546, 0.003178, 0.003994),
)


@pytest.mark.parametrize("case", ELSEWHERE, ids=lambda case: f"seed {case[0]}")
def test_densities_at_the_edge_are_those_of_an_independent_implementation(case):
    seed, n, share, wide, narrow, late, met, late_error, met_error = case
    rng = np.random.default_rng(seed)
    minutes = rng.lognormal(np.log(11.5), 0.55, n)
    near = (minutes > 15) & (minutes < 19) & (rng.random(n) < share)
    minutes[near] = 15 - np.minimum(rng.exponential(0.35, near.sum()), 1.4)
    within, beyond = np.sort(15 - minutes[minutes <= 15]), np.sort(minutes[minutes > 15] - 15)
    ours = [
        *_local_density._derivative(beyond, n, wide, 3, 1),
        *_local_density._derivative(within, n, narrow, 3, 1),
    ]
    assert ours[::2] == pytest.approx([late, met], rel=1e-3)
    assert ours[1::2] == pytest.approx([late_error, met_error], rel=0.04)
