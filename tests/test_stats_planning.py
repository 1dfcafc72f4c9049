"""Plans agree with the published formula, and the two questions with each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import planning


def test_seeing_the_rise_of_the_public_record_takes_two_thousand_a_wave():
    needed = planning.sample_size(baseline=0.551, change=0.044, design_effect=[1, 1.6])
    assert needed == pytest.approx([1983, 3172], abs=1)
    even = planning.sample_size(baseline=0.551, change=0.044, power=0.51)
    assert even == pytest.approx(1000, rel=0.01)


def test_it_meets_the_examples_printed_with_power_prop_test():
    # R, help page of power.prop.test: power .740 with 50 a group; 76.7 a group for power .90
    needed = planning.sample_size(baseline=0.5, change=0.25, power=[0.740, 0.9])
    assert needed == pytest.approx([50, 76.7], abs=0.05)


@given(
    baseline=st.floats(0.05, 0.9),
    change=st.floats(0.01, 0.09),
    power=st.floats(0.5, 0.99),
    deff=st.floats(0.5, 4),
)
def test_the_two_questions_answer_each_other(baseline, change, power, deff):
    n = planning.sample_size(baseline=baseline, change=change, power=power, design_effect=deff)
    back = planning.minimum_detectable_change(n, baseline=baseline, power=power, design_effect=deff)
    assert back == pytest.approx(change, rel=1e-6)


def test_a_fall_is_the_mirror_image_of_a_rise():
    assert planning.sample_size(baseline=0.6, change=-0.05) == pytest.approx(
        planning.sample_size(baseline=0.4, change=0.05)
    )


def test_more_comparisons_need_a_larger_change():
    alone, many = planning.minimum_detectable_change(400, baseline=0.6, comparisons=[1, 32])
    assert many > alone
    stricter = planning.minimum_detectable_change(400, baseline=0.6, level=1 - 0.05 / 32)
    assert many == pytest.approx(stricter)


def test_what_no_rise_could_show_is_said_to_be_infinite():
    assert planning.minimum_detectable_change(20, baseline=0.95) == np.inf


def test_the_power_promised_is_the_power_had():
    rng = np.random.default_rng(12)
    before, after = (rng.binomial(1983, p, 20_000) / 1983 for p in (0.551, 0.595))
    pooled = (before + after) / 2
    z = (after - before) / np.sqrt(2 * pooled * (1 - pooled) / 1983)
    assert (z > 1.959964).mean() == pytest.approx(0.80, abs=0.01)


def test_numbers_give_a_number_and_lists_an_array():
    assert isinstance(planning.sample_size(baseline=0.5, change=0.1), float)
    grid = planning.sample_size(baseline=[0.3, 0.5], change=[[0.02], [0.1]])
    assert grid.shape == (2, 2)
    assert (np.diff(grid, axis=0) < 0).all()


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        planning.sample_size(baseline=1.5, change=0, power=80, design_effect=-1, level=95)
    for part in ("baseline lies", "up or down", "found 80", "found -1", "found 95"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: planning.minimum_detectable_change(0, baseline=0.5),
        lambda: planning.minimum_detectable_change(np.nan, baseline=0.5),
        lambda: planning.sample_size(baseline=0.9, change=0.2),
        lambda: planning.sample_size(baseline=[0.5, 0.6], change=[0.1, 0.1, 0.1]),
        lambda: planning.minimum_detectable_change("many", baseline=0.5),
        lambda: planning.minimum_detectable_change(400, baseline=0.5, comparisons=0),
    ],
)
def test_what_cannot_be_planned_is_refused(call):
    with pytest.raises(InputError):
        call()


def test_the_smallest_effect_is_two_point_eight_standard_errors():
    # Bloom (1995): 2.8 for a two-sided test at 5% and a power of 80%
    assert planning.minimum_detectable_effect(0.5) == pytest.approx(1.4008, abs=1e-4)


def test_few_degrees_of_freedom_need_a_larger_effect():
    # quantiles of t with 11 degrees of freedom: 2.2010 and 0.8755
    assert planning.minimum_detectable_effect(1.0, degrees=11) == pytest.approx(3.0765, abs=1e-4)
    assert np.isnan(planning.minimum_detectable_effect([np.nan])).all()


def test_effect_and_change_agree_for_large_samples():
    n, share = 400_000, 0.5
    stderr = (2 * share * (1 - share) / n) ** 0.5
    exact = planning.minimum_detectable_change(n, baseline=share)
    assert planning.minimum_detectable_effect(stderr) == pytest.approx(exact, rel=1e-3)


def test_an_impossible_effect_is_refused_with_all_its_faults():
    with pytest.raises(InputError, match=r"standard error is zero or more.*power lies"):
        planning.minimum_detectable_effect(-1.0, power=2.0)
