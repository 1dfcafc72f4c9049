"""Something began at different times: its effect is found, and is as sure as few units allow."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from pvtools.errors import InputError
from pvtools.stats import staggered
from pvtools.stats._permutations import assignments
from pvtools.stats.staggered import _effects


def panel(*, units=12, periods=30, effect=0.0, seed=1, noise=0.3, starts=(8, 12, 20, np.nan)):
    """Return a panel of random walks, the starts dealt out in turn, an effect after them."""
    rng = np.random.default_rng(seed)
    names = [f"unit {i:02}" for i in range(units)]
    began = pd.Series([starts[i % len(starts)] for i in range(units)], names)
    walks = noise * rng.normal(size=(periods, units)).cumsum(axis=0) + rng.normal(size=units)
    table = pd.DataFrame(walks, columns=names)
    for name, start in began.dropna().items():
        table.loc[int(start) :, name] += effect
    return table, began


def one(found, term="overall"):
    (row,) = found[found.term == term].to_dict("records")
    return row


def test_two_groups_and_two_periods_give_the_difference_of_differences():
    table = pd.DataFrame({"a": [1.0, 4.0], "b": [2.0, 7.0], "c": [3.0, 4.0], "d": [1.0, 3.0]})
    began = pd.Series({"a": 1.0, "b": 1.0, "c": np.nan, "d": np.nan})
    found = one(staggered.effects(table, began))
    assert found["estimate"] == pytest.approx((3 + 5) / 2 - (1 + 2) / 2)
    # of six ways to choose two of four, this one and its mirror go as far
    assert found["p_value"] == pytest.approx(2 / 6)
    # variances of gains around their means: 1, 1, and 1/4, 1/4
    assert found["stderr"] == pytest.approx(np.sqrt(2 * 0.25 + 2 * 0.0625))


def test_a_panel_of_three_groups_is_as_worked_by_hand():
    # early begins in 1, late in 2, and one never; early doubles its effect, trends are common
    table = pd.DataFrame({"early": [0.0, 3, 6, 9], "late": [5.0, 6, 8, 9], "never": [2.0, 3, 4, 5]})
    found = staggered.effects(table, pd.Series({"early": 1, "late": 2, "never": np.nan}))
    cells = {"early": [3 - 1, 6 - 2, 9 - 3], "late": [2 - 1, 3 - 2]}
    assert one(found)["estimate"] == pytest.approx(np.mean([*cells["early"], *cells["late"]]))
    by_time = found[found.term == "time"].set_index("at").estimate
    assert by_time.to_dict() == pytest.approx({0: (2 + 1) / 2, 1: (4 + 1) / 2, 2: 6})
    by_group = found[found.term == "group"].set_index("at").estimate
    assert by_group.to_dict() == pytest.approx({1: 4, 2: 1})


def test_effects_and_standard_errors_are_those_of_an_independent_library():
    diff_diff = pytest.importorskip("diff_diff")
    table, began = panel(units=20, effect=1.0)
    long = table.rename_axis("t").reset_index().melt("t", var_name="u", value_name="y")
    long["g"] = long.u.map(began).fillna(0).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations
        theirs = diff_diff.CallawaySantAnna(
            control_group="not_yet_treated", estimation_method="reg", base_period="universal"
        ).fit(long, "y", "u", "t", "g", aggregate="all")
    ours = staggered.effects(table, began, draws=99)
    assert one(ours)["estimate"] == pytest.approx(theirs.overall_att, rel=1e-9)
    # theirs also lets the sizes of groups vary by chance
    assert one(ours)["stderr"] == pytest.approx(theirs.overall_se, rel=0.05)
    for row in ours[ours.term == "group"].itertuples():
        group = theirs.group_effects[row.at]
        assert row.estimate == pytest.approx(group["effect"], rel=1e-9)
        assert row.stderr == pytest.approx(group["se"], rel=1e-9)
    for row in ours[ours.term.isin(["time", "lead"])].itertuples():
        at = theirs.event_study_effects[row.at]
        assert row.estimate == pytest.approx(at["effect"], rel=1e-9)


def test_the_interval_holds_exactly_what_a_permutation_of_the_dates_does_not_reject():
    table, began = panel(units=8, effect=0.5, seed=3, starts=(8, 12, np.nan, np.nan))
    found = one(staggered.effects(table, began, level=0.9))
    treated = pd.DataFrame(
        {n: (np.arange(len(table)) >= s) * 1.0 for n, s in began.items()}, table.index
    )
    for end, side in ((found["lower"], -1), (found["upper"], 1)):
        for inside in (True, False):
            value = end - side * (1e-6 if inside else -1e-6)
            p = one(staggered.effects(table - value * treated, began))["p_value"]
            assert (p > 0.1) == inside


def test_few_ways_to_deal_are_all_dealt_once_and_many_are_drawn_with_the_true_one():
    few = assignments(np.array([0, 0, 1, 2]), draws=99, seed=1)
    assert few.exact
    dealt = {tuple(np.array([0, 0, 1, 2])[np.argsort(row)]) for row in few.order}
    assert len(few.order) == len(dealt) == 12
    many = assignments(np.arange(12), draws=99, seed=1)
    assert not many.exact
    assert many.order[0].tolist() == [*range(12)]
    assert len(many.order) == 100


def test_the_same_seed_gives_the_same_table_and_nothing_given_is_changed():
    table, began = panel()
    before = table.copy(), began.copy()
    pd.testing.assert_frame_equal(staggered.effects(table, began), staggered.effects(table, began))
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_series_equal(began, before[1])


def test_what_moves_all_units_alike_and_the_order_of_units_change_nothing():
    table, began = panel(effect=1.0)
    usual = staggered.effects(table, began, draws=199)
    season = np.sin(np.arange(len(table)))
    moved = staggered.effects(table.add(season, axis=0), began, draws=199)
    np.testing.assert_allclose(moved.estimate, usual.estimate, atol=1e-9)
    shuffled = staggered.effects(table[table.columns[::-1]], began, draws=199)
    np.testing.assert_allclose(shuffled.estimate, usual.estimate, atol=1e-9)


def test_units_that_part_before_the_start_are_found_by_their_leads():
    table, began = panel(noise=0.02, units=16)
    steady = one(staggered.effects(table, began, leads=5), "leads jointly")
    drift = {n: 0.2 * np.arange(len(table)) * (s == 8) for n, s in began.items()}
    parted = staggered.effects(table + pd.DataFrame(drift), began, leads=5)
    assert steady["p_value"] > 0.05
    assert one(parted, "leads jointly")["p_value"] <= 0.05
    # what they moved by before accounts for what is seen after
    assert one(parted)["breakdown"] < 1.2


def test_an_effect_much_larger_than_any_move_before_it_bears_many_times_that_move():
    table, began = panel(noise=0.02, units=16, effect=1.0)
    assert one(staggered.effects(table, began))["breakdown"] > 1.5
    none, began = panel(noise=0.02, units=16)
    assert one(staggered.effects(none, began))["breakdown"] == 0


def test_a_base_of_several_periods_is_their_mean():
    table, began = panel(starts=(8, np.nan), effect=1.0)
    found = one(staggered.effects(table, began, base=4))
    gain = table.loc[8:].mean() - table.loc[4:7].mean()
    own = began.notna()
    assert found["estimate"] == pytest.approx(gain[own].mean() - gain[~own].mean())


def test_placebo_roll_outs_use_nothing_from_after_the_first_true_start():
    table, began = panel(starts=(20, 22, np.nan))
    placebos = staggered.placebo_dates(table, began)
    spoilt = table.copy()
    spoilt.loc[20:] = 1e6
    pd.testing.assert_frame_equal(staggered.placebo_dates(spoilt, began), placebos)
    # the same roll-out on a panel that ends as much earlier says the same
    assert np.isfinite(placebos.estimate).all()
    early = began - placebos.earlier[0]
    last = int(placebos.earlier[0])
    cut = table.iloc[: 30 - last]
    assert one(staggered.effects(cut, early, draws=99))["estimate"] == pytest.approx(
        placebos.estimate[0]
    )


def test_too_few_units_have_no_interval_and_never_a_small_p_value():
    table, began = panel(units=3, starts=(8, np.nan, np.nan), effect=50.0)
    found = one(staggered.effects(table, began))
    assert found["p_value"] == pytest.approx(1 / 3)
    assert np.isnan(found["lower"])
    assert np.isnan(found["upper"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t, s: (t.assign(**{"unit 00": np.nan}), s), "a finite number in every period"),
        (lambda t, s: (t, s.iloc[1:]), "no start is given"),
        (lambda t, s: (t, pd.concat([s, pd.Series({"x": 3.0})])), "no outcomes are given for: x"),
        (lambda t, s: (t, s * 0 + 8), "no unit begins|begins? at once|compare"),
        (lambda t, s: (t, s * np.nan), "no unit begins within the periods"),
        (lambda t, s: (t, s * 0), "too early"),
        (lambda t, s: (t.iloc[::-1], s), "periods are in order"),
        (lambda t, s: (t, s.astype(object).fillna("2017-01")), "a start is of the kind"),
        (lambda t, s: (t.to_numpy(), s), "outcomes are a DataFrame"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(spoil, said):
    table, began = panel()
    if "compare" in said:
        began = began.fillna(8)
    with pytest.raises(InputError, match=said):
        staggered.effects(*spoil(table, began))


def test_every_fault_of_the_arguments_is_named_at_once():
    table, began = panel()
    with pytest.raises(InputError) as error:
        staggered.effects(table, began, base=0, draws=5, leads=-1, level=2)
    for word in ("base", "draws", "leads", "level"):
        assert word in str(error.value)


def by_hand(table, began, base):
    """Return the overall effect, cell by cell and unit by unit."""
    gains, values = [], table.to_numpy()
    for name, start in began.dropna().items():
        for period in range(int(start), len(table)):
            others = [n for n, s in began.items() if not s <= period]
            if others:
                before = slice(int(start) - base, int(start))
                own, rest = (
                    values[:, [table.columns.get_loc(n) for n in who]].mean(axis=1)
                    for who in ([name], others)
                )
                gains.append(own[period] - own[before].mean() - rest[period] + rest[before].mean())
    return np.mean(gains)


def test_an_effect_and_its_p_value_are_those_of_every_cell_worked_one_by_one():
    table, began = panel(units=6, periods=24, effect=0.4, starts=(8, 12, 20, np.nan))
    found = one(staggered.effects(table, began, base=4))
    assert found["estimate"] == pytest.approx(by_hand(table, began, 4), abs=1e-9)
    dealt = assignments(began.fillna(99).to_numpy().astype(int), draws=4999, seed=1)
    every = [by_hand(table.iloc[:, row].set_axis(table.columns, axis=1), began, 4)
             for row in dealt.order]  # fmt: skip
    reached = np.abs(every) >= abs(found["estimate"]) - 1e-9
    assert found["p_value"] == pytest.approx(reached.mean(), abs=1e-9)


def test_weights_are_made_once_for_dates_and_outcomes_do_not_share_anything_else():
    table, began = panel(units=10, seed=7)
    other, _ = panel(units=10, seed=8, effect=2.0)
    first = staggered.effects(table, began, draws=199)
    made = _effects._plan.cache_info().misses
    second = staggered.effects(other, began, draws=199)
    assert _effects._plan.cache_info().misses == made
    _effects._plan.cache_clear()
    pd.testing.assert_frame_equal(staggered.effects(other, began, draws=199), second)
    pd.testing.assert_frame_equal(staggered.effects(table, began, draws=199), first)
    assert not np.allclose(first.estimate, second.estimate)


def test_the_usual_default_is_the_same_with_and_without_the_permutation():
    table, began = panel(effect=1.0)
    full, usual = (
        one(staggered.effects(table, began)),
        staggered.usual_default(table, began).iloc[0],
    )
    assert usual.estimate == pytest.approx(full["estimate"], abs=1e-12)
    assert usual.stderr == pytest.approx(full["stderr"], abs=1e-12)
    assert usual.p_value == pytest.approx(full["usual_p"], abs=1e-12)
    assert usual.upper - usual.lower == pytest.approx(2 * 1.959963985 * usual.stderr)
