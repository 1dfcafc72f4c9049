"""Most similar units: the nearest by a profile of features, with the distances shown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.stats._arguments import numbers, refuse, whole_faults


def nearest(features: pd.DataFrame, *, k: int = 5) -> pd.DataFrame:
    """Return the ``k`` units most like each unit, nearest first.

    Parameters
    ----------
    features
        One row a unit (the index names it), one numeric column a feature; none missing.
    k
        How many neighbours.

    Returns
    -------
    pandas.DataFrame
        Columns ``unit, neighbour, order, distance``. The distance is Euclidean after each
        feature is scaled to unit standard deviation, divided by the root of the number of
        features: 1 is a typical difference of one standard deviation on every feature.

    Raises
    ------
    InputError
        Missing values, features that do not vary, or fewer than ``k + 1`` units.

    Notes
    -----
    As the families of similar areas that the Home Office compares (Leigh, Arnott, Clarke and See
    2000, Family Values, Home Office), but each unit has neighbours of its own, and their distances
    are shown. All features have equal weight.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [0, 1, 5]}, index=["a", "b", "c"])
    >>> nearest(table, k=1).neighbour.tolist()
    ['b', 'a', 'b']
    """
    refuse("Cannot find similar units", whole_faults(1, k=k))
    if not isinstance(features, pd.DataFrame):
        refuse("Cannot find similar units", [f"features are a table, found {features!r}"])
    faults = []
    (values,) = numbers("Cannot find similar units", features)
    names = features.columns.astype("str")
    if len(features) <= k:
        faults.append(f"{k} neighbours need more than {k} units, found {len(features)}")
    if not np.isfinite(values).all():
        gaps = names[~np.isfinite(values).all(axis=0)]
        faults.append(f"missing or infinite values in {', '.join(gaps)}")
    else:
        flat = names[values.std(axis=0) == 0] if len(values) else []
        if len(flat):
            faults.append(f"no variation in {', '.join(flat)}")
    refuse("Cannot find similar units", faults)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    apart = scaled[:, None, :] - scaled[None, :, :]
    distance = np.sqrt((apart**2).mean(axis=2))
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    units = features.index.to_numpy()
    return pd.DataFrame(
        {
            "unit": np.repeat(units, k),
            "neighbour": units[order].ravel(),
            "order": np.tile(np.arange(1, k + 1), len(units)),
            "distance": np.take_along_axis(distance, order, axis=1).ravel(),
        }
    )
