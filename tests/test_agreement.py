"""One question has one answer, whatever page, chapter or file it is read from."""

from __future__ import annotations

from functools import cached_property

import pandas as pd
import pytest

from pvtools import demand, estimates, measures, places, profiles, tables, words
from pvtools.exhibits import Exhibit

#: What tells estimates apart: the contract's five, and what some tables have besides.
QUESTION = ["measure", "quantity", "area", "period", "group", "level"]
BESIDES = ["since", "kind", "rule", "scenario", "year", "weekday", "hour", "officers"]
ANSWER = ["estimate", "lower", "upper"]
AREAS = ("Hackney", "London")


def exhibits_of(*of: object) -> list[Exhibit]:
    """Return every exhibit that some profiles show."""
    found = []
    for profile in of:
        names = [n for n in dir(type(profile)) if not n.startswith("_")]
        shown = (n for n in names if isinstance(getattr(type(profile), n), cached_property))
        pieces = [e for e in (getattr(profile, n) for n in shown) if isinstance(e, Exhibit)]
        found += [state for piece in pieces for state in (piece, *piece.states)]
    return found


def answers(shown: list[Exhibit]) -> pd.DataFrame:
    """Return every estimate that some exhibits show, with the exhibit it stands in."""
    tables = [
        one.table.reindex(columns=[*QUESTION, *BESIDES, *ANSWER]).assign(key=one.key)
        for one in shown
        if set(estimates.COLUMNS) <= set(one.table)
    ]
    found = pd.concat(tables, ignore_index=True).dropna(subset=["estimate"])
    return found[(found.area != "") & (found.period != "")]  # the rest are samples supposed


@pytest.fixture(scope="module")
def every() -> pd.DataFrame:
    return answers(
        [
            exhibit
            for area in AREAS
            for exhibit in exhibits_of(
                profiles.load(area), profiles.study(area), profiles.demand(area)
            )
        ]
    )


def test_estimates_of_many_exhibits_are_collected(every):
    assert every.key.nunique() > 12
    assert len(every) > 700
    shown_twice = every.groupby([*QUESTION, *BESIDES], dropna=False).key.nunique()
    assert (shown_twice > 1).sum() > 30
    states = every[every.key == "confidence-map"]
    assert states.groupby("quantity").measure.nunique().to_dict() == {"change": 8, "level": 8}


def test_no_two_exhibits_answer_one_question_differently(every):
    spread = every.groupby([*QUESTION, *BESIDES], dropna=False)[ANSWER].agg(["min", "max"])
    for end in ANSWER:
        differs = (spread[end]["max"] - spread[end]["min"]).abs() > 1e-12
        assert not differs.any(), spread[differs].head()


def test_a_second_answer_would_be_noticed(every):
    row = every.iloc[[0]].assign(estimate=lambda one: one.estimate + 0.01, key="another")
    with pytest.raises(AssertionError):
        test_no_two_exhibits_answer_one_question_differently(pd.concat([every, row]))


def test_page_one_says_what_the_tables_behind_it_hold(every):
    profile = profiles.load("Hackney")
    rate, change, confidence, trust = profile.findings.items
    for finding, measure in ((rate, "offence_rate"), (confidence, "good_job"), (trust, "trust")):
        rows = every[(every.measure == measure) & (every.quantity == "level")]
        row = rows[(rows.area == "Hackney") & (rows.group == "")].sort_values("period").iloc[-1]
        how = measures.written(measure).format
        assert finding.number == words.number(row.estimate, how)
        if measure == "offence_rate":  # a count of all that was recorded
            assert pd.isna(row.lower)
            assert finding.interval == "per 1,000 residents"
        else:
            assert finding.interval.startswith(words.interval(row.lower, row.upper, how))
    row = estimates.pick(demand.year_change(tables.load().recorded_crime), area="Hackney")
    assert change.number == words.number(row.estimate, "change")
    assert change.interval == words.interval(row.lower, row.upper, "change")


def test_a_boroughs_check_of_the_plan_agrees_with_the_chapters_count_over_all():
    every = profiles.distortion().all_boroughs.table
    tested = profiles.load("Enfield")._of.everywhere.moved_next_door
    assert every.stands.sum() == tested.stands.sum()
    assert every.looked.sum() == len(tested)
    alone = tested[(tested.area == "Enfield") & (tested.p_value < 0.01)]
    assert len(alone) == 1, "one pair of Enfield would fire taken alone"
    assert not alone.stands.any()
    answer = profiles.load("Enfield").distortion_checks.table.answer[0]
    assert answer.startswith("No sign of it in six pairs")


def test_how_large_a_change_must_be_is_said_alike_by_report_chapter_and_readme():
    profile, chapter = profiles.load("Hackney"), profiles.study("Hackney")
    said = "15 points"
    assert any(said in point for point in profile.cannot_tell.points)
    assert said in chapter.detectable.headline
    assert said in (places.home() / "README.md").read_text(encoding="utf-8")
