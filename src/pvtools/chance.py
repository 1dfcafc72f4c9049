"""Random numbers, the same for the same seed."""

from __future__ import annotations

import numbers

import numpy as np

from pvtools.errors import InputError


def generator(*seed: object) -> np.random.Generator:
    """Return random numbers that a seed, of one or several whole numbers, makes again.

    Raises
    ------
    InputError
        A seed is not a whole number, 0 or more.
    """
    for one in seed:
        if not isinstance(one, numbers.Integral) or isinstance(one, bool) or one < 0:
            raise InputError(f"A seed is a whole number, 0 or more, found {one!r}.")
    return np.random.default_rng([int(one) for one in seed] if len(seed) > 1 else int(*seed))
