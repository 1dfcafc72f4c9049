"""What a report is about: an area, or a row of somebody's table; plain data, to travel anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pvtools import areas
from pvtools.areas import Area


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of one report: how its files and it are called, and what its notebook is told.

    Parameters
    ----------
    slug
        Names its folder and its files.
    name, code, title
        How people call it, its code if it has one, and the title of its report.
    parent
        What it is a part of, if that is known: pages list reports by it.
    given
        Parameters of the notebook that make this report differ from others: they are recorded.
    more
        Parameters that all reports share, such as the data folder.
    """

    slug: str
    name: str
    title: str
    code: str = ""
    parent: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """Return all parameters of the notebook."""
        return dict(self.given + self.more)

    @property
    def recorded(self) -> dict[str, str]:
        """Return the parameters that the manifest keeps, as text."""
        return {name: str(value) for name, value in self.given}


def of_areas(wanted: Iterable[Area], data_dir: Path, imprint: Mapping[str, str]) -> list[Subject]:
    """Return the subjects of the reports on these areas, each area once."""
    more = (("data_dir", str(data_dir)), *imprint.items())
    return [
        Subject(
            slug=area.slug,
            name=area.name,
            title=f"Policing in {area.name}",
            code=area.code,
            given=(("area", area.name),),
            more=more,
        )
        for area in dict.fromkeys(wanted)
    ]


def of_wards(wanted: Iterable[Area], data_dir: Path, imprint: Mapping[str, str]) -> list[Subject]:
    """Return the subjects of the reports on these wards, each called by its code and its name."""
    boroughs = {borough.code: borough.name for borough in areas.everywhere()}
    more = (("data_dir", str(data_dir)), *imprint.items())
    return [
        Subject(
            slug=ward.slug,
            name=f"{ward.name} ({boroughs[ward.parent]})",
            title=f"Recorded crime in {ward.name}, {boroughs[ward.parent]}",
            code=ward.code,
            parent=boroughs[ward.parent],
            given=(("area", ward.code),),
            more=more,
        )
        for ward in dict.fromkeys(wanted)
    ]
