"""Two quantities of each area against each other, with what is uncertain about both."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from pvtools import style, words
from pvtools.figures import canvas
from pvtools.measures import Format

_FAR = 1.7  # times as wide an axis as all others need: what makes it so lies too far out


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
        ``"bottom right"``. Corners in which nothing lies are not named.

    The areas that lie furthest out are named too. One that lies so far out that it would press all
    others together is drawn at the edge, with an arrow and its value.
    """
    ax = canvas.axes(ax)
    both = across.merge(up, on="area", suffixes=("_x", "_y")).set_index("area")
    ax.axhline(0, color=style.TEXT, linewidth=0.9)
    ax.axvline(0, color=style.TEXT, linewidth=0.9)
    low, high = _span(both)
    middle = (both.lower_x.min() + both.upper_x.max()) / 2
    named = {both.estimate_x.idxmin(), both.estimate_x.idxmax(), both.estimate_y.idxmax()}
    named.add(both.estimate_y.clip(low).idxmin())
    for name, row in both.iterrows():
        own = name == highlight
        colour = style.ACCENT if own else style.QUIET
        line = {"color": colour, "linewidth": 2 if own else 1, "alpha": 0.9 if own else 0.35}
        away = not low <= row.estimate_y <= high
        y = min(max(row.estimate_y, low), high)
        ax.plot([row.lower_x, row.upper_x], [y, y], **line)
        if not away:
            ax.plot([row.estimate_x] * 2, [row.lower_y, row.upper_y], **line)
        marker = "o" if not away else "v" if row.estimate_y < low else "^"
        size = 7 if own or away else 4
        ax.plot(row.estimate_x, y, marker, color=colour, markersize=size, zorder=3)
        if own or away or name in named:
            ax.annotate(
                f"{name}, at {_with_interval(row, how)}" if away else str(name),
                (row.estimate_x, y),
                xytext=(-6 if row.estimate_x > middle else 6, 3),
                textcoords="offset points",
                ha="right" if row.estimate_x > middle else "left",
                color=style.ACCENT if own else style.TEXT,
                fontweight="semibold" if own else "normal",
                fontsize=9,
                zorder=4,
            )
    ax.margins(0.08)
    _say_corners(ax, corners, both)
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    canvas.numbers(ax.xaxis, how)
    canvas.numbers(ax.yaxis, how)
    ax.grid(visible=True)
    return ax


def _with_interval(row: pd.Series, how: Format) -> str:
    spread = words.interval(row.lower_y, row.upper_y, how)
    return f"{words.number(row.estimate_y, how)} ({spread})"


def _span(both: pd.DataFrame) -> tuple[float, float]:
    """Return the values up the axis that are drawn to scale: all, but one that is far from them."""
    ends = both.lower_y.min(), both.upper_y.max()
    far = (both.estimate_y - both.estimate_y.median()).abs().idxmax()
    rest = both.drop(index=far)
    if rest.empty:
        return ends
    low, high = rest.lower_y.min(), rest.upper_y.max()
    return ends if ends[1] - ends[0] < _FAR * (high - low) else (low, high)


def _say_corners(ax: Axes, corners: Mapping[str, str], both: pd.DataFrame) -> None:
    """Name the corners in which areas lie; a text hides what is drawn behind it."""
    ends = {"top": both.estimate_y > 0, "bottom": both.estimate_y < 0}
    sides = {"left": both.estimate_x < 0, "right": both.estimate_x > 0}
    for corner, said in corners.items():
        end, side = corner.split()
        if not (ends[end] & sides[side]).any():
            continue
        ax.text(
            0.01 if side == "left" else 0.99,
            0.98 if end == "top" else 0.02,
            said,
            transform=ax.transAxes,
            ha=side,
            va=end,
            fontsize=9,
            color=style.TEXT,
            fontstyle="italic",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
