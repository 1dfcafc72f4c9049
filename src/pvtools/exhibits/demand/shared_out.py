"""Exhibits of all boroughs at once: officers shared out, and places under two sets of weights.

None ranks them: names stand in the order of the alphabet.
"""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.captions import caveats_of, sentences
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_TALL = 7.0  # inches: thirty-two names with up to three marks each


def reallocation(shares: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of how many of 1,000 officers each borough would get under each rule.

    ``shares`` is what ``demand.reallocation`` returns.
    """
    own = shares[shares.area == area]
    rules = list(dict.fromkeys(shares.rule))
    said = words.listing([f"{words.number(r.estimate, 'rate')} {r.rule}" for r in own.itertuples()])
    apart = shares.groupby("area").estimate.agg(lambda v: v.max() - v.min())
    moved = float((shares[shares.rule == rules[-1]].set_index("area").against_head.abs()).sum() / 2)
    return maker.exhibit(
        "demand-reallocation",
        shares.sort_values(["area", "rule"], kind="stable"),
        lambda ax: figures.side_by_side(
                shares, label="area", kind="rule",
                kinds={rule: rule.capitalize() for rule in rules}, how="count", ax=ax,
            ),
        headline=f"Of 1,000 officers {area} would get {said}",
        subtitle=(
            f"Officers of every 1,000 shared out {words.listing(rules)}, "
            f"{words.span(own.period.iloc[0])}, with {words.level(shares)} interval"
        ),
        alt=(
            f"Dot plot of 32 boroughs with a mark for each rule. {area} would get {said}. "
            f"Between the rules a borough's share differs by up to "
            f"{words.number(apart.max(), 'rate')} of 1,000; from {rules[0]} to {rules[-1]} "
            f"{words.number(moved, 'count')} of 1,000 would change borough."
        ),
        height=_TALL,
        by={"rule": "Rule"},
        also={"against_head": ("More than by residents", "rate")},
        source=f"{captions.named(source)}; residents: Census 2021",
        caveats=[
            "No rule is right, and none is in use: per head forgets visitors, per count lets a "
            "bicycle weigh as much as a life, per harm moves officers for a few grave offences. "
            "Where there are more officers, more is recorded.",
            *caveats_of(shares),
        ],
    )  # fmt: skip


def two_weights(places: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of how far places by harm hang on the weights.

    ``places`` is what ``demand.compare_weights`` returns.
    """
    versions = [str(places[f"weights_{side}"].iloc[0]) for side in ("first", "second")]
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "area": places.area,
                    "weights": version,
                    "estimate": places[f"place_{side}"],
                    "lower": places[f"place_lower_{side}"],
                    "upper": places[f"place_upper_{side}"],
                    "score": places[f"score_{side}"],
                }
            )
            for side, version in zip(("first", "second"), versions, strict=True)
        ],
        ignore_index=True,
    ).sort_values(["area", "weights"], kind="stable")
    shifted = places[(places.lower > 0) | (places.upper < 0)]
    own = rows[rows.area == area].set_index("weights")
    said = words.listing(
        [
            f"{words.number(own.estimate[v], 'count')} "
            f"({words.interval(own.lower[v], own.upper[v], 'count')}) by {v}"
            for v in versions
        ]
    )
    period = words.span(places.period.iloc[0])
    return maker.exhibit(
        "demand-weights",
        rows,
        lambda ax: figures.side_by_side(
                rows, label="area", kind="weights",
                kinds={version: version for version in versions}, how="count", ax=ax,
            ),
        headline=(
            f"{words.count(len(shifted)).capitalize()} of {len(places)} boroughs would stand "
            "elsewhere, by more than chance, under other weights"
        ),
        subtitle=(
            f"Place among {len(places)} boroughs by harm per resident (1 is the most), {period}, "
            f"under {words.listing(versions)}, with 95% interval"
        ),
        alt=(
            f"Dot plot of places under two sets of weights with intervals. {area} stands at "
            f"{said}. {words.count(len(shifted)).capitalize()} of {len(places)} boroughs differ "
            "between the two by more than chance."
        ),
        height=_TALL,
        by={"area": "Borough", "weights": "Weights"},
        also={
            "estimate": ("Place", "count"),
            "lower": ("Lower, 95%", "count"),
            "upper": ("Upper, 95%", "count"),
            "score": ("Score per 1,000 residents", "count"),
        },
        source=source,
        vintage=f"Figures to {words.month(places.period.iloc[0])}",
        caveats=[
            "This is no league table: it shows how much a place hangs on what one offence is "
            "taken to weigh.",
            *caveats_of(places),
        ],
    )  # fmt: skip


def abstraction(months: pd.DataFrame, year: pd.Series, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of how much of ward officers' time is taken elsewhere.

    ``months`` is an estimate table of ``abstraction_share``; ``year`` the row of the latest year.
    """
    own = months[months.area == area]
    first, last = own.period.iloc[0], own.period.iloc[-1]
    share = words.number(year.estimate, "percent")
    spread = words.interval(year.lower, year.upper, "percent")
    return maker.exhibit(
        "demand-abstraction",
        months[months.area.isin([area, "London"])],
        lambda ax: figures.trend(months, highlight=area, ax=ax),
        headline=f"{share} ({spread}) of {area}'s ward officers' time was taken elsewhere",
        subtitle=(
            "Share of dedicated ward officers' recorded time spent on other duties, by month, "
            f"{words.month(first)} to {words.month(last)}; headline: {words.span(year.period)}"
        ),
        alt=(
            f"Line chart of the share of dedicated ward officers' time taken elsewhere in "
            f"{area}, {words.month(first)} to {words.month(last)}. Over {words.span(year.period)} "
            f"it was {share} ({spread}); months ran from "
            f"{words.number(own.estimate.min(), 'percent')} to "
            f"{words.number(own.estimate.max(), 'percent')}."
        ),
        height=2.6,
        source=source,
        caveats=[*sentences(year.caveat), *_incomplete(own)],
    )


def _incomplete(own: pd.DataFrame) -> list[str]:
    months = [words.month(period) for period in own.period[own.estimate.isna()]]
    if not months:
        return []
    return [f"Left out because too little is recorded: {words.listing(months)}."]


def matching(gaps: pd.DataFrame, *, what: str, when: str, area: str, source: str) -> Exhibit:
    """Return the exhibit of where deployment lies against where offences are recorded.

    ``gaps`` is what ``demand.deployment_match`` returns; ``what`` is deployed, ``when``.
    """
    first = gaps.iloc[0]
    own = gaps[gaps.area == area].iloc[0]
    moved = words.number(first.dissimilarity, "percent")
    spread = words.interval(first.dissimilarity_lower, first.dissimilarity_upper, "percent")
    rows = gaps.assign(estimate=100 * gaps.estimate, lower=100 * gaps.lower, upper=100 * gaps.upper)
    return maker.exhibit(
        "demand-matching",
        gaps,
        lambda ax: figures.forest(
            rows, label="area", how="decimal", reference=0, marked=[area], ax=ax
        ),
        headline=(
            f"{moved} ({spread}) of {what} would have to move to lie as recorded offences do"
        ),
        subtitle=(
            f"Share of {what} less share of offences, percentage points, {when}; offences: "
            f"{words.span(first.period)}, with {words.level(gaps)} interval"
        ),
        alt=(
            f"Dot plot of 32 boroughs with intervals. {area} has "
            f"{words.number(100 * own.deployment_share, 'rate')}% of {what} and "
            f"{words.number(100 * own.demand_share, 'rate')}% of the offences. In all {moved} "
            f"({spread}) would have to move for the two to lie alike."
        ),
        height=6.1,
        also={
            "deployment_share": ("Share of deployment", "percent"),
            "demand_share": ("Share of offences", "percent"),
        },
        source=source,
        vintage=f"Offences to {words.month(first.period)}; {what}: {when}",
        caveats=[
            "Offences are not all demand, nor all alike, and ward officers are there to know a "
            "place, not to follow its offences: a difference is no fault in itself.",
            *caveats_of(gaps),
        ],
    )
