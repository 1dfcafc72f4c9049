"""The Metropolitan Police's monthly dashboard, sheet "Other": special kinds of crime by area.

The publisher's table is long and leaves out zeros, so each absent cell has to be judged: it is
a zero where the area and the kind are published at that time, and missing elsewhere. Kinds lie
within one another, and wards within boroughs: every row names the whole it is a part of.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables import cells, dashboard_areas
from pvtools.tables.declared import NO_CITY, Contract, Contracts, Declared, Layout
from pvtools.tables.offence_names import letters
from pvtools.tables.releases import Rule
from pvtools.tables.sheets import Sheet

COLUMNS = (
    *("level", "area", "area_name", "borough", "month", "crime_type", "offence"),
    *("offences", "positive_outcomes", "part_of", "comparable", "caveat"),
)
MEASURES = ("Offences", "Positive Outcomes")

#: All notifiable offences: the sum of these two.
ALL, SUMMED = "TNO", ("TNO victim based", "TNO non victim based")
#: Each kind: its type, and the smallest whole that it is a part of (empty: of none).
KINDS = {
    "Domestic abuse": ("Domestic abuse", ALL),
    "Domestic abuse violence with injury": ("Domestic abuse", "Domestic abuse"),
    "Gun crime": ("Gun crime", ALL),
    "Gun crime personal robbery": ("Gun crime", "Gun crime"),
    "Lethal barrel discharge": ("Gun crime", "Gun crime"),
    "Hate crime": ("Hate crime", ALL),
    "Racist and religious crime": ("Hate crime", "Hate crime"),
    "Racist crime": ("Hate crime", "Racist and religious crime"),
    "Faith crime": ("Hate crime", "Racist and religious crime"),
    "Antisemitic": ("Hate crime", "Faith crime"),
    "Islamophobic crime": ("Hate crime", "Faith crime"),
    "Disability crime": ("Hate crime", "Hate crime"),
    "Homophobic crime": ("Hate crime", "Hate crime"),
    "Transphobic crime": ("Hate crime", "Hate crime"),
    "Knife crime": ("Knife crime", ALL),
    "Knife crime with injury": ("Knife crime", "Knife crime"),
    "Knife crime with injury (personal robbery)": ("Knife crime", "Knife crime with injury"),
    "Knife injury victims (1-24)": ("Knife crime", "Knife crime with injury"),
    "Knife injury victims (non DA 1-24)": ("Knife crime", "Knife injury victims (1-24)"),
    "Robbery mobile phone": ("Miscellaneous", "TNO victim based"),
    "Theft person - mobile phone": ("Miscellaneous", "TNO victim based"),
    "TNO non victim based": ("Miscellaneous", ""),
    "TNO victim based": ("Miscellaneous", ""),
}
#: What these kinds are called in the figures that come with pvtools.
_SHIPPED = {
    "domestic_abuse": "Domestic abuse",
    "domestic_abuse_injury": "Domestic abuse violence with injury",
    "gun_crime": "Gun crime",
    "gun_robbery": "Gun crime personal robbery",
    "gun_discharge": "Lethal barrel discharge",
    "hate_crime": "Hate crime",
    "hate_racist_religious": "Racist and religious crime",
    "hate_racist": "Racist crime",
    "hate_faith": "Faith crime",
    "hate_antisemitic": "Antisemitic",
    "hate_islamophobic": "Islamophobic crime",
    "hate_disability": "Disability crime",
    "hate_homophobic": "Homophobic crime",
    "hate_transphobic": "Transphobic crime",
    "knife_crime": "Knife crime",
    "knife_injury": "Knife crime with injury",
    "knife_injury_robbery": "Knife crime with injury (personal robbery)",
    "knife_victims_under_25": "Knife injury victims (1-24)",
    "knife_victims_under_25_not_domestic": "Knife injury victims (non DA 1-24)",
    "phone_robbery": "Robbery mobile phone",
    "phone_theft": "Theft person - mobile phone",
    "offences_without_victim": "TNO non victim based",
    "offences_with_victim": "TNO victim based",
}
#: Since this month two types are recorded in another way (a new system, the publisher says).
CHANGED, CHANGED_TYPES = np.datetime64("2024-03-01"), ("Domestic abuse", "Hate crime")


def tidy(sheet: Sheet) -> pd.DataFrame:
    """Return offences and positive outcomes by area, month and kind.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, one row a level, area, borough, month and kind. ``area`` is the
        borough's name or the ward's code; ``borough`` is missing for rows that belong to none.
        Boroughs and wards count the same offences, and so do kinds: only rows of one level
        without a ``part_of`` may be added up. An absent row is 0 from the first to the last
        month of its area and of its kind; a measure that is never published for a kind is
        missing.

    Raises
    ------
    DataError
        Everything wrong with the file, at once; also where boroughs and wards differ in their
        total for a kind, measure and month.
    """
    count = cells.counts(sheet, sheet.place("count"))
    month = cells.first_days(sheet, sheet.place("monthyear"))
    kind = _among(sheet, "crimesubtype", KINDS, "a kind whose whole is known here")
    measure = _among(sheet, "measure", MEASURES, " or ".join(MEASURES))
    refreshed = cells.days(sheet, sheet.place("refreshdate"))
    written, areas = dashboard_areas.judged(sheet)
    key = [month.astype("datetime64[M]"), areas["written"].to_numpy()[written], kind, measure]
    cells.unique_keys(sheet, key, "month, area, kind and measure")
    sheet.faults.refuse()
    months, at = np.unique(month, return_inverse=True)
    rows = pd.DataFrame(
        {
            "area": areas["number"].to_numpy()[written],
            "kind": pd.Index(KINDS).get_indexer(kind),
            "month": at,
            "measure": pd.Index(MEASURES).get_indexer(measure),
            "count": count,
            "refreshed": refreshed,
        }
    )
    places = areas.drop_duplicates("number").sort_values("number", ignore_index=True)
    grid = _grid(rows, (len(places), len(KINDS), len(months), len(MEASURES)))
    _levels_agree(sheet, grid, places["level"].to_numpy(), months)
    sheet.faults.refuse()
    return _table(rows, grid, places, months)


def _among(sheet: Sheet, column: str, names: Iterable[str], allowed: str) -> np.ndarray:
    def close(text: str) -> str:
        return allowed + cells.nearest(text, names)

    return cells.among(sheet, sheet.place(column), tuple(names), close, fold=letters)


def _grid(rows: pd.DataFrame, shape: tuple[int, ...]) -> np.ndarray:
    """Return counts by area, kind, month and measure; what was not published is 0 here."""
    at = np.ravel_multi_index([rows[n] for n in ("area", "kind", "month", "measure")], shape)
    sums = np.bincount(at, weights=rows["count"], minlength=np.prod(shape))
    return sums.astype(np.int64).reshape(shape)


def _levels_agree(sheet: Sheet, grid: np.ndarray, levels: np.ndarray, months: np.ndarray) -> None:
    """Keep a fault where wards and boroughs count differently: rows are missing or are double."""
    if len(set(levels)) < 2:
        return
    totals = {level: grid[levels == level].sum(axis=0) for level in ("borough", "ward")}
    for kind, month, measure in np.argwhere(totals["borough"] != totals["ward"]):
        at = (kind, month, measure)
        sheet.faults.add(
            f"{totals['borough'][at]:,} for boroughs and {totals['ward'][at]:,} for wards "
            f"({list(KINDS)[kind]}, {MEASURES[measure]}, {months[month].astype('datetime64[M]')})",
            "the same total at both levels, as they count the same offences",
        )


def _spans(of: pd.Series, month: pd.Series, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last month of each number from 0 to n; the last is -1 for none."""
    held = month.groupby(of).agg(["min", "max"]).reindex(range(n))
    return held["min"].fillna(0).to_numpy(int), held["max"].fillna(-1).to_numpy(int)


def shipped(special: pd.DataFrame) -> pd.DataFrame:
    """Return the special kinds of crime that come with pvtools, in the same columns.

    ``special`` is what ``tables.published("special_crime_by_month")`` returns: boroughs only.
    """
    counts = special.pivot(
        index=["kind", "borough", "month"], columns="measure", values="counted"
    ).dropna(how="all")
    rows = counts.reset_index()
    own = rows["borough"].isin([place.name for place in areas.boroughs()])
    names = rows["kind"].map(_SHIPPED)
    types = names.map({name: one for name, (one, _) in KINDS.items()})
    frame = pd.DataFrame(
        {
            "level": "borough",
            "area": rows["borough"],
            "area_name": rows["borough"],
            "borough": rows["borough"].where(own),
            "crime_type": types,
            "offence": names,
            "part_of": names.map({name: whole or None for name, (_, whole) in KINDS.items()}),
            "caveat": "",
        },
        dtype="str",
    )
    # outcomes of all kinds fell by a third with the new system of recording
    changed = rows["month"] >= pd.Timestamp(CHANGED)
    return frame.assign(
        month=rows["month"],
        comparable=~changed,
        offences=rows["offences"].astype("Int64"),
        positive_outcomes=rows["positive_outcomes"].astype("Int64"),
    )[list(COLUMNS)]


def _table(
    rows: pd.DataFrame, grid: np.ndarray, places: pd.DataFrame, months: np.ndarray
) -> pd.DataFrame:
    """Return the grid as rows, each cell a count, a zero or missing, with its caveat."""
    n_areas, n_kinds, n_months, _ = grid.shape
    level = (places["level"] == "ward").to_numpy(int)
    of_level = rows["kind"] + n_kinds * level[rows["area"]]
    began, ended = _spans(rows["area"], rows["month"], n_areas)
    first, last = (s.reshape(2, -1)[level] for s in _spans(of_level, rows["month"], 2 * n_kinds))
    when = np.arange(n_months)
    of_area = (began[:, None, None] <= when) & (when <= ended[:, None, None])
    of_kind = (first[:, :, None] <= when) & (when <= last[:, :, None])
    published = of_area & of_kind
    area, kind, month = np.nonzero(published)
    known = np.zeros((2, n_kinds, len(MEASURES)), dtype=bool)
    known[level[rows["area"]], rows["kind"], rows["measure"]] = True
    held = published[..., None] & known[level][:, :, None]
    counts, missing = grid[area, kind, month], ~held[area, kind, month]
    names = np.array(list(KINDS), dtype=object)
    types, wholes = np.array(list(KINDS.values()), dtype=object).T
    changed = np.isin(types, CHANGED_TYPES)[kind] & (months[month] >= CHANGED)
    caveat = _caveats(rows, places, area, kind) | {
        "recorded in another way since March 2024, so not comparable with earlier months": changed,
        "an absent row of the publisher's is read as zero": (
            ((counts == 0) & ~missing).any(axis=1)
        ),
        "as published, this part exceeds its whole": _exceeds(grid, held)[area, kind, month],
    }
    frame = pd.DataFrame(
        {
            "level": places["level"].to_numpy(object)[area],
            "area": places["area"].to_numpy(object)[area],
            "area_name": places["name"].to_numpy(object)[area],
            "borough": places["borough"].to_numpy(object)[area],
            "crime_type": types[kind],
            "offence": names[kind],
            "part_of": np.where(wholes == "", None, wholes)[kind],
            "caveat": cells.sentences(caveat),
        },
        dtype="str",
    )
    integers = pd.arrays.IntegerArray
    return frame.assign(
        month=months[month],
        comparable=~changed,
        offences=integers(counts[:, 0].copy(), missing[:, 0].copy()),
        positive_outcomes=integers(counts[:, 1].copy(), missing[:, 1].copy()),
    )[list(COLUMNS)]


def _caveats(
    rows: pd.DataFrame,
    places: pd.DataFrame,
    area: np.ndarray,
    kind: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return the caveats that follow from a row's area and kind."""
    part = np.array([whole != "" for _, whole in KINDS.values()])
    persons = np.array(["victims (" in name for name in KINDS])
    counted = rows.groupby("kind")["refreshed"].max().reindex(range(len(KINDS)))
    first, last = counted.min(), counted.max()
    later = f"counted up to {last:%Y-%m-%d}, later than other kinds ({first:%Y-%m-%d})"
    return {
        "positive outcomes stand in the month they were reached, so they are no share of the "
        "month's offences": np.ones(len(area), dtype=bool),
        "counted again in the row named in part_of": part[kind],
        "persons are counted here, not offences": persons[kind],
        later: (counted > first).to_numpy()[kind],
        "the publisher places this ward in two boroughs": places["two"].to_numpy()[area],
        "the ward is no longer in use": places["old"].to_numpy(bool)[area],
    }


def _exceeds(grid: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return where a part is larger than its whole: the publisher's marks do not always agree."""
    over = np.zeros(grid.shape[:3], dtype=bool)
    for number, (_, whole) in enumerate(KINDS.values()):
        if whole:
            parts = pd.Index(KINDS).get_indexer(SUMMED if whole == ALL else [whole])
            larger = grid[:, number] > grid[:, parts].sum(axis=1)
            over[:, number] = (larger & held[:, parts].all(axis=1)).any(axis=-1)
    return over


# what is declared of it --------------------------------------------------------------------------


def _contract(contracts: Contracts) -> Contract:
    return contracts.table(
        {
            "level": contracts.text(["borough", "ward"]),
            "area": contracts.text(),
            "area_name": contracts.text(),
            "borough": contracts.boroughs(nullable=True),
            "month": contracts.months(),
            "crime_type": contracts.text({kind for kind, _ in KINDS.values()}),
            "offence": contracts.text(KINDS),
            "offences": contracts.counts(nullable=True),
            "positive_outcomes": contracts.counts(nullable=True),
            "part_of": contracts.text([*KINDS, ALL], nullable=True),
            "comparable": contracts.flags(nullable=False),
            "caveat": contracts.text(),
        },
        contracts.once("level", "area", "borough", "month", "offence"),
    )


DECLARED = (
    Declared(
        key="mps_dashboard",
        layouts=(
            Layout(
                "the monthly crime dashboard's sheet of special kinds",
                (
                    *("month_year", "area_type", "borough_snt", "area_name", "area_code"),
                    *("crime_subtype", "measure", "count", "refresh_date"),
                ),
            ),
        ),
        tidy=tidy,
        contract=_contract,
        rule=Rule(  # kinds begin and end in different months
            when="month",
            cell=("level", "borough", "offence"),
            count="offences",
            kinds=("level", "offence"),
        ),
        every_borough=True,
        gains=(
            "Hate crime, domestic abuse, knife and gun crime and stolen phones by borough and "
            "ward, with positive outcomes; read with tables.load_dashboard()."
        ),
        cannot_bear=(
            "Kinds lie within one another (knife crime with injury within knife crime), and "
            "wards within boroughs: never add up rows that have a part_of, nor both levels.",
            "The publisher leaves out zeros: an absent row of an area and kind that are "
            "published at the time is a zero, others are missing.",
            "Positive outcomes stand in the month they were reached: divided by the month's "
            "offences they are no share of them.",
            "Domestic abuse and hate crime are recorded in another way since March 2024, so "
            "months before and after are not comparable.",
            "Hate crime leaves out what is flagged as domestic abuse only, so one of its "
            "strands can exceed it in a borough and month.",
            "Some kinds were counted later than others, and two kinds count persons, not offences.",
            NO_CITY,
        ),
    ),
)
