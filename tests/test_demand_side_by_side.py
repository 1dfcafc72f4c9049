"""Counts, harm and hours side by side, and officers shared out by three rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, estimates, places, tables
from pvtools.errors import InputError, UsageError

NAMES = [b.name for b in areas.boroughs()]
HOURS = pd.DataFrame(
    {
        "offence_group": ["Grave", "Petty"],
        "low": [10.0, 1.0],
        "likely": [10.0, 1.0],
        "high": [10.0, 1.0],
    }
)
WEIGHTS = pd.DataFrame(
    {
        "kind": "offence_group",
        "category": ["Grave", "Petty"],
        "weight": [99.0, 1.0],
        "version": "made up",
    }
)


def incidents(grave: int = 100, petty: int = 900, *, more: str = "") -> pd.DataFrame:
    rows = [
        (name, group, n * (3 if name == more else 1))
        for name in NAMES
        for group, n in (("Grave", grave), ("Petty", petty))
    ]
    frame = pd.DataFrame(rows, columns=["borough", "offence_group", "offences"])
    return frame.assign(period="year to 2025-11", offence=np.nan)


def shares(**changes) -> pd.DataFrame:
    asked = {"handling_hours": HOURS, "weights": WEIGHTS, "area": "Hackney"} | changes
    return demand.shares_in_each(incidents(), **asked).set_index(["currency", "group"])


def test_shares_are_those_of_counts_of_weights_and_of_hours():
    found = shares().estimate
    assert found["offences", "Grave"] == pytest.approx(0.1)
    assert found["harm", "Grave"] == pytest.approx(9900 / 10_800)
    assert found["hours", "Grave"] == pytest.approx(1000 / 1900)
    assert found.groupby("currency").sum().to_numpy() == pytest.approx(1)


def test_areas_drawn_together_have_the_figures_they_have_alone():
    asked = {"handling_hours": HOURS, "weights": WEIGHTS}
    names = ["Hackney", "London", "Barnet"]
    together = demand.shares_in_each(incidents(), area=names, **asked)
    alone = [demand.shares_in_each(incidents(), area=name, **asked) for name in names]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


def test_what_is_counted_or_weighed_has_no_interval_and_what_is_timed_has_that_of_the_times():
    vague = HOURS.assign(low=[2.0, 0.2], high=[40.0, 4.0])
    for table in (
        shares(handling_hours=vague).reset_index(),
        demand.against_london(incidents(), handling_hours=vague, weights=WEIGHTS),
    ):
        hours = table.currency == "hours"
        assert table.loc[~hours, ["lower", "upper", "level"]].isna().all(axis=None)
        assert table.loc[hours, ["lower", "upper", "level"]].notna().all(axis=None)


def test_with_unit_times_known_the_share_of_hours_is_known_too():
    row = shares().loc[("hours", "Grave")]
    assert row.lower == pytest.approx(row.estimate) == pytest.approx(row.upper)


def test_uncertain_unit_times_widen_the_share_of_hours():
    vague = HOURS.assign(low=[2.0, 0.2], high=[40.0, 4.0])
    wide = shares(handling_hours=vague).loc["hours"]
    # of 4000 draws: hours of one group over those of both, by the same triangular times
    rng = np.random.default_rng(7)
    grave, petty = 100 * rng.triangular(2, 10, 40, 50_000), 900 * rng.triangular(0.2, 1, 4, 50_000)
    ends = np.quantile(grave / (grave + petty), [0.025, 0.975])
    assert wide.loc["Grave", ["lower", "upper"]].tolist() == pytest.approx(ends, abs=0.02)


def test_without_weights_harm_is_left_out_and_said():
    table = shares(weights=None)
    assert set(table.index.get_level_values("currency")) == {"offences", "hours"}
    assert "No severity weights" in table.caveat.iloc[0]


def test_a_borough_like_all_others_stands_at_its_share_of_residents():
    table = demand.against_london(incidents(), handling_hours=HOURS, weights=WEIGHTS)
    residents = pd.Series({b.name: b.residents for b in areas.boroughs()})
    expected = residents.sum() / residents / 32
    for _, part in table.groupby("currency"):
        assert part.set_index("area").estimate[NAMES].to_numpy() == pytest.approx(
            expected[NAMES].to_numpy()
        )
        assert (part.lower.dropna() <= part.estimate[part.lower.notna()]).all()
        assert (part.upper.dropna() >= part.estimate[part.upper.notna()]).all()


def test_what_is_unknown_of_unit_times_is_common_to_all_boroughs_and_cancels():
    vague = HOURS.assign(low=[2.0, 0.2], high=[40.0, 4.0])
    table = demand.against_london(incidents(), handling_hours=vague)
    hours = table[table.currency == "hours"]
    # every borough has the same mix, so the unit times leave no doubt about the comparison
    assert hours.lower.to_numpy() == pytest.approx(hours.upper.to_numpy())


def test_three_rules_share_out_a_thousand_officers_each():
    table = demand.reallocation(incidents(more="Hackney"), weights=WEIGHTS)
    assert table.rule.unique().tolist() == ["per head", "per count", "per harm"]
    assert table.groupby("rule").estimate.sum().to_numpy() == pytest.approx(1000)
    assert table.groupby("rule").against_head.sum().to_numpy() == pytest.approx(0, abs=1e-9)
    own = table[table.area == "Hackney"].set_index("rule")
    assert own.estimate["per count"] == pytest.approx(1000 * 3 / 34)
    assert np.isnan(own.lower["per head"])
    assert own.lower["per harm"] < own.estimate["per harm"] < own.upper["per harm"]
    # a few grave offences make the share by harm less sure than the share by count
    width = own.upper - own.lower
    assert width["per harm"] > width["per count"]


def test_without_weights_two_rules_are_left_and_the_third_is_said_to_be_missing():
    table = demand.reallocation(incidents())
    assert table.rule.unique().tolist() == ["per head", "per count"]
    assert "no share by harm" in table.caveat.iloc[0]


def test_a_years_incidents_leave_out_fraud_and_kinds_with_a_month_missing():
    recorded = tables.load().recorded_crime
    year = demand.incidents(recorded)
    assert not year.offence_group.isin(demand.NATIONAL_GROUPS).any()
    wide = pd.read_csv(places.shipped_data() / "published" / "recorded_crime.csv")
    keys = ["borough", "offence_group", "offence"]
    wide = wide[wide.borough.isin(NAMES) & ~wide.offence_group.isin(demand.NATIONAL_GROUPS)]
    held = wide.groupby(keys)[list(wide.columns[-12:])].sum(min_count=1)
    held = held[held.notna().any(axis=1)]
    named = held.notna().all(axis=1)
    whole = held.groupby(keys[:2]).transform(lambda month: month.notna().any()).all(axis=1)
    unnamed = held[whole & ~named].groupby(keys[:2]).size()
    assert len(year) == (whole & named).sum() + len(unnamed)
    assert year.offence.isna().sum() == len(unnamed)
    assert year.offences.sum() == held[whole].sum().sum()
    rate = demand.annual_rate(recorded).set_index("area").n
    assert year.groupby("borough").offences.sum().astype(float)["Hackney"] == rate["Hackney"]


@pytest.mark.parametrize(
    ("table", "changes", "says"),
    [
        (incidents(grave=-1), {}, "zero or more"),
        (incidents().drop(columns="offences"), {}, "lack the columns offences"),
        (incidents(), {"handling_hours": HOURS.head(1)}, "without a unit time: Petty"),
        (incidents(), {"handling_hours": HOURS.assign(high=0.1)}, "0 ≤ low ≤ likely ≤ high"),
        (incidents(), {"weights": pd.concat([WEIGHTS, WEIGHTS])}, "weighed twice"),
        (incidents(), {"weights": WEIGHTS.assign(category=["a", "b"])}, "has a weight"),
        (incidents(), {"draws": 10}, "a thousand draws"),
        (incidents().replace("Hackney", "Hackny"), {}, "no borough with a report: Hackny"),
        (incidents().replace("Hackney", None), {}, "no borough: leave them out"),
        (incidents().replace("Petty", None), {}, "have no offence_group"),
        (incidents(grave=0, petty=0), {}, "there are no offences"),
        (incidents().head(0), {}, "incidents are empty"),
        (incidents(), {"level": 95}, "level lies between 0 and 1, found 95"),
        (incidents(), {"handling_hours": pd.concat([HOURS, HOURS])}, "timed twice: Grave"),
        (incidents().query("borough < 'H'"), {"area": "London"}, "24 boroughs or more"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(table, changes, says):
    asked = {"handling_hours": HOURS, "weights": WEIGHTS, "area": "Hackney"} | changes
    with pytest.raises(InputError, match=says):
        demand.shares_in_each(table, **asked)


def test_an_unknown_area_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        demand.shares_in_each(incidents(), handling_hours=HOURS, area="Hackny")


HOLE = incidents().query("borough != 'Barnet' or offence_group != 'Petty'")


def test_a_group_that_a_borough_does_not_publish_is_not_taken_for_zero():
    table = demand.against_london(HOLE, handling_hours=HOURS, weights=WEIGHTS)
    own = table[table.area == "Barnet"]
    assert own[["estimate", "lower", "upper", "per_resident"]].isna().all(axis=None)
    assert own.caveat.str.contains("no figure: Petty").all()
    # London is then the other boroughs, over their own residents
    residents = {b.name: b.residents for b in areas.boroughs()}
    others = sum(residents.values()) - residents["Barnet"]
    hackney = estimates.pick(table, area="Hackney", currency="offences")
    assert hackney.estimate == pytest.approx(others / residents["Hackney"] / 31)
    assert "London is without boroughs that lack a group: Barnet." in hackney.caveat
    assert "Petty" not in hackney.caveat


def test_a_hole_leaves_no_shares_of_a_borough_and_leaves_the_borough_out_of_london():
    asked = {"handling_hours": HOURS, "weights": WEIGHTS}
    own = demand.shares_in_each(HOLE, area="Barnet", **asked)
    assert own[["estimate", "lower", "upper"]].isna().all(axis=None)
    whole = demand.shares_in_each(HOLE, area="London", **asked)
    grave = estimates.pick(whole, currency="offences", group="Grave")
    assert grave.estimate == pytest.approx(0.1)
    assert grave.n == 3100
    assert "Barnet" in grave.caveat


def test_a_hole_that_weighs_nothing_leaves_harm_known():
    table = demand.shares_in_each(
        HOLE, area="Barnet", handling_hours=HOURS, weights=WEIGHTS.head(1)
    )
    known = table[table.estimate.notna()]
    assert set(known.currency) == {"harm"}
    assert known.set_index("group").estimate.to_dict() == {"Grave": 1.0, "Petty": 0.0}


def test_london_without_a_borough_is_the_others_and_says_so():
    some = incidents().query("borough != 'Barnet'")
    table = demand.against_london(some, handling_hours=HOURS)
    assert set(table.area) == set(some.borough)
    assert table.caveat.str.contains("London is without .*: Barnet.").all()
    residents = {b.name: b.residents for b in areas.boroughs()}
    hackney = estimates.pick(table, area="Hackney", currency="offences")
    others = sum(residents.values()) - residents["Barnet"]
    assert hackney.estimate == pytest.approx(others / residents["Hackney"] / 31)


def test_london_is_never_the_sum_of_few_boroughs():
    with pytest.raises(InputError, match="sum of 24 boroughs or more; 10 publish"):
        demand.against_london(incidents().query("borough < 'H'"), handling_hours=HOURS)


BY_OFFENCE = WEIGHTS.assign(kind="offence", category=["Murder", "Theft"])


def told() -> pd.DataFrame:
    """Return incidents that tell the offence, but for half the petty ones."""
    named = incidents(petty=450).assign(offence=lambda f: f.offence_group.map(
        {"Grave": "Murder", "Petty": "Theft"}))  # fmt: skip
    return pd.concat([named, incidents(petty=450).query("offence_group == 'Petty'")])


def test_offences_whose_kind_is_not_told_still_count():
    asked = {"handling_hours": HOURS, "weights": BY_OFFENCE, "category": "offence"}
    table = demand.shares_in_each(told(), area="Hackney", **asked)
    petty = estimates.pick(table, currency="offences", group="Petty")
    assert petty.n == 900
    assert petty.estimate == pytest.approx(0.9)
    assert "45.0% of offences have no weight" in petty.caveat
    assert "kind not named" in petty.caveat
    # a weight that is missing is none
    asked["weights"] = BY_OFFENCE.assign(weight=[99.0, np.nan])
    without = demand.shares_in_each(told(), area="Hackney", **asked)
    assert "90.0% of offences have no weight" in without.caveat.iloc[0]


def test_a_kind_a_borough_does_not_publish_within_a_group_is_said():
    table = told().query("borough != 'Barnet' or offence != 'Theft'")
    asked = {"handling_hours": HOURS, "weights": BY_OFFENCE, "category": "offence"}
    says = demand.shares_in_each(table, area="Barnet", **asked).caveat
    assert says.str.contains("Nothing is counted where the tables list none: Theft").all()
    assert not (
        demand.shares_in_each(table, area="Hackney", **asked)
        .caveat.str.contains("Nothing is counted").any()
    )  # fmt: skip


def test_draws_without_an_offence_are_left_out_and_said():
    few = incidents(grave=0, petty=1)
    two = few[few.borough.isin(["Hackney", "Barnet"])]
    shared = demand.reallocation(two).query("rule == 'per count'")
    assert shared[["lower", "upper"]].notna().all(axis=None)
    assert shared.caveat.str.contains("of draws hold nothing").all()


def test_a_share_out_by_harm_says_what_its_weights_do_not_reach():
    by_group = demand.reallocation(HOLE, weights=WEIGHTS).set_index("rule").caveat
    assert "mean weight of its group" in by_group["per harm"].iloc[0]
    assert "Nothing is counted where the tables list none: Petty" in by_group["per harm"].iloc[0]
    assert (by_group[["per head", "per count"]] == "").all()
    by_kind = demand.reallocation(told(), weights=BY_OFFENCE, category="offence")
    assert "45.0% of offences have no weight" in by_kind.caveat.iloc[-1]
    bare = told().query("borough != 'Barnet' or offence.isna()")
    with pytest.raises(InputError, match="No offence has a weight in: Barnet"):
        demand.reallocation(bare, weights=BY_OFFENCE, category="offence")


@pytest.mark.parametrize(
    ("table", "changes", "says"),
    [
        (incidents().drop(columns="period"), {}, "lack the columns period"),
        (incidents().replace("Hackney", "Hackny"), {}, "no borough with a report: Hackny"),
        (incidents().head(0), {}, "incidents are empty"),
        (incidents().head(2), {}, "two boroughs"),
        (incidents(), {"draws": 0}, "a thousand draws"),
        (incidents(), {"level": 1.0}, "level lies between"),
        (incidents(), {"weights": WEIGHTS.assign(weight=0.0)}, "no harm to share"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_in_words(table, changes, says):
    with pytest.raises(InputError, match=says):
        demand.reallocation(table, **changes)


def test_deployment_that_lies_as_offences_do_has_nothing_to_move():
    table = demand.deployment_match(incidents(), pd.Series(7.0, index=NAMES))
    assert table.area.tolist() == sorted(NAMES)
    assert table.estimate.to_numpy() == pytest.approx(0)
    assert table.dissimilarity.iloc[0] == pytest.approx(0)
    assert (table.lower < 0).all()
    assert (table.upper > 0).all()


def test_what_would_have_to_move_is_half_the_sum_of_the_gaps():
    there = pd.Series(1.0, index=NAMES)
    there["Hackney"] = 10.0
    table = demand.deployment_match(incidents(), there)
    assert table.dissimilarity.iloc[0] == pytest.approx(10 / 41 - 1 / 32)
    assert table.estimate.abs().sum() / 2 == pytest.approx(table.dissimilarity.iloc[0])
    some = demand.deployment_match(incidents(), there.drop("Barnet"))
    assert len(some) == 31
    assert some.caveat.iloc[0] == "Not in both tables, so left out: Barnet."
    with pytest.raises(InputError, match="two boroughs"):
        demand.deployment_match(incidents(), there.head(1))
    with pytest.raises(InputError, match="0 or more"):
        demand.deployment_match(incidents(), -there)


def test_the_index_is_not_pushed_up_twice_by_chance():
    rng = np.random.default_rng(3)
    there = pd.Series(np.where(np.arange(32) % 2, 1.1, 0.9), index=NAMES)  # 0.05 off an even spread
    held = []
    for _ in range(60):
        counts = pd.DataFrame(
            {"borough": NAMES, "offences": rng.poisson(15, 32), "period": "year to 2025-11"}
        )
        row = demand.deployment_match(counts, there, draws=1000).iloc[0]
        assert row.dissimilarity_lower <= row.dissimilarity <= row.dissimilarity_upper
        held.append(row.dissimilarity_lower <= 0.05 <= row.dissimilarity_upper)
    assert np.mean(held) > 0.85  # percentiles of the draws hold it next to never


def test_an_index_that_chance_alone_would_give_is_said_to_be_none():
    rng = np.random.default_rng(4)
    counts = pd.DataFrame(
        {"borough": NAMES, "offences": rng.poisson(15, 32), "period": "year to 2025-11"}
    )
    even = demand.deployment_match(counts, pd.Series(1.0, index=NAMES)).iloc[0]
    assert even.dissimilarity > 0.05
    assert even.dissimilarity_lower == 0
    assert "Chance in the counts alone" in even.caveat
    apart = demand.deployment_match(counts, pd.Series(np.arange(32.0), index=NAMES)).iloc[0]
    assert apart.dissimilarity_lower > 0
    assert apart.caveat == ""


@pytest.mark.parametrize(
    ("table", "there", "says"),
    [
        (incidents().replace("Hackney", None), pd.Series(1.0, index=NAMES), "have no borough"),
        (incidents(), pd.Series(1.0, index=[None, *NAMES[1:]]), "none missing"),
        (incidents(), pd.Series(1.0, index=[NAMES[1], *NAMES[1:]]), "a borough twice"),
        (incidents(), pd.Series("many", index=NAMES), "must be numbers"),
        (incidents(), pd.Series(1.0, index=NAMES).to_frame(), "found DataFrame"),
        (incidents(), pd.Series([np.nan] + [1.0] * 31, index=NAMES), "missing in some boroughs"),
        (incidents().head(0), pd.Series(1.0, index=NAMES), "incidents are empty"),
        (
            incidents().assign(offences=lambda f: f.offences.where(f.index > 0)),
            pd.Series(1.0, index=NAMES),
            "missing is not zero",
        ),
    ],
)
def test_what_cannot_be_matched_is_refused_in_words(table, there, says):
    with pytest.raises(InputError, match=says):
        demand.deployment_match(table, there)


def test_offences_without_a_borough_are_counted_not_dropped_in_silence():
    recorded = tables.load().recorded_crime
    wide = pd.read_csv(places.shipped_data() / "published" / "recorded_crime.csv")
    wide = wide[~wide.offence_group.isin(demand.NATIONAL_GROUPS)]
    years = wide.set_index("borough").iloc[:, -12:].sum(axis=1).groupby("borough").sum()
    unknown, every = years["Unknown"], years.sum()
    assert demand.unplaced(recorded) == (unknown, pytest.approx(unknown / every))
    placed = recorded[recorded.borough.notna()]
    assert demand.unplaced(placed) == (0, 0.0)
    lost = placed[placed.month == placed.month.max()].head(1).assign(borough=None, offences=500)
    nowhere, share = demand.unplaced(pd.concat([placed, lost]))
    assert nowhere == 500
    assert share == pytest.approx(500 / (every - unknown + 500))
