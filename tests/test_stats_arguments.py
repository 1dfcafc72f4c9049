"""What methods are given is read alike everywhere, and every fault is named in one message."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import (
    _arguments,
    breaks,
    change,
    density,
    dispersion,
    exclusion,
    funnel,
    heaping,
    intervals,
    serial,
    similarity,
    spc,
    weighted,
)


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, np.nan, np.float64(2), "0.95", None, True])
def test_a_level_that_is_none_is_refused_in_one_sentence(level):
    for ask in (
        lambda: intervals.wilson(1, 2, level=level),
        lambda: change.paired_change([1, 2, 3], [1, 2, 3], level=level),
        lambda: weighted.weighted_sum([1], [1], level=level),
    ):
        with pytest.raises(InputError, match="the level lies between 0 and 1, found "):
            ask()


@pytest.mark.parametrize("level", [0.95, np.float32(0.9), np.float64(0.5)])
def test_a_level_of_any_kind_of_number_will_do(level):
    assert _arguments.level_faults(level) == []
    assert _arguments.level_faults(level, 2.0) == ["the level lies between 0 and 1, found 2"]


@pytest.mark.parametrize("value", [4, 5.0, "5", None, True, np.nan])
def test_what_is_no_whole_number_or_too_small_is_named(value):
    assert _arguments.whole_faults(5, draws=value) == [
        f"draws is a whole number, 5 or more, not {value!r}"
    ]
    assert _arguments.whole_faults(5, draws=5, seed=np.int64(6)) == []


def test_numbers_are_copies_and_missing_ones_of_every_kind_are_nan():
    given = np.array([1.0, 2.0])
    (read,) = _arguments.numbers("Cannot", given)
    read[0] = 9
    assert given[0] == 1
    nullable = pd.Series([1, None], dtype="Int64")
    assert np.isnan(_arguments.numbers("Cannot", nullable)[0]).tolist() == [False, True]
    assert np.isnan(spc.xmr(nullable).value).tolist() == [False, True]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: serial.ratio(["a"] * 4, [1] * 4, correlation=0.1),
        lambda: serial.lag_one(["a", "b", "c", "d"]),
        lambda: weighted.weighted_sum(["a"], [1]),
        lambda: weighted.weighted_sum([1], [1], exposure="many"),
    ],
)
def test_text_is_refused_in_words_and_not_with_a_traceback(ask):
    with pytest.raises(InputError, match=r"^Cannot .*: expected numbers\. Missing ones are NaN\."):
        ask()


def test_arrays_that_do_not_fit_are_named_by_their_shapes():
    with pytest.raises(InputError, match=re.escape("found the shapes (2,), (3,)")):
        intervals.wilson([1, 2], [3, 4, 5])


def test_all_faults_come_in_one_message_and_none_raises_nothing():
    _arguments.refuse("Cannot do it", [])
    with pytest.raises(InputError, match=r"^Cannot do it: this; that\.$"):
        _arguments.refuse("Cannot do it", ["this", "that"])


def test_the_first_names_are_given_and_the_others_counted():
    assert _arguments.some(["a", "b"]) == "a, b"
    assert _arguments.some("abcdef") == "a, b, c, d and 2 more"


def test_the_check_of_a_level_is_written_once():
    folder = Path(_arguments.__file__).parent
    again = [
        path.name
        for path in folder.glob("**/*.py")
        if path.name != "_arguments.py"
        if re.search(r"0 < level < 1|^Array = ", path.read_text(encoding="utf-8"), re.M)
    ]
    assert not again


VALUES = np.random.default_rng(1).lognormal(2.4, 0.5, 200)
SERIES = np.sin(np.arange(60.0) ** 2)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: density.discontinuity(VALUES, threshold="15"),
            "threshold is a number, found '15'",
        ),
        (lambda: density.discontinuity(VALUES, threshold=15, round_numbers=5), "list of numbers"),
        (lambda: exclusion.left_out(VALUES, VALUES, threshold="15"), "threshold is a number"),
        (lambda: exclusion.left_out(VALUES, VALUES, threshold=15, degree=2.5), "degree is a whole"),
        (lambda: exclusion.left_out(VALUES, VALUES, threshold=15, window=3), "found 3 and 15"),
        (lambda: funnel.limits("many", target=0.5), "expected numbers"),
        (lambda: funnel.limits(100, target="half"), "target is a number, found 'half'"),
        (
            lambda: funnel.limits(100, target=0.5, design_effect=np.nan),
            "design_effect .* found nan",
        ),
        (lambda: funnel.limits(100, target=0.5, between_variance=np.nan), "found nan"),
        (lambda: funnel.compare([0.5, 0.4], [0.1, 0.1], target="x"), "target is a number"),
        (lambda: dispersion.pearson([4, 5], [4, 5], parameters="one"), "parameters is a whole"),
        (lambda: heaping.rounding_share(np.ceil(VALUES), unit="1"), "unit is a number above 0"),
        (lambda: serial.ratio([1, 2, 1, 2], [9] * 4, correlation="none"), "found 'none'"),
        (lambda: spc.family_false_alarm(True), "points is a whole number, 1 or more, not True"),
        (lambda: spc.family_false_alarm(12, autocorrelation="a"), "lies between -1 and 1"),
        (lambda: spc.xmr([1, 2, 3], improvement=["higher"]), r"found \['higher'\]"),
        (
            lambda: breaks.change_points(SERIES, penalty="high"),
            "penalty is zero or more, not 'high'",
        ),
        (lambda: similarity.nearest(pd.DataFrame({"a": [1, 2, 3]}), k="1"), "k is a whole number"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused_in_words(call, says):
    with pytest.raises(InputError, match=says):
        call()
