"""Street-level crimes and outcomes of data.police.uk, counted without being loaded.

A crime belongs to the borough of its small area (LSOA), never to the force that recorded it:
the City of London Police and the British Transport Police record crimes all over London.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pvtools import areas
from pvtools.errors import Fault, UsageError, resolve
from pvtools.tables.police_files import Paths, PoliceFiles, find, refuse

#: The last six characters of a small area's name are its number: "Camden 027B".
_COUNTED = """
    SELECT filename, "Month" AS month, "Falls within" AS force,
           left("LSOA name", length("LSOA name") - 5) AS area, count(*) AS n, {more}
    FROM files GROUP BY ALL
"""
_CRIMES = _COUNTED.format(more='"Crime type" AS category')
_OUTCOMES = _COUNTED.format(more='"Outcome type" AS outcome')
_SUMMARY = _COUNTED.format(
    more='count("Crime ID") AS with_id, min("Crime type") AS first, max("Crime type") AS last'
)
_REPEATED = """
    SELECT filename, count("Crime ID") - count(DISTINCT "Crime ID") AS repeated_ids
    FROM files GROUP BY filename
"""
EARLIER = (
    "Outcomes are counted in the month they were reached, and most belong to crimes of earlier "
    "months: they are no share of this month's crimes."
)


def street_counts(
    paths: Paths, *, by: Sequence[str] = ("borough", "month", "category")
) -> pd.DataFrame:
    """Return how many street-level crimes there are, one row a borough, month and category.

    Parameters
    ----------
    paths
        A CSV of data.police.uk (``.csv`` or ``.csv.gz``), a folder, a pattern such as
        ``"police/*/*-street.csv"``, or a list of these; any forces, any number of months. In a
        folder the files are known by their published names, such as
        ``2023-03-city-of-london-street.csv``.
    by
        Any of ``"borough"``, ``"month"``, ``"category"`` and ``"force"``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by`` and ``n``. ``month`` is its first day; ``category`` stands as
        published ("Violence and sexual offences"); ``borough`` is missing where the crime has
        no place or lies outside London: :func:`street_summary` separates these. What was
        not recorded has no row.

    Raises
    ------
    DataError
        Files that are missing, damaged, of another kind, or that give the same month of the
        same force twice; all are named at once.
    UsageError
        ``by`` names a column that there is not.

    Notes
    -----
    The borough is that of the small area (LSOA) the crime was placed in, by its name. Places
    are moved to a nearby anonymous point by the publisher, so a crime near a border can be
    counted next door. Files are scanned once, in at most half a gibibyte and on two cores.
    """
    return _counted(find(paths, "street"), _CRIMES, by, ("borough", "month", "category", "force"))


def outcome_counts(paths: Paths, *, by: Sequence[str] = ("month", "outcome")) -> pd.DataFrame:
    """Return how many outcomes were reached, one row a month and type of outcome.

    Parameters
    ----------
    paths
        Outcome files of data.police.uk; see :func:`street_counts`.
    by
        Any of ``"borough"``, ``"month"``, ``"outcome"`` and ``"force"``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``n`` and ``caveat``. A crime can have more than one outcome, and
        each is counted.

    Raises
    ------
    DataError, UsageError
        As for :func:`street_counts`.

    Notes
    -----
    Outcomes stand in the month in which they were reached; in one month of the City of London
    Police 28 of 100 belonged to a crime of the same month.
    """
    files = find(paths, "outcomes")
    counts = _counted(files, _OUTCOMES, by, ("borough", "month", "outcome", "force"))
    return counts.assign(caveat=pd.Series(EARLIER, index=counts.index, dtype="str"))


def street_summary(paths: Paths) -> pd.DataFrame:
    """Return what each street-level file holds and what to know of it, one row a file and month.

    Parameters
    ----------
    paths
        As for :func:`street_counts`.

    Returns
    -------
    pandas.DataFrame
        ``file, force, month, n, in_london, outside_london, no_place, without_id`` (anti-social
        behaviour and the British Transport Police have no Crime ID), ``repeated_ids`` (rows
        whose Crime ID stands in the same file before; they are counted all the same) and
        ``caveat``, which is empty or says in words what of this matters.

    Raises
    ------
    DataError
        As for :func:`street_counts`.
    """
    files = find(paths, "street")
    found = _placed(_checked(files.query(_SUMMARY), files))
    keys = ["filename", "force", "month"]
    parts = {
        "n": found["n"],
        "in_london": found["n"].where(found["borough"].notna(), 0),
        "outside_london": found["n"].where(found["area"].notna() & found["borough"].isna(), 0),
        "no_place": found["n"].where(found["area"].isna(), 0),
        "without_id": found["n"] - found["with_id"],
    }
    table = found[keys].assign(**parts).groupby(keys, dropna=False)[list(parts)].sum()
    ends = found.groupby(keys, dropna=False).agg({"first": "min", "last": "max"})
    one_category = ends["first"] == ends["last"]
    # one file at a time: the distinct identifiers of all of them need not fit into memory
    repeated = pd.concat([one.query(_REPEATED) for one in files.singly()])
    table = table.reset_index().merge(repeated, on="filename").astype(dict.fromkeys(parts, "int64"))
    table["caveat"] = [
        _caveat(row, one) for row, one in zip(table.itertuples(), one_category, strict=True)
    ]
    return table.astype({"caveat": "str"}).rename(columns={"filename": "file"})


# from rows to counts ----------------------------------------------------------------------------


def _counted(
    files: PoliceFiles, sql: str, by: Sequence[str], allowed: tuple[str, ...]
) -> pd.DataFrame:
    wanted = [by] if isinstance(by, str) else list(by)
    wanted = [resolve("column to count by", name, allowed) for name in wanted]
    if not wanted or len(set(wanted)) < len(wanted):
        raise UsageError(f"Cannot count by {wanted!r}. Give one or more of: {', '.join(allowed)}.")
    found = _placed(_checked(files.query(sql), files))
    counts = found.groupby(wanted, dropna=False, observed=True)["n"].sum().reset_index()
    return counts.sort_values(wanted, ignore_index=True).astype({"n": "int64"})


def _placed(found: pd.DataFrame) -> pd.DataFrame:
    """Return counts with boroughs for areas, and months as their first day."""
    written = found["area"].dropna().unique()
    names = {area: match.name for area in written if (match := areas.match(area))}
    return found.assign(
        borough=found["area"].map(names).astype("str"),
        month=pd.to_datetime(found["month"], format="%Y-%m").astype("datetime64[us]"),
    )


def _checked(found: pd.DataFrame, files: PoliceFiles) -> pd.DataFrame:
    """Return counts with blanks as missing; refuse impossible months and months given twice."""
    texts = [name for name in found if found[name].dtype.kind in "OU" or found[name].dtype == "str"]
    found = found.astype(dict.fromkeys(texts, "str"))
    for name in set(texts) - {"filename"}:
        stripped = found[name].str.strip()
        found[name] = stripped.where(stripped != "")
    faults = files.without_rows(found["filename"])
    good = found["month"].str.fullmatch(r"20\d\d-(0[1-9]|1[0-2])").fillna(False).astype(bool)
    for (path, month), n in (
        found[~good].groupby(["filename", "month"], dropna=False)["n"].sum().items()
    ):
        given = "none" if pd.isna(month) else repr(month)
        faults.append(Fault(f"{path}: the month {given} ({n:,} rows)", "a month such as 2023-03"))
    given = found.loc[good, ["force", "month", "filename"]].drop_duplicates()
    for (force, month), some in given.groupby(["force", "month"]):
        if len(some) > 1:
            twice = " and ".join(sorted(some["filename"]))
            faults.append(
                Fault(
                    f"{month} of {force} more than once, in {twice}", "each month of a force once"
                )
            )
    refuse(faults, len(files.paths), _DO)
    return found


_DO = (
    "Nothing was counted. Where a month was published again, keep the newer file and leave the "
    "older out; otherwise download the files again from data.police.uk."
)


def _caveat(row, one_category: bool) -> str:
    said = []
    if row.no_place:
        said.append(f"{row.no_place:,} of {row.n:,} crimes have no place and count in no borough.")
    if row.repeated_ids:
        said.append(f"Crime IDs repeated within the file: {row.repeated_ids:,}; all are counted.")
    if one_category and row.n > 1:
        said.append("It holds one category only, so it may have been filtered.")
    return " ".join(said)
