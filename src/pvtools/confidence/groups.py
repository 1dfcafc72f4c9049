"""Who is less satisfied: gaps between groups of people, raw and among like people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import estimates, synthetic
from pvtools.errors import InputError
from pvtools.sources import Design as PublishedDesign
from pvtools.stats import drivers, intervals, survey
from pvtools.stats.survey.design import check_columns

#: Groups of fewer respondents are not shown: for the error, and for the people.
FEWEST = 30
_HIDDEN = "fewer than {} respondents: not shown"


def gaps(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    group: str,
    reference: str,
    period: str | None = None,
    fewest: int = FEWEST,
) -> pd.DataFrame:
    """Return how far each group of people lies from a reference group, in one wave.

    Parameters
    ----------
    respondents
        Rows of people with ``period``, the question and ``group``.
    measure
        A question, or ``"satisfied"``.
    design
        Columns of weight, stratum and cluster.
    group, reference
        The column that tells the groups, and the group the others are set against.
    period
        The wave; the latest by default.
    fewest
        Groups in which fewer gave an answer are kept as rows without an estimate.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences (−0.05 is five points lower) with ``group``, for London;
        ``n`` counts who answered in the group.

    Raises
    ------
    InputError
        Unknown columns, no such group or wave, or a reference group too small to compare with.
    """
    last, wave, size = _sizes(respondents, measure, group, reference, period, fewest)
    named = respondents.assign(**{group: respondents[group].astype("str")})
    rows = []
    for name in sorted(set(size.index) - {reference}):
        row = {"group": name, "n": int(size[name])}
        if size[name] < fewest:
            nothing = {"estimate": np.nan, "lower": np.nan, "upper": np.nan, "n": pd.NA}
            row |= nothing | {"method": "", "caveat": _HIDDEN.format(fewest)}
        else:
            found = survey.difference(
                named, measure, design=design, between={group: (reference, name)}, where=wave
            ).iloc[0]
            row |= found[["estimate", "lower", "upper", "method", "caveat"]].to_dict()
        rows.append(row)
    return _stamped(pd.DataFrame(rows).astype({"n": "Int64"}), respondents, measure, last)


def adjusted_gaps(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    group: str,
    reference: str,
    among: Sequence[str],
    period: str | None = None,
    fewest: int = FEWEST,
) -> pd.DataFrame:
    """Return the same gaps between people who are alike in ``among``.

    Parameters, columns and errors are those of :func:`gaps`, but groups of fewer than ``fewest``
    have no row; ``among`` names the columns that people are made alike in, such as age, sex and
    borough. An average marginal effect of a weighted logistic regression: an association, not a
    cause.
    """
    last, _, size = _sizes(respondents, measure, group, reference, period, fewest)
    wave = _wave(respondents, period)
    order = [reference, *sorted(set(size.index[size >= fewest]) - {reference})]
    # Small groups become gaps: people who are left out, while their places stay in the design.
    groups = wave[group].astype("str")
    known = wave.assign(**{group: pd.Categorical(groups.where(groups.isin(order)), order)})
    effects = drivers.marginal_effects(known, measure, [group, *among], design=design)
    own = effects[effects.predictor == group]
    found = {row.level: row for row in own.itertuples()}
    rows = [
        {
            "group": name,
            "n": int(size[name]),
            "estimate": found[name].estimate,
            "lower": found[name].lower,
            "upper": found[name].upper,
            "method": f"average marginal effect among people alike in {', '.join(among)}",
            "caveat": found[name].caveat,
        }
        for name in order[1:]
    ]
    return _stamped(pd.DataFrame(rows).astype({"n": "Int64"}), respondents, measure, last)


def drivers_of(
    respondents: pd.DataFrame,
    measure: str,
    *,
    design: survey.Design,
    predictors: Sequence[str],
    period: str | None = None,
    n_boot: int = 100,
    seed: int = 1,
) -> pd.DataFrame:
    """Return what goes with an answer: each predictor's share of what can be explained.

    Parameters
    ----------
    respondents, measure, design, period
        As for :func:`gaps`.
    predictors
        At most twelve columns, such as the other questions.
    n_boot, seed
        Bootstrap draws of sampling points, and their seed.

    Returns
    -------
    pandas.DataFrame
        Estimate table of shares (they add up to 1) with ``predictor`` and ``r_squared``.
        Associations: what goes together, not what causes what.

    Raises
    ------
    InputError
        As ``stats.drivers.shapley``.
    """
    wave = _wave(respondents, period)
    parts = drivers.shapley(
        wave, measure, list(predictors), design=design, n_boot=n_boot, seed=seed
    )
    frame = parts.drop(columns=["estimate", "stderr", "lower", "upper"]).rename(
        columns={"share": "estimate", "share_lower": "lower", "share_upper": "upper"}
    )
    return _stamped(frame, respondents, measure, _last(respondents, period))


def representation(
    respondents: pd.DataFrame,
    *,
    design: survey.Design,
    group: str,
    population: pd.Series,
    period: str | None = None,
) -> pd.DataFrame:
    """Return who answers more or less often than they live here, before any weighting.

    Parameters
    ----------
    respondents, design, group, period
        As for :func:`gaps`.
    population
        The share of each group among those who live here, 0–1, by group.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences, sample less population, with ``group, sample,
        population``. Clusters are allowed for, weights left aside: they are what is in question.

    Raises
    ------
    InputError
        Unknown columns, or groups of the sample that the population does not have.
    """
    check_columns(respondents, ["period", group])
    wave = _wave(respondents, period)
    known = wave[group].astype("str")
    strange = sorted(set(known) - set(population.index))
    if strange:
        raise InputError(
            f"The population has no share for {', '.join(map(repr, strange))}; it has: "
            f"{', '.join(population.index)}."
        )
    unweighted = survey.Design(stratum=design.stratum, cluster=design.cluster)
    flags = pd.DataFrame({name: known == name for name in population.index}, index=wave.index)
    sample = survey.proportion(wave.join(flags), list(flags), design=unweighted)
    share = population.loc[sample.outcome].to_numpy()
    frame = sample.assign(
        group=sample.outcome,
        sample=sample.estimate,
        population=share,
        estimate=sample.estimate - share,
        lower=sample.lower - share,
        upper=sample.upper - share,
    ).drop(columns="outcome")
    return _stamped(frame, respondents, "good_job", _last(respondents, period))


def sample_against_census(
    published: pd.DataFrame, *, borough: str, design: PublishedDesign
) -> pd.DataFrame:
    """Return how far the published sample of a borough lies from the census, by ethnic group.

    Parameters
    ----------
    published
        What ``tables.load_representation`` returns.
    borough
        The borough.
    design
        The survey's design: the file gives no bases.

    Returns
    -------
    pandas.DataFrame
        As :func:`representation`.

    Raises
    ------
    InputError
        The file lacks this borough.
    """
    own = published[published.borough == borough].reset_index(drop=True)
    if own.empty:
        raise InputError(f"The file on who answered lacks {borough}.")
    n = float(design.n)
    interval = intervals.wilson(own.share_survey * n, n, design_effect=design.design_effect)
    frame = interval.drop(columns="n_effective").assign(
        group=own.group,
        sample=own.share_survey,
        population=own.share_census,
        estimate=interval.estimate - own.share_census,
        lower=interval.lower - own.share_census,
        upper=interval.upper - own.share_census,
        n=pd.array([pd.NA] * len(own), dtype="Int64"),
        method=f"Wilson score, about {design.n} interviews by the survey's design",
        caveat=own.caveat.fillna(""),
    )
    return estimates.table(frame, measure="good_job", borough=borough, period="")


def _sizes(
    respondents: pd.DataFrame,
    measure: str,
    group: str,
    reference: str,
    period: str | None,
    fewest: int,
) -> tuple[str, np.ndarray, pd.Series]:
    """Return the wave, who is in it, and how many of each group answered there."""
    check_columns(respondents, ["period", measure, group])
    last = _last(respondents, period)
    wave = (respondents.period.astype("str") == last).to_numpy()
    if not wave.any():
        held = ", ".join(sorted(respondents.period.astype("str").unique()))
        raise InputError(f"No survey wave {last!r}; waves held are {held}.")
    answered = wave & respondents[measure].notna().to_numpy()
    size = respondents.loc[answered, group].astype("str").value_counts()
    if size.get(reference, 0) < fewest:
        raise InputError(
            f"The reference group {reference!r} has {size.get(reference, 0)} respondents in "
            f"{last}; {fewest} or more are needed. Groups are: {', '.join(size.index)}."
        )
    everyone = respondents.loc[wave, group].astype("str").dropna().unique()
    return last, wave, size.reindex(everyone, fill_value=0)


def _last(respondents: pd.DataFrame, period: str | None) -> str:
    return period or str(respondents.period.astype("str").max())


def _wave(respondents: pd.DataFrame, period: str | None) -> pd.DataFrame:
    return respondents[respondents.period.astype("str") == _last(respondents, period)]


def _stamped(
    frame: pd.DataFrame, respondents: pd.DataFrame, measure: str, period: str
) -> pd.DataFrame:
    """Return the estimate table; what is made of synthetic rows says so."""
    table = estimates.table(frame, measure=measure, borough="London", period=period)
    made_up = synthetic.is_synthetic(respondents)
    return table.assign(origin=synthetic.ORIGIN) if made_up else table
