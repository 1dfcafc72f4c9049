"""What can be added up: which twelve months are held, and which boroughs are whole in them.

Asked before anything is estimated, so that a figure that cannot be given is replaced by a
sentence that says why, and never by a lower figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables.lacking import lacking, listed, local, months_in_words
from pvtools.tables.schemas import NEWEST_FIRST


@dataclass(frozen=True)
class Available:
    """Whole months of recorded crime that can be added up, in one schema, and for whom.

    ``why`` is empty where they are held, and else says what is not. ``lacks`` names each borough
    of which something is absent in these months, with a sentence that says what; ``absent`` are
    the kinds of offence, as ``tables.lacking`` gives them. ``peers`` are the areas of the table:
    the boroughs, or the command units that it was summed to.
    """

    months: pd.DatetimeIndex
    schema: str = ""
    why: str = ""
    lacks: dict[str, str] = field(default_factory=dict)
    absent: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    peers: tuple[areas.Area, ...] = field(default_factory=areas.boroughs, repr=False)

    @property
    def every(self) -> list[str]:
        """Return the names of the boroughs, in their order."""
        return [area.name for area in self.peers]

    @property
    def whole(self) -> list[str]:
        """Return the boroughs that lack nothing, in the order of names."""
        return [name for name in self.every if not self.why and name not in self.lacks]

    @property
    def _too_few(self) -> bool:
        return len(self.whole) < areas.most(self.peers)

    @property
    def london(self) -> str:
        """Return what London's figure lacks, as a caveat; empty if it lacks nothing."""
        if not self.lacks:
            return ""
        if self._too_few:
            return (
                f"No figure for London: {len(self.whole)} of {len(self.peers)} "
                f"{areas.plural(*self.every)} are whole in these months."
            )
        reasons = " ".join(list(self.lacks.values())[:3])
        return f"London is without {listed(sorted(self.lacks))}. {reasons}"

    def says(self, borough: str) -> str:
        """Return why a borough, or London, has no figure; empty if it has one."""
        if self.why:
            return self.why
        if borough == areas.LONDON:
            return self.london if self._too_few else ""
        return self.lacks.get(borough, "")


def available(
    recorded: pd.DataFrame, *, until: str | None = None, years: Literal[1, 2] = 1
) -> Available:
    """Return which years can be added up, and which boroughs lack something in them.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    until
        The last month, such as ``"2025-11"``. By default the latest month that ends a year in
        which three quarters of the boroughs are whole; failing that, in which most of them are.
    years
        1, or 2 for a change from one year to the next.

    Examples
    --------
    >>> from pvtools import tables
    >>> len(available(tables.load().recorded_crime).whole)
    32
    """
    if recorded.empty:
        return Available(pd.DatetimeIndex([]), why="No recorded crime is held.")
    end = pd.Timestamp(until) if until else _latest(recorded)
    months = pd.date_range(end=end, periods=12 * years, freq="MS")
    near = recorded["month"].between(
        months[0] - pd.DateOffset(years=1), end + pd.DateOffset(years=1)
    )
    asked = months if until else pd.date_range(end=_last(recorded), periods=12 * years, freq="MS")
    peers = areas.peers(recorded["borough"].dropna().unique())
    best = Available(months, why=_why(recorded, asked, years), peers=peers)
    absent = lacking(recorded[near])
    for schema in NEWEST_FIRST:  # the newer one, where both do
        own = recorded[near & (recorded["schema"] == schema)]
        if not months.isin(own.loc[own["borough"].notna(), "month"]).all():
            continue
        kinds = absent[(absent["schema"] == schema) & absent["month"].isin(months)]
        found = Available(months, schema, "", _lacks(own, kinds, months, peers), kinds, peers)
        if best.why or len(found.whole) > len(best.whole):
            best = found
    return best


def _latest(recorded: pd.DataFrame) -> pd.Timestamp:
    """Return the latest month that ends a year in which three quarters of boroughs are held."""
    own = local(recorded)
    number = own["month"].dt.year.to_numpy() * 12 + own["month"].dt.month.to_numpy()
    ends = []
    for schema in own["schema"].unique():
        of_it = (own["schema"] == schema).to_numpy()
        places, names = pd.factorize(own.loc[of_it, "borough"])
        at = number[of_it]
        grid = np.zeros((at.max() - at.min() + 1, len(names)), dtype=int)
        grid[at - at.min(), places] = 1
        runs = np.cumsum(np.vstack([np.zeros((1, len(names)), dtype=int), grid]), axis=0)
        whole = (runs[12:] - runs[:-12] == 12).sum(axis=1)
        enough = areas.most(areas.peers(names))
        ends += [(min(n, enough), int(end)) for end, n in enumerate(whole, at.min() + 11) if n]
    if not ends:
        return _last(recorded)
    end = max(ends)[1] - 1
    return pd.Timestamp(year=end // 12, month=end % 12 + 1, day=1)


def _last(recorded: pd.DataFrame) -> pd.Timestamp:
    placed = recorded.dropna(subset=["borough"])
    return (recorded if placed.empty else placed)["month"].max()


def _why(recorded: pd.DataFrame, months: pd.DatetimeIndex, years: Literal[1, 2]) -> str:
    """Return why no schema has all of these months for anybody."""
    placed = recorded.loc[recorded["borough"].notna(), "month"]
    absent = months[~months.isin(placed)]
    what = (
        f"not published: {months_in_words(absent)}" if len(absent) else "counted in different ways"
    )
    span = {1: "A year to {} needs twelve", 2: "Two years to {} need twenty-four"}[years]
    return (
        f"{span.format(f'{months[-1]:%B %Y}')} months counted in one way; {what}. "
        "Missing months are not zero."
    )


def _lacks(
    own: pd.DataFrame,
    kinds: pd.DataFrame,
    months: pd.DatetimeIndex,
    peers: Sequence[areas.Area],
) -> dict[str, str]:
    """Return what each borough lacks in these months, as a sentence."""
    placed = local(own)
    held = placed.loc[placed["month"].isin(months), ["borough", "month"]].drop_duplicates()
    counted = held["borough"].value_counts()
    short = set(kinds["borough"])
    said = {}
    for name in (area.name for area in peers):
        n = counted.get(name, 0)
        if not n:
            said[name] = f"No offences are held for {name} in these months."
        elif n < len(months):
            absent = months.difference(held.loc[held["borough"] == name, "month"])
            said[name] = f"No offences are held for {name} in {months_in_words(absent)}."
        elif name in short:
            said[name] = _kinds(name, kinds[kinds["borough"] == name], months)
    return said


def _kinds(name: str, absent: pd.DataFrame, months: pd.DatetimeIndex) -> str:
    when = sorted(absent["month"].unique())
    span = "" if len(when) == len(months) else f" in {months_in_words(map(pd.Timestamp, when))}"
    kinds = listed(sorted(absent["kind"].unique()))
    return f"Not published for {name}{span}: {kinds}."
