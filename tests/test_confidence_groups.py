"""Respondents: the truth is recovered, small groups are not shown, and made-up people say so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import confidence, synthetic
from pvtools.errors import InputError, UsageError
from pvtools.stats import survey

DESIGN = survey.Design(**synthetic.DESIGN)
ASK = {"design": DESIGN, "group": "ethnicity", "reference": "White British"}


@pytest.fixture(scope="module")
def made() -> synthetic.Survey:
    return synthetic.survey(11, waves=4)


def test_respondents_and_published_shares_are_asked_in_one_way(made):
    shares = confidence.proportion(made.respondents, "good_job", design=DESIGN)
    assert tuple(shares.columns[:13]) == (
        "measure", "quantity", "area", "period", "group", "estimate", "lower", "upper", "level",
        "n", "method", "source", "caveat",
    )  # fmt: skip
    assert shares.origin.eq("synthetic").all()
    assert len(shares) == 33 * 4
    assert confidence.change(shares, years=0).estimate.abs().max() == 0


def test_intervals_hold_the_truth_as_often_as_they_say(made):
    shares = confidence.proportion(made.respondents, "trust", design=DESIGN)
    held = confidence.against_truth(shares, made.truth)
    assert held.held.mean() == pytest.approx(0.95, abs=0.05)
    london = held[held.area == "London"]
    assert (london.estimate - london.true_value).abs().max() < 0.05


def test_estimates_of_another_survey_have_no_truth_here(made):
    shares = confidence.proportion(made.respondents, "trust", design=DESIGN)
    with pytest.raises(InputError, match="no true value"):
        confidence.against_truth(shares.assign(period="1999-03"), made.truth)


def test_an_unknown_question_is_refused(made):
    with pytest.raises(UsageError, match="Did you mean 'good_job'"):
        confidence.proportion(made.respondents, "good_jobs", design=DESIGN)


def test_respondents_without_place_or_wave_are_refused_in_words(made):
    with pytest.raises(InputError, match="Unknown column 'borough'"):
        confidence.proportion(made.respondents.drop(columns="borough"), "good_job", design=DESIGN)


@pytest.mark.parametrize(
    "ask",
    [
        confidence.change,
        confidence.difference_from_london,
        confidence.funnel_limits,
        confidence.shrunken,
        confidence.ranked,
    ],
)
def test_a_wave_that_is_not_held_is_refused_with_those_that_are(made, ask):
    shares = confidence.proportion(made.respondents, "good_job", design=DESIGN)
    with pytest.raises(InputError, match="No survey wave last year; waves held are"):
        ask(shares, period="last year")


def test_the_gap_that_was_made_is_found(made):
    raw = confidence.gaps(made.respondents, "good_job", **ASK).set_index("group")
    like = confidence.adjusted_gaps(
        made.respondents, "good_job", among=["age_group", "sex", "victim"], **ASK
    ).set_index("group")
    assert raw.upper["Black"] < 0, "made to be less confident"
    assert like.upper["Black"] < 0
    assert "White British" not in raw.index
    assert raw.origin.eq("synthetic").all()
    assert like.method.str.contains("alike in age_group, sex, victim").all()


def test_groups_of_few_people_are_not_shown(made):
    raw = confidence.gaps(made.respondents, "good_job", fewest=200, **ASK).set_index("group")
    hidden = raw[raw.caveat.str.contains("Withheld: fewer than 200 people")]
    assert len(hidden) >= 1
    assert hidden[["estimate", "lower", "upper", "n"]].isna().all().all()
    like = confidence.adjusted_gaps(made.respondents, "good_job", among=["sex"], fewest=200, **ASK)
    assert not set(hidden.index) & set(like.dropna(subset=["estimate"]).group)
    assert set(hidden.index) <= set(like.group), "a row that says why there is no figure"


def test_a_reference_group_that_is_not_there_is_refused_with_those_that_are(made):
    ask = ASK | {"reference": "Martian"}
    with pytest.raises(InputError, match="White British"):
        confidence.gaps(made.respondents, "good_job", **ask)


def test_a_group_counts_those_who_answered_not_those_who_were_asked(made):
    people = made.respondents
    silent = (people.ethnicity.astype("str") == "Black") & (np.arange(len(people)) % 40 > 0)
    people = people.assign(good_job=people.good_job.astype("float").mask(silent))
    raw = confidence.gaps(people, "good_job", **ASK).set_index("group")
    assert raw.caveat["Black"] == "Withheld: fewer than 30 people answered here."
    assert np.isnan(raw.estimate["Black"])
    assert raw.caveat["Mixed"].startswith("Withheld so that"), "beside one of fewer than ten"
    assert raw.estimate.drop(["Black", "Mixed"]).notna().all()
    like = confidence.adjusted_gaps(people, "good_job", among=["sex"], **ASK).set_index("group")
    assert np.isnan(like.estimate["Black"])
    assert like.caveat.drop(["Black", "Mixed"]).str.contains("left out").all(), (
        "the model says who is not in"
    )


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"group": "ethnic"}, "Unknown column 'ethnic'"),
        ({"period": "1999-12"}, "No survey wave '1999-12'"),
    ],
)
def test_a_column_or_wave_that_is_not_there_is_refused_in_words(made, asked, says):
    for ask in (confidence.gaps, confidence.adjusted_gaps):
        more = {"among": ["sex"]} if ask is confidence.adjusted_gaps else {}
        with pytest.raises(InputError, match=says):
            ask(made.respondents, "good_job", **(ASK | asked), **more)


def test_groups_need_not_be_texts(made):
    people = made.respondents.assign(older=made.respondents.age_group.astype("str") >= "45")
    ask = {"design": DESIGN, "group": "older", "reference": "False"}
    raw = confidence.gaps(people, "good_job", **ask)
    assert raw.group.tolist() == ["True"]
    assert raw.estimate.notna().all()


def test_what_goes_with_an_answer_adds_up(made):
    table = confidence.drivers_of(
        made.respondents,
        "good_job",
        design=DESIGN,
        predictors=["statement_fair", "statement_team", "sex"],
        n_boot=50,
    )
    assert table.estimate.sum() == pytest.approx(1)
    share = table.set_index("predictor").estimate
    assert share["statement_fair"] > share["statement_team"] > share["sex"]


def test_inputs_are_not_mutated(made):
    before = made.respondents.copy(deep=True)
    confidence.proportion(made.respondents, "good_job", design=DESIGN, kind="bcu")
    confidence.gaps(made.respondents, "good_job", **ASK)
    pd.testing.assert_frame_equal(made.respondents, before)
    assert np.isfinite(before.weight).all()


def test_victims_are_asked_in_the_same_way_by_month_and_command_unit():
    victims = synthetic.satisfaction(2, months=3).respondents
    design = survey.Design(**synthetic.SATISFACTION_DESIGN)
    units = confidence.proportion(victims, "satisfied", design=design, kind="bcu")
    assert units.period.nunique() == 3
    assert units.area.nunique() == 13
    gap = confidence.gaps(
        victims, "satisfied", design=design, group="ethnicity_group", reference="White"
    )
    assert len(gap) == 1
    assert gap.lower[0] < gap.estimate[0] < gap.upper[0]
