"""Made-up priorities of ward panels: a file such as a user would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.estimates import SYNTHETIC

_EACH = 3  # priorities a panel


def priorities(seed: int, demanded: pd.Series, *, panels: int = 20) -> pd.DataFrame:
    """Return what made-up ward panels ask for: ``area, priority, source, origin``.

    Each panel names three different kinds of ``demanded`` (a number by kind, above zero). What is
    demanded more is likelier to be named, loosely: by its square root, times luck.

    Raises
    ------
    InputError
        Fewer than three kinds, a number that is not above zero, or no panel.
    """
    if len(demanded) < _EACH or not (demanded > 0).all() or panels < 1:
        raise InputError(
            f"To make up priorities takes a panel and {_EACH} kinds or more, each with a number "
            f"above zero; found {panels} and {demanded.to_dict()}."
        )
    rng = generator(seed)
    kinds = demanded.sort_index()
    liking = np.log(kinds.to_numpy(dtype=float)) / 2 + rng.normal(0, 0.5, len(kinds))
    keys = liking + rng.gumbel(size=(panels, len(kinds)))
    chosen = np.argsort(-keys, axis=1)[:, :_EACH]
    return pd.DataFrame(
        {
            "area": np.repeat([f"Ward {n}" for n in range(1, panels + 1)], _EACH),
            "priority": kinds.index.to_numpy()[chosen.ravel()],
            "source": "made up",
            "origin": SYNTHETIC,
        }
    )
