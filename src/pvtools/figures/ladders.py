"""Ladders of participation: how many people each instrument reaches, and how far they take part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from pvtools import style
from pvtools.figures import canvas
from pvtools.figures.values import in_tens


def ladder(
    instruments: pd.DataFrame, *, rungs: Sequence[str], guessed: str, ax: Axes | None = None
) -> Axes:
    """Return an axis with a dot an instrument: people reached on a scale of ratios, rung by rung.

    Parameters
    ----------
    instruments
        Rows with ``name, reach, step`` (1 for the lowest rung) and the column ``guessed``.
    rungs
        What the steps are called, the lowest first.
    guessed
        The column that says whose reach is a judgement: those dots are hollow.
    """
    ax = canvas.axes(ax)
    rows = instruments.sort_values(["step", "reach", "name"])
    within = rows.groupby("step").cumcount()
    many = rows.groupby("step").step.transform("size")
    height = rows.step + (within + 0.5) / many - 0.5  # a line of its own for every label
    for hollow, part in rows.groupby(guessed):
        ax.plot(
            part.reach, height[part.index], "o", color=style.ACCENT, markersize=7, zorder=3,
            markerfacecolor="white" if hollow else style.ACCENT,
            label="reach is a judgement" if hollow else "reach from a source",
        )  # fmt: skip
    top = rows.reach.max()
    for row in rows.itertuples():
        right = row.reach < top**0.6
        ax.annotate(
            row.name, (row.reach, height[row.Index]), xytext=(8 if right else -8, 0),
            textcoords="offset points", va="center", ha="left" if right else "right",
            color=style.TEXT,
        )  # fmt: skip
    in_tens(ax, min(5.0, rows.reach.min() / 2), top * 2)
    ax.set_yticks(np.arange(1, len(rungs) + 1), [rung.capitalize() for rung in rungs])
    ax.set_ylim(0.4, len(rungs) + 0.6)
    for edge in np.arange(1.5, len(rungs)):
        ax.axhline(edge, color=style.CONTEXT, linewidth=0.6, zorder=0)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.set_xlabel("People reached at a time")
    canvas.key(ax, *ax.get_legend_handles_labels()[0])
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
