"""Well-being: the mean answers that are published by borough."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates

_SOURCE = "wellbeing_by_year"


def wellbeing(published: pd.DataFrame, measure: str = "anxiety") -> pd.DataFrame:
    """Return the mean answer to a question on well-being, by borough and for London.

    Parameters
    ----------
    published
        ``measure, borough, year, mean_answer``, as ``tables.published("wellbeing_by_year")``.
    measure
        A question of the table.

    Returns
    -------
    pandas.DataFrame
        Estimate table without intervals: the sampling error is not published. London is the mean of
        its boroughs by their residents, in the years that all of them have.

    Examples
    --------
    >>> from pvtools import tables
    >>> found = wellbeing(tables.published("wellbeing_by_year"))
    >>> round(float(estimates.pick(found, area="London", period="year to 2021-12").estimate), 2)
    3.27
    """
    residents = pd.Series({area.name: area.residents for area in areas.boroughs()})
    own = published[(published.measure == measure) & published.borough.isin(residents.index)]
    wide = own.pivot(index="year", columns="borough", values="mean_answer")[residents.index]
    wide[areas.LONDON] = wide.mul(residents).sum(axis=1, skipna=False) / residents.sum()
    table = wide.reset_index().melt("year", var_name="area", value_name="estimate").dropna()
    return estimates.table(
        table.assign(period=[f"year to {year}-12" for year in table.year]).drop(columns="year"),
        measure=measure,
        quantity="level",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        n=np.nan,
        method="mean answer as published",
        source=_SOURCE,
        caveat="The sampling error is not published.",
    )
