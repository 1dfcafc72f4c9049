"""Reporting rates: as published, without an interval that nobody published."""

import pandas as pd
import pytest

from pvtools import demand, tables
from pvtools.errors import InputError


def test_each_figure_is_the_published_one_and_a_blank_has_no_row():
    published = tables.published("reporting_rates")
    found = demand.reporting_rates(published, source="reporting_rates")
    assert len(found) == published.proportion.notna().sum()
    burglary = found[(found.group == "Domestic burglary") & (found.period == "year to 2019-03")]
    assert burglary.estimate.tolist() == [0.612]
    assert found.lower.isna().all()
    assert set(found.area) == {""}


def test_what_is_no_share_or_nothing_at_all_is_refused():
    month = pd.Timestamp("2019-03-01")
    for value in (1.2, -0.1, None):
        odd = pd.DataFrame({"category": ["Theft"], "month": [month], "proportion": [value]})
        with pytest.raises(InputError, match="shares between 0 and 1"):
            demand.reporting_rates(odd.astype({"proportion": float}), source="reporting_rates")
    with pytest.raises(InputError, match="columns month"):
        demand.reporting_rates(odd.drop(columns="month"), source="reporting_rates")
