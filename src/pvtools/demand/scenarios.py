"""Retrenchment, overstretch, focused impact: what each would make of calls for officers.

The report of 2015 ("Safer together") told three stories of policing in London. Here each is a
table of assumptions (``assumptions``), run through one model with the same luck: what differs
between them is what they assume, and nothing is a forecast.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.chance import generator
from pvtools.demand import assumed, scenario_model
from pvtools.demand import draws as luck
from pvtools.demand.calls import DemandProfile
from pvtools.errors import InputError, resolve

Name = Literal["as_now", "retrenchment", "overstretch", "focused_impact"]

OUTCOMES = ("mean_wait", "unmet_share", "unmet_hours", "unmet_harm", "occupancy")
_YEARS, _DRAWS = (1, 30), (20, 5000)
_NO_FORECAST = "A scenario under assumptions, no forecast."


def scenario(
    profile: DemandProfile,
    *,
    name: Name,
    years: int = 10,
    draws: int = 200,
    seed: int = 1,
    assumptions: pd.DataFrame | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what becomes of waits and unmet work, year by year, if a scenario comes true.

    Parameters
    ----------
    profile
        What :func:`profile` returned; its assumptions are about today.
    name
        ``retrenchment``, ``overstretch``, ``focused_impact``, or ``as_now``: nothing changes.
    years
        How many years after today, 1 to 30; today is year 0.
    draws, seed
        Draws of what is assumed, 20 to 5,000, and their seed. With equal seeds all scenarios
        meet the same luck, so that their difference is their own.
    assumptions
        What :func:`assumptions` returned for ``name``, edited.
    level
        Share of draws the band holds.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a measure and year: ``mean_wait`` (minutes until a crew is free or
        the call falls away), ``unmet_share`` (of officer-hours asked), ``unmet_hours`` (a
        week), ``unmet_harm`` (weighted offences a week; missing where no weights are held) and
        ``occupancy``. The estimate the median of draws, ``n``
        the draws; ``scenario`` and ``year``.

    Raises
    ------
    UsageError
        No scenario is called so.
    InputError
        Years, draws or a level out of range, or faults in the assumptions: all at once.

    Notes
    -----
    See ``scenario_model.outcomes`` for the model and ``stats.abandonment`` for its queue.
    """
    faults = _out_of_range(years=(years, _YEARS), draws=(draws, _DRAWS))
    if not 0 < level < 1:
        faults.append(f"the level lies between 0 and 1, found {level:g}")
    changes = _changes(name, assumptions, faults)
    now, crews, chance = _today(profile, draws, seed, len(changes))
    found = scenario_model.outcomes(
        profile, now, luck.drawn(changes, chance), years=years, crews=crews
    )
    parts = []
    for measure in OUTCOMES:
        values = found[measure]
        lower, upper = luck.band(values, level)
        part = {"estimate": np.median(values, axis=1), "lower": lower, "upper": upper}
        parts.append(pd.DataFrame(part).assign(measure=measure, year=np.arange(years + 1)))
    frame = pd.concat(parts, ignore_index=True)
    return estimates.table(
        frame.assign(caveat=_caveats(profile, frame.measure)),
        quantity="level",
        area=profile.area,
        period=[estimates.shifted(profile.period, year) for year in frame.year],
        level=level,
        n=draws,
        method=f"median of {draws:,} draws through queues that calls leave",
        scenario=name,
    )


@lru_cache(maxsize=2)
def _today(
    profile: DemandProfile, draws: int, seed: int, further: int
) -> tuple[scenario_model.Figures, scenario_model.Array, scenario_model.Array]:
    """Return what is drawn of today, the crews there are, and the luck of ``further`` changes.

    Scenarios of one profile meet the same luck, so its crews are looked for once.
    """
    today = profile.assumptions
    chance = generator(seed).random((draws, len(today) + further))
    now = luck.drawn(today, chance[:, : len(today)])
    return now, scenario_model.crews_today(profile, now), chance[:, len(today) :]


def sensitivity(
    profile: DemandProfile,
    *,
    name: Name,
    years: int = 10,
    measure: str = "unmet_share",
    assumptions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return on which assumptions a scenario's outcome hangs, the weightiest first.

    Parameters
    ----------
    profile, name, years, assumptions
        As for :func:`scenario`.
    measure
        ``mean_wait, unmet_share, unmet_hours, unmet_harm`` or ``occupancy``, in the last year.

    Returns
    -------
    pandas.DataFrame
        A row a parameter of today or of the scenario: ``parameter, low, high, unit, source,
        meaning, at_low, at_high`` (the outcome with it there and all others likely),
        ``baseline`` (all likely), ``swing`` (the distance between the ends of the three),
        ``measure, scenario, year, caveat``.

    Raises
    ------
    UsageError
        No scenario or measure is called so.
    InputError
        As for :func:`scenario`.

    Notes
    -----
    One at a time: what two assumptions do together is not in it. Nothing is drawn.
    """
    measure = resolve("outcome", measure, OUTCOMES)
    changes = _changes(name, assumptions, _out_of_range(years=(years, _YEARS)))
    table = pd.concat([profile.assumptions, changes], ignore_index=True)
    many = len(table)
    values = np.tile(table.likely.to_numpy(), (1 + 2 * many, 1))  # all likely, lows, highs
    which = np.arange(many)
    values[1 + which, which] = table.low
    values[1 + many + which, which] = table.high
    figures = dict(zip(table.parameter, values.T, strict=True))
    last = scenario_model.outcomes(profile, figures, figures, years=years)[measure][-1]
    ends = pd.DataFrame({"at_low": last[1 : 1 + many], "at_high": last[1 + many :]})
    ends["baseline"] = last[0]
    rows = table[["parameter", "low", "high", "unit", "source", "meaning"]].join(ends)
    rows = rows.assign(
        swing=ends.max(axis=1) - ends.min(axis=1),
        measure=measure,
        scenario=name,
        year=years,
    )
    rows = rows.assign(caveat=_caveats(profile, rows.measure))
    return rows.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _changes(name: str, table: pd.DataFrame | None, faults: list[str]) -> pd.DataFrame:
    """Return the checked table of the scenario, or raise all faults together."""
    assumed.assumptions(name)  # an unknown name is said first
    changes = None
    try:
        changes = assumed.checked(table, name)
    except InputError as error:
        faults.append(str(error).rstrip("."))
    if faults:
        raise InputError(f"Cannot play this scenario: {'; '.join(faults)}.")
    return changes


def _out_of_range(**given: tuple[int, tuple[int, int]]) -> list[str]:
    return [
        f"{name} are a whole number from {least} to {most:,}, found {value}"
        for name, (value, (least, most)) in given.items()
        if not (isinstance(value, int | np.integer) and least <= value <= most)
    ]


def _caveats(profile: DemandProfile, measures: pd.Series) -> list[str]:
    """Return what to say beside each row: of harm also what carries none, or why it is missing."""
    groups = profile.groups.dropna(subset=["offences"])
    without = groups[groups.weight.isna()].offence_group.tolist()
    if len(without) == len(groups):
        harm = "No weights of harm are held, so the harm not met is missing."
    elif without:
        harm = f"Without a weight and in no harm: {', '.join(without)}, calls about no offence."
    else:
        harm = "Calls about no offence have no weight and are in no harm."
    plain = f"{_NO_FORECAST} {profile.caveat}"
    return [f"{plain} {harm}" if key == "unmet_harm" else plain for key in measures]
