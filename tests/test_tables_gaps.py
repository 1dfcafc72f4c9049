"""What a file lacks is said in plain words when it is added, and listed afterwards."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from pvtools import areas, sources, tables
from pvtools.cli import pvtools
from pvtools.tables import intake
from pvtools.tables.gaps import gaps_in
from pvtools.tables.harm_offences import GROUP_OF_OFFENCE

from . import builders

NAMES = [b.name for b in areas.boroughs()]
CRIME = "mps_recorded_crime"
GROUPS = sorted(set(GROUP_OF_OFFENCE.values()))


def recorded(months: int = 24, *, groups: list[str] = GROUPS) -> pd.DataFrame:
    rows = [
        (name, month, group, 100)
        for month in pd.date_range("2023-12", periods=months, freq="MS")
        for name in NAMES
        for group in groups
    ]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence_group", "offences"])
    return frame.assign(offence=frame.offence_group, schema="mps_from_2024")


def said(frame: pd.DataFrame, source: str = CRIME) -> str:
    return " ".join(gaps_in(frame, source))


def test_a_whole_file_lacks_nothing():
    assert gaps_in(recorded(), CRIME) == ()


def test_months_that_are_absent_within_a_file_are_named():
    table = recorded(26)
    gone = table.month.isin(pd.to_datetime(["2024-03-01", "2024-04-01", "2024-07-01"]))
    assert "No row for March 2024 to April 2024 and July 2024:" in said(table[~gone])


def test_boroughs_that_are_absent_are_named_and_many_are_counted():
    table = recorded()
    assert "No rows for Hackney (1 of 32 boroughs)" in said(table[table.borough != "Hackney"])
    assert "(31 of 32 boroughs)" in said(table[table.borough == "Hackney"])


def test_a_group_that_others_have_is_named_with_its_borough_and_months():
    table = recorded()
    hole = (table.borough == "Hackney") & (table.offence_group == "Burglary")
    assert "No rows of Burglary for Hackney, which others have: no rate" in said(table[~hole])
    month = hole & (table.month == "2024-05-01")
    assert "Burglary for Hackney, which others have in May 2024:" in said(table[~month])


def test_groups_that_nobody_has_are_named():
    assert "No rows of Burglary for any borough" in said(recorded(groups=GROUPS[:1] + GROUPS[2:]))


def test_a_short_file_says_how_many_months_a_rate_and_a_change_need():
    assert "It holds 6 months" in said(recorded(6))
    assert "twelve in a row for a yearly rate and 24 for a change" in said(recorded(6))
    assert "It holds 1 month:" in said(recorded(1))


def test_a_stray_month_at_an_edge_is_named_with_its_count():
    table = recorded(25)
    last = table.month == table.month.max()
    stray = table.assign(offences=table.offences.mask(last, 1))
    assert "December 2025 is incomplete: 352 counted, 35,200 in the months next to it" in said(
        stray
    )


def test_a_survey_without_the_headline_question_or_london_says_so(tmp_path):
    rows = [row for row in builders.PAS_ROWS if row[4] == "Trust MPS"]
    told = said(
        tables.read(builders.american_survey(tmp_path / "a.csv", rows), "pas_borough"),
        "pas_borough",
    )
    assert "No answers on “" in told
    assert "No rows for" in told
    blank = [(*row[:6], "") for row in builders.PAS_ROWS]
    told = said(
        tables.read(builders.american_survey(tmp_path / "b.csv", blank), "pas_borough"),
        "pas_borough",
    )
    assert "No share for London in the last quarter" in told


def test_weights_say_which_groups_they_cannot_weigh(tmp_path):
    own = tables.read(builders.own_weights(tmp_path / "a.csv"), "harm_weights")
    assert "No weight for Arson and criminal damage" in said(own, "harm_weights")
    rows = [[*row[:3], 0] for row in builders.OWN_ROWS]
    none = tables.read(builders.own_weights(tmp_path / "b.csv", rows), "harm_weights")
    assert "No weights of offence groups" in said(none, "harm_weights")


def test_a_stray_month_of_one_kind_names_the_kind(tmp_path):
    rows = [
        (f"2024-0{month}-01", builders._BARNET, "Knife Crime", "Knife Crime", "Offences", n)
        for month, n in enumerate((90, 90, 90, 2), start=1)
    ]
    table = tables.read(builders.dashboard(tmp_path / "d.csv", rows), "mps_dashboard")
    assert "April 2024 is incomplete for Knife crime: 2 counted, 90" in said(table, "mps_dashboard")


@pytest.fixture
def gapped(tmp_path):
    path = tmp_path / "gap.csv"
    return builders.crime(path, months=("202401", "202403"))


def test_add_says_what_a_file_lacks_and_takes_it_all_the_same(tmp_path, gapped):
    done = CliRunner().invoke(pvtools, ["add", "--data", str(tmp_path / "d"), str(gapped)])
    assert done.exit_code == 0
    assert "Added gap.csv" in done.output
    assert "- No row for February 2024" in done.output


def test_sources_lists_what_files_lack_in_every_form(tmp_path, gapped):
    data = ["--data", str(tmp_path / "d")]
    CliRunner().invoke(pvtools, ["add", *data, str(gapped)])
    table, page, text, listed = (
        CliRunner().invoke(pvtools, ["sources", *form, *data]).output
        for form in ([], [CRIME], ["--csv"], ["--json"])
    )
    assert "gaps within 1 file" in table
    assert "lacks: No row for February 2024" in page
    assert "No row for February 2024" in text
    held = {one["source"]: one["held"] for one in json.loads(listed)}[CRIME]
    assert [bool(one["lacks"]) for one in held] == [False, True]


def test_a_file_added_before_gaps_were_noted_is_said_to_be_unknown_until_it_is_added_again(
    tmp_path, gapped
):
    data = builders.data_folder(tmp_path / "d")
    builders.add(data, CRIME, gapped, "2024-03")
    (held,) = sources.added(CRIME, data)
    assert held.lacks is None
    page = CliRunner().invoke(pvtools, ["sources", CRIME, "--data", str(data)]).output
    assert "Not checked for gaps when it was added" in page
    (one,) = intake.add([gapped], data_dir=data)
    assert one.outcome == "held"
    (held,) = sources.added(CRIME, data)
    assert "No row for February 2024" in " ".join(held.lacks)
