"""Dials of a made-up organisation: turn one, and see what is reported, what is so, who notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from IPython.display import display

from pvtools.errors import PvtoolsError

if TYPE_CHECKING:
    from pvtools.profiles import Distortion

_SAID = {
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
            value=0.0, min=0.0, max=1.0, step=0.05, description=_SAID[field.name],
            continuous_update=False, readout_format=".0%", layout=layout, style=style,
        )
        for field in fields(Dials)
    }  # fmt: skip
    page = widgets.HTML()

    def turn(change: Mapping[str, Any] | None = None) -> None:
        page.value = _page(chapter, {name: slider.value for name, slider in sliders.items()})

    for slider in sliders.values():
        slider.observe(turn, names="value")
    turn()
    display(widgets.VBox([*sliders.values(), page]))


def _page(chapter: Distortion, values: Mapping[str, float]) -> str:
    """Return what an organisation with these dials shows, or one sentence: never a traceback."""
    from pvtools.exhibits import html
    from pvtools.synthetic import Dials

    try:
        made = chapter.organisation(Dials(**values))
        shown = (made.indicator, made.times.picture, made.verdicts, made.truth)
        return html.STYLE_TAG + "".join(piece.to_html() for piece in shown)
    except PvtoolsError as error:
        return f"<p>{escape(str(error))}</p>"
