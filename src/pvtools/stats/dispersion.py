"""Over-dispersion: how much more parts differ than chance allows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, number_faults, numbers, refuse, whole_faults

__all__ = ["Overdispersion", "overdispersion", "pearson"]


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How much more parts differ than chance allows.

    ``phi`` is the ratio (1 when only chance is at work), ``tau2`` the additive variance between
    parts, and ``tau2_without`` that variance without each part in turn, one value a part.
    """

    phi: float
    tau2: float
    tau2_without: Array = field(repr=False, compare=False)


def overdispersion(
    estimate: ArrayLike, stderr: ArrayLike, *, target: float, winsorise: float = 0.1
) -> Overdispersion:
    """Return how much more the parts differ from the target than their standard errors allow.

    Parameters
    ----------
    estimate, stderr
        One value a part, on one scale; standard errors positive. A missing estimate (NaN) is
        left out.
    target
        The value of the whole.
    winsorise
        Share of z-scores winsorised at each end, so that a few outliers do not widen the limits
        that should reveal them; below 0.5.

    Returns
    -------
    Overdispersion
        ``phi``, ``tau2`` (never below zero) and ``tau2_without``.

    Raises
    ------
    InputError
        Fewer than two parts, standard errors that are not positive, values that are not finite,
        no target, or no such share.

    Notes
    -----
    Spiegelhalter (2005), Quality and Safety in Health Care 14:347–351, and Spiegelhalter et al.
    (2012), JRSS-A 175:1–47; the additive form after DerSimonian and Laird (1986), about a given
    target. Winsorising a tenth at each end takes a third off the mean square even where only
    chance is at work; it is therefore divided by what it would be for normal scores (0.679),
    without which the limits at 95% would be passed by 9% of parts that are like the rest.

    Examples
    --------
    >>> overdispersion([-2, -1, 0, 1, 2], [1] * 5, target=0, winsorise=0)
    Overdispersion(phi=2.0, tau2=1.0)
    """
    value, error = parts(estimate, stderr, target)
    refuse("Cannot measure over-dispersion", number_faults(winsorise=winsorise))
    if not 0 <= winsorise < 0.5:
        raise InputError(f"The winsorised share lies between 0 and 0.5, found {winsorise:g}.")
    here = ~np.isnan(value)
    z, weight = (value[here] - target) / error[here], 1 / error[here] ** 2
    total = np.sum(np.clip(z, *np.quantile(z, [winsorise, 1 - winsorise])) ** 2)
    normal = _winsorised_square(winsorise)
    phi = total / z.size / normal
    tau2 = max(0.0, z.size * (phi - 1) / weight.sum())
    # A part with no estimate is not in the sum, so nothing changes without it.
    without = np.full(value.size, tau2)
    spare = _squares_without(z, winsorise) / normal - (z.size - 1)
    without[here] = np.maximum(0.0, spare / (weight.sum() - weight))
    return Overdispersion(float(phi), float(tau2), without)


def pearson(count: ArrayLike, expected: ArrayLike, *, parameters: int) -> float:
    """Return how many times more counts vary about what is expected than Poisson chance allows.

    Parameters
    ----------
    count, expected
        Counts and what was expected of each, of one shape. Where nothing was expected, and
        nothing came, there is nothing to learn.
    parameters
        How many of the expectations' own figures were estimated from these counts.

    Returns
    -------
    float
        Pearson's chi-squared over its degrees of freedom, never below 1: 1 where only chance
        is at work.

    Raises
    ------
    InputError
        Shapes that differ, figures that are missing or negative, a count where nothing was
        expected, or no more counts than parameters.

    Notes
    -----
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., 6.2.3: the moment estimate,
    which keeps its mean where counts are small (the deviance does not).

    Examples
    --------
    >>> pearson([4, 16], [10, 10], parameters=1)
    7.2
    """
    seen, meant = numbers("Cannot measure over-dispersion", count, expected)
    refuse("Cannot measure over-dispersion", whole_faults(0, parameters=parameters))
    faults = []
    if seen.shape != meant.shape:
        faults.append(
            f"counts and expectations are of one shape, found {seen.shape}, {meant.shape}"
        )
    elif not ((seen >= 0) & (meant >= 0) & np.isfinite(seen + meant)).all():
        faults.append("counts and expectations are zero or more, none missing")
    elif (seen[meant == 0] > 0).any():
        faults.append("something was counted where nothing was expected")
    df = int((meant > 0).sum()) - parameters if not faults else 1
    if df < 1:
        faults.append(f"more counts than parameters are needed, {df} are left over")
    refuse("Cannot measure over-dispersion", faults)
    some = meant > 0
    return max(1.0, float(np.sum((seen[some] - meant[some]) ** 2 / meant[some]) / df))


def parts(estimate: ArrayLike, stderr: ArrayLike, target: float) -> tuple[Array, Array]:
    """Return estimates and standard errors as arrays of one length, or refuse them."""
    value, error = map(np.atleast_1d, numbers("Cannot measure over-dispersion", estimate, stderr))
    shaped = value.ndim == 1 and value.shape == error.shape
    here = ~np.isnan(value) if shaped else np.ones(value.shape, dtype=bool)
    if not shaped or here.sum() < 2 or not np.all(error[here] > 0):
        raise InputError(
            "Over-dispersion needs two or more parts, each with a positive standard error; "
            f"found {here.sum()} parts with an estimate, and standard errors from "
            f"{error.min(initial=np.inf):g}."
        )
    if np.isinf(value).any() or np.isinf(error[here]).any():
        raise InputError("Over-dispersion needs finite estimates and standard errors.")
    refuse("Cannot compare parts", number_faults(target=target))
    return value, error


def _winsorised_square(share: float) -> float:
    """Return the mean square of standard normal scores whose tails of ``share`` are pulled in."""
    if share == 0:
        return 1.0
    end = -ndtri(share)
    density = np.exp(-(end**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 - 2 * share - 2 * end * density + 2 * share * end**2)


def _squares_without(z: Array, share: float) -> Array:
    """Return, for each score left out in turn, the sum of squares of the others, winsorised."""
    place = np.empty(z.size, dtype=int)
    place[np.argsort(z, kind="stable")] = np.arange(z.size)
    ordered = np.sort(z)

    def quantile(p: float) -> Array:
        at = p * (z.size - 2)
        below = np.floor(at).astype(int)
        above = min(below + 1, z.size - 2)
        # Those above the one left out move down by one place.
        first, second = (ordered[i + (i >= place)] for i in (below, above))
        return first + (at - below) * (second - first)

    ends = np.column_stack([quantile(share), quantile(1 - share)])
    # Whichever is left out, the ends take only a handful of values.
    pairs, which = np.unique(ends, axis=0, return_inverse=True)
    totals = np.array([np.sum(np.clip(z, *pair) ** 2) for pair in pairs])
    own = np.clip(z, ends[:, 0], ends[:, 1]) ** 2
    return totals[which.reshape(-1)] - own
