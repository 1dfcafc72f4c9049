"""Trends: one subject over time with its interval, against a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from pvtools import areas, style
from pvtools.errors import resolve
from pvtools.estimates import end, written
from pvtools.figures import canvas

_FEW = 15  # up to so many points each gets a dot and a bar; beyond, a band
_NEAR = 0.2  # of the axis: ends of lines nearer than this leave no room for both names


def trend(
    estimates: pd.DataFrame,
    *,
    highlight: str,
    context: str = areas.LONDON,
    by: str = "area",
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with ``highlight`` over time, its interval, and ``context`` in grey.

    Parameters
    ----------
    estimates
        Estimate table of one measure. A column ``schema`` splits a line where the publisher's
        way of counting changes.
    highlight, context
        What stands in the accent colour, and what it is seen against.
    by
        The column that names them.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    names = estimates[by].unique()
    highlight = areas.choose(highlight, names) if by == "area" else resolve(by, highlight, names)
    rows = estimates[estimates[by].isin([highlight, context])].assign(
        name=estimates[by], when=pd.to_datetime(estimates.period.map(end))
    )
    for name, colour in {context: style.QUIET, highlight: style.ACCENT}.items():
        own = rows[rows["name"] == name]
        for part in _unbroken(own):
            _line(part, colour, strong=name == highlight, few=len(own) <= _FEW, ax=ax)
    _mark_change(rows, ax)
    top = np.nanmax(rows[["upper", "estimate"]].to_numpy(dtype=float))
    # from zero, or a small movement would look like a large one
    ax.set_ylim(0, np.ceil(10 * top) / 10 if how == "percent" else 1.1 * top)
    _label_ends(rows, highlight, context, ax)
    canvas.numbers(ax.yaxis, how)
    date_ticks(rows.when, ax)
    ax.set(xlabel="", ylabel="")
    sns.despine(ax=ax, left=True)
    return ax


def _unbroken(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the runs that may be joined by a line: one way of counting, no month missing."""
    rows = rows.sort_values("when")
    step = rows.when.diff().dt.days
    new = step > 1.5 * step.median()
    if "schema" in rows:
        new |= rows.schema != rows.schema.shift()
    return [part for _, part in rows.groupby(new.cumsum())]


def _line(part: pd.DataFrame, colour: str, *, strong: bool, few: bool, ax: Axes) -> None:
    ax.plot(
        part.when,
        part.estimate,
        color=colour,
        linewidth=2.2 if strong else 1.4,
        marker="o" if few else None,
        markersize=5 if strong else 3.5,
        zorder=3 if strong else 2,
    )
    if few and strong:
        ax.vlines(part.when, part.lower, part.upper, color=colour, linewidth=1.6, alpha=0.55)
    else:
        ax.fill_between(
            part.when, part.lower, part.upper, color=colour, alpha=0.18, linewidth=0, zorder=1
        )


def date_ticks(when: pd.Series, ax: Axes) -> None:
    """Put yearly waves' ticks on the waves; a tick on New Year would lie beside its dot."""
    waves = sorted(when.unique())
    if len(waves) <= _FEW:
        ax.set_xticks(waves, [f"{wave:%Y}" for wave in waves])
        return
    locator = AutoDateLocator(minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(
        ConciseDateFormatter(
            locator,
            formats=["%Y", "%b", "%d", "", "", ""],
            zero_formats=["", "%Y", "%b", "", "", ""],
            show_offset=False,
        )
    )


def _label_ends(rows: pd.DataFrame, highlight: str, context: str, ax: Axes) -> None:
    """Name the lines at their right end, apart even where they meet."""
    last = rows.sort_values("when").groupby("name").last()
    apart = last.estimate.get(highlight, np.nan) - last.estimate.get(context, np.nan)
    near = len(last) > 1 and abs(apart) < _NEAR * ax.get_ylim()[1]
    for name, colour in {context: style.QUIET, highlight: style.ACCENT}.items():
        if name not in last.index:
            continue
        up = (apart >= 0) == (name == highlight)
        ax.annotate(
            name,
            (last.when[name], last.estimate[name]),
            xytext=(8, (5 if up else -5) if near else 0),
            textcoords="offset points",
            va=("bottom" if up else "top") if near else "center",
            color=colour,
            fontweight="semibold" if name == highlight else "normal",
            annotation_clip=False,
        )


def _mark_change(rows: pd.DataFrame, ax: Axes) -> None:
    if "schema" not in rows:
        return
    ways = rows.dropna(subset=["estimate"]).drop_duplicates("when").sort_values("when")
    for change in ways.when[ways.schema != ways.schema.shift()].iloc[1:]:
        ax.axvline(change, color=style.QUIET, linewidth=0.8, linestyle=(0, (2, 2)))
        ax.annotate(
            "counted differently from here",
            (change, 0),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 4),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=9,
            color=style.QUIET,
        )
