"""Matrices: which detector notices which mechanism, and whether it should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pvtools import style, words
from pvtools.figures import canvas


def matrix(
    cells: pd.DataFrame,
    *,
    row: str,
    column: str,
    share: str,
    expected: str,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a mark a cell: how often it fires, and whether it should.

    Parameters
    ----------
    cells
        One row a cell.
    row, column
        The columns that name rows and columns, drawn in the order of first appearance.
    share
        How often the detector fires, 0–1: written in the cell, and the size of its dot.
    expected
        Whether it should: ``"fires"``, ``"silent"`` or ``"either"``; a ring marks the first.
    """
    ax = canvas.axes(ax)
    rows, columns = (list(dict.fromkeys(cells[name])) for name in (row, column))
    x = cells[column].map({name: i for i, name in enumerate(columns)}).to_numpy()
    y = cells[row].map({name: len(rows) - 1 - i for i, name in enumerate(rows)}).to_numpy()
    value = cells[share].to_numpy(dtype=float)
    should = (cells[expected] == "fires").to_numpy()
    ax.scatter(x, y, s=30 + 480 * value, color=style.ACCENT, alpha=0.25 + 0.75 * value, linewidth=0)
    ax.scatter(
        x[should], y[should], s=640, facecolor="none", edgecolor=style.SECOND, linewidth=2, zorder=3
    )
    for across, up, cell in zip(x, y, value, strict=True):
        ax.annotate(
            words.number(cell, "percent"), (across, up), ha="center", va="center", fontsize=9,
            color="white" if cell > 0.5 else style.TEXT, zorder=4,
        )  # fmt: skip
    ax.set_xticks(np.arange(len(columns)), columns)
    ax.xaxis.tick_top()
    ax.set_yticks(np.arange(len(rows))[::-1], rows)
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.tick_params(axis="both", length=0)
    ax.grid(visible=False)
    ax.legend(
        handles=[
            Line2D(
                [], [], marker="o", color="none", markeredgecolor=style.SECOND, markeredgewidth=2,
                markersize=11, label="should notice",
            ),
            Line2D(
                [], [], marker="o", color="none", markerfacecolor=style.ACCENT,
                markeredgecolor="none", markersize=9, label="share of runs in which it does",
            ),
        ],
        loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False, fontsize=9,
    )  # fmt: skip
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
