"""Indicators that are counted month by month: from which tables they come, and how they moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pvtools import demand, tables
from pvtools.tables.schemas import CHANGED

#: Returns a table that comes with pvtools; of its name and the column that is counted.
Published = Callable[[str, str], pd.DataFrame]

#: The earlier year that a change is measured from, and what it is called.
SINCE, SINCE_CALLED = "2016-03", "2015/16"
_CRIME = "mps_recorded_crime"


@dataclass(frozen=True, eq=False)
class Counted:
    """One indicator of all areas, as estimate tables: by year, and how it moved if that is held."""

    label: str
    years: pd.DataFrame
    change: pd.DataFrame | None
    since: pd.DataFrame | None
    is_crime: bool

    @cached_property
    def latest(self) -> pd.DataFrame:
        """Return the rows of its latest year."""
        return self.years[self.years.period == self.years.period.iloc[-1]]


def counted(held: tables.Tables, published: Published) -> Iterator[Counted]:
    """Return every indicator of which a year is whole for every borough."""
    for one in INDICATORS:
        counts = one.counts(held, published)
        whole = [] if counts.empty else demand.whole_years(counts)
        if not whole:
            continue
        named = {"measure": one.measure, "group": one.group, "source": one.source}
        across = one.measure == "offence_rate" and _parted(counts, whole[0])
        before, earlier = whole[0] - pd.DateOffset(years=1), pd.Timestamp(f"{SINCE}-01")
        yield Counted(
            one.label,
            demand.years_of_counts(counts, **named, residents=held.population),
            demand.change_of_counts(counts, **named) if before in whole and not across else None,
            demand.change_of_counts(counts, **named, since=SINCE) if earlier in whole else None,
            one.measure == "offence_rate",
        )


def _parted(counts: pd.DataFrame, last: pd.Timestamp) -> bool:
    """Return whether two years of offences are counted in two ways, which are not compared."""
    first = last - pd.DateOffset(months=23)
    if "schema" in counts:
        return len(counts.schema[counts.month.between(first, last)].unique()) > 1
    return first < CHANGED <= last


@dataclass(frozen=True)
class _Spec:
    """An indicator that is counted month by month."""

    label: str
    counts: Callable[[tables.Tables, Published], pd.DataFrame]
    source: str
    measure: str = "offence_rate"
    group: str = ""


def _recorded(column: str = "", *names: str) -> Callable[[tables.Tables, Published], pd.DataFrame]:
    """Return how recorded offences are counted: all, or those of some kinds."""

    def counts(held: tables.Tables, published: Published) -> pd.DataFrame:
        rows = held.recorded_crime
        return demand.counted(rows[rows[column].isin(names)] if column else rows)

    return counts


def _shipped(
    name: str, value: str, **which: str
) -> Callable[[tables.Tables, Published], pd.DataFrame]:
    """Return how rows of a table that comes with pvtools are counted."""

    def counts(held: tables.Tables, published: Published) -> pd.DataFrame:
        rows = published(name, value).dropna(subset=[value])
        for column, wanted in which.items():
            rows = rows[rows[column] == wanted]
        return rows.rename(columns={value: "counted"}).astype({"counted": float})

    return counts


def _special(kind: str) -> Callable[[tables.Tables, Published], pd.DataFrame]:
    return _shipped("special_crime_by_month", "counted", kind=kind, measure="offences")


INDICATORS = (
    _Spec("All crime", _recorded(), _CRIME),
    _Spec("Burglary", _recorded("offence_group", "Burglary"), _CRIME, group="Burglary"),
    _Spec("Robbery", _recorded("offence_group", "Robbery"), _CRIME, group="Robbery"),
    _Spec("Theft", _recorded("offence_group", "Theft"), _CRIME, group="Theft"),
    _Spec(
        "Vehicle offences",
        _recorded("offence_group", "Vehicle offences"),
        _CRIME,
        group="Vehicle offences",
    ),
    _Spec(
        "Violence with injury",
        _recorded("offence", "Violence with injury"),
        _CRIME,
        group="Violence with injury",
    ),
    _Spec(
        "Against women and girls",
        _shipped("women_and_girls_by_month", "offences", kind="All"),
        "women_and_girls_by_month",
        group="Violence against women and girls",
    ),
    _Spec(
        "Domestic abuse",
        _special("domestic_abuse"),
        "special_crime_by_month",
        group="Domestic abuse",
    ),
    _Spec("Hate crime", _special("hate_crime"), "special_crime_by_month", group="Hate crime"),
    _Spec("Knife crime", _special("knife_crime"), "special_crime_by_month", group="Knife crime"),
    _Spec(
        "Stops and searches",
        _shipped("stop_search_by_month", "searches"),
        "stop_search_by_month",
        "search_rate",
    ),
)
#: What the safety index counts besides.
_FURTHER = (
    _Spec(
        "Arson and criminal damage",
        _recorded("offence_group", "Arson and criminal damage"),
        _CRIME,
        group="Arson and criminal damage",
    ),
)


def levels(held: tables.Tables, published: Published, until: str) -> Iterator[pd.DataFrame]:
    """Return each kind of offence as rates by year, up to the year that ends with a month."""
    for one in (*INDICATORS, *_FURTHER):
        counts = one.counts(held, published) if one.group else pd.DataFrame()
        whole = [] if counts.empty else demand.whole_years(counts)
        if pd.Timestamp(until) in whole:
            yield demand.years_of_counts(
                counts,
                measure=one.measure,
                group=one.group,
                source=one.source,
                residents=held.population,
                until=until,
            )


#: The tables that come with pvtools that a report rests on besides the main ones.
SHIPPED = (
    *dict.fromkeys(one.source for one in INDICATORS if one.source != _CRIME),
    "homicide_victims_by_year",
    "outcomes_2025_by_month",
    "severity_scores",
    "deprivation_2019",
)
