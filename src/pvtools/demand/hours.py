"""Hours: the same offences, each for as long as it takes; and what else takes time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.chance import generator
from pvtools.errors import InputError

#: What the report of 2015 gives as the most: incidents of mental health "up to 20%" of time.
MOST_MENTAL_HEALTH = 0.20
MENTAL_HEALTH = "Mental-health incidents (assumed)"
TOTAL = "All work"

#: Officer-hours that one recorded offence takes, all told: the call, the crew, the inquiry and
#: the paper. Nobody publishes such times; these are orders of size to think with, wide on
#: purpose, and to be replaced by a force's own.
_ASSUMED = {
    "Arson and criminal damage": (1, 2.5, 6),
    "Burglary": (2, 5, 12),
    "Drug offences": (2, 5, 10),
    "Miscellaneous crimes against society": (2, 5, 12),
    "Possession of weapons": (3, 7, 14),
    "Public order offences": (1.5, 4, 8),
    "Robbery": (4, 12, 30),
    "Sexual offences": (20, 60, 150),
    "Theft": (0.5, 1.5, 4),
    "Vehicle offences": (0.5, 1.5, 4),
    "Violence against the person": (2, 6, 16),
}


def assumed_hours() -> pd.DataFrame:
    """Return officer-hours an offence of each group is taken to need, where none are brought.

    Returns
    -------
    pandas.DataFrame
        ``offence_group, low, likely, high`` (officer-hours an offence, the ends and the peak of
        a triangular distribution) and ``source``, the word "assumption". Change it, or bring a
        table of your own with the same columns.
    """
    rows = [(group, *map(float, times), "assumption") for group, times in _ASSUMED.items()]
    return pd.DataFrame(rows, columns=["offence_group", "low", "likely", "high", "source"])


def workload(
    incidents: pd.DataFrame,
    handling_hours: pd.DataFrame,
    *,
    category: str = "offence_group",
    mental_health_share: float = 0.0,
    draws: int = 5000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return officer-hours by category, with uncertain counts and uncertain unit times.

    Parameters
    ----------
    incidents
        Rows of one place and span: the column ``category`` and ``offences``.
    handling_hours
        Officer-hours an incident takes, crew and paperwork included: the column ``category``
        and ``low, likely, high``, the ends and the peak of a triangular distribution.
    category
        The column both tables name the kind of incident by.
    mental_health_share
        Share of all time that mental-health incidents take, 0 to 0.20: no offence, so no count.
    draws, seed
        Monte-Carlo draws and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``workload_hours``), a row a category, one for mental health
        and one for all work, with ``share`` of all work. Incidents without a unit time are
        named in the ``caveat``.

    Raises
    ------
    InputError
        Missing columns, negative or disordered unit times, negative counts, a share outside
        0–0.20, too few draws, or no incident that has a unit time.

    Notes
    -----
    Counts are drawn as Poisson, unit times from one triangular draw a category and round: what
    is uncertain is how long such incidents take on average, not how long each one takes.
    """
    _check(incidents, handling_hours, category, mental_health_share, draws)
    times = handling_hours.set_index(category)[["low", "likely", "high"]].astype(float)
    counts = incidents.groupby(category).offences.sum().astype(float)
    known = counts[counts.index.isin(times.index)]
    rng = generator(seed)
    hours = {}
    for name, count in known.items():
        low, likely, high = times.loc[name]
        unit = rng.triangular(low, likely, high, draws) if high > low else np.full(draws, low)
        hours[name] = rng.poisson(count, draws) * unit
    drawn = pd.DataFrame(hours)
    crime = drawn.sum(axis=1)
    if mental_health_share > 0:
        drawn[MENTAL_HEALTH] = crime * mental_health_share / (1 - mental_health_share)
    drawn[TOTAL] = drawn.sum(axis=1)
    tail = (1 - level) / 2
    frame = pd.DataFrame(
        {
            "group": drawn.columns,
            "estimate": drawn.mean().to_numpy(),
            "lower": drawn.quantile(tail).to_numpy(),
            "upper": drawn.quantile(1 - tail).to_numpy(),
            "n": [known.get(name, np.nan) for name in drawn.columns],
            "share": (drawn.mean() / drawn[TOTAL].mean()).to_numpy(),
        }
    )
    place = incidents.borough.iloc[0] if "borough" in incidents else ""
    period = str(incidents.period.iloc[0]) if "period" in incidents else ""
    return estimates.table(
        frame,
        measure="workload_hours",
        quantity="level",
        area=place,
        period=period,
        level=level,
        method=f"{draws:,} draws of Poisson counts and triangular unit times",
        caveat=_caveat(counts, times.index),
    )


def bad_times(hours: pd.DataFrame, category: str) -> list[str]:
    """Return what is wrong with a table of unit times that has all its columns."""
    faults = []
    ends = hours[["low", "likely", "high"]].apply(pd.to_numeric, errors="coerce")
    astray = hours[category][
        ~((ends.low >= 0) & (ends.low <= ends.likely) & (ends.likely <= ends.high))
    ]
    if len(astray):
        faults.append(f"unit times need 0 ≤ low ≤ likely ≤ high: {', '.join(map(str, astray))}")
    if hours[category].duplicated().any():
        faults.append("a category has two unit times")
    return faults


def _check(
    incidents: pd.DataFrame, hours: pd.DataFrame, category: str, share: float, draws: int
) -> None:
    faults = []
    for table, name, needed in (
        (incidents, "incidents", (category, "offences")),
        (hours, "unit times", (category, "low", "likely", "high")),
    ):
        absent = [column for column in needed if column not in table]
        if absent:
            faults.append(f"the {name} lack the columns {', '.join(absent)}")
    if not 0 <= share <= MOST_MENTAL_HEALTH:
        faults.append(f"the mental-health share lies between 0 and 0.20, found {share:g}")
    if draws < 1000:
        faults.append(f"a thousand draws or more are needed, found {draws}")
    if not faults:
        faults += _bad_values(incidents, hours, category)
    if faults:
        raise InputError(f"Cannot work out hours: {'; '.join(faults)}.")


def _bad_values(incidents: pd.DataFrame, hours: pd.DataFrame, category: str) -> list[str]:
    faults = bad_times(hours, category)
    if incidents.offences.isna().any():
        faults.append("offences are missing in some rows, and missing is not zero")
    elif (incidents.offences < 0).any():
        faults.append(f"counts must be zero or more, found {incidents.offences.min()}")
    if not incidents[category].isin(hours[category]).any():
        faults.append("no kind of incident has a unit time")
    return faults


def _caveat(counts: pd.Series, known: pd.Index) -> str:
    without = sorted(set(counts.index) - set(known))
    if not without:
        return ""
    share = counts[without].sum() / counts.sum()
    return (
        f"{share:.1%} of incidents have no unit time and take no hours here: {', '.join(without)}."
    )
