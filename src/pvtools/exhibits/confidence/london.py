"""Exhibits of all boroughs at once. None ranks them: names stand in the order of the alphabet."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, estimates, figures, measures, words
from pvtools.exhibits import captions, maker, withheld
from pvtools.exhibits.confidence.borough import base
from pvtools.exhibits.pieces import Exhibit, Notice
from pvtools.sources import Source

_TALL = 6.1  # inches: thirty-two names at nine points


def changes(moved: pd.DataFrame, *, source: Source) -> Exhibit | Notice:
    """Return the exhibit of who moved since the wave before, once all have been tested.

    ``moved`` is what ``confidence.change`` returns. Where none has a figure, a notice
    says why.
    """
    measure = measures.find(moved.measure.iloc[0])
    moved = boroughs_of(moved)
    period, since = words.span(moved.period.iloc[0]), words.span(moved.since.iloc[0])
    every, moved = moved, withheld.shown(moved)
    if moved.empty:
        return withheld.notice("Changes by borough", every)
    names = moved.area[moved.distinguishable].tolist()
    alone = int(((moved.lower > 0) | (moved.upper < 0)).sum())
    how_many = words.count(len(names)).capitalize()
    headline = f"{how_many} of {len(moved)} boroughs moved by more than chance since {since}"
    who = f" ({words.listing(names)})" if names else ""
    return maker.exhibit(
        "confidence-changes",
        every.assign(
            verdict=every.distinguishable.map({True: "yes", False: "no"}).astype("str").fillna("")
        ),
        lambda ax: figures.forest(
            moved,
            label="area",
            how="points",
            reference=0,
            marked=names,
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=headline,
        subtitle=(
            f"Change in the share who {measure.phrase}, {since} to {period}, with "
            f"{words.level(moved)} interval"
        ),
        alt=(
            f"Dot plot of the change in {len(moved)} boroughs with intervals. {headline}{who}. "
            f"Changes run from {words.number(moved.estimate.min(), 'points')} to "
            f"{words.number(moved.estimate.max(), 'points')}."
        ),
        height=_TALL,
        also={
            "before": (words.heading(moved.since.iloc[0]), "percent"),
            "after": (words.heading(moved.period.iloc[0]), "percent"),
            "adjusted": ("Adjusted p-value", "p_value"),
            "verdict": "More than chance",
        },
        source=source,
        caveats=(
            f"Taken alone, {words.count(alone)} of {len(moved)} intervals exclude "
            "zero; among so many one or two would by chance. Of those said to have moved, on "
            "average at most one in twenty is false (Benjamini and Hochberg).",
            *withheld.notes(every, what="boroughs"),
            base(source),
        ),
    )


def boroughs_of(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of boroughs in the order of their names."""
    return changes[changes.area != areas.LONDON].sort_values("area", ignore_index=True)


def moved_note(moved: pd.DataFrame, *, area: str) -> str:
    """Return who moved since the wave before, and whether this area did, as sentences."""
    since = words.span(moved.since.iloc[0])
    every, moved = moved, withheld.shown(boroughs_of(moved))
    names = moved.area[moved.distinguishable].tolist()
    kind = areas.plural(*moved.area)
    said = (
        f"Since {since} {words.count(len(names))} of {len(moved)} {kind} moved by more than "
        f"chance, once all are tested together: {words.listing(names)}."
        if names
        else f"Since {since} none of {len(moved)} {kind} moved by more than chance, once all are "
        "tested together."
    )
    if area == areas.LONDON:
        return said
    own = estimates.pick(every, area=area)
    if moved.empty:
        return f"No change since {since} is given. {own.caveat}"
    if pd.isna(own.estimate):
        return f"{said} The change in {area} is not given. {own.caveat}"
    if names:
        said += f" {area} is {'' if area in names else 'not '}among them."
    if area not in names and words.excludes_zero(own):
        said += f" Taken alone, {area}'s change is more than chance would have it."
    return said


def beside_note(beside: pd.DataFrame, *, area: str) -> str:
    """Return how an area's change compares with London's over the same years, as a sentence.

    ``beside`` is what ``confidence.change_beside_london`` returns.
    """
    own = estimates.pick(beside, area=area)
    if pd.isna(own.estimate):
        return ""
    size = words.number(own.estimate, "points")
    spread = words.interval(own.lower, own.upper, "points")
    since = f"Since {words.span(own.since)} {area} has moved"
    if size == "0 points":
        return f"{since} as London has, to the nearest point (apart by {spread})."
    said = {
        "same": "chance could make"
        if not words.excludes_zero(own)
        else "rounding to whole per cents could undo"
        if own.rounding_undoes
        else "does not stand once all areas are tested",
        "higher": "is more than chance would make",
        "lower": "is more than chance would make",
    }[words.verdict(own)]
    return f"{since} by {size} against London ({spread}), which {said}."


def alike_note(shares: pd.DataFrame, near: pd.DataFrame, *, area: str) -> str:
    """Return the shares of the boroughs most like this one, as a sentence."""
    names = near.neighbour[near.unit == area].tolist()
    share = shares.set_index("area").estimate
    said = words.listing(
        [
            f"{name} {words.number(share[name], 'percent')}"
            if pd.notna(share[name])
            else f"{name} (withheld)"
            for name in names
        ]
    )
    return f"Most like {area} in residents, density and deprivation: {said}."


def places(ranked: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of how little is known of a borough's place.

    ``ranked`` is what ``confidence.ranked`` returns.
    """
    every, ranked = ranked, withheld.shown(ranked)
    measure = measures.find(every.measure.iloc[0])
    width = int((ranked.upper - ranked.lower).median()) + 1
    sure = ranked[(ranked.top_quarter > 0.95) | (ranked.bottom_quarter > 0.95)]
    period = words.span(every.period.iloc[0])
    return maker.exhibit(
        "confidence-places",
        every,
        lambda ax: figures.forest(ranked, label="area", how="count", ax=ax),
        headline=(
            f"Boroughs cannot be put in order: a place is uncertain by {width} of {len(ranked)}"
        ),
        subtitle=(
            f"Place among {len(ranked)} boroughs (1 is the highest share) by the share who "
            f"{measure.phrase}, {period}, with interval"
        ),
        alt=(
            f"Dot plot of places with intervals. That of a typical borough spans {width} of "
            f"{len(ranked)} places. {words.count(len(sure)).capitalize()} can be put in the top "
            "or bottom quarter with confidence."
        ),
        height=_TALL,
        also={
            "top_quarter": ("Chance of top quarter", "percent"),
            "bottom_quarter": ("Chance of bottom quarter", "percent"),
        },
        source=source,
        caveats=(
            "This is no league table: it shows why there cannot be one.",
            *withheld.notes(every, what="boroughs"),
            base(source),
        ),
    )


def borrowed(shrunken: pd.DataFrame, *, london: float, source: Source) -> Exhibit:
    """Return the exhibit of boroughs' shares with strength borrowed from all of them.

    ``shrunken`` is what ``confidence.shrunken`` returns; ``london`` is London's share.
    """
    every, shrunken = shrunken, withheld.shown(shrunken)
    measure = measures.find(every.measure.iloc[0])
    period = words.span(every.period.iloc[0])
    own = words.interval(shrunken.direct.min(), shrunken.direct.max(), "percent")
    likely = words.interval(shrunken.estimate.min(), shrunken.estimate.max(), "percent")
    return maker.exhibit(
        "confidence-borrowed",
        every,
        lambda ax: figures.shrinkage(shrunken, label="area", how="percent", target=london, ax=ax),
        headline=f"Boroughs' own figures span {own}; steadied by each other they span {likely}",
        subtitle=(
            f"Share who {measure.phrase}, {period}, direct and shrunken, with "
            f"{words.level(every)} interval"
        ),
        alt=(
            f"Dot plot of {len(shrunken)} boroughs, each with its own share and one drawn towards "
            f"the mean of all; a line marks London's {words.number(london, 'percent')}. Own shares "
            f"span {own}, the drawn-in ones {likely}."
        ),
        height=_TALL,
        also={"direct": ("Own share", "percent")},
        source=source,
        caveats=(
            "Drawing in makes shares closer to the truth on average; a truly exceptional borough "
            "is drawn in too far, so real shares may span more than the drawn-in ones (Fay and "
            "Herriot).",
            *withheld.notes(every, what="boroughs"),
            base(source),
        ),
    )


def alike(
    shares: pd.DataFrame, near: pd.DataFrame, *, area: str, source: Source
) -> Exhibit | Notice:
    """Return the exhibit of a borough's share beside those of the boroughs most like it.

    ``near`` is what ``demand.most_similar`` returns. Where the borough's own share is
    withheld, a notice says why.
    """
    measure = measures.find(shares.measure.iloc[0])
    own = near[near.unit == area]
    names = [area, *own.neighbour, areas.LONDON]
    distance = dict(zip(own.neighbour, own.distance, strict=True))
    rows = shares.set_index("area").loc[names].reset_index()
    rows = rows.assign(
        label=[f"{n} ({distance[n]:.1f})" if n in distance else n for n in names],
        distance=[distance.get(n) for n in names],
    )
    mine = estimates.pick(rows, area=area)
    if pd.isna(mine.estimate):
        return withheld.notice(area, rows[rows.area == area])
    every, rows = rows, withheld.shown(rows)
    own = own[own.neighbour.isin(rows.area)]
    if own.empty:
        return withheld.notice(f"The boroughs most like {area}", every)
    overlap = [
        r.area
        for r in rows.itertuples()
        if r.area in distance and r.lower <= mine.upper and r.upper >= mine.lower
    ]
    near_by = words.count(len(own))
    how_many = (
        f"all {near_by}"
        if len(overlap) == len(own)
        else f"{words.count(len(overlap))} of the {near_by}"
    )
    period = words.span(mine.period)
    return maker.exhibit(
        "confidence-alike",
        every,
        lambda ax: figures.forest(rows, label="label", how="percent", marked=[area], ax=ax),
        headline=(f"{area}'s interval overlaps that of {how_many} boroughs most like it"),
        subtitle=(
            f"Share who {measure.phrase}, {period}, "
            f"{words.level(rows)} interval; in brackets how unlike "
            f"{area}, in standard deviations"
        ),
        alt=(
            f"Dot plot of {area} at {words.number(mine.estimate, 'percent')} "
            f"({words.interval(mine.lower, mine.upper, 'percent')}), the boroughs most like it and "
            f"London. Intervals overlap with {words.listing(overlap) if overlap else 'none'}."
        ),
        height=2.4,
        also={"distance": ("Unlikeness", "decimal", words.INAPPLICABLE)},
        source=f"{captions.named(source)}; likeness: Census 2021 and deprivation 2019",
        caveats=(
            "Alike in residents, density and deprivation, each of equal weight. Overlapping "
            "intervals do not show that two boroughs are the same.",
            *withheld.notes(every),
        ),
    )
