"""Cases left out beyond a target are told from service that got better and from moved cases."""

from __future__ import annotations

import numpy as np
import pytest

from pvtools.errors import InputError
from pvtools.stats import exclusion


def minutes(seed: int, n: int = 6000, *, faster: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(np.log(11.5) - faster, 0.55, n)


def share(seed: int, gone: float, **changes) -> np.ndarray:
    values = minutes(seed, **changes)
    luck = np.random.default_rng([seed, 9]).random(values.size)
    return values[(values <= 15) | (luck >= gone)]


@pytest.mark.parametrize("gone", [0.2, 0.5, 0.8])
def test_the_share_left_out_is_recovered(gone):
    found = [
        exclusion.left_out(share(seed, gone), minutes(seed + 500), threshold=15)
        for seed in range(40)
    ]
    assert np.mean([row.estimate.item() for row in found]) == pytest.approx(gone, abs=0.04)
    held = [row.lower.item() <= gone <= row.upper.item() for row in found]
    assert np.mean(held) >= 0.85


@pytest.mark.parametrize("faster", [0.0, 0.1, 0.3])
def test_real_improvement_is_not_taken_for_leaving_out(faster):
    p_values = [
        exclusion.left_out(
            minutes(seed, faster=faster), minutes(seed + 500), threshold=15
        ).p_value.item()
        for seed in range(200)
    ]
    assert np.mean(np.array(p_values) < 0.05) <= 0.09


def test_moved_cases_are_not_taken_for_missing_ones():
    p_values = []
    for seed in range(100):
        values = minutes(seed)
        near = (values > 15) & (values < 19) & (np.random.default_rng([seed, 3]).random(6000) < 0.4)
        values[near] = 14.8
        p_values.append(
            exclusion.left_out(values, minutes(seed + 500), threshold=15).p_value.item()
        )
    assert np.mean(np.array(p_values) < 0.05) <= 0.11


def test_a_target_that_is_met_from_above_looks_the_other_way():
    kept = 100 / share(2, 0.5)
    row = exclusion.left_out(kept, 100 / minutes(77), threshold=100 / 15, met=">=",
                             window=(100 / 20, 100 / 12.5))  # fmt: skip
    assert row.estimate.item() == pytest.approx(0.5, abs=0.12)


def test_cases_moved_up_to_a_target_met_from_above_are_not_taken_for_missing_ones():
    p_values = []
    for seed in range(60):
        values = minutes(seed)
        near = (values > 12) & (values < 15) & (np.random.default_rng([seed, 3]).random(6000) < 0.4)
        values[near] = 15.2
        found = exclusion.left_out(values, minutes(seed + 500), threshold=15, met=">=")
        p_values.append(found.p_value.item())
    assert np.mean(np.array(p_values) < 0.05) <= 0.12


@pytest.mark.parametrize(("met", "on_time"), [("<=", 15), ("<", 14)])
def test_whole_minutes_at_the_target_count_on_the_side_the_target_says(met, on_time):
    held = []
    for seed in range(40):
        values, before = np.round(minutes(seed)) + 1, np.round(minutes(seed + 500)) + 1
        luck = np.random.default_rng([seed, 9]).random(values.size)
        kept = values[(values <= on_time) | (luck >= 0.5)]
        row = exclusion.left_out(kept, before, threshold=15, met=met, window=(15, 15)).iloc[0]
        held.append(row.lower <= 0.5 <= row.upper)
    assert np.mean(held) >= 0.85


def test_the_ends_of_the_window_are_left_aside_as_well():
    found = []
    for seed in range(40):
        values = np.round(minutes(seed)) + 1
        near = (values > 15) & (values <= 20)
        values[near & (np.random.default_rng([seed, 3]).random(6000) < 0.4)] = 15
        before = np.round(minutes(seed + 500)) + 1
        found.append(exclusion.left_out(values, before, threshold=15, window=(13, 20)))
    assert np.mean([row.estimate.item() for row in found]) == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"threshold": 500}, "20 cases or more are needed on either side of 500"),
        ({"threshold": 15, "met": "=="}, "met is one of"),
        ({"threshold": 15, "window": (20, 30)}, "the window holds the threshold"),
        ({"threshold": 15, "window": (1, 100)}, "outside the window 1 to 100, 20 cases or more"),
        ({"threshold": 15, "level": 2}, "the level lies between 0 and 1"),
        ({"threshold": 15, "degree": 90}, "a polynomial of degree 90 needs"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(changes, says):
    with pytest.raises(InputError, match=says):
        exclusion.left_out(minutes(1), minutes(2), **changes)
    with pytest.raises(InputError, match="positive and finite"):
        exclusion.left_out(-minutes(1), minutes(2), threshold=15)
    with pytest.raises(InputError, match="must be numbers"):
        exclusion.left_out(["late"], minutes(2), threshold=15)
