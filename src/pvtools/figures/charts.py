"""Control charts and planning curves."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from pvtools import style
from pvtools.estimates import end, written
from pvtools.figures import canvas
from pvtools.figures.trends import date_ticks
from pvtools.measures import Format

_POINTS = {
    "common cause": ("o", style.QUIET, "no more than chance"),
    "special cause improvement": ("^", style.ACCENT, "better, by more than chance"),
    "special cause concern": ("v", style.SECOND, "worse, by more than chance"),
    "special cause, neither": ("D", style.ACCENT, "different, by more than chance"),
    "no verdict": ("s", style.CONTEXT, "no verdict"),
}


def control_chart(chart: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Return an axis with values in time, their centre and limits; kinds differ in shape too.

    ``chart`` is an estimate table with ``centre, lower_limit, upper_limit, point_type``, such as
    ``confidence.control_chart`` returns.
    """
    ax = canvas.axes(ax)
    x = pd.to_datetime(chart.period.map(end))
    ax.fill_between(x, chart.lower_limit, chart.upper_limit, color=style.PALE, linewidth=0)
    ax.plot(x, chart.centre, color=style.TEXT, linewidth=1.2)
    ax.plot(x, chart.estimate, color=style.CONTEXT, linewidth=1.4, zorder=2)
    handles = []
    for kind, (marker, colour, label) in _POINTS.items():
        part = chart.point_type == kind
        if part.any():
            handles += ax.plot(
                x[part], chart.estimate[part], marker, color=colour, markersize=7, label=label,
                zorder=3,
            )  # fmt: skip
    canvas.key(ax, *handles)
    how = written(chart).format
    canvas.numbers(ax.yaxis, how)
    if len(chart) <= 15:
        ax.set_xticks(x, [f"{day:%Y}" for day in x])
    else:
        date_ticks(x, ax)
    ax.set(xlabel="", ylabel="")
    canvas.say_start(ax, ax.yaxis, how)
    sns.despine(ax=ax, left=True)
    return ax


def curves(
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    group: str,
    x_label: str,
    how: Format,
    mark: float | None = None,
    mark_label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a curve a group, named at its end, and one value of ``x`` marked."""
    ax = canvas.axes(ax)
    colours = (style.ACCENT, style.TURQUOISE, style.PINK, style.SECOND)
    groups = sorted(table.groupby(group, sort=False), key=lambda pair: pair[1][y].iloc[-1])
    top = table[y].max()
    lowest = 0.0
    for (name, part), colour in zip(groups, colours, strict=False):
        ax.plot(part[x], part[y], color=colour)
        lowest = max(part[y].iloc[-1], lowest)  # names keep apart where curves come together
        ax.annotate(
            str(name), (part[x].iloc[-1], lowest), xytext=(6, 0), textcoords="offset points",
            va="center", color=colour, annotation_clip=False,
        )  # fmt: skip
        lowest += 0.075 * top
    if mark is not None:
        ax.axvline(mark, color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
        ax.annotate(
            mark_label, (mark, 1), xycoords=("data", "axes fraction"), xytext=(4, -4),
            textcoords="offset points", va="top", fontsize=9, color=style.QUIET,
        )  # fmt: skip
    ax.set_ylim(0, None)
    ax.set(xlabel=x_label, ylabel="")
    canvas.numbers(ax.xaxis, "count")
    canvas.numbers(ax.yaxis, how)
    sns.despine(ax=ax, left=True)
    return ax
