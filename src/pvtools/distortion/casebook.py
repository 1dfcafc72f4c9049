"""The casebook: what targets are said to have done, as dials of one organisation.

Each case names who told it, how Goodhart's law is at work in it, and which detectors should
notice and which should stay silent. Innocent cases belong to it: a detector that cannot keep
still is no use. The numbers of the dials are made up; the stories are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pvtools.distortion.detectors import DETECTORS
from pvtools.synthetic import Dials

Expected = Literal["fires", "silent"]

_COMMITTEE = (
    "House of Commons Public Administration Select Committee, inquiry of 2003, as retold by Coats "
    "and Passmore, Public Value: The Next Steps in Public Service Reform, Work Foundation"
)
_RECORDED = (
    "House of Commons Public Administration Select Committee, Caught red-handed: why we can't "
    "count on police recorded crime statistics, 2014"
)
_AUTHORITY = "Metropolitan Police Authority, report 6 of 13 December 2010, paragraph 5"
_OURS = "an innocent case, for comparison"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what is told, by whom, which form of Goodhart's law, and what should notice."""

    key: str
    title: str
    told: str
    source: str
    form: str
    dials: Dials
    notices: tuple[str, ...]

    def expected(self, detector: str) -> Expected:
        """Return whether a detector should fire in this case."""
        return "fires" if detector in self.notices else "silent"


CASES: dict[str, Case] = {
    case.key: case
    for case in (
        Case(
            "ambulances",
            "Ambulance calls",
            "Patients were put in another category so that ambulances met their response times.",
            _COMMITTEE,
            "adversarial",
            Dials(reclassifying=0.12),
            ("reclassification",),
        ),
        Case(
            "trolleys",
            "Trolleys as beds",
            "Wheels were taken off trolleys so that they counted as beds.",
            _COMMITTEE,
            "adversarial",
            Dials(reclassifying=0.2),
            ("reclassification",),
        ),
        Case(
            "follow_ups",
            "Follow-up visits",
            "Follow-up appointments were cancelled to meet the target for first ones.",
            _COMMITTEE,
            "adversarial",
            Dials(displacing=0.15),
            ("displacement",),
        ),
        Case(
            "exclusions",
            "Excluded pupils",
            "Disruptive pupils were excluded, which lifted results, while local crime rose.",
            _COMMITTEE,
            "adversarial",
            Dials(excluding=0.6, pretending=1.0),
            ("exclusion", "density", "decoupling"),
        ),
        Case(
            "convictions",
            "Conviction rates",
            "More convictions were asked for, against fewer in prison and less re-offending.",
            _COMMITTEE,
            "causal",
            Dials(pretending=1.0),
            ("decoupling",),
        ),
        Case(
            "waiting_list",
            "Twelve-month waits",
            "Judged by how many wait more than twelve months, fewer will, whatever the service.",
            "John Kay, 2003, as quoted by Coats and Passmore, Public Value, Work Foundation",
            "adversarial",
            Dials(shifting=0.5),
            ("bunching", "density"),
        ),
        Case(
            "no_criming",
            "No-criming",
            "Reports of a targeted crime were closed as no crime, or as a lesser one.",
            _RECORDED,
            "adversarial",
            Dials(reclassifying=0.15),
            ("reclassification",),
        ),
        Case(
            "detections",
            "Easy detections",
            "Officers went for offences that are easily cleared up, and left the others.",
            _RECORDED,
            "adversarial",
            Dials(displacing=0.12),
            ("displacement",),
        ),
        Case(
            "response_times",
            "Response times",
            "Arrivals a little late were written down as in time, many of them in round numbers.",
            "Bevan and Hood, What's measured is what matters, Public Administration, 2006",
            "adversarial",
            Dials(shifting=0.4, rounding=0.1),
            ("bunching", "density", "rounding"),
        ),
        Case(
            "scorecard",
            "The scorecard",
            "A scorecard drove activity to meet figures, and did not always reflect good outcomes.",
            _AUTHORITY,
            "causal",
            Dials(pretending=1.0),
            ("decoupling",),
        ),
        Case(
            "nothing",
            "Nothing is bent",
            "The target is announced, and everybody works and records as before.",
            _OURS,
            "none",
            Dials(),
            (),
        ),
        Case(
            "improvement",
            "Real improvement",
            "Fewer cases arise and service is faster: the target was met by meeting it.",
            _OURS,
            "none",
            Dials(honest=0.15),
            (),
        ),
        Case(
            "habit",
            "A habit of rounding",
            "Three in ten times are written down to the nearest five minutes, as ever.",
            _OURS,
            "none",
            Dials(rounding=0.3),
            ("rounding",),
        ),
    )
}


assert all(set(case.notices) <= set(DETECTORS) for case in CASES.values())  # noqa: S101 - a typo
