"""How far a month goes with the one before, pair of years by pair of years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.demand import carry_over
from pvtools.stats import change


def months(rho: float, years: int, parts: int = 400, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = 12 * years
    level = rng.normal(0, 0.06, (parts, n))
    for at in range(1, n):
        level[:, at] = rho * level[:, at - 1] + np.sqrt(1 - rho**2) * level[:, at]
    season = 1 + 0.2 * np.sin(np.arange(n) * np.pi / 6)
    columns = pd.date_range("2030-01", periods=n, freq="MS")
    return pd.DataFrame(50_000 * season * np.exp(level), columns=columns)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_what_carries_over_is_recovered_whatever_the_seasons(rho):
    found = carry_over.by_pair(months(rho, 4), pd.Timestamp("2033-12"))
    assert len(found) == 3
    assert np.median(found) == pytest.approx(rho, abs=0.06)


def test_each_pair_of_years_has_its_own_figure_and_the_latest_comes_first():
    counts = months(0.4, 3, parts=32)
    found = carry_over.by_pair(counts, pd.Timestamp("2032-12"))
    pairs = [(counts.iloc[:, at : at + 12], counts.iloc[:, at + 12 : at + 24]) for at in (12, 0)]
    assert found == pytest.approx([change.residual_correlation(*pair) for pair in pairs])
    assert found[0] != found[1]


def test_a_pair_that_lacks_a_month_is_left_out_and_the_others_stay():
    counts = months(0.4, 4, parts=32)
    whole = carry_over.by_pair(counts, pd.Timestamp("2033-12"))
    holed = counts.drop(columns=pd.Timestamp("2030-03-01"))
    assert carry_over.by_pair(holed, pd.Timestamp("2033-12")) == whole[:2]
    assert carry_over.by_pair(counts.iloc[:, :20], pd.Timestamp("2031-08")) == []


def test_a_part_with_a_gap_is_left_out_of_its_pair_only():
    counts = months(0.4, 3, parts=32)
    holed = counts.copy()
    holed.iloc[5, 2] = np.nan
    found = carry_over.by_pair(holed, pd.Timestamp("2032-12"))
    assert found[0] == carry_over.by_pair(counts, pd.Timestamp("2032-12"))[0]
    others = counts.drop(index=5)
    assert found[1] == carry_over.by_pair(others, pd.Timestamp("2032-12"))[1]


def test_a_part_that_counted_nothing_in_the_earlier_year_is_left_out():
    counts = months(0.4, 2, parts=8)
    nothing = counts.copy()
    nothing.iloc[0, :12] = 0.0
    last = pd.Timestamp("2031-12")
    assert carry_over.by_pair(nothing, last) == carry_over.by_pair(counts.iloc[1:], last)
    assert carry_over.by_pair(counts * 0.0, last) == []
