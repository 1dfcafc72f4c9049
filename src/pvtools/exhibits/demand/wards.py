"""Exhibits of a ward: what is recorded in it, of what kinds and month by month."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import FOUND_BY_LOOKING, caveats_of, lowered, other_wards
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_NO_RESIDENTS = (
    "Counts, not rates: no residents of wards are held, and where many people live, work, shop or "
    "go out more is recorded."
)

_BESIDE = {
    "others": ("Median of other wards", "count"),
    "others_lowest": ("Lowest of them", "count"),
    "others_highest": ("Highest of them", "count"),
}


def ward_kinds(counts: pd.DataFrame, *, others: int, source: Source) -> Exhibit:
    """Return the exhibit of a ward's offences by kind, beside the other wards of its borough.

    ``counts`` are the ward's rows of ``demand.ward_counts``, under its name; ``others`` is how many
    other wards have a count.
    """
    own = words.in_full(counts[counts.group != ""]).sort_values("estimate", ascending=False)
    ward, borough, period = (own[name].iloc[0] for name in ("area", "borough", "period"))
    middle = f"median of {borough}’s other wards"
    drawn = pd.concat([own, own.assign(area=middle, estimate=own.others)])
    top = own[own.estimate > 0].head(2)
    named = words.listing([lowered(name) for name in top.group])
    share = words.number(top.estimate.sum() / own.estimate.sum(), "percent")
    said = (
        f"{named} are {share} of the offences recorded in {ward}"
        if len(top) > 1
        else f"All offences recorded in {ward} were of one kind, {named}"
    )
    written = [
        f"{lowered(row.group)} at {words.number(row.estimate, 'count')}"
        + (f" (median of {words.number(row.others, 'count')})" if others else "")
        for row in top.itertuples()
    ]
    beside = f", beside {other_wards(others, borough)}" if others else ""
    return maker.exhibit(
        "ward-kinds",
        own,
        lambda ax: figures.composition(drawn, highlight=ward, context=middle, ax=ax),
        headline=words.sentence(said)[:-1],
        subtitle=f"Offences recorded by kind, {words.span(period)}{beside}",
        alt=(
            f"Bar chart of offences recorded in {ward} by kind, {words.span(period)}{beside}. "
            f"Largest: {words.listing(written)}."
        ),
        height=0.7 + 0.165 * len(own),
        called={"group": "Kind of offence"},
        also=_BESIDE if others else None,
        source=source,
        caveats=[
            f"{_NO_RESIDENTS} A kind without a row in the publisher’s file counts as none.",
            FOUND_BY_LOOKING,
        ],
    )


def ward_trend(months: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of a ward's offences month by month.

    ``months`` are the ward's rows of ``demand.ward_months``, under its name.
    """
    own = months.sort_values("period")
    ward, borough = own.area.iloc[0], own.borough.iloc[0]
    first, last = own.iloc[0], own.iloc[-1]
    mean = f"{borough}’s other wards"
    alone = own.others.isna().all()
    drawn = pd.concat([own, own.assign(area=mean, estimate=own.others)]).dropna(subset=["estimate"])
    low, high = (words.number(end, "count") for end in (own.estimate.min(), own.estimate.max()))
    said = low if low == high else f"between {low} and {high}"
    return maker.exhibit(
        "ward-trend",
        own,
        lambda ax: figures.trend(drawn, highlight=ward, context=mean, ax=ax),
        headline=words.sentence(f"{said} offences were recorded each month in {ward}")[:-1],
        subtitle=(
            f"Offences recorded each month, {words.between(first.period, last.period)}"
            + ("" if alone else f"; the mean of {mean} in grey")
        ),
        alt=(
            f"Line chart of offences recorded each month in {ward}, "
            f"{words.between(first.period, last.period)}: {said}, "
            f"{words.number(last.estimate, 'count')} in the last month"
            + (
                "."
                if pd.isna(last.others)
                else f", when the other wards of {borough} had "
                f"{words.number(last.others, 'count')} on average."
            )
        ),
        height=1.6,
        also={} if alone else {"others": ("Mean of other wards", "count")},
        source=source,
        caveats=caveats_of(own),
    )
