"""Partings: an indicator and its outcome over time, with the day the target came."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from pvtools import style
from pvtools.figures import canvas
from pvtools.figures.trends import date_ticks


def parting(monthly: pd.DataFrame, *, start: pd.Timestamp, ax: Axes | None = None) -> Axes:
    """Return an axis with the indicator dark, the outcome dashed, and the target as a line.

    ``monthly`` has ``month, indicator, outcome``.
    """
    ax = canvas.axes(ax)
    (dark,) = ax.plot(
        monthly.month, monthly.indicator, color=style.ACCENT, label="indicator, as reported"
    )
    (dashed,) = ax.plot(
        monthly.month, monthly.outcome, color=style.SECOND, linestyle=(0, (4, 1.5)),
        label="outcome, as felt",
    )  # fmt: skip
    ax.axvline(start, color=style.TEXT, linewidth=1.2, linestyle=(0, (2, 2)))
    ax.annotate(
        "target", (start, 1), xycoords=("data", "axes fraction"), xytext=(4, -2),
        textcoords="offset points", va="top", color=style.TEXT, fontsize=9,
    )  # fmt: skip
    canvas.key(ax, dark, dashed)
    canvas.numbers(ax.yaxis, "decimal")
    date_ticks(monthly.month, ax)
    ax.set(xlabel="", ylabel="")
    sns.despine(ax=ax, left=True)
    return ax
