"""What a model of respondents starts from: outcome, columns, weights and design, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, refuse, sentence
from pvtools.stats.survey.design import Design, Sample, numbers, read


@dataclass(frozen=True, slots=True)
class Term:
    """A predictor and its columns; ``levels`` are set against ``reference`` (None if a number)."""

    name: str
    columns: tuple[int, ...]
    levels: tuple[str, ...] | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFrame:
    """Respondents ready for a model; those with gaps keep their place with a weight of zero.

    ``x`` holds the columns in standard units, after an intercept; ``scale`` is what one of these
    units is of the original, and ``centre`` where it was. Weights have a mean of 1 over those
    with an answer.
    """

    y: Array
    x: Array
    centre: Array
    scale: Array
    weight: Array
    terms: tuple[Term, ...]
    sample: Sample
    binary: bool
    n: int
    df: int
    caveat: str


def build(
    data: pd.DataFrame, outcome: str, predictors: Sequence[str], design: Design
) -> ModelFrame:
    """Return the respondents of ``data`` as a model needs them.

    Raises
    ------
    InputError
        Unknown columns, weights or design with gaps, an outcome that is no number, a predictor
        or an outcome that is the same for all, predictors that repeat each other.
    """
    names = [predictors] if isinstance(predictors, str) else list(predictors)
    _check_names(outcome, names)
    sample = read(data, design, also=[outcome, *names])
    y = numbers(data, outcome).copy()
    gaps = (sample.weight > 0) & (np.isnan(y) | data[names].isna().any(axis=1).to_numpy())
    weight = np.where(gaps, 0.0, sample.weight)
    used = weight > 0
    n, missing = int(used.sum()), int(gaps.sum())
    if n <= len(names) + 1:
        raise InputError(
            f"A model of {outcome!r} needs more respondents than predictors; {n} answered "
            f"every question used ({missing} have gaps)."
        )
    x, terms = _columns(data, names, used)
    y[~used] = 0.0
    _check_variation(y[used], x[used], outcome, terms)
    centre, scale = x[used].mean(axis=0), x[used].std(axis=0)
    x = np.where(used[:, None], (x - centre) / scale, 0.0)
    if np.linalg.matrix_rank(x.T @ x / n, tol=1e-9, hermitian=True) < x.shape[1]:
        raise InputError(
            f"The predictors {', '.join(names)} repeat each other: leave out those that follow "
            "from the others."
        )
    return ModelFrame(
        y=y,
        x=np.column_stack([np.ones(len(y)), x]),
        centre=np.append(0.0, centre),
        scale=np.append(1.0, scale),
        weight=weight / weight.sum() * n,
        terms=terms,
        sample=sample,
        binary=bool(np.isin(y[used], [0.0, 1.0]).all()),
        n=n,
        df=_degrees_of_freedom(sample),
        caveat=_caveat(n, missing, int(sample.alone.sum())),
    )


def _check_names(outcome: str, names: Sequence[str]) -> None:
    faults = []
    if not names:
        faults.append("at least one predictor is needed")
    if len(set(names)) < len(names):
        faults.append("a predictor is named twice")
    if outcome in names:
        faults.append(f"the outcome {outcome!r} cannot be its own predictor")
    refuse("Cannot build a model", faults)


def _degrees_of_freedom(sample: Sample) -> int:
    """Return clusters less strata; clusters less one where every stratum has a single one."""
    clusters, strata = len(sample.stratum), len(sample.clusters)
    if clusters < 2:
        raise InputError(
            "The design has a single cluster, so nothing shows how much clusters differ: name "
            "the column of first-stage clusters, or none if everyone was drawn alone."
        )
    return clusters - strata if clusters > strata else clusters - 1


def _columns(
    data: pd.DataFrame, names: Sequence[str], used: NDArray[np.bool_]
) -> tuple[Array, tuple[Term, ...]]:
    """Return numbers as they are, and of other predictors one column a level but the first."""
    columns: list[Array] = []
    terms = []
    for name in names:
        column = data[name]
        start = len(columns)
        if _is_number(column):
            values = numbers(data, name)
            columns.append(values)
            two = np.isin(values[used], [0.0, 1.0]).all()
            terms.append(Term(name, (start,), ("1",), "0") if two else Term(name, (start,)))
            continue
        held = column.where(used).dropna()
        order = column.cat.categories if hasattr(column, "cat") else sorted(held.unique(), key=str)
        levels = [level for level in order if (held == level).any()]
        columns += [(column == level).to_numpy(dtype=float, na_value=0.0) for level in levels[1:]]
        labels = tuple(map(str, levels))
        terms.append(Term(name, tuple(range(start, len(columns))), labels[1:], labels[0]))
    x = np.column_stack(columns) if columns else np.empty((len(data), 0))
    return np.where(np.isfinite(x), x, 0.0), tuple(terms)


def _check_variation(y: Array, x: Array, outcome: str, terms: Sequence[Term]) -> None:
    still = [t.name for t in terms if not t.columns or not np.ptp(x[:, list(t.columns)], 0).any()]
    faults = [f"the predictor {name!r} is the same for all" for name in still]
    if np.ptp(y) == 0:
        faults.append(f"the outcome {outcome!r} is {y[0]:g} for all, so nothing can explain it")
    refuse("Cannot build a model", faults)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)


def _caveat(n: int, missing: int, alone: int) -> str:
    return sentence(
        f"{missing:,} respondents with gaps are left out" if missing else "",
        "fewer than 30 respondents" if n < 30 else "",
        "strata with a single cluster are set against the others" if alone else "",
    )
