"""Values that are exact or supposed, so without interval: a dot a row, its number beside it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from pvtools import style, words
from pvtools.figures import canvas
from pvtools.measures import Format


def values(
    table: pd.DataFrame,
    *,
    label: str,
    how: Format,
    reference: float | None = None,
    reference_label: str = "",
    marked: Collection[str] = (),
    tens: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a dot and its number a row, in the order given.

    Parameters
    ----------
    table
        Rows with ``estimate``.
    label
        The column that names the rows.
    how
        How the numbers are written.
    reference, reference_label
        A value to compare with, drawn as a line, and what it is.
    marked
        Names in the accent colour with filled dots; the rest are grey and hollow.
    tens
        A scale on which each step is ten times the one before; else one that begins at zero.
    """
    ax = canvas.axes(ax)
    known = table.dropna(subset=["estimate"])
    row = pd.Series(np.arange(len(table))[::-1], index=table.index)
    for name, y, value in zip(known[label], row[known.index], known.estimate, strict=True):
        own = name in marked
        colour = style.ACCENT if own else style.QUIET
        ax.plot(
            value, y, "o", color=colour, markerfacecolor=colour if own else "white",
            markersize=6, zorder=3,
        )  # fmt: skip
        ax.annotate(
            words.number(value, how), (value, y), xytext=(8, 0), textcoords="offset points",
            va="center", color=colour, fontweight="semibold" if own else "normal",
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5}, zorder=2,
        )  # fmt: skip
    low, high = known.estimate.min(), known.estimate.max()
    if tens:
        in_tens(ax, low / 2, 6 * high)
    else:
        ax.set_xlim(0, 1.18 * max(high, reference or 0))
        canvas.numbers(ax.xaxis, how)
    if reference is not None:
        ax.axvline(reference, color=style.TEXT, linewidth=1.2)
        ax.annotate(
            reference_label, (reference, 1), xycoords=("data", "axes fraction"), xytext=(4, 3),
            textcoords="offset points", va="bottom", color=style.TEXT, annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(row, table[label])
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def in_tens(ax: Axes, low: float, high: float) -> None:
    """Give the horizontal axis steps of ten times the one before, written out."""
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ticks = 10.0 ** np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.set_xticks(ticks, [words.number(tick, "count") for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
