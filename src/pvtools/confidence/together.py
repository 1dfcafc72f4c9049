"""All boroughs at once: who differs from whom, what to believe."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.confidence.shares import wave_of
from pvtools.stats import ranks, small_area
from pvtools.stats.suppression import blanking

_LEVEL = 0.95


def ranked(
    shares: pd.DataFrame, *, period: str | None = None, draws: int = 20_000, seed: int = 1
) -> pd.DataFrame:
    """Return how far each borough's place among 32 is known, in one wave.

    This is no league table: it is made to show how wide the intervals around places are. Places
    are those of the shrunken shares: the boroughs' own ones are more spread out than the truth,
    and so are their ranks.

    Parameters
    ----------
    shares
        What :func:`proportion` returns.
    period
        The wave; the latest by default.
    draws, seed
        Monte-Carlo draws and their seed.

    Returns
    -------
    pandas.DataFrame
        Estimate table of places (1 is the highest share), in the order of names, with the
        probabilities ``top_quarter`` and ``bottom_quarter``. Boroughs whose share is withheld
        have no place, and are not counted.
    """
    likely = shrunken(shares, period=period)
    known = likely.dropna(subset=["estimate"])
    places = ranks.rank_intervals(known.estimate, known.stderr, draws=draws, seed=seed)
    frame = likely[["measure", "area", "period", "n", "source"]].join(
        places[["rank", "lower", "upper", "top_quarter", "bottom_quarter"]]
    )
    frame = frame.rename(columns={"rank": "estimate"}).assign(
        quantity="rank",
        level=_LEVEL,
        method=f"rank of {draws:,} draws of each borough's shrunken share and its error",
        caveat="",
    )
    return estimates.table(blanking.derived(frame, likely))


def shrunken(shares: pd.DataFrame, *, period: str | None = None) -> pd.DataFrame:
    """Return each borough's share with strength borrowed from all of them, in one wave.

    Parameters
    ----------
    shares
        What :func:`proportion` returns.
    period
        The wave; the latest by default.

    Returns
    -------
    pandas.DataFrame
        Estimate table, in the order of names, with ``direct``, the borough's own share. Closer
        to the truth on average; a truly exceptional borough is drawn in too far. A borough whose
        share is withheld has none here either, though the others would predict one.
    """
    wave = _wave(shares, period)
    known = wave.dropna(subset=["estimate"])
    fitted = small_area.fay_herriot(known.estimate, _stderr(known), None)
    frame = wave[["measure", "area", "period", "n", "source"]].join(fitted)
    frame = frame.assign(
        quantity="shrunken",
        level=_LEVEL,
        method=frame.method.fillna(""),
        caveat=frame.caveat.fillna(""),
    )
    return estimates.table(blanking.derived(frame, wave))


def _wave(shares: pd.DataFrame, period: str | None) -> pd.DataFrame:
    wave = wave_of(shares, period)
    return wave[wave.area != areas.LONDON].sort_values("area", ignore_index=True)


def _stderr(wave: pd.DataFrame) -> np.ndarray:
    """Return standard errors under one share for all, so that none is small by luck alone."""
    share = float(np.average(wave.estimate, weights=wave.n_effective))
    return np.sqrt(share * (1 - share) / wave.n_effective.to_numpy(dtype=float))
