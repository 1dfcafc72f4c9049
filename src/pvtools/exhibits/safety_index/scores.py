"""The index drawn: an area's scores, the gap between its halves, places, and both over years."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, estimates, figures, style, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.pieces import Exhibit

_HALVES = {"recorded": "what is recorded", "perceived": "what people say"}
_HOW = "rate"
_KEY = "What is recorded scores, beside what is said:"
_CORNERS = {
    "top right": "recorded and said: safer",
    "top left": "recorded safer, said worse",
    "bottom right": "recorded worse, said better",
    "bottom left": "recorded and said: worse",
}


def scores(
    table: pd.DataFrame,
    *,
    area: str,
    key: str,
    hundred: str,
    labels: dict[str, str],
    source: str,
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of an area's index, with both halves and every domain beside it.

    Parameters
    ----------
    table
        ``safety_index.Index.scores``.
    area
        A borough, or London.
    key
        What the exhibit is called.
    hundred
        What a score of 100 is, as a clause.
    labels
        What each group is called; the whole under the empty text.
    source, notes
        The line of sources, and further sentences.
    """
    own = table[table.area == area].dropna(subset=["estimate"])
    london = table[table.area == areas.LONDON].set_index("group").estimate
    shown = own.assign(name=own.group.map(labels), london=own.group.map(london))
    whole, recorded, perceived = (estimates.pick(own, group=group) for group in ("", *_HALVES))
    beside = "" if area == areas.LONDON else f"; London has {_points(london[''])}"
    tick = {} if area == areas.LONDON else {"tick": "london", "tick_label": "London"}
    return maker.exhibit(
        key,
        shown,
        lambda ax: figures.forest(
            shown,
            label="name",
            how=_HOW,
            reference=100,
            marked=shown.name.iloc[:3].tolist(),
            marked_label="the index and its halves",
            others_label="domains",
            **tick,
            ax=ax,
        ),
        headline=(
            f"{area}: {_points(recorded.estimate)} on what is recorded, "
            f"{_points(perceived.estimate)} on what people say"
        ),
        subtitle=(
            f"{labels['']}, {words.span(whole.period)}; {hundred}higher is safer; "
            f"{words.level(own)} interval"
        ),
        alt=(
            f"Dot plot. The index of {area} is {with_interval(whole, _HOW)}{beside}. What is "
            f"recorded scores {with_interval(recorded, _HOW)}, what people say "
            f"{with_interval(perceived, _HOW)}."
        ),
        height=0.9 + 0.26 * len(shown),
        by={"name": "Part of the index"},
        also={"present": ("Measured", "percent")},
        source=source,
        caveats=(
            "Intervals hold sampling error and the choices made: weights, scale, mean, and any "
            "one indicator left out.",
            *_without_interval(shown),
            *notes,
        ),
    )


def _without_interval(shown: pd.DataFrame) -> list[str]:
    """Return which scores have no interval to show, as a sentence."""
    names = [f"“{name}”" for name in shown.name[~(shown.upper - shown.lower > 1e-9)]]
    if not names:
        return []
    return [
        f"No sampling error is published for what {words.listing(names)} rests on: no interval is "
        "shown for it, and none of it is in that of its half."
    ]


def gap_map(gaps: pd.DataFrame, *, area: str, source: str) -> Exhibit:
    """Return the map of which half scores higher, where that stands once all are tested."""
    own = gaps[gaps.area == area]
    every = gaps[gaps.area != areas.LONDON].sort_values("area")
    sides = {row.area: words.verdict(row) for row in every.itertuples()}
    higher, lower = (
        words.count(sum(side == one for side in sides.values())) for one in ("higher", "lower")
    )
    marked = () if area == areas.LONDON else (area,)
    here = f" In {area} the gap is {with_interval(own.iloc[0], _HOW)}." if len(own) else ""
    return maker.exhibit(
        "safety-gap",
        every.assign(side=every.area.map(sides)),
        lambda ax: figures.tile_map(
            every,
            highlight=marked,
            sides=sides,
            said="What is recorded scores, beside what is said:",
            ax=ax,
        ),
        headline=(f"The two halves part in {higher} and {lower} boroughs, in opposite directions"),
        subtitle=(
            "What is recorded less what people say, points of the index, "
            f"{words.span(every.period.iloc[0])}"
        ),
        alt=(
            "Tile map of London's boroughs. What is recorded scores higher than what people say in "
            f"{higher} of {len(every)}, lower in {lower}, once all are tested; in the rest the "
            f"difference is not clear.{here}"
        ),
        width=style.HALF_WIDTH,
        height=3.0,
        also={"side": "Recorded half"},
        source=source,
        caveats=("One number would hide this. Hatched: not in the index.",),
    )


def places(ranks: pd.DataFrame, pairs: pd.DataFrame, *, area: str, source: str) -> Exhibit:
    """Return the exhibit of between which places each borough lies, in the order of names."""
    shown = ranks.sort_values("area").reset_index(drop=True)
    clear, n = int(pairs.distinguishable_adjusted.sum()), len(pairs)
    width = round(float((shown.upper - shown.lower).median()))
    own = shown[shown.area == area]
    here = (
        f" {area} lies between place {own.lower.iloc[0]:.0f} and {own.upper.iloc[0]:.0f}."
        if len(own)
        else ""
    )
    return maker.exhibit(
        "safety-places",
        shown,
        lambda ax: figures.forest(shown, label="area", how="count", marked=[area], ax=ax),
        headline=f"{clear} of {n} pairs can be distinguished; a place is uncertain by {width}",
        subtitle=(
            f"Place among {len(shown)} boroughs (1 is the highest score), "
            f"{words.span(shown.period.iloc[0])}, {words.level(shown)} interval"
        ),
        alt=(
            f"Dot plot of places with intervals. That of a typical borough spans {width} of "
            f"{len(shown)} places.{here}"
        ),
        height=6.2,
        also={
            "top_quarter": ("Chance of the highest quarter", "percent"),
            "bottom_quarter": ("Chance of the lowest quarter", "percent"),
        },
        source=source,
        caveats=(
            "Over 10,000 draws of sampling error and of every choice made. A pair is "
            "distinguishable where the order holds in nearly all draws, adjusted for the number of "
            "pairs (Benjamini and Hochberg). Nobody is ranked: the order is that of names.",
        ),
    )


def paradox(moved: pd.DataFrame, *, area: str, indicators: dict[str, str], source: str) -> Exhibit:
    """Return the exhibit of how both halves moved over years, in every borough.

    ``moved`` is what ``safety_index.moved_together`` returns, ``indicators`` what each half rests
    on throughout.
    """
    boroughs = moved[moved.area != areas.LONDON]
    recorded, perceived = (
        moved[moved.group == half].sort_values("area").reset_index(drop=True) for half in _HALVES
    )
    london = moved[moved.area == areas.LONDON].set_index("group")
    since, until = words.span(moved.since.iloc[0]), words.span(moved.period.iloc[0])
    wide = boroughs.pivot(index="area", columns="group", values="side")
    apart = int(((wide.recorded != "down") & (wide.perceived == "down")).sum())
    r, p = moved.agreement.iloc[0], moved.p_value.iloc[0]
    agree = "not distinguishable from none" if p > 0.05 else "more than chance would give"
    return maker.exhibit(
        "safety-paradox",
        moved,
        lambda ax: figures.crosses(
            perceived,
            recorded,
            highlight=area,
            how=_HOW,
            labels=("Change in what people say, points", "Change in what is recorded, points"),
            corners=_CORNERS,
            ax=ax,
        ),
        headline=(
            f"In {apart} of {len(wide)} boroughs people say worse while what is recorded did not "
            "worsen clearly"
        ),
        subtitle=f"Change in each half of the index from {since} to {until}, with 95% intervals",
        alt=(
            f"Two axes, a cross a borough. London moved by {_moved(london.loc['recorded'])} on "
            f"what is recorded and by {_moved(london.loc['perceived'])} on what people say. Over "
            f"{len(wide)} boroughs the two changes correlate at {words.number(r, 'decimal')}, "
            f"{agree} (p = {words.number(p, 'decimal')})."
        ),
        height=3.6,
        by={"side": "Direction"},
        source=source,
        caveats=(
            f"Of the indicators held in every year: {indicators['recorded'].lower()}; "
            f"{indicators['perceived'].lower()}.",
            f"The two changes correlate at {words.number(r, 'decimal')} over boroughs, {agree}. "
            "Interviews in person stopped in 2020, and how crime is recorded changed in these "
            "years too: neither half is the truth about the other.",
        ),
    )


def _points(value: float) -> str:
    return words.number(value, _HOW)


def _moved(row: pd.Series) -> str:
    return f"{_points(row.estimate)} points ({words.interval(row.lower, row.upper, _HOW)})"
