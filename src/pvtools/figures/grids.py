"""Coverage: what is held and what is not, as a grid of periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from pvtools import style
from pvtools.figures import canvas


def coverage(held: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Return an axis with a row a subject and a column a period: held, in part, or not published.

    Parameters
    ----------
    held
        Shares between 0 and 1 of what a cell could hold; the index names the rows, the columns
        are period ends or starts in order.
    """
    ax = canvas.axes(ax)
    state = np.select([held >= 1, held > 0], [2, 1], 0)
    shades = ["white", "#A9C0D3", style.ACCENT]
    ax.pcolormesh(
        state, cmap=ListedColormap(shades), vmin=0, vmax=2, edgecolors="white", linewidth=0.6
    )
    for y, x in zip(*np.nonzero(state == 0), strict=True):
        ax.plot(x + 0.5, y + 0.5, "_", color=style.QUIET, markersize=3)
    ax.invert_yaxis()
    ax.set_yticks(np.arange(len(held)) + 0.5, held.index)
    years = pd.DatetimeIndex(held.columns).year
    first = np.flatnonzero(np.diff(years, prepend=years[0] - 1))
    room = held.shape[1] / 14  # a year's number needs so much of the axis
    first = [x for i, x in enumerate(first) if i == len(first) - 1 or first[i + 1] - x > room]
    step = max(1, len(first) // 10)
    ax.set_xticks(np.array(first[::step]) + 0.5, years[first[::step]])
    ax.grid(visible=False)
    handles = [Patch(facecolor=style.ACCENT, label="held")]
    if (state == 1).any():
        handles.append(Patch(facecolor=shades[1], label="held in part"))
    if (state == 0).any():
        handles.append(Patch(facecolor="white", edgecolor=style.QUIET, label="– not held"))
    canvas.key(ax, *handles)
    sns.despine(ax=ax, left=True, bottom=True)
    return ax
