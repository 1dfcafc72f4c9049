"""Composition: what a total is made of, part by part, against a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pvtools import areas, style, words
from pvtools.estimates import of_area, written
from pvtools.figures import canvas


def composition(
    estimates: pd.DataFrame,
    *,
    highlight: str,
    context: str = areas.LONDON,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a bar a part, and the whole's value as a tick.

    Parameters
    ----------
    estimates
        Estimate table of one measure with a row a ``group``; the largest stands first.
    highlight, context
        The borough, and the whole it is seen against.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    own = of_area(estimates, highlight).sort_values("estimate", ascending=False)
    whole = estimates[estimates.area == context].set_index("group").estimate
    if highlight == context:  # seen against nothing
        whole = whole.iloc[:0]
    row = np.arange(len(own))[::-1]
    ax.barh(row, own.estimate, height=0.62, color=style.ACCENT, alpha=0.9)
    known = whole.reindex(own.group).notna().to_numpy()
    ax.vlines(
        whole.reindex(own.group)[known],
        row[known] - 0.42,
        row[known] + 0.42,
        color=style.TEXT,
        linewidth=2.2,
        zorder=4,
    )
    other = whole.reindex(own.group).fillna(0).to_numpy()
    end = own.estimate.to_numpy()
    right = 1.03 * max(end.max(), other.max(initial=0))
    for y, value in zip(row, own.estimate, strict=True):  # apart from ticks, as a column
        ax.annotate(
            words.number(value, how),
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=style.ACCENT,
            annotation_clip=False,
        )
    ax.set_yticks(row, own.group)
    ax.set_xlim(0, right)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    canvas.numbers(ax.xaxis, how)
    tick = Line2D(
        [],
        [],
        color=style.TEXT,
        marker="|",
        markersize=13,
        markeredgewidth=2.2,
        linewidth=0,
        label=context,
    )
    bar = Patch(color=style.ACCENT, alpha=0.9, label=highlight)
    canvas.key(ax, bar, *([tick] if len(whole) else []))
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
