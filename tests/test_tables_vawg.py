"""Violence against women and girls: two sheets of the same offences, never one sum."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import intake

from . import builders
from .real_files import REAL

SOURCE = "mps_vawg"


@pytest.fixture
def data(tmp_path):
    folder = builders.data_folder(tmp_path / "data")
    (one,) = intake.add([builders.vawg(tmp_path / "v.csv")], data_dir=folder)
    assert (one.outcome, one.source, one.first, one.last) == ("new", SOURCE, "2024-02", "2024-03")
    return folder


def edited(path, before, after):
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))
    return path


def test_parquet_and_csv_give_the_same_table(tmp_path):
    text, binary = (tables.read(builders.vawg(tmp_path / f"v.{kind}"), SOURCE)
                    for kind in ("csv", "parquet"))  # fmt: skip
    pd.testing.assert_frame_equal(text, binary)


def test_no_column_of_the_whole_file_sums_to_twice_the_offences(tmp_path):
    table = tables.read(builders.vawg(tmp_path / "v.csv"), SOURCE)
    assert table["offences_by_place"].sum() == table["offences_by_kind"].sum() == 10


def test_one_kind_in_two_spellings_is_one_kind(tmp_path):
    kinds = [list(row) for row in builders.VAWG_KINDS]
    assert kinds[0][2] != kinds[1][2]
    kinds[0][2], kinds[1][2] = "Breach of Stalking Order", "Breach of stalking order."
    file = builders.vawg(tmp_path / "v.csv", by_kind=kinds)
    table = tables.read(file, SOURCE)
    written = table["detail"].dropna()
    assert "Breach of Stalking Order" in set(written)
    assert "Breach of stalking order." not in set(written)


def test_places_and_kinds_count_the_same_offences_each_recorded_month(data):
    places, kinds = tables.load_vawg_places(data), tables.load_vawg_kinds(data)
    by_place, by_kind = (t.groupby("month")["offences"].sum() for t in (places, kinds))
    pd.testing.assert_series_equal(by_place, by_kind)
    assert "borough" not in kinds
    assert "offence" not in places


def test_recorded_and_committed_months_are_both_kept(data):
    places = tables.load_vawg_places(data)
    assert places["month"].dt.strftime("%Y-%m").tolist() == ["2024-02"] * 3 + ["2024-03"]
    assert places["committed_month"].dt.strftime("%Y-%m").tolist()[0] == "2024-01"
    assert pd.isna(places["committed_month"][1])


def test_what_is_doubtful_about_a_date_is_said(data):
    caveat = tables.load_vawg_places(data)["caveat"]
    assert "the month of the offence is not known" in caveat[1]
    assert "a month of 1900 may stand for one that is not known" in caveat[2]
    assert "committed after it was recorded, as published" in caveat[3]


def test_what_is_no_place_has_none(data):
    places = tables.load_vawg_places(data)
    other = places[places["borough"].isna()]
    assert other[["bcu", "ward"]].isna().all(axis=None)
    assert other["offences"].tolist() == [1]
    assert places["ward"].tolist()[0] == "Abbey"


def test_flagged_offences_outside_the_topic_are_told_apart_by_kind_and_said_of_places(data):
    kinds = tables.load_vawg_kinds(data)
    assert kinds["within_vawg"].tolist() == [True, False, True]
    places = tables.load_vawg_places(data)
    assert places["caveat"].str.startswith("20% of all offences here are flagged ones").all()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (",6,Offence", ",7,Offence", "9 offences by place and 8 by kind recorded in 2024-02"),
        ("count location", "count of places", "allowed: offence count location or"),
        ("North West,Barnet", "North East,Barnet", "'North East' beside Barnet"),
        ("North West,Barnet", "North West,Barnett", "Did you mean 'Barnet'?"),
        ("North West,Barnet", "North West,", "a name in rows of 'Offence count location'"),
        (",,,2024-02-01", "North West,,,2024-02-01", "a blank in rows of 'Offence count class"),
        ("Abbey,2024-02-01", "Abbey,2024-02-11", "allowed: the first day of a month from 2000"),
        ("2024-01-01,6", "1899-01-01,6", "from 1900-01-01"),
        ("1900-03-01,1", "1900-03-01,-1", "found '-1'"),
        ("Hackney,Abbey,2024-03-01,2024-04-01,2", "Hackney,Abbey,2024-03-01,2999-04-01,2", "2999"),
    ],
)
def test_a_fault_is_refused_with_what_is_allowed(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.vawg(tmp_path / "v.csv"), before, after), SOURCE)
    assert told in str(error.value)


def test_one_sheet_without_the_other_is_refused(tmp_path):
    with pytest.raises(DataError, match="8 offences by place and 0 by kind"):
        tables.read(builders.vawg(tmp_path / "v.csv", by_kind=[]), SOURCE)


def test_a_second_row_of_one_cell_is_refused(tmp_path):
    places = [*builders.VAWG_PLACES, builders.VAWG_PLACES[0]]
    with pytest.raises(DataError, match="a second row for Offence count location, 2024-02"):
        tables.read(builders.vawg(tmp_path / "v.csv", places), SOURCE)


@pytest.mark.parametrize("load", [tables.load_vawg_places, tables.load_vawg_kinds])
def test_a_file_that_was_not_added_is_asked_for(tmp_path, load):
    with pytest.raises(UsageError, match=r"No file of 'Violence against women.*pvtools add FILE"):
        load(builders.data_folder(tmp_path / "data"))


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_published_sheets_agree_in_every_month():
    path = REAL / "mps_vawg_offences_201401_202602.parquet"
    assert tables.recognise(path) == SOURCE
    table = tables.read(path, SOURCE)
    assert len(table) == 411_341
    assert tables.span(table) == ("2014-01", "2026-02")
    counts = ["offences_by_place", "offences_by_kind"]
    totals = table.groupby("month")[counts].sum()
    assert len(totals) == 146
    assert (totals[counts[0]] == totals[counts[1]]).all()
    assert totals[totals.index.year == 2024].sum().tolist() == [127_532] * 2
    outside = table.loc[table["within_vawg"] == False, "offences_by_kind"]  # noqa: E712
    assert outside.sum() == 339_847
    assert table["borough"].nunique() == 32
    assert table["caveat"].str.contains("after it was recorded").sum() == 8
