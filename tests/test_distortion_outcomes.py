"""Surges at the month's end, and what moved a rate, are told from weekdays and from each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import distortion
from pvtools.errors import InputError


def daily(seed: int = 1, *, surge: float = 1.0, months: int = 24, weekend: float = 0.5):
    rng = np.random.default_rng(seed)
    days = pd.date_range("2023-01-01", periods=int(30.4 * months) + 3)
    mean = np.where(days.day_of_week >= 5, weekend, 1.0) * 80
    mean = mean * np.where(days.day > days.days_in_month - 4, surge, 1.0)
    return pd.DataFrame({"date": days, "count": rng.poisson(mean)})


def test_a_surge_is_recovered_whatever_the_weekdays_do():
    row = distortion.month_end(daily(surge=1.3)).iloc[0]
    assert row.estimate == pytest.approx(0.3, abs=0.04)
    assert row.lower > 0.2
    assert row.p_value < 1e-6


def test_without_a_surge_it_fires_about_as_often_as_it_says():
    p = [distortion.month_end(daily(seed)).p_value.item() for seed in range(300)]
    assert 0.02 <= np.mean(np.array(p) < 0.05) <= 0.09


def test_exact_counts_give_the_exact_ratio():
    days = pd.date_range("2023-01-01", "2023-12-31")
    last = days.day > days.days_in_month - 4
    table = pd.DataFrame({"date": days, "count": np.where(last, 15.0, 10.0)})
    table.loc[0, "count"] += 1e-9  # not all alike, so that there is an error to divide by
    assert distortion.month_end(table).estimate.item() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (daily(months=3), "6 whole months or more"),
        (daily().rename(columns={"count": "n"}), "lack the columns count"),
        (daily().assign(count=-1), "zero or more"),
        (daily().assign(count=0), "not all zero"),
        (daily().assign(count=np.inf), "zero or more"),
        (daily().assign(count="many"), "cannot be read"),
        (daily().assign(date="the 31st of June"), "cannot be read"),
        (daily().assign(date=lambda t: t.date.where(t.index != 5)), "dates that are missing"),
        (
            daily().assign(count=lambda t: (t.date.dt.day > t.date.dt.days_in_month - 4) * 1),
            "All counts stand in the last days",
        ),
    ],
)
def test_days_that_bear_no_surge_are_refused(table, says):
    with pytest.raises(InputError, match=says):
        distortion.month_end(table)


@pytest.mark.parametrize("days", [0, -1, 28])
def test_last_days_are_part_of_a_month(days):
    with pytest.raises(InputError, match="must be 1 to 27"):
        distortion.month_end(daily(), days=days)
    with pytest.raises(InputError, match="level between 0 and 1"):
        distortion.month_end(daily(), level=95)


def sparse(seed: int, mean: float) -> pd.DataFrame:
    days = pd.date_range("2023-01-01", "2024-12-31")
    counts = np.random.default_rng(seed).poisson(mean, len(days))
    return pd.DataFrame({"date": days, "count": counts})


@pytest.mark.parametrize("mean", [0.1, 0.3, 1.0])
def test_few_counts_a_day_are_no_surge(mean):
    table = pd.concat(distortion.month_end(sparse(seed, mean)) for seed in range(200))
    assert table.estimate.mean() == pytest.approx(0, abs=0.06)
    covered = (table.lower <= 0) & (table.upper >= 0)
    assert 0.91 <= covered.mean() <= 0.99
    assert (covered == (table.p_value >= 0.05)).all()
    assert (table.n == 24).all()


def test_months_whose_last_days_count_nothing_are_evidence():
    table = sparse(1, 3.0)
    last = table.date.dt.day > table.date.dt.days_in_month - 4
    even = table.date.dt.month % 2 == 0
    row = distortion.month_end(table.assign(count=table["count"].mask(last & even, 0))).iloc[0]
    assert row.n == 24
    assert row.estimate == pytest.approx(-0.5, abs=0.1)
    never = distortion.month_end(table.assign(count=table["count"].mask(last, 0))).iloc[0]
    assert (never.estimate, never.lower) == (-1, -1)
    assert never.p_value < 1e-6
    assert never.upper > -1


def test_a_month_whose_few_other_days_count_nothing_is_kept():
    row = distortion.month_end(sparse(1, 0.3), days=26).iloc[0]
    assert row.n == 24
    assert np.isfinite(row[["estimate", "lower", "upper", "p_value"]].astype(float)).all()


def test_a_clock_time_makes_no_day_of_its_own():
    table = daily(surge=1.2)
    timed = table.assign(date=table.date + pd.to_timedelta(np.arange(len(table)) % 24, unit="h"))
    pd.testing.assert_frame_equal(distortion.month_end(timed), distortion.month_end(table))


def monthly(outcomes: tuple[int, int], offences: tuple[int, int]) -> pd.DataFrame:
    months = pd.date_range("2023-01-01", periods=24, freq="MS")
    late = np.arange(24) >= 12
    swing = np.tile([5, -5], 12)
    return pd.DataFrame(
        {
            "level": "borough",
            "borough": "Hackney",
            "month": months,
            "offence": "Theft",
            "offences": np.where(late, offences[1], offences[0]) + 10 * swing,
            "positive_outcomes": np.where(late, outcomes[1], outcomes[0]) + swing,
            "caveat": "",
        }
    )


@pytest.mark.parametrize(
    ("outcomes", "offences", "moved"),
    [((100, 150), (1000, 1000), "outcomes"), ((100, 100), (1000, 700), "offences")],
)
def test_a_rate_that_rises_is_laid_to_what_moved_it(outcomes, offences, moved):
    table = distortion.rate_moved_by(monthly(outcomes, offences), kind="Theft", area="Hackney")
    rows = table.set_index("part")
    assert rows.estimate["rate"] == pytest.approx(
        outcomes[1] / offences[1] / (outcomes[0] / offences[0]) - 1
    )
    still = {"outcomes": "offences", "offences": "outcomes"}[moved]
    assert rows.lower[moved] > 0 or rows.upper[moved] < 0
    assert rows.lower[still] <= 0 <= rows.upper[still]
    assert rows.after["rate"] == pytest.approx(outcomes[1] / offences[1])


def test_a_change_of_recording_within_the_two_years_is_said():
    table = monthly((100, 100), (1000, 1000))
    changed = table.assign(comparable=table.month < "2024-03")
    said = distortion.rate_moved_by(changed, kind="Theft").caveat.iloc[0]
    assert "not wholly comparable" in said
    assert "not wholly" not in distortion.rate_moved_by(table, kind="Theft").caveat.iloc[0]
    with pytest.raises(InputError, match="needs two years"):
        distortion.rate_moved_by(table, kind="Arson")


def test_months_that_lack_are_named_and_no_earlier_ones_taken_for_them():
    table = pd.concat(
        [
            monthly((100, 100), (1000, 1000)).assign(
                month=pd.date_range("2021-01-01", periods=24, freq="MS")
            ),
            monthly((100, 100), (1000, 1000)),
        ]
    )
    lacking = table[~table.month.isin(pd.to_datetime(["2023-03-01", "2024-05-01"]))]
    with pytest.raises(InputError, match="2023-03, 2024-05 lack"):
        distortion.rate_moved_by(lacking, kind="Theft", area="Hackney")
    unknown = table.assign(
        positive_outcomes=table.positive_outcomes.where(table.month != "2024-05")
    )
    for area in ("Hackney", "London"):
        with pytest.raises(InputError, match="months: 2024-05 lack"):
            distortion.rate_moved_by(unknown, kind="Theft", area=area)
    with pytest.raises(InputError, match="a year is without any"):
        distortion.rate_moved_by(table.assign(positive_outcomes=0), kind="Theft")


def test_london_is_the_boroughs_held_in_both_years_and_the_others_are_named():
    hackney = monthly((100, 150), (1000, 1000))
    part = hackney.assign(borough="Brent").iloc[12:]
    holes = hackney.assign(
        borough="Camden",
        positive_outcomes=hackney.positive_outcomes.where(hackney.month != "2023-02-01"),
    )
    alone = distortion.rate_moved_by(hackney, kind="Theft")
    assert "Left out" not in alone.caveat.iloc[0]
    table = distortion.rate_moved_by(pd.concat([hackney, part, holes]), kind="Theft")
    assert table.caveat.iloc[0].endswith("not held in all 24 months: Brent, Camden.")
    numbers = ["before", "after", "estimate", "lower", "upper"]
    pd.testing.assert_frame_equal(table[numbers], alone[numbers])
    apart = pd.concat([hackney.iloc[:12], part])
    with pytest.raises(InputError, match="no area is held in all 24 months"):
        distortion.rate_moved_by(apart, kind="Theft")
