"""What works, as readers see it: a claim stands beside what chance alone would have shown."""

from __future__ import annotations

import pytest

from pvtools import evaluation, exhibits, sources, tables

CRIME = sources.find("mps_recorded_crime")


@pytest.fixture(scope="module")
def merged():
    starts = tables.published("command_units_start")
    known = starts.assign(starts=starts.starts.fillna("2018-12"))
    weights = tables.load_harm_weights()
    return evaluation.merger(tables.load().recorded_crime, known, weights=weights, draws=199)


def test_the_merger_shows_both_intervals_and_says_what_a_default_would_be_sure_of(merged):
    shown = exhibits.evaluation.rolled_out(
        merged.assign(step=2), what="the merger of borough commands", source=CRIME
    )
    assert "no change in any of the five outcomes" in shown.headline
    assert "treats boroughs as independent, would call robbery" in shown.headline
    assert "robbery +" in shown.alt
    assert "shuffling start dates between units" in shown.svg
    assert "Change, per cent" in shown.svg
    assert "0.0%" not in shown.svg
    assert "p_value" in {column.format for column in shown.columns}
    assert "under 0.01" in shown.to_html()
    assert ">0.00<" not in shown.to_html()
    assert "would more often than not have been missed" in shown.caveats[0]
    assert len(shown.to_json()["table"]["rows"]) == 5


def test_what_the_merger_would_amount_to_in_severity_is_said_and_no_benefit_or_cost_is_claimed(
    merged,
):
    def said(table):
        shown = exhibits.evaluation.rolled_out(table, what="the merger", source=CRIME)
        return [text for text in shown.caveats if "crime severity" in text]

    row = merged.set_index("group").loc["weighted harm"]
    (text,) = said(merged.assign(step=2))
    assert f"{row.more / 1e6:.1f} million days of sentence a year".replace("-", "−") in text
    assert f"of {row.before / 1e6:.1f} million in the year before" in text
    assert text.endswith("neither a benefit nor a cost can be claimed.")
    (clear,) = said(merged.assign(step=4, verdict=evaluation.LADDER[4]))
    assert "neither a benefit" not in clear
    assert said(merged[merged.group != "weighted harm"]) == []


def test_the_four_checks_stand_beside_each_outcome(merged):
    shown = exhibits.evaluation.checks(merged, untouched="None was tried.").to_json()
    rows = {row[0]: row[1:] for row in shown["table"]["rows"]}
    assert set(rows) == set(merged.group)
    robbery = merged.set_index("group").loc["robbery"]
    assert rows["robbery"][2] == pytest.approx(robbery.leads_p, abs=0.005)
    assert rows["robbery"][3] == robbery.placebo_dates > 0
    assert rows["theft"][5] == "the interval takes in zero without any"
    assert shown["note"].endswith("None was tried.")


def test_the_claim_stands_beside_what_choosing_the_worst_alone_shows():
    table = evaluation.chosen_worst(tables.load().recorded_crime)
    shown = exhibits.evaluation.placebo(
        table, claims={"Claimed to July 2018": -0.238}, what="burglary of homes",
        treatment="MetTrace", source=CRIME,
    )  # fmt: skip
    assert shown.headline.startswith(
        "Burglary of homes fell 3 points more in the boroughs with most of it than in the others"
    )
    assert "(−7 to +1 point), which is not distinguishable from chance" in shown.headline
    assert "mean −3 points (−7 to +1 point); one further year −15 to +8 points" in shown.alt
    named = {column.label: column.key for column in shown.columns}
    assert (named["Mean, lower"], named["One further year, lower"]) == ("lower", "next_lower")
    assert "Mean of eight years" in shown.svg
    assert "One further year" in shown.svg
    assert "two of eight years it went the other way" in shown.caveats[0]
    assert "Claimed to July 2018 −24 points" in shown.alt
    assert "wards, which are not held" in " ".join(shown.caveats)


def test_a_verdict_that_its_interval_seems_to_deny_says_why_it_stands(merged):
    assert "Taken alone" not in exhibits.evaluation.verdicts(merged)
    not_clear = merged.assign(step=2, adjusted=0.11)
    said = exhibits.evaluation.verdicts(not_clear)
    assert "Taken alone, the interval leaves out zero for robbery (adjusted p 0.11)" in said


def test_every_claim_has_a_verdict_or_says_what_could_be_tried(merged):
    claims = evaluation.claims()
    shown = exhibits.evaluation.register(claims, {"mettrace": "See the placebo."}).to_json()
    said = [row[3] for row in shown["table"]["rows"]]
    assert said[1] == "See the placebo."
    assert said[3] == "Nothing: recorded crime held here begins in April 2010."
    # five columns of sentences fit a page: more hid what came of a claim beyond its edge
    assert len(shown["table"]["columns"]) == 5
    asked = exhibits.evaluation.reported(claims).to_json()["table"]["rows"]
    assert asked[1][1] == "22.2% fewer where marked, 1.6% more elsewhere"
    steps = exhibits.evaluation.ladder(merged).to_json()["table"]["rows"]
    assert [row[0] for row in steps] == [1, 2, 3, 4, 5]
    assert "violence with injury" in steps[1][2]
