"""Pearson's phi: one where only chance is at work, the clusters' size where there are some."""

from __future__ import annotations

import numpy as np
import pytest

from pvtools.errors import InputError
from pvtools.stats import dispersion


def test_the_closed_form_is_met():
    assert dispersion.pearson([8, 12, 10, 14, 6], [10] * 5, parameters=1) == 1
    assert dispersion.pearson([4, 16, 0], [10, 10, 0], parameters=1) == pytest.approx(7.2)


@pytest.mark.parametrize("size", [1, 4])
def test_phi_is_the_size_of_the_clusters_even_where_counts_are_small(size):
    rng = np.random.default_rng(1)
    mean = np.repeat(rng.uniform(0.2, 3, 100), 50)
    count = size * rng.poisson(mean / size)
    expected = count.reshape(100, 50).mean(axis=1).repeat(50)
    phi = dispersion.pearson(count, expected, parameters=100)
    assert phi == pytest.approx(size, rel=0.1)


@pytest.mark.parametrize(
    ("count", "expected", "parameters", "says"),
    [
        ([1, 2], [1], 0, "one shape"),
        ([1, -2], [1, 1], 0, "zero or more"),
        ([1, np.nan], [1, 1], 0, "none missing"),
        ([1, 2], [1, 0], 0, "nothing was expected"),
        ([1, 2], [1, 1], 2, "0 are left over"),
        (["a"], [1], 0, "expected numbers"),
    ],
)
def test_what_has_no_phi_is_refused(count, expected, parameters, says):
    with pytest.raises(InputError, match=says):
        dispersion.pearson(count, expected, parameters=parameters)
