"""Do the intervals of drivers hold what the whole population would show?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import expit

from pvtools.stats import drivers, survey
from validation.study import Goal, Measured, Study, mean

_PREDICTORS = ("fair", "listens", "informed")
_CLUSTERS, _IN_CLUSTER = 60, 15
_POPULATION = 20_000  # clusters; what they show is taken for the truth
_DESIGN = survey.Design(weight="weight", cluster="cluster")


def _people(rng: np.random.Generator, clusters: int) -> pd.DataFrame:
    """Return people of some clusters: three related views, trust in them, and unequal weights."""
    cluster = np.repeat(np.arange(clusters), _IN_CLUSTER)
    rows = len(cluster)
    place = 0.3 * rng.standard_normal((clusters, 4))[cluster]
    common = rng.standard_normal(rows)
    views = {
        name: common + rng.standard_normal(rows) + place[:, i] for i, name in enumerate(_PREDICTORS)
    }
    trust = 0.5 * views["fair"] + 0.25 * views["listens"] + place[:, 3]
    return pd.DataFrame(views).assign(
        trust=trust + 1.5 * rng.standard_normal(rows),
        good=(rng.random(rows) < expit(trust)).astype(int),
        weight=rng.uniform(0.5, 2.0, rows),
        cluster=cluster,
    )


def _covered(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    everyone = _people(rng, _POPULATION)
    asked = {
        "marginal effects, yes or no": (drivers.marginal_effects, "good", {}),
        "marginal effects, number": (drivers.marginal_effects, "trust", {}),
        "Shapley parts, number": (drivers.shapley, "trust", {"n_boot": 100}),
        "Shapley parts, yes or no": (drivers.shapley, "good", {"n_boot": 100}),
    }
    found = {}
    for name, (function, outcome, options) in asked.items():
        few = {"n_boot": 50} if options else {}
        truth = function(everyone, outcome, _PREDICTORS, design=_DESIGN, **few).estimate.to_numpy()
        held = []
        for _ in range(replications):
            people = _people(rng, _CLUSTERS)
            table = function(people, outcome, _PREDICTORS, design=_DESIGN, **options)
            held.append((table.lower <= truth) & (truth <= table.upper))
        inside = np.array(held)
        for i, kind in enumerate(("strong", "weak", "none")):
            found[f"{name}: {kind}"] = mean(inside[:, i])
    return found


_KINDS = ("strong", "weak", "none")
STUDIES = (
    Study(
        "drivers",
        "drivers.marginal_effects, drivers.shapley",
        "900 people in 60 clusters, unequal weights, three related predictors of which one is "
        "strong, one weak and one without an effect of its own; the truth is a population of "
        "300,000",
        _covered,
        tuple(
            Goal(f"{name}: {kind}", "coverage of 95%", 0.92, 0.98)
            for name in (
                "marginal effects, yes or no",
                "marginal effects, number",
                "Shapley parts, number",
                "Shapley parts, yes or no",
            )
            for kind in _KINDS
        ),
        replications=1_000,
        short=60,
        seed=341,
    ),
)
