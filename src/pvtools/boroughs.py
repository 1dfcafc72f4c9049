"""The thirty-two London boroughs and the City, and every way their names are written.

The figures come from ``data/published/boroughs.csv`` (Census 2021 usual residents, inland area,
Basic Command Unit, tile-grid position). Nothing here needs pandas.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache

from pvtools import places
from pvtools.errors import UsageError, did_you_mean

LONDON = "London"
CITY = "City of London"

#: Rows that publishers list beside boroughs. They are not places one can report on,
#: and their offences belong to no borough.
PSEUDO_AREAS = {
    "unknown": "Unknown",
    "other": "Unknown",
    "other / nk": "Unknown",
    "non met police force": "Unknown",
    "aviation security": "Aviation Security",
    "aviation security (so18)": "Aviation Security",
    "london heathrow and london city airports": "Airports",
    "heathrow": "Airports",
}

#: Three letters on the map, where the first three of the name would not do.
_TILES = {
    "Barking and Dagenham": "B&D",
    "Brent": "Brt",
    "Bromley": "Brm",
    "City of London": "City",
    "Greenwich": "Grn",
    "Hammersmith and Fulham": "H&F",
    "Haringey": "Hgy",
    "Harrow": "Hrw",
    "Havering": "Hav",
    "Kensington and Chelsea": "K&C",
    "Kingston upon Thames": "Kin",
    "Redbridge": "Red",
    "Tower Hamlets": "T H",
    "Waltham Forest": "W F",
    "Wandsworth": "Wns",
    "Westminster": "Wst",
}

_SHORT = {
    "kingston": "Kingston upon Thames",
    "richmond": "Richmond upon Thames",
    "city of westminster": "Westminster",
    "w&sworth": "Wandsworth",  # a publisher's copy in which every "and" became "&"
}


@dataclass(frozen=True, slots=True)
class Borough:
    """One borough: names, codes, residents (Census 2021), inland km² and its tile on the map."""

    gss_code: str
    name: str
    bcu_code: str
    bcu_name: str
    population_2021: int
    area_km2: float
    grid_row: int
    grid_col: int
    inner_outer: str

    @property
    def slug(self) -> str:
        """Return the name as it stands in links and file names: ``tower-hamlets``."""
        return re.sub(r"[^a-z]+", "-", self.name.lower())

    @property
    def tile(self) -> str:
        """Return three letters that tell it apart on the tile map."""
        return _TILES.get(self.name, self.name[:3])

    @property
    def has_report(self) -> bool:
        """Say whether the Metropolitan Police serve it; the City has a force of its own."""
        return self.name != CITY


@cache
def everywhere() -> tuple[Borough, ...]:
    """Return all 33, the City included, in the order of their codes."""
    path = places.home() / "data" / "published" / "boroughs.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Borough(
                gss_code=row["gss_code"],
                name=row["name"],
                bcu_code=row["bcu_code"],  # "NA" is North Area, not a missing value
                bcu_name=row["bcu_name"],
                population_2021=int(row["population_2021"]),
                area_km2=float(row["area_km2"]),
                grid_row=int(row["grid_row"]),
                grid_col=int(row["grid_col"]),
                inner_outer=row["inner_outer"],
            )
            for row in csv.DictReader(lines)
        )


def reported() -> tuple[Borough, ...]:
    """Return the 32 boroughs that have a report, by name."""
    return tuple(sorted((b for b in everywhere() if b.has_report), key=lambda b: b.name))


@cache
def _by_folded() -> dict[str, Borough]:
    found: dict[str, Borough] = {}
    for borough in everywhere():
        for alias in (borough.name, borough.slug, borough.gss_code):
            found[_fold(alias)] = borough
    for alias, name in _SHORT.items():
        found[_fold(alias)] = found[_fold(name)]
    return found


def _fold(name: str) -> str:
    words = re.sub(r"\s+", " ", name).strip().casefold()
    words = re.sub(r"^(london borough of|royal borough of|lb) ", "", words)
    return re.sub(r"[\s-]+", " ", re.sub(r"\s*&\s*", " and ", words)).strip()


def match(name: str) -> Borough | None:
    """Return the borough a publisher means by ``name``, or nothing: it is no borough."""
    return _by_folded().get(_fold(name))


def pseudo_area(name: str) -> str | None:
    """Return the agreed name of a row that is not a borough (``Unknown``, ``Airports`` …)."""
    folded = re.sub(r"\s+", " ", name).strip().casefold()
    return "Unknown" if re.match(r"co\d+ \(", folded) else PSEUDO_AREAS.get(folded)


def find(name: str) -> Borough:
    """Return the borough called ``name``: its name, GSS code or slug, in any case.

    Raises
    ------
    UsageError
        No borough is called so; the nearest name is suggested.
    """
    borough = match(name)
    if borough is None:
        hint = did_you_mean(name, (b.name for b in everywhere()))
        raise UsageError(f"Unknown borough {name!r}.{hint} List them with: pvtools boroughs")
    return borough


def find_reported(name: str) -> Borough:
    """Return the borough called ``name`` if it has a report; see :func:`find`."""
    borough = find(name)
    if not borough.has_report:
        raise UsageError(
            f"{borough.name} has no report: it has a police force of its own, which publishes "
            "neither these recorded-crime tables nor this survey. It appears on maps only."
        )
    return borough
