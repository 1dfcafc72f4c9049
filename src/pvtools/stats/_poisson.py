"""The Poisson distribution where counts need not be whole and may be millions."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlogy

from pvtools.stats._arguments import Array

_LARGE = 16  # from here on Stirling's series is as good as a float


def log_mass(k: Array, mean: Array) -> Array:
    """Return the log of a Poisson probability, k whole or not: Loader (2000).

    Large k have Stirling's series and a deviance: three logarithms of millions would cancel.
    """
    found, large = np.empty(k.shape), k >= _LARGE
    found[large] = _of_large(k[large], mean[large])
    small, few = k[~large], mean[~large]
    found[~large] = xlogy(small, few) - few - gammaln(small + 1)
    return found


def _of_large(k: Array, mean: Array) -> Array:
    inverse = 1 / k
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    apart = (mean - k) * inverse
    with np.errstate(divide="ignore"):  # of a mean of zero only none is possible
        deviance = k * (apart - np.log1p(apart))
    return -0.5 * np.log(2 * np.pi * k) - series - deviance
