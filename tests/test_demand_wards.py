"""Wards: each count is that of plain sums, nothing absent is a zero, and few changes are called."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import demand, tables
from pvtools.errors import InputError
from pvtools.stats import change, multiplicity

from . import builders
from .real_files import REAL


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return tables.load_areas(builders.wards(tmp_path_factory.mktemp("data") / "data"), "ward")


@pytest.fixture(scope="module")
def wide():
    head = [*builders.WARD_HEAD, *builders.WARD_MONTHS]
    return pd.DataFrame(builders.ward_rows(), columns=head).set_index(["wardcode", "majortext"])


def row(table, ward, group=""):
    [own] = table[(table.area == ward) & (table.group == group)].itertuples()
    return own


def test_a_year_in_a_ward_is_the_sum_of_its_rows(recorded, wide):
    counts = demand.ward_counts(recorded)
    theft = row(counts, "E05000903", "Theft")
    last = wide.loc[("E05000903", "THEFT"), builders.WARD_MONTHS[12:]]
    assert theft.estimate == last.sum()
    assert theft.period == "year to 2026-02"
    assert pd.isna(theft.lower), "all that was recorded has no interval"
    whole = wide.loc["E05000903", builders.WARD_MONTHS[12:]].sum().sum()
    assert row(counts, "E05000903").estimate == whole


def test_wards_of_one_name_are_told_apart_by_their_codes(recorded):
    counts = demand.ward_counts(recorded)
    one, other = row(counts, "E05000902"), row(counts, "E05000903")
    assert (one.borough, other.borough) == ("Barnet", "Hackney")
    assert one.estimate != other.estimate


def test_a_ward_is_set_beside_the_other_wards_of_its_own_borough(recorded):
    counts = demand.ward_counts(recorded)
    lock, abbey = row(counts, "E05000905"), row(counts, "E05000903")
    marsh = row(counts, "E05000904")
    assert lock.others == (abbey.estimate + marsh.estimate) / 2
    assert (lock.others_lowest, lock.others_highest) == (marsh.estimate, abbey.estimate)
    assert row(counts, "E05000901").others == row(counts, "E05000902").estimate


def test_airports_are_no_ward(recorded):
    assert "E05000906" not in set(demand.ward_counts(recorded).area)


def test_a_kind_without_a_row_is_none_and_a_month_of_none_is_zero(recorded):
    counts, months = demand.ward_counts(recorded), demand.ward_months(recorded)
    assert row(counts, "E05000904", "Violence against the person").estimate == 0
    marsh = months[months.area == "E05000904"].set_index("period").estimate
    assert marsh["2024-03"] == 0
    assert len(marsh) == 24


def test_a_month_that_a_ward_lacks_is_missing_and_no_zero(recorded):
    part = recorded[(recorded.area != "E05000903") | (recorded.month != "2025-10-01")]
    counts, months = demand.ward_counts(part), demand.ward_months(part)
    own = row(counts, "E05000903")
    assert pd.isna(own.estimate)
    assert own.caveat == "No offences are held for this ward in October 2025."
    assert "2025-10" not in set(months[months.area == "E05000903"].period)
    assert row(counts, "E05000905").others == row(counts, "E05000904").estimate
    assert pd.isna(row(demand.ward_changes(part), "E05000903", "Theft").estimate)


def test_months_that_nobody_holds_are_told(recorded):
    with pytest.raises(InputError, match="not held: October 2025"):
        demand.ward_counts(recorded[recorded.month != "2025-10-01"])
    late = recorded[recorded.month >= "2025-03-01"]
    assert len(demand.ward_counts(late))
    with pytest.raises(InputError, match="24 months to February 2026"):
        demand.ward_changes(late)


def test_a_change_is_that_of_paired_months_and_all_kinds_of_all_wards_are_tested(recorded, wide):
    changes = demand.ward_changes(recorded)
    months = builders.WARD_MONTHS
    own = wide.loc[("E05000902", "THEFT"), months].astype(float)
    theft = row(changes, "E05000902", "Theft")
    assert theft.estimate == pytest.approx(own[months[12:]].sum() / own[months[:12]].sum() - 1)
    alone = change.paired_change([own[months[:12]]], [own[months[12:]]]).iloc[0]
    assert theft.stderr >= alone.stderr * (1 - 1e-9), "what carries over makes it less sure"
    kinds = changes[(changes.group != "") & changes.p_value.notna()]
    adjusted = multiplicity.benjamini_hochberg(kinds.p_value.to_numpy()).adjusted
    assert kinds.adjusted.to_numpy() == pytest.approx(adjusted.to_numpy())


def test_few_offences_bear_no_verdict(recorded):
    rows = builders.ward_rows()
    few = row(demand.ward_changes(recorded), "E05000904", "Violence against the person")
    assert pd.isna(few.estimate)
    assert few.caveat == "Fewer than 12 offences in a year bear no verdict."
    assert pd.isna(few.distinguishable)
    assert not any(r[3] == "E05000904" and r[0].startswith("VIOLENCE") for r in rows)


def test_a_rate_is_given_for_wards_whose_residents_are_given(recorded):
    counts = demand.ward_counts(recorded)
    rate = row(demand.ward_rates(counts, {"E05000903": 4_000}), "E05000903")
    assert rate.estimate == pytest.approx(row(counts, "E05000903").n / 4)
    with pytest.raises(InputError, match="E05999999: 10, E05000903: 0"):
        demand.ward_rates(counts, {"E05999999": 10, "E05000903": 0})


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_every_ward_of_the_publishers_file_has_its_own_sum(tmp_path):
    name = "mps_ward_crime_24m_202402_202602.parquet"
    data = builders.data_folder(tmp_path / "data")
    builders.add(data, "mps_recorded_crime_ward", REAL / name, "2026-02")
    recorded = tables.load_areas(data, "ward")
    counts = demand.ward_counts(recorded)
    assert counts.area.nunique() == 678
    wide = tables.files.read_sheet(REAL / name)
    frame = pd.DataFrame(dict(zip(wide.columns, wide.cells, strict=True)))
    own = frame[~frame.majortext.isin(["FRAUD AND FORGERY", "NFIB FRAUD"])]
    year = own[[m for m in own if m.isdigit() and m >= "202503"]].sum(axis=1)
    sums = year.groupby(own.wardcode).sum().drop("E05013570")
    found = counts[counts.group == ""].set_index("area").estimate
    assert (found.reindex(sums.index) == sums).all()
