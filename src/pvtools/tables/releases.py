"""Which release counts where several cover a month or a year: one rule for every source.

Each cell – an area and a kind in a month – comes whole from one release: the newest that holds
it, so a later, narrower release hides nothing but what it holds itself. A month in which a
release is incomplete gives way to a fuller release, and is left out where there is none.

Newest is the release that reaches furthest; of equally new ones a file that was added is
preferred to the figures that come with pvtools, then the one with more rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from pvtools import areas

#: An edge month is far below its neighbours under a half of them; under a quarter where fewer
#: boroughs or a single kind are counted, which truly fall further.
FAR_BELOW, FAR_BELOW_NARROW = 1 / 2, 1 / 4
_SURE = 4  # standard errors of a count; less may be chance
_NEIGHBOURS = 3
_WITHIN = 12  # months in which a release that has one month only looks for neighbours elsewhere


_Release = TypeVar("_Release", bound="Release")


@dataclass(frozen=True)
class Rule:
    """How the months, or years, of one source are compared.

    ``when`` is the column of days or of years; ``cell`` the columns that name what is counted
    (missing is a value of its own); ``count`` the column of counts, and without one each row
    counts once; ``kinds`` are columns by which edges are judged apart, since kinds begin and end
    in different months. ``prepare`` adds columns that the rule names and the tidy table lacks.
    Without ``edges`` no month is judged: amounts, shares and years are no monthly counts. A blank
    ``value`` hides none of another release. With ``fullest`` the release with most rows of a cell
    is taken before the newest. ``finish`` looks once more at the rows taken, of the newest release
    last.
    """

    when: str
    cell: tuple[str, ...]
    count: str | None = None
    value: str | None = None
    fullest: bool = False
    kinds: tuple[str, ...] = ()
    prepare: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame
    edges: bool = True
    finish: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame


class Release(Protocol):
    """One file of a source, or the figures of it that come with pvtools."""

    @property
    def frame(self) -> pd.DataFrame:
        """Return its tidy table."""

    @property
    def origin(self) -> str:
        """Return ``"added"`` or ``"published"``."""


def ranked(releases: Iterable[_Release], rule: Rule) -> list[_Release]:
    """Return releases from the least to the most preferred: see the rule above.

    Of releases that are alike in all this, the one that stands first is preferred.
    """

    def worth(numbered: tuple[int, _Release]) -> tuple:
        place, one = numbered
        return one.frame[rule.when].max(), one.origin == "added", len(one.frame), -place

    return [one for _, one in sorted(enumerate(releases), key=worth)]


def newest(releases: Sequence[pd.DataFrame], rule: Rule) -> pd.DataFrame:
    """Return the rows of several releases, each cell and month from the newest that holds it.

    Parameters
    ----------
    releases
        Tidy tables of one source, from the least to the most preferred: see :func:`ranked`.
    rule
        How its months are compared.

    Returns
    -------
    pandas.DataFrame
        The rows taken, with their columns, in the order of the releases.

    Notes
    -----
    A month is incomplete in a release where it is far below

    - its neighbours: the first or the last month against the median of the three next to it (of
      the other releases, in the same cells, if the release has no other month), or
    - an older release: what that counts in the same cells of the same month.

    A release that counts nothing at all is left out. Far below is less than half, and by more
    than four standard errors of a count; for edges of fewer than 24 boroughs or of a single
    kind, less than a quarter. Months of nothing are no neighbours: there may be many. Real falls
    do not reach that: of the months from April 2010 to February 2026, London's lowest against
    its neighbours (April 2020) stands at 67% of the three before, a single borough's
    (Westminster, April 2020) at 26%. A partial month of more than half is not noticed.
    """
    numbered = [_numbered(frame, rule) for frame in releases]
    counted = [table for table, _ in numbered]
    for rank, (frame, table) in enumerate(zip(releases, counted, strict=True)):
        table["rank"], table["incomplete"] = rank, False
        if rule.edges:
            edges = _edges(table, rule, _share(frame, rule))
            strays = _within(table, edges, [*rule.kinds, "month"])
            table["incomplete"] = strays | (not table["n"].any())  # of zeros alone, all of it
            _judge_by_others(table, counted[:rank], counted[rank + 1 :], rule, _share(frame, rule))
    held = pd.concat([table.assign(number=table.index) for table in counted], ignore_index=True)
    held = held[~held["incomplete"]]
    worth = ["valued", *(["n"] if rule.fullest else []), "rank"]
    best = held.sort_values(worth).groupby([*rule.cell, "month"], dropna=False).tail(1)
    taken = [
        _only(frame, table.index.isin(best.loc[best["rank"] == rank, "number"])[numbers])
        for rank, (frame, (table, numbers)) in enumerate(zip(releases, numbered, strict=True))
    ]
    return rule.finish(_stacked(taken))


def edge_months(frame: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return the months at the edges of a release that are far below those next to them.

    Returns
    -------
    pandas.DataFrame
        The rule's ``kinds``, ``month``, ``n`` (counted in it) and ``usual`` (the median of the
        three months next to it). Several months of one edge may be so.
    """
    return _edges(_numbered(frame, rule)[0], rule, _share(frame, rule))


def _edges(table: pd.DataFrame, rule: Rule, share: float) -> pd.DataFrame:
    found = []
    for key, part in _by_kind(table, rule):
        months = part.groupby("month")["n"].sum().sort_index()
        for series in (months, months[::-1]):  # the first months, then the last
            while len(series) > 1:
                near = series.iloc[1:][series.iloc[1:] > 0].iloc[:_NEIGHBOURS]  # zeros may be many
                usual = float(near.median()) if len(near) else 0.0
                if not _far_below(series.iloc[0], usual, share):
                    break
                found.append((*key, series.index[0], series.iloc[0], usual))
                series = series.iloc[1:]
    return pd.DataFrame(found, columns=[*rule.kinds, "month", "n", "usual"])


def _judge_by_others(
    table: pd.DataFrame,
    older: list[pd.DataFrame],
    newer: list[pd.DataFrame],
    rule: Rule,
    share: float,
) -> None:
    """Mark the months of a release that other releases show to be incomplete."""
    for _, part in _by_kind(table, rule):
        alone = part["month"].min() == part["month"].max()
        for month, own in part.groupby("month"):
            by_older = any(
                _far_below(*_shared(own, other[other["month"] == month], rule), FAR_BELOW)
                for other in older
            )
            if by_older or (alone and _far_below(*_beside(own, month, older + newer, rule), share)):
                table.loc[own.index, "incomplete"] = True


def _beside(
    own: pd.DataFrame, month: np.datetime64, others: list[pd.DataFrame], rule: Rule
) -> tuple[float, float]:
    """Return what a lone month counts, and the median of the nearest months of other releases."""
    nearby = [
        (abs(there - month), *_shared(own, rows, rule))
        for other in others
        for there, rows in other.groupby("month")
        if there != month and abs(there - month) <= pd.Timedelta(days=31 * _WITHIN)
    ]
    nearest = sorted(nearby)[:_NEIGHBOURS]
    if not nearest:
        return 0.0, 0.0
    return max(n for _, n, _ in nearest), float(np.median([theirs for *_, theirs in nearest]))


def _shared(own: pd.DataFrame, other: pd.DataFrame, rule: Rule) -> tuple[float, float]:
    """Return what two releases count in the cells that both hold."""
    cell = list(rule.cell)
    both = own[[*cell, "n"]].merge(other[[*cell, "n"]], on=cell, suffixes=("", "_other"))
    return float(both["n"].sum()), float(both["n_other"].sum())


def _far_below(n: float, usual: float, share: float) -> bool:
    return n < share * usual and usual - n > _SURE * np.sqrt(usual)


def _share(frame: pd.DataFrame, rule: Rule) -> float:
    wide = "borough" not in frame or frame["borough"].nunique() >= areas.most(areas.boroughs())
    return FAR_BELOW if wide and not rule.kinds else FAR_BELOW_NARROW


def _by_kind(table: pd.DataFrame, rule: Rule):
    if not rule.kinds:
        return [((), table)]
    return table.groupby(list(rule.kinds), dropna=False)


def _numbered(frame: pd.DataFrame, rule: Rule) -> tuple[pd.DataFrame, np.ndarray]:
    """Return what a release counts in each cell and month, and where each of its rows is counted.

    A cell is ``valued`` if one of its rows has a value. Rows may be millions: a column at a time is
    turned into numbers, of which each is a cell.
    """
    prepared = rule.prepare(frame)
    keys = prepared[list(rule.cell)].assign(month=frame[rule.when])
    numbers = np.zeros(len(frame), dtype=np.int64)
    for name in keys:
        codes, distinct = pd.factorize(keys[name], use_na_sentinel=False)
        if name == "month":
            codes = pd.factorize(_months(np.asarray(distinct)))[0][codes]
        numbers *= len(distinct)
        numbers += codes
        del codes  # as large as the rest together, and needed no more
        numbers = pd.factorize(numbers)[0]
    table = keys[~pd.Series(numbers).duplicated().to_numpy()].reset_index(drop=True)
    table["month"] = _months(table["month"].to_numpy())
    n = None if rule.count is None else prepared[rule.count].to_numpy(float, na_value=0.0)
    valued = None if rule.value is None else frame[rule.value].notna().to_numpy()
    table["n"] = np.bincount(numbers, n, len(table)).astype(float)
    table["valued"] = np.bincount(numbers, valued, len(table)) > 0
    return table.astype(dict.fromkeys(table.select_dtypes("category"), "str")), numbers


def _months(days: np.ndarray) -> np.ndarray:
    """Return the months of days; years are left as they are."""
    if days.dtype.kind != "M":
        return days
    return days.astype("datetime64[M]").astype("datetime64[us]")


def _within(rows: pd.DataFrame, wanted: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Return which rows have a key that is wanted; missing equals missing."""
    if wanted.empty:
        return np.zeros(len(rows), dtype=bool)
    marks = wanted[keys].drop_duplicates().assign(wanted=True)
    return rows[keys].merge(marks, how="left", on=keys)["wanted"].notna().to_numpy()


def _only(frame: pd.DataFrame, wanted: np.ndarray) -> pd.DataFrame:
    """Return some rows, numbered anew: a column at a time, for there may be millions."""
    if wanted.all():
        return frame.reset_index(drop=True)
    return pd.DataFrame({name: frame[name].array[wanted] for name in frame}, copy=False)


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables below one another; categories stay so, whichever texts each table has."""
    if len(frames) == 1:
        return frames[0]
    for name in frames[0].select_dtypes("category"):
        every = frames[0][name].cat.categories.append([f[name].cat.categories for f in frames[1:]])
        every = every.unique()
        frames = [f.assign(**{name: f[name].cat.set_categories(every)}) for f in frames]
    return pd.concat(frames, ignore_index=True)
