"""Exhibits of demand in three currencies: counts, harm and hours; and of what is not counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pvtools import estimates, figures, style, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.captions import FOUND_BY_LOOKING, caveats_of, lowered, with_interval
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_CALLED = {"offences": "Offences", "harm": "Harm", "hours": "Officer-hours"}
_OF = {"offences": "offences", "harm": "harm", "hours": "officer-hours"}
_RESTS = {"harm": "", "hours": ", on assumed times,"}
ASSUMED_HOURS = (
    "Hours rest on assumed times an offence takes, with wide ranges: nobody publishes them."
)
_HARM = "Harm weighs each offence by the days of sentence its kind stands for: {version}."
_COUNTED = "Counts of all that was recorded have no interval"
_WEIGHED = "nor has harm, whose weights come without a range"


def side_by_side(
    shares: pd.DataFrame,
    *,
    area: str,
    source: Source,
    version: str = "",
    notes: Sequence[str] = (),
) -> Exhibit:
    """Return the exhibit of what offences, harm and hours are made of, group by group.

    ``shares`` is what ``demand.shares_in_each`` returns; ``version`` names the severity weights,
    ``notes`` are further sentences to stand below the figure.
    """
    order = shares[shares.currency == "offences"].sort_values("estimate", ascending=False)
    rows = shares.assign(
        place=shares.group.map({g: i for i, g in enumerate(order.group)})
    ).sort_values(["place", "currency"])
    period = words.span(shares.period.iloc[0])
    kinds = {key: text for key, text in _CALLED.items() if key in set(shares.currency)}
    other, group = _widest_gap(shares)
    count = estimates.pick(shares, currency="offences", group=group)
    weighed = estimates.pick(shares, currency=other, group=group)
    largest = order.iloc[0]
    return maker.exhibit(
        "demand-currencies",
        rows,
        lambda ax: figures.side_by_side(
            rows, label="group", kind="currency", kinds=kinds, how="percent", ax=ax
        ),
        headline=(
            f"{group}: {words.number(count.estimate, 'percent')} of the offences recorded in "
            f"{area} and{_RESTS[other]} {with_interval(weighed, 'percent')} of {_OF[other]}"
        ),
        subtitle=(
            f"Share of {words.listing([_OF[key] for key in kinds])} by offence "
            f"group, {area}, {period}{_of_hours(shares)}"
        ),
        alt=(
            f"Dot plot of {len(order)} offence groups in {area}, each with its share of "
            f"{words.listing([_OF[key] for key in kinds])}. {largest.group} is the largest "
            f"by count at {words.number(largest.estimate, 'percent')}. {group}: "
            f"{words.number(count.estimate, 'percent')} of offences and "
            f"{with_interval(weighed, 'percent')} of {_OF[other]}."
        ),
        height=3.6 if len(kinds) > 2 else 2.95,
        called={"group": "Offence group"},
        source=source,
        caveats=[
            *([ASSUMED_HOURS] if "hours" in kinds else []),
            *([_HARM.format(version=version)] if version else []),
            _without_interval(kinds),
            *notes,
            FOUND_BY_LOOKING,
            *caveats_of(shares),
        ],
    )


def published_note(beside: pd.DataFrame, *, area: str) -> str:
    """Return the published severity score of an area beside ours of that year, as a sentence.

    ``beside`` is what ``demand.beside_published`` returns.
    """
    known = beside[beside.area == area].dropna(subset=["estimate", "published"])
    if known.empty:
        return ""
    row = known.iloc[0]
    told, ours = (words.number(value, "count") for value in (row.published, row.estimate))
    return (
        f"In {words.span(row.period)} these weights give {ours} per 1,000 residents; the score "
        f"published for {area} was {told}, by newer weights."
    )


def index(against: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of a borough's demand per resident against London's, in each currency.

    ``against`` is what ``demand.against_london`` returns.
    """
    own = against[against.area == area]
    times = [
        f"{words.number(row.estimate, 'decimal')} times the {_OF[row.currency]}"
        for row in own.itertuples()
    ]
    said = [
        f"{with_interval(row, 'decimal')} by {lowered(_CALLED[row.currency])}"
        for row in own.itertuples()
    ]
    rows = own.assign(called=own.currency.map(_CALLED))
    return maker.exhibit(
        "demand-index",
        rows,
        lambda ax: figures.forest(
            rows, label="called", how="decimal", reference=1, marked=list(rows.called), ax=ax
        ),
        headline=f"Per resident, {area} has {words.listing(times)} of London as a whole",
        subtitle=(
            f"Recorded demand per resident, London as a whole is 1, "
            f"{words.span(own.period.iloc[0])}{_of_hours(own)}"
        ),
        alt=(
            f"Dot plot of demand per resident in {area} against London's, which is 1: "
            f"{words.listing(said)}."
        ),
        height=0.55 + 0.4 * len(rows),
        also={"per_resident": ("A year, per 1,000 residents", "rate")},
        source=f"{captions.named(source)}; residents: Census 2021",
        caveats=[
            _without_interval(own.currency),
            "What is unknown about hours is unknown alike in every borough, so comparisons are "
            "surer than the hours themselves. Visitors' demand is counted against residents.",
            *caveats_of(own),
        ],
    )


def tile_map(against: pd.DataFrame, *, currency: str, area: str, source: Source) -> Exhibit:
    """Return the exhibit of a currency per resident on the map of London, one borough framed."""
    held = against[against.currency == currency]
    own = estimates.pick(held, area=area)
    what = lowered(_CALLED[currency])
    measure = estimates.written(held)
    steps = _steps(held.estimate)
    period = words.span(own.period)
    return maker.exhibit(
        f"demand-map-{currency}",
        held.sort_values("area"),
        lambda ax: figures.tile_map(held, highlight=area, steps=steps, ax=ax),
        headline=(
            f"{_CALLED[currency]} per resident in {area}: "
            f"{words.number(own.estimate, 'decimal')} times London's"
        ),
        subtitle=f"{measure.label}, {period}",
        alt=(
            f"Tile map of London's boroughs shaded by {what} per resident against London's. "
            f"{area}, framed, stands at {with_interval(own, 'decimal')}; boroughs run from "
            f"{words.number(held.estimate.min(), 'decimal')} to "
            f"{words.number(held.estimate.max(), 'decimal')}. The City of London has a force of "
            "its own and is not shaded."
        ),
        width=style.HALF_WIDTH,
        height=3.25,
        also={"per_resident": ("A year, per 1,000 residents", "rate")},
        source=f"{captions.named(source)}; residents: Census 2021",
        caveats=[
            "Where many people come to work, shop or go out, a figure per resident says little. "
            "Hatched: another force.",
            *([ASSUMED_HOURS] if currency == "hours" else []),
            *caveats_of(held),
        ],
    )


def _of_hours(table: pd.DataFrame) -> str:
    """Return what a subtitle says of the intervals: only hours have one."""
    level = words.level(table)
    return f"; officer-hours with {level} interval" if level else ""


def _without_interval(currencies: Iterable[str]) -> str:
    """Return which currencies have no interval and what that of hours is of, as a sentence."""
    held = set(currencies)
    said = f"{_COUNTED}, {_WEIGHED}" if "harm" in held else _COUNTED
    hours = "; that of officer-hours is what the range of assumed times leaves open"
    return f"{said}{hours if 'hours' in held else ''}."


def _widest_gap(shares: pd.DataFrame) -> tuple[str, str]:
    """Return the currency and the group in which it says something most unlike the count."""
    wide = shares.pivot(index="group", columns="currency", values="estimate")
    other = "harm" if "harm" in wide else "hours"
    return other, str((wide[other] - wide.offences).idxmax())


def _steps(values: pd.Series) -> list[float]:
    """Return five edges of a printed scale; outliers share the last step."""
    low, high = values.min(), values.max()
    inner = np.quantile(values, [0.25, 0.5, 0.75]).round(1)
    edges = [np.floor(10 * low) / 10, *inner, np.ceil(10 * high) / 10]
    edges = sorted(dict.fromkeys(float(round(edge, 1)) for edge in edges))
    return edges if len(edges) > 2 else [edges[0] - 0.1, edges[0], edges[-1] + 0.1]
