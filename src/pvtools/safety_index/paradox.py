"""The delivery paradox: whether what is recorded and what people say move together over years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.safety_index.checks import HALVES
from pvtools.safety_index.framework import Framework
from pvtools.safety_index.index import MEASURE, errors_together, held_in, rules_of
from pvtools.stats import composite

_PERMUTATIONS = 9_999


def halves_by_year(framework: Framework, levels: pd.DataFrame, *, first: str) -> pd.DataFrame:
    """Return both halves of the index in each year, of the indicators that every year holds.

    Parameters
    ----------
    framework, levels
        As for :func:`pvtools.safety_index.make`.
    first
        The first year, such as ``"year to 2014-12"``; years go on to the last that is held.

    Returns
    -------
    pandas.DataFrame
        Estimate table of scores: ``group`` is the half, ``stderr`` what sampling error leaves
        open, and ``indicators`` names what the half rests on. The base stays that of the framework.

    Raises
    ------
    InputError
        Fewer than two years are held, or a half has no indicator that every year holds.

    Notes
    -----
    An index whose indicators come and go moves by that alone: those that one year lacks are left
    out of all.
    """
    years = _years(framework, levels, first)
    held = {year: held_in(framework, levels, year)[:2] for year in years}
    whole = [
        name
        for name, row in framework.indicators.iterrows()
        if row.carry == 0 and all(values[name].notna().all() for values, _ in held.values())
    ]
    lost = [half for half in HALVES if half not in set(framework.indicators.half[whole])]
    if lost:
        raise InputError(
            f"From {first.removeprefix('year to ')} on, no indicator of "
            f"“{framework.labels[lost[0]].lower()}” is held in every year and every borough."
        )
    base, _, _ = held_in(framework, levels, framework.base)
    rules = rules_of(framework, base, whole)
    together = composite.Alternatives(correlation=errors_together(framework, whole))
    parts = []
    for wave, (year, (values, errors)) in enumerate(held.items()):
        drawn = composite.draws(
            values[whole], errors[whole], rules, together, seed=1, n=2000, wave=wave
        )
        for half in HALVES:
            stated = drawn.stated[drawn.stated.node == half]
            named = framework.indicators.label[whole][framework.indicators.half[whole] == half]
            parts.append(
                pd.DataFrame(
                    {
                        "area": stated.area.to_numpy(),
                        "estimate": stated.score.to_numpy(),
                        "stderr": drawn.scores[half].std(axis=0),
                        "period": year,
                        "group": half,
                        "indicators": ", ".join(named),
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return estimates.table(
        table.assign(
            lower=table.estimate - 1.96 * table.stderr, upper=table.estimate + 1.96 * table.stderr
        ),
        measure=MEASURE,
        quantity="score",
        level=0.95,
        n=np.nan,
        method="composite of the indicators held in every year",
        caveat="",
    )


def moved_together(halves: pd.DataFrame, *, seed: int = 1) -> pd.DataFrame:
    """Return how both halves moved in each area, from the first year to the last.

    Parameters
    ----------
    halves
        What :func:`halves_by_year` returns.
    seed
        Of the permutations.

    Returns
    -------
    pandas.DataFrame
        Estimate table of changes, a row an area and half, with ``side`` ("up", "down" or "not
        clear", by the interval) and on all rows alike ``agreement``, the correlation of the two
        changes over boroughs, its ``p_value`` and ``boroughs``, how many they are.

    Notes
    -----
    The p-value is the share of 9,999 permutations of boroughs with as strong a correlation.
    The survey's waves are whole years apart, so that no two share an interview; over rolling
    quarters a naive test of two unrelated series rejects 24% of the time at 5%.
    """
    first, last = halves.period.min(), halves.period.max()
    keys = ["group", "area"]
    ends = [halves[halves.period == year].set_index(keys) for year in (first, last)]
    change = ends[1].estimate - ends[0].estimate
    error = np.sqrt(ends[0].stderr ** 2 + ends[1].stderr ** 2)
    table = pd.DataFrame({"estimate": change, "stderr": error}).reset_index()
    table["lower"] = table.estimate - 1.96 * table.stderr
    table["upper"] = table.estimate + 1.96 * table.stderr
    table["side"] = np.select(
        [table.lower > 0, table.upper < 0], ["up", "down"], default="not clear"
    )
    wide = table[table.area != areas.LONDON].pivot(index="area", columns="group", values="estimate")
    r, p = _agreement(wide[HALVES[0]].to_numpy(), wide[HALVES[1]].to_numpy(), seed)
    return estimates.table(
        table.assign(agreement=r, p_value=p, boroughs=len(wide), since=first),
        measure=MEASURE,
        quantity="change",
        period=last,
        level=0.95,
        n=np.nan,
        method="change of a composite, normal",
        caveat="",
    )


def _agreement(one: np.ndarray, other: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the correlation of two changes over areas, and how often chance gives as strong."""
    x, y = one - one.mean(), other - other.mean()
    size = np.sqrt((x**2).sum() * (y**2).sum())
    if size == 0:
        return float("nan"), float("nan")
    shuffled = generator(seed).permuted(np.tile(y, (_PERMUTATIONS, 1)), axis=1)
    found, chance = x @ y / size, shuffled @ x / size
    as_strong = (np.abs(chance) >= abs(found) - 1e-12).sum()
    return float(found), float((1 + as_strong) / (1 + _PERMUTATIONS))


def _years(framework: Framework, levels: pd.DataFrame, first: str) -> list[str]:
    month = estimates.end(framework.base)[-3:]
    held = levels.period[(levels.period >= first) & levels.period.str.endswith(month)]
    questions = levels.measure.isin(
        framework.indicators.measure[framework.indicators.half == HALVES[1]]
    )
    both = sorted(set(held[questions]) & set(held[~questions]))
    if len(both) < 2:
        raise InputError(f"Two years of both halves are needed from {first} on; held: {len(both)}.")
    return both
