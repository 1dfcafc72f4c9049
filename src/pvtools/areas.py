"""London, its command units, its boroughs and the City, and every way their names are written.

The figures come from ``data/published/boroughs.csv`` (Census 2021 usual residents, inland area,
Basic Command Unit, tile-grid position). Nothing here needs pandas.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pvtools import places
from pvtools.errors import UsageError, resolve

LONDON = "London"
CITY = "City of London"
_FEW = 8  # names that a message bears
_LONDON_CODE = "E23000001"  # the Metropolitan Police district

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
    "heathrow and city airports": "Airports",
    "heathrow": "Airports",
    "heathrow airport": "Airports",
}

_UNPLACED = tuple(dict.fromkeys(PSEUDO_AREAS.values()))

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


_OWN_FORCE = (
    f"{CITY} has no report: it has a police force of its own, which publishes "
    "neither these recorded-crime tables nor this survey. It appears on maps only."
)

Kind = Literal["london", "bcu", "borough", "ward", "unplaced"]
#: How a kind of area is written.
KINDS: dict[Kind, str] = {
    "london": "London",
    "bcu": "Basic Command Unit",
    "borough": "borough",
    "ward": "ward",
    "unplaced": "no place of its own",
}


@dataclass(frozen=True, slots=True)
class Area:
    """One area: what kind it is, its code and name, and the code of the area it lies in.

    ``unplaced`` is what a publisher lists beside boroughs and is no place one can report on. The
    City of London has a police force of its own, and so no command unit. Residents are those of
    Census 2021; ``grid_row`` and ``grid_col`` place a borough on the tile map.
    """

    kind: Kind
    code: str
    name: str
    parent: str = ""
    residents: int = 0
    area_km2: float = 0.0
    grid_row: int = 0
    grid_col: int = 0

    @property
    def slug(self) -> str:
        """Return the name as it stands in links and file names: ``tower-hamlets``.

        Of wards, whose names are not unique, the code goes with it.
        """
        return slug(f"{self.name[:80]} {self.code}" if self.kind == "ward" else self.name)

    @property
    def is_london(self) -> bool:
        """Say whether it is the whole that boroughs are set against."""
        return self.kind == "london"

    @property
    def tile(self) -> str:
        """Return three letters that stand for a borough on the tile map."""
        return _TILES.get(self.name, self.name[:3])

    @property
    def bcu(self) -> str:
        """Return the name of the command unit a borough belongs to; the City has none."""
        return _bcus()[self.parent].name if self.parent in _bcus() else ""

    @property
    def has_report(self) -> bool:
        """Say whether figures are made for it; see :func:`reported`."""
        return self in reported()


def slug(text: str) -> str:
    """Return a name as files can have it: ``"St. Mary's (N1)"`` becomes ``"st-mary-s-n1"``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


@cache
def everywhere() -> tuple[Area, ...]:
    """Return the 33 places of the map, the City included, in the order of their codes."""
    return tuple(
        Area(
            kind="borough",
            code=row["gss_code"],
            name=row["name"],
            parent=row["bcu_code"],  # "NA" is North Area, not a missing value
            residents=int(row["population_2021"]),
            area_km2=float(row["area_km2"]),
            grid_row=int(row["grid_row"]),
            grid_col=int(row["grid_col"]),
        )
        for row in _rows()
    )


@cache
def boroughs() -> tuple[Area, ...]:
    """Return the 32 boroughs that the Metropolitan Police serve, by name."""
    return tuple(sorted((b for b in everywhere() if b.name != CITY), key=lambda b: b.name))


@cache
def london() -> Area:
    """Return London as the Metropolitan Police serve it: the 32 boroughs, without the City."""
    return Area("london", _LONDON_CODE, LONDON, **_sums(boroughs()))


@cache
def bcus() -> tuple[Area, ...]:
    """Return the Basic Command Units, by name."""
    return tuple(sorted(_bcus().values(), key=lambda bcu: bcu.name))


def reported() -> tuple[Area, ...]:
    """Return the areas that reports are made for: this alone decides which."""
    return (london(), *boroughs(), *bcus())


def peers(names: Iterable[str]) -> tuple[Area, ...]:
    """Return the areas that those named are set beside: command units if one is named, or boroughs.

    A table holds one kind of area and London; its names say which kind that is.

    Examples
    --------
    >>> len(peers(["Hackney", "London"])), len(peers(["Central East", "London"]))
    (32, 12)
    """
    units = {unit.name for unit in bcus()}
    return bcus() if any(name in units for name in names) else boroughs()


def most(peers: Sequence[Area]) -> int:
    """Return how many areas of a kind stand for London: three quarters of them."""
    return 3 * len(peers) // 4


def plural(*names: str) -> str:
    """Return what areas of one kind are called together: "boroughs", "command units"."""
    return "command units" if peers(names)[0].kind == "bcu" else "boroughs"


def members(area: Area) -> tuple[Area, ...]:
    """Return the boroughs an area is made of, by name; of a borough, itself."""
    if area.kind == "london":
        return boroughs()
    if area.kind == "bcu":
        return tuple(b for b in boroughs() if b.parent == area.code)
    return (area,) if area.kind == "borough" else ()


@cache
def _bcus() -> dict[str, Area]:
    names = {row["bcu_code"]: row["bcu_name"] for row in _rows() if row["bcu_code"]}
    return {
        code: Area(
            "bcu", code, name, _LONDON_CODE, **_sums([b for b in boroughs() if b.parent == code])
        )
        for code, name in names.items()
    }


def _sums(parts: Sequence[Area]) -> dict[str, Any]:
    return {
        "residents": sum(part.residents for part in parts),
        "area_km2": round(sum(part.area_km2 for part in parts), 3),
    }


@cache
def _rows() -> tuple[dict[str, str], ...]:
    path = places.home() / "data" / "published" / "boroughs.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def _by_folded() -> dict[str, Area]:
    found: dict[str, Area] = {}
    for borough in everywhere():
        for alias in (borough.name, borough.slug, borough.code):
            found[_fold(alias)] = borough
    for alias, name in _SHORT.items():
        found[_fold(alias)] = found[_fold(name)]
    return found


@cache
def _larger() -> dict[str, Area]:
    """Return London and the command units by every name of theirs."""
    return {
        _fold(alias): area
        for area in (london(), *bcus())
        for alias in (area.name, area.slug, area.code)
    }


def _fold(name: str) -> str:
    words = re.sub(r"\s+", " ", name).strip().casefold()
    words = re.sub(r"^(london borough of|royal borough of|lb) ", "", words)
    return re.sub(r"[\s-]+", " ", re.sub(r"\s*&\s*", " and ", words)).strip()


def match(name: str) -> Area | None:
    """Return the borough a publisher means by ``name``, or nothing: it is no borough."""
    return _by_folded().get(_fold(name))


def pseudo_area(name: str) -> str | None:
    """Return the agreed name of a row that is not a borough (``Unknown``, ``Airports`` …)."""
    folded = re.sub(r"\s+", " ", name).strip().casefold()
    return "Unknown" if re.match(r"co\d+ \(", folded) else PSEUDO_AREAS.get(folded)


def unplaced() -> tuple[Area, ...]:
    """Return what publishers list beside boroughs, so that London adds up: ``Unknown`` …"""
    return tuple(Area("unplaced", "", name, _LONDON_CODE) for name in _UNPLACED)


def find(name: str) -> Area:
    """Return the area called ``name``: London, a command unit or a borough.

    Parameters
    ----------
    name
        Its name, code or slug, in any case.

    Raises
    ------
    UsageError
        No area is called so; the nearest name is suggested.

    Examples
    --------
    >>> find("tower-hamlets").name, find("E09000012").name, find("london").kind
    ('Tower Hamlets', 'Hackney', 'london')
    """
    area = match(name) or _larger().get(_fold(name))
    if area is None:
        every = (area.name for area in (london(), *bcus(), *everywhere()))
        resolve("area", name, every, listed="pvtools areas")
    return area


def choose(name: str, among: Iterable[str]) -> str:
    """Return the one of some areas' names that ``name`` means: a name, code or slug of it.

    Raises
    ------
    UsageError
        None of them is meant; the nearest is suggested.

    Examples
    --------
    >>> choose("hackney", ["Camden", "Hackney"])
    'Hackney'
    """
    names = list(among)
    known = match(str(name)) or _larger().get(_fold(str(name)))
    if known is not None and known.name in names:
        return known.name
    listed = "pvtools areas" if len(names) > _FEW else ""
    return resolve("area", name, names, listed=listed)


def find_reported(name: str, *, units: bool = False) -> Area:
    """Return the area called ``name`` that figures are made for: London, or a borough of it.

    Parameters
    ----------
    name
        Its name, code or slug, in any case.
    units
        Whether it may be a command unit, as in reports.

    Raises
    ------
    UsageError
        No area is called so, or it is one for which these figures are not made: a command unit,
        or the City, which has a police force of its own.
    """
    area = find(name)
    if area.name == CITY:
        raise UsageError(_OWN_FORCE)
    if not area.has_report or (area.kind == "bcu" and not units):
        inside = ", ".join(borough.name for borough in members(area))
        raise UsageError(
            f"{area.name} is a Basic Command Unit: it has a report, and these figures are made "
            f"for London and its boroughs. Name one of its boroughs: {inside}."
        )
    return area
