"""All wards of the file that was added: which there are, and what is estimated of them together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from pvtools import areas, demand, places, sources, tables
from pvtools.areas import Area
from pvtools.errors import InputError, UsageError, did_you_mean
from pvtools.profiles import kept

SOURCE = "mps_recorded_crime_ward"
_FEW = 8  # wards of one name that a message bears


def of(data_dir: str | Path | None = None) -> Wards:
    """Return what is estimated of all wards from the file that was added to ``data_dir``.

    The same object as before for as long as no file of the folder changes, with what an earlier
    run has kept of the same files.

    Raises
    ------
    UsageError
        There is no such data folder, or no ward file in it: what to add, and how.
    DataError
        A file in it is not what it should be.
    """
    folder = places.data_folder(data_dir).resolve()
    stamps = [places.tree_stamp(one) for one in (folder, places.shipped_data())]
    return _made(folder, tuple(stamps))


@lru_cache(maxsize=2)
def _made(folder: Path, stamps: tuple[places.Stamp, ...]) -> Wards:
    register = sources.register(places.shipped_data()) | sources.register(folder)
    source = register[SOURCE]
    held = tuple(
        tables.Held(SOURCE, one.path.name, one.sha256, one.vintage, (one.first, one.last), "added")
        for one in sources.added(SOURCE, folder)
    )
    if not held:
        raise UsageError(
            f"No file of wards is held in {folder}. Download “{source.title}” from "
            f"{source.published_at} and add it with: pvtools add FILE (or, where the publisher "
            f"lets it be fetched: pvtools fetch {SOURCE})"
        )
    made_from = (SOURCE, str(folder), stamps)
    if not (made := kept.read(made_from)):
        made = _estimated(tables.load_areas(folder, "ward"))
        kept.write(made, made_from)
    return Wards(held, source, **made)


def _estimated(recorded: pd.DataFrame) -> dict[str, object]:
    """Return the wards there are, and the estimates of them all."""
    keys = ["area", "area_name", "borough"]
    listed = recorded[keys].drop_duplicates(keep="last")  # the newest release stands last
    listed = listed.sort_values("borough", key=pd.notna, kind="stable")
    listed = listed.drop_duplicates("area", keep="last").astype("str")
    why: dict[str, str] = {}
    made: dict[str, object] = {"listed": listed, "why": why}
    for name, make in (
        ("counts", demand.ward_counts),
        ("months", demand.ward_months),
        ("changes", demand.ward_changes),
    ):
        try:
            made[name] = make(recorded)
        except InputError as error:  # too few months: said where it would stand
            made[name], why[name] = None, str(error)
    return made


class Wards:
    """The wards that are held, and what is estimated of them all.

    Where the months held bear no year, or no change, ``counts`` or ``changes`` are nothing, and
    ``why`` says so, by that name.
    """

    def __init__(
        self,
        held: tuple[tables.Held, ...],
        source: sources.Source,
        *,
        listed: pd.DataFrame,
        counts: pd.DataFrame | None,
        changes: pd.DataFrame | None,
        months: pd.DataFrame | None,
        why: dict[str, str],
    ) -> None:
        self.held, self.source, self._listed = held, source, listed
        self.counts, self.changes, self.months, self.why = counts, changes, months, why

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
