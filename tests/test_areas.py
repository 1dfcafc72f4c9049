"""Every way a borough's name is written leads to one borough, and nothing else does."""

import pytest

from pvtools import areas
from pvtools.errors import UsageError
from pvtools.reports import folder


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
    assert areas.find(written).name == name
    assert areas.pseudo_area(written) is None


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
    assert areas.match(written) is None
    assert areas.pseudo_area(written) in {"Unknown", "Airports", "Aviation Security"}


@pytest.mark.parametrize("written", ["", "Hackny", "London", "MPS", "Croydon Council", "E09000099"])
def test_nothing_else_is_taken_for_a_borough(written):
    assert areas.match(written) is None


def test_the_code_of_north_area_is_na_and_not_missing():
    north = [b.name for b in areas.everywhere() if b.bcu.startswith("North Area")]
    assert north
    assert {areas.find(name).parent for name in north} == {"NA"}


def test_the_city_is_on_the_map_and_has_no_report():
    assert areas.CITY in {b.name for b in areas.everywhere()}
    assert areas.CITY not in {b.name for b in areas.boroughs()}
    with pytest.raises(UsageError, match="a police force of its own"):
        areas.find_reported("City of London")


def test_thirty_two_boroughs_have_a_report_and_a_tile_each():
    assert len(areas.boroughs()) == 32
    assert len({(b.grid_row, b.grid_col) for b in areas.everywhere()}) == 33


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        areas.find("Hackny")


@pytest.mark.parametrize("written", ["London", "london", "E23000001"])
def test_london_is_an_area_like_any_other(written):
    found = areas.find(written)
    assert (found.kind, found.name) == ("london", areas.LONDON)
    assert found.residents == sum(b.residents for b in areas.boroughs())
    assert areas.members(found) == areas.boroughs()


def test_every_borough_is_in_one_command_unit_and_they_add_up_to_london():
    inside = [b for bcu in areas.bcus() for b in areas.members(bcu)]
    assert sorted(b.name for b in inside) == [b.name for b in areas.boroughs()]
    assert sum(bcu.residents for bcu in areas.bcus()) == areas.london().residents
    assert {bcu.parent for bcu in areas.bcus()} == {areas.london().code}
    assert all(areas.find(bcu.code) == areas.find(bcu.slug) == bcu for bcu in areas.bcus())


def test_what_has_no_borough_is_an_area_of_a_kind_of_its_own():
    assert {area.name for area in areas.unplaced()} == set(areas.PSEUDO_AREAS.values())
    assert all(not areas.members(area) and not area.has_report for area in areas.unplaced())


@pytest.mark.parametrize("name", ["-dash", "Ŵest Ürdingen", "../../etc", "=1+1", "X" * 150, "ৰ"])
def test_the_slug_of_a_ward_is_one_whatever_its_name(name):
    ward = areas.Area("ward", "E05000901", name, "E09000003")
    assert folder.is_slug(ward.slug)
    assert ward.slug.endswith("e05000901")


def test_no_two_areas_share_a_name_or_a_slug():
    every = [areas.london(), *areas.bcus(), *areas.everywhere()]
    assert len({area.slug for area in every}) == len({area.name for area in every}) == len(every)


def test_figures_are_made_for_london_and_its_boroughs():
    assert areas.find_reported("london") == areas.london()
    assert areas.find_reported("E09000012").name == "Hackney"
    with pytest.raises(UsageError, match=r"Central East is a Basic Command Unit.*Hackney"):
        areas.find_reported("central-east")


def test_an_area_is_chosen_among_some_by_name_code_or_slug():
    held = ["Hackney", "Kingston upon Thames", "London"]
    assert areas.choose("kingston", held) == "Kingston upon Thames"
    assert areas.choose("E23000001", held) == "London"
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        areas.choose("Hackny", held)
    with pytest.raises(UsageError, match="Unknown area 'Camden'"):
        areas.choose("Camden", held)


def test_areas_are_set_beside_those_of_their_own_kind():
    assert areas.peers(["Hackney", "London"]) == areas.peers(["London"]) == areas.boroughs()
    assert areas.peers(["London", "North Area"]) == areas.bcus()
    assert areas.plural("North Area") == "command units"
    assert areas.plural("Hackney") == areas.plural("London") == "boroughs"
    assert (areas.most(areas.boroughs()), areas.most(areas.bcus())) == (24, 9)
    assert areas.find_reported("central-east", units=True).kind == "bcu"
