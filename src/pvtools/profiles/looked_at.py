"""What detectors make of times about a target, and of a made-up organisation's records."""

from __future__ import annotations

from functools import cached_property

import pandas as pd
from numpy.typing import ArrayLike

from pvtools import distortion as topic
from pvtools import exhibits, synthetic
from pvtools.exhibits import Exhibit, Ledger
from pvtools.stats import bunching, decoupling
from pvtools.synthetic.organisation import THRESHOLD

_MADE_UP = "SYNTHETIC organisation made by pvtools"
_NOTHING_SEEN = "Nothing observed enters this figure"


class Times:
    """Times about a target, as exhibits made when asked for."""

    def __init__(
        self,
        values: ArrayLike,
        asked: dict[str, object],
        labels: dict[str, str],
        round_to: float,
        seed: int,
        *,
        synthetic: bool,
    ) -> None:
        self._values = values
        self._asked = asked
        self._labels = labels
        self._round_to = round_to
        self._seed = seed
        self._synthetic = synthetic

    @cached_property
    def results(self) -> pd.DataFrame:
        """What each detector found, in two grades, with its error rates."""
        return topic.times(self._values, **self._asked, round_to=self._round_to, seed=self._seed)

    @cached_property
    def verdicts(self) -> Ledger:
        """The same in words."""
        return exhibits.distortion.verdicts(
            self.results, title="What do the detectors make of these times?"
        )

    @cached_property
    def picture(self) -> Exhibit:
        """Times about the target, against what would be there without moving."""
        row = bunching.excess_mass(self._values, **self._bunching, n_boot=1000).iloc[0]
        graded = self.results[self.results.detector == "bunching"].iloc[0]
        rates = ["detector", "grade", "rates_n", "false_positive_rate", "power", "effect"]
        for name in (name for name in rates if name in graded):
            row[name] = graded[name]
        return exhibits.distortion.threshold(
            bunching.counterfactual(self._values, **self._bunching, n_boot=400),
            row,
            **self._labels,
            synthetic=self._synthetic,
        )

    @cached_property
    def placebos(self) -> Exhibit:
        """What the same search finds where there is no target."""
        table = bunching.placebo(self._values, **self._bunching, n_boot=200)
        return exhibits.distortion.placebos(table, **self._labels, synthetic=self._synthetic)

    @property
    def _bunching(self) -> dict[str, object]:
        multiples = [self._round_to, 2 * self._round_to, 3 * self._round_to]
        return {**self._asked, "round_numbers": multiples, "seed": self._seed}


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
            self.results, title="SYNTHETIC: what do the detectors make of its records?"
        )

    @cached_property
    def truth(self) -> Ledger:
        """What was truly done, which no detector is shown."""
        return Ledger(
            key="distortion-truth",
            title="SYNTHETIC: what was truly done",
            table=self.made.truth,
            columns=[
                exhibits.Column("dial", "Dial"),
                exhibits.Column("value", "Turned to", "percent"),
                exhibits.Column("what", "What the dial does"),
            ],
            note="Made up, and hidden from the detectors.",
        )

    @cached_property
    def indicator(self) -> Exhibit:
        """The indicator that is reported, and the outcome people feel."""
        monthly = self.made.monthly.set_index("month")
        found = decoupling.discrepancy(monthly.indicator, monthly.outcome, start=self.made.start)
        graded = topic.graded(found, "decoupling", n=len(monthly)).iloc[0]
        return exhibits.distortion.indicator(self.made.monthly, graded, start=self.made.start)

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
        )
