"""Detectors fire where something was bent, keep still where nothing was, and say how sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import distortion, synthetic
from pvtools.errors import InputError, UsageError
from pvtools.synthetic import Dials
from validation import rates

FIRED = {distortion.CONSISTENT, distortion.ROUNDED}


@pytest.mark.parametrize("key", list(distortion.CASES))
def test_the_casebook_is_right_in_every_cell(key):
    """Two organisations a case, seeds that the shipped table was not made with."""
    case = distortion.CASES[key]
    grades = pd.concat(
        [
            distortion.organisation(synthetic.organisation(seed, dials=case.dials), n_boot=199)
            for seed in (31, 32)
        ]
    )
    fired = grades.grade.isin(FIRED).groupby(grades.detector).sum()
    for detector in distortion.DETECTORS:
        if case.expected(detector) == "fires":
            assert fired[detector] >= 1, f"{detector} should notice: {case.told}"
        else:
            assert fired[detector] <= 1, f"{detector} should keep still: {case.told}"


def test_the_shipped_casebook_is_right_in_every_cell_by_more_than_half_its_runs():
    cells = distortion.casebook_measured()
    assert len(cells) == len(distortion.CASES) * len(distortion.DETECTORS)
    assert (cells.runs >= 20).all()
    should = cells.expected == "fires"
    assert cells.fires[should].min() > 0.5
    assert cells.fires[~should].max() < 0.2


def test_the_shipped_error_rates_cover_every_detector_and_keep_their_level():
    table = distortion.error_rates()
    assert set(table.detector) == set(distortion.DETECTORS)
    assert (table.replications >= 400).all()
    assert table.groupby("detector").size().eq(3).all()
    # one in a hundred, and what four hundred replications may add by chance
    assert table.false_positive_rate.max() <= 0.025
    assert table.false_positive_rate.mean() <= 0.01
    assert table.power.between(0, 1).all()


@pytest.mark.parametrize("detector", ["bunching", "reclassification", "decoupling"])
def test_error_rates_measured_anew_are_those_that_are_shipped(detector):
    sizes, _, fires = rates._DESIGNS[detector]
    n = sizes[1]
    rng = np.random.default_rng(77)
    anew = np.mean([fires(rng, n, True) for _ in range(60)])
    known = distortion.error_rates().set_index(["detector", "n"]).power[detector, n]
    assert abs(anew - known) < 4 * np.sqrt(0.25 / 60)


def test_a_grade_carries_the_error_rates_of_the_nearest_sample_size():
    rows = pd.DataFrame({"p_value": [0.001, 0.001, 0.5, np.nan], "estimate": [5.0, -5, 5, 5]})
    table = distortion.graded(rows, "bunching", n=4000)
    assert table.grade.tolist()[:3] == [
        distortion.CONSISTENT, distortion.NO_SIGN, distortion.NO_SIGN,
    ]  # fmt: skip
    assert table.grade.isna().tolist() == [False, False, False, True]
    assert (table.rates_n == 5000).all()
    own = distortion.error_rates().set_index(["detector", "n"]).loc[("bunching", 5000)]
    assert (table.power == own.power).all()
    rounded = distortion.graded(rows.head(1), "rounding", n=500)
    assert rounded.grade.item() == "rounded, which is no gaming"


def test_what_cannot_be_graded_is_refused():
    with pytest.raises(UsageError, match="Did you mean 'bunching'"):
        distortion.graded(pd.DataFrame({"p_value": [1], "estimate": [1]}), "bunchin", n=5)
    with pytest.raises(InputError, match="lack the columns estimate, n"):
        distortion.graded(pd.DataFrame({"p_value": [1]}), "bunching")


def test_no_word_of_the_kit_claims_more_than_it_can():
    said = " ".join(
        [*(d.fires + d.asks for d in distortion.DETECTORS.values()), distortion.CONSISTENT]
    )
    for word in ("proof", "proves", "guilty", "cheat"):
        assert word not in said.lower()


def test_times_that_were_only_rounded_are_called_rounded_and_nothing_else():
    rng = np.random.default_rng(4)
    waits = rng.lognormal(np.log(180), 0.5, 6000)
    waits = np.where(rng.random(6000) < 0.4, 5 * np.round(waits / 5), np.round(waits))
    table = distortion.times(waits, threshold=240, n_boot=300).set_index("detector")
    assert table.grade["rounding"] == distortion.ROUNDED
    assert table.grade["bunching"] == distortion.NO_SIGN
    assert table.grade["density"] == distortion.NO_SIGN
    assert "exclusion" not in table.index  # it needs a comparison


def test_waits_moved_to_within_four_hours_are_noticed_on_whole_minutes():
    rng = np.random.default_rng(5)
    waits = np.round(rng.lognormal(np.log(180), 0.5, 6000))
    late = (waits > 240) & (waits <= 300) & (rng.random(6000) < 0.45)
    waits[late] = 240 - rng.integers(0, 15, late.sum())
    row = distortion.times(waits, threshold=240, n_boot=300).set_index("detector").loc["bunching"]
    assert row.grade == distortion.CONSISTENT
    assert row.estimate == pytest.approx(late.sum(), rel=0.25)


def test_late_cases_left_out_are_not_taken_for_moved_ones():
    made = synthetic.organisation(8, dials=Dials(excluding=0.6))
    before, after = (made.cases[made.cases.after == side].minutes for side in (False, True))
    table = distortion.times(after, threshold=15, comparison=before, n_boot=300)
    grades = table.set_index("detector").grade
    assert grades["exclusion"] == distortion.CONSISTENT
    assert grades["bunching"] == distortion.NO_SIGN


def test_minutes_mixed_with_seconds_are_asked_about():
    minutes = np.random.default_rng(1).lognormal(2.4, 0.5, 500)
    with pytest.raises(InputError, match=r"seconds|minutes"):
        distortion.times(60 * minutes, threshold=15)


def test_a_detector_that_cannot_be_asked_has_no_grade_and_stops_no_other():
    times = np.random.default_rng(2).lognormal(np.log(300), 0.4, 3000).round()
    table = distortion.times(times, threshold=360, round_to=2000, n_boot=200).set_index("detector")
    assert table.grade["bunching"] == distortion.NO_SIGN
    assert table.grade.isna()["rounding"]
    assert "fewer than 4 multiples" in table.caveat["rounding"]
