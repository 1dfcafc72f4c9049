"""Raked weights meet their totals; logistic regression meets an independent program."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from pvtools.errors import InputError
from pvtools.stats import survey

from .small_surveys import DESIGN, jackknife, respondents

MARGINS = {
    "age": {"16-34": 0.3, "35-64": 0.45, "65+": 0.25},
    "wave": {"2021": 0.4, "2022": 0.6},
}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    data = respondents()
    band = np.where(data.score > 90, "high", np.where(data.score > 72, "middle", "low"))
    return data.assign(band=band)


def test_raked_weights_meet_every_margin(people):
    weight = survey.rake(people, MARGINS, design=DESIGN)
    assert weight.index.equals(people.index)
    assert weight.sum() == pytest.approx(people.weight.sum())
    for name, known in MARGINS.items():
        share = weight.groupby(people[name]).sum() / weight.sum()
        assert share.to_dict() == pytest.approx(known, abs=1e-9)


def test_raked_weights_agree_with_an_independent_program(people):
    weight = survey.rake(people, MARGINS, design=DESIGN)
    # measured with svy 0.35, tolerance 1e-10
    expected = [1.2627289967883104, 1.3099598694441914, 0.24812012288670854, 1.4269884027907838]
    assert weight[:4].tolist() == pytest.approx(expected, rel=1e-9)


def test_a_category_that_nobody_should_be_in_is_weighted_to_nothing(people):
    weight = survey.rake(people, {"wave": {"2021": 0.0, "2022": 1.0}}, design=DESIGN)
    assert weight[people.wave == "2021"].eq(0).all()
    assert weight[people.wave == "2022"].gt(0).all()
    assert weight.sum() == pytest.approx(people.weight.sum())


def test_counts_set_the_sum_of_the_weights(people):
    counts = {name: {k: v * 7_000_000 for k, v in known.items()} for name, known in MARGINS.items()}
    large = survey.rake(people, counts, design=DESIGN)
    assert large.sum() == pytest.approx(7_000_000)
    small = survey.rake(people, MARGINS, design=DESIGN)
    assert (large / small).to_numpy() == pytest.approx(7_000_000 / people.weight.sum(), rel=1e-8)


def _calibrated(people, margins):
    raked = people.assign(raked=survey.rake(people, margins, design=DESIGN))
    return raked, dataclasses.replace(DESIGN, weight="raked", calibration=tuple(margins))


def test_calibrated_errors_agree_with_a_jackknife_that_rakes_anew(people):
    margins = {"age": MARGINS["age"], "band": {"high": 0.3, "middle": 0.4, "low": 0.3}}
    raked, after = _calibrated(people, margins)
    plain = dataclasses.replace(DESIGN, weight="raked")
    between = {"wave": ("2021", "2022")}

    def means(data):
        again = data.assign(raked=survey.rake(data, margins, design=DESIGN))
        return survey.mean(again, "score", design=plain, by="wave").estimate.to_numpy()

    def change(data):
        again = data.assign(raked=survey.rake(data, margins, design=DESIGN))
        return survey.difference(again, "score", design=plain, between=between).estimate.to_numpy()

    calibrated = survey.mean(raked, "score", design=after, by="wave").stderr.to_numpy()
    naive = survey.mean(raked, "score", design=plain, by="wave").stderr.to_numpy()
    assert jackknife(people, means) == pytest.approx(calibrated, rel=0.05)
    assert (calibrated < naive).all()
    linear = survey.difference(raked, "score", design=after, between=between).stderr[0]
    assert jackknife(people, change)[0] == pytest.approx(linear, rel=0.05)


def test_the_calibrated_error_is_that_of_regression_residuals(people):
    raked, after = _calibrated(people, MARGINS)
    row = survey.mean(raked, "score", design=after).iloc[0]
    x = np.column_stack(
        [
            (people[name] == level).astype(float)
            for name, known in MARGINS.items()
            for level in known
        ]
    )
    x = x.astype(float)
    root = np.sqrt(raked.raked.to_numpy())
    slope = np.linalg.lstsq(x * root[:, None], raked.score.to_numpy() * root, rcond=None)[0]
    left = raked.assign(left=raked.score - x @ slope)
    plain = dataclasses.replace(after, calibration=())
    assert row.stderr == pytest.approx(survey.mean(left, "left", design=plain).stderr[0], rel=1e-9)
    # svy 0.35 fits its regression with the weights raking started from: near, not the same
    assert row.stderr == pytest.approx(1.123100965769683, rel=0.01)


def test_what_known_totals_fix_has_no_standard_error(people):
    raked, after = _calibrated(people, MARGINS)
    row = survey.proportion(raked.assign(late=people.wave == "2022"), "late", design=after).iloc[0]
    assert row.estimate == pytest.approx(0.6)
    assert np.isnan(row.stderr)
    assert "known totals" in row.caveat


@pytest.mark.parametrize(
    ("margins", "said"),
    [
        ({}, "No margins"),
        ({"agee": {"x": 1}}, "Did you mean 'age'"),
        ({"wave": {"2021": 1.0}}, "no known total for '2022'"),
        ({"wave": {"2021": 0.5, "2022": 0.3, "2023": 0.2}}, "no respondents in '2023'"),
        ({"wave": {"2021": 1.5, "2022": -0.5}}, "zero or more"),
        ({"wave": {"2021": "half", "2022": 0.5}}, "must be numbers"),
        ({"wave": {"2021": 40, "2022": 60}, "age": dict.fromkeys(MARGINS["age"], 10)}, "'age' 30"),
    ],
)
def test_margins_that_cannot_be_met_are_refused_in_words(people, margins, said):
    with pytest.raises(InputError, match=said):
        survey.rake(people, margins, design=DESIGN)


def test_raking_without_an_end_names_the_margin(people):
    data = people.assign(twin=people.wave)
    margins = {"wave": {"2021": 0.2, "2022": 0.8}, "twin": {"2021": 0.9, "2022": 0.1}}
    with pytest.raises(InputError, match=r"after 500 rounds 'wave' is still"):
        survey.rake(data, margins, design=DESIGN)


def test_logistic_agrees_with_an_independent_program(people):
    table = survey.logistic(people, "yes", ["x", "age"], design=DESIGN).set_index("term")
    # measured with svy 0.35, family binomial
    expected = {
        "(constant)": (0.14396170641139905, 0.3098444876661108, -0.5164561860187343),
        "x": (-0.11426722023529626, 0.1121112422423935, -0.35322667656498785),
        "age: 35-64 v 16-34": (0.20004772016728062, 0.42438473923101, -0.7045069394091596),
        "age: 65+ v 16-34": (0.6285994650436649, 0.38841593330788676, -0.19928949955360653),
    }
    assert list(table.index) == list(expected)
    for term, values in expected.items():
        row = table.loc[term, ["estimate", "stderr", "lower"]]
        assert row.tolist() == pytest.approx(list(values), rel=1e-6)
    assert (table.df == 15).all()
    assert table.odds_ratio.to_numpy() == pytest.approx(np.exp(table.estimate.to_numpy()))


def test_logistic_of_one_truth_value_is_the_odds_ratio_of_the_table(people):
    data = people.assign(old=people.age == "65+")
    table = survey.logistic(data, "yes", "old", design=DESIGN)
    share = survey.proportion(data, "yes", design=DESIGN, by="old").estimate
    odds = share / (1 - share)
    assert table.odds_ratio[1] == pytest.approx(odds[1] / odds[0])


def test_logistic_errors_agree_with_the_jackknife(people):
    def coefficients(data):
        return survey.logistic(data, "yes", ["x", "age"], design=DESIGN).estimate.to_numpy()

    linear = survey.logistic(people, "yes", ["x", "age"], design=DESIGN).stderr.to_numpy()
    assert jackknife(people, coefficients) == pytest.approx(linear, rel=0.07)


def test_logistic_finds_the_maximum_whatever_the_scale(people):
    far = people.assign(pounds=1e6 + 1e3 * people.x)
    near = survey.logistic(people, "yes", "x", design=DESIGN)
    scaled = survey.logistic(far, "yes", "pounds", design=DESIGN)
    assert scaled.estimate[1] == pytest.approx(near.estimate[1] / 1e3, rel=1e-6)
    assert scaled.stderr[1] == pytest.approx(near.stderr[1] / 1e3, rel=1e-6)

    def loss(beta):
        odds = beta[0] + beta[1] * people.x
        return (people.weight * (np.logaddexp(0, odds) - people.yes * odds)).sum()

    assert near.estimate.to_numpy() == pytest.approx(minimize(loss, [0, 0]).x, abs=1e-4)


def test_those_without_an_answer_or_a_predictor_are_left_out_as_a_domain(people):
    data = people.assign(
        yes=people.yes.where(people.x > -1), age=people.age.where(people.score > 60)
    )
    table = survey.logistic(data, "yes", ["x", "age"], design=DESIGN)
    kept = (people.x > -1) & (people.score > 60)
    unweighted = people.assign(weight=people.weight.where(kept, 0.0))
    whole = survey.logistic(unweighted, "yes", ["x", "age"], design=DESIGN)
    assert table.stderr.to_numpy() == pytest.approx(whole.stderr.to_numpy())
    assert table.caveat[0] == f"{int((~kept).sum())} lack an answer or a predictor: left out."


@pytest.mark.parametrize(
    ("columns", "predictors", "said"),
    [
        (lambda p: {"k": p.yes * 2 + 1}, ["k", "x"], "foretold perfectly by 'k'"),
        (lambda p: {"yes": p.x + 0.01 * p.score > 0.8}, ["x", "score"], "foretold perfectly"),
        (
            lambda p: {"k": np.where(p.index < 20, "b", "a"), "yes": p.yes.where(p.index >= 20, 1)},
            ["k", "x"],
            "foretold perfectly by 'k: b v a'",
        ),
        (lambda p: {"k": 2 * p.x + 1}, ["k", "x"], "Predictors repeat each other"),
        (lambda p: {"k": 3.0}, ["k", "x"], "'k' can be worked out from the others"),
        (lambda p: {"k": "same"}, ["k"], "the same for everybody"),
        (lambda p: {"yes": 1}, ["x"], "all 284 answers are 1"),
        (lambda p: {"yes": np.nan}, ["x"], "nobody answered"),
        (lambda p: {"cluster": p.stratum, "stratum": 1}, ["x", "age"], "3 degrees of freedom"),
        (lambda p: {}, ["yes"], "other than 'yes'"),
        (lambda p: {}, [], "Predictors must be one or more"),
        (lambda p: {}, ["xx"], "Unknown column 'xx'"),
    ],
)  # fmt: skip
def test_a_regression_that_cannot_be_fitted_is_refused_in_words(people, columns, predictors, said):
    with pytest.raises(InputError, match=said):
        survey.logistic(people.assign(**columns(people)), "yes", predictors, design=DESIGN)
