"""From counts by area, month and category to one change an area; and what is wrong with them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.errors import did_you_mean
from pvtools.stats._arguments import Array, refuse, some
from pvtools.stats._before_after import FEWEST
from pvtools.stats._series import Moment, side_faults

_FEWEST_AREAS, _FEWEST_IN_GROUP = 4, 2
_CANNOT = "Cannot compare effort"


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of log outputs, one value an area, and caveats on them.

    ``pressed`` is True in areas under the target: in all of them, if none were named.
    """

    targeted: Array
    untargeted: Array
    pressed: NDArray[np.bool_]
    cases: float
    caveats: tuple[str, ...]


def changes(
    counts: pd.DataFrame,
    targeted: Sequence[Hashable],
    untargeted: Sequence[Hashable],
    area: str,
    start: Moment,
    pressure: str | None,
) -> Changes:
    """Return by how much the logs of mean outputs changed in each area, or name every fault."""
    refuse(_CANNOT, _column_faults(counts, targeted, untargeted, area, pressure))
    rows = counts[counts["category"].isin([*targeted, *untargeted])]
    after, faults = _after(rows["month"], start)
    refuse(_CANNOT, faults + _row_faults(rows, area, pressure))
    rows = rows.assign(count=rows["count"].astype(float), month=after.index, after=after.array)
    wide = rows.pivot(index=[area, "after", "month"], columns="category", values="count")
    months = _months(wide.dropna(), area)
    enough = months.index[(months >= FEWEST).all(axis=1)]
    months = months.loc[enough]
    pressed = np.ones(len(enough), dtype=bool)
    if pressure is not None:
        pressed = rows.groupby(area)[pressure].first().loc[enough].to_numpy(dtype=bool)
    refuse(_CANNOT, _area_faults(enough, pressed, pressure))
    whole = wide.dropna().loc[enough]
    outputs = [whole[list(kinds)].sum(axis=1) for kinds in (targeted, untargeted)]
    totals = np.stack([_by_side(output, area).loc[enough] for output in outputs])
    # Half a case each where the count is zero: it has no logarithm.
    empty = (totals == 0).any(axis=(0, 2))
    logs = np.log((totals + 0.5 * empty[:, None]) / months.to_numpy())
    return Changes(
        *(logs[:, :, 1] - logs[:, :, 0]),
        pressed,
        float(totals.sum()),
        _caveats(wide, enough, empty, months, pressure is not None),
    )


def _by_side(output: pd.Series, area: str) -> pd.DataFrame:
    return output.groupby(level=[area, "after"]).sum().unstack("after")


def _months(whole: pd.DataFrame, area: str) -> pd.DataFrame:
    sizes = whole.groupby(level=[area, "after"]).size().unstack("after", fill_value=0)
    return sizes.reindex(columns=[False, True], fill_value=0)


def _after(months: pd.Series, start: Moment) -> tuple[pd.Series, list[str]]:
    """Return which months lie at or after the start, indexed by month, or what is wrong."""
    numbers = pd.api.types.is_numeric_dtype(months.dtype)
    nothing = pd.Series(dtype=bool)
    try:
        if numbers != isinstance(start, int | np.integer):
            raise ValueError("a number is no date, and a date no number")
        when = pd.Index(months) if numbers else pd.PeriodIndex(months, freq="M")
        moment = start if numbers else pd.Period(start, freq="M")
    except (ValueError, TypeError):
        kind = "a whole number" if numbers else "a date, such as '2013-04'"
        return nothing, [f"months and start are both dates, or numbers: start is {kind}: {start!r}"]
    every = when.unique()
    if not every.min() < moment <= every.max():
        span = f"after {every.min()} and up to {every.max()}"
        return nothing, [f"start lies in the months, {span}, not at {moment}"]
    before, later = int((every < moment).sum()), int((every >= moment).sum())
    if faults := side_faults(before, later, fewest=FEWEST, what="months"):
        return nothing, faults
    return pd.Series(when >= moment, index=when), []


def _column_faults(
    counts: object,
    targeted: Sequence[Hashable],
    untargeted: Sequence[Hashable],
    area: str,
    pressure: str | None,
) -> list[str]:
    if not isinstance(counts, pd.DataFrame):
        return [f"counts is a DataFrame, not {type(counts).__name__}"]
    wanted = [area, "month", "category", "count", *([] if pressure is None else [pressure])]
    missing = [name for name in wanted if name not in counts.columns]
    if missing:
        there = ", ".join(map(str, counts.columns))
        return [f"counts has no column {', '.join(map(repr, missing))}; it has: {there}"]
    faults = []
    known = counts["category"].unique()
    for name, kinds in (("targeted", targeted), ("untargeted", untargeted)):
        if isinstance(kinds, str) or not len(kinds):
            faults.append(f"{name} is a list of one category or more, not {kinds!r}")
            continue
        allowed = [str(kind) for kind in known]
        faults += [
            f"there is no category {kind!r}.{did_you_mean(str(kind), allowed)}"
            for kind in kinds
            if kind not in known
        ]
    both = [kind for kind in targeted if kind in list(untargeted)]
    if both and not faults:
        faults.append(f"a category is targeted or not, found both: {some(both)}")
    return faults


def _row_faults(rows: pd.DataFrame, area: str, pressure: str | None) -> list[str]:
    faults = []
    if rows[[area, "month"]].isna().any(axis=None):
        faults.append("every count has an area and a month")
    if not pd.api.types.is_numeric_dtype(rows["count"].dtype):
        return [*faults, f"counts are numbers, found {rows['count'].dtype}"]
    if (rows["count"] < 0).any() or np.isinf(rows["count"].to_numpy(float, na_value=0)).any():
        faults.append("counts are zero or more, and finite")
    twice = rows.duplicated([area, "month", "category"])
    if twice.any():
        first = rows.loc[twice, [area, "month", "category"]].iloc[0].tolist()
        faults.append(f"more than one count for {some(first)}; add them up")
    if pressure is not None:
        varies = rows.groupby(area)[pressure].nunique(dropna=False)
        if not rows[pressure].isin([True, False]).all():
            faults.append(f"{pressure!r} is True or False in every row")
        elif (varies > 1).any():
            faults.append(f"{pressure!r} is one of an area, varies in {some(varies.index)}")
    return faults


def _area_faults(enough: pd.Index, pressed: Array, pressure: str | None) -> list[str]:
    if len(enough) < _FEWEST_AREAS:
        return [
            f"{_FEWEST_AREAS} areas or more are needed in which every category is known in "
            f"{FEWEST} months on each side, found {len(enough)}; do targeted and untargeted "
            "categories share areas?"
        ]
    groups = int(pressed.sum()), int((~pressed).sum())
    if pressure is not None and min(groups) < _FEWEST_IN_GROUP:
        return [
            f"{_FEWEST_IN_GROUP} areas or more are needed under pressure and not, found "
            f"{groups[0]} and {groups[1]}"
        ]
    return []


def _caveats(
    wide: pd.DataFrame,
    enough: pd.Index,
    empty: NDArray[np.bool_],
    months: pd.DataFrame,
    compared: bool,
) -> tuple[str, ...]:
    caveats = []
    place = wide.index.get_level_values(0)
    out = place.unique().difference(enough)
    if len(out):
        caveats.append(
            f"Left out, for fewer than {FEWEST} months on a side are known: {some(out)}."
        )
    gaps = int(wide[place.isin(enough)].isna().any(axis=1).sum())
    if gaps:
        caveats.append(f"{gaps} months of areas are left out, for a category is missing in them.")
    if empty.any():
        names = some(enough[empty])
        caveats.append(f"Half a case is added where there are none on a side: {names}.")
    if not compared:
        caveats.append("No areas to compare with: what moved outputs apart everywhere is included.")
        if (months % 12).to_numpy().any():
            caveats.append("Not whole years before and after: seasons may look like a change.")
    return tuple(caveats)
