"""Harm under two sets of weights: how much a borough's place hangs on the weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.demand.denominators import Residents, denominators
from pvtools.demand.harm import per_thousand, unweighed, weighable, weight_of
from pvtools.demand.spans import months_of
from pvtools.stats import ranks, weighted

_CAVEAT = (
    "Only chance in the counts is allowed for, not the weights or what is never reported; counts "
    "swing more than chance, so places are less sure than this. Of 32 boroughs tested, one or "
    "two may differ by chance alone."
)


def compare_weights(
    incidents: pd.DataFrame,
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    category: str = "offence",
    residents: Residents = None,
    seed: int,
    draws: int = 20_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each borough's harm and place under two sets of weights, and whether they differ.

    Parameters
    ----------
    incidents
        As for :func:`severity_score`.
    first, second
        One version of harm weights each. Plain counts are a version as good as any:
        ``second.assign(weight=1.0, version="plain counts")``.
    category
        ``"offence"`` or ``"offence_group"``.
    residents
        As for ``demand.annual_rate``.
    seed, draws
        Monte-Carlo draws of the places, and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of the shift in places from the first set to the second (below zero nearer
        the top), a row a borough in alphabetical order, never by place; under each set of weights
        ``score_first, score_lower_first, score_upper_first`` (per 1,000 residents, in units of
        the weights: the two are not comparable), ``place_first, place_lower_first,
        place_upper_first`` (1 is the highest score) and the same ``_second``;
        ``chance_nearer_top, chance_further_down``; ``verdict``; ``weights_first,
        weights_second``.

    Raises
    ------
    InputError
        As for :func:`severity_score`; also fewer than two boroughs.

    Notes
    -----
    Both scores are made of the same counts, so their errors go together: covariance
    Σ w₁w₂n, variances Σ w²n (compound Poisson). Scores and places of each set as in
    ``severity_score`` and ``stats.ranks.rank_intervals``; the shift from joint draws
    (``stats.ranks.rank_shift``). The verdict is that the interval of the shift excludes
    zero. It is no league table: the point is how wide the places are.
    """
    counted = weighable(incidents, first, second, category=category)
    counts, names = counted.counts, counted.counts.index
    versions = [str(table.version.iloc[0]) for table in (first, second)]
    weights = [weight_of(table, category).reindex(counts.columns) for table in (first, second)]
    caveat = [_CAVEAT]
    for version, weight in zip(versions, weights, strict=True):
        without = unweighed(counts, weight.notna())
        caveat += [f"{version}: {without}"] if without else []
    weights = [weight.fillna(0.0) for weight in weights]
    parts = {"area": names, "period": counted.period}
    exposure = per_thousand(denominators(residents, months_of(counted.period)), names)
    scores = []
    for weight, which in zip(weights, ("first", "second"), strict=True):
        score = weighted.weighted_sum(counts, weight, exposure=exposure, level=level)
        place = ranks.rank_intervals(
            score.estimate, score.stderr, seed=seed, draws=draws, level=level
        )
        parts |= {
            f"score_{which}": score.estimate,
            f"score_lower_{which}": score.lower,
            f"score_upper_{which}": score.upper,
            f"place_{which}": place["rank"],
            f"place_lower_{which}": place.lower,
            f"place_upper_{which}": place.upper,
        }
        scores.append(score)
    shift = ranks.rank_shift(
        scores[0].estimate,
        scores[1].estimate,
        stderr=(scores[0].stderr, scores[1].stderr),
        correlation=_correlation(counts, *weights),
        seed=seed,
        draws=draws,
        level=level,
    )
    frame = pd.DataFrame(
        parts
        | {
            "estimate": shift["shift"],
            "lower": shift.lower,
            "upper": shift.upper,
            "n": counts.sum(axis=1).to_numpy(),
            "chance_nearer_top": shift.nearer_top,
            "chance_further_down": shift.further_down,
            "verdict": _verdict(shift, versions[1]),
            "weights_first": versions[0],
            "weights_second": versions[1],
            "method": "weighted sums of counts, Fay–Feuer gamma; Monte Carlo ranks",
            "caveat": " ".join(caveat),
        }
    )
    return estimates.table(frame, measure="severity_score", quantity="difference", level=level)


def _correlation(counts: pd.DataFrame, first: pd.Series, second: pd.Series) -> np.ndarray:
    """Return how far the errors of two weighted sums of the same counts go together."""
    together = counts @ (first * second)
    alone = np.sqrt((counts @ first**2) * (counts @ second**2))
    return np.clip(np.divide(together, alone, out=np.zeros(len(counts)), where=alone > 0), -1, 1)


def _verdict(shift: pd.DataFrame, version: str) -> np.ndarray:
    return np.select(
        [shift.upper < 0, shift.lower > 0],
        [f"nearer the top by {version}", f"further down by {version}"],
        "no more than chance",
    )
