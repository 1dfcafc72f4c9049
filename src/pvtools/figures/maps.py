"""The tile-grid map of London: one tile a borough, all of one size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, to_rgba
from matplotlib.patches import Rectangle

from pvtools import areas, style, words
from pvtools.estimates import written
from pvtools.figures import canvas
from pvtools.measures import Format

#: Where a borough differs from London: shade and mark, so that it is not told by colour alone.
_SIDES = {
    "lower": (style.PINK, "v", "lower"),
    "same": ("#D9E1E8", "", "not clear"),
    "higher": (style.ACCENT, "^", "higher"),
}
_RAMP = LinearSegmentedColormap.from_list("accent", ["#EAF0F5", "#A9C0D3", "#4F7DA3", style.ACCENT])


def tile_map(
    estimates: pd.DataFrame,
    *,
    highlight: str | Sequence[str] = (),
    steps: Sequence[float] = (),
    sides: Mapping[str, str] | None = None,
    said: str = "Beside London, once all are tested:",
    ax: Axes | None = None,
) -> Axes:
    """Return an axis with London's boroughs as tiles, shaded by value or side, some marked.

    Shades suggest that boroughs of two shades differ: where intervals are wider than the steps of
    a scale, give ``sides``.

    Parameters
    ----------
    estimates
        Estimate table of one measure and one period. A borough without a row is hatched.
    highlight
        The borough, or boroughs, that get a heavy frame, if any do.
    steps
        Edges of the printed scale of values.
    sides
        Instead of steps: "higher", "lower" or "same" for each borough that has a row.
    said
        What the key of sides says of them.
    """
    ax = canvas.axes(ax)
    how = written(estimates).format
    value = estimates.set_index("area").estimate
    marked = [highlight] if isinstance(highlight, str) else highlight
    marked = [areas.choose(name, value.index) for name in marked]
    norm = BoundaryNorm(steps, _RAMP.N) if sides is None else None
    for borough in areas.everywhere():
        x, y = borough.grid_col, -borough.grid_row
        held = borough.name in value.index
        side = (sides or {}).get(borough.name, "same")
        colour = "white"
        if held:
            colour = _RAMP(norm(value[borough.name])) if norm else to_rgba(_SIDES[side][0])
        tile = Rectangle(
            (x - 0.46, y - 0.46),
            0.92,
            0.92,
            facecolor=colour,
            edgecolor=style.SECOND if borough.name in marked else style.CONTEXT,
            hatch=None if held else "////",
            hatchcolor=style.CONTEXT,
            linewidth=3 if borough.name in marked else 0 if held else 0.6,
            gid=borough.slug,
        )
        ax.add_patch(tile)
        dark = held and sum(w * c for w, c in zip((0.3, 0.59, 0.11), colour, strict=False)) < 0.55
        ink = "white" if dark else style.TEXT
        ax.text(
            x,
            y,
            borough.tile,
            ha="center",
            va="center",
            fontsize=9,
            color=ink,
        )
        if held and _SIDES[side][1]:
            ax.plot(x + 0.31, y + 0.3, _SIDES[side][1], color=ink, markersize=3.5)
    if norm:
        _scale(ax, steps, norm, how)
    else:
        _key_of_sides(ax, said)
    ax.set(xlim=(0.4, 8.6), ylim=(-9.1, -0.4), xticks=[], yticks=[], aspect="equal")
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _key_of_sides(ax: Axes, said: str) -> None:
    """Print under the map what its shades and marks mean."""
    ax.text(0.6, -7.95, said, va="center", fontsize=9)
    for x, (colour, marker, side) in zip((0.6, 3.0, 5.9), _SIDES.values(), strict=True):
        ax.add_patch(Rectangle((x, -8.85), 0.4, 0.4, facecolor=colour))
        if marker:
            ax.plot(x + 0.2, -8.65, marker, color="white", markersize=3.5)
        ax.text(x + 0.6, -8.65, side, va="center", fontsize=9)


def _scale(ax: Axes, steps: Sequence[float], norm: mpl.colors.Normalize, how: Format) -> None:
    """Print the scale under the map, every step with its edges."""
    width = 6.4 / (len(steps) - 1)
    for i, (low, high) in enumerate(pairwise(steps)):
        x = 1.0 + i * width
        ax.add_patch(
            Rectangle((x, -8.35), width - 0.05, 0.35, facecolor=_RAMP(norm((low + high) / 2)))
        )
    for i, edge in enumerate(steps):
        ax.text(1.0 + i * width, -8.5, words.tick(edge, how), ha="center", va="top", fontsize=9)
