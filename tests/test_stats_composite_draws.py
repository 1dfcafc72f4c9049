"""An index drawn anew: ranks, pairs, gaps and changes under all that is in doubt, and whence."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, sobol_indices, uniform

from pvtools.errors import InputError
from pvtools.stats import composite

NAMES = ["theft", "robbery", "worry", "anxiety"]
PARENT = {
    "theft": "recorded",
    "robbery": "recorded",
    "worry": "perceived",
    "anxiety": "perceived",
    "recorded": "index",
    "perceived": "index",
}
UNIT = pd.DataFrame({"mean": [0.0] * 4, "sd": [1.0] * 4}, NAMES)  # a score is its value
EVERYTHING = composite.Alternatives(
    normalisations=["z100", "percentile"],
    aggregations=["geometric", {"recorded": 1, "perceived": 0, "index": -1}],
    concentration=50,
    leave_out=True,
)


def areas(n=8, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        50 + 8 * rng.standard_normal((n, 4)), [f"area {i}" for i in range(n)], NAMES
    )


def rules(**given):
    base = composite.fixed_base(
        areas(30, seed=9), low=dict.fromkeys(NAMES, 0), high=dict.fromkeys(NAMES, 100)
    )
    return composite.framework(
        dict.fromkeys(PARENT, 1), **{"parent": PARENT, "base": base, "missing": "reweight"} | given
    )


def plain(names=NAMES):
    return composite.framework(dict.fromkeys(names, 1), base=UNIT, normalisation="z")


def drawn(values, error, asked=None, vary=None, **given):
    stderr = error if isinstance(error, pd.DataFrame) else values * 0 + error
    return composite.draws(
        values, stderr, asked or rules(), vary, **{"seed": 1, "n": 2_000} | given
    )


# Closed forms


def test_of_two_areas_the_higher_is_so_with_the_normal_probability():
    values = pd.DataFrame({"theft": [1.0, 0.4], "worry": [0.0, 0.2]}, ["a", "b"])
    error = pd.DataFrame({"theft": [0.6, 0.8], "worry": [0.0, 1.0]}, ["a", "b"])
    found = drawn(values, error, plain(["theft", "worry"]), n=200_000)
    d = 0.5 * (1.0 + 0.0) - 0.5 * (0.4 + 0.2)
    s = 0.5 * np.sqrt(0.6**2 + 0.8**2 + 1.0**2)
    assert composite.pairwise(found).loc["a", "b"] == pytest.approx(norm.cdf(d / s), abs=0.004)
    pair = composite.pairs(found).iloc[0]
    assert pair.probability == pytest.approx(norm.cdf(d / s), abs=0.004)
    assert pair.p == pytest.approx(2 * norm.sf(d / s), abs=0.008)


def test_correlated_errors_widen_the_score_as_their_covariance_says():
    values = pd.DataFrame({"theft": [0.0, 3.0], "worry": [0.0, 3.0]})
    both = pd.DataFrame([[1, 0.8], [0.8, 1]], ["theft", "worry"], ["theft", "worry"])
    for rho, matrix in ((0.0, None), (0.8, both), (1.0, both * 0 + 1)):
        vary = composite.Alternatives(correlation=matrix)
        found = drawn(values, 1.0, plain(["theft", "worry"]), vary, n=50_000)
        wanted = np.sqrt((1 + rho) / 2)
        assert found.scores["index"].std(axis=0) == pytest.approx([wanted] * 2, rel=0.02)


def test_without_error_or_choice_every_interval_has_no_width():
    for how in ("arithmetic", "geometric"):
        found = drawn(areas(), 0.0, rules(aggregation=how))
        table = composite.rank_intervals(found)
        order = table.score.rank(ascending=False)
        for column in ("rank", "rank_lower", "rank_upper"):
            assert table[column].tolist() == order.tolist()
        assert (table.score_upper - table.score_lower).abs().max() < 1e-11
        assert (table.score - table.score_lower).abs().max() < 1e-11
        assert set(composite.pairs(found).probability) == {0.0, 1.0}


@pytest.mark.parametrize("error", [0.0, 3.0])
def test_areas_alike_have_every_rank_alike(error):
    values = pd.DataFrame(50.0, [f"area {i}" for i in range(8)], NAMES)
    found = drawn(values, error, n=20_000)
    table = composite.rank_intervals(found)
    assert table.top_quarter.to_numpy() == pytest.approx([0.25] * 8, abs=0.015)
    assert table.bottom_quarter.to_numpy() == pytest.approx([0.25] * 8, abs=0.015)
    assert table.rank_lower.tolist() == [1] * 8
    assert table.rank_upper.tolist() == [8] * 8
    pairs = composite.pairs(found)
    assert pairs.probability.to_numpy() == pytest.approx([0.5] * 28, abs=0.02)
    assert not pairs.distinguishable_adjusted.any()


def test_weights_vary_as_a_dirichlet_of_the_stated_concentration():
    asked = composite.framework({"theft": 3, "worry": 1}, base=UNIT, normalisation="z")
    values = pd.DataFrame({"theft": [0.0, 1.0], "worry": [1.0, 0.0]})
    vary = composite.Alternatives(concentration=24)
    found = drawn(values, 0.0, asked, vary, n=50_000)
    score = found.scores["index"][:, 1]  # is the weight of theft
    assert score.mean() == pytest.approx(0.75, abs=0.002)
    assert score.std() == pytest.approx(np.sqrt(0.75 * 0.25 / 25), rel=0.02)
    assert found.weights.theft.to_numpy() == pytest.approx(score)


def test_each_choice_is_as_likely_and_the_stated_one_among_them():
    found = drawn(areas(), 1.0, vary=EVERYTHING, n=30_000)
    assert found.settings.normalisation.value_counts(normalize=True).to_dict() == pytest.approx(
        {"goalposts": 1 / 3, "z100": 1 / 3, "percentile": 1 / 3}, abs=0.02
    )
    left = found.settings.left_out.value_counts(normalize=True)
    assert left[left > 0].to_dict() == pytest.approx(dict.fromkeys([*NAMES, ""], 0.2), abs=0.02)


def test_a_choice_that_stands_alone_is_one_choice():
    vary = composite.Alternatives("z100", {"recorded": 1, "perceived": 0, "index": 1})
    found = drawn(areas(), 1.0, vary=vary)
    assert set(found.settings.normalisation) == {"goalposts", "z100"}
    assert found.settings.aggregation.nunique() == 2


# Every draw can be made again


def test_every_draw_is_the_score_of_its_kept_settings():
    values, asked = areas(), rules()
    values.loc["area 3", "worry"] = np.nan
    found = drawn(values, 2.0, asked, EVERYTHING, n=900)
    ways = {"arithmetic": "arithmetic", "geometric": "geometric"}
    for draw in [*range(0, 900, 53), 899]:
        setting = found.settings.iloc[draw]
        weights = found.weights.iloc[draw].drop("index").drop(setting.left_out, errors="ignore")
        parent = {node: above for node, above in PARENT.items() if node in weights}
        how = ways.get(setting.aggregation, {"recorded": 1, "perceived": 0, "index": -1})
        again = composite.framework(
            weights, parent=parent, base=asked.base, normalisation=setting.normalisation,
            aggregation=how, missing="reweight", least=0.1,
        )  # fmt: skip
        table = composite.score(found.values(draw), again)
        for node in ("recorded", "perceived", "index"):
            scored = table[table.node == node].score.to_numpy()
            assert found.scores[node][draw] == pytest.approx(scored, rel=1e-12, nan_ok=True)


def test_the_same_seed_gives_the_same_draws_and_another_wave_only_other_errors():
    one, two = (drawn(areas(), 2.0, vary=EVERYTHING) for _ in range(2))
    np.testing.assert_array_equal(one.scores["index"], two.scores["index"])
    later = drawn(areas(), 2.0, vary=EVERYTHING, wave=1)
    pd.testing.assert_frame_equal(later.settings, one.settings)
    pd.testing.assert_frame_equal(later.weights, one.weights)
    r = np.corrcoef((one.values(7) - areas()).to_numpy().ravel(),
                    (later.values(7) - areas()).to_numpy().ravel())[0, 1]  # fmt: skip
    assert abs(r) < 0.5
    other = drawn(areas(), 2.0, vary=EVERYTHING, seed=2)
    assert not other.settings.equals(one.settings)


def test_nothing_given_is_changed():
    values, stderr, asked = areas(), areas() * 0 + 1, rules()
    kept = values.copy(), stderr.copy(), asked.tree.copy()
    found = drawn(values, stderr, asked, EVERYTHING)
    scores = found.scores["index"].copy()
    composite.rank_intervals(found)
    composite.pairs(found)
    for now, before in zip((values, stderr, asked.tree), kept, strict=True):
        pd.testing.assert_frame_equal(now, before)
    np.testing.assert_array_equal(found.scores["index"], scores)


# What is missing, or out of reach


def test_an_area_without_a_score_has_no_rank_and_is_in_no_pair():
    values = areas()
    values.loc["area 2", "theft"] = np.nan
    found = drawn(values, 1.0, rules(missing="drop"), EVERYTHING)
    table = composite.rank_intervals(found)
    assert table.loc["area 2", ["score", "rank", "top_quarter"]].isna().all()
    assert table.caveat["area 2"].startswith("Missing: theft; the area is not scored.")
    assert set(table.n) == {7}
    assert len(composite.pairs(found)) == 21
    assert "area 2" not in composite.pairwise(found)
    assert table.drop("area 2")["rank"].notna().all()
    apart = composite.gap(found, "recorded", "perceived")
    assert apart.loc["area 2", ["estimate", "lower", "upper", "probability", "p"]].isna().all()
    assert apart.drop("area 2")["p"].notna().all()
    half = composite.rank_intervals(found, node="perceived")
    assert half["rank"].notna().all()


def test_a_stand_in_is_as_uncertain_as_the_areas_of_the_base_differ():
    values, asked = areas(), rules(missing="base")
    values.loc["area 2", "theft"] = np.nan
    found = drawn(values, 0.0, asked, n=20_000)
    spread = found.scores["index"].std(axis=0)
    assert spread[2] == pytest.approx(asked.base.sd["theft"] / 4, rel=0.03)
    assert np.delete(spread, 2).max() < 1e-9


def test_a_group_that_vanishes_with_its_only_indicator_is_missing_in_those_draws_alone():
    asked = composite.framework(
        {"theft": 1, "worry": 1, "anxiety": 1, "recorded": 1},
        parent={"theft": "recorded", "worry": "index", "anxiety": "index", "recorded": "index"},
        base=UNIT,
        normalisation="z",
    )
    found = drawn(areas(), 1.0, asked, composite.Alternatives(leave_out=True))
    gone = found.settings.left_out == "theft"
    assert np.isnan(found.scores["recorded"][gone]).all()
    assert not np.isnan(found.scores["recorded"][~gone]).any()
    assert not np.isnan(found.scores["index"]).any()
    rest = found.values(int(np.flatnonzero(gone)[0]))[["worry", "anxiety"]].mean(axis=1)
    assert found.scores["index"][np.flatnonzero(gone)[0]] == pytest.approx(rest.to_numpy())
    assert composite.rank_intervals(found, node="recorded").draws.max() == (~gone).sum()


def test_an_error_that_takes_a_score_below_zero_is_raised_and_said():
    values = pd.DataFrame(4.0, [f"area {i}" for i in range(4)], NAMES)
    found = drawn(values, 3.0, rules(aggregation="geometric"))
    assert np.isfinite(found.scores["index"]).all()
    assert (found.scores["index"] >= 1).all()
    assert "too near zero for a mean that is not arithmetic" in found.caveat
    assert found.caveat in composite.rank_intervals(found).caveat["area 0"]
    assert drawn(values + 60, 1.0, rules(aggregation="geometric")).caveat == ""


# Another base, and what may be left out


def test_a_further_base_is_drawn_as_often_as_the_stated_one_and_gives_its_own_scores():
    values = areas(6)
    asked = rules(normalisation="z100")
    other = composite.fixed_base(areas(30, seed=9).iloc[1:] * 1.5)
    found = drawn(values, 0.0, asked, composite.Alternatives(bases=[other]))
    share = found.settings.base.mean()
    assert share == pytest.approx(0.5, abs=0.05)
    again = rules(normalisation="z100", base=other)
    for base, stated in ((0, asked), (1, again)):
        scores = found.scores["index"][found.settings.base == base]
        whole = composite.score(values, stated).query("node == 'index'").score.to_numpy()
        assert scores == pytest.approx(np.tile(whole, (len(scores), 1)))


def test_a_score_below_zero_on_a_further_base_is_raised_and_said_and_not_refused():
    values = areas(6) + 20
    narrow = composite.fixed_base(50 + (areas(30, seed=9) - 50) / 30)
    vary = composite.Alternatives(aggregations=["geometric"], bases=[narrow])
    found = drawn(values * -1 + 100, 0.0, rules(normalisation="z100"), vary)
    assert "a score was too near zero" in found.caveat
    assert np.isfinite(found.scores["index"]).all()


def test_only_the_indicators_named_are_left_out():
    found = drawn(areas(), 1.0, vary=composite.Alternatives(leave_out=["worry", "anxiety"]))
    assert set(found.settings.left_out) == {"", "worry", "anxiety"}
    with pytest.raises(InputError, match="left out are indicators, not fear"):
        drawn(areas(), 1.0, vary=composite.Alternatives(leave_out=["fear"]))


def test_all_that_is_wrong_with_draws_is_said_at_once():
    bad = areas() * 0 + 1
    bad.loc["area 1", "theft"] = -1
    bad.loc["area 2", "worry"] = np.nan
    vary = composite.Alternatives(
        normalisations=["zscore"], aggregations=["sum"], concentration=0,
        correlation=pd.DataFrame([[1.0, 2.0], [2.0, 1.0]]),
    )  # fmt: skip
    with pytest.raises(InputError) as found:
        drawn(areas(), bad, vary=vary)
    for part in (
        "'zscore'", "'sum'", "concentration", "area 1 in theft, area 2 in worry", "correlation",
    ):  # fmt: skip
        assert part in str(found.value)
    with pytest.raises(InputError, match="no standard errors of theft"):
        drawn(areas(), (areas() * 0).drop(columns="theft"))
    with pytest.raises(InputError, match="no standard errors of area 0"):
        drawn(areas(), (areas() * 0).iloc[1:])
    with pytest.raises(InputError, match="takes scores above zero"):
        drawn(areas() - 60, 0.0, vary=composite.Alternatives(aggregations=["geometric"]))
    alone = composite.framework({"theft": 1}, base=UNIT, normalisation="z")
    with pytest.raises(InputError, match="only be left out of two or more, not in area 0"):
        drawn(areas(), 0.0, alone, composite.Alternatives(leave_out=True))
    weightless = composite.framework({"theft": 1, "worry": 0}, base=UNIT, normalisation="z")
    with pytest.raises(InputError, match="only be left out of two or more"):
        drawn(areas(), 0.0, weightless, composite.Alternatives(leave_out=True))
    with pytest.raises(InputError, match="n is a whole number, 100 or more, not 99"):
        drawn(areas(), 0.0, n=99)
    with pytest.raises(InputError, match="is given as Alternatives"):
        drawn(areas(), 0.0, vary={"leave_out": True})
    impossible = pd.DataFrame([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], NAMES[:3], NAMES[:3])
    with pytest.raises(InputError, match="symmetric, 1 on its diagonal, and possible"):
        drawn(areas(), 1.0, plain(NAMES[:3]), composite.Alternatives(correlation=impossible))
    with pytest.raises(InputError, match="a group is one of recorded, perceived, index"):
        composite.rank_intervals(drawn(areas(), 1.0), node="index ")
    with pytest.raises(InputError, match="two areas or more are ranked, found 1"):
        composite.pairs(drawn(areas(1), 1.0))


# Halves and dates


def test_the_gap_between_halves_has_the_interval_of_its_normal_error():
    values = pd.DataFrame([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]], ["a", "b"], NAMES)
    asked = composite.framework(
        dict.fromkeys(PARENT, 1), parent=PARENT, base=UNIT, normalisation="z"
    )
    found = composite.gap(drawn(values, 0.6, asked, n=100_000), "recorded", "perceived")
    assert found.estimate.tolist() == [1.0, 0.0]
    assert found.upper["a"] - found.lower["a"] == pytest.approx(2 * 1.96 * 0.6, rel=0.02)
    assert found.probability["a"] == pytest.approx(norm.cdf(1 / 0.6), abs=0.005)
    assert found.p["b"] == pytest.approx(1, abs=0.02)


def test_no_change_is_none_whatever_the_weights_and_errors_of_two_dates_add_up():
    vary = composite.Alternatives(concentration=10, leave_out=True, aggregations=["geometric"])
    one, two = (drawn(areas(), 0.0, vary=vary, wave=wave) for wave in (0, 1))
    still = composite.change(two, one)
    assert still[["estimate", "lower", "upper"]].abs().max(axis=None) < 1e-9
    asked = plain(["theft"])
    one, two = (drawn(areas(), 1.0, asked, n=50_000, wave=wave) for wave in (0, 1))
    moved = composite.change(two, one, level=0.9)
    assert (moved.upper - moved.lower).to_numpy() == pytest.approx(
        [2 * 1.6449 * np.sqrt(2)] * 8, rel=0.03
    )


def test_dates_that_cannot_be_compared_are_refused():
    one = drawn(areas(), 1.0, vary=EVERYTHING)
    for other, says in (
        (one, "two waves, found 0 twice"),
        (drawn(areas(), 1.0, vary=EVERYTHING, seed=2, wave=1), "one seed"),
        (drawn(areas(7), 1.0, vary=EVERYTHING, wave=1), "the same areas"),
    ):
        with pytest.raises(InputError, match=says):
            composite.change(other, one)


# Where the doubt comes from


def test_the_indices_of_a_linear_model_meet_the_closed_form():
    values = pd.DataFrame({"theft": [3.0, 0.0], "worry": [0.0, 1.0]}, ["a", "b"])
    asked = composite.framework({"theft": 3, "worry": 1}, base=UNIT, normalisation="z")
    s, c = np.array([0.5, 1.0]), 9
    error = pd.DataFrame([s, s], ["a", "b"], ["theft", "worry"])
    found = composite.sensitivity(
        values, error, asked, composite.Alternatives(concentration=c), seed=1, n=16_384, of="score"
    )
    found = found[found.area == "a"].set_index("source")
    w = np.array([0.75, 0.25])
    spread = w * (1 - w) / (c + 1)
    sampling, weights = (w**2 * s**2).sum(), spread[0] * (3.0 - 0.0) ** 2
    together = (spread * s**2).sum()
    whole = sampling + weights + together
    assert found.variance.iloc[0] == pytest.approx(whole, rel=0.03)
    wanted = {"sampling error": sampling / whole, "weights": weights / whole}
    assert found["first"][[*wanted]].to_dict() == pytest.approx(wanted, abs=0.03)
    wanted = {name: share + together / whole for name, share in wanted.items()}
    assert found.total[[*wanted]].to_dict() == pytest.approx(wanted, abs=0.03)
    settled = found.loc[["normalisation", "aggregation", "indicator left out"]]
    assert (settled[["first", "total"]] == 0).all(axis=None)


def test_the_estimator_meets_the_ishigami_function():
    """Closed form of Ishigami and Homma (1990), a = 7 and b = 0.1."""
    found = sobol_indices(
        func=lambda x: np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]),
        n=4096,
        dists=[uniform(-np.pi, 2 * np.pi)] * 3,
        rng=np.random.default_rng(1),
    )
    v1, v2, v13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * 8 / 225
    whole = v1 + v2 + v13
    assert found.first_order == pytest.approx(np.array([v1, v2, 0]) / whole, abs=0.02)
    assert found.total_order == pytest.approx(np.array([v1 + v13, v2, v13]) / whole, abs=0.02)


def test_ranks_that_nothing_moves_have_no_indices_and_one_source_has_all():
    asked = rules()
    still = composite.sensitivity(
        areas() + np.arange(8)[:, None] * 50, areas() * 0, asked, EVERYTHING, seed=1, n=64
    )
    assert len(still) == 8 * 5
    one = composite.sensitivity(
        areas(), areas() * 0 + 5, asked, composite.Alternatives(), seed=1, n=256
    )
    assert (one[one.source == "sampling error"].total - 1).abs().max() < 0.2
    assert (one[one.source != "sampling error"][["first", "total"]] == 0).all(axis=None)
    none = composite.sensitivity(
        areas(), areas() * 0, asked, composite.Alternatives(), seed=1, n=64
    )
    assert none[["first", "total"]].isna().all(axis=None)


def test_what_has_no_indices_is_refused():
    with pytest.raises(InputError, match=r"of is rank or score, found 'place'.*power of 2.*100"):
        composite.sensitivity(areas(), areas() * 0, rules(), EVERYTHING, seed=1, n=100, of="place")
    with pytest.raises(InputError, match="two areas or more with a score are needed, found 1"):
        composite.sensitivity(areas(1), areas(1) * 0, rules(), EVERYTHING, seed=1)
    with pytest.raises(InputError, match="have different scales"):
        composite.sensitivity(areas(), areas() * 0, rules(), EVERYTHING, seed=1, of="score")


def test_ten_thousand_draws_of_a_city_fit_in_memory():
    rng = np.random.default_rng(2)
    names = [f"i{j}" for j in range(15)]
    values = pd.DataFrame(100 + 20 * rng.standard_normal((32, 15)), columns=names)
    asked = composite.framework(
        dict.fromkeys(names, 1), base=composite.fixed_base(values), normalisation="z100"
    )
    vary = composite.Alternatives(
        normalisations=["percentile"], aggregations=["geometric"], concentration=100, leave_out=True
    )
    tracemalloc.start()
    found = composite.draws(values, values * 0 + 5, asked, vary, seed=1, n=10_000)
    composite.pairs(found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
