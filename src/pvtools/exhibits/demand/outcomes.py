"""Exhibits of outcomes: how many are reached, and what they did when recording changed."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, estimates, figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import FOUND_BY_LOOKING, caveats_of, lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_OF = "positive outcomes for every 100 offences"
_NO_INTERVAL = "They are counts of all that was recorded, so they have no interval."
_SIX = 6  # months on each side


def outcomes(by_kind: pd.DataFrame, *, area: str, source: Source) -> Exhibit:
    """Return the exhibit of positive outcomes for every 100 offences, by kind, here and in London.

    ``by_kind`` is what ``demand.outcomes_by_kind`` returns.
    """
    shown = by_kind[by_kind.area.isin([area, areas.LONDON])]
    own = estimates.pick(shown, area=area, group="")
    london = shown[(shown.area == areas.LONDON) & (shown.group == "")]
    kinds = shown[shown.group != ""]
    here = kinds[kinds.area == area].sort_values("estimate", ascending=False)
    beside = (
        f"; London {_hundred(london.estimate.iloc[0])}"
        if len(london) and area != areas.LONDON
        else ""
    )
    most, least = here.iloc[0], here.iloc[-1]
    return maker.exhibit(
        "outcomes",
        shown.assign(group=shown.group.replace("", "All kinds")),
        lambda ax: figures.composition(kinds, highlight=area, ax=ax),
        headline=f"{area}: {_hundred(own.estimate)} positive outcomes per 100 offences{beside}",
        subtitle=(
            "Positive outcomes (such as charges and cautions) as a share of offences recorded, "
            f"{words.span(own.period)}"
        ),
        alt=(
            f"Bar chart of {_OF} recorded in {area}, {words.span(own.period)}. It runs from "
            f"{_hundred(least.estimate)} in {lowered(least.group)} to {_hundred(most.estimate)} in "
            f"{lowered(most.group)}; all kinds together {_hundred(own.estimate)}{beside}."
        ),
        height=2.3,
        called={"group": "Kind of offence"},
        source=source,
        caveats=[
            " ".join([*caveats_of(shown), _NO_INTERVAL]),
            f"{FOUND_BY_LOOKING} A suspect is then usually known.",
        ],
    )


def recording(
    monthly: pd.DataFrame, *, area: str, source: Source, later: pd.DataFrame | None = None
) -> Exhibit:
    """Return the exhibit of what outcomes did when the way of recording them changed.

    ``monthly`` is what ``demand.outcomes_by_month`` returns, with six months before and since the
    change of all places; ``later`` the same of a later release, to say how far the two differ.
    """
    sides = _six_months_each(monthly)
    before, since = sides.loc[areas.LONDON]
    every = sides.drop(areas.LONDON)
    fell = int((every.since < every.before).sum())
    those = f"{fell} of {len(every)} {areas.plural(*every.index)}"
    shown = monthly[monthly.area.isin([area, areas.LONDON])]
    last = estimates.pick(
        shown, area=areas.LONDON, period=shown[shown.area == areas.LONDON].period.max()
    )
    change = _first_since(monthly)
    again = _of_london(later, last.period)
    return maker.exhibit(
        "outcomes-recording",
        shown,
        lambda ax: figures.trend(shown, highlight=area, ax=ax),
        headline=(
            f"London: {_hundred(before)} outcomes for every 100 offences in six months before a "
            f"new system of recording, {_hundred(since)} in six since: not comparable"
        ),
        subtitle=(
            "Positive outcomes reached as a share of the offences recorded in the same month, "
            f"{words.month(shown.period.min())} to {words.month(shown.period.max())}"
        ),
        alt=(
            f"Line chart of {_OF} by month. In the six months before {words.month(change)} London "
            f"had {_hundred(before)}, in the six from then on {_hundred(since)}, lower in {those}; "
            f"in {words.month(last.period)} London had {_hundred(last.estimate)}."
        ),
        height=1.5,
        source=source,
        caveats=[
            f"In the six months since, outcomes were lower in {those}; London stood at "
            f"{_hundred(last.estimate)} in {words.month(last.period)}{again}. That is consistent "
            "with outcomes entered late in a new system; whether fewer were reached is not known.",
        ],
    )


def _six_months_each(monthly: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes over offences of six months before the change and of six since, by area."""
    parts = {}
    for name, rows in monthly.groupby("schema"):
        months = sorted(rows.period.unique())
        six = rows[rows.period.isin(months[-_SIX:] if name == "before" else months[:_SIX])]
        reached = (six.estimate * six.n).groupby(six.area).sum()
        parts[name] = reached / six.groupby("area").n.sum()
    return pd.DataFrame(parts)[["before", "since"]].dropna()


def _of_london(later: pd.DataFrame | None, period: str) -> str:
    """Return what another release gives for London in a month, as a clause, where it differs."""
    rows = None if later is None else later[(later.area == areas.LONDON) & (later.period == period)]
    if rows is None or rows.empty:
        return ""
    share = _hundred(rows.estimate.iloc[0])
    return f" (the later release, which counts otherwise, gives {share})"


def _first_since(monthly: pd.DataFrame) -> str:
    return str(monthly.loc[monthly.schema == "since", "period"].min())


def _hundred(share: float) -> str:
    """Return a share as so many for every hundred: 0.104 as "10.4"."""
    return words.number(100 * share, "rate")
