"""Bad files: one message that names file, row and column, what was found and what to do."""

import shutil

import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError

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


def test_a_source_that_does_not_exist_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="Did you mean 'pas_borough'"):
        tables.read(builders.comma_survey(tmp_path / "f.csv"), "pas_borogh")
