"""The sheet a figure is drawn on: the house style in a context, never set globally."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pvtools import style, words
from pvtools.figures.narrow import narrowed
from pvtools.measures import Format


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on an axis, and on how large a sheet; ``width`` and ``height`` in inches.

    A figure of made-up data says so within itself, so that it cannot be cut out and passed on
    without. The ids of an SVG begin with ``key``.
    """

    draw: Callable[[Axes], object]
    key: str
    width: float
    height: float
    synthetic: bool = False

    def figure(self, *, phone: bool = False) -> Figure:
        """Return the figure in the house style, with its axis, to be changed at will.

        For a ``phone`` it is as wide as its screen, with type of the same size.
        """
        _register_font()
        with mpl.rc_context(dict(style.RC)):
            figure = Figure(figsize=(self.width, self.height))
            axis = figure.add_subplot()
            self.draw(axis)
            if self.synthetic:
                _stamp(axis)
            return narrowed(figure) if phone else figure

    def svg(self, *, phone: bool = False) -> str:
        """Return the figure as SVG; equal drawings give equal bytes."""
        out = io.StringIO()
        with mpl.rc_context(dict(style.RC)):
            # Straight to the canvas: savefig would draw all of it once more, only to lay it out.
            canvas = FigureCanvasSVG(self.figure(phone=phone))
            canvas.print_svg(out, metadata={"Date": None, "Creator": None})
        return _own_ids(out.getvalue(), self.key)


def _stamp(axis: Axes) -> None:
    axis.annotate(
        "SYNTHETIC",
        (0.5, 0.5),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=26,
        fontweight="bold",
        color=style.PINK,
        alpha=0.16,
        zorder=10,
    )


def axes(ax: Axes | None) -> Axes:
    """Return ``ax``, or a new axis in the house style for somebody trying a figure out."""
    if ax is not None:
        return ax
    _register_font()
    with mpl.rc_context(dict(style.RC)):
        return Figure(figsize=(style.PAGE_WIDTH, 3)).add_subplot()


#: The smallest step that ticks of a format can show; finer ones would be rounded unequally.
_FINEST: Mapping[Format, float] = {
    "percent": 0.01,
    "points": 0.01,
    "change": 0.001,
    "rate": 0.1,
    "count": 1.0,
    "decimal": 0.01,
}


def numbers(axis: Axis, how: Format) -> None:
    """Write an axis's numbers as sentences do, in steps that their rounding keeps equal."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: words.tick(value, how)))
    axis.set_major_locator(_EqualSteps(_FINEST[how]))


def say_start(ax: Axes, axis: Axis, how: Format) -> None:
    """Say below a figure of shares where its axis begins, if that is not at zero."""
    low = min(axis.get_view_interval())
    if how == "percent" and low > 0:
        which = "Axis" if axis is ax.xaxis else "Vertical axis"
        ax.set_xlabel(f"{which} from {words.tick(low, how)}, not from zero")


class _EqualSteps(MaxNLocator):
    """Ticks one, two or five apart (not two and a half), and never finer than can be written."""

    def __init__(self, finest: float) -> None:
        super().__init__(nbins="auto", steps=[1, 2, 5, 10])
        self._finest = finest

    def tick_values(self, vmin: float, vmax: float) -> np.ndarray:
        ticks = super().tick_values(vmin, vmax)
        if len(ticks) < 2 or ticks[1] - ticks[0] > 0.99 * self._finest:
            return ticks
        first, last = np.floor(vmin / self._finest), np.ceil(vmax / self._finest)
        return self._finest * np.arange(first, last + 1)


def key(ax: Axes, *handles: Artist) -> None:
    """Say once, above the axis, what each mark stands for."""
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        ncols=len(handles),
        frameon=False,
        handletextpad=0.6,
        columnspacing=2.5,
        fontsize=9,
    )


@cache
def _register_font() -> None:
    for weight in ("Regular", "Medium", "SemiBold", "Bold"):
        font_manager.fontManager.addfont(style.font_dir() / f"FiraSans-{weight}.ttf")


def _own_ids(text: str, key: str) -> str:
    """Prefix every id with the exhibit's key, so that several figures can share a page."""
    text = re.sub(r'\bid="', f'id="{key}-', text)
    text = re.sub(r'(xlink:href|href)="#', rf'\1="#{key}-', text)
    return text.replace("url(#", f"url(#{key}-")
