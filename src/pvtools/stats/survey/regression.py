"""Logistic regression under a design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.linalg import qr
from scipy.special import expit

from pvtools.errors import InputError
from pvtools.stats.survey import limits
from pvtools.stats.survey.design import Array, Design, Sample, numbers, read, shares
from pvtools.stats.survey.estimation import FEW, alone
from pvtools.stats.survey.linearisation import covariance, degrees_of_freedom, meet

_ROUNDS = 30
_METHOD = "pseudo-maximum likelihood, linearised sandwich, t interval"


def logistic(
    data: pd.DataFrame,
    outcome: str,
    predictors: str | Sequence[str],
    *,
    design: Design,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how the odds of a yes go with each predictor, others being equal.

    Parameters
    ----------
    data
        One row a respondent. Not changed.
    outcome
        Column of 0 and 1, missing where there is no answer.
    predictors
        Columns. Numbers and truth values enter as they are; texts and categories as one term
        a category, against the first (in the order of the categories, or of the alphabet).
    design
        How people were drawn.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a coefficient: ``term, estimate, stderr, lower, upper`` (log odds),
        ``odds_ratio, n, df, method, caveat``. A term such as ``"age: 65+ v 16–24"`` names its
        reference.

    Raises
    ------
    InputError
        Unknown columns, impossible weights, an outcome other than 0 and 1 or always the same;
        predictors that repeat each other or foretell the outcome perfectly; fewer clusters than
        the coefficients need.

    Notes
    -----
    Weighted (pseudo-) maximum likelihood with the linearised variance of Binder (1983),
    International Statistical Review 51:279–292; an ordinary weighted fit gives the same
    coefficients with standard errors that are far too small. Degrees of freedom are clusters
    less strata less predictor terms. Whoever lacks an answer or a predictor is left out as a
    domain, which keeps the design. A coefficient is an association, not an effect.

    Examples
    --------
    >>> people = pd.DataFrame({"yes": [1, 0, 0, 0, 1, 1, 1, 0], "victim": [1] * 4 + [0] * 4})
    >>> logistic(people, "yes", "victim", design=Design())["odds_ratio"].round(3).tolist()
    [3.0, 0.111]
    """
    limits.check(level)
    names = [predictors] if isinstance(predictors, str) else list(predictors)
    if not names or outcome in names:
        raise InputError(
            f"Predictors must be one or more columns other than {outcome!r}; found {names}."
        )
    sample = read(data, design, [outcome, *names])
    y = shares(data, outcome)
    x, terms, complete = _terms(data, names)
    used = complete & ~np.isnan(y) & (sample.weight > 0)
    left_out = int(((sample.weight > 0) & ~used).sum())
    weight = np.where(used, sample.weight, 0.0)[used]
    x, y = x[used], y[used]
    _check(x, y, weight, terms, outcome)
    df = _degrees_of_freedom(sample, used) - (len(terms) - 1)
    if df < 1:
        raise InputError(
            f"{len(terms)} coefficients are more than this design can bear: clusters less strata "
            f"leave {df + len(terms) - 1:g} degrees of freedom. Use fewer predictors, or join "
            "their categories."
        )
    beta, fitted = _fit(x, y, weight, terms)
    bread = np.linalg.inv((x * (weight * fitted * (1 - fitted))[:, None]).T @ x)
    influence = np.zeros((len(used), len(terms)))
    influence[used] = (weight * (y - fitted))[:, None] * x @ bread
    stderr = np.sqrt(np.diag(covariance(sample, influence)))
    half = limits.t(np.array([df]), level) * stderr
    count = np.full(len(terms), len(y))
    everywhere = np.ones(len(terms), dtype=bool)
    parts = [
        (everywhere & (len(y) < FEW), ("fewer than 30 respondents ({:,})", count)),
        (everywhere & (left_out > 0), f"{left_out:,} lack an answer or a predictor: left out"),
        *alone(np.full(len(terms), sample.alone.sum())),
    ]
    with np.errstate(over="ignore"):  # the constant's, where predictors lie far from nought
        odds_ratio = np.exp(beta)
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": beta,
            "stderr": stderr,
            "lower": beta - half,
            "upper": beta + half,
            "odds_ratio": odds_ratio,
            "n": count,
            "df": int(df),
            "method": _METHOD,
            "caveat": limits.caveats(len(terms), parts),
        }
    )


def _terms(data: pd.DataFrame, names: list[str]) -> tuple[Array, list[str], np.ndarray]:
    """Return the columns of the regression, their names, and which rows know them all."""
    columns, terms = [np.ones(len(data))], ["(constant)"]
    complete = np.ones(len(data), dtype=bool)
    for name in names:
        kind = data[name].dtype
        if pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            values = numbers(data, name)
            complete &= ~np.isnan(values)
            columns.append(np.nan_to_num(values))
            terms.append(name)
            continue
        code, levels = pd.factorize(data[name], sort=True)
        complete &= code >= 0
        if len(levels) < 2:
            raise InputError(f"Predictor {name!r} is the same for everybody; leave it out.")
        for number, value in enumerate(levels[1:], start=1):
            columns.append((code == number).astype(float))
            terms.append(f"{name}: {value} v {levels[0]}")
    return np.column_stack(columns), terms, complete


def _check(x: Array, y: Array, weight: Array, terms: list[str], outcome: str) -> None:
    if len(y) == 0 or y.min() == y.max():
        found = "nobody answered" if len(y) == 0 else f"all {len(y):,} answers are {y[0]:g}"
        raise InputError(f"{outcome!r} must hold both 0 and 1 to be explained; {found}.")
    scale = np.sqrt(weight[:, None] * x**2).max(axis=0)
    flat = [term for term, size in zip(terms, scale, strict=True) if not size > 0]
    if flat:
        raise InputError(
            f"No respondent is in {', '.join(map(repr, flat))}; join that category with another."
        )
    scaled = np.sqrt(weight)[:, None] * x
    scaled = scaled / np.sqrt((scaled**2).sum(axis=0))
    _, triangle, order = qr(scaled, mode="economic", pivoting=True)
    size = np.abs(np.diag(triangle))
    rank = int((size > 1e-9).sum())
    if rank < len(terms):
        repeated = ", ".join(repr(terms[i]) for i in sorted(order[rank:]))
        raise InputError(
            f"Predictors repeat each other: {repeated} can be worked out from the others (or "
            "never varies). Leave it out."
        )


def _fit(x: Array, y: Array, weight: Array, terms: list[str]) -> tuple[Array, Array]:
    """Return coefficients and fitted shares, by Newton's method."""
    middle, spread = x.mean(axis=0), x.std(axis=0)
    middle[0], spread[0] = 0.0, 1.0
    # Predictors are put on one scale, so that one step length fits pounds and truth values.
    z = (x - middle) / spread
    weight = weight / weight.mean()
    beta = np.zeros(len(terms))
    fitted = np.full(len(y), 0.5)
    for _ in range(_ROUNDS):
        information = (z * (weight * fitted * (1 - fitted))[:, None]).T @ z
        if np.linalg.cond(information) > 1e13:
            break
        step = np.linalg.solve(information, z.T @ (weight * (y - fitted)))
        # A long step may overshoot; half a dozen units of log odds is as far as one goes.
        beta = beta + step * min(1.0, 6.0 / np.abs(step).max())
        fitted = expit(z @ beta)
        if np.abs(step).max() < 1e-9:
            back = np.diag(1 / spread)
            back[0, 1:] = -(middle / spread)[1:]
            return back @ beta, fitted
    raise InputError(_separated(x, y, beta / spread, terms))


def _separated(x: Array, y: Array, beta: Array, terms: list[str]) -> str:
    culprits = [
        term
        for term, column in zip(terms[1:], x.T[1:], strict=True)
        if set(np.unique(column)) <= {0.0, 1.0}
        and any(np.ptp(y[column == v]) == 0 for v in (0.0, 1.0))
    ]
    if not culprits:
        reach = np.abs(beta[1:]) * np.ptp(x[:, 1:], axis=0)
        culprits = [terms[1 + int(reach.argmax())]]
    return (
        f"The outcome is foretold perfectly by {', '.join(map(repr, culprits))}, so that its odds "
        "have no end (separation). Join categories, or leave that predictor out."
    )


def _degrees_of_freedom(sample: Sample, used: np.ndarray) -> float:
    answered = np.bincount(sample.cluster, used, minlength=len(sample.stratum))
    everyone = np.zeros(len(answered), dtype=np.int64)
    cells = meet(sample, everyone, np.arange(len(answered)), 1)
    return float(degrees_of_freedom(cells, answered)[0][0])
