"""Currencies: the same parts counted in several ways, side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pvtools import style
from pvtools.figures import canvas
from pvtools.measures import Format

#: Shape and colour of each way of counting, in order; shapes tell them apart without colour.
KINDS = (("o", style.ACCENT), ("D", style.PINK), ("s", style.TURQUOISE))


def side_by_side(
    estimates: pd.DataFrame,
    *,
    label: str,
    kind: str,
    kinds: Mapping[str, str],
    how: Format,
    reference: float | None = None,
    unit: str = "",
    within: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a row a part and, in each, a dot a way of counting, with its interval.

    Parameters
    ----------
    estimates
        Estimate table; rows are drawn in the order in which parts first appear.
    label, kind
        The columns that name the parts and the ways of counting.
    kinds
        The ways to draw, at most three, and what each is called.
    how
        How the numbers on the axis are written.
    reference
        A value to compare with, drawn as a line.
    unit
        What the numbers on the axis are, written below it.
    within
        How far the axis reaches from zero, or else as far as the estimates do: an interval that
        would squeeze all others together runs off it.
    """
    ax = canvas.axes(ax)
    parts = list(dict.fromkeys(estimates[label]))
    place = {part: len(parts) - 1 - i for i, part in enumerate(parts)}
    shown = {key: text for key, text in kinds.items() if key in set(estimates[kind])}
    apart = np.linspace(0.24, -0.24, len(shown)) if len(shown) > 1 else [0.0]
    if reference is not None:
        ax.axvline(reference, color=style.TEXT, linewidth=1.2)
    for y in range(len(parts)):
        if y % 2:
            ax.axhspan(y - 0.5, y + 0.5, color="#F6F6F6", linewidth=0, zorder=0)
    handles = []
    for (key, text), shift, (marker, colour) in zip(shown.items(), apart, KINDS, strict=False):
        rows = estimates[estimates[kind] == key]
        y = rows[label].map(place) + shift
        bounded = rows.lower.notna()
        ax.hlines(
            y[bounded], rows.lower[bounded], rows.upper[bounded],
            color=colour, linewidth=2, alpha=0.55,
        )  # fmt: skip
        ax.plot(rows.estimate, y, marker, color=colour, markersize=6, zorder=3, clip_on=False)
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                marker=marker,
                markersize=6,
                label=text,
                linewidth=2 if bounded.any() else 0,
            )
        )
    ax.set_yticks(list(place.values()), parts)
    ax.tick_params(axis="y", pad=7)  # a mark at zero stays clear of its name
    ax.set_ylim(-0.6, len(parts) - 0.4)
    if within is not None:
        low, high = 1.1 * estimates.estimate.min(), 1.1 * estimates.estimate.max()
        ax.set_xlim(min(-within, low), max(within, high))
    elif estimates[["estimate", "lower"]].min().min() >= 0:
        ax.set_xlim(0, None)
    else:
        ax.margins(x=0.04)
    canvas.numbers(ax.xaxis, how)
    ax.set_xlabel(unit)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    canvas.key(ax, *handles)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
