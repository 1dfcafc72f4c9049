"""Drivers: parts that add up, effects that mean what they say, and association throughout."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from pvtools.errors import InputError
from pvtools.stats import drivers
from pvtools.stats.survey import Design

PLAIN = Design()
FULL = Design(weight="weight", stratum="stratum", cluster="ward")
THREE = ["fair", "listens", "informed"]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 900
    common = rng.standard_normal(n)
    data = pd.DataFrame({name: common + rng.standard_normal(n) for name in THREE})
    ward = np.arange(n) // 15
    eta = 0.6 * data.fair + 0.3 * data.listens + 0.4 * rng.standard_normal(60)[ward]
    return data.assign(
        trust=eta + rng.standard_normal(n),
        good=(rng.random(n) < expit(eta)).astype(int),
        age=rng.choice(["16–34", "35–64", "65+"], n),
        victim=rng.random(n) < 0.3,
        weight=rng.uniform(0.5, 2, n),
        ward=ward,
        stratum=ward // 10,
    )


def _r_squared(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    x = np.column_stack([np.ones(len(y)), x])
    root = np.sqrt(w)
    residual = y - x @ np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    return 1 - (w * residual**2).sum() / (w * (y - np.average(y, weights=w)) ** 2).sum()


def _loglik(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    x = np.column_stack([np.ones(len(y)), x])

    def negative(beta: np.ndarray) -> tuple[float, np.ndarray]:
        eta = x @ beta
        return -(w * (y * eta - np.logaddexp(0, eta))).sum(), -x.T @ (w * (y - expit(eta)))

    return -minimize(negative, np.zeros(x.shape[1]), jac=True, method="BFGS", tol=1e-10).fun


def _by_orders(worth: dict[frozenset[str], float]) -> list[float]:
    """Return the gain of each predictor averaged over all six orders, straight from the words."""
    gains = {name: [] for name in THREE}
    for order in permutations(THREE):
        for place, name in enumerate(order):
            before = frozenset(order[:place])
            gains[name].append(worth[before | {name}] - worth[before])
    return [float(np.mean(gains[name])) for name in THREE]


def _choices() -> list[list[str]]:
    return [[n for i, n in enumerate(THREE) if r >> i & 1] for r in range(8)]


def test_parts_are_the_gains_averaged_over_all_orders(people):
    y, w = people.trust.to_numpy(), people.weight.to_numpy()
    worth = {frozenset(c): _r_squared(people[c].to_numpy(), y, w) if c else 0.0 for c in _choices()}
    table = drivers.shapley(people, "trust", THREE, design=FULL)
    assert table.estimate.tolist() == pytest.approx(_by_orders(worth), abs=1e-12)
    assert table.estimate.sum() == pytest.approx(worth[frozenset(THREE)], abs=1e-12)
    assert table.share.sum() == pytest.approx(1, abs=1e-12)


def test_parts_of_a_binary_outcome_are_gains_in_mcfadden_r_squared(people):
    y, w = people.good.to_numpy(), people.weight.to_numpy()
    fits = {frozenset(c): _loglik(people[c].to_numpy(), y, w) for c in _choices()}
    worth = {c: 1 - value / fits[frozenset()] for c, value in fits.items()}
    table = drivers.shapley(people, "good", THREE, design=FULL)
    assert table.estimate.tolist() == pytest.approx(_by_orders(worth), abs=1e-9)
    assert table.estimate.sum() == pytest.approx(table.r_squared[0], abs=1e-12)
    assert "McFadden" in table.method[0]


def test_predictors_unrelated_to_each_other_account_for_their_own_r_squared():
    grid = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1], [0, 1])).reshape(4, -1).T
    data = pd.DataFrame(grid[:, :3], columns=THREE, dtype=float)
    data["trust"] = grid @ [3.0, 2.0, 1.0, 4.0]
    table = drivers.shapley(data, "trust", THREE, design=PLAIN)
    # Variances 9, 4 and 1 of the whole, which also holds the 4 that nothing explains.
    assert table.estimate.tolist() == pytest.approx([9 / 18, 4 / 18, 1 / 18], abs=1e-12)


def test_a_category_counts_as_one_predictor(people):
    table = drivers.shapley(people, "trust", ["fair", "age", "victim"], design=FULL)
    assert list(table.predictor) == ["fair", "age", "victim"]
    dummies = pd.get_dummies(people[["fair", "age", "victim"]], dtype=float, drop_first=True)
    whole = _r_squared(dummies.to_numpy(float), people.trust.to_numpy(), people.weight.to_numpy())
    assert table.r_squared[0] == pytest.approx(whole, abs=1e-12)


def test_twins_get_equal_parts(people):
    swapped = drivers.shapley(people, "good", THREE[::-1], design=FULL).iloc[::-1]
    straight = drivers.shapley(people, "good", THREE, design=FULL)
    assert straight.estimate.to_numpy() == pytest.approx(swapped.estimate.to_numpy(), abs=1e-12)


@pytest.mark.parametrize("outcome", ["trust", "good"])
def test_the_one_step_bootstrap_meets_refitting(people, outcome):
    """Standard errors meet those of samples of clusters, drawn and fitted here one by one."""
    table = drivers.shapley(people, outcome, ["fair", "informed"], design=FULL, n_boot=400)
    rng, found = np.random.default_rng(2), []
    y = people[outcome].to_numpy()
    fit = _r_squared if outcome == "trust" else _loglik
    for _ in range(120):
        factor = np.zeros(60)
        for stratum in range(6):
            np.add.at(factor, stratum * 10 + rng.integers(0, 10, 9), 10 / 9)
        w = people.weight.to_numpy() * factor[people.ward]
        both, a, b, none = (
            fit(people[c].to_numpy(), y, w)
            for c in (["fair", "informed"], ["fair"], ["informed"], [])
        )
        parts = np.array([both - b + a - none, both - a + b - none]) / 2
        found.append(parts if outcome == "trust" else parts / -none)
    assert table.stderr.tolist() == pytest.approx(np.std(found, axis=0, ddof=1), rel=0.25)


def test_shares_of_two_are_as_sure_as_each_other(people):
    table = drivers.shapley(people, "trust", ["fair", "informed"], design=FULL)
    one, other = table.share_lower[0], table.share_upper[1]
    assert 0 < one < table.share[0] < table.share_upper[0]
    # What one share gains the other loses.
    assert one == pytest.approx(1 - other, abs=1e-12)


def test_the_same_seed_gives_the_same_interval_and_data_are_left_alone(people):
    before = people.copy()
    first = drivers.shapley(people, "good", THREE, design=FULL, seed=3)
    second = drivers.shapley(people, "good", THREE, design=FULL, seed=3)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(people, before)
    assert ((first.lower <= first.estimate) & (first.estimate < first.upper)).all()
    assert first.method.str.contains("not cause").all()


def test_of_a_single_two_level_predictor_the_effect_is_the_difference_of_shares(people):
    row = drivers.marginal_effects(people, "good", ["victim"], design=FULL).iloc[0]
    share = {v: np.average(part.good, weights=part.weight) for v, part in people.groupby("victim")}
    assert row.estimate == pytest.approx(share[True] - share[False], abs=1e-12)
    assert (row.level, row.reference) == ("1", "0")


def test_a_saturated_effect_has_the_error_of_a_linearised_difference():
    # Without weights, strata or clusters: p(1−p)/n of each group, with n/(n−1) over all.
    victim = np.repeat([0, 1], [120, 80])
    good = np.concatenate([np.arange(120) < 70, np.arange(80) < 30]).astype(int)
    data = pd.DataFrame({"good": good, "victim": victim})
    row = drivers.marginal_effects(data, "good", ["victim"], design=PLAIN).iloc[0]
    p, q = 70 / 120, 30 / 80
    expected = np.sqrt((p * (1 - p) / 120 + q * (1 - q) / 80) * 200 / 199)
    assert row.stderr == pytest.approx(expected, rel=1e-9)
    assert row.df == 198


def test_the_effect_of_a_number_is_the_mean_slope(people):
    table = drivers.marginal_effects(people, "good", ["fair", "age"], design=FULL)
    x = np.column_stack(
        [people.fair, people.age == "35–64", people.age == "65+", np.ones(len(people))]
    ).astype(float)
    y, w = people.good.to_numpy(), people.weight.to_numpy()
    beta = minimize(
        lambda b: -(w * (y * (x @ b) - np.logaddexp(0, x @ b))).sum(),
        np.zeros(4),
        jac=lambda b: -x.T @ (w * (y - expit(x @ b))),
        method="BFGS",
        tol=1e-9,
    ).x
    chance = expit(x @ beta)
    mean_slope = np.average(chance * (1 - chance) * beta[0], weights=w)
    assert table.estimate[0] == pytest.approx(mean_slope, rel=1e-6)
    assert list(table.level) == ["per unit", "35–64", "65+"]
    assert set(table.reference[1:]) == {"16–34"}


def test_of_a_numeric_outcome_effects_are_coefficients(people):
    table = drivers.marginal_effects(people, "trust", THREE, design=FULL)
    x = np.column_stack([np.ones(len(people)), people[THREE]])
    root = np.sqrt(people.weight.to_numpy())
    beta = np.linalg.lstsq(x * root[:, None], people.trust * root, rcond=None)[0]
    assert table.estimate.to_numpy() == pytest.approx(beta[1:], rel=1e-9)


def test_intervals_of_effects_hold_the_truth_as_often_as_they_promise():
    rng, inside = np.random.default_rng(8), 0
    ward = np.arange(400) // 10
    for _ in range(150):
        x = rng.standard_normal(400) + rng.standard_normal(40)[ward]
        y = 0.5 * x + 0.7 * rng.standard_normal(40)[ward] + rng.standard_normal(400)
        data = pd.DataFrame({"x": x, "y": y, "ward": ward})
        row = drivers.marginal_effects(data, "y", ["x"], design=Design(cluster="ward")).iloc[0]
        inside += row.lower <= 0.5 <= row.upper
    assert 0.88 <= inside / 150 <= 0.99


def test_respondents_with_gaps_are_left_out_and_counted(people):
    gappy = people.copy()
    gappy.loc[:9, "fair"] = np.nan
    gappy.loc[5:14, "trust"] = np.nan
    row = drivers.marginal_effects(gappy, "trust", THREE, design=FULL).iloc[0]
    assert row.n == len(people) - 15
    assert row.caveat == "15 respondents with gaps are left out."


def test_a_stratum_with_one_cluster_is_worked_round_and_said(people):
    lone = people.assign(stratum=np.where(people.ward == 59, 99, people.stratum))
    for table in (
        drivers.marginal_effects(lone, "good", THREE, design=FULL),
        drivers.shapley(lone, "good", THREE, design=FULL),
    ):
        assert (table.stderr > 0).all()
        assert table.caveat.str.contains("single cluster").all()


@pytest.mark.parametrize(
    ("change", "outcome", "predictors", "said"),
    [
        ({}, "trusts", THREE, "Did you mean 'trust'"),
        ({}, "trust", ["fair", "trust"], "own predictor"),
        ({}, "trust", [], "at least one predictor"),
        ({}, "trust", ["fair", "fair"], "named twice"),
        ({}, "age", THREE, "must hold numbers"),
        ({"good": 1}, "good", THREE, "is 1 for all"),
        ({"fair": 2.0}, "trust", THREE, "'fair' is the same for all"),
        ({"weight": -1.0}, "trust", THREE, "negative"),
        ({"ward": 1, "stratum": 1}, "trust", THREE, "single cluster"),
        ({"fair": np.nan}, "trust", THREE, "more respondents than predictors"),
    ],
)
def test_what_cannot_be_modelled_is_refused_in_words(people, change, outcome, predictors, said):
    for function in (drivers.shapley, drivers.marginal_effects):
        with pytest.raises(InputError, match=said):
            function(people.assign(**change), outcome, predictors, design=FULL)


def test_predictors_that_repeat_each_other_are_refused(people):
    twice = people.assign(again=2 * people.fair - 1)
    with pytest.raises(InputError, match="repeat each other"):
        drivers.shapley(twice, "trust", ["fair", "again"], design=FULL)


def test_more_than_twelve_predictors_are_refused(people):
    with pytest.raises(InputError, match="up to 12"):
        drivers.shapley(people, "trust", [f"x{i}" for i in range(13)], design=FULL)


def test_a_predictor_that_determines_the_outcome_has_parts_but_no_finite_effect(people):
    told = people.assign(oracle=people.good)
    table = drivers.shapley(told, "good", ["fair", "oracle"], design=FULL)
    assert table.r_squared[0] == pytest.approx(1, abs=1e-3)
    with pytest.raises(InputError, match="predictors determine the outcome"):
        drivers.marginal_effects(told, "good", ["fair", "oracle"], design=FULL)
