"""Validation in short: no method misses its goal by more than a short simulation can tell."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from pvtools.errors import UsageError
from pvtools.stats import spc
from validation import catalogue, charts, page, study
from validation.__main__ import validate
from validation.study import Goal, Measured, Miss, Result, Study


@pytest.mark.parametrize("chosen", catalogue.STUDIES, ids=lambda s: s.name)
def test_no_goal_is_missed(chosen):
    results = study.run(chosen, short=True)
    missed = [f"{r.goal.name}: {page.found(r)}" for r in results if r.verdict == "missed"]
    assert not missed
    assert [r.goal.name for r in results] == [goal.name for goal in chosen.goals]


def test_studies_have_names_and_seeds_of_their_own():
    assert len({s.name for s in catalogue.STUDIES}) == len(catalogue.STUDIES)
    assert len({s.seed for s in catalogue.STUDIES}) == len(catalogue.STUDIES)
    for chosen in catalogue.STUDIES:
        names = [goal.name for goal in chosen.goals]
        assert len(set(names)) == len(names)
        assert chosen.short <= chosen.replications


def test_alarms_counted_for_many_series_are_those_of_single_charts():
    series = np.random.default_rng(4).standard_normal((40, 24))
    together = charts._alarms(series)["any rule"]
    alone = [spc.xmr(row).point_type.str.startswith("special").any() for row in series]
    assert together.tolist() == alone
    assert 0 < sum(alone) < 40


@pytest.mark.parametrize(
    ("value", "error", "verdict"),
    [
        (0.50, 0.0, "met"),
        (0.39, 0.006, "met"),
        (0.39, 0.004, "missed, as explained"),
        (0.61, 0.004, "missed"),
        (0.20, 0.004, "missed"),
    ],
)
def test_a_goal_is_judged_beyond_the_error_of_the_simulation(value, error, verdict):
    goal = Goal("coverage", "of 50%", 0.4, 0.6, Miss("by design", 0.3, 0.6))
    assert goal.verdict(Measured(value, error), errors=2.0) == verdict


def test_means_and_ratios_carry_their_simulation_error():
    rng = np.random.default_rng(0)
    below = rng.uniform(1, 2, 400)
    above = 0.5 * below + 0.1 * rng.standard_normal(400)
    many = [
        study.ratio(0.5 * b + 0.1 * rng.standard_normal(400), b).value
        for b in rng.uniform(1, 2, (300, 400))
    ]
    assert study.ratio(above, below).error == pytest.approx(np.std(many), rel=0.15)
    assert study.mean([0, 1, 1, 0]) == Measured(0.5, pytest.approx(np.sqrt(1 / 3) / 2))


@pytest.fixture
def results() -> list[Result]:
    goals = (
        Goal("size", "rejections", 0.04, 0.06),
        Goal("power", "rises seen", 0.8, 1.0, Miss("It cannot be done.", 0.5, 1.0)),
    )
    made_up = Study("made-up", "stats.nothing", "a made-up case", dict, goals, 1_000, 100, 1)
    found = Measured(0.05, 0.001), Measured(0.7, 0.01)
    return [
        Result(made_up, goal, measured, 1_000, goal.verdict(measured, errors=2))
        for goal, measured in zip(goals, found, strict=True)
    ]


def test_the_page_says_what_was_found_what_was_wanted_and_why_not(results):
    text = page.markdown(results)
    assert "**1 of 2 goals are met; 1 known not to be, for the reason given.**" in text
    assert "| size | rejections | 0.0500 ± 0.0010 | 0.04 to 0.06 | met |" in text
    assert "0.7000 ± 0.0100 | at least 0.8 | **missed, as explained** |" in text
    assert "*power*: It cannot be done." in text
    assert text == page.markdown(results)


def test_a_study_that_does_not_exist_is_refused_with_a_near_name():
    with pytest.raises(UsageError, match="Did you mean 'funnel'"):
        catalogue.chosen(["funel"])


def test_the_command_writes_the_page_it_is_asked_for(tmp_path):
    out = tmp_path / "page.md"
    arguments = ["--short", "--only", "rank-chances", "--out", str(out)]
    first = CliRunner().invoke(validate, arguments)
    assert first.exit_code == 0
    assert "2 of 2 goals are met." in first.output
    text = out.read_text(encoding="utf-8")
    CliRunner().invoke(validate, arguments)
    assert out.read_text(encoding="utf-8") == text
    assert "## rank-chances" in text


def test_the_command_fails_when_a_goal_is_missed(tmp_path, monkeypatch, results):
    def simulate(*_: object) -> dict[str, Measured]:
        return {"size": Measured(0.2, 0.001), "power": Measured(0.9, 0.01)}

    made_up = Study("made-up", "m", "d", simulate, results[0].study.goals, 10, 10, 1)
    monkeypatch.setattr(catalogue, "STUDIES", (made_up,))
    found = CliRunner().invoke(validate, ["--out", str(tmp_path / "page.md")])
    assert found.exit_code == 1
    assert "1 missed" in found.output
