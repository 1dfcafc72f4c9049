"""Groups and masks, which never change the design they are part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.errors import InputError
from pvtools.stats._arguments import Array
from pvtools.stats.survey.calibration import Calibration, calibration
from pvtools.stats.survey.design import Bools, Codes, Sample, is_share, pairs
from pvtools.stats.survey.linearisation import Cells, factors, meet

Where = str | pd.Series | NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True)
class Domains:
    """A group for each row (−1: none), the labels of the groups, and rows without a label."""

    group: Codes
    labels: pd.DataFrame
    unlabelled: int


def domains(data: pd.DataFrame, by: Sequence[str], where: Where) -> Domains:
    """Return the groups of ``by`` held by all of ``data``, and who is in them under ``where``.

    A group that ``where`` leaves empty stays in the list, with nobody in it.
    """
    inside = _mask(data, where)
    if not by:
        whole = np.zeros(len(data), dtype=np.int64)
        return Domains(np.where(inside, whole, -1), pd.DataFrame(index=range(1)), 0)
    codes, levels = zip(*(pd.factorize(data[name], sort=True) for name in by), strict=True)
    labelled = np.logical_and.reduce([code >= 0 for code in codes])
    rows = np.flatnonzero(labelled)
    if not len(rows):
        raise InputError(f"{' or '.join(map(repr, by))} is missing for every row: no groups.")
    number = np.zeros(len(rows), dtype=np.int64)
    for code in codes:
        number = pairs(number, code[rows])[0]
    example = np.empty(number.max() + 1, dtype=np.int64)
    example[number] = rows
    order = np.lexsort([code[example] for code in reversed(codes)])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    group = np.full(len(data), -1, dtype=np.int64)
    group[rows] = rank[number]
    labels = {
        name: level.take(code[example[order]])
        for name, code, level in zip(by, codes, levels, strict=True)
    }
    unlabelled = int((inside & ~labelled).sum())
    return Domains(np.where(inside, group, -1), pd.DataFrame(labels), unlabelled)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows that are in some group, and the cells (group, cluster) they fall into."""

    sample: Sample
    rows: Codes | slice
    weight: Array
    group: Codes
    cell: Codes
    cells: Cells
    cell_weight: Array
    cell_rows: Array
    known: Calibration | None

    @property
    def groups(self) -> int:
        """How many groups there are, empty ones included."""
        return self.cells.groups

    def by_cell(self, values: Array) -> Array:
        """Return the sums of ``values``, one a row, by cell."""
        return np.bincount(self.cell, values, minlength=len(self.cells.group))

    def by_group(self, values: Array) -> Array:
        """Return the sums of ``values``, one a cell, by group."""
        return np.bincount(self.cells.group, values, minlength=self.groups)


def grid(sample: Sample, group: Codes, groups: int) -> Grid:
    """Return the grid of a sample's rows whose group is not −1 and whose weight is not zero."""
    used = (group >= 0) & (sample.weight > 0)
    rows = slice(None) if used.all() else np.flatnonzero(used)
    weight, chosen, cluster = sample.weight[rows], group[rows], sample.cluster[rows]
    cell, cell_group, cell_cluster = pairs(chosen, cluster)
    size = len(cell_group)
    return Grid(
        sample,
        rows,
        weight,
        chosen,
        cell,
        meet(sample, cell_group, cell_cluster, groups),
        np.bincount(cell, weight, minlength=size),
        np.bincount(cell, minlength=size).astype(float),
        calibration(sample, factors(sample)),
    )


@dataclass(frozen=True, slots=True)
class Moments:
    """One outcome by group: its mean, its spread, and what each cell adds to the mean."""

    estimate: Array
    spread: Array  # weighted variance within the group
    n: Codes  # respondents who answered
    unanswered: Codes
    base: Array  # Kish's effective base: what unequal weights alone leave
    influence: Array  # by cell
    respondents: Array  # by cell
    margins: Array | None  # influence by group and calibration category


def moments(of: Grid, outcome: Array) -> Moments:
    """Return the weighted mean of ``outcome`` in every group, with its influence."""
    y = outcome[of.rows]
    missing = np.isnan(y)
    weight, cell_weight, cell_n = of.weight, of.cell_weight, of.cell_rows
    if missing.any():
        weight = np.where(missing, 0.0, weight)
        y = np.where(missing, 0.0, y)
        cell_weight, cell_n = of.by_cell(weight), of.by_cell(~missing)
    # Sums of squares are taken about the middle, or large numbers would swallow their spread.
    centre = 0.0 if is_share(y) else float(y.mean()) if len(y) else 0.0
    weighted = weight * (y - centre) if centre else weight * y
    cell_y = of.by_cell(weighted)
    total = of.by_group(cell_weight)
    known = total > 0
    safe = np.where(known, total, 1.0)
    mean = of.by_group(cell_y) / safe
    square = of.by_group(of.by_cell(weighted * (y - centre))) if centre else of.by_group(cell_y)
    spread = np.maximum(square / safe - mean**2, 0.0)
    n = of.by_group(cell_n).astype(np.int64)
    squares = np.bincount(of.group, weight * weight, minlength=of.groups)
    cell_group, margins = of.cells.group, None
    if of.known is not None:
        influence = (weighted - mean[of.group] * weight) / safe[of.group]
        margins = of.known.totals(influence, of.group, of.groups, of.rows)
    return Moments(
        np.where(known, mean + centre, np.nan),
        spread,
        n,
        of.by_group(of.cell_rows).astype(np.int64) - n,
        np.where(known, total**2 / np.where(known, squares, 1.0), np.nan),
        (cell_y - mean[cell_group] * cell_weight) / safe[cell_group],
        cell_n,
        margins,
    )


def _mask(data: pd.DataFrame, where: Where) -> Bools:
    if where is None:
        return np.ones(len(data), dtype=bool)
    if isinstance(where, str):
        try:
            where = data[where] if where in data.columns else data.eval(where)
        except Exception as error:  # pandas raises many kinds for one mistake in a query
            raise InputError(
                f"Cannot read the condition {where!r}: {error}. Give a column of True and False, "
                "a mask, or a query such as 'age >= 65 and sex == \"female\"'."
            ) from None
    if isinstance(where, pd.Series):
        if not where.index.equals(data.index):
            raise InputError(
                f"The mask has {len(where):,} rows that are not the {len(data):,} of the table; "
                "make it from the same table, for example where=data.age >= 65."
            )
        where = where.to_numpy(dtype=object if where.isna().any() else None)
    mask = np.asarray(where)
    if mask.shape != (len(data),):
        raise InputError(f"The mask must have {len(data):,} values, found shape {mask.shape}.")
    if mask.dtype == bool:
        return mask
    mask = np.where(pd.isna(mask), False, mask)
    if not np.isin(mask, [True, False]).all():
        raise InputError(f"The mask must hold True and False, found {mask[:3].tolist()}.")
    return mask.astype(bool)
