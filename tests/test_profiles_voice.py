"""Whose voice: what the chapter on public value shows of engagement."""

from __future__ import annotations

import pytest

from pvtools import profiles


@pytest.mark.parametrize("piece", ["ladder", "instruments", "missed", "loudest"])
def test_every_piece_on_engagement_is_made(piece):
    text = getattr(profiles.voice(), piece).text()
    assert text
    assert "nan" not in text.lower().split()


def test_a_panel_of_twelve_misses_most_boroughs_more_often_than_not():
    table = profiles.voice().missed.table
    assert len(table) == 32
    assert table.estimate.min() > 0.5
