"""Pictures small enough for a table's cell: past years as a line, a place between two ends.

They are a few shapes each and thirty of them stand on a page, so they are written as SVG here;
whatever has an axis is drawn by Matplotlib. Like other figures they round nothing and say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pvtools import style

_WIDTH, _HEIGHT, _EDGE = 46.0, 11.0, 2.5  # points
_DOT = 2.2


def past_years(values: pd.Series, *, breaks: Sequence[int] = ()) -> str:
    """Return a line of values by year as SVG, from the lowest to the highest of them.

    Parameters
    ----------
    values
        By date, one a year, in their order. Where a year is missing the line is parted.
    breaks
        Years after which it is parted too, because what is counted changed.

    Examples
    --------
    >>> years = pd.to_datetime(["2023-03-01", "2024-03-01", "2025-03-01"])
    >>> past_years(pd.Series([7.0, 9.0, 8.0], years)).count("<polyline")
    1
    """
    known = values.dropna()
    year = known.index.year.to_numpy()
    x = _scaled(year, year.min(), year.max(), _EDGE, _WIDTH - _EDGE)
    y = _scaled(known, known.min(), known.max(), _HEIGHT - _EDGE, _EDGE)
    parted = np.diff(year) > 1
    for after in breaks:
        parted |= (year[:-1] <= after) & (year[1:] > after)
    cuts = np.flatnonzero(parted) + 1
    parts = zip(np.split(x, cuts), np.split(y, cuts), strict=True)
    return _svg([*(_line(*part) for part in parts), _dot(x[-1], y[-1])])


def between(
    here: float, *, lowest: float, highest: float, near_low: float, near_high: float
) -> str:
    """Return as SVG where a place lies on a line from lowest to highest.

    ``near_low`` and ``near_high`` are the ends of a bar, of the places most like it; missing where
    there are none.
    """
    at = _scaled(
        [here, near_low, near_high, lowest, highest], lowest, highest, _EDGE, _WIDTH - _EDGE
    )
    middle = _HEIGHT / 2
    return _svg(_between(at, middle))


def _between(at: np.ndarray, middle: float) -> Iterator[str]:
    here, low, high, first, last = at
    yield (
        f'<line x1="{first:.1f}" y1="{middle}" x2="{last:.1f}" y2="{middle}" '
        f'stroke="{style.CONTEXT}" stroke-width="1.2"/>'
    )
    if np.isfinite([low, high]).all():
        yield (
            f'<rect x="{low:.1f}" y="{middle - 2}" width="{max(high - low, 0.5):.1f}" height="4" '
            f'fill="{style.SECOND}" fill-opacity="0.6"/>'
        )
    yield _dot(here, middle)


def _scaled(values: object, low: float, high: float, start: float, end: float) -> np.ndarray:
    """Return values on a scale that runs from low to high, drawn from start to end."""
    known = np.asarray(values, dtype=float)
    share = (known - low) / (high - low) if high > low else 0.5 + 0 * known
    return start + share * (end - start)


def _line(x: np.ndarray, y: np.ndarray) -> str:
    if len(x) == 1:
        return f'<circle cx="{x[0]:.1f}" cy="{y[0]:.1f}" r="0.9" fill="{style.ACCENT}"/>'
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<polyline points="{points}" fill="none" stroke="{style.ACCENT}" stroke-width="1.1" '
        'stroke-linejoin="round"/>'
    )


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="{style.ACCENT}"/>'


def _svg(shapes: object) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}pt" height="{_HEIGHT:g}pt" '
        f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}">{"".join(shapes)}</svg>'
    )
