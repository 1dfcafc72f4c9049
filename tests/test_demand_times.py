"""Hours of the week: shares add to one, and clustered weeks are not taken for chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import demand, estimates, tables
from pvtools.errors import InputError

from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")


def grid(days: int, start: str = "2030-01-07") -> pd.DataFrame:
    dates = pd.date_range(start, periods=days)
    frame = pd.DataFrame({"date": np.repeat(dates, 24), "hour": np.tile(np.arange(24), days)})
    return frame.assign(weekday=frame.date.dt.day_name(), n=1, on_the_hour=0)


def cell(frame: pd.DataFrame) -> np.ndarray:
    return (frame.date.dt.day_of_week * 24 + frame.hour).to_numpy()


def test_shares_add_up_and_begin_on_monday_at_midnight():
    hours = grid(28, start="2030-01-10")
    hours["n"] = np.random.default_rng(1).poisson(3, len(hours))
    profile = demand.hour_profile(hours)
    assert len(profile) == 168
    assert profile.estimate.sum() == pytest.approx(1)
    assert profile.n.sum() == hours.n.sum()
    assert (profile.weekday.iloc[0], profile.hour.iloc[0]) == ("Monday", 0)
    assert profile.expected.to_numpy() == pytest.approx(1 / 168)
    assert (profile.period == "2030-01 to 2030-02").all()


def test_alike_hours_have_alike_shares_whatever_part_of_a_week_is_held():
    profile = demand.hour_profile(grid(7 * 3 + 4))
    assert profile.estimate.to_numpy() == pytest.approx(1 / 168)
    assert sorted(profile.weeks.unique()) == [3, 4]
    assert (profile.phi == 1).all()


def test_chance_alone_gives_the_wilson_interval_of_whole_weeks():
    from pvtools.stats import intervals

    hours = grid(28)
    hours.loc[cell(hours) == 5, "n"] = 0
    profile = demand.hour_profile(hours)
    expected = intervals.wilson([4, 0], 4 * 167)
    ends = profile[["lower", "upper"]].iloc[4:6].to_numpy()
    assert ends == pytest.approx(expected[["lower", "upper"]].to_numpy())


def test_the_hour_that_comes_twice_counts_as_two_and_the_skipped_one_as_none():
    autumn = grid(28, start="2030-10-14")  # the clock goes back on 27 October
    autumn.loc[(autumn.date == "2030-10-27") & (autumn.hour == 1), "n"] = 2
    spring = grid(28, start="2030-03-18")  # and forward on 31 March
    spring = spring[~((spring.date == "2030-03-31") & (spring.hour == 1))]
    for hours, weeks in ((autumn, 5), (spring, 3)):
        profile = demand.hour_profile(hours)
        assert profile.estimate.to_numpy() == pytest.approx(1 / 168)
        assert estimates.pick(profile, weekday="Sunday", hour=1).weeks == weeks


@pytest.mark.parametrize("kind", ["chance", "clusters", "weeks that differ"])
def test_intervals_hold_the_true_shares_in_quiet_hours_and_busy_ones(kind):
    rng = np.random.default_rng(2)
    truth = np.exp(rng.normal(0, 1, 168))
    truth /= truth.sum()
    busy = np.argsort(truth)[-42:]
    hours = grid(28)
    mean = 4000 * truth[cell(hours)]
    held = []
    for _ in range(40):
        if kind == "clusters":  # each of one and three more, on average
            batches = rng.poisson(mean / 4)
            n = batches + rng.poisson(3 * batches)
        else:
            swing = rng.gamma(4, 1 / 4, len(mean)) if kind != "chance" else 1.0
            n = rng.poisson(mean * swing)
        profile = demand.hour_profile(hours.assign(n=n))
        held.append((profile.lower <= truth) & (truth <= profile.upper))
    held = np.array(held)
    assert 0.93 <= held.mean() <= 0.99
    assert 0.92 <= held[:, busy].mean() <= 0.98


def test_every_borough_has_a_profile_of_its_own():
    hours = pd.concat([grid(14).assign(borough=name) for name in ("Brent", "Camden")])
    profile = demand.hour_profile(hours)
    assert profile.groupby("area").estimate.sum().to_dict() == pytest.approx(
        {"Brent": 1, "Camden": 1}
    )


def test_rounded_times_few_weeks_and_empty_weeks_are_told_of():
    hours = grid(28)
    assert demand.hour_profile(hours).caveat.str.contains("4 weeks only").all()
    rounded = demand.hour_profile(hours.assign(on_the_hour=hours.n))
    assert rounded.caveat.str.startswith("100% of times are at the full hour").all()
    hours.loc[hours.date < "2030-01-14", "n"] = 0
    assert demand.hour_profile(hours).caveat.str.contains("1 weeks have no incident").all()
    assert (demand.hour_profile(grid(7 * 20)).caveat == "").all()


def test_nothing_is_mutated():
    hours = grid(14)
    before = hours.copy()
    demand.hour_profile(hours)
    pd.testing.assert_frame_equal(hours, before)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (grid(13), "seen twice .* 144 of 168"),
        (grid(14).assign(n=0), "No incident"),
        (grid(14).drop(columns="n"), "the columns n are missing"),
        (pd.concat([grid(14), grid(14)]), "one row for each date, hour"),
        (grid(14).assign(n=-1), "zero or more"),
    ],
)
def test_what_has_no_profile_is_refused_in_words(hours, says):
    with pytest.raises(InputError, match=says):
        demand.hour_profile(hours)


@pytest.mark.real_data
@real_data
def test_searches_differ_from_week_to_week_far_more_than_fires():
    fires = tables.incident_hours(
        REAL / "lfb_dwelling_fires_2009.csv",
        date="DateOfCall",
        time="TimeOfCall",
        zone="Europe/London",
    )
    searches = tables.search_hours(REAL / "2022-08-metropolitan-stop-and-search.csv.gz")
    calm, wild = demand.hour_profile(fires), demand.hour_profile(searches)
    assert calm.phi.max() < 1.2
    assert (calm.caveat == "").all()
    assert wild.phi.min() > 4
    assert wild.caveat.str.contains("10% of times are at the full hour").all()
    assert wild.loc[wild.estimate.idxmax(), ["weekday", "hour"]].tolist() == ["Thursday", 17]
