"""Exhibits of the hours of the week from published counts: searches by the police, and fires."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas, estimates, figures, words
from pvtools.exhibits import captions, maker
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_SEARCHES, _FIRES, _CALLS = "stops and searches", "dwelling fires", "fire-engine calls"
_SIX = 6  # hours, a quarter of the day
_EVEN = "an even hour would have 6.0"


def searched(
    week: pd.DataFrame, *, area: str, source: Source, notes: Sequence[str] = ()
) -> Exhibit:
    """Return the exhibit of the hours of the week in which people are stopped and searched.

    ``week`` is what ``demand.hours_of_week`` returns; ``notes`` are further caveats. London's own
    hours stand beside a borough's.
    """
    rows = week[(week.group == _SEARCHES) & week.area.isin([area, areas.LONDON])]
    latest = max(rows.period, key=estimates.end)
    shown = rows[rows.period == latest]
    own = shown[shown.area == area]
    london = shown[(shown.area == areas.LONDON) & (area != areas.LONDON)]
    first = _busiest(own)
    return maker.exhibit(
        "hours-of-searches",
        shown,
        lambda ax: figures.week(
            own,
            demand_label=area,
            how="rate",
            others={areas.LONDON: london.estimate.to_numpy()} if len(london) else None,
            ax=ax,
        ),
        headline=(
            f"{_share(own, first)} of stops and searches in {area} are made {_span(first)}, "
            "a quarter of the day"
        ),
        subtitle=(
            "Stops and searches in each hour, of every 1,000 in a week, "
            f"{words.span(latest)}, London's time"
        ),
        alt=_alt(own, f"stops and searches in {area}")
        + (f" In London {_share(london, first)} are made {_span(first)}." if len(london) else ""),
        height=2.5,
        by=_WHEN,
        also=_COUNTED,
        source=source,
        caveats=[
            "Officers search when they are at work: these are the hours of what the police do, "
            "not of when people need them.",
            "Times heap on the full hour, where they are rounded. January and December 2022 are "
            "left out.",
            *notes,
            *captions.caveats_of(shown),
        ],
    )


def fires(week: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of the hours of the week in which London's fire brigade is called out.

    ``week`` is what ``demand.hours_of_week`` returns.
    """
    shown = week[week.group.isin([_FIRES, _CALLS]) & (week.area == areas.LONDON)]
    calls, burning = (shown[shown.group == name] for name in (_CALLS, _FIRES))
    first = _busiest(calls)
    each = words.number(burning.n.mean(), "count")
    when = {name: words.span(rows.period.iloc[0]) for name, rows in shown.groupby("group")}
    return maker.exhibit(
        "hours-of-fires",
        shown,
        lambda ax: figures.week(
            calls,
            demand_label=_CALLS,
            how="rate",
            others={_FIRES: burning.estimate.to_numpy()},
            ax=ax,
        ),
        headline=(
            f"{_share(calls, first)} of the {_CALLS} sampled in London come {_span(first)}, and "
            f"{_share(burning, first)} of its {_FIRES}"
        ),
        subtitle=(
            f"A sample of {_CALLS} ({when[_CALLS]}) and all {_FIRES} ({when[_FIRES]}) in each "
            "hour, of every 1,000 in a week"
        ),
        alt=f"{_alt(calls, _CALLS)} Of {_FIRES} {_share(burning, first)} come in the same hours.",
        height=2.5,
        called={"group": "What is counted"},
        by=_WHEN,
        also=_COUNTED,
        source=source,
        caveats=[
            "This is what is asked of another service: it shows how uneven a week of calls can "
            "be, and enters no figure of the police.",
            f"How the {_CALLS} were sampled is not known, so their number means nothing. An hour "
            f"of the week has {each} {_FIRES} on average, so a single hour says little.",
            *captions.caveats_of(shown),
        ],
    )


_WHEN: maker.Also = {"weekday": "Day", "hour": ("Hour from", "count")}
_COUNTED: maker.Also = {"n": ("Incidents", "count")}


def _by_hour(week: pd.DataFrame) -> pd.Series:
    """Return the incidents of each hour of the day, all days together."""
    return week.groupby("hour").n.sum().astype(float)


def _busiest(week: pd.DataFrame) -> int:
    """Return the hour with which the six busiest hours on end begin."""
    return max(range(24), key=lambda hour: _by_hour(week)[_from(hour)].sum())


def _share(week: pd.DataFrame, first: int) -> str:
    """Return the share of the six hours from ``first`` on, all days together."""
    hours = _by_hour(week)
    return words.number(hours[_from(first)].sum() / hours.sum(), "percent")


def _from(first: int) -> list[int]:
    return [(first + later) % 24 for later in range(_SIX)]


def _span(first: int) -> str:
    return f"from {_clock(first)} to {_clock(first + _SIX)}"


def _alt(week: pd.DataFrame, what: str) -> str:
    top, low = week.loc[week.estimate.idxmax()], week.loc[week.estimate.idxmin()]
    first = _busiest(week)
    return (
        f"Line chart of {what} over the hours of the week. {_share(week, first)} come "
        f"{_span(first)}. The busiest hour begins at {_clock(top.hour)} on {top.weekday}, with "
        f"{words.number(top.estimate, 'rate')} of every 1,000, the quietest at {_clock(low.hour)} "
        f"on {low.weekday}, with {words.number(low.estimate, 'rate')}; {_EVEN}."
    )


def _clock(hour: int) -> str:
    return "midnight" if hour % 24 == 0 else f"{int(hour) % 24}:00"
