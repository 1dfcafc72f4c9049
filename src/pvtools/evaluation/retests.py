"""Claims tried again on the figures that come with pvtools."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError, resolve
from pvtools.evaluation.evaluate import evaluate
from pvtools.evaluation.panel import Start
from pvtools.stats import selection

_CRIME, _STARTS, _SURVEY = "mps_recorded_crime", "command_units_start", "pas_borough"
#: The publisher's offences that each outcome is made of; homes under every label they had.
KINDS: dict[str, tuple[str, ...]] = {
    "robbery": ("Robbery of personal property", "Robbery of business property"),
    "burglary of homes": (
        "Domestic burglary",
        "Burglary - residential",
        "Res burglary of a home",
        "Res burglary of unconnected building",
    ),
    "theft": ("Theft from the person", "Other theft", "Bicycle theft", "Shoplifting"),
    "violence with injury": ("Violence with injury",),
}
_MERGED = ("2012-04", "2019-03")


def monthly(
    recorded: pd.DataFrame, *, first: str = "2010-04", last: str = "2024-02"
) -> pd.DataFrame:
    """Return counts of the four outcomes by borough and month: ``area, month, outcome, count``."""
    kinds = _by_offence(recorded, first, last)
    sums = kinds.groupby(["borough", "month", "outcome"], as_index=False).offences.sum()
    return sums.rename(columns={"borough": "area", "offences": "count"}).astype({"count": float})


def _by_offence(recorded: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    belongs = {offence: kind for kind, parts in KINDS.items() for offence in parts}
    rows = recorded.dropna(subset=["borough"])
    rows = rows[rows.month.between(first, last) & rows.offence.isin(belongs)]
    if rows.empty:
        raise InputError(f"No recorded crime by offence is held from {first} to {last}.")
    # One way of counting: that with most months, the later of equals.
    held = rows.groupby("schema").month.nunique().sort_index()
    rows = rows[rows.schema == held[held == held.max()].index[-1]]
    return rows.assign(outcome=rows.offence.map(belongs))


def merger(
    recorded: pd.DataFrame,
    starts: pd.DataFrame,
    *,
    weights: pd.DataFrame | None = None,
    kinds: Collection[str] = tuple(KINDS),
    draws: int = 4999,
    seed: int = 1,
) -> pd.DataFrame:
    """Return what the merger of borough commands into twelve units changed, outcome by outcome.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table by offence.
    starts
        ``tables.published("command_units_start")``. Where the month was not found, every month of
        its range is tried; a month that was found is used, though another source may name another
        (see :func:`undisputed`).
    weights
        Harm weights of offences, as ``tables.load_harm_weights`` returns them: one row more is then
        of all four outcomes, each weighed by the mean of its offences' weights, as often as they
        were recorded.
    kinds
        The outcomes to test, of ``KINDS``; all for weighted harm.
    draws, seed
        As for :func:`evaluate`, whose table it returns.

    Raises
    ------
    InputError
        As for :func:`evaluate`, or an offence has no weight.
    """
    wanted = [resolve("kind of crime", kind, KINDS) for kind in kinds]
    counts = monthly(recorded, first=_MERGED[0], last=_MERGED[1])
    return evaluate(
        counts[counts.outcome.isin(wanted)],
        start=_starts(starts),
        units=_units(),
        weights=None if weights is None else _mean_weights(recorded, weights),
        draws=draws,
        seed=seed,
        source=f"{_CRIME} {_STARTS}",
    )


def undisputed(starts: pd.DataFrame) -> pd.DataFrame:
    """Return the starts of units, without the months on which sources differ.

    ``merger`` then tries every month that any source gives: a hundred of the possible sets.
    """
    return starts.assign(starts=starts.starts.where(starts.not_before == starts.not_after))


def merger_opinion(
    survey: pd.DataFrame,
    starts: pd.DataFrame,
    *,
    measures: Collection[str] = ("good_job", "listen"),
    draws: int = 4999,
    seed: int = 1,
) -> pd.DataFrame:
    """Return what the merger changed in residents' answers, in points, question by question.

    Each quarter end stands for the year before it, so the first three after a start hold quarters
    from before it: effects are diluted.
    """
    rows = survey[survey.measure.isin(list(measures)) & (survey.borough != areas.LONDON)]
    rows = rows[rows.quarter_end <= "2019-03-31"].rename(
        columns={"borough": "area", "quarter_end": "month", "measure": "outcome"}
    )
    return evaluate(
        rows, start=_starts(starts), units=_units(), base=1, draws=draws, seed=seed,
        source=f"{_SURVEY} {_STARTS}",
    )  # fmt: skip


def chosen_worst(
    recorded: pd.DataFrame,
    *,
    kind: str = "burglary of homes",
    chosen: int = 4,
    without: Collection[int] = (2015, 2016, 2017),
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how the worst boroughs fared against the others in years without MetTrace.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table by offence.
    kind
        One of ``KINDS``.
    chosen
        How many boroughs are chosen each year: four of 32 is the share of homes that were marked.
    without
        Years from April to leave out; by default those of MetTrace. What else was done in the
        other years is not known.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of gaps (−0.05: the chosen fell five points more): the mean over the years
        (``group`` "mean"), then each year, with ``areas, change_chosen, change_others, predicted``
        and, on the mean, ``next_lower, next_upper``: the interval of one year more.
    """
    kind = resolve("kind of crime", kind, KINDS)
    counts = monthly(recorded)
    counts = counts[counts.outcome == kind]
    year = counts.month.dt.year - (counts.month.dt.month < 4)
    wide = counts.groupby([year.rename("year"), "area"])["count"].sum().unstack("area")
    whole = counts.groupby(year).month.nunique() == 12
    wide = wide[whole].dropna(axis="columns")
    each = selection.placebos(wide, chosen=chosen, without=list(without))
    summed = selection.mean_gap(each, level=level)
    periods = [f"{y}-04 to {y + 2}-03" for y in each.period]
    rows = each.assign(estimate=each.gap, group=periods, period=periods, lower=np.nan,
                       upper=np.nan, n=np.nan, method="one placebo year")  # fmt: skip
    total = summed.assign(group="mean", period=f"{periods[0][:7]} to {periods[-1][-7:]}")
    return estimates.table(
        pd.concat([total, rows.drop(columns=["gap", "after"])], ignore_index=True),
        measure="selection",
        quantity="difference",
        area=areas.LONDON,
        level=level,
        source=_CRIME,
        caveat="What else was done in these years is not known: the plan of 2013 aimed at "
        "burglary, among others. Boroughs, not wards, which are not held: the smaller the areas, "
        "the more of what sets the worst apart is chance.",
    )


def _mean_weights(recorded: pd.DataFrame, weights: pd.DataFrame) -> dict[str, float]:
    rows = _by_offence(recorded, *_MERGED)
    rows = rows[rows.offences > 0]
    own = weights[weights.kind == "offence"].drop_duplicates("category").set_index("category")
    weighed = rows.assign(weight=rows.offence.map(own.weight))
    if absent := sorted(set(weighed.offence[weighed.weight.isna()])):
        raise InputError(f"No harm weight is held for {', '.join(absent)}.")
    harm = (weighed.weight * weighed.offences).groupby(weighed.outcome).sum()
    return (harm / weighed.groupby("outcome").offences.sum()).to_dict()


def _starts(starts: pd.DataFrame) -> dict[str, Start]:
    names = {unit.code: unit.name for unit in areas.bcus()}
    return {
        names[row.bcu_code]: row.starts if pd.notna(row.starts) else (row.not_before, row.not_after)
        for row in starts.itertuples()
    }


def _units() -> dict[str, str]:
    return {borough.name: borough.bcu for borough in areas.boroughs()}
