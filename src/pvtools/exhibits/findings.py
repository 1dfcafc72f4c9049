"""Findings in plain words: a number, its interval, and the sentence both can bear."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, measures, words
from pvtools.exhibits.captions import other_wards
from pvtools.exhibits.pieces import Finding

NOT_GIVEN = "Not given"


def rate(own: pd.Series, *, london: pd.Series) -> Finding:
    """Return the finding of a year's recorded offences per 1,000 residents.

    ``london`` may have no estimate; its caveat says what it is without.
    """
    number = words.number(own.estimate, "rate")
    against = (
        ""
        if pd.isna(london.estimate) or own.area == london.area
        else f"; in London, {words.number(london.estimate, 'rate')}"
    )
    return Finding(
        label="Recorded crime",
        number=number,
        interval="per 1,000 residents",
        sentence=(
            f"{number} offences were recorded per 1,000 residents of {own.area} "
            f"in {words.span(own.period)}{against}."
            + " A count of all that was recorded has no interval. Visitors are among the victims."
            + (f" {london.caveat}" if london.caveat else "")
        ),
    )


def ward_count(own: pd.Series, *, others: int) -> Finding:
    """Return the finding of a year's offences in a ward, a row of ``demand.ward_counts``.

    ``others`` is how many other wards of its borough have a count.
    """
    number = words.number(own.estimate, "count")
    beside = ""
    if others:
        low, middle, high = (
            words.number(n, "count") for n in (own.others_lowest, own.others, own.others_highest)
        )
        had = low if others == 1 else f"between {low} and {high}, half of them more than {middle}"
        beside = " " + words.sentence(f"{other_wards(others, own.borough)} had {had}")
    return Finding(
        label="Recorded offences",
        number=number,
        interval="in a year",
        sentence=(
            f"{number} offences were recorded in {own.area} in {words.span(own.period)}.{beside} "
            "A count of all that was recorded has no interval."
        ),
    )


def ward_rate(own: pd.Series) -> Finding:
    """Return the finding of a ward's offences per 1,000 residents, who were given with it."""
    number = words.number(own.estimate, "rate")
    return Finding(
        label="For each resident",
        number=number,
        interval="per 1,000 residents",
        sentence=(
            f"That is {number} per 1,000 of the {words.number(own.residents, 'count')} residents "
            "that were given with this ward. Visitors are among the victims."
        ),
    )


def change(own: pd.Series) -> Finding:
    """Return the finding of a year's change in recorded offences."""
    return Finding(
        label="Change in a year",
        number=words.number(own.estimate, "change"),
        interval=words.interval(own.lower, own.upper, "change"),
        sentence=(
            f"The number of offences recorded in {own.area} {words.moved(own, 'the year before')}."
            + (f" {own.caveat}" if own.area == areas.LONDON and own.caveat else "")
        ),
    )


def share(
    label: str, own: pd.Series, *, moved: pd.Series | None, apart: pd.Series | None
) -> Finding:
    """Return the finding of a share: against a year earlier (``moved``) and London (``apart``).

    Either may be missing: the wave a year earlier, or London's share, is then not held.
    """
    said = words.share(own.area, own, measures.find(own.measure).phrase)
    pairs = [
        (row, what)
        for row, what in ((moved, "a year earlier"), (apart, "London"))
        if row is not None
    ]
    return Finding(
        label=f"{label}, {words.span(own.period).removeprefix('the ')}",
        number=words.number(own.estimate, "percent"),
        interval=words.interval(own.lower, own.upper, "percent"),
        sentence=f"{said} {words.against(*pairs)}" if pairs else said,
    )


def smallest(moved: pd.Series, *, interviews: str) -> Finding:
    """Return the finding of how large a change in a share must be to be seen in a year.

    ``interviews`` says how many the survey has.
    """
    size = words.size(moved.detectable, "points")
    return Finding(
        label="Smallest change likely to be seen in a year",
        number=size,
        interval=f"with {interviews}",
        sentence=(
            f"A change of less than {size} from one year to the next would be missed here more "
            "than one time in five, so seeing none does not mean that there is none."
        ),
    )


def missing(label: str, why: str) -> Finding:
    """Return a finding that cannot be given, with the reason in place of the number."""
    return Finding(label=label, number=NOT_GIVEN, interval="", sentence=why)
