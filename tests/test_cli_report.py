from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from pvtools import areas
from pvtools.cli import options, progress, pvtools
from pvtools.errors import UsageError
from pvtools.reports import batch
from pvtools.reports.journal import Note
from pvtools.reports.limits import Limits
from pvtools.reports.outcomes import Outcome
from pvtools.reports.subjects import Subject

from . import builders


@pytest.fixture
def asked(monkeypatch):
    """Return what the command asks of the batch, which pretends to do it."""
    seen = {}

    def run(chosen, *, on_event, **options):
        seen.update(options, areas=[area.name for area in chosen])
        outcomes = [
            Outcome(b, "failed", 1.0, "It [broke].\nMore.", ("failed/pvtools-brent-earlier.pdf",))
            if b.name == "Brent"
            else Outcome(b, "built", 1.25)
            for b in chosen
        ]
        for outcome in outcomes:
            on_event("started", outcome.subject, None)
            on_event("finished", outcome.subject, outcome)
        return outcomes

    monkeypatch.setattr(batch, "run", run)
    return seen


def _run(*arguments):
    return CliRunner().invoke(pvtools, ["report", *arguments])


def test_boroughs_are_known_by_name_code_and_slug_in_any_case(asked):
    assert _run("hackney", "TOWER HAMLETS", "e09000033", "kingston-upon-thames").exit_code == 0
    assert asked["areas"] == ["Hackney", "Tower Hamlets", "Westminster", "Kingston upon Thames"]


def test_a_borough_named_twice_is_reported_once(asked):
    _run("hackney", "E09000012")
    assert asked["areas"] == ["Hackney"]


def test_all_means_london_and_the_thirty_two(asked):
    _run("--all", "--jobs", "3", "--force", "--fail-fast", "--formats", "PDF, xlsx")
    assert len(asked["areas"]) == 45
    assert asked["areas"][0] == "London"
    assert (asked["jobs"], asked["force"], asked["fail_fast"]) == (3, True, True)
    assert asked["formats"] == ("pdf", "xlsx")


def test_every_unknown_name_is_refused_at_once_before_anything_starts(asked):
    result = _run("Hackny", "Hackney", "Nowhere", "City of London")
    assert isinstance(result.exception, UsageError)
    said = str(result.exception)
    assert "'Hackny'. Did you mean 'Hackney'?" in said
    assert "'Nowhere'" in said
    assert "police force of its own" in said
    assert result.exception.exit_code == 2
    assert asked == {}


@pytest.mark.parametrize("name", ["Central East", "central-east", "CE"])
def test_a_command_unit_has_a_report_like_any_borough(asked, name):
    assert _run(name, "hackney").exit_code == 0
    assert asked["areas"] == ["Central East", "Hackney"]


@pytest.mark.parametrize("name", ["London", "london", "E23000001"])
def test_london_has_a_report_like_any_borough(asked, name):
    assert _run(name, "hackney").exit_code == 0
    assert asked["areas"] == ["London", "Hackney"]


def test_which_areas_have_a_report_is_decided_in_one_place(asked, monkeypatch):
    monkeypatch.setattr(areas, "reported", areas.boroughs)
    assert isinstance(_run("London").exception, UsageError)
    assert asked == {}
    assert [item.value for item in options.area_names(None, None, "lon")] == []


def test_no_borough_is_an_error_that_says_what_to_do(asked):
    result = _run()
    assert isinstance(result.exception, UsageError)
    assert "pvtools report Hackney" in str(result.exception)
    assert "--all" in str(result.exception)


def test_limits_are_passed_on_and_have_defaults(asked, monkeypatch):
    _run("Hackney", "--timeout", "60", "--memory", "512", "--max-output", "3")
    assert asked["limits"] == Limits(60, 512, 3)
    _run("Hackney")
    assert asked["limits"] == Limits()
    monkeypatch.setattr("pvtools.cli.making.CAN_LIMIT_MEMORY", False)
    assert "leave --memory" in str(_run("Hackney", "--memory", "512").exception)


def test_the_summary_lists_each_report_and_where_to_begin(asked):
    result = _run("Hackney", "--out", "there")
    assert result.exit_code == 0
    assert "Hackney  built       1.2" in result.output
    assert "Begin with: there/index.html" in result.output
    assert "failed" not in result.output


def test_a_failed_report_ends_with_one_and_its_first_error_line(asked):
    result = _run("Hackney", "Brent")
    assert result.exit_code == 1
    assert "It [broke]." in result.output
    assert "More." not in result.output
    assert "1 built, 1 failed." in result.output
    assert "Earlier reports of Brent were moved there too" in result.output


@pytest.mark.parametrize(("fault", "code"), [(True, 1), (False, 0)])
def test_what_is_to_be_said_of_the_folder_is_printed_and_a_fault_ends_with_one(
    monkeypatch, fault, code
):
    def run(chosen, *, on_note, **_):
        on_note(Note("there/[index].html could not be written: No space left on device.", fault))
        return [Outcome(chosen[0], "built")]

    monkeypatch.setattr(batch, "run", run)
    result = _run("Hackney", "--out", "there")
    assert result.exit_code == code
    assert "1 built.\nthere/[index].html could not be written: No space left" in result.output
    assert ("Begin with" in result.output) is not fault


@pytest.mark.parametrize("name", ["x[red]y", "x[/]y", "x\udcffy"])
def test_a_folder_with_an_odd_name_is_printed_as_it_is(asked, name):
    result = _run("Hackney", "--out", name)
    assert result.exit_code == 0
    assert f"Begin with: {name.replace(chr(0xDCFF), chr(92) + 'udcff')}/index.html" in result.output


def test_whatever_reports_are_called_their_status_and_error_can_be_read(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    names = ("A [/] [red]b", "Long " * 30)
    outcomes = [
        Outcome(Subject(slug=f"a{n}", name=name, title=""), "stopped early", 1.0, "It broke.")
        for n, name in enumerate(names)
    ]
    progress.summary(outcomes, Path("there"), stopped=False)
    said = capsys.readouterr().out
    assert names[0] in said
    assert (said.count("stopped early  "), said.count("It broke.")) == (2, 2)


def test_a_folder_of_failures_is_named_only_where_there_is_one(asked, tmp_path):
    assert "as far as it ran" not in _run("Brent", "--out", str(tmp_path)).output
    (tmp_path / "failed").mkdir()
    assert "as far as it ran" in _run("Brent", "--out", str(tmp_path)).output


def test_ctrl_c_shows_what_is_done_and_ends_as_shells_expect(monkeypatch):
    def run(chosen, **_):
        raise batch.BatchInterrupted([Outcome(chosen[0], "built"), Outcome(chosen[1], "not made")])

    monkeypatch.setattr(batch, "run", run)
    result = _run("Hackney", "Brent")
    assert result.exit_code == 130
    assert "Stopped. 1 built, 1 not made." in result.output


@pytest.mark.parametrize("command", ["report", "dashboard"])
def test_a_folder_without_data_is_refused_before_anything_is_made(asked, tmp_path, command):
    words = [command, "Hackney"] if command == "report" else [command]
    result = CliRunner().invoke(pvtools, [*words, "--data", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "neither 'published' nor 'raw'" in str(result.exception)
    assert asked == {}


def test_help_shows_examples_that_the_command_understands(asked, tmp_path, monkeypatch):
    rows = [[*row[:3], row[3].replace("E05000905", "E05009367"), *row[4:]]
            for row in builders.ward_rows()]  # fmt: skip
    monkeypatch.setenv("PVTOOLS_DATA", str(builders.wards(tmp_path / "data", rows=rows)))
    text = _run("--help").output
    examples = [line.strip() for line in text.splitlines() if line.strip().startswith("pvtools ")]
    assert len(examples) == 7
    for example in examples:
        arguments = shlex.split(example.split("  ")[0])[2:]
        assert isinstance(_run(*arguments).exception, SystemExit | None), example


def test_completion_offers_slugs_of_areas_that_have_a_report():
    offered = [item.value for item in options.area_names(None, None, "Ki")]
    assert offered == ["kingston-upon-thames"]
    everything = [item.value for item in options.area_names(None, None, "")]
    assert everything == [
        "london",
        *(area.slug for area in (*areas.boroughs(), *areas.bcus())),
    ]
