"""Figures that come with pvtools, in a layout of our own: wide, with a column a month."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools import areas
from pvtools.tables.sheets import Faults


def read(
    path: str | Path, texts: tuple[str, ...], number: str, *others: str
) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return such figures as they lie, and the months of their columns.

    ``texts`` are its first columns, ``borough`` among them, whose names become those of
    :mod:`pvtools.areas`; ``others`` are further names that may stand there. The other columns are
    months, each of numbers of the type ``number``, where a blank was not published.

    Raises
    ------
    DataError
        The file is not what came with pvtools.
    """
    faults = Faults(str(path))
    try:
        wide = pd.read_csv(path, dtype=dict.fromkeys(texts, "str"))
        titles = list(wide.columns[len(texts) :])
        if tuple(wide.columns[: len(texts)]) != texts or wide[list(texts)].isna().any(axis=None):
            raise ValueError(f"not the columns {', '.join(texts)}")
        months = pd.to_datetime(titles, format="%Y-%m", errors="coerce")
        if months.isna().any():
            no_month = [
                title for title, month in zip(titles, months, strict=True) if pd.isna(month)
            ]
            raise ValueError(f"columns that are no month: {', '.join(no_month)}")
        wide = wide.astype(dict.fromkeys(titles, number))
        if (wide[titles] < 0).any(axis=None):
            raise ValueError("a number below zero")
    except (OSError, ValueError, TypeError) as error:
        faults.add(f"what cannot be read ({error})", "the file that comes with pvtools")
        faults.refuse("Put it back, or leave --data out.")
    known = {name: name for name in others}
    for name in set(wide["borough"]) - set(known):
        area = areas.match(name)
        known[name] = area.name if area else areas.pseudo_area(name)
        if known[name] is None:
            faults.add(repr(name), "a borough", column="borough")
    faults.refuse()
    return wide.assign(borough=wide["borough"].map(known).astype("str")), months
