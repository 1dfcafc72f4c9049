"""Funnels: each part against its size, between the limits that chance allows."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from pvtools import areas, style
from pvtools.estimates import of_area, written
from pvtools.figures import canvas


def funnel(
    estimates: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    highlight: str,
    size: str,
    size_label: str,
    target: float,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with one dot a borough, the limits around the whole, and one name.

    Parameters
    ----------
    estimates
        Estimate table of one measure with a column of sizes.
    limits
        ``funnel.limits`` over a range of sizes, in order.
    highlight
        The only borough that is named.
    size, size_label
        The column of sizes and what the axis calls it.
    target
        The value of the whole.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    rows = estimates[estimates.area != areas.LONDON]
    own = of_area(rows, highlight).iloc[0]
    ax.fill_between(limits.n, limits.lower_99_8, limits.upper_99_8, color=style.PALE, linewidth=0)
    ax.fill_between(limits.n, limits.lower_95, limits.upper_95, color="#D3DFE8", linewidth=0)
    ax.axhline(target, color=style.TEXT, linewidth=1.4)
    others = rows[rows.area != highlight]
    sns.scatterplot(data=others, x=size, y="estimate", color="#8C8C8C", s=42, ax=ax)
    ax.vlines(own[size], own.lower, own.upper, color=style.ACCENT, linewidth=3, zorder=3)
    ax.plot(own[size], own.estimate, "o", color=style.ACCENT, markersize=10, zorder=4)
    right = own[size] > (limits.n.min() + limits.n.max()) / 2
    ax.annotate(
        highlight,
        (own[size], own.estimate),
        xytext=(-9 if right else 9, 7),
        textcoords="offset points",
        ha="right" if right else "left",
        va="bottom",
        color=style.ACCENT,
        fontweight="semibold",
        zorder=5,
        path_effects=[withStroke(linewidth=3, foreground="white")],  # legible over other dots
    )
    edges = (
        (areas.LONDON, target, "center"),
        ("95%", limits.upper_95.iloc[-1], "top"),
        ("99.8%", limits.upper_99_8.iloc[-1], "bottom"),
    )
    for text, value, side in edges:
        ax.annotate(
            text,
            (limits.n.iloc[-1], value),
            xytext=(5, 0),
            textcoords="offset points",
            va=side,
            color=style.TEXT,
            fontsize=9,
            annotation_clip=False,
        )
    ax.set_xlim(limits.n.iloc[0], limits.n.iloc[-1])
    ax.set_ylim(0, 1.08 * max(rows.upper.max(), limits.upper_99_8.max()))
    ax.set(xlabel=size_label, ylabel="")
    ax.xaxis.set_major_formatter(canvas.written("count"))
    ax.yaxis.set_major_formatter(canvas.written(how))
    sns.despine(ax=ax, left=True)
    return ax
