"""What overlapping quarters reveal of a survey's design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import areas, measures
from pvtools.errors import InputError
from pvtools.sources import Design


def implied_design_effects(
    survey: pd.DataFrame, *, design: Design, until: Sequence[str | None] = (None,)
) -> pd.DataFrame:
    """Return the design effect that the published series of each question implies.

    Parameters
    ----------
    survey
        Tidy survey table.
    design
        How the survey was drawn; its design effect is the one in use.
    until
        The last quarters of the series that are used, such as ``"2022-12"``; ``None`` for all
        that is held of boroughs.

    Returns
    -------
    pandas.DataFrame
        One row a question and ``last`` (quarter): ``measure, last, quarters, implied, in_use``
        and ``wider``, how many times wider an interval with ``implied`` would be than one with
        ``in_use``. One ``implied`` is off by about a tenth of itself in simulated surveys of this
        size (``docs/validation.md``), and a question may have a design effect of its own.

    Raises
    ------
    InputError
        As :func:`design_effect_from_overlap`.
    """
    own = survey[survey.borough != areas.LONDON].dropna(subset=["proportion"])
    rows = []
    for measure in [key for key in measures.QUESTIONS if key in set(own.measure)]:
        asked = own[own.measure == measure]
        for end in until:
            held = asked if end is None else asked[asked.quarter_end < _after(end)]
            implied = design_effect_from_overlap(
                held,
                measure,
                interviews=design.interviews_per_quarter,
                pooled=design.quarters_pooled,
            )
            rows.append(
                {
                    "measure": measure,
                    "last": f"{held.quarter_end.max():%Y-%m}",
                    "quarters": held.quarter_end.nunique(),
                    "implied": implied,
                    "in_use": design.design_effect,
                    "wider": float(np.sqrt(implied / design.design_effect)),
                }
            )
    return pd.DataFrame(rows)


def _after(month: str) -> pd.Timestamp:
    return pd.Timestamp(month) + pd.DateOffset(months=1)


def design_effect_from_overlap(
    survey: pd.DataFrame, measure: str, *, interviews: int, pooled: int = 4
) -> float:
    """Return the design effect that the published series itself implies.

    Parameters
    ----------
    survey
        Tidy survey table with consecutive quarters.
    measure
        A question published every quarter.
    interviews
        Interviews a borough and quarter.
    pooled
        Quarters that each published value is the mean of.

    Returns
    -------
    float
        Variance relative to simple random samples; one figure for all boroughs.

    Raises
    ------
    InputError
        Fewer than ``2 * pooled + 1`` (nine) consecutive quarters.

    Notes
    -----
    A value is the mean of four quarters, so one quarter's sampling error enters at one
    movement and leaves four later: those two movements covary by minus a sixteenth of one
    quarter's sampling variance, and slow real change hardly touches that. Movements common to
    all boroughs are taken out first. What it cannot distinguish from sampling error is a real
    change that lasts one quarter only; so it errs on the side of wider intervals.
    """
    asked = survey[(survey.measure == measure) & (survey.borough != areas.LONDON)]
    wide = asked.pivot(index="quarter_end", columns="borough", values="proportion").sort_index()
    quarters = wide.index.to_period("Q")
    if len(wide) < 2 * pooled + 1 or not (np.diff(quarters.asi8) == 1).all():
        raise InputError(
            f"The design effect needs {2 * pooled + 1} or more consecutive quarters of "
            f"{measure!r}; found {len(wide)}."
        )
    move = wide.diff().iloc[1:]
    move = move.sub(move.mean(axis=1), axis=0).to_numpy()
    # What London's boroughs share is taken out of 32 of them, which costs one degree of freedom.
    degrees = move.shape[1] / (move.shape[1] - 1)
    covariance = np.nanmean(move[pooled:] * move[:-pooled]) * degrees
    simple = float(np.nanmean((wide * (1 - wide)).to_numpy())) / interviews
    return float(-covariance * pooled**2 / simple)
