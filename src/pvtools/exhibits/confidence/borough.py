"""Exhibits of confidence: what residents think here, and what the sample can bear."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from pvtools import areas, estimates, figures, measures, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.pieces import Exhibit, Notice
from pvtools.sources import Source


def trend(
    shares: pd.DataFrame,
    since_first: pd.DataFrame,
    *,
    area: str,
    source: Source,
    beside: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
) -> Exhibit | Notice:
    """Return the exhibit of one question over independent waves.

    ``since_first`` is the change from the first wave to the last, ``beside`` the same beside
    London's; ``notes`` are further sentences to stand below the figure. Where no wave has a
    figure, a notice says why.
    """
    measure = measures.find(shares.measure.iloc[0])
    both = shares[shares.area.isin([area, areas.LONDON])]
    own = withheld.shown(both[both.area == area])
    if own.empty:
        return withheld.notice(area, both[both.area == area])
    first, last = own.iloc[0], own.iloc[-1]
    moved = estimates.pick(since_first, area=area)
    begin = estimates.end(moved.get("since", first.period))[:4]
    headline = f"{area}: the change since {begin} is not given"
    if pd.notna(moved.estimate):
        headline = _since(moved, begin, measure.phrase, as_london=_as_london(beside, area))
    london = shares[shares.area == areas.LONDON].set_index("period").estimate
    return maker.exhibit(
        "confidence-trend",
        both,
        lambda ax: figures.trend(withheld.shown(both), highlight=area, ax=ax),
        headline=headline,
        subtitle=(
            f"Share who {measure.phrase}, Public Attitude Survey, years to "
            f"{words.month(last.period).split()[0]}, with {words.level(both)} interval"
        ),
        alt=(
            f"Line chart with intervals. In {area} the share went from "
            f"{with_interval(first, 'percent')} in {words.span(first.period)} to "
            f"{with_interval(last, 'percent')} in {words.span(last.period)}"
            + (
                f"; in London from {words.number(london[first.period], 'percent')} to "
                f"{words.number(london[last.period], 'percent')}."
                if area != areas.LONDON and {first.period, last.period} <= set(london.index)
                else "."
            )
        ),
        height=2.2,
        source=source,
        caveats=(*notes, *withheld.notes(both), *breaks(own, source), base(source)),
    )


def _since(moved: pd.Series, begin: str, phrase: str, *, as_london: bool) -> str:
    """Return how opinion moved since a year, as a headline."""
    verdict = words.verdict(moved)
    if verdict == "same":
        return (
            f"{moved.area}: {words.number(moved.estimate, 'points')} since {begin} "
            f"({words.interval(moved.lower, moved.upper, 'points')}), {words.unclear(moved)}"
        )
    more = "More" if verdict == "higher" else "Fewer"
    headline = f"{more} people in {moved.area} {phrase} than in {begin}"
    return f"{headline}, as in London as a whole" if as_london else headline


def _as_london(beside: pd.DataFrame | None, area: str) -> bool:
    """Return whether an area's change is no different from London's by more than chance."""
    own = None if beside is None else beside[beside.area == area].dropna(subset=["estimate"])
    return own is not None and len(own) == 1 and not words.excludes_zero(own.iloc[0])


def questions(
    shares: pd.DataFrame,
    apart: pd.DataFrame,
    *,
    area: str,
    source: Source,
    implied: pd.DataFrame | None = None,
) -> Exhibit | Notice:
    """Return the exhibit of all questions of the latest wave, against London.

    ``shares`` holds each question's last wave; one that ends earlier is told in a note. ``apart``
    holds each question's difference from London, ``implied`` what the series imply of the
    survey's design. Where no question has a figure, a notice says why.
    """
    both = shares[shares.area.isin([area, areas.LONDON])]
    every = withheld.shown(both[both.area == area])
    if every.empty:
        return withheld.notice(area, both[both.area == area])
    last = every.period.max()
    both = both[both.period == last]
    own, earlier = every[every.period == last], every[every.period != last]
    high, low = own.loc[own.estimate.idxmax()], own.loc[own.estimate.idxmin()]
    if area == areas.LONDON:
        tick, compared, looks = "", "", []
        headline = (
            f"In London shares run from {words.number(low.estimate, 'percent')} on "
            f"{_quoted(low.measure)} to {words.number(high.estimate, 'percent')} on "
            f"{_quoted(high.measure)}"
        )
    else:
        tick = " and a tick for London"
        headline, compared = _against_london(
            withheld.shown(apart[(apart.area == area) & apart.measure.isin(own.measure)]), len(own)
        )
        looks = [
            f"Each question is tested for all {_peers(area)} together, so that on average at most "
            "one in twenty of the differences named is chance. Questions that go together differ "
            "together."
        ]
    return maker.exhibit(
        "confidence-questions",
        both,
        lambda ax: figures.interval_dots(withheld.shown(both), highlight=area, ax=ax),
        headline=headline,
        subtitle=(
            f"Share of residents who agree, Public Attitude Survey, "
            f"{words.span(own.period.iloc[0])}, {words.level(both)} interval"
        ),
        alt=(
            f"Dot plot of {len(own)} questions with intervals for {area}{tick}. The highest is "
            f"{_quoted(high.measure)} at {with_interval(high, 'percent')}, the lowest "
            f"{_quoted(low.measure)} at {with_interval(low, 'percent')}. {compared}".strip()
        ),
        height=2.55,
        source=source,
        called={"measure": "Question"},
        caveats=(
            *_ended(earlier),
            *looks,
            *withheld.notes(both[both.area == area], names="measure", what="questions"),
            base(source),
            *narrow(implied, set(own.measure)),
        ),
    )


def _ended(earlier: pd.DataFrame) -> list[str]:
    """Return the questions whose last wave is an earlier one, as sentences."""
    said = []
    for period, rows in earlier.groupby("period"):
        shares = [
            f"{_quoted(row.measure)} {with_interval(row, 'percent')}" for row in rows.itertuples()
        ]
        said.append(f"Held no further than {words.month(period)}: {words.listing(shares)}.")
    return said


def _against_london(gap: pd.DataFrame, asked: int) -> tuple[str, str]:
    """Return how an area differs from London, as a headline and as a sentence."""
    area, sides = gap.area.iloc[0], {"higher": [], "lower": [], "same": []}
    for row in gap.itertuples():
        sides[words.verdict(row)].append(_quoted(row.measure))
    differing = len(sides["higher"]) + len(sides["lower"])
    if not differing:
        headline = (
            f"On none of {words.count(asked)} questions does {area} differ from London by more "
            "than chance"
        )
        return headline, "None differs clearly from London."
    headline = (
        f"On {words.count(differing)} of {words.count(asked)} questions {area} differs from "
        "London by more than chance"
    )
    if differing < 3:
        headline += f": {words.listing([*sides['higher'], *sides['lower']])}"
    said = [
        f"{side} than London's on {words.listing(sides[side])}"
        for side in ("higher", "lower")
        if sides[side]
    ]
    return headline, f"Shares are {'; '.join(said)}."


def strip(
    shares: pd.DataFrame, limits: pd.DataFrame, *, area: str, source: Source
) -> Exhibit | Notice:
    """Return the exhibit of where a borough lies among all, in one wave of one question.

    Where its own share is withheld, a notice says why.
    """
    measure = measures.find(shares.measure.iloc[0])
    own = estimates.pick(shares, area=area)
    if pd.isna(own.estimate):
        return withheld.notice(area, shares[shares.area == area])
    known = withheld.shown(shares)
    among = f"{known.area.ne(areas.LONDON).sum()} {areas.plural(area)}"
    target = estimates.pick(shares, area=areas.LONDON).estimate
    band = limits.iloc[0]
    inside = band.lower_95 <= own.estimate <= band.upper_95
    spread = words.interval(band.lower_95, band.upper_95, "percent")
    return maker.exhibit(
        "confidence-strip",
        shares.sort_values("area"),
        lambda ax: figures.strip(known, limits, highlight=area, target=target, ax=ax),
        headline=(
            f"{area}'s “{measure.label.lower()}” share "
            f"{'is not unusual' if inside else 'is unusual'} among London's {areas.plural(area)}"
        ),
        subtitle=(
            f"Share who {measure.phrase}, {among}, {words.span(own.period)}, with the "
            "range expected of 95% and 99.8% of them"
        ),
        alt=(
            f"Dot plot of {among}. {area} stands at {with_interval(own, 'percent')}, "
            f"{'inside' if inside else 'outside'} the range of {spread} in which 95 of 100 "
            f"would lie around London's {words.number(target, 'percent')}."
        ),
        height=2.05,
        source=source,
        caveats=(*withheld.notes(shares), base(source)),
    )


def _peers(area: str) -> str:
    """Return how many areas there are of this one's kind: "32 boroughs"."""
    return f"{len(areas.peers([area]))} {areas.plural(area)}"


def _quoted(key: str) -> str:
    return f"“{measures.find(key).label.lower()}”"


def breaks(rows: pd.DataFrame, source: Source) -> tuple[str, ...]:
    """Return what may have broken the series between the first wave of these rows and the last."""
    first, last = rows.period.min(), rows.period.max()
    return source.breaks_between(estimates.end(first), estimates.end(last))


def base(source: Source) -> str:
    """Return the sentence on what intervals rest upon."""
    return (
        f"Each share pools four quarters, {interviews(source)}; no bases are published, so "
        f"intervals rest on the survey's design (design effect {source.design.design_effect:g})."
    )


def interviews(source: Source) -> str:
    """Return how many interviews a borough's share rests on, and of which years that is stated."""
    design = source.design
    stated = f" (stated for {design.years})" if design.years else ""
    return f"about {design.n} interviews a borough and year{stated}"


def narrow(implied: pd.DataFrame | None, asked: Collection[str]) -> list[str]:
    """Return which questions' own series imply wider intervals than those drawn, as a sentence.

    ``implied`` is what ``confidence.implied_design_effects`` returns, if that could be told.
    """
    if implied is None or implied.empty:
        return []
    latest = implied[(implied["last"] == implied["last"].max()) & implied.measure.isin(asked)]
    over = latest[latest.implied > latest.in_use]
    if over.empty:
        return []
    named = words.listing([_quoted(key) for key in over.measure])
    low, high = (words.number(end - 1, "percent") for end in (over.wider.min(), over.wider.max()))
    return [
        f"The design effect is one for all questions: intervals on {named} are somewhat too "
        f"narrow, and would be {low if low == high else f'{low} to {high}'} wider by their own "
        "series."
    ]
