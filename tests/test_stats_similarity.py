"""Most similar units are the nearest, and say how near."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import similarity


def test_distance_is_in_standard_deviations_of_a_typical_feature():
    table = pd.DataFrame({"x": [0.0, 1, 2], "y": [0.0, 10, 20]}, index=list("abc"))
    found = similarity.nearest(table, k=2)
    a = found[found.unit == "a"]
    assert a.neighbour.tolist() == ["b", "c"]
    assert a.distance.tolist() == pytest.approx([1.0, 2.0])


def test_no_unit_is_its_own_neighbour_and_scale_does_not_matter():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(12, 3)), columns=list("xyz"))
    found = similarity.nearest(table, k=4)
    assert (found.unit != found.neighbour).all()
    assert found.groupby("unit").distance.is_monotonic_increasing.all()
    pd.testing.assert_frame_equal(found, similarity.nearest(table * [1, 100, 0.01] + 7, k=4))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pd.DataFrame({"x": [1.0, 2.0]}), "more than 5 units"),
        (pd.DataFrame({"x": [1.0] * 9}), "no variation in x"),
        (pd.DataFrame({"x": [1.0, np.nan, *range(7)]}), "missing or infinite values in x"),
    ],
)
def test_what_cannot_be_compared_is_refused(table, says):
    with pytest.raises(InputError, match=says):
        similarity.nearest(table, k=5)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pd.DataFrame({"a": ["x", "y", "z"]}), "expected numbers"),
        (pd.DataFrame({0: [1.0, np.inf, 3.0]}), "missing or infinite values in 0"),
    ],
)
def test_features_that_are_no_numbers_are_refused_in_words(table, says):
    with pytest.raises(InputError, match=says):
        similarity.nearest(table, k=1)


def test_what_is_no_table_is_refused_in_words():
    with pytest.raises(InputError, match="features are a table, found"):
        similarity.nearest([[1, 2], [2, 3], [3, 5]], k=1)
