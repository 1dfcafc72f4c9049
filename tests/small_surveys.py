"""A small invented survey, the same on every machine, and errors by brute force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pvtools.stats import survey

DESIGN = survey.Design(weight="weight", stratum="stratum", cluster="cluster")


def respondents() -> pd.DataFrame:
    """Return 284 invented people in 4 strata and 22 clusters, the same on every machine."""
    count = 284
    steps = (0.6180339887, 0.7548776662, 0.5698402910, 0.8191725134, 0.4142135624)
    u1, u2, u3, u4, u5 = (np.arange(1, count + 1) * step % 1.0 for step in steps)
    stratum = np.arange(count) * 4 // count
    cluster = (np.arange(count) // 13) % (5 + stratum % 2)
    lean = ((stratum * 7 + cluster * 3) % 5 - 2) / 8
    age = np.array(["16-34", "35-64", "65+"])[(u3 * 3).astype(int)]
    x = 4 * u4 - 2
    return pd.DataFrame(
        {
            "stratum": [f"s{number}" for number in stratum],
            "cluster": [f"c{number}" for number in cluster],
            "age": age,
            "x": np.round(x, 3),
            "yes": (u1 + lean - 0.15 * (age == "65+") + 0.05 * x < 0.55).astype(float),
            "score": np.round(50 + 10 * stratum + 20 * lean + 30 * u2, 2),
            "weight": np.round(0.3 + 2.4 * u5**2, 3),
            "wave": np.where((u2 * 100).astype(int) % 2 == 0, "2021", "2022"),
        }
    )


def jackknife(data: pd.DataFrame, statistic: Callable[[pd.DataFrame], np.ndarray]) -> np.ndarray:
    """Return standard errors from leaving out one cluster at a time."""
    whole, squared = statistic(data), 0.0
    for stratum, part in data.groupby("stratum"):
        clusters = part.cluster.unique()
        factor = len(clusters) / (len(clusters) - 1)
        for cluster in clusters:
            here = data.stratum == stratum
            weight = data.weight.where(~here, data.weight * factor)
            weight = weight.where(~(here & (data.cluster == cluster)), 0.0)
            squared = squared + (statistic(data.assign(weight=weight)) - whole) ** 2 / factor
    return np.sqrt(squared)
