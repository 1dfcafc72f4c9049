"""Which shifts to staff so that officers are there when they are needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, floats, is_whole, refuse
from pvtools.stats._shift_model import DAY, LIMITS, SECONDS, ShiftModel

#: Assumptions of every plan, to be shown with it.
ASSUMPTIONS = (
    "The same day, or week, comes round and round.",
    "Officers are interchangeable and rotate through the shifts.",
    "Shifts begin on the hour and are worked through without a break.",
    "Nobody is ill, on leave, in training or taken elsewhere: headcount is who is really there.",
)

_WEEK = 7 * DAY
_SHIFTS_EACH = {DAY: 1, _WEEK: 5}
_MOST = 100_000


@dataclass(frozen=True)
class ShiftCover:
    """A plan of shifts: who starts when, and what remains unmet, hour by hour."""

    staff: pd.DataFrame
    hours: pd.DataFrame
    totals: pd.DataFrame


def shift_cover(
    demand_hours: ArrayLike,
    *,
    shifts: Sequence[tuple[int, int]],
    headcount: int,
    rest_hours: int = 11,
    shifts_each: int | None = None,
    minimum_cover: int = 0,
    deployment: ArrayLike | None = None,
) -> ShiftCover:
    """Return the staffing of shifts that leaves the fewest officer-hours unmet.

    Parameters
    ----------
    demand_hours
        Officers needed in each hour of a day (24) or of a week (168), from midnight (and from
        Monday): officer-hours of work, or those of ``queueing.servers_needed``. May be
        fractions; none missing or negative.
    shifts
        The shifts there may be, each its hour of start (0–23) and its length in hours (1–24),
        on every day: ``[(7, 9), (15, 9), (22, 10)]``. Past midnight they run into the next day.
    headcount
        Officers there are; for a day, those who are to work that day.
    rest_hours
        Least hours from the end of an officer's shift to the start of the next (11 is the daily
        rest of the Working Time Regulations 1998).
    shifts_each
        Most shifts an officer works in the day or week; 1 in a day and 5 in a week by default.
    minimum_cover
        Officers on duty in every hour, whatever the demand.
    deployment
        Officers on duty in each hour as things are, to set the plan against.

    Returns
    -------
    ShiftCover
        Three tables. ``staff``, one row a shift and day: ``day`` (0 is Monday), ``start,
        length_hours, officers``. ``hours``, one row an hour: ``day, hour, demand,
        deployed_before, unmet_before, idle_before, deployed_after, unmet_after, idle_after,
        caveat`` (before is missing without ``deployment``; idle is cover beyond demand).
        ``totals``, one row each ``before`` (if given) and ``after``: ``plan, demand, deployed,
        unmet, idle, caveat``, in officer-hours.

    Raises
    ------
    InputError
        Impossible figures, or a plan that cannot be: the message says which limit stands in the
        way and how many officers it would take.

    Notes
    -----
    Whole officers by mixed-integer programming (the set-covering model of Dantzig 1954,
    Operations Research 2, with shortfall), solved by HiGHS through ``scipy.optimize.milp``
    twice: first the fewest unmet officer-hours, then, with no more unmet than that, the fewest
    hours worked. An hour of one officer short counts the same wherever it falls; plans that tie
    are not distinguished.

    Two limits stand for the rota. No more than ``headcount`` officers are at work or at rest at
    once, which is all that minimum rest requires when officers rotate; and all shifts together are
    at most ``headcount`` times ``shifts_each``. With shifts of one length the rota "every
    officer takes every n-th shift in order of start" then keeps both exactly; with different
    lengths rest can always be kept, but shifts may be shared out unevenly from week to week.

    Examples
    --------
    >>> demand = [2] * 8 + [4] * 16
    >>> plan = shift_cover(demand, shifts=[(0, 8), (8, 8), (16, 8)], headcount=10)
    >>> plan.staff.officers.tolist(), plan.totals.unmet.tolist()
    ([2, 4, 4], [0.0])
    """
    demand = _hours("demand_hours", demand_hours)
    before = None if deployment is None else _hours("deployment", deployment)
    each = _SHIFTS_EACH[demand.size] if shifts_each is None else shifts_each
    faults = _faults(
        shifts,
        headcount=(headcount, 1, _MOST),
        rest_hours=(rest_hours, 0, _WEEK),
        shifts_each=(each, 1, 14),
        minimum_cover=(minimum_cover, 0, _MOST),
    )
    if before is not None and before.size != demand.size:
        faults.append(
            f"deployment has the hours of demand_hours, found {before.size} for {demand.size}"
        )
    refuse("Cannot plan shifts", faults)
    starts = [(day, *shift) for day in range(demand.size // DAY) for shift in shifts]
    model = ShiftModel(demand, starts, rest_hours, each, minimum_cover)
    _refuse_impossible(model, headcount, rest_hours, each, minimum_cover)
    officers, proven = model.plan(headcount)
    return _tables(model, officers, before, proven)


def _refuse_impossible(
    model: ShiftModel, headcount: int, rest: int, each: int, minimum: int
) -> None:
    if minimum == 0:
        return
    bare = np.flatnonzero(~model.on_duty.any(axis=1))
    if bare.size:
        raise InputError(
            f"Cannot plan shifts: minimum_cover is {minimum} on duty in every hour, but no "
            f"shift reaches {bare.size} of them, first hour {bare[0] % DAY}. Give a shift that "
            "does, or no minimum cover."
        )
    needed = model.headcount_for(*LIMITS)
    if needed <= headcount:
        return
    alone = {
        f"at most {each} shifts each": model.headcount_for("work"),
        f"{rest} hours of rest between shifts": model.headcount_for("rest"),
    }
    broken = [f"{name} takes {count}" for name, count in alone.items() if count > headcount]
    why = "; ".join(broken) or "each limit alone could hold, both together cannot"
    raise InputError(
        f"Cannot plan shifts: {minimum} on duty in every hour cannot be kept up by a headcount "
        f"of {headcount}: {why}. It takes {needed} officers in all, or a lower minimum_cover."
    )


def _tables(
    model: ShiftModel, officers: NDArray[np.int64], before: Array | None, proven: bool
) -> ShiftCover:
    starts = np.array(model.starts)
    staff = pd.DataFrame(
        {
            "day": starts[:, 0],
            "start": starts[:, 1],
            "length_hours": starts[:, 2],
            "officers": officers,
        }
    )
    demand, after = model.demand, model.on_duty @ officers
    was = np.full(demand.size, np.nan) if before is None else before
    out_of_reach = ~model.on_duty.any(axis=1) & (demand > 0)
    hours = pd.DataFrame(
        {
            "day": np.arange(demand.size) // DAY,
            "hour": np.arange(demand.size) % DAY,
            "demand": demand,
            "deployed_before": was,
            "unmet_before": np.maximum(demand - was, 0),
            "idle_before": np.maximum(was - demand, 0),
            "deployed_after": after,
            "unmet_after": np.maximum(demand - after, 0),
            "idle_after": np.maximum(after - demand, 0),
            "caveat": np.where(out_of_reach, "No shift reaches this hour.", ""),
        }
    )
    stopped = f"The search was stopped at {SECONDS:g} seconds: there may be a better plan."
    totals = pd.DataFrame(
        [
            {
                "plan": plan,
                "demand": demand.sum(),
                **{k: hours[f"{k}_{plan}"].sum() for k in ("deployed", "unmet", "idle")},
                "caveat": "" if proven or plan == "before" else stopped,
            }
            for plan in (("after",) if before is None else ("before", "after"))
        ]
    )
    return ShiftCover(staff, hours, totals)


def _hours(name: str, values: ArrayLike) -> Array:
    hours = floats(values)
    if hours is None:
        raise InputError(
            f"Cannot plan shifts: {name} is a list of numbers, one an hour, found "
            f"{type(values).__name__}."
        )
    bad = hours[~((hours >= 0) & (hours <= _MOST))]
    if hours.ndim != 1 or hours.size not in _SHIFTS_EACH:
        raise InputError(
            f"Cannot plan shifts: {name} has 24 hours of a day or 168 of a week, found the shape "
            f"{hours.shape}."
        )
    if bad.size:
        raise InputError(
            f"Cannot plan shifts: {name} lies between 0 and {_MOST:,} in every hour, found "
            f"{bad[0]:g}."
        )
    return hours


def _faults(shifts: object, **whole: tuple[object, int, int]) -> list[str]:
    """Return what is wrong with the shifts, and with figures that are not whole or in range."""
    faults = [
        f"{name} is a whole number from {low} to {high:,}, found {value!r}"
        for name, (value, low, high) in whole.items()
        if not (is_whole(value) and low <= value <= high)
    ]
    if not isinstance(shifts, Iterable) or isinstance(shifts, str):
        return [*faults, f"shifts are a list of starts and lengths, found {shifts!r}"]
    for shift in shifts:
        match shift:
            case (start, length) if is_whole(start) and is_whole(length):
                if 0 <= start < DAY and 1 <= length <= DAY:
                    continue
        faults.append(
            f"a shift is its hour of start (0 to 23) and its length (1 to 24), found {shift!r}"
        )
    if len(shifts) == 0:
        faults.append("there is at least one shift")
    elif not faults and len({tuple(shift) for shift in shifts}) < len(shifts):
        faults.append("each shift is given once")
    return faults
