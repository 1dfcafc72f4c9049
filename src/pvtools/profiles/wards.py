"""What is estimated of all wards of the file that was added, together."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from pvtools import demand, places, sources, tables
from pvtools.errors import InputError
from pvtools.profiles import kept
from pvtools.tables import wards


def of(data_dir: str | Path | None = None) -> EveryWard:
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
def _made(folder: Path, stamps: tuple[places.Stamp, ...]) -> EveryWard:
    register = sources.register(places.shipped_data()) | sources.register(folder)
    held = tuple(
        tables.Held(
            wards.SOURCE, one.path.name, one.sha256, one.vintage, (one.first, one.last), "added"
        )
        for one in sources.added(wards.SOURCE, folder)
    )
    made_from = (wards.SOURCE, str(folder), stamps)
    if not (made := kept.read(made_from)):
        made = _estimated(wards.load(folder))
        kept.write(made, made_from)
    return EveryWard(held, register[wards.SOURCE], **made)


def _estimated(recorded: pd.DataFrame) -> dict[str, object]:
    """Return the wards there are, and the estimates of them all."""
    why: dict[str, str] = {}
    made: dict[str, object] = {"listed": wards.Wards(recorded), "why": why}
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


class EveryWard:
    """The wards that are held, and what is estimated of them all.

    Where the months held bear no year, or no change, ``counts`` or ``changes`` are nothing, and
    ``why`` says so, by that name.
    """

    def __init__(
        self,
        held: tuple[tables.Held, ...],
        source: sources.Source,
        *,
        listed: wards.Wards,
        counts: pd.DataFrame | None,
        changes: pd.DataFrame | None,
        months: pd.DataFrame | None,
        why: dict[str, str],
    ) -> None:
        self.held, self.source, self.listed = held, source, listed
        self.counts, self.changes, self.months, self.why = counts, changes, months, why
