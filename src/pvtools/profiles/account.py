"""The public value account of an area: what its profile and the safety index hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pvtools import estimates, measures, safety_index
from pvtools.errors import InputError
from pvtools.exhibits import Ledger
from pvtools.exhibits.account import AUTHORISE, COUNT, CREATE, MEASURE, SAMPLE, TEST, WEIGHTS, Cell
from pvtools.exhibits.account import account as ledger
from pvtools.exhibits.glance import Indicator
from pvtools.profiles.everywhere import Everywhere
from pvtools.profiles.safety import safety_scores, scale

_OPINIONS = {"good_job": "Police do a good job locally", "trust": "The Met can be trusted"}
_HALVES = {"recorded": "Safety, by what is recorded", "perceived": "Safety, by what people say"}


def account(
    area: str,
    indicators: Mapping[str, Indicator],
    near: Sequence[str],
    *,
    every: Everywhere,
    checks: Ledger,
    since: Mapping[str, Mapping[str, pd.DataFrame]],
) -> dict[str, Ledger]:
    """Return the account of an area: evidence on each question, how sure, and what is missing.

    ``indicators`` are those of its table at a glance, by label; ``near`` the places most like it,
    or the boroughs of a command unit; ``checks`` whether targets have bent its measures; ``since``
    how answers to questions moved from earlier years, by what those are called.
    """
    cells = [*_authorise(indicators, since, every), *_create(indicators), *_measure(every, checks)]
    scored = any(isinstance(cell.found, Indicator) for cell in cells if cell.question == MEASURE)
    return ledger(cells, area=area, near=near, scale=scale(safety_index.read()) if scored else "")


def _authorise(
    indicators: Mapping[str, Indicator],
    since: Mapping[str, Mapping[str, pd.DataFrame]],
    every: Everywhere,
) -> Iterator[Cell]:
    yield Cell(
        AUTHORISE,
        "Whose voice is heard",
        "",
        "",
        "Who sits on ward panels is not published: rosters and minutes would tell.",
    )
    yield Cell(
        AUTHORISE,
        "Whose priorities are followed",
        "",
        "",
        "What residents ask for beside what is targeted: the panels' lists would tell.",
    )
    for key, asked in _OPINIONS.items():
        label = measures.find(key).label
        said = "Why people think so." if label in indicators else "A survey here would tell."
        moved = since.get(key, {})
        said = " ".join([said, *_broken(moved, every)])
        yield Cell(AUTHORISE, asked, indicators.get(label, ""), SAMPLE, said, moved)


def _broken(moved: Mapping[str, pd.DataFrame], every: Everywhere) -> Iterator[str]:
    """Yield what may have broken a series between the waves that are compared."""
    for table in moved.values():
        ends = (estimates.end(table[end].iloc[0]) for end in ("since", "period"))
        yield from every.register[table.source.iloc[0]].breaks_between(*ends)


def _create(indicators: Mapping[str, Indicator]) -> Iterator[Cell]:
    yield Cell(
        CREATE,
        "How much crime is recorded",
        indicators.get("All crime", ""),
        COUNT,
        "How much is never reported: a survey of victims here would tell.",
    )
    yield Cell(
        CREATE,
        "How much harm",
        indicators.get("Harm (score)", ""),
        WEIGHTS,
        "Weights are days of sentences, not what victims feel.",
    )
    yield Cell(
        CREATE,
        "Whether officers are where demand is",
        "",
        "",
        "Where officers are by hour is not published: duty rosters would tell.",
    )
    yield Cell(
        CREATE,
        "How often an outcome is reached",
        indicators.get("Positive outcomes", ""),
        COUNT,
        "Some belong to earlier offences: offences followed to their end would tell.",
    )


def _measure(every: Everywhere, checks: Ledger) -> Iterator[Cell]:
    yield from _halves(every)
    yield Cell(
        MEASURE,
        "Whether targets bent the measures",
        _checked(str(checks.table.answer.iloc[0])),
        TEST,
        "Cases moved to within a target time: times by case would tell.",
    )
    yield Cell(
        MEASURE,
        "What the police caused",
        "",
        "",
        "A trial that assigns what is done, place by place, would tell.",
    )


def _halves(every: Everywhere) -> Iterator[Cell]:
    """Return both halves of the safety index, or why there is none."""
    try:
        scores, lacks = safety_scores(every), ""
    except InputError as error:
        scores, lacks = None, str(error)
    for half, asked in _HALVES.items():
        limit = (
            "How safe people feel is not published: a survey here would tell."
            if half == "perceived"
            else "What is not recorded; weights are a choice."
        )
        found = "" if scores is None else Indicator(asked, scores[scores.group == half])
        yield Cell(MEASURE, asked, found, WEIGHTS, lacks or limit)


def _checked(answer: str) -> str:
    return "" if answer.startswith("Cannot") else answer
