"""Exhibits of officers against demand: by the hour of the week, and how many keep waits short."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import estimates, figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of, with_interval
from pvtools.exhibits.pieces import Exhibit

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week(
    profile: pd.DataFrame, *, what: str, source: str, vintage: str, notes: Sequence[str] = ()
) -> Exhibit:
    """Return the exhibit of how incidents lie over the hours of the week.

    Parameters
    ----------
    profile
        What ``demand.hour_profile`` returns: 168 rows from Monday midnight.
    what
        What is counted, such as "stops and searches".
    source, vintage
        Whose times these are, and of when.
    notes
        Further caveats.
    """
    top = profile.loc[profile.estimate.idxmax()]
    quiet = profile.loc[profile.estimate.idxmin()]
    times = 168 * top.estimate
    return maker.exhibit(
        "demand-week",
        profile,
        lambda ax: figures.week(
            profile.assign(
                estimate=100 * profile.estimate,
                lower=100 * profile.lower,
                upper=100 * profile.upper,
            ),
            demand_label=f"per cent of the week's {what}",
            how="decimal",
            ax=ax,
        ),
        headline=(
            f"The busiest hour for {what} begins at {_clock(top)}, with "
            f"{words.number(times, 'rate')} times an average hour's share"
        ),
        subtitle=(
            f"Share of the week's {what} in each hour, London's time, with "
            f"{words.level(profile)} interval"
        ),
        alt=(
            f"Line chart of {what} over the hours of the week. The busiest hour begins at "
            f"{_clock(top)} with {words.number(100 * top.estimate, 'decimal')}% of the week "
            f"({words.number(100 * top.lower, 'decimal')}% to "
            f"{words.number(100 * top.upper, 'decimal')}%), the quietest at {_clock(quiet)} with "
            f"{words.number(100 * quiet.estimate, 'decimal')}%; an even hour would have 0.60%."
        ),
        height=2.5,
        by={"weekday": "Day", "hour": ("Hour from", "count")},
        also={"n": ("Incidents", "count")},
        source=source,
        vintage=vintage,
        caveats=[*caveats_of(profile), *notes],
    )


def officers(needed: pd.DataFrame, achieved: pd.DataFrame, *, source: str) -> Exhibit:
    """Return the exhibit of how many officers answer calls in time over some hours of the week.

    ``needed`` is what ``demand.officers_needed`` returns, ``achieved`` what ``demand.waits``
    returns for several numbers of officers over the same hours.
    """
    top = needed.loc[needed.estimate.idxmax()]
    area, first, last = top.area, needed.iloc[0], needed.iloc[-1]
    minutes = words.number(60 * top.within_hours, "count")
    share = words.number(top.share_within, "percent")
    whole = achieved[achieved.hour.isna()]
    span = f"{first.weekday} {_hour(first.hour)} to {_hour((last.hour + 1) % 24)}"
    return maker.exhibit(
        "demand-officers",
        needed,
        lambda ax: figures.fans(
            whole.assign(kind="all"),
            x="officers",
            kind="kind",
            kinds={"all": "all hours"},
            x_label="Officers on duty for calls throughout",
            how="percent",
            target=float(top.share_within),
            target_label=share,
            ax=ax,
        ),
        headline=(
            f"To answer {share} of calls within {minutes} minutes, {area} would need "
            f"{with_interval(top, 'count')} officers on {top.weekday} from {_hour(top.hour)}"
        ),
        subtitle=(
            f"Share of calls answered within {minutes} minutes by officers on duty for calls, "
            f"{span}; band: what is assumed"
        ),
        alt=(
            f"Line chart of the share of calls answered within {minutes} minutes in {area}, "
            f"{span}, rising with the number of officers. For {share} in every hour, the busiest "
            f"needs {with_interval(top, 'count')} officers, at "
            f"{words.number(top.calls_per_hour, 'rate')} calls an hour."
        ),
        height=2.6,
        by={"weekday": "Day", "hour": ("Hour from", "count")},
        also={
            "calls_per_hour": ("Calls an hour", "rate"),
            "share_answered_within": ("Answered in time", "percent"),
        },
        source=source,
        caveats=[
            *caveats_of(needed),
            "Answered is when a crew is free to set out; the way there comes on top.",
        ],
    )


def cover(
    hours: pd.DataFrame, match: pd.DataFrame, *, area: str, period: str, source: str
) -> Exhibit:
    """Return the exhibit of officers on duty against officers needed, now and by a plan of shifts.

    ``hours`` and ``match`` are the tables of what ``demand.shift_plan`` returns.
    """
    now, then = (estimates.pick(match, plan=plan) for plan in ("before", "after"))
    asked = pd.DataFrame({"estimate": hours.demand})
    return maker.exhibit(
        "demand-cover",
        hours.assign(weekday=[DAYS[day] for day in hours.day]),
        lambda ax: figures.week(
            asked,
            demand_label="officers needed",
            how="count",
            others={
                f"on duty {then.called}": hours.deployed_after.to_numpy(),
                f"on duty: {now.called}": hours.deployed_before.to_numpy(),
            },
            ax=ax,
        ),
        headline=(
            f"{area}: of {words.number(now.demand, 'count')} officer-hours needed a week, "
            f"{words.number(now.unmet, 'count')} would be unmet with {now.called}, "
            f"{words.number(then.unmet, 'count')} with planned shifts"
        ),
        subtitle=(
            "Officers needed in each hour of the week to answer 90% of calls in 15 minutes, and "
            "on duty in two ways, the plan with no more officer-hours"
        ),
        alt=(
            f"Line chart over the hours of the week in {area}. Needed are "
            f"{words.number(now.demand, 'count')} officer-hours a week. With {now.called} "
            f"{words.number(now.dissimilarity, 'percent')} of duty lies at other hours than demand "
            f"and {words.number(now.unmet, 'count')} hours are unmet; by the plan "
            f"{words.number(then.dissimilarity, 'percent')} and "
            f"{words.number(then.unmet, 'count')}. On duty are "
            f"{words.number(now.deployed, 'count')} officer-hours a week so, and "
            f"{words.number(then.deployed, 'count')} by the plan{_short(now)}. No interval: "
            "both are worked out from the same assumptions."
        ),
        height=2.7,
        by={"weekday": "Day", "hour": ("Hour from", "count")},
        also={
            "demand": ("Officers needed", "rate"),
            "deployed_before": (f"On duty: {now.called}", "rate"),
            "deployed_after": ("On duty by the plan", "count"),
            "unmet_before": ("Unmet so", "rate"),
            "unmet_after": ("Unmet by the plan", "rate"),
        },
        source=source,
        vintage=f"Figures to {words.month(period)}",
        caveats=[*caveats_of(match), *([words.sentence(_short(now)[2:])] if _short(now) else [])],
    )


def _short(now: pd.Series) -> str:
    """Return how many hours are lacking whatever the shifts, if there are fewer than needed."""
    lacking = now.demand - now.deployed
    if lacking <= 0:
        return ""
    return f"; {words.number(lacking, 'count')} a week are lacking whatever the shifts"


def _clock(row: pd.Series) -> str:
    return f"{_hour(row.hour)} on {row.weekday}"


def _hour(hour: float) -> str:
    return "midnight" if hour % 24 == 0 else f"{int(hour)}:00"
