"""How the index of a year is made from a framework and what is held."""

from __future__ import annotations

import re

import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.safety_index.checks import HALVES
from pvtools.safety_index.framework import Framework
from pvtools.safety_index.held import Held, held_in, in_words, rows_of
from pvtools.safety_index.index import Index
from pvtools.stats import composite


def make(
    framework: Framework,
    levels: pd.DataFrame,
    *,
    period: str | None = None,
    draws: int = 10_000,
    seed: int = 1,
) -> Index:
    """Return the index of a year, drawn under sampling error and every choice made.

    Parameters
    ----------
    framework
        What :func:`pvtools.safety_index.read` returns.
    levels
        Estimate tables of the indicators, one below the other: boroughs and London, by year. An
        indicator is found by its measure and group; its error is ``stderr``, where that column
        holds one, else it is read from the interval, else from the file (``error``), else from
        how boroughs' figures move over years. An error is never taken for zero unless that is said.
    period
        The year; by default the latest in which every indicator that is held at all is held.
    draws, seed
        How many, and the seed that makes them again.

    Raises
    ------
    InputError
        A half has no indicator that is held in the base year, or in the year asked for.

    Notes
    -----
    OECD and JRC (2008), *Handbook on Constructing Composite Indicators*; Saisana, Saltelli and
    Tarantola (2005), JRSS-A 168:307–323. The base is that of the boroughs in the framework's base
    year, and London's value of that year its reference; half of the draws leave the borough that
    makes the scale widest out of it.
    """
    if period and not re.fullmatch(r"year to \d{4}-(0[1-9]|1[0-2])", period):
        raise InputError(f"The year of an index is such as 'year to 2022-12', found {period!r}.")
    base = held_in(framework, levels, framework.base)
    known = [name for name in framework.indicators.index if base.figures[name].count() > 1]
    _refuse(framework, levels, known, "in the base year, the " + in_words(framework.base))
    period = period or _latest(framework, levels, known)
    now = held_in(framework, levels, period)
    notes = dict(now.notes)
    for name in framework.indicators.index.difference(known):
        notes[name] = f"Not held in the base year, the {in_words(framework.base)}: not counted."
    known = [name for name in known if name in now.usable]
    _refuse(framework, levels, known, f"in the {in_words(period)}")
    half = framework.indicators.half[known]
    boroughs = base.figures[known].drop(index=areas.LONDON, errors="ignore").dropna(how="all")
    used = [rows_of(framework.indicators.loc[name], levels).source for name in known]
    keys = dict.fromkeys(key for some in used for key in " ".join(some.unique()).split())
    values = _both_halves(now.figures[known], half)
    made = Index(
        framework,
        period,
        " ".join(keys),
        values,
        now.errors[known],
        notes,
        base.figures,
        _past(held_in(framework, levels, estimates.shifted(period, -1)), values, half),
        composite.stretch(boroughs).index[0],
        draws,
        seed,
    )
    _ = made.drawn  # what cannot be drawn is refused here
    return made


def _past(
    earlier: Held, values: pd.DataFrame, half: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return values and errors of the year before, if the same areas and indicators are held."""
    known = [*values]
    if not set(known) <= set(earlier.usable):
        return None
    old = _both_halves(earlier.figures[known], half)
    return (old, earlier.errors[known]) if old.notna().equals(values.notna()) else None


def _refuse(framework: Framework, levels: pd.DataFrame, known: list[str], when: str) -> None:
    """Refuse an index of which a half has no indicator that is held."""
    half = framework.indicators.half
    lost = [one for one in HALVES if one not in set(half[known])]
    if not lost:
        return
    ends = levels.period[levels.period.str.startswith("year to ")]
    span = f"{in_words(ends.min())} to the {in_words(ends.max())}" if len(ends) else "none"
    said = [
        f"no indicator of “{framework.labels[one]}” is held "
        f"({', '.join(framework.indicators.label[half == one])})"
        for one in lost
    ]
    raise InputError(
        f"There is no “{framework.title}” {when}: {'; '.join(said)}. Each half needs at least "
        f"one. Years held: {span}. Choose another year, or indicators that are held."
    )


def _both_halves(values: pd.DataFrame, half: pd.Series) -> pd.DataFrame:
    """Return values without those of areas that have none in one of the halves."""
    lost = [values[half.index[half == one]].isna().all(axis=1) for one in HALVES]
    return values.mask(lost[0] | lost[1])


def _latest(framework: Framework, levels: pd.DataFrame, known: list[str]) -> str:
    """Return the latest year in which every known indicator is held, or may be carried to."""
    ends = []
    for name in known:
        rows = rows_of(framework.indicators.loc[name], levels)
        carry = int(framework.indicators.loc[name, "carry"])
        ends.append(estimates.shifted(rows.period.max(), carry))
    month = estimates.end(framework.base)[-3:]
    last = min(ends)
    return last if last.endswith(month) else f"year to {int(estimates.end(last)[:4]) - 1}{month}"
