"""The study of the plan finds what was moved, stays still where nothing was, and tries placebos."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, distortion, tables
from pvtools.distortion import neighbourhood as study
from pvtools.errors import InputError, UsageError

from .real_files import REAL

NAMES = [b.name for b in areas.boroughs()]
MEANS = dict.fromkeys([*study.SEVEN, *study.OTHERS], 60.0)


def recorded(seed: int = 1, *, move: float = 0.0, names=NAMES) -> pd.DataFrame:
    """Return made-up crime by offence; from the plan on, theft from the person moves next door."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2010-04", "2016-03", freq="MS")
    season = 1 + 0.1 * np.sin(2 * np.pi * months.month.to_numpy() / 12)
    after = months >= study.PLAN
    rows = []
    for name in names:
        counts = {kind: rng.poisson(60 * season) for kind in MEANS}
        gone = rng.binomial(counts["theft from the person"], np.where(after, move, 0.0))
        counts["theft from the person"] = counts["theft from the person"] - gone
        counts["other theft"] = counts["other theft"] + gone
        for kind, values in counts.items():
            offence = (study.SEVEN | study.OTHERS)[kind][0]
            rows += [(name, month, offence, n) for month, n in zip(months, values, strict=True)]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence", "offences"])
    return frame.assign(offence_group="Any", schema="mps_to_2023")


@pytest.fixture(scope="module")
def still() -> pd.DataFrame:
    return study.kinds(recorded())


@pytest.fixture(scope="module")
def moved() -> pd.DataFrame:
    return study.kinds(recorded(2, move=0.3))


def test_kinds_are_added_up_from_offences_and_london_from_boroughs(still):
    assert set(still.area) == {*NAMES, "London"}
    month = still[(still.month == "2012-01-01") & (still.category == "robbery")]
    own = month[month.area != "London"]["count"].sum()
    assert month[month.area == "London"]["count"].item() == own


def test_a_move_next_door_stands_in_london_and_only_there_where_it_was_made(moved):
    table = study.reclassified(moved, area=["London"])
    assert table.stands.sum() == 1
    row = table[table.stands].iloc[0]
    assert (row.target, row.neighbour) == ("theft from the person", "other theft")
    assert row.grade == distortion.CONSISTENT
    assert row.lower < 0.3 < row.upper


def test_pairs_tested_together_have_the_figures_that_each_had_when_tested_alone(moved):
    """The figures are those of the code that tested each pair by itself."""
    table = study.reclassified(moved, area=["London", "Hackney"])
    columns = ["estimate", "lower", "upper", "p_value", "overdispersion"]
    alone = {
        ("London", "theft from the person", "other theft"): (
            0.3124134084956235, 0.2960179490631958, 0.338294271505909,
            5.1014355178804985e-26, 1.092849739778353,
        ),
        ("London", "burglary", "vandalism"): (
            -0.006293241940901424, -0.036786606644291515, 0.012362323000932561,
            0.6887784057977566, 0.7690278502748182,
        ),
        ("Hackney", "theft from the person", "robbery"): (
            -0.05716228012935313, -0.13321905016217964, 0.018162271650395332,
            0.9998980958767619, 1.301979792799519,
        ),
        ("Hackney", "theft of a motor vehicle", "aggravated vehicle taking"): (
            0.01848716217331633, -0.05211013110719216, 0.08902793717901684,
            0.7600411454208117, 0.8706700531169289,
        ),
    }  # fmt: skip
    found = table.set_index(["area", "target", "neighbour"]).loc[list(alone), columns]
    assert found.to_numpy() == pytest.approx(np.array([*alone.values()]), rel=1e-10, abs=1e-10)
    assert set(table.power[table.area == "London"]) == {0.9717}
    assert set(table.power[table.area == "Hackney"]) == {0.32}


def test_where_nothing_moved_no_pair_stands_and_placebos_hardly_fire(still):
    table = study.reclassified(still)
    assert len(table) == 33 * len(study.NEIGHBOURS)
    assert not table.stands.any()
    placebos = study.placebo_starts(still, area=["London", "Hackney"])
    assert placebos.start.tolist() == ["2011-04", "2011-10"]
    assert placebos.fired.sum() <= 2


def test_pairs_of_few_cases_are_not_looked_at():
    few = recorded(names=["Hackney"])
    rare = few.offence == "Aggravated vehicle taking"
    few.loc[rare, "offences"] = 2
    table = study.reclassified(study.kinds(few), area=["Hackney"])
    assert "aggravated vehicle taking" not in table.neighbour.tolist()


def test_displacement_is_set_beside_what_is_seen_when_no_plan_begins(still):
    table = study.displaced(still, n_boot=199)
    assert table.is_plan.tolist() == [True, False, False]
    assert table.start[0] == study.PLAN
    assert table.lower[0] <= 0 <= table.upper[0]
    assert 0 <= table.placebo_share[0] <= 1
    more = recorded(3)
    grown = more.offence.isin([part for parts in study.OTHERS.values() for part in parts])
    late = grown & (more.month >= study.PLAN)
    more.loc[late, "offences"] = (1.3 * more.offences[late]).round().astype(int)
    found = study.displaced(study.kinds(more), n_boot=199).iloc[0]
    assert found.relative == pytest.approx(0.3, abs=0.03)
    assert found.change_others == pytest.approx(np.log(1.3), abs=0.03)
    assert found.change_seven == pytest.approx(0, abs=0.03)


def test_a_loss_at_another_date_is_no_gain_as_large(monkeypatch, still):
    effects = {study.PLAN: 0.1, "2011-04": -0.3, "2011-10": 0.2}

    def effort(counts, *, start, **_):
        whole = {"lower": np.nan, "upper": np.nan, "n": 1, "method": "stub", "caveat": ""}
        return pd.DataFrame([{"estimate": effects[start]} | whole])

    monkeypatch.setattr(study.displacement, "effort", effort)
    assert study.displaced(still).placebo_share[0] == 0.5
    effects |= {study.PLAN: -0.1, "2011-10": -0.05}
    assert study.displaced(still).placebo_share[0] == 0


def test_no_placebo_lies_within_a_year_of_the_plan_or_of_the_inspection():
    for day in study._clear_of_the_plan():
        for known in (study.PLAN, study.INSPECTED):
            assert abs((day - pd.Timestamp(known)).days) > 365


def test_a_step_at_the_plans_date_is_found_and_not_at_the_others(still):
    stepped = still.copy()
    late = (stepped.category == "burglary") & (stepped.month >= study.PLAN)
    stepped.loc[late, "count"] *= 0.8
    table = study.steps(stepped).set_index(["category", "start"])
    assert table.estimate["burglary", study.PLAN] == pytest.approx(-0.2, abs=0.03)
    assert table.stands["burglary", study.PLAN]
    assert table.stands.sum() <= 2
    assert table.placebos.iloc[0] == 2 * (len(study.SEVEN) + len(study.OTHERS))
    assert table.placebos_fired.iloc[0] <= 0.15 * table.placebos.iloc[0]


def test_a_shift_is_found_at_its_date_without_naming_it(still):
    shifted = still.copy()
    late = (shifted.category == "robbery") & (shifted.month >= "2012-10-01")
    shifted.loc[late, "count"] *= 1.3
    table = study.shifts(shifted)
    found = table[table.found & (table.category == "robbery")].iloc[0]
    assert abs((pd.Timestamp(found.start) - pd.Timestamp("2012-10-01")).days) < 100
    assert found.change == pytest.approx(0.3, abs=0.04)
    assert set(table.category) == {*study.SEVEN, *study.OTHERS}
    assert table[table.category != "robbery"].found.sum() <= 3


def test_what_is_not_held_is_said():
    shipped = tables.load().recorded_crime
    with pytest.raises(InputError, match="historical file"):
        study.kinds(shipped[shipped.month >= "2016-04"])
    assert not study.lacks(shipped)
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        study.reclassified(study.kinds(recorded(names=["Hackney"])), area=["Hackny"])


def test_a_borough_that_lacks_a_month_of_a_crime_is_left_out_and_london_with_it():
    table = recorded(names=["Hackney", "Camden"])
    hole = (table.borough == "Hackney") & (table.offence == "Shoplifting") & (
        table.month == "2012-01-01")  # fmt: skip
    assert set(study.kinds(table).area) == {"Hackney", "Camden", "London"}
    assert set(study.kinds(table[~hole]).area) == {"Camden"}
    assert "not so for Hackney" in study.lacks(table[~hole], "Hackney")
    assert study.lacks(table[~hole], "Camden") == ""
    assert "not so for" in study.lacks(table, "London")


def test_an_area_may_be_named_by_itself(still):
    pd.testing.assert_frame_equal(
        study.reclassified(still, area="Hackney"), study.reclassified(still, area=["Hackney"])
    )


@pytest.mark.parametrize("ask", [study.steps, study.shifts, study.reclassified])
def test_too_few_cases_or_a_crime_not_held_are_said(ask):
    held = study.kinds(recorded(names=["Hackney"]))
    rare = held.assign(count=np.where(held.month == "2012-01-01", 0.0, 1.0))
    with pytest.raises(
        InputError, match=r"Every crime had a month without|No pair of crimes has 5"
    ):
        ask(rare)
    with pytest.raises(InputError, match="held of bicycle theft"):
        ask(held[held.category != "bicycle theft"])


def test_a_crime_that_one_area_never_had_is_none_there(still):
    never = (still.area == "Hackney") & (still.category == "aggravated vehicle taking")
    rest = still[~never]
    assert "aggravated vehicle taking" not in set(study.steps(rest, area="Hackney").category)
    pairs = study.reclassified(rest, area="Hackney")
    assert "aggravated vehicle taking" not in set(pairs.neighbour)


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason=f"the published files are not held in {REAL}")
def test_the_published_series_show_no_reclassification_and_gains_without_a_plan_too():
    path = REAL / "mps_borough_crime_historical_201004_202107.csv"
    counts = study.kinds(tables.read(path, "mps_recorded_crime"))
    every = study.reclassified(counts)
    assert len(every) == 199
    assert not every.stands.any()
    # theft from vehicles fell as much as interfering with them rose, all at once
    later = study.reclassified(counts, area=["London"], start="2014-04")
    assert later[later.stands].neighbour.tolist() == ["interfering with a motor vehicle"]
    gained = study.displaced(counts, n_boot=199)
    assert gained.relative[0] == pytest.approx(0.215, abs=0.005)
    # at both dates without a plan a gain is clear as well, though not as large
    assert gained.placebo_share[0] == 0
    assert (gained.lower[1:] > 0).all()


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason=f"the published files are not held in {REAL}")
def test_at_the_fire_brigades_six_minutes_nothing_fires():
    fires = pd.read_csv(REAL / "lfb_dwelling_fires_2009.csv", na_values="NULL")
    seconds = fires.FirstPumpArriving_AttendanceTime.dropna()
    table = distortion.times(seconds, threshold=360, round_to=60, n_boot=500)
    grades = table.set_index("detector").grade
    assert grades["bunching"] == distortion.NO_SIGN
    assert grades["density"] == distortion.NO_SIGN


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason=f"the published files are not held in {REAL}")
def test_times_of_searches_are_called_rounded():
    found = tables.stop_and_search(REAL / "2022-08-metropolitan-stop-and-search.csv.gz")
    minutes = found.local_time.dt.hour * 60 + found.local_time.dt.minute
    from pvtools.stats import heaping

    row = heaping.rounding_share(minutes[minutes > 0].to_numpy(dtype=float), to=5)
    graded = distortion.graded(row, "rounding").iloc[0]
    assert graded.grade == distortion.ROUNDED
    assert row.estimate.item() > 0.4
