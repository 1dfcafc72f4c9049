"""Waiting for an officer: how likely, how long, and how many officers keep it short.

Assumptions: calls come at random, independently, at a steady rate;
handling times vary a great deal (exponentially) around their mean; every officer can take every
call, and one is enough for it; calls are taken in the order in which they come, without
priorities; nobody gives up waiting, and the queue has had time to settle.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import gammaincc

from pvtools.stats._arguments import Array, alike, refuse
from pvtools.stats._poisson import log_mass

_MOST = 1_000_000  # of anything: no force is so large

#: what each figure must be, as a test and in words; a missing one fails every test
_ALLOWED = {
    "servers": (lambda v: (v >= 0) & (v == np.floor(v)), "servers are a whole number, 0 or more"),
    "arrivals_per_hour": (lambda v: v >= 0, "arrivals_per_hour is 0 or more"),
    "mean_handling_hours": (lambda v: v > 0, "mean_handling_hours is above 0"),
    "within_hours": (lambda v: v >= 0, "within_hours is 0 or more"),
    "share_within": (lambda v: (v > 0) & (v < 1), "share_within lies between 0 and 1"),
}


def erlang_c(
    servers: ArrayLike,
    *,
    arrivals_per_hour: ArrayLike,
    mean_handling_hours: ArrayLike,
    within_hours: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return how likely a call waits, how long on average, and how many are answered in time.

    Parameters
    ----------
    servers
        Officers (or lines) that can be busy at once; a whole number or many.
    arrivals_per_hour
        Calls an hour, one figure or one for each row.
    mean_handling_hours
        Mean hours from taking a call to being free again, backfill and paper included.
    within_hours
        What "in time" is, in hours of waiting before an officer is free (0.25 is 15 minutes).
        The way there is not in it: take it off first, or count it as handling.

    Returns
    -------
    pandas.DataFrame
        One row for each number given, with the index of a Series: ``servers,
        arrivals_per_hour, mean_handling_hours, within_hours, offered_load`` (officers busy on
        average), ``probability_of_waiting, mean_wait_hours`` (of all calls, those answered at
        once included), ``share_answered_within`` (missing without ``within_hours``),
        ``occupancy, caveat``. Where the load is not below the number of servers the queue grows
        without end: waits are missing, never infinite, and the caveat says why.

    Raises
    ------
    InputError
        Servers that are no whole number, negative or missing figures, a handling time that is
        not positive, anything above a million, or lists of different lengths.

    Notes
    -----
    The M/M/c queue in its steady state: Erlang's delay formula from his loss formula (1917),
    C = cB / (c − a(1 − B)) for c servers and a load of a, where B is a Poisson probability over
    an incomplete gamma function; the wait of those who wait is exponential. Real demand moves
    within the hour and handling times differ by kind of call: read the answer as an order of size.
    Green, Kolesar and Whitt (2007), Production and Operations Management 16.

    Examples
    --------
    >>> queue = erlang_c(10, arrivals_per_hour=8, mean_handling_hours=1, within_hours=0.25)
    >>> queue.probability_of_waiting.round(4).item(), queue.share_answered_within.round(2).item()
    (0.4092, 0.75)
    """
    given, index = _columns(
        servers=servers,
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        within_hours=within_hours,
    )
    load, row = _settled(given)
    row["caveat"] = _doubts(given["servers"], load)
    return pd.DataFrame(row, index=index).astype({"servers": int})


def answered_within(
    servers: ArrayLike,
    *,
    arrivals_per_hour: ArrayLike,
    mean_handling_hours: ArrayLike,
    within_hours: ArrayLike,
) -> Array:
    """Return the share of calls answered in time alone, for many rows at once.

    Parameters
    ----------
    servers, arrivals_per_hour, mean_handling_hours, within_hours
        As for :func:`erlang_c`.

    Returns
    -------
    numpy.ndarray
        The column ``share_answered_within`` of :func:`erlang_c`; missing where the queue grows
        without end.

    Raises
    ------
    InputError
        As for :func:`erlang_c`.

    Notes
    -----
    Erlang's delay formula (1917) as in :func:`erlang_c`, without the other columns.

    Examples
    --------
    >>> answered_within([10, 8], arrivals_per_hour=8, mean_handling_hours=1,
    ...                 within_hours=0.25).round(2).tolist()
    [0.75, nan]
    """
    given, _ = _columns(
        servers=servers,
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        within_hours=within_hours,
    )
    return _settled(given)[1]["share_answered_within"]


def servers_needed(
    *,
    arrivals_per_hour: ArrayLike,
    mean_handling_hours: ArrayLike,
    share_within: ArrayLike,
    within_hours: ArrayLike,
) -> pd.DataFrame:
    """Return the smallest number of officers that answers this share of calls in time.

    Parameters
    ----------
    arrivals_per_hour, mean_handling_hours
        As for :func:`erlang_c`.
    share_within
        Share of calls to be answered in time, above 0 and below 1.
    within_hours
        As for :func:`erlang_c`; at 0 this share finds an officer free at once.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`erlang_c` – what that number of officers achieves – and
        ``share_within``. Where no calls come no officers are needed.

    Raises
    ------
    InputError
        As for :func:`erlang_c`, or a share that is not between 0 and 1.

    Notes
    -----
    The number is found by going up one by one from the first above the load, by the recursion
    B(n) = aB(n−1) / (n + aB(n−1)); the share rises with every officer, so the first that reaches
    it is the smallest. This is how call centres are staffed: Gans, Koole and Mandelbaum (2003),
    Manufacturing & Service Operations Management 5:79–141.

    Examples
    --------
    How many officers answer 90% of 12 calls an hour within a quarter of an hour?

    >>> servers_needed(arrivals_per_hour=12, mean_handling_hours=0.75, share_within=0.9,
    ...                within_hours=0.25).servers.item()
    12
    """
    given, index = _columns(
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        within_hours=within_hours,
        share_within=share_within,
    )
    wanted = given.pop("share_within")
    load = given["arrivals_per_hour"] * given["mean_handling_hours"]
    count = np.where(load > 0, np.floor(load) + 1, 0.0)
    blocked = _blocking(count, load)
    while True:
        row = _row({"servers": count, **given}, load, blocked)
        short = row["share_answered_within"] < wanted
        if not short.any():
            break
        count = count + short
        carried = load * blocked
        blocked = np.where(short, carried / (np.maximum(count, 1) + carried), blocked)
    told = {**row, "caveat": _doubts(count, load), "share_within": wanted}
    return pd.DataFrame(told, index=index).astype({"servers": int})


def _columns(**figures: ArrayLike | None) -> tuple[dict[str, Array], pd.Index | None]:
    """Return the figures as columns of one length and the index of their rows, or every fault."""
    labels = [v.index for v in figures.values() if isinstance(v, pd.Series)]
    filled = {name: np.nan if value is None else value for name, value in figures.items()}
    arrays = alike("Cannot calculate a queue", *filled.values())
    read = {name: np.atleast_1d(a) for name, a in zip(filled, arrays, strict=True)}
    faults = []
    if arrays[0].ndim > 1:
        faults.append(f"figures are numbers or lists, found the shape {arrays[0].shape}")
    if any(not other.equals(labels[0]) for other in labels[1:]):
        faults.append("the rows of one Series are not labelled as those of another")
    for name, values in read.items():
        if figures[name] is None:
            continue
        test, allowed = _ALLOWED[name]
        bad = values[~(test(values) & (values <= _MOST))]
        if bad.size:
            faults.append(f"{allowed} and at most {_MOST:,}, found {bad.flat[0]:g}")
    if not faults and {"arrivals_per_hour", "mean_handling_hours"} <= read.keys():
        load = read["arrivals_per_hour"] * read["mean_handling_hours"]
        if (load > _MOST).any():
            faults.append(f"calls times hours is at most {_MOST:,}, found {load.max():g}")
    refuse("Cannot calculate a queue", faults)
    return read, labels[0] if labels and len(labels[0]) == arrays[0].size else None


def _settled(given: dict[str, Array]) -> tuple[Array, dict[str, ArrayLike]]:
    """Return the load of given figures, and the columns of the delay formula."""
    load = given["arrivals_per_hour"] * given["mean_handling_hours"]
    return load, _row(given, load, _blocking(given["servers"], load))


def _row(given: dict[str, Array], load: Array, blocked: Array) -> dict[str, ArrayLike]:
    """Return the columns of the delay formula from those of the loss formula."""
    count, handling, within = (given[k] for k in ("servers", "mean_handling_hours", "within_hours"))
    spare = count - load
    steady = spare > 0
    room = np.where(steady, spare, 1.0)
    waiting = np.where(steady, count * blocked / (room + load * blocked), np.nan)
    with np.errstate(over="ignore", under="ignore"):  # a wait beyond all waits has no chance
        late = np.where(steady, waiting * np.exp(-room * (within / handling)), np.nan)
    return {
        **given,
        "offered_load": load,
        "probability_of_waiting": waiting,
        "mean_wait_hours": waiting * handling / room,
        "share_answered_within": 1 - late,
        "occupancy": np.where(steady, load / np.maximum(count, 1.0), np.nan),
    }


def _doubts(count: Array, load: Array) -> list[str]:
    """Return what to say of each row: of most nothing."""
    said = [""] * count.size
    for row in np.flatnonzero(load >= count):
        said[row] = _doubt(count[row], load[row])
    return said


def _doubt(count: float, load: float) -> str:
    if load == 0:
        return "No calls come, and there are no officers."
    return (
        f"The load of {load:,.6g} officers reaches or exceeds the {count:,.0f} there are: "
        "the queue grows without end."
    )


def _blocking(count: Array, load: Array) -> Array:
    """Return Erlang's loss formula, where there are more servers than the load; else zero.

    It is the share of calls that find every server busy: a Poisson probability over the sum of
    those up to it.
    """
    blocked, spare = np.zeros(load.shape), (count > load) & (load > 0)
    c, a = count[spare], load[spare]
    blocked[spare] = np.exp(log_mass(c, a)) / gammaincc(c + 1, a)
    return blocked
