"""Residents by borough and year, and which of these figures may be a denominator.

Three sources: the Census of 2021, the censuses of 1801 to 2011, and a table in which estimates
to 2010 are continued by projections made before the Census of 2021. The projections overstate
inner London (Westminster by 28%), so no rate is ever divided by one.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells
from pvtools.tables.declared import Contract, Contracts, Declared, Layout
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

#: 1939 was the National Register taken at the outbreak of war, not a census.
_REGISTER = 1939


def census_2021() -> pd.DataFrame:
    """Return the usual residents of the Census of 2021 that come with pvtools."""
    everywhere = areas.everywhere()
    people = [borough.residents for borough in everywhere]
    return _frame([borough.code for borough in everywhere], 2021, people, "census")


def tidy_census_2021(sheet: Sheet) -> pd.DataFrame:
    """Return residents in 2021 from the Census table of ethnic groups, summed over the groups.

    Boroughs are known by their code: in some copies every "and" of the names became "&".
    """
    frame = census_groups(sheet)
    totals = frame.groupby("area")["people"].sum()
    return _frame(totals.index, 2021, totals.to_numpy(), "census")


def census_groups(sheet: Sheet) -> pd.DataFrame:
    """Return ``area`` (its code), ``group`` (its code), ``label`` and ``people`` of the Census.

    Raises
    ------
    DataError
        Everything wrong with the table, at once.
    """
    code, group, persons = (
        sheet.place(name)
        for name in (
            "uppertierlocalauthoritiescode",
            "ethnicgroup(8categories)code",
            "observation",
        )
    )
    area = _codes(sheet, code)
    groups = cells.parsed(
        sheet,
        group,
        lambda text: text if re.fullmatch(r"-8|[0-9]{1,2}", text) else None,
        "the code of an ethnic group (-8 where it does not apply)",
    )
    people = cells.counts(sheet, persons, "persons")
    cells.unique_keys(sheet, [area, groups], "authority and ethnic group")
    label = sheet.place("ethnicgroup")
    labels = sheet.cells[group if label is None else label].astype(str)
    frame = pd.DataFrame({"area": area, "group": groups, "label": labels, "people": people})
    frame = frame[(frame["group"] != "-8") & _inside(sheet, area)]
    frame = frame.dropna()  # rows whose group is already a fault
    _whole_boroughs(sheet, frame)
    sheet.faults.refuse()
    return frame.reset_index(drop=True)


def _whole_boroughs(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Keep a fault for a borough without one of the groups: its sum would be too small."""
    groups = sorted(frame["group"].unique(), key=int)
    for area, held in frame.groupby("area")["group"]:
        if missing := [group for group in groups if group not in set(held)]:
            sheet.faults.add(
                f"{area} without ethnic group {', '.join(missing)}",
                f"groups {', '.join(groups)} for every borough, as in the rest of the file",
            )


def tidy_census_historic(sheet: Sheet) -> pd.DataFrame:
    """Return residents at each census from 1801 to 2011, on today's boundaries."""
    code = sheet.place("areacode")
    area = _codes(sheet, code)
    cells.unique_keys(sheet, [area], "area")
    inside = _inside(sheet, area)
    parts = []
    for place, title in enumerate(sheet.columns):
        if place in (code, sheet.place("areaname")):
            continue
        year = re.fullmatch(r"Persons-((?:18|19|20)[0-9]{2})", title)
        if not year or int(year[1]) > cells.today().year:
            sheet.faults.add(
                f"a column {title!r}", "columns such as Persons-1801", row=1, column=title or None
            )
            continue
        people = cells.counts(sheet, place, "persons")
        kind = "estimate" if int(year[1]) == _REGISTER else "census"
        parts.append((int(year[1]), people, kind))
    sheet.faults.refuse()
    frames = [_frame(area[inside], year, people[inside], kind) for year, people, kind in parts]
    return pd.concat(frames, ignore_index=True)


def tidy_gla(sheet: Sheet) -> pd.DataFrame:
    """Return yearly estimates, then projections, from the land area and density table."""
    code, when, source, persons = (
        sheet.place(name) for name in ("code", "year", "source", "population")
    )
    area = _codes(sheet, code)
    years = cells.parsed(
        sheet,
        when,
        lambda text: int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None,
        "a year such as 2021",
    )
    kinds = cells.parsed(sheet, source, _kind, "a source named 'ONS MYE' or '… Projections'")
    people = cells.counts(sheet, persons, "persons")
    cells.unique_keys(sheet, [area, years], "area and year")
    for position, (year, kind) in enumerate(zip(years, kinds, strict=True)):
        if kind == "estimate" and year is not None and year > cells.today().year:
            sheet.fault(
                f"an estimate for {year}",
                f"estimates up to {cells.today().year}; later years are projections",
                at=position,
                place=when,
            )
    inside = _inside(sheet, area)
    sheet.faults.refuse()
    return _frame(area[inside], years[inside], people[inside], kinds[inside])


def _kind(text: str) -> str | None:
    folded = text.casefold()
    return "projection" if "projection" in folded else "estimate" if "mye" in folded else None


def _codes(sheet: Sheet, place: int) -> np.ndarray:
    known = {borough.code for borough in areas.everywhere()}

    def parse(text: str) -> str | None:
        if text.startswith("E09") and text not in known:
            return None
        return text if re.fullmatch(r"[EWNSK][0-9]{8}", text) else None

    return cells.parsed(
        sheet, place, parse, "an area code such as E09000012 (London: E09000001 to E09000033)"
    )


def _inside(sheet: Sheet, area: np.ndarray) -> np.ndarray:
    """Say which rows are of a London borough; that there is none is a fault."""
    inside = np.array([code is not None and code.startswith("E09") for code in area], dtype=bool)
    if not inside.any():
        sheet.faults.add("no row of a London borough", "rows with codes E09000001 to E09000033")
    return inside


def _frame(codes, year, people, kind) -> pd.DataFrame:
    """Return the table of areas by their codes; a single year or kind is that of all rows."""
    names = [areas.find(code).name for code in codes]
    frame = pd.DataFrame({"borough": names, "year": year, "population": people, "kind": kind})
    return frame.astype({"borough": "str", "year": "int64", "population": "Int64", "kind": "str"})


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "borough": contracts.boroughs(),
            "year": contracts.years(1801, 2100),
            "population": contracts.counts(),
            "kind": contracts.text(["census", "estimate", "projection"]),
        },
        contracts.once("borough", "year"),
    )


#: A census and an estimate of one year stand side by side; two of either do not.
_RULE = Rule(when="year", cell=("borough", "kind"), edges=False)

DECLARED = (
    Declared(
        key="census_2021",
        layouts=(
            Layout(
                "the Census 2021 table of ethnic groups",
                (
                    "Upper tier local authorities Code",
                    "Ethnic group (8 categories) Code",
                    "Observation",
                ),
            ),
        ),
        tidy=tidy_census_2021,
        contract=_contract,
        rule=_RULE,
        table="population",
        every_borough=True,
        gains=(
            "The numbers of residents are checked against the census file itself, and ethnic "
            "groups are there for your own analyses."
        ),
        cannot_bear=(
            "Cells are changed by a few persons to protect confidentiality, so sums differ "
            "from headline counts.",
            "Residents are not everyone present: places with many visitors or workers, such as "
            "Westminster, show high rates for that reason.",
            "It describes March 2021, during the pandemic.",
            "No residents of earlier years come with pvtools: rates before 2021 are of the "
            "residents of 2021, and so too low where a borough has grown. A table of earlier "
            "censuses can be added.",
        ),
    ),
    Declared(
        key="census_historic",
        layouts=(
            Layout(
                "census populations 1801 to 2011",
                ("Area Code", "Area Name"),
                then=r"Persons-[0-9]{4}",
                then_words="years such as Persons-1801",
            ),
        ),
        tidy=tidy_census_historic,
        contract=_contract,
        rule=_RULE,
        table="population",
        every_borough=True,
        gains=(
            "Census numbers of residents for 2001 and 2011, for rates of earlier years; the "
            "borough reports do not use them yet."
        ),
        cannot_bear=(
            "Early censuses are rounded to thousands and fitted to today's boundaries.",
            "Between censuses it says nothing; a value for another year would be a guess.",
        ),
    ),
    Declared(
        key="gla_population",
        layouts=(
            Layout(
                "land area and population density", ("Code", "Name", "Year", "Source", "Population")
            ),
        ),
        tidy=tidy_gla,
        contract=_contract,
        rule=_RULE,
        table="population",
        every_borough=True,
        gains=(
            "Yearly estimates of residents for 1999 to 2010 and land areas; the borough reports "
            "keep the census as their denominator."
        ),
        cannot_bear=(
            "From 2011 on these are projections made before Census 2021, not counts: for 2021 "
            "they show 9.3 million Londoners where the census found 8.8 million, and in "
            "Westminster they would lower a rate by about a fifth.",
            "They are therefore not used as denominators where a census figure exists.",
        ),
    ),
    Declared(
        key="boroughs",
        layouts=(
            Layout("the boroughs' names and codes", ("gss_code", "name", "bcu_code", "bcu_name")),
        ),
        gains="It comes with pvtools: every table takes its borough names and codes from it.",
        cannot_bear=(
            "Inner and outer London follow the statistical definition, which differs from the "
            "1963 Act for Haringey, Newham and Greenwich.",
            "The codes of the Basic Command Units rest on one published answer to an "
            "information request.",
            "Land area is inland area; riverside boroughs are larger when tidal water is counted.",
            "The tile map shows neighbours roughly, not distances or sizes.",
        ),
    ),
)
