"""What the coming months may bring, with intervals made of past errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools.errors import did_you_mean
from pvtools.stats._arguments import Array, level_faults, numbers, refuse, sentences
from pvtools.stats.forecast import _conformal
from pvtools.stats.forecast._methods import METHODS, rolled
from pvtools.stats.forecast._months import Months, checked
from pvtools.stats.forecast._trial import Trial, beats, ends, first_origin, tried

_FEWEST = 6  # errors of its own below which a method borrows those of the naive forecast


def forecast(
    series: pd.Series,
    *,
    horizon: int,
    season: int = 12,
    method: str = "ets",
    level: Sequence[float] = (0.80, 0.95),
) -> pd.DataFrame:
    """Return what each coming month may bring, and how well that would have held in the past.

    Parameters
    ----------
    series
        Monthly values, zero or more, indexed by dates or monthly periods; one season or more.
        A gap in the middle is neither filled nor read as zero: what follows it is used.
    horizon
        How many months ahead.
    season
        Months in a season, 9 or more.
    method
        ``ets``, ``stl`` or ``seasonal_naive``; with less than two seasons always the last.
    level
        What shares of the months to come intervals are to hold.

    Returns
    -------
    pandas.DataFrame
        One row a month: ``period`` (its first day), ``estimate``, ``lower_80, upper_80`` (and so
        on for each level but the highest), ``lower, upper`` (at the highest, in ``level``), ``n``
        (past errors so many months ahead), ``method, caveat``; and on all rows alike, from the
        past: ``mase`` (mean absolute error in units of what "as a year before" was usually off
        by: Hyndman & Koehler 2006), ``beats_naive`` (less far off than the same month of the
        last season),
        ``empirical_coverage_80``, ``empirical_coverage`` (share of what came that intervals made
        in the same way held) and ``n_intervals`` (how many that were).

    Raises
    ------
    InputError
        Not a monthly series, negative counts, months given twice, less than one season, an
        unknown method, or levels outside 0 and 1.

    Notes
    -----
    The past is forecast anew from every month, knowing only what was known then (rolling origin:
    Tashman 2000, International Journal of Forecasting 16:437–450); parameters are estimated anew
    every twelve months, levels and seasons follow every month. Split conformal intervals by months
    ahead are made of those errors, of square roots: no distribution is assumed, but the coming
    months are taken to be as hard to foresee as the past ones were. Fewer than 1/(1 − level) errors
    cannot be ranked so far out: the interval is then that of Student's t, no narrower than the
    largest error, and the caveat says so. For counts no interval is narrower than that of a Poisson
    count. An estimate is a middle value, a little below the mean of what may come: do not add up
    many of small counts. Nothing is drawn at random.

    Examples
    --------
    >>> months = pd.period_range("2018-01", periods=60, freq="M")
    >>> past = pd.Series([90, 95, 105, 110] * 15, index=months)
    >>> forecast(past, horizon=2, method="seasonal_naive").estimate.round(6).tolist()
    [90.0, 95.0]
    """
    levels = _checked(method, level)
    months = checked(series, season=season, horizon=horizon)
    size = months.observed.size
    used = method if size >= METHODS[method].seasons * season else "seasonal_naive"
    options = {"first": _first(months, used, season), "horizon": horizon, "season": season}
    trial = tried(used, months, **options)
    root = rolled(used, months, np.array([size]), horizon, season)[0]
    bounds, doubts = _bounds(trial, root, levels)
    better = used != "seasonal_naive" and beats(trial, tried("seasonal_naive", months, **options))
    record = _record(trial, levels)
    short = "" if used == method else "Less than two seasons: the same months of the last one."
    caveats = [months.caveat, short, *doubts, _verdict(used, better, record["n_intervals"])]
    return pd.DataFrame(
        {
            "period": months.after(horizon),
            "estimate": np.square(root),
            **bounds,
            "level": levels[-1],
            "n": (~np.isnan(trial.errors)).sum(axis=0),
            "method": f"{METHODS[used].label}, conformal intervals",
            "caveat": sentences(*caveats),
            "beats_naive": better,
            **record,
        }
    )


def _checked(method: str, level: Sequence[float]) -> list[float]:
    faults = []
    if method not in METHODS:
        near = did_you_mean(str(method), METHODS)
        faults.append(f"there is no method {method!r}.{near} There are: {', '.join(METHODS)}")
    levels = sorted(np.atleast_1d(*numbers("Cannot forecast", level)).tolist())
    faults += level_faults(*levels) if levels else ["at least one level is needed, found none"]
    if len(set(levels)) < len(levels):
        faults.append(f"a level is named twice in {level!r}")
    refuse("Cannot forecast", faults)
    return levels


def _first(months: Months, used: str, season: int) -> int:
    """Return after how many months to begin; one season is enough for the naive forecast."""
    usual = first_origin(months, season)
    return min(usual, METHODS[used].seasons * season) if used == "seasonal_naive" else usual


def _bounds(trial: Trial, root: Array, levels: list[float]) -> tuple[dict[str, Array], list[str]]:
    """Return both ends of each interval, the highest level's last, and caveats on them."""
    past, caveats = _past_errors(trial, root.size)
    bounds: dict[str, Array] = {}
    for level in levels:
        reach, guessed = _conformal.half_widths(past, level=level, least=trial.least)
        suffix = "" if level == levels[-1] else f"_{100 * level:g}"
        bounds[f"lower{suffix}"], bounds[f"upper{suffix}"] = ends(root, reach)
        if guessed:
            caveats.append(_few(level))
    return bounds, caveats


def _past_errors(trial: Trial, horizon: int) -> tuple[Array, list[str]]:
    """Return the errors that intervals rest on, and a caveat where they are borrowed."""
    if len(trial.origins) >= _FEWEST:
        return trial.errors, []
    options = {"first": trial.season, "horizon": horizon, "season": trial.season}
    naive = tried("seasonal_naive", trial.months, **options)
    if len(naive.origins) >= _FEWEST:
        return naive.errors, ["Intervals rest on how far the last season's months were off."]
    roots = trial.months.roots
    apart = np.sqrt(2) * (roots - roots.mean())
    swings = np.repeat(apart[:, None], horizon, axis=1)
    return swings, ["Intervals rest on how much the months of one season differ."]


def _few(level: float) -> str:
    least = int(np.ceil(level / (1 - level) - 1e-9))
    return (
        f"Fewer than {least} past errors are known so many months ahead: the {100 * level:g}% "
        "interval is made as if they were normal."
    )


def _verdict(used: str, better: bool, tried_on: int) -> str:
    """Return a caveat on how the method did in the past, if one is due."""
    if not tried_on:
        return "Too few past months to test intervals, or to compare methods."
    if used != "seasonal_naive" and not better:
        return "In the past this was no more accurate than the same month of the last season."
    return ""


def _record(trial: Trial, levels: list[float]) -> dict[str, float | int]:
    """Return how the method and its intervals did in the past."""
    shares = {f"empirical_coverage_{100 * s:g}": trial.coverage(s) for s in levels[:-1]}
    return {
        "mase": trial.mase(),
        **shares,
        "empirical_coverage": trial.coverage(levels[-1]),
        "n_intervals": trial.held(levels[-1])[0].size,
    }
