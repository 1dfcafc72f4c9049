"""Several files of one source are one table, whichever of them was filed first."""

from __future__ import annotations

import pytest

from pvtools import sources, tables
from pvtools.errors import DataError, UsageError
from pvtools.tables import intake

from . import builders


@pytest.fixture
def data(tmp_path):
    return builders.data_folder(tmp_path / "data")


def both_ways(data, source, *files):
    """Add the files, and make each stand first in its folder once: the order is that of names."""
    assert {one.outcome for one in intake.add(files, data_dir=data)} == {"new"}
    yield
    held = sources.added(source, data)
    digests = sorted(holding.sha256 for holding in held)
    for holding, mark in zip(sorted(held, key=lambda h: h.sha256), digests[::-1], strict=True):
        place = holding.path.with_name(f"{mark[:8]}-again{holding.path.suffix}")
        note = holding.path.with_name(f"{holding.path.name}.json")
        note.rename(place.with_name(f"{place.name}.json"))
        holding.path.rename(place)
    yield


def test_a_file_that_begins_later_and_ends_sooner_is_no_newer_one(data, tmp_path):
    def time(name, *months, amount):
        rows = [[f"{month}-01", "Kingston", amount, 0, 0, 0] for month in months]
        return builders.abstractions(tmp_path / name, rows)

    long = time("long.csv", "2018-05", "2018-06", "2018-07", "2018-08", amount=300)
    short = time("short.csv", "2018-06", "2018-07", amount=30)
    for _ in both_ways(data, "mps_abstractions", short, long):
        table = tables.load_abstractions(data)
        assert table.loc[table["activity"] == "Aid", "amount"].tolist() == [300] * 4


def test_two_censuses_of_one_year_lose_no_borough(data, tmp_path):
    whole, part = builders.census(tmp_path / "whole.csv"), builders.census(tmp_path / "part.csv")
    lines = [line for line in part.read_text().splitlines() if "E09000032" not in line]
    part.write_text("\n".join(lines).replace("Asian,30", "Asian,31") + "\n")
    for _ in both_ways(data, "census_2021", whole, part):
        groups = tables.load_ethnicity(data)
        assert groups.groupby("borough")["population"].sum().to_dict() == {
            "Barnet": 42, "Wandsworth": 42,
        }  # fmt: skip
        assert groups.groupby("borough")["share"].sum().tolist() == [1, 1]
        people = tables.load(data).population
        assert not people.duplicated(["borough", "year", "kind"]).any()
        counted = people.set_index("borough")["population"]
        assert (counted["Barnet"], counted["Wandsworth"]) == (42, 42)
        assert len(people) == 33


def test_two_tables_of_the_sample_lose_no_borough(data, tmp_path):
    here = [row for row in builders.SAMPLE_ROWS if row[0].startswith("Barking")]
    there = [row for row in builders.SAMPLE_ROWS if not row[0].startswith("Barking")]
    files = [
        builders.sample(tmp_path / "one.csv", here),
        builders.sample(tmp_path / "two.csv", there),
    ]
    for _ in both_ways(data, "pas_vs_census_ethnicity", *files):
        assert tables.load_representation(data)["borough"].nunique() == 2


def test_the_groups_of_a_borough_and_year_are_never_put_together_from_two_files(data, tmp_path):
    """A mean that one file withholds must not follow from a base that another one gives."""
    whole = builders.means(tmp_path / "whole.csv")
    later = builders.means(tmp_path / "later.csv", [(2017, "Male", "White", "Barnet", 2, 2, 60)])
    for _ in both_ways(data, "pas_demographic_means", whole, later):
        barnet = tables.load_demographic_means(data).query("borough == 'Barnet'")
        assert len(barnet) == 6
        assert barnet["n"].max() == 80


def test_two_estimates_of_one_year_are_one_figure(data, tmp_path):
    one, two = builders.gla(tmp_path / "one.csv"), builders.gla(tmp_path / "two.csv")
    two.write_text(
        two.read_text().replace("MYE,29", "MYE,28") + "E09000004,Bexley,2010,ONS MYE,7,1\n"
    )
    for _ in both_ways(data, "gla_population", one, two):
        people = tables.load(data).population
        assert not people.duplicated(["borough", "year", "kind"]).any()
        barnet = people[(people["borough"] == "Barnet") & (people["kind"] == "estimate")]
        assert barnet["population"].tolist() == [28]  # of the fuller of two that are equally new
        assert people.query("kind == 'census'").borough.nunique() == 33


def test_two_sets_of_weights_of_one_year_are_used_one_at_a_time(data, tmp_path):
    few = [["Arson", 1, "Another 2031", 1]]
    files = [
        builders.own_weights(tmp_path / "a.csv"),
        builders.own_weights(tmp_path / "b.csv", few),
    ]
    for _ in both_ways(data, "harm_weights", *files):
        assert set(tables.load_harm_weights(data)["version"]) == {"Own weights 2031"}
        assert len(tables.load(data).held) == 5


@pytest.mark.parametrize(
    "load",
    [
        *(tables.load_abstractions, tables.load_business_outcomes),
        *(tables.load_demographic_means, tables.load_ethnicity),
        *(tables.load_representation, tables.load_thorough_searches),
        *(tables.load_vawg_kinds, tables.load_vawg_places),
    ],
)
def test_what_is_not_held_is_asked_for_by_its_title(data, load):
    with pytest.raises(UsageError, match=r"No file of '.+' is held.*pvtools add FILE"):
        load(data)


def test_an_edited_file_is_refused_by_its_loader(data, tmp_path):
    builders.add(data, "mps_abstractions", builders.abstractions(tmp_path / "a.csv"), "2018-06")
    with (data / "raw" / "mps_abstractions" / "a.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(DataError, match="other bytes than when it was filed"):
        tables.load_abstractions(data)
