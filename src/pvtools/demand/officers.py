"""How many officers answer calls in time, and what a number of them achieves, hour by hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.chance import generator
from pvtools.demand import draws as luck
from pvtools.demand.calls import WEEKDAYS, WEEKS_A_YEAR, DemandProfile
from pvtools.errors import InputError, did_you_mean
from pvtools.stats import queueing

#: The day of the row that is about all hours of the span together.
ALL_HOURS = "All hours"
_MOST_DRAWS = 10_000
_ASSUMED = (
    "Calls per offence, crew, and hours a call binds it are assumptions; so are calls at random, "
    "taken in turn and given up by nobody."
)

_ENDLESS = (
    "These officers cannot keep up in every hour: there the queue grows without end and no call "
    "counts as answered in time."
)


def officers_needed(
    profile: DemandProfile,
    *,
    day: str = "Friday",
    hours: tuple[int, int] = (20, 2),
    share_within: float = 0.9,
    within_hours: float = 0.25,
    draws: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how many officers answer this share of calls in time, in each hour of a span.

    Parameters
    ----------
    profile
        What :func:`profile` returned.
    day, hours
        The day on which the span begins, and from which to which hour of the clock it lasts:
        ``(20, 2)`` ends at two the next morning, ``(0, 24)`` is the whole day.
    share_within, within_hours
        Share of calls to be answered in time, and what in time is: hours of waiting before a
        crew is free. The way there is not in it.
    draws, seed
        Draws of what is assumed, and their seed.
    level
        Share of draws the band holds.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``officers_needed``), a row an hour: the estimate at the
        likely values, the band from draws, ``n`` the draws; ``weekday, hour, calls_per_hour,
        crews, share_answered_within`` (what that number achieves, at the likely values),
        ``share_within, within_hours`` (what was asked).

    Raises
    ------
    InputError
        A day, hour, share, time, level or number of draws that cannot be: all at once.

    Notes
    -----
    Crews by Erlang's delay formula (``stats.queueing.servers_needed``) times officers a crew;
    each hour by itself, as if its rate had lasted long enough for the queue to settle.
    """
    faults = _bad_span(day, hours) + _bad_draws(draws, level)
    if not 0 < share_within < 1:
        faults.append(f"share_within lies between 0 and 1, found {share_within:g}")
    _refuse(faults + _bad_time(within_hours))
    span = _span(profile, day, hours)
    asked = {"share_within": share_within, "within_hours": within_hours}
    rate, case = span.calls_per_hour.to_numpy(), _cases(profile, span, draws, seed)
    now = luck.likely(profile.assumptions)
    row = queueing.servers_needed(
        arrivals_per_hour=rate, mean_handling_hours=now["call_hours"], **asked
    )
    drawn = queueing.servers_needed(
        arrivals_per_hour=case["calls"].ravel(), mean_handling_hours=case["hours"].ravel(), **asked
    ).servers.to_numpy()
    needed = row.servers.to_numpy() * now["crew"]
    band = luck.band(drawn.reshape(case["calls"].shape) * case["crew"], level, holding=needed)
    return estimates.table(
        span.assign(
            estimate=needed,
            lower=band[0],
            upper=band[1],
            crews=row.servers.to_numpy(),
            share_answered_within=row.share_answered_within.to_numpy(),
            share_within=share_within,
            within_hours=within_hours,
            caveat=[_said(profile, text) for text in row.caveat],
        ),
        measure="officers_needed",
        quantity="level",
        area=profile.area,
        period=profile.period,
        level=level,
        n=draws,
        method=f"Erlang's delay formula; {draws:,} draws of what is assumed",
    )


def waits(
    profile: DemandProfile,
    officers: int | Sequence[int],
    *,
    day: str = "Friday",
    hours: tuple[int, int] = (20, 2),
    within_hours: float = 0.25,
    draws: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what share of calls a number of officers answers in time, hour by hour.

    Parameters
    ----------
    profile, day, hours, within_hours, draws, seed, level
        As for :func:`officers_needed`.
    officers
        Officers on duty for calls throughout the span; one number or several.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``answered_in_time``), for each number a row an hour and one
        for all hours (``weekday`` "All hours", ``hour`` missing), each hour counting by its
        calls: ``officers, weekday, hour, calls_per_hour, crews, mean_wait_minutes`` (missing,
        and the caveat says so, where the queue grows without end: of its calls none counts as
        answered in time), ``within_hours``.

    Raises
    ------
    InputError
        As for :func:`officers_needed`, or officers that are no whole numbers.

    Notes
    -----
    The same formula as :func:`officers_needed`, so that the number it gives lies on this curve.
    Officers who make up no crew go to no call.
    """
    numbers = np.atleast_1d(np.asarray(officers, dtype=float))
    faults = _bad_span(day, hours) + _bad_draws(draws, level) + _bad_time(within_hours)
    if numbers.ndim > 1 or not numbers.size or not ((numbers >= 0) & (numbers % 1 == 0)).all():
        faults.append(f"officers are whole numbers, 0 or more, found {officers}")
    _refuse(faults)
    span = _span(profile, day, hours)
    rate, now = span.calls_per_hour.to_numpy(), luck.likely(profile.assumptions)
    case = _cases(profile, span, draws, seed)
    drawn = _answered(_made_up(numbers[:, None, None], case["crew"]), case, within_hours)
    parts = []
    for number, shares in zip(numbers, drawn, strict=True):
        crews = _made_up(number, now["crew"])
        row = queueing.erlang_c(
            crews, arrivals_per_hour=rate, mean_handling_hours=now["call_hours"],
            within_hours=within_hours,
        )  # fmt: skip
        share = row.share_answered_within.fillna(0.0).to_numpy()
        whole = np.average(shares, axis=0, weights=rate) if rate.sum() else shares.mean(axis=0)
        part = _with_whole(span, share, row)
        lower, upper = luck.band(
            np.vstack([shares, whole]), level, holding=part.estimate.to_numpy()
        )
        parts.append(part.assign(lower=lower, upper=upper, officers=int(number), crews=int(crews)))
    frame = pd.concat(parts, ignore_index=True)
    return estimates.table(
        frame.assign(caveat=[_said(profile, text) for text in frame.caveat]),
        measure="answered_in_time",
        quantity="level",
        area=profile.area,
        period=profile.period,
        level=level,
        n=draws,
        within_hours=within_hours,
        method=f"Erlang's delay formula; {draws:,} draws of what is assumed",
    )


def _span(profile: DemandProfile, day: str, hours: tuple[int, int]) -> pd.DataFrame:
    """Return the hours asked about in their order, with their calls."""
    first, last = hours
    long = last - first if last > first else last + 24 - first
    clock = 24 * WEEKDAYS.index(day) + first + np.arange(long)
    week = profile.week.set_index(["weekday", "hour"])
    cells = [(WEEKDAYS[c // 24 % 7], int(c % 24)) for c in clock]
    return week.loc[cells, ["calls_per_hour", "share"]].reset_index()


def _cases(
    profile: DemandProfile, span: pd.DataFrame, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Return drawn calls an hour, hours a call and officers a crew: hours of the span by draws."""
    chance = generator(seed).random((draws, len(profile.assumptions)))
    now = luck.drawn(profile.assumptions, chance)
    weekly = profile.offences * now["calls_per_offence"] / WEEKS_A_YEAR
    calls = span.share.to_numpy()[:, None] * weekly
    return {
        "calls": calls,
        "hours": np.broadcast_to(now["call_hours"], calls.shape),
        "crew": np.broadcast_to(now["crew"], calls.shape),
    }


def _made_up(officers: float, crew: np.ndarray | float) -> np.ndarray:
    """Return whole crews; the last digit of a quotient shall not cost one."""
    return np.floor(officers / crew + 1e-9)


def _answered(crews: np.ndarray, case: dict[str, np.ndarray], within_hours: float) -> np.ndarray:
    """Return the share answered in time of each case and number of crews; none without end."""
    crews, calls, hours = np.broadcast_arrays(crews, case["calls"], case["hours"])
    found = queueing.answered_within(
        crews.ravel(), arrivals_per_hour=calls.ravel(), mean_handling_hours=hours.ravel(),
        within_hours=within_hours,
    )  # fmt: skip
    return np.nan_to_num(found, nan=0.0).reshape(crews.shape)


def _with_whole(span: pd.DataFrame, share: np.ndarray, row: pd.DataFrame) -> pd.DataFrame:
    """Return a row an hour and one for them all, in which every call counts alike."""
    minutes = 60 * row.mean_wait_hours.to_numpy()
    rate = span.calls_per_hour.to_numpy()
    counting = rate if rate.sum() else np.ones(rate.size)
    endless = np.isnan(minutes)
    return pd.DataFrame(
        {
            "estimate": [*share, np.average(share, weights=counting)],
            "weekday": [*span.weekday, ALL_HOURS],
            "hour": pd.array([*span.hour, pd.NA], dtype="Int64"),
            "calls_per_hour": [*rate, rate.mean()],
            "mean_wait_minutes": [*minutes, np.average(minutes, weights=counting)],
            "caveat": np.where([*endless, endless.any()], _ENDLESS, ""),
        }
    )


def _said(profile: DemandProfile, text: str) -> str:
    return " ".join(part for part in (profile.caveat, _ASSUMED, text) if part)


def _bad_span(day: str, hours: tuple[int, int]) -> list[str]:
    faults = []
    if day not in WEEKDAYS:
        faults.append(
            f"unknown day {day!r}.{did_you_mean(str(day), WEEKDAYS)} "
            f"Days are: {', '.join(WEEKDAYS)}"
        )
    whole = len(hours) == 2 and all(isinstance(h, int | np.integer) for h in hours)
    if not whole or not 0 <= hours[0] <= 23 or not 0 <= hours[1] <= 24 or hours[0] == hours[1]:
        faults.append(
            f"hours are two different whole hours of the clock, such as (20, 2), found {hours}"
        )
    return faults


def _bad_time(within_hours: float) -> list[str]:
    good = 0 <= within_hours <= 24
    return [] if good else [f"within_hours lies between 0 and 24, found {within_hours:g}"]


def _bad_draws(draws: int, level: float) -> list[str]:
    faults = []
    if not 1 <= draws <= _MOST_DRAWS:
        faults.append(f"draws are 1 to {_MOST_DRAWS:,}, found {draws}")
    if not 0 < level < 1:
        faults.append(f"the level lies between 0 and 1, found {level:g}")
    return faults


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InputError(f"Cannot say how long calls wait: {'; '.join(faults)}.")
