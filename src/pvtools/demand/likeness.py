"""Which boroughs are alike: in residents, density and deprivation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.stats import similarity


def most_similar(deprivation: pd.DataFrame, *, k: int = 5) -> pd.DataFrame:
    """Return the ``k`` boroughs most like each borough, nearest first.

    Parameters
    ----------
    deprivation
        ``borough`` and ``score``, the average score of the Index of Multiple Deprivation, as
        ``tables.published("deprivation_2019")`` gives it.
    k
        How many neighbours.

    Returns
    -------
    pandas.DataFrame
        ``unit, neighbour, order, distance``, as :func:`pvtools.stats.similarity.nearest`.

    Raises
    ------
    InputError
        A borough without a score, or fewer boroughs than ``k + 1``.

    Notes
    -----
    Logarithms of residents and of residents per km², and the score, each of equal weight. What is
    to be compared, such as the amount of crime, is no part of it; deprivation leans a little on
    recorded crime, one of its seven domains.

    Examples
    --------
    >>> from pvtools import tables
    >>> near = most_similar(tables.published("deprivation_2019"), k=3)
    >>> near[near.unit == "Hackney"].neighbour.tolist()
    ['Tower Hamlets', 'Islington', 'Haringey']
    """
    places = areas.boroughs()
    residents = np.array([place.residents for place in places], dtype=float)
    features = pd.DataFrame(
        {
            "log residents": np.log(residents),
            "log density": np.log(residents / [place.area_km2 for place in places]),
            "deprivation": deprivation.set_index("borough")
            .score.reindex([place.name for place in places])
            .to_numpy(dtype=float),
        },
        index=[place.name for place in places],
    )
    return similarity.nearest(features, k=k)
