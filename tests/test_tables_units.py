"""Command units: what is added up of boroughs, and what is left out rather than too low."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import areas, tables
from pvtools.tables import units


@pytest.fixture(scope="module")
def recorded() -> pd.DataFrame:
    return tables.load().recorded_crime


def _months(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["borough", "month", "counted"])
    return frame.assign(month=pd.to_datetime(frame.month))


def test_no_offence_is_lost_and_every_unit_holds_its_boroughs(recorded):
    found = units.recorded_by_unit(recorded)
    assert found.offences.sum() == recorded.offences.sum()
    assert set(found.borough.dropna()) == {unit.name for unit in areas.bcus()}
    assert found.dtypes.equals(recorded.dtypes)
    own = recorded[recorded.borough.isin(["Camden", "Islington"])].offences.sum()
    assert found[found.borough == "Central North"].offences.sum() == own


def test_a_month_that_one_borough_lacks_is_no_month_of_its_unit():
    found = units.by_unit(
        _months(("Hackney", "2024-01", 3), ("Tower Hamlets", "2024-01", 4),
                ("Hackney", "2024-02", 5)),
        "counted",
    )  # fmt: skip
    assert found.to_numpy().tolist() == [["Central East", pd.Timestamp("2024-01"), 7.0]]


def test_a_count_that_is_missing_makes_its_units_sum_missing_and_not_lower():
    found = units.by_unit(
        _months(("Hackney", "2024-01", 3), ("Tower Hamlets", "2024-01", None)), "counted"
    )
    assert found.counted.isna().all()


def test_what_belongs_to_no_borough_stays_and_the_city_is_in_no_unit():
    found = units.by_unit(
        _months(("Unknown", "2024-01", 3), ("City of London", "2024-01", 9)), "counted"
    )
    assert found.borough.tolist() == ["Unknown"]


def test_a_kind_that_one_borough_lacks_is_left_out_of_its_unit_only(recorded):
    month = pd.Timestamp("2025-06-01")
    lost = (recorded.borough == "Hackney") & (recorded.month == month)
    lost &= recorded.offence_group == "Burglary"
    found = units.recorded_by_unit(recorded[~lost])
    burglary = found[(found.month == month) & (found.offence_group == "Burglary")]
    assert "Central East" not in set(burglary.borough)
    assert burglary.borough.nunique() == 11
    theft = found[(found.month == month) & (found.offence_group == "Theft")]
    assert theft.borough.nunique() == 12
