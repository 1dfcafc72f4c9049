"""Exhibits of the study of London's plan of 2013 to 2016, and of checks in one borough."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.distortion.neighbourhood import PLAN
from pvtools.exhibits import maker
from pvtools.exhibits.captions import sentences, with_interval
from pvtools.exhibits.distortion.verdicts import rates_said
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source

_LOOKED = (
    "This date is not the plan's. If it was chosen for standing out, its p-value is too small; and "
    "a change in the rules for counting would look just like this."
)
_INNOCENT = (
    "Innocent reasons look alike: the rules for counting change, mostly in April; recording was "
    "inspected nationally in 2014 and put right; and crimes rise and fall by themselves."
)


def reclassified(
    pairs: pd.DataFrame, placebos: pd.DataFrame, *, area: str, start: str, source: Source
) -> Exhibit:
    """Return the exhibit of whether cases left a targeted crime and turned up next door.

    ``pairs`` is what ``distortion.neighbourhood.reclassified`` returns, of one area or more;
    ``placebos`` how often the same fires at dates when no plan began; ``start`` the month.
    """
    own = pairs[pairs.area == area].assign(
        pair=lambda t: t.target.str.capitalize() + " → " + t.neighbour
    )
    stands = own[own.stands]
    many = words.count(len(own))
    return maker.exhibit(
        "distortion-reclassified",
        own.assign(answer=["stands" if yes else "does not stand" for yes in own.stands]),
        lambda ax: figures.forest(
            own, label="pair", how="percent", reference=0, marked=list(stands.pair), ax=ax
        ),
        headline=(
            f"{area}: in {words.count(len(stands))} of {many} pairs cases look as if recorded as "
            f"the neighbour ({words.listing(list(stands.pair.str.lower()))})"
            if len(stands)
            else f"{area}: no sign, in {many} pairs, that cases moved from a targeted crime to its "
            "neighbour"
        ),
        subtitle=(
            f"Rise of the neighbour as a share of the targeted crime, from {words.month(start)} "
            f"on (the plan began in {words.month(PLAN)}), with 95% interval"
        ),
        alt=(
            f"Dot plot of {many} pairs of a targeted crime and its neighbour in {area} with "
            f"intervals. {words.count(len(stands)).capitalize()} "
            f"{'stands' if len(stands) < 2 else 'stand'} once all pairs tested "
            f"are allowed for. {_elsewhere(placebos)}"
        ),
        height=0.6 + 0.27 * len(own),
        also={
            "target": "Targeted crime",
            "neighbour": "Neighbour",
            "estimate": ("Share moved", "percent"),
            "lower": ("Lower", "percent"),
            "upper": ("Upper", "percent"),
            "verdict": "What is seen",
            "adjusted": ("Adjusted p-value", "p_value"),
            "answer": "All tested",
        },
        source=source,
        vintage="April 2010 to March 2016",
        caveats=[
            rates_said(own.loc[own.power.idxmin()]).replace(", it raises", ", the test raises"),
            _elsewhere(placebos),
            *([_LOOKED] if start != PLAN else []),
            _INNOCENT,
            *sentences(*own.caveat),
        ],
    )


def _elsewhere(placebos: pd.DataFrame) -> str:
    """Return how often the same is found at dates when no plan began, as a sentence."""
    found = words.count(int(placebos.fired.sum()))
    return (
        f"At other dates, when no plan began, the same test finds as much in {found} of "
        f"{int(placebos.pairs.sum())} pairs."
    )


def displaced(starts: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of untargeted against targeted crime, at the plan's date and others.

    ``starts`` is what ``distortion.neighbourhood.displaced`` returns.
    """
    rows = starts.assign(
        when=[words.month(start) for start in starts.start], estimate=starts.relative,
        lower=starts.relative_lower, upper=starts.relative_upper,
    )  # fmt: skip
    plan = rows[rows.is_plan].iloc[0]
    others = rows[~rows.is_plan]
    gained = f"{words.count(int((others.lower > 0).sum()))} of {words.count(len(others))}"
    as_much = (
        f"{words.count(round(plan.placebo_share * len(others)))} of {words.count(len(others))}"
    )
    return maker.exhibit(
        "distortion-displaced",
        rows,
        lambda ax: figures.forest(
                rows, label="when", how="percent", reference=0, marked=[plan.when],
                marked_label="the plan begins", others_label="no plan begins", ax=ax,
            ),
        headline=(
            f"Untargeted crime gained {with_interval(plan, 'percent')} on the seven from the "
            f"plan on; a gain is clear at {gained} dates without one as well"
        ),
        subtitle=(
            "Change of untargeted against targeted recorded crime over 32 boroughs, before and "
            "after each date, with 95% interval"
        ),
        alt=(
            f"Dot plot of {words.count(len(rows))} dates with intervals. From the plan's date "
            f"untargeted crime gained {with_interval(plan, 'percent')}; a gain is clear at "
            f"{gained} dates at which no plan began, and as large a one at {as_much}."
        ),
        height=0.8 + 0.27 * len(rows),
        also={
'when': 'From',
'estimate': ('Gain', 'percent'),
'lower': ('Lower', 'percent'),
'upper': ('Upper', 'percent'),
'change_seven': ('Seven crimes, log points', 'decimal'),
'change_others': ('Others, log points', 'decimal'),
},
        source=source,
        vintage="April 2010 to March 2016",
        caveats=[
            *([plan.caveat] if plan.caveat else []),
            "Few dates without a plan are far enough from the plan and from the inspection of "
            "recording, and what follows them runs on into the plan's years.",
            _INNOCENT,
        ],
    )  # fmt: skip


def steps(table: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of breaks in level at the plan's date and at the inspection's.

    ``table`` is what ``distortion.neighbourhood.steps`` returns.
    """
    area = table.area.iloc[0]
    called = {start: words.month(start) for start in dict.fromkeys(table.start)}
    rows = table.assign(crime=table.category.str.capitalize())
    stands = table[table.stands]
    tried, fired = int(table.placebos.iloc[0]), int(table.placebos_fired.iloc[0])
    elsewhere = f"{words.count(fired)} of {tried} do where no plan began"
    said = [
        f"{row.category} in {called[row.start]} {with_interval(row, 'percent')}"
        for _, row in stands.iterrows()
    ]
    return maker.exhibit(
        "distortion-steps",
        rows.assign(answer=["stands" if yes else "does not stand" for yes in rows.stands]),
        lambda ax: figures.side_by_side(
                rows, label="crime", kind="start", kinds=called, how="percent",
                reference=0, within=0.5, ax=ax,
            ),
        headline=(
            f"{area}: steps look clear for "
            f"{words.listing(list(dict.fromkeys(stands.category)))}; {elsewhere}"
            if len(stands)
            else f"{area}: no step is clear at either date"
        ),
        subtitle=(
            "Step in recorded crime when the plan began and when recording was inspected, with "
            "95% interval; seasons taken out"
        ),
        alt=(
            f"Dot plot of {table.category.nunique()} crimes at two dates with intervals. "
            + (f"Clear: {words.listing(said)}. " if said else "None is clear. ")
            + f"Taken alone, {elsewhere}."
        ),
        height=0.7 + 0.27 * table.category.nunique(),
        also={
            "crime": "Crime",
            "start": ("Date", "month"),
            "estimate": ("Step", "percent"),
            "lower": ("Lower", "percent"),
            "upper": ("Upper", "percent"),
            "adjusted": ("Adjusted p-value", "p_value"),
            "answer": "All tested",
        },
        source=source,
        vintage="April 2010 to March 2016",
        caveats=[
            f"Taken alone at 5%, {elsewhere}; one in twenty would by chance. Where more do, "
            "steps are less sure than they look.",
            "Where what a month is carries over almost wholly to the next, a step can hardly be "
            "told, and the interval runs off the figure.",
            _INNOCENT,
        ],
    )  # fmt: skip
