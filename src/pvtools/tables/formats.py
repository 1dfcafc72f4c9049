"""Which published file this is, by its header, and the reader that knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from pvtools import areas
from pvtools.errors import resolve
from pvtools.tables import (
    abstractions,
    business_crime,
    dashboard,
    harm_weights,
    population,
    recorded_crime,
    representation,
    survey,
    thorough_searches,
    vawg,
)
from pvtools.tables.files import read_sheet
from pvtools.tables.sheets import Sheet, fold, shown
from pvtools.tables.today import of


@dataclass(frozen=True)
class Format:
    """One kind of published file: the columns that make it so, and its reader.

    Each of ``columns`` is one name, or several of which one must be there; ``then`` is a
    pattern that at least one further column follows.
    """

    source: str
    title: str
    columns: tuple[tuple[str, ...], ...]
    read: Callable[[Sheet], pd.DataFrame]
    then: str = ""
    then_words: str = ""
    twins: bool = False  # columns may stand twice; the reader sees that they are equal

    @property
    def width(self) -> int:
        """Return how many columns must be there."""
        return len(self.columns) + bool(self.then)

    def lacks(self, sheet: Sheet) -> list[str]:
        """Return the columns a header would still need to be of this kind."""
        held = set(sheet.folded)
        missing = [names[0] for names in self.columns if not held & {fold(n) for n in names}]
        if self.then and not any(re.fullmatch(self.then, title) for title in sheet.columns):
            missing.append(self.then_words)
        return missing


_CATEGORIES = (("MajorText", "major_category"), ("MinorText", "minor_category"))
_MONTHS = {"then": r"[0-9]{6}", "then_words": "months such as 202401"}
_SURVEY = (("Date",), ("Survey",), ("Borough",), ("Measure",), ("Proportion",))

#: Those with more columns stand first: a ward table has all the columns of a borough table.
FORMATS = (
    Format(
        "mps_recorded_crime_lsoa",
        "recorded crime by small area",
        (("lsoa_code",), ("lsoa_name",), ("borough",), *_CATEGORIES),
        partial(recorded_crime.tidy, level="lsoa"),
        **_MONTHS,
    ),
    Format(
        "mps_recorded_crime_ward",
        "recorded crime by ward",
        (*_CATEGORIES, ("WardName",), ("WardCode",), ("LookUp_BoroughName", "BoroughName")),
        partial(recorded_crime.tidy, level="ward"),
        **_MONTHS,
    ),
    Format(
        "mps_recorded_crime",
        "recorded crime by borough",
        (*_CATEGORIES, ("BoroughName", "LookUp_BoroughName")),
        partial(recorded_crime.tidy, level="borough"),
        **_MONTHS,
    ),
    Format(
        "pas_borough", "the Public Attitude Survey by borough", (*_SURVEY, ("MPS",)), survey.tidy
    ),
    Format("pas_force", "the Public Attitude Survey for the force", _SURVEY, survey.tidy),
    Format(
        "census_2021",
        "the Census 2021 table of ethnic groups",
        (
            ("Upper tier local authorities Code",),
            ("Ethnic group (8 categories) Code",),
            ("Observation",),
        ),
        population.tidy_census_2021,
    ),
    Format(
        "census_historic",
        "census populations 1801 to 2011",
        (("Area Code",), ("Area Name",)),
        population.tidy_census_historic,
        then=r"Persons-[0-9]{4}",
        then_words="years such as Persons-1801",
    ),
    Format(
        "gla_population",
        "land area and population density",
        (("Code",), ("Name",), ("Year",), ("Source",), ("Population",)),
        population.tidy_gla,
    ),
    Format(
        "pas_demographic_means",
        "the Public Attitude Survey's means by sex, ethnic group and borough",
        (
            *(("year",), ("gender",), ("race",), ("borough",), ("mean_Q131",), ("mean_Q133",)),
            *(("count",), ("total_surveys_borough",)),
        ),
        representation.tidy_means,
        twins=True,
    ),
    Format(
        "pas_vs_census_ethnicity",
        "ethnic groups in the survey's sample and in the census",
        (
            *(("Borough",), ("Ethnicity",), ("Proportion_PAS",), ("Proportion_Census",)),
            ("Difference",),
        ),
        representation.tidy_sample,
    ),
    Format(
        "mps_dashboard",
        "the monthly crime dashboard's sheet of special kinds",
        (
            *(("month_year",), ("area_type",), ("borough_snt",), ("area_name",), ("area_code",)),
            *(("crime_subtype",), ("measure",), ("count",), ("refresh_date",)),
        ),
        dashboard.tidy,
    ),
    Format(
        "mps_vawg",
        "violence against women and girls, both sheets",
        (
            *(("bcu_location",), ("borough_name",), ("ward_name_clean_2",)),
            *(("recorded_date_months",), ("date_committed_from_date_months",), ("count",)),
            *(("sheet",), ("crimsec_group",), ("crimseccodeexpansion",)),
            *(("crimsec_offences",), ("vawg_offence",)),
        ),
        vawg.tidy,
    ),
    Format(
        "mps_business_crime",
        "outcomes of crimes against businesses",
        (
            *(("date",), ("borough",), ("crime_section",), ("crime_group",), ("outcome",)),
            *(("positive_outcome",), ("outcome_count",)),
        ),
        business_crime.tidy,
    ),
    Format(
        "mps_thorough_searches",
        "more thorough and intimate searches",
        (
            *(("stop_date",), ("area",), ("borough",), ("age_group",), ("sex",)),
            *(("ethnic_appearance",), ("stop_reason",)),
            ("positive_outcome_of_stop", "postive_outcome_of_stop", "positve_outcome"),
        ),
        thorough_searches.tidy,
    ),
    Format(
        "harm_weights",
        "the Cambridge Crime Harm Index by offence subgroup",
        (("category",), ("prc_subgroup",), ("cchi_days",)),
        harm_weights.tidy,
        then=harm_weights.COUNTS,
        then_words="counts such as national_count_2024_25",
    ),
    Format(
        "harm_weights",
        "harm weights by offence",
        (("offence", "offence_group"), ("weight",), ("version",)),
        harm_weights.tidy,
    ),
    Format(
        "mps_abstractions",
        "time of dedicated ward officers by abstraction",
        (("Date",), ("Borough",), ("Abstraction Type_Not Abstracted",)),
        abstractions.tidy,
        then=abstractions.ACTIVITY,
        then_words="activities such as Abstraction Type_Aid",
    ),
)
BY_SOURCE = {form.source: form for form in FORMATS}


def recognise(path: str | Path) -> str:
    """Return the key of the source a file belongs to, told by its header and never by its name.

    Raises
    ------
    DataError
        The file cannot be read, or its header is of no known source; the nearest is named.
    """
    return _source(read_sheet(path, rows=1))


def read(path: str | Path, source: str) -> pd.DataFrame:
    """Return the tidy table in a published file, checked against the contract of its source.

    Parameters
    ----------
    path : str or Path
        CSV or Parquet.
    source : str
        A key that :func:`recognise` can return.

    Raises
    ------
    DataError
        The file is of another kind, or holds faults: all of them, each with its row.
    UsageError
        There is no such source.
    """
    from pvtools.tables import contracts  # slow to import, and reports need it not

    with of(path):
        return contracts.checked(tidy(path, source), source, file=str(path))


def tidy(path: str | Path, source: str) -> pd.DataFrame:
    """Return what :func:`read` returns, without the contract's second look."""
    source = resolve("source of files", source, BY_SOURCE)
    sheet = read_sheet(path)
    found = _source(sheet)
    if found != source:
        sheet.faults.add(
            f"a file of {BY_SOURCE[found].title} ({found})",
            f"a file of {BY_SOURCE[source].title} ({source})",
            row=1,
        )
        sheet.faults.refuse("Add it without naming a source: pvtools add FILE")
    if not BY_SOURCE[source].twins:
        _single_columns(sheet)
    with of(path):
        return BY_SOURCE[source].read(sheet)


def _source(sheet: Sheet) -> str:
    for form in FORMATS:
        if not form.lacks(sheet):
            return _by_first_row(sheet) if form.source == "pas_force" else form.source
    nearest = min(FORMATS, key=lambda form: len(form.lacks(sheet)) / form.width)
    lacks = nearest.lacks(sheet)
    like = (
        f"; nearest is {nearest.title} ({nearest.source}), "
        f"for which {_list(lacks)} would have to be there"
    )
    sheet.faults.add(
        f"the columns {_list(sheet.columns)}",
        "the columns of a known file" + (like if len(lacks) < nearest.width else ""),
        row=1,
    )
    sheet.faults.refuse(
        "List what can be added with: pvtools sources. If it is one of these files, check that "
        "its first row holds the column names."
    )
    raise AssertionError("unreachable: an unknown header is a fault")


def _single_columns(sheet: Sheet) -> None:
    seen: set[str] = set()
    for title, folded in zip(sheet.columns, sheet.folded, strict=True):
        if folded and folded in seen and not folded.isdigit():  # months are checked by name
            sheet.faults.add(
                f"a second column {shown(title)}", "each column once", row=1, column=title
            )
        seen.add(folded)


def _by_first_row(sheet: Sheet) -> str:
    """Tell a borough file that lacks the force-wide column from the force file."""
    first = next(iter(sheet.cells[sheet.place("borough")]), "")
    return "pas_borough" if areas.match(str(first)) else "pas_force"


def _list(names) -> str:
    names = [name or "(blank)" for name in names]
    few = names if len(names) <= 8 else [*names[:7], f"… and {len(names) - 7} more"]
    return ", ".join(few)
