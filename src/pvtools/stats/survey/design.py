"""How people were drawn: the design, and the sample it makes of a table of respondents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.errors import InputError, did_you_mean
from pvtools.stats._arguments import Array, refuse

Codes = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Design:
    """How people were drawn, as the names of columns of the table of respondents.

    Parameters
    ----------
    weight
        Survey weights, zero or more; only their ratios matter. Not given: all alike.
    stratum
        Strata from which clusters were drawn separately. Not given: one stratum.
    cluster
        First-stage clusters (primary sampling units). The same name in two strata means two
        clusters. Not given: every respondent was drawn alone.
    calibration
        Columns to whose known totals the weights were raked (see :func:`rake`). Standard errors
        then count only what those columns leave unexplained.

    Examples
    --------
    >>> Design(weight="weight", stratum="borough", cluster="ward").stratum
    'borough'
    """

    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    calibration: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.calibration, str):
            object.__setattr__(self, "calibration", (self.calibration,))

    def columns(self) -> list[str]:
        """Return the names of the columns the design needs."""
        named = [self.weight, self.stratum, self.cluster, *self.calibration]
        return [name for name in named if name is not None]


@dataclass(frozen=True, slots=True)
class Sample:
    """A table of respondents read through its design: what every estimate starts from.

    ``cluster`` numbers each row's cluster, ``stratum`` each cluster's stratum, ``clusters``
    counts those of a stratum, all of them, whichever domain is estimated.
    """

    weight: Array
    cluster: Codes
    stratum: Codes
    clusters: Codes
    margins: tuple[Codes, ...]

    @property
    def alone(self) -> Bools:
        """Which strata hold a single cluster."""
        return self.clusters == 1


def read(data: pd.DataFrame, design: Design, also: Iterable[str] = ()) -> Sample:
    """Return the sample that ``data`` are under ``design``; ``also`` must be columns too.

    Raises
    ------
    InputError
        No rows, unknown columns, or weights, strata or clusters that are missing or impossible.
    """
    if not isinstance(design, Design):
        raise InputError(
            f"design must say how people were drawn, for example survey.Design(weight='weight', "
            f"stratum='borough', cluster='ward'); found {design!r}."
        )
    check_columns(data, [*design.columns(), *also])
    faults: list[str] = []
    weight = _weights(data, design.weight, faults)
    keys = {}
    for role, name in [
        ("stratum", design.stratum),
        ("cluster", design.cluster),
        *(("calibration column", name) for name in design.calibration),
    ]:
        if name is None:
            continue
        keys[role, name] = pd.factorize(data[name])[0]
        missing = int((keys[role, name] < 0).sum())
        if missing:
            faults.append(f"{role} {name!r} is missing for {missing:,} of {len(data):,} rows")
    refuse("Cannot use this survey design", faults)
    rows = len(data)
    stratum = keys.get(("stratum", design.stratum), np.zeros(rows, dtype=np.int64))
    if design.cluster is None:
        cluster, stratum_of_cluster = np.arange(rows), stratum
    else:
        # Clusters are numbered within their strata: ward 1 here is not ward 1 there.
        cluster, stratum_of_cluster, _ = pairs(stratum, keys["cluster", design.cluster])
    clusters = np.bincount(stratum_of_cluster)
    margins = tuple(keys["calibration column", name] for name in design.calibration)
    return Sample(weight, cluster, stratum_of_cluster, clusters, margins)


def check_columns(data: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table without rows or without these columns, naming all that are absent."""
    if not isinstance(data, pd.DataFrame):
        raise InputError(
            f"Respondents must be a pandas DataFrame, one row each; found {type(data).__name__}."
        )
    held, names = [str(name) for name in data.columns], list(dict.fromkeys(names))
    unknown = [name for name in names if name not in data.columns]
    if unknown:
        hints = " ".join(
            f"Unknown column {name!r}.{did_you_mean(str(name), held)}" for name in unknown
        )
        raise InputError(f"{hints} The table has: {', '.join(held)}.")
    twice = sorted(set(data.columns[data.columns.duplicated()]) & set(names), key=str)
    if twice:
        raise InputError(f"The table has more than one column {', '.join(map(repr, twice))}.")
    if data.empty:
        raise InputError("The table holds no respondents: there is nothing to estimate from.")


def pairs(first: Codes, second: Codes) -> tuple[Codes, Codes, Codes]:
    """Return a number for each row's pair, and the two halves of each numbered pair."""
    width = int(second.max(initial=0)) + 1
    key = first.astype(np.int64) * width + second
    span = int(key.max(initial=0)) + 1
    if span <= 4 * len(key) + 1_000_000:
        # A table of what occurs is several times quicker than a hash, where it fits.
        seen = np.zeros(span, dtype=bool)
        seen[key] = True
        found = np.flatnonzero(seen)
        number = np.empty(span, dtype=np.int64)
        number[found] = np.arange(len(found))
        return number[key], found // width, found % width
    code, found = pd.factorize(key)
    return code, found // width, found % width


def numbers(data: pd.DataFrame, name: str) -> Array:
    """Return a column as floats, missing values as NaN.

    Raises
    ------
    InputError
        The column holds something other than numbers or truth values.
    """
    column = data[name]
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        text = pd.Series(column.to_numpy(dtype=object), dtype=object)
        known = text.dropna()
        # Times and dates would turn into counts of nanoseconds, which nobody means.
        read = pd.to_numeric(known.map(str), errors="coerce")
        if read.isna().any():
            raise InputError(
                f"Column {name!r} must hold numbers or True and False; found "
                f"{known[read.isna()].iloc[0]!r}. Code the answers first, for example "
                "(data.answer == 'good'), with missing answers left missing."
            )
        column = read.reindex(text.index)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise InputError(
            f"Column {name!r} holds infinite values; make them missing or correct them."
        )
    return values


def shares(data: pd.DataFrame, name: str) -> Array:
    """Return a column of 0 and 1 as floats, missing values as NaN; refuse anything else."""
    values = numbers(data, name)
    if not is_share(values):
        astray = values[~((values == 0) | (values == 1) | np.isnan(values))]
        raise InputError(
            f"A proportion needs answers of 0 and 1 (or False and True), but {name!r} holds "
            f"{astray[0]:g} in {len(astray):,} rows. Code it first, for example "
            f"(data[{name!r}] >= 4), with missing answers left missing; or use survey.mean."
        )
    return values


def is_share(values: Array) -> bool:
    """Return whether all that is known is 0 or 1."""
    return bool(((values == 0) | (values == 1) | np.isnan(values)).all())


def _weights(data: pd.DataFrame, name: str | None, faults: list[str]) -> Array:
    if name is None:
        return np.ones(len(data))
    try:
        weight = numbers(data, name)
    except InputError:
        faults.append(f"weight {name!r} must hold finite numbers, zero or more")
        return np.ones(len(data))
    missing = int(np.isnan(weight).sum())
    if missing:
        faults.append(f"weight {name!r} is missing for {missing:,} of {len(data):,} rows")
    lowest = np.nanmin(weight) if missing < len(weight) else 0.0
    if lowest < 0:
        below = int((weight < 0).sum())
        faults.append(
            f"weight {name!r} is negative for {below:,} rows, smallest {lowest:g}; weights are "
            "zero or more"
        )
    elif not missing and not weight.any():
        faults.append(f"weight {name!r} is zero for every row; some must be positive")
    return weight
