"""What a large self-selected sample is worth: the random sample of the same error."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pvtools.stats._arguments import alike, refuse

_CANNOT = "Cannot weigh a self-selected sample"


def effective_size(
    answered: ArrayLike, population: ArrayLike, correlation: ArrayLike
) -> np.ndarray:
    """Return how large a random sample has the same mean squared error.

    Parameters
    ----------
    answered, population
        People who answered, and people there are: more than answered.
    correlation
        Between answering and what is asked, over everybody; not zero, −1 to 1.

    Returns
    -------
    numpy.ndarray
        Effective sizes, in the shape of the arguments.

    Raises
    ------
    InputError
        Sizes that cannot be, or a correlation that is zero or outside −1 to 1.

    Notes
    -----
    Meng (2018), Annals of Applied Statistics 12:685–726: with the share f that answered, the
    error is ρ·√((1 − f)/f) standard deviations, that of f/(1 − f)/ρ² people at random, less the
    correction for a finite population. A random sample has ρ² of 1/(N − 1) on average, and is
    worth its own size.

    Examples
    --------
    >>> effective_size(1_000_000, 10_000_000, 0.05).round(1).item()
    44.4
    """
    n, whole, rho = alike(_CANNOT, answered, population, correlation)
    faults = []
    if not ((n > 0) & (n < whole) & np.isfinite(whole)).all():
        faults.append("more than none and fewer than all people answer")
    if not ((rho != 0) & (np.abs(rho) <= 1)).all():
        faults.append("a correlation lies between −1 and 1 and is not zero")
    refuse(_CANNOT, faults)
    worth = n / (whole - n) / rho**2
    return worth / (1 + (worth - 1) / (whole - 1))
