"""Raw files: filed whole, never overwritten, never edited unseen."""

import json
import os

import pytest

from pvtools import sources
from pvtools.errors import DataError, UsageError

KEY = "mps_recorded_crime"


@pytest.fixture
def original(tmp_path):
    path = tmp_path / "a name the publisher chose.csv"
    path.write_text("MajorText,MinorText,BoroughName,202401\nBurglary,Burglary,Barnet,3\n")
    return path


def put(path, data, **changes):
    span = {"vintage": "2024-01", "first": "2024-01", "last": "2024-01"} | changes
    return sources.file_away(path, KEY, data_dir=data, **span)


def added(data):
    return [h for h in sources.holdings(data) if h.origin == "added"]


def test_a_filed_file_has_its_vintage_and_checksum_in_its_name(original, tmp_path):
    data = tmp_path / "data"
    holding = put(original, data)
    digest = sources.sha256(original)
    assert holding.path == data / "raw" / KEY / f"2024-01_{digest[:8]}.csv"
    assert holding.path.read_bytes() == original.read_bytes()
    noted = json.loads(holding.path.with_name(f"{holding.path.name}.json").read_text())
    assert noted["sha256"] == digest
    assert noted["original_name"] == original.name
    assert added(data) == [holding]


def test_nothing_is_left_beside_the_file_and_its_note(original, tmp_path):
    holding = put(original, tmp_path / "data")
    assert len(list(holding.path.parent.iterdir())) == 2


def test_a_parquet_file_keeps_its_kind_whatever_it_is_called(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(b"PAR1 and so on PAR1")
    assert put(path, tmp_path / "data").path.suffix == ".parquet"


def test_the_same_bytes_again_are_already_held(original, tmp_path):
    data = tmp_path / "data"
    first = put(original, data)
    renamed = original.rename(original.with_name("copy.csv"))
    assert put(renamed, data) == first
    assert sources.already_held(first.sha256, KEY, data) == first
    assert added(data) == [first]


def test_other_bytes_of_the_same_month_stand_beside_the_first(original, tmp_path):
    data = tmp_path / "data"
    first = put(original, data)
    original.write_text(original.read_text().replace(",3", ",4"))
    second = put(original, data)
    assert {h.path for h in added(data)} == {first.path, second.path}


def test_a_file_cut_short_between_note_and_file_is_simply_added_again(original, tmp_path):
    data = tmp_path / "data"
    holding = put(original, data)
    holding.path.unlink()
    assert added(data) == []
    assert put(original, data) == holding
    assert added(data) == [holding]


def test_an_edited_raw_file_is_an_error_that_says_what_to_do(original, tmp_path):
    data = tmp_path / "data"
    holding = put(original, data)
    holding.path.chmod(0o644)
    holding.path.write_text(holding.path.read_text().replace(",3", ",9"))
    with pytest.raises(DataError, match="never edited") as caught:
        sources.holdings(data)
    assert holding.path.name in str(caught.value)
    assert "pvtools add FILE" in str(caught.value)
    whole, error = sources.verify(data)
    assert error is not None
    assert holding.path not in {h.path for h in whole}


def test_an_edited_raw_file_is_never_overwritten(original, tmp_path):
    data = tmp_path / "data"
    holding = put(original, data)
    holding.path.chmod(0o644)
    holding.path.write_text("somebody's work")
    with pytest.raises(DataError, match="never edited"):
        put(original, data)
    assert holding.path.read_text() == "somebody's work"


@pytest.mark.parametrize(
    "change",
    [
        {"first": "long ago"},
        {"last": 7},
        {"vintage": "2024-13"},
        {"sha256": "../../x"},
        {"original_name": None},
        {"more": 1},
    ],
)
def test_a_note_that_holds_what_was_never_written_is_a_fault(original, tmp_path, change):
    data = tmp_path / "data"
    holding = put(original, data)
    note = holding.path.with_name(f"{holding.path.name}.json")
    note.write_text(json.dumps(json.loads(note.read_text()) | change))
    with pytest.raises(DataError, match="without a readable"):
        sources.holdings(data)


@pytest.mark.parametrize("which", ["", ".json"])
def test_a_pipe_in_place_of_a_file_or_its_note_is_not_waited_for(original, tmp_path, which):
    data = tmp_path / "data"
    holding = put(original, data)
    place = holding.path.with_name(holding.path.name + which)
    place.unlink()
    os.mkfifo(place)
    whole, error = sources.verify(data)
    assert holding.path.name in str(error)
    assert all(one.origin == "published" for one in whole)


def test_a_register_that_is_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "sources.toml")
    with pytest.raises(DataError, match="no readable file"):
        sources.register(tmp_path)


def test_bytes_that_were_not_the_ones_checked_are_not_filed(original, tmp_path):
    with pytest.raises(DataError, match="other bytes than when it was checked"):
        put(original, tmp_path / "data", checked="0" * 64)
    assert added(tmp_path / "data") == []


def test_a_file_put_there_by_hand_is_an_error(tmp_path):
    raw = tmp_path / "raw" / KEY
    raw.mkdir(parents=True)
    (raw / "mine.csv").write_text("x")
    with pytest.raises(DataError, match=r"mine\.csv without a readable mine\.csv\.json"):
        sources.holdings(tmp_path)


def test_a_copy_cut_short_is_not_a_holding(tmp_path):
    raw = tmp_path / "raw" / KEY
    raw.mkdir(parents=True)
    (raw / ".adding-xyz.csv").write_text("half")
    assert added(tmp_path) == []


def test_what_a_killed_process_left_is_swept_away_when_it_is_old(original, tmp_path):
    raw = tmp_path / "raw" / KEY
    raw.mkdir(parents=True)
    old, young = raw / ".adding-old", raw / ".adding-young"
    old.write_text("half")
    young.write_text("half")
    os.utime(old, (0, 0))
    put(original, tmp_path)
    assert not old.exists()
    assert young.exists()


def test_a_source_that_does_not_exist_has_no_place(original, tmp_path):
    with pytest.raises(UsageError, match="Unknown source"):
        sources.file_away(
            original, "nothing", vintage="2024", first="2024", last="2024", data_dir=tmp_path
        )


def test_published_figures_are_held_without_adding_anything(tmp_path):
    held = {h.source: h for h in sources.holdings(tmp_path)}
    assert held["pas_borough"].origin == "published"
    assert (held["pas_borough"].first, held["pas_borough"].last) == ("2014-12", "2025-09")


def test_months_between_two_files_are_a_gap_and_months_before_the_first(original, tmp_path):
    put(original, tmp_path, first="2010-06", last="2021-07", vintage="2021-07")
    original.write_text("two")
    put(original, tmp_path, first="2021-10", last="2023-07", vintage="2023-07")
    gaps = sources.gaps(sources.find(KEY), added(tmp_path))
    assert gaps == (("2010-04", "2010-05"), ("2021-08", "2021-09"))
    assert sources.gaps(sources.find(KEY), sources.holdings(tmp_path)) == ()


def test_a_source_that_is_not_held_has_no_gaps():
    assert sources.gaps(sources.find("pas_force"), ()) == ()
