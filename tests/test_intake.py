"""Taking files in: all checked before any is filed, and one bad file stops no other."""

import datetime as dt
import os
import socket
from pathlib import Path

import pytest

from pvtools import sources, tables
from pvtools.errors import DataError, FetchError, UsageError
from pvtools.tables import intake, today

from . import builders
from .real_files import REAL

CRIME = """MajorText,MinorText,BoroughName,202401,202402
BURGLARY,BURGLARY - RESIDENTIAL,Barnet,31,0
BURGLARY,BURGLARY - RESIDENTIAL,Hackney,27,22
THEFT,SHOPLIFTING,Hackney,101,98
"""
SURVEY = """Date;Survey;Borough;Measure;Proportion;MPS
31/3/2019;PAS;Barnet;Trust MPS;0,56;0,67
31/3/2019;PAS;Hackney;Trust MPS;0,61;0,67
"""


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "inbox"


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def filed(data):
    return sorted(p.name for p in data.rglob("*") if p.is_file())


def test_a_file_is_known_by_its_header_and_filed_with_its_span(inbox, data):
    path = write(inbox, "download (3).csv", CRIME)
    (one,) = intake.add([path], data_dir=data)
    assert (one.outcome, one.source) == ("new", "mps_recorded_crime")
    assert (one.first, one.last, one.rows) == ("2024-01", "2024-02", 6)
    assert one.gains == sources.find("mps_recorded_crime").gains
    assert one.holding.path.name == f"2024-02_{sources.sha256(path)[:8]}.csv"
    assert one.holding.original_name == "download (3).csv"
    assert one.holding in sources.holdings(data)


def test_the_same_file_again_is_already_held(inbox, data):
    path = write(inbox, "a.csv", CRIME)
    intake.add([path], data_dir=data)
    before = filed(data)
    (again,) = intake.add([path], data_dir=data)
    assert again.outcome == "held"
    assert filed(data) == before


def test_the_same_bytes_twice_in_one_go_are_filed_once(inbox, data):
    both = [write(inbox, "a.csv", CRIME), write(inbox, "b.csv", CRIME)]
    assert [one.outcome for one in intake.add(both, data_dir=data)] == ["new", "held"]


def test_a_bad_file_does_not_stop_a_good_one_and_leaves_nothing(inbox, data):
    bad = write(inbox, "bad.csv", CRIME.replace("101", "-101").replace(",22", ",many"))
    good = write(inbox, "good.csv", SURVEY)
    first, second = intake.add([bad, good], data_dir=data)
    assert (first.outcome, first.source) == ("failed", "mps_recorded_crime")
    assert len(first.error.faults) == 2
    assert (second.outcome, second.source) == ("new", "pas_borough")
    assert len(filed(data)) == 2  # the good file and its note


def test_a_file_counted_by_policing_unit_says_so_when_it_is_added(tmp_path, data):
    files = [
        builders.crime(tmp_path / "u.csv", builders.UNIT_HEAD, months=("202506", "202507")),
        builders.crime(tmp_path / "n.csv"),
    ]
    units, other = intake.add(files, data_dir=data)
    assert units.note.startswith("Its areas are policing units")
    assert other.note == ""


def test_nothing_is_filed_before_all_are_checked(inbox, data, monkeypatch):
    files = [write(inbox, "a.csv", CRIME), write(inbox, "b.csv", SURVEY)]
    order = []
    real_read, real_file = intake.read, sources.file_away
    monkeypatch.setattr(intake, "read", lambda *a: order.append("read") or real_read(*a))
    monkeypatch.setattr(
        sources, "file_away", lambda *a, **k: order.append("file") or real_file(*a, **k)
    )
    intake.add(files, data_dir=data)
    assert order == ["read", "read", "file", "file"]


def test_a_folder_gives_its_known_files_and_the_reason_for_the_others(inbox, data):
    write(inbox, "a.csv", CRIME)
    write(inbox, "notes.txt", "Remember\nthe milk\n")
    write(inbox, ".hidden.csv", SURVEY)
    known, unknown = intake.add([inbox], data_dir=data)
    assert known.outcome == "new"
    assert unknown.outcome == "skipped"
    assert unknown.error.faults


def test_a_file_of_a_folder_with_faults_failed_and_was_not_skipped(inbox, data):
    write(inbox, "a.csv", CRIME.replace("101", "-101"))
    (one,) = intake.add([inbox], data_dir=data)
    assert one.outcome == "failed"


def test_a_pattern_finds_files_as_the_shell_would(inbox, data):
    write(inbox, "a.csv", CRIME)
    write(inbox, "b.csv", SURVEY)
    found = intake.add([f"{inbox}/*.csv"], data_dir=data)
    assert [one.outcome for one in found] == ["new", "new"]


def test_a_file_named_and_found_is_looked_at_once(inbox, data):
    odd = write(inbox, "odd.csv", "A,B\n1,2\n")
    (one,) = intake.add([inbox, odd], data_dir=data)
    assert one.outcome == "failed"  # it was named


@pytest.mark.parametrize("content", ["", "A,B\n1,2\n", "MajorText,MinorText,BoroughName\n"])
def test_a_named_file_that_is_unknown_has_failed(inbox, data, content):
    (one,) = intake.add([write(inbox, "x.csv", content)], data_dir=data)
    assert one.outcome == "failed"
    assert "x.csv cannot be used" in str(one.error)
    assert filed(data) == [] if data.exists() else True


def test_a_file_that_is_not_there_has_failed(data):
    (one,) = intake.add(["nowhere/at all.csv"], data_dir=data)
    assert isinstance(one.error, DataError)
    assert "no file of this name" in str(one.error)


def test_a_data_folder_that_cannot_be_written_is_a_sentence(inbox, tmp_path):
    blocked = write(inbox, "blocked", "a file where a folder should be")
    (one,) = intake.add([write(inbox, "a.csv", CRIME)], data_dir=blocked)
    assert one.outcome == "failed"
    assert "cannot be written" in str(one.error)


@pytest.mark.parametrize("name", ["", " ", Path()])
def test_an_empty_name_is_not_the_folder_one_is_in(inbox, data, monkeypatch, name):
    write(inbox, "a.csv", CRIME)
    monkeypatch.chdir(inbox)
    found = intake.add([name], data_dir=data)
    if isinstance(name, Path):  # "." was written out
        assert [one.outcome for one in found] == ["new"]
    else:
        assert "an empty name" in str(found[0].error)
        assert not data.exists()


@pytest.mark.parametrize("name", ["a[1].csv", "*.csv", "a?.csv", "[ab].csv", "~a.csv", "é.csv"])
def test_a_file_that_is_called_like_a_pattern_is_added_by_its_name_alone(inbox, data, name):
    write(inbox, "a1.csv", SURVEY)
    (one,) = intake.add([write(inbox, name, CRIME)], data_dir=data)
    assert (one.outcome, one.source) == ("new", "mps_recorded_crime")


def test_a_folder_that_is_called_like_a_pattern_holds_files_and_data(tmp_path):
    write(tmp_path / "in [1] *?", "a.csv", CRIME)
    write(tmp_path / "in [1] *?", "b.csv", SURVEY)
    data = tmp_path / "data [a-b]"
    found = intake.add([f"{tmp_path}/in [1] *?/*.csv"], data_dir=data)
    assert [one.outcome for one in found] == ["new", "new"]
    assert len(tables.load(data).held) == 6


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "circle", "dangling", "/dev/zero"])
def test_what_is_no_file_is_refused_at_once(inbox, data, kind, monkeypatch):
    inbox.mkdir()
    monkeypatch.chdir(inbox)  # the name of a socket must be short
    path = Path(kind)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    elif kind in ("circle", "dangling"):
        path.symlink_to(path if kind == "circle" else "nowhere")
    elif kind == "folder":
        path.mkdir()
    found = intake.add([path], data_dir=data)
    assert all(one.outcome == "failed" for one in found)
    assert len(found) == (kind != "folder")
    with pytest.raises(DataError):
        tables.read(path, "mps_recorded_crime")
    assert intake.add([inbox], data_dir=data) == []  # found, it is passed over


@pytest.mark.parametrize("name", ["x" * 5000, "a/" * 3000, "nul\0.csv", "/proc/self/mem"])
def test_a_name_that_no_file_can_have_is_a_sentence(data, name):
    (one,) = intake.add([name], data_dir=data)
    assert one.outcome == "failed"
    assert isinstance(one.error, DataError)


def test_a_name_that_is_no_text_is_added_and_shown_without_harm(inbox, data):
    inbox.mkdir()
    path = inbox / os.fsdecode(b"bad\xff\x1b[2J\n.csv")
    path.write_text(CRIME)
    (one,) = intake.add([path], data_dir=data)
    assert one.outcome == "new"
    assert one.holding.original_name == r"bad\udcff\x1b[2J\n.csv"


def test_a_file_that_changed_since_it_was_checked_is_not_filed(inbox, data, monkeypatch):
    path = write(inbox, "a.csv", CRIME)
    real = sources.file_away

    def meanwhile(*given, **named):
        path.write_text(CRIME.replace("101", "-101"))
        return real(*given, **named)

    monkeypatch.setattr(sources, "file_away", meanwhile)
    (one,) = intake.add([path], data_dir=data)
    assert one.outcome == "failed"
    assert "other bytes than when it was checked" in str(one.error)
    assert filed(data) == []


def test_a_clock_long_behind_is_named_and_refuses_no_file_of_the_past(inbox, data, monkeypatch):
    monkeypatch.setattr(today, "clock", lambda: dt.date(2019, 5, 1))
    (one,) = intake.add([write(inbox, "a.csv", CRIME)], data_dir=data)
    assert one.outcome == "new"
    later = write(inbox, "b.csv", CRIME.replace("2024", "2091"))
    (two,) = intake.add([later], data_dir=data)
    assert two.outcome == "failed"
    assert "This machine's clock says 2019-05-01" in str(two.error)


def test_what_was_added_is_still_read_when_the_clock_falls_back(inbox, data, monkeypatch):
    monkeypatch.setattr(today, "clock", lambda: dt.date(2027, 8, 1))
    (one,) = intake.add([write(inbox, "a.csv", CRIME.replace("2024", "2027"))], data_dir=data)
    written = dt.datetime(2027, 8, 1, tzinfo=dt.UTC).timestamp()
    os.utime(one.holding.path, (written, written))
    monkeypatch.setattr(today, "clock", lambda: dt.date(1970, 1, 1))
    assert tables.load(data).held[1].span == ("2027-01", "2027-02")


def test_the_day_that_has_surely_passed_is_after_all_figures_that_come_with_pvtools():
    last = max(one.published.last for one in sources.register().values() if one.published)
    assert last < f"{today.PUBLISHED:%Y-%m}"
    assert today.clock() > today.PUBLISHED


def test_the_original_stays_as_it_was(inbox, data):
    path = write(inbox, "a.csv", CRIME)
    intake.add([path], data_dir=data)
    assert path.read_text() == CRIME


@pytest.fixture
def arrives(monkeypatch, tmp_path):
    """Return a function that lets these texts arrive from the network."""

    def arrange(*texts):
        def fetched(keys, *, data_dir, progress):
            folder = Path(data_dir) / "raw" / ".downloads" / "one"
            folder.mkdir(parents=True)
            return tuple(came(folder, number, text) for number, text in enumerate(texts))

        def came(folder, number, text):
            url = f"https://data.example/{number}.csv"
            if text is None:
                return sources.Download("gone", url, None, FetchError("No answer."))
            return sources.Download("x", url, write(folder, f"{number}.csv", text))

        sources.fetch  # noqa: B018 - it is imported when first asked for
        monkeypatch.setattr(sources, "fetch", fetched, raising=False)

    return arrange


def test_what_was_fetched_takes_the_same_path_and_leaves_no_download(data, arrives):
    arrives(CRIME, None, "A,B\n1,2\n")
    good, gone, unknown = intake.fetch(["x"], data_dir=data)
    assert (good.outcome, good.source) == ("new", "mps_recorded_crime")
    assert good.file == "https://data.example/0.csv"
    assert (gone.outcome, str(gone.error)) == ("failed", "No answer.")
    assert unknown.outcome == "failed"
    assert "https://data.example/2.csv cannot be used" in str(unknown.error)
    assert not (data / "raw" / ".downloads").exists()


def test_fetching_an_unknown_source_is_refused(data):
    with pytest.raises(UsageError, match="Unknown source 'nothing'"):
        intake.fetch(["nothing"], data_dir=data)


MPS = "mps_recorded_crime"


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the published files are not beside the project")
@pytest.mark.parametrize(
    ("file", "source", "first", "last"),
    [
        ("mps_borough_crime_historical_201004_202107.csv", MPS, "2010-04", "2021-07"),
        ("mps_borough_crime_24m_202108_202307.csv", MPS, "2021-08", "2023-07"),
        ("mps_borough_crime_24m_202312_202511.csv", MPS, "2023-12", "2025-11"),
        ("mps_ward_crime_24m_202402_202602.parquet", f"{MPS}_ward", "2024-02", "2026-02"),
        ("mopac_pas_borough_2014q4_2022q4.csv", "pas_borough", "2014-12", "2022-12"),
        ("mopac_pas_mps_total_2014q4_2023q4.csv", "pas_force", "2014-12", "2023-12"),
        ("census2021_ethnicity_upper_tier.csv", "census_2021", "2021", "2021"),
    ],
)
def test_the_publishers_own_files_are_taken(data, file, source, first, last):
    (one,) = intake.add([REAL / file], data_dir=data)
    assert one.error is None
    assert (one.outcome, one.source, one.first, one.last) == ("new", source, first, last)
    assert one.holding.path.read_bytes() == (REAL / file).read_bytes()
    assert one.holding.path.suffix == Path(file).suffix
