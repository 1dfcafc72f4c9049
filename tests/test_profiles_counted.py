"""Indicators that are counted month by month: which years of them are compared."""

from __future__ import annotations

import pytest

from pvtools import tables
from pvtools.profiles.counted import counted


@pytest.mark.parametrize(
    ("last", "compared"), [("2024-02", True), ("2024-03", False), ("2024-12", False)]
)
def test_years_are_compared_unless_the_system_of_recording_changed_within_them(last, compared):
    def until(name, value):
        table = tables.published(name).dropna(subset=[value])
        return table[table.month <= last]

    found = {one.label: one for one in counted(tables.load(), until)}
    abuse = found["Domestic abuse"]
    assert abuse.latest.period.iloc[0] == f"year to {last}"
    assert (abuse.change is not None) == compared
