"""Reports of command units: their boroughs' figures added up, and set beside other units."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, estimates, profiles
from pvtools.profiles import everywhere

UNIT = "Central East"
PARTS = ["Hackney", "Tower Hamlets"]
PIECES = (
    "cover", "findings", "map", "cannot_tell", "account_authorise", "account_create",
    "account_measure", "glance", "questions", "demand_trend",
    "demand_similar", "demand_currencies", "confidence_trend", "confidence_questions",
    "confidence_strip", "outcomes", "outcomes_recording", "distortion_checks", "origins",
)  # fmt: skip


@pytest.fixture(scope="module")
def both() -> tuple[profiles.Everywhere, profiles.Everywhere]:
    boroughs = everywhere.of()
    return boroughs, boroughs.units


@pytest.fixture(scope="module")
def profile() -> profiles.Profile:
    return profiles.load(UNIT)


@pytest.mark.parametrize(
    "name", ["rates", "year_change", "severity", "outcomes", "outcomes_monthly", "homicide"]
)
def test_london_is_the_same_whichever_areas_it_is_made_of(both, name):
    boroughs, units = (getattr(one, name) for one in both)
    columns = ["period", "group", "estimate", "lower", "upper", "n"]
    one, other = (
        table[table.area == areas.LONDON].sort_values(["period", "group"])[columns]
        for table in (boroughs, units)
    )
    pd.testing.assert_frame_equal(
        one.reset_index(drop=True), other.reset_index(drop=True), rtol=1e-9, check_dtype=False
    )


def test_a_units_rate_is_its_boroughs_offences_over_their_residents(both):
    found = estimates.pick(both[1].rates, area=UNIT)
    parts = both[0].rates.set_index("area").loc[PARTS]
    assert found.n == parts.n.sum()
    people = areas.find("Hackney").residents + areas.find("Tower Hamlets").residents
    assert found.estimate == pytest.approx(1000 * parts.n.sum() / people)


def test_a_units_share_is_that_of_its_boroughs_by_residents_and_its_interval_is_narrower(both):
    last = both[0].held.survey.dropna(subset=["proportion"]).query(
        "measure == 'good_job' and borough == 'Hackney'"
    ).quarter_end.max()  # fmt: skip
    boroughs, units = (one.shares("good_job", last) for one in both)
    wave = boroughs[boroughs.period == boroughs.period.max()].set_index("area")
    own = estimates.pick(units, area=UNIT, period=wave.period.iloc[0])
    people = np.array([areas.find(name).residents for name in PARTS], dtype=float)
    parts = wave.loc[PARTS]
    assert own.n_effective == pytest.approx(
        wave.n_effective["Hackney"] * people.sum() ** 2 / (people**2).sum()
    )
    middle = (people * parts.estimate.to_numpy()).sum() / people.sum()
    assert own.estimate == pytest.approx(middle, abs=0.005)
    assert own.upper - own.lower < min(parts.upper - parts.lower)
    assert own.rounding == parts.rounding.max() == 0.005


def test_a_unit_is_tested_among_twelve_and_nothing_speaks_of_thirty_two_boroughs_tested(profile):
    assert "each row being tested over all 12 command units" in profile.glance.note
    assert "tested for all 12 command units" in profile.confidence_questions.caveats[0]
    assert "12 of 12 command units" in profile.outcomes_recording.caveats[0]
    for piece in PIECES:
        text = getattr(profile, piece).text()
        assert not re.search(r"32 boroughs (being )?tested|most alike|five alike", text), piece


@pytest.mark.parametrize("name", ["South West", "North Area"])
def test_a_unit_has_every_piece(name):
    unit, profile = areas.find(name), profiles.load(name)
    for piece in PIECES:
        text = getattr(profile, piece).text()
        assert text
        assert "nan" not in re.findall(r"[a-z]+", text.lower()), piece
    assert {part.name for part in areas.members(unit)} <= set(profile.map.table.area)


def test_the_map_frames_the_units_boroughs_and_the_glance_gives_their_range(profile):
    assert "a frame around Hackney at" in profile.map.alt
    assert "and Tower Hamlets at" in profile.map.alt
    headings = [column.label for column in profile.glance.columns]
    assert "Its boroughs" in headings
    assert "Five alike" not in headings
    row = profile.glance.table.set_index("indicator").loc["All crime"]
    ends = sorted(estimates.pick(everywhere.of().rates, area=name).estimate for name in PARTS)
    assert row["near"] == f"{ends[0]:.1f} to {ends[1]:.1f}"


def test_its_page_one_names_its_boroughs(profile):
    assert profile.cover.imprint.startswith("The Basic Command Unit of Hackney and Tower Hamlets.")


def test_where_one_of_its_boroughs_is_not_held_a_unit_has_no_figure_and_says_so(both):
    held = both[0].held
    recorded = held.recorded_crime
    without = replace(held, recorded_crime=recorded[recorded.borough != "Hackney"])
    found = profiles.Everywhere(without, both[0].register).units
    assert "No offences are held for Central East" in found.year.says(UNIT)
    assert np.isnan(estimates.pick(found.rates, area=UNIT).estimate)
    assert estimates.pick(found.rates, area="Central North").n > 0


def test_a_unit_that_stands_out_alone_is_said_to_be_tested_among_areas_not_boroughs(profile):
    apart = estimates.pick(profile._of.apart("good_job"), area=UNIT)
    assert apart.upper < 0
    assert not apart.distinguishable
    said = profile.findings.items[2].sentence
    assert "does not stand out from London (47%) once all areas are tested" in said
