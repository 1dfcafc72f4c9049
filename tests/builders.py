"""Small files in the publishers' formats, with invented numbers."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import duckdb

from pvtools import places
from pvtools.sources import sha256

OLD_HEAD = ["MajorText", "MinorText", "LookUp_BoroughName"]
NEW_HEAD = ["MajorText", "MinorText", "BoroughName"]
WARD_HEAD = ["majortext", "minortext", "wardname", "wardcode", "lookup_boroughname"]
LSOA_HEAD = ["lsoa_code", "lsoa_name", "borough", "major_category", "minor_category"]

OLD_ROWS = [
    ["Theft", "Shoplifting", "Barnet", 5, 0],
    ["Theft", "Shoplifting", "Hackney", 7, 8],
    ["Violence Against the Person", "Making, Supplying or Possessing Articles", "Barnet", 1, 2],
    ["Theft", "Shoplifting", "London Heathrow and London City Airports", 3, 4],
]
NEW_ROWS = [
    ["THEFT", "SHOPLIFTING", "Barnet", 6, 0],
    ["THEFT", "SHOPLIFTING", "Hackney", 9, 10],
    ["VIOLENCE AGAINST THE PERSON", "VIOLENCE WITH INJURY", "Hackney", 2, 2],
    ["THEFT", "SHOPLIFTING", "Unknown", 1, 1],
]
WARD_ROWS = [
    ["THEFT", "SHOPLIFTING", "High Street", "E05000999", "Barnet", 2, 0],
    ["THEFT", "SHOPLIFTING", "Runway", "E05000998", "Aviation Security (SO18)", 1, 1],
]
LSOA_ROWS = [
    ["E01000999", "Barnet 099A", "E09000003", "THEFT", "SHOPLIFTING", 1, 0],
    ["E01000998", "Hackney 099A", "E09000012", "THEFT", "SHOPLIFTING", 0, 4],
]

PAS_HEAD = ["Date", "Survey", "Borough", "Measure", "Proportion", "MPS"]
PAS_ROWS = [  # year, month, day, borough, question, share, force-wide share
    (2020, 9, 30, "Barnet", '"Good Job" local', 0.61, 0.58),
    (2020, 9, 30, "City of Westminster", '"Good Job" local', 0.7, 0.58),
    (2020, 12, 31, "Barnet", '"Good Job" local', 0.62, 0.57),
    (2020, 12, 31, "City of Westminster", '"Good Job" local', 0.71, 0.57),
    (2020, 12, 31, "Barnet", "Trust MPS", 0.8, 0.82),
    (2020, 12, 31, "City of Westminster", "Trust MPS", 0.85, 0.82),
]


def text(rows, *, delimiter: str = ",", end: str = "\n") -> str:
    """Return rows as delimited text."""
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter, lineterminator=end).writerows(rows)
    return lines.getvalue()


def write(path: Path, rows, **dialect: str) -> Path:
    """Write rows to a file and return its path."""
    path.write_bytes(text(rows, **dialect).encode())
    return path


def parquet(path: Path, rows) -> Path:
    """Write rows as Parquet: text columns as text, the others as whole numbers."""
    source = write(path.with_suffix(".source.csv"), rows)
    with duckdb.connect() as engine:
        engine.execute(f"COPY (FROM read_csv('{source}', header = true)) TO '{path}'")
    source.unlink()
    return path


def crime(path: Path, head=NEW_HEAD, rows=NEW_ROWS, months=("202401", "202402")) -> Path:
    """Write a wide recorded-crime table; Parquet if the name says so."""
    table = [[*head, *months], *rows]
    return parquet(path, table) if path.suffix == ".parquet" else write(path, table)


def comma_survey(path: Path, rows=PAS_ROWS, *, note: bool = False) -> Path:
    """Write the first dialect: quoted decimal comma, four blank columns, unpadded days."""
    body = [
        [f"{d}/{m}/{y}", "PAS", b, q, _comma(p), _comma(f), "", "", "", ""]
        for y, m, d, b, q, p, f in rows
    ]
    if note:
        body[-1][-2:] = ["Trust", "0,71"]
    return write(path, [[*PAS_HEAD, "", "", "", ""], *body])


def semicolon_survey(path: Path, rows=PAS_ROWS) -> Path:
    """Write the second dialect: semicolons, CRLF, padded days."""
    body = [
        [f"{d:02}/{m:02}/{y}", "PAS", b, q, _comma(p), _comma(f)] for y, m, d, b, q, p, f in rows
    ]
    return write(path, [PAS_HEAD, *body], delimiter=";", end="\r\n")


def american_survey(path: Path, rows=PAS_ROWS) -> Path:
    """Write the third dialect: month first, decimal point."""
    body = [[f"{m}/{d}/{y}", "PAS", b, q, p, f] for y, m, d, b, q, p, f in rows]
    return write(path, [PAS_HEAD, *body])


def force_survey(path: Path) -> Path:
    """Write the force-wide file: no column of its own for the force."""
    body = [
        ["31/12/2020", "PAS", "MPS", '"Good Job" local', "0,57"],
        ["31/12/2021", "PAS", "MPS", '"Good Job" local', "0,52"],
    ]
    return write(path, [PAS_HEAD[:5], *body], delimiter=";", end="\r\n")


def census(path: Path) -> Path:
    """Write the Census table of ethnic groups, its names spoilt as in one known copy."""
    head = [
        "Upper tier local authorities Code",
        "Upper tier local authorities",
        "Ethnic group (8 categories) Code",
        "Ethnic group",
        "Observation",
    ]
    areas = [("E06000001", "Hartlepool"), ("E09000032", "W&sworth"), ("E09000003", "Barnet")]
    groups = [("-8", "Does not apply", 0), ("1", "Asian", 30), ("2", "Black", 12)]
    return write(path, [head, *([*area, *group] for area in areas for group in groups)])


MEANS_HEAD = ["year", "gender", "race", "borough", "mean_Q131", "mean_Q133", "count"]
MEANS_ROWS = [  # year, sex, group, borough, two means, respondents
    (2017, "Female", "Asian", "Barnet", 1.5, 1.75, 20),
    (2017, "Female", "Black", "Barnet", 1.25, 2.0, 9),
    (2017, "Male", "White", "Barnet", 1.625, 1.5, 80),
    (2017, "Male", "White", "Westminster", 2.0, 2.5, 10),
]


def means(path: Path, rows=MEANS_ROWS) -> Path:
    """Write mean answers as their makers did: an index, columns twice, flags at the end."""
    again = ["year", "mean_Q131", "mean_Q133", "count", "total_surveys_borough"]
    head = ["", *MEANS_HEAD, "total_surveys_borough", *again, "gender_Male"]
    body = [
        [n, *row, 120, row[0], row[4], row[5], row[6], 120, row[1] == "Male"]
        for n, row in enumerate(rows)
    ]
    return write(path, [head, *body], delimiter=";")


SAMPLE_HEAD = ["Borough", "Ethnicity", "Proportion_PAS", "Proportion_Census", "Difference"]
SAMPLE_ROWS = [  # borough, group, of the sample, of residents
    (borough, group, asked, residents)
    for borough in ("Barking & Dagenham", "Richmond Upon Thames")
    for group, asked, residents in (
        ("White British", 0.5, 0.4),
        ("White Other", 0.1, 0.15),
        ("Asian", 0.1, 0.2),
        ("Black", 0.15, 0.125),
        ("Mixed", 0.05, 0.075),
        ("Other", 0.05, 0.05),
    )
]


def sample(path: Path, rows=SAMPLE_ROWS) -> Path:
    """Write the sample's ethnic groups beside the census's, with the difference."""
    return write(path, [SAMPLE_HEAD, *([*row, f"{row[2] - row[3]:.9f}"] for row in rows)])


INDEX_HEAD = ["category", "prc_subgroup", "cchi_days", "national_count_2030_31"]
INDEX_ROWS = [
    ["Violence and sexual offences", "Homicide", "5000.0", 1],
    ["Violence and sexual offences", "Violence with injury", "300.0", 99],
    ["Burglary", "Residential burglary", "200.0", 30],
    ["Burglary", "Non-residential burglary", "100.0", 10],
    ["Shoplifting", "Shoplifting", "1.5", 7],
]


def index(path: Path, rows=INDEX_ROWS) -> Path:
    """Write harm weights by offence subgroup of the Home Office."""
    return write(path, [INDEX_HEAD, *rows])


OWN_ROWS = [
    ["RES BURGLARY OF A HOME", 90, "Own weights 2031", 3],
    ["Burglary Business and Community", 30, "Own weights 2031", 1],
    ["Dog fouling", "0,5", "Own weights 2031", 8],
]


def own_weights(path: Path, rows=OWN_ROWS, kind: str = "offence") -> Path:
    """Write harm weights of the user's own, by offence or offence group."""
    return write(path, [[kind, "weight", "version", "count"], *rows])


TIME_HEAD = ["Date", "Borough", *(f"Abstraction Type_{name}" for name in (
    "Aid", "CAD", "Local Aid", "Not Abstracted"))]  # fmt: skip
TIME_ROWS = [
    ["2018-05-01", "Kingston", "0.0", "60.0", "540.0", "2400.0"],
    ["2018-06-01", "Kingston", "300.0", "0.0", "0.0", "2700.0"],
    ["2018-06-01", "Barking And Dagenham", "0.0", "0.0", "30.0", "970.0"],
]


def abstractions(path: Path, rows=TIME_ROWS) -> Path:
    """Write ward officers' time as its makers did, a column an activity."""
    return write(path, [TIME_HEAD, *rows])


def historic(path: Path) -> Path:
    """Write census counts of three years, one of them the wartime register."""
    head = ["Area Code", "Area Name", "Persons-1801", "Persons-1939", "Persons-2011"]
    rows = [["E09000003", "Barnet", 10, 20, 30], ["E09000032", "Wandsworth", 11, 21, 31]]
    return write(path, [head, *rows], end="\r\n")


def gla(path: Path) -> Path:
    """Write estimates followed by projections, with a total of all London."""
    head = ["Code", "Name", "Year", "Source", "Population", "Inland_Area _Hectares"]
    rows = [
        ["E09000003", "Barnet", 2010, "ONS MYE", 29, "1.5"],
        ["E09000003", "Barnet", 2021, "GLA Population Projections", 99, "1.5"],
        ["E12000007", "Greater London", 2010, "ONS MYE", 800, "9.5"],
    ]
    return write(path, [head, *rows])


def data_folder(path: Path) -> Path:
    """Return a data folder with the published figures and nothing added."""
    shutil.copytree(places.shipped_data() / "published", path / "published")
    return path


def add(folder: Path, source: str, file: Path, vintage: str) -> None:
    """File a raw file as ``pvtools add`` does, with its record beside it."""
    raw = folder / "raw" / source
    raw.mkdir(parents=True, exist_ok=True)
    place = raw / file.name
    shutil.copyfile(file, place)
    record = {
        "sha256": sha256(place),
        "vintage": vintage,
        "first": vintage,
        "last": vintage,
        "original_name": file.name,
        "bytes": place.stat().st_size,
    }
    place.with_name(place.name + ".json").write_text(json.dumps(record))


def _comma(share: float) -> str:
    return f"{share:g}".replace(".", ",")
