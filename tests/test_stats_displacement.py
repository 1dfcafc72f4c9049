"""Effort that moved to what is counted is found; what moved everywhere is not laid at its door."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats.displacement import _wild, effort

# Darwin's maize: height of crossed less self-fertilised plants, eighths of an inch, fifteen pairs
MAIZE = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48.0])


def outputs(*, change=0.0, areas=16, pressed=6, months=24, seed=1, noise=0.03):
    """Return counts of two outputs, which part by ``change`` in areas under pressure."""
    rng = np.random.default_rng(seed)
    size = 5 + rng.normal(0, 0.3, (areas, 1, 1)) + rng.normal(0, noise, (areas, months, 2))
    later = (np.arange(months) >= months // 2)[:, None]
    parted = change * (np.arange(areas) < pressed)[:, None, None] * later * [0.5, -0.5]
    counts = np.round(1e4 * np.exp(size + parted))
    cells = pd.MultiIndex.from_product(
        [
            [f"area {i:02}" for i in range(areas)],
            pd.period_range("2012-04", periods=months, freq="M"),
            ["counted", "not"],
        ],
        names=["area", "month", "category"],
    )
    table = pd.DataFrame({"count": counts.ravel()}, index=cells).reset_index()
    return table.assign(pressed=table.area < f"area {pressed:02}")


def row(table, **options):
    asked = {
        "targeted": ["counted"],
        "untargeted": ["not"],
        "area": "area",
        "start": "2013-04",
        "pressure": "pressed",
        **options,
    }
    return effort(table, **asked).iloc[0]


def test_without_noise_it_is_the_difference_of_differences_of_two_by_two():
    cells = {
        (True, "counted"): (100, 130),
        (True, "not"): (80, 60),
        (False, "counted"): (200, 220),
        (False, "not"): (50, 55),
    }
    rows = [
        (f"{pressed}{copy}", month, kind, means[month >= 12], pressed)
        for (pressed, kind), means in cells.items()
        for copy in range(3)
        for month in range(24)
    ]
    table = pd.DataFrame(rows, columns=["area", "month", "category", "count", "pressed"])
    found = row(table, start=12)
    log = {key: np.log(after / before) for key, (before, after) in cells.items()}
    expected = (log[True, "counted"] - log[True, "not"]) - (
        log[False, "counted"] - log[False, "not"]
    )
    assert found.estimate == pytest.approx(expected)
    assert found.relative == pytest.approx(1.3 / 0.75 / 1 - 1)
    assert found.change_targeted == pytest.approx(np.log(1.3) - np.log(1.1))
    assert found.change_untargeted == pytest.approx(np.log(0.75) - np.log(1.1))
    assert np.isnan(found.p_value)
    assert "nothing to judge chance by" in found.caveat


def test_every_sign_of_fishers_maize_gives_his_probability():
    # Fisher (1935), The Design of Experiments, 21: 1,726 of 32,768, or 5.267%.
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=15)))
    contrast = _wild.Contrast(MAIZE, np.ones(15, dtype=bool))
    assert contrast.estimate == pytest.approx(314 / 15)
    # The data count as one draw more.
    assert contrast.p_value(signs) == pytest.approx((1_726 + 1) / (32_768 + 1))


def test_interval_and_test_are_one_and_the_same():
    signs = _wild.draws(15, n_boot=999, seed=3)
    contrast = _wild.Contrast(MAIZE, np.arange(15) < 6)
    lower, upper = contrast.interval(signs, level=0.95)
    width = upper - lower
    for end, inward in ((lower, 1e-4), (upper, -1e-4)):
        assert contrast.p_value(signs, value=end + inward * width) > 0.05
        assert contrast.p_value(signs, value=end - inward * width) <= 0.05


def test_its_standard_error_is_welchs():
    contrast = _wild.Contrast(MAIZE, np.arange(15) < 6)
    expected = np.sqrt(MAIZE[:6].var(ddof=1) / 6 + MAIZE[6:].var(ddof=1) / 9)
    assert contrast.stderr == pytest.approx(expected)


def test_effort_that_moved_is_found():
    found = row(outputs(change=0.14))
    assert found.p_value < 0.01
    assert found.lower < 0.14 < found.upper
    assert found.change_untargeted < 0 < found.change_targeted
    assert found.relative_lower == pytest.approx(np.expm1(found.lower))
    assert (found.n_areas, found.n_pressured) == (16, 6)
    assert found.caveat == ""


def test_where_nothing_moved_the_test_seldom_fires():
    fired = [row(outputs(seed=seed), n_boot=199).p_value <= 0.05 for seed in range(80)]
    assert sum(fired) <= 10


def test_what_moved_everywhere_drops_out_against_other_areas_only():
    table = outputs(change=0.3, pressed=16).assign(pressed=lambda t: t.area < "area 06")
    assert row(table).p_value > 0.05
    within = row(table, pressure=None)
    assert within.estimate == pytest.approx(0.3, abs=0.02)
    assert within.n_pressured == 16
    assert "No areas to compare with" in within.caveat


def test_targeted_and_not_are_mirror_images():
    table = outputs(change=0.1)
    one = row(table)
    other = row(table, targeted=["not"], untargeted=["counted"])
    assert other.estimate == pytest.approx(-one.estimate)
    assert other.lower == pytest.approx(-one.upper)
    assert other.p_value == one.p_value


def test_order_of_rows_does_not_matter_seeds_repeat_and_nothing_is_changed():
    table = outputs(change=0.05)
    before = table.copy()
    shuffled = table.sample(frac=1, random_state=2)
    pd.testing.assert_series_equal(row(table), row(shuffled))
    pd.testing.assert_frame_equal(table, before)
    assert row(table, seed=2).lower != row(table, seed=3).lower


def test_categories_are_added_up():
    table = outputs(change=0.14)
    halves = table[table.category == "counted"]
    half = halves.assign(count=halves["count"] / 2)
    parts = pd.concat([half, half.assign(category="counted too"), table[table.category == "not"]])
    found = row(parts, targeted=["counted", "counted too"])
    assert found.estimate == pytest.approx(row(table).estimate)


def test_few_areas_use_six_weights_and_say_so():
    few = row(outputs(areas=8, pressed=4, change=0.2))
    assert "Webb" in few.method
    assert "Only 8 areas" in few.caveat
    assert len(np.unique(np.abs(_wild.draws(8, n_boot=99, seed=1)).round(9))) == 3
    assert set(np.unique(_wild.draws(12, n_boot=99, seed=1))) == {-1.0, 1.0}
    lopsided = row(outputs(pressed=3, change=0.2))
    assert "Only 3 areas in one of the groups" in lopsided.caveat


def test_a_missing_count_takes_its_month_and_an_area_without_any_is_left_out():
    table = outputs(change=0.14)
    gap = table.drop(index=table[table.area == "area 02"].index[:1])
    found = row(gap, pressure=None)
    assert "Left out, for fewer than 12 months on a side are known: area 02" in found.caveat
    assert found.n_areas == 15
    longer = outputs(change=0.14, months=48)
    gap = longer.drop(index=longer[longer.area == "area 02"].index[:1])
    found = row(gap, start="2014-04")
    assert "1 months of areas are left out" in found.caveat
    assert found.n_areas == 16


def test_an_output_of_nothing_gets_half_a_case_and_says_so():
    table = outputs(change=0.14)
    zero_cells = (table.area == "area 01") & (table.category == "not") & (table.month < "2013-04")
    found = row(table.assign(count=table["count"].where(~zero_cells, 0)))
    assert "Half a case is added where there are none on a side: area 01" in found.caveat
    assert np.isfinite(found.upper)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"area": "ward"}, "no column 'ward'; it has: area"),
        ({"targeted": ["conted"]}, "no category 'conted'. Did you mean 'counted'"),
        ({"targeted": ["not"]}, "targeted or not, found both: not"),
        ({"untargeted": "not"}, "untargeted is a list"),
        ({"start": "2012-08"}, "found 4 and 20"),
        ({"start": "2020-01"}, "start lies in the months"),
        ({"start": 12}, "start is a date"),
        ({"n_boot": 10}, "n_boot is a whole number, 99 or more"),
        ({"level": 1.5}, "level lies between 0 and 1"),
    ],
)
def test_what_is_asked_amiss_is_refused_with_what_to_do(options, says):
    with pytest.raises(InputError, match=says):
        row(outputs(), **options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.assign(count=-t["count"]), "zero or more"),
        (lambda t: t.assign(count="many"), "counts are numbers"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "more than one count for area 00, 2012-04"),
        (lambda t: t.assign(area=t.area.where(t.index > 0)), "an area and a month"),
        (lambda t: t.assign(pressed=t.index % 4 < 2), "varies in area 00"),
        (lambda t: t.assign(pressed="yes"), "True or False"),
        (lambda t: t.assign(pressed=t.area == "area 03"), "found 1 and 15"),
        (
            lambda t: t[(t.category == "counted") == (t.area < "area 08")],
            "found 0; do targeted and untargeted categories share areas",
        ),
        (lambda t: t.to_numpy(), "DataFrame, not ndarray"),
    ],
)
def test_counts_that_bear_no_comparison_are_refused(change, says):
    with pytest.raises(InputError, match=says):
        row(change(outputs()))
