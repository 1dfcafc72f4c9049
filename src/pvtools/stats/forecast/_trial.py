"""A method tried on the past: forecasts made from every month with what was known then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array
from pvtools.stats.forecast import _conformal
from pvtools.stats.forecast._methods import rolled
from pvtools.stats.forecast._months import Months

#: origins whose errors only feed intervals, before intervals themselves are compared with outcomes;
#: with fewer, methods are not compared
BURN_IN = 12


@dataclass(frozen=True, slots=True)
class Trial:
    """Forecasts from past months: one row an origin, one column a month ahead, as roots."""

    months: Months
    origins: NDArray[np.intp]
    expected: Array
    season: int

    @property
    def errors(self) -> Array:
        """What came less what was expected, as roots; NaN where it has not come yet."""
        return _conformal.errors(self.months.roots, self.expected, self.origins)

    @property
    def least(self) -> float:
        """The error that chance alone makes: that of a count, or next to none."""
        roots = self.months.roots
        return _conformal.CHANCE if self.months.are_counts else 0.005 * float(roots.mean())

    def absolute(self) -> Array:
        """Return absolute errors in units of the series."""
        return np.abs(np.square(self.expected + self.errors) - np.square(self.expected))

    def mase(self) -> float:
        """Return the mean absolute error, scaled at each origin; NaN where nothing ever moved.

        Mean absolute scaled error, Hyndman & Koehler (2006), International Journal of Forecasting
        22:679–688: in units of what "as a year before" was usually off by until then. Unlike a
        percentage it allows zeros, and unlike a plain error it can be compared between a quiet and
        a busy borough.
        """
        values, season = self.months.observed, self.season
        yearly = np.cumsum(np.append(0.0, np.abs(values[season:] - values[:-season])))
        known = self.origins - season
        scales = yearly[known] / np.maximum(known, 1)
        scaled = self.absolute()[scales > 0] / scales[scales > 0, None]
        return float(np.nanmean(scaled)) if scaled.size else float("nan")

    def held(self, level: float) -> tuple[Array, Array, Array]:
        """Return what came, and both ends of the interval that would have been given for it.

        Each interval is made of errors that were known at its origin: none has seen its own.
        """
        found = self.errors
        ahead = np.arange(found.shape[1])
        rows = []
        for i in range(BURN_IN, len(self.origins)):
            known = self.origins[:i, None] + ahead < self.origins[i]
            past = np.where(known, found[:i], np.nan)
            reach, _ = _conformal.half_widths(past, level=level, least=self.least)
            lower, upper = ends(self.expected[i], reach)
            came = np.square(self.expected[i] + found[i])
            rows.append(np.array([came, lower, upper])[:, ~np.isnan(found[i])])
        return tuple(np.concatenate(rows, axis=1)) if rows else tuple(np.empty((3, 0)))

    def coverage(self, level: float) -> float:
        """Return the share of what came that intervals held; NaN where none could be tried."""
        came, lower, upper = self.held(level)
        slack = 1e-9 * (1 + came)  # roots squared again are not the counts to the last digit
        inside = (lower - slack <= came) & (came <= upper + slack)
        return float(inside.mean()) if inside.size else float("nan")


def tried(name: str, months: Months, *, first: int, horizon: int, season: int) -> Trial:
    """Return forecasts of a method from every month after the first so many."""
    origins = np.arange(first, months.observed.size)
    expected = (
        rolled(name, months, origins, horizon, season) if origins.size else np.empty((0, horizon))
    )
    return Trial(months, origins, expected, season)


def first_origin(months: Months, season: int) -> int:
    """Return after how many months to begin: three seasons, or two of a short series."""
    return (3 if months.observed.size >= 5 * season else 2) * season


def ends(expected: Array, reach: Array) -> tuple[Array, Array]:
    """Return both ends in units of the series; the lower one never below zero."""
    return np.square(np.maximum(expected - reach, 0.0)), np.square(expected + reach)


def beats(trial: Trial, naive: Trial) -> bool:
    """Return whether a method was less far off than the seasonal naive one, in a year or more."""
    if len(trial.origins) < BURN_IN:
        return False
    return bool(np.nanmean(trial.absolute()) < np.nanmean(naive.absolute()))
