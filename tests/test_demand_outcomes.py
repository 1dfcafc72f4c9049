"""Outcomes over offences, victims by year, and our severity score beside the published one."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import areas, demand, estimates, tables
from pvtools.errors import InputError

NAMES = [area.name for area in areas.boroughs()]
SOURCE = "outcomes_2025_by_month"


def counts(first: str = "2025-01", months: int = 12, names: list[str] = NAMES) -> pd.DataFrame:
    """Return made-up counts: each month 100 thefts and 10 drug offences, 4 and 5 outcomes."""
    rows = [
        (name, kind, measure, month, value)
        for name in names
        for month in pd.date_range(first, periods=months, freq="MS")
        for kind, measure, value in (
            ("Theft", "offences", 100.0),
            ("Theft", "positive_outcomes", 4.0),
            ("Drug offences", "offences", 10.0),
            ("Drug offences", "positive_outcomes", 5.0),
        )
    ]
    columns = ["borough", "offence_group", "measure", "month", "counted"]
    return pd.DataFrame(rows, columns=columns)


def test_outcomes_are_a_share_of_the_offences_of_the_same_months_by_kind_and_for_all():
    found = demand.outcomes_by_kind(counts(), source=SOURCE).set_index(["area", "group"])
    assert found.estimate["Hackney", "Theft"] == 0.04
    assert found.estimate["Hackney", "Drug offences"] == 0.5
    assert found.estimate["Hackney", ""] == pytest.approx(9 / 110)
    assert found.n["Hackney", ""] == 12 * 110
    assert found.n["London", ""] == 32 * 12 * 110
    assert found.lower.isna().all(), "a count of all has no interval"
    assert set(found.period) == {"year to 2025-12"}


def test_fraud_and_places_that_are_no_borough_are_left_out():
    more = pd.DataFrame(
        [
            ("Hackney", "Fraud and forgery", "offences", pd.Timestamp("2025-01-01"), 1e6),
            ("Hackney", "Fraud and forgery", "positive_outcomes", pd.Timestamp("2025-01-01"), 0),
            ("Unknown", "Theft", "offences", pd.Timestamp("2025-01-01"), 1e6),
        ],
        columns=["borough", "offence_group", "measure", "month", "counted"],
    )
    found = demand.outcomes_by_kind(pd.concat([counts(), more]), source=SOURCE)
    assert estimates.pick(found, area="Hackney", group="").n == 12 * 110
    assert "Unknown" not in set(found.area)


def test_a_borough_that_lacks_a_month_has_no_outcomes_and_london_none_without_it():
    made = counts()
    lacking = made[(made.borough != "Camden") | (made.month != "2025-05-01")]
    found = demand.outcomes_by_kind(lacking, source=SOURCE)
    assert {"Camden", "London"}.isdisjoint(found.area)
    assert "Hackney" in set(found.area)


def test_with_less_than_a_year_of_everybody_there_are_no_outcomes_by_kind():
    with pytest.raises(InputError, match="twelve months to June 2025"):
        demand.outcomes_by_kind(counts(months=6), source=SOURCE)


def test_by_month_no_line_runs_across_the_change_of_recording_in_february_2024():
    found = demand.outcomes_by_month(counts("2024-01", 4), source="special_crime_by_month")
    own = found[found.area == "London"]
    assert own.period.tolist() == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert own.schema.tolist() == ["before", "before", "since", "since"]
    assert own.estimate.tolist() == pytest.approx([9 / 110] * 4)


def test_a_month_that_a_borough_lacks_is_left_out_of_london_and_a_blank_is_no_zero():
    made = counts("2023-01", 3)
    made.loc[(made.borough == "Barnet") & (made.month == "2023-02-01"), "counted"] = None
    found = demand.outcomes_by_month(made, source="special_crime_by_month")
    assert found[found.area == "London"].period.tolist() == ["2023-01", "2023-03"]
    assert found[found.area == "Barnet"].period.tolist() == ["2023-01", "2023-03"]


def test_londons_outcomes_fell_when_recording_changed_and_so_did_every_boroughs():
    counts = tables.published("special_crime_by_month")
    every = counts[counts.kind.isin(["offences_with_victim", "offences_without_victim"])]
    wide = every.pivot_table(
        index=["borough", "month"], columns="measure", values="counted", aggfunc="sum"
    )
    months = wide.index.get_level_values("month")
    sides = []
    for first, last in (("2023-09", "2024-02"), ("2024-03", "2024-08")):
        six = wide[(months >= first) & (months <= last)]
        sums = six.groupby("borough").sum().reindex(NAMES)
        total = sums.sum()
        assert len(sums) == 32
        sides.append((total.positive_outcomes / total.offences,
                      sums.positive_outcomes / sums.offences))  # fmt: skip
    (before, each_before), (since, each_since) = sides
    assert (round(100 * before, 1), round(100 * since, 1)) == (8.1, 5.1)
    assert (each_since < each_before).all()


def test_a_year_of_victims_is_londons_only_if_every_borough_has_it():
    rows = [(name, year, 2.0) for name in NAMES for year in (2022, 2023)]
    made = pd.DataFrame(rows, columns=["borough", "year", "victims"])
    lacking = made[(made.borough != "Sutton") | (made.year != 2023)]
    key = "homicide_victims_by_year"
    found = demand.counts_by_year(
        lacking, value="victims", measure="homicide_victims", source=key
    ).set_index(["area", "period"])
    assert found.estimate["London", "year to 2022-12"] == 64
    assert ("London", "year to 2023-12") not in found.index
    assert found.estimate["Hackney", "year to 2023-12"] == 2


def test_our_severity_score_stands_beside_the_published_one_of_the_same_year():
    held = tables.load()
    found = demand.beside_published(
        held.recorded_crime,
        tables.load_harm_weights(),
        tables.published("severity_scores"),
        residents=held.population,
    )
    boroughs = found[found.area != "London"]
    assert set(found.period) == {"year to 2023-03"}
    assert boroughs.estimate.corr(boroughs.published) == pytest.approx(0.995, abs=0.001)
    assert boroughs.estimate.corr(boroughs.published, "spearman") == pytest.approx(0.96, abs=0.005)
    ratio = boroughs.estimate / boroughs.published
    assert (ratio.min(), ratio.mean(), ratio.max()) == pytest.approx((0.71, 0.81, 0.90), abs=0.005)
    assert found.set_index("area").published["Hackney"] == pytest.approx(25_096, abs=1)
    assert pd.isna(found.set_index("area").published["London"])


def test_without_a_published_score_of_a_borough_there_is_nothing_to_stand_beside():
    held = tables.load()
    scores = tables.published("severity_scores")
    with pytest.raises(InputError, match="No borough's severity score"):
        demand.beside_published(
            held.recorded_crime,
            tables.load_harm_weights(),
            scores[scores.area == "London"],
        )
