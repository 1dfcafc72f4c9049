"""Bad files: one message that names file, row and column, what was found and what to do."""

import os
import shutil
import time

import duckdb
import pandas as pd
import pyreadstat
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import limits
from pvtools.tables.sheets import Faults

from . import builders


def tell(path, source="mps_recorded_crime"):
    """Return the message with which a file is refused, and check its form."""
    with pytest.raises(DataError) as error:
        tables.read(path, source)
    told = str(error.value)
    first, *faults, do = told.splitlines()
    assert first.startswith(f"{path} cannot be used: ")
    assert all(line.startswith("  ") for line in faults)
    assert do
    assert not do.startswith(" ")
    return told


def changed(path, before, after, times=1):
    path.write_bytes(path.read_bytes().replace(before, after, times))
    return path


def missing(path):
    path.unlink()


def folder(path):
    path.unlink()
    path.mkdir()


def empty(path):
    path.write_bytes(b"")


def blank(path):
    path.write_bytes(b"\n  \n\t\n")


def mark_only(path):
    path.write_bytes(b"\xef\xbb\xbf")


def mark_and_blanks(path):
    path.write_bytes(b"\xef\xbb\xbf \r\n\n")


def header_only(path):
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def binary(path):
    path.write_bytes(bytes(range(256)))


def spreadsheet(path):
    path.write_bytes(b"PK\x03\x04" + b"\x08" * 40)


def zipped(path):
    path.write_bytes(b"\x1f\x8b\x08" + b"\x08" * 40)


def web_page(path):
    path.write_bytes(b"<!DOCTYPE html><html><body>Not found, sorry</body></html>")


def utf_16(path):
    path.write_bytes(path.read_text().encode("utf-16"))


def latin_1(path):
    path.write_bytes(path.read_text().replace("Hackney", "Hackn\u00e9y").encode("latin-1"))


def cut_in_a_row(path):
    path.write_bytes(path.read_bytes()[:-8])


def cut_parquet(path):
    path.write_bytes(b"PAR1" + bytes(200))


def wrong_delimiter(path):
    path.write_bytes(path.read_bytes().replace(b",", b"|"))


def delimiter_that_changes(path):
    head, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(head + b"\n" + rest.replace(b",", b";"))


def wrong_header(path):
    changed(path, b"MinorText", b"Smalltext")


def no_header(path):
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])


def duplicated_row(path):
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[2])


def second_header(path):
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])


def negative_count(path):
    changed(path, b"Hackney,9", b"Hackney,-9")


def future_month(path):
    changed(path, b"202402", b"299902")


def mixed_schema(path):
    changed(path, b"THEFT,SHOPLIFTING,Hackney", b"Theft,Shoplifting,Hackney")


def open_quote(path):
    changed(path, b"Barnet", b'"Barnet')


def repeated_column(path):
    changed(path, b"MinorText", b"MajorText,MinorText")


def long_row(path):
    changed(path, b"Hackney,9,10", b"Hackney,9,10,11")


FAULTS = [
    (missing, "no file of this name"),
    (folder, "a folder; allowed: one file"),
    (empty, "an empty file"),
    (blank, "an empty file"),
    (mark_only, "an empty file"),
    (mark_and_blanks, "an empty file"),
    (header_only, "row 2: found a header and no rows"),
    (binary, "binary data"),
    (spreadsheet, "a spreadsheet or zip archive (save the sheet as CSV"),
    (zipped, "a gzip archive (unpack it first)"),
    (web_page, "a web page"),
    (utf_16, "text in UTF-16 (save it as CSV UTF-8)"),
    (latin_1, "row 3: found a byte that is not UTF-8 (0xE9, which Windows-1252 reads as 'é')"),
    (cut_in_a_row, "row 5: found 3 fields, where the file ends: it looks cut short"),
    (cut_parquet, "a Parquet file that is cut short or damaged"),
    (wrong_delimiter, "one column only, 'MajorText|MinorText"),
    (delimiter_that_changes, "row 2: found 1 field"),
    (wrong_header, "for which MinorText would have to be there"),
    (no_header, "the columns of a known file"),
    (duplicated_row, "row 6: found a second row for Hackney, Theft, Shoplifting"),
    (second_header, "row 6, column 'BoroughName': found 'BoroughName'"),
    (negative_count, "row 3, column '202401': found '-9'"),
    (future_month, "row 1, column '299902'"),
    (mixed_schema, "a mixture of both schemas"),
    (open_quote, "quotation marks that do not pair up"),
    (repeated_column, "a second column 'MajorText'"),
    (long_row, "row 3: found 6 fields"),
]


@pytest.mark.parametrize(
    ("spoil", "told"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_bad_file_is_refused_with_its_place_and_what_is_allowed(tmp_path, spoil, told):
    path = builders.crime(tmp_path / "bad.csv")
    spoil(path)
    message = tell(path)
    assert told in message
    assert "allowed: " in message


@pytest.mark.parametrize("kept", [4, 40, 400, -1, -4, -8, -200])
def test_a_parquet_file_cut_anywhere_is_refused(tmp_path, kept):
    path = builders.crime(tmp_path / "w.parquet", builders.WARD_HEAD, builders.WARD_ROWS)
    path.write_bytes(path.read_bytes()[:kept])
    tell(path, "mps_recorded_crime_ward")


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = builders.crime(tmp_path / "bom.csv")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(tables.read(path, "mps_recorded_crime")) == 8


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read_that_of_old_macs_too(tmp_path, end):
    rows = [[*builders.NEW_HEAD, "202401", "202402"], *builders.NEW_ROWS]
    path = builders.write(tmp_path / "f.csv", rows, end=end)
    assert len(tables.read(path, "mps_recorded_crime")) == 8


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_decides_which_separator_is_meant(tmp_path, delimiter):
    rows = [[*builders.NEW_HEAD, "202401", "202402"], *builders.NEW_ROWS]
    path = builders.write(tmp_path / "f.csv", rows, delimiter=delimiter)
    assert len(tables.read(path, "mps_recorded_crime")) == 8


def test_blank_rows_and_blank_columns_of_a_spreadsheet_are_left_aside(tmp_path):
    rows = [[*builders.NEW_HEAD, "202401", "202402", "", ""]]
    rows += [[*row, "", ""] for row in builders.NEW_ROWS] + [[""] * 7, []]
    path = builders.write(tmp_path / "f.csv", rows)
    assert len(tables.read(path, "mps_recorded_crime")) == 8


def test_rows_are_counted_as_a_spreadsheet_does_blank_ones_included(tmp_path):
    path = changed(builders.crime(tmp_path / "f.csv"), b"\n", b"\n\n\n")
    changed(path, b"Hackney,9", b"Hackney,-9")
    assert "row 5, column '202401': found '-9'" in tell(path)


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    path = builders.crime(tmp_path / "w.parquet", builders.WARD_HEAD, builders.WARD_ROWS)
    odd = shutil.copyfile(path, tmp_path / "wards [1] *?.parquet")
    assert len(tables.read(odd, "mps_recorded_crime_ward")) == 4


def test_a_row_short_among_others_is_not_taken_for_the_end_of_a_cut_file(tmp_path):
    path = builders.crime(tmp_path / "f.csv")
    delimiter_that_changes(path)
    assert "cut short" not in tell(path)


def test_a_header_with_nothing_known_is_likened_to_nothing(tmp_path):
    path = builders.write(tmp_path / "f.csv", [["a", "b"], [1, 2]])
    assert "nearest" not in tell(path)


def test_a_long_cell_is_shown_in_part(tmp_path):
    path = changed(builders.crime(tmp_path / "f.csv"), b"Barnet", b"x" * 500)
    assert max(len(line) for line in tell(path).splitlines()) < 300


def test_a_file_of_another_source_is_refused_by_name(tmp_path):
    told = tell(builders.comma_survey(tmp_path / "f.csv"), "mps_recorded_crime")
    assert "a file of the Public Attitude Survey by borough (pas_borough)" in told


# what would take the memory, the time or the terminal of whoever reads it ------------------------


def sql(path, query):
    """Write what a query gives as Parquet."""
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({query}) TO '{path}' (COMPRESSION zstd)")
    return path


KEYS = "SELECT 'THEFT' AS MajorText, 'SHOPLIFTING' AS MinorText, 'Barnet' AS BoroughName, "


def test_a_small_parquet_file_that_holds_gigabytes_of_text_is_refused_unread(tmp_path):
    path = sql(
        tmp_path / "bomb.parquet", KEYS + "repeat('B', 4000000) AS \"202401\" FROM range(500)"
    )
    assert path.stat().st_size < 10_000
    start = time.process_time()
    assert "texts of 2,000,011,000 bytes, once they are unpacked" in tell(path)
    assert time.process_time() - start < 10


def test_a_small_parquet_file_of_very_many_rows_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "CELLS", 1_000_000)
    path = sql(tmp_path / "rows.parquet", KEYS + '1 AS "202401" FROM range(250001)')
    told = tell(path)
    assert "more than 250,000 rows of 4 columns" in told
    assert "at most 1,000,000 cells" in told
    assert told.endswith(limits.SMALLER)


@pytest.mark.parametrize(
    "value", ["{'a': 1}", "[1, 2]", "MAP {'a': 1}", "[{'a': [1]}]", "[1, 2]::INTEGER[2]"]
)
def test_a_column_of_lists_or_records_is_refused_by_name(tmp_path, value):
    path = sql(tmp_path / "nested.parquet", f'{KEYS} {value} AS "202401"')
    assert "a column of lists or records, '202401'" in tell(path)


def test_parquet_columns_of_every_simple_kind_can_be_read(tmp_path):
    more = (
        "NULL AS a, true AS b, 1.5::DECIMAL(9, 2) AS c, DATE '2024-01-01' AS d, TIME '10:00' AS e, "
        "TIMESTAMP '2024-01-01 10:00' AS f, TIMESTAMPTZ '2024-01-01 10:00+00' AS g, "
        "'x'::BLOB AS h, uuid() AS i, 1::HUGEINT AS j, 1e300 AS k, INTERVAL 1 DAY AS l, "
        "'q'::ENUM('q') AS m, DATE '0001-01-01' AS n, TIMESTAMP 'infinity' AS o"
    )
    sheet = tables.files.read_sheet(sql(tmp_path / "kinds.parquet", f"SELECT {more}"))
    assert "".join(sheet.columns) == "abcdefghijklmno"
    assert [str(cell[0]) for cell in sheet.cells[:5]] == [
        "", "True", "1.5", "2024-01-01 00:00:00", "10:00:00"
    ]  # fmt: skip
    assert sheet.cells[7].tolist() == ["x"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_far_wider_than_any_is_refused_at_once(tmp_path, kind):
    heads = [f"c{n}" for n in range(10_001)]
    if kind == "csv":
        path = builders.write(tmp_path / "wide.csv", [heads, heads])
    else:
        path = sql(tmp_path / "wide.parquet", "SELECT " + ", ".join(f"1 AS {h}" for h in heads))
    start = time.process_time()
    assert "10,001 columns; allowed: at most 10,000 columns" in tell(path)
    assert time.process_time() - start < 10


def test_nine_thousand_columns_that_are_no_months_are_told_in_seconds(tmp_path):
    heads = [*builders.NEW_HEAD, "202401", *(f"c{n}" for n in range(9_000))]
    path = builders.write(tmp_path / "f.csv", [heads, ["A", "B", "Barnet", *[1] * 9_001]])
    start = time.process_time()
    assert "9,000 faults" in tell(path)
    assert time.process_time() - start < 10


def test_a_hundred_thousand_different_bad_cells_are_counted_and_the_first_are_shown(tmp_path):
    rows = [["THEFT", f"KIND {n}", f"Nowhere {n}", f"x{n}"] for n in range(100_000)]
    path = builders.write(tmp_path / "f.csv", [[*builders.NEW_HEAD, "202401"], *rows])
    start = time.process_time()
    with pytest.raises(DataError, match="200,000 faults") as error:
        tables.read(path, "mps_recorded_crime")
    assert time.process_time() - start < 30
    assert len(error.value.faults) == limits.FAULTS
    assert "row 2, column 'BoroughName': found 'Nowhere 0'" in str(error.value)
    assert len(str(error.value)) < 2_000


def test_rows_that_are_there_twice_are_all_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "FAULTS", 3)
    rows = [["THEFT", f"KIND {n // 2}", "Barnet", 1] for n in range(100)]
    path = builders.write(tmp_path / "f.csv", [[*builders.NEW_HEAD, "202401"], *rows])
    assert "50 faults" in tell(path)


def test_faults_beyond_those_kept_are_counted_with_their_like():
    faults = Faults("f.csv")
    for n in range(limits.FAULTS + 10):
        faults.add(f"fault {n}", "none", times=2)
    faults.add("fault 0", "none", times=5)
    with pytest.raises(DataError, match="1,020 faults") as error:
        faults.refuse()
    assert error.value.more == 20
    assert "fault 0 (and 6 more like it)" in str(error.value)


def test_a_very_long_number_does_not_take_hours_to_refuse(tmp_path):
    rows = [
        ["period", "borough", "weight", "good_job"],
        ["2024-03", "Barnet", "1" * 99_999, "Good"],
    ]
    rows[1][2] += "x"
    path = builders.write(tmp_path / "f.csv", rows)
    start = time.process_time()
    with pytest.raises(DataError, match="a weight above 0"):
        tables.read_respondents(path)
    assert time.process_time() - start < 5


def test_more_cells_or_bytes_than_memory_is_meant_for_are_refused(tmp_path, monkeypatch):
    path = builders.crime(tmp_path / "f.csv")
    monkeypatch.setattr(limits, "CELLS", 14)
    assert "more than 2 rows of 5 columns; allowed: at most 14 cells" in tell(path)
    monkeypatch.setattr(limits, "BYTES", 100)
    assert "a larger file; allowed: at most 100 bytes" in tell(path)


def test_a_name_of_a_column_as_long_as_a_book_is_refused_in_a_line(tmp_path):
    path = changed(builders.crime(tmp_path / "f.csv"), b"MinorText", b"M" * 5000)
    told = tell(path)
    assert "a name of 5,000 characters for column 2" in told
    assert max(map(len, told.splitlines())) < 300


def test_a_cell_too_long_for_any_table_is_told_of(tmp_path):
    path = changed(builders.crime(tmp_path / "f.csv"), b"Barnet", b"B" * 200_000)
    assert "or a very long cell" in tell(path)


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    for ask in (
        lambda path: tables.read(path, "mps_recorded_crime"),
        tables.read_respondents,
        tables.street_counts,
        lambda path: tables.incident_hours(path, date="at", zone="UTC"),
    ):
        with pytest.raises(DataError, match="a pipe"):
            ask(tmp_path / name)


def archive(path, frame, version):
    if version:
        frame.to_stata(path, version=version, write_index=False)
    else:
        pyreadstat.write_sav(frame, path)
    return path


@pytest.mark.parametrize("version", [114, 117, 118, 119, None])
def test_an_archived_file_says_how_large_it_is_before_it_is_read(tmp_path, monkeypatch, version):
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})
    path = archive(tmp_path / "f", frame, version)
    assert len(tables.archives.read_archive(path).rows) == 3
    monkeypatch.setattr(limits, "CELLS", 5)
    with pytest.raises(DataError, match="more than 2 rows of 2 columns"):
        tables.archives.read_archive(path)
    monkeypatch.setattr(limits, "COLUMNS", 1)
    with pytest.raises(DataError, match="2 columns; allowed: at most 1 columns"):
        tables.archives.read_archive(path)


@pytest.mark.parametrize(
    "name", ["w [1] *?.parquet", "q'u\"o.parquet", "a\\b.parquet", "a\nb.parquet", "{a,b}.parquet"]
)
def test_a_folder_or_file_of_an_odd_name_is_that_one(tmp_path, name, monkeypatch):
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    good = builders.crime(tmp_path / "w.parquet", builders.WARD_HEAD, builders.WARD_ROWS)
    shutil.copyfile(good, folder / name)
    assert len(tables.read(folder / name, "mps_recorded_crime_ward")) == 4
    monkeypatch.chdir(folder)
    shutil.copyfile(good, "~")
    assert len(tables.read("~", "mps_recorded_crime_ward")) == 4


def test_a_source_that_does_not_exist_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="Did you mean 'pas_borough'"):
        tables.read(builders.comma_survey(tmp_path / "f.csv"), "pas_borogh")
