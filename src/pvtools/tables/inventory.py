"""What is held, data set by data set: how far it reaches, what it lacks, what it cannot bear."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from pvtools import areas, places, sources
from pvtools.tables import holdings
from pvtools.tables.shipped import SHAPES, published

_COLUMNS = ["key", "title", "origin", "first", "last", "boroughs", "lacks", "cannot_bear"]


def inventory(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return every data set that is held, with its period, its gaps and what it cannot bear.

    Parameters
    ----------
    data_dir
        A data folder; the project's own by default.

    Returns
    -------
    pandas.DataFrame
        One row a data set and ``origin`` (``"published"``: it comes with pvtools, or ``"added"``):
        ``key, title, origin, first, last`` (months or years); ``boroughs``, of how many of the 32
        it holds a figure, missing for files that were added, whose ``lacks`` say it; ``lacks`` and
        ``cannot_bear``, sentences.

    Raises
    ------
    DataError
        A file was edited, or put there by hand; all such files are listed.

    Examples
    --------
    >>> held = inventory().set_index("key")
    >>> held.lacks["special_crime_by_month"]
    'Nothing but knife crime after July 2025.'
    """
    folder = places.data_folder(data_dir)
    known = sources.register(places.shipped_data()) | sources.register(folder)
    named = _main(holdings.load(folder))
    files_held = sources.holdings(folder)
    groups: dict[tuple[str, str], list[sources.Holding]] = {}
    for one in files_held:
        groups.setdefault((one.source, one.origin), []).append(one)
    rows = []
    for (key, origin), files in groups.items():
        source = known[key]
        rows.append(
            {
                "key": key,
                "title": source.title,
                "origin": origin,
                "first": min(one.first for one in files),
                "last": max(one.last for one in files),
                "boroughs": _boroughs(key, named, data_dir) if origin == "published" else None,
                "lacks": " ".join(_lacks(files, sources.gaps(source, files_held))),
                "cannot_bear": " ".join(source.cannot_bear),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"boroughs": "Int64"})


def _lacks(files: Iterable[sources.Holding], gaps: Iterable[tuple[str, str]]) -> list[str]:
    """Return what files lack, and the spans of months that none of their source covers."""
    said = [
        f"Nothing {f'of {first}' if first == last else f'from {first} to {last}'}."
        for first, last in gaps
    ]
    for one in files:
        said += ["Not checked for gaps."] if one.lacks is None else one.lacks
    return list(dict.fromkeys(said))


def _main(held: holdings.Tables) -> dict[str, pd.Series]:
    """Return the boroughs of the tables that reports are made of."""
    return {
        "mps_recorded_crime": held.recorded_crime.borough,
        "pas_borough": held.survey.dropna(subset=["proportion"]).borough,
        "census_2021": held.population.borough,
        "boroughs": pd.Series([area.name for area in areas.boroughs()]),
    }


def _boroughs(key: str, named: dict[str, pd.Series], data_dir: str | Path | None) -> int | None:
    """Return of how many of the 32 boroughs a data set that comes with pvtools has a figure."""
    if key in SHAPES:
        shape, table = SHAPES[key], published(key, data_dir)
        column = "borough" if "borough" in table else "area"
        if column not in table or not (shape.period or column == "borough"):
            return 0
        found = table[column][table[shape.value].notna()] if shape.period else table[column]
    elif key in named:
        found = named[key]
    else:
        return None
    return len({area.name for area in areas.boroughs()} & set(found.dropna()))
