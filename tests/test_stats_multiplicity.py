"""Adjusted p-values meet the paper that introduced them, and keep its promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from pvtools.errors import InputError
from pvtools.stats import multiplicity
from pvtools.stats.multiplicity import benjamini_hochberg

# Benjamini and Hochberg (1995), JRSS-B 57:289-300, section 3.2: fifteen hypotheses of a trial
TRIAL = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_the_paper_rejects_four_of_its_fifteen_where_bonferroni_rejects_three():
    table = benjamini_hochberg(TRIAL)
    assert (table.adjusted <= 0.05).sum() == 4
    assert (table.p <= 0.05 / 15).sum() == 3
    assert table.adjusted[3] == pytest.approx(0.0095 * 15 / 4)
    assert table.adjusted[5] == pytest.approx(0.0298 * 15 / 7)  # a later, smaller step counts


@given(p_values)
def test_it_agrees_with_another_implementation(p):
    assert benjamini_hochberg(p).adjusted.to_numpy() == pytest.approx(false_discovery_control(p))


@given(p_values)
def test_adjusting_never_lowers_nor_reorders(p):
    table = benjamini_hochberg(p)
    assert (table.adjusted >= table.p - 1e-12).all()
    assert (np.diff(table.sort_values("rank").adjusted) >= 0).all()
    assert (table.adjusted <= 1).all()


def test_a_missing_value_stays_missing_and_is_no_comparison():
    table = benjamini_hochberg([0.01, np.nan, 0.02])
    assert table.adjusted[[0, 2]].tolist() == pytest.approx([0.02, 0.02])
    assert table.loc[1, ["p", "adjusted", "rank"]].isna().all()
    assert benjamini_hochberg([np.nan]).adjusted.isna().all()


def test_the_index_of_a_series_is_kept():
    table = benjamini_hochberg(pd.Series([0.5, 0.1], index=["Barnet", "Brent"]))
    assert table.loc["Brent", "adjusted"] == pytest.approx(0.2)


def test_few_of_those_called_real_are_false():
    # 32 parts, three of them shifted by 3.5 standard errors: false share .044, power .73
    rng = np.random.default_rng(5)
    false, found = [], []
    for _ in range(1500):
        z = rng.standard_normal(32)
        z[:3] += 3.5
        called = benjamini_hochberg(2 * norm.sf(np.abs(z))).adjusted.to_numpy() <= 0.05
        false.append(called[3:].sum() / max(called.sum(), 1))
        found.append(called[:3].mean())
    assert np.mean(false) <= 0.055
    assert np.mean(found) == pytest.approx(0.73, abs=0.03)


@pytest.mark.parametrize("wrong", [[0.1, 1.2], [-0.1], [], [[0.1, 0.2]]])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(InputError, match="Cannot adjust p-values"):
        benjamini_hochberg(wrong)


def test_texts_are_no_p_values():
    with pytest.raises(InputError, match="expected numbers"):
        benjamini_hochberg(["small"])


def test_a_whole_is_tested_by_itself_and_its_parts_together():
    found = multiplicity.tested([0.03, 0.01, 0.04, np.nan], alone=[True, False, False, False])
    assert found.adjusted[:3].tolist() == pytest.approx([0.03, 0.02, 0.04])
    assert found.distinguishable[:3].all()
    assert found.isna().all(axis=1).tolist() == [False, False, False, True]
    assert multiplicity.tested([np.nan], alone=[False]).isna().all(axis=None)
