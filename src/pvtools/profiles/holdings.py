"""What is held, what it can bear and what is missing, as exhibits."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import exhibits, sources, tables
from pvtools.exhibits import Column, Exhibit, Ledger
from pvtools.profiles import provenance


class Holdings:
    """What is held, what it can bear and what is missing: the first thing an academic opens."""

    def __init__(
        self,
        held: tables.Tables,
        register: dict[str, sources.Source],
        data_dir: str | Path | None = None,
    ) -> None:
        self.tables = held
        self._register = register
        self._data_dir = data_dir

    @cached_property
    def origins(self) -> Ledger:
        """Whose the files in use are, under which licence, with their checksums."""
        named = {file.source for file in self.tables.held}
        shipped = [key for key in tables.PUBLISHED if key not in named]
        return provenance.origins(self.tables.held, self._register, shipped, self._data_dir)

    @cached_property
    def everything(self) -> Ledger:
        """How far each data set reaches, what it lacks and what it cannot bear."""
        return exhibits.coverage.everything(tables.inventory(self._data_dir))

    def breaks(self, area: str | None = None, offence: str | None = None) -> Ledger:
        """Return where recorded crime changes because of how it is recorded or placed.

        Parameters
        ----------
        area
            London or a borough, if only what touches it is asked for.
        offence
            The same for an offence or an offence group.

        Raises
        ------
        UsageError
            No such area, offence or group; the nearest is suggested.
        """
        return exhibits.coverage.breaks(
            tables.breaks(area, offence, data_dir=self._data_dir),
            source=sources.find("recorded_crime_breaks"),
            of=[*filter(None, (area, offence))],
        )

    @cached_property
    def missing(self) -> Ledger:
        """What could be added, and what the reports would gain."""
        held = {file.source for file in self.tables.held if file.origin == "added"}
        rows = [
            {"key": source.key, "title": source.title, "gains": source.gains}
            for source in self._register.values()
            # what comes whole with pvtools, and what only its holder can read, is not added
            if source.key not in held | {"boroughs", "pas_respondents", "user_satisfaction"}
        ]
        return Ledger(
            key="missing",
            title="What could be added",
            table=pd.DataFrame(rows, columns=["key", "title", "gains"]),
            columns=[
                Column("title", "Data set"),
                Column("gains", "What is gained"),
                Column("key", "Called"),
            ],
            note="Download the publisher's file and call: pvtools add FILE",
        )

    @cached_property
    def crime(self) -> Exhibit:
        """Which boroughs and months of recorded crime are held."""
        covered = tables.coverage(self.tables)
        source = self._register["mps_recorded_crime"]
        return exhibits.coverage.by_borough(covered[covered.source == source.key], source=source)

    @cached_property
    def survey(self) -> Exhibit:
        """Which questions and quarters of the survey are held."""
        return exhibits.coverage.by_question(
            self.tables.survey, source=self._register["pas_borough"]
        )


def holdings(data_dir: str | Path | None = None) -> Holdings:
    """Return what is held in ``data_dir``; raises as :func:`profiles.load` does."""
    return Holdings(tables.load(data_dir), sources.register(data_dir), data_dir)
