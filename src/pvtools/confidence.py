"""Confidence: what residents think of the police, and how sure a sample lets us be.

Works on the tidy survey table (``measure, borough, quarter_end, proportion``). The publisher
gives proportions without bases, so intervals rest on the survey's documented design; each
estimate's ``method`` says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import boroughs, estimates
from pvtools.errors import InputError, UsageError, did_you_mean
from pvtools.sources import Design
from pvtools.stats import funnel, intervals


def proportion(
    survey: pd.DataFrame,
    measure: str,
    *,
    design: Design,
    independent: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of residents who agree, by borough and period, with London as one row.

    Parameters
    ----------
    survey
        Tidy survey table.
    measure
        A question, such as ``"good_job"``; see ``measures.QUESTIONS``.
    design
        Interviews a borough and rolling year, and their design effect: the register's entry
        for the survey, ``sources.find("pas_borough").design``.
    independent
        Keep only quarters a whole number of years before the latest one; the quarters between
        share interviews with their neighbours.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table; extra columns ``n_design`` (interviews by design) and ``n_effective``.

    Raises
    ------
    UsageError
        The survey does not hold this question.
    """
    asked = survey[survey.measure == measure].dropna(subset=["proportion"])
    if asked.empty:
        held = sorted(survey.measure.unique())
        raise UsageError(
            f"The survey held has no question {measure!r}.{did_you_mean(measure, held)} "
            f"It has: {', '.join(held)}."
        )
    if independent:
        last = asked[asked.borough != boroughs.LONDON].quarter_end.max()
        asked = asked[asked.quarter_end.dt.month == last.month]
    asked = pd.concat([asked[asked.borough != boroughs.LONDON], _london(asked)])
    base = _bases(asked.borough, design)
    interval = intervals.wilson(
        asked.proportion.to_numpy() * base["n_design"],
        base["n_design"],
        design_effect=base["n_design"] / base["n_effective"],
        level=level,
    )
    frame = interval.drop(columns=["n", "n_effective"]).assign(
        borough=asked.borough.to_numpy(),
        period=asked.quarter_end.dt.strftime("%Y-%m").to_numpy(),
        n=pd.array([pd.NA] * len(asked), dtype="Int64"),
        **base,
    )
    method = (
        f"Wilson score; base of about {design.n} interviews a borough and design effect "
        f"{design.design_effect:g} by the survey's design, as no bases are published"
    )
    table = estimates.table(frame, measure=measure, method=method, caveat="")
    return table.sort_values(["borough", "period"], ignore_index=True)


def latest_wave(shares: pd.DataFrame) -> str:
    """Return the latest wave held for boroughs; London's own series may reach further."""
    return shares[shares.borough != boroughs.LONDON].period.max()


def change(
    shares: pd.DataFrame, *, period: str | None = None, years: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return each borough's change over ``years``, up to ``period`` (the latest by default).

    Parameters
    ----------
    shares
        What :func:`proportion` returns.
    period, years
        The later wave ("2022-12") and how many years before it the earlier one lies.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences (0.04 is four points up) with ``before`` and ``after``.

    Raises
    ------
    InputError
        Either wave is not held.
    """
    later = period or latest_wave(shares)
    earlier = f"{int(later[:4]) - years}{later[4:]}"
    waves = {p: shares[shares.period == p].set_index("borough") for p in (later, earlier)}
    absent = [p for p, wave in waves.items() if wave.empty]
    if absent:
        raise InputError(
            f"No survey wave {' or '.join(absent)}; waves held are "
            f"{', '.join(sorted(shares.period.unique()))}."
        )
    after, before = (
        waves[p].loc[waves[later].index.intersection(waves[earlier].index)]
        for p in (later, earlier)
    )
    return _difference(after, before, level).assign(period=later, since=earlier)


def difference_from_london(
    shares: pd.DataFrame, *, period: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return how far each borough lies from the rest of London in one wave.

    Parameters and columns are those of :func:`change`; ``before`` is London's value. A
    borough's own interviews are a thirty-second part of London's, which makes the interval
    slightly too wide, never too narrow.
    """
    wave = shares[shares.period == (period or latest_wave(shares))].set_index("borough")
    if boroughs.LONDON not in wave.index:
        raise InputError("These estimates hold no London row to compare with.")
    own = wave.drop(index=boroughs.LONDON)
    london = wave.loc[[boroughs.LONDON] * len(own)].set_axis(own.index)
    return _difference(own, london, level)


def funnel_limits(shares: pd.DataFrame, *, period: str | None = None) -> pd.DataFrame:
    """Return the range in which boroughs would lie around London's share in one wave.

    Parameters
    ----------
    shares
        What :func:`proportion` returns, with a row for London.
    period
        The wave; the latest by default.

    Returns
    -------
    pandas.DataFrame
        One row as ``stats.funnel.limits``; widened by what boroughs differ by beyond chance.
    """
    wave = shares[shares.period == (period or latest_wave(shares))]
    target = estimates.pick(wave, borough=boroughs.LONDON).estimate
    parts = wave[wave.borough != boroughs.LONDON]
    chance = np.sqrt(target * (1 - target) / parts.n_effective)
    spread = funnel.overdispersion(parts.estimate, chance, target=target)
    return funnel.limits([parts.n_effective.iloc[0]], target=target, between_variance=spread.tau2)


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

    Raises
    ------
    InputError
        Fewer than nine consecutive quarters.

    Notes
    -----
    A value is the mean of four quarters, so one quarter's sampling error enters at one
    movement and leaves four later: those two movements covary by minus a sixteenth of one
    quarter's sampling variance, and slow real change hardly touches that. Movements common to
    all boroughs are taken out first. What it cannot tell apart from sampling error is a real
    change that lasts one quarter only; so it errs on the side of wider intervals.
    """
    asked = survey[(survey.measure == measure) & (survey.borough != boroughs.LONDON)]
    wide = asked.pivot(index="quarter_end", columns="borough", values="proportion").sort_index()
    quarters = wide.index.to_period("Q")
    if len(wide) < 2 * pooled + 1 or not (np.diff(quarters.asi8) == 1).all():
        raise InputError(
            f"The design effect needs nine or more consecutive quarters of {measure!r}; "
            f"found {len(wide)}."
        )
    move = wide.diff().iloc[1:]
    move = move.sub(move.mean(axis=1), axis=0).to_numpy()
    degrees = move.shape[1] / (move.shape[1] - 1)
    covariance = np.nanmean(move[pooled:] * move[:-pooled]) * degrees
    simple = float((wide * (1 - wide)).to_numpy().mean()) / interviews
    return float(-covariance * pooled**2 / simple)


def _bases(names: pd.Series, design: Design) -> dict[str, np.ndarray]:
    """Return interviews by design and their effective number, for boroughs and for London."""
    residents = np.array([b.population_2021 for b in boroughs.reported()], dtype=float)
    weights = residents / residents.sum()
    is_london = (names == boroughs.LONDON).to_numpy()
    borough_effective = design.n / design.design_effect
    return {
        "n_design": np.where(is_london, design.n * len(weights), design.n),
        # Equal samples from unequal boroughs: London's mean is weighted by residents.
        "n_effective": np.where(
            is_london, borough_effective / (weights**2).sum(), borough_effective
        ),
    }


def _london(asked: pd.DataFrame) -> pd.DataFrame:
    """Return London's rows: the publisher's where given, else the resident-weighted mean."""
    published = asked[asked.borough == boroughs.LONDON]
    parts = asked[~asked.quarter_end.isin(published.quarter_end)]
    residents = {b.name: b.population_2021 for b in boroughs.reported()}
    wide = parts.pivot(index="quarter_end", columns="borough", values="proportion")
    wide = wide.reindex(columns=list(residents)).dropna()  # every borough, or no London value
    mean = wide @ pd.Series(residents) / sum(residents.values())
    own = mean.rename("proportion").reset_index().assign(borough=boroughs.LONDON)
    return pd.concat([published, own]) if len(own) else published


def _difference(first: pd.DataFrame, second: pd.DataFrame, level: float) -> pd.DataFrame:
    def scaled(wave: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        n = wave.n_effective.to_numpy()
        return wave.estimate.to_numpy() * n, n

    interval = intervals.newcombe_difference(*scaled(first), *scaled(second), level=level)
    frame = interval.assign(
        measure=first.measure.to_numpy(),
        borough=first.index.to_numpy(),
        period=first.period.to_numpy(),
        n=pd.array([pd.NA] * len(first), dtype="Int64"),
        after=first.estimate.to_numpy(),
        before=second.estimate.to_numpy(),
        method="Newcombe hybrid score on effective bases",
        caveat="",
    )
    return estimates.table(frame)
