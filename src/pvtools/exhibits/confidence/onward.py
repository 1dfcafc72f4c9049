"""Exhibits of London as a whole, whose shares are published for longer than those of boroughs."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, estimates, figures, measures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import named, with_interval
from pvtools.exhibits.confidence.borough import base, breaks
from pvtools.exhibits.pieces import Column, Exhibit, Ledger
from pvtools.sources import Source

#: What a table of several questions owes its reader.
_ALONE = (
    "Each question is tested by itself: of twenty that had not moved, one would seem to by chance."
)
_UNDONE = (
    "The interval of the change leaves zero out, but the shares are published in whole per cents, "
    "and rounding alone could have made the change more than chance."
)


def onward(
    shares: pd.DataFrame, moved: pd.DataFrame, *, boroughs_to: str, source: Source
) -> Exhibit:
    """Return the exhibit of how London's share on one question has gone on.

    Parameters
    ----------
    shares, moved
        What ``confidence.proportion`` and ``confidence.change`` return of London alone.
    boroughs_to
        The last month for which shares of boroughs are held.
    source
        The survey.
    """
    measure = measures.find(shares.measure.iloc[0])
    first, last = shares.iloc[0], shares.iloc[-1]
    change = estimates.pick(moved, area=areas.LONDON)
    since = words.span(change.since)
    undone = bool(words.excludes_zero(change) and change.rounding_undoes)
    said = {
        "higher": f"higher than in {since}",
        "lower": f"lower than in {since}",
        "same": f"rounding could undo its change since {since}"
        if undone
        else f"no change since {since} beyond chance",
    }[words.verdict(change)]
    return maker.exhibit(
        "confidence-london-onward",
        shares,
        lambda ax: figures.trend(shares, highlight=areas.LONDON, ax=ax),
        headline=(
            f"London, {words.span(last.period)}: {words.number(last.estimate, 'percent')} "
            f"{measure.phrase}; {said}"
        ),
        subtitle=(
            f"Share who {measure.phrase}, Public Attitude Survey, years to "
            f"{words.month(last.period).split()[0]}, with {words.level(shares)} interval"
        ),
        alt=(
            "Line chart with intervals of London as a whole. The share went from "
            f"{with_interval(first, 'percent')} in {words.span(first.period)} to "
            f"{with_interval(last, 'percent')} in {words.span(last.period)}. Since {since} it "
            f"changed by {words.number(change.estimate, 'points')} "
            f"({words.interval(change.lower, change.upper, 'points')})."
        ),
        height=2.2,
        source=source,
        caveats=[
            _reach(last.period, boroughs_to),
            *([_UNDONE] if undone else []),
            *_unsure(shares, source),
            base(source),
        ],
    )


def since(moved: pd.DataFrame, *, boroughs_to: str, source: Source) -> Exhibit:
    """Return the exhibit of how London's share on each question has changed since boroughs ended.

    ``moved`` holds what ``confidence.change`` returns of London alone, a row a question; the rest
    is as for :func:`onward`.
    """
    rows = moved.assign(label=[measures.find(key).label for key in moved.measure])
    sides = {side: [] for side in ("lower", "higher", "same")}
    for row in rows.itertuples():
        sides[words.verdict(row)].append(row.label)
    changed = [*sides["lower"], *sides["higher"]]
    period, earlier = words.span(rows.period.iloc[0]), words.span(rows.since.iloc[0])
    told = [
        f"{word} on {words.count(len(sides[side]))}"
        for side, word in (("lower", "fell"), ("higher", "rose"))
        if sides[side]
    ]
    headline = (
        f"London's shares {' and '.join(told)} of {words.count(len(rows))} questions since "
        f"{earlier}, by more than chance"
        if told
        else f"None of {words.count(len(rows))} questions moved in London since {earlier} by more "
        "than chance"
    )
    return maker.exhibit(
        "confidence-london-since",
        rows,
        lambda ax: figures.forest(
            rows,
            label="label",
            how="points",
            reference=0,
            marked=changed,
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=headline,
        subtitle=(
            f"Change in the share who agree in London, {earlier} to {period}, with "
            f"{words.level(rows)} interval"
        ),
        alt=(
            f"Dot plot of the change on {len(rows)} questions with intervals. More than chance: "
            f"{words.listing(changed) if changed else 'none'}. Changes run from "
            f"{words.number(rows.estimate.min(), 'points')} to "
            f"{words.number(rows.estimate.max(), 'points')}."
        ),
        height=0.9 + 0.26 * len(rows),
        called={"measure": "Question"},
        also={
            "before": (words.heading(rows.since.iloc[0]), "percent"),
            "after": (words.heading(rows.period.iloc[0]), "percent"),
        },
        source=source,
        caveats=[
            _reach(rows.period.iloc[0], boroughs_to),
            f"{_ALONE} A verdict stands only if rounding to whole per cents could not undo it.",
            *source.design_of(estimates.end(rows.period.iloc[0])).caveats,
            base(source),
        ],
    )


def design_effects(implied: pd.DataFrame, *, source: Source) -> Ledger:
    """Return the ledger of the design effect that each question's published series implies.

    ``implied`` is what ``confidence.implied_design_effects`` returns.
    """
    latest = implied[implied["last"] == implied["last"].max()]
    used = latest.in_use.iloc[0]
    over = latest[latest.implied > used]
    widest = latest.loc[latest.implied.idxmax()]
    more = words.number(widest.wider - 1, "percent")
    note = (
        f"Intervals here use {words.number(used, 'rate')} for every question. One implied figure "
        "is off by about a tenth of itself in simulated surveys of this size, so a difference "
        "from it may be chance. "
    )
    if len(over):
        note += (
            f"It is exceeded on {words.count(len(over))} of {words.count(len(latest))} questions, "
            f"most on “{measures.find(widest.measure).label.lower()}”, whose intervals would be "
            f"{more} wider with its own. "
        )
    title = _headline_effect(implied, used)
    return Ledger(
        key="design-effects",
        title=title,
        table=implied.assign(
            question=[measures.find(key).label for key in implied.measure],
            compared=[
                "wider" if row.in_use > row.implied else "narrower" for row in implied.itertuples()
            ],
        ),
        columns=[
            Column("question", "Question"),
            Column("last", "Series to", "month"),
            Column("quarters", "Quarters", "count"),
            Column("implied", "Design effect implied", "decimal"),
            Column("in_use", "In use", "decimal"),
            Column("compared", "Intervals in use are"),
        ],
        note=f"{note}{named(source)}.",
    )


def _headline_effect(implied: pd.DataFrame, used: float) -> str:
    """Return what the headline question's longest series implies, beside what is in use."""
    own = implied[implied.measure == implied.measure.iloc[0]].sort_values("last").iloc[-1]
    side = "the wider" if used > own.implied else "the narrower"
    label = measures.find(own.measure).label.lower()
    implies = words.number(own.implied, "decimal")
    return (
        f"To {words.month(own['last'])} the series of “{label}” implies a design effect of "
        f"{implies}; intervals use {words.number(used, 'rate')}, {side}"
    )


def _reach(last: str, boroughs_to: str) -> str:
    """Return how far shares of boroughs and of London go."""
    if estimates.end(last) > boroughs_to:
        return (
            f"No shares of boroughs are published after {words.month(boroughs_to)}: how any "
            "borough has gone on since is not known, and London's course is no borough's."
        )
    return f"Shares of London on this are held no further than {words.month(last)}."


def _unsure(shares: pd.DataFrame, source: Source) -> list[str]:
    last = estimates.end(shares.period.iloc[-1])
    return [*breaks(shares, source), *source.design_of(last).caveats]
