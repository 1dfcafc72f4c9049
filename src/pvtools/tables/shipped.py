"""Tables that come with pvtools and that nothing is added to, each read the same way.

They are wide: a column a month, year or hour. A blank cell was not published, or is not held, and
a zero was counted. What each is, who publishes it and what it cannot bear stands in the register,
under the name of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import areas, places
from pvtools.errors import DataError, Fault, resolve
from pvtools.sources import Holding, figures, register


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of text of a table, what its other columns are, and what stands in them.

    Without ``period`` the columns stay as they are: one number each.
    """

    texts: tuple[str, ...] = ()
    period: str = ""
    value: str = ""


_COUNTED = ("kind", "measure", "borough")
#: Every table, by its key in the register.
SHAPES = {
    "severity_weights": _Shape(("offence_code", "offence", "version", "minor")),
    "severity_by_minor": _Shape(("offence_group", "offence", "offence_codes")),
    "severity_scores": _Shape(("edition", "area", "offence_group"), "year", "score"),
    "special_crime_by_month": _Shape(_COUNTED, "month", "counted"),
    "outcomes_2025_by_month": _Shape(("borough", "offence_group", "measure"), "month", "counted"),
    "women_and_girls_by_month": _Shape(("kind", "borough"), "month", "offences"),
    "homicide_victims_by_year": _Shape(("borough",), "year", "victims"),
    "stop_search_by_month": _Shape(("borough",), "month", "searches"),
    "deprivation_2019": _Shape(("gss_code", "borough")),
    "wellbeing_by_year": _Shape(("measure", "borough"), "year", "mean_answer"),
    "workforce_by_rank": _Shape(("worker_type", "rank", "measure"), "year", "people"),
    "national_survey_2018": _Shape(("measure", "area")),
    "reporting_rates": _Shape(("category",), "month", "proportion"),
    "time_histograms": _Shape(("what",)),
    "business_outcomes_by_day": _Shape(("date",)),
    "hours_of_week": _Shape(("what", "borough", "period", "weekday"), "hour", "counted"),
    "command_units_start": _Shape(
        ("bcu_code", "boroughs", "starts", "not_before", "not_after", "status", "source")
    ),
    "london_interventions": _Shape(
        ("key", "intervention", "from", "to", "where", "design", "claim", "claimed_by", "note")
    ),
    "trust_in_government": _Shape(("question", "wording", "source")),
    "recorded_crime_breaks": _Shape(("first", "last", "area", "offence", "unit", "what")),
}


def published(name: str, data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return a table that comes with pvtools, one row a cell of what was published.

    Parameters
    ----------
    name
        A table's key in the register, such as ``"stop_search_by_month"``.
    data_dir
        A data folder. The table is its own if it has one, else the one that comes with pvtools.

    Returns
    -------
    pandas.DataFrame
        The table's columns of text, then ``month`` (its first day), ``year`` or ``hour``, then
        the value. A value is missing where nothing was published, or the period is not held; it
        is 0 where that was published. A table without periods keeps its columns. ``borough`` may
        also be ``"London"``, or what is no borough: ``Unknown``, ``Airports``, ``Aviation
        Security``, ``Outside London``, ``No place given``.

    Raises
    ------
    UsageError
        There is no such table; the nearest is suggested.
    DataError
        Its file is not the one that the register gives the checksum of.

    Examples
    --------
    >>> victims = published("homicide_victims_by_year")
    >>> int(victims[(victims.borough == "Hackney") & (victims.year == 2023)].victims.iloc[0])
    4
    """
    name = resolve("published table", name, SHAPES)
    path = file_of(name, data_dir).path
    try:
        return _tidy(path, SHAPES[name])
    except ValueError as error:  # only where a register of the user's own allows it
        fault = Fault(f"a table that cannot be read ({error})", "the columns of the shipped table")
        raise DataError(str(path), [fault], "Delete it to use the one of pvtools.") from None


def file_of(name: str, data_dir: str | Path | None = None) -> Holding:
    """Return the file of a table, checked; a register that lacks it leans on pvtools' own.

    Raises
    ------
    DataError
        It is not the file that the register gives the checksum of.
    """
    folder = places.data_folder(data_dir)
    own = register(folder).get(name)
    entry = own if own and own.published else register(places.shipped_data())[name]
    return figures(entry, folder)


def _tidy(path: Path, shape: _Shape) -> pd.DataFrame:
    texts = list(shape.texts)
    table = pd.read_csv(
        path, dtype=dict.fromkeys(texts, "str"), keep_default_na=False, na_values=[""]
    )
    if absent := set(texts) - set(table):
        raise ValueError(f"it lacks the columns {', '.join(sorted(absent))}")
    if shape.period:
        table = _long(table, shape)
    if "date" in table:
        table["date"] = pd.to_datetime(table["date"], format="%Y-%m-%d")
    if "borough" in table:
        named = {name: areas.pseudo_area(name) or name for name in table["borough"].unique()}
        table["borough"] = table["borough"].map(named)
    return table


def _long(wide: pd.DataFrame, shape: _Shape) -> pd.DataFrame:
    texts = list(shape.texts)
    cells = wide.drop(columns=texts)
    periods = (
        pd.to_datetime(cells.columns, format="%Y-%m")
        if shape.period == "month"
        else cells.columns.astype("int64")
    )
    table = wide.loc[wide.index.repeat(len(periods)), texts].reset_index(drop=True)
    table[shape.period] = np.tile(periods, len(wide))
    table[shape.value] = pd.to_numeric(cells.to_numpy().ravel())
    return table
