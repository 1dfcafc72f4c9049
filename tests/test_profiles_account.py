"""The public value account: what is held on three questions, how sure, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pvtools import areas, estimates, profiles, words
from pvtools.exhibits.account import NONE
from pvtools.profiles import everywhere


@pytest.fixture(scope="module", params=["Hackney", "London", "Central East"])
def told(request):
    profile = profiles.load(request.param)
    ledgers = [profile.account_authorise, profile.account_create, profile.account_measure]
    return profile, ledgers, pd.concat([one.table for one in ledgers], ignore_index=True)


def test_each_of_the_three_questions_has_evidence_and_gaps(told):
    _, ledgers, _ = told
    for ledger in ledgers:
        assert (ledger.table.found == NONE).any(), ledger.title
        assert (ledger.table.found != NONE).any(), ledger.title


def test_what_is_not_measured_says_what_would_measure_it_and_is_no_number(told):
    _, _, account = told
    missing = account[account.found == NONE]
    assert (missing.strength == "–").all()
    assert missing.lacks.str.contains("would").all()


def test_its_title_counts_what_is_measured(told):
    _, ledgers, _ = told
    for ledger in ledgers:
        held = words.count(int((ledger.table.found != NONE).sum())).capitalize()
        assert f"{held} of {words.count(len(ledger.table))} things" in ledger.title


def test_it_says_of_each_figure_what_the_page_at_a_glance_says(told):
    profile, _, account = told
    said = account.set_index("asked").found
    rows = profile.glance.table.set_index("indicator")
    for asked, label in {
        "How much crime is recorded": "All crime",
        "How much harm": "Harm (score)",
        "How often an outcome is reached": "Positive outcomes",
        "Police do a good job locally": "Good job",
    }.items():
        here = rows.here[label]
        assert said[asked].startswith(here), asked
        if not profile.area.is_london:
            assert f"London {rows.london[label]}" in said[asked], asked
            assert rows.near[label] in said[asked], asked


def test_both_halves_of_safety_stand_in_it_and_never_the_whole_alone(told):
    profile, _, account = told
    scores = profiles.safety("London").index.scores
    said = account.set_index("asked").found
    halves = {"recorded": "Safety, by what is recorded", "perceived": "Safety, by what people say"}
    for half, asked in halves.items():
        london = estimates.pick(scores, area=areas.LONDON, group=half)
        assert words.number(london.estimate, "count") in said[asked]
        parts = [part.name for part in areas.members(profile.area)]
        for name in parts if profile.area.kind == "bcu" else [profile.area.name]:
            own = estimates.pick(scores, area=name, group=half)
            assert words.number(own.estimate, "count") in said[asked], name


def test_points_of_the_index_say_what_100_is_as_its_own_page_says_it(told):
    _, ledgers, _ = told
    scale = profiles.safety("London").scores.subtitle.split("; ")[1]
    assert scale.startswith("100 is")
    assert f"Points of the index: {scale};" in ledgers[-1].note


def test_a_change_is_claimed_only_where_chance_would_not_make_it(told):
    profile, _, account = told
    said = account.set_index("asked").found["How much crime is recorded"]
    moved = profile.glance.table.set_index("indicator").change["All crime"]
    assert ("not clear" in said) == moved.startswith("(")
    assert ("more than chance" in said) != moved.startswith("(")


def test_without_a_survey_the_account_says_that_there_is_no_index():
    whole = everywhere.of()
    held = replace(whole.held, survey=whole.held.survey.iloc[:0])
    bare = profiles.Everywhere(held, whole.register, whole.data_dir)
    profile = profiles.Profile(profiles.Gathered(areas.find("Hackney"), bare))
    table = profile.account_measure.table.set_index("asked")
    assert table.found["Safety, by what people say"] == NONE
    assert "No survey of residents" in table.lacks["Safety, by what people say"]
    assert (profile.account_authorise.table.found == NONE).all()


def test_a_change_across_the_end_of_interviews_in_person_says_so_as_the_trend_does(told):
    profile, ledgers, _ = told
    broken = "Interviews in person stopped in 2020"
    assert broken in " ".join(profile.confidence_trend.caveats)
    lacks = ledgers[0].table.set_index("asked").lacks
    assert broken in lacks["Police do a good job locally"]
    assert broken in lacks["The Met can be trusted"]
    assert broken not in lacks["Whose voice is heard"]


def test_opinion_is_told_since_the_first_year_as_the_trend_tells_it(told):
    profile, ledgers, _ = told
    said = ledgers[0].table.set_index("asked").found["Police do a good job locally"]
    fewer = profile.confidence_trend.headline.startswith("Fewer")
    assert f"Since {profile.confidence_trend.headline.split('than in ')[-1][:4]}" in said
    assert said.endswith("more than chance.") == fewer
