"""A damaged file is either read whole or refused in words: nothing else ever happens."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvtools import tables
from pvtools.errors import PvtoolsError
from pvtools.tables import formats

from . import builders

WARDS = ("mps_recorded_crime_ward", builders.WARD_HEAD, builders.WARD_ROWS)
GOOD = {
    "new": ("mps_recorded_crime", builders.crime),
    "old": (
        "mps_recorded_crime",
        lambda path: builders.crime(path, builders.OLD_HEAD, builders.OLD_ROWS),
    ),
    "ward": (WARDS[0], lambda path: builders.crime(path, *WARDS[1:])),
    "lsoa": (
        "mps_recorded_crime_lsoa",
        lambda path: builders.crime(path, builders.LSOA_HEAD, builders.LSOA_ROWS),
    ),
    "comma": ("pas_borough", builders.comma_survey),
    "semicolon": ("pas_borough", builders.semicolon_survey),
    "american": ("pas_borough", builders.american_survey),
    "force": ("pas_force", builders.force_survey),
    "census": ("census_2021", builders.census),
    "historic": ("census_historic", builders.historic),
    "gla": ("gla_population", builders.gla),
}
CELLS = st.sampled_from(
    ["", "0", "-1", "1.5", "0,99", "1e9", "nan", "NA", "Unknown", "Nowhere", "31/12/2999", "٣", '"',
     "99999999999999999999", "\u00e9", "E09000099", "2024", "202401", "\x00", "\n", "  ", "=1+1"]
)  # fmt: skip
OFTEN = settings(max_examples=120, deadline=None)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Return the bytes of a good file of each kind."""
    folder = tmp_path_factory.mktemp("good")
    return {name: build(folder / f"{name}.csv").read_bytes() for name, (_, build) in GOOD.items()}


@st.composite
def damages(draw):
    """Return a function that damages bytes in one of the ways files are damaged."""
    place = draw(st.floats(0, 1, exclude_max=True))
    match draw(st.sampled_from(["flip", "cut", "delete", "double", "swap", "cell", "insert"])):
        case "flip":
            byte = draw(st.integers(0, 255))
            return lambda raw: _at(raw, place, lambda i: raw[:i] + bytes([byte]) + raw[i + 1 :])
        case "cut":
            return lambda raw: raw[: int(place * len(raw))]
        case "delete":
            return lambda raw: _line(raw, place, lambda line: b"")
        case "double":
            return lambda raw: _line(raw, place, lambda line: line * 2)
        case "swap":
            old, new = draw(st.permutations([b",", b";", b"\t", b"|"]))[:2]
            return lambda raw: raw.replace(old, new)
        case "cell":
            cell = draw(CELLS).encode()
            return lambda raw: _line(raw, place, lambda line: _cell(line, place, cell))
        case _:
            junk = draw(st.binary(min_size=1, max_size=6))
            return lambda raw: _at(raw, place, lambda i: raw[:i] + junk + raw[i:])


def _at(raw, place, change):
    return change(int(place * len(raw))) if raw else raw


def _line(raw, place, change):
    lines = raw.splitlines(keepends=True)
    if lines:
        number = int(place * len(lines))
        lines[number] = change(lines[number])
    return b"".join(lines)


def _cell(line, place, cell):
    fields = line.split(b",")
    fields[int(place * 997) % len(fields)] = cell
    return b",".join(fields)


@OFTEN
@given(kind=st.sampled_from(sorted(GOOD)), harm=st.lists(damages(), min_size=1, max_size=3))
def test_a_damaged_file_is_read_whole_or_refused_in_words(good, kind, harm):
    raw = good[kind]
    for damage in harm:
        raw = damage(raw)
    expect_clean_or_refused(raw, GOOD[kind][0])


@settings(max_examples=40, deadline=None)
@given(kept=st.sets(st.integers(0, len(builders.NEW_ROWS) - 1), min_size=1))
def test_rows_that_are_left_out_are_absent_and_change_no_other(good, kept):
    rows = [builders.NEW_ROWS[n] for n in sorted(kept)]
    with tempfile.TemporaryDirectory() as folder:
        file = builders.crime(Path(folder) / "f.csv", rows=rows)
        table = tables.read(file, "mps_recorded_crime")
    assert table["offences"].tolist() == [count for row in rows for count in row[3:]]


@settings(max_examples=40, deadline=None)
@given(raw=st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_in_words(raw):
    expect_clean_or_refused(raw, "mps_recorded_crime")


@pytest.fixture(scope="module")
def wards(tmp_path_factory):
    file = tmp_path_factory.mktemp("wards") / "w.parquet"
    return builders.crime(file, *WARDS[1:]).read_bytes()


@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255), cut=st.booleans())
def test_damaged_parquet_is_read_whole_or_refused_in_words(wards, place, byte, cut):
    at = 4 + int(place * (len(wards) - 4))
    raw = wards[:at] if cut else wards[:at] + bytes([byte]) + wards[at + 1 :]
    expect_clean_or_refused(raw, WARDS[0])


def expect_clean_or_refused(raw, source):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.csv"
        path.write_bytes(raw)
        refusal = table = None
        try:
            tables.recognise(path)
            table = tables.read(path, source)
        except PvtoolsError as error:
            refusal = str(error)
    if table is None:
        assert refusal.startswith(f"{path} cannot be used: ")
        assert len(refusal) < 20_000
    else:
        formats.checked(table, source, file="read whole")
        assert len(table)
