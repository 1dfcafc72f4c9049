"""Many indicators of one place: small lines of past years, and its place between the ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pvtools import style
from pvtools.figures import canvas

#: Where the small line and the line from lowest to highest stand, across the sheet.
_PAST, _SPREAD = (0.0, 0.38), (0.56, 0.94)
_HEIGHT = 0.62  # of a row, for a small line


def glance(
    rows: pd.DataFrame,
    years: Mapping[str, tuple[pd.Series, tuple[int, ...]]],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a row an indicator, each on a scale of its own.

    Parameters
    ----------
    rows
        ``indicator, here, lowest, highest, near_low, near_high`` and, as text, ``here_text,
        lowest_text, highest_text, first_text``.
    years
        A place's values by year for each indicator, and the years after which the line breaks.
    """
    ax = canvas.axes(ax)
    for y, row in zip(np.arange(len(rows))[::-1], rows.itertuples(), strict=True):
        _past(*years[row.indicator], y, row, ax)
        _between(row, y, ax)
    ax.set_yticks(np.arange(len(rows))[::-1], list(rows.indicator))
    ax.set_xticks([])
    ax.set_xlim(-0.1, 1.02)
    ax.set_ylim(-0.7, len(rows) + 0.2)
    for where, said in ((_PAST, "by year"), (_SPREAD, "lowest to highest borough")):
        ax.annotate(said, (np.mean(where), len(rows) - 0.25), ha="center", fontsize=9,
                    color=style.QUIET)  # fmt: skip
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def _past(values: pd.Series, breaks: tuple[int, ...], y: float, row: object, ax: Axes) -> None:
    known = values.dropna()
    span = known.max() - known.min() or 1.0
    x = np.interp(known.index.year, [known.index.year.min(), known.index.year.max()], _PAST)
    at = y + _HEIGHT * ((known - known.min()) / span - 0.5)
    whole = known.index.year.to_numpy()
    new = np.diff(whole) > 1
    for year in breaks:
        new |= (whole[:-1] <= year) & (whole[1:] > year)
    cuts = np.flatnonzero(new) + 1
    for part_x, part_y in zip(np.split(x, cuts), np.split(at.to_numpy(), cuts), strict=True):
        alone = len(part_x) == 1
        ax.plot(part_x, part_y, "." if alone else "-", color=style.ACCENT, linewidth=1.5)
    ax.plot(x[-1], at.iloc[-1], "o", color=style.ACCENT, markersize=4.5)
    kwargs = {"textcoords": "offset points", "va": "center", "fontsize": 9, "color": style.QUIET}
    ax.annotate(row.first_text, (x[0], at.iloc[0]), xytext=(-4, 0), ha="right", **kwargs)
    ax.annotate(row.here_text, (x[-1], at.iloc[-1]), xytext=(6, 0), ha="left",
                **kwargs | {"color": style.ACCENT, "fontweight": "semibold"})  # fmt: skip


def _between(row: object, y: float, ax: Axes) -> None:
    def place(value: float) -> float:
        return float(np.interp(value, [row.lowest, row.highest], _SPREAD))

    ax.hlines(y, *_SPREAD, color=style.CONTEXT, linewidth=1.4)
    if not np.isnan(row.near_low):
        ax.hlines(y, place(row.near_low), place(row.near_high), color=style.SECOND, linewidth=5,
                  alpha=0.55)  # fmt: skip
    ax.plot(place(row.here), y, "o", color=style.ACCENT, markersize=7, zorder=4)
    for value, text, side in (
        (row.lowest, row.lowest_text, "right"),
        (row.highest, row.highest_text, "left"),
    ):
        ax.annotate(
            text,
            (place(value), y),
            xytext=(-6 if side == "right" else 6, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=9,
            color=style.QUIET,
        )
