"""How evenly people of all kinds answered: the R-indicator, and whose part in it is largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from pvtools.stats._arguments import Array, level_faults, numbers, refuse, some, whole_faults
from pvtools.stats._logit import Subsets

_CANNOT = "Cannot say how representative the answers are"


def indicator(
    cells: pd.DataFrame,
    auxiliary: Sequence[str],
    *,
    population: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the R-indicator of those who answered: 1 where all kinds answer equally often.

    Parameters
    ----------
    cells
        One row a kind of people: the columns ``auxiliary``, ``asked`` (how many there are, in the
        sample or, from a census, everybody) and ``answered``.
    auxiliary
        Columns that tell kinds of people apart; their main effects make the model.
    population
        How many people those asked were drawn from at random; those asked are everybody by
        default.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper, stderr, unadjusted`` (before correction for bias),
        ``rate`` (share that answered), ``variation`` (spread of the chances to answer over their
        mean; it compares panels of any size), ``n, method, caveat``.

    Raises
    ------
    InputError
        Columns that are missing, counts that cannot be, nobody or everybody answering, no level.

    Notes
    -----
    R = 1 − 2·S with S the spread of response propensities (Schouten, Cobben and Bethlehem 2009,
    Survey Methodology 35:101–113), from a logistic model. Bias correction and variance are those
    of Shlomo, Skinner and Schouten (2012), Journal of Statistical Planning and Inference
    142:201–211. The interval is made for S² and turned round, since S is cut off at zero. Where
    few answer, S is small whoever they are, and R near 1: read ``variation`` then.

    Examples
    --------
    >>> cells = pd.DataFrame({"sex": ["f", "m"], "asked": 5000, "answered": [3000, 2000]})
    >>> indicator(cells, ["sex"]).estimate.round(2).item()
    0.8
    """
    model = _fitted(cells, auxiliary, population, level)
    spread = model.spread(np.zeros(len(model.chance), dtype=int), everyone=True)
    z = ndtri(0.5 + level / 2)
    root = {
        name: np.sqrt(max(0.0, spread.square + shift * spread.error))
        for name, shift in (("estimate", 0), ("lower", z), ("upper", -z))
    }
    rate = float(model.weight @ model.chance)
    few = f"Only {rate:.1%} answered, so R is near 1 whoever they are; read the variation."
    row = {name: 1 - 2 * value for name, value in root.items()} | {
        "stderr": spread.error / root["estimate"] if root["estimate"] > 0 else np.nan,
        "unadjusted": 1 - 2 * np.sqrt(spread.plain),
        "rate": rate,
        "variation": root["estimate"] / rate,
        "n": int(cells.asked.sum()),
        "method": f"R-indicator, logistic in {', '.join(auxiliary)}, corrected for bias",
        "caveat": few if rate < 0.1 else "",
    }
    return pd.DataFrame([row])


def partial(
    cells: pd.DataFrame,
    auxiliary: Sequence[str],
    *,
    population: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how much each thing known of people, and each category, makes answering uneven.

    Parameters
    ----------
    cells, auxiliary, population, level
        As for :func:`indicator`.

    Returns
    -------
    pandas.DataFrame
        One row a column, and one a category (``category`` is missing in the former) of either
        ``kind``: ``column, category, kind, estimate, stderr, lower, upper``. Unconditional: the
        spread between the categories, and for a category signed, below zero where fewer answer.
        Conditional: the spread that is left among people alike in all other columns.

    Raises
    ------
    InputError
        As for :func:`indicator`.

    Notes
    -----
    Schouten, Shlomo and Skinner (2011), Journal of Official Statistics 27:231–253. Squares are
    corrected for the bias that estimation adds, and linearised, as those of the indicator.

    Examples
    --------
    >>> cells = pd.DataFrame({"sex": ["f", "m"], "asked": 5000, "answered": [3000, 2000]})
    >>> partial(cells, ["sex"]).estimate.round(2).tolist()[1:3]
    [0.07, -0.07]
    """
    model = _fitted(cells, auxiliary, population, level)
    z = ndtri(0.5 + level / 2)
    rows = []
    for column in auxiliary:
        code, names = pd.factorize(cells[column], sort=True)
        others = [other for other in auxiliary if other != column]
        alike = (
            cells.groupby(others, observed=True).ngroup().to_numpy()
            if others
            else np.zeros(len(cells), dtype=int)
        )
        everybody = np.ones(len(cells), dtype=bool)
        rows.append({"column": column, "kind": "unconditional"} | model.between(code).row(z))
        for place, name in enumerate(names):
            signed = model.shortfall(code == place)
            rows.append({"column": column, "category": name, "kind": "unconditional"} | signed(z))
        for name, of in [(None, everybody), *((n, code == k) for k, n in enumerate(names))]:
            left = model.spread(alike, of=of).row(z)
            rows.append({"column": column, "category": name, "kind": "conditional"} | left)
    columns = ["column", "category", "kind", "estimate", "stderr", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True, slots=True)
class _Spread:
    """A mean square of propensities: as estimated, less its bias, and its standard error."""

    plain: float
    square: float
    error: float

    def row(self, z: float) -> dict[str, float]:
        ends = [np.sqrt(max(0.0, self.square + shift * self.error)) for shift in (0, -z, z)]
        error = self.error / (2 * ends[0]) if ends[0] > 0 else np.nan
        return dict(zip(("estimate", "lower", "upper"), ends, strict=True)) | {"stderr": error}


@dataclass(frozen=True, slots=True)
class _Model:
    """Propensities by cell: chance to answer, its slope in the coefficients, their covariance."""

    weight: Array  # of each cell, adding up to 1
    chance: Array
    slope: Array  # cells by coefficients
    covariance: Array
    asked: float
    sampled: float  # share of the population that was not asked

    def _means(self, values: Array, code: Array) -> Array:
        """Return each cell's mean over its group."""
        total = np.bincount(code, self.weight)
        if values.ndim == 1:
            return (np.bincount(code, self.weight * values) / total)[code]
        return np.column_stack([self._means(one, code) for one in values.T])

    def spread(self, code: Array, *, of: Array | None = None, everyone: bool = False) -> _Spread:
        """Return the mean square about the means of groups, over the cells ``of``."""
        apart = self.chance - self._means(self.chance, code)
        return self._square(apart, self.slope - self._means(self.slope, code), of, everyone)

    def between(self, code: Array) -> _Spread:
        """Return the mean square of the means of groups about the mean of all."""
        whole = np.zeros(len(code), dtype=int)
        return self._square(
            self._means(self.chance, code) - self._means(self.chance, whole),
            self._means(self.slope, code) - self._means(self.slope, whole),
        )

    def _square(
        self, apart: Array, slope: Array, of: Array | None = None, everyone: bool = False
    ) -> _Spread:
        weight = self.weight if of is None else self.weight * of
        plain = float(weight @ apart**2)
        spread = (slope.T * weight) @ slope @ self.covariance
        gradient = (slope.T * weight) @ apart
        variance = 4 * gradient @ self.covariance @ gradient + 2 * np.trace(spread @ spread)
        variance += self.sampled / self.asked * max(0.0, weight @ apart**4 - plain**2)
        square = plain * (1 + self.sampled / self.asked) if everyone else plain
        return _Spread(plain, square - float(np.trace(spread)), float(np.sqrt(variance)))

    def shortfall(self, inside: Array):
        """Return a category's signed partial indicator, as a row for a normal quantile."""
        share = self.weight[inside].sum()
        own = self.weight * inside / share - self.weight
        estimate = np.sqrt(share) * float(own @ self.chance)
        slope = np.sqrt(share) * (own @ self.slope)
        error = float(np.sqrt(slope @ self.covariance @ slope))
        return lambda z: {
            "estimate": estimate,
            "stderr": error,
            "lower": estimate - z * error,
            "upper": estimate + z * error,
        }


def _fitted(
    cells: pd.DataFrame, auxiliary: Sequence[str], population: int | None, level: float
) -> _Model:
    faults = level_faults(level)
    names = [*auxiliary, "asked", "answered"]
    if not auxiliary:
        faults.append("name at least one column that tells people apart")
    if absent := [name for name in names if name not in cells]:
        refuse(_CANNOT, [*faults, f"the table has no column {some(absent)}"])
    asked, answered = numbers(_CANNOT, cells.asked, cells.answered)
    if blank := [name for name in auxiliary if cells[name].isna().any()]:
        faults.append(f"a category is missing in {some(blank)}")
    if not (np.isfinite(asked) & (asked > 0) & (answered >= 0) & (answered <= asked)).all():
        faults.append("of every kind some are asked, and no more answer than are asked")
    elif not 0 < answered.sum() < asked.sum():
        faults.append("nobody answered, or everybody did")
    if population is not None:
        faults += whole_faults(1, population=population)
        if not faults and population < asked.sum():
            faults.append(f"{asked.sum():,.0f} were asked, of a population of {population:,}")
    refuse(_CANNOT, faults)
    dummies = pd.get_dummies(cells[list(auxiliary)].astype("str"), drop_first=True, dtype=float)
    x = np.column_stack([np.ones(len(cells)), dummies.to_numpy()])
    model = Subsets(x, np.ones((1, x.shape[1]), dtype=bool))
    beta, _ = model.fit(answered, asked)
    chance = expit(x @ beta[0])
    varied = chance * (1 - chance)
    information = (x.T * (asked * varied)) @ x
    total = asked.sum()
    return _Model(
        asked / total,
        chance,
        x * varied[:, None],
        np.linalg.pinv(information, hermitian=True),
        total,
        0.0 if population is None else 1 - total / population,
    )
