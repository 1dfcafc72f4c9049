"""What works, as readers see it: a claim stands beside what chance alone would have shown."""

from __future__ import annotations

import pytest

from pvtools import evaluation, exhibits, sources, tables

CRIME = sources.find("mps_recorded_crime")


@pytest.fixture(scope="module")
def merged():
    starts = tables.published("command_units_start")
    known = starts.assign(starts=starts.starts.fillna("2018-12"))
    return evaluation.merger(tables.load().recorded_crime, known, draws=199)


def test_the_merger_shows_both_intervals_and_says_what_a_default_would_be_sure_of(merged):
    shown = exhibits.evaluation.rolled_out(
        merged.assign(step=2), what="the merger of borough commands", source=CRIME
    )
    assert "no change in any of four outcomes" in shown.headline
    assert "a usual default would be sure of robbery" in shown.headline
    assert "robbery +" in shown.alt
    assert "permutation" in shown.svg
    assert len(shown.to_json()["table"]["rows"]) == 4


def test_the_claim_stands_beside_what_choosing_the_worst_alone_shows():
    table = evaluation.chosen_worst(tables.load().recorded_crime)
    shown = exhibits.evaluation.placebo(
        table, claims={"Claimed to July 2018": -0.238}, what="burglary of homes", source=CRIME
    )
    assert "−3 points" in shown.headline
    assert "Claimed to July 2018 −24 points" in shown.alt
    assert "wards, which are not held" in " ".join(shown.caveats)


def test_every_claim_has_a_verdict_or_says_what_could_be_tried(merged):
    claims = evaluation.claims()
    shown = exhibits.evaluation.register(claims, {"mettrace": "See the placebo."}).to_json()
    said = [row[8] for row in shown["table"]["rows"]]
    assert said[1] == "See the placebo."
    assert said[3] == "Nothing: recorded crime held here begins in April 2010."
    steps = exhibits.evaluation.ladder(merged).to_json()["table"]["rows"]
    assert [row[0] for row in steps] == [1, 2, 3, 4, 5]
    assert "violence with injury" in steps[1][2]
