"""Random numbers: the same for the same seed, and a seed that is none is refused in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import demand, synthetic
from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.stats import ranks


def test_the_same_seed_draws_what_numpy_draws_from_it():
    assert generator(3).random() == np.random.default_rng(3).random()
    assert generator(3, 1).random() == np.random.default_rng([3, 1]).random()
    assert generator(np.int64(3)).random() == generator(3).random()


@pytest.mark.parametrize("seed", ["x", -1, 1.5, True, None, [1]])
@pytest.mark.parametrize(
    "draw",
    [
        generator,
        lambda seed: synthetic.survey(seed),
        lambda seed: ranks.rank_intervals([1.0, 2.0], [0.1, 0.1], seed=seed),
        lambda seed: demand.workload(
            pd.DataFrame(
                {
                    "borough": ["Hackney"],
                    "period": ["year to 2025-11"],
                    "offence_group": ["Burglary"],
                    "offences": [10],
                }
            ),
            demand.assumed_hours(),
            seed=seed,
        ),
    ],
    ids=["generator", "survey", "ranks", "workload"],
)
def test_what_is_no_seed_is_refused_with_what_is_one(seed, draw):
    with pytest.raises(InputError, match=r"seed is .*whole number"):
        draw(seed)
