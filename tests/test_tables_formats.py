"""A file is known by its header, whatever it is called."""

import subprocess
import sys

import pytest

from pvtools import sources, tables
from pvtools.errors import DataError
from pvtools.tables import formats

from . import builders

KINDS = {
    "mps_recorded_crime": builders.crime,
    "mps_recorded_crime_ward": lambda path: builders.crime(
        path, builders.WARD_HEAD, builders.WARD_ROWS
    ),
    "mps_recorded_crime_lsoa": lambda path: builders.crime(
        path, builders.LSOA_HEAD, builders.LSOA_ROWS
    ),
    "pas_borough": builders.comma_survey,
    "pas_force": builders.force_survey,
    "census_2021": builders.census,
    "census_historic": builders.historic,
    "gla_population": builders.gla,
    "pas_demographic_means": builders.means,
    "pas_vs_census_ethnicity": builders.sample,
    "mps_dashboard": builders.dashboard,
    "mps_vawg": builders.vawg,
    "mps_business_crime": builders.business,
    "mps_thorough_searches": builders.thorough,
    "harm_weights": builders.index,
    "mps_abstractions": builders.abstractions,
}


@pytest.mark.parametrize("source", KINDS)
def test_every_kind_of_file_is_known_by_its_header(tmp_path, source):
    assert tables.recognise(KINDS[source](tmp_path / "misleading name.csv")) == source


@pytest.mark.parametrize(
    "source",
    [
        "mps_recorded_crime_ward",
        "mps_recorded_crime_lsoa",
        "mps_dashboard",
        "mps_vawg",
        "mps_business_crime",
        "mps_thorough_searches",
    ],
)
def test_parquet_is_known_by_its_columns(tmp_path, source):
    assert tables.recognise(KINDS[source](tmp_path / "f.parquet")) == source


def test_every_kind_is_in_the_register_of_sources():
    assert set(KINDS) == set(formats.BY_SOURCE)
    assert set(KINDS) <= set(sources.register())


def test_capitals_spaces_and_the_order_of_columns_do_not_matter(tmp_path):
    rows = [["minor text", "BOROUGHNAME", "MajorText ", "202401"], ["A", "Barnet", "B", 1]]
    assert tables.recognise(builders.write(tmp_path / "f.csv", rows)) == "mps_recorded_crime"


def test_a_borough_file_without_the_force_wide_column_is_still_a_borough_file(tmp_path):
    rows = [builders.PAS_HEAD[:5], ["31/12/2020", "PAS", "Barnet", "Trust MPS", "0,5"]]
    path = builders.write(tmp_path / "f.csv", rows)
    assert tables.recognise(path) == "pas_borough"
    assert tables.read(path, "pas_borough")["borough"].tolist() == ["Barnet"]


def test_an_unknown_header_is_shown_with_the_nearest_kind_and_what_it_lacks(tmp_path):
    rows = [["MajorText", "MinorText", "BoroughName", "January"], ["A", "B", "Barnet", 1]]
    with pytest.raises(DataError) as error:
        tables.recognise(builders.write(tmp_path / "f.csv", rows))
    told = str(error.value)
    assert "MajorText, MinorText, BoroughName, January" in told
    assert "recorded crime by borough (mps_recorded_crime)" in told
    assert "months such as 202401 would have to be there" in told
    assert "pvtools sources" in told


def test_a_header_of_a_hundred_columns_is_shown_in_part(tmp_path):
    rows = [[f"column {n}" for n in range(100)], list(range(100))]
    with pytest.raises(DataError, match="and 93 more"):
        tables.recognise(builders.write(tmp_path / "f.csv", rows))


def test_loading_imports_neither_the_parquet_reader_nor_the_contracts():
    code = (
        "import sys; from pvtools import tables; tables.load();"
        "print(sorted({'duckdb', 'pandera'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
