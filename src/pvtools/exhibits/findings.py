"""Findings in plain words: a number, its interval, and the sentence both can bear."""

from __future__ import annotations

import pandas as pd

from pvtools import measures, words
from pvtools.exhibits.pieces import Finding


def rate(own: pd.Series, *, london: pd.Series, unusually_high: bool) -> Finding:
    """Return the finding of a year's recorded offences per 1,000 residents."""
    number = words.number(own.estimate, "rate")
    spread = words.interval(own.lower, own.upper, "rate")
    return Finding(
        label="Recorded crime",
        number=number,
        interval=f"{spread} per 1,000 residents",
        sentence=(
            f"{number} ({spread}) offences were recorded per 1,000 residents of {own.borough} "
            f"in {words.year_to(own.period)}; in London, {words.number(london.estimate, 'rate')}."
            + (" Such a rate also counts what befalls visitors." if unusually_high else "")
        ),
    )


def change(own: pd.Series) -> Finding:
    """Return the finding of a year's change in recorded offences."""
    return Finding(
        label="Change in a year",
        number=words.number(own.estimate, "change"),
        interval=words.interval(own.lower, own.upper, "change"),
        sentence=(
            f"The number of offences recorded in {own.borough} "
            f"{words.moved(own, 'the year before')}."
        ),
    )


def share(label: str, own: pd.Series, *, moved: pd.Series, apart: pd.Series) -> Finding:
    """Return the finding of a share: against a year earlier (``moved``) and London (``apart``)."""
    said = words.share(own.borough, own, measures.find(own.measure).phrase)
    return Finding(
        label=f"{label}, {words.month(own.period)}",
        number=words.number(own.estimate, "percent"),
        interval=words.interval(own.lower, own.upper, "percent"),
        sentence=f"{said} {words.against((moved, 'a year earlier'), (apart, 'London'))}",
    )
