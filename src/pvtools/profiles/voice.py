"""Whose voice is heard: by which means, what twelve people can bear, what a petition is worth."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pvtools import areas, engagement, exhibits, synthetic
from pvtools.distortion import neighbourhood
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.exhibits.captions import named
from pvtools.profiles import everywhere
from pvtools.profiles.panels import DrawnPanel

_SEATS = 12
_SEED = 2026


def voice(
    area: str = "Hackney",
    *,
    data_dir: str | Path | None = None,
    path: str | Path | None = None,
) -> Voice:
    """Return what is held on whose voice is heard.

    Parameters
    ----------
    area
        The borough that a panel is drawn for.
    data_dir
        A data folder; the project's own by default.
    path
        A file of instruments; that which comes with pvtools by default.

    Raises
    ------
    UsageError
        An unknown area.
    DataError
        The file of instruments, or one in the data folder, is not what it should be.
    """
    return Voice(area, data_dir, path)


class Voice:
    """Everything the chapter on public value shows of engagement, made when first asked for."""

    def __init__(self, area: str, data_dir: str | Path | None, path: str | Path | None) -> None:
        self.drawn = DrawnPanel(area)
        self._every, self._instruments = (
            everywhere.of(data_dir),
            engagement.instruments(path, data_dir=data_dir),
        )

    @cached_property
    def ladder(self) -> Exhibit:
        """How many each instrument reaches, and how far what they say decides."""
        return exhibits.engagement.ladder(self._instruments)

    @cached_property
    def instruments(self) -> Ledger:
        """Each instrument: who decides, and what came of it."""
        return exhibits.engagement.instruments(self._instruments)

    @cached_property
    def missed(self) -> Exhibit:
        """Of which boroughs a London-wide panel of twelve would have nobody."""
        people = self._every.held.population
        counted = people[people.kind == "census"]
        last = counted[counted.year == counted.year.max()]
        own = last[last.borough.isin([area.name for area in areas.boroughs()])]
        found = engagement.missed(
            own.set_index("borough").population, panel=_SEATS, area=areas.LONDON
        )
        return exhibits.engagement.missed(
            found,
            source=named(self._every.register["census_2021"]),
            vintage=f"Census of {last.year.iloc[0]}",
        )

    @cached_property
    def priorities(self) -> Exhibit | Notice:
        """What made-up panels ask for, beside the plan of 2013 and what was recorded under it."""
        recorded, area = self._every.held.recorded_crime, self.drawn.area
        if why := neighbourhood.lacks(recorded):
            return exhibits.absent("Priorities beside targets", why)
        own = neighbourhood.kinds(recorded)
        demanded = own[own.area == area].groupby("category")["count"].sum()
        if demanded.empty:
            return exhibits.absent(
                "Priorities beside targets", f"No crimes by offence are held for {area} in 2010–16."
            )
        wishes = synthetic.priorities(_SEED, demanded)
        lists = engagement.asked(wishes), list(neighbourhood.SEVEN), demanded
        return exhibits.engagement.priorities(
            engagement.side_by_side(*lists),
            engagement.agree(*lists, area=area, source="mps_recorded_crime"),
            source=f"SYNTHETIC priorities of 20 panels (seed {_SEED}); crimes and targets: "
            + named(self._every.register["mps_recorded_crime"]),
            vintage="Crimes of April 2010 to March 2016; priorities made up",
            synthetic=True,
        )

    @cached_property
    def loudest(self) -> Exhibit:
        """What a million self-selected answers are worth."""
        return exhibits.engagement.loudest(engagement.worth())
