"""Which boroughs are alike: in residents, density, and the amount and mix of recorded crime."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.demand.available import available
from pvtools.demand.counts import annual_rate
from pvtools.stats import similarity


def most_similar(recorded: pd.DataFrame, *, k: int = 5) -> pd.DataFrame:
    """Return the ``k`` boroughs most like each borough, nearest first.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    k
        How many neighbours.

    Returns
    -------
    pandas.DataFrame
        ``unit, neighbour, order, distance``, as :func:`pvtools.stats.similarity.nearest`; of
        boroughs that lack nothing in the latest year, none where no more than ``k`` do.
    """
    features = _features(recorded)
    if len(features) <= k:
        return pd.DataFrame(columns=["unit", "neighbour", "order", "distance"])
    return similarity.nearest(features, k=k)


def _features(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return logarithms of residents, density and crime a resident, and each group's share."""
    whole = available(recorded).whole
    parts = annual_rate(recorded, by="offence_group")
    parts = parts[parts.area.isin(whole)]
    counts = parts.pivot(index="area", columns="group", values="n").dropna(axis=1)
    counts = counts[counts.sum(axis=1) > 0]
    total = counts.sum(axis=1)
    places = {b.name: b for b in areas.boroughs()}
    residents = pd.Series({name: places[name].residents for name in counts.index})
    area = pd.Series({name: places[name].area_km2 for name in counts.index})
    size = pd.DataFrame(
        {
            "log residents": np.log(residents),
            "log density": np.log(residents / area),
            "log rate": np.log(total / residents),
        }
    )
    mix = counts.div(total, axis=0).add_prefix("share of ")
    return size.join(mix.loc[:, mix.std() > 0])
