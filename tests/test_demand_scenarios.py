"""Scenarios: one model, the same luck, and nothing that is a forecast or without an end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import demand, measures, tables
from pvtools.demand import draws, scenario_model, scenarios
from pvtools.errors import InputError, UsageError
from pvtools.stats import abandonment

from .test_demand_calls import WEIGHTS, even_week, recorded
from .test_demand_officers import sure

BOTH = pd.concat([WEIGHTS, WEIGHTS.assign(category="Theft", weight=1.0)], ignore_index=True)
OFFENCES = recorded(Theft=2000, Burglary=700)
PLACE = demand.profile(OFFENCES, "Hackney", weights=BOTH)


def changed(name: str, **values: float) -> pd.DataFrame:
    """Return a scenario whose parameters are all sure, some of them as given."""
    table = demand.assumptions(name)
    for parameter, value in values.items():
        table.loc[table.parameter == parameter, "likely"] = value
    return table.assign(low=table.likely, high=table.likely)


def at(table: pd.DataFrame, measure: str, year: int) -> pd.Series:
    return table[(table.measure == measure) & (table.year == year)].iloc[0]


def played(name: str = "as_now", **values: float) -> pd.DataFrame:
    return demand.scenario(PLACE, name=name, draws=50, years=5, assumptions=changed(name, **values))


@pytest.mark.parametrize("name", demand.SCENARIOS)
def test_every_outcome_has_a_row_a_year_a_band_and_a_caveat(name):
    table = demand.scenario(PLACE, name=name, years=3, draws=50)
    assert len(table) == 4 * len(scenarios.OUTCOMES)
    assert set(table.measure) == set(scenarios.OUTCOMES) <= set(measures.MEASURES)
    assert sorted(table.period.unique()) == [f"year to {year}-11" for year in range(2025, 2029)]
    assert (table.lower <= table.estimate).all()
    assert (table.estimate <= table.upper).all()
    assert np.isfinite(table[["estimate", "lower", "upper"]]).all(axis=None)
    assert table.caveat.str.startswith("A scenario under assumptions, no forecast.").all()
    assert (table.n == 50).all()
    assert set(table.scenario) == {name}


def test_today_is_alike_in_all_scenarios_to_the_last_digit():
    columns = ["measure", "estimate", "lower", "upper"]
    today = [
        demand.scenario(PLACE, name=name).query("year == 0")[columns] for name in demand.SCENARIOS
    ]
    for other in today[1:]:
        pd.testing.assert_frame_equal(today[0], other, check_exact=True)


def test_as_now_every_year_is_like_today():
    table = demand.scenario(PLACE, name="as_now", years=4)
    for _, rows in table.groupby("measure"):
        assert len(set(rows.estimate)) == 1
        assert len(set(rows.upper)) == 1


def test_today_crews_are_as_busy_as_is_assumed():
    now = draws.likely(PLACE.assumptions)
    figures = {key: np.array([value, value]) for key, value in now.items()}
    figures["occupancy_now"] = np.array([0.3, 0.9])
    nothing = draws.likely(demand.assumptions("as_now"))
    changes = {key: np.full(2, value) for key, value in nothing.items()}
    found = scenario_model.outcomes(PLACE, figures, changes, years=0)
    assert found["occupancy"][0] == pytest.approx([0.3, 0.9], rel=1e-6)


def test_in_an_even_week_it_is_the_queue_of_one_hour():
    own = demand.profile(OFFENCES, "Hackney", week=even_week(), assumptions=sure().assumptions)
    table = demand.scenario(own, name="as_now", years=1, draws=20)
    calls = 12 * 2700 * 2 / (365.25 * 24)
    load, patience = calls * 1.25, 1 / 1.25
    crews = at(table, "occupancy", 0).estimate
    assert crews == pytest.approx(0.65, rel=1e-6)
    there = np.linspace(load, load / 0.6, 20_001)
    left = abandonment.share_leaving(there, load=load, patience=patience)
    lost = left[np.argmin(abs(load * (1 - left) / there - 0.65))]
    assert at(table, "unmet_share", 0).estimate == pytest.approx(lost, rel=1e-2)
    assert at(table, "mean_wait", 0).estimate == pytest.approx(60 * lost, rel=1e-2)
    hours = at(table, "unmet_hours", 0).estimate
    assert hours == pytest.approx(168 * load * 2 * lost, rel=1e-2)


def test_like_hours_stand_for_all_hours(monkeypatch):
    rng = np.random.default_rng(5)
    week = demand.assumed_week()
    week["estimate"] *= rng.uniform(0.7, 1.3, 168)
    week["estimate"] /= week.estimate.sum()
    own = demand.profile(OFFENCES, "Hackney", week=week)
    grouped = demand.scenario(own, name="overstretch", draws=50)
    monkeypatch.setattr(scenario_model, "_GROUPS", 168)
    every = demand.scenario(own, name="overstretch", draws=50)
    for measure in ("unmet_share", "mean_wait", "occupancy"):
        one, other = (at(t, measure, 10).estimate for t in (grouped, every))
        assert one == pytest.approx(other, rel=0.005)


def test_more_officers_never_lengthen_a_wait():
    waits = [
        at(played(officers_change=change), "mean_wait", 5)
        for change in (-0.1, -0.02, 0.0, 0.02, 0.1)
    ]
    for column in ("estimate", "lower", "upper"):
        assert (np.diff([w[column] for w in waits]) < 0).all()


@pytest.mark.parametrize(
    ("parameter", "value", "measure"),
    [
        ("officers_taken_off", 0.3, "unmet_share"),
        ("offence_calls_change", 0.05, "unmet_share"),
        ("other_calls_change", 0.05, "unmet_share"),
        ("call_hours_change", 0.05, "mean_wait"),
        ("other_calls_declined", 0.3, "unmet_hours"),
    ],
)
def test_what_weighs_on_the_police_makes_outcomes_worse(parameter, value, measure):
    worse = at(played(**{parameter: value}), measure, 5).estimate
    assert worse > at(played(), measure, 5).estimate


@pytest.mark.parametrize(
    ("parameter", "value", "measure"),
    [
        ("mental_health_by_partners", 0.8, "unmet_share"),
        ("repeat_calls_prevented", 0.8, "unmet_hours"),
        ("follow_demand_change", 0.5, "mean_wait"),
        ("other_calls_declined", 0.3, "mean_wait"),
        ("triage_change", 0.7, "unmet_harm"),
    ],
)
def test_what_eases_the_work_makes_outcomes_better(parameter, value, measure):
    better = at(played(**{parameter: value}), measure, 5).estimate
    assert better < at(played(), measure, 5).estimate


def test_triage_changes_harm_and_nothing_else_and_never_raises_it():
    steps = [played("overstretch", triage_change=t) for t in (-1, -0.3, 0.0, 0.4, 1)]
    for measure in set(scenarios.OUTCOMES) - {"unmet_harm"}:
        assert len({at(t, measure, 5).estimate for t in steps}) == 1
    for column in ("estimate", "lower", "upper"):
        harm = [at(t, "unmet_harm", 5)[column] for t in steps]
        assert (np.diff(harm) <= 1e-9).all()


def test_without_triage_harm_is_not_met_as_calls_are_not():
    table = played("overstretch", triage_change=-1, offence_calls_change=0)
    now = sure().assumptions
    own = demand.profile(OFFENCES, "Hackney", weights=BOTH, assumptions=now)
    alike = changed("overstretch", triage_change=-1, offence_calls_change=0)
    table = demand.scenario(own, name="overstretch", draws=20, assumptions=alike)
    again = 1 + 0.25 * 0.05  # who called before calls again, and that is harm too
    weekly = 12 * (2000 * 1.0 + 700 * 20.0) / (365.25 / 7) * again
    lost = at(table, "unmet_share", 10).estimate
    assert at(table, "unmet_harm", 10).estimate == pytest.approx(weekly * lost, rel=1e-6)


def test_all_triage_falls_on_the_least_harmful_alone():
    # Fewer calls are lost in any hour than are about theft, so no burglary is among them.
    own = demand.profile(
        recorded(Theft=2600, Burglary=100),
        "Hackney",
        weights=BOTH.assign(weight=[1000.0, 1.0]),
        assumptions=sure(triage_now=1).assumptions,
    )
    table = demand.scenario(own, name="as_now", draws=20, years=1)
    lost = at(table, "unmet_share", 0).estimate
    weekly = 12 * 2700 / (365.25 / 7)
    assert at(table, "unmet_harm", 0).estimate == pytest.approx(weekly * lost, rel=1e-6)


def test_without_weights_harm_is_missing_and_says_so():
    table = demand.scenario(demand.profile(OFFENCES, "Hackney"), name="as_now", years=1)
    harm = table[table.measure == "unmet_harm"]
    assert harm[["estimate", "lower", "upper"]].isna().all(axis=None)
    assert harm.caveat.str.contains("No weights of harm are held").all()
    rest = table[table.measure != "unmet_harm"]
    assert rest[["estimate", "lower", "upper"]].notna().all(axis=None)
    assert not rest.caveat.str.contains("harm").any()


def test_offences_without_a_weight_are_named_and_in_no_harm():
    some = demand.profile(OFFENCES, "Hackney", weights=WEIGHTS)
    table = demand.scenario(some, name="as_now", years=1)
    harm = table[table.measure == "unmet_harm"]
    assert harm.caveat.str.contains("Without a weight and in no harm: Theft").all()
    assert harm.estimate.gt(0).all()


@pytest.mark.parametrize(("name", "most"), [("retrenchment", 0.6), ("focused_impact", 0.35)])
def test_the_same_luck_makes_the_difference_from_now_less_noisy(name, most):
    def wait(name: str, seed: int) -> float:
        table = demand.scenario(PLACE, name=name, years=5, draws=20, seed=seed)
        return at(table, "mean_wait", 5).estimate

    there = np.array([wait(name, seed) for seed in range(30)])
    same = there - [wait("as_now", seed) for seed in range(30)]
    other = there - [wait("as_now", seed) for seed in range(500, 530)]
    assert same.var() < most * other.var()


def test_equal_seeds_give_equal_tables_and_the_profile_stays_as_it_was():
    before = [getattr(PLACE, name).copy() for name in ("week", "groups", "assumptions")]
    table = demand.assumptions("retrenchment")
    ask = {"name": "retrenchment", "draws": 50, "assumptions": table}
    one = demand.scenario(PLACE, **ask, seed=4)
    pd.testing.assert_frame_equal(one, demand.scenario(PLACE, **ask, seed=4))
    assert not one.equals(demand.scenario(PLACE, **ask, seed=5))
    demand.sensitivity(PLACE, name="retrenchment", assumptions=table)
    pd.testing.assert_frame_equal(table, demand.assumptions("retrenchment"))
    for name, frame in zip(("week", "groups", "assumptions"), before, strict=True):
        pd.testing.assert_frame_equal(getattr(PLACE, name), frame)


def test_the_worst_that_is_allowed_has_an_end():
    table = changed(
        "overstretch",
        officers_change=-0.2,
        officers_taken_off=0.5,
        offence_calls_change=0.2,
        other_calls_change=0.2,
        mental_health_by_partners=-0.5,
        repeat_calls_prevented=-0.5,
    )
    found = demand.scenario(PLACE, name="overstretch", years=30, draws=20, assumptions=table)
    assert np.isfinite(found[["estimate", "lower", "upper"]]).all(axis=None)
    assert at(found, "unmet_share", 30).estimate == pytest.approx(1, abs=1e-3)
    assert at(found, "occupancy", 30).upper <= 1 + 1e-9


def test_where_no_calls_are_left_nothing_is_unmet():
    own = demand.profile(OFFENCES, "Hackney", assumptions=sure(repeat_share=1).assumptions)
    table = changed("focused_impact", repeat_calls_prevented=1, years_to_take_hold=1)
    found = demand.scenario(own, name="focused_impact", years=2, draws=20, assumptions=table)
    for measure in ("unmet_share", "unmet_hours", "mean_wait", "occupancy"):
        assert at(found, measure, 2).estimate == 0


def test_sensitivity_moves_one_assumption_at_a_time_and_puts_the_weightiest_first():
    table = demand.sensitivity(PLACE, name="overstretch", years=5)
    assert table.parameter.is_unique
    assert len(table) == len(PLACE.assumptions) + len(demand.assumptions("overstretch"))
    assert table.swing.is_monotonic_decreasing
    assert len(set(table.baseline)) == 1
    fixed = changed("overstretch")
    now = PLACE.assumptions.assign(low=PLACE.assumptions.likely, high=PLACE.assumptions.likely)
    row = table[table.parameter == "other_calls_change"].iloc[0]
    base = demand.profile(OFFENCES, "Hackney", weights=BOTH, assumptions=now)
    for value, found in ((row.low, row.at_low), (row.high, row.at_high)):
        alone = fixed.copy()
        ends = ["low", "likely", "high"]
        alone.loc[alone.parameter == "other_calls_change", ends] = value
        played = demand.scenario(base, name="overstretch", years=5, draws=20, assumptions=alone)
        assert at(played, "unmet_share", 5).estimate == pytest.approx(found)


def test_what_does_not_matter_to_an_outcome_has_no_swing():
    table = demand.sensitivity(PLACE, name="as_now", measure="mean_wait").set_index("parameter")
    for parameter in ("crew", "triage_now", "officers_change"):
        assert table.swing[parameter] == pytest.approx(0, abs=1e-9)
    assert table.swing["occupancy_now"] > 1
    assert (table[["source", "unit", "meaning"]] != "").all(axis=None)


def test_all_faults_are_named_at_once():
    broken = demand.assumptions("retrenchment").drop(index=0)
    with pytest.raises(InputError) as caught:
        demand.scenario(PLACE, name="retrenchment", years=0, draws=5, level=1, assumptions=broken)
    for part in (
        "years are a whole number from 1 to 30, found 0",
        "draws are a whole number from 20 to 5,000, found 5",
        "the level lies between 0 and 1, found 1",
        "the row officers_change is missing",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("call", [demand.scenario, demand.sensitivity])
def test_a_scenario_of_another_name_is_refused_with_the_nearest(call):
    with pytest.raises(UsageError, match="Did you mean 'overstretch'"):
        call(PLACE, name="overstrech")
    with pytest.raises(InputError, match="years are a whole number"):
        call(PLACE, name="as_now", years=2.5)


def test_an_outcome_of_another_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'mean_wait'"):
        demand.sensitivity(PLACE, name="as_now", measure="mean_waits")


def test_on_published_figures_the_three_stories_differ_as_they_are_told():
    own = demand.profile(tables.load().recorded_crime, "Hackney")
    last = {n: demand.scenario(own, name=n).query("year == 10") for n in demand.SCENARIOS}
    wait = {n: at(t, "mean_wait", 10).estimate for n, t in last.items()}
    unmet = {n: at(t, "unmet_share", 10).estimate for n, t in last.items()}
    assert wait["overstretch"] > wait["focused_impact"]
    assert unmet["retrenchment"] > unmet["focused_impact"]
    assert unmet["overstretch"] > unmet["focused_impact"]


def test_crews_today_are_those_that_halving_an_interval_finds():
    table = demand.assumptions()
    luck = np.random.default_rng(5).random((300, len(table)))
    now = draws.drawn(table, luck)
    found = scenario_model.crews_today(PLACE, now)
    load = PLACE.offences * now["calls_per_offence"] * 7 / 365.25 * now["call_hours"]
    shares = scenario_model._typical(PLACE)
    low, high = np.zeros(300), load / 168 / now["occupancy_now"]
    for _ in range(30):
        crews = (low + high) / 2
        left = scenario_model._left(
            crews, load, now["follow_demand_now"], now["patience_hours"] / now["call_hours"], shares
        )
        met = load * (1 - (left * shares / shares.sum()).sum(axis=1))
        idle = met < now["occupancy_now"] * 168 * crews
        low, high = np.where(idle, low, crews), np.where(idle, crews, high)
    assert found == pytest.approx((low + high) / 2, rel=3e-9)


def test_crews_that_could_never_be_so_busy_are_next_to_none_and_never_less():
    now = {name: np.array([value]) for name, value in draws.likely(PLACE.assumptions).items()}
    now |= {"patience_hours": np.array([0.05]), "call_hours": np.array([24.0])}
    now |= {"occupancy_now": np.array([0.95]), "calls_per_offence": np.array([0.1])}
    [crews] = scenario_model.crews_today(PLACE, now)
    assert 0 < crews < 1e-6
    unchanged = {name: np.zeros(1) for name in demand.assumptions("as_now").parameter}
    told = scenario_model.outcomes(
        PLACE, now, unchanged | {"years_to_take_hold": np.ones(1)}, years=1
    )
    assert all(np.isfinite(told[name]).all() for name in told)


def test_scenarios_of_a_profile_look_for_its_crews_once(monkeypatch):
    asked, usual = [], scenario_model.crews_today
    monkeypatch.setattr(
        scenario_model, "crews_today", lambda *given: asked.append(given) or usual(*given)
    )
    place = PLACE.under(PLACE.assumptions)
    for name in demand.SCENARIOS:
        demand.scenario(place, name=name, draws=20, years=1)
    assert len(asked) == 1
    other = place.under(demand.supposing(demand.assumptions(), {"occupancy_now": 0.8}))
    demand.scenario(other, name="as_now", draws=20, years=1)
    assert len(asked) == 2
