"""Two quantities of each area against each other, with what is uncertain about both."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from pvtools import style
from pvtools.figures import canvas
from pvtools.measures import Format


def crosses(
    across: pd.DataFrame,
    up: pd.DataFrame,
    *,
    highlight: str | None = None,
    how: Format,
    labels: tuple[str, str],
    corners: Mapping[str, str],
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a cross an area: its two estimates, and an interval for each.

    Parameters
    ----------
    across, up
        Estimate tables with the same areas, one row each.
    highlight
        The area that is named and drawn in the accent colour.
    how
        How the numbers are written.
    labels
        What the two axes show.
    corners
        What it means to lie in a corner: ``"top left"``, ``"top right"``, ``"bottom left"``,
        ``"bottom right"``.
    """
    ax = canvas.axes(ax)
    both = across.merge(up, on="area", suffixes=("_x", "_y")).set_index("area")
    ax.axhline(0, color=style.TEXT, linewidth=0.9)
    ax.axvline(0, color=style.TEXT, linewidth=0.9)
    for name, row in both.iterrows():
        own = name == highlight
        colour = style.ACCENT if own else style.QUIET
        line = {"color": colour, "linewidth": 2 if own else 1, "alpha": 0.9 if own else 0.35}
        ax.plot([row.lower_x, row.upper_x], [row.estimate_y] * 2, **line)
        ax.plot([row.estimate_x] * 2, [row.lower_y, row.upper_y], **line)
        size = 7 if own else 4
        ax.plot(row.estimate_x, row.estimate_y, "o", color=colour, markersize=size, zorder=3)
    if highlight is not None and highlight in both.index:
        own = both.loc[highlight]
        ax.annotate(
            highlight,
            (own.estimate_x, own.lower_y),
            xytext=(0, -4),
            textcoords="offset points",
            ha="center",
            va="top",
            color=style.ACCENT,
            fontweight="semibold",
        )
    ax.margins(0.08)
    _say_corners(ax, corners)
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    canvas.numbers(ax.xaxis, how)
    canvas.numbers(ax.yaxis, how)
    ax.grid(visible=True)
    return ax


def _say_corners(ax: Axes, corners: Mapping[str, str]) -> None:
    for corner, said in corners.items():
        end, side = corner.split()
        ax.text(
            0.01 if side == "left" else 0.99,
            0.98 if end == "top" else 0.02,
            said,
            transform=ax.transAxes,
            ha=side,
            va=end,
            fontsize=9,
            color=style.TEXT,
        )
