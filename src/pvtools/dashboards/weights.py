"""Weights of the safety index: turn one, and see the scores and how far places are known."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from pvtools import places
from pvtools.dashboards import dials
from pvtools.dashboards.dials import Dial

if TYPE_CHECKING:
    from pvtools.profiles import Safety

_DRAWS = 2_000  # a fifth of the chapter's: an interval's end then moves by under a point

#: What the halves are called where there is little room.
_SHORT = {"recorded": "Recorded", "perceived": "Said"}


def _dials() -> Iterator[tuple[str, Dial]]:
    """Yield a slider for each half and domain of the index that comes with pvtools."""
    said = tomllib.loads((places.shipped_data() / "safety_index.toml").read_text("utf-8"))
    for half, entry in said["halves"].items():
        yield half, Dial(half, entry["label"], 0.25, 5, 0.25, entry["weight"])
        for key, domain in said["domains"].items():
            if domain["half"] == half:
                label = f"{_SHORT[half]}: {domain['label'].lower()}"
                yield f"{half}/{key}", Dial(key, label, 0.25, 5, 0.25, domain["weight"])


#: The sliders, by the part of the index that each weighs.
SLIDERS = dict(_dials())
#: What an address may hold.
PARAMETERS = ("area", *(dial.name for dial in SLIDERS.values()))


def lab(query: str | None = None) -> None:
    """Show the weights of the area in an address; by default the one that Voila hands on."""
    from pvtools import profiles

    query = os.environ.get("QUERY_STRING", "") if query is None else query
    area, fault = dials.area_in(query)
    chapter = profiles.safety(area.name)
    dials.show([*SLIDERS.values()], partial(_figures, chapter), query, fault=fault)


def _figures(chapter: Safety, values: Mapping[str, float | str]) -> Iterator[str]:
    """Yield the index under these weights."""
    from pvtools.exhibits import html

    weights = {part: float(values[dial.name]) for part, dial in SLIDERS.items()}
    made = chapter.weighing(weights, draws=_DRAWS)
    yield html.STYLE_TAG + f"<h2>{escape(chapter.name)}</h2>"
    yield made.scores.to_html()
    yield made.places.to_html()
