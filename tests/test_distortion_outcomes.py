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
        (daily().assign(count=0), "not all nought"),
    ],
)
def test_days_that_bear_no_surge_are_refused(table, says):
    with pytest.raises(InputError, match=says):
        distortion.month_end(table)


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
    table = distortion.rate_moved_by(monthly(outcomes, offences), kind="Theft", borough="Hackney")
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
    since = "recorded in another way since March 2024, so not comparable with earlier months."
    changed = table.assign(caveat=np.where(table.month >= "2024-03", since, ""))
    said = distortion.rate_moved_by(changed, kind="Theft").caveat.iloc[0]
    assert "not wholly comparable" in said
    assert "not wholly" not in distortion.rate_moved_by(table, kind="Theft").caveat.iloc[0]
    with pytest.raises(InputError, match="needs two years"):
        distortion.rate_moved_by(table, kind="Arson")
