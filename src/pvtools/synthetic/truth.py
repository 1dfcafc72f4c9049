"""True values, added up exactly from the chances of every kind of resident."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.estimates import SYNTHETIC
from pvtools.synthetic.layout import Areas

COLUMNS = ("measure", "borough", "level", "period", "by", "group", "true_value", "origin")


def table(
    chance: np.ndarray,
    people: np.ndarray,
    *,
    areas: Areas,
    measures: tuple[str, ...],
    periods: list[str],
    groups: dict[str, tuple[np.ndarray, tuple[str, ...]]],
) -> pd.DataFrame:
    """Return the true share of yes in every area, period and group.

    Parameters
    ----------
    chance
        Chance of a yes: measures × boroughs × periods × kinds of people.
    people
        How many there are of each kind: boroughs × kinds.
    groups
        For each grouping, the group that each kind belongs to (a code) and the groups' names.

    Returns
    -------
    pandas.DataFrame
        ``measure, borough, level, period, by, group, true_value, origin``; ``by`` and ``group``
        are empty for everybody; ``borough`` also holds business areas and London (``level``).
    """
    everybody = {"": (np.zeros(people.shape[1], dtype=int), ("",))}
    yes = chance * people[None, :, None, :]
    parts = [
        _part(yes, people, by, *group, areas, measures, periods)
        for by, group in (everybody | groups).items()
    ]
    return pd.concat(parts, ignore_index=True)


def _part(
    yes: np.ndarray,
    people: np.ndarray,
    by: str,
    codes: np.ndarray,
    names: tuple[str, ...],
    areas: Areas,
    measures: tuple[str, ...],
    periods: list[str],
) -> pd.DataFrame:
    belongs = np.eye(len(names))[codes]  # kinds × groups
    numbers = areas.members @ (people @ belongs)  # areas × groups
    agreed = np.tensordot(areas.members, yes @ belongs, axes=(1, 1))  # areas × measures × …
    share = agreed.transpose(1, 0, 2, 3) / numbers[None, :, None, :]
    measure, area, period, group = (axis.ravel() for axis in np.indices(share.shape))
    return pd.DataFrame(
        {
            "measure": _texts(measures, measure),
            "borough": _texts(areas.names, area),
            "level": _texts(areas.levels, area),
            "period": _texts(periods, period),
            "by": pd.Series([by], dtype="str").repeat(share.size).to_numpy(),
            "group": _texts(names, group),
            "true_value": share.ravel(),
            "origin": pd.Series([SYNTHETIC], dtype="str").repeat(share.size).to_numpy(),
        }
    )


def _texts(names, codes: np.ndarray) -> pd.Series:
    return pd.Series(list(names), dtype="str").take(codes).reset_index(drop=True)
