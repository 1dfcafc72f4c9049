"""An organisation under a target bends its record in the ways its dials say, and in no other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import synthetic
from pvtools.errors import InputError, UsageError
from pvtools.synthetic import Dials
from pvtools.synthetic.organisation import THRESHOLD

TABLES = ("cases", "counts", "work", "monthly")


@pytest.fixture(scope="module")
def plain() -> synthetic.Organisation:
    return synthetic.organisation(3)


def sums(made: synthetic.Organisation) -> pd.DataFrame:
    counts = made.counts.assign(after=made.counts.month >= made.start)
    return counts.groupby(["after", "category"])["count"].sum().unstack()


def test_everything_says_that_it_is_made_up(plain):
    for name in TABLES:
        assert synthetic.is_synthetic(getattr(plain, name)), name
        assert (getattr(plain, name).origin == "synthetic").all()


def test_equal_seeds_differ_only_where_a_dial_was_turned(plain):
    again = synthetic.organisation(3)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(plain, name))
    bent = synthetic.organisation(3, dials=Dials(shifting=0.5))
    for name in ("counts", "work", "monthly"):
        pd.testing.assert_frame_equal(getattr(bent, name), getattr(plain, name))
    before = ~plain.cases.after
    pd.testing.assert_frame_equal(bent.cases[before], plain.cases[before])
    assert not bent.cases.equals(plain.cases)


def test_shifting_moves_late_cases_to_within_the_target_and_counts_them(plain):
    bent = synthetic.organisation(3, dials=Dials(shifting=0.4))
    late = [(made.cases.minutes > THRESHOLD).sum() for made in (plain, bent)]
    told = bent.truth.set_index("dial").what["shifting"]
    assert told.startswith(f"{late[0] - late[1]:,} late cases")
    near = plain.cases.after & plain.cases.minutes.between(THRESHOLD, THRESHOLD + 4)
    assert (late[0] - late[1]) / near.sum() == pytest.approx(0.4, abs=0.03)
    assert len(bent.cases) == len(plain.cases)


def test_excluding_leaves_late_cases_out_and_moves_none(plain):
    bent = synthetic.organisation(3, dials=Dials(excluding=0.3))
    lost = len(plain.cases) - len(bent.cases)
    late = (plain.cases.after & (plain.cases.minutes > THRESHOLD)).sum()
    assert lost / late == pytest.approx(0.3, abs=0.03)
    in_time = [(made.cases.minutes <= THRESHOLD).sum() for made in (plain, bent)]
    assert in_time[0] == in_time[1]


def test_reclassifying_moves_cases_to_the_neighbour_and_keeps_the_sum(plain):
    bent = synthetic.organisation(3, dials=Dials(reclassifying=0.2))
    was, now = sums(plain), sums(bent)
    pd.testing.assert_series_equal(was.sum(axis=1), now.sum(axis=1))
    pd.testing.assert_series_equal(was.loc[False], now.loc[False])
    moved = was.loc[True, "targeted"] - now.loc[True, "targeted"]
    assert now.loc[True, "neighbour"] - was.loc[True, "neighbour"] == moved
    assert moved / was.loc[True, "targeted"] == pytest.approx(0.2, abs=0.01)
    assert bent.truth.set_index("dial").what["reclassifying"].startswith(f"{moved:,} targeted")


def test_honest_improvement_is_a_real_fall_and_faster_service(plain):
    better = synthetic.organisation(3, dials=Dials(honest=0.2))
    was, now = sums(plain), sums(better)
    assert now.loc[True, "targeted"] / was.loc[True, "targeted"] == pytest.approx(0.8, abs=0.02)
    assert now.loc[True, "neighbour"] == was.loc[True, "neighbour"]
    minutes = [made.cases.minutes[made.cases.after].median() for made in (plain, better)]
    assert minutes[1] / minutes[0] == pytest.approx(0.9, abs=0.005)
    rise = better.monthly.outcome - plain.monthly.outcome
    assert rise.iloc[-1] == pytest.approx(0.6)
    assert rise.iloc[:48].abs().max() == pytest.approx(0)


def test_displacing_takes_from_other_work_what_targeted_work_gains(plain):
    bent = synthetic.organisation(3, dials=Dials(displacing=0.15))
    after = [made.work[made.work.month >= made.start].groupby("kind").output.sum()
             for made in (plain, bent)]  # fmt: skip
    ratio = after[1] / after[0]
    assert ratio["targeted"] == pytest.approx(1.15, abs=0.01)
    assert ratio["other"] == pytest.approx(0.85, abs=0.01)


def test_pretending_lifts_the_indicator_and_not_the_outcome(plain):
    bent = synthetic.organisation(3, dials=Dials(pretending=1.0))
    pd.testing.assert_series_equal(bent.monthly.outcome, plain.monthly.outcome)
    rise = bent.monthly.indicator - plain.monthly.indicator
    assert rise.iloc[47] == pytest.approx(0)
    assert rise.iloc[-1] == pytest.approx(8 * 0.35)


def test_rounding_is_there_before_the_target_too():
    made = synthetic.organisation(3, dials=Dials(rounding=0.5)).cases
    fives = (made.minutes % 5 == 0).groupby(made.after).mean()
    assert fives.to_numpy() == pytest.approx(0.5, abs=0.02)


def test_dials_and_sizes_that_cannot_be_are_refused_all_at_once():
    with pytest.raises(InputError, match=r"honest lies .* found 2; shifting lies"):
        Dials(honest=2, shifting=-1)
    with pytest.raises(InputError, match="found 1 areas, 6 and 90 months"):
        synthetic.organisation(1, areas=1, before=6)


@pytest.mark.parametrize("form", list(synthetic.FORMS))
def test_in_every_form_the_past_looks_the_same_and_less_comes_than_was_promised(form):
    table = synthetic.goodhart(form, seed=5, units=4000)
    assert np.corrcoef(table.indicator, table.value)[0, 1] == pytest.approx(0.7, abs=0.02)
    told = synthetic.promised(table).set_index("kind")
    assert told.upper["delivered"] < told.lower["promised"]


def test_without_pressure_no_form_but_luck_falls_short():
    for form in ("extremal", "causal", "adversarial"):
        told = synthetic.promised(synthetic.goodhart(form, seed=5, pressure=0)).set_index("kind")
        assert told.estimate["promised"] == pytest.approx(told.estimate["delivered"], abs=0.06)
    with pytest.raises(UsageError, match="Did you mean 'causal'"):
        synthetic.goodhart("casual", seed=1)
    with pytest.raises(UsageError, match="between 0 and 1"):
        synthetic.goodhart("causal", seed=1, pressure=2)
    with pytest.raises(UsageError, match="At least 100 units"):
        synthetic.goodhart("causal", seed=1, units=0)
