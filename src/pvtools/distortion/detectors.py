"""The detectors: what each asks, what it notices, and what innocent thing looks the same."""

from __future__ import annotations

from dataclasses import dataclass

from pvtools.errors import resolve

#: A detector fires where chance alone would do as much in at most one of a hundred cases.
LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class Detector:
    """One way of looking for a target that bent its measure.

    Attributes
    ----------
    key, title
        What it is called, in code and for readers.
    asks
        The question, in plain words.
    fires
        What it says where it fires; never that anybody gamed.
    innocent
        What else would look the same.
    needs
        The data without which it cannot be asked.
    counts
        What its sample size is counted in.
    """

    key: str
    title: str
    asks: str
    fires: str
    innocent: str
    needs: str
    counts: str


DETECTORS: dict[str, Detector] = {
    detector.key: detector
    for detector in (
        Detector(
            "bunching",
            "Cases moved",
            "Are there too many cases just within the target and too few just beyond it?",
            "cases lie as if moved across the target",
            "rounding to the very number of the target; a rule that ends cases there for a reason",
            "times or amounts, case by case, and the target",
            "cases",
        ),
        Detector(
            "exclusion",
            "Left out",
            "Are there too few cases beyond the target, without as many more within it?",
            "late cases are missing, and did not turn up within the target",
            "service that got better for the latest only; late cases that are closed elsewhere",
            "times or amounts before and after the target, case by case",
            "cases",
        ),
        Detector(
            "density",
            "Jump",
            "Does the number of cases jump at the target?",
            "the number of cases jumps at the target",
            "rounding; late cases that are recorded elsewhere; a threshold in the law",
            "times or amounts, case by case, and the target",
            "cases",
        ),
        Detector(
            "rounding",
            "Rounding",
            "Are times rounded to five minutes?",
            "times are rounded, which is no gaming",
            "this is the innocent explanation of many a heap",
            "times, case by case",
            "cases",
        ),
        Detector(
            "reclassification",
            "Next door",
            "Did the targeted kind fall while its neighbour rose as much?",
            "a fall with a matching rise next to it",
            "recording put right after an inspection; a law that moved the border between kinds",
            "counts by kind and month, before and after the target",
            "cases a month",
        ),
        Detector(
            "displacement",
            "Effort moved",
            "Did targeted work grow at the expense of other work?",
            "targeted work gained on other work",
            "priorities that were meant to change; demand that moved by itself",
            "output of targeted and other work by area and month",
            "areas",
        ),
        Detector(
            "decoupling",
            "Parted ways",
            "Did the indicator go on improving while the outcome did not?",
            "indicator and outcome part after the target",
            "an outcome that takes longer to follow; a change in how either is measured",
            "indicator and outcome by month, before and after the target",
            "months",
        ),
    )
}


def find(key: str) -> Detector:
    """Return the detector called ``key``.

    Raises
    ------
    UsageError
        None is called so; the nearest is suggested.
    """
    return DETECTORS[resolve("detector", key, DETECTORS)]
