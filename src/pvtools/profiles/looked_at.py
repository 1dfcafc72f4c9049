"""What detectors make of times about a target, and of a made-up organisation's records."""

from __future__ import annotations

from functools import cached_property

import pandas as pd
from numpy.typing import ArrayLike

from pvtools import distortion as topic
from pvtools import exhibits, synthetic
from pvtools.distortion import targets
from pvtools.exhibits import Exhibit, Ledger
from pvtools.synthetic.organisation import THRESHOLD

_MADE_UP = "SYNTHETIC organisation made by pvtools"
_OF_TIMES = ("bunching", "exclusion", "density", "rounding")
_NOTHING_SEEN = "Nothing observed enters this figure"


class Times:
    """Times about a target, as exhibits made when asked for."""

    def __init__(
        self,
        values: ArrayLike,
        target: targets.Target,
        labels: dict[str, str],
        round_to: float,
        seed: int,
        *,
        synthetic: bool,
        results: pd.DataFrame | None = None,
    ) -> None:
        self._values = values
        self._target = target
        self._labels = labels
        self._round_to = round_to
        self._seed = seed
        self._synthetic = synthetic
        self._results = results

    @cached_property
    def results(self) -> pd.DataFrame:
        """What each detector found, in two grades, with its error rates; known already or not."""
        if self._results is not None:
            return self._results
        return topic.times(self._values, **self._target, round_to=self._round_to, seed=self._seed)

    @cached_property
    def verdicts(self) -> Ledger:
        """The same in words."""
        return exhibits.distortion.verdicts(
            self.results,
            title="What do the detectors make of these times?",
            synthetic=self._synthetic,
        )

    @cached_property
    def picture(self) -> Exhibit:
        """Times about the target, against what would be there without moving."""
        bins = targets.expected(
            self._values, self._target, round_to=self._round_to, seed=self._seed
        )
        return exhibits.distortion.threshold(
            bins,
            targets.excess(self.results, bins, threshold=self._target["threshold"]),
            **self._labels,
            synthetic=self._synthetic,
        )

    @cached_property
    def placebos(self) -> Exhibit:
        """What the same search finds where there is no target."""
        table = targets.placebos(
            self._values, self._target, round_to=self._round_to, seed=self._seed
        )
        return exhibits.distortion.placebos(table, **self._labels, synthetic=self._synthetic)


class Simulated:
    """One made-up organisation under a target: its records, and what detectors make of them."""

    def __init__(self, dials: synthetic.Dials, seed: int) -> None:
        self.made = synthetic.organisation(seed, dials=dials)
        self._seed = seed

    @cached_property
    def results(self) -> pd.DataFrame:
        """What every detector found, in two grades, with its error rates."""
        return topic.organisation(self.made, seed=self._seed)

    @cached_property
    def verdicts(self) -> Ledger:
        """The same in words."""
        return exhibits.distortion.verdicts(
            self.results, title="What do the detectors make of its records?", synthetic=True
        )

    @cached_property
    def truth(self) -> Ledger:
        """What was truly done, which no detector is shown."""
        return Ledger(
            key="distortion-truth",
            title="What was truly done",
            table=self.made.truth,
            columns=[
                exhibits.Column("dial", "Dial"),
                exhibits.Column("value", "Turned to", "percent"),
                exhibits.Column("what", "What the dial does"),
            ],
            note="Made up, and hidden from the detectors.",
            synthetic=True,
        )

    @cached_property
    def indicator(self) -> Exhibit:
        """The indicator that is reported, and the outcome people feel."""
        found = targets.indicator(self.made)
        return exhibits.distortion.indicator(self.made.monthly, found, start=self.made.start)

    @cached_property
    def times(self) -> Times:
        """Its times about the target of fifteen minutes."""
        cases = self.made.cases
        before, after = (cases[cases.after == side].minutes.to_numpy() for side in (False, True))
        return Times(
            after,
            {"threshold": THRESHOLD, "met": "<=", "comparison": before},
            {"unit": "minutes", "source": _MADE_UP, "vintage": _NOTHING_SEEN},
            5,
            self._seed,
            synthetic=True,
            results=self.results[self.results.detector.isin(_OF_TIMES)],
        )
