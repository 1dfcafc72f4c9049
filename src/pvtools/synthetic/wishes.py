"""Made-up priorities of ward panels: a file such as a user would bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.estimates import SYNTHETIC

_EACH = 3  # priorities a panel


def priorities(seed: int, kinds: Sequence[str], *, panels: int = 20) -> pd.DataFrame:
    """Return what made-up ward panels ask for: ``area, priority, source, origin``.

    Each panel names three different kinds; some kinds are made likelier to be named by chance.

    Raises
    ------
    InputError
        Fewer than three kinds, or no panel.
    """
    if len(set(kinds)) < _EACH or panels < 1:
        raise InputError(f"At least {_EACH} kinds and one panel are needed to make up priorities.")
    rng = generator(seed)
    names = np.array(sorted(set(kinds)))
    liking = rng.dirichlet(np.ones(len(names)))
    keys = np.log(liking) + rng.gumbel(size=(panels, len(names)))
    chosen = np.argsort(-keys, axis=1)[:, :_EACH]
    return pd.DataFrame(
        {
            "area": np.repeat([f"Ward {n}" for n in range(1, panels + 1)], _EACH),
            "priority": names[chosen.ravel()],
            "source": "made up",
            "origin": SYNTHETIC,
        }
    )
