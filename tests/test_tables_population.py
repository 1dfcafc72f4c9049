"""Residents: joined on codes, counted by censuses, never divided by projections."""

import pandas as pd
import pytest

from pvtools import areas, tables
from pvtools.demand.denominators import denominators
from pvtools.errors import DataError
from pvtools.tables import population

from . import builders


def residents(populations: pd.DataFrame) -> pd.Series:
    """Return what rates of today are divided by."""
    return denominators(populations, pd.DatetimeIndex(["2025-01-01"])).at_middle()


def test_the_default_denominators_are_the_census_of_2021():
    found = residents(population.census_2021())
    assert found["Hackney"] == areas.find("Hackney").residents
    assert found["London"] == areas.london().residents


def test_ethnic_groups_are_summed_and_what_does_not_apply_is_left_out(tmp_path):
    table = tables.read(builders.census(tmp_path / "c.csv"), "census_2021")
    assert dict(zip(table["borough"], table["population"], strict=True)) == {
        "Barnet": 42,
        "Wandsworth": 42,
    }
    assert set(table["kind"]) == {"census"}
    assert set(table["year"]) == {2021}


def test_a_borough_is_known_by_its_code_and_not_by_its_spoilt_name(tmp_path):
    file = builders.census(tmp_path / "c.csv")
    assert "W&sworth" in file.read_text()
    assert "Wandsworth" in set(tables.read(file, "census_2021")["borough"])


def test_only_the_code_says_that_a_group_does_not_apply(tmp_path):
    file = builders.census(tmp_path / "c.csv")
    file.write_text(file.read_text().replace("-8,Does not apply", "9,Does not apply"))
    table = tables.read(file, "census_2021")
    assert table["population"].tolist() == [42, 42]  # counted, and zero


def test_a_borough_without_one_of_the_groups_is_refused(tmp_path):
    file = builders.census(tmp_path / "c.csv")
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]))
    with pytest.raises(DataError, match="E09000003 without ethnic group 2"):
        tables.read(file, "census_2021")


def test_a_census_without_london_is_refused(tmp_path):
    file = builders.census(tmp_path / "c.csv")
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:4]))
    with pytest.raises(DataError, match="no row of a London borough"):
        tables.read(file, "census_2021")


@pytest.mark.parametrize(
    ("build", "source"),
    [(builders.historic, "census_historic"), (builders.gla, "gla_population")],
)
def test_a_population_file_without_london_is_refused(tmp_path, build, source):
    file = build(tmp_path / "p.csv")
    file.write_text(file.read_text().replace("E09", "E08"))
    with pytest.raises(DataError, match="no row of a London borough"):
        tables.read(file, source)


def test_censuses_since_1801_are_one_row_a_borough_and_year(tmp_path):
    table = tables.read(builders.historic(tmp_path / "h.csv"), "census_historic")
    assert len(table) == 6
    assert set(table.loc[table["year"] == 1801, "population"]) == {10, 11}


def test_the_wartime_register_is_not_a_census(tmp_path):
    table = tables.read(builders.historic(tmp_path / "h.csv"), "census_historic")
    assert set(table.loc[table["year"] == 1939, "kind"]) == {"estimate"}


def test_estimates_and_projections_are_told_apart_and_totals_left_out(tmp_path):
    table = tables.read(builders.gla(tmp_path / "g.csv"), "gla_population")
    assert table["kind"].tolist() == ["estimate", "projection"]
    assert set(table["borough"]) == {"Barnet"}


def test_a_projection_is_never_a_denominator(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    builders.add(data, "gla_population", builders.gla(tmp_path / "g.csv"), "2050")
    populations = tables.load(data).population
    assert (populations["kind"] == "projection").any()
    assert residents(populations).equals(residents(tables.load().population))


def test_an_older_census_is_no_denominator_beside_a_newer(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    builders.add(data, "census_historic", builders.historic(tmp_path / "h.csv"), "2011")
    found = residents(tables.load(data).population)
    assert found["Barnet"] == areas.find("Barnet").residents


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("ONS MYE,29", "ONS MYE,-29", "row 2, column 'Population': found '-29'"),
        ("2010,ONS", "2999,ONS", "row 2, column 'Year': found '2999'"),
        ("2010,ONS MYE,29", "2099,ONS MYE,29", "found an estimate for 2099"),
        ("2010,ONS MYE,29", "soon,ONS MYE,29", "found 'soon'; allowed: a year"),
        ("E09000003", "E09000099", "found 'E09000099'; allowed: an area code"),
        ("GLA Population Projections", "hearsay", "found 'hearsay'; allowed: a source"),
        ("2021,GLA", "2010,GLA", "a second row for E09000003, 2010"),
    ],
)
def test_a_faulty_population_is_refused_with_its_place(tmp_path, before, after, told):
    file = builders.gla(tmp_path / "g.csv")
    file.write_text(file.read_text().replace(before, after, 1))
    with pytest.raises(DataError) as error:
        tables.read(file, "gla_population")
    assert told in str(error.value)


def test_a_census_year_that_is_no_year_is_refused(tmp_path):
    file = builders.historic(tmp_path / "h.csv")
    file.write_text(file.read_text().replace("Persons-2011", "Persons-2999"))
    with pytest.raises(DataError, match="Persons-2999"):
        tables.read(file, "census_historic")
