"""Scenarios of demand: turn what is assumed, see officers needed and what may come of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from pvtools.dashboards import dials
from pvtools.dashboards.dials import Choice, Dial

if TYPE_CHECKING:
    from pvtools.demand import DemandProfile
    from pvtools.profiles import Calls

#: Assumptions that have a slider.
SLIDERS = (
    Dial("calls_per_offence", "Calls for each offence recorded", 0.5, 6, 0.25),
    Dial("call_hours", "Hours a call binds its crew", 0.25, 4, 0.25),
    Dial("mental_health_share", "Calls about mental health, %", 0, 20, 1),
    Dial("occupancy_now", "Time crews are busy now, %", 30, 90, 5),
)
#: Those of them that are shown in per cent and are shares.
SHARES = ("mental_health_share", "occupancy_now")
_ASKED = (
    Dial("years", "Years", 1, 20, 1, 10),
    Choice(
        "outcome",
        "Outcome",
        {
            "Mean wait": "mean_wait",
            "Work not met": "unmet_share",
            "Hours not met": "unmet_hours",
            "Harm not met": "unmet_harm",
        },
        "mean_wait",
    ),
)
#: What an address may hold.
PARAMETERS = ("area", *(dial.name for dial in (*SLIDERS, *_ASKED)))


def show(calls: Calls, query: str = "", *, fault: str = "") -> None:
    """Show sliders for the weightiest assumptions, and the exhibits that follow from them.

    Parameters
    ----------
    calls
        ``profiles.demand(…).calls``.
    query
        An address's query, such as ``"call_hours=2&years=5"``.
    fault
        What else in the address could not be followed: a sentence.
    """
    likely = calls.assumptions().table.set_index("parameter").likely
    sliders = [
        replace(dial, start=float(likely[dial.name]) * (100 if dial.name in SHARES else 1))
        for dial in SLIDERS
    ]

    @lru_cache(maxsize=8)  # years and outcome change neither calls nor officers
    def supposed(*likely: float) -> tuple[DemandProfile, str]:
        names = [dial.name for dial in SLIDERS]
        profile = calls.supposing(dict(zip(names, likely, strict=True)))
        return profile, calls.officers(profile=profile).to_html()

    def figures(values: Mapping[str, float | str]) -> Iterator[str]:
        from pvtools.exhibits import html

        likely = [values[dial.name] / (100 if dial.name in SHARES else 1) for dial in SLIDERS]
        profile, officers = supposed(*likely)
        measure, years = values["outcome"], int(values["years"])
        yield html.STYLE_TAG + f"<h2>{escape(calls.name)}</h2>"
        yield calls.scenario(measure, years=years, profile=profile).to_html()
        yield officers

    dials.show([*sliders, *_ASKED], figures, query, fault=fault)


def lab(query: str | None = None) -> None:
    """Show the scenarios of the area in an address; by default the one that Voila hands on."""
    from pvtools import profiles

    query = os.environ.get("QUERY_STRING", "") if query is None else query
    area, fault = dials.area_in(query)
    show(profiles.demand(area.name).calls, query, fault=fault)
