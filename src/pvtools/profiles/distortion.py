"""The distortion chapter: has a target bent its measure, and how often are we wrong?"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd
from numpy.typing import ArrayLike

from pvtools import areas, exhibits, sources, synthetic, tables
from pvtools import distortion as topic
from pvtools.distortion import neighbourhood
from pvtools.errors import InputError
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.profiles import everywhere
from pvtools.profiles.looked_at import Simulated, Times


def distortion(
    *, data_dir: str | Path | None = None, area: str = areas.LONDON, seed: int = 1
) -> Distortion:
    """Return the distortion chapter: the simulator, the casebook, and the study of the plan.

    Parameters
    ----------
    data_dir
        A data folder; the project's own by default.
    area
        London, or a borough by name, code or slug, for the study of the plan.
    seed
        Seed of everything that is made up or drawn.

    Raises
    ------
    UsageError
        No such borough.
    DataError
        A file in the data folder is not what it should be.
    """
    return Distortion(areas.find_reported(area).name, data_dir, seed)


class Distortion:
    """Detectors at work: on made-up organisations, on London's plan, on a file of one's own."""

    def __init__(self, area: str, data_dir: str | Path | None, seed: int) -> None:
        self.area = area
        self._data_dir = data_dir
        self._seed = seed
        self._tested: dict[str, pd.DataFrame] = {}
        self._register = sources.register(data_dir)
        self._crime = self._register["mps_recorded_crime"]

    # What a target does

    def organisation(self, dials: synthetic.Dials | None = None) -> Simulated:
        """Return a made-up organisation under a target, its dials turned so far (or not at all)."""
        return Simulated(dials or synthetic.Dials(), self._seed)

    @cached_property
    def forms(self) -> Exhibit:
        """What indicators promise and what comes of it, in Goodhart's law's four forms."""
        made = [synthetic.goodhart(form, seed=self._seed) for form in synthetic.FORMS]
        told = synthetic.promised(pd.concat(made))
        return exhibits.distortion.forms(told, synthetic.FORMS)

    # The casebook, and how often we are wrong

    @cached_property
    def cases(self) -> Ledger:
        """What targets are said to have done, by whom it is told, and Goodhart's form."""
        rows = [
            {"title": c.title, "told": c.told, "form": c.form, "source": c.source}
            for c in topic.CASES.values()
        ]
        return exhibits.distortion.cases(pd.DataFrame(rows))

    @cached_property
    def casebook(self) -> Exhibit:
        """Which detector notices which case, and whether it should."""
        cells = topic.casebook_measured()
        return exhibits.distortion.casebook(cells, runs=int(cells.runs.iloc[0]))

    @cached_property
    def errors(self) -> Ledger:
        """How often each detector is wrong, by sample size."""
        return exhibits.distortion.errors(topic.error_rates())

    @cached_property
    def power(self) -> Exhibit:
        """How much more a larger sample lets each detector notice."""
        return exhibits.distortion.power(topic.error_rates())

    # London's plan

    @cached_property
    def reclassified(self) -> Exhibit | Notice:
        """Whether cases left a targeted crime and turned up next door, from the plan's start."""
        return self.reclassified_at(neighbourhood.PLAN)

    def reclassified_at(self, start: str) -> Exhibit | Notice:
        """Return whether cases left a targeted crime and turned up next door, from a date on.

        Parameters
        ----------
        start
            The month, such as ``"2014-04"``. Name it before looking: a date chosen because it
            stands out makes its own p-value too small.

        Raises
        ------
        InputError
            A start with less than twelve months on a side.
        """
        if self._kinds is None or self._history_lacks:
            return self._no_history
        both = list(dict.fromkeys([self.area, areas.LONDON]))
        return exhibits.distortion.reclassified(
            self._pairs(start),
            neighbourhood.placebo_starts(self._kinds, area=both),
            area=self.area,
            start=start,
            source=self._crime,
        )

    @cached_property
    def all_boroughs(self) -> Ledger | Notice:
        """How many pairs stand over all boroughs; none is named or ranked."""
        if self._kinds is None:
            return self._no_history
        every = self._pairs(neighbourhood.PLAN)
        table = every.groupby(["target", "neighbour"], as_index=False, sort=False).agg(
            looked=("area", "size"), fired=("grade", lambda g: (g == topic.CONSISTENT).sum()),
            stands=("stands", "sum"),
        )  # fmt: skip
        table["target"] = table.target.str.capitalize()
        return Ledger(
            key="distortion-all",
            title="Over all boroughs and London, how many pairs look reclassified?",
            table=table,
            columns=[
                exhibits.Column("target", "Targeted crime"),
                exhibits.Column("neighbour", "Neighbour"),
                exhibits.Column("looked", "Areas tested", "count"),
                exhibits.Column("fired", "Fired, taken alone", "count"),
                exhibits.Column("stands", "Stand, all tested", "count"),
            ],
            note="Areas with fewer than five cases a month of either are left out.",
        )

    @cached_property
    def displaced(self) -> Exhibit | Notice:
        """Whether untargeted crime gained on the seven, at the plan's date and at others."""
        if self._kinds is None:
            return self._no_history
        table = neighbourhood.displaced(self._kinds, seed=self._seed)
        return exhibits.distortion.displaced(table, source=self._crime)

    @cached_property
    def steps(self) -> Exhibit | Notice:
        """Whether levels broke when the plan began, and when recording was inspected."""
        if self._kinds is None or self._history_lacks:
            return self._no_history
        table = neighbourhood.steps(self._kinds, area=self.area)
        return exhibits.distortion.steps(table, source=self._crime)

    @cached_property
    def shifts(self) -> Ledger | Notice:
        """Whether levels shifted at dates that nobody named."""
        if self._kinds is None or self._history_lacks:
            return self._no_history
        table = neighbourhood.shifts(self._kinds, area=self.area, seed=self._seed)
        return exhibits.distortion.shifts(table, source=self._crime)

    # Outcomes

    @cached_property
    def surges(self) -> Ledger | Notice:
        """Whether more positive outcomes are counted as a month ends."""
        source = self._register["mps_business_crime"]
        if tables.held(source.key, self._data_dir):
            daily = tables.load_business_outcomes(self._data_dir)
            counts = daily[daily.positive].groupby("date", as_index=False).outcomes.sum()
        else:
            source = self._register["business_outcomes_by_day"]
            daily = tables.published(source.key, self._data_dir)
            counts = daily.rename(columns={"positive": "outcomes"})
        try:
            row = topic.month_end(counts.rename(columns={"outcomes": "count"})).iloc[0]
        except InputError as lacking:  # says how many whole months it needs
            return _not_held(source, str(lacking))
        span = f"{counts.date.min():%B %Y} to {counts.date.max():%B %Y}"
        return exhibits.distortion.surges(
            row, what="Positive outcomes of crime against businesses", source=source, vintage=span
        )

    @cached_property
    def moved_by(self) -> Ledger | Notice:
        """What moved rates of positive outcomes: their top or their bottom."""
        added = tables.held("mps_dashboard", self._data_dir)
        source = self._register["mps_dashboard" if added else "special_crime_by_month"]
        monthly = tables.load_dashboard(self._data_dir)
        rows, lacking = [], []
        for kind in ("Domestic abuse", "Hate crime", "Knife crime"):
            try:
                rows.append(
                    topic.rate_moved_by(monthly, kind=kind, area=self.area, source=source.key)
                )
            except InputError as lack:  # says which months of this kind are not held
                lacking.append(str(lack))
        if not rows:
            return _not_held(source, *lacking)
        return exhibits.distortion.moved_by(pd.concat(rows), source=source)

    # A file of one's own

    def times(
        self,
        values: ArrayLike,
        *,
        threshold: float,
        unit: str = "minutes",
        met: str = "<=",
        comparison: ArrayLike | None = None,
        round_to: float = 5,
        source: str = "a file of one's own",
        vintage: str = "as given",
    ) -> Times:
        """Return what detectors make of one's own times about a target, as exhibits.

        Parameters
        ----------
        values, threshold, met, comparison, round_to
            As for ``distortion.times``.
        unit
            What the values are measured in.
        source, vintage
            Whose values these are, and of when.

        Raises
        ------
        InputError
            Values that no detector can look at.
        """
        asked = {"threshold": threshold, "met": met, "comparison": comparison}
        labels = {"unit": unit, "source": source, "vintage": vintage}
        return Times(values, asked, labels, round_to, self._seed, synthetic=False)

    # What several exhibits share

    def _pairs(self, start: str) -> pd.DataFrame:
        """Return every pair of every borough and London: all are tested together."""
        if start not in self._tested:
            self._tested[start] = neighbourhood.reclassified(self._kinds, start=start)
        return self._tested[start]

    @cached_property
    def _recorded(self) -> pd.DataFrame:
        return everywhere.of(self._data_dir).held.recorded_crime

    @cached_property
    def _kinds(self) -> pd.DataFrame | None:
        if neighbourhood.lacks(self._recorded):
            return None
        kinds = neighbourhood.kinds(self._recorded)
        return None if kinds.empty else kinds

    @cached_property
    def _history_lacks(self) -> str:
        """What the study lacks for this area, or for London beside it; empty if nothing."""
        return neighbourhood.lacks(self._recorded, self.area) or neighbourhood.lacks(
            self._recorded, areas.LONDON
        )

    @property
    def _no_history(self) -> Notice:
        why = (
            self._history_lacks
            if self._kinds is not None
            else (
                "They begin later. Add the publisher's historical table of recorded crime, which "
                "begins in April 2010, with: pvtools add FILE"
            )
        )
        return Notice(
            title="The plan of 2013 to 2016 cannot be examined with the figures held",
            points=[
                why,
                "What it would show: whether cases moved from the seven targeted crimes to their "
                "neighbours, and how often the same is seen when no plan begins.",
            ],
        )


def _not_held(source: sources.Source, *why: str) -> Notice:
    title = f"{'Not enough is held' if why else 'Not held'}: {source.title}"
    return exhibits.absent(title, why or "No file of it is held.", source=source)
