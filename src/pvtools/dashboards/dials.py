"""Dials: sliders and lists with a name in the page's address, and what follows from them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlencode

import ipywidgets as widgets

from pvtools import areas, words
from pvtools.dashboards.page import Page, status
from pvtools.errors import PvtoolsError, UsageError

_LAYOUT = {"width": "42rem", "max_width": "100%"}
_STYLE = {"description_width": "22rem"}
_QUIET = 0.1  # seconds without a change after which figures are drawn: a held key draws none


@dataclass(frozen=True)
class Dial:
    """A slider from ``low`` to ``high``; one in per cent has that in its label and its values."""

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float = 0.0

    def read(self, text: str) -> float:
        """Return the value that stands in an address, on the nearest step."""
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not self.low <= value <= self.high:
            raise UsageError(
                f"{self.label!r} goes from {self.low:g} to {self.high:g}, not {text[:20]!r}."
            )
        steps = round((value - self.low) / self.step)
        return min(self.high, self.low + steps * self.step)

    def write(self, value: float) -> str:
        """Return a value as it stands in an address."""
        return f"{value:g}"

    say = write

    def widget(self, value: float) -> widgets.Widget:
        """Return the slider; it sends one value a gesture."""
        return widgets.FloatSlider(
            value=value, min=self.low, max=self.high, step=self.step, description=self.label,
            continuous_update=False, readout_format=".0f" if self.step >= 1 else ".2f",
            layout=_LAYOUT, style=_STYLE,
        )  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A list to choose from: what each entry is called, and what it stands for."""

    name: str
    label: str
    options: Mapping[str, str] = field(repr=False)
    start: str

    def read(self, text: str) -> str:
        """Return what an entry's name in an address stands for."""
        known = {self.write(value): value for value in self.options.values()}
        if text not in known:
            raise UsageError(f"{self.label!r} is one of {', '.join(known)}, not {text[:20]!r}.")
        return known[text]

    def write(self, value: str) -> str:
        """Return the name in an address of what was chosen."""
        return re.sub("[^a-z]+", "-", self.say(value).lower())

    def say(self, value: str) -> str:
        """Return what was chosen as the list calls it."""
        return next(name for name, meant in self.options.items() if meant == value)

    def widget(self, value: str) -> widgets.Widget:
        """Return the list."""
        return widgets.Dropdown(
            options=self.options, value=value, description=self.label, layout=_LAYOUT, style=_STYLE
        )


def show(
    dials: Sequence[Dial | Choice],
    figures: Callable[[Mapping[str, float | str]], Iterable[str]],
    query: str = "",
    *,
    fault: str = "",
) -> None:
    """Show dials as an address sets them, and what follows each time one is turned.

    Parameters
    ----------
    dials
        The controls.
    figures
        Called with the value of each dial by name; returns HTML.
    query
        The page's query string, such as ``"shifting=30"``.
    fault
        What else in the address could not be followed: a sentence.
    """
    values, faults = asked(dials, query)
    controls = {dial.name: dial.widget(values[dial.name]) for dial in dials}
    for name, control in controls.items():
        # by these the served page finds them (dials.js)
        control.add_class("pv-dial")
        control.add_class(f"pv-dial-{name}")
    drawn = widgets.HTML()
    shell = Page(*controls.values(), drawn)
    shell.status.add_class("pv-says")

    drawing: asyncio.TimerHandle | None = None
    before = dict(values)

    def turn(_: object) -> None:
        nonlocal drawing
        shell.status.value = status("Updating …")
        if drawing:
            drawing.cancel()
        drawing = _soon(draw)

    def draw() -> None:
        nonlocal before
        now = {name: control.value for name, control in controls.items()}

        def make() -> Iterator[str]:
            yield from figures(now)
            drawn.value = _stamp(dials, None)  # until all figures have come

        shell.fill("", make)
        drawn.value = _stamp(dials, now)
        if not shell.status.value:
            shell.status.value = status(_changed(dials, before, now))
        before = now

    for control in controls.values():
        control.observe(turn, names="value")
    shell.open()
    draw()
    if said := " ".join([*filter(None, [fault]), *faults]):
        shell.status.value = status(f"{said} It is shown as it starts.")


def asked(
    dials: Sequence[Dial | Choice], query: str
) -> tuple[dict[str, float | str], Sequence[str]]:
    """Return the value of each dial in an address, its start if none fits, and what did not."""
    given = parse_qs(query.lstrip("?"))
    values, faults = {dial.name: dial.start for dial in dials}, []
    for dial in dials:
        if dial.name in given:
            try:
                values[dial.name] = dial.read(given[dial.name][0])
            except UsageError as error:
                faults.append(str(error))
    return values, faults


def area_in(query: str) -> tuple[areas.Area, str]:
    """Return the area that an address names, or London and a sentence that says why not."""
    named = parse_qs(query.lstrip("?")).get("area", [areas.LONDON])[0]
    try:
        return areas.find_reported(named), ""
    except PvtoolsError as error:
        said = str(error).removesuffix(" List them with: pvtools areas")
        return areas.find_reported(areas.LONDON), f"{said} This is London."


def _soon(draw: Callable[[], None]) -> asyncio.TimerHandle | None:
    """Draw once changes have ended; at once where there is no kernel to wait in."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        draw()
        return None
    return loop.call_later(_QUIET, draw)


def _changed(
    dials: Sequence[Dial | Choice],
    before: Mapping[str, float | str],
    now: Mapping[str, float | str],
) -> str:
    """Return a sentence on the dials that were turned."""
    turned = [
        f"“{dial.label}” at {dial.say(now[dial.name])}"
        for dial in dials
        if now[dial.name] != before[dial.name]
    ]
    return f"The figures are now those with {words.listing(turned)}." if turned else ""


def _stamp(dials: Sequence[Dial | Choice], values: Mapping[str, float | str] | None) -> str:
    """Return a mark that says of which dials the figures are, if of any, and how these start."""
    now, start = (
        escape(urlencode({dial.name: dial.write(of[dial.name]) for dial in dials} if of else {}))
        for of in (values, {dial.name: dial.start for dial in dials})
    )
    return f'<span class="pv-drawn" data-dials="{now}" data-start="{start}"></span>'
