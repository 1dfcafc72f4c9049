"""Boroughs, wards and what is neither, as the monthly dashboard writes them.

Several ways of writing mean one ward ("Abbey", "Abbey (KG)", "W&le" for Wandle), wards are named
after their team ("Hackney Kings Park"), and the same ward may stand in two boroughs.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.tables.sheets import Sheet, shown

LEVELS = {"borough": "borough", "safer neighbourhood teams": "ward"}


def judged(sheet: Sheet) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which way of writing an area each row has, and what each of these ways means.

    One ward is written in several ways ("Abbey", "Abbey (KG)"); what they share is ``number``.
    """
    names = ("areatype", "boroughsnt", "areaname", "areacode")
    held = [pd.factorize(sheet.cells[sheet.place(name)]) for name in names]
    joint = np.zeros(len(sheet.rows), dtype=np.int64)
    for codes, texts in held:
        joint = joint * len(texts) + codes
    _, firsts, written, times = np.unique(
        joint, return_index=True, return_inverse=True, return_counts=True
    )
    found = []
    for first, often in zip(firsts, times, strict=True):
        texts = [str(distinct[codes[first]]).strip() for codes, distinct in held]
        area, fault = _area(*texts)
        if fault:
            sheet.faults.add(*fault, row=int(sheet.rows[first]), times=int(often))
        found.append((*area, ", ".join(texts), int(often)))
    names = ["level", "area", "name", "borough", "old", "written", "times"]
    areas = pd.DataFrame(found, columns=names)
    areas["number"] = areas.groupby(["level", "area", "borough"], dropna=False).ngroup()
    areas["old"] = areas["old"].astype(bool).groupby(areas["number"]).transform("all")
    # a ward's name is the one that most rows have
    named = areas.sort_values(["times", "name"], ascending=[False, True])
    areas["name"] = areas["number"].map(named.groupby("number")["name"].first())
    placed = areas.drop_duplicates("number").dropna(subset=["borough"])
    twice = placed.loc[placed.duplicated(["level", "area"]), "area"]
    areas["two"] = areas["area"].isin(twice)
    return written, areas


def _area(kind: str, place: str, name: str, code: str) -> tuple[tuple, tuple[str, str] | None]:
    """Return level, area, its name, borough and whether it is old; and what is wrong with it."""
    level = LEVELS.get(kind.casefold())
    borough = _begins(place)
    plain = re.sub(r"\s*\((legacy only|not active)\)$", "", name, flags=re.IGNORECASE)
    other = areas.pseudo_area(plain) or areas.pseudo_area(place)
    if level is None:
        return (None,) * 5, (shown(kind), "Borough or Safer Neighbourhood Teams")
    if level == "ward" and re.fullmatch(r"E05[0-9]{6}", code):
        if borough or areas.pseudo_area(place):
            # "&" touching a letter is an "and" that was replaced within a word: "W&le"
            mended = re.sub(r"(?<=\w)&|&(?=\w)", "and", plain) or code
            return (level, code, mended, borough, plain != name), None
    elif level == "borough" and areas.match(place):
        if not code or areas.match(code) == areas.match(place):
            return (level, borough, borough, borough, False), None
        return (None,) * 5, (f"the code {shown(code)} beside {shown(place)}", "its own GSS code")
    elif other:
        return (level, other, other, None, False), None
    allowed = "a borough" if level == "borough" else "a borough and its ward, with the ward's code"
    written = ", ".join(shown(part) for part in (place, name, code))
    return (None,) * 5, (f"the area {written}", allowed)


def _begins(place: str) -> str | None:
    """Return the borough with which a team's name begins: "Hackney Kings Park" is in Hackney."""
    words = place.split()
    for end in range(len(words), 0, -1):
        if borough := areas.match(" ".join(words[:end])):
            return borough.name
    return None
