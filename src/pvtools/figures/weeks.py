"""Weeks: what is asked in each hour of the week, and who is there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pvtools import style
from pvtools.figures import canvas
from pvtools.measures import Format

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = 24 * len(DAYS)


def week(
    demand: pd.DataFrame,
    *,
    demand_label: str,
    how: Format,
    others: dict[str, np.ndarray] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with the hours of the week from left to right, demand and what meets it.

    Parameters
    ----------
    demand
        168 rows in order, from Monday midnight, with ``estimate`` and perhaps ``lower, upper``.
    demand_label
        What demand is called.
    how
        How values are written.
    others
        Up to two further series of 168 values, such as officers on duty, by what they are called.
    """
    ax = canvas.axes(ax)
    x = np.arange(_HOURS) + 0.5
    if "lower" in demand and demand.lower.notna().any():
        ax.fill_between(
            x, demand.lower, demand.upper, step="mid", color=style.ACCENT, alpha=0.18, linewidth=0
        )
    ax.plot(x, demand.estimate, color=style.ACCENT, linewidth=1.8, drawstyle="steps-mid")
    handles = [Line2D([], [], color=style.ACCENT, label=demand_label)]
    kinds = ((style.SECOND, (0, (4, 1.5))), (style.QUIET, "-"))
    for (name, values), (colour, dashes) in zip((others or {}).items(), kinds, strict=False):
        ax.plot(x, values, color=colour, linestyle=dashes, linewidth=1.6, drawstyle="steps-mid")
        handles.append(Line2D([], [], color=colour, linestyle=dashes, label=name))
    for day in range(1, len(DAYS)):
        ax.axvline(24 * day, color="#D9D9D9", linewidth=0.8, zorder=0.5)
    ax.set_xticks(24 * np.arange(len(DAYS)) + 12, DAYS)
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(0, _HOURS)
    ax.set_ylim(0, None)
    canvas.numbers(ax.yaxis, how)
    ax.set(xlabel="", ylabel="")
    canvas.key(ax, *handles)
    sns.despine(ax=ax, left=True)
    return ax
