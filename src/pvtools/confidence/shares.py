"""Shares of residents who agree, from published proportions or from respondents, in one call."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.confidence import withholding
from pvtools.confidence.respondents import source_of
from pvtools.errors import InputError, UsageError, did_you_mean, resolve
from pvtools.sources import Design as PublishedDesign
from pvtools.stats import intervals, survey
from pvtools.stats.suppression import Minimum, blanking
from pvtools.stats.survey.design import check_columns

Kind = Literal["borough", "bcu"]
_STANDARD = Minimum()


def proportion(
    data: pd.DataFrame,
    measure: str,
    *,
    design: PublishedDesign | survey.Design,
    kind: Kind = "borough",
    independent: bool = True,
    level: float = 0.95,
    minimum: Minimum = _STANDARD,
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
    kind
        Of area: ``"borough"`` or ``"bcu"``, the police's Basic Command Units.
    independent
        Published proportions only: keep quarters a whole number of years before the latest one
        of boroughs (of London, where ``data`` holds London alone), because those between share
        interviews with their neighbours.
    level
        Confidence level.
    minimum
        Respondents only: how many must have answered. Areas of fewer are rows without figures
        (estimate, interval and base), and so are areas that would let them be worked out from
        London's or a command unit's; ``caveat`` says which. Keep to one minimum for a file.

    Returns
    -------
    pandas.DataFrame
        Estimate table with ``n_effective`` and, of published shares, ``rounding``: by how much
        each can be out at most, a unit's by as much as its boroughs'. Published waves are of four
        quarters.

    Raises
    ------
    UsageError
        The survey does not hold this question, or there is no such kind of area.
    InputError
        Respondents without the columns ``borough`` and ``period``, or of no known borough.

    Notes
    -----
    What is withheld is the same whichever ``kind`` is asked for, so that asking twice gives
    nothing away. See ``stats.suppression`` for the rule, and for what it leaves: where all of a
    dozen people said yes, that is shown.
    """
    kind = resolve("kind of area", kind, get_args(Kind))
    if isinstance(design, survey.Design):
        return _from_respondents(data, measure, design, kind, level, minimum)
    return _from_published(data, measure, design, kind, independent, level)


def latest_wave(shares: pd.DataFrame) -> str:
    """Return the latest wave held for boroughs; London's own series may reach further.

    Of shares of London alone it is London's own.
    """
    periods = shares["period"]
    own = periods[shares["area"] != areas.LONDON]
    return (periods if own.empty else own).max()


def wave_of(shares: pd.DataFrame, period: str | None) -> pd.DataFrame:
    """Return the estimates of one wave, the latest where none is named."""
    asked = period or latest_wave(shares)
    wave = shares[shares.period.isin([asked, f"year to {asked}"])]
    if wave.empty:
        raise InputError(
            f"No survey wave {asked}; waves held are {', '.join(sorted(shares.period.unique()))}."
        )
    return wave


def _from_published(
    data: pd.DataFrame,
    measure: str,
    design: PublishedDesign,
    kind: Kind,
    independent: bool,
    level: float,
) -> pd.DataFrame:
    asked = data[data.measure == measure].dropna(subset=["proportion"])
    if asked.empty:
        raise _no_question(measure, data.measure.unique())
    own = asked.borough != areas.LONDON
    if independent:
        month = (asked[own] if own.any() else asked).quarter_end.max().month
        asked = asked[asked.quarter_end.dt.month == month]
        own = asked.borough != areas.LONDON
    parts, london = asked[own], asked[~own]
    shares = [_pooled(parts, _area_of(kind), design)]
    whole = _pooled(parts, dict.fromkeys(_area_of("borough"), areas.LONDON), design)
    # The publisher's own figure for London comes before one worked out here.
    worked_out = whole[~whole.quarter_end.isin(london.quarter_end)]
    n_effective = _effective(pd.Series(_residents()), design)
    shares += [
        worked_out,
        london.rename(columns={"borough": "area"}).assign(n_effective=n_effective)[
            list(worked_out.columns)
        ],
    ]
    held = pd.concat([share for share in shares if len(share)], ignore_index=True)
    published = (held.area == areas.LONDON) & held.quarter_end.isin(london.quarter_end)
    rounded = held.area.isin(_area_of(kind).values())
    interval = intervals.wilson(
        held.proportion * held.n_effective, held.n_effective, level=level
    ).drop(columns=["n", "n_effective"])
    frame = interval.assign(
        area=held.area,
        rounding=np.where(rounded | published, _half_unit(asked), 0.0),
        period="year to " + held.quarter_end.dt.strftime("%Y-%m"),
        n=pd.array([pd.NA] * len(held), dtype="Int64"),
        n_effective=held.n_effective,
        method=(
            f"Wilson score; base of about {design.n} interviews a borough and design effect "
            f"{design.design_effect:g} by the survey's design, as no bases are published"
        ),
    )
    table = estimates.table(frame, measure=measure, quantity="level", level=level, caveat="")
    return table.sort_values(["area", "period"], ignore_index=True)


def _half_unit(published: pd.DataFrame) -> float:
    """Return by how much the publisher's rounding to whole per cents can be out."""
    hundredths = 100 * published.proportion
    return 0.005 if np.allclose(hundredths, hundredths.round(), atol=1e-6) else 0.0


def _from_respondents(
    data: pd.DataFrame,
    measure: str,
    design: survey.Design,
    kind: Kind,
    level: float,
    minimum: Minimum,
) -> pd.DataFrame:
    if measure not in data.columns:
        raise _no_question(measure, [c for c in data.columns if c not in {"borough", "period"}])
    check_columns(data, ["borough", "period"])
    area = data.borough.astype("str").map(_area_of(kind))
    if area.isna().all():
        raise InputError(
            "None of the respondents is in one of London's 32 boroughs, as the column 'borough' "
            "names them. List the names with: pvtools areas"
        )
    # People elsewhere get a label, or a caveat would say how few they are.
    data = data.assign(area=area.fillna(""), period=data.period.astype("str"))
    ask = {"design": design, "level": level}
    by_area = survey.proportion(data, measure, by=["area", "period"], **ask)
    whole = survey.proportion(data, measure, by=["period"], **ask).assign(area=areas.LONDON)
    frame = pd.concat([by_area[by_area.area != ""], whole], ignore_index=True)
    frame = frame.astype({"area": "str"})
    elsewhere = frame.period.isin(data.period[data.area == ""])
    only_here = (frame.area == areas.LONDON) & elsewhere
    more = "People outside the 32 boroughs count in this figure only."
    frame["caveat"] = [
        blanking.joined(text, more) if here else text
        for text, here in zip(frame.caveat, only_here, strict=True)
    ]
    why = withholding.of_areas(withholding.answered(data, measure, design), minimum)
    said = {
        place: blanking.sentence(why[key], minimum)
        for place, key in enumerate(zip(frame.area, frame.period, strict=True))
        if key in why
    }
    frame = blanking.marked(blanking.blanked(frame, said, minimum), data)
    table = estimates.table(
        frame, measure=measure, quantity="level", level=level, source=source_of(data)
    )
    return table.sort_values(["area", "period"], ignore_index=True)


def _residents() -> dict[str, int]:
    return {b.name: b.residents for b in areas.boroughs()}


def _area_of(kind: Kind) -> dict[str, str]:
    return {b.name: b.name if kind == "borough" else b.bcu for b in areas.boroughs()}


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
                    "area": area,
                    "proportion": mean.to_numpy(),
                    "n_effective": _effective(residents[members], design),
                }
            )
        )
    columns = ["quarter_end", "area", "proportion", "n_effective"]
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
