"""How many interviews it takes to see a change, and how small a change can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtrit

from pvtools.stats._arguments import Array, alike, refuse

_CANNOT = "Cannot plan a survey"
_HALVINGS = 60  # of the range 0–1: beyond the precision of a float


def sample_size(
    *,
    baseline: ArrayLike,
    change: ArrayLike,
    power: ArrayLike = 0.8,
    design_effect: ArrayLike = 1.0,
    level: ArrayLike = 0.95,
) -> float | Array:
    """Return how many interviews each of two waves needs to show a change of this size.

    Parameters
    ----------
    baseline
        Proportion before, between 0 and 1.
    change
        Difference to be seen, as a proportion (0.044 is 4.4 points), up or down.
    power
        Chance of seeing it if it is real.
    design_effect
        Variance relative to a simple random sample; multiplies the interviews needed.
    level
        Confidence level of the (two-sided) test.

    Returns
    -------
    float or numpy.ndarray
        Interviews per wave, not rounded; an array when any argument is one.

    Raises
    ------
    InputError
        A proportion, level or power outside 0–1, no change at all, or a design effect that is
        not positive.

    Notes
    -----
    Two independent samples of equal size, normal approximation with pooled variance under no
    change: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 4.2
    (without continuity correction), which is what R's ``power.prop.test`` computes.

    Examples
    --------
    >>> round(sample_size(baseline=0.551, change=0.044))
    1983
    """
    before, delta, chance, deff, sure = alike(
        _CANNOT, baseline, change, power, design_effect, level
    )
    _check(before, delta=delta, power=chance, deff=deff, level=sure)
    pooled, apart = _deviations(before, delta)
    needed = ((ndtri(0.5 + sure / 2) * pooled + ndtri(chance) * apart) / delta) ** 2
    return _scalar(needed * deff)


def minimum_detectable_change(
    n: ArrayLike,
    *,
    baseline: ArrayLike,
    power: ArrayLike = 0.8,
    design_effect: ArrayLike = 1.0,
    level: ArrayLike = 0.95,
    comparisons: ArrayLike = 1,
) -> float | Array:
    """Return the smallest rise that two waves of ``n`` interviews would probably show.

    Parameters
    ----------
    n
        Interviews per wave.
    baseline, power, design_effect, level
        As for :func:`sample_size`.
    comparisons
        How many places or questions are compared together. The level is shared among them
        (Bonferroni), so that the chance of any false alarm stays at ``1 - level``.

    Returns
    -------
    float or numpy.ndarray
        The rise, as a proportion; ``inf`` where even a rise to 100% would probably not be seen.
        For a fall from ``b`` ask for ``baseline=1 - b``: it is the mirror image.

    Raises
    ------
    InputError
        As for :func:`sample_size`, no interviews, or fewer than one comparison.

    Notes
    -----
    The inverse of :func:`sample_size`, found by halving: the minimum detectable effect of Bloom
    (1995), Evaluation Review 19:547–556, for two proportions.

    Examples
    --------
    >>> round(minimum_detectable_change(1983, baseline=0.551), 3)
    0.044
    """
    size, before, chance, deff, sure, many = alike(
        _CANNOT, n, baseline, power, design_effect, level, comparisons
    )
    _check(before, power=chance, deff=deff, level=sure, n=size, comparisons=many)
    sure = 1 - (1 - sure) / many
    low, high = np.zeros(before.shape), 1 - before
    seen = _power(size / deff, before, high, sure) >= chance
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _power(size / deff, before, middle, sure) >= chance
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return _scalar(np.where(seen, high, np.inf))


def minimum_detectable_effect(
    stderr: ArrayLike,
    *,
    degrees: ArrayLike = np.inf,
    power: ArrayLike = 0.8,
    level: ArrayLike = 0.95,
) -> float | Array:
    """Return the smallest effect that an estimate with this standard error would probably show.

    Parameters
    ----------
    stderr
        Standard error of the estimate; missing ones give missing effects.
    degrees
        Degrees of freedom of the t distribution; infinite for the normal.
    power, level
        As for :func:`sample_size`.

    Returns
    -------
    float or numpy.ndarray
        The effect, up or down, in the unit of the standard error.

    Raises
    ------
    InputError
        A power or level outside 0–1, a negative standard error, or no degrees of freedom.

    Notes
    -----
    The multiple of the standard error of Bloom (1995), Evaluation Review 19:547–556: 2.8 for a
    power of 80% at 5% under the normal distribution.

    Examples
    --------
    >>> round(minimum_detectable_effect(1.0), 2)
    2.8
    """
    error, df, chance, sure = alike(_CANNOT, stderr, degrees, power, level)
    checks = [
        (error, ~(error < 0), "a standard error is zero or more"),
        (df, df > 0, "degrees of freedom are positive"),
        (chance, (chance > 0) & (chance < 1), "power lies between 0 and 1"),
        (sure, (sure > 0) & (sure < 1), "the level lies between 0 and 1"),
    ]
    refuse(_CANNOT, _faults(checks))
    return _scalar((stdtrit(df, 0.5 + sure / 2) + stdtrit(df, chance)) * error)


def _power(n: Array, before: Array, delta: Array, level: Array) -> Array:
    pooled, apart = _deviations(before, delta)
    return ndtr((np.sqrt(n) * np.abs(delta) - ndtri(0.5 + level / 2) * pooled) / apart)


def _deviations(before: Array, delta: Array) -> tuple[Array, Array]:
    """Return the deviation of a difference of one interview each: without and with change."""
    after, mean = before + delta, before + delta / 2
    pooled = np.sqrt(2 * mean * (1 - mean))
    return pooled, np.sqrt(before * (1 - before) + np.maximum(after * (1 - after), 0.0))


def _scalar(values: Array) -> float | Array:
    return float(values) if values.ndim == 0 else values


def _check(
    before: Array,
    *,
    power: Array,
    deff: Array,
    level: Array,
    delta: Array | None = None,
    n: Array | None = None,
    comparisons: Array | None = None,
) -> None:
    # Written so that a missing value fails every comparison and is named as found.
    checks = [
        (before, (before > 0) & (before < 1), "the baseline lies between 0 and 1"),
        (level, (level > 0) & (level < 1), "the level lies between 0 and 1"),
        (deff, deff > 0, "the design effect is positive"),
        (power, (power > 0) & (power < 1), "power lies between 0 and 1"),
    ]
    if delta is not None:
        after = before + delta
        checks.append((delta, np.abs(delta) > 0, "a change is up or down, not nothing"))
        checks.append((after, (after > 0) & (after < 1), "baseline and change end between 0 and 1"))
    if n is not None:
        checks.append((n, n >= 1, "at least one interview a wave is needed"))
    if comparisons is not None:
        checks.append((comparisons, comparisons >= 1, "there is at least one comparison"))
    refuse(_CANNOT, _faults(checks))


def _faults(checks: list[tuple[Array, Array, str]]) -> list[str]:
    return [
        f"{allowed}, found {found[~good].flat[0]:g}"
        for found, good, allowed in checks
        if not np.all(good)
    ]
