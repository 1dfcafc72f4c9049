"""Shifts for the week's demand: what the same officer-hours would cover, worked otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.demand import draws as luck
from pvtools.demand.calls import HOURS_A_WEEK, DemandProfile
from pvtools.demand.scenario_model import crews_today
from pvtools.errors import InputError
from pvtools.stats import queueing, rostering, shares

#: Hour of start and length in hours: turns of nine hours that may begin every other hour.
SHIFTS = tuple((start, 9) for start in range(0, 24, 2))
_SHIFTS_A_WEEK = 4


@dataclass(frozen=True, eq=False)
class ShiftPlan:
    """A week of shifts for one place, and how it follows demand beside how things are assumed.

    Attributes
    ----------
    hours
        168 rows: ``day`` (0 is Monday), ``hour, demand`` (officers needed), and for ``before``
        and ``after`` officers ``deployed_…``, ``unmet_…`` and ``idle_…``.
    staff
        A row a shift and day: ``day, start, length_hours, officers``.
    match
        Rows ``before`` and ``after``: ``plan, demand, deployed, unmet, idle`` (officer-hours a
        week), ``dissimilarity`` (share of duty that lies at other hours than demand), ``called``
        (what the plan is in words), ``caveat``.
    """

    hours: pd.DataFrame
    staff: pd.DataFrame
    match: pd.DataFrame


def shift_plan(
    profile: DemandProfile,
    *,
    shifts: Sequence[tuple[int, int]] = SHIFTS,
    share_within: float = 0.9,
    within_hours: float = 0.25,
    officer_hours: float | None = None,
    deployment: ArrayLike | None = None,
    rest_hours: int = 11,
) -> ShiftPlan:
    """Return which shifts would leave the fewest officer-hours unmet, against how things are.

    Parameters
    ----------
    profile
        What ``demand.profile`` returns.
    shifts
        The shifts there may be, each its hour of start and its length in hours.
    share_within, within_hours
        As for ``demand.officers_needed``: what officers are needed for.
    officer_hours
        Officer-hours a week there are to roster; by default as many as are assumed to be on duty
        now (``occupancy_now``).
    deployment
        Officers on duty in each of the 168 hours as things are. By default nothing is known, and
        the plan is set against the same number at every hour.
    rest_hours
        Least hours between an officer's shifts.

    Returns
    -------
    ShiftPlan
        Hours, staff and how well either follows demand, at the likely values of what is assumed.

    Raises
    ------
    InputError
        Shares, times or shifts that cannot be, or officer-hours too few for one officer.

    Notes
    -----
    Officers needed by Erlang's delay formula for each hour by itself; shifts by
    ``stats.rostering.shift_cover``; how duty follows demand by ``stats.shares.dissimilarity``.
    """
    now = luck.likely(profile.assumptions)
    crew = now["crew"]
    needed = crew * queueing.servers_needed(
        arrivals_per_hour=profile.week.calls_per_hour.to_numpy(),
        mean_handling_hours=now["call_hours"],
        share_within=share_within,
        within_hours=within_hours,
    ).servers.to_numpy(dtype=float)
    before = _deployed(profile, now, officer_hours, deployment)
    length = float(np.mean([hours for _, hours in shifts])) if len(shifts) else 1.0
    headcount = int(before.sum() // (length * _SHIFTS_A_WEEK))
    if headcount < 1:
        raise InputError("Cannot plan shifts: these officer-hours are too few for one officer.")
    plan = rostering.shift_cover(
        needed,
        shifts=shifts,
        headcount=headcount,
        rest_hours=rest_hours,
        shifts_each=_SHIFTS_A_WEEK,
        deployment=before,
    )
    called = {"before": "the same number at every hour", "after": "by the plan"}
    if deployment is not None:
        called["before"] = "as things are"
    return ShiftPlan(plan.hours, plan.staff, _match(profile, plan, headcount, called))


def _deployed(
    profile: DemandProfile,
    now: dict[str, float],
    officer_hours: float | None,
    deployment: ArrayLike | None,
) -> np.ndarray:
    """Return officers on duty in each hour as things are; without a record, evenly spread."""
    if deployment is not None:
        given = np.array(deployment, dtype=float)
        if given.shape != (HOURS_A_WEEK,) or not (given >= 0).all() or not given.sum() > 0:
            raise InputError("Cannot plan shifts: deployment is 168 numbers of 0 or more.")
        return given
    if officer_hours is None:
        crews = crews_today(profile, {name: np.array([value]) for name, value in now.items()})
        officer_hours = HOURS_A_WEEK * float(crews[0]) * now["crew"]
    if not officer_hours > 0:
        raise InputError(f"Cannot plan shifts: officer_hours are above 0, found {officer_hours}.")
    return np.full(HOURS_A_WEEK, officer_hours / HOURS_A_WEEK)


def _match(
    profile: DemandProfile, plan: rostering.ShiftCover, headcount: int, called: dict[str, str]
) -> pd.DataFrame:
    index = {
        when: shares.dissimilarity(
            plan.hours.demand.to_numpy(), plan.hours[f"deployed_{when}"].to_numpy()
        ).dissimilarity.item()
        for when in ("before", "after")
    }
    said = (
        f"{headcount:,} officers with {_SHIFTS_A_WEEK} shifts a week. "
        + " ".join(rostering.ASSUMPTIONS[1:])
        + " "
        + profile.caveat
    )
    return plan.totals.assign(
        dissimilarity=plan.totals.plan.map(index),
        called=plan.totals.plan.map(called),
        caveat=[" ".join(part for part in (said, text) if part) for text in plan.totals.caveat],
    )
