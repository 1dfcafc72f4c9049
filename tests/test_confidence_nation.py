"""Londoners beside England and Wales: a difference, its error, a verdict once all are tested."""

import numpy as np
import pandas as pd
import pytest

from pvtools import confidence, tables
from pvtools.errors import InputError

ASK = {"period": "quarter to 2018-12", "source": "national_survey_2018"}


def two(london=0.6, whole=0.5, error=0.01, measure="good_job"):
    rows = [
        (measure, "London", london, error, 900),
        (measure, "England and Wales", whole, error, 8000),
    ]
    return pd.DataFrame(
        rows, columns=["measure", "area", "estimate", "standard_error", "interviews"]
    )


def test_a_difference_has_the_error_of_both_sides():
    (row,) = confidence.london_in_the_nation(two(), **ASK).itertuples()
    half = 1.959964 * np.sqrt(2) * 0.01
    assert (row.estimate, row.lower, row.upper) == pytest.approx((0.1, 0.1 - half, 0.1 + half))
    assert (row.after, row.before, row.n) == (0.6, 0.5, 900)


def test_what_would_stand_alone_need_not_stand_among_nine():
    found = confidence.london_in_the_nation(tables.published("national_survey_2018"), **ASK)
    assert len(found) == 9
    effective = found.set_index("group").loc["Justice system is effective"]
    assert effective.lower > 0
    assert not effective.distinguishable
    stand = set(found.group[found.distinguishable])
    assert stand == {"Confidence overall", "Can be relied on", "Deal with what matters here"}


def test_a_survey_without_either_side_or_with_an_impossible_error_is_refused():
    for odd, said in (
        (two().iloc[:1], "No question has both"),
        (two(measure="unknown"), "No question has both"),
        (two(error=0.0), "no positive number"),
        (two(error=float("nan")), "no positive number"),
        (two().drop(columns="interviews"), "columns interviews"),
    ):
        with pytest.raises(InputError, match=said):
            confidence.london_in_the_nation(odd, **ASK)
