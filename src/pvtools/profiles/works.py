"""What works: claims that have been published, and what comes of them when they are tried again."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from pvtools import evaluation, exhibits, measures, tables
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.profiles import everywhere
from pvtools.profiles.distortion import distortion

_DRAWS = 499  # of dates over the units, for each of the dates that may have been
_MERGER, _MARKING = "the merger of borough commands", "burglary of homes"
_UNTOUCHED = (
    "Placebo outcomes: none was tried, for no crime that the merger could not have touched is held "
    "by borough and month; so no outcome can reach the highest step."
)
#: What was claimed of property marking: by how much marked areas fell more, in the register's words
#: 22.2% down against 1.6% up, and after one year 27.5% down against 5.7% down.
_CLAIMED = {"Claimed to July 2018": -0.238, "Claimed after one year": -0.218}


def works(*, data_dir: str | Path | None = None) -> Works:
    """Return what is held on what works in London's policing.

    Parameters
    ----------
    data_dir
        A data folder; the project's own by default.

    Raises
    ------
    DataError
        A file in the data folder is not what it should be.
    """
    return Works(data_dir)


class Works:
    """Everything the chapter on public value shows of what works, made when first asked for."""

    def __init__(self, data_dir: str | Path | None) -> None:
        self._data_dir, every = data_dir, everywhere.of(data_dir)
        self._held, self._crime = every.held, every.register["mps_recorded_crime"]
        self._survey = every.register["pas_borough"]
        self._weights = every.weights if every.part == "offence" else None
        self._starts = tables.published("command_units_start", data_dir)

    @cached_property
    def register(self) -> Ledger:
        """What has been claimed, how it was shown, and what a re-test says."""
        verdicts = {
            "bcu_merger": exhibits.evaluation.verdicts(self._merged),
            "mettrace": f"{self.placebo.headline}.",
        }
        return exhibits.evaluation.register(self._claims, verdicts | self._plan)

    @cached_property
    def reported(self) -> Ledger:
        """What is reported of each claim: effect, mechanism, moderators, implementation, cost."""
        return exhibits.evaluation.reported(self._claims)

    @cached_property
    def merger(self) -> Exhibit:
        """What recorded crime did after the merger, tested over the units that were merged."""
        found = self._merged
        clear = found.group[(found.lower > 0) | (found.upper < 0)]
        varied = evaluation.merger(
            self._held.recorded_crime,
            evaluation.undisputed(self._starts),
            kinds=clear[clear != evaluation.HARM].tolist() or evaluation.KINDS,
            draws=_DRAWS,
        )
        return exhibits.evaluation.rolled_out(
            found, what=_MERGER, source=self._crime, varied=varied
        )

    @cached_property
    def merger_opinion(self) -> Exhibit:
        """What residents' answers did after the merger."""
        found = evaluation.merger_opinion(self._held.survey, self._starts, draws=_DRAWS)
        named = found.assign(group=found.group.map(lambda key: measures.find(key).label.lower()))
        return exhibits.evaluation.rolled_out(named, what=_MERGER, source=self._survey)

    @cached_property
    def ladder(self) -> Ledger:
        """How surely an effect of the merger can be claimed."""
        return exhibits.evaluation.ladder(self._merged)

    @cached_property
    def checks(self) -> Ledger:
        """What else could account for a change after the merger."""
        return exhibits.evaluation.checks(self._merged, untouched=_UNTOUCHED)

    @cached_property
    def placebo(self) -> Exhibit:
        """What choosing the worst boroughs alone would have shown, beside what was claimed."""
        found = evaluation.chosen_worst(self._held.recorded_crime, kind=_MARKING)
        return exhibits.evaluation.placebo(
            found, claims=_CLAIMED, what=_MARKING, treatment="MetTrace", source=self._crime
        )

    @property
    def _plan(self) -> dict[str, str]:
        """What chapter four says of the plan of 2013, where it can be examined."""
        plan = distortion(data_dir=self._data_dir)
        if isinstance(plan.steps, Notice) or isinstance(plan.displaced, Notice):
            return {}
        return {"mopac7": f"{plan.steps.headline}. {plan.displaced.headline}. Chapter four."}

    @cached_property
    def _claims(self) -> pd.DataFrame:
        return evaluation.claims(data_dir=self._data_dir)

    @cached_property
    def _merged(self) -> pd.DataFrame:
        return evaluation.merger(
            self._held.recorded_crime, self._starts, weights=self._weights, draws=_DRAWS
        )
