"""A monthly series, checked: what is wrong with it, and what part of it can be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, refuse, some, whole_faults
from pvtools.stats._series import periods

_LEAST_SEASON = 9  # exponential smoothing cannot begin from two shorter ones


@dataclass(frozen=True, slots=True)
class Months:
    """Values month by month without a gap, and caveats on them."""

    observed: Array
    last: pd.Period
    caveat: str

    @property
    def roots(self) -> Array:
        """The scale on which all methods work, where chance varies little with the count."""
        return np.sqrt(self.observed)

    @property
    def are_counts(self) -> bool:
        """Whether all are whole numbers."""
        return bool(np.all(self.observed == np.round(self.observed)))

    def after(self, horizon: int) -> pd.DatetimeIndex:
        """Return the first days of the months to come."""
        return pd.period_range(self.last + 1, periods=horizon, freq="M").to_timestamp()


def checked(series: pd.Series, *, season: int, horizon: int) -> Months:
    """Return a series in order, from its last gap on.

    Raises
    ------
    InputError
        What is not a monthly series of at least a season, or no whole season or horizon.
    """
    faults = whole_faults(_LEAST_SEASON, season=season) + whole_faults(1, horizon=horizon)
    months = _months(series)
    if months is None:
        faults.append("a pandas Series is needed whose index are dates or monthly periods")
    elif not pd.api.types.is_numeric_dtype(series.dtype):
        faults.append(f"values must be numbers, found {series.dtype}")
    refuse("Cannot forecast", faults)
    known = pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=months).sort_index()
    refuse("Cannot forecast", _value_faults(known))
    usable, caveat = _after_last_gap(known.dropna())
    if len(usable) < season:
        raise InputError(
            f"Cannot forecast: {len(usable)} months in a row at the end of the series, and "
            f"{season} are needed. {caveat}".strip()
        )
    return Months(usable.to_numpy(copy=True), usable.index[-1], caveat)


def _months(series: object) -> pd.PeriodIndex | None:
    months = periods(series) if isinstance(series, pd.Series) else None
    return months if months is not None and months.freqstr == "M" else None


def _value_faults(known: pd.Series) -> list[str]:
    faults = []
    twice = known.index[known.index.duplicated()].unique()
    if len(twice):
        faults.append(f"more than one value for {_named(twice)}; add them up, or choose")
    if known.index.isna().any():
        faults.append("a value has no date")
    if (known < 0).any():
        faults.append(f"counts are zero or more, found less in {_named(known.index[known < 0])}")
    if np.isinf(known.to_numpy()).any():
        faults.append("values must be finite")
    return faults


def _after_last_gap(known: pd.Series) -> tuple[pd.Series, str]:
    """Return the months after the last one missing: a gap is neither filled nor read as zero."""
    if known.empty:
        return known, ""
    every = pd.period_range(known.index[0], known.index[-1], freq="M")
    missing = every.difference(known.index)
    if missing.empty:
        return known, ""
    start = missing[-1] + 1
    caveat = f"Only months from {start:%B %Y} on are used, because of gaps: {_named(missing)}."
    return known[known.index >= start], caveat


def _named(months: pd.PeriodIndex) -> str:
    return some(f"{month:%B %Y}" for month in months)
