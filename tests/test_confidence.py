"""Confidence: what a survey without bases can bear, and what it cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, confidence, estimates, sources
from pvtools.errors import InputError, UsageError
from pvtools.stats import intervals

NAMES = [b.name for b in areas.boroughs()]
DESIGN = sources.find("pas_borough").design


def survey(values: dict[str, float] | float = 0.5, quarters: int = 9) -> pd.DataFrame:
    ends = pd.date_range(end="2022-12-31", periods=quarters, freq="QE")
    given = values if isinstance(values, dict) else dict.fromkeys(NAMES, values)
    rows = [("good_job", name, end, given[name]) for end in ends for name in NAMES]
    return pd.DataFrame(rows, columns=["measure", "borough", "quarter_end", "proportion"])


def test_an_interval_rests_on_the_surveys_design_and_says_so():
    shares = confidence.proportion(survey(0.55), "good_job", design=DESIGN)
    own = shares[(shares.area == "Hackney") & (shares.period == "year to 2022-12")].iloc[0]
    expected = intervals.wilson(220, 400, design_effect=DESIGN.design_effect).iloc[0]
    assert (own.lower, own.upper) == pytest.approx((expected.lower, expected.upper))
    assert "about 400 interviews" in own.method
    assert "no bases are published" in own.method
    assert pd.isna(own.n), "the publisher gives no base, so there is none to state"


def test_only_every_fourth_quarter_is_kept():
    shares = confidence.proportion(survey(), "good_job", design=DESIGN)
    assert sorted(shares.period.unique()) == [f"year to {year}-12" for year in (2020, 2021, 2022)]
    every = confidence.proportion(survey(), "good_job", design=DESIGN, independent=False)
    assert every.period.nunique() == 9


def test_london_is_weighted_by_residents_where_the_publisher_gives_no_value():
    values = dict.fromkeys(NAMES, 0.4) | {"Barnet": 0.8}
    shares = confidence.proportion(survey(values), "good_job", design=DESIGN)
    residents = {b.name: b.residents for b in areas.boroughs()}
    expected = 0.4 + 0.4 * residents["Barnet"] / sum(residents.values())
    london = shares[shares.area == "London"]
    assert london.estimate.to_numpy() == pytest.approx(expected)


def test_the_publishers_own_london_value_is_preferred():
    table = survey(0.4)
    own = table[table.borough == "Barnet"].assign(borough="London", proportion=0.61)
    shares = confidence.proportion(pd.concat([table, own]), "good_job", design=DESIGN)
    assert shares[shares.area == "London"].estimate.eq(0.61).all()
    assert not shares.duplicated(["area", "period"]).any()


def test_london_is_surer_than_a_borough_but_less_than_its_size_suggests():
    shares = confidence.proportion(survey(), "good_job", design=DESIGN)
    effective = shares.groupby("area").n_effective.first()
    assert effective["London"] > 25 * effective["Hackney"]
    assert effective["London"] < 32 * effective["Hackney"]


def test_a_wave_that_lacks_a_borough_has_no_london_value():
    table = survey()
    holed = table[~((table.borough == "Brent") & (table.quarter_end == "2022-12-31"))]
    shares = confidence.proportion(holed, "good_job", design=DESIGN)
    assert shares[shares.area == "London"].period.max() == "year to 2021-12"


def test_a_missing_proportion_is_left_out_not_read_as_zero():
    table = survey()
    table.loc[table.borough == "Brent", "proportion"] = np.nan
    shares = confidence.proportion(table, "good_job", design=DESIGN)
    assert "Brent" not in set(shares.area)


def test_a_change_is_the_difference_of_two_waves():
    table = survey()
    table.loc[(table.borough == "Hackney") & (table.quarter_end == "2022-12-31"), "proportion"] = (
        0.7
    )
    change = confidence.change(confidence.proportion(table, "good_job", design=DESIGN))
    own = estimates.pick(change, area="Hackney")
    assert own.estimate == pytest.approx(0.2)
    assert (own.since, own.period) == ("year to 2021-12", "year to 2022-12")
    assert own.lower > 0
    other = estimates.pick(change, area="Brent")
    assert other.lower < 0 < other.upper


def test_four_points_in_a_borough_cannot_be_told_from_chance():
    table = survey(0.55)
    table.loc[table.quarter_end == "2022-12-31", "proportion"] = 0.595
    change = confidence.change(confidence.proportion(table, "good_job", design=DESIGN))
    assert estimates.pick(change, area="Hackney").lower < 0
    assert estimates.pick(change, area="London").lower > 0


def test_a_wave_that_is_not_held_is_refused_with_those_that_are():
    shares = confidence.proportion(survey(), "good_job", design=DESIGN)
    with pytest.raises(InputError, match="year to 2020-12, year to 2021-12, year to 2022-12"):
        confidence.change(shares, years=7)


def test_an_unknown_question_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'good_job'"):
        confidence.proportion(survey(), "good_jobs", design=DESIGN)


def test_a_difference_from_london_needs_london():
    shares = confidence.proportion(survey(), "good_job", design=DESIGN)
    apart = confidence.difference_from_london(shares)
    assert len(apart) == 32
    assert apart.estimate.abs().max() == pytest.approx(0, abs=1e-12)
    with pytest.raises(InputError, match="no London row"):
        confidence.difference_from_london(shares[shares.area != "London"])


@pytest.mark.parametrize("truth", [1.0, 2.3])
def test_the_overlap_of_quarters_reveals_the_design_effect(truth):
    rng = np.random.default_rng(12)
    found = []
    for _ in range(30):
        level = 0.5 + rng.normal(0, 0.05, 32) + np.cumsum(rng.normal(0, 0.004, (36, 32)), axis=0)
        quarter = level + rng.normal(0, np.sqrt(0.25 * truth / 100), (36, 32))
        rolling = np.stack([quarter[i : i + 4].mean(axis=0) for i in range(33)])
        ends = pd.date_range(end="2022-12-31", periods=33, freq="QE")
        wide = pd.DataFrame(rolling, index=ends, columns=NAMES)
        table = (
            wide.rename_axis("quarter_end")
            .reset_index()
            .melt("quarter_end", var_name="borough", value_name="proportion")
        )
        found.append(
            confidence.design_effect_from_overlap(
                table.assign(measure="good_job"), "good_job", interviews=100
            )
        )
    assert np.mean(found) == pytest.approx(truth, rel=0.06)


def test_the_published_series_imply_the_design_effect_of_the_register():
    from pvtools import tables

    survey = tables.load().survey
    assert "from 2014 to 2022" in DESIGN.design_effect_basis
    implied = confidence.design_effect_from_overlap(
        survey[survey.quarter_end < "2023"], "good_job", interviews=DESIGN.interviews_per_quarter
    )
    assert implied == pytest.approx(DESIGN.design_effect, abs=0.05)


def test_the_design_effect_needs_consecutive_quarters():
    with pytest.raises(InputError, match="9 or more consecutive"):
        confidence.design_effect_from_overlap(survey(quarters=5), "good_job", interviews=100)


def test_a_london_series_that_reaches_further_does_not_move_the_latest_wave():
    table = survey()
    later = pd.DataFrame(
        {
            "measure": "good_job",
            "borough": "London",
            "quarter_end": pd.to_datetime(["2023-09-30", "2023-12-31"]),
            "proportion": 0.47,
        }
    )
    shares = confidence.proportion(pd.concat([table, later]), "good_job", design=DESIGN)
    assert confidence.latest_wave(shares) == "year to 2022-12"
    assert shares[shares.area == "London"].period.max() == "year to 2023-12"
    assert not shares.period.str.endswith("2023-09").any()
    assert confidence.change(shares).period.eq("year to 2022-12").all()


def test_shares_of_london_alone_are_a_whole_number_of_years_before_its_own_latest():
    from pvtools import tables

    survey = tables.load().survey
    london = survey[survey.borough == "London"]
    alone = confidence.proportion(london, "good_job", design=DESIGN)
    assert alone.period.tolist() == [f"year to {year}-09" for year in range(2015, 2026)]
    published = london[(london.measure == "good_job") & (london.quarter_end.dt.month == 9)]
    assert alone.estimate.tolist() == published.sort_values("quarter_end").proportion.tolist()
    assert confidence.latest_wave(alone) == "year to 2025-09"
    moved = confidence.change(alone, years=2)
    assert moved.since.tolist() == ["year to 2023-09"]


def test_each_question_implies_a_design_effect_to_each_quarter_asked_for():
    from pvtools import tables

    survey = tables.load().survey
    found = confidence.implied_design_effects(survey, design=DESIGN, until=("2022-12", None))
    assert len(found) == 16
    good = found[found.measure == "good_job"].set_index("last")
    for last, until in (("2022-12", "2023"), ("2023-12", "2024")):
        alone = confidence.design_effect_from_overlap(
            survey[survey.quarter_end < until].dropna(subset=["proportion"]),
            "good_job",
            interviews=DESIGN.interviews_per_quarter,
        )
        assert good.implied[last] == pytest.approx(alone)
        assert good.wider[last] == pytest.approx((alone / DESIGN.design_effect) ** 0.5)
    assert good.implied["2023-12"] == pytest.approx(2.10, abs=0.005)
    assert good.quarters.tolist() == [33, 37]
