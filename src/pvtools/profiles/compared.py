"""Two or three areas beside each other, as the exhibits the dashboard shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from pathlib import Path

import pandas as pd

from pvtools import areas, confidence, exhibits
from pvtools.errors import UsageError
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.profiles import everywhere, glance
from pvtools.profiles.gathered import Gathered

_MOST = 3


def compare(*names: str, data_dir: str | Path | None = None) -> Compared:
    """Return two or three areas set beside each other.

    Parameters
    ----------
    names
        London or boroughs, by name, code or slug in any case.
    data_dir
        A data folder; the project's own by default.

    Raises
    ------
    UsageError
        No such area, or not two or three different ones.
    DataError
        A file in the data folder is not what it should be.
    """
    found = list(dict.fromkeys(areas.find_reported(name) for name in names))
    if not 1 < len(found) <= _MOST:
        raise UsageError(f"Name two or three different areas to compare, not {len(found)}.")
    # London last: a borough is set beside it, not it beside a borough
    found.sort(key=lambda area: area.is_london)
    every = everywhere.of(data_dir)
    return Compared([Gathered(area, every) for area in found])


class Compared:
    """Everything that is shown of two or three areas, made when first asked for."""

    def __init__(self, of: list[Gathered]) -> None:
        self._of = of
        self.names = [one.area.name for one in of]

    @cached_property
    def glance(self) -> Ledger:
        """The indicators of each beside those of the others and of London."""
        return exhibits.glance.compared(glance.indicators(self._of[0]), self.names)

    @cached_property
    def opinions(self) -> list[Exhibit | Notice]:
        """What residents of each say beside those of each other, a pair at a time."""
        asked = [*self._answers()]
        if not asked:
            return [
                exhibits.absent(
                    "What residents say cannot be compared",
                    "No question of the survey is held of all of them in one wave.",
                    source=self._of[0].survey,
                )
            ]
        boroughs = [one for one in self._of if not one.area.is_london]
        found = []
        if pairs := [*combinations([one.area.name for one in boroughs], 2)]:
            found.append(confidence.differences(asked, pairs))
        if len(boroughs) < len(self._of):
            # the verdicts of their reports, for which all boroughs are tested
            found += [self._beside_london(one) for one in boroughs]
        pairs = pd.concat(found, ignore_index=True).groupby(["area", "against"], sort=False)
        return [exhibits.confidence.pair(rows, source=self._of[0].survey) for _, rows in pairs]

    @staticmethod
    def _beside_london(one: Gathered) -> pd.DataFrame:
        """Return how far a borough lies from London on each question held of both."""
        held = [key for key in one.asked if not one.no_share(key, london=True)]
        rows = pd.concat([one.apart(key) for key in held], ignore_index=True)
        return rows[rows.area == one.area.name].assign(against=areas.LONDON)

    def _answers(self) -> Iterator[pd.DataFrame]:
        """Yield each question of which a wave holds all the areas, up to the last such wave."""
        for shares in self._of[0].asked.values():
            held = shares[shares.area.isin(self.names)].groupby("period").area.nunique()
            whole = held.index[held == len(self.names)]
            if len(whole):
                yield shares[shares.period <= max(whole)]
