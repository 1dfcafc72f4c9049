"""How shares compare: with a year earlier, with London, with what boroughs usually differ by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pvtools import areas, estimates
from pvtools.confidence.shares import wave_of
from pvtools.errors import InputError
from pvtools.stats import change as change_of
from pvtools.stats import funnel, intervals, multiplicity, planning
from pvtools.stats.suppression import blanking


def change(
    shares: pd.DataFrame, *, period: str | None = None, years: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return each borough's change over ``years``, up to ``period`` (the latest by default).

    Parameters
    ----------
    shares
        What :func:`proportion` returns.
    period, years
        The later wave ("2022-12") and how many years before it the earlier one lies.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences (0.04 is four points up) with ``before``, ``after``,
        ``p_value``, ``adjusted`` (Benjamini and Hochberg, over all boroughs; London's stands
        alone), ``distinguishable`` (whether the change stands then), ``rounding_undoes`` (whether
        it would stand, were the shares not rounded) and ``detectable``, the
        smallest change, up or down, that two such waves would show four times in five; without
        figures where either side is withheld.

    Raises
    ------
    InputError
        Either wave is not held.

    Notes
    -----
    The publisher rounds to whole per cents: what stands would still stand if both shares lay as
    near to each other as rounding allows.
    """
    later = wave_of(shares, period).period.iloc[0]
    earlier = estimates.shifted(later, -years)
    waves = {p: shares[shares.period == p].set_index("area") for p in (later, earlier)}
    absent = [p for p, wave in waves.items() if wave.empty]
    if absent:
        raise InputError(
            f"No survey wave {' or '.join(absent)}; waves held are "
            f"{', '.join(sorted(shares.period.unique()))}."
        )
    after, before = (
        waves[p].loc[waves[later].index.intersection(waves[earlier].index)]
        for p in (later, earlier)
    )
    changed = _tested(_difference(after, before, level, "change"))
    smallest = _detectable(before, after, level)
    return changed.assign(period=later, since=earlier, detectable=smallest)


def change_beside_london(
    shares: pd.DataFrame, *, period: str | None = None, years: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return each borough's change less London's: what moved everywhere drops out.

    Parameters and errors are those of :func:`change`; London itself has no row.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences between changes (−0.04 is four points further down than
        London), with ``adjusted`` and ``distinguishable`` as in :func:`change`.

    Notes
    -----
    A normal interval on the four shares' own errors. A borough's interviews are a thirty-second
    part of London's, which makes it slightly too wide.
    """
    moved = change(shares, period=period, years=years, level=level)
    later, earlier = moved.period.iloc[0], moved.since.iloc[0]
    error = pd.Series(0.0, index=moved.area)
    for wave in (later, earlier):
        rows = shares[shares.period == wave].set_index("area")
        variance = rows.estimate * (1 - rows.estimate) / rows.n_effective.astype(float)
        error += variance.reindex(moved.area) + variance[areas.LONDON]
    london = estimates.pick(moved, area=areas.LONDON).estimate
    own = moved[moved.area != areas.LONDON].reset_index(drop=True)
    stderr = np.sqrt(error[own.area].to_numpy())
    beside = own.estimate - london
    half = ndtri(0.5 + level / 2) * stderr
    room = 4 * np.where("rounding" in shares, shares.get("rounding", pd.Series([0.0])).max(), 0.0)
    nearest = np.maximum(np.abs(beside) - room, 0.0)
    frame = own.assign(
        estimate=beside,
        lower=beside - half,
        upper=beside + half,
        p_value=2 * ndtr(-np.abs(beside) / stderr),
        p_value_rounded=2 * ndtr(-nearest / stderr),
        method="difference of changes, normal",
    )
    return _tested(
        frame.drop(columns=["adjusted", "distinguishable", "rounding_undoes", "detectable"])
    )


def difference_from_london(
    shares: pd.DataFrame, *, period: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return how far each borough lies from London as a whole in one wave.

    Parameters, columns and errors are those of :func:`change`; ``before`` is London's value. A
    borough's own interviews are a thirty-second part of London's, which makes the interval
    slightly too wide, never too narrow.
    """
    wave = wave_of(shares, period).set_index("area")
    if areas.LONDON not in wave.index:
        raise InputError("These estimates hold no London row to compare with.")
    own = wave.drop(index=areas.LONDON)
    london = wave.loc[[areas.LONDON] * len(own)].set_axis(own.index)
    return _tested(_difference(own, london, level, "difference"))


def difference(
    shares: pd.DataFrame, a: str, b: str, *, period: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return how far one area lies from another in one wave.

    Parameters
    ----------
    shares
        What :func:`proportion` returns.
    a, b
        The two areas, by name, code or slug; the estimate is ``a`` less ``b``.
    period
        The wave; the latest by default.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of one row with ``after`` (of ``a``), ``before`` (of ``b``), ``against``
        (the name of ``b``) and ``p_value``; without figures where either side is withheld.

    Raises
    ------
    UsageError
        The shares hold no such area.
    InputError
        There is no such wave.

    Notes
    -----
    Interviews in two areas are independent unless one is part of the other: a borough's are part
    of London's, which makes an interval against London slightly too wide.
    """
    wave = wave_of(shares, period)
    first, second = (estimates.of_area(wave, name).set_index("area") for name in (a, b))
    found = _difference(first, second.set_axis(first.index), level, "difference")
    found = found.drop(columns="p_value_rounded")
    return found.assign(against=second.index[0])


def differences(
    answers: Sequence[pd.DataFrame], pairs: Sequence[tuple[str, str]], *, level: float = 0.95
) -> pd.DataFrame:
    """Return how far areas lie from each other on several questions, all tested together.

    Parameters
    ----------
    answers
        What :func:`proportion` returns, a table a question; each is compared in its latest wave.
    pairs
        Two areas each, by name, code or slug; an estimate is the first less the second.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As :func:`difference`, a row a question and pair, with ``adjusted``, ``distinguishable``
        and ``rounding_undoes`` as in :func:`difference_from_london`, over all rows.

    Raises
    ------
    UsageError
        A table holds no such area.

    Examples
    --------
    >>> from pvtools import sources, tables
    >>> from pvtools.confidence import proportion
    >>> answers, design = tables.load().survey, sources.register()["pas_borough"].design
    >>> asked = [proportion(answers, key, design=design) for key in ("good_job", "listen")]
    >>> differences(asked, [("hackney", "camden")])["measure"].tolist()
    ['good_job', 'listen']
    """
    found = []
    for a, b in pairs:
        for shares in answers:
            wave = wave_of(shares, None)
            first, second = (estimates.of_area(wave, name).set_index("area") for name in (a, b))
            row = _difference(first, second.set_axis(first.index), level, "difference")
            found.append(row.assign(against=second.index[0]))
    return _tested(pd.concat(found, ignore_index=True))


def funnel_limits(
    shares: pd.DataFrame, *, period: str | None = None, leaving_out: str | None = None
) -> pd.DataFrame:
    """Return the range in which boroughs would lie around London's share in one wave.

    Parameters
    ----------
    shares
        What :func:`proportion` returns, with a row for London.
    period
        The wave; the latest by default.
    leaving_out
        A borough that is to be judged by what the others differ by, lest it hide itself.

    Returns
    -------
    pandas.DataFrame
        One row as ``stats.funnel.limits``; widened by what boroughs differ by beyond chance.
        Boroughs whose share is withheld are left aside.

    Raises
    ------
    InputError
        There is no such wave, or no figure in it.
    """
    every = wave_of(shares, period)
    wave = every.dropna(subset=["estimate"])
    parts = wave[wave.area != areas.LONDON]
    if parts.empty:
        raise InputError("Limits cannot be drawn: the shares of all boroughs are withheld.")
    target = estimates.pick(wave, area=areas.LONDON).estimate
    chance = np.sqrt(target * (1 - target) / parts.n_effective)
    spread = funnel.overdispersion(parts.estimate, chance, target=target)
    own = np.zeros(len(parts), dtype=bool)
    if leaving_out is not None:
        own = (parts.area == areas.choose(leaving_out, every.area)).to_numpy()
    tau2 = float(spread.tau2_without[own][0]) if own.any() else spread.tau2
    return funnel.limits([parts.n_effective.iloc[0]], target=target, between_variance=tau2)


def _detectable(before: pd.DataFrame, after: pd.DataFrame, level: float) -> np.ndarray:
    """Return the smallest change from each share that would show, whichever way it goes."""
    share = before.estimate.to_numpy(dtype=float)
    n = 2 / (1 / before.n_effective + 1 / after.n_effective).to_numpy(dtype=float)
    smallest = np.full(len(share), np.nan)
    known = (share > 0) & (share < 1) & (n >= 1)
    if known.any():
        ways = [
            planning.minimum_detectable_change(n[known], baseline=base, level=level)
            for base in (share[known], 1 - share[known])
        ]
        smallest[known] = np.max(ways, axis=0)
    return smallest


def _difference(
    first: pd.DataFrame, second: pd.DataFrame, level: float, quantity: str
) -> pd.DataFrame:
    def scaled(wave: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        n = wave.n_effective.to_numpy(dtype=float)
        return wave.estimate.to_numpy(dtype=float) * n, n

    interval = intervals.newcombe_difference(*scaled(first), *scaled(second), level=level)
    frame = interval.assign(
        measure=first.measure.to_numpy(),
        quantity=quantity,
        level=level,
        area=first.index.to_numpy(),
        period=first.period.to_numpy(),
        source=first.source.to_numpy(),
        n=pd.array([pd.NA] * len(first), dtype="Int64"),
        after=first.estimate.to_numpy(),
        before=second.estimate.to_numpy(),
        p_value=_p_value(first, second),
        p_value_rounded=_p_value(*_nearest(first, second)),
        method="Newcombe hybrid score on effective bases",
        caveat="",
    )
    return estimates.table(blanking.derived(frame, first, second))


def _p_value(first: pd.DataFrame, second: pd.DataFrame) -> pd.Series:
    return change_of.score_test(
        first.estimate, first.n_effective, second.estimate, second.n_effective
    ).p_value


def _nearest(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both waves with shares as near to each other as their rounding allows."""
    if "rounding" not in first or "rounding" not in second:
        return first, second
    a, b = first.estimate.to_numpy(dtype=float), second.estimate.to_numpy(dtype=float)
    room = np.minimum(first.rounding.to_numpy() + second.rounding.to_numpy(), np.abs(a - b))
    nearer = a - np.sign(a - b) * room
    return first.assign(estimate=nearer), second.assign(estimate=b)


def _tested(differences: pd.DataFrame) -> pd.DataFrame:
    """Return differences with whether each stands: a borough's once all are tested, London's own.

    Where a figure is withheld, so is the verdict. ``rounding_undoes`` marks those that would stand
    if the publisher's figures were not rounded.
    """
    alone = differences.area == areas.LONDON
    found = multiplicity.tested(differences.p_value_rounded.astype(float), alone=alone)
    exact = multiplicity.tested(differences.p_value.astype(float), alone=alone).distinguishable
    clear = exact.fillna(False).astype(bool) | (
        alone & ((differences.lower > 0) | (differences.upper < 0))
    )
    undone = clear & ~found.distinguishable.fillna(False).astype(bool)
    return differences.drop(columns="p_value_rounded").assign(**found, rounding_undoes=undone)
