"""What a panel of few people can bear: whom it misses by chance, and how wide its margin is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import hypergeom

from pvtools.stats._arguments import alike, numbers, refuse, whole_faults

_CANNOT = "Cannot say what a panel can bear"


def chance_of_nobody(
    share: ArrayLike, *, panel: int, population: int | None = None
) -> pd.DataFrame:
    """Return how likely a panel drawn at random has nobody of a group.

    Parameters
    ----------
    share
        The group's share of the people it is drawn from, 0–1.
    panel
        Seats.
    population
        How many people it is drawn from; by default so many that it does not matter.

    Returns
    -------
    pandas.DataFrame
        One row a share: ``share, panel, nobody`` (the chance), ``expected`` (seats on average)
        and ``needed``: seats with which the chance falls to one in twenty, in a large population.

    Raises
    ------
    InputError
        A share outside 0 to 1, no seat, or a panel larger than the population.

    Notes
    -----
    Exact: binomial, or hypergeometric in a population of known size (Fisher 1935, Journal of the
    Royal Statistical Society 98:39–82), where the group is rounded to whole people.

    Examples
    --------
    >>> chance_of_nobody(0.1, panel=12).nobody.round(3).item()
    0.282
    """
    (p,) = (np.atleast_1d(v) for v in alike(_CANNOT, share))
    faults = whole_faults(1, panel=panel)
    if population is not None:
        faults += whole_faults(1, population=population)
        if not faults and panel > population:
            faults.append(f"{panel:,} seats are more than {population:,} people")
    if not ((p >= 0) & (p <= 1)).all():
        faults.append("a share lies between 0 and 1")
    refuse(_CANNOT, faults)
    if population is None:
        nobody = (1 - p) ** panel
    else:
        nobody = hypergeom.pmf(0, population, np.rint(p * population).astype(int), panel)
    with np.errstate(divide="ignore"):
        needed = np.where(p > 0, np.ceil(np.log(0.05) / np.log1p(-p)), np.nan)
    return pd.DataFrame(
        {
            "share": p,
            "panel": panel,
            "nobody": nobody,
            "expected": p * panel,
            "needed": np.where(p == 1, 1, needed),
        }
    )


def left_by_weights(weight: ArrayLike) -> float:
    """Return how many people of equal weight err as little as people of these weights.

    Parameters
    ----------
    weight
        One a person, above zero.

    Raises
    ------
    InputError
        No weight, or one that is not above zero.

    Notes
    -----
    Kish (1965), Survey Sampling: the square of the sum over the sum of squares.

    Examples
    --------
    >>> left_by_weights([1, 1, 2])
    2.6666666666666665
    """
    (w,) = numbers(_CANNOT, weight)
    if w.size == 0 or not ((w > 0) & np.isfinite(w)).all():
        refuse(_CANNOT, ["weights are numbers above zero, one a person"])
    return float(w.sum() ** 2 / (w**2).sum())
