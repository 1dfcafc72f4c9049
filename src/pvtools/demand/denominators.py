"""What a rate is divided by: residents at the time, or a denominator of the user's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.errors import InputError
from pvtools.tables import population

#: Days of the censuses, as years; estimates are of the middle of their year.
_CENSUS_DAYS = {2001: 2001.33, 2011: 2011.24, 2021: 2021.22}
_MIDYEAR = 0.5

#: A table of residents (``tables.load().population``), or a figure for each borough.
Residents = pd.DataFrame | pd.Series | None


@dataclass(frozen=True)
class Denominators:
    """Persons by month (rows) and by borough, command unit and London, and how they were found."""

    persons: pd.DataFrame
    how: str

    def at(self, months: pd.Series, names: pd.Series) -> np.ndarray:
        """Return the persons of each month and area named."""
        row = self.persons.index.get_indexer(pd.DatetimeIndex(months))
        return self.persons.to_numpy()[row, self.persons.columns.get_indexer(names)]

    def at_middle(self) -> pd.Series:
        """Return the persons in the middle of the months, by area."""
        return self.persons.mean()


def denominators(residents: Residents, months: pd.DatetimeIndex) -> Denominators:
    """Return what rates of some months are divided by, in persons.

    Parameters
    ----------
    residents
        A table ``borough, year, population, kind`` with censuses and estimates, a Series of
        figures by borough (such as workday population), or None for Census 2021.
    months
        The months; a census is of its day, and straight lines are drawn between them. Before
        the first and after the last figure, that figure holds.

    Raises
    ------
    InputError
        A borough has no figure, or one that is no positive number.
    """
    names = sorted(borough.name for borough in areas.boroughs())
    if isinstance(residents, pd.Series):
        _check(residents.reindex(names), names)
        wide = pd.DataFrame([residents[names].to_numpy(dtype=float)] * len(months), months, names)
        return Denominators(_with_sums(wide), "the denominator that was given")
    table = population.census_2021() if residents is None else residents
    known = table[table["kind"].isin(["census", "estimate"])]
    known = known.assign(at=known["year"].map(_CENSUS_DAYS).fillna(known["year"] + _MIDYEAR))
    when = (months.year + (months.month - 0.5) / 12).to_numpy(dtype=float)
    figures = known.drop_duplicates(["borough", "at"], keep="last")
    figures = figures.pivot(index="borough", columns="at", values="population").reindex(names)
    at, columns = figures.columns.to_numpy(float), {}
    for name, own in zip(names, figures.to_numpy(dtype=float, na_value=np.nan), strict=True):
        held = ~np.isnan(own)
        _check(pd.Series(own[held]), [name])
        columns[name] = np.interp(when, at[held], own[held])
    return Denominators(_with_sums(pd.DataFrame(columns, months)), _how(known, when))


def _with_sums(wide: pd.DataFrame) -> pd.DataFrame:
    """Return persons by borough with those of the areas that are made of boroughs."""
    larger = (*areas.bcus(), areas.london())
    sums = {
        area.name: wide[[part.name for part in areas.members(area)]].sum(axis=1) for area in larger
    }
    return wide.assign(**sums)


def _how(known: pd.DataFrame, when: np.ndarray) -> str:
    """Return how residents were found, as it stands in ``method``."""
    days = np.sort(known["at"].unique())
    inside = (when >= days[0]) & (when <= days[-1])
    if not inside.any():
        last = int(days[-1] if when.min() > days[-1] else days[0])
        return f"residents of {last}"
    first = int(days[days <= when[inside].min()].max())
    last = int(days[days >= when[inside].max()].min())
    later = f", those of {last} after it" if when.max() > days[-1] else ""
    return f"residents in a straight line from {first} to {last}{later}"


def _check(figures: pd.Series, names: list[str]) -> None:
    values = pd.to_numeric(figures, errors="coerce").to_numpy(dtype=float)
    if not len(values) or not (np.isfinite(values) & (values > 0)).all():
        lacking = ", ".join(names if len(names) == 1 else figures.index[~(values > 0)])
        raise InputError(
            "Rates need a positive number of persons in every borough; there is none for "
            f"{lacking}."
        )
