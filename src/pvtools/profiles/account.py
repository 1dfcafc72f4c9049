"""The public value account of an area: what its profile and the safety index hold."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pvtools import areas, estimates, words
from pvtools.exhibits import Ledger
from pvtools.exhibits.account import (
    AUTHORISE,
    COUNT,
    CREATE,
    MEASURE,
    MODEL,
    SAMPLE,
    SWINGS,
    TEST,
    Cell,
)
from pvtools.exhibits.account import account as ledger
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.findings import NOT_GIVEN
from pvtools.profiles.borough import Profile
from pvtools.profiles.safety import Safety


def account(profile: Profile, safety: Safety) -> Ledger:
    """Return the account of an area: evidence on each question, how sure, and what is missing."""
    cells = [*_authorise(profile), *_create(profile), *_measure(profile, safety)]
    return ledger(cells, area=profile.area.name)


def _authorise(profile: Profile) -> Iterator[Cell]:
    yield Cell(
        AUTHORISE,
        "Whose voice is heard",
        "",
        "",
        "Who sits on ward panels, what they ask for and what came of it is not published by "
        "borough: rosters and minutes would tell.",
    )
    yield Cell(
        AUTHORISE,
        "Whose priorities are followed",
        "",
        "",
        "What residents ask for beside what is targeted: the panels' lists would tell.",
    )
    for finding in profile.findings.items[2:]:
        held = finding.number != NOT_GIVEN
        yield Cell(
            AUTHORISE,
            finding.label.partition(",")[0],
            finding.sentence if held else "",
            SAMPLE,
            "Why people think so." if held else finding.sentence,
        )


def _create(profile: Profile) -> Iterator[Cell]:
    rate, change = profile.findings.items[:2]
    held = rate.number != NOT_GIVEN
    yield Cell(
        CREATE,
        "Crime recorded",
        rate.sentence if held else "",
        COUNT,
        "How much is never reported." if held else rate.sentence,
    )
    yield Cell(
        CREATE,
        "Whether it changed",
        change.sentence if change.number != NOT_GIVEN else "",
        SWINGS,
        "What the police had to do with it.",
    )
    yield Cell(
        CREATE,
        "Harm",
        _headline(profile.demand_currencies),
        MODEL,
        "Weights are those of sentences.",
    )
    yield Cell(
        CREATE,
        "Officers beside demand",
        "",
        "",
        "How officers are deployed by borough and hour is not published: duty rosters would tell.",
    )
    yield Cell(
        CREATE,
        "Outcomes reached",
        f"{profile.outcomes.headline}.",
        COUNT,
        "Outcomes belong to earlier offences in part; no year is compared across February 2024.",
    )


def _measure(profile: Profile, safety: Safety) -> Iterator[Cell]:
    table = safety.index.scores
    own = table[table.area == profile.area.name]
    beside = _beside(profile, table)
    halves = {half: estimates.pick(own, group=half) for half in ("recorded", "perceived")}
    yield Cell(
        MEASURE,
        "Safety, both halves",
        f"{with_interval(halves['recorded'], 'rate')} points on what is recorded, "
        f"{with_interval(halves['perceived'], 'rate')} on what people say{beside}.",
        MODEL,
        "How safe people feel is not published by borough.",
    )
    yield Cell(
        MEASURE,
        "Whether targets bent the measures",
        _checked(profile.distortion_checks.table),
        TEST,
        "Cases moved to within a target time: times by case would tell.",
    )
    yield Cell(
        MEASURE,
        "What the police caused",
        "",
        "",
        "No figure here says it: a trial that assigns what is done, place by place, would.",
    )


def _headline(piece: object) -> str:
    said = getattr(piece, "headline", "")
    return f"{said}." if said else ""


def _beside(profile: Profile, table: pd.DataFrame) -> str:
    if profile.area.is_london:
        return ""
    london = table[table.area == areas.LONDON]
    ends = [
        words.number(estimates.pick(london, group=half).estimate, "rate")
        for half in ("recorded", "perceived")
    ]
    return f"; London {ends[0]} and {ends[1]}"


def _checked(checks: pd.DataFrame) -> str:
    answer = str(checks.answer.iloc[0])
    return "" if answer.startswith("Cannot") else answer
