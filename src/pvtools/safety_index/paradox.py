"""The delivery paradox: whether what is recorded and what people say move together over years."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from pvtools import areas, estimates
from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.safety_index.checks import HALVES
from pvtools.safety_index.framework import Framework
from pvtools.safety_index.held import held_in, rows_of
from pvtools.safety_index.index import MEASURE
from pvtools.safety_index.rules import errors_together, rules_of
from pvtools.stats import composite, multiplicity

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
        open, ``indicators`` names what the half rests on, and ``how`` says how its figures were
        made, such as by the residents of which year. The base stays that of the framework.

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
    held = {year: held_in(framework, levels, year) for year in years}
    whole = [
        name
        for name, row in framework.indicators.iterrows()
        if row.carry == 0
        and all(one.figures[name].notna().all() and name in one.usable for one in held.values())
    ]
    lost = [half for half in HALVES if half not in set(framework.indicators.half[whole])]
    if lost:
        raise InputError(
            f"From {first.removeprefix('year to ')} on, no indicator of "
            f"“{framework.labels[lost[0]].lower()}” is held in every year and every borough."
        )
    base = held_in(framework, levels, framework.base).figures[whole]
    if base.isna().all(axis=None):
        raise InputError(f"No figure of the base year, the {framework.base}, is held.")
    rules = rules_of(framework, base, whole)
    how = {
        name: ", ".join(rows_of(framework.indicators.loc[name], levels).method.unique())
        for name in whole
    }
    together = composite.Alternatives(correlation=errors_together(framework, whole))
    parts = []
    for wave, (year, one) in enumerate(held.items()):
        drawn = composite.draws(
            one.figures[whole], one.errors[whole], rules, together, seed=1, n=2000, wave=wave
        )
        for half in HALVES:
            stated = drawn.stated[drawn.stated.node == half]
            named = framework.indicators.label[whole][framework.indicators.half[whole] == half]
            made = dict.fromkeys(how[name] for name in named.index)
            parts.append(
                pd.DataFrame(
                    {
                        "area": stated.area.to_numpy(),
                        "estimate": stated.score.to_numpy(),
                        "stderr": drawn.scores[half].std(axis=0),
                        "period": year,
                        "group": half,
                        "indicators": ", ".join(named),
                        "how": "; ".join(made),
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
        Estimate table of changes, a row an area and half: ``p_value`` (normal), ``adjusted`` and
        ``distinguishable`` for the boroughs tested together in each half, London alone; ``side``
        ("improved", "worsened" or "not clear"). On all rows alike ``agreement``, the correlation of
        the two changes over boroughs, ``agreement_p``, ``boroughs``, how many they are,
        ``without``, the borough that moves the correlation most, and ``agreement_without`` it.

    Notes
    -----
    ``agreement_p`` is the share of 9,999 permutations of boroughs with as strong a correlation.
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
    table["p_value"] = 2 * ndtr(-(table.estimate / table.stderr).abs())
    london = table.area == areas.LONDON
    tested = [
        multiplicity.tested(rows.p_value, alone=rows.area == areas.LONDON).set_axis(rows.index)
        for _, rows in table.groupby("group")
    ]
    table = table.join(pd.concat(tested))
    stands = table.distinguishable.fillna(False).astype(bool)
    table["side"] = np.select(
        [stands & (table.estimate > 0), stands], ["improved", "worsened"], default="not clear"
    )
    wide = table[~london].pivot(index="area", columns="group", values="estimate")
    one, other = (wide[half].to_numpy() for half in HALVES)
    r, p = _agreement(one, other, seed)
    left = {
        area: _correlation(np.delete(one, i), np.delete(other, i))
        for i, area in enumerate(wide.index)
    }
    without = max(left, key=lambda area: abs(left[area] - r)) if np.isfinite(r) else ""
    return estimates.table(
        table.assign(
            agreement=r,
            agreement_p=p,
            boroughs=len(wide),
            without=without,
            agreement_without=left.get(without, np.nan),
            since=first,
        ),
        measure=MEASURE,
        quantity="change",
        period=last,
        level=0.95,
        n=np.nan,
        method="change of a composite, normal",
        caveat="",
    )


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    x, y = one - one.mean(), other - other.mean()
    size = np.sqrt((x**2).sum() * (y**2).sum())
    return float(x @ y / size) if size > 0 else np.nan


def _agreement(one: np.ndarray, other: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the correlation of two changes over areas, and how often chance gives as strong."""
    found = _correlation(one, other)
    if np.isnan(found):
        return found, found
    x, y = one - one.mean(), other - other.mean()
    size = np.sqrt((x**2).sum() * (y**2).sum())
    shuffled = generator(seed).permuted(np.tile(y, (_PERMUTATIONS, 1)), axis=1)
    chance = shuffled @ x / size
    as_strong = (np.abs(chance) >= abs(found) - 1e-12).sum()
    return found, float((1 + as_strong) / (1 + _PERMUTATIONS))


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
