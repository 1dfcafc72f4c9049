"""Sliders for what is assumed: turn one, and see what it does to officers needed and scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from pvtools.dashboards.page import Page

if TYPE_CHECKING:
    from pvtools.profiles import Calls

#: Assumptions that have a slider: lowest, highest, step, and its label.
SLIDERS: Mapping[str, tuple[float, float, float, str]] = {
    "calls_per_offence": (0.5, 6.0, 0.25, "Calls for each offence recorded"),
    "call_hours": (0.25, 4.0, 0.25, "Hours a call binds its crew"),
    "mental_health_share": (0.0, 0.2, 0.01, "Share of calls about mental health"),
    "occupancy_now": (0.3, 0.9, 0.05, "Share of time crews are busy now"),
}
_MEASURES = {
    "Mean wait": "mean_wait",
    "Work not met": "unmet_share",
    "Hours not met": "unmet_hours",
    "Harm not met": "unmet_harm",
}


def show(calls: Calls) -> None:
    """Show sliders for the weightiest assumptions, and the exhibits that follow from them.

    Parameters
    ----------
    calls
        ``profiles.demand(…).calls``.
    """
    likely = calls.assumptions().table.set_index("parameter").likely
    wide = widgets.Layout(width="30rem")
    sliders = {
        name: widgets.FloatSlider(
            value=float(likely[name]), min=low, max=high, step=step, description=label,
            continuous_update=False, readout_format=".2f", layout=wide,
            style={"description_width": "16rem"},
        )
        for name, (low, high, step, label) in SLIDERS.items()
    }  # fmt: skip
    years = widgets.IntSlider(
        value=10, min=1, max=20, description="Years", continuous_update=False, layout=wide,
        style={"description_width": "16rem"},
    )  # fmt: skip
    measure = widgets.Dropdown(
        options=_MEASURES, value="mean_wait", description="Outcome", layout=wide,
        style={"description_width": "16rem"},
    )  # fmt: skip
    controls = [*sliders.values(), years, measure]
    shell = Page(*controls)

    def turn(change: Mapping[str, Any] | None = None) -> None:
        values = {name: slider.value for name, slider in sliders.items()}
        shell.fill("", lambda: _figures(calls, values, measure.value, years.value))

    for control in controls:
        control.observe(turn, names="value")
    turn()
    shell.open()


def _figures(calls: Calls, likely: Mapping[str, float], measure: str, years: int) -> Iterator[str]:
    """Yield the exhibits under these assumptions."""
    from pvtools.exhibits import html

    profile = calls.supposing(likely)
    yield html.STYLE_TAG + calls.scenario(measure, years=years, profile=profile).to_html()
    yield calls.officers(profile=profile).to_html()
