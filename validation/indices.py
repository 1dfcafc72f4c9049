"""Does a composite index say how far its ranks can be trusted?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.stats import composite, small_area
from validation.study import Goal, Measured, Miss, Study, mean

_AREAS, _INDICATORS, _DRAWS = 32, 10, 1_000
_NAMES = [f"indicator {i}" for i in range(_INDICATORS)]
_SCALE = pd.DataFrame({"mean": 0.0, "sd": 1.0}, _NAMES)
_CONCENTRATION = 50.0


def _rules() -> composite.Framework:
    return composite.framework(dict.fromkeys(_NAMES, 1), base=_SCALE, normalisation="z")


def _truth(spread: float, rng: np.random.Generator) -> np.ndarray:
    """Return true values that share half their variance, so that the index means something."""
    shared = rng.standard_normal((_AREAS, 1))
    return spread * (shared + rng.standard_normal((_AREAS, _INDICATORS))) / np.sqrt(2)


def _ranks(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    rules = _rules()
    inside: dict[str, list[float]] = {}
    for i in range(replications):
        for spread in (0.25, 0.5, 1.0):
            truth = _truth(spread, rng)
            seen = truth + rng.standard_normal(truth.shape)
            weights = rng.dirichlet(np.full(_INDICATORS, _CONCENTRATION / _INDICATORS))
            equal = np.full(_INDICATORS, 1 / _INDICATORS)
            vary = composite.Alternatives(concentration=_CONCENTRATION)
            for name, choice, true_weights in (
                ("", None, equal),
                (", weights in doubt", vary, weights),
            ):
                held = _held(seen, np.ones_like(seen), rules, choice, truth @ true_weights, i)
                inside.setdefault(f"spread {spread:g} × error{name}", []).append(held)
            drawn_in = [small_area.fay_herriot(one, np.ones(_AREAS)) for one in seen.T]
            value, error = (
                np.column_stack([one[column] for one in drawn_in])
                for column in ("estimate", "stderr")
            )
            held = _held(value, error, rules, None, truth @ equal, i)
            inside.setdefault(f"spread {spread:g} × error, shrunken", []).append(held)
    return {name: mean(held) for name, held in inside.items()}


def _held(
    value: np.ndarray,
    error: np.ndarray,
    rules: composite.Framework,
    vary: composite.Alternatives | None,
    truth: np.ndarray,
    seed: int,
) -> float:
    """Return the share of areas whose true rank lies in its interval."""
    drawn = composite.draws(
        pd.DataFrame(value, columns=_NAMES),
        pd.DataFrame(error, columns=_NAMES),
        rules,
        vary,
        seed=seed,
        n=_DRAWS,
    )
    table = composite.rank_intervals(drawn, level=0.9)
    place = 1 + np.argsort(np.argsort(-truth))
    return float(((table.rank_lower <= place) & (place <= table.rank_upper)).mean())


def _pairs(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    rules = _rules()
    found: dict[str, list[float]] = {}
    for i in range(replications):
        for kind, apart in (("all alike", 0.0), ("two halves", 4.0)):
            level = apart / np.sqrt(_INDICATORS) * (np.arange(_AREAS) < _AREAS / 2)
            seen = level[:, None] + rng.standard_normal((_AREAS, _INDICATORS))
            drawn = composite.draws(
                pd.DataFrame(seen, columns=_NAMES),
                pd.DataFrame(np.ones_like(seen), columns=_NAMES),
                rules,
                seed=i,
                n=4 * _DRAWS,
            )
            table = composite.pairs(drawn)
            real = level[table.one] > level[table.other]  # the first half comes first
            for column, name in (
                ("distinguishable_adjusted", "adjusted"),
                ("distinguishable", "not adjusted"),
            ):
                called = table[column].to_numpy()
                wrong = called & ~(real & (table.probability > 0.5).to_numpy())
                found.setdefault(f"{kind}, {name}", []).append(wrong.sum() / max(called.sum(), 1))
                if kind == "two halves":
                    found.setdefault(f"seen, {name}", []).append(called[real].mean())
    return {name: mean(values) for name, values in found.items()}


_COVERAGE = "share of true ranks inside, 90% asked"
_TOO_SPREAD = Miss(
    "Estimates of areas that differ less than their errors are more spread out than the truth, and "
    "so are their ranks. Estimates that a small-area model has drawn in do not have this fault.",
    0.75,
    0.87,
)
_WHOLE = Miss(
    "On the safe side. A rank is a whole number, so an interval of ranks holds more than is asked.",
    0.87,
    0.96,
)
_DRAWN_IN = Miss(
    "On the safe side. Ranks are whole numbers, and a model of one indicator alone does not know "
    "what the other indicators tell about an area.",
    0.87,
    0.99,
)
_RANKS = (
    ("spread 0.25 × error", _TOO_SPREAD),
    ("spread 0.5 × error", None),
    ("spread 1 × error", None),
    ("spread 0.25 × error, weights in doubt", _TOO_SPREAD),
    ("spread 0.5 × error, weights in doubt", None),
    ("spread 1 × error, weights in doubt", _WHOLE),
    ("spread 0.25 × error, shrunken", None),
    ("spread 0.5 × error, shrunken", _DRAWN_IN),
    ("spread 1 × error, shrunken", _DRAWN_IN),
)
_FALSE = "share of pairs called distinguishable that are not, or are the other way round"
_SEEN = "share of pairs of areas from different halves that are called distinguishable"

STUDIES = (
    Study(
        "index-ranks",
        "composite.rank_intervals",
        f"32 areas, {_INDICATORS} indicators that share half their variance, equal weights; in a "
        "second run the true weights are drawn from the same distribution as those of the index; "
        "in a third a small-area model draws each indicator in first",
        _ranks,
        tuple(Goal(name, _COVERAGE, 0.87, 0.94, miss) for name, miss in _RANKS),
        120,
        10,
        1201,
    ),
    Study(
        "index-pairs",
        "composite.pairs",
        f"32 areas, {_INDICATORS} indicators; all areas alike, or two halves whose true scores "
        "differ by 4 standard errors of a score",
        _pairs,
        (
            Goal("all alike, adjusted", _FALSE, 0.0, 0.05),
            Goal("all alike, not adjusted", _FALSE),
            Goal("two halves, adjusted", _FALSE, 0.0, 0.05),
            Goal("two halves, not adjusted", _FALSE),
            Goal("seen, adjusted", _SEEN, 0.62, 0.72),
            Goal("seen, not adjusted", _SEEN, 0.78, 0.83),
        ),
        150,
        20,
        1202,
    ),
)
