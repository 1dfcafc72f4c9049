"""A composite index: one scale with a fixed base, means up a tree, and what they are made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gmean, pmean

from pvtools.errors import InputError
from pvtools.stats import composite
from pvtools.stats.composite._normalise import NORMALISATIONS

PARENT = {
    "theft": "recorded",
    "robbery": "recorded",
    "worry": "perceived",
    "anxiety": "perceived",
    "recorded": "index",
    "perceived": "index",
}
DIRECTION = {"theft": -1, "robbery": -1, "worry": -1, "anxiety": 1}
NAMES = [*DIRECTION]


def areas(n=8, seed=1, **changed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        40 + 8 * rng.standard_normal((n, 4)), [f"area {i}" for i in range(n)], NAMES
    )
    for name, value in changed.items():
        table.loc["area 0", name] = value
    return table


def base(values=None, **given):
    given = {"low": dict.fromkeys(NAMES, 0), "high": dict.fromkeys(NAMES, 100)} | given
    return composite.fixed_base(areas(20, seed=9) if values is None else values, **given)


def rules(**given):
    given = {"parent": PARENT, "direction": DIRECTION, "base": base()} | given
    weights = given.pop("weights", dict.fromkeys(PARENT, 1))
    return composite.framework(weights, **given)


def top(table):
    return table[table.node == "index"].set_index("area").score


# One scale, and a base that stays


@pytest.mark.parametrize("how", NORMALISATIONS)
@settings(max_examples=20)
@given(others=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6))
def test_a_score_never_moves_because_others_did(how, others):
    fixed = base()
    first = areas()
    second = pd.concat(
        [
            first.iloc[:2],
            pd.DataFrame(dict.fromkeys(NAMES, others), [*map(str, range(len(others)))]),
        ]
    )
    ask = {"how": how, "base": fixed, "direction": DIRECTION}
    one = composite.normalise(first, **ask).iloc[:2]
    pd.testing.assert_frame_equal(composite.normalise(second, **ask).iloc[:2], one)


def test_each_scale_is_what_it_says():
    table = pd.DataFrame({"up": [10.0, 20, 40], "down": [10.0, 20, 40]}, list("abc"))
    ends = {"low": {"up": 0, "down": 0}, "high": {"up": 50, "down": 30}}
    fixed = composite.fixed_base(table, **ends, reference={"up": 20, "down": 20})
    sign = {"up": 1, "down": -1}

    def scores(how):
        found = composite.normalise(table, how=how, base=fixed, direction=sign)
        return found.up.round(6).tolist(), found.down.round(6).tolist()

    assert scores("goalposts") == ([20, 40, 80], [66.666667, 33.333333, 0])
    assert scores("minmax") == ([0, 33.333333, 100], [100, 66.666667, 0])
    assert scores("reference") == ([50, 100, 200], [150, 100, 0])
    z = ((table.up - 70 / 3) / table.up.std()).round(6).tolist()
    assert scores("z") == (z, [-v for v in z])
    assert scores("z100")[0] == pytest.approx([100 + 10 * v for v in z], abs=1e-4)
    assert scores("percentile") == ([16.666667, 50, 83.333333], [83.333333, 50, 16.666667])


def test_percentiles_lie_between_0_and_100_with_equal_values_in_their_middle():
    fixed = composite.fixed_base(pd.DataFrame({"x": [1.0, 2, 2, 3]}))
    asked = pd.DataFrame({"x": [-9.0, 1, 2, 2.5, 3, 99, np.nan]})
    found = composite.normalise(asked, how="percentile", base=fixed).x
    assert found.iloc[:6].tolist() == [12.5, 12.5, 50, 68.75, 87.5, 87.5]
    assert np.isnan(found.iloc[6])


def test_a_base_without_goalposts_or_spread_is_refused_by_the_indicators_name():
    flat = areas().assign(theft=5.0)
    with pytest.raises(InputError, match="sd above zero, which the base lacks for theft"):
        rules(base=base(flat), normalisation="z")
    with pytest.raises(InputError, match=r"a higher maximum.*theft"):
        rules(base=base(flat), normalisation="minmax")
    with pytest.raises(InputError, match=r"two values that differ.*theft"):
        rules(base=base(flat), normalisation="percentile")
    with pytest.raises(InputError, match=r"low and a higher high.*worry"):
        rules(base=base(high={"theft": 1, "robbery": 1, "worry": 0, "anxiety": 1}))
    with pytest.raises(InputError, match=r"a reference above zero.*robbery"):
        rules(base=base(reference={"robbery": 0}), normalisation="reference")
    with pytest.raises(InputError, match="two values or more are needed of theft"):
        base(areas().assign(theft=np.nan))


# The tree


@pytest.mark.parametrize(
    ("weights", "parent", "says"),
    [
        ({}, {}, "there is no indicator"),
        ({"a": "much"}, None, "weights are numbers"),
        ({"a": -1, "b": np.nan}, None, "zero or more, not those of a, b"),
        ({"a": 0, "b": 0}, None, "no weight above zero within index"),
        ({"a": 1, "b": 1}, {"a": "x", "b": "y"}, "one composite at the top, found x, y"),
        ({"a": 1, "b": 1, "c": 1}, {"a": "b", "b": "c", "c": "b"}, "contain themselves: b, c"),
        ({"a": 1}, {"a": "b", "b": "c", "d": "c"}, "no weight for b, d"),
        ({"a": 1, "b": 1}, {"a": "x", "b": None}, "no parent for b"),
        ([1, 2], None, "are given by name"),
        ({"a": 1}, ["x"], "are given by name"),
        (pd.Series([1, 2], ["a", "a"]), None, "named more than once: a"),
    ],
)
def test_a_tree_that_is_none_is_refused(weights, parent, says):
    with pytest.raises(InputError, match=says):
        composite.hierarchy(weights, parent)


def test_all_faults_of_a_tree_and_of_the_rules_come_at_once():
    with pytest.raises(InputError, match=r"not those of a; no parent for b; no weight for c"):
        composite.hierarchy({"a": -1, "b": 1}, {"a": "x", "c": "x"})
    with pytest.raises(InputError) as found:
        rules(
            direction={"theft": 0, "thefts": 1},
            normalisation="zscore",
            aggregation={"recorded": "sum"},
            missing={"worry": "ignore"},
            least=0,
        )
    for part in (
        "thefts, which is no indicator",
        "a direction is 1 or -1, not that of theft",
        "found 'zscore'",
        "no aggregation is given for",
        "found 'sum'",
        "not that of",
        "found 0",
    ):
        assert part in str(found.value)


def test_weights_add_up_to_one_within_a_parent_and_over_all_indicators():
    tree = composite.hierarchy({**dict.fromkeys(NAMES, 2), "recorded": 3, "perceived": 1}, PARENT)
    assert tree.groupby("parent").weight.sum().drop("").tolist() == pytest.approx([1, 1, 1])
    assert tree[tree.indicator].overall.sum() == pytest.approx(1)
    assert tree.overall["theft"] == pytest.approx(0.375)
    assert tree.index[-1] == "index"


def test_siblings_stand_together_in_the_order_given_whatever_the_order_of_a_set():
    names = ["q", "a", "z", "b"]
    parent = {n: f"group {n in 'ab'}" for n in names} | dict.fromkeys(
        ["group True", "group False"], "top"
    )
    tree = composite.hierarchy(dict.fromkeys(parent, 1), parent)
    assert tree.index.tolist() == ["q", "z", "a", "b", "group True", "group False", "top"]


# Published, and by another's means


def test_the_worked_example_of_the_human_development_index_is_met():
    """UNDP's example for 2000, reprinted in the technical notes of Mozambique's national report."""
    table = pd.DataFrame(
        {
            "life": [77.2, 69.8, 42.3],
            "literacy": [99.0, 82.9, 39.5],
            "enrolment": [88.1, 68.9, 32.0],
            "income": np.log([21_260, 3_130, 740]),
        },
        ["Germany", "China", "Mozambique"],
    )
    fixed = pd.DataFrame(
        {"low": [25, 0, 0, np.log(100)], "high": [85, 100, 100, np.log(40_000)]}, table.columns
    )
    asked = composite.framework(
        {"life": 1, "literacy": 2, "enrolment": 1, "income": 1, "education": 1},
        parent={
            "life": "hdi",
            "literacy": "education",
            "enrolment": "education",
            "income": "hdi",
            "education": "hdi",
        },
        base=fixed,
    )
    found = composite.score(table, asked).pivot(index="area", columns="node", values="score")
    published = pd.DataFrame(
        {"education": [0.954, 0.782, 0.370], "hdi": [0.906, 0.701, 0.331]}, table.index
    )
    pd.testing.assert_frame_equal(
        found.loc[table.index, ["education", "hdi"]] / 100,
        published,
        atol=0.0011,  # the publisher rounds the parts before it adds them
        rtol=0,
        check_names=False,
    )


@pytest.mark.parametrize(
    ("how", "mean"),
    [("arithmetic", 1), ("geometric", 0), ("harmonic", -1), (2, 2), (-0.5, -0.5)],
)
def test_every_mean_is_that_of_scipy(how, mean):
    scores = areas()
    weights = dict(zip(NAMES, [1, 2, 3, 4], strict=True))
    found = composite.aggregate(scores, weights, how=how).score
    wanted = pmean(scores.to_numpy(), mean, axis=1, weights=[1, 2, 3, 4])
    assert found.to_numpy() == pytest.approx(wanted, rel=1e-12)


def test_a_mean_within_and_another_across_are_each_their_own():
    tree = composite.hierarchy(dict.fromkeys(PARENT, 1), PARENT)
    how = {"recorded": "arithmetic", "perceived": "geometric", "index": "geometric"}
    scores = areas()
    found = composite.aggregate(scores, tree, how=how).pivot(
        index="area", columns="node", values="score"
    )
    recorded = scores[["theft", "robbery"]].mean(axis=1)
    perceived = gmean(scores[["worry", "anxiety"]], axis=1)
    assert found["recorded"].to_numpy() == pytest.approx(recorded.to_numpy())
    assert found["perceived"].to_numpy() == pytest.approx(perceived)
    assert found["index"].to_numpy() == pytest.approx(np.sqrt(recorded * perceived).to_numpy())


def test_an_indicator_beside_a_group_is_averaged_with_it():
    tree = composite.hierarchy(
        {"a": 1, "b": 1, "c": 2, "group": 2}, {"a": "group", "b": "group", "group": "x", "c": "x"}
    )
    table = pd.DataFrame({"c": [8.0], "a": [1.0], "b": [4.0]})
    for how, wanted in (("arithmetic", 5.25), ("geometric", 4.0)):
        found = composite.aggregate(table, tree, how=how)
        assert found[found.node == "x"].score.tolist() == pytest.approx([wanted])


def test_scores_of_zero_or_less_have_no_geometric_mean_and_are_named():
    asked = rules(normalisation="z", aggregation="geometric")
    with pytest.raises(InputError, match=r"takes scores above zero, not those of area \d in theft"):
        composite.score(areas(), asked)
    nested = rules(aggregation={"recorded": 1, "perceived": 1, "index": 0})
    composite.score(areas(theft=200), nested)  # one bad score within a half that is not zero
    with pytest.raises(InputError, match="not those of area 0 in recorded"):
        composite.score(areas(theft=200, robbery=200), nested)


def test_what_is_of_the_wrong_kind_is_refused_in_words():
    for ask, says in (
        (lambda: rules(direction=[1, 1]), "direction is one for all or one by indicator"),
        (lambda: rules(direction="up"), "not that of theft, robbery, worry, anxiety"),
        (lambda: rules(base=None), "the base is a table"),
        (lambda: rules(base=base().assign(low="none")), "low and high of the base are numbers"),
        (lambda: rules(base=pd.concat([base(), base()])), "found some twice"),
        (lambda: rules(aggregation=21), "a power from -20 to 20, found 21"),
        (lambda: rules(missing="base", base=base().drop(columns="reference")), "no reference"),
        (lambda: base(low={"thefts": 1}), "low is given for thefts, which is no indicator"),
        (lambda: base(high="much"), "high is a number by indicator"),
        (lambda: composite.score(areas(), {}), "a framework is as of framework"),
        (lambda: composite.aggregate(areas(), areas()), "a tree is as of hierarchy"),
        (lambda: composite.aggregate(areas(), {"theft": 1}, missing="base"), "drop, reweight"),
        (lambda: composite.balanced_weights(areas(), [1] * 4), "one for all or one by indicator"),
    ):
        with pytest.raises(InputError, match=says):
            ask()


# What is missing


def test_what_is_missing_is_dropped_reweighted_or_stood_in_for_and_said():
    table = areas(theft=np.nan)
    whole = top(composite.score(areas(), rules()))
    dropped = composite.score(table, rules())
    assert np.isnan(top(dropped)["area 0"])
    assert top(dropped).drop("area 0").equals(whole.drop("area 0"))
    half = dropped[dropped.area == "area 0"].set_index("node")
    assert half.caveat["index"] == "Missing: theft; the area is not scored."
    assert half.caveat["perceived"] == ""
    assert half.score["perceived"] > 0

    reweighted = composite.score(table, rules(missing="reweight", least=0.5))
    first = reweighted[reweighted.area == "area 0"].set_index("node")
    assert first.score["recorded"] == pytest.approx(100 - table.robbery["area 0"])
    assert first.present.to_dict() == {"recorded": 0.5, "perceived": 1.0, "index": 0.75}
    assert first.caveat["index"] == "Missing: theft; the rest is reweighted."

    stood = composite.score(table, rules(missing={**dict.fromkeys(NAMES, "drop"), "theft": "base"}))
    instead = composite.score(table.fillna(base().reference), rules())
    assert top(stood).equals(top(instead))
    first = stood[stood.area == "area 0"].set_index("node")
    assert first.present["index"] == pytest.approx(0.75)
    assert first.caveat["index"] == "Missing: theft; the base stands in."


def test_a_group_of_which_too_little_is_measured_is_not_scored_and_the_rest_is():
    table = areas(theft=np.nan, robbery=np.nan, worry=np.nan)
    found = composite.score(table, rules(missing="reweight", least=0.5))
    first = found[found.area == "area 0"].set_index("node").score
    assert np.isnan(first["recorded"])
    assert first["perceived"] == pytest.approx(table.anxiety["area 0"])
    assert np.isnan(first["index"])  # a quarter of the weight is too little
    found = composite.score(table, rules(missing="reweight", least=0.25))
    first = found[found.area == "area 0"].set_index("node").score
    assert first["index"] == pytest.approx(table.anxiety["area 0"])


def test_what_has_no_weight_stops_no_area_and_spoils_no_mean():
    weights = {**dict.fromkeys(PARENT, 1), "theft": 0, "perceived": 0}
    for how in ("arithmetic", "geometric"):
        asked = rules(weights=weights, aggregation=how)
        found = composite.score(areas(theft=np.nan, worry=np.nan), asked)
        assert top(found).to_numpy() == pytest.approx((100 - areas().robbery).to_numpy())
        first = found[found.area == "area 0"].set_index("node")
        assert first.caveat["recorded"] == ""
        assert np.isnan(first.score["perceived"])  # shown beside the index, and not part of it
        spoilt = composite.score(areas(theft=500.0), asked)  # a score of zero
        assert top(spoilt).equals(top(composite.score(areas(), asked)))


def test_values_that_are_no_table_or_lack_an_indicator_are_refused():
    for wrong, says in (
        (areas().drop(columns="theft"), "do not have theft"),
        (areas().to_numpy(), "values are a table"),
        (areas().assign(theft="many"), "a table of numbers"),
        (areas().replace(areas().theft["area 0"], np.inf), "finite"),
        (pd.concat([areas(), areas()]), "each once"),
    ):
        with pytest.raises(InputError, match=says):
            composite.score(wrong, rules())


def test_nothing_given_is_changed():
    table, asked = areas(theft=np.nan), rules(missing="base")
    kept, tree = table.copy(), asked.tree.copy()
    composite.score(table, asked)
    composite.decompose(table, asked, against=table)
    pd.testing.assert_frame_equal(table, kept)
    pd.testing.assert_frame_equal(asked.tree, tree)


# What a difference is made of


@pytest.mark.parametrize("normalisation", ["goalposts", "z100", "percentile"])
@pytest.mark.parametrize(
    "aggregation",
    ["arithmetic", "geometric", -1, 2.5, {"recorded": 1, "perceived": 0, "index": -0.5}],
)
def test_contributions_add_up_to_the_change_exactly(normalisation, aggregation):
    asked = rules(
        normalisation=normalisation, aggregation=aggregation,
        weights=dict(zip(PARENT, [1, 2, 3, 4, 5, 6], strict=True)),
    )  # fmt: skip
    before, after = areas(), areas(seed=2, theft=40.0)
    after.loc["area 1"] = before.loc["area 1"]  # nothing changes here,
    after.loc["area 2"] = before.loc["area 2"] * (1 + 1e-13)  # and next to nothing here
    found = composite.decompose(after, asked, against=before)
    change = top(composite.score(after, asked)) - top(composite.score(before, asked))
    summed = found.groupby("area").contribution.sum()
    assert (summed - change).abs().max() < 1e-12
    assert (found.groupby("area").difference.first() - change).abs().max() < 1e-12
    assert found.loc[found.area == "area 1", "contribution"].abs().max() == 0
    direction = np.sign(found.contribution) * np.sign(found.after - found.before)
    assert (direction >= 0).all()


def test_contributions_to_a_geometric_change_are_logarithmic_means():
    asked = composite.framework(
        {"a": 1, "b": 3},
        base=pd.DataFrame({"low": [0, 0], "high": [100, 100]}, ["a", "b"]),
        aggregation="geometric",
    )
    one, two = pd.DataFrame({"a": [20.0], "b": [50.0]}), pd.DataFrame({"a": [40.0], "b": [30.0]})
    y = [20**0.25 * 50**0.75, 40**0.25 * 30**0.75]
    log_mean = (y[1] - y[0]) / np.log(y[1] / y[0])
    wanted = [log_mean * 0.25 * np.log(40 / 20), log_mean * 0.75 * np.log(30 / 50)]
    found = composite.decompose(two, asked, against=one)
    assert found.contribution.tolist() == pytest.approx(wanted, rel=1e-13)


def test_a_score_is_its_weighted_parts_and_all_areas_are_compared_with_one():
    found = composite.decompose(areas(), rules())
    score = top(composite.score(areas(), rules()))
    assert (found.groupby("area").contribution.sum() - score).abs().max() < 1e-12
    city = areas().mean().to_frame("city").T
    against = composite.decompose(areas(), rules(aggregation="geometric"), against=city)
    gap = top(composite.score(areas(), rules(aggregation="geometric")))
    gap -= top(composite.score(city, rules(aggregation="geometric")))["city"]
    assert (against.groupby("area").contribution.sum() - gap).abs().max() < 1e-12
    with pytest.raises(InputError, match="the mean of recorded is not arithmetic"):
        composite.decompose(areas(), rules(aggregation="geometric"))
    with pytest.raises(InputError, match="the same areas"):
        composite.decompose(areas(), rules(), against=areas().iloc[:3])


def test_what_is_missing_on_one_side_only_is_not_decomposed():
    asked = rules(missing="reweight")
    found = composite.decompose(areas(theft=np.nan), asked, against=areas(seed=2))
    first = found.area == "area 0"
    assert found[first].contribution.isna().all()
    assert found[~first].contribution.notna().all()
    both = composite.decompose(areas(theft=np.nan), asked, against=areas(seed=2, theft=np.nan))
    change = top(composite.score(areas(theft=np.nan), asked)) - top(
        composite.score(areas(seed=2, theft=np.nan), asked)
    )
    assert (both.groupby("area").contribution.sum() - change).abs().max() < 1e-12


def test_the_order_of_areas_does_not_matter_when_dates_are_compared():
    before = areas(seed=2)
    one = composite.decompose(areas(), rules(), against=before)
    two = composite.decompose(areas(), rules(), against=before.iloc[::-1])
    pd.testing.assert_frame_equal(one, two)


# Do they belong together, and what do the weights do


def test_alpha_of_members_alike_is_the_closed_form_of_their_correlation():
    rng = np.random.default_rng(3)
    z = rng.standard_normal((200, 4))
    z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    r = 0.3
    root = np.linalg.cholesky(np.full((4, 4), r) + (1 - r) * np.eye(4))
    table = pd.DataFrame(z @ root.T, columns=NAMES)  # sample correlations are r exactly
    asked = composite.framework(
        dict.fromkeys(NAMES, 1), base=composite.fixed_base(table), normalisation="z"
    )
    found = composite.coherence(table, asked)
    assert found.alpha.tolist() == pytest.approx([4 * r / (1 + 3 * r)] * 4)
    assert found.alpha_without.tolist() == pytest.approx([3 * r / (1 + 2 * r)] * 4)
    assert found.item_rest.tolist() == pytest.approx([3 * r / np.sqrt(3 + 6 * r)] * 4)


def test_an_indicator_that_goes_against_the_rest_is_named():
    table = areas(30)
    table["worry"] = 80 - table["anxiety"] / 2 + np.tile([0.0, 1.0], 15)
    asked = rules(direction={"theft": 1, "robbery": 1, "worry": 1, "anxiety": 1})
    found = composite.coherence(table, asked).set_index("member")
    assert found.against["worry"] == "anxiety"
    assert found.caveat["anxiety"] == "Goes against worry."
    assert found.item_rest["worry"] < -0.9
    assert set(found.group) == {"recorded", "perceived", "index"}
    pairs = composite.correlations(composite.normalise(table, how="z", base=base()))
    assert pairs.iloc[0][["one", "other", "negative"]].tolist() == ["worry", "anxiety", True]
    assert pairs.correlation.is_monotonic_increasing
    assert len(pairs) == 6


def test_coherence_needs_areas_and_gives_nothing_for_a_group_of_one():
    with pytest.raises(InputError, match="three areas or more are needed, found 2"):
        composite.coherence(areas(2), rules())
    alone = composite.framework({"theft": 1}, base=base(), direction={"theft": -1})
    assert composite.coherence(areas(), alone)[["alpha", "item_rest"]].isna().all(axis=None)


def test_importance_is_what_it_is_of_a_sum_and_not_the_weight():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.standard_normal((2_000, 3)) * [1, 2, 4], columns=["a", "b", "c"])
    scale = pd.DataFrame({"mean": [0.0] * 3, "sd": [1.0] * 3}, table.columns)
    asked = composite.framework({"a": 4, "b": 2, "c": 1}, base=scale, normalisation="z")
    found = composite.importance(table, asked)
    assert found.variance_share.sum() == pytest.approx(1)
    assert found.squared.to_numpy() == pytest.approx([1 / 3] * 3, abs=0.05)
    assert found.ratio.to_numpy() == pytest.approx(found.squared.to_numpy(), abs=0.02)
    assert (found.ratio >= found.squared).all()
    assert found.importance.sum() == pytest.approx(1)


def test_an_indicator_that_decides_along_a_curve_is_important_without_a_correlation():
    x = np.linspace(-1, 1, 41)
    table = pd.DataFrame({"a": x, "b": x**2 + 1e-3 * np.cos(40 * x)})
    scale = pd.DataFrame({"mean": [0.0, 0.0], "sd": [1e3, 1.0]}, table.columns)
    asked = composite.framework({"a": 1, "b": 1}, base=scale, normalisation="z")
    found = composite.importance(table, asked)
    assert found.squared["a"] < 0.01
    assert found.ratio["a"] > 0.99


def test_balanced_weights_give_each_indicator_its_share():
    table = areas(32)
    table["robbery"] += table["theft"]
    wanted = {"theft": 0.4, "robbery": 0.3, "worry": 0.2, "anxiety": 0.1}
    weights = composite.balanced_weights(table, wanted)
    assert weights.sum() == pytest.approx(1)
    scale = pd.DataFrame({"mean": [0.0] * 4, "sd": [1.0] * 4}, NAMES)
    asked = composite.framework(weights, base=scale, normalisation="z")
    found = composite.importance(table, asked).variance_share
    assert found.to_dict() == pytest.approx(wanted, abs=1e-7)


def test_weights_cannot_be_balanced_without_shares_or_variation():
    with pytest.raises(InputError, match=r"thefts, which is no indicator; .*share above zero"):
        composite.balanced_weights(areas(), {"theft": 1, "thefts": 1})
    with pytest.raises(InputError, match="no variation in theft"):
        composite.balanced_weights(areas().assign(theft=1.0), dict.fromkeys(NAMES, 1))
    twice = areas().assign(theft=lambda t: t.worry + t.anxiety)
    with pytest.raises(InputError, match="a sum of others"):
        composite.balanced_weights(twice, dict.fromkeys(NAMES, 1))
    with pytest.raises(InputError, match="five areas or more"):
        composite.importance(areas(4), rules())


# An error that nobody published, and an area that stretches the scale


def test_the_scatter_of_years_is_the_error_of_each_where_areas_do_not_move():
    rng = np.random.default_rng(4)
    steady = rng.normal(50, 9, 400)
    common = np.array([[0.0], [5], [-3], [8], [1], [2]])
    years = pd.DataFrame(steady + common + rng.normal(0, 2, (6, 400)), range(2015, 2021))
    assert composite.scatter(years) == pytest.approx(2, rel=0.05)
    years.iloc[3, :40] += 100  # one area in ten breaks
    assert composite.scatter(years) == pytest.approx(2, rel=0.15)


def test_a_figure_that_stands_in_for_a_later_year_is_as_unsure_as_figures_moved():
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(0, 1, (9, 400)), axis=0)
    years = pd.DataFrame(walk, range(2012, 2021))
    assert composite.scatter(years, apart=4) == pytest.approx(2, rel=0.06)
    assert composite.scatter(years, apart=1) < composite.scatter(years, apart=2)


def test_years_that_tell_nothing_give_no_error_and_never_zero():
    still = pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, 2.0]}, [2020, 2021])
    assert np.isnan(composite.scatter(still))
    assert np.isnan(composite.scatter(still.iloc[:1]))
    assert np.isnan(composite.scatter(still, apart=3))
    assert composite.scatter(still.assign(b=[2.0, 3.0], c=1.0)) > 0


def test_the_area_that_stretches_a_scale_comes_first_with_how_much_it_does():
    table = pd.DataFrame({"theft": [1.0, 2, 3, 4, 40], "calls": [10.0, 20, 30, 40, 400]})
    found = composite.stretch(table)
    assert found.index[0] == 4
    within, whole = (np.std(one, ddof=1) for one in ([1, 2, 3, 4], [1, 2, 3, 4, 40]))
    assert found[4] == pytest.approx(within / whole)
    with pytest.raises(InputError, match="three areas"):
        composite.stretch(table.iloc[:2])
