"""Violence against women and girls, as the Metropolitan Police count it: by place, and by kind.

The publisher's file is two sheets one below the other. Both count the same offences, so a sum
over the file is twice the truth; here each row's count stands in the column of its own sheet,
and the loaders hand the two out apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells
from pvtools.tables.declared import NO_CITY, Contract, Contracts, Declared, Layout
from pvtools.tables.offence_names import one_spelling
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet, shown

PLACES, KINDS = "Offence count location", "Offence count classification"
COLUMNS = (
    *("month", "committed_month", "bcu", "borough", "ward"),
    *("offence_group", "offence", "vawg_offence", "detail", "within_vawg"),
    *("offences_by_place", "offences_by_kind", "caveat"),
)

_KIND = {
    "offence_group": "crimsecgroup",
    "offence": "crimseccodeexpansion",
    "vawg_offence": "vawgoffence",
    "detail": "crimsecoffences",
}
_PLACE = ("bculocation", "boroughname", "wardnameclean2")
_NO_WARD = ("n/k", "non met police force", "unknown", "other")
#: How the publisher begins the name of the group that is in the file but not of the topic.
_OUTSIDE = "other flagged offences outside"


def _by_sheet(frame: pd.DataFrame) -> pd.DataFrame:
    placed = frame["offences_by_place"]
    return frame.assign(by_place=placed.notna(), counted=placed.fillna(frame["offences_by_kind"]))


#: How releases are compared, each sheet (``by_place`` or not) by itself: kinds are of all London,
#: so no month of a sheet mixes releases.
RULE = Rule(
    when="month", cell=("by_place",), count="counted", kinds=("by_place",), prepare=_by_sheet
)


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return offences by recorded month and month of the offence, by place and again by kind.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row a row of the file. ``month`` is the month in which the
        offences were recorded, ``committed_month`` that in which they were committed (missing
        where not known). Rows of the places have ``offences_by_place`` and no kind; rows of the
        kinds have ``offences_by_kind`` and no place. A row that is absent is a zero.

    Raises
    ------
    DataError
        Everything wrong with the file, at once; also where the two sheets differ in their total
        for a recorded month.
    """
    sheets = (PLACES, KINDS)
    of = cells.among(sheet, sheet.place("sheet"), sheets, " or ".join(sheets).casefold())
    month = cells.first_days(sheet, sheet.place("recordeddatemonths"))
    committed = cells.first_days(
        sheet, sheet.place("datecommittedfromdatemonths"), since="1900-01-01", blank=True
    )
    count = cells.counts(sheet, sheet.place("count"))
    texts = {name: _texts(sheet, name) for name in (*_PLACE, *_KIND.values())}
    placed = of == PLACES
    _one_of_the_two(sheet, of, texts)
    borough, bcu = _places(sheet, placed)
    key = [of, month.astype("datetime64[M]"), committed.astype("datetime64[M]").astype(str)]
    cells.unique_keys(sheet, [*key, *texts.values()], "sheet, both months, place and kind")
    sheet.faults.refuse()
    _sheets_agree(sheet, month, count, placed)
    sheet.faults.refuse()
    kinds = {name: one_spelling(texts[column]) for name, column in _KIND.items()}
    ward = _each(texts["wardnameclean2"], lambda t: "" if t.casefold() in _NO_WARD else t)
    outside = _each(kinds["offence_group"], lambda t: t.casefold().startswith(_OUTSIDE))
    outside = outside.astype(bool)
    frame = cells.named({"bcu": bcu, "borough": borough, "ward": ward, **kinds})
    share = count[outside].sum() / count[~placed].sum() if count.any() else 0
    return frame.assign(
        month=month,
        committed_month=committed,
        within_vawg=pd.arrays.BooleanArray(~outside, placed.copy()),
        offences_by_place=pd.arrays.IntegerArray(count.copy(), ~placed),
        offences_by_kind=pd.arrays.IntegerArray(count.copy(), placed.copy()),
        caveat=pd.Series(_caveats(placed, outside, month, committed, share), dtype="str"),
    )[list(COLUMNS)]


def _texts(sheet: Sheet, name: str) -> np.ndarray:
    return cells.parsed(sheet, sheet.place(name), lambda text: " ".join(text.split()), "a text")


def _each(texts: np.ndarray, change) -> np.ndarray:
    """Return texts changed, each distinct one once."""
    codes, distinct = pd.factorize(texts)
    return np.array([change(text) for text in distinct], dtype=object)[codes]


def _one_of_the_two(sheet: Sheet, of: np.ndarray, texts: dict[str, np.ndarray]) -> None:
    """Keep a fault for each row that gives place and kind, or neither: it is of no sheet."""
    for name, wanted in ((PLACES, _PLACE[:2]), (KINDS, tuple(_KIND.values()))):
        for column, text in texts.items():
            if column == "wardnameclean2" and name == PLACES:
                continue  # a ward may be unknown
            wrong = np.flatnonzero((of == name) & ((text == "") == (column in wanted)))
            if len(wrong):
                sheet.fault(
                    shown(text[wrong[0]]),
                    f"{'a name' if column in wanted else 'a blank'} in rows of {name!r}",
                    at=wrong[0],
                    place=sheet.place(column),
                    times=len(wrong),
                )


def _places(sheet: Sheet, placed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return borough and Basic Command Unit; both blank for rows that belong to none."""
    written = cells.parsed(sheet, sheet.place("bculocation"), lambda text: text, "a text")
    found = cells.places(  # a blank is judged elsewhere: rows of the kinds have no place
        sheet,
        sheet.place("boroughname"),
        others=lambda text: areas.pseudo_area(text) if text else "Unknown",
    )
    units = {borough.name: borough.bcu for borough in areas.everywhere()}
    borough = _each(found, lambda name: name if name in units else "")
    unit = _each(borough, lambda name: units.get(name, ""))
    cells.units_agree(sheet, np.where(placed, borough, ""), written)
    return borough, unit


def _sheets_agree(sheet: Sheet, month: np.ndarray, count: np.ndarray, placed: np.ndarray) -> None:
    frame = pd.DataFrame({"month": month, "count": count, "placed": placed})
    totals = frame.pivot_table(
        index="month", columns="placed", values="count", aggfunc="sum", fill_value=0
    ).reindex(columns=[True, False], fill_value=0)
    for month_, places, kinds in totals[totals[True] != totals[False]].itertuples():
        sheet.faults.add(
            f"{places:,} offences by place and {kinds:,} by kind recorded in {month_:%Y-%m}",
            "the same total in both sheets, as they count the same offences",
        )


def _caveats(
    placed: np.ndarray,
    outside: np.ndarray,
    month: np.ndarray,
    committed: np.ndarray,
    share: float,
) -> np.ndarray:
    """Return the caveats of each row, in one sentence or none."""
    caveats = {
        f"{share:.0%} of all offences here are flagged ones outside violence against women and "
        "girls, and places do not separate them": placed & (share > 0),
        "flagged by the publisher, yet outside violence against women and girls": outside,
        "domestic abuse is flagged in another way since March 2024, so not comparable with earlier "
        "months": month >= np.datetime64("2024-03-01"),
        "the month of the offence is not known": np.isnat(committed),
        "a month of 1900 may stand for one that is not known": committed
        < np.datetime64("1901-01-01"),
        "committed after it was recorded, as published": committed > month,
    }
    return cells.sentences(caveats)


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "month": contracts.months(),
            "committed_month": contracts.months(nullable=True, past=False),
            "bcu": contracts.text(contracts.UNITS, nullable=True),
            "borough": contracts.boroughs(nullable=True),
            **{name: contracts.text(nullable=True) for name in ("ward", *_KIND)},
            "within_vawg": contracts.flags(),
            "offences_by_place": contracts.counts(nullable=True),
            "offences_by_kind": contracts.counts(nullable=True),
            "caveat": contracts.sentences(),
        },
        contracts.Check(
            lambda frame: frame["offences_by_place"].isna() != frame["offences_by_kind"].isna(),
            error="each row counts by place or by kind",
        ),
    )


DECLARED = (
    Declared(
        key="mps_vawg",
        layouts=(
            Layout(
                "violence against women and girls, both sheets",
                (
                    *("bcu_location", "borough_name", "ward_name_clean_2"),
                    *("recorded_date_months", "date_committed_from_date_months", "count"),
                    *("sheet", "crimsec_group", "crimseccodeexpansion"),
                    *("crimsec_offences", "vawg_offence"),
                ),
            ),
        ),
        tidy=tidy,
        contract=_contract,
        rule=RULE,
        every_borough=True,
        gains=(
            "Offences against women and girls by borough and ward, and by kind of offence, with "
            "the months they were recorded and committed; read with tables.load_vawg_places() and "
            "tables.load_vawg_kinds()."
        ),
        cannot_bear=(
            "Two sheets count the same offences, once by place and once by kind: they must "
            "never be added up, and no kind has a place.",
            "A fifth of the offences are flagged ones outside violence against women and "
            "girls; places do not separate them.",
            "Domestic abuse is flagged in another way since March 2024, so months before and "
            "after are not comparable.",
            "Recorded is not committed: an offence may be recorded decades later, and dates of "
            "1900 may stand for one that is not known.",
            "A row that is absent is a zero.",
            NO_CITY,
        ),
    ),
)
