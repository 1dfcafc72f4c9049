"""A lottery over panels, and the draw that a published seed makes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats._arguments import Array
from pvtools.stats.sortition._fair import portfolio
from pvtools.stats.sortition._quotas import met_or_refused
from pvtools.stats.sortition._roster import Quotas, Roster, read


@dataclass(frozen=True, slots=True)
class Lottery:
    """Panels that meet the quotas, how likely each is drawn, and so how likely everybody is.

    ``types`` has a row a type of people, with ``volunteers``, expected ``seats`` and the
    ``chance`` of each of them to sit; ``panels`` has a row a panel and a column a type: seats.
    """

    types: pd.DataFrame
    panels: Array
    chances: Array
    roster: Roster

    def draw(self, seed: int | str) -> pd.DataFrame:
        """Return the panel that a published seed draws: a row a person, with their ``chance``.

        Only the seed, the portfolio and people's names decide: whoever has them can draw it again
        in any language. The panel is the one at which the cumulated chances pass the first 13
        hexadecimal digits of the SHA-256 of the seed, as a fraction; within a type those sit
        whose SHA-256 of ``seed:name`` is lowest.

        Raises
        ------
        InputError
            A seed that is neither a whole number nor a text.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | str) or not str(seed).strip():
            raise InputError(f"A seed is a whole number or a text to publish, found {seed!r}.")
        point = int(_hash(str(seed))[:13], 16) / 16**13
        number = int(np.searchsorted(np.cumsum(self.chances), point, side="right"))
        panel = self.panels[min(number, len(self.panels) - 1)].astype(int)
        rows = [
            (person, kind)
            for kind, people in enumerate(self.roster.members)
            if panel[kind]
            for person in sorted(people, key=lambda name: _hash(f"{seed}:{name}"))[: panel[kind]]
        ]
        names, kinds = zip(*rows, strict=True)
        columns = list(self.roster.types)
        table = self.types.loc[list(kinds), [*columns, "chance"]]
        return table.set_axis(pd.Index(names, name="person")).sort_index(key=lambda i: i.map(str))

    def met(self, drawn: pd.DataFrame) -> pd.DataFrame:
        """Return the quotas beside the ``seats`` that each category has on a panel drawn."""
        quotas = self.roster.quotas
        seats = [
            int((drawn[column] == category).sum())
            for column, category in zip(quotas["column"], quotas["category"], strict=True)
        ]
        return quotas.assign(seats=seats)


def lottery(pool: pd.DataFrame, quotas: Quotas, *, panel: int) -> Lottery:
    """Return the fairest lottery over the panels that meet the quotas.

    Parameters
    ----------
    pool
        One row a volunteer, named by the index; a column for each thing with quotas.
    quotas
        For each column the fewest and the most seats of every category:
        ``{"sex": {"female": (5, 7), "male": (5, 7)}}``.
    panel
        How many seats there are.

    Returns
    -------
    Lottery
        The chance of every type of people and the panels it is made of; ``draw(seed)`` draws one.

    Raises
    ------
    InputError
        Everything wrong with the roster; or quotas that no panel meets: those that conflict, and
        the nearest that can be met.

    Notes
    -----
    Leximin: the lowest chance is as high as the quotas allow, then the next lowest, and so on, as
    Flanigan, Gölz, Gupta, Hennig and Procaccia (2021), Nature 596:548–552, propose; own code.
    People who share every category have equal chances at the optimum, so types of people are
    solved for, not people: the size of the pool does not matter. The lowest chance, the highest
    and every one between are exact to about 1e-7.

    Examples
    --------
    >>> pool = pd.DataFrame({"sex": ["f", "m", "m", "m"]}, index=list("abcd"))
    >>> lots = lottery(pool, {"sex": {"f": (1, 1), "m": (1, 1)}}, panel=2)
    >>> lots.types.chance.round(3).tolist(), lots.draw(seed=1).index[0]
    ([1.0, 0.333], 'a')
    """
    roster = read(pool, quotas, panel)
    met_or_refused(roster)
    panels, chances = portfolio(roster)
    seats = chances @ panels
    types = roster.types.assign(
        volunteers=roster.size.astype(int), seats=seats, chance=seats / roster.size
    )
    return Lottery(types, panels, chances, roster)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
