"""The public value account: what is held on three questions, how sure, and what is missing."""

from __future__ import annotations

import pytest

from pvtools import profiles
from pvtools.exhibits.account import NONE


@pytest.fixture(scope="module", params=["Hackney", "London"])
def told(request):
    profile = profiles.load(request.param)
    return profile, profiles.account(profile, profiles.safety(request.param))


def test_each_of_the_three_questions_has_evidence_and_gaps(told):
    _, account = told
    by_question = account.table.groupby("question", sort=False).strength
    assert len(by_question) == 3
    for question, strength in by_question:
        assert (strength == NONE).any(), question
        assert (strength != NONE).any(), question


def test_what_is_not_measured_says_what_would_measure_it_and_is_no_number(told):
    _, account = told
    missing = account.table[account.table.strength == NONE]
    assert (missing.found == "–").all()
    assert missing.lacks.str.contains("would").all()


def test_its_sentences_are_those_of_page_one(told):
    profile, account = told
    said = set(account.table.found)
    for finding in profile.findings.items:
        assert finding.sentence in said


def test_both_halves_of_safety_stand_in_it_never_the_whole_alone(told):
    _, account = told
    row = account.table.set_index("asked").found["Safety, both halves"]
    assert "points on what is recorded" in row
    assert "on what people say" in row
    assert ("; London" in row) == ("Hackney" in account.title)


def test_its_title_counts_what_is_measured(told):
    _, account = told
    held = (account.table.strength != NONE).sum()
    assert f"{held} of {len(account.table)} things are measured" in account.title
