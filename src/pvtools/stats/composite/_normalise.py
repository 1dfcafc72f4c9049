"""Indicators brought to one scale, against a base that does not move."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import numpy as np
import pandas as pd

from pvtools.stats._arguments import Array, floats, refuse, some

#: how an indicator is brought to the common scale → what that takes of the base
NORMALISATIONS = {
    "goalposts": ("low", "high"),
    "minmax": ("minimum", "maximum"),
    "reference": ("reference",),
    "z": ("mean", "sd"),
    "z100": ("mean", "sd"),
    "percentile": ("distribution",),
}
_WANTED = {
    "goalposts": "low and a higher high",
    "minmax": "minimum and a higher maximum",
    "reference": "a reference above zero",
    "z": "mean and an sd above zero",
    "z100": "mean and an sd above zero",
    "percentile": "two values that differ",
}
_CANNOT = "Cannot normalise"


def fixed_base(
    values: pd.DataFrame,
    *,
    low: float | Mapping[str, float] | pd.Series | None = None,
    high: float | Mapping[str, float] | pd.Series | None = None,
    reference: float | Mapping[str, float] | pd.Series | None = None,
) -> pd.DataFrame:
    """Return the fixed base of an index, from the values of a base year.

    Parameters
    ----------
    values
        Areas in rows, indicators in columns, in the base year; missing ones are left out.
    low, high
        Goalposts, if they are used; one for all or one by indicator, as ``reference``.
    reference
        The value that scores 100 under ``"reference"`` and stands in for one that is missing, such
        as the city's; the mean of the areas where it is not given.

    Returns
    -------
    pandas.DataFrame
        One row an indicator: ``low, high, reference, mean, sd, minimum, maximum`` and
        ``distribution`` (the sorted values, a tuple).

    Raises
    ------
    InputError
        Values that are no table of numbers, or an indicator with fewer than two of them.

    Notes
    -----
    A base that moves with the areas changes a score when only others changed (Nardo et al. 2008,
    OECD and JRC handbook, step 5). Kept with the index, this one does not.

    Examples
    --------
    >>> base = fixed_base(pd.DataFrame({"theft": [10, 20, 30]}))
    >>> base.loc["theft", ["mean", "sd", "maximum"]].tolist()
    [20.0, 10.0, 30.0]
    """
    table = tidy(values, "the values of the base year")
    known, faults = {}, []
    for what, given in (("low", low), ("high", high), ("reference", reference)):
        each, wrong = by_name(np.nan if given is None else given, table.columns, what)
        known[what] = floats(each)
        faults += wrong or [f"{what} is a number by indicator"] * (known[what] is None)
    if few := table.columns[table.count() < 2].tolist():
        faults.append(f"two values or more are needed of {some(few)}")
    refuse("Cannot make the base", faults)
    base = pd.DataFrame(
        {
            **known,
            "mean": table.mean(),
            "sd": table.std(),
            "minimum": table.min(),
            "maximum": table.max(),
        },
        table.columns,
    )
    base["reference"] = base["reference"].fillna(base["mean"])
    base["distribution"] = [tuple(table[name].dropna().sort_values()) for name in table]
    return base.rename_axis("indicator")


def normalise(
    values: pd.DataFrame,
    *,
    how: str,
    base: pd.DataFrame,
    direction: Mapping[str, int] | pd.Series | None = None,
) -> pd.DataFrame:
    """Return the indicators on one scale on which higher is better, against a fixed base.

    Parameters
    ----------
    values
        Areas in rows, indicators in columns; missing ones stay missing.
    how
        ``"goalposts"``: 0 to 100 between ``low`` and ``high``, no score beyond them; ``"minmax"``:
        the same between ``minimum`` and ``maximum`` of the base, scores may lie beyond;
        ``"reference"``: 100 at the reference, 110 where it is 10% better; ``"z"``: standard
        deviations of the base from its mean; ``"z100"``: 100 plus ten times that;
        ``"percentile"``: between 0 and 100, the place among the values of the base.
    base
        One row an indicator, as of :func:`fixed_base`, or a table with the columns ``how`` takes.
    direction
        1 where higher is better, −1 where lower is; 1 for all without it.

    Returns
    -------
    pandas.DataFrame
        Scores in the shape of ``values``. They depend on the base and on the area itself only.

    Raises
    ------
    InputError
        An unknown ``how`` or direction, indicators the base lacks or of which it has no spread.

    Notes
    -----
    The methods of the OECD and JRC handbook (Nardo et al. 2008), each with a base that is given.
    The distance to a reference is linear in both directions: twice the reference scores 200 where
    higher is better and 0 where lower is. Percentiles are Hazen's places, straight lines between.

    Examples
    --------
    >>> base = pd.DataFrame({"low": [0.0], "high": [50.0]}, index=["theft"])
    >>> areas = pd.DataFrame({"theft": [10, 60]}, index=["a", "b"])
    >>> normalise(areas, how="goalposts", base=base, direction={"theft": -1}).theft.tolist()
    [80.0, 0.0]
    """
    table = tidy(values, "values")
    names = table.columns
    sign, faults = signs(direction, names)
    refuse(_CANNOT, base_faults(how, base, names) + faults)
    scored = to_scale(table.to_numpy(), how, base.loc[names], sign)
    return pd.DataFrame(scored, index=table.index, columns=names)


def by_name(given: object, names: pd.Index, what: str) -> tuple[pd.Series, list[str]]:
    """Return what is given, one for all or one by indicator, by its name, and what is wrong."""
    faults = []
    if isinstance(given, Mapping | pd.Series):
        given = dict(given)
        if unknown := [name for name in given if name not in names]:
            faults.append(f"{what} is given for {some(unknown)}, which is no indicator")
    elif not (given is None or isinstance(given, str | Real)):
        faults.append(f"{what} is one for all or one by indicator, found {given!r}")
        given = None
    return pd.Series(given, index=names, dtype=object), faults


def signs(direction: object, names: pd.Index) -> tuple[Array, list[str]]:
    """Return the direction of each indicator, and which have one that is neither 1 nor −1."""
    sign, faults = by_name(1 if direction is None else direction, names, "direction")
    bad = names[~sign.isin([1, -1])].tolist()
    if bad:
        return np.ones(len(names)), [*faults, f"a direction is 1 or -1, not that of {some(bad)}"]
    return sign.to_numpy(dtype=float), faults


def base_faults(how: object, base: object, names: pd.Index) -> list[str]:
    """Return what a base lacks for a normalisation of these indicators."""
    if how not in [*NORMALISATIONS]:
        return [f"normalisation is one of {', '.join(NORMALISATIONS)}, found {how!r}"]
    if not isinstance(base, pd.DataFrame):
        return [f"the base is a table with a row an indicator, found {base!r}"]
    takes = NORMALISATIONS[how]
    if lacks := [column for column in takes if column not in base]:
        return [f"the base has no {' and no '.join(lacks)}, which {how} takes"]
    if lacks := [name for name in names if name not in base.index]:
        return [f"the base does not have {some(lacks)}"]
    if base.index.has_duplicates:
        return ["the base has one row an indicator, found some twice"]
    rows = base.loc[names]
    if how == "percentile":
        good = [len(set(spread)) > 1 for spread in rows["distribution"]]
    else:
        ends = floats(rows[[*takes]])
        if ends is None:
            return [f"{' and '.join(takes)} of the base are numbers"]
        above = ends[:, -1] - (ends[:, 0] if how in {"goalposts", "minmax"} else 0)
        good = np.isfinite(ends).all(axis=1) & (above > 0)
    bad = names[~np.asarray(good)].tolist()
    return [f"{how} takes {_WANTED[how]}, which the base lacks for {some(bad)}"] if bad else []


def to_scale(values: Array, how: str, base: pd.DataFrame, sign: Array) -> Array:
    """Return scores of values whose last axis is the indicators, rows of ``base`` in order."""
    if how == "percentile":
        return _percentile(values, base["distribution"], sign)
    start, step, centre = line(how, base, sign)
    scored = (values - start) * step + centre
    return np.clip(scored, 0, 100, out=scored) if how == "goalposts" else scored


def line(how: str, base: pd.DataFrame, sign: Array) -> tuple[Array, Array, float]:
    """Return the value that scores the centre, the score of one unit more, and the centre."""
    first, last = (base[name].to_numpy(dtype=float) for name in (NORMALISATIONS[how] * 2)[:2])
    if how in {"goalposts", "minmax"}:
        return np.where(sign > 0, first, last), 100 * sign / (last - first), 0.0
    if how == "reference":
        return first, 100 * sign / first, 100.0
    return (first, 10 * sign / last, 100.0) if how == "z100" else (first, sign / last, 0.0)


def _percentile(values: Array, distributions: pd.Series, sign: Array) -> Array:
    scored = np.empty_like(values)
    for i, distribution in enumerate(distributions):
        known, first, count = np.unique(distribution, return_index=True, return_counts=True)
        place = 100 * (first + count / 2) / len(distribution)
        scored[..., i] = np.interp(values[..., i], known, place)
    return np.where(sign > 0, scored, 100 - scored)


def tidy(values: object, what: str) -> pd.DataFrame:
    read = floats(values) if isinstance(values, pd.DataFrame) else None
    if read is None or values.columns.has_duplicates or values.index.has_duplicates:
        refuse(
            _CANNOT,
            [f"{what} are a table of numbers, areas in rows and indicators in columns, each once"],
        )
    if np.isinf(read).any():
        refuse(_CANNOT, [f"{what} are finite"])
    return pd.DataFrame(read, index=values.index, columns=values.columns)
