"""Small files in the publishers' formats, with invented numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from pathlib import Path

import duckdb
import openpyxl

from pvtools import places
from pvtools.sources import sha256

OLD_HEAD = ["MajorText", "MinorText", "LookUp_BoroughName"]
NEW_HEAD = ["MajorText", "MinorText", "BoroughName"]
UNIT_HEAD = ["Group", "SubGroup", "BOCU"]
WARD_HEAD = ["majortext", "minortext", "wardname", "wardcode", "lookup_boroughname"]
LSOA_HEAD = ["lsoa_code", "lsoa_name", "borough", "major_category", "minor_category"]

OLD_ROWS = [
    ["Theft", "Shoplifting", "Barnet", 5, 0],
    ["Theft", "Shoplifting", "Hackney", 7, 8],
    [
        "Violence Against the Person",
        "Making, Supplying or Possessing Articles for use i",
        *("Barnet", 1, 2),
    ],
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

WARD_MONTHS = [f"{year}{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)][2:26]
WARDS = {  # code: name, borough, offences a month of theft
    "E05000901": ("High Street", "Barnet", 300),
    "E05000902": ("Abbey", "Barnet", 40),
    "E05000903": ("Abbey", "Hackney", 60),
    "E05000904": ("Marsh", "Hackney", 1),
    "E05000905": ("Lock", "Hackney", 80),
    "E05000906": ("Runway", "Aviation Security (SO18)", 20),
}


def ward_rows(months=WARD_MONTHS) -> list[list]:
    """Return offences of two kinds in some wards; of violence half as many, in the marsh none."""
    rows = []
    for code, (name, borough, often) in WARDS.items():
        for group, kind, part in (
            ("THEFT", "SHOPLIFTING", 1.0),
            ("VIOLENCE AGAINST THE PERSON", "VIOLENCE WITH INJURY", 0.5),
        ):
            if often * part >= 1:
                counts = [
                    round(often * part * (0.75 + (7 * n + 3 * len(rows)) % 11 / 20))
                    for n in range(len(months))
                ]
                rows.append([group, kind, name, code, borough, *counts])
    marsh = next(row for row in rows if row[2] == "Marsh")
    marsh[5] = 0  # a month of none
    return rows


def wards(folder: Path, months=WARD_MONTHS, rows=None) -> Path:
    """Return a data folder that holds the published figures and a file of wards."""
    data_folder(folder)
    file = crime(folder / "wards.csv", WARD_HEAD, rows or ward_rows(months), months)
    end = f"{months[-1][:4]}-{months[-1][4:]}"
    add(folder, "mps_recorded_crime_ward", file, end)
    file.unlink()
    return folder


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


def _either(path: Path, table) -> Path:
    return parquet(path, table) if path.suffix == ".parquet" else write(path, table)


def crime(path: Path, head=NEW_HEAD, rows=NEW_ROWS, months=("202401", "202402")) -> Path:
    """Write a wide recorded-crime table; Parquet if the name says so."""
    return _either(path, [[*head, *months], *rows])


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


def workbook(path: Path, **sheets) -> Path:
    """Write an Excel workbook, each sheet with its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def survey_workbook(path: Path) -> Path:
    """Write the survey as it is published: a cover, then the boroughs and the force, with dates."""
    boroughs = [
        [dt.datetime(y, m, d), "PAS", b, q, p, f, None, None, None]
        for y, m, d, b, q, p, f in PAS_ROWS
    ]
    boroughs[-1][-2:] = ["Trust", 0.71]  # a stray note beside the table, as published
    force = [[dt.datetime(2021, 12, 31), "PAS", "MPS", '"Good Job" local', 0.52]]
    return workbook(
        path,
        Cover=[["Public Attitude Survey"], [], ["Sheet", "What it holds"], ["Borough", "Boroughs"]],
        Borough=[PAS_HEAD, *boroughs],
        MPS=[PAS_HEAD[:5], *force],
    )


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


DASHBOARD_HEAD = [
    *("month_year", "area_type", "borough_snt", "area_name", "area_code", "crime_type"),
    *("crime_subtype", "measure", "financial_year", "fy_fyindex", "count", "refresh_date", "sheet"),
]
_BARNET = ("Borough", "Barnet", "Barnet", "E09000003")
_OTHER = ("Borough", "Other / NK", "N/K (Legacy Only)", "")
_ABBEY = ("Safer Neighbourhood Teams", "Barnet W&le Park", "W&le Park", "E05000999")
_NOWHERE = ("Safer Neighbourhood Teams", "Other / NK", "", "-1")
_KNIFE, _INJURY = "Knife Crime", "Knife Crime with Injury"
DASHBOARD_ROWS = [  # month, area, type, kind, measure, count
    ("2024-02-01", _BARNET, "Miscalleneous", "TNO Victim Based", "Offences", 50),
    ("2024-02-01", _BARNET, "Miscalleneous", "TNO Non Victim Based", "Offences", 9),
    ("2024-02-01", _BARNET, _KNIFE, _KNIFE, "Offences", 5),
    ("2024-02-01", _BARNET, _KNIFE, _INJURY, "Offences", 2),
    ("2024-02-01", _BARNET, _KNIFE, _KNIFE, "Positive Outcomes", 7),
    ("2024-02-01", _OTHER, _KNIFE, _KNIFE, "Offences", 1),
    ("2024-04-01", _BARNET, _KNIFE, _KNIFE, "Offences", 4),
    ("2024-04-01", _BARNET, "Gun Crime", "Lethal Barrel Discharge", "Positive Outcomes", 1),
    ("2024-02-01", _ABBEY, "Miscalleneous", "TNO Victim Based", "Offences", 50),
    ("2024-02-01", _ABBEY, "Miscalleneous", "TNO Non Victim Based", "Offences", 9),
    ("2024-02-01", _ABBEY, _KNIFE, _KNIFE, "Offences", 3),
    ("2024-02-01", (*_ABBEY[:2], "Wandle Park (XX)", _ABBEY[3]), _KNIFE, _KNIFE, "Offences", 2),
    ("2024-02-01", _ABBEY, _KNIFE, _INJURY, "Offences", 2),
    ("2024-02-01", _ABBEY, _KNIFE, "KNIFE CRIME", "Positive Outcomes", 7),
    ("2024-02-01", _NOWHERE, _KNIFE, _KNIFE, "Offences", 1),
    ("2024-04-01", _ABBEY, _KNIFE, _KNIFE, "Offences", 4),
    ("2024-04-01", _ABBEY, "Gun Crime", "Lethal Barrel Discharge", "Positive Outcomes", 1),
]


def dashboard(path: Path, rows=DASHBOARD_ROWS) -> Path:
    """Write the monthly dashboard: long, zeros left out; Parquet if the name says so."""
    body = [
        [
            *(f"{month} 00:00:00", *area, kind, subtype, measure, "fy23-24", "23-24_01", count),
            *("2024-05-21" if kind == _KNIFE else "2024-05-02", "Other"),
        ]
        for month, area, kind, subtype, measure, count in rows
    ]
    return _either(path, [DASHBOARD_HEAD, *body])


VAWG_HEAD = [
    *("bcu_location", "borough_name", "ward_name_clean_2", "recorded_date_months"),
    *("date_committed_from_date_months", "count", "sheet", "crimsec_group"),
    *("crimseccodeexpansion", "crimsec_offences", "vawg_offence"),
]
_FLAGGED = "Other flagged offences outside of VAWG"
VAWG_PLACES = [  # unit, borough, ward, recorded, committed, count
    ("North West", "Barnet", "Abbey", "2024-02-01", "2024-01-01", 6),
    ("North West", "Barnet", "", "2024-02-01", "", 1),
    ("Other", "Other", "N/K", "2024-02-01", "1900-03-01", 1),
    ("Central East", "Hackney", "Abbey", "2024-03-01", "2024-04-01", 2),
]
VAWG_KINDS = [  # group, offence, detail, kind, recorded, committed, count
    ("Rape", "Rape of a female", "Rape.", "Rape of a Female", "2024-02-01", "2024-01-01", 6),
    (_FLAGGED, "Non-Vawg Crime", "Theft", "Non-VaWG", "2024-02-01", "", 2),
    ("Rape", "Rape of a female", "Rape.", "Rape of a Female", "2024-03-01", "2024-03-01", 2),
]


def vawg(path: Path, by_place=VAWG_PLACES, by_kind=VAWG_KINDS) -> Path:
    """Write violence against women and girls: two sheets of the same offences, stacked."""
    body = [[*row, "Offence count location", "", "", "", ""] for row in by_place]
    body += [["", "", "", *row[4:], "Offence count classification", *row[:4]] for row in by_kind]
    return _either(path, [VAWG_HEAD, *body])


BUSINESS_HEAD = [
    *("date", "measure", "borough", "crime_section", "crime_group", "outcome"),
    *("positive_outcome", "outcome_count", "refresh_date", "sheet"),
]
BUSINESS_ROWS = [  # day, borough, group, offence, outcome, positive, count
    ("2024-03-30", "Barnet", "THEFT", "SHOPLIFTING", "Charged", "Y", 2),
    ("2024-03-30", "Barnet", "THEFT", "SHOPLIFTING", "No suspect, closed", "N", 40),
    ("2024-03-31", "Other", "BURGLARY", "BURGLARY - RESIDENTIAL", "", "N", 1),
]


def business(path: Path, rows=BUSINESS_ROWS) -> Path:
    """Write outcomes of crimes against businesses; Parquet if the name says so."""
    body = [[row[0], "Business Crime Outcomes", *row[1:], "2024-06-05", "Outcomes"] for row in rows]
    return _either(path, [BUSINESS_HEAD, *body])


SEARCH_HEAD = [
    *("col_0", "stop_date", "area", "borough", "age_group", "appropriate_adult_present", "sex"),
    *("ethnic_appearance", "stop_reason", "positive_outcome_of_stop", "outcome_reason", "sheet"),
    *("approporiate_adult_present_if_required?", "postive_outcome_of_stop", "positve_outcome"),
]
SEARCH_ROWS = [  # as the columns above, without the first and the sheet
    *(
        ("2021-08-14 00:00:00.000000", "West", "Ealing", "18 or older", "", "M", "White",
         "B Drugs (s.23 Misuse of Drugs Act)", "", "B Drugs", "", "", "Yes"),
        ("2022-01-27", "Central West", "City of Westminster", "Under 18", "", "F", "Black",
         "K s.60 CJPO Weapons", "", "Not Applicable", "Y", "No", ""),
        ("2024-10-31", "South West", "Kingston Upon Thames", "18 or over", "N", "Male", "#N/A",
         "Drugs (s.23 Drugs Misuse Act)", "No", "Drugs", "", "", ""),
        ("2024-11-01", "Aviation Policing (Legacy Only)", "CO18 (City Airport) (Legacy Only)",
         "Not Recorded", "", "V", "Unknown", "All Other Searches", "Yes", "Drugs", "", "", ""),
        ("2024-11-02", "", "", "18 or over", "N", "Not Recorded", "Asian", "All Other Searches",
         "No", "Not Applicable", "", "", ""),
    ),
]  # fmt: skip


def thorough(path: Path, rows=SEARCH_ROWS) -> Path:
    """Write searches as yearly sheets stacked: one answer in several columns."""
    body = [["", *row[:10], "Sheet1", *row[10:]] for row in rows]
    return _either(path, [SEARCH_HEAD, *body])


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
