"""Months that resemble the one before are worth fewer than they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from pvtools.errors import InputError
from pvtools.stats import serial


def months(rho: float, parts: int, rng: np.random.Generator, n: int = 12) -> np.ndarray:
    noise = rng.normal(0, 0.05 * np.sqrt(1 - rho**2), (parts, n + 60))
    for at in range(1, n + 60):
        noise[:, at] += rho * noise[:, at - 1]
    return noise[:, -n:]


def test_independent_months_meet_the_closed_form():
    part, whole = np.array([2.0, 4, 3, 3]), np.full(4, 10.0)
    table = serial.ratio(part, whole, correlation=0.0)
    error = np.std(part / 10, ddof=1) / 2
    half = t.ppf(0.975, 3) * error
    assert table[["estimate", "lower", "upper"]].to_numpy()[0] == pytest.approx(
        [0.3, 0.3 - half, 0.3 + half]
    )
    assert table.n_effective.item() == 4


def test_the_variance_of_a_mean_of_autocorrelated_months_meets_the_closed_form():
    rho, n = 0.5, 12
    matrix = rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    table = serial.ratio(np.arange(1.0, 13), np.full(12, 20.0), correlation=rho)
    assert table.n_effective.item() == pytest.approx(n**2 / matrix.sum())


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
def test_the_autocorrelation_of_short_years_is_recovered(rho):
    found = serial.lag_one(months(rho, 4000, np.random.default_rng(1)))
    assert found == pytest.approx(rho, abs=0.03)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_intervals_hold_the_level_behind_the_months(rho):
    rng = np.random.default_rng(2)
    held, plain = [], []
    for _ in range(60):
        share = 0.2 + months(rho, 32, rng)
        whole = rng.uniform(900, 1100, share.shape)
        for correlation, into in ((serial.lag_one(share), held), (0.0, plain)):
            table = serial.ratio(share.clip(0, 1) * whole, whole, correlation=correlation)
            into.append(((table.lower <= 0.2) & (table.upper >= 0.2)).mean())
    assert 0.93 <= np.mean(held) <= 0.98
    assert rho == 0 or np.mean(plain) < 0.8


def test_intervals_stay_within_zero_and_one():
    table = serial.ratio([[0, 0, 1, 0], [10, 10, 9, 10]], np.full((2, 4), 10.0), correlation=0.5)
    assert table.lower.iloc[0] == 0
    assert table.upper.iloc[1] == 1


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"part": [1, 2, 3]}, "same periods"),
        ({"part": [1, 2, 3], "whole": [5, 5, 5]}, "four periods"),
        ({"part": [1, 2, 3, 9]}, "between zero and its whole"),
        ({"part": [1, 2, 3, np.nan]}, "none is missing"),
        ({"part": [0] * 4, "whole": [0] * 4}, "no share"),
        ({"correlation": 1.0, "level": 2.0}, "correlation lies .*; the level lies"),
    ],
)
def test_what_has_no_share_is_refused_with_all_faults(ask, says):
    given = {"part": [1, 2, 3, 4], "whole": [5] * 4, "correlation": 0.0} | ask
    with pytest.raises(InputError, match=says):
        serial.ratio(given.pop("part"), given.pop("whole"), **given)


@pytest.mark.parametrize(
    ("series", "says"),
    [([1, 2, np.nan, 3], "none missing"), ([1, 2, 3], "found 3"), ([2, 2, 2, 2], "never change")],
)
def test_what_has_no_autocorrelation_is_refused(series, says):
    with pytest.raises(InputError, match=says):
        serial.lag_one(series)
