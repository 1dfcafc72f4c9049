"""One unit was treated: what would have become of it, judged by a mix of the others?"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from pvtools.stats._arguments import Array, floats, level_faults, place_faults, refuse, some

_CANNOT = "Cannot build a synthetic control"
_FEWEST_UNITS, _FEWEST_BEFORE = 3, 6
_SUM_TO_ONE = 1e4  # how heavily the sum of weights counts against the fit
_TIES = 1e-9


def effect(
    outcomes: pd.DataFrame, *, treated: Hashable, start: object, level: float = 0.95
) -> pd.DataFrame:
    """Return what changed in the one unit that was treated, against a weighted mean of the others.

    Parameters
    ----------
    outcomes
        A row a period, in order, and a column a unit. Effects are on the scale given; for counts
        give logarithms.
    treated
        The unit that was treated.
    start
        Its first period under treatment; six periods or more before it.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (mean over the periods from the start), ``lower, upper, p_value``,
        ``fit`` (root mean square of what is left before the start), ``rank`` (the unit's place by
        effect over fit, 1 the largest), ``units``, ``weights`` (units and weights above 1%, as
        text). The interval is missing where so few units cannot reject at this level: 95% needs
        twenty.

    Raises
    ------
    InputError
        Missing values, an unknown unit or start, fewer than three units, fewer than six periods
        before the start, a level outside 0–1, or a level of the unit that never varies.

    Notes
    -----
    Abadie, Diamond and Hainmueller (2010), JASA 105:493–505, without covariates and with a level of
    the unit's own (Doudchenko and Imbens 2016; Ferman and Pinto 2021, Quantitative Economics
    12:1197–1221): a busy borough need not be a mean of quiet ones. Each other unit is treated as if
    it had been the one, without the treated one among its donors; p is the unit's place among all
    by the size of the effect over its fit before, and the interval the effects that this rejects
    not.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> units = pd.DataFrame(rng.normal(size=(24, 20)) + rng.normal(size=(24, 1)))
    >>> units.loc[12:, 0] += 5
    >>> found = effect(units, treated=0, start=12)
    >>> found[["p_value", "rank"]].values.tolist()
    [[0.05, 1.0]]
    """
    values, place, before = _checked(outcomes, treated, start, level)
    own, fit, weights = _gap(values, place, None, before)
    others = [i for i in range(values.shape[1]) if i != place]
    placebos = [_gap(values, i, place, before)[:2] for i in others]
    sizes = np.array([abs(e) / f if f > 0 else np.inf * (e != 0) for e, f in placebos])
    sizes = np.nan_to_num(sizes, nan=0.0)
    reached = int((sizes >= abs(own) / fit * (1 - _TIES)).sum())
    units = values.shape[1]
    rejected = int(round((1 - level) * units, 9))  # places that this level rejects
    half = np.sort(sizes)[::-1][rejected - 1] * fit if rejected else np.nan
    half = half if np.isfinite(half) else np.nan
    donors = outcomes.columns.delete(place)
    named = sorted(zip(weights, donors, strict=True), key=lambda pair: -pair[0])
    return pd.DataFrame(
        {
            "estimate": [own],
            "lower": own - half,
            "upper": own + half,
            "p_value": (1 + reached) / units,
            "fit": fit,
            "rank": 1 + reached,
            "units": units,
            "weights": "; ".join(f"{name} {w:.0%}" for w, name in named if w > 0.01),
        }
    )


def _gap(values: Array, place: int, apart: int | None, before: int) -> tuple[float, float, Array]:
    """Return the mean gap after the start, the fit before it, and the donors' weights."""
    donors = np.delete(values, [place] if apart is None else [place, apart], axis=1)
    own = values[:, place]
    level, levels = own[:before].mean(), donors[:before].mean(axis=0)
    shifted, target = donors[:before] - levels, own[:before] - level
    heavy = _SUM_TO_ONE * max(np.abs(shifted).max(), 1e-12)
    weights, _ = nnls(
        np.vstack([shifted, np.full(donors.shape[1], heavy)]), np.append(target, heavy)
    )
    weights /= weights.sum()
    gap = own - level - (donors - levels) @ weights
    return float(gap[before:].mean()), float(np.sqrt((gap[:before] ** 2).mean())), weights


def _checked(
    outcomes: pd.DataFrame, treated: Hashable, start: object, level: float
) -> tuple[Array, int, int]:
    faults = level_faults(level)
    values = floats(outcomes) if isinstance(outcomes, pd.DataFrame) else None
    if values is None:
        refuse(_CANNOT, [*faults, "outcomes are a DataFrame of numbers, a column a unit"])
    if not outcomes.index.is_monotonic_increasing or not outcomes.index.is_unique:
        refuse(_CANNOT, [*faults, "periods are in order, each once"])
    if not outcomes.columns.is_unique:
        faults.append(
            f"a unit stands twice: {some(outcomes.columns[outcomes.columns.duplicated()])}"
        )
    elif treated not in outcomes.columns:
        faults.append(f"there is no unit {treated!r}")
    if len(outcomes.columns) < _FEWEST_UNITS:
        faults.append(f"{_FEWEST_UNITS} units or more are needed, found {len(outcomes.columns)}")
    if not np.isfinite(values).all():
        faults.append("every unit has a finite number in every period")
    if odd := place_faults(outcomes.index, start):
        refuse(_CANNOT, [*faults, *odd])
    before = int(outcomes.index.searchsorted(start))
    if before < _FEWEST_BEFORE or before >= len(outcomes):
        faults.append(
            f"{_FEWEST_BEFORE} periods or more lie before the start and one after it, found "
            f"{before} and {len(outcomes) - before}"
        )
    refuse(_CANNOT, faults)
    place = outcomes.columns.get_loc(treated)
    if np.ptp(values[:before, place]) == 0:
        refuse(_CANNOT, [f"{treated!r} does not vary before the start"])
    return values, place, before
