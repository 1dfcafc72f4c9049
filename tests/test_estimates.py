"""The estimate table keeps its contract."""

from __future__ import annotations

import pandas as pd
import pytest

from pvtools import estimates
from pvtools.errors import InputError


def _row(**changes: object) -> pd.DataFrame:
    row = {
        "estimate": 0.5,
        "lower": 0.4,
        "upper": 0.6,
        "n": 10,
        "measure": "good_job",
        "borough": "Hackney",
        "period": "2022-12",
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
    table = estimates.table(pd.concat([_row(), _row(borough="Brent")]))
    assert estimates.pick(table, borough="Brent").estimate == 0.5
    with pytest.raises(InputError, match="found 0"):
        estimates.pick(table, borough="Camden")
    with pytest.raises(InputError, match="found 2"):
        estimates.pick(table, measure="good_job")
