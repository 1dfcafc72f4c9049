"""Offences recorded by the Metropolitan Police, by borough, ward or small area.

The publisher's tables are wide: one row an area and offence, one column a month. They follow
one of four ways of counting (:mod:`pvtools.tables.schemas`), and every row carries its own. A
row that is not there was not published; a zero that is there was counted.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells, wide
from pvtools.tables.declared import NO_CITY, Contract, Contracts, Declared, Layout
from pvtools.tables.offence_names import NATIONAL_GROUPS as NATIONAL_GROUPS
from pvtools.tables.releases import Rule
from pvtools.tables.schemas import (
    CHANGED,
    MIDDLE,
    NEW,
    OLD,
    UNITS,
    judged,
    one_a_month,
    one_header,
)
from pvtools.tables.sheets import Sheet, shown

COLUMNS = (
    *("level", "area", "area_name", "borough", "month"),
    *("offence_group", "offence", "offences", "schema"),
)


def _kind(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with ``kind``: the group, and missing for all that has no borough."""
    return frame.assign(kind=frame["offence_group"].where(frame["borough"].notna()))


#: How releases are compared: what has no borough in one may have one in another, so that rest
#: comes whole from one release.
RULE = Rule(
    when="month",
    cell=("schema", "borough", "kind"),
    count="offences",
    prepare=_kind,
    finish=one_a_month,
)

_PUBLISHED = ("borough", "offence_group", "offence")
_HEATHROW = "Hillingdon"
_GROUP = ("majortext", "majorcategory", "group")
_OFFENCE = ("minortext", "minorcategory", "subgroup")
_BOROUGH = ("lookupboroughname", "boroughname", "borough", "bocu")
_WORDS = {*_GROUP, *_OFFENCE, *_BOROUGH}
_CODES = {
    "ward": (r"E05[0-9]{6}", "a ward code such as E05013570"),
    "lsoa": (r"E01[0-9]{6}", "a small-area (LSOA) code such as E01000006"),
}


def tidy(sheet: Sheet, level: str) -> pd.DataFrame:
    """Return offences by area, month and offence from one of the publisher's wide tables.

    Parameters
    ----------
    sheet : Sheet
        A table in any layout of the publisher's since 2010, with any number of month columns.
    level : str
        ``"borough"``, ``"ward"`` or ``"lsoa"``.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row an area, month and offence. ``area`` is the borough's
        name, or a code; ``borough`` is missing for offences that belong to no borough. Texts of
        wards and small areas are categories, since each stands in very many rows. Rows whose
        offence differs in commas, hyphens or capitals only are added up.

    Raises
    ------
    DataError
        Everything wrong with the file, at once.
    """
    group, offence, place = (sheet.place(*names) for names in (_GROUP, _OFFENCE, _BOROUGH))
    groups, offences = cells.names(sheet, group), cells.names(sheet, offence)
    borough = cells.places(sheet, place, others=areas.pseudo_area)
    if level == "borough":
        area = name = borough
        key = [_as_written(sheet, place, borough)]
        own: tuple[int, ...] = ()
    else:
        own = (sheet.place(f"{level}code"), sheet.place(f"{level}name"))
        area, name = _codes(sheet, own[0], level), _titles(sheet, own[1])
        key = [area, borough]
    written = [_labels(sheet, group, groups), _labels(sheet, offence, offences)]
    cells.unique_keys(sheet, [*key, *written], "area, major and minor category")
    if own:
        _one_borough(sheet, area, borough)
    months, values = _months(sheet, {group, offence, place, *own})
    one_header(sheet, _GROUP, _OFFENCE, _BOROUGH)
    schema = judged(sheet, group, groups, offences)
    sheet.faults.refuse()
    frame = pd.DataFrame(
        {
            "area": area,
            "area_name": name,
            "borough": borough,
            "offence_group": groups,
            "offence": offences,
        },
        dtype="str",
    )
    return _long(frame, months, values, level=level, schema=schema)


def published(path: Path) -> pd.DataFrame:
    """Return the figures that come with pvtools, in the same columns as :func:`tidy`.

    Wide, with a column a month; a blank was not published.

    Raises
    ------
    DataError
        The file is not what came with pvtools.
    """
    table, months = wide.read(path, _PUBLISHED, "Int64")
    area = table["borough"]
    rows = pd.DataFrame(
        {
            "level": "borough",
            "area": area,
            "area_name": area,
            "borough": area.mask(area.isin(areas.PSEUDO_AREAS.values())),
            "offence_group": table["offence_group"],
            "offence": table["offence"],
        },
        dtype="str",
    )
    long = rows.loc[rows.index.repeat(len(months))].reset_index(drop=True)
    long["month"] = np.tile(months.to_numpy().astype("datetime64[us]"), len(rows))
    long["offences"] = pd.array(table.iloc[:, len(_PUBLISHED) :].to_numpy().ravel(), dtype="Int64")
    long["schema"] = _schema_of(NEW, long["month"])
    return long.dropna(subset=["offences"])[list(COLUMNS)].reset_index(drop=True)


def with_airports(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with offences at airports counted in Hillingdon, as in most months.

    The publisher gives Heathrow and London City airports a row of their own from May 2023 to
    February 2024, and in its earlier schema: Hillingdon would fall by a fifth and rise again.
    """
    airports = frame["area"] == "Airports"
    if not airports.any():
        return frame
    both = airports | (
        (frame["borough"] == _HEATHROW) & frame["month"].isin(frame.loc[airports, "month"])
    )
    place = dict.fromkeys(("area", "area_name", "borough"), _HEATHROW)
    keys = [name for name in frame if name not in ("offences", "vintage")]
    how = {name: "first" for name in ("vintage",) if name in frame}
    summed = (
        frame[both]
        .assign(**place)
        .groupby(keys, dropna=False, sort=False, as_index=False)
        .agg({"offences": "sum"} | how)
    )
    return pd.concat([frame[~both], summed[list(frame)].astype(frame.dtypes)], ignore_index=True)


def _schema_of(layout: str, months: pd.Series) -> pd.Series | str:
    """Return the way of counting in each month of a file: a new recording system came in 2024."""
    if layout != NEW:
        return layout
    return pd.Series(np.where(months < CHANGED, MIDDLE, NEW), index=months.index, dtype="str")


def _as_written(sheet: Sheet, place: int, borough: np.ndarray) -> list[str | None]:
    """Return the names that make a row one of its own.

    Two pseudo-areas may share one agreed name (``Other``, ``Unknown``); a borough that appears
    under two spellings is there twice.
    """
    written = [re.sub(r"\s+", " ", str(text)).strip() for text in sheet.cells[place]]
    pairs = zip(written, borough, strict=True)
    return [text.casefold() if areas.pseudo_area(text) else name for text, name in pairs]


def _labels(sheet: Sheet, place: int, names: np.ndarray) -> list[str | None]:
    """Return the names of offences as they are written, but for capitals and blanks."""
    written = [" ".join(str(text).split()).capitalize() for text in sheet.cells[place]]
    return [name and text for text, name in zip(written, names, strict=True)]


def _codes(sheet: Sheet, place: int, level: str) -> np.ndarray:
    form, allowed = _CODES[level]
    return cells.parsed(sheet, place, lambda t: t if re.fullmatch(form, t) else None, allowed)


def _titles(sheet: Sheet, place: int) -> np.ndarray:
    return cells.parsed(
        sheet, place, lambda text: " ".join(text.split()) or None, "the name of the area"
    )


def _one_borough(sheet: Sheet, area: np.ndarray, borough: np.ndarray) -> None:
    """Keep a fault for each area that lies in two boroughs: its offences would be added up."""
    pairs = pd.DataFrame({"area": area, "borough": borough}).dropna().drop_duplicates()
    pairs = pairs[~pairs.borough.isin(areas.PSEUDO_AREAS.values())]
    first = pairs.drop_duplicates("area").set_index("area").borough
    for pair in pairs[pairs.duplicated("area")].itertuples():
        sheet.fault(
            f"{pair.area} in {pair.borough} (in a row above it lies in {first[pair.area]})",
            "one borough for each area",
            at=pair.Index,
        )


def _months(sheet: Sheet, known: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the months of the header and the counts below them, a column each."""
    months: list[np.datetime64] = []
    values: list[np.ndarray] = []
    allowed = f"one column a month, from 200001 to {cells.today():%Y%m}"
    for place, title in enumerate(sheet.columns):
        if place in known or sheet.folded[place] in _WORDS:
            continue  # a second column of a known name is a fault of its own
        if not title and not any(str(cell).strip() for cell in sheet.cells[place]):
            continue  # spreadsheets like to add blank columns
        month = cells.month(title)
        if month is None or month in months:
            found = f"a second column {title}" if month is not None else f"a column {shown(title)}"
            sheet.faults.add(found, allowed, row=1, column=title or None)
        else:
            months.append(month)
            values.append(cells.counts(sheet, place))
    return np.array(months, dtype="datetime64[us]"), np.array(values, dtype=np.int64)


def _long(
    frame: pd.DataFrame, months: np.ndarray, values: np.ndarray, *, level: str, schema: str
) -> pd.DataFrame:
    """Return one row a month from the wide counts (``values``: months × rows)."""
    pseudo = frame["borough"].map(dict.fromkeys(areas.PSEUDO_AREAS.values(), True)).notna()
    frame = frame.assign(borough=frame["borough"].mask(pseudo), level=level)
    wide = frame.astype("category")  # millions of rows: their texts are numbers until the end
    ways = pd.Series(_schema_of(schema, pd.Series(months)), range(len(months)), dtype="category")
    columns = {"offences": pd.array(values.T.ravel(), dtype="Int64")}
    columns |= {name: wide[name].array.repeat(len(months)) for name in wide}
    columns["month"] = np.tile(months, len(frame))
    columns["schema"] = pd.Categorical.from_codes(
        np.tile(ways.cat.codes, len(frame)), dtype=ways.dtype
    )
    long = pd.DataFrame({name: columns.pop(name) for name in COLUMNS}, copy=False)
    keys = [name for name in COLUMNS if name != "offences"]
    if frame.duplicated().any():  # two pseudo-areas, or two spellings, under one agreed name
        long = long.groupby(keys, dropna=False, sort=False, as_index=False)["offences"].sum()
    texts = long.select_dtypes("category").columns if level == "borough" else []
    return long[list(COLUMNS)].astype(dict.fromkeys(texts, "str"))


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts, level: str) -> Contract:
    text = contracts.text if level == "borough" else contracts.categories
    boroughs = [*contracts.NAMES, *areas.PSEUDO_AREAS.values()]
    return contracts.table(
        {
            "level": text([level]),
            "area": text(boroughs if level == "borough" else None),
            "area_name": text(),
            "borough": text(contracts.NAMES, nullable=True),
            "month": contracts.months(),
            "offence_group": text(),
            "offence": text(nullable=True),
            "offences": contracts.counts(),
            "schema": text([OLD, MIDDLE, NEW, UNITS]),
        },
        contracts.Check(_once_in_first_month, error="one row for each area, month and offence"),
        contracts.Check(_one_schema, error="one schema in one file"),
    )


def _one_schema(frame: pd.DataFrame) -> bool:
    ways = set(frame["schema"].unique())
    return ways <= {OLD} or OLD not in ways


def _once_in_first_month(frame: pd.DataFrame) -> bool:
    """Look at one month: every row of a wide table has every month, and they are millions."""
    first = frame[frame["month"] == frame["month"].min()]
    return not first.duplicated(["area", "borough", "offence_group", "offence"]).any()


def _layout(title: str, *columns: str | tuple[str, ...]) -> tuple[Layout, ...]:
    return (Layout(title, columns, then=r"[0-9]{6}", then_words="months such as 202401"),)


_CATEGORIES = (
    ("MajorText", "major_category", "Group"),
    ("MinorText", "minor_category", "SubGroup"),
)


DECLARED = (
    Declared(
        key="mps_recorded_crime_lsoa",
        layouts=_layout(
            "recorded crime by small area", "lsoa_code", "lsoa_name", "borough", *_CATEGORIES
        ),
        tidy=partial(tidy, level="lsoa"),
        contract=partial(_contract, level="lsoa"),
        rule=RULE,
        gains=(
            "The file is read, checked and shown in the coverage of chapter 1; the borough reports "
            "do not use small areas yet."
        ),
        cannot_bear=(
            "Offences that cannot be placed in a small area are left out: in March 2025 small "
            "areas hold about 95 of every 100 offences of the borough file, so they must not "
            "be added up to boroughs.",
            "Files of the present layout (columns Group and SubGroup) are kept apart from earlier "
            "ones: their levels have not been compared.",
            "Most cells hold zero or one offence; a single small area and month bears no "
            "conclusion.",
            NO_CITY,
        ),
    ),
    Declared(
        key="mps_recorded_crime_ward",
        layouts=_layout(
            "recorded crime by ward",
            *(*_CATEGORIES, "WardName", "WardCode", ("LookUp_BoroughName", "BoroughName")),
        ),
        tidy=partial(tidy, level="ward"),
        contract=partial(_contract, level="ward"),
        rule=RULE,
        gains=(
            "A report for each ward: pvtools report --wards, or one by its code. The borough "
            "reports do not use wards."
        ),
        cannot_bear=(
            "Offences that cannot be placed in a ward are left out: in March 2025 wards hold "
            "about 97 of every 100 offences of the borough file, so wards must not be added up "
            "to boroughs.",
            "Counts in one ward and month are small; most changes are chance.",
            "Ward boundaries change; a ward missing from a release is not a ward without crime.",
            NO_CITY,
        ),
    ),
    Declared(
        key="mps_recorded_crime",
        layouts=_layout(
            "recorded crime by borough",
            *(*_CATEGORIES, ("BoroughName", "LookUp_BoroughName", "BOCU", "Borough")),
        ),
        tidy=partial(tidy, level="borough"),
        contract=partial(_contract, level="borough"),
        rule=RULE,
        table="recorded_crime",
        every_borough=True,
        gains=(
            "Longer series of recorded offences in every report, and the offence types within each "
            "group."
        ),
        cannot_bear=(
            "Recorded is not experienced: much crime is never reported, and changes in "
            "reporting or recording move the counts.",
            "Four ways of counting: borough totals of the first (to July 2023) and the second "
            "differ by one to one and a half per cent, because the second moves offences to "
            "an area called Unknown. The third is the second since March 2024, when the police had "
            "changed their system of recording. In the fourth (from July 2024, columns Group, "
            "SubGroup, BOCU) the area is the policing unit: boroughs stand 0.4 to 1.9 per cent "
            "above the third for the same months, and next to nothing is Unknown. Airports are "
            "counted in Hillingdon throughout. No two must be joined into one series without a "
            "check of their level; a month is told in one way alone, and charts mark where it "
            "changes.",
            "Later releases restate recent months slightly.",
            NO_CITY,
            "Categories change between releases, so a group absent from a release is not a zero.",
        ),
    ),
)
