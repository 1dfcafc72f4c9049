"""Figures of real reports can be read: equal steps, no text over a point, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from pvtools import profiles, style
from pvtools.dashboards import confidence, demand, safety_index, targets, works
from pvtools.exhibits import Exhibit
from pvtools.figures import canvas

OF_A_REPORT = (
    "map", "demand_trend", "demand_currencies", "demand_similar", "confidence_trend",
    "confidence_questions", "confidence_strip", "outcomes", "outcomes_recording",
)  # fmt: skip
OF_A_CHAPTER = ("trend", "london", "london_since", "questions", "unusual", "steady", "alike")


def drawn(figure: Figure) -> Axes:
    """Return the axis of a figure that has been laid out."""
    FigureCanvasAgg(figure)
    with mpl.rc_context(dict(style.RC)):
        figure.draw_without_rendering()
    return figure.axes[0]


def number(text: str) -> float | None:
    try:
        return float(text.replace("−", "-").translate(str.maketrans("", "", "+,%")))
    except ValueError:
        return None


def in_view(axis: Axis) -> dict[float, Text]:
    """Return the labels of ticks that are shown, by their place."""
    low, high = sorted(axis.get_view_interval())
    room = 1e-6 * (high - low)
    ticks = zip(axis.get_majorticklocs(), axis.get_ticklabels(), strict=True)
    return {at: label for at, label in ticks if low - room <= at <= high + room}


def unequal(ax: Axes) -> Iterator[str]:
    """Yield axes whose numbers are not as far apart as their ticks."""
    for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        ticks = in_view(axis)
        labels = [label.get_text() for label in ticks.values()]
        said = [number(text) for text in labels]
        if axis.get_scale() != "linear" or len(said) < 3 or None in said:
            continue
        steps = np.diff(said) / np.diff([*ticks])
        if np.ptp(steps) > 0.01 * abs(np.median(steps)):
            yield f"unequal steps on {name}: {labels}"


def points(ax: Axes) -> Iterator[tuple[np.ndarray, float]]:
    """Yield the middle and the radius of every dot, in pixels."""
    for line in ax.lines:
        if line.get_marker() in {None, "None", "", " "} or line.get_transform() != ax.transData:
            continue
        xy = line.get_xydata()
        radius = line.get_markersize() * ax.figure.dpi / 72 / 2
        yield from ((at, radius) for at in ax.transData.transform(xy[np.isfinite(xy).all(axis=1)]))


def hidden(ax: Axes) -> Iterator[str]:
    """Yield texts that lie over a dot or over each other, or leave the figure."""
    box = {text: text.get_window_extent() for text in ax.texts if text.get_text()}
    for text, extent in box.items():
        inside = extent.shrunk(0.98, 0.8)
        for (x, y), radius in points(ax):
            if inside.x0 - radius < x < inside.x1 + radius and inside.y0 < y < inside.y1:
                yield f"{text.get_text()!r} lies over a dot"
                break
    named = [label for axis in (ax.xaxis, ax.yaxis) for label in in_view(axis).values()]
    ticks = {label: label.get_window_extent() for label in named if label.get_text()}
    pairs = [*combinations(box.items(), 2), *pairwise(ticks.items())]
    for (one, first), (other, second) in pairs:
        if first.shrunk(0.98, 0.9).overlaps(second.shrunk(0.98, 0.9)):
            yield f"{one.get_text()!r} and {other.get_text()!r} overlap"
    whole = ax.figure.bbox.padded(1)
    legend = ax.get_legend()
    every = {**box, **ticks} | ({legend: legend.get_window_extent()} if legend else {})
    for thing, extent in every.items():
        if extent.width and not (
            whole.x0 <= extent.x0 and extent.x1 <= whole.x1
            and whole.y0 <= extent.y0 and extent.y1 <= whole.y1
        ):  # fmt: skip
            yield f"{thing} is cut off"


def faults(exhibit: Exhibit) -> list[str]:
    """Return what cannot be read of a figure, as drawn for a page and for a phone."""
    wide, narrow = drawn(exhibit.figure()), drawn(exhibit.drawing.figure(phone=True))
    found = [f"{exhibit.key}: {fault}" for fault in (*unequal(wide), *hidden(wide))]
    return found + [
        f"{exhibit.key} on a phone: {fault}"
        for fault in (*unequal(narrow), *hidden(narrow), *unlike(wide, narrow))
    ]


def unlike(wide: Axes, narrow: Axes) -> Iterator[str]:
    """Yield what a figure for a phone says otherwise than the one for a page."""
    if narrow.figure.get_size_inches()[0] > 3.4:
        yield "it is too wide"
    sizes = [text.get_fontsize() for text in narrow.findobj(Text) if text.get_text()]
    if min(sizes) * 96 / 72 < 11:
        yield f"type of {min(sizes)} points"
    for one, other in zip(wide.lines, narrow.lines, strict=True):
        if not pd.Series(one.get_xdata()).equals(pd.Series(other.get_xdata())):
            yield "its values differ"
    said, again = (
        {re.sub(r"\s+", " ", text.get_text()) for text in ax.findobj(Text)} for ax in (wide, narrow)
    )
    lost = {text for text in said - again if not re.fullmatch(r"[−+\d.,%]*|20\d\d", text)}
    if lost:
        yield f"it does not say {lost}"


@pytest.mark.parametrize("name", ["Hackney", "Kingston upon Thames", "London"])
def test_every_figure_of_a_report_can_be_read(name):
    profile = profiles.load(name)
    shown = [getattr(profile, piece) for piece in OF_A_REPORT]
    figures = [piece for piece in shown if isinstance(piece, Exhibit)]
    assert len(figures) >= len(OF_A_REPORT) - 2
    assert [fault for exhibit in figures for fault in faults(exhibit)] == []


def test_every_figure_of_the_chapter_on_confidence_can_be_read():
    study = profiles.study("Hackney")
    assert [fault for piece in OF_A_CHAPTER for fault in faults(getattr(study, piece))] == []


OF_DASHBOARDS = {
    confidence: profiles.study,
    demand: profiles.demand,
    safety_index: profiles.safety,
    targets: lambda slug: profiles.distortion(area=slug),
    works: lambda slug: profiles.works(),
}


@pytest.mark.parametrize("dashboard", OF_DASHBOARDS, ids=lambda module: module.__name__)
def test_every_figure_of_a_dashboard_can_be_read(dashboard):
    shown = OF_DASHBOARDS[dashboard]("westminster")
    found = [getattr(shown, name) for name in dashboard.PIECES]
    pieces = [piece() if callable(piece) else piece for piece in found]
    figures = [piece for piece in pieces if isinstance(piece, Exhibit)]
    assert len(figures) > 1
    assert [fault for exhibit in figures for fault in faults(exhibit)] == []


def test_every_figure_that_sets_areas_beside_each_other_can_be_read():
    pairs = profiles.compare("westminster", "kingston-upon-thames").opinions
    assert [fault for exhibit in pairs for fault in faults(exhibit)] == []


def ticked(how: str, low: float, high: float) -> Axes:
    ax = Figure(figsize=(6, 3)).add_subplot()
    ax.set_xlim(low, high)
    canvas.numbers(ax.xaxis, how)
    return drawn(ax.figure)


@pytest.mark.parametrize("how", ["percent", "points", "change", "rate", "count", "decimal"])
@pytest.mark.parametrize("width", [0.013, 0.17, 1.3, 23, 4100])
def test_numbers_on_an_axis_are_as_far_apart_as_their_ticks_however_wide_it_is(how, width):
    ax = ticked(how, 0.331, 0.331 + width)
    labels = [label.get_text() for label in ax.xaxis.get_ticklabels()]
    assert len(set(labels)) == len(labels), "no two ticks are written alike"
    assert [*unequal(ax)] == []


def test_unequal_steps_a_covered_dot_and_a_text_cut_off_are_found():
    ax = Figure(figsize=(6, 3)).add_subplot()
    ax.set_xticks([0.375, 0.4, 0.425], ["38%", "40%", "43%"])
    ax.set_xlim(0.37, 0.43)
    ax.plot([0.4, 0.41], [1, 2], "o")
    ax.annotate("London", (0.4, 1), ha="center", va="center")
    ax.annotate("Kensington and Chelsea", (0.425, 1.5), annotation_clip=False)
    found = " ".join([*unequal(drawn(ax.figure)), *hidden(ax)])
    assert "unequal steps on x" in found
    assert "'London' lies over a dot" in found
    assert "cut off" in found
