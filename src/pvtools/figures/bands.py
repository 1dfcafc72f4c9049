"""Bands: what may come, month by month or scenario by scenario, with how sure that is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pvtools import style, words
from pvtools.estimates import end
from pvtools.figures import canvas
from pvtools.figures.trends import date_ticks
from pvtools.measures import Format

_KINDS = (
    ("o", style.ACCENT, "-"),
    ("s", style.SECOND, (0, (5, 2))),
    ("^", style.TURQUOISE, (0, (2, 1.2))),
    ("D", style.PINK, (0, (6, 1.5, 1.5, 1.5))),
)


def outlook(estimates: pd.DataFrame, *, how: Format, ax: Axes | None = None) -> Axes:
    """Return an axis with the months held as a line and those to come as two bands.

    ``estimates`` has ``period, estimate, known`` and, for months to come, ``lower, upper`` and
    ``lower_80, upper_80``; with ``empirical_coverage, empirical_coverage_80, n_intervals`` the
    key says how often such intervals held what came.
    """
    ax = canvas.axes(ax)
    when = pd.to_datetime(estimates.period.map(end))
    past, coming = estimates.known.to_numpy(bool), ~estimates.known.to_numpy(bool)
    ahead, x = estimates[coming], when[coming]
    ax.fill_between(x, ahead.lower, ahead.upper, color=style.ACCENT, alpha=0.16, linewidth=0)
    ax.fill_between(x, ahead.lower_80, ahead.upper_80, color=style.ACCENT, alpha=0.3, linewidth=0)
    ax.plot(when[past], estimates.estimate[past], color=style.QUIET, linewidth=1.6)
    ax.plot(x, ahead.estimate, "o-", color=style.ACCENT, markersize=5, zorder=3)
    ax.set_ylim(0, 1.1 * max(ahead.upper.max(), estimates.estimate.max()))
    canvas.numbers(ax.yaxis, how)
    date_ticks(when, ax)
    canvas.key(
        ax,
        Line2D([], [], color=style.QUIET, label="recorded"),
        Line2D([], [], color=style.ACCENT, marker="o", markersize=5, label="may come"),
        Patch(color=style.ACCENT, alpha=0.42, label=_held("80%", ahead, "empirical_coverage_80")),
        Patch(color=style.ACCENT, alpha=0.16, label=_held("95%", ahead, "empirical_coverage")),
    )
    ax.set(xlabel="", ylabel="")
    sns.despine(ax=ax, left=True)
    return ax


def _held(level: str, ahead: pd.DataFrame, column: str) -> str:
    """Return what an interval is meant to hold, and what it held where that was tried."""
    if column not in ahead or not ahead.n_intervals.iloc[0]:
        return level
    return f"{level} (held {words.number(ahead[column].iloc[0], 'percent')} in the past)"


def fans(
    estimates: pd.DataFrame,
    *,
    x: str,
    kind: str,
    kinds: Mapping[str, str],
    x_label: str,
    how: Format,
    target: float | None = None,
    target_label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with a line for each kind, at most four, and how sure it is.

    One kind or two get a band; of more, bands would hide each other, so that each has its
    interval at the last place only.

    Parameters
    ----------
    estimates
        Estimate table with a numeric column ``x``.
    x, kind
        The columns of places along the axis, and of kinds.
    kinds
        The kinds to draw, and what each is called.
    x_label
        What runs along the axis.
    how
        How values are written.
    target, target_label
        A level drawn as a line, and its name.
    """
    ax = canvas.axes(ax)
    handles = []
    step = np.ptp(estimates[x]) / 45
    for i, ((key, text), (marker, colour, dashes)) in enumerate(
        zip(kinds.items(), _KINDS, strict=False)
    ):
        rows = estimates[estimates[kind] == key].sort_values(x)
        if len(kinds) > 2:
            end, beside = rows.iloc[-1], rows[x].iloc[-1] + (i + 1) * step
            ax.vlines(beside, end.lower, end.upper, color=colour, linewidth=2.5, alpha=0.6)
            ax.plot(beside, end.estimate, marker, color=colour, markersize=4)
        else:
            ax.fill_between(
                rows[x], rows.lower, rows.upper, color=colour, alpha=0.14, linewidth=0, zorder=1
            )
        style_of = {"color": colour, "linestyle": dashes, "marker": marker, "markersize": 5}
        ax.plot(rows[x], rows.estimate, **style_of, zorder=3)
        handles.append(Line2D([], [], **style_of, label=text))
    if target is not None:
        ax.axhline(target, color=style.TEXT, linewidth=1, linestyle=(0, (2, 2)))
        ax.annotate(
            target_label, (1, target), xycoords=("axes fraction", "data"), xytext=(0, 4),
            textcoords="offset points", ha="right", color=style.TEXT, fontsize=9,
        )  # fmt: skip
    if len(handles) > 1:
        canvas.key(ax, *handles)
    ax.set_ylim(0, None)
    ax.set(xlabel=x_label, ylabel="")
    canvas.numbers(ax.yaxis, how)
    canvas.numbers(ax.xaxis, "count")
    sns.despine(ax=ax, left=True)
    return ax
