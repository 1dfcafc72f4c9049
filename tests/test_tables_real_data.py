"""The publishers' own files, against totals worked out when they were collected."""

import pandas as pd
import pytest

from pvtools import areas, places, tables
from pvtools.demand.denominators import denominators
from pvtools.errors import DataError
from pvtools.tables.recorded_crime import with_airports

from . import builders
from .real_files import REAL

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here"),
]

OLD_LONG = "mps_borough_crime_historical_201004_202107.csv"
OLD_SHORT = "mps_borough_crime_24m_202108_202307.csv"
NEW = "mps_borough_crime_24m_202312_202511.csv"
WARDS = "mps_ward_crime_24m_202402_202602.parquet"
SMALL_AREAS = "mps_lsoa_crime_202402_202602.parquet"
BOROUGHS_ASKED = "mopac_pas_borough_2014q4_2022q4.csv"
FORCE_ASKED = "mopac_pas_mps_total_2014q4_2023q4.csv"
CENSUS = "census2021_ethnicity_upper_tier.csv"
CENSUSES = "census_historic_population_borough_1801_2011.csv"
PROJECTED = "gla_population_density_borough_1999_2050.csv"


def read(name):
    return tables.read(REAL / name, tables.recognise(REAL / name))


def total(table, month):
    return table.loc[table["month"] == month, "offences"].sum()


@pytest.mark.parametrize(
    ("name", "source", "rows", "span"),
    [
        (OLD_LONG, "mps_recorded_crime", 1_725 * 136, ("2010-04", "2021-07")),
        (OLD_SHORT, "mps_recorded_crime", 1_575 * 24, ("2021-08", "2023-07")),
        (NEW, "mps_recorded_crime", 1_056 * 24, ("2023-12", "2025-11")),
        (BOROUGHS_ASKED, "pas_borough", 8_288 + 33 * 7 + 28, ("2014-12", "2022-12")),
        (FORCE_ASKED, "pas_force", 291, ("2014-12", "2023-12")),
        (CENSUS, "census_2021", 33, ("2021", "2021")),
        (CENSUSES, "census_historic", 33 * 22, ("1801", "2011")),
        (PROJECTED, "gla_population", 33 * 52, ("1999", "2050")),
    ],
)
def test_every_published_file_is_recognised_and_read_whole(name, source, rows, span):
    assert tables.recognise(REAL / name) == source
    table = tables.read(REAL / name, source)
    assert len(table) == rows
    assert tables.span(table) == span


def test_the_year_2019_holds_every_offence_of_the_old_schema():
    table = read(OLD_LONG)
    assert table.loc[table["month"].dt.year == 2019, "offences"].sum() == 920_618
    assert set(table["schema"]) == {"mps_to_2023"}


def test_march_2025_loses_offences_from_borough_to_ward():
    borough, ward = read(NEW), read(WARDS)
    assert total(borough, "2025-03-01") == 75_645
    assert total(ward, "2025-03-01") == 73_574
    assert ward["area"].nunique() * 25 <= len(ward) == 18_688 * 25


def test_small_areas_are_read_whole():
    table = read(SMALL_AREAS)
    assert len(table) == 105_620 * 25
    assert total(table, "2025-03-01") == 71_504
    assert table["borough"].nunique() == 32


def test_the_two_schemas_name_their_groups_alike_but_for_fraud():
    old, new = set(read(OLD_SHORT)["offence_group"]), set(read(NEW)["offence_group"])
    assert old - new == {"Historical fraud and forgery"}
    assert new - old == {"Fraud and forgery", "Nfib fraud"}


def test_the_published_figures_restate_an_earlier_release_by_little():
    keys = ["borough", "month"]
    release = with_airports(read(NEW)).groupby(keys)["offences"].sum().astype(float)
    published = tables.load().recorded_crime.groupby(keys)["offences"].sum().astype(float)
    assert len(release) == 32 * 24
    moved = (published.reindex(release.index) / release - 1).abs()
    assert moved.max() < 0.03
    assert moved.median() < 0.002


def test_the_headline_question_is_as_published():
    force = read(FORCE_ASKED).set_index(["measure", "quarter_end"])["proportion"]["good_job"]
    assert force["2014-12-31"] == 0.67
    assert force["2020-12-31"] == 0.56
    assert force["2023-12-31"] == 0.47


def test_the_force_file_and_the_borough_file_agree_on_london():
    keys = ["measure", "quarter_end"]
    asked = read(BOROUGHS_ASKED)
    london = asked[asked["borough"] == "London"].set_index(keys)["proportion"]
    force = read(FORCE_ASKED).set_index(keys)["proportion"]
    assert (force.reindex(london.index) == london).all()


def test_the_published_survey_figures_are_those_of_the_release_they_restate():
    keys = ["measure", "borough", "quarter_end"]
    published = tables.load().survey.set_index(keys)["proportion"]
    release = read(BOROUGHS_ASKED).set_index(keys)["proportion"]
    release = release[release.index.isin(published.index)]
    assert len(release) > 8_000
    assert ((published[release.index] - release).abs() <= 0.005 + 1e-9).all()


def test_the_census_gives_the_residents_that_come_with_pvtools():
    census = read(CENSUS).set_index("borough")["population"]
    assert census.sum() == 8_799_731
    assert {b.name: b.residents for b in areas.everywhere()} == census.to_dict()


def test_the_projections_for_2021_are_far_above_the_census():
    table = read(PROJECTED)
    projected = table[table["year"] == 2021].set_index("borough")["population"]
    assert set(table.loc[table["year"] == 2021, "kind"]) == {"projection"}
    assert projected["Westminster"] == 262_317
    assert projected["Camden"] == 259_344


def test_adding_earlier_releases_undoes_nothing_of_the_figures_that_come_with_pvtools(tmp_path):
    data = builders.data_folder(tmp_path / "data")
    for name in (OLD_LONG, OLD_SHORT, NEW):
        builders.add(data, "mps_recorded_crime", REAL / name, "2025-11")
    builders.add(data, "pas_borough", REAL / BOROUGHS_ASKED, "2022-12")
    builders.add(data, "pas_force", REAL / FORCE_ASKED, "2023-12")
    builders.add(data, "gla_population", REAL / PROJECTED, "2050")
    held = tables.load(data)
    plain = pd.read_csv(places.shipped_data() / "published" / "recorded_crime.csv")
    assert tables.span(held.recorded_crime) == ("2010-04", "2026-02")
    assert held.recorded_crime["offence"].notna().all()
    assert total(held.recorded_crime, "2025-03-01") == plain["2025-03"].sum()
    assert held.recorded_crime["offences"].sum() == plain.iloc[:, 3:].sum().sum()
    assert len(held.recorded_crime) > len(tables.load().recorded_crime), "zeros of fraud are added"
    assert tables.vintage(held.survey) == "2025-09"
    pd.testing.assert_frame_equal(
        held.survey.reset_index(drop=True), tables.load().survey.reset_index(drop=True)
    )
    today = denominators(held.population, pd.DatetimeIndex(["2025-01-01"])).at_middle()
    assert today["London"] == 8_791_146
    own = tables.coverage(held).query("source == 'mps_recorded_crime' and borough == 'Barnet'")
    assert set(own["status"]) == {"held"}


@pytest.mark.parametrize(
    "name",
    [
        "london_borough_profiles_2015_cr_latin1.csv",
        "la_to_csp_to_police_force_lookup_2016.csv",
        "police_grant_2025_26.csv",
        "mps_custody_disposals_202101_202602.parquet",
        "mps_homicide_victims_2003_2023.csv",
        "lfb_dwelling_fires_2009.csv",
        "2023-03-btp-street.csv.gz",
        "london_boroughs_simplified.geojson",
    ],
)
def test_a_file_of_no_known_kind_is_refused_in_words(name):
    with pytest.raises(DataError, match="cannot be used"):
        tables.recognise(REAL / name)
