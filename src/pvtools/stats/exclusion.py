"""Exclusion: are late cases missing beyond a target, however late, against a time without it?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, ndtri, stdtr

from pvtools.errors import InputError
from pvtools.stats._arguments import (
    Array,
    beyond,
    floats,
    level_faults,
    met_faults,
    number_faults,
    refuse,
    whole_faults,
)

_BINS = 80  # of about equal numbers, over both samples
_FEWEST = 20  # cases of either sample on either side, outside the window
_ROUNDS = 30


def left_out(
    values: ArrayLike,
    comparison: ArrayLike,
    *,
    threshold: float,
    met: str = "<=",
    window: tuple[float, float] | None = None,
    degree: int = 2,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what share of the cases beyond a target were left out of a record.

    Parameters
    ----------
    values
        One positive value a case, under the target.
    comparison
        The same before there was a target, or of cases that have none.
    threshold, met
        The target, and how a case meets it: ``"<="``, ``"<"``, ``">="`` or ``">"``.
    window
        Lowest and highest value that may hold cases moved across the target; both and all
        between are left aside, so that moved cases are not taken for missing ones. By default
        from 0.85 to 1.35 times the threshold where a case meets it by staying below, and from
        1/1.35 to 1/0.85 times where it meets it by reaching it.
    degree
        Of the polynomial in the logarithm by which the two samples may differ smoothly: service
        that got faster is no exclusion.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper`` (share of cases beyond the target that is missing),
        ``p_value`` (one-sided), ``n`` (values), ``threshold, met, dispersion, method, caveat``.

    Raises
    ------
    InputError
        Values that are infinite or not positive, fewer than 20 outside the window on a side of
        the target or too few different ones, an unknown ``met``, a window without the
        threshold, or a degree or level out of range. Missing values (NaN) are left out.

    Notes
    -----
    Null hypothesis: the two samples differ smoothly. A logistic regression of which sample a
    case is from, on a polynomial in the logarithm of its value and a step at the target (the
    density ratio model of Qin 1998, Biometrika 85:619–630); variation between bins beyond chance
    widens the interval. Real improvement bends the ratio of the
    two smoothly; leaving cases out cuts it off at the target.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> before, after = rng.lognormal(2.4, 0.5, (2, 5000))
    >>> kept = after[(after <= 15) | (rng.random(5000) < 0.5)]
    >>> found = left_out(kept, before, threshold=15)
    >>> bool(abs(found.estimate.item() - 0.5) < 0.1), bool(found.p_value.item() < 0.05)
    (True, True)
    """
    given, (now, then) = _given(
        values, comparison, threshold=threshold, met=met, window=window, degree=degree, level=level
    )
    x, late, counts, trials = _binned(now, then, threshold, met)
    design = np.column_stack([x**power for power in range(degree + 1)] + [late])
    spare = len(x) - design.shape[1]
    if spare < 1:
        raise InputError(
            f"Cannot look for cases left out: the values outside the window fill {len(x)} bins, "
            f"and a polynomial of degree {degree} needs {design.shape[1] + 1} or more."
        )
    beta, cov, dispersion = _logistic(design, counts, trials)
    step, stderr = float(beta[-1]), float(np.sqrt(cov[-1, -1]))
    half = ndtri(0.5 + level / 2) * stderr
    return pd.DataFrame(
        {
            "estimate": [-np.expm1(step)],
            "lower": -np.expm1(step + half),
            "upper": -np.expm1(step - half),
            "p_value": float(stdtr(spare, step / stderr)),
            "n": given,
            "threshold": threshold,
            "met": met,
            "dispersion": dispersion,
            "method": f"logistic density ratio of degree {degree} with a step at the target",
            "caveat": "Cases closed or counted elsewhere for good reason are missing just as well.",
        }
    )


def _binned(
    now: Array, then: Array, threshold: float, met: str
) -> tuple[Array, Array, Array, Array]:
    """Return where each bin stands, whether it is late, its cases now and those of both."""
    both = np.concatenate([now, then])
    # a bin starts at its lower edge: where the target itself lies left of the cut, the cut is
    # the next number after it
    cut = np.nextafter(threshold, np.inf) if met in ("<=", ">") else threshold
    edges = np.quantile(both, np.linspace(0, 1, _BINS + 1))
    edges = np.unique(np.concatenate([edges, [cut]]))
    after, before = (np.histogram(sample, edges)[0].astype(float) for sample in (now, then))
    held = after + before > 0
    # a bin stands where its values lie: the middle of the last one is far beyond them
    place = np.histogram(both, edges, weights=np.log(both))[0][held] / (after + before)[held]
    right = edges[:-1][held] >= cut
    late = right if met in ("<=", "<") else ~right
    x = (place - place.mean()) / place.std()
    return x, late.astype(float), after[held], (after + before)[held]


def _logistic(design: Array, successes: Array, trials: Array) -> tuple[Array, Array, float]:
    """Return coefficients, their covariance and dispersion of a binomial regression."""
    beta = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        mean = expit(design @ beta)
        weight = np.maximum(trials * mean * (1 - mean), 1e-12)
        information = design.T @ (weight[:, None] * design)
        step = np.linalg.solve(information, design.T @ (successes - trials * mean))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    mean = expit(design @ beta)
    weight = np.maximum(trials * mean * (1 - mean), 1e-12)
    pearson = ((successes - trials * mean) ** 2 / weight).sum() / (len(trials) - len(beta))
    dispersion = max(1.0, float(pearson))
    return beta, dispersion * np.linalg.inv(design.T @ (weight[:, None] * design)), dispersion


def _given(
    values: ArrayLike,
    comparison: ArrayLike,
    *,
    threshold: float,
    met: str,
    window: tuple[float, float] | None,
    degree: int,
    level: float,
) -> tuple[int, list[Array]]:
    """Return how many values were given, and both samples outside the window."""
    faults = []
    samples = []
    for name, sample in (("values", values), ("the comparison", comparison)):
        numbers = floats(sample)
        if numbers is None:
            faults.append(f"{name} must be numbers")
            continue
        numbers = numbers[~np.isnan(numbers)]
        if not (np.isfinite(numbers).all() and (numbers > 0).all()):
            faults.append(f"{name} must be positive and finite")
        samples.append(numbers)
    faults += met_faults(met) + level_faults(level)
    faults += number_faults(threshold=threshold) + whole_faults(0, degree=degree)
    if not faults:
        ends = floats(_window(threshold, met) if window is None else window)
        low, high = ends if ends is not None and ends.shape == (2,) else (np.nan, np.nan)
        if not low <= threshold <= high:
            faults.append(f"the window holds the threshold, found {window!r} and {threshold:g}")
    if not faults:
        clear = [sample[(sample < low) | (sample > high)] for sample in samples]
        late = [beyond(sample, threshold, met).sum() for sample in clear]
        fewest = min(min(n, len(s) - n) for n, s in zip(late, clear, strict=True))
        if fewest < _FEWEST:
            faults.append(
                f"outside the window {low:g} to {high:g}, {_FEWEST} cases or more are needed on "
                f"either side of {threshold:g} in both samples, found {fewest}"
            )
    refuse("Cannot look for cases left out", faults)
    return len(samples[0]), clear


def _window(threshold: float, met: str) -> tuple[float, float]:
    """Return where moved cases may lie: they come from beyond the target, and stop short of it."""
    if met in ("<=", "<"):
        return 0.85 * threshold, 1.35 * threshold
    return threshold / 1.35, threshold / 0.85
