"""Dots with intervals: several measures of one borough, or one measure of all boroughs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from pvtools import areas, measures, style, words
from pvtools.estimates import of_area, written
from pvtools.figures import canvas

#: Ticks of a scale of ratios.
_STEPS = (1, 2, 5, 10, 20, 50, 75, 100, 125, 150, 200, 300, 400, 500)


def interval_dots(
    estimates: pd.DataFrame,
    *,
    highlight: str,
    context: str = areas.LONDON,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a row a measure: the borough's dot and interval, London as a bar.

    ``estimates`` is an estimate table of several measures in one format; rows keep their order.
    """
    ax = canvas.axes(ax)
    own = of_area(estimates, highlight).reset_index(drop=True)
    whole = estimates[estimates.area == context].set_index("measure").estimate
    if highlight == context:
        whole = whole.iloc[:0]
    how = written(own).format
    row = np.arange(len(own))[::-1]
    ax.hlines(row, own.lower, own.upper, color=style.ACCENT, linewidth=3, alpha=0.45)
    ax.plot(own.estimate, row, "o", color=style.ACCENT, markersize=8, zorder=3)
    ax.plot(
        whole.reindex(own.measure),
        row,
        "|",
        color=style.TEXT,
        markersize=15,
        markeredgewidth=2,
        zorder=4,
    )
    for y, line in zip(row, own.itertuples(), strict=True):
        text = f"{words.number(line.estimate, how)} ({words.interval(line.lower, line.upper, how)})"
        ax.annotate(
            text,
            (1.02, y),
            xycoords=("axes fraction", "data"),
            va="center",
            color=style.ACCENT,
            annotation_clip=False,
        )
    ax.set_yticks(row, [measures.find(key).label for key in own.measure])
    ax.set_ylim(-0.6, len(own) - 0.4)
    ax.set_xlim(0, 1)
    canvas.numbers(ax.xaxis, how)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    marks = [
        Line2D([], [], color=style.ACCENT, marker="o", markersize=8, linewidth=3, label=highlight),
        Line2D([], [], color=style.TEXT, marker="|", markersize=13, markeredgewidth=2, linewidth=0,
               label=context),
    ]  # fmt: skip
    canvas.key(ax, *marks[: 2 if len(whole) else 1])
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def beside(
    estimates: pd.DataFrame, *, highlight: str, context: str = areas.LONDON, ax: Axes | None = None
) -> Axes:
    """Return an axis with a dot an area on a scale of ratios; rows keep their order.

    ``estimates`` is an estimate table of one measure; each number stands beside its dot.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    row = np.arange(len(estimates))[::-1]
    low, high = estimates.estimate.min(), estimates.estimate.max()
    for y, line in zip(row, estimates.itertuples(), strict=True):
        own = line.area == highlight
        colour = style.ACCENT if own else style.TEXT if line.area == context else style.QUIET
        ax.plot(line.estimate, y, "D" if line.area == context else "o", color=colour,
                markersize=9 if own else 7, zorder=3)  # fmt: skip
        ax.annotate(
            words.number(line.estimate, how),
            (line.estimate, y),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontweight="semibold" if own else "normal",
        )
    ax.set_yticks(row, list(estimates.area))
    ax.set_ylim(-0.6, len(estimates) - 0.4)
    ax.set_xscale("log")
    ax.set_xlim(low / 1.15, high * 1.3)
    ticks = [t for t in _STEPS if low / 1.15 <= t <= high * 1.3]
    ax.set_xticks(ticks, [words.tick(t, how) for t in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.grid(axis="y", visible=True)
    ax.grid(axis="x", visible=True)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax


def strip(
    estimates: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    highlight: str,
    target: float,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with one dot a borough between the limits that chance allows.

    For samples of equal size, where a funnel would have no width to open along. ``limits`` is
    one row of ``funnel.limits``. Equal values are stacked; only ``highlight`` is named.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    band = limits.iloc[0]
    ax.axvspan(band.lower_99_8, band.upper_99_8, color=style.PALE, linewidth=0)
    ax.axvspan(band.lower_95, band.upper_95, color="#D3DFE8", linewidth=0)
    ax.axvline(target, color=style.TEXT, linewidth=1.4)
    rows = estimates[estimates.area != areas.LONDON]
    others = rows[rows.area != highlight].sort_values(["estimate", "area"])
    height = others.groupby("estimate").cumcount() + 1.6
    ax.plot(others.estimate, height, "o", color="#8C8C8C", markersize=7.5, markeredgecolor="white")
    # The borough has a row of its own, so that its interval hides nobody.
    own = of_area(rows, highlight).iloc[0]
    ax.hlines(0, own.lower, own.upper, color=style.ACCENT, linewidth=3, alpha=0.5)
    ax.plot(own.estimate, 0, "o", color=style.ACCENT, markersize=10)
    ax.annotate(
        highlight,
        (own.upper, 0),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        color=style.ACCENT,
        fontweight="semibold",
        annotation_clip=False,
    )
    ax.annotate(
        areas.LONDON,
        (target, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=style.TEXT,
    )
    ax.set_ylim(-0.8, height.max() + 0.8)
    low = min(rows.lower.min(), band.lower_99_8)
    high = max(rows.upper.max(), band.upper_99_8)
    ax.set_xlim(np.floor(20 * low) / 20, np.ceil(20 * high) / 20)
    ax.set_yticks([])
    ax.grid(visible=False)
    canvas.numbers(ax.xaxis, how)
    canvas.say_start(ax, ax.xaxis, how)
    sns.despine(ax=ax, left=True)
    return ax
