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


SOMEWHERE = ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude"]
SOMEWHERE += ["Location", "LSOA code", "LSOA name"]
CRIME = ["a", "2019-01", "Force", "Force", "-0.1", "51.5", "Nowhere", "E01999999", "Camden 027B"]
SEARCH = {
    "Type": "Person search", "Date": "2019-01-01T10:00:00+00:00", "Latitude": "51.5",
    "Longitude": "-0.1", "Gender": "Male", "Age range": "18-24", "Self-defined ethnicity": "",
    "Officer-defined ethnicity": "White", "Legislation": "Some Act",
    "Object of search": "Drugs", "Outcome": "Arrest",
}  # fmt: skip
ELSEWHERE = {
    "street-level crimes of data.police.uk": [[*SOMEWHERE, "Crime type"], [*CRIME, "Drugs"]],
    "outcomes of crimes of data.police.uk": [[*SOMEWHERE, "Outcome type"], [*CRIME, "Charged"]],
    "stops and searches of data.police.uk": [list(SEARCH), list(SEARCH.values())],
    "incidents with their time": [
        ["IncidentNumber", "DateOfCall", "TimeOfCall"],
        [1, "01 Jan 2019", "00:37:00"],
    ],
    "engines that the London Fire Brigade sent out": [
        ["IncidentNumber", "DateAndTimeMobilised"],
        [1, "01/01/2019 00:02:27"],
    ],
    "respondents of the Public Attitude Survey": [
        ["period", "borough", "weight", "good_job"],
        ["2014 Q4", "Barnet", 1, "Good"],
    ],
    "respondents of the Public Attitude Survey, under the archive's names": [
        ["MONTH", "Borough", "Q60", "WT_BOROUGH"],
        ["1 (Apr 2020)", "Barnet", "Good", "1.5"],
    ],
    "victims in the User Satisfaction Survey": [
        ["period", "borough", "crime_type", "satisfied"],
        ["2014-12", "Barnet", "burglary", "Very satisfied"],
    ],
}


@pytest.mark.parametrize("title", ELSEWHERE)
def test_a_known_file_that_is_not_filed_is_named_with_the_call_that_reads_it(tmp_path, title):
    path = builders.write(tmp_path / "it's.csv", ELSEWHERE[title])
    with pytest.raises(DataError) as error:
        tables.recognise(path)
    (fault,) = error.value.faults
    assert f"a file of {title} (" in fault.found
    call = fault.allowed.split("from pvtools import tables; ")[1]
    table = eval(call, {"tables": tables})  # noqa: S307 - the call that a user is told to make
    assert len(table) > 0


def test_the_widest_of_the_headers_that_are_known_elsewhere_decides(tmp_path):
    rows = [["period", "borough", "weight", "good_job", "MONTH", "Q60"], ["2014 Q4"] * 6]
    with pytest.raises(DataError, match="respondents of the Public Attitude Survey \\(pas"):
        tables.recognise(builders.write(tmp_path / "f.csv", rows))


def test_a_file_that_comes_with_pvtools_is_not_added(tmp_path):
    rows = [["gss_code", "name", "bcu_code", "bcu_name"], ["E09000003", "Barnet", "NW", "North"]]
    with pytest.raises(DataError, match="this one comes with pvtools"):
        tables.recognise(builders.write(tmp_path / "f.csv", rows))


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
