"""A place at a glance: which indicators it is shown by, and from which tables they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from pvtools import confidence, demand, estimates, measures, tables
from pvtools.exhibits.glance import Indicator
from pvtools.profiles.gathered import Gathered

#: The earlier year that a change is measured from, and what it is called.
SINCE, SINCE_CALLED = "2016-03", "2015/16"
#: The last years before a new system of recording (February 2024), and with interviews in person.
_RECORDING, _INTERVIEWS = 2024, 2019
_CRIME = "mps_recorded_crime"
_QUESTIONS = ("good_job", "trust", "treat_fairly")


@dataclass(frozen=True)
class _Counted:
    """An indicator that is counted month by month."""

    label: str
    counts: Callable[[Gathered], pd.DataFrame]
    source: str
    measure: str = "offence_rate"
    group: str = ""


def _recorded(column: str = "", *names: str) -> Callable[[Gathered], pd.DataFrame]:
    """Return how recorded offences are counted: all, or those of some kinds."""

    def counts(of: Gathered) -> pd.DataFrame:
        rows = of.held.recorded_crime
        return demand.counted(rows[rows[column].isin(names)] if column else rows)

    return counts


def _shipped(name: str, value: str, **which: str) -> Callable[[Gathered], pd.DataFrame]:
    """Return how rows of a table that comes with pvtools are counted."""

    def counts(of: Gathered) -> pd.DataFrame:
        rows = tables.published(name, of.data_dir).dropna(subset=[value])
        for column, wanted in which.items():
            rows = rows[rows[column] == wanted]
        return rows.rename(columns={value: "counted"}).astype({"counted": float})

    return counts


def _special(kind: str) -> Callable[[Gathered], pd.DataFrame]:
    return _shipped("special_crime_by_month", "counted", kind=kind, measure="offences")


COUNTED = (
    _Counted("All crime", _recorded(), _CRIME),
    _Counted("Burglary", _recorded("offence_group", "Burglary"), _CRIME, group="Burglary"),
    _Counted("Robbery", _recorded("offence_group", "Robbery"), _CRIME, group="Robbery"),
    _Counted("Theft", _recorded("offence_group", "Theft"), _CRIME, group="Theft"),
    _Counted(
        "Vehicle offences",
        _recorded("offence_group", "Vehicle offences"),
        _CRIME,
        group="Vehicle offences",
    ),
    _Counted(
        "Violence with injury",
        _recorded("offence", "Violence with injury"),
        _CRIME,
        group="Violence with injury",
    ),
    _Counted(
        "Against women and girls",
        _shipped("women_and_girls_by_month", "offences", kind="All"),
        "women_and_girls_by_month",
        group="Violence against women and girls",
    ),
    _Counted(
        "Domestic abuse",
        _special("domestic_abuse"),
        "special_crime_by_month",
        group="Domestic abuse",
    ),
    _Counted("Hate crime", _special("hate_crime"), "special_crime_by_month", group="Hate crime"),
    _Counted("Knife crime", _special("knife_crime"), "special_crime_by_month", group="Knife crime"),
    _Counted(
        "Stops and searches",
        _shipped("stop_search_by_month", "searches"),
        "stop_search_by_month",
        "search_rate",
    ),
)


#: The tables that come with pvtools that a report rests on besides the main ones.
SHIPPED = (
    *dict.fromkeys(one.source for one in COUNTED if one.source != _CRIME),
    "deprivation_2019",
)


def indicators(of: Gathered) -> list[Indicator]:
    """Return the indicators of an area, of all areas' figures and how each moved."""
    return [*_counts(of), *_weighed(of), *_asked(of)]


def _counts(of: Gathered) -> Iterator[Indicator]:
    for one in COUNTED:
        counts = one.counts(of)
        whole = [] if counts.empty else demand.whole_years(counts)
        if not whole:
            continue
        named = {"measure": one.measure, "group": one.group, "source": one.source}
        years = demand.years_of_counts(counts, **named, residents=of.held.population)
        before = whole[0] - pd.DateOffset(years=1)
        yield Indicator(
            one.label,
            years[years.period == years.period.iloc[-1]],
            change=demand.change_of_counts(counts, **named) if before in whole else None,
            since=demand.change_of_counts(counts, **named, since=SINCE)
            if pd.Timestamp(f"{SINCE}-01") in whole
            else None,
            years=_line(years, of.area.name),
            breaks=(_RECORDING,) if one.measure == "offence_rate" else (),
        )


def _weighed(of: Gathered) -> Iterator[Indicator]:
    if of.weights is None:
        return
    counted = {"lower": float("nan"), "upper": float("nan"), "level": float("nan")}
    yield Indicator("Harm (score)", of.severity.assign(**counted))


def _asked(of: Gathered) -> Iterator[Indicator]:
    for key in _QUESTIONS:
        if of.no_share(key):
            continue
        shares = of.asked[key]
        last = of.latest(shares).period.iloc[0]
        first = f"year to {int(SINCE[:4]) - 1}-{last[-2:]}"
        since = None
        if first in set(shares.period):
            years = estimates.years_between(first, last)
            since = confidence.change_beside_london(shares, years=years)
        yield Indicator(
            measures.find(key).label,
            of.latest(shares),
            change=None if of.moved(key) is None else confidence.change(shares),
            since=since,
            years=_line(shares, of.area.name),
            breaks=(_INTERVIEWS,),
        )


def _line(table: pd.DataFrame, area: str) -> pd.Series | None:
    """Return an area's values by year."""
    own = table[table.area == area].dropna(subset=["estimate"])
    if len(own) < 2:
        return None
    when = pd.DatetimeIndex(pd.to_datetime(own.period.map(estimates.end)))
    return pd.Series(own.estimate.to_numpy(dtype=float), when)
