from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pvtools import boroughs
from pvtools.errors import UsageError
from pvtools.reports import batch, build, execute, folder
from pvtools.reports.limits import CAN_LIMIT_MEMORY, Limits

from . import small_reports


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return the arguments of a batch that needs neither kernel nor process."""

    def run(_, parameters, limits):
        if parameters["borough"] in failing:
            raise execute.StoppedError(
                "It broke.\nMore.",
                small_reports.executed(parameters["borough"]),
                early=parameters["borough"] == "Sutton",
            )
        return small_reports.executed(parameters["borough"])

    failing: set[str] = set()
    monkeypatch.setattr(execute, "run", run)
    monkeypatch.setitem(build.FORMATS, "pdf", lambda *_: b"pdf")
    monkeypatch.setitem(build.FORMATS, "html", lambda _, title, __: title)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "crime.csv").write_text("1")
    return {
        "data_dir": tmp_path / "data",
        "out_dir": tmp_path / "reports",
        "notebook": small_reports.notebook(tmp_path / "small.ipynb"),
        "executor": small_reports.Here(),
    }, failing


def _some(*names):
    return [boroughs.find(name) for name in names]


def _statuses(outcomes):
    return [(outcome.borough.name, outcome.status) for outcome in outcomes]


def _files(out):
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_reports_stand_whole_with_a_manifest_and_an_index(place):
    where, _ = place
    outcomes = batch.run(_some("Hackney", "Brent"), **where)
    assert _statuses(outcomes) == [("Hackney", "built"), ("Brent", "built")]
    out = where["out_dir"]
    assert set(_files(out)) == {
        ".lock",
        "index.html",
        "manifest.json",
        *(
            f"{slug}/pvtools-{slug}.{form}"
            for slug in ("hackney", "brent")
            for form in ("pdf", "html", "xlsx")
        ),
    }
    record = json.loads((out / "manifest.json").read_text())["reports"]["hackney"]
    assert record["status"] == "built"
    assert record["outputs"]["hackney/pvtools-hackney.pdf"]["bytes"] == 3


def test_the_same_inputs_give_the_same_bytes_in_another_folder(place, tmp_path):
    where, _ = place
    batch.run(_some("Hackney", "Brent"), **where)
    batch.run(_some("Brent", "Hackney"), **where | {"out_dir": tmp_path / "again"})
    assert _files(where["out_dir"]) == _files(tmp_path / "again")


def test_a_report_whose_inputs_have_not_changed_is_left_alone(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    before = (where["out_dir"] / "hackney" / "pvtools-hackney.pdf").stat().st_mtime_ns
    events = []
    outcomes = batch.run(
        _some("Hackney", "Brent"),
        **where,
        on_event=lambda kind, b, o: events.append((kind, b.name)),
    )
    assert _statuses(outcomes) == [("Hackney", "unchanged"), ("Brent", "built")]
    assert events == [("finished", "Hackney"), ("started", "Brent"), ("finished", "Brent")]
    assert (where["out_dir"] / "hackney" / "pvtools-hackney.pdf").stat().st_mtime_ns == before


def test_force_makes_it_anew_all_the_same(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    assert _statuses(batch.run(_some("Hackney"), **where, force=True)) == [("Hackney", "built")]


def test_changed_data_make_every_report_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    (where["data_dir"] / "crime.csv").write_text("2")
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]


def test_a_spoilt_output_is_made_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    file = where["out_dir"] / "hackney" / "pvtools-hackney.xlsx"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    assert _statuses(batch.run(_some("Hackney"), **where)) == [("Hackney", "built")]
    assert file.read_bytes() == whole


def test_fewer_forms_are_unchanged_and_standing_forms_are_kept_in_step(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    again = batch.run(_some("Hackney"), **where, formats=["pdf"])
    assert _statuses(again) == [("Hackney", "unchanged")]
    (where["data_dir"] / "crime.csv").write_text("2")
    batch.run(_some("Hackney"), **where, formats=["pdf"])
    record = json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]["hackney"]
    assert record["formats"] == ["pdf", "html", "xlsx"]


def test_a_failing_borough_does_not_stop_the_others(place):
    where, failing = place
    failing.add("Brent")
    outcomes = batch.run(_some("Brent", "Hackney"), **where)
    assert _statuses(outcomes) == [("Brent", "failed"), ("Hackney", "built")]
    assert outcomes[0].first_line == "It broke."
    out = where["out_dir"]
    assert (out / "failed" / "brent.txt").read_text() == "It broke.\nMore.\n"
    assert (out / "failed" / "brent.ipynb").exists()
    assert "The report could not be made: It broke." in (out / "index.html").read_text()


def test_a_failure_moves_the_earlier_report_away_and_says_so_everywhere(place):
    where, failing = place
    batch.run(_some("Brent"), **where)
    failing.add("Brent")
    [outcome] = batch.run(_some("Brent"), **where, force=True)
    out = where["out_dir"]
    assert not (out / "brent").exists()
    assert "failed/pvtools-brent-earlier.pdf" in outcome.earlier
    record = json.loads((out / "manifest.json").read_text())["reports"]["brent"]
    assert record["status"] == "failed"
    assert record["earlier"] == list(outcome.earlier)
    assert "Earlier PDF" in (out / "index.html").read_text()
    failing.clear()
    assert _statuses(batch.run(_some("Brent"), **where)) == [("Brent", "built")]
    assert not (out / "failed").exists()


def test_fail_fast_begins_no_further_report(place):
    where, failing = place
    failing.add("Brent")
    outcomes = batch.run(_some("Brent", "Hackney", "Camden"), **where, jobs=1, fail_fast=True)
    assert [outcome.status for outcome in outcomes] == ["failed", "not made", "not made"]


def test_a_notebook_that_stopped_early_is_no_report_and_its_earlier_one_is_moved_away(place):
    where, failing = place
    batch.run(_some("Sutton"), **where)
    failing.add("Sutton")
    outcomes = batch.run(_some("Sutton", "Camden"), **where, force=True, fail_fast=True, jobs=1)
    assert _statuses(outcomes) == [("Sutton", "stopped early"), ("Camden", "not made")]
    out = where["out_dir"]
    assert not (out / "sutton").exists()
    assert (out / "failed" / "sutton.ipynb").exists()
    assert "The report stopped early: It broke." in (out / "index.html").read_text()
    failing.clear()
    assert _statuses(batch.run(_some("Sutton"), **where)) == [("Sutton", "built")]


def test_more_output_allowed_is_a_reason_to_make_a_report_anew(place):
    where, _ = place
    batch.run(_some("Hackney"), **where)
    again = batch.run(_some("Hackney"), **where, limits=Limits(output=20))
    assert _statuses(again) == [("Hackney", "built")]


def test_an_unknown_format_is_refused_with_the_nearest(place):
    where, _ = place
    with pytest.raises(UsageError, match=r"Unknown format 'pfd'. Did you mean 'pdf'\?"):
        batch.run(_some("Hackney"), **where, formats=["pfd"])
    assert not where["out_dir"].exists()


def test_a_notebook_without_our_parameters_is_refused_before_a_report_is_begun(place, tmp_path):
    where, _ = place
    other = small_reports.notebook(tmp_path / "other.ipynb", parameters="ward = 'x'")
    begun = []
    batch.run(_some("Hackney"), **where)
    index = (where["out_dir"] / "index.html").read_bytes()
    with pytest.raises(UsageError, match=r"Unknown parameter 'borough'.*takes: ward"):
        batch.run(
            _some("Hackney"), **where | {"notebook": other}, on_event=lambda *e: begun.append(e)
        )
    assert begun == []
    assert (where["out_dir"] / "index.html").read_bytes() == index


def test_ctrl_c_tells_what_is_done_and_leaves_a_true_manifest(place, monkeypatch):
    where, _ = place
    draft = build.draft

    def interrupted(order):
        if order.borough.name == "Brent":
            raise KeyboardInterrupt
        return draft(order)

    monkeypatch.setattr(build, "draft", interrupted)
    with pytest.raises(batch.BatchInterrupted) as stopped:
        batch.run(_some("Hackney", "Brent", "Camden"), **where, jobs=1)
    assert [outcome.status for outcome in stopped.value.outcomes] == [
        "built",
        "not made",
        "not made",
    ]
    assert list(json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]) == [
        "hackney"
    ]
    assert not (where["out_dir"] / ".building").exists()


def test_of_several_orders_in_hand_the_one_that_kills_its_worker_is_found(place, monkeypatch):
    where, _ = place
    draft = build.draft

    def deadly(order):
        if order.borough.name == "Brent":
            raise BrokenExecutor
        return draft(order)

    monkeypatch.setattr(build, "draft", deadly)
    names = ("Hackney", "Brent", "Camden", "Sutton")
    outcomes = batch.run(_some(*names), **where, jobs=2)
    assert [outcome.status for outcome in outcomes] == ["built", "failed", "built", "built"]
    assert "ended from outside" in outcomes[1].error


# From here on with real processes and kernels.


def _command(where, *names):
    return [
        sys.executable,
        "-c",
        "from pvtools.cli import main; main()",
        "report",
        *names,
        "--notebook",
        str(where["notebook"]),
        "--out",
        str(where["out_dir"]),
        "--data",
        str(where["data_dir"]),
        "--formats",
        "xlsx",
        "--jobs",
        "2",
    ]


def _until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # a child nobody has waited for yet is dead all the same
    return not (status.exists() and ") Z" in status.read_text())


def _caught_waiting(where):
    """Begin a batch of which one report stands and another hangs; return it and the kernel."""
    process = subprocess.Popen(
        _command(where, "Hackney", "Sutton"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    waiting = where["data_dir"].parent / "waiting"
    _until(lambda: waiting.exists() and waiting.read_text())
    _until(lambda: (where["out_dir"] / "manifest.json").exists())
    return process, int(waiting.read_text())


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_killed_batch_leaves_whole_reports_no_kernels_and_the_next_one_goes_on(place):
    where, _ = place
    process, kernel = _caught_waiting(where)
    process.kill()
    process.communicate()
    _until(lambda: not _alive(kernel), 10)
    out = where["out_dir"]
    assert set(json.loads((out / "manifest.json").read_text())["reports"]) == {"hackney"}
    assert (out / ".building").exists()
    again = subprocess.run(_command(where, "Hackney"), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "1 unchanged" in again.stdout
    assert not (out / ".building").exists()


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_ctrl_c_at_the_terminal_ends_the_kernels_and_says_what_is_done(place):
    where, _ = place
    process, kernel = _caught_waiting(where)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Stopped. 1 built, 1 not made." in said
    assert "Traceback" not in said
    _until(lambda: not _alive(kernel), 5)


@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="signals differ elsewhere")
def test_a_killed_worker_is_one_failed_report_and_the_command_ends_with_one(place):
    where, _ = place
    done = subprocess.run(
        _command(where, "Bexley", "Hackney", "Brent"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "1 built, 2 failed" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    reports = json.loads((where["out_dir"] / "manifest.json").read_text())["reports"]
    assert {slug: record["status"] for slug, record in reports.items()} == {
        "bexley": "failed",
        "brent": "failed",
        "hackney": "built",
    }
    assert reports["brent"]["error"].endswith(
        "row 3, column '202401': found abc; allowed: a count."
    )
    assert folder.file_name("hackney", "xlsx") in [
        path.name for path in (where["out_dir"] / "hackney").iterdir()
    ]


OWN = """\
if borough == "Brent":
    quit()
if borough == "Camden":
    everything = bytearray(400_000_000)
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
plt.plot([1, 2])
print("word " * 200_000)
"""


@pytest.mark.kernel
@pytest.mark.skipif(not CAN_LIMIT_MEMORY, reason="memory cannot be limited here")
def test_a_users_own_notebook_is_shown_whole_or_the_summary_says_why_not(place, tmp_path):
    where, _ = place
    home = where["notebook"].parent
    (home / "dot.svg").write_text(small_reports.SVG)
    cells = [
        new_markdown_cell("![A square](dot.svg)"),
        new_code_cell(small_reports.PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(OWN),
        new_code_cell("1 + 1"),
    ]
    nbformat.write(new_notebook(cells=cells), where["notebook"])
    (tmp_path / "elsewhere").mkdir()
    command = _command(where, "Hackney", "Brent", "Camden")
    command[command.index("xlsx")] = "html"
    done = subprocess.run(
        [*command, "--memory", "300", "--max-output", "2"],
        cwd=tmp_path / "elsewhere",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "1 built, 1 failed, 1 stopped early." in done.stdout
    out = where["out_dir"]
    reports = json.loads((out / "manifest.json").read_text())["reports"]
    assert {slug: record["status"] for slug, record in reports.items()} == {
        "hackney": "built",
        "brent": "stopped early",
        "camden": "failed",
    }
    assert "cell 3 (if borough == " in reports["brent"]["error"]
    assert "300 MB of memory" in reports["camden"]["error"]
    assert "The report stopped early: " in (out / "index.html").read_text()
    assert (out / "failed" / "brent.ipynb").exists()
    page = (out / "hackney" / "pvtools-hackney.html").read_text()
    assert 'alt="A square"' in page
    assert 'alt="A line that rises."' in page
    assert "may hold 2 MB of output" in page
