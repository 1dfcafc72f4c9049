"""Joint draws of a year's offences, harm and officer-hours, by borough and group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools import boroughs
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
    draws: int,
    seed: int,
) -> Drawn:
    """Return joint draws; parameters and errors are those of ``demand.shares_in_each``."""
    kind = "offence" if weights is not None and "offence" in weights else "offence_group"
    _check(incidents, hours, weights, kind, draws)
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
    if weights is not None:
        weight = columns[kind].map(weights.set_index(kind).weight).astype(float).fillna(0)
        units[HARM] = weight.to_numpy(), weight.to_numpy()[None, :]
    units[HOURS] = _unit_hours(hours, columns.offence_group, draws, rng)
    totals = {
        currency: ((counts * one) @ member, (sample * many[:, None, :]) @ member)
        for currency, (one, many) in units.items()
    }
    return Drawn(list(wide.index), groups, totals, _caveat(incidents, weights, kind))


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
    if weights is not None:
        tables.append((weights, "weights", (kind, "weight")))
    for table, name, columns in tables:
        absent = [column for column in dict.fromkeys(columns) if column not in table]
        if absent:
            faults.append(f"the {name} lack the columns {', '.join(absent)}")
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
    if weights is not None:
        if weights[kind].duplicated().any():
            faults.append("a kind of offence is weighed twice")
        if not incidents[kind].isin(weights[kind]).any():
            faults.append("no kind of offence has a weight")
    return faults


def _caveat(incidents: pd.DataFrame, weights: pd.DataFrame | None, kind: str) -> str:
    if weights is None:
        return _NO_WEIGHTS
    without = incidents[~incidents[kind].isin(weights[kind])]
    if without.empty:
        return ""
    share = float(without.offences.sum() / incidents.offences.sum())
    names = sorted(without[kind].dropna().unique())
    return f"{share:.1%} of offences have no weight and add no harm: {', '.join(names[:5])}."
