"""The map of London's boroughs by what can be told of their opinion, and one area framed on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes

from pvtools import areas, estimates, figures, measures, style, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.pieces import Exhibit, Notice
from pvtools.sources import Source

_WORDS = {"higher": "higher", "lower": "lower", "same": "not clear"}


@dataclass(frozen=True)
class _Tiles:
    """Draws the map; unlike a function made where it is used, it can be kept on disk.

    ``figures`` are what is given of each borough, with its interval, as words.
    """

    held: pd.DataFrame
    figures: Mapping[str, str]
    sides: Mapping[str, str]
    said: str
    framed: Sequence[str] = ()

    def __call__(self, ax: Axes) -> Axes:
        return figures.tile_map(
            self.held, highlight=self.framed, sides=self.sides, said=self.said, ax=ax
        )


def tile_map(
    shares: pd.DataFrame, apart: pd.DataFrame, *, source: Source, notes: Sequence[str] = ()
) -> Exhibit | Notice:
    """Return the map of who differs from London on one question in one wave.

    ``apart`` is what ``confidence.difference_from_london`` returns of the same wave, ``notes`` are
    further sentences. Where no borough has a figure, a notice says why.
    """
    phrase = measures.find(shares.measure.iloc[0]).phrase
    every, sides = _sides(shares, apart)
    held = withheld.shown(every)
    if held.empty:
        return withheld.notice("Boroughs", every)
    differing = sum(side != "same" for side in sides.values())
    return _map(
        every,
        sides,
        said="Beside London, once all are tested:",
        headline=(
            f"{words.count(differing).capitalize()} of {len(held)} boroughs "
            f"{'stand' if differing > 1 else 'stands'} apart"
        ),
        subtitle=f"Share who {phrase}, beside London's, {words.span(every.period.iloc[0])}",
        alt=(
            f"Tile map of London's boroughs shaded by whether the share who {phrase} "
            f"differs from London's by more than chance. {_told(held, sides, 'shares')}"
        ),
        also={"differs": "Beside London's, by more than chance"},
        source=source,
        notes=notes,
    )


def moved_map(
    moved: pd.DataFrame, *, source: Source, notes: Sequence[str] = ()
) -> Exhibit | Notice:
    """Return the map of where opinion on one question moved between two waves.

    ``moved`` is what ``confidence.change`` returns, ``notes`` are further sentences. Where no
    borough has a figure, a notice says why.
    """
    phrase = measures.find(moved.measure.iloc[0]).phrase
    every, sides = _sides(moved, moved)
    held = withheld.shown(every)
    if held.empty:
        return withheld.notice("Changes by borough", every)
    since, period = every.since.iloc[0], every.period.iloc[0]
    differing = sum(side != "same" for side in sides.values())
    begin = estimates.end(since)[:4]
    return _map(
        every,
        sides,
        said=f"Compared with {begin}, once all are tested:",
        headline=(
            f"{words.count(differing).capitalize()} of {len(held)} boroughs moved by more than "
            f"chance since {begin}"
        ),
        subtitle=(
            f"Change in the share who {phrase}, {words.span(since)} to {words.span(period)}, with "
            f"{words.level(every)} interval"
        ),
        alt=(
            f"Tile map of London's boroughs shaded by whether the share who {phrase} moved between "
            f"{words.month(since)} and {words.month(period)} by more than chance. "
            f"{_told(held, sides, 'changes')}"
        ),
        also={
            "before": (words.heading(since), "percent"),
            "after": (words.heading(period), "percent"),
            "differs": "Moved, by more than chance",
        },
        source=source,
        notes=(
            "All boroughs are tested together, and rounding is allowed for: an interval that "
            "leaves zero out does not suffice.",
            *notes,
            *source.breaks_between(estimates.end(since), estimates.end(period)),
        ),
    )


def framed(every: Exhibit | Notice, area: areas.Area) -> Exhibit | Notice:
    """Return a map with an area framed and named, or a command unit's boroughs; London has none.

    It is not drawn again. Where the area's own figure is withheld, a notice says why.
    """
    if isinstance(every, Notice) or area.is_london:
        return every
    inside, tiles = areas.members(area), every.drawing.draw
    given = {part: tiles.figures[part.name] for part in inside if part.name in tiles.figures}
    if not given:
        names = [part.name for part in inside]
        return withheld.notice(area.name, every.table[every.table.area.isin(names)])
    around = words.listing([f"{part.name} at {figure}" for part, figure in given.items()])
    called = {part: part.tile if len(inside) > 1 else part.name for part in inside}
    listed = words.listing([f"{called[part]} {figure}" for part, figure in given.items()])
    standing = {name for name, side in tiles.sides.items() if side != "same"}
    return replace(
        every,
        headline=every.headline + _among(standing, area),
        alt=f"{every.alt} There is a frame around {around}.",
        caveats=[f"Framed: {listed}. {every.caveats[0]}", *every.caveats[1:]],
        framed=[part.slug for part in inside],
        drawing=replace(every.drawing, draw=replace(tiles, framed=[one.name for one in inside])),
    )


def _among(standing: set[str], area: areas.Area) -> str:
    """Return whether an area is among those that stand apart, as the end of a headline."""
    if not standing:
        return ""
    if area.kind == "bcu":
        inside = {part.name for part in areas.members(area)}
        every = "both" if len(inside) == 2 else "all"
        stand = every if inside <= standing else words.count(len(standing & inside))
        return f"; of {area.name}'s {words.count(len(inside))}, {stand}"
    return f", {area.name} {'' if area.name in standing else 'not '}among them"


def _map(
    every: pd.DataFrame,
    sides: Mapping[str, str],
    *,
    said: str,
    headline: str,
    subtitle: str,
    alt: str,
    also: maker.Also,
    source: Source,
    notes: Sequence[str] = (),
) -> Exhibit:
    held = withheld.shown(every)
    how = estimates.written(held).format
    given = {row.area: with_interval(row, how) for row in held.itertuples()}
    word = every.area.map(sides).map(_WORDS).mask(every.estimate.isna(), "").fillna("")
    return maker.exhibit(
        "confidence-map",
        every.assign(differs=word).sort_values("area"),
        _Tiles(held, given, sides, said),
        headline=headline,
        subtitle=subtitle,
        alt=f"{alt} The City of London is not surveyed.",
        width=style.HALF_WIDTH,
        height=2.7,
        source=source,
        also=also,
        caveats=(
            f"Finer shades would show chance: {_typical(held)}. Hatched: not surveyed"
            + (", or withheld." if len(held) < len(every) else "."),
            *withheld.notes(every, what="boroughs"),
            *notes,
        ),
    )


def _sides(rows: pd.DataFrame, tested: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the rows of boroughs, and the verdict on each that has one."""
    every, tested = (table[table.area != areas.LONDON] for table in (rows, tested))
    return every, {row.area: words.verdict(row) for row in withheld.shown(tested).itertuples()}


def _told(held: pd.DataFrame, sides: Mapping[str, str], what: str) -> str:
    """Return how many boroughs stand on which side, and the range of their figures."""
    how = estimates.written(held).format
    higher, lower = (
        words.count(sum(one == side for one in sides.values())) for side in ("higher", "lower")
    )
    low, high = (words.number(end, how) for end in (held.estimate.min(), held.estimate.max()))
    sided = f"It is higher in {higher} and lower in {lower} of {len(held)}"
    return f"{sided}; {what} run from {low} to {high}."


def _typical(shares: pd.DataFrame) -> str:
    """Return how wide the interval of a borough usually is, in words."""
    half = ((shares.upper - shares.lower) / 2).median()
    return f"a borough's interval is about {words.size(half, 'points')} either way"
