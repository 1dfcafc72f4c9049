"""The wards of the file that was added: which there are, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import areas, places, sources
from pvtools.areas import Area
from pvtools.errors import UsageError, did_you_mean
from pvtools.tables import holdings

SOURCE = "mps_recorded_crime_ward"
_FEW = 8  # wards of one name that a message bears


def load(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Return what is recorded by ward, as :func:`tables.load_areas` does.

    Raises
    ------
    UsageError
        There is no such data folder, or no ward file in it: what to add, and how.
    DataError
        A file in it is not what it should be.
    """
    folder = places.data_folder(data_dir)
    if not sources.added(SOURCE, folder):
        source = sources.register(places.shipped_data())[SOURCE]
        raise UsageError(
            f"No file of wards is held in {folder}. Download “{source.title}” from "
            f"{source.published_at} and add it with: pvtools add FILE (or, where the publisher "
            f"lets it be fetched: pvtools fetch {SOURCE})"
        )
    return holdings.load_areas(folder, "ward")


def of(data_dir: str | Path | None = None) -> Wards:
    """Return the wards of the file that was added to ``data_dir``; raises as :func:`load` does."""
    return Wards(load(data_dir))


class Wards:
    """The wards in ``recorded``, called as in the newest release."""

    def __init__(self, recorded: pd.DataFrame) -> None:
        listed = recorded[["area", "area_name", "borough"]]
        listed = listed.drop_duplicates(keep="last")  # the newest release stands last
        listed = listed.sort_values("borough", key=pd.notna, kind="stable")
        self._listed = listed.drop_duplicates("area", keep="last").astype("str")

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Every ward by its code, in the order of boroughs and names."""
        placed = self._listed.dropna(subset=["borough"]).sort_values(["borough", "area_name"])
        return {
            row.area: Area("ward", row.area, row.area_name, areas.find(row.borough).code)
            for row in placed.itertuples()
        }

    def within(self, borough: Area) -> list[Area]:
        """Return the wards of a borough, by name."""
        return [ward for ward in self.areas.values() if ward.parent == borough.code]

    def find(self, name: str) -> Area:
        """Return the ward of a code, a slug or, where only one is called so, a name.

        Raises
        ------
        UsageError
            No ward is called so, or several are.
        """
        asked = name.strip().casefold()
        for ward in self.areas.values():
            if asked in (ward.code.casefold(), ward.slug):
                return ward
        called = [ward for ward in self.areas.values() if ward.name.casefold() == asked]
        if len(called) == 1:
            return called[0]
        if called:
            raise UsageError(f"Several wards are called {name!r}: {_told(called)}. Name its code.")
        nowhere = self._listed[self._listed.borough.isna()].set_index("area").area_name
        if asked.upper() in nowhere:
            raise UsageError(
                f"{asked.upper()} ({nowhere[asked.upper()]}) stands under no borough in the "
                "publisher’s file, but under an airport or as unknown: it has no report."
            )
        names = self.areas if asked[:3] == "e05" else {w.name for w in self.areas.values()}
        raise UsageError(
            f"Unknown ward {name!r}.{did_you_mean(name, names)} List them with: pvtools areas "
            "--wards"
        )


def _told(wards: Iterable[Area]) -> str:
    boroughs = {borough.code: borough.name for borough in areas.everywhere()}
    said = [f"{ward.code} in {boroughs[ward.parent]}" for ward in wards]
    return ", ".join(said[:_FEW])
