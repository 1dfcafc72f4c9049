"""The synthetic London: what was put in can be got out, and nothing passes for real."""

import re

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, measures, synthetic
from pvtools.errors import InputError
from pvtools.synthetic import parameters

QUESTIONS = [*measures.QUESTIONS, *measures.STATEMENTS]


@pytest.fixture(scope="module")
def made():
    return synthetic.survey(7, waves=4)


@pytest.fixture(scope="module")
def large():
    return synthetic.survey(3, waves=2, interviews=4_000, points=200)


@pytest.fixture(scope="module")
def victims():
    return synthetic.satisfaction(5, months=24)


def weighted(frame, columns):
    return frame[columns].mul(frame["weight"], axis=0).sum() / frame["weight"].sum()


def true(made, level="borough", by=""):
    rows = made.truth[made.truth["level"] == level]
    return rows[rows["by"] == by]


def correlation_within(frame, question):
    """Return the intraclass correlation in sampling points by analysis of variance."""
    answers = frame[question].astype(float)
    point = answers.groupby(frame["psu"]).transform("mean")
    stratum = answers.groupby(frame["stratum"]).transform("mean")
    points, strata = frame["psu"].nunique(), frame["stratum"].nunique()
    size = len(frame) / points
    between = ((point - stratum) ** 2).sum() / (points - strata)
    within = ((answers - point) ** 2).sum() / (len(frame) - points)
    return (between - within) / (between + (size - 1) * within)


# respondents ----------------------------------------------------------------------------------


def test_respondents_are_thirty_two_boroughs_by_waves_by_interviews(made):
    frame = made.respondents
    assert len(frame) == 32 * 4 * 100
    assert set(frame["borough"]) == {b.name for b in areas.boroughs()}
    assert frame["period"].unique().tolist() == ["2024-03", "2024-06", "2024-09", "2024-12"]
    assert frame["quarter_end"].dt.is_quarter_end.all()
    assert frame["psu"].nunique() == 32 * 4 * 10
    assert set(QUESTIONS) <= set(frame.columns)
    assert all(frame[question].dtype == bool for question in QUESTIONS)
    assert not frame.isna().any().any()


def test_a_sampling_point_lies_in_one_stratum_and_a_stratum_in_one_borough(made):
    frame = made.respondents
    assert set(frame.groupby("psu")["stratum"].nunique()) == {1}
    assert set(frame.groupby("stratum")["borough"].nunique()) == {1}
    assert set(synthetic.DESIGN.values()) <= set(frame.columns)


def test_each_borough_lies_in_its_business_area(made):
    pairs = made.respondents.drop_duplicates("borough")
    for row in pairs.itertuples():
        assert areas.find(row.borough).bcu == row.bcu


def test_equal_seeds_give_equal_frames():
    first, second = (synthetic.survey(11, waves=2) for _ in range(2))
    pd.testing.assert_frame_equal(first.respondents, second.respondents)
    pd.testing.assert_frame_equal(first.truth, second.truth)


def test_another_seed_gives_other_respondents_of_the_same_london():
    first, second = (synthetic.survey(seed, waves=2) for seed in (11, 12))
    assert not first.respondents["good_job"].equals(second.respondents["good_job"])
    pd.testing.assert_frame_equal(first.truth, second.truth)
    assert first.changed == second.changed


def test_another_london_has_other_true_values():
    first, second = (synthetic.survey(11, waves=2, london=london) for london in (1, 2))
    assert not np.allclose(first.truth["true_value"], second.truth["true_value"])


def test_what_is_done_to_the_tables_does_not_reach_the_next_survey():
    first = synthetic.survey(11, waves=2)
    first.truth.loc[:, "true_value"] = 0.0
    assert synthetic.survey(11, waves=2).truth["true_value"].min() > 0


# truth ----------------------------------------------------------------------------------------


def test_weighted_shares_recover_the_truth_of_london(large):
    found = weighted(large.respondents, QUESTIONS)
    rows = true(large, level="london")
    truth = rows.groupby("measure")["true_value"].mean()
    assert (found - truth).abs().max() < 0.005  # three standard errors of 256,000 interviews


def test_without_weights_people_look_more_content_than_they_are(large):
    truth = true(large, level="london").groupby("measure")["true_value"].mean()
    ahead = large.respondents[QUESTIONS].mean() - truth
    assert ahead["good_job"] > 0.015
    assert (ahead > 0).all()


def test_the_truth_of_every_borough_is_recovered_within_sampling_error(large):
    frame = large.respondents
    found = frame["good_job"].mul(frame["weight"]).groupby(frame["borough"]).sum()
    found = found / frame.groupby("borough")["weight"].sum()
    rows = true(large)
    truth = rows[rows["measure"] == "good_job"].groupby("borough")["true_value"].mean()
    # 8,000 interviews, design effect near 2: standard error about 0.008
    assert (found - truth).abs().max() < 0.03
    assert (found - truth).std() == pytest.approx(0.0078, rel=0.5)


@pytest.mark.parametrize("by", list(parameters.GROUPS))
def test_the_truth_of_every_group_is_recovered(large, by):
    frame = large.respondents
    found = frame["trust"].mul(frame["weight"]).groupby(frame[by]).sum()
    found = found / frame.groupby(by)["weight"].sum()
    rows = true(large, level="london", by=by)
    truth = rows[rows["measure"] == "trust"].groupby("group")["true_value"].mean()
    assert found.sub(truth).abs().max() < 0.02
    assert set(found.index) == set(truth.index)


def test_weights_add_up_to_the_residents_of_sixteen_or_more(large):
    adults = large.respondents.groupby("borough")["weight"].sum() / 2
    residents = pd.Series({b.name: b.residents for b in areas.boroughs()})
    assert (adults / residents).between(0.78, 0.82).all()


def test_business_areas_and_london_lie_between_their_boroughs(made):
    rows = made.truth[(made.truth["by"] == "") & (made.truth["measure"] == "good_job")]
    by_level = rows.groupby("level")["true_value"].agg(["min", "max"])
    assert by_level.loc["bcu", "min"] >= by_level.loc["borough", "min"]
    assert by_level.loc["london", "max"] <= by_level.loc["bcu", "max"]


@pytest.mark.parametrize("icc", [0.0, 0.02, 0.05])
def test_answers_in_a_sampling_point_correlate_as_asked(icc):
    frame = synthetic.survey(2, waves=2, interviews=2_000, points=100, icc=icc).respondents
    for question in ("good_job", "trust", "contact_officer"):
        assert correlation_within(frame, question) == pytest.approx(icc, abs=0.006)


def test_a_persons_answers_hang_together_and_drivers_have_an_order(large):
    together = large.respondents[QUESTIONS].astype(float).corr()["good_job"]
    assert together["statement_fair"] > together["statement_right"] > together["contact_officer"]
    assert together["contact_officer"] > 0.05


def test_most_boroughs_truly_stay_and_the_named_ones_truly_change():
    made = synthetic.survey(1, waves=12, interviews=20, points=2, changing=5, change=0.08)
    rows = true(made)
    wide = rows[rows["measure"] == "good_job"].pivot(
        index="borough", columns="period", values="true_value"
    )
    moved = wide["2024-12"] - wide["2023-12"]
    assert set(moved.index[moved != 0]) == set(made.changed)
    assert len(made.changed) == 5
    assert (moved[moved > 0]).tolist() == pytest.approx([0.08] * 3, abs=0.015)
    assert (moved[moved < 0]).tolist() == pytest.approx([-0.08] * 2, abs=0.015)
    assert (wide["2024-12"] == wide["2024-03"]).all()


def test_a_single_wave_is_a_survey_in_which_nothing_changes():
    made = synthetic.survey(1, waves=1)
    assert len(made.respondents) == 3_200
    assert made.changed == ()
    assert synthetic.satisfaction(1, months=1).changed == ()


def test_some_groups_are_truly_less_content(made):
    rows = true(made, level="london", by="ethnicity")
    share = rows[rows["measure"] == "trust"].groupby("group")["true_value"].mean()
    assert share["Black"] < share["White British"] - 0.1


# victims --------------------------------------------------------------------------------------


def test_eighteen_thousand_victims_are_asked_a_year(victims):
    frame = victims.respondents
    assert len(frame) == 2 * 18_000
    assert set(frame["crime_type"]) == set(parameters.CRIMES)
    assert frame.groupby("period").size().eq(1_500).all()
    assert frame.groupby("stratum").size().between(46, 47).all()


def test_the_satisfaction_of_victims_is_recovered():
    made = synthetic.satisfaction(4, months=12, interviews=32 * 500)
    found = weighted(made.respondents, ["satisfied"])["satisfied"]
    truth = true(made, level="london")["true_value"].mean()
    assert found == pytest.approx(truth, abs=0.004)
    for by in ("crime_type", "ethnicity_group"):
        groups = made.respondents.groupby(by)
        share = pd.Series({name: weighted(g, ["satisfied"])["satisfied"] for name, g in groups})
        expected = true(made, level="london", by=by).groupby("group")["true_value"].mean()
        assert share.sub(expected).abs().max() < 0.015


def test_victims_without_weights_are_not_the_victims_of_london(victims):
    frame = victims.respondents
    racist = frame["crime_type"] == "Racially motivated"
    assert racist.mean() == pytest.approx(0.13, abs=0.04)
    assert frame.loc[racist, "weight"].sum() / frame["weight"].sum() == pytest.approx(
        0.03, abs=0.01
    )


def test_the_gap_between_victims_is_the_gap_asked_for():
    rows = true(synthetic.satisfaction(1, gap=0.10), level="london", by="ethnicity_group")
    share = rows.groupby("group")["true_value"].mean()
    gap = share["White"] - share["Black, Asian and minority ethnic"]
    assert gap == pytest.approx(0.10, abs=0.015)


def test_equal_seeds_give_equal_victims(victims):
    again = synthetic.satisfaction(5, months=24)
    pd.testing.assert_frame_equal(victims.respondents, again.respondents)
    other = synthetic.satisfaction(6, months=24)
    assert not victims.respondents["satisfied"].equals(other.respondents["satisfied"])


# the stamp and the request --------------------------------------------------------------------


def test_every_table_says_that_it_was_made_up(made, victims):
    for table in (made.respondents, made.truth, victims.respondents, victims.truth):
        assert set(table["origin"]) == {synthetic.ORIGIN}
        assert synthetic.is_synthetic(table)
        assert synthetic.is_synthetic(table.iloc[:3])
    assert not synthetic.is_synthetic(made.truth.drop(columns="origin"))
    assert not synthetic.is_synthetic(made.truth.assign(origin="published"))
    assert not synthetic.is_synthetic(made.truth.iloc[:0])


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"waves": 0}, "waves is 0"),
        ({"waves": 2.5}, "waves is 2.5"),
        ({"interviews": 1}, "interviews is 1"),
        ({"points": 101}, "points is 101"),
        ({"icc": 0.9}, "icc is 0.9"),
        ({"icc": float("nan")}, "icc is nan"),
        ({"changing": 33}, "from 0 to 32 boroughs"),
        ({"change": -1}, "change is -1"),
        ({"last": "2024-11"}, "last is '2024-11'"),
        ({"last": "soon"}, "such as '2024-12'"),
        ({"london": "Paris"}, "london is 'Paris'"),
    ],
)
def test_an_impossible_survey_is_refused_with_what_is_allowed(request_, told):
    with pytest.raises(InputError, match=re.escape(told)):
        synthetic.survey(1, **request_)


def test_all_faults_of_a_request_are_told_at_once():
    with pytest.raises(InputError) as error:
        synthetic.satisfaction(-1, months=0, interviews=3, gap=2, changing=99, change=9, last="x")
    for name in ("seed", "months", "interviews", "gap", "changing", "change", "last"):
        assert f"{name} is" in str(error.value)


# documentation --------------------------------------------------------------------------------


def documented(function):
    """Return the rows of the tables in a docstring: a name and its numbers."""
    rows = {}
    for line in function.__doc__.splitlines():
        found = re.fullmatch(r"\s*(.*?)\s+(-?[0-9.]+)\s+(-?[0-9.]+)\s+(-?[0-9.]+)\s*", line)
        if found:
            rows[found[1]] = tuple(float(number) for number in found.groups()[1:])
    return rows


def test_the_tables_in_the_documentation_are_the_parameters_in_use():
    groups = {name: row for by in parameters.GROUPS.values() for name, row in by.items()}
    groups |= {f"victim: {name}": groups.pop(name) for name in ("no", "yes")}
    assert documented(synthetic.survey) == parameters.QUESTIONS | groups
    assert documented(synthetic.satisfaction) == parameters.CRIMES


def test_the_questions_are_those_of_the_register_and_five_statements():
    assert list(parameters.QUESTIONS) == QUESTIONS
    assert len(measures.STATEMENTS) == 5
    assert "satisfied" in measures.MEASURES


def test_the_shares_of_groups_add_up():
    for groups in parameters.GROUPS.values():
        assert sum(share for share, _, _ in groups.values()) == pytest.approx(1)
    assert sum(parameters.HOUSEHOLDS.values()) == pytest.approx(1)
    for column in (0, 1):
        assert sum(row[column] for row in parameters.CRIMES.values()) == pytest.approx(1)
