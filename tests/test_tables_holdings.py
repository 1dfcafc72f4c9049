"""What is held: published figures and added files, never two releases in one month."""

import dataclasses

import pandas as pd
import pytest

from pvtools import areas, places, sources, tables
from pvtools.errors import DataError, UsageError
from pvtools.tables.harm_offences import GROUP_OF_OFFENCE

from . import builders

CRIME = "mps_recorded_crime"


@pytest.fixture
def data(tmp_path):
    return builders.data_folder(tmp_path / "data")


def crime_file(tmp_path, name, rows, months):
    return builders.crime(tmp_path / name, rows=rows, months=months)


def cells(name, *texts):
    """Return what stands in a shipped table, a row a cell, read without pvtools."""
    wide = pd.read_csv(places.shipped_data() / "published" / f"{name}.csv")
    return wide.melt(texts, var_name="period").dropna(subset=["value"])


def rows(*counts, borough="Barnet"):
    return [["THEFT", "SHOPLIFTING", borough, *counts]]


def test_the_published_figures_are_held_without_anything_added():
    held = tables.load()
    crime = cells("recorded_crime", "borough", "offence_group", "offence")
    crime["borough"] = crime.borough.replace("Heathrow and City airports", "Hillingdon")
    assert held.recorded_crime.offences.sum() == crime.value.sum()
    assert len(held.recorded_crime) == len(crime.drop(columns="value").drop_duplicates())
    assert len(held.survey) == len(cells("confidence", "measure", "borough"))
    assert len(held.population) == 33
    assert tables.span(held.recorded_crime) == ("2010-04", "2026-02")
    assert tables.vintage(held.survey) == "2025-09"
    assert tables.vintage(held.population) == "2021"


def test_the_published_figures_give_single_offences_of_two_ways_of_counting():
    crime = tables.load().recorded_crime
    assert crime["offence"].notna().all()
    assert set(crime.loc[crime["borough"].isna(), "area"]) == {"Unknown"}
    months = crime.groupby("schema")["month"].agg(["min", "max"]).map("{:%Y-%m}".format)
    assert months.T.to_dict("list") == {
        "mps_from_2024": ["2024-03", "2026-02"],
        "mps_to_2024": ["2010-04", "2024-02"],
    }
    assert set(crime["level"]) == {"borough"}


def test_a_group_that_was_not_published_is_absent_and_not_zero():
    crime = tables.load().recorded_crime
    cells = crime.groupby(["borough", "month"])["offence_group"].nunique()
    assert cells.min() < cells.max()
    assert (crime["offences"] == 0).any()
    assert crime["offences"].notna().all()


def test_every_file_read_is_listed_with_its_checksum():
    held = {one.file: one for one in tables.load().held}
    assert set(held) == {
        *("recorded_crime.csv", "confidence.csv", "boroughs.csv", "severity_by_minor.csv"),
    }
    crime = held["recorded_crime.csv"]
    assert (crime.source, crime.origin, crime.vintage) == (CRIME, "published", "2026-02")
    assert crime.sha256 == sources.register()[CRIME].published.sha256


def test_an_added_file_lengthens_the_series(data, tmp_path):
    file = crime_file(tmp_path, "a.csv", rows(1, 2), ("201002", "201003"))
    builders.add(data, CRIME, file, "2010-03")
    held = tables.load(data)
    assert tables.span(held.recorded_crime) == ("2010-02", "2026-02")
    assert [one.file for one in held.held if one.origin == "added"] == ["a.csv"]
    added = held.recorded_crime[held.recorded_crime["vintage"] == "2010-03"]
    assert added["offences"].tolist() == [1, 2]


def test_a_later_release_takes_the_boroughs_and_groups_it_holds_and_hides_no_other(data, tmp_path):
    older = crime_file(
        tmp_path, "old.csv", rows(11, 12) + rows(5, 6, borough="Brent"), ("201001", "201002")
    )
    newer = crime_file(tmp_path, "new.csv", rows(20, 30), ("201002", "201003"))
    builders.add(data, CRIME, older, "2010-02")
    builders.add(data, CRIME, newer, "2010-03")
    crime = tables.load(data).recorded_crime
    february = crime[crime["month"] == "2010-02-01"].set_index("area")
    assert february["offences"].to_dict() == {"Barnet": 20, "Brent": 6}
    assert february["vintage"].to_dict() == {"Barnet": "2010-03", "Brent": "2010-02"}
    cell = ["schema", "month", "borough", "offence_group"]
    releases = crime[[*cell, "vintage"]].drop_duplicates()
    assert not releases.duplicated(cell).any()


def test_a_rest_without_a_borough_is_never_put_together_from_two_releases(data, tmp_path):
    unknown = [["THEFT", "SHOPLIFTING", "Unknown", 9], ["ROBBERY", "ROBBERY", "Unknown", 4]]
    older = crime_file(tmp_path, "old.csv", rows(11) + unknown, ("201001",))
    newer = crime_file(tmp_path, "new.csv", [*rows(12, 13), [*unknown[0], 8]], ("201001", "201002"))
    builders.add(data, CRIME, older, "2010-01")
    builders.add(data, CRIME, newer, "2010-02")
    crime = tables.load(data).recorded_crime
    nowhere = crime[crime["borough"].isna() & (crime["month"] == "2010-01-01")]
    assert nowhere["offence_group"].tolist() == ["Theft"]  # robbery may have found its borough


def test_an_older_release_does_not_undo_the_published_figures(data, tmp_path):
    builders.add(data, CRIME, crime_file(tmp_path, "a.csv", rows(1), ("202401",)), "2024-01")
    crime = tables.load(data).recorded_crime
    assert set(crime.loc[crime["month"] == "2024-01-01", "vintage"]) == {"2026-02"}


def test_an_added_file_beats_published_figures_of_the_same_release(data, tmp_path):
    file = crime_file(tmp_path, "a.csv", rows(1100, 1200), ("202601", "202602"))
    builders.add(data, CRIME, file, "2026-02")
    crime = tables.load(data).recorded_crime
    february = crime[(crime["month"] == "2026-02-01") & (crime["borough"] == "Barnet")]
    theft = february[february["offence_group"] == "Theft"]
    assert theft[["offence", "offences"]].to_numpy().tolist() == [["Shoplifting", 1200]]
    shipped = cells("recorded_crime", "borough", "offence_group", "offence")
    own = shipped.query("borough == 'Barnet' and offence_group == 'Burglary'")
    burglary = february[february["offence_group"] == "Burglary"]["offences"]
    assert burglary.sum() == own.loc[own.period == "2026-02", "value"].sum()


def test_a_month_of_two_ways_of_counting_is_told_in_the_one_that_holds_more(data, tmp_path):
    file = builders.crime(
        tmp_path / "o.csv", builders.OLD_HEAD, builders.OLD_ROWS, ("201003", "202401")
    )
    builders.add(data, CRIME, file, "2024-01")
    crime = tables.load(data).recorded_crime
    ways = crime.groupby("month")["schema"].unique()
    assert ways["2010-03-01"].tolist() == ["mps_to_2023"]
    assert ways["2024-01-01"].tolist() == ["mps_to_2024"]


def test_of_two_whole_ways_of_counting_a_month_is_told_in_that_of_the_newer_release(data, tmp_path):
    groups = sorted(set(GROUP_OF_OFFENCE.values()))
    whole = [[group, group, b.name, 1, 2] for b in areas.boroughs() for group in groups]
    file = builders.crime(tmp_path / "u.csv", builders.UNIT_HEAD, whole, ("202602", "202603"))
    builders.add(data, CRIME, file, "2026-03")
    crime = tables.load(data).recorded_crime
    ways = crime.groupby("month")["schema"].unique().loc["2026-01-01":].tolist()
    assert [list(way) for way in ways] == [["mps_from_2024"], ["mps_from_2026"], ["mps_from_2026"]]
    assert crime.loc[crime["month"] == "2026-02-01", "offences"].sum() == len(whole)


def test_a_newer_release_of_another_way_hides_no_borough_that_it_lacks(data, tmp_path):
    groups = sorted(set(GROUP_OF_OFFENCE.values()))
    some = [
        [group, group, b.name, 1, 2]
        for b in areas.boroughs()
        for group in groups
        if b.name != "Hackney"
    ]
    file = builders.crime(tmp_path / "u.csv", builders.UNIT_HEAD, some, ("202602", "202603"))
    builders.add(data, CRIME, file, "2026-03")
    crime = tables.load(data).recorded_crime
    february = crime[crime["month"] == "2026-02-01"]
    assert set(february["schema"]) == {"mps_from_2024"}
    assert "Hackney" in set(february["borough"])


@pytest.fixture
def boroughs_alone(data):
    path = data / "published" / "confidence.csv"
    path.chmod(0o644)
    wide = pd.read_csv(path, dtype="str")
    wide[wide.borough != "London"].to_csv(path, index=False)
    return data


def test_the_force_file_adds_london_and_leaves_the_boroughs(boroughs_alone, tmp_path):
    before = tables.load(boroughs_alone).survey
    builders.add(boroughs_alone, "pas_force", builders.force_survey(tmp_path / "f.csv"), "2021-12")
    survey = tables.load(boroughs_alone).survey
    assert survey.loc[survey["borough"] == "London", "proportion"].tolist() == [0.57, 0.52]
    assert len(survey) == len(before) + 2


def test_an_older_survey_file_fills_quarters_and_questions_and_replaces_none(
    boroughs_alone, tmp_path
):
    before = tables.load(boroughs_alone).survey
    file = builders.comma_survey(tmp_path / "f.csv")
    builders.add(boroughs_alone, "pas_borough", file, "2020-12")
    after = tables.load(boroughs_alone).survey
    london = after[after["borough"] == "London"]
    assert len(london) == 3
    pd.testing.assert_frame_equal(
        after[after["borough"] != "London"].reset_index(drop=True), before
    )


def test_an_older_force_file_does_not_undo_the_published_figures_of_london(data, tmp_path):
    builders.add(data, "pas_force", builders.force_survey(tmp_path / "f.csv"), "2021-12")
    before, after = (
        held.survey.query("borough == 'London' and measure == 'good_job'")
        for held in (tables.load(), tables.load(data))
    )
    pd.testing.assert_frame_equal(
        after.reset_index(drop=True), before.reset_index(drop=True), check_dtype=False
    )


def test_a_raw_file_that_was_edited_is_refused(data, tmp_path):
    builders.add(data, CRIME, crime_file(tmp_path, "a.csv", rows(1), ("202310",)), "2023-10")
    raw = data / "raw" / CRIME / "a.csv"
    raw.write_text(raw.read_text().replace(",1", ",2"))
    with pytest.raises(DataError, match="never edited"):
        tables.load(data)


def test_a_raw_file_put_there_by_hand_is_refused(data, tmp_path):
    (data / "raw" / CRIME).mkdir(parents=True)
    crime_file(data / "raw" / CRIME, "a.csv", rows(1), ("202310",))
    with pytest.raises(DataError, match=r"a\.csv"):
        tables.load(data)


def test_a_folder_that_holds_no_figures_is_refused(tmp_path):
    with pytest.raises(UsageError, match="neither 'published' nor 'raw'"):
        tables.load(tmp_path)


def test_a_folder_of_added_files_alone_leans_on_the_figures_that_come_with_pvtools(tmp_path):
    (tmp_path / "raw").mkdir()
    held = tables.load(tmp_path).held
    assert {file.origin for file in held} == {"published"}


def test_a_missing_published_file_is_named(data):
    (data / "published" / "confidence.csv").unlink()
    with pytest.raises(DataError, match=r"confidence\.csv cannot be used"):
        tables.load(data)


@pytest.mark.parametrize("file", ["recorded_crime.csv", "confidence.csv"])
def test_published_figures_with_another_header_are_refused(data, file):
    path = data / "published" / file
    path.chmod(0o644)
    path.write_text(path.read_text().replace("borough", "place", 1))
    with pytest.raises(DataError, match="not the columns"):
        tables.load(data)


@pytest.mark.parametrize(
    ("written", "spoilt", "told"),
    [
        ("Barking and Dagenham", "Nowhere", "column 'borough': found 'Nowhere'"),
        ("2010-04", "soon", "soon"),
    ],
)
def test_a_faulty_published_figure_is_named(data, written, spoilt, told):
    path = data / "published" / "recorded_crime.csv"
    path.chmod(0o644)
    path.write_text(path.read_text().replace(written, spoilt, 1))
    with pytest.raises(DataError, match=r"the file that comes|a borough") as error:
        tables.load(data)
    assert told in str(error.value)


def test_wards_are_loaded_alone_and_never_with_the_boroughs(data, tmp_path):
    file = builders.crime(tmp_path / "w.parquet", builders.WARD_HEAD, builders.WARD_ROWS)
    builders.add(data, "mps_recorded_crime_ward", file, "2024-02")
    assert set(tables.load(data).recorded_crime["level"]) == {"borough"}
    assert set(tables.load_areas(data, "ward")["level"]) == {"ward"}
    assert "vintage" in tables.load_areas(data, "ward")


def test_wards_hold_each_text_once_also_where_releases_name_different_wards(data, tmp_path):
    """A row took 74 bytes before, and small areas come in millions."""
    for number, months in enumerate([("202401", "202402"), ("202403", "202404")]):
        rows = [
            ["THEFT", "SHOPLIFTING", f"Ward {n}", f"E05{n:06}", "Barnet", 200, n + 150]
            for n in range(number * 50, number * 50 + 100)
        ]
        file = builders.crime(tmp_path / f"w{number}.csv", builders.WARD_HEAD, rows, months)
        builders.add(data, "mps_recorded_crime_ward", file, f"2024-0{2 * number + 2}")
    table = tables.load_areas(data, "ward")
    assert len(table) == 400
    assert table["area"].nunique() == 150
    assert table["area"].cat.codes.memory_usage(index=False) <= 2 * len(table)
    texts = table.drop(columns=["month", "offences"])
    assert {str(kind) for kind in texts.dtypes} == {"category"}
    assert table[table["area"] == "E05000099"]["offences"].tolist() == [200, 249, 200, 249]
    assert set(table.loc[table["month"] >= "2024-03", "vintage"]) == {"2024-04"}


def test_wards_of_two_ways_of_counting_are_told_in_one_a_month(data, tmp_path):
    heads = (builders.WARD_HEAD, ["Group", "SubGroup", *builders.WARD_HEAD[2:]])
    spans = (("202505", "202506", "202507"), ("202506", "202507", "202508"))
    for number, (head, months) in enumerate(zip(heads, spans, strict=True)):
        rows = [
            ["THEFT", "SHOPLIFTING", f"Ward {n}", f"E05{n:06}", "Barnet", *[200 + number] * 3]
            for n in range(20)
        ]
        file = builders.crime(tmp_path / f"w{number}.csv", head, rows, months)
        builders.add(data, "mps_recorded_crime_ward", file, f"2025-0{7 + number}")
    table = tables.load_areas(data, "ward")
    told = table.groupby("month", observed=True)["schema"].agg(lambda ways: "+".join(set(ways)))
    assert told.tolist() == ["mps_from_2024", *["mps_from_2026"] * 3]
    assert len(table) == 20 * 4


def test_areas_that_are_not_held_say_how_to_add_them(data):
    with pytest.raises(UsageError, match="pvtools add FILE"):
        tables.load_areas(data, "lsoa")
    with pytest.raises(UsageError, match="Levels are: ward, lsoa"):
        tables.load_areas(data, "street")


def test_coverage_shows_what_is_held_and_what_is_not(data, tmp_path):
    builders.add(data, CRIME, crime_file(tmp_path, "a.csv", rows(900), ("201001",)), "2010-01")
    coverage = tables.coverage(tables.load(data))
    assert list(coverage.columns) == ["source", "borough", "period", "status"]
    crime = coverage[coverage["source"] == CRIME].set_index(["borough", "period"])["status"]
    assert crime["Barnet", pd.Timestamp("2010-01-01")] == "held"
    assert crime["Brent", pd.Timestamp("2010-01-01")] == "not published"
    assert crime["Barnet", pd.Timestamp("2010-02-01")] == "not published"  # the gap is shown
    assert crime["Brent", pd.Timestamp("2010-04-01")] == "held"


def test_coverage_names_every_borough_with_a_report():
    coverage = tables.coverage(tables.load())
    survey = coverage[coverage["source"] == "pas_borough"]
    assert set(survey["borough"]) == {b.name for b in areas.boroughs()} | {"London"}
    last = survey[survey["period"] == "2025-09-30"].set_index("borough")["status"]
    assert last["London"] == "held"
    assert set(last.drop("London")) == {"not published"}


def test_the_tables_cannot_be_swapped_for_others_by_accident():
    held = tables.load()
    with pytest.raises(dataclasses.FrozenInstanceError):
        held.survey = held.recorded_crime
