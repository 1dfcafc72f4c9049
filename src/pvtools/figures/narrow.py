"""A figure for the screen of a phone: names stand above their rows, and nothing is cut off."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator

#: Inches: what a phone of 360 pixels shows between its margins, so that type keeps its size.
WIDTH = 3.4
_LINE = 0.2  # inches that a name needs above its row
_FROM_BAR, _FROM_DOT = 3, 6  # points from the edge of a bar, or the middle of a dot, to its name
_LETTERS = 44  # letters of a line across the figure
_BESIDE = 18  # letters of a line beside the axis
_POINTS = 5.2  # width of a letter


def narrowed(figure: Figure) -> Figure:
    """Return a figure set anew for a phone: as wide as its screen, and as high as that takes."""
    wide, high = figure.get_size_inches()
    if wide <= WIDTH:
        return figure
    [ax] = figure.axes
    for text in ax.texts:
        if isinstance(text, Annotation) and text.get_annotation_clip() is False:
            text.set_text(textwrap.fill(text.get_text(), _BESIDE))
    names = [textwrap.fill(label.get_text(), _LETTERS) for label in ax.get_yticklabels()]
    if any(re.search("[A-Za-z]{2}", name) for name in names):
        lines = 1 + max(name.count("\n") for name in names)
        higher = high + len(names) * lines * _LINE
        rows = ax.get_yticks()
        _draw_together(ax, rows, high / higher)
        _name_above(ax, dict(zip(rows, names, strict=True)))
        high = higher
    figure.set_size_inches(WIDTH, high)
    _stack_key(ax)
    _space_out(ax)
    ax.set_xlabel(textwrap.fill(ax.get_xlabel(), _LETTERS))
    return figure


def _draw_together(ax: Axes, rows: np.ndarray, by: float) -> None:
    """Leave what is drawn of a row as far apart as it was, on a figure that has grown."""

    def nearer(y: np.ndarray) -> np.ndarray:
        own = rows[np.abs(np.asarray(y)[..., None] - rows).argmin(axis=-1)]
        return own + (y - own) * by

    for bar in _bars(ax):
        bar.set_y(bar.get_y() + bar.get_height() * (1 - by) / 2)
        bar.set_height(bar.get_height() * by)
    for line in _lines(ax):
        line.set_ydata(nearer(np.asarray(line.get_ydata(), dtype=float)))
    for intervals in ax.collections:
        if isinstance(intervals, LineCollection):
            drawn = [one for one in intervals.get_segments() if len(one)]
            intervals.set_segments([np.column_stack([s[:, 0], nearer(s[:, 1])]) for s in drawn])


def _name_above(ax: Axes, names: Mapping[float, str]) -> None:
    """Write the names of rows above them, from the left edge on."""
    rows = np.array(list(names))
    ax.set_yticks(rows, [""] * len(rows))
    marks = [float(y) for line in _lines(ax) for y in line.get_ydata()]
    tops = [bar.get_y() + bar.get_height() for bar in _bars(ax)]
    reach = max((abs(rows - y).min() for y in [*marks, *tops]), default=0.0)
    up = -1 if ax.yaxis_inverted() else 1
    for row, name in names.items():
        ax.annotate(
            name,
            (0, row + up * reach),
            xycoords=("axes fraction", "data"),
            xytext=(0, _FROM_BAR if tops else _FROM_DOT),
            textcoords="offset points",
            va="bottom",
            fontsize=9,
            linespacing=1.0,
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.4},
        ).set_in_layout(False)
    for band in ax.patches:  # what shades a row shades its name too
        if isinstance(band, Rectangle) and band.get_height() == 1:
            band.set_y(band.get_y() + up * (0.4 - reach))
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + up * (reach + 0.35))


def _bars(ax: Axes) -> list[Rectangle]:
    return [one for one in ax.patches if isinstance(one, Rectangle) and 0 < one.get_height() < 1]


def _lines(ax: Axes) -> list[Line2D]:
    """Return the lines and dots that stand at rows, not those that run across all of them."""
    return [line for line in ax.lines if line.get_transform() == ax.transData]


def _stack_key(ax: Axes) -> None:
    """Set the key's entries below each other where they do not fit side by side."""
    if not (legend := ax.get_legend()):
        return
    texts: list[Text] = legend.get_texts()
    handles, said = legend.legend_handles, [text.get_text() for text in texts]
    if sum(map(len, said)) + 6 * len(said) <= _LETTERS:
        return
    ax.legend(
        handles=handles,
        labels=[textwrap.fill(text, _LETTERS - 6) for text in said],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        frameon=False,
        handletextpad=0.6,
        fontsize=9,
    )


def _space_out(ax: Axes) -> None:
    """Leave out every second label of an axis that has no room for all, the last one kept."""
    if not isinstance(ax.xaxis.get_major_locator(), FixedLocator):
        return  # the others space themselves
    ticks, labels = list(ax.get_xticks()), [label.get_text() for label in ax.get_xticklabels()]
    if (len("".join(labels)) + 2 * len(labels)) * _POINTS > 72 * (WIDTH - 0.6):
        ax.set_xticks(ticks[::-1][::2], labels[::-1][::2])
