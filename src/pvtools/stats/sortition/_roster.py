"""A pool of volunteers and its quotas, read and checked: people of one type are interchangeable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from pvtools.stats._arguments import Array, is_whole, refuse, some, whole_faults

#: For each column, the fewest and the most seats of every category.
Quotas = Mapping[str, Mapping[object, tuple[int, int]]]
_CANNOT = "Cannot draw a panel"


@dataclass(frozen=True, slots=True)
class Roster:
    """Types of people (all that share a category in every column), and quotas over them."""

    types: pd.DataFrame  # a row a type, a column a quota column
    members: tuple[tuple[object, ...], ...]  # who is of each type, in order of their names
    size: Array  # people of each type
    quotas: pd.DataFrame  # column, category, least, most, volunteers
    rows: Array  # quotas by types: 1 where a type counts towards a quota
    panel: int

    def bounds(self, least: Array, most: Array) -> list[LinearConstraint]:
        """Return that the panel is full, and holds so many of each quota."""
        ones = np.ones((1, len(self.size)))
        return [
            LinearConstraint(ones, self.panel, self.panel),
            LinearConstraint(self.rows, least, most),
        ]

    def best(self, worth: Array, *, low: Array | None = None, high: Array | None = None,
             least: Array | None = None, most: Array | None = None,
             gap: float = 0.0) -> Array | None:  # fmt: skip
        """Return how many of each type sit on the panel of most worth, or None if there is none.

        Seats of a type lie between ``low`` and ``high``, those of a quota between ``least`` and
        ``most``; by default as the pool and the quotas allow.
        """
        found = milp(
            -worth,
            integrality=np.ones(len(self.size)),
            bounds=Bounds(
                np.zeros(len(self.size)) if low is None else low,
                self.size if high is None else high,
            ),
            constraints=self.bounds(
                self.quotas.least.to_numpy() if least is None else least,
                self.quotas.most.to_numpy() if most is None else most,
            ),
            options={"mip_rel_gap": gap},
        )
        return None if found.x is None else np.rint(found.x)


def read(pool: pd.DataFrame, quotas: Quotas, panel: int) -> Roster:
    """Return the types of a pool and its quotas, or everything that is wrong with them."""
    faults = whole_faults(1, panel=panel)
    if not isinstance(pool, pd.DataFrame) or not isinstance(quotas, Mapping) or not quotas:
        faults.append("a pool is a table, quotas name at least one of its columns")
        refuse(_CANNOT, faults)
    if twice := pool.index[pool.index.duplicated()].unique().tolist():
        faults.append(f"{some(twice)} stands in the pool more than once")
    if pool.index.isna().any():
        faults.append(f"{pool.index.isna().sum():,} people in the pool have no name or number")
    if is_whole(panel) and len(pool) < panel:
        faults.append(f"{panel:,} seats, and only {len(pool):,} people in the pool")
    seats = [
        row
        for column, categories in quotas.items()
        for row in _of_column(pool, column, categories, panel, faults)
    ]
    refuse(_CANNOT, faults)
    return _grouped(pool, pd.DataFrame(seats), panel)


def _of_column(
    pool: pd.DataFrame, column: str, categories: object, panel: int, faults: list[str]
) -> list[dict]:
    """Return a row a category; what is wrong is added to ``faults``."""
    if column not in pool:
        faults.append(f"the pool has no column {column!r}; it has {some(pool.columns)}")
        return []
    if not isinstance(categories, Mapping) or not categories:
        faults.append(f"the quotas of {column!r} give (fewest, most) for every category")
        return []
    if absent := int(pool[column].isna().sum()):
        faults.append(f"{column!r} is missing for {absent:,} people")
    held = pool[column].value_counts()
    if strange := [one for one in held.index if one not in categories]:
        faults.append(f"{column!r} has no quota for {some(map(repr, strange))}")
    found = []
    for category, pair in categories.items():
        name = f"{column} {category!r}"
        if not (
            isinstance(pair, tuple | list)
            and len(pair) == 2
            and all(is_whole(one) for one in pair)
            and 0 <= pair[0] <= pair[1]
        ):
            faults.append(f"the quota of {name} is (fewest, most), found {pair!r}")
            continue
        volunteers = int(held.get(category, 0))
        found.append(
            {
                "column": column,
                "category": category,
                "least": int(pair[0]),
                "most": int(pair[1]),
                "volunteers": volunteers,
            }
        )
    if len(found) == len(categories) and is_whole(panel):
        least, most = (sum(row[end] for row in found) for end in ("least", "most"))
        if not least <= panel <= most:
            faults.append(
                f"the quotas of {column!r} hold {least:,} to {most:,} seats, "
                f"and the panel {panel:,}"
            )
    return found


def _grouped(pool: pd.DataFrame, seats: pd.DataFrame, panel: int) -> Roster:
    of = {column: rows.category.tolist() for column, rows in seats.groupby("column", sort=False)}
    codes = pd.DataFrame(
        {column: pd.Categorical(pool[column], held).codes for column, held in of.items()},
        index=pool.index,
    )
    groups = {key: part.index for key, part in codes.groupby(list(of))}
    types = pd.DataFrame(
        {column: [held[key[at]] for key in groups] for at, (column, held) in enumerate(of.items())}
    )
    rows = np.array(
        [(types[row.column] == row.category).to_numpy() for row in seats.itertuples()],
        dtype=float,
    )
    members = tuple(tuple(sorted(people, key=str)) for people in groups.values())
    size = np.array([len(people) for people in members], dtype=float)
    return Roster(types, members, size, seats, rows, int(panel))
