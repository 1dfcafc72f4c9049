"""A ward's profile: what is recorded in it, beside the other wards of its borough."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import __version__, areas, demand, estimates, exhibits, places, words
from pvtools.areas import Area
from pvtools.exhibits import Cover, Exhibit, Finding, Findings, Ledger, Notice
from pvtools.profiles import provenance, wards
from pvtools.profiles.wards import EveryWard


def load_ward(
    area: str,
    *,
    data_dir: str | Path | None = None,
    residents: float | None = None,
    publisher: str | None = None,
    contact: str | None = None,
) -> WardProfile:
    """Return the profile of a ward from the file of wards that was added to ``data_dir``.

    Parameters
    ----------
    area
        Its code, such as ``"E05009367"``: names are not unique.
    data_dir
        A data folder; the project's own by default.
    residents
        Its residents, of a source of yours, for a rate beside the count: none comes with pvtools.
    publisher, contact
        Who publishes the report, and whom readers may ask; for page one.

    Raises
    ------
    UsageError
        No file of wards is held, or no such ward.
    DataError
        A file in the data folder is not what it should be.
    """
    of = wards.of(data_dir)
    return WardProfile(of.listed.find(area), of, residents, publisher=publisher, contact=contact)


class WardProfile:
    """Everything a ward's report shows, made when first asked for."""

    def __init__(
        self,
        area: Area,
        of: EveryWard,
        residents: float | None = None,
        *,
        publisher: str | None = None,
        contact: str | None = None,
    ) -> None:
        self.area, self._of, self._residents = area, of, residents
        self._publisher, self._contact = publisher, contact
        self._borough = areas.find(area.parent)

    @cached_property
    def cover(self) -> Cover:
        """The ward's name, its borough, and the period the figures cover."""
        last = words.month(end := max(file.vintage for file in self._of.held))
        said = [
            f"Ward {self.area.code}.",
            self._publisher and f"Published by {self._publisher}.",
            "Made from open data with pvtools; not an official statistic.",
            self._contact and f"Contact: {self._contact}",
        ]
        return Cover(
            title=self.area.name,
            subtitle=f"What is recorded in this ward of {self._borough.name}, and how sure is it?",
            period=f"Recorded crime to {last}.",
            imprint=" ".join(filter(None, said)),
            footer=f"{self.area.name}, {self._borough.name} · recorded crime to {last}",
            date=f"{end}-01",
        )

    @cached_property
    def findings(self) -> Findings:
        """Three findings in plain words, or why they cannot be given."""
        items = [self._count_finding(), self._change_finding()]
        if self._residents is not None and not self._no_count:
            items.insert(1, self._rate_finding(self._residents))
        return Findings(title="In brief", items=items)

    @cached_property
    def cannot_tell(self) -> Notice:
        """What these figures cannot tell."""
        change = None if self._no_change else self._own(self._of.changes, "").iloc[0]
        small = (
            f"Small changes: one of less than about {words.size(change.detectable, 'change')} in a "
            "year’s offences would be missed here more than one time in five even if this ward "
            "were tested alone; among all wards, or of a single kind, so would larger ones."
            if change is not None
            else "Small changes: counts of a ward are small, and most of what moves is chance."
        )
        rate = (
            []
            if self._residents is not None
            else [
                "How likely anybody is to be a victim: no residents of wards are held, so there is "
                "no rate, and a busy ward is not a dangerous one."
            ]
        )
        return Notice(
            title="What these figures cannot tell",
            points=[
                "How much crime there is: much is never reported, and fraud is recorded "
                "nationally. Offences that cannot be placed in a ward are left out (in March 2025 "
                "wards held about 97 of every 100 offences of the borough file), as are those at "
                "airports, so wards must not be added up to a borough.",
                *rate,
                small,
                "Why: no figure here says what the police caused. And which ward is best: none is "
                "ranked.",
            ],
        )

    @cached_property
    def kinds(self) -> Exhibit | Notice:
        """What was recorded in twelve months, by kind, beside the borough's other wards."""
        if self._no_count:
            return Notice("What is recorded here cannot be added up", [self._no_count])
        own = self._own(self._of.counts)
        if not own.n.any():
            return Notice(
                "No offence was recorded here",
                [f"None was in {words.span(own.period.iloc[0])}, of any kind."],
            )
        return exhibits.demand.ward_kinds(own, others=self._others, source=self._of.source)

    @cached_property
    def trend(self) -> Exhibit | Notice:
        """Offences of each month."""
        own = None if self._of.months is None else self._own(self._of.months)
        if own is None or len(own) < 2:
            return Notice("Months cannot be set beside each other", ["Too few are held."])
        return exhibits.demand.ward_trend(own, source=self._of.source)

    @cached_property
    def changes(self) -> Exhibit | Notice:
        """Which kinds of offence changed in a year by more than chance."""
        title = "Whether kinds of offence changed is not known"
        if self._of.changes is None:
            return Notice(title, [self._of.why["changes"]])
        own = self._own(self._of.changes)
        own = own[own.group != ""]
        if own.estimate.isna().all():
            return Notice(title, [*own.caveat.unique()])
        every = self._of.changes
        tested = int((every.estimate.notna() & (every.group != "")).sum())
        return exhibits.demand.rising(
            own.reset_index(drop=True),
            source=self._of.source,
            together=(
                f"Tested together are {tested:,} kinds of offence in {every.area.nunique():,} "
                "wards, so that of all reports of wards few say more than chance allows."
            ),
        )

    @cached_property
    def origins(self) -> Ledger:
        """Where the figures come from, with their checksum, and how this page is made again."""
        found = provenance.origins(self._of.held, {self._of.source.key: self._of.source})
        made = f"Made with pvtools {__version__}, code {places.code_digest()[:12]}"
        given = "" if self._residents is None else f", for {self._residents:,.0f} residents"
        again = f"again with: pvtools report {self.area.code}"
        return replace(found, note=f"{found.note} {made}{given}; {again}")

    @cached_property
    def _no_count(self) -> str:
        """Why there is no count of a year here; nothing if there is."""
        if self._of.counts is None:
            return self._of.why["counts"]
        own = self._own(self._of.counts, "").iloc[0]
        return own.caveat if pd.isna(own.estimate) else ""

    @cached_property
    def _no_change(self) -> str:
        if self._of.changes is None:
            return self._of.why["changes"]
        own = self._own(self._of.changes, "").iloc[0]
        return own.caveat if pd.isna(own.estimate) else ""

    @cached_property
    def _others(self) -> int:
        """How many other wards of the borough have a count."""
        every = self._of.counts[self._of.counts.group == ""]
        beside = every[(every.borough == self._borough.name) & (every.area != self.area.code)]
        return int(beside.estimate.notna().sum())

    def _own(self, table: pd.DataFrame, group: str | None = None) -> pd.DataFrame:
        """Return this ward's rows, under its name."""
        own = table[table.area == self.area.code]
        own = own if group is None else own[own.group == group]
        return own.assign(area=self.area.name)

    def _count_finding(self) -> Finding:
        if self._no_count:
            return exhibits.findings.missing("Recorded offences", self._no_count)
        own = self._own(self._of.counts, "").iloc[0]
        return exhibits.findings.ward_count(own, others=self._others)

    def _rate_finding(self, residents: float) -> Finding:
        rate = demand.ward_rates(self._of.counts, {self.area.code: residents})
        return exhibits.findings.ward_rate(estimates.pick(self._own(rate), group=""))

    def _change_finding(self) -> Finding:
        if self._no_change:
            return exhibits.findings.missing("Change in a year", self._no_change)
        return exhibits.findings.change(self._own(self._of.changes, "").iloc[0])
