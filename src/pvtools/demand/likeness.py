"""Which boroughs are alike: in residents, density, and the amount and mix of recorded crime."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.demand.available import available
from pvtools.demand.counts import annual_rate


def features(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return what makes boroughs alike: residents, density, and amount and mix of crime.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.

    Returns
    -------
    pandas.DataFrame
        One row a borough that lacks nothing in the latest year; logarithms of residents, of
        residents per km² and of offences per resident, and each group's share of offences where
        shares differ.
    """
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
