"""Shares of residents who agree, from published proportions or from respondents, in one call."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pvtools import boroughs, estimates, synthetic
from pvtools.errors import InputError, UsageError, did_you_mean
from pvtools.sources import Design as PublishedDesign
from pvtools.stats import intervals, survey
from pvtools.stats.survey.design import check_columns

Areas = Literal["borough", "bcu"]


def proportion(
    data: pd.DataFrame,
    measure: str,
    *,
    design: PublishedDesign | survey.Design,
    areas: Areas = "borough",
    independent: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of residents who agree, by area and period, with London as one row.

    Parameters
    ----------
    data
        The tidy survey table (``measure, borough, quarter_end, proportion``) or respondents
        (``borough, period`` and a column a question, true for yes).
    measure
        A question, such as ``"good_job"``; see ``measures.QUESTIONS``.
    design
        For published proportions, which come without bases: the register's entry,
        ``sources.find("pas_borough").design``. For respondents: ``stats.survey.Design``, the
        columns that hold weight, stratum and cluster.
    areas
        ``"borough"`` or ``"bcu"``, the police's Basic Command Units.
    independent
        Published proportions only: keep quarters a whole number of years before the latest one,
        because those between share interviews with their neighbours.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table; the column ``borough`` names the area; ``n_effective`` besides.

    Raises
    ------
    UsageError
        The survey does not hold this question.
    InputError
        Respondents without the columns ``borough`` and ``period``.
    """
    if isinstance(design, survey.Design):
        return _from_respondents(data, measure, design, areas, level)
    return _from_published(data, measure, design, areas, independent, level)


def latest_wave(shares: pd.DataFrame) -> str:
    """Return the latest wave held for boroughs; London's own series may reach further."""
    return shares[shares.borough != boroughs.LONDON].period.max()


def wave_of(shares: pd.DataFrame, period: str | None) -> pd.DataFrame:
    """Return the estimates of one wave, the latest where none is named."""
    asked = period or latest_wave(shares)
    wave = shares[shares.period == asked]
    if wave.empty:
        raise InputError(
            f"No survey wave {asked}; waves held are {', '.join(sorted(shares.period.unique()))}."
        )
    return wave


def _from_published(
    data: pd.DataFrame,
    measure: str,
    design: PublishedDesign,
    areas: Areas,
    independent: bool,
    level: float,
) -> pd.DataFrame:
    asked = data[data.measure == measure].dropna(subset=["proportion"])
    if asked.empty:
        raise _no_question(measure, data.measure.unique())
    own = asked.borough != boroughs.LONDON
    if independent:
        month = asked.quarter_end[own].max().month
        asked = asked[asked.quarter_end.dt.month == month]
        own = asked.borough != boroughs.LONDON
    parts, london = asked[own], asked[~own]
    shares = [_pooled(parts, _area_of(areas), design)]
    whole = _pooled(parts, dict.fromkeys(_area_of("borough"), boroughs.LONDON), design)
    # The publisher's own figure for London comes before one worked out here.
    worked_out = whole[~whole.quarter_end.isin(london.quarter_end)]
    n_effective = _effective(pd.Series(_residents()), design)
    shares += [worked_out, london.assign(n_effective=n_effective)[list(worked_out.columns)]]
    held = pd.concat([share for share in shares if len(share)], ignore_index=True)
    interval = intervals.wilson(
        held.proportion * held.n_effective, held.n_effective, level=level
    ).drop(columns=["n", "n_effective"])
    frame = interval.assign(
        borough=held.borough,
        period=held.quarter_end.dt.strftime("%Y-%m"),
        n=pd.array([pd.NA] * len(held), dtype="Int64"),
        n_effective=held.n_effective,
        method=(
            f"Wilson score; base of about {design.n} interviews a borough and design effect "
            f"{design.design_effect:g} by the survey's design, as no bases are published"
        ),
    )
    table = estimates.table(frame, measure=measure, caveat="")
    return table.sort_values(["borough", "period"], ignore_index=True)


def _from_respondents(
    data: pd.DataFrame, measure: str, design: survey.Design, areas: Areas, level: float
) -> pd.DataFrame:
    if measure not in data.columns:
        raise _no_question(measure, [c for c in data.columns if c not in {"borough", "period"}])
    check_columns(data, ["borough", "period"])
    data = data.assign(area=data.borough.astype("str").map(_area_of(areas)))
    ask = {"design": design, "level": level}
    by_area = survey.proportion(data, measure, by=["area", "period"], **ask)
    whole = survey.proportion(data, measure, by=["period"], **ask).assign(area=boroughs.LONDON)
    frame = pd.concat([by_area, whole], ignore_index=True).rename(columns={"area": "borough"})
    frame = frame.astype({"borough": "str", "period": "str"})
    if synthetic.is_synthetic(data):
        frame = frame.assign(origin=synthetic.ORIGIN)
    table = estimates.table(frame, measure=measure)
    return table.sort_values(["borough", "period"], ignore_index=True)


def _residents() -> dict[str, int]:
    return {b.name: b.population_2021 for b in boroughs.reported()}


def _area_of(areas: Areas) -> dict[str, str]:
    return {b.name: b.name if areas == "borough" else b.bcu_name for b in boroughs.reported()}


def _pooled(parts: pd.DataFrame, area_of: dict[str, str], design: PublishedDesign) -> pd.DataFrame:
    """Return resident-weighted means over areas; an area that lacks a borough has no value."""
    residents = pd.Series(_residents())
    pooled = []
    wide = parts.pivot(index="quarter_end", columns="borough", values="proportion")
    for area in sorted(set(area_of.values())):
        members = [name for name, of in area_of.items() if of == area]
        if not set(members) <= set(wide.columns):
            continue
        weight = residents[members] / residents[members].sum()
        mean = (wide[members] @ weight).dropna()
        pooled.append(
            pd.DataFrame(
                {
                    "quarter_end": mean.index,
                    "borough": area,
                    "proportion": mean.to_numpy(),
                    "n_effective": _effective(residents[members], design),
                }
            )
        )
    columns = ["quarter_end", "borough", "proportion", "n_effective"]
    return pd.concat(pooled, ignore_index=True) if pooled else pd.DataFrame(columns=columns)


def _effective(residents: pd.Series, design: PublishedDesign) -> float:
    """Return the effective base of equal samples pooled by residents."""
    weight = residents / residents.sum()
    return float(design.n / design.design_effect / (weight**2).sum())


def _no_question(measure: str, held: object) -> UsageError:
    known = sorted(map(str, held))
    return UsageError(
        f"The survey held has no question {measure!r}.{did_you_mean(measure, known)} "
        f"It has: {', '.join(known)}."
    )
