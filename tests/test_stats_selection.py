"""What choosing the worst shows by itself: predicted, and found where nothing was done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import selection


def wards(*, areas=600, periods=9, shape=4.0, mean=30.0, overdispersion=0.0, seed=1):
    """Return counts of areas whose own means never change."""
    rng = np.random.default_rng(seed)
    means = rng.gamma(shape, mean / shape, areas) * np.ones((periods, 1))
    if overdispersion:
        means = means * rng.gamma(1 / overdispersion, overdispersion, means.shape)
    return pd.DataFrame(rng.poisson(means))


def test_poisson_counts_regress_as_the_gamma_distribution_has_it():
    # mean 6, variance 26: 20/26 of the variance is between areas
    before, kept = [2, 3, 4, 5, 6, 16], 1 - 6 / 26
    own = (6 + kept * 10) / 16 - 1
    others = (6 + kept * -2) / 4 - 1
    found = selection.regression_to_the_mean(before, chosen=1)
    assert found == pytest.approx(own - others)


def test_counts_that_vary_no_more_than_chance_all_go_back_to_one_mean():
    assert selection.regression_to_the_mean([4, 5, 5, 6], chosen=1) == pytest.approx(
        5 / 6 - 15 / 14
    )


def test_a_little_overdispersion_is_nearly_none():
    before = wards().iloc[0]
    none = selection.regression_to_the_mean(before, chosen=30)
    little = selection.regression_to_the_mean(before, chosen=30, overdispersion=1e-6)
    assert little == pytest.approx(none, abs=2e-3)
    much = selection.regression_to_the_mean(before, chosen=30, overdispersion=0.05)
    assert much < none < 0


@pytest.mark.parametrize("overdispersion", [0.0, 0.03])
def test_the_worst_twentieth_falls_as_predicted_though_nothing_was_done(overdispersion):
    found = selection.placebos(wards(overdispersion=overdispersion), chosen=30)
    summed = selection.mean_gap(found).iloc[0]
    assert summed.upper < 0
    assert summed.predicted == pytest.approx(summed.estimate, abs=0.03)
    assert found.overdispersion.mean() == pytest.approx(overdispersion, abs=0.01)


def test_the_overdispersion_of_a_pair_is_estimated_without_what_is_predicted():
    counts = wards(overdispersion=0.03)
    usual = selection.placebos(counts, chosen=30)
    spoilt = counts.copy()
    spoilt.iloc[-1] = spoilt.iloc[-1].sample(frac=1, random_state=1).to_numpy()
    last = selection.placebos(spoilt, chosen=30).iloc[-1]
    assert last.predicted == usual.iloc[-1].predicted
    assert last.gap != usual.iloc[-1].gap


def test_periods_in_which_something_was_done_are_left_out_with_their_pairs():
    counts = wards(periods=6).set_axis([2010, 2011, 2012, 2013, 2014, 2015])
    found = selection.placebos(counts, chosen=30, without=[2012])
    assert found[["period", "after"]].to_numpy().tolist() == [
        [2010, 2011],
        [2013, 2014],
        [2014, 2015],
    ]
    with pytest.raises(InputError, match="without treatment"):
        selection.placebos(counts, chosen=30, without=counts.index)


def test_the_mean_gap_has_the_interval_of_student_over_periods():
    found = pd.DataFrame({"gap": [-0.1, -0.2, -0.3], "predicted": [-0.2] * 3})
    row = selection.mean_gap(found).iloc[0]
    assert (row.estimate, row.upper) == pytest.approx((-0.2, -0.2 + 4.302653 * 0.1 / np.sqrt(3)))
    # one period more varies as the others do, and the mean is not known
    assert row.next_upper == pytest.approx(-0.2 + 4.302653 * 0.1 * np.sqrt(4 / 3))
    assert np.isnan(selection.mean_gap(found.head(2)).lower[0])


@pytest.mark.parametrize(
    ("counts", "more", "said"),
    [
        (wards(areas=3), {"chosen": 1}, "4 areas or more are needed, found 3"),
        (wards(periods=2), {"chosen": 1}, "3 periods or more"),
        (wards(areas=5), {"chosen": 5}, "fewer than all 5 areas"),
        (wards(areas=5), {"chosen": 0}, "chosen is a whole number"),
        (wards(areas=5) * np.nan, {"chosen": 1}, "zero or more, in every period"),
        (-wards(areas=5), {"chosen": 1}, "zero or more, in every period"),
        (wards(areas=5) * 0, {"chosen": 1}, "no case among those set apart"),
        ("counts", {"chosen": 1}, "counts are a DataFrame"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused_in_words(counts, more, said):
    with pytest.raises(InputError, match=said):
        selection.placebos(counts, **more)


def test_an_overdispersion_below_zero_is_refused():
    with pytest.raises(InputError, match="zero or more, not -1"):
        selection.regression_to_the_mean([1, 2, 3, 4], chosen=1, overdispersion=-1)
