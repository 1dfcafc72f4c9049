"""The target lab: turn a made-up organisation's dials, see what is reported and who notices."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from pvtools.dashboards import dials, page
from pvtools.dashboards.dials import Dial

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
DIALS = tuple(Dial(name, f"{said}, %", 0, 100, 5) for name, said in _LABELS.items())
#: What an address may hold.
PARAMETERS = tuple(_LABELS)


def show(chapter: Distortion, query: str = "") -> None:
    """Show a slider a dial, and the exhibits that follow from them.

    Parameters
    ----------
    chapter
        What ``profiles.distortion`` returns.
    query
        An address's query, such as ``"shifting=30"``: late cases written down as in time, 30%.
    """
    dials.show(DIALS, partial(_figures, chapter), query)


def lab(query: str | None = None) -> None:
    """Show the target lab as an address sets it; by default the one that Voila hands on."""
    from pvtools import profiles

    show(profiles.distortion(), os.environ.get("QUERY_STRING", "") if query is None else query)


def _figures(chapter: Distortion, values: Mapping[str, float]) -> Iterator[str]:
    """Yield what an organisation with these dials shows."""
    from pvtools.exhibits import html
    from pvtools.synthetic import Dials

    made = chapter.organisation(Dials(**{name: value / 100 for name, value in values.items()}))
    yield html.STYLE_TAG + "<h2>What it reports, what is so, and who notices</h2>"
    # where all late cases are gone, detectors have nothing to look at: that costs their own part
    for make in (
        lambda: made.indicator,
        lambda: made.times.picture,
        lambda: made.verdicts,
        lambda: made.truth,
    ):
        yield from page.shown(lambda make=make: [make()], "target-lab")
