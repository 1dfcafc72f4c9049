"""Proportions, means and their differences, in all groups and for all outcomes in one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats._arguments import Array
from pvtools.stats.survey import limits
from pvtools.stats.survey.design import (
    Bools,
    Codes,
    Design,
    numbers,
    read,
    shares,
)
from pvtools.stats.survey.domains import Domains, Grid, Moments, Where, domains, grid, moments
from pvtools.stats.survey.linearisation import degrees_of_freedom, strata_alone, variance

#: Fewer respondents than these, and a reader is warned.
FEW = 30
_T_MEAN = "Taylor linearisation, t interval"

COLUMNS = (
    "estimate",
    "stderr",
    "lower",
    "upper",
    "n",
    "n_effective",
    "design_effect",
    "df",
    "method",
    "caveat",
)
#: which rows a caveat holds for, and its words (with one value a row)
Part = tuple[Bools, object]


def proportion(
    data: pd.DataFrame,
    outcome: str | Sequence[str],
    *,
    design: Design,
    by: str | Sequence[str] | None = None,
    where: Where = None,
    interval: limits.Interval = "logit",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of people who said yes, one row a group, with design-based intervals.

    Parameters
    ----------
    data
        One row a respondent: the whole sample, not a part of it. Not changed.
    outcome
        Column of 0 and 1 (or False and True), missing where there is no answer. Several columns
        give one block of rows each, after a first column ``outcome``.
    design
        How people were drawn.
    by
        Columns whose values make groups; every combination that occurs gives a row.
    where
        Whom to count: a mask, the name of a column of True and False, or a pandas query. Use it
        in place of leaving out rows, which would lose clusters and understate the error.
    interval
        ``"logit"``, ``"korn_graubard"``, ``"wilson"`` (on the effective base) or ``"wald"``, all
        on t with design degrees of freedom. Where the effective base is below 30, or the share
        below 5% or above 95%, Korn–Graubard takes its place and ``method`` says so.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, then ``estimate, stderr, lower, upper, n, n_effective,
        design_effect, df, method, caveat``. Shares are 0–1; ``n`` counts who answered; a group
        in which nobody did has ``n`` 0 and a missing estimate. ``stderr`` is missing where
        clusters show no spread (one answer from all, or one cluster only); the interval then rests
        on Kish's effective base.

    Raises
    ------
    InputError
        Unknown columns, impossible weights, missing strata or clusters, an outcome other than
        0 and 1, an unreadable condition.

    Notes
    -----
    A ratio (Hájek) estimator; its error by Taylor linearisation with ultimate clusters drawn
    with replacement (Binder 1983, International Statistical Review 51:279–292; Wolter 2007,
    Introduction to Variance Estimation, ch. 6). Degrees of freedom are clusters less strata,
    counted where the group has respondents (Korn and Graubard 1999, Analysis of Health Surveys,
    5.2). A stratum with one cluster is set against the mean of all. The design effect compares
    with simple random sampling with replacement, so the scale of the weights does not matter.
    Intervals: Korn and Graubard (1998), Survey Methodology 24:193–201; Franco, Little, Louis
    and Slud (2019), Journal of Survey Statistics and Methodology 7:334–364.

    Examples
    --------
    >>> people = pd.DataFrame({"good_job": [1] * 55 + [0] * 45})
    >>> proportion(people, "good_job", design=Design())[["lower", "upper"]].round(3).values.tolist()
    [[0.45, 0.646]]
    """
    limits.check(level, interval)

    def rows(of: Grid, name: str) -> pd.DataFrame:
        found = moments(of, shares(data, name))
        table, parts = with_error(of, found, kind="share")
        lower, upper, method = limits.shares(
            *(table[c].to_numpy(dtype=float) for c in ("estimate", "stderr", "n", "n_effective")),
            table["df"].to_numpy(),
            interval=interval,
            level=level,
        )
        return finish(table, lower, upper, method, parts)

    return one_pass(data, outcome, design, by, where, rows)


def mean(
    data: pd.DataFrame,
    outcome: str | Sequence[str],
    *,
    design: Design,
    by: str | Sequence[str] | None = None,
    where: Where = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the mean of a number, one row a group, with design-based t intervals.

    Parameters
    ----------
    data, design, by, where, level
        As for :func:`proportion`.
    outcome
        Column of numbers, missing where there is no answer, or several.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`proportion`. Where clusters show no spread there is nothing to make
        an interval from: it is missing, and ``caveat`` says so.

    Raises
    ------
    InputError
        As for :func:`proportion`; or an outcome that holds no numbers.

    Notes
    -----
    As for :func:`proportion`: a ratio estimator, linearised (Binder 1983, International
    Statistical Review 51:279–292), with t on the design's degrees of freedom.

    Examples
    --------
    >>> people = pd.DataFrame({"score": [2.0, 4.0, 6.0, 8.0]})
    >>> mean(people, "score", design=Design())[["estimate", "stderr"]].round(3).values.tolist()
    [[5.0, 1.291]]
    """
    limits.check(level)

    def rows(of: Grid, name: str) -> pd.DataFrame:
        found = moments(of, numbers(data, name))
        table, parts = with_error(of, found, kind="mean")
        half = limits.t(table["df"].to_numpy(), level) * table["stderr"]
        lower, upper = table["estimate"] - half, table["estimate"] + half
        method = np.where(table["n"] > 0, _T_MEAN, "none")
        return finish(table, lower, upper, method, parts)

    return one_pass(data, outcome, design, by, where, rows)


def one_pass(
    data: pd.DataFrame,
    outcome: str | Sequence[str],
    design: Design,
    by: str | Sequence[str] | None,
    where: Where,
    rows: Callable[[Grid, str], pd.DataFrame],
    split: Callable[[Domains], tuple[Codes, int]] | None = None,
) -> pd.DataFrame:
    """Return the rows of every outcome under the labels of its groups."""
    names = [outcome] if isinstance(outcome, str) else list(outcome)
    groups = [by] if isinstance(by, str) else list(by or ())
    if not names:
        raise InputError("No outcome was named; give a column or a list of columns.")
    reserved = sorted({*COLUMNS, "outcome"} & set(groups))
    if reserved:
        raise InputError(
            f"Groups cannot be named {', '.join(map(repr, reserved))}: the result has columns of "
            "that name. Rename them in the data first."
        )
    sample = read(data, design, [*names, *groups])
    found = domains(data, groups, where)
    group, count = split(found) if split else (found.group, len(found.labels))
    of = grid(sample, group, count)
    blocks = []
    for name in names:
        block = pd.concat([found.labels, rows(of, name)], axis=1)
        if not isinstance(outcome, str):
            block.insert(0, "outcome", name)
        blocks.append(block)
    table = pd.concat(blocks, ignore_index=True)
    if found.unlabelled:
        note = f"{found.unlabelled:,} respondents without {' or '.join(groups)} are in no group"
        table["caveat"] = [f"{c[:-1]}; {note}." if c else f"{note}." for c in table["caveat"]]
    return table


def with_error(of: Grid, found: Moments, *, kind: str) -> tuple[pd.DataFrame, list[Part]]:
    """Return estimates with their error and bases, and the parts of their caveats."""
    sample, cells = of.sample, of.cells
    df, clusters = degrees_of_freedom(cells, found.respondents)
    n = found.n
    squared = variance(sample, cells, found.influence, found.margins, of.known)
    simple = found.spread / np.maximum(n - 1, 1)
    # Arithmetic leaves a trace where there is no spread; only what lies beyond it is an error.
    varied = found.spread > 1e-20 * np.nan_to_num(found.estimate) ** 2
    shown = (clusters > 1) & varied & (squared > 1e-12 * simple)
    effect = np.where(shown, squared / np.where(shown, simple, 1.0), n / found.base)
    table = pd.DataFrame(
        {
            "estimate": found.estimate,
            "stderr": np.where(shown, np.sqrt(squared), np.nan),
            "n": n,
            "n_effective": n / np.where(n > 0, effect, np.nan),
            "design_effect": effect,
            "df": df.astype(np.int64),
        }
    )
    answered = n > 0
    parts = [
        (n == 0, "nobody answered, so there is no estimate"),
        (answered & (n < FEW), ("fewer than 30 respondents ({:,})", n)),
        (found.unanswered > 0, ("{:,} without an answer are left out", found.unanswered)),
        *_unshown(answered & ~shown, varied, clusters, n, kind),
        *alone(np.where(clusters > 1, strata_alone(sample, cells), 0)),
    ]
    return table, parts


def _unshown(hidden: Bools, varied: Bools, clusters: Array, n: Codes, kind: str) -> list[Part]:
    """Return why a standard error is missing, and what the interval rests on."""
    share = kind == "share"
    taken = "the interval takes respondents as independent" if share else "no interval"
    no_error = f"no standard error, and {taken}"
    alike = "no standard error" if share else "no standard error and no interval"
    several = hidden & (n > 1)
    flat = several & varied & (clusters > 1)
    return [
        (hidden & (n == 1), f"one respondent only: {alike}"),
        (several & ~varied, f"all gave the same answer: {alike}"),
        (several & varied & (clusters == 1), f"all are in one cluster: {no_error}"),
        (flat, f"clusters show no spread (or known totals fix the answer): {no_error}"),
    ]


def alone(strata: Codes) -> list[Part]:
    """Return caveats on strata that hold a single cluster."""
    against = "set against the mean of all"
    return [
        (strata == 1, f"one stratum holds a single cluster, {against}"),
        (
            strata > 1,
            (f"{{:,}} strata hold a single cluster each, {against}", strata),
        ),
    ]


def finish(
    table: pd.DataFrame, lower: Array, upper: Array, method: object, parts: list[Part]
) -> pd.DataFrame:
    """Return the table with its interval and caveats, in the order of :data:`COLUMNS`."""
    caveat = limits.caveats(len(table), parts)
    table = table.assign(lower=lower, upper=upper, method=method, caveat=caveat)
    return table[list(COLUMNS)]
