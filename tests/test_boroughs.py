"""Every way a borough's name is written leads to one borough, and nothing else does."""

import pytest

from pvtools import boroughs
from pvtools.errors import UsageError


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Westminster", "Westminster"),
        ("City of Westminster", "Westminster"),
        ("WESTMINSTER", "Westminster"),
        ("Barking And Dagenham", "Barking and Dagenham"),
        ("Barking & Dagenham", "Barking and Dagenham"),
        ("Hammersmith&Fulham", "Hammersmith and Fulham"),
        ("Kingston Upon Thames", "Kingston upon Thames"),
        ("Kingston", "Kingston upon Thames"),
        ("Royal Borough of Kingston upon Thames", "Kingston upon Thames"),
        ("Richmond Upon Thames", "Richmond upon Thames"),
        ("Richmond", "Richmond upon Thames"),
        ("Brent ", "Brent"),
        ("  Tower   Hamlets", "Tower Hamlets"),
        ("tower-hamlets", "Tower Hamlets"),
        ("W&sworth", "Wandsworth"),
        ("E09000012", "Hackney"),
        ("e09000012", "Hackney"),
        ("City of London", "City of London"),
    ],
)
def test_every_known_spelling_leads_to_the_borough(written, name):
    assert boroughs.find(written).name == name
    assert boroughs.pseudo_area(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "Unknown",
        "Other",
        "Other / NK",
        "Aviation Security",
        "Aviation Security (SO18)",
        "London Heathrow and London City Airports",
        "Heathrow",
        "Heathrow ",
        "Non MET police force",
        "CO18 (Aviation)",
    ],
)
def test_a_pseudo_area_is_no_borough(written):
    assert boroughs.match(written) is None
    assert boroughs.pseudo_area(written) in {"Unknown", "Airports", "Aviation Security"}


@pytest.mark.parametrize("written", ["", "Hackny", "London", "MPS", "Croydon Council", "E09000099"])
def test_nothing_else_is_taken_for_a_borough(written):
    assert boroughs.match(written) is None


def test_the_code_of_north_area_is_na_and_not_missing():
    north = [b.name for b in boroughs.everywhere() if b.bcu_name.startswith("North Area")]
    assert north
    assert {boroughs.find(name).bcu_code for name in north} == {"NA"}


def test_the_city_is_on_the_map_and_has_no_report():
    assert boroughs.CITY in {b.name for b in boroughs.everywhere()}
    assert boroughs.CITY not in {b.name for b in boroughs.reported()}
    with pytest.raises(UsageError, match="a police force of its own"):
        boroughs.find_reported("City of London")


def test_thirty_two_boroughs_have_a_report_and_a_tile_each():
    assert len(boroughs.reported()) == 32
    assert len({(b.grid_row, b.grid_col) for b in boroughs.everywhere()}) == 33


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        boroughs.find("Hackny")
