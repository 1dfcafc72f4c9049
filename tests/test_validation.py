"""Validation in short: no method misses its goal by more than a short simulation can tell."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pvtools.errors import UsageError
from pvtools.stats import spc
from validation import catalogue, charts, page, study
from validation.__main__ import validate
from validation.study import Goal, Measured, Miss, Result, Study

_TOPICS = ("demand", "confidence", "distortion")


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
        (0.50, 0.0, "within"),
        (0.39, 0.006, "within simulation error"),
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
    assert (
        "**Of 2 goals 1 are within, 0 within simulation error, 1 missed "
        "(1 of them for the reason given).**" in text
    )
    assert "| size | rejections | 0.0500 ± 0.0010 | 0.04 to 0.06 | within |" in text
    assert "0.7000 ± 0.0100 | at least 0.8 | **missed, as explained** |" in text
    assert "*power*: It cannot be done." in text
    assert text == page.markdown(results)


def test_a_figure_without_a_goal_is_shown_and_not_counted_as_one(results):
    alone = Goal("ignored", "coverage")
    result = Result(results[0].study, alone, Measured(0.7, 0.01), 1_000, "no goal")
    assert alone.verdict(Measured(0.7, 0.01), errors=2) == "no goal"
    text = page.markdown([*results, result])
    assert "| ignored | coverage | 0.7000 ± 0.0100 | none | no goal |" in text
    assert "Of 2 goals 1 are within" in text
    assert "1 more figures stand to compare with" in text


def test_what_lies_just_outside_is_not_called_within(results):
    goal = results[0].goal
    near = Measured(0.061, 0.001)
    result = Result(results[0].study, goal, near, 1_000, goal.verdict(near, errors=2))
    assert page.summary([result]) == (
        "Of 1 goals 0 are within, 1 within simulation error, 0 missed."
    )
    assert "| 0.04 to 0.06 | within simulation error |" in page.markdown([result])


def test_every_method_with_a_study_is_one_that_there_is():
    for chosen in catalogue.STUDIES:
        for name in re.findall(r"[a-z_]+(?:\.[a-z_]+)+", chosen.method):
            where, _, called = name.rpartition(".")
            parts = importlib.import_module(
                f"pvtools.{where}" if where.split(".")[0] in _TOPICS else f"pvtools.stats.{where}"
            )
            assert callable(getattr(parts, called)), name


def test_a_study_is_renewed_beside_the_figures_the_page_holds(tmp_path, monkeypatch):
    def one(name: str, value: float, seed: int) -> Study:
        goals = (Goal("size", "rejections", 0.04, 0.06), Goal("shown", "rejections"))

        def simulate(*_: object) -> dict[str, Measured]:
            return {"size": Measured(value, 0.001), "shown": Measured(value, 0.0)}

        return Study(name, "stats.nothing", "a made-up case", simulate, goals, 10, 10, seed)

    out = tmp_path / "page.md"
    renew = ["--only", "second", "--renew", "--out", str(out)]
    monkeypatch.setattr(catalogue, "STUDIES", (one("first", 0.05, 1), one("second", 0.05, 2)))
    assert CliRunner().invoke(validate, ["--out", str(out)]).exit_code == 0
    before = out.read_text(encoding="utf-8")
    monkeypatch.setattr(catalogue, "STUDIES", (one("first", 0.99, 1), one("second", 0.0405, 2)))
    assert CliRunner().invoke(validate, renew).exit_code == 0
    after = out.read_text(encoding="utf-8")
    assert after == before.replace("0.0500", "0.0405").replace("0.0405", "0.0500", 2)
    monkeypatch.setattr(catalogue, "STUDIES", (one("first", 0.05, 7), one("second", 0.05, 2)))
    found = CliRunner().invoke(validate, renew)
    assert found.exit_code != 0
    assert "no figures of 'first' as it is today" in str(found.exception)
    assert out.read_text(encoding="utf-8") == after


def test_the_page_is_judged_by_the_goals_of_today():
    text = Path("docs/validation.md").read_text(encoding="utf-8")
    results = [result for s in catalogue.STUDIES for result in page.held(text, s)]
    assert page.markdown(results) == text


def test_a_study_that_does_not_exist_is_refused_with_a_near_name():
    with pytest.raises(UsageError, match="Did you mean 'funnel'"):
        catalogue.chosen(["funel"])


def test_the_command_writes_the_page_it_is_asked_for(tmp_path):
    out = tmp_path / "page.md"
    arguments = ["--short", "--only", "rank-chances", "--out", str(out)]
    first = CliRunner().invoke(validate, arguments)
    assert first.exit_code == 0
    assert "Of 2 goals 2 are within, 0 within simulation error, 0 missed." in first.output
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
