"""Whose voice: what the chapter on public value shows of engagement."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pvtools import profiles
from pvtools.profiles.everywhere import Everywhere


@pytest.mark.parametrize("piece", ["ladder", "instruments", "missed", "loudest"])
def test_every_piece_on_engagement_is_made(piece):
    text = getattr(profiles.voice(), piece).text()
    assert text
    assert "nan" not in text.lower().split()


def test_a_panel_of_twelve_misses_most_boroughs_more_often_than_not():
    table = profiles.voice().missed.table
    assert len(table) == 32
    assert table.estimate.min() > 0.5


def test_projections_beyond_the_last_census_leave_the_chances_as_they_are(monkeypatch):
    voice = profiles.voice()
    people = voice._every.held.population
    later = people.assign(year=2050, kind="projection")
    held = replace(voice._every.held, population=pd.concat([people, later], ignore_index=True))
    every = Everywhere(held, voice._every.register)
    monkeypatch.setattr(voice, "_every", every)
    assert len(voice.missed.table) == 32
    assert voice.missed.vintage == "Census of 2021"


@pytest.mark.parametrize("piece", ["chances", "beside_residents", "kept"])
def test_a_panel_is_drawn_for_a_borough_from_made_up_people_and_says_so(piece):
    shown = getattr(profiles.voice("Barnet").drawn, piece)
    assert shown.synthetic
    assert shown.source.startswith("SYNTHETIC")
    assert "Barnet" in shown.subtitle
    notice = getattr(profiles.voice("London").drawn, piece)
    assert "not for London" in notice.text()


def test_priorities_beside_the_targets_of_2013_are_stamped_as_made_up():
    shown = profiles.voice("Hackney").priorities
    assert shown.synthetic
    assert shown.table.targeted.sum() == 7
    assert "Hackney" in shown.subtitle
