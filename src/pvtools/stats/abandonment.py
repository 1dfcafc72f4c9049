"""Waiting with an end: calls that are withdrawn or overtaken before an officer is free.

Assumptions: calls come at random, independently, at a steady rate;
handling times vary a great deal (exponentially) around their mean; every officer can take every
call, and one is enough for it; calls are taken in the order in which they come, without
priorities; a call that waits is withdrawn or overtaken after a time that varies as much around
its mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc

from pvtools.stats._arguments import Array, alike, refuse
from pvtools.stats._poisson import log_mass

_LEAST = -600.0  # log of a probability; not far below it a float is zero
_NOBODY = 1e-200  # calls or officers: so few are none, and ratios to them still are numbers


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
        Share of calls nobody comes to, in the common shape of the arguments. From it follow the
        mean wait of all calls, until an officer is free or the call falls away (times
        patience), the officers that are busy (load times what is left) and the work not done
        (times load). An overload has an answer too: the queue is as long as patience lets it
        be.

    Raises
    ------
    InputError
        Figures that are negative, missing or beyond a million, or shapes that do not fit.

    Notes
    -----
    The queue M/M/c+M in its steady state: Palm (1957); Garnett, Mandelbaum and Reiman (2002),
    Manufacturing & Service Operations Management 4. With endless patience it is Erlang's delay
    formula, with none his loss formula. Waits are short where patience is: read them beside the
    share that falls away. Between whole numbers of officers by Erlang's loss formula continued to
    real ones, which falls and is convex: Jagers and van Doorn (1986), Operations Research
    Letters 5.

    Examples
    --------
    >>> share_leaving([8, 8.5, 9], load=10, patience=1).round(3).tolist()
    [0.246, 0.211, 0.179]
    """
    arrays = alike("Cannot calculate a queue", servers, load, patience)
    faults = [
        f"{name} is {'above' if name == 'patience' else 'at least'} 0 and at most a million"
        for name, values in zip(("servers", "load", "patience"), arrays, strict=True)
        if not ((values > 0 if name == "patience" else values >= 0) & (values <= 1e6)).all()
    ]
    refuse("Cannot calculate a queue", faults)
    count, offered, relative = (np.ravel(a) for a in arrays)
    return _leaving(count, offered, relative).reshape(arrays[0].shape)


def _leaving(count: Array, load: Array, patience: Array) -> Array:
    """Return the share of calls that leave; patience is in handling times."""
    x, y = count * patience, load * patience
    longer = _log_beyond(x, y)
    with np.errstate(over="ignore"):  # fewer than nobody waits where the exponent overflows
        waiting = 1 / (1 + np.exp(_log_within(count, load) - longer) - np.exp(-longer))
    some = y > _NOBODY
    ratio = np.divide(x, y, out=np.zeros_like(x), where=some)
    leave = np.clip(1 + ratio * np.expm1(-longer), 0.0, 1.0)  # of those that wait
    return np.where(some, np.minimum(waiting, 1.0) * leave, np.where(count > 0, 0.0, 1.0))


def _log_beyond(x: Array, y: Array) -> Array:
    """Return log A, where A = 1 + y/(x+1) + y²/((x+1)(x+2)) + …: states from all busy upward.

    It is an incomplete gamma function over a Poisson probability; where both vanish, or one
    would be the small difference of large figures, the sum itself is short.
    """
    value = np.zeros_like(y)
    x = np.where(x > _NOBODY, x, 0.0)
    point = log_mass(x, y)
    summed = (y < x / 2) | ((y < x) & (point < _LEAST))
    value[summed] = np.log1p(_sum(y[summed], x[summed], 1))
    other = ~summed & (y > 0)
    value[other] = np.log(gammainc(x[other], y[other])) - point[other]
    return value


def _log_within(count: Array, load: Array) -> Array:
    """Return log 1/B, where 1/B = 1 + c/a + c(c−1)/a² + …: states from all busy downward."""
    value = np.zeros_like(load)
    point = log_mass(count, load)
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
