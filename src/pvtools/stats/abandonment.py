"""Waiting with an end: calls that are withdrawn or overtaken before an officer is free."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc, gammaln, xlogy

from pvtools.errors import InputError
from pvtools.stats import queue_inputs
from pvtools.stats.queue_inputs import Array

#: What every answer of this room takes for granted; to be said wherever one is shown.
ASSUMPTIONS = (
    "Calls come at random, independently, at a steady rate.",
    "Handling times vary a great deal (exponentially) around their mean.",
    "Every officer can take every call, and one is enough for it.",
    "Calls are taken in the order in which they come, without priorities.",
    "A call that waits is withdrawn or overtaken after a time that varies as much around its mean.",
)

_LEAST = -600.0  # log of a probability; not far below it a float is nought
_NOBODY = 1e-200  # calls or officers: so few are none, and ratios to them still are numbers


def erlang_a(
    servers: ArrayLike,
    *,
    arrivals_per_hour: ArrayLike,
    mean_handling_hours: ArrayLike,
    mean_patience_hours: ArrayLike,
    within_hours: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return how long calls wait, and what share nobody comes to before they fall away.

    Parameters
    ----------
    servers, arrivals_per_hour, mean_handling_hours
        As for ``queueing.erlang_b``.
    mean_patience_hours
        Mean hours after which a call that still waits is withdrawn or overtaken by events.
    within_hours
        What "in time" is, in hours of waiting before an officer is free.

    Returns
    -------
    pandas.DataFrame
        One row for each number given, with the index of a Series: ``servers,
        arrivals_per_hour, mean_handling_hours, mean_patience_hours, within_hours,
        offered_load, probability_of_waiting, probability_of_leaving`` (share of calls nobody
        comes to), ``mean_wait_hours`` (of all calls, until an officer is free or the call falls
        away), ``share_answered_within`` (of all calls; missing where no ``within_hours`` is
        asked), ``occupancy, unmet_load`` (officer-hours an hour that were asked and not given),
        ``caveat``. An overload has an answer too: the queue is as long as patience lets it be.

    Raises
    ------
    InputError
        As for ``queueing.erlang_c``, or a patience that is not positive.

    Notes
    -----
    The queue M/M/c+M in its steady state: Palm (1957); Garnett, Mandelbaum and Reiman (2002),
    Manufacturing & Service Operations Management 4. With endless patience it is Erlang's delay
    formula, with none his loss formula. Waits are short where patience is: read them beside the
    share that falls away.

    Examples
    --------
    >>> queue = erlang_a(8, arrivals_per_hour=10, mean_handling_hours=1, mean_patience_hours=1)
    >>> queue.probability_of_leaving.round(3).item(), queue.unmet_load.round(2).item()
    (0.246, 2.46)
    """
    given, index = queue_inputs.columns(
        servers=servers,
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        mean_patience_hours=mean_patience_hours,
        within_hours=within_hours,
    )
    count, calls, handling, patience, within = given.values()
    load = calls * handling
    waiting, leaving = _steady(count, load, patience / handling)
    late = leaving + waiting * _late(count, load, patience / handling, within / patience)
    busy = np.minimum(load * (1 - leaving), count)
    frame = pd.DataFrame(given, index=index).astype({"servers": int})
    return frame.assign(
        offered_load=load,
        probability_of_waiting=waiting,
        probability_of_leaving=leaving,
        mean_wait_hours=leaving * patience,
        share_answered_within=np.clip(1 - late, 0.0, 1.0),
        occupancy=np.divide(busy, count, out=np.full(load.size, np.nan), where=count > 0),
        unmet_load=load * leaving,
        caveat=np.where(count > 0, "", "There are no officers, so there is no occupancy."),
    )


def share_leaving(servers: ArrayLike, *, load: ArrayLike, patience: ArrayLike) -> Array:
    """Return the share of calls nobody comes to, for numbers of officers that need not be whole.

    Parameters
    ----------
    servers
        Officers, 0 or more; a fraction lies between two whole numbers.
    load
        Calls an hour times mean hours of handling, 0 or more.
    patience
        Mean patience divided by mean handling time, above 0.

    Returns
    -------
    numpy.ndarray
        ``probability_of_leaving`` of :func:`erlang_a`, in the common shape of the arguments.
        From it follow the mean wait (times patience), the officers that are busy (load times
        what is left) and the work not done (times load).

    Raises
    ------
    InputError
        Figures that are negative, missing or beyond a million, or shapes that do not fit.

    Notes
    -----
    Between whole numbers by Erlang's loss formula continued to real ones, which falls and is
    convex: Jagers and van Doorn (1986), Operations Research Letters 5.

    Examples
    --------
    >>> share_leaving([8, 8.5, 9], load=10, patience=1).round(3).tolist()
    [0.246, 0.211, 0.179]
    """
    try:
        arrays = np.broadcast_arrays(*(np.asarray(v, float) for v in (servers, load, patience)))
    except (TypeError, ValueError) as error:
        raise InputError(f"Cannot reckon a queue: numbers in one shape: {error}.") from None
    faults = [
        f"{name} is {'above' if name == 'patience' else 'at least'} 0 and at most a million"
        for name, values in zip(("servers", "load", "patience"), arrays, strict=True)
        if not ((values > 0 if name == "patience" else values >= 0) & (values <= 1e6)).all()
    ]
    if faults:
        raise InputError(f"Cannot reckon a queue: {'; '.join(faults)}.")
    count, offered, relative = (np.ravel(a) for a in arrays)
    return _steady(count, offered, relative)[1].reshape(arrays[0].shape)


def _steady(count: Array, load: Array, patience: Array) -> tuple[Array, Array]:
    """Return the share of calls that wait and the share that leave; times in handling times."""
    x, y = count * patience, load * patience
    longer = _log_beyond(x, y)
    with np.errstate(over="ignore"):  # fewer than nobody waits where the exponent overflows
        waiting = 1 / (1 + np.exp(_log_within(count, load) - longer) - np.exp(-longer))
    some = y > _NOBODY
    ratio = np.divide(x, y, out=np.zeros_like(x), where=some)
    leave = np.clip(1 + ratio * np.expm1(-longer), 0.0, 1.0)  # of those that wait
    none = np.where(count > 0, 0.0, 1.0)  # where no calls come
    waiting = np.where(some, np.minimum(waiting, 1.0), none)
    return waiting, np.where(some, waiting * leave, none)


def _late(count: Array, load: Array, patience: Array, within: Array) -> Array:
    """Return the share of waiting calls that an officer comes to, but not in time."""
    x, y = count * patience, load * patience
    gone = -np.expm1(-within)
    power = -(x + 1) * within + y * gone + _log_beyond(x + 1, y * (1 - gone)) - _log_beyond(x, y)
    return x / (x + 1) * np.exp(np.maximum(power, _LEAST))


def _log_beyond(x: Array, y: Array) -> Array:
    """Return log A, where A = 1 + y/(x+1) + y²/((x+1)(x+2)) + …: states from all busy upward.

    It is an incomplete gamma function over a Poisson probability; where both vanish, or one
    would be the small difference of large figures, the sum itself is short.
    """
    value = np.zeros_like(y)
    x = np.where(x > _NOBODY, x, 0.0)
    point = _log_poisson(x, y)
    summed = (y < x / 2) | ((y < x) & (point < _LEAST))
    value[summed] = np.log1p(_sum(y[summed], x[summed], 1))
    other = ~summed & (y > 0)
    value[other] = np.log(gammainc(x[other], y[other])) - point[other]
    return value


def _log_within(count: Array, load: Array) -> Array:
    """Return log 1/B, where 1/B = 1 + c/a + c(c−1)/a² + …: states from all busy downward."""
    value = np.zeros_like(load)
    point = _log_poisson(count, load)
    summed = (count < load) & (point < _LEAST)
    value[summed] = np.log1p(_sum(load[summed], count[summed], -1))
    other = ~summed & (load > 0)
    value[other] = np.log(gammaincc(count[other] + 1, load[other])) - point[other]
    return value


def _sum(load: Array, count: Array, way: int) -> Array:
    """Return the sum of products of load/(count+1), load/(count+2), … or of count/load, …"""
    total, term = np.zeros_like(load), np.ones_like(load)
    rows = np.arange(load.size)
    step = 0
    while rows.size:
        step += 1
        here = count[rows]
        ratio = load[rows] / (here + step) if way > 0 else (here - step + 1) / load[rows]
        term[rows] *= ratio
        total[rows] += term[rows]
        rows = rows[np.abs(term[rows]) > 1e-17 * total[rows]]
    return total


def _log_poisson(k: Array, mean: Array) -> Array:
    """Return the log of a Poisson probability, k whole or not: Loader (2000).

    Large k have Stirling's series and a deviance: three logarithms of millions would cancel.
    """
    large = np.maximum(k, 16.0)
    series = 1 / (12 * large) - 1 / (360 * large**3) + 1 / (1260 * large**5) - 1 / (1680 * large**7)
    apart = (mean - large) / large
    with np.errstate(divide="ignore"):  # of a mean of nought only none is possible
        deviance = large * (apart - np.log1p(apart))
    stirling = -0.5 * np.log(2 * np.pi * large) - series - deviance
    return np.where(k >= 16, stirling, xlogy(k, mean) - mean - gammaln(k + 1))
