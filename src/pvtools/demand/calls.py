"""Calls for officers: how many an hour, about what, and what is assumed to say so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.demand import assumed, draws
from pvtools.demand.counts import annual_rate
from pvtools.demand.harm import faults_of_weights, weight_of
from pvtools.demand.hours import assumed_hours, bad_times
from pvtools.errors import InputError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS_A_WEEK = 168
WEEKS_A_YEAR = 365.25 / 7
MENTAL_HEALTH_CALLS = "No offence: mental health"
OTHER_CALLS = "No offence: other"


@dataclass(frozen=True, slots=True, eq=False)
class DemandProfile:
    """Calls for officers in one place, at the likely values of what is assumed.

    Attributes
    ----------
    area, period
        The area, and its year.
    offences
        Offences recorded in that year.
    week
        168 rows: ``weekday, hour, calls_per_hour, share`` (of a week's calls).
    groups
        ``offence_group, offences, share`` (of calls), ``low, likely, high`` (officer-hours an
        offence takes all told, the inquiry after the call included), ``weight`` (harm an
        offence, missing where none is held), ``source``. The last two rows are calls that are
        about no offence.
    assumptions
        ``parameter, low, likely, high, unit, source, meaning``.
    caveat
        What to say wherever any of it is shown.
    """

    area: str
    period: str
    offences: float
    week: pd.DataFrame
    groups: pd.DataFrame
    assumptions: pd.DataFrame
    caveat: str

    def under(self, assumptions: pd.DataFrame) -> DemandProfile:
        """Return the calls for officers here under other assumptions.

        Parameters
        ----------
        assumptions
            What :func:`assumptions` returned, edited.

        Raises
        ------
        InputError
            Faults in the table: all at once.
        """
        faults: list[str] = []
        table = _caught(faults, assumptions)
        _refuse(faults)
        now = draws.likely(table)
        calls = self.offences * now["calls_per_offence"] / WEEKS_A_YEAR
        return replace(
            self,
            week=self.week.assign(calls_per_hour=calls * self.week.share),
            groups=self.groups.assign(share=_shares(self.groups.offences.iloc[:-2], now)),
            assumptions=table,
        )


def profile(
    recorded: pd.DataFrame,
    area: str,
    *,
    until: str | None = None,
    week: pd.DataFrame | None = None,
    handling_hours: pd.DataFrame | None = None,
    weights: pd.DataFrame | None = None,
    assumptions: pd.DataFrame | None = None,
) -> DemandProfile:
    """Return the calls for officers in a place, from its recorded offences and what is assumed.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    area
        A borough by name, code or slug, or London.
    until
        The last month of the year, such as ``"2025-11"``; the latest held by default.
    week
        How a week's calls lie: ``weekday, hour, estimate`` (share), 168 rows that add up to 1;
        :func:`assumed_week` by default.
    handling_hours
        Officer-hours an offence takes: ``offence_group, low, likely, high``; ``source`` if
        known. :func:`assumed_hours` by default.
    weights
        Harm an offence, as ``tables.load_harm_weights`` returns it. None by default: harm is then
        missing, not zero.
    assumptions
        What :func:`assumptions` returned, edited.

    Returns
    -------
    DemandProfile
        Week, groups and assumptions in tables of their own.

    Raises
    ------
    UsageError
        No borough is called so.
    InputError
        The year is not held, or a table has gaps or impossible figures: all faults of the
        tables at once.

    Notes
    -----
    Calls are offences times an assumed ratio: the record of crime says nothing of calls about
    no offence, which most are. Read the amounts as orders of size, the shape as the week's.
    """
    place = areas.find_reported(area).name
    faults = _bad_tables(week, handling_hours, weights)
    table = _caught(faults, assumptions)
    _refuse(faults)
    rates = annual_rate(recorded, until=until, by="offence_group")
    own = rates[rates.area == place]
    offences = float(own.n.sum())
    if not offences > 0:
        raise InputError(
            f"No offences are held for {place} in all twelve months, so no calls can be worked out "
            "from them. See what is held with: pvtools sources"
        )
    hourly = (assumed_week() if week is None else week)[["weekday", "hour", "estimate"]]
    hourly = hourly.rename(columns={"estimate": "share"}).reset_index(drop=True)
    hourly.insert(2, "calls_per_hour", np.nan)
    absent = sorted(set(rates.group) - set(own.group))
    counted = DemandProfile(
        area=place,
        period=own.period.iloc[0],
        offences=offences,
        week=hourly,
        groups=_groups(own, handling_hours, weights),
        assumptions=table,
        caveat=_caveat(place, offences, absent, week is None),
    )
    return counted.under(table)


def assumed_week() -> pd.DataFrame:
    """Return how a week's calls are taken to lie where nothing better is known.

    Returns
    -------
    pandas.DataFrame
        ``weekday, hour, estimate`` (share of the week; 168 rows that add up to 1), ``source``,
        the word "assumption".

    Notes
    -----
    Each day is ``1 − 0.6 cos(2π (hour − 6) / 24)``: least at six in the morning, most at six
    in the evening, four times as much. From eight in the evening to four in the morning, Friday
    to Saturday and Saturday to Sunday, it is 1.4 times that.
    """
    hours = np.arange(HOURS_A_WEEK)
    busy = 1 - 0.6 * np.cos(2 * np.pi * (hours % 24 - 6) / 24)
    for day in ("Friday", "Saturday"):
        begin = 24 * WEEKDAYS.index(day) + 20
        busy[begin : begin + 8] *= 1.4
    days = np.repeat(WEEKDAYS, 24)
    return pd.DataFrame(
        {"weekday": days, "hour": hours % 24, "estimate": busy / busy.sum(), "source": "assumption"}
    )


def _bad_tables(
    week: pd.DataFrame | None, hours: pd.DataFrame | None, weights: pd.DataFrame | None
) -> list[str]:
    faults = []
    for table, name, needed, wrong in (
        (week, "week", ["weekday", "hour", "estimate"], _bad_week),
        (hours, "hours", ["offence_group", "low", "likely", "high"], _bad_hours),
        (weights, "weights", ["kind", "category", "weight", "version"], _bad_weights),
    ):
        if table is None:
            continue
        found = assumed.absent_columns(table, needed) or wrong(table)
        faults += [f"{name}: {fault}" for fault in found]
    return faults


def _bad_week(week: pd.DataFrame) -> list[str]:
    faults = []
    cells = set(zip(week.weekday, week.hour, strict=True))
    wanted = {(day, hour) for day in WEEKDAYS for hour in range(24)}
    if len(week) != HOURS_A_WEEK or cells != wanted:
        faults.append(
            f"168 rows, Monday to Sunday by hours 0 to 23, are needed, found {len(week)} with "
            f"{len(cells & wanted)} of them"
        )
    share = pd.to_numeric(week.estimate, errors="coerce")
    if not (share >= 0).all():
        faults.append("shares are 0 or more and none is missing")
    elif abs(share.sum() - 1) > 1e-6:
        faults.append(f"shares add up to 1, found {share.sum():g}")
    return faults


def _bad_hours(hours: pd.DataFrame) -> list[str]:
    return bad_times(hours, "offence_group")


def _bad_weights(weights: pd.DataFrame) -> list[str]:
    faults = faults_of_weights(weights, "offence_group")
    if not (pd.to_numeric(weights.weight, errors="coerce") >= 0).all():
        faults.append("a weight is 0 or more and none is missing")
    return faults


def _caught(faults: list[str], table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the checked assumptions, or put their faults beside those of the other tables."""
    try:
        return assumed.checked(table)
    except InputError as error:
        faults.append(str(error).rstrip("."))
        return None


def _groups(
    own: pd.DataFrame,
    hours: pd.DataFrame | None,
    weights: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return what is known of each kind of call; what share of calls it is, is assumed."""
    times = assumed_hours() if hours is None else hours
    if "source" not in times:
        times = times.assign(source="not given")
    columns = ["offence_group", "low", "likely", "high", "source"]
    frame = pd.DataFrame({"offence_group": own.group, "offences": own.n})
    frame = frame.merge(times[columns], on="offence_group", how="left")
    frame["source"] = "hours: " + frame.source.fillna("none")
    if weights is None:
        frame["weight"] = np.nan
    else:
        harm = weight_of(weights, "offence_group")
        frame["weight"] = frame.offence_group.map(harm).astype(float)
        held = np.where(frame.weight.notna(), str(weights.version.iloc[0]), "none")
        frame["source"] = frame.source + "; harm: " + held
    rest = {"offence_group": [MENTAL_HEALTH_CALLS, OTHER_CALLS], "source": "assumption"}
    frame = pd.concat([frame, pd.DataFrame(rest)], ignore_index=True).assign(share=np.nan)
    order = ["offence_group", "offences", "share", "low", "likely", "high", "weight", "source"]
    return frame[order]


def _shares(offences: pd.Series, now: dict[str, float]) -> list[float]:
    """Return the share of calls that is about each kind of offence, mental health, or neither."""
    about, mental = now["offence_call_share"], now["mental_health_share"]
    return [*(offences / offences.sum() * about), mental, 1 - about - mental]


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InputError(f"Cannot make a profile of demand: {'; '.join(faults)}.")


def _caveat(place: str, offences: float, absent: list[str], shaped: bool) -> str:
    said = [
        f"Calls are not published: they are worked out from {offences:,.0f} offences recorded in a "
        "year and what is assumed about calls"
    ]
    if shaped:
        said.append("the hours of the week are an assumed shape")
    if place == areas.LONDON:
        said.append("London is taken for one pool of officers, in which waits are shorter")
    if absent:
        said.append(f"without a whole year, so without calls, are {', '.join(absent)}")
    return "; ".join(said) + "."
