"""What is assumed stands in one table, is called so, and comes back edited or with every fault."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import demand
from pvtools.demand import assumed, draws
from pvtools.errors import InputError, UsageError

TABLES = [None, *demand.SCENARIOS]


def edited(name: str | None, parameter: str, **values: object) -> pd.DataFrame:
    table = demand.assumptions(name)
    for column, value in values.items():
        table[column] = table[column].astype(object)
        table.loc[table.parameter == parameter, column] = value
    return table


@pytest.mark.parametrize("name", TABLES)
def test_every_assumption_has_its_unit_its_source_and_a_sentence(name):
    table = demand.assumptions(name)
    assert table.parameter.is_unique
    assert table[["unit", "source", "meaning"]].ne("").all(axis=None)
    assert table.source.str.contains("assumption").all()
    assert table.meaning.str.endswith(".").all()
    pd.testing.assert_frame_equal(assumed.checked(table, name), table)


def test_the_record_of_2015_is_the_most_for_mental_health_and_named():
    row = demand.assumptions().set_index("parameter").loc["mental_health_share"]
    assert row.high == demand.MOST_MENTAL_HEALTH
    assert "20% of police time" in row.source


def test_where_a_scenario_is_silent_nothing_changes_and_it_says_so():
    table = demand.assumptions("overstretch").set_index("parameter")
    assert table.loc["triage_change", ["low", "likely", "high"]].tolist() == [0, 0, 0]
    assert "as now" in table.meaning["triage_change"]
    now = demand.assumptions("as_now").set_index("parameter").drop("years_to_take_hold")
    assert (now[["low", "likely", "high"]] == 0).all(axis=None)


def test_scenarios_are_told_apart_as_the_report_tells_them():
    likely = {n: demand.assumptions(n).set_index("parameter").likely for n in demand.SCENARIOS}
    short, thin, focus = (likely[n] for n in ("retrenchment", "overstretch", "focused_impact"))
    assert short.officers_change < 0 == thin.officers_change == focus.officers_change
    assert thin.other_calls_change > focus.other_calls_change > 0
    assert thin.mental_health_by_partners < 0 < focus.mental_health_by_partners
    assert focus.triage_change > 0 < focus.follow_demand_change
    assert short.other_calls_declined > 0


def test_an_edited_table_in_any_order_comes_back_in_the_order_of_the_original():
    table = edited(None, "crew", low=1, likely=1, high=1).iloc[::-1]
    before = table.copy()
    found = assumed.checked(table)
    assert found.parameter.tolist() == demand.assumptions().parameter.tolist()
    assert found.set_index("parameter").likely["crew"] == 1.0
    pd.testing.assert_frame_equal(table, before)


def test_all_faults_of_figures_and_sources_are_named_at_once():
    table = edited(None, "crew", low=3, likely=2)
    table.loc[table.parameter == "occupancy_now", "high"] = 1.5
    table.loc[table.parameter == "call_hours", "likely"] = np.nan
    table.loc[table.parameter == "repeat_share", "source"] = " "
    with pytest.raises(InputError) as caught:
        assumed.checked(table)
    for part in (
        "crew needs low ≤ likely ≤ high, found 3, 2, 2.5",
        "occupancy_now lies between 0.05 and 0.95",
        "call_hours needs low ≤ likely ≤ high, found 0.75, nan, 2",
        "repeat_share needs a source",
        "Start from demand.assumptions()",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (demand.assumptions().drop(index=0), "the row calls_per_offence is missing"),
        (demand.assumptions().replace("crew", "crow"), "Did you mean 'crew'"),
        (pd.concat([demand.assumptions(), demand.assumptions().head(1)]), "stands there twice"),
        (demand.assumptions().drop(columns=["low", "unit"]), "the columns low, unit are missing"),
        ("none", "a table is needed, found str"),
        (edited(None, "crew", low="two"), "crew needs low ≤ likely ≤ high, found nan"),
        (edited(None, "crew", source=None), "crew needs a source"),
    ],
)
def test_a_table_that_is_no_longer_whole_is_refused_in_words(table, says):
    with pytest.raises(InputError, match=says):
        assumed.checked(table)


def test_a_scenario_of_another_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'retrenchment'"):
        demand.assumptions("retrench")


def test_draws_are_triangular():
    luck = (np.arange(100_000) + 0.5) / 100_000
    values = draws.triangular(luck, np.array(1.0), np.array(2.0), np.array(6.0))
    assert values.mean() == pytest.approx((1 + 2 + 6) / 3, rel=1e-4)
    assert values.var() == pytest.approx((1 + 4 + 36 - 2 - 6 - 12) / 18, rel=1e-3)
    assert (values <= 2).mean() == pytest.approx(1 / 5, abs=1e-4)
    assert values.min() >= 1
    assert values.max() <= 6


def test_a_figure_without_spread_is_drawn_as_it_is():
    luck = np.array([[0.0], [0.3], [1.0]])
    table = edited(None, "crew", low=2, likely=2, high=2).query("parameter == 'crew'")
    assert draws.drawn(table, luck)["crew"].tolist() == [2, 2, 2]


def test_supposing_widens_the_range_to_hold_what_is_supposed_and_leaves_the_table_alone():
    table = demand.assumptions()
    before = table.copy()
    changed = demand.supposing(table, {"crew": 4, "call_hours": 1.0}).set_index("parameter")
    assert changed.loc["crew", ["low", "likely", "high"]].tolist() == [1.5, 4, 4]
    assert changed.loc["call_hours", ["low", "likely", "high"]].tolist() == [0.75, 1, 2]
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(UsageError, match="Did you mean 'crew'"):
        demand.supposing(table, {"crow": 4})
