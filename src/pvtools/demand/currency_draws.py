"""Joint draws of a year's offences, harm and officer-hours, by borough and group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools import boroughs
from pvtools.demand.harm import OF_GROUPS, faults_of_weights, unweighed, weight_of
from pvtools.errors import InputError

Array = NDArray[np.float64]

OFFENCES, HARM, HOURS = "offences", "harm", "hours"
_NO_WEIGHTS = "No table of severity weights is held, so there is no figure of harm."


@dataclass(frozen=True)
class Drawn:
    """Totals by borough and group in each currency: the figures themselves, and draws of them.

    ``totals`` holds arrays of shape (boroughs, groups) and (draws, boroughs, groups).
    """

    names: list[str]
    groups: list[str]
    totals: dict[str, tuple[Array, Array]]
    caveat: str

    @property
    def currencies(self) -> list[str]:
        """Return the currencies that can be shown; harm needs weights."""
        return list(self.totals)

    def of(self, currency: str, borough: str) -> tuple[Array, Array]:
        """Return a place's totals by group, and their draws; London is the sum of boroughs."""
        point, sample = self.totals[currency]
        if borough == boroughs.LONDON:
            return point.sum(axis=0), sample.sum(axis=1)
        if borough not in self.names:
            raise InputError(f"No offences are held for {borough!r}.")
        place = self.names.index(borough)
        return point[place], sample[:, place]


def draw(
    incidents: pd.DataFrame,
    hours: pd.DataFrame,
    weights: pd.DataFrame | None,
    *,
    category: str,
    draws: int,
    seed: int,
) -> Drawn:
    """Return joint draws; parameters and errors are those of ``demand.shares_in_each``."""
    kind = category if weights is not None else "offence_group"
    _check(incidents, hours, weights, kind, draws)
    weight = None if weights is None else weight_of(weights, kind)
    rng = np.random.default_rng(seed)
    keys = list(dict.fromkeys(["offence_group", kind]))
    wide = (
        incidents.groupby(["borough", *keys], as_index=False)
        .offences.sum()
        .pivot(index="borough", columns=keys, values="offences")
        .fillna(0)  # what is not published adds nothing
    )
    columns = wide.columns.to_frame(index=False)
    columns.columns = keys
    groups = sorted(columns.offence_group.unique())
    counts = wide.to_numpy(dtype=float)
    sample = rng.poisson(counts, (draws, *counts.shape)).astype(float)
    member = (columns.offence_group.to_numpy()[:, None] == np.array(groups)).astype(float)
    ones = np.ones(len(columns))
    units = {OFFENCES: (ones, np.ones((draws, 1)))}
    if weight is not None:
        heavy = columns[kind].map(weight).fillna(0).to_numpy(dtype=float)
        units[HARM] = heavy, heavy[None, :]
    units[HOURS] = _unit_hours(hours, columns.offence_group, draws, rng)
    totals = {
        currency: ((counts * one) @ member, (sample * many[:, None, :]) @ member)
        for currency, (one, many) in units.items()
    }
    return Drawn(list(wide.index), groups, totals, _caveat(incidents, weight, kind))


def _unit_hours(
    hours: pd.DataFrame, groups: pd.Series, draws: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return mean officer-hours an offence and draws of them, one a group and draw."""
    times = hours.set_index("offence_group")[["low", "likely", "high"]].astype(float)
    drawn = {
        name: rng.triangular(*times.loc[name], draws)
        if times.loc[name, "high"] > times.loc[name, "low"]
        else np.full(draws, times.loc[name, "low"])
        for name in dict.fromkeys(groups)
    }
    return (
        times.mean(axis=1)[groups].to_numpy(),  # the mean of a triangular distribution
        np.column_stack([drawn[name] for name in groups]),
    )


def _check(
    incidents: pd.DataFrame,
    hours: pd.DataFrame,
    weights: pd.DataFrame | None,
    kind: str,
    draws: int,
) -> None:
    faults = []
    needed = (
        "borough",
        "offence_group",
        "offences",
        "period",
        *([kind] if weights is not None else []),
    )
    tables = [
        (incidents, "incidents", needed),
        (hours, "unit times", ("offence_group", "low", "likely", "high")),
    ]
    for table, name, columns in tables:
        absent = [column for column in dict.fromkeys(columns) if column not in table]
        if absent:
            faults.append(f"the {name} lack the columns {', '.join(absent)}")
    if weights is not None:
        faults += faults_of_weights(weights, kind)
    if draws < 1000:
        faults.append(f"a thousand draws or more are needed, found {draws}")
    if not faults:
        faults += _bad_values(incidents, hours, weights, kind)
    if faults:
        raise InputError(f"Cannot set currencies side by side: {'; '.join(faults)}.")


def _bad_values(
    incidents: pd.DataFrame, hours: pd.DataFrame, weights: pd.DataFrame | None, kind: str
) -> list[str]:
    faults = []
    if incidents.offences.isna().any() or (incidents.offences < 0).any():
        faults.append("offences must be zero or more, none missing: missing is not zero")
    ordered = (hours.low >= 0) & (hours.low <= hours.likely) & (hours.likely <= hours.high)
    if not ordered.all():
        faults.append(
            "unit times need 0 ≤ low ≤ likely ≤ high: " + ", ".join(hours.offence_group[~ordered])
        )
    untimed = sorted(set(incidents.offence_group) - set(hours.offence_group))
    if untimed:
        faults.append(f"groups without a unit time: {', '.join(untimed)}")
    if weights is not None and not incidents[kind].isin(weight_of(weights, kind).index).any():
        faults.append(f"no kind of offence in the column {kind!r} has a weight")
    return faults


def _caveat(incidents: pd.DataFrame, weight: pd.Series | None, kind: str) -> str:
    if weight is None:
        return _NO_WEIGHTS
    counts = incidents.groupby(kind).offences.sum().astype(float).to_frame().T
    said = unweighed(counts, counts.columns.isin(weight.index))
    return " ".join(part for part in (OF_GROUPS if kind == "offence_group" else "", said) if part)
