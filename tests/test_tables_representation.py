"""Who was asked beside who lives here: absent is not zero, small is withheld, doubt is told."""

import numpy as np
import pytest

from pvtools import areas, tables
from pvtools.errors import DataError, UsageError
from pvtools.stats import suppression
from pvtools.tables import contracts, intake, representation
from pvtools.tables.files import read_sheet

from . import builders
from .real_files import REAL

real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")

MEANS, SAMPLE = "pas_demographic_means", "pas_vs_census_ethnicity"


@pytest.fixture
def means(tmp_path):
    return tables.read(builders.means(tmp_path / "m.csv"), MEANS)


@pytest.fixture
def sample(tmp_path):
    return tables.read(builders.sample(tmp_path / "s.csv"), SAMPLE)


def edited(path, before, after):
    path.write_text(path.read_text().replace(before, after, 1))
    return path


# means ----------------------------------------------------------------------------------------


def test_means_are_one_row_a_cell_and_question(means):
    assert len(means) == 2 * len(builders.MEANS_ROWS)
    first = means[(means["question"] == "Q131")].iloc[0]
    assert (first["borough"], first["sex"], first["ethnicity"]) == ("Barnet", "Female", "Asian")
    assert (first["mean"], first["n"], first["n_borough"]) == (1.5, 20, 120)


def test_a_mean_of_fewer_than_ten_is_withheld_and_so_is_its_base(means):
    small = means[means["n"].isna()]
    assert len(small) == 2
    assert small["mean"].isna().all()
    assert small["caveat"].str.contains("fewer than 10 were asked").all()
    rest = means[means["n"].notna()]
    assert rest["n"].min() >= representation.FEWEST == suppression.STANDARD
    assert rest["mean"].notna().all()
    assert not rest["caveat"].str.contains("withheld").any()


def test_a_small_base_is_not_what_the_borough_less_the_others_gives(tmp_path):
    rows = [
        (2017, "Female", "Asian", "Barnet", 1.5, 1.5, 9),
        (2017, "Male", "Asian", "Barnet", 1.5, 1.5, 111),
        (2017, "Female", "Asian", "Brent", 1.5, 1.5, 9),
        (2017, "Male", "Asian", "Brent", 1.5, 1.5, 50),
    ]
    read = tables.read(builders.means(tmp_path / "m.csv", rows), MEANS)
    whole = read.groupby("borough")["n_borough"].first()
    assert whole.isna().to_dict() == {"Barnet": True, "Brent": False}, "61 others in Brent"


def test_every_mean_says_that_the_direction_of_the_code_is_not_known(means):
    assert means["caveat"].str.contains("not documented").all()
    assert means["caveat"].str.count(r"\.").eq(1).all()


def test_a_column_that_stands_twice_must_be_the_same_twice(tmp_path):
    file = edited(builders.means(tmp_path / "m.csv"), "120;2017;1.5", "120;2017;1.4")
    with pytest.raises(DataError, match=r"row 2, column 'mean_Q131'.*differs from the first"):
        tables.read(file, MEANS)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (";Female;", ";Woman;", "found 'Woman'; allowed: Female or Male"),
        (";Asian;", ";Martian;", "allowed: Asian, Black or White"),
        (";1.5;1.75;20;120", ";4.5;1.75;20;120", "a mean of answer codes, from 1 to 3"),
        (";20;120", ";130;120", "130 respondents of 120 in the borough"),
        (";20;120", ";some;120", "found 'some'"),
        ("0;2017;", "0;2999;", "found '2999'; allowed: a year"),
        (";Westminster;", ";Wesmister;", "Did you mean 'Westminster'?"),
    ],
)
def test_a_faulty_mean_is_refused_with_its_place(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.means(tmp_path / "m.csv"), before, after), MEANS)
    assert told in str(error.value)


def test_a_second_row_of_one_cell_is_refused(tmp_path):
    file = builders.means(tmp_path / "m.csv", [*builders.MEANS_ROWS, builders.MEANS_ROWS[0]])
    with pytest.raises(DataError, match="a second row for 2017, Barnet, Female, Asian"):
        tables.read(file, MEANS)


# sample and census ----------------------------------------------------------------------------


def test_the_sample_stands_beside_residents_under_agreed_names(sample):
    assert set(sample["borough"]) == {"Barking and Dagenham", "Richmond upon Thames"}
    assert set(sample["group"]) == set(representation.ETHNICITY)
    row = sample[(sample["group"] == "Black")].iloc[0]
    assert (row["share_survey"], row["share_census"]) == (0.15, 0.125)
    assert sample["caveat"].str.contains("no ethnic group").all()


def test_a_borough_that_is_missing_is_absent_and_not_zero(sample):
    assert "Wandsworth" not in set(sample["borough"])
    assert (sample["share_survey"] > 0).all()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("White British", "British", "allowed: one of Asian, Black"),
        ("0.5,0.4,0.100000000", "0.5,0.4,0.300000000", "a difference of 0.3 where the shares"),
        ("0.5,0.4", "1.5,0.4", "a proportion from 0 to 1"),
        ("0.5,0.4,0.100000000", "0.9,0.4,0.500000000", "shares of Barking and Dagenham that add"),
        ("Barking & Dagenham,White Other", "Barnet,White Other", "Barnet without Asian, Black"),
        ("Barking & Dagenham,White Other", "B&D,White Other", "found 'B&D'"),
    ],
)
def test_a_faulty_share_is_refused_with_its_place(tmp_path, before, after, told):
    with pytest.raises(DataError) as error:
        tables.read(edited(builders.sample(tmp_path / "s.csv"), before, after), SAMPLE)
    assert told in str(error.value)


# residents ------------------------------------------------------------------------------------


def test_the_census_gives_the_groups_of_each_borough(tmp_path):
    frame = representation.tidy_ethnicity(read_sheet(builders.census(tmp_path / "c.csv")))
    contracts.kept(frame, representation.ethnicity_contract(contracts), file="c.csv")
    assert set(frame["borough"]) == {"Barnet", "Wandsworth"}
    barnet = frame[frame["borough"] == "Barnet"].set_index("group")
    assert barnet["population"].to_dict() == {"Asian": 30, "Black": 12}
    assert barnet["share"].tolist() == pytest.approx([30 / 42, 12 / 42])


def test_two_groups_under_one_name_are_one(tmp_path):
    file = builders.census(tmp_path / "c.csv")
    file.write_text(file.read_text().replace("2,Black", "2,Asian"))
    frame = representation.tidy_ethnicity(read_sheet(file))
    assert frame["population"].tolist() == [42, 42]
    assert frame["share"].tolist() == [1.0, 1.0]


# files that were added ------------------------------------------------------------------------


def test_added_files_are_recognised_filed_and_loaded(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    files = [
        builders.means(tmp_path / "m17.csv"),
        builders.means(tmp_path / "m18.csv", [(2018, *row[1:]) for row in builders.MEANS_ROWS]),
        builders.sample(tmp_path / "s.csv"),
        builders.census(tmp_path / "c.csv"),
    ]
    results = intake.add(files, data_dir=data)
    assert [one.outcome for one in results] == ["new"] * 4
    assert [one.source for one in results] == [MEANS, MEANS, SAMPLE, "census_2021"]
    assert [one.last for one in results] == ["2017", "2018", "2021", "2021"]
    loaded = tables.load_demographic_means(data)
    assert loaded["year"].value_counts().to_dict() == {2017: 8, 2018: 8}
    assert len(tables.load_representation(data)) == 12
    assert set(tables.load_ethnicity(data)["group"]) == {"Asian", "Black"}
    assert len(tables.load(data).population) >= 33  # the main tables are still loaded


@pytest.mark.parametrize(
    "load", [tables.load_demographic_means, tables.load_representation, tables.load_ethnicity]
)
def test_a_table_that_was_not_added_is_asked_for_by_its_title(tmp_path, load):
    with pytest.raises(UsageError, match=r"No file of '.+' is held.*pvtools add FILE"):
        load(builders.data_folder(tmp_path / "data"))


# the files themselves -------------------------------------------------------------------------


@pytest.mark.real_data
@real_data
@pytest.mark.parametrize(
    ("year", "cells", "small"), [(2017, 191, 21), (2018, 192, 15), (2019, 192, 15)]
)
def test_the_means_of_each_year_are_read_whole(year, cells, small):
    path = REAL / f"pas_demographic_means_{year}.csv"
    assert tables.recognise(path) == MEANS
    frame = tables.read(path, MEANS)
    assert len(frame) == 2 * cells
    assert set(frame["year"]) == {year}
    assert frame["borough"].nunique() == 32
    assert frame["mean"].isna().sum() == 2 * small
    per_borough = frame[frame["question"] == "Q131"].groupby("borough")
    spare = per_borough["n_borough"].first() - per_borough["n"].sum()
    assert ((spare == 0) | (spare >= 10) | spare.isna()).all()


@pytest.mark.real_data
@real_data
def test_the_sample_lacks_wandsworth_alone():
    path = REAL / "pas_vs_census_ethnicity.csv"
    assert tables.recognise(path) == SAMPLE
    frame = tables.read(path, SAMPLE)
    assert len(frame) == 31 * 6
    assert {b.name for b in areas.boroughs()} - set(frame["borough"]) == {"Wandsworth"}
    totals = frame.groupby("borough")[["share_survey", "share_census"]].sum()
    assert totals["share_survey"].between(0.92, 0.98).all()
    assert np.allclose(totals["share_census"], 1)


@pytest.mark.real_data
@real_data
def test_the_census_of_the_sample_table_is_the_census_itself():
    sheet = read_sheet(REAL / "census2021_ethnicity_upper_tier.csv")
    residents = representation.tidy_ethnicity(sheet)
    contracts.kept(residents, representation.ethnicity_contract(contracts), file="census")
    assert residents.groupby("borough").size().eq(6).all()
    assert len(residents) == 33 * 6
    told = {b.name: b.residents for b in areas.everywhere()}
    assert residents.groupby("borough")["population"].sum().to_dict() == told
    sample = tables.read(REAL / "pas_vs_census_ethnicity.csv", SAMPLE)
    both = sample.merge(residents, on=["borough", "group"], validate="one_to_one")
    assert len(both) == len(sample)
    assert (both["share_census"] - both["share"]).abs().max() < 0.001
