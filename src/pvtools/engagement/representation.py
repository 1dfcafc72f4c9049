"""Who answered, against who lives here."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.sources import Design as PublishedDesign
from pvtools.stats import intervals, suppression, survey
from pvtools.stats.suppression import Minimum, blanking
from pvtools.stats.survey.design import check_columns

_STANDARD = Minimum()
#: Of the intervals that the methods of this room make by themselves.
LEVEL = 0.95


def representation(
    respondents: pd.DataFrame,
    *,
    design: survey.Design,
    group: str,
    population: pd.Series,
    period: str | None = None,
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return who answers more or less often than they live here, before any weighting.

    Parameters
    ----------
    respondents, design, group, period
        Rows of people with ``period`` and ``group``; their design; the column that tells the
        groups; the wave, the latest by default.
    population
        The share of each group among those who live here, 0–1, by group.
    minimum
        How many of a group must have been asked: its share of the sample counts them. Since the
        shares add up, a second group is withheld beside a single one.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences, sample less population, with ``group, sample,
        population``. Clusters are allowed for, weights left aside: they are what is in question.

    Raises
    ------
    InputError
        Unknown columns, groups of the sample that the population does not have, or a wave of
        too few people.
    """
    check_columns(respondents, ["period", group])
    waves = respondents.period.astype("str")
    period = period or str(waves.max())
    wave = respondents[waves == period]
    blanking.enough(wave, minimum, repr(group))
    known = wave[group].astype("str")
    strange = sorted(set(known.dropna()) - set(population.index))
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
    asked = known.value_counts().to_dict()
    cells = {name: [name] for name in asked} | {"": list(asked)}
    why = suppression.withheld(asked, cells, minimum=minimum.respondents, kept=[""])
    said = {
        place: blanking.sentence(why[name], minimum)
        for place, name in enumerate(frame.group)
        if name in why
    }
    frame = blanking.blanked(frame, said, minimum)
    frame["sample"] = frame["sample"].mask(frame.estimate.isna())
    asked_in = "user_satisfaction" if "satisfied" in respondents else "pas_respondents"
    table = estimates.table(
        frame,
        measure="sample",
        quantity="difference",
        area=areas.LONDON,
        period=period,
        level=LEVEL,
        source="" if estimates.is_synthetic(respondents) else asked_in,
    )
    return blanking.marked(table, respondents)


def sample_against_census(
    published: pd.DataFrame, *, area: str, design: PublishedDesign
) -> pd.DataFrame:
    """Return how far the published sample of a borough lies from the census, by ethnic group.

    Parameters
    ----------
    published
        What ``tables.load_representation`` returns.
    area
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
    area = areas.find_reported(area).name
    own = published[published.borough == area].reset_index(drop=True)
    if own.empty:
        raise InputError(f"The file on who answered lacks {area}.")
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
    return estimates.table(
        frame, measure="sample", quantity="difference", area=area, period="", level=LEVEL
    )
