"""Process charts: which months differ from the usual swing, and how often that is a false alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError
from pvtools.stats import _control_rules, _false_alarms, _steady_counts
from pvtools.stats._arguments import Array, numbers, refuse, whole_faults
from pvtools.stats._control_rules import FEWEST_RANGES, Rules
from pvtools.stats._steady_counts import Counts

_CANNOT = "Cannot draw a process chart"
_FEWEST_FIRM = 12  # figures below which limits are provisional
_SEED = 1932

_UP, _DOWN = "special cause improvement", "special cause concern"
_KINDS = {
    "higher": {1: _UP, -1: _DOWN},
    "lower": {1: _DOWN, -1: _UP},
    "neither": {1: "special cause, neither", -1: "special cause, neither"},
}


def xmr(
    values: ArrayLike,
    *,
    improvement: Literal["higher", "lower", "neither"] = "higher",
    baseline: int | None = None,
    rebase: Sequence[tuple[int, str]] = (),
    calibrated: bool = False,
    stderr: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return which points of a series are more than its usual swing.

    Parameters
    ----------
    values
        Evenly spaced figures in order of time, independent of each other: for a series whose
        values share interviews, every fourth quarter only. A missing one is NaN: it is not zero,
        and breaks runs and moving ranges.
    improvement
        Which direction is better.
    baseline
        How many points at the start (of each phase) the limits are made from; all by default.
    rebase
        Where limits start anew, each with the reason: ``((24, "new recording system"),)``.
        Positions count from 0. Limits are never moved without a reason.
    calibrated
        Choose limits and length of run for this very chart, so that the chance of any false
        alarm in the whole series is at most 5%; trends and pairs near a limit are left out.
    stderr
        Standard error of the figures where they come from a survey, one for all or one each.
        Limits are then never narrower than sampling alone would have them: a few figures that
        happen to lie close together would otherwise make alarms of pure chance.
    exposure
        Given where the figures count events: what each count is of (days in the month; 1 where
        all are alike). Charted is the count by its exposure, and false alarms are those of steady
        counts at this level that scatter as these do. Fewer than ten events a point, on average,
        get no verdict.

    Returns
    -------
    pandas.DataFrame
        One row a point, with the index of a Series: ``value, centre, lower, upper,
        moving_range``; ``point_type`` (``special cause improvement``, ``special cause concern``,
        ``special cause, neither``, ``common cause``, ``missing`` or ``no verdict``); ``rule``
        (those that hold, joined by ``; ``); ``caveat``; ``phase`` (from 0) and
        ``family_false_alarm``: the chance that a steady series of this length raises any alarm
        (at most, where ``stderr`` widens the limits), missing where there are no limits.

    Raises
    ------
    InputError
        No points, infinite ones, an unknown direction, a baseline of fewer than four points, a
        rebase without a place and a reason, or an exposure beside figures that are no counts.

    Notes
    -----
    Limits at 2.66 mean moving ranges, ranges above 3.267 times their mean set aside once, and
    four rules as in NHS England, Making Data Count: outside the limits; seven points on one side
    of the centre; seven points rising or falling; two of three beyond two thirds of the way to a
    limit, all three on its side. Wheeler (2000), Understanding Variation. Together they raise an
    alarm in about one of five steady series of 24 points, and in nearly half of 60: quote
    ``family_false_alarm`` beside a verdict, or use ``calibrated``. Being seldom wrong costs sight:
    a shift of two standard deviations in the last 12 of 36 points raises an alarm with a chance
    of 95% by the four rules (which alarm in 29% of steady series of that length) and 63%
    calibrated; 89% calibrated with ``baseline=24``.

    Rare counts are far from normal: calibrated on normal figures, 66% of steady series of 24
    Poisson counts alarm at a mean of 0.3, 24% at 1, 7% at 5. With ``exposure`` the simulated
    series are negative binomial, with the mean and variance of those given. Below ten their
    scatter is too poorly known: at a mean of 5, with a coefficient of variation of 0.3 beyond
    Poisson chance, 11% of steady series alarmed where the chart said 5%.

    Examples
    --------
    >>> xmr([5, 6, 5, 4, 5, 6, 4, 5, 5, 6, 4, 12])["point_type"].iloc[-1]
    'special cause improvement'
    """
    index = values.index if isinstance(values, pd.Series) else None
    (series,) = numbers(_CANNOT, values)
    starts, reasons = _check(series, improvement, baseline, rebase)
    floor = _control_rules.USUAL_RANGE * _errors(stderr, series)
    counts = None
    if exposure is not None:
        size = _steady_counts.exposures(_CANNOT, exposure, series)
        series = series / size
        counts = _steady_counts.like(series, size, starts, baseline)
    drawn = _control_rules.chart(series[None], starts, baseline)
    drawn = counts.without_rare(drawn) if counts else drawn
    present = tuple((~np.isnan(series + drawn.centre[0])).tolist())
    rules, family = Rules(), np.nan
    if any(present):
        if calibrated:
            rules = _false_alarms.calibrate(present, starts, baseline, counts)
        family = _false_alarms.measure(present, starts, baseline, rules, 0.0, _SEED, counts)
    narrow = drawn.spread[0] < floor
    drawn = replace(drawn, spread=np.maximum(drawn.spread, floor))
    signals = _control_rules.signals(series[None], drawn, rules, starts)
    centre, half = drawn.centre[0], rules.reach * drawn.spread[0]
    verdict = _verdicts(series, centre, {k: v[0] for k, v in signals.items()}, improvement)
    return pd.DataFrame(
        {
            "value": series,
            "centre": centre,
            "lower": np.maximum(centre - half, 0.0 if counts else -np.inf),
            "upper": centre + half,
            "moving_range": drawn.moving_range[0],
            **verdict,
            "caveat": _caveats(
                series, drawn.moving_range[0], starts, reasons, baseline, narrow, counts
            ),
            "phase": np.searchsorted(starts, np.arange(series.size), side="right") - 1,
            "family_false_alarm": family,
        },
        index=index,
    )


def family_false_alarm(
    points: int,
    *,
    baseline: int | None = None,
    calibrated: bool = False,
    autocorrelation: float = 0.0,
    seed: int = _SEED,
) -> float:
    """Return the chance that a steady series raises any alarm, by simulation.

    Parameters
    ----------
    points
        Length of the series.
    baseline, calibrated
        As for :func:`xmr`.
    autocorrelation
        Of neighbouring points, between −1 and 1. Charts suppose none; a little of it multiplies
        the false alarms.
    seed
        Starts the simulation.

    Returns
    -------
    float
        Share of simulated normal series with one or more special causes; its own error is below
        0.004 for series of up to 200 points.

    Raises
    ------
    InputError
        Fewer than one point, a baseline of fewer than four points, or no such correlation.

    Notes
    -----
    By simulation: rules that are each seldom wrong add up, and limits made from the series itself
    are uncertain (Champ and Woodall 1987, Technometrics 29:393–399, for known limits).

    Examples
    --------
    >>> round(family_false_alarm(24), 1)
    0.2
    """
    faults = whole_faults(1, points=points)
    if not (isinstance(autocorrelation, Real) and -1 < autocorrelation < 1):
        faults.append(f"autocorrelation lies between -1 and 1, found {autocorrelation!r}")
    refuse("Cannot simulate a chart", faults)
    _check(np.zeros(points), "neither", baseline, ())
    present = (True,) * points
    rules = _false_alarms.calibrate(present, (0,), baseline) if calibrated else Rules()
    return _false_alarms.measure(present, (0,), baseline, rules, autocorrelation, seed)


def _verdicts(
    series: Array, centre: Array, signals: dict[str, NDArray[np.int8]], improvement: str
) -> dict[str, list[str]]:
    kinds, rules = [], []
    for i, value in enumerate(series):
        held = [name for name, signs in signals.items() if signs[i]]
        rules.append("; ".join(held))
        if np.isnan(value):
            kinds.append("missing")
        elif np.isnan(centre[i]):
            kinds.append("no verdict")
        elif held:
            # Rules are in order: where a point lies decides before where it is heading.
            kinds.append(_KINDS[improvement][int(signals[held[0]][i])])
        else:
            kinds.append("common cause")
    return {"point_type": kinds, "rule": rules}


def _caveats(
    series: Array,
    ranges: Array,
    starts: tuple[int, ...],
    reasons: tuple[str, ...],
    baseline: int | None,
    narrow: NDArray[np.bool_],
    counts: Counts | None,
) -> list[str]:
    caveats: list[list[str]] = [[] for _ in series]
    for start, reason in zip(starts[1:], reasons, strict=True):
        caveats[start].append(f"Limits start anew here: {reason.rstrip('.')}.")
    for number, phase in enumerate(_control_rules.phases(starts, series.size)):
        doubt = counts.doubt(number) if counts else ""
        doubt = doubt or _doubt(series[phase][:baseline], ranges[phase][:baseline])
        for i in range(phase.start, phase.stop):
            if np.isnan(series[i]):
                caveats[i].append("No figure: runs and moving ranges start anew after it.")
            else:
                caveats[i] += [doubt] if doubt else []
                caveats[i] += ["Limits rest on the sampling error."] if narrow[i] else []
    return [" ".join(notes) for notes in caveats]


def _doubt(basis: Array, ranges: Array) -> str:
    """Return a caveat on limits made from these figures, or nothing."""
    count, pairs = (int(np.count_nonzero(~np.isnan(v))) for v in (basis, ranges))
    if pairs < FEWEST_RANGES:
        return f"No limits: they need three differences between neighbours, and there are {pairs}."
    if not _control_rules.varies(ranges[None], basis[None])[0]:
        return "No limits: the figures do not vary."
    if count < _FEWEST_FIRM:
        return f"Limits are provisional: they rest on {count} figures, fewer than 12."
    return ""


def _errors(stderr: ArrayLike | None, series: Array) -> Array:
    if stderr is None:
        return np.zeros(series.size)
    (errors,) = numbers(_CANNOT, stderr)
    if errors.shape not in {(), series.shape} or (errors < 0).any() or np.isinf(errors).any():
        raise InputError(
            "Cannot draw a process chart: standard errors are zero or more and finite, one for "
            f"all or one for each of {series.size} figures."
        )
    return np.broadcast_to(np.nan_to_num(errors), series.shape)


def _check(
    series: Array, improvement: str, baseline: int | None, rebase: Sequence[tuple[int, str]]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return where phases start and why, or name every fault."""
    faults = []
    if series.ndim != 1 or series.size == 0:
        faults.append(f"expected a list of figures, found the shape {series.shape}")
    if np.isinf(series).any():
        faults.append("a figure is infinite")
    if improvement not in [*_KINDS]:
        faults.append(f"improvement is 'higher', 'lower' or 'neither', found {improvement!r}")
    faults += [] if baseline is None else whole_faults(4, baseline=baseline)
    starts, reasons = [0], []
    if not isinstance(rebase, Sequence) or isinstance(rebase, str):
        faults.append(f"rebase is a list of positions with reasons, found {rebase!r}")
        rebase = ()
    for step in rebase:
        match step:
            case (int() | np.integer() as place, str() as reason) if reason.strip():
                if not starts[-1] < place < series.size:
                    faults.append(
                        f"limits can start anew after point {starts[-1]} and before "
                        f"{series.size}, in order, found {place}"
                    )
                starts.append(int(place))
                reasons.append(reason.strip())
            case _:
                faults.append(f"each rebase is a position and its reason, found {step!r}")
    refuse(_CANNOT, faults)
    return tuple(starts), tuple(reasons)
