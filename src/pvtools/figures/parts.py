"""Parts of a total as bars, and what moves an outcome most."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from pvtools import style, words
from pvtools.figures import canvas
from pvtools.measures import Format


def parts(
    table: pd.DataFrame,
    *,
    label: str,
    value: str,
    how: Format,
    notes: str | None = None,
    estimated: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a bar a row, in the order given, and its number at the end.

    Parameters
    ----------
    table
        One row a bar.
    label, value
        The columns that name and size the bars.
    how
        How numbers are written.
    notes
        A column of further words for the end of each bar.
    estimated
        Bars that rest on an estimate: hatched, and said so.
    """
    ax = canvas.axes(ax)
    row = np.arange(len(table))[::-1]
    guessed = table[label].isin(list(estimated)).to_numpy()
    ax.barh(row[~guessed], table[value][~guessed], height=0.6, color=style.ACCENT)
    ax.barh(
        row[guessed], table[value][guessed], height=0.6, color="white", edgecolor=style.ACCENT,
        hatch="////", linewidth=1,
    )  # fmt: skip
    for y, (_, line) in zip(row, table.iterrows(), strict=True):
        text = words.number(line[value], how) + (f"  {line[notes]}" if notes else "")
        ax.annotate(
            text, (line[value], y), xytext=(6, 0), textcoords="offset points", va="center",
            color=style.TEXT, annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(row, table[label])
    ax.set_xlim(0, 1.25 * table[value].max())
    canvas.numbers(ax.xaxis, how)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    if guessed.any():
        canvas.key(
            ax,
            Patch(color=style.ACCENT, label="counted"),
            Patch(facecolor="white", edgecolor=style.ACCENT, hatch="////", label="estimated"),
        )
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def swings(
    table: pd.DataFrame, *, label: str, baseline: float, how: Format, ax: Axes | None = None
) -> Axes:
    """Return an axis with the reach of each row around a baseline: a tornado.

    ``table`` has ``at_low`` and ``at_high``, the outcome with one assumption at either end.
    """
    ax = canvas.axes(ax)
    row = np.arange(len(table))[::-1]
    low = table.at_low.to_numpy(dtype=float)
    high = table.at_high.to_numpy(dtype=float)
    left, right = np.minimum(low, high), np.maximum(low, high)
    ax.barh(row, right - left, left=left, height=0.5, color="#A9C0D3")
    ax.plot(low, row, "o", color=style.ACCENT, markerfacecolor="white", markersize=6)
    ax.plot(high, row, "o", color=style.ACCENT, markersize=6)
    ax.axvline(baseline, color=style.TEXT, linewidth=1.2)
    ax.set_yticks(row, table[label])
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.use_sticky_edges = False  # or bars at the edge cut their dots in half
    ax.margins(x=0.06)
    canvas.numbers(ax.xaxis, how)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    marker = {"color": style.ACCENT, "marker": "o", "markersize": 6, "linewidth": 0}
    (hollow,) = ax.plot([], [], **marker, markerfacecolor="white", label="assumption at its low")
    (filled,) = ax.plot([], [], **marker, label="at its high")
    canvas.key(ax, hollow, filled)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
