"""What is held of an index in a year: values, how sure each is, and what is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pvtools import areas, estimates
from pvtools.safety_index.framework import Framework
from pvtools.stats import composite

_NOT_HELD = "Not held."
_UNSURE = (
    "Not counted: no sampling error is published and none can be seen from its years; state "
    "it in the file, as error."
)


@dataclass(frozen=True, eq=False)
class Held:
    """Figures and standard errors of a year, areas by indicators.

    An error that is not known is missing, never zero. ``notes`` says of an indicator what its
    figures lack.
    """

    figures: pd.DataFrame
    errors: pd.DataFrame
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> list[str]:
        """Return the indicators that have figures, and errors with them."""
        unsure = (self.figures.notna() & self.errors.isna()).any()
        return [
            name for name in self.figures if self.figures[name].notna().any() and not unsure[name]
        ]


def held_in(framework: Framework, levels: pd.DataFrame, period: str) -> Held:
    """Return what is held of a year, older figures included where the file lets them stand in.

    An error is that of the table (``stderr``, else as its interval implies), else the one stated
    in the file, else read from how boroughs' figures move over years: see
    ``stats.composite.scatter``. A figure that stands in for a later year is at least as unsure as
    figures have moved in so many years.
    """
    values, errors, notes = {}, {}, {}
    for name, indicator in framework.indicators.iterrows():
        rows = rows_of(indicator, levels)
        years = [estimates.shifted(period, -back) for back in range(indicator.carry + 1)]
        back = next((i for i, year in enumerate(years) if (rows.period == year).any()), None)
        own = rows[rows.period == years[back or 0]].set_index("area")
        values[name] = own.estimate.astype(float)
        errors[name], said = _errors(own, rows, indicator.error, years[0], back or 0)
        if back:
            said = f"Figures of the {in_words(years[back])} stand in. {said}"
        if said := (_NOT_HELD if back is None else said.strip()):
            notes[name] = said
    names = [*(area.name for area in areas.peers(levels.area.unique())), areas.LONDON]
    return Held(pd.DataFrame(values, index=names), pd.DataFrame(errors, index=names), notes)


def rows_of(indicator: pd.Series, levels: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one indicator that have an estimate."""
    mine = (levels.measure == indicator.measure) & (levels.group == indicator.group)
    return levels[mine & (levels.quantity == "level")].dropna(subset=["estimate"])


def in_words(period: str) -> str:
    """Return "year to December 2022"."""
    return f"year to {pd.Timestamp(estimates.end(period)):%B %Y}"


def _errors(
    own: pd.DataFrame, rows: pd.DataFrame, stated: float, period: str, back: int
) -> tuple[pd.Series, str]:
    """Return the standard errors of a year's figures, and whence, if they are not published."""
    half = (own.upper - own.lower).astype(float) / 2
    implied = half / ndtri(0.5 + own.level.astype(float) / 2)
    given = own["stderr"] if "stderr" in own else pd.Series(np.nan, own.index)
    found = given.astype(float).fillna(implied).fillna(stated)
    if own.empty or (found.notna().all() and not back):
        return found, ""
    seen = _seen(rows, period, back).reindex(own.index)
    unknown = bool(found.isna().any())
    found = found.fillna(seen)
    if back:
        found = np.maximum(found, seen.fillna(0))
    if found.isna().any():
        return found, _UNSURE
    if seen.isna().all():
        return found, "How far figures have moved since is not known, and is not counted."
    years = "one year" if back < 2 else f"{back} years"
    what = "No sampling error is published; it" if unknown else "Its error"
    return found, (
        f"{what} is taken from how far boroughs' figures moved in {years}: an upper bound, for "
        "real change is in it."
    )


def _seen(rows: pd.DataFrame, period: str, back: int) -> pd.Series:
    """Return errors by area as years show them; London's is that of a mean of its boroughs."""
    month = estimates.end(period)[-3:]
    rows = rows[rows.period.str.startswith("year to ") & rows.period.str.endswith(month)]
    wide = rows.pivot_table(index="period", columns="area", values="estimate")
    wide.index = [int(estimates.end(one)[:4]) for one in wide.index]
    peers = areas.peers(wide.columns)
    own = wide.reindex(columns=[place.name for place in peers])
    found = pd.Series(composite.scatter(own, apart=back), own.columns)
    if areas.LONDON in wide:
        if back:
            found[areas.LONDON] = composite.scatter(wide[[areas.LONDON]], apart=back)
        else:
            share = np.array([place.residents for place in peers], dtype=float)
            share /= share.sum()
            found[areas.LONDON] = composite.scatter(own) * np.sqrt((share**2).sum())
    return found
