"""Forests: a row a unit, with its interval; and how far estimates are drawn towards the whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pvtools import style
from pvtools.figures import canvas
from pvtools.measures import Format


def forest(
    estimates: pd.DataFrame,
    *,
    label: str,
    how: Format,
    reference: float | None = None,
    marked: Collection[str] = (),
    marked_label: str = "",
    others_label: str = "",
    tick: str | None = None,
    tick_label: str = "",
    ticks: Sequence[float] = (),
    bands: Sequence[float] = (),
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a dot and an interval a row, in the order given.

    Parameters
    ----------
    estimates
        Estimate table, one row a line of the figure.
    label
        The column that names the rows.
    how
        How the numbers on the axis are written.
    reference
        A value to compare with, drawn as a line.
    marked
        Names in the accent colour with filled dots; the rest are grey and hollow.
    marked_label, others_label
        What the two kinds of dot mean; a kind without a label is not explained.
    tick, tick_label
        A column of values drawn as ticks, such as true ones, and what they are.
    ticks
        Where the axis has numbers; it then ends half a step beyond the first and the last.
    bands
        Two or more values at which bands begin; every second one is shaded, and each is a tick.
    unit
        What the numbers on the axis are, written below it, where that is not said above.
    """
    ax = canvas.axes(ax)
    row = np.arange(len(estimates))[::-1]
    strong = estimates[label].isin(list(marked)).to_numpy()
    if reference is not None:
        ax.axvline(reference, color=style.TEXT, linewidth=1.2)
    kinds = ((~strong, style.QUIET, "white"), (strong, style.ACCENT, style.ACCENT))
    for rows, colour, fill in kinds:
        part = estimates[rows]
        ax.hlines(row[rows], part.lower, part.upper, color=colour, linewidth=2, alpha=0.55)
        ax.plot(
            part.estimate, row[rows], "o", color=colour, markerfacecolor=fill, markersize=5.5,
            zorder=3,
        )  # fmt: skip
    ax.set_yticks(row, estimates[label])
    ax.set_ylim(-0.7, len(estimates) - 0.3)
    ax.margins(x=0.04)
    canvas.numbers(ax.xaxis, how)
    ax.set_xlabel(unit)
    canvas.say_start(ax, ax.xaxis, how)
    if len(ticks):
        ax.set_xticks(ticks)
        ax.set_xlim(min(ticks) - 0.5, max(ticks) + 0.5)
    if len(bands) > 1:
        _shade(ax, bands)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    handles = [
        _dot(colour, fill, text)
        for text, colour, fill in (
            (marked_label, style.ACCENT, style.ACCENT),
            (others_label, style.QUIET, "white"),
        )
        if text
    ]
    if tick is not None:
        (line,) = ax.plot(
            estimates[tick], row, "|", color=style.SECOND, markersize=9, markeredgewidth=2,
            zorder=4, label=tick_label,
        )  # fmt: skip
        handles.append(line)
    if handles:
        canvas.key(ax, *handles)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def shrinkage(
    estimates: pd.DataFrame, *, label: str, how: Format, target: float, ax: Axes | None = None
) -> Axes:
    """Return an axis with each direct estimate, and where it lies once strength is borrowed.

    ``estimates`` has columns ``direct`` and ``estimate, lower, upper``; ``target`` is the whole.
    """
    ax = canvas.axes(ax)
    row = np.arange(len(estimates))[::-1]
    ax.axvline(target, color=style.TEXT, linewidth=1.2)
    ax.hlines(row, estimates.lower, estimates.upper, color=style.ACCENT, linewidth=2.4, alpha=0.45)
    ax.hlines(row, estimates.direct, estimates.estimate, color=style.QUIET, linewidth=0.8)
    ax.plot(estimates.direct, row, "o", color=style.QUIET, markerfacecolor="white", markersize=5)
    ax.plot(estimates.estimate, row, "o", color=style.ACCENT, markersize=5.5, zorder=3)
    ax.set_yticks(row, estimates[label])
    ax.set_ylim(-0.7, len(estimates) - 0.3)
    canvas.numbers(ax.xaxis, how)
    canvas.say_start(ax, ax.xaxis, how)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    canvas.key(
        ax,
        _dot(style.QUIET, "white", "own interviews alone"),
        _dot(style.ACCENT, style.ACCENT, "with strength borrowed from all"),
    )
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def _shade(ax: Axes, bands: Sequence[float]) -> None:
    """Shade every second band, with a tick where each begins."""
    low, high = ax.get_xlim()
    low, high = min(low, bands[0] - 5), max(high, bands[-1] + 5)
    edges = [low, *bands, high]
    for start, stop in list(pairwise(edges))[::2]:
        ax.axvspan(start, stop, color=style.CONTEXT, alpha=0.25, linewidth=0, zorder=0)
    step = bands[1] - bands[0]
    ax.set_xticks([*np.arange(bands[0] - step, low, -step)[::-1], *bands])
    ax.set_xlim(low, high)


def _dot(colour: str, fill: str, label: str) -> Line2D:
    return Line2D(
        [], [], color=colour, marker="o", markerfacecolor=fill, markersize=6, linewidth=2,
        label=label,
    )  # fmt: skip
