"""The estimate table keeps its contract."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import estimates
from pvtools.errors import InputError, UsageError


def _row(**changes: object) -> pd.DataFrame:
    row = {
        "estimate": 0.5,
        "lower": 0.4,
        "upper": 0.6,
        "n": 10,
        "measure": "good_job",
        "quantity": "level",
        "area": "Hackney",
        "period": "year to 2022-12",
        "level": 0.95,
        "method": "m",
        "caveat": "",
    }
    return pd.DataFrame([row | changes])


def test_contract_columns_come_first_and_the_rest_behind():
    table = estimates.table(_row(extra=1))
    assert tuple(table.columns) == (*estimates.COLUMNS, "extra")


def test_a_table_without_a_contract_column_is_refused():
    with pytest.raises(InputError, match="needs the columns caveat"):
        estimates.table(_row().drop(columns="caveat"))


def test_an_interval_must_hold_its_estimate():
    with pytest.raises(InputError, match="do not hold their estimate"):
        estimates.table(_row(lower=0.55))


def test_a_pick_is_one_row_or_an_error():
    table = estimates.table(pd.concat([_row(), _row(area="Brent")]))
    assert estimates.pick(table, area="Brent").estimate == 0.5
    with pytest.raises(InputError, match="found 0"):
        estimates.pick(table, area="Camden")
    with pytest.raises(InputError, match="found 2"):
        estimates.pick(table, measure="good_job")


def test_every_fault_of_a_table_is_said_at_once():
    with pytest.raises(InputError) as refused:
        estimates.table(_row(lower=0.55, level=95.0, quantity="ratio"))
    for said in ("do not hold their estimate", "say its level", "'good_job' has no quantity"):
        assert said in str(refused.value)


def test_an_estimate_without_an_interval_has_no_level():
    table = estimates.table(pd.concat([_row(), _row(lower=None, upper=None)]))
    assert table.level.tolist()[0] == 0.95
    assert table.level.isna().tolist() == [False, True]


def test_the_source_is_what_the_measure_is_made_of_unless_given():
    assert estimates.table(_row()).source.tolist() == ["pas_borough"]
    assert estimates.table(_row(source="pas_respondents")).source.tolist() == ["pas_respondents"]


def test_a_period_keeps_its_span_when_it_moves():
    assert estimates.shifted("2021-03 to 2022-02", 1) == "2022-03 to 2023-02"
    assert estimates.shifted("year to 2022-12", -8) == "year to 2014-12"
    assert estimates.end("quarter to 2022-12") == estimates.end("2022-12") == "2022-12"
    assert estimates.years_between("year to 2014-12", "2022-12") == 8


def test_rows_of_an_area_that_is_not_held_are_refused_with_the_nearest():
    table = estimates.table(pd.concat([_row(), _row(area="Brent")]))
    assert estimates.of_area(table, "Brent").area.tolist() == ["Brent"]
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        estimates.of_area(table, "Hackny")
