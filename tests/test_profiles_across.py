"""The map of opinion: a state for each question and comparison, drawn once and framed for each."""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace

import pytest

from pvtools import (
    areas,
    confidence,
    estimates,
    figures,
    measures,
    profiles,
    sources,
    tables,
    words,
)
from pvtools.exhibits import Exhibit, Notice

AREAS = ("Hackney", "Westminster", "Central East", "London")
QUESTIONS = 8
SHOWN = ["Beside London", "Change in a year", "Change since the first year"]


@pytest.fixture(scope="module", params=AREAS)
def profile(request) -> profiles.Profile:
    return profiles.load(request.param)


def _states(opinion: Exhibit) -> dict[tuple[str, str], Exhibit]:
    """Return every state by its options."""
    combinations = itertools.product(*opinion.controls.values())
    return dict(zip(combinations, (opinion, *opinion.states), strict=True))


def test_the_default_is_the_map_itself_and_every_question_has_every_state(profile):
    opinion = profile.opinion
    assert len(opinion.controls["Question"]) == QUESTIONS
    assert opinion.controls["Comparison"] == SHOWN
    assert len(_states(opinion)) == QUESTIONS * len(SHOWN)
    assert opinion.to_html() == profile.map.to_html()


def test_each_state_shades_what_stands_once_all_are_tested_and_counts_it(profile):
    of = profile._of
    every = of.everywhere.boroughs
    states = iter(_states(profile.opinion).values())
    for question, last in of.last.items():
        years = 2023 - (2016 if question == "trust" else 2015)
        for tested in (
            every.difference_from_london(question, last),
            every.change(question, last, 1),
            every.change(question, last, years),
        ):
            state = next(states)
            boroughs = tested[tested.area != areas.LONDON]
            stand = set(boroughs.area[boroughs.distinguishable.astype(bool)])
            table = state.table
            assert set(table.area[table.differs.isin(["higher", "lower"])]) == stand
            assert state.headline.startswith(f"{words.count(len(stand)).capitalize()} of 32 ")
            if tested.quantity.iloc[0] == "change":
                merged = table.merge(boroughs, on="area", suffixes=("", "_tested"))
                assert merged.estimate.tolist() == merged.estimate_tested.tolist()
                assert len(merged) == 32


def test_each_state_names_and_frames_the_areas_own_figure_and_london_has_none(profile):
    inside = [] if profile.area.is_london else areas.members(profile.area)
    for state in _states(profile.opinion).values():
        how = estimates.written(state.table).format
        assert list(state.framed) == [part.slug for part in inside]
        assert state.picture.count("!important;stroke-width") == bool(inside)
        for part in inside:
            row = estimates.pick(state.table, area=part.name)
            figure = (
                f"{words.number(row.estimate, how)} ({words.interval(row.lower, row.upper, how)})"
            )
            assert f"{part.name} at {figure}" in state.alt
            assert figure in state.caveats[0]
            assert f'id="confidence-map-{part.slug}"' in state.svg
        assert ("frame" in state.alt) == bool(inside)


def test_a_question_whose_own_series_implies_wider_intervals_says_so_in_every_state(profile):
    implied = profile._of.everywhere.design_effects.query("last == last.max() and wider > 1")
    labels = {measures.find(key).label for key in implied.measure}
    assert labels == {"Understand local issues", "Listen to concerns", "Kept informed"}
    for (question, _), state in _states(profile.opinion).items():
        assert any("too narrow" in note for note in state.caveats) == (question in labels)


def test_the_headline_says_whether_the_area_is_among_those_that_stand_apart():
    headlines = [profiles.load(name).opinion.headline for name in AREAS]
    assert headlines == [
        "Three of 32 boroughs stand apart, Hackney not among them",
        "Three of 32 boroughs stand apart, Westminster among them",
        "Three of 32 boroughs stand apart; of Central East's two, none",
        "Three of 32 boroughs stand apart",
    ]
    since = _states(profiles.load("Central East").opinion)["Good job", SHOWN[2]].headline
    assert since.endswith("moved by more than chance since 2015; of Central East's two, both")


def test_what_all_areas_share_is_drawn_once_for_several_reports(monkeypatch):
    drawn, draw = [], figures.tile_map
    monkeypatch.setattr(figures, "tile_map", lambda *a, **k: [drawn.append(1), draw(*a, **k)][1])
    every = profiles.Everywhere(tables.load(), sources.register())
    for name in AREAS:
        found = areas.find_reported(name, units=True)
        assert profiles.Profile(profiles.Gathered(found, every.among(found))).opinion.states
    assert len(drawn) == QUESTIONS * len(SHOWN)


def test_a_map_can_be_kept_on_disk_and_drawn_again_from_there():
    kept = pickle.loads(pickle.dumps(profiles.load("Hackney").map))  # noqa: S301 - our own
    again = [tile for tile in kept.figure().axes[0].patches if tile.get_linewidth() == 3]
    assert len(again) == 1, "the frame of the one borough"


def test_a_question_without_a_figure_here_is_not_offered():
    held = tables.load()
    survey = held.survey
    late = (survey.measure == "trust") & (survey.quarter_end < "2023-01-01")
    short = profiles.Everywhere(replace(held, survey=survey[~late]), sources.register())
    profile = profiles.Profile(profiles.Gathered(areas.find("Hackney"), short))
    assert "Trust" not in profile.opinion.controls["Question"]
    assert len(profile.opinion.controls["Question"]) == QUESTIONS - 1
    assert len(profile.opinion.states) == (QUESTIONS - 1) * len(SHOWN) - 1
    none = profiles.Everywhere(replace(held, survey=survey.head(0)), sources.register())
    assert isinstance(
        profiles.Profile(profiles.Gathered(areas.find("Hackney"), none)).opinion, Notice
    )


def test_one_wave_alone_shows_no_change():
    held = tables.load()
    last = held.survey[held.survey.quarter_end == "2023-12-31"]
    one = profiles.Everywhere(replace(held, survey=last), sources.register())
    opinion = profiles.Profile(profiles.Gathered(areas.find("Hackney"), one)).opinion
    assert opinion.controls["Comparison"] == ["Beside London"]
    assert confidence.latest_wave(one.shares("trust", last.quarter_end.max())) == "year to 2023-12"
