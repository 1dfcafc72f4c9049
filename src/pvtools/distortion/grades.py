"""Grades: "consistent with gaming" or "no sign of it", and how often each is wrong."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from pvtools.distortion.casebook import CASES
from pvtools.distortion.detectors import LEVEL, find
from pvtools.errors import InputError
from pvtools.stats import intervals

CONSISTENT = "consistent with gaming"
NO_SIGN = "no sign of it"
ROUNDED = "rounded, which is no gaming"
NOT_ROUNDED = "not rounded"


@cache
def error_rates() -> pd.DataFrame:
    """Return how often each detector is wrong, as measured in simulation.

    Returns
    -------
    pandas.DataFrame
        ``detector, n`` (in what the detector counts), ``false_positive_rate`` (it fires though
        nothing was bent), ``power`` (it fires where as much was bent as ``effect`` says),
        ``power_lower, power_upper`` (Wilson, of so many ``replications``), ``effect``. Written
        by ``python -m validation --rates``.
    """
    path = files("pvtools.distortion") / "error_rates.csv"
    with path.open(encoding="utf-8") as table:
        rates = pd.read_csv(table)
    held = intervals.wilson(rates.power * rates.replications, rates.replications)
    return rates.assign(power_lower=held.lower.to_numpy(), power_upper=held.upper.to_numpy())


@cache
def casebook_measured() -> pd.DataFrame:
    """Return how often each detector fires in each case of the casebook, as measured.

    Returns
    -------
    pandas.DataFrame
        ``case, title, detector, fires`` (share of runs), ``expected`` ("fires" or "silent") and
        ``runs``. Written by ``python -m validation --rates``.
    """
    path = files("pvtools.distortion") / "casebook.csv"
    with path.open(encoding="utf-8") as table:
        cells = pd.read_csv(table)
    cases = [CASES[key] for key in cells.case]
    return cells.assign(
        title=[case.title for case in cases],
        expected=[case.expected(name) for case, name in zip(cases, cells.detector, strict=True)],
    )


def graded(
    results: pd.DataFrame, detector: str, *, n: float | pd.Series | None = None
) -> pd.DataFrame:
    """Return results in two grades, with the error rates of the detector beside them.

    Parameters
    ----------
    results
        Rows of a detector: ``p_value``, and ``estimate`` above zero in the direction of the
        target.
    detector
        Its key in ``distortion.DETECTORS``.
    n
        The sample size, in what the detector counts, of all rows or of each; the column ``n`` of
        the results by default.

    Returns
    -------
    pandas.DataFrame
        The rows with ``detector, grade``, ``false_positive_rate, power, effect`` and
        ``rates_n``, the nearest sample size that was simulated. A row without a p-value has no
        grade.

    Raises
    ------
    UsageError
        No such detector.
    InputError
        Results without the columns that are needed.
    """
    find(detector)
    needed = ["p_value", "estimate", *([] if n is not None else ["n"])]
    absent = [name for name in needed if name not in results]
    if absent:
        raise InputError(f"Results to be graded lack the columns {', '.join(absent)}.")
    fires = (results.p_value < LEVEL) & (results.estimate > 0)
    yes, no = (ROUNDED, NOT_ROUNDED) if detector == "rounding" else (CONSISTENT, NO_SIGN)
    grade = pd.Series(np.where(fires, yes, no), index=results.index, dtype=object)
    rates = _nearest(detector, results.n if n is None else n, len(results))
    return results.assign(
        detector=detector,
        grade=grade.where(results.p_value.notna(), None),
        false_positive_rate=rates.false_positive_rate.to_numpy(),
        power=rates.power.to_numpy(),
        effect=rates.effect.to_numpy(),
        rates_n=rates.n.to_numpy(),
    )


def _nearest(detector: str, sizes: float | pd.Series, rows: int) -> pd.DataFrame:
    """Return the simulated rates whose sample size is nearest, on a logarithmic scale."""
    known = error_rates()
    held = known[known.detector == detector]
    size = np.broadcast_to(np.asarray(sizes, dtype=float), rows)[:, None]
    simulated = held.n.to_numpy(dtype=float)
    away = np.abs(np.log(simulated / np.maximum(size, 1.0)))
    # a size that is not known is taken to be the smallest
    return held.iloc[np.where(np.isfinite(size), away, simulated).argmin(axis=1)]
