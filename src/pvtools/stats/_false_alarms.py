"""How often a process chart raises an alarm where nothing happens, by simulation of that chart."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pvtools.chance import generator
from pvtools.stats import _control_rules
from pvtools.stats._arguments import Array
from pvtools.stats._control_rules import Rules
from pvtools.stats._steady_counts import Counts

_AIM = 0.047  # chance of any false alarm: under 5% by the error of the simulation
_SERIES, _CELLS = 20_000, 4_000_000  # simulated series, and points in all of them
_SEED = 1931  # another than that of the measurement, or calibration would mark its own work


@lru_cache(maxsize=256)
def calibrate(
    present: tuple[bool, ...],
    starts: tuple[int, ...],
    baseline: int | None,
    counts: Counts | None = None,
) -> Rules:
    """Return the run and the limits whose false alarms together stay within the family's share.

    Runs get at most half of it, limits the rest: runs see small lasting shifts, limits large
    ones. Neither is ever easier to break than in the usual rules.
    """
    steady = _steady(present, 0.0, _SEED, counts)
    drawn = _control_rules.chart(steady, starts, baseline)
    run = 7
    while True:
        rules = Rules(reach=np.inf, run=run, shapes=False)
        alarmed = _control_rules.signals(steady, drawn, rules, starts)[_control_rules.RUN].any(
            axis=1
        )
        if alarmed.mean() <= _AIM / 2:
            break
        run += 1
    reach = np.abs(steady - drawn.centre) / drawn.spread
    farthest = np.where(np.isnan(reach), 0.0, reach).max(axis=1)[~alarmed]
    share = (_AIM - alarmed.mean()) / (1 - alarmed.mean())
    return Rules(max(Rules().reach, float(np.quantile(farthest, 1 - share))), run, shapes=False)


@lru_cache(maxsize=256)
def measure(
    present: tuple[bool, ...],
    starts: tuple[int, ...],
    baseline: int | None,
    rules: Rules,
    autocorrelation: float,
    seed: int,
    counts: Counts | None = None,
) -> float:
    """Return the share of steady series, normal ones or such counts, that raise any alarm."""
    steady = _steady(present, autocorrelation, seed, counts)
    drawn = _control_rules.chart(steady, starts, baseline)
    found = _control_rules.signals(steady, drawn, rules, starts)
    return float(np.any([signs.any(axis=1) for signs in found.values()], axis=0).mean())


def _steady(
    present: tuple[bool, ...], autocorrelation: float, seed: int, counts: Counts | None
) -> Array:
    """Return series in which nothing happens, missing the same points as the real one."""
    points = len(present)
    series = min(_SERIES, max(1_000, _CELLS // points))
    rng = generator(seed)
    steady = counts.rates(rng, series) if counts else rng.standard_normal((series, points))
    if autocorrelation:
        fresh = np.sqrt(1 - autocorrelation**2)
        for i in range(1, points):
            steady[:, i] = autocorrelation * steady[:, i - 1] + fresh * steady[:, i]
    steady[:, ~np.array(present)] = np.nan
    return steady
