"""A year's offences, harm and officer-hours by borough and group, with joint draws of the hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools import areas
from pvtools.chance import generator
from pvtools.demand.harm import OF_GROUPS, faults_of_weights, unweighed, weight_of
from pvtools.errors import InputError

Array = NDArray[np.float64]

OFFENCES, HARM, HOURS = "offences", "harm", "hours"
UNNAMED = "kind not named"
_NO_WEIGHTS = "No severity weights were given for these offences, so there is no figure of harm."


@dataclass(frozen=True)
class Drawn:
    """Totals by borough and group in each currency: the figures themselves, and draws of them.

    ``totals`` holds arrays of shape (boroughs, groups) and (draws, boroughs, groups). A count of
    all that was recorded is known, and so is harm by fixed weights: both are one draw, the figure
    itself. Only how long an offence takes is drawn. Totals are missing where a borough's offences
    of a group that counts in the currency are not published. ``unheard`` names kinds of offence a
    borough publishes none of, within groups it does publish.
    """

    names: list[str]
    groups: list[str]
    totals: dict[str, tuple[Array, Array]]
    caveat: str
    unheard: dict[str, list[str]]

    @property
    def currencies(self) -> list[str]:
        """Return the currencies that can be shown; harm needs weights."""
        return list(self.totals)

    def of(self, currency: str, borough: str) -> tuple[Array, Array]:
        """Return a place's totals by group, and their draws; London is the sum of boroughs.

        Boroughs with a group that is not published are no part of London: see :meth:`whole`.
        """
        point, sample = self.totals[currency]
        if borough == areas.LONDON:
            inside = [self.names.index(name) for name in self.whole(currency)]
            return point[inside].sum(axis=0), sample[:, inside].sum(axis=1)
        if borough not in self.names:
            raise InputError(f"No offences are held for {borough!r}.")
        place = self.names.index(borough)
        return point[place], sample[:, place]

    def whole(self, currency: str) -> list[str]:
        """Return the boroughs London is summed over: those that publish every group.

        Raises
        ------
        InputError
            They are fewer than three quarters of all.
        """
        whole = [name for name in self.names if not self.holes(currency, name)]
        if len(whole) < (most := areas.most(self.peers)):
            raise InputError(
                f"London is the sum of {most} {areas.plural(*self.names)} or more; {len(whole)} "
                f"publish every group that counts in {currency}. Not so: "
                f"{listed(self._without(whole))}."
            )
        return whole

    @property
    def peers(self) -> tuple[areas.Area, ...]:
        """Return the areas London is the sum of."""
        return areas.peers(self.names)

    def _without(self, whole: list[str]) -> list[str]:
        return [area.name for area in self.peers if area.name not in whole]

    def holes(self, currency: str, borough: str) -> list[str]:
        """Return the groups that a borough lacks in a currency."""
        missing = np.isnan(self.totals[currency][0][self.names.index(borough)])
        return [group for group, hole in zip(self.groups, missing, strict=True) if hole]

    def says(self, currency: str, borough: str, *, against: bool = False) -> str:
        """Return the caveat of a figure; ``against`` if it is set against London's."""
        said = [self.caveat]
        if borough != areas.LONDON:
            if holes := self.holes(currency, borough):
                said.append(f"Not published, so there is no figure: {listed(holes)}.")
            if kinds := self.unheard.get(borough):
                said.append(f"Nothing is counted where the tables list none: {listed(kinds)}.")
        london = against or borough == areas.LONDON
        if london and (left := self._without(self.whole(currency))):
            kind = areas.plural(*self.names)
            said.append(f"London is without {kind} that lack a group: {listed(left)}.")
        return " ".join(part for part in said if part)


def draw(
    incidents: pd.DataFrame,
    hours: pd.DataFrame,
    weights: pd.DataFrame | None,
    *,
    category: str,
    draws: int,
    seed: int,
    level: float = 0.95,
) -> Drawn:
    """Return totals and joint draws; parameters and errors as for ``demand.shares_in_each``."""
    kind = category if weights is not None else "offence_group"
    _check(incidents, hours, weights, kind, faults_of_asked(draws, level))
    weight = None if weights is None else weight_of(weights, kind).dropna()
    incidents = with_unnamed(incidents, kind)
    wide, columns = _wide(incidents, kind)
    groups = sorted(columns.offence_group.unique())
    counts = wide.fillna(0).to_numpy(dtype=float)  # holes are put back once all is drawn
    member = (columns.offence_group.to_numpy()[:, None] == np.array(groups)).astype(float)
    counted = counts @ member
    # a kind of offence may be rare; a whole group without a row is one that is not published
    hole = wide.notna().to_numpy() @ member == 0
    mean, times = _unit_hours(hours, groups, draws, generator(seed))
    totals = {OFFENCES: _missing(hole, counted, counted[None])}
    if weight is not None:
        heavy = columns[kind].map(weight).fillna(0).to_numpy(dtype=float)
        harm = (counts * heavy) @ member
        # what weighs nothing is missed by nobody
        totals[HARM] = _missing(hole & ((heavy > 0) @ member > 0), harm, harm[None])
    totals[HOURS] = _missing(hole & (mean > 0), counted * mean, counted * times[:, None, :])
    return Drawn(
        list(wide.index),
        groups,
        totals,
        _caveat(incidents, weight, kind),
        _unheard(wide, columns, weight, kind),
    )


def with_unnamed(incidents: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return incidents in which offences whose kind is not told are a kind of their own.

    Grouping would drop them without a word.
    """
    named = incidents[kind].astype(object)
    return incidents.assign(**{kind: named.where(named.notna(), UNNAMED)})


def interval(sample: Array, level: float) -> tuple[Array, Array, str]:
    """Return the central interval over draws (rows), and what to say of draws without a share.

    A draw in which nothing happened anywhere has no shares: it is left out, and that is said.
    """
    held = np.isfinite(sample).all(axis=1)
    if not held.any():
        none = np.full(sample.shape[1], np.nan)
        return none, none, ""
    tail = (1 - level) / 2
    lower, upper = np.quantile(sample[held], [tail, 1 - tail], axis=0)
    empty = 1 - held.mean()
    said = f"{empty:.1%} of draws hold nothing to share and are left out of the interval."
    return lower, upper, said if empty else ""


def faults_of_asked(draws: int, level: float) -> list[str]:
    """Return what is wrong with the number of draws and the confidence level."""
    faults = []
    if not isinstance(draws, int | np.integer) or draws < 1000:
        faults.append(f"a thousand draws or more are needed, found {draws}")
    if not 0 < level < 1:
        faults.append(f"level lies between 0 and 1, found {level}")
    return faults


def faults_of_places(incidents: pd.DataFrame) -> list[str]:
    """Return what is wrong with the boroughs and counts of incidents."""
    if incidents.empty:
        return ["the incidents are empty"]
    faults = []
    if incidents.borough.isna().any():
        faults.append("some offences have no borough: leave them out, demand.unplaced counts them")
    known = {area.name for area in areas.peers(incidents.borough.dropna().unique())}
    strange = [name for name in incidents.borough.dropna().unique() if name not in known]
    if strange:
        faults.append(f"no borough with a report: {listed(strange)}")
    if not pd.api.types.is_numeric_dtype(incidents.offences):
        return [*faults, "offences must be numbers"]
    if incidents.offences.isna().any() or (incidents.offences < 0).any():
        faults.append("offences must be zero or more, none missing: missing is not zero")
    elif not incidents.offences.sum():
        faults.append("there are no offences, so there is nothing to share: all are zero")
    return faults


def listed(names: list) -> str:
    """Return the first few names as text."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(map(str, names[:5])) + more


def _wide(incidents: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return offences by borough and kind, missing where there is no row, and what kinds are."""
    keys = list(dict.fromkeys(["offence_group", kind]))
    wide = (
        incidents.groupby(["borough", *keys], as_index=False)
        .offences.sum()
        .pivot(index="borough", columns=keys, values="offences")
        .astype(float)
    )
    columns = wide.columns.to_frame(index=False)
    columns.columns = keys
    return wide, columns


def _unheard(
    wide: pd.DataFrame, columns: pd.DataFrame, weight: pd.Series | None, kind: str
) -> dict[str, list[str]]:
    """Return the weighed kinds that each borough has no row of, though it has of their group."""
    if weight is None or kind == "offence_group":
        return {}
    held = wide.notna().to_numpy()
    group = columns.offence_group.to_numpy()
    heard = held @ (group[:, None] == group) > 0
    usual = held.mean(axis=0) >= 0.5  # a name gone out of use is no gap where it is absent
    silent = ~held & heard & usual & columns[kind].isin(weight.index).to_numpy()
    kinds = columns[kind].to_numpy()
    return {name: list(kinds[row]) for name, row in zip(wide.index, silent, strict=True)}


def _missing(lost: NDArray[np.bool_], point: Array, sample: Array) -> tuple[Array, Array]:
    """Return a currency's totals and draws, missing where a group that counts is not published."""
    return np.where(lost, np.nan, point), np.where(lost, np.nan, sample)


def _unit_hours(
    hours: pd.DataFrame, groups: list[str], draws: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return mean officer-hours an offence of each group takes, and draws of them."""
    times = hours.set_index("offence_group")[["low", "likely", "high"]].astype(float).loc[groups]
    drawn = [
        rng.triangular(*ends, draws) if ends.high > ends.low else np.full(draws, ends.low)
        for _, ends in times.iterrows()
    ]
    # the mean of a triangular distribution
    return times.mean(axis=1).to_numpy(), np.column_stack(drawn)


def _check(
    incidents: pd.DataFrame,
    hours: pd.DataFrame,
    weights: pd.DataFrame | None,
    kind: str,
    faults: list[str],
) -> None:
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
    if not faults:
        faults += _bad_values(incidents, hours, weights, kind)
    if faults:
        raise InputError(f"Cannot set currencies side by side: {'; '.join(faults)}.")


def _bad_values(
    incidents: pd.DataFrame, hours: pd.DataFrame, weights: pd.DataFrame | None, kind: str
) -> list[str]:
    faults = faults_of_places(incidents)
    if incidents.offence_group.isna().any():
        faults.append("some offences have no offence_group")
    ordered = (hours.low >= 0) & (hours.low <= hours.likely) & (hours.likely <= hours.high)
    if not ordered.all():
        faults.append(
            "unit times need 0 ≤ low ≤ likely ≤ high: " + ", ".join(hours.offence_group[~ordered])
        )
    untimed = sorted(set(incidents.offence_group.dropna()) - set(hours.offence_group))
    if untimed:
        faults.append(f"groups without a unit time: {', '.join(untimed)}")
    twice = hours.offence_group[hours.offence_group.duplicated()].unique()
    if len(twice):
        faults.append(f"groups timed twice: {listed(list(twice))}")
    if (
        weights is not None
        and not incidents[kind].isin(weight_of(weights, kind).dropna().index).any()
    ):
        faults.append(f"no kind of offence in the column {kind!r} has a weight")
    return faults


def _caveat(incidents: pd.DataFrame, weight: pd.Series | None, kind: str) -> str:
    if weight is None:
        return _NO_WEIGHTS
    counts = incidents.groupby(kind).offences.sum().astype(float).to_frame().T
    said = unweighed(counts, counts.columns.isin(weight.index))
    return " ".join(part for part in (OF_GROUPS if kind == "offence_group" else "", said) if part)
