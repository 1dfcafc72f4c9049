"""Thresholds: what was recorded about a target, what would be there without it, and placebos."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pvtools import style
from pvtools.figures import canvas


def threshold(
    bins: pd.DataFrame, *, at: float, unit: str, reach: float = 6, ax: Axes | None = None
) -> Axes:
    """Return an axis with counts by bin, the counterfactual and its band, and the target.

    Parameters
    ----------
    bins
        What ``stats.bunching.counterfactual`` returns.
    at
        The threshold.
    unit
        What the values are measured in.
    reach
        How many times the excluded window's width is drawn on either side of the threshold.
    """
    ax = canvas.axes(ax)
    window = bins[bins.in_window]
    width = max(window.bin_upper.max() - at, at - window.bin_lower.min(), 1e-9)
    shown = bins[(bins.bin_upper > at - reach * width) & (bins.bin_lower < at + reach * width)]
    low, high, top = (shown[name].to_numpy() for name in ("bin_lower", "bin_upper", "observed"))
    corners = np.stack([low, 0 * top, low, top, high, top, high, 0 * top], axis=1)
    bars = PolyCollection(  # at once: a patch a bar takes ten times as long
        corners.reshape(-1, 4, 2), edgecolors="white", linewidths=0.4,
        facecolors=np.where(shown.in_window, style.ACCENT, "#C9D5DF"),
    )  # fmt: skip
    ax.add_collection(bars)
    middle = (shown.bin_lower + shown.bin_upper) / 2
    ax.fill_between(
        middle, shown.lower, shown.upper, color=style.SECOND, alpha=0.25, linewidth=0, zorder=3
    )
    ax.plot(middle, shown.counterfactual, color=style.SECOND, linewidth=1.8, zorder=4)
    ax.axvline(at, color=style.TEXT, linewidth=1.4, linestyle=(0, (4, 2)))
    ax.annotate(
        "target", (at, 1), xycoords=("data", "axes fraction"), xytext=(4, -2),
        textcoords="offset points", va="top", color=style.TEXT, fontsize=9,
    )  # fmt: skip
    canvas.key(
        ax,
        Patch(color="#C9D5DF", label="recorded"),
        Patch(color=style.ACCENT, label="recorded, near the target"),
        Line2D([], [], color=style.SECOND, label="expected without moving, 95% band"),
    )
    ax.set(xlabel=unit, ylabel="")
    ax.set_ylim(0, None)
    canvas.numbers(ax.yaxis, "count")
    sns.despine(ax=ax, left=True)
    return ax


def placebos(table: pd.DataFrame, *, unit: str, ax: Axes | None = None) -> Axes:
    """Return an axis with what the same search finds at the target and where there is none.

    ``table`` is what ``stats.bunching.placebo`` returns: ``threshold, z, is_placebo``.
    """
    ax = canvas.axes(ax)
    other, target = table[table.is_placebo], table[~table.is_placebo]
    ax.axhline(0, color=style.TEXT, linewidth=1)
    ax.vlines(other.threshold, 0, other.z, color=style.CONTEXT, linewidth=1.2)
    (grey,) = ax.plot(
        other.threshold, other.z, "o", color=style.QUIET, markerfacecolor="white", markersize=5,
        label="no target here",
    )  # fmt: skip
    ax.vlines(target.threshold, 0, target.z, color=style.ACCENT, linewidth=2)
    (dark,) = ax.plot(
        target.threshold, target.z, "D", color=style.ACCENT, markersize=7, label="the target"
    )
    canvas.key(ax, dark, grey)
    ax.set(xlabel=unit, ylabel="")
    canvas.numbers(ax.yaxis, "rate")
    sns.despine(ax=ax, left=True)
    return ax
