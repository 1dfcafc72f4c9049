"""Moved cases are counted, rounded ones called rounded, and nothing is found where nothing is."""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import legendre

from pvtools.errors import InputError
from pvtools.stats import bunching
from pvtools.stats.bunching import _bins as bunching_bins
from pvtools.stats.bunching import _question, _rounding

from .real_files import REAL


def times(seed, n=5_000):
    return np.random.default_rng(seed).lognormal(np.log(11.5), 0.55, n)


def moved(minutes, every=5, threshold=15.0):
    """Return whole minutes of which each so-manieth late one was moved, and how many those are."""
    minutes = np.ceil(minutes)
    late = np.flatnonzero((minutes > threshold) & (minutes <= threshold + 4))[::every]
    minutes[late] = threshold
    return minutes, late.size


def row(values, threshold=15.0, **asked):
    return bunching.excess_mass(values, threshold=threshold, **asked).iloc[0]


def test_the_row_has_the_columns_it_promises():
    table = bunching.excess_mass(times(1), threshold=15)
    assert list(table.columns) == [
        "estimate", "lower", "upper", "stderr", "level", "p_value", "excess", "missing",
        "share_moved", "threshold", "met", "bin_width", "degree", "window_lower", "window_upper",
        "rounded_share", "dispersion", "n", "method", "caveat",
    ]  # fmt: skip
    assert len(table) == 1


def test_moved_cases_are_counted_and_lie_in_the_interval():
    found = []
    for seed in range(30):
        minutes, truth = moved(times(seed))
        found.append((row(minutes, n_boot=200), truth))
    estimates = np.array([r.estimate for r, _ in found])
    truths = np.array([truth for _, truth in found])
    assert estimates.sum() / truths.sum() == pytest.approx(1, abs=0.1)
    assert np.mean([r.lower <= t <= r.upper for r, t in found]) >= 0.8
    assert np.mean([r.p_value < 0.05 for r, _ in found]) >= 0.9
    assert np.mean([r.share_moved for r, _ in found]) == pytest.approx(0.2, abs=0.03)


def test_nothing_is_found_where_nothing_was_moved():
    p = np.array([row(np.ceil(times(seed)), n_boot=200).p_value for seed in range(60)])
    assert (p < 0.05).mean() <= 0.15  # nine of sixty: three standard errors above 5%
    assert p.mean() == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("whole", [False, True])
def test_rounding_is_called_rounding(whole):
    shares, p = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        minutes = times(seed)
        habit = rng.random(minutes.size) < 0.25
        minutes[habit] = 5 * np.rint(minutes[habit] / 5)
        found = row(np.ceil(minutes) if whole else minutes, n_boot=200)
        shares.append(found.rounded_share)
        p.append(found.p_value)
        assert "rounding to 5" in found.method
    assert np.mean(shares) == pytest.approx(0.25, abs=0.04)
    assert np.mean(np.array(p) < 0.05) <= 0.2


def test_the_counterfactual_is_that_of_a_poisson_regression_on_the_bins_outside():
    asked = {
        "threshold": 15.0, "degree": 2, "window": (13.0, 19.0), "round_numbers": (),
    }  # fmt: skip
    minutes, _ = moved(times(3))
    table = bunching.counterfactual(minutes, **asked)
    x = np.log((table.bin_lower + table.bin_upper) / 2)
    basis = legendre.legvander(np.asarray(x), 2)
    out = ~table.in_window
    model = sm.GLM(table.observed[out], basis[out], family=sm.families.Poisson()).fit()
    assert table.counterfactual.to_numpy() == pytest.approx(model.predict(basis), rel=1e-4)
    found = row(minutes, **asked)
    assert "log values" in found.method
    assert found.dispersion == pytest.approx(max(1, model.pearson_chi2 / model.df_resid), rel=1e-4)


def test_with_a_comparison_of_degree_zero_the_counterfactual_is_the_comparison_to_scale():
    minutes, _ = moved(times(3))
    before = np.ceil(times(4, 8_000))
    found = row(minutes, comparison=before, degree=0, window=(13, 19))

    def count(values, low, high):
        return np.count_nonzero((values > low) & (values <= high))

    table = bunching.counterfactual(
        minutes, threshold=15, comparison=before, degree=0, window=(13, 19)
    )
    ends = table.bin_lower.min(), table.bin_upper.max()
    outside = [count(v, ends[0], 13) + count(v, 19, ends[1]) for v in (minutes, before)]
    scale = outside[0] / outside[1]
    excess = count(minutes, 13, 15) - scale * count(before, 13, 15)
    missing = scale * count(before, 15, 19) - count(minutes, 15, 19)
    weight = count(before, 13, 15) / count(before, 13, 19)
    assert found.excess == pytest.approx(excess, rel=1e-4)
    assert found.missing == pytest.approx(missing, rel=1e-4)
    assert found.estimate == pytest.approx((1 - weight) * excess + weight * missing, rel=1e-4)


def test_with_a_comparison_the_fit_is_a_logistic_regression_on_bins():
    minutes, before = np.ceil(1.1 * times(3)), np.ceil(times(4))
    asked = {"threshold": 15, "comparison": before, "degree": 1, "window": (13, 19)}
    table = bunching.counterfactual(minutes, **asked)
    edges = np.append(table.bin_lower, table.bin_upper.iloc[-1])
    other = np.histogram(before - 0.5, edges)[0]
    scale = row(minutes, **asked).method.split(" in ")[-1]
    middle = np.asarray((table.bin_lower + table.bin_upper) / 2)
    basis = sm.add_constant(np.log(middle) if scale == "log values" else middle)
    use = np.asarray(~table.in_window) & (np.asarray(table.observed) + other > 0)
    counts = np.column_stack([table.observed, other])
    model = sm.GLM(counts[use], basis[use], family=sm.families.Binomial()).fit()
    assert table.counterfactual.to_numpy() == pytest.approx(
        other * np.exp(basis @ model.params), rel=1e-3, abs=1e-6
    )


def test_a_comparison_with_the_same_habits_takes_them_out():
    def recorded(seed):
        rng = np.random.default_rng(seed)
        minutes = np.ceil(times(seed, 20_000))
        habit = rng.random(minutes.size) < 0.05
        minutes[habit] = 15 * np.rint(minutes[habit] / 15)
        return minutes

    found = row(recorded(1), comparison=recorded(2))
    assert found.p_value > 0.05
    assert found.method.startswith("Difference-in-bunching")
    assert np.isnan(found.rounded_share)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), whole=st.booleans())
def test_looking_from_the_other_side_changes_nothing(seed, whole):
    values = moved(times(seed, 3_000))[0] if whole else times(seed, 3_000)
    for met, mirrored in (("<=", ">="), ("<", ">")):
        one = row(values, met=met, round_numbers=(5,), n_boot=100)
        other = row(-values, threshold=-15.0, met=mirrored, round_numbers=(5,), n_boot=100)
        for name in ("estimate", "excess", "missing", "rounded_share"):
            assert other[name] == pytest.approx(one[name], rel=1e-6, abs=1e-6)
        assert (other.window_lower, other.window_upper) == pytest.approx(
            (-one.window_upper, -one.window_lower)
        )


def test_seconds_and_minutes_give_one_answer():
    seconds = np.ceil(60 * times(5))
    one = row(seconds, threshold=900, round_numbers=(300,), bin_width=30)
    other = row(seconds / 60, threshold=15, round_numbers=(5,), bin_width=0.5)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-6)
    assert other.p_value == one.p_value


def test_within_and_under_differ_by_a_whole_bin():
    minutes, truth = moved(times(6))
    within = row(minutes, met="<=")
    assert within.p_value < 0.01
    # moved cases lie on 15 itself, which is too late for "under 15" and in time for "under 16"
    assert row(minutes, met="<", threshold=16).estimate == pytest.approx(within.estimate, rel=0.2)
    assert row(minutes, met="<").estimate < truth / 2


def test_a_higher_target_is_met_from_above():
    rng = np.random.default_rng(7)
    scores = np.rint(rng.normal(50, 12, 6_000).clip(1, 99))
    near = np.flatnonzero((scores >= 36) & (scores < 40))[::3]
    scores[near] = 40
    found = row(scores, threshold=40, met=">=", round_numbers=())
    assert found.p_value < 0.01
    assert found.lower <= near.size <= found.upper


def test_rounding_takes_from_each_bin_all_it_puts_elsewhere():
    question = _question.Question(np.ceil(times(1)), threshold=15, round_numbers=(5, 10))
    bins = bunching_bins.binned(_question.checked(question))
    for heap in _rounding.heaps(bins, (5.0, 10.0)):
        assert bins.held[heap.at] % heap.number == pytest.approx(0)
        inner = (bins.held >= heap.number) & (bins.held <= bins.held[heap.at].max())
        assert heap.takes.sum(axis=0)[inner] == pytest.approx(1)
    ten = _rounding.heaps(bins, (10.0,))[0]
    taken = dict(zip(bins.held, ten.takes[0], strict=True))  # by ten itself
    assert [taken[m] for m in (5, 6, 10, 14, 15, 16)] == pytest.approx([0.5, 1, 1, 1, 0.5, 0])


def test_counts_are_those_of_the_values():
    minutes = np.ceil(times(8))
    table = bunching.counterfactual(minutes, threshold=15)
    by_minute = pd.Series(minutes).value_counts()
    assert table.observed.tolist() == [by_minute.get(m, 0) for m in table.bin]
    assert table.observed.sum() >= 0.998 * minutes.size
    assert (table.meets_target == (table.bin <= 15)).all()


def test_the_row_is_that_of_the_table():
    minutes, _ = moved(times(9))
    found, table = row(minutes), bunching.counterfactual(minutes, threshold=15)
    window = table[table.in_window]
    stray = (window.observed - window.counterfactual).groupby(window.meets_target).sum()
    assert found.excess == pytest.approx(stray[True])
    assert found.missing == pytest.approx(-stray[False])
    assert (found.window_lower, found.window_upper) == (
        window.bin_lower.min(), window.bin_upper.max(),
    )  # fmt: skip
    assert ((table.lower <= table.counterfactual) & (table.counterfactual <= table.upper)).all()
    assert (table.upper > table.lower)[table.observed > 0].all()


def test_the_estimate_lies_between_excess_and_missing_mass():
    for seed in range(5):
        found = row(moved(times(seed))[0], n_boot=100)
        ends = sorted([found.excess, found.missing])
        assert ends[0] <= found.estimate <= ends[1]


def test_options_given_are_used():
    found = row(times(1), bin_width=0.5, window=(13, 18), degree=4, level=0.8, met="<")
    assert (found.bin_width, found.degree, found.level, found.met) == (0.5, 4, 0.8, "<")
    assert (found.window_lower, found.window_upper) == (13, 18)
    wide = row(times(1), bin_width=0.5, window=(13, 18), degree=4, level=0.99, met="<")
    assert wide.upper - wide.lower > found.upper - found.lower


def test_the_same_seed_gives_the_same_row_and_inputs_are_left_alone():
    values = times(1)
    values[3] = np.nan
    values.flags.writeable = False
    first, second = row(pd.Series(values)), row(list(values))
    pd.testing.assert_series_equal(first, second)
    assert row(values, seed=2).stderr != first.stderr


def test_missing_values_are_left_out_and_said():
    values = np.append(times(1), [np.nan, np.nan])
    found = row(values)
    assert found.n == values.size - 2
    assert found.caveat.startswith("2 missing values are left out.")
    assert found.estimate == row(times(1)).estimate


def test_cases_left_out_are_not_called_moved_without_a_word():
    minutes = np.ceil(times(2, 20_000))
    late = np.flatnonzero((minutes > 15) & (minutes <= 19))[::2]
    found = row(np.delete(minutes, late))
    assert found.missing > 3 * found.excess
    assert "left out rather than moved" in found.caveat


def test_times_that_are_all_round_are_said_to_hide_rounding():
    fives = 5 * np.ceil(times(3) * 1.2)
    found = row(fives, threshold=60)
    assert "All values are multiples of 5" in found.caveat
    assert found.bin_width == 5


def test_a_habit_of_rounding_not_listed_is_named():
    seconds = np.ceil(60 * times(3))
    habit = np.random.default_rng(1).random(seconds.size) < 0.2
    seconds[habit] = 300 * np.rint(seconds[habit] / 300)
    assert "multiples of 300: add it" in row(seconds, threshold=900).caveat
    known = row(seconds, threshold=900, round_numbers=(60, 300))
    assert known.p_value > 0.05
    assert known.rounded_share == pytest.approx(0.2, abs=0.05)


def test_a_round_threshold_that_stands_out_is_said_to_be_round():
    assert "round number" in row(moved(times(1))[0]).caveat
    assert "round number" not in row(np.ceil(times(1))).caveat


@pytest.mark.parametrize(
    ("values", "asked", "says"),
    [
        (["a"] * 60, {}, "numbers"),
        (np.ones((60, 2)), {}, "shape"),
        (np.append(times(1), np.inf), {}, "finite"),
        (times(1, 20), {}, "50 or more"),
        (np.full(100, 12.0), {}, "all 100 values are 12"),
        (times(1), {"threshold": 900}, "in minutes and the threshold in seconds.*threshold=15"),
        (60 * times(1), {}, "in seconds and the threshold in minutes.*threshold=900"),
        (times(1), {"threshold": 3000}, "lies within the values"),
        (times(1), {"threshold": np.nan}, "lies within the values"),
        (times(1), {"comparison": 60 * times(2)}, "one in seconds and the other in minutes"),
        (5 * np.ceil(times(1) / 5), {}, "5 bins or more.*3 below"),
        (np.ceil(times(1)), {"bin_width": 0.7}, "multiple of 1"),
        (times(1), {"bin_width": -1}, "wider than zero"),
        (times(1), {"met": "=<"}, "one of <=, <, >=, >"),
        (times(1), {"window": (16, 20)}, "holds the threshold"),
        (times(1), {"window": (0.1, 300)}, "outside the window"),
        (times(1), {"bin_width": "1"}, "wider than zero, found bin_width='1'"),
        (times(1), {"threshold": "15"}, "the threshold is a number, found '15'"),
        (times(1), {"window": 13}, "holds the threshold 15, found 13"),
        (times(1), {"round_numbers": ("five",)}, "round numbers are above zero"),
        (times(1), {"degree": 2.5}, "whole number"),
        (times(1), {"round_numbers": (0,)}, "above zero"),
        (times(1), {"n_boot": 10}, "n_boot is a whole number, 100 or more, not 10"),
        (times(1), {"level": 95}, "between 0 and 1"),
        (times(1), {"comparison": np.linspace(30, 60, 100)}, "stand in"),
    ],
)
def test_what_cannot_be_answered_is_refused(values, asked, says):
    asked = {"threshold": 15, **asked}
    for ask in (bunching.excess_mass, bunching.counterfactual, bunching.placebo):
        with pytest.raises(InputError, match=says):
            ask(values, **asked)


@pytest.mark.parametrize("ask", [bunching.excess_mass, bunching.counterfactual, bunching.placebo])
def test_the_arguments_of_each_function_are_shown_and_misspelt_ones_named(ask):
    shown = inspect.signature(ask).parameters
    assert next(iter(shown)) == "values"
    assert all(p.kind is p.KEYWORD_ONLY for p in list(shown.values())[1:])
    assert shown["threshold"].default is inspect.Parameter.empty
    assert shown["round_numbers"].default == (5, 10, 15)
    assert shown["n_boot"].default == (200 if ask is bunching.placebo else 1000)
    assert pickle.dumps(ask)  # by name: refused where the name leads to another function
    with pytest.raises(TypeError, match="unexpected keyword argument 'treshold'"):
        ask(times(1), treshold=15, threshold=15)
    with pytest.raises(TypeError, match=r"required.*argument: 'threshold'"):
        ask(times(1))


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError, match=r"met is.*level.*n_boot.*degree"):
        row(times(1), met="under", degree=-1, n_boot=0, level=2)


def test_times_with_zeros_and_the_far_ends_of_a_scale_can_be_searched():
    minutes = np.floor(times(1))
    minutes[:20] = 0
    assert row(minutes).p_value > 0.01
    assert np.isfinite(row(np.floor(times(1)) - 12, threshold=3.0).estimate)


def test_a_placebo_strip_shows_the_target_first_and_ranks_it():
    minutes, _ = moved(times(10, 20_000), every=10)
    table = bunching.placebo(minutes, threshold=15)
    assert table.is_placebo.tolist() == [False] + [True] * (len(table) - 1)
    assert table.threshold[0] == 15
    assert len(table) > 15
    assert table.empirical_p_value[0] == pytest.approx((table.z >= table.z[0]).mean())
    assert table.empirical_p_value[1:].isna().all()
    assert table.z[0] > table.z[1:].max()
    assert table.estimate[0] == row(minutes).estimate
    clear = (table.window_upper <= table.window_lower[0]) | (
        table.window_lower >= table.window_upper[0]
    )
    assert clear[1:].all()


def test_placebos_of_times_that_nobody_moved_seldom_stand_out():
    table = bunching.placebo(times(11, 20_000), threshold=15)
    assert (table.p_value[1:] < 0.05).mean() <= 0.2
    assert abs(table.z[1:].mean()) < 0.8


def test_placebos_may_be_chosen_and_few_of_them_are_said_to_be_few():
    table = bunching.placebo(np.ceil(times(1)), threshold=15, thresholds=[8, 25, 30])
    assert table.threshold.tolist() == [15, 8, 25, 30]
    assert "With 3 placebos the empirical p-value is at least 0.25." in table.caveat[0]
    with pytest.raises(InputError, match="none of 1 has room"):
        bunching.placebo(np.ceil(times(1)), threshold=15, thresholds=[16])


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_fire_brigade_of_2009_shows_no_bunching_at_six_minutes():
    fires = pd.read_csv(REAL / "lfb_dwelling_fires_2009.csv", na_values=["NULL"])
    seconds = fires["FirstPumpArriving_AttendanceTime"]
    table = bunching.placebo(seconds, threshold=360, round_numbers=(60, 300))
    target = table.iloc[0]
    assert target.n == 6_708
    assert target.p_value > 0.05
    assert target.lower < 0 < target.upper
    assert target.empirical_p_value > 0.05
    assert (table.p_value[1:] < 0.05).mean() <= 0.15
