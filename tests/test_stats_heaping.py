"""Heaps on round numbers are measured against a smooth density, not a flat one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import heaping

from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")


def minutes(n: int, seed: int) -> np.ndarray:
    return np.rint(11.5 * np.exp(0.55 * np.random.default_rng(seed).standard_normal(n)))


def rounded(values: np.ndarray, shares: dict[int, float], seed: int) -> np.ndarray:
    """Round a share of the values to each multiple, those in the middle either way."""
    rng = np.random.default_rng(seed)
    chance, tip = rng.random(values.size), rng.uniform(-1e-6, 1e-6, values.size)
    out, past = values.copy(), 0.0
    for multiple, share in shares.items():
        hit = (chance >= past) & (chance < past + share)
        out[hit] = multiple * np.rint(values[hit] / multiple + tip[hit])
        past += share
    return out


def share(values, **asked) -> pd.Series:
    return heaping.rounding_share(values, **asked).iloc[0]


EVEN = np.repeat(np.arange(100), 20)


@pytest.mark.parametrize("true", [0.0, 0.1, 0.25, 0.6, 0.9])
def test_the_share_rounded_is_recovered(true):
    rows = [share(rounded(minutes(3000, seed), {5: true}, seed)) for seed in range(12)]
    found = pd.DataFrame(rows)
    assert found["estimate"].mean() == pytest.approx(true, abs=0.015)
    assert ((found["lower"] <= true) & (found["upper"] >= true)).sum() >= 9


def test_several_multiples_are_distinguished():
    true = {5: 0.2, 10: 0.1, 30: 0.1, 60: 0.05}
    day = np.random.default_rng(4).integers(0, 1440, 30_000).astype(float)
    table = heaping.rounding_share(rounded(day, true, 4), to=(60, 30, 15, 10, 5))
    assert table["to"].tolist() == ["5", "10", "15", "30", "60", "any"]
    found = table.set_index("to")
    for multiple, one in {**true, 15: 0.0}.items():
        assert found.loc[str(multiple), "estimate"] == pytest.approx(one, abs=0.03)
    assert found.loc["any", "estimate"] == pytest.approx(0.45, abs=0.015)
    assert found.loc["15", "p_value"] > 0.01


def test_the_unit_does_not_matter():
    values = rounded(minutes(2000, 5), {5: 0.3}, 5)
    row, other = share(values), share(values * 60, to=300, unit=60)
    assert other.estimate == pytest.approx(row.estimate)
    assert other.stderr == pytest.approx(row.stderr)
    parts = share(values / 60, to=5 / 60, unit=1 / 60)
    assert parts.estimate == pytest.approx(row.estimate)


def test_more_rounding_gives_a_larger_share_and_input_is_not_changed():
    values = minutes(2000, 6)
    kept = values.copy()
    found = [share(rounded(values, {5: s}, 6)).estimate for s in (0.1, 0.3, 0.5)]
    assert found == sorted(found)
    assert (values == kept).all()
    assert share(values[::-1]).equals(share(values))


def test_the_interval_stays_within_zero_and_one():
    for seed in range(10):
        row = share(minutes(300, seed))
        assert 0 <= row.lower <= row.estimate <= row.upper <= 1


def test_values_that_are_all_multiples_have_a_share_of_one_with_a_lower_end():
    row = share(np.repeat(np.arange(0, 100, 5), 10))
    assert (row.estimate, row.upper) == (1, 1)
    # The share s at which (1 − 0.8(1 − s))^200 is 2.5%.
    assert (1 - 0.8 * (1 - row.lower)) ** 200 == pytest.approx(0.025)
    assert "All values are multiples of 5" in row.caveat
    with pytest.raises(InputError, match="nothing distinguishes several of them"):
        heaping.rounding_share(np.repeat(np.arange(0, 100, 5), 10), to=(5, 10))


def test_missing_values_are_left_out_and_said():
    values = np.append(minutes(500, 7), [np.nan] * 3)
    row = share(values)
    assert row.n == 500
    assert "3 of 503 values are missing" in row.caveat


@pytest.mark.parametrize(
    ("values", "asked", "says"),
    [
        (["soon"] * 60, {}, "expected numbers"),
        ([7.0] * 60, {}, "all 60 values are 7"),
        (np.arange(20), {}, "50 values or more are needed, found 20"),
        (np.append(EVEN, np.inf), {}, "finite, found 1"),
        (EVEN + 0.25, {}, "2,000 values are no whole steps of 1, first 0.25"),
        (EVEN, {"unit": 0}, "unit is a number above 0"),
        (EVEN, {"level": 95}, "between 0 and 1"),
        (np.repeat(np.arange(10), 20), {}, "fewer than 4 multiples of .*coarser unit of time"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(values, asked, says):
    with pytest.raises(InputError, match=f"Cannot measure heaping.*{says}"):
        share(values, **asked)


def test_multiples_that_are_none_are_refused():
    with pytest.raises(InputError, match=r"to is two or more whole units, found 2\.5, 5"):
        share(EVEN, to=(5, 2.5))
    with pytest.raises(InputError, match="to is two or more whole units, found none"):
        share(EVEN, to=())


def test_a_multiple_in_words_is_refused_in_words():
    with pytest.raises(InputError, match="Cannot measure heaping: expected numbers"):
        share(EVEN, to="five")


def test_values_that_span_too_many_steps_need_a_coarser_unit():
    with pytest.raises(InputError, match="values span 990,000 steps of 1; give a coarser unit"):
        share(EVEN * 10_000 + (EVEN == 1))


def test_seconds_that_are_whole_minutes_are_asked_about():
    with pytest.raises(InputError, match=r"all values are multiples of 60.*unit=60"):
        share(60 * EVEN, to=7)


@pytest.mark.real_data
@real_data
@pytest.mark.parametrize(
    ("name", "on_five", "on_hour"),
    [
        ("2019-01-metropolitan-stop-and-search.csv.gz", 0.742, 0.129),
        ("2022-08-metropolitan-stop-and-search.csv.gz", 0.581, 0.102),
    ],
)
def test_times_of_searches_are_rounded_as_their_shares_on_five_say(name, on_five, on_hour):
    when = pd.to_datetime(pd.read_csv(REAL / name)["Date"], utc=True)
    day = 60 * when.dt.hour + when.dt.minute
    assert (day % 5 == 0).mean() == pytest.approx(on_five, abs=0.001)
    assert (day % 60 == 0).mean() == pytest.approx(on_hour, abs=0.001)
    table = heaping.rounding_share(day, to=(5, 10, 15, 30, 60)).set_index("to")
    # Whoever does not round is on a multiple of five one time in five.
    rounded_at_all = (on_five - 0.2) / 0.8
    assert table.loc["any", "estimate"] == pytest.approx(rounded_at_all, abs=0.01)


@pytest.mark.real_data
@real_data
def test_the_brigade_does_not_round_its_seconds():
    seconds = pd.read_csv(REAL / "lfb_dwelling_fires_2009.csv")["FirstPumpArriving_AttendanceTime"]
    assert (heaping.rounding_share(seconds, to=(5, 10, 15, 30, 60))["p_value"] > 0.05).all()


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([30, 10, 25, np.nan], 5),
        ([4, 6, 9], 1),
        ([61, 121, 181], 1),
        (np.array([61, 62, 75]) / 60, 1 / 60),
        ([0.1, 0.25, 3.14159], 0),
        ([2.5, 2.5], 0),
        ([10, np.inf, 15], 5),
    ],
)
def test_the_step_of_records_is_found_whatever_their_order(values, step):
    assert heaping.recording_step(values) == pytest.approx(step)
