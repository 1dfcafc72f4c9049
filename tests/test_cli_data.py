"""The commands for data: what they print, where, and how they exit."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pvtools import areas as register
from pvtools import places, sources
from pvtools.cli import data, options, pvtools
from pvtools.errors import UsageError

CRIME = """MajorText,MinorText,BoroughName,202401,202402
BURGLARY,BURGLARY - RESIDENTIAL,Barnet,31,0
THEFT,SHOPLIFTING,Hackney,101,98
"""


def run(*words, **options):
    return CliRunner().invoke(pvtools, list(map(str, words)), catch_exceptions=False, **options)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "crime.csv"
    path.write_text(CRIME)
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(CRIME.replace("101", "-101"))
    return path


def test_sources_shows_what_is_held_and_what_is_missing():
    done = run("sources")
    assert done.exit_code == 0
    assert "2010-04–2026-02" in done.output
    assert "all of it" in done.output
    for key in sources.register():
        assert key in done.output


def test_sources_shows_all_that_is_known_about_one():
    done = run("sources", "pas_borough")
    assert done.exit_code == 0
    assert "Mayor's Office for Policing and Crime" in done.output
    assert "only every fourth value is independent" in " ".join(done.output.split())


def test_sources_as_csv_has_one_row_a_file(tmp_path, good):
    run("add", good, "--data", tmp_path / "data")
    done = run("sources", "--csv", "--data", tmp_path / "data")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    crime = [row for row in rows if row["source"] == "mps_recorded_crime"]
    assert [row["origin"] for row in crime] == ["published", "added"]
    assert crime[1]["sha256"] == sources.sha256(good)


def test_sources_as_json_is_json():
    listed = json.loads(run("sources", "--json").stdout)
    assert [one["source"] for one in listed] == list(sources.register())


def test_check_finds_a_file_that_was_edited(tmp_path, good):
    folder = tmp_path / "data"
    run("add", good, "--data", folder)
    assert run("sources", "--check", "--data", folder).exit_code == 0
    (raw,) = (folder / "raw" / "mps_recorded_crime").glob("*.csv")
    raw.chmod(0o644)
    raw.write_text(CRIME.replace("98", "89"))
    done = run("sources", "--check", "--data", folder)
    assert done.exit_code == 1
    assert "Raw files are never edited" in done.stderr
    assert raw.name in done.stderr


def test_add_says_what_was_taken_and_what_it_brings(tmp_path, good):
    done = run("add", good, "--data", tmp_path / "data")
    assert done.exit_code == 0
    first, *lacks, last = done.stdout.splitlines()
    assert first == "Added crime.csv: mps_recorded_crime, 4 rows, 2024-01 to 2024-02."
    assert lacks[0].startswith("  - No rows for Barking and Dagenham, Bexley, Brent, Bromley")
    assert "  - It holds 2 months: reports need twelve in a row for a yearly rate" in "\n".join(
        lacks
    )
    assert last == f"What mps_recorded_crime brings: {sources.find('mps_recorded_crime').gains}"
    assert "Already held: crime.csv" in run("add", good, "--data", tmp_path / "data").stdout


def test_add_reports_a_bad_file_and_takes_the_good_one(tmp_path, good, bad):
    done = run("add", bad, good, "--data", tmp_path / "data")
    assert done.exit_code == 1
    assert "bad.csv cannot be used: one fault." in done.stderr
    assert "Added crime.csv" in done.stdout
    assert "1 added, 1 failed." in done.stdout


def test_add_of_a_folder_names_what_it_skipped(tmp_path, good):
    (tmp_path / "notes.txt").write_text("Remember\n")
    done = run("add", tmp_path, "--data", tmp_path / "data")
    assert done.exit_code == 0
    assert "Skipped notes.txt:" in done.stderr


@pytest.mark.parametrize("content", [None, "Remember\nthe milk\n"])
def test_add_of_a_folder_with_nothing_in_it_is_not_well(tmp_path, content):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    if content:
        (inbox / "notes.txt").write_text(content)
    assert run("add", inbox, "--data", tmp_path / "data").exit_code == 1


@pytest.mark.parametrize(
    "words", [["add"], ["sources", "--nope"], ["sources", "--data", "/no/where"]]
)
def test_wrong_usage_exits_with_two(words):
    assert run(*words).exit_code == 2


def test_an_unknown_source_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'pas_force'"):
        run("fetch", "pas_forces")


def test_fetch_without_an_address_names_the_way_by_hand(tmp_path):
    done = run("fetch", "pas_force", "--data", tmp_path)
    assert done.exit_code == 1
    assert "pvtools add FILE" in done.stderr


def test_areas_lists_all_and_says_why_the_city_has_no_report():
    done = run("areas")
    assert done.exit_code == 0
    for area in (register.london(), *register.bcus(), *register.everywhere()):
        assert area.name in done.output
        assert area.code in done.output
        assert area.slug in done.output
    (city,) = [line for line in done.output.splitlines() if "City of London" in line]
    assert "no report: a police force of its own" in city
    (camden,) = [line for line in done.output.splitlines() if "E09000007" in line]
    assert register.find("Camden").bcu in camden


def test_the_former_name_of_a_command_still_works():
    assert run("boroughs").output == run("areas").output


@pytest.mark.parametrize("command", ["sources", "add", "fetch", "areas"])
def test_help_has_an_example(command):
    assert "Example" in run(command, "--help").output


def test_the_shell_completes_source_keys_and_names_of_areas():
    empty = data.fetch.make_context("fetch", ["pas_force"])
    assert options.source_keys(empty, None, "mps_recorded_crime_") == [
        "mps_recorded_crime_ward",
        "mps_recorded_crime_lsoa",
    ]
    assert options.area_names(empty, None, "Ha")[0].value == "hackney"


def on_the_command_line(*words):
    return subprocess.run(
        [Path(sys.executable).with_name("pvtools"), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_error_shows_a_traceback_unless_it_is_asked_for(tmp_path, bad):
    plain = on_the_command_line("add", bad, "--data", tmp_path / "data")
    assert plain.returncode == 1
    assert plain.stderr.startswith("Error: ")
    assert "Traceback" not in plain.stderr
    told = on_the_command_line("--debug", "add", bad, "--data", tmp_path / "data")
    assert told.returncode == 1
    assert "Traceback" in told.stderr


def test_a_wrong_name_is_a_sentence_and_exits_with_two():
    done = on_the_command_line("sources", "pas_boroughs")
    assert done.returncode == 2
    assert done.stderr == (
        "Error: Unknown source 'pas_boroughs'. Did you mean 'pas_borough'? "
        "List them with: pvtools sources\n"
    )


def test_a_broken_register_is_a_sentence(tmp_path):
    (tmp_path / "sources.toml").write_text("[one\n")
    done = on_the_command_line("sources", "--data", tmp_path)
    assert done.returncode == 1
    assert "sources.toml cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


ODD = "crime \x1b[2J\x1b]0;owned\x07\n\u202eError: all is well\x9b.csv"


def quiet(text):
    """Return whether nothing in a text would act on a terminal."""
    return all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize(
    "content",
    [
        CRIME,
        CRIME.replace("Hackney", "\x1b[31mHackn\u202eey"),
        CRIME.replace("MinorText", "\x1b[31mMinor\u202eText"),
        CRIME.replace("202402", "\x1b]8;;http://a.example\x07"),
        "\x1b[2J",
    ],
)
def test_nothing_in_a_file_or_its_name_acts_on_the_terminal(tmp_path, content):
    path = tmp_path / ODD
    path.write_text(content)
    for words in (["add", path], ["add", tmp_path]):
        done = run(*words, "--data", tmp_path / "data")
        assert r"crime \x1b[2J" in done.output
        assert quiet(done.output), ascii(done.output)
        assert "\nError: all is well" not in done.output


def test_a_name_of_a_download_is_no_markup_for_the_bar(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with data._progress() as moved:
        moved("[/red]\x1b[2J.csv", 1, 2)


def test_an_empty_name_of_a_data_folder_is_not_the_folder_one_is_in(tmp_path, good, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("add", good, "--data", "")
    assert done.exit_code == 2
    assert "An empty name is no folder" in done.output
    assert not (tmp_path / "raw").exists()


def test_a_data_folder_whose_name_is_too_long_is_a_sentence():
    with pytest.raises(UsageError, match="is no data folder"):
        places.data_folder("x" * 5000)
