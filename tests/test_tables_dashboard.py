"""The monthly dashboard: what is absent is judged, what overlaps is named, levels must agree."""

import pandas as pd
import pytest

from pvtools import tables
from pvtools.errors import DataError
from pvtools.tables import dashboard, intake

from . import builders
from .real_files import REAL

SOURCE = "mps_dashboard"


@pytest.fixture
def table(tmp_path):
    return tables.read(builders.dashboard(tmp_path / "d.csv"), SOURCE)


def row(table, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    (one,) = table.to_dict("records")
    return one


def edited(path, before, after):
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))
    return path


def test_parquet_and_csv_give_the_same_table(tmp_path, table):
    path = builders.dashboard(tmp_path / "d.parquet")
    pd.testing.assert_frame_equal(tables.read(path, SOURCE), table)


def test_labels_are_one_over_both_measures_whatever_their_case(table):
    one = row(table, area="E05000999", offence="Knife crime", month="2024-02-01")
    assert (one["offences"], one["positive_outcomes"]) == (5, 7)
    assert set(table["crime_type"]) == {"Miscellaneous", "Knife crime", "Gun crime"}


def test_a_ward_written_in_two_ways_is_one_ward_under_its_usual_name(table):
    ward = table[table["area"] == "E05000999"]
    assert set(ward["area_name"]) == {"Wandle Park"}
    assert set(ward["borough"]) == {"Barnet"}


def test_an_absent_row_is_zero_where_area_and_kind_are_published_and_says_so(table):
    one = row(table, level="borough", area="Barnet", offence="Knife crime", month="2024-04-01")
    assert (one["offences"], one["positive_outcomes"]) == (4, 0)
    assert "an absent row of the publisher's is read as zero" in one["caveat"]


def test_a_measure_that_is_never_published_for_a_kind_is_missing(table):
    gun = table[table["offence"] == "Lethal barrel discharge"]
    assert gun["offences"].isna().all()
    assert gun["positive_outcomes"].notna().all()


def test_outside_the_span_of_area_kind_and_file_there_is_no_row(table):
    assert set(table["month"].dt.strftime("%Y-%m")) == {"2024-02", "2024-04"}  # none for March
    assert set(table.loc[table["area"] == "Unknown", "month"].dt.month) == {2}
    kinds = table.loc[table["month"] == "2024-04-01", "offence"]
    assert set(kinds) == {"Knife crime", "Lethal barrel discharge"}


def test_areas_that_are_no_borough_have_none(table):
    assert table.loc[table["area"] == "Unknown", "borough"].isna().all()
    assert set(table.loc[table["area"] == "Unknown", "level"]) == {"borough", "ward"}


def test_only_all_notifiable_offences_may_be_added_up(table):
    whole = table[(table["level"] == "borough") & table["part_of"].isna()]
    assert set(whole["offence"]) == {"TNO victim based", "TNO non victim based"}
    assert whole["offences"].sum() == 59
    parts = table[table["part_of"].notna()]
    assert parts["caveat"].str.contains("ounted again").all()


def test_every_kind_lies_within_a_kind_that_leads_to_all_offences():
    for name in dashboard.KINDS:
        passed, at = set(), name
        while at not in ("", dashboard.ALL):
            assert at not in passed
            passed.add(at)
            at = dashboard.KINDS[at][1]
        assert at == dashboard.ALL or passed & set(dashboard.SUMMED)


def test_positive_outcomes_are_said_to_be_no_share_of_the_offences(table):
    assert table["caveat"].str.startswith("Positive outcomes stand in the month").all()


def test_a_kind_that_was_counted_later_says_so(table):
    knife = table["crime_type"] == "Knife crime"
    later = table["caveat"].str.contains("counted up to 2024-05-21, later than other kinds")
    assert (knife == later).all()


def test_a_part_larger_than_its_whole_is_kept_and_said(tmp_path):
    path = builders.dashboard(tmp_path / "d.csv")
    for _ in ("borough", "ward"):
        edited(path, "Injury,Offences,fy23-24,23-24_01,2,", "Injury,Offences,fy23-24,23-24_01,6,")
    table = tables.read(path, SOURCE)
    over = table[table["caveat"].str.contains("exceeds its whole") & table["borough"].notna()]
    assert set(over["offence"]) == {"Knife crime with injury"}
    assert over["offences"].tolist() == [6, 6]


def test_a_part_whose_whole_is_not_published_does_not_exceed_it(table):
    gun = table[table["offence"] == "Lethal barrel discharge"]
    assert not gun["caveat"].str.contains("exceeds").any()


def test_a_ward_in_two_boroughs_is_kept_apart_and_said(tmp_path):
    extra = [
        (month, ("Safer Neighbourhood Teams", f"{b} Abbey", "Abbey", "E05000001"), kind, kind,
         "Offences", 1)
        for b in ("Barnet", "Hackney") for month, kind in [("2024-02-01", "Gun Crime")]
    ]  # fmt: skip
    extra += [("2024-02-01", builders._BARNET, "Gun Crime", "Gun Crime", "Offences", 2)]
    path = builders.dashboard(tmp_path / "d.csv", [*builders.DASHBOARD_ROWS, *extra])
    ward = tables.read(path, SOURCE).query("area == 'E05000001'")
    assert ward["caveat"].str.contains("places this ward in two boroughs").all()
    assert set(ward["borough"]) == {"Barnet", "Hackney"}


def test_domestic_abuse_and_hate_crime_are_not_compared_across_march_2024(tmp_path):
    rows = [
        (month, builders._BARNET, kind, kind, "Offences", 3)
        for month in ("2024-02-01", "2024-03-01")
        for kind in ("Hate crime", "Domestic Abuse", "Gun Crime")
    ]
    table = tables.read(builders.dashboard(tmp_path / "d.csv", rows), SOURCE)
    changed = table[~table["comparable"]]
    assert changed["caveat"].str.contains("not comparable with earlier months").all()
    assert set(changed["offence"]) == {"Hate crime", "Domestic abuse"}
    assert set(changed["month"].dt.month) == {3}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2024-02-01 00", "2024-02-02 00", "allowed: the first day of a month"),
        ("2024-02-01 00", "2024-02-30 00", "found '2024-02-30 00:00:00'"),
        ("Borough,Barnet", "Region,Barnet", "allowed: Borough or Safer Neighbourhood Teams"),
        ("Borough,Barnet", "Borough,Barnett", "allowed: a borough"),
        ("E09000003", "E09000012", "the code 'E09000012' beside 'Barnet'"),
        ("E05000999", "E0500", "with the ward's code"),
        ("TNO Victim Based", "TNO Victims Based", "Did you mean 'TNO victim based'?"),
        ("Offences,fy", "Sanctions,fy", "allowed: Offences or Positive Outcomes"),
        (",50,", ",some,", "found 'some'"),
        (",50,", ",51,", "51 for boroughs and 50 for wards (TNO victim based, Offences, 2024-02)"),
        ("TNO Non Victim", "TNO Victim", "a second row for 2024-02"),
    ],
)
def test_a_fault_is_refused_with_what_is_allowed(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.dashboard(tmp_path / "d.csv"), before, after), SOURCE)
    assert told in str(error.value)


def test_all_faults_are_told_at_once_with_their_rows(tmp_path):
    path = builders.dashboard(tmp_path / "d.csv")
    for before, after in ((",50,", ",x,"), ("Knife Crime,Offences", "Knife Grime,Offences")):
        edited(path, before, after)
    with pytest.raises(DataError) as error:
        tables.read(path, SOURCE)
    assert {fault.row for fault in error.value.faults} == {2, 4}


def test_a_later_release_takes_the_place_of_an_earlier_one_by_month_and_kind(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    kinds = (("Knife Crime", "Knife Crime"), ("Domestic Abuse", "Domestic Abuse"))
    months = [f"2024-0{m}-01" for m in range(1, 5)]
    older = builders.dashboard(
        tmp_path / "a.csv",
        [(m, builders._BARNET, *k, "Offences", 50) for m in months[:3] for k in kinds],
    )
    narrower = builders.dashboard(
        tmp_path / "b.csv",
        [(m, builders._BARNET, *kinds[0], "Offences", 60) for m in months[1:]],
    )
    assert [one.outcome for one in intake.add([narrower, older], data_dir=data)] == ["new"] * 2
    held = tables.load_dashboard(data).set_index(["offence", "month"])["offences"]
    assert held["Knife crime"].tolist() == [50, 60, 60, 60]
    assert held["Domestic abuse"].tolist() == [50, 50, 50]


def test_without_an_added_dashboard_there_are_the_boroughs_that_come_with_pvtools(tmp_path):
    table = tables.load_dashboard(builders.data_folder(tmp_path / "data"))
    shipped = tables.published("special_crime_by_month")
    cell = {"borough": "Hackney", "month": "2025-06-01"}
    own = table.loc[(table[list(cell)] == pd.Series(cell)).all(axis=1)].set_index("offence")
    same = shipped.loc[(shipped[list(cell)] == pd.Series(cell)).all(axis=1)]
    same = same.set_index(["kind", "measure"]).counted
    for kind, offence in (("hate_crime", "Hate crime"), ("knife_crime", "Knife crime")):
        assert own.offences[offence] == same[kind, "offences"]
        assert own.positive_outcomes[offence] == same[kind, "positive_outcomes"]
    assert set(table.level) == {"borough"}
    assert not table[table.month >= "2024-03"].comparable.any()
    assert table[table.month < "2024-03"].comparable.all()


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_the_published_dashboard_is_read_whole():
    path = REAL / "mps_monthly_dashboard_other_202108_202507.parquet"
    assert tables.recognise(path) == SOURCE
    table = tables.read(path, SOURCE)
    assert tables.span(table) == ("2021-08", "2025-07")
    borough = table[table["level"] == "borough"]
    assert borough["borough"].nunique() == 32
    assert table["offence"].nunique() == 23
    for level in ("borough", "ward"):
        held = table[table["level"] == level].groupby("offence")[["offences", "positive_outcomes"]]
        totals = held.sum(min_count=1)
        assert totals.loc["Domestic abuse violence with injury"].tolist() == [88_467, 10_846]
        assert totals.loc["Knife crime"].tolist() == [57_014, 7_139]
        assert totals["positive_outcomes"].isna().sum() == 2  # injury victims: never published
    march = borough[(borough["month"] == "2025-03-01") & borough["part_of"].isna()]
    assert march["offences"].sum() == 77_365
    assert march.dropna(subset=["borough"])["offences"].sum() == 75_317
    twice = table[table["caveat"].str.contains("two boroughs")]
    assert set(twice["area"]) == {"E05013799", "E05013514"}
    over = borough[borough["caveat"].str.contains("exceeds its whole")]
    assert len(over) == 100
    assert set(over["part_of"]) == {"Hate crime", "Knife crime with injury"}
