"""How many cases were moved across a threshold, and the counterfactual it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pvtools.chance import generator
from pvtools.stats.bunching._doubts import caveats
from pvtools.stats.bunching._question import Question, from_arguments
from pvtools.stats.bunching._search import Found, Mass, draws, search, strays


@from_arguments(Question)
def excess_mass(question: Question) -> pd.DataFrame:
    """Return how many cases were moved across a threshold, beyond rounding and chance.

    Parameters
    ----------
    values
        One value a case (a response time), 50 or more; NaN where it is missing.
    threshold
        The target, in the unit of the values.
    met
        How a case meets it: ``"<="`` (within 240 minutes), ``"<"`` (under 240), ``">="``, ``">"``.
        At whole minutes the first two differ by a whole bin.
    bin_width
        In the unit of the values; by default half of what Freedman and Diaconis advise, rounded
        down to a round width and to whole recording steps.
    window
        The lowest and the highest value that may hold moved cases; by default found by rule.
    degree
        Of the polynomial; by default the one with the least BIC.
    round_numbers
        Whose multiples values may have been rounded to, in the unit of the values: for times in
        seconds ``(60, 300)``. Each is kept only where the data show it.
    comparison
        Values before there was a target, or of cases that have none, in the same unit. They are
        then the counterfactual (difference-in-bunching), which is to be preferred.
    n_boot, seed
        How many draws, 100 or more, and what starts them; the same seed gives the same row.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper, stderr`` (cases recorded as meeting the target that
        would not be; below zero where there are too few), ``level``, ``p_value``, ``excess``
        (cases too many in the landing zone), ``missing`` (too few in the source zone),
        ``share_moved`` (of those expected in the source zone), ``threshold, met, bin_width,
        degree``, ``window_lower, window_upper`` (the excluded window), ``rounded_share`` (of all
        values, at round numbers out of habit), ``dispersion`` (variance of counts about the
        curve over that of Poisson counts, at least 1), ``n, method, caveat``.

    Raises
    ------
    InputError
        Text, infinite or too few values, all of them equal; a threshold outside them, or one that
        suggests minutes were mixed with seconds; fewer than five bins on a side; a width that is
        no multiple of the recording step; a window without the threshold; options out of range.

    Notes
    -----
    Null hypothesis: counts about the threshold are what the smooth and partly rounded
    distribution of all others implies (with a comparison: what the comparison implies). The
    p-value is one-sided, from draws under it: only cases moved to meet the target count.

    Saez (2010), AEJ: Economic Policy 2:180–212; Chetty et al. (2011), QJE 126:749–804; Kleven and
    Waseem (2013), QJE 128:669–723, for a window in which excess equals missing mass; Kleven
    (2016), Annual Review of Economics 8:435–464. See ``make validate`` for sizes and powers.

    What it cannot distinguish: a rare habit of rounding that hardly shows anywhere but at the
    threshold looks the same as moving. Where 3% of 5,000 times with a threshold of 15 minutes were
    rounded to the quarter of an hour, moving was found in 27% of samples, instead of 5%; with a
    comparison in 7%. A distribution with a bend of its own at the threshold looks the same too. The
    interval does not allow for the choice of the curve.

    Examples
    --------
    >>> minutes = np.ceil(np.random.default_rng(1).lognormal(2.4, 0.5, 5000))
    >>> late = np.flatnonzero((minutes > 15) & (minutes < 19))[::3]
    >>> minutes[late] = 15
    >>> row = excess_mass(minutes, threshold=15).iloc[0]
    >>> len(late), bool(row.lower < len(late) < row.upper), bool(row.p_value < 0.01)
    (184, True, True)
    """
    found = search(question)
    return pd.DataFrame([row(question, found, draws(question, found))])


@from_arguments(Question)
def counterfactual(question: Question) -> pd.DataFrame:
    """Return, bin by bin, the counts observed and those to be expected without any move.

    Parameters
    ----------
    values, threshold, met, bin_width, window, degree, round_numbers, comparison
        As for :func:`excess_mass`, whose row rests on this table.
    n_boot, seed, level
        As for :func:`excess_mass`; the interval is that of the counterfactual, not of counts.

    Returns
    -------
    pandas.DataFrame
        One row a bin, in the order of the values: ``bin`` (the middle of the values it can hold;
        at whole minutes, the minute), ``bin_lower, bin_upper``, ``observed, counterfactual``,
        ``lower, upper``, ``meets_target``, ``in_window``. The outermost thousandth of the values
        at either end is left out.

    Raises
    ------
    InputError
        As for :func:`excess_mass`.

    Notes
    -----
    The counterfactual of Chetty et al. (2011), QJE 126:749–804: a smooth curve through the bins
    outside the window, here with a share of values rounded; with a comparison, the comparison
    times a smooth ratio.

    Examples
    --------
    >>> minutes = np.ceil(np.random.default_rng(1).lognormal(2.4, 0.5, 2000))
    >>> minutes[(minutes > 15) & (minutes < 18)] = 15
    >>> table = counterfactual(minutes, threshold=15, n_boot=100).set_index("bin")
    >>> table.loc[15, ["observed", "counterfactual"]].astype(float).round(1).tolist()
    [260.0, 93.6]
    """
    found = search(question)
    bins, curve = found.bins, found.curve
    rng = generator(question.seed)
    off, own = strays(curve, curve.expected, question.n_boot, rng)
    curves = curve.expected + own + off @ curve.response(found.outside).T
    tail = (1 - question.level) / 2
    lower, upper = np.quantile(curves, [tail, 1 - tail], axis=0)
    return pd.DataFrame(
        {
            "bin": bins.held,
            "bin_lower": bins.edges[:-1],
            "bin_upper": bins.edges[1:],
            "observed": bins.counts,
            "counterfactual": curve.expected,
            "lower": np.clip(lower, 0, curve.expected),
            "upper": np.maximum(upper, curve.expected),
            "meets_target": bins.distance <= 0,
            "in_window": found.landing_zone | found.source_zone,
        }
    )


def row(question: Question, found: Found, drawn: tuple[Mass, Mass]) -> dict[str, object]:
    """Return the row of :func:`excess_mass`."""
    mass, model = found.mass, found.curve.model
    without, again = drawn
    estimate, stderr = float(mass.moved), float(again.moved.std(ddof=1))
    half = ndtri((1 + question.level) / 2) * stderr
    inside = found.landing_zone | found.source_zone
    as_many = np.count_nonzero(without.moved >= estimate)
    p_value = (1 + as_many) / (1 + question.n_boot)
    return {
        "estimate": estimate,
        "lower": estimate - half,
        "upper": estimate + half,
        "stderr": stderr,
        "level": question.level,
        "p_value": p_value,
        "excess": float(mass.excess),
        "missing": float(mass.missing),
        "share_moved": estimate / found.curve.expected[found.source_zone].sum(),
        "threshold": question.threshold,
        "met": question.met,
        "bin_width": found.bins.width,
        "degree": model.degree,
        "window_lower": found.bins.edges[:-1][inside].min(),
        "window_upper": found.bins.edges[1:][inside].max(),
        "rounded_share": float(found.curve.rounded.sum())
        if question.comparison is None
        else np.nan,
        "dispersion": found.curve.dispersion,
        "n": question.sample.size,
        "method": _method(found),
        "caveat": " ".join(caveats(question, found, seen=p_value < 0.05)),
    }


def _method(found: Found) -> str:
    model = found.curve.model
    if model.bins.comparison is not None:
        return f"Difference-in-bunching, log ratio of degree {model.degree} in {model.scale}"
    rounding = " and ".join(f"{heap.number:g}" for heap in model.heaps)
    habits = f", rounding to {rounding}" if rounding else ""
    return f"Excess mass, log-polynomial of degree {model.degree} in {model.scale}{habits}"
