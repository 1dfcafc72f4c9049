"""What goes with an outcome among respondents, and how much of it each predictor accounts for.

All of this is association: who differs in a predictor differs in the outcome, other predictors
held alike. It does not show what would happen if the predictor were changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
import pandas as pd
from scipy.special import expit, stdtrit

from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.stats import _explained, _logit, _model_frame
from pvtools.stats._arguments import Array, level_faults, refuse, whole_faults
from pvtools.stats._model_frame import ModelFrame, Term
from pvtools.stats.survey.design import Design
from pvtools.stats.survey.linearisation import covariance

#: 2^12 models are fitted in seconds; each further predictor doubles them
MOST_PREDICTORS = 12


def shapley(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    design: Design,
    n_boot: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how much of the outcome's explained variation is associated with each predictor.

    Parameters
    ----------
    data
        One row a respondent.
    outcome
        A column of numbers, or of 0 and 1 (true and false).
    predictors
        At most twelve columns; text and categories count as one predictor each.
    design
        Columns of weights, strata and clusters: ``survey.Design``.
    n_boot, seed
        Bootstrap samples for the intervals (50 or more), and where they start.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a predictor, in the order given: ``predictor, estimate`` (its part of R²),
        ``stderr, lower, upper, share`` (of the whole, 0–1; that of a single predictor is 1 by
        definition) with ``share_lower, share_upper``,
        ``r_squared`` (the whole, which the parts add up to), ``n, method, caveat``.

    Raises
    ------
    InputError
        More than twelve predictors, unknown columns, an unusable design, or nothing to explain.

    Notes
    -----
    R² gained by adding the predictor, averaged over all orders of adding: Lindeman, Merenda and
    Gold (1980), Grömping (2007), The American Statistician 61:139–147. For a binary outcome R²
    is McFadden's, of a weighted logistic model. Predictors that go together share what they
    have in common, so none is left out for the sake of another. Standard errors come from
    resampling clusters within strata, one fewer than there are (Rao and Wu 1988, JASA
    83:231–241); intervals are on t and end at 0 and 1. The whole is an estimate too: the error of
    a share is that of a ratio, linearised. A predictor without any association
    still gets a small part, for R² never falls: judge it by its interval.

    Examples
    --------
    >>> from pvtools.stats import survey
    >>> people = pd.DataFrame({"fair": [1, 2, 3, 4] * 5, "old": [0, 0, 1, 1] * 5})
    >>> people["trust"] = 2.0 * people.fair + [0.0, 1.0] * 10
    >>> table = shapley(people, "trust", ["fair", "old"], design=survey.Design())
    >>> table.share.round(2).tolist()
    [0.66, 0.34]
    """
    if len(predictors) > MOST_PREDICTORS and not isinstance(predictors, str):
        raise InputError(
            f"Shares are exact for up to {MOST_PREDICTORS} predictors, found {len(predictors)}: "
            "choose fewer, or join those that mean the same."
        )
    refuse("Cannot model an outcome", level_faults(level) + whole_faults(50, n_boot=n_boot))
    frame = _model_frame.build(data, outcome, predictors, design)
    fit = _explained.McFadden(frame) if frame.binary else _explained.LeastSquares(frame)
    r_squared = fit.r_squared()
    parts = _shares(r_squared)
    rng = generator(seed)
    boot = _shares(fit.resampled(_resamples(frame, n_boot, rng)))
    stderr = boot.std(axis=0, ddof=1)
    quantile = stdtrit(frame.df, 0.5 + level / 2)
    half = quantile * stderr
    share = parts / r_squared[-1]
    ratio = (boot - share * boot.sum(axis=1, keepdims=True)) / r_squared[-1]
    half_share = quantile * ratio.std(axis=0, ddof=1)
    what = "McFadden's R²" if frame.binary else "R²"
    return pd.DataFrame(
        {
            "predictor": [term.name for term in frame.terms],
            "estimate": parts,
            "stderr": stderr,
            "lower": np.maximum(parts - half, np.minimum(parts, 0.0)),
            "upper": np.minimum(parts + half, 1.0),
            "share": share,
            "share_lower": np.maximum(share - half_share, np.minimum(share, 0.0)),
            "share_upper": np.minimum(share + half_share, 1.0),
            "r_squared": r_squared[-1],
            "n": frame.n,
            "method": f"Shapley parts of {what}, bootstrap of clusters; association, not cause",
            "caveat": frame.caveat,
        }
    )


def marginal_effects(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    design: Design,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return by how much the outcome differs, on average, with each predictor.

    Parameters
    ----------
    data, outcome, predictors, design
        As for :func:`shapley`, without a limit to the number of predictors.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a number or a level: ``predictor, level`` ("1" of 0 and 1, a category, or
        "per unit" for a number), ``reference, estimate`` (0.04 is four points more of a binary
        outcome), ``stderr, lower, upper, n, df, method, caveat``.

    Raises
    ------
    InputError
        As for :func:`shapley`; also when some combination of predictors determines a binary
        outcome, or the clusters are too few for the predictors.

    Notes
    -----
    Average marginal effects over the weighted respondents, of a logistic model for a binary
    outcome and of least squares for a number. The variance is linearised through both the
    coefficients and the respondents averaged over (Binder 1983, International Statistical
    Review 51:279–292), between clusters within strata, with t on clusters − strata − columns
    degrees of freedom. Association: no effect in the sense of cause is claimed by the name.

    Examples
    --------
    >>> from pvtools.stats import survey
    >>> people = pd.DataFrame({"victim": [1] * 40 + [0] * 60, "good": [1, 0] * 20 + [1, 1, 0] * 20})
    >>> table = marginal_effects(people, "good", ["victim"], design=survey.Design())
    >>> table[["estimate", "stderr"]].round(3).values.tolist()
    [[-0.167, 0.1]]
    """
    refuse("Cannot model an outcome", level_faults(level))
    frame = _model_frame.build(data, outcome, predictors, design)
    df = frame.df - (frame.x.shape[1] - 1)
    if df < 1:
        raise InputError(
            f"{frame.df} degrees of freedom between clusters are too few for "
            f"{frame.x.shape[1] - 1} columns of predictors: use fewer."
        )
    beta, influence = _fitted(frame)
    rows = []
    for term in frame.terms:
        for position, column in enumerate(term.columns):
            estimate, gradient, own = _effect(frame, beta, term, column + 1)
            score = frame.weight * (own - estimate) / frame.weight.sum() + influence @ gradient
            rows.append(
                {
                    "predictor": term.name,
                    "level": term.levels[position] if term.levels else "per unit",
                    "reference": term.reference or "",
                    "estimate": estimate,
                    "stderr": float(np.sqrt(covariance(frame.sample, score[:, None])[0, 0])),
                }
            )
    table = pd.DataFrame(rows)
    half = stdtrit(df, 0.5 + level / 2) * table.stderr
    model = "logistic model" if frame.binary else "least squares"
    return table.assign(
        lower=table.estimate - half,
        upper=table.estimate + half,
        n=frame.n,
        df=df,
        method=f"average marginal effect, weighted {model}, linearised; association, not cause",
        caveat=frame.caveat,
    )


def _shares(value: Array) -> Array:
    """Return Shapley values; ``value[..., r]`` is that of the players whose bits are set in r."""
    players = value.shape[-1].bit_length() - 1
    orders = factorial(players)
    weight = np.array([factorial(k) * factorial(players - 1 - k) / orders for k in range(players)])
    weight = weight[np.bitwise_count(np.arange(2 ** (players - 1)))]
    parts = []
    for player in range(players):
        pairs = value.reshape(*value.shape[:-1], -1, 2, 2**player)
        gained = pairs[..., 1, :] - pairs[..., 0, :]
        parts.append(gained.reshape(*value.shape[:-1], -1) @ weight)
    return np.stack(parts, axis=-1)


def _resamples(frame: ModelFrame, n_boot: int, rng: np.random.Generator) -> Array:
    """Return factors on the clusters' weights, one row a sample of clusters within strata.

    Strata of a single cluster are put together, or with another.
    """
    sample = frame.sample
    stratum, alone = sample.stratum.copy(), np.flatnonzero(sample.alone)
    if len(alone):
        others = np.flatnonzero(~sample.alone)
        stratum[np.isin(stratum, alone)] = others[0] if len(alone) == 1 else alone[0]
    factors = np.empty((n_boot, len(stratum)))
    for label in np.unique(stratum):
        own = np.flatnonzero(stratum == label)
        size = len(own)
        drawn = rng.multinomial(size - 1, np.full(size, 1 / size), n_boot)
        factors[:, own] = drawn * (size / (size - 1))
    return factors


def _fitted(frame: ModelFrame) -> tuple[Array, Array]:
    """Return the coefficients, and each respondent's influence on them."""
    x, y, weight = frame.x, frame.y, frame.weight
    if not frame.binary:
        bread = np.linalg.inv((x.T * weight) @ x)
        beta = bread @ (x.T @ (weight * y))
        return beta, (x * (weight * (y - x @ beta))[:, None]) @ bread
    whole = np.ones((1, x.shape[1]), bool)
    beta = _logit.Subsets(x, whole).fit(weight * y, weight)[0][0]
    chance = expit(x @ beta)
    certain = (weight > 0) & ((chance < 1e-7) | (chance > 1 - 1e-7))
    if certain.any():
        raise InputError(
            "The predictors determine the outcome of some respondents, so "
            "no finite effect fits them: join rare levels, or leave out the predictor that does it."
        )
    bread = np.linalg.inv((x.T * (weight * chance * (1 - chance))) @ x)
    return beta, (x * (weight * (y - chance))[:, None]) @ bread


def _effect(frame: ModelFrame, beta: Array, term: Term, column: int) -> tuple[float, Array, Array]:
    """Return one average effect, its gradient in the coefficients, and each respondent's own."""
    weight = frame.weight / frame.weight.sum()
    unit = 1 / frame.scale[column]
    pick = np.eye(len(beta))[column] * unit
    if not frame.binary:
        return float(beta[column] * unit), pick, np.full(len(weight), beta[column] * unit)
    if term.levels is None:
        chance = expit(frame.x @ beta)
        slope = chance * (1 - chance)
        own = slope * beta[column] * unit
        gradient = (weight * own * (1 - 2 * chance)) @ frame.x + pick * (weight @ slope)
        return float(weight @ own), gradient, own
    own_columns = np.array(term.columns) + 1
    reference = -frame.centre[own_columns] / frame.scale[own_columns]
    level = reference + unit * (own_columns == column)
    others = frame.x @ beta - frame.x[:, own_columns] @ beta[own_columns]
    low, high = (
        expit(others + reference @ beta[own_columns]),
        expit(others + level @ beta[own_columns]),
    )
    gradient = np.zeros(len(beta))
    for chance, place, sign in ((high, level, 1), (low, reference, -1)):
        slope = weight * chance * (1 - chance)
        moved = slope @ frame.x
        moved[own_columns] = slope.sum() * place  # there everyone is put in the same place
        gradient += sign * moved
    return float(weight @ (high - low)), gradient, high - low
