"""Breaks of recorded crime: all of them, or those that touch an area and an offence."""

import pytest

from pvtools import tables
from pvtools.errors import UsageError


def test_without_a_question_every_break_is_given_in_order_of_time():
    every = tables.breaks()
    assert len(every) == len(tables.published("recorded_crime_breaks"))
    assert every["first"].is_monotonic_increasing


def test_a_borough_has_londons_breaks_and_what_it_lacks_for_want_of_a_place():
    assert set(tables.breaks("hackney").area) == {"London", "Unknown"}


def test_london_lacks_nothing_for_want_of_a_place_and_airports_concern_hillingdon_alone():
    assert set(tables.breaks("London").area) == {"London"}
    assert set(tables.breaks("Hillingdon").area) == {"London", "Unknown", "Hillingdon", "Airports"}
    unit = tables.breaks("West Area")  # the command unit that Hillingdon lies in
    assert "Airports" in set(unit.area)


def test_an_offence_has_its_own_breaks_and_those_of_all_offences():
    rape = tables.breaks("London", "rape")
    assert set(rape.offence) == {"All offences", "Rape"}
    drugs = tables.breaks("London", "Drug offences")
    assert set(drugs.offence) == {"All offences", "Possession of drugs", "Trafficking of drugs"}
    assert set(tables.breaks("London", "All offences").offence) == {"All offences"}


def test_fraud_and_an_offence_with_other_marks_are_known_too():
    assert "Fraud and forgery" in set(tables.breaks(offence="Fraud & Forgery").offence)
    fear = tables.breaks(offence="PUBLIC FEAR, ALARM OR DISTRESS")
    assert "Public fear alarm or distress" in set(fear.offence)


def test_an_area_or_offence_that_does_not_exist_names_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        tables.breaks("Hackny")
    with pytest.raises(UsageError, match="Did you mean 'Burglary'"):
        tables.breaks(offence="Burglry")
