"""The index drawn: an area's scores, the gap between its halves, and places."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, estimates, figures, style, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.pieces import Exhibit
from pvtools.exhibits.safety_index.notes import HALVES, HOW, VISITORS, airport, listed


def scores(
    table: pd.DataFrame,
    *,
    area: str,
    key: str,
    scale: str,
    labels: dict[str, str],
    bands: Sequence[float] = (),
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
    scale
        What a score of 100 is, and which way is better.
    labels
        What each group is called; the whole under the empty text.
    bands
        Scores at which bands begin, if the index has any.
    source, notes
        The line of sources, and further sentences.
    """
    own = table[table.area == area].dropna(subset=["estimate"])
    london = table[table.area == areas.LONDON].set_index("group").estimate
    shown = own.assign(name=own.group.map(labels), london=own.group.map(london), group="")
    whole, recorded, perceived = (estimates.pick(own, group=group) for group in ("", *HALVES))
    beside = "" if area == areas.LONDON else f"; London has {_points(london[''])}"
    tick = {} if area == areas.LONDON else {"tick": "london", "tick_label": "London"}
    return maker.exhibit(
        key,
        shown,
        lambda ax: figures.forest(
            shown,
            label="name",
            how=HOW,
            reference=100,
            marked=shown.name.iloc[:3].tolist(),
            marked_label="the index and its halves",
            others_label="domains",
            bands=bands,
            **tick,
            ax=ax,
        ),
        headline=(
            f"{area}: {_points(recorded.estimate)} on what is recorded, "
            f"{_points(perceived.estimate)} on what people say"
        ),
        subtitle=(
            f"{labels['']}, {words.span(whole.period)}; {scale}; {words.level(own)} interval"
        ),
        alt=(
            f"Dot plot. The index of {area} is {with_interval(whole, HOW)}{beside}. What is "
            f"recorded scores {with_interval(recorded, HOW)}, what people say "
            f"{with_interval(perceived, HOW)}."
        ),
        height=0.8 + 0.2 * len(shown),
        by={"name": "Part of the index"},
        also={"present": ("Measured, of the weight in the file", "percent")},
        source=source,
        caveats=(*notes, VISITORS, airport(area)),
    )


def gap_map(gaps: pd.DataFrame, *, area: str, source: str, notes: Sequence[str] = ()) -> Exhibit:
    """Return the map of which half scores higher, where that stands once all are tested.

    ``gaps`` is ``safety_index.Index.gaps``, ``notes`` are further sentences.
    """
    own = gaps[gaps.area == area]
    every = gaps[gaps.area != areas.LONDON].dropna(subset=["estimate"]).sort_values("area")
    sides = {row.area: words.verdict(row) for row in every.itertuples()}
    said = {
        row.area: words.unclear(row) if sides[row.area] == "same" else sides[row.area]
        for row in every.itertuples()
    }
    higher, lower = ([name for name in sides if sides[name] == one] for one in ("higher", "lower"))
    alone = sum(
        words.excludes_zero(row) and sides[row.area] == "same" for row in every.itertuples()
    )
    marked = () if area == areas.LONDON else (area,)
    here = f" In {area} the gap is {with_interval(own.iloc[0], HOW)}." if len(own) else ""
    rest = len(sides) - len(higher) - len(lower)
    return maker.exhibit(
        "safety-gap",
        every.assign(side=every.area.map(said)),
        lambda ax: figures.tile_map(
            every,
            highlight=marked,
            sides=sides,
            said="What is recorded scores, beside what is said:",
            ax=ax,
        ),
        headline=(
            f"What is recorded scores higher than what people say in {listed(higher)}, lower in "
            f"{listed(lower)}; elsewhere it is not clear"
        ),
        subtitle=(
            "What is recorded less what people say, points of the index, "
            f"{words.span(every.period.iloc[0])}"
        ),
        alt=(
            "Tile map of London's boroughs. What is recorded scores higher than what people say in "
            f"{listed(higher)}, lower in {listed(lower)}, once all {len(sides)} are tested; in "
            f"{words.count(rest)} the difference is not clear.{here}"
        ),
        width=style.HALF_WIDTH,
        height=3.0,
        also={"side": "What is recorded scores"},
        source=source,
        caveats=(
            f"In {words.count(alone)} of the boroughs that are not clear, the interval leaves out "
            f"zero: one of {len(sides)} tested together may do so by chance."
            if alone
            else "",
            "One number would hide this. Hatched: not in the index.",
            *notes,
            VISITORS,
            airport(area, *higher, *lower),
        ),
    )


def places(
    ranks: pd.DataFrame, pairs: pd.DataFrame, *, area: str, source: str, notes: Sequence[str] = ()
) -> Exhibit:
    """Return the exhibit of between which places each borough lies, in the order of names.

    ``ranks`` and ``pairs`` are those of ``safety_index.Index``, ``notes`` are further sentences.
    """
    shown = ranks.sort_values("area").reset_index(drop=True)
    clear, n = int(pairs.distinguishable_adjusted.sum()), len(pairs)
    width = round(float((shown.upper - shown.lower).median())) + 1
    own = shown[shown.area == area]
    here = (
        f" {area} lies between place {own.lower.iloc[0]:.0f} and {own.upper.iloc[0]:.0f}."
        if len(own)
        else ""
    )
    return maker.exhibit(
        "safety-places",
        shown,
        lambda ax: figures.forest(
            shown,
            label="area",
            how="count",
            marked=[area],
            unit="Place among the boroughs, 1 the highest score",
            ticks=[1, *range(4, len(shown) + 1, 4)],
            ax=ax,
        ),
        headline=(
            f"The order of {clear} of {n} pairs of boroughs is distinguishable from chance; a "
            f"typical interval spans {width} of {len(shown)} places"
        ),
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
            "A pair is distinguishable where its order holds in nearly all draws, "
            "adjusted for the number of pairs (Benjamini and Hochberg). The intervals are too "
            "wide for a ranking: boroughs stand in the order of their names.",
            *notes,
            airport(area),
        ),
    )


def _points(value: float) -> str:
    return words.number(value, HOW)
