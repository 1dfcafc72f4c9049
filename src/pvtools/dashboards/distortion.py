"""Dials of a made-up organisation: turn one, and see what is reported, what is so, who notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from pvtools.dashboards.page import Page

if TYPE_CHECKING:
    from pvtools.profiles import Distortion

_LABELS = {
    "honest": "True improvement",
    "rounding": "Times rounded to five minutes",
    "shifting": "Late cases written down as in time",
    "reclassifying": "Cases recorded next door",
    "excluding": "Late cases left out",
    "displacing": "Effort taken from other work",
    "pretending": "Indicator climbs, outcome does not",
}


def show(chapter: Distortion) -> None:
    """Show a slider a dial, and the exhibits that follow from them.

    Parameters
    ----------
    chapter
        What ``profiles.distortion`` returns.
    """
    from pvtools.synthetic import Dials

    layout, style = widgets.Layout(width="32rem"), {"description_width": "17rem"}
    sliders = {
        field.name: widgets.FloatSlider(
            value=0.0, min=0.0, max=1.0, step=0.05, description=_LABELS[field.name],
            continuous_update=False, readout_format=".0%", layout=layout, style=style,
        )
        for field in fields(Dials)
    }  # fmt: skip
    shell = Page(*sliders.values())

    def turn(change: Mapping[str, Any] | None = None) -> None:
        values = {name: slider.value for name, slider in sliders.items()}
        shell.fill("", lambda: _figures(chapter, values))

    for slider in sliders.values():
        slider.observe(turn, names="value")
    turn()
    shell.open()


def _figures(chapter: Distortion, values: Mapping[str, float]) -> Iterator[str]:
    """Yield what an organisation with these dials shows."""
    from pvtools.exhibits import html
    from pvtools.synthetic import Dials

    made = chapter.organisation(Dials(**values))
    yield html.STYLE_TAG
    for shown in (made.indicator, made.times.picture, made.verdicts, made.truth):
        yield shown.to_html()
