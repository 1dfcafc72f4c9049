"""Whatever is added, a report is made: each exhibit rests on figures, or says what is missing.

The figures are made up: every borough records the same in every month, so that what a report
should say can be reckoned by hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pvtools import areas, demand, exhibits, figures, profiles, sources, tables
from pvtools.exhibits import Exhibit, Notice
from pvtools.tables import intake
from pvtools.tables.harm_offences import GROUP_OF_OFFENCE

from . import builders

NAMES = [b.name for b in areas.boroughs()]
ASKED = ("Hackney", "Camden")
GROUPS = sorted(set(GROUP_OF_OFFENCE.values()))
OFFENCES = {group: next(o for o, g in GROUP_OF_OFFENCE.items() if g == group) for group in GROUPS}
#: The same for the earlier way of counting, which has no offences of these names.
LATER = {"Other offences public order", "Misc crimes against society"}
OLDER = {
    group: next(o for o, g in GROUP_OF_OFFENCE.items() if g == group and o not in LATER)
    for group in GROUPS
}
PIECES = (
    "cover", "findings", "map", "cannot_tell", "demand_trend", "demand_currencies",
    "confidence_trend", "confidence_questions", "demand_similar", "confidence_strip",
    "outcomes", "outcomes_recording", "distortion_checks", "origins", "provenance",
)  # fmt: skip
OF_CRIME = ("demand_trend", "demand_currencies", "demand_similar")
OF_SURVEY = ("map", "confidence_trend", "confidence_questions", "confidence_strip")
CHAPTER = (
    "currencies", "london_currencies", "groups", "index", "weights", "reach", "fraud", "rising",
    "abstraction", "matching", "reallocation",
)  # fmt: skip


def count(name: str, group: str, at: int) -> int:
    """Return what a borough records: more in some boroughs, groups and months than in others."""
    return 100 + 7 * NAMES.index(name) + 31 * (GROUPS.index(group) % 4) + 3 * (at % 12) + at // 12


def met(
    path: Path,
    first: str = "2024-03",
    months: int = 24,
    *,
    names: list[str] = NAMES,
    groups: list[str] = GROUPS,
    without: tuple[str, str] = ("", ""),
    gap: str = "",
    last: float = 1,
    old: bool = False,
    units: bool = False,
) -> Path:
    """Write the publisher's wide table of some months, boroughs and groups.

    ``without`` names a borough and a group that has no rows; ``gap`` a month that is left out;
    ``last`` is the share of its offences that the last month holds.
    """
    span = pd.date_range(first, periods=months, freq="MS")
    since = 12 * 2024 + 3  # months are counted from March 2024, whatever file they stand in
    kept = [
        (12 * day.year + day.month - since, f"{day:%Y%m}") for day in span if f"{day:%Y-%m}" != gap
    ]
    case = str.title if old else str.upper
    offences = OLDER if old else OFFENCES
    rows = [
        [
            case(group), case(offences[group]), name,
            *(round(count(name, group, at) * (last if at == kept[-1][0] else 1)) for at, _ in kept),
        ]
        for name in names for group in groups if (name, group) != without
    ]  # fmt: skip
    head = builders.NEW_HEAD
    if old or units:
        head = builders.OLD_HEAD if old else builders.UNIT_HEAD
    return builders.crime(path, head, rows, [month for _, month in kept])


def pas(
    path: Path,
    years: tuple[int, ...] = (2019, 2020, 2021),
    *,
    names: list[str] = NAMES,
    labels: tuple[str, ...] = ('"Good Job" local', "Trust MPS"),
    london: float | str = 0.6,
    month: tuple[int, int] = (12, 31),
) -> Path:
    """Write the survey's borough file of some years, boroughs and questions."""
    rows = [
        (year, *month, name, label, round(0.4 + 0.005 * NAMES.index(name) + 0.01 * (year % 5), 3),
         london)
        for year in years for name in names for label in labels
    ]  # fmt: skip
    return builders.american_survey(path, rows)


def folder(path: Path, *, crime: dict | None = None, survey: dict | None = None) -> Path:
    """Return a data folder whose own published figures are of these months and boroughs."""
    (path / "published").mkdir(parents=True)
    (path / "raw").mkdir()
    held = tables.read(
        met(path / "m.csv", **({"months": 1} if crime is None else crime)), "mps_recorded_crime"
    )
    wide(held, ("borough", "offence_group", "offence"), "month", "offences").to_csv(
        path / "published" / "recorded_crime.csv"
    )
    answers = tables.read(pas(path / "p.csv", **(survey or {})), "pas_borough").dropna()
    wide(answers, ("measure", "borough"), "quarter_end", "proportion").to_csv(
        path / "published" / "confidence.csv"
    )
    return path


def wide(table: pd.DataFrame, texts: tuple[str, ...], when: str, value: str) -> pd.DataFrame:
    """Return a tidy table as the figures that come with pvtools lie: a column a month."""
    months = table[when].dt.strftime("%Y-%m").rename(None)
    return table.set_index([*texts, months])[value].unstack()


@pytest.fixture
def bare(monkeypatch):
    """Draw every figure and write none: what is written is tested elsewhere, and is slow."""

    def svg(drawing: figures.Drawing) -> str:
        figure, axes = plt.subplots()
        drawing.draw(axes)
        plt.close(figure)
        return "<svg/>"

    monkeypatch.setattr(figures.Drawing, "svg", svg)


def walked(data: Path, name: str) -> dict[str, exhibits.Piece]:
    """Return every piece of a borough's report, each shown as text and read for nonsense."""
    profile = profiles.load(name, data_dir=data)
    pieces = {piece: getattr(profile, piece) for piece in PIECES}
    for key, piece in pieces.items():
        words = re.findall(r"[a-z]+", piece.text().lower())
        assert "nan" not in words, (name, key)
        assert "nat" not in words, (name, key)
        if isinstance(piece, Notice):
            assert all(point.strip() for point in piece.points), (name, key)
            assert key == "cannot_tell" or len(piece.points) >= 2, (name, key)
    return pieces


ONE = [["Arson", 2, "Weights 2031", 5]]
CRIME = {
    "one month": [{"months": 1}],
    "six months": [{"first": "2025-09", "months": 6}],
    "a year": [{"months": 12}],
    "a month gone": [{"gap": "2025-12"}],
    "without a borough": [{"names": [n for n in NAMES if n != "Hackney"]}],
    "without a group of one borough": [{"without": ("Hackney", "Burglary")}],
    "one borough only": [{"names": ["Camden"]}],
    "one group only": [{"groups": ["Burglary"]}],
    "a later lone month": [{}, {"first": "2026-03", "months": 1}],
    "later months after a gap": [{}, {"first": "2026-06", "months": 3}],
    "a later file of one borough": [{}, {"first": "2025-09", "months": 9, "names": ["Camden"]}],
    "a later file of one group": [{}, {"first": "2025-09", "months": 9, "groups": ["Theft"]}],
    "a stray last month": [{"months": 25, "last": 0.001}],
    "the older schema only": [{"first": "2021-08", "old": True}],
    "both schemas": [{"first": "2022-09", "old": True}, {}],
    "twelve boroughs": [{"names": NAMES[5:17]}],
}  # fmt: skip
SURVEY = {
    "three waves": {},
    "one wave": {"years": (2021,)},
    "without a borough": {"names": [n for n in NAMES if n != "Hackney"]},
    "without the headline question": {"labels": ("Trust MPS",)},
    "one borough": {"names": ["Camden"]},
    "no share of London": {"london": "", "names": NAMES[1:]},
}
WEIGHTS = {
    "none": [],
    "two of one year": [builders.INDEX_ROWS, builders.OWN_ROWS],
    "of one offence": [ONE],
    "zero": [[["Arson", 0, "Weights 2031", 5]]],
}


@pytest.mark.parametrize(
    ("crime", "survey", "weights"),
    [
        (crime, list(SURVEY)[at % len(SURVEY)], list(WEIGHTS)[at % len(WEIGHTS)])
        for at, crime in enumerate(CRIME)
    ],
)
def test_whatever_is_added_every_piece_of_a_report_is_made(tmp_path, bare, crime, survey, weights):
    data = folder(tmp_path / "data", survey=SURVEY[survey])
    files = [met(tmp_path / f"{n}.csv", **one) for n, one in enumerate(CRIME[crime])]
    for n, rows in enumerate(WEIGHTS[weights]):
        write = builders.index if rows is builders.INDEX_ROWS else builders.own_weights
        files.append(write(tmp_path / f"w{n}.csv", rows))
    assert {one.outcome for one in intake.add(files, data_dir=data)} == {"new"}
    recorded = tables.load(data).recorded_crime
    year, two = demand.available(recorded), demand.available(recorded, years=2)
    for name in ASKED:
        pieces = walked(data, name)
        assert isinstance(pieces["demand_trend"], Exhibit) == (not two.says(name))
        assert isinstance(pieces["demand_currencies"], Exhibit) == (not year.says(name))
        told = pieces["findings"].items[0]
        assert (told.number == "Not given") == bool(year.says(name))


@pytest.mark.parametrize("survey", list(SURVEY))
def test_whatever_the_survey_lacks_the_rest_of_the_report_stands(tmp_path, bare, survey):
    data = folder(tmp_path / "data", crime={}, survey=SURVEY[survey])
    for name in ASKED:
        pieces = walked(data, name)
        assert all(isinstance(pieces[key], Exhibit) for key in OF_CRIME)
        here = name in SURVEY[survey].get("names", NAMES) and "years" not in SURVEY[survey]
        if survey in ("three waves", "without a borough") and here:
            assert all(isinstance(pieces[key], Exhibit) for key in OF_SURVEY), name


@pytest.mark.parametrize("crime", ["six months", "without a borough", "a later file of one group",
                                   "without a group of one borough", "both schemas"])  # fmt: skip
@pytest.mark.parametrize("area", ["Hackney", "London"])
def test_whatever_is_added_every_exhibit_of_the_chapter_on_demand_is_made(
    tmp_path, bare, crime, area
):
    data = folder(tmp_path / "data")
    files = [met(tmp_path / f"{n}.csv", **one) for n, one in enumerate(CRIME[crime])]
    files.append(builders.abstractions(tmp_path / "t.csv"))
    intake.add(files, data_dir=data)
    chapter = profiles.demand(area, data_dir=data)
    shown = [getattr(chapter, name) for name in CHAPTER]
    shown += [chapter.map("offences"), chapter.hours(), chapter.chart(), chapter.outlook()]
    calls = chapter.calls
    shown += [calls.cover, calls.officers(), calls.scenario(years=1), calls.sensitivity()]
    for piece in shown:
        assert isinstance(piece, Exhibit | Notice)
        assert "nan" not in re.findall(r"[a-z]+", piece.text().lower())


def test_at_a_glance_the_latest_year_is_one_that_every_borough_has(tmp_path, bare):
    data = folder(tmp_path / "data", crime={"first": "2022-03"})
    later = met(tmp_path / "m.csv", names=[n for n in NAMES if n != "Hackney"])
    intake.add([later], data_dir=data)
    people = {b.name: b.residents for b in areas.boroughs()}
    for name in ASKED:
        profile = profiles.load(name, data_dir=data)
        cells = profile.glance.table.set_index("indicator")
        right = sum(count(name, group, at) for group in GROUPS for at in range(-12, 0))
        assert cells.period["All crime"] == "Feb 2024"
        assert cells.here["All crime"] == f"{1000 * right / people[name]:,.1f}"
        assert "nan" not in re.findall(r"[a-z]+", profile.glance.text().lower())
        assert cells.past["All crime"].startswith("All crime: from ")


def test_with_six_months_there_is_no_rate_and_no_change_and_each_notice_says_what_to_add(
    tmp_path, bare
):
    data = folder(tmp_path / "data", crime={"first": "2025-09", "months": 6})
    pieces = walked(data, "Hackney")
    for key in OF_CRIME:
        assert isinstance(pieces[key], Notice)
        assert "A year to February 2026" in pieces[key].text() or "Two years" in pieces[key].text()
        assert " to August 2025" in pieces[key].text()
        assert "pvtools add FILE" in pieces[key].text()
    assert [item.number for item in pieces["findings"].items[:2]] == ["Not given", "Not given"]
    assert all(isinstance(pieces[key], Exhibit) for key in OF_SURVEY)


def test_a_borough_without_a_group_has_no_rate_and_the_others_keep_theirs(tmp_path, bare):
    data = folder(tmp_path / "data")
    file = met(tmp_path / "m.csv", without=("Hackney", "Burglary"))
    (one,) = intake.add([file], data_dir=data)
    assert "No rows of Burglary for Hackney, which others have" in " ".join(one.lacks)
    hackney, camden = (walked(data, name) for name in ("Hackney", "Camden"))
    told = hackney["findings"].items[0]
    assert told.number == "Not given"
    assert "Not published for Hackney" in told.sentence
    assert "Burglary" in told.sentence
    every = pd.DataFrame(
        [(n, g, at, count(n, g, at)) for n in NAMES for g in GROUPS for at in range(12, 24)],
        columns=["borough", "group", "at", "n"],
    )
    people = {b.name: b.residents for b in areas.boroughs()}
    right = 1000 * every.n[every.borough == "Camden"].sum() / people["Camden"]
    assert camden["findings"].items[0].number == f"{right:,.1f}"
    others = every[every.borough != "Hackney"]
    london = 1000 * others.n.sum() / sum(people[name] for name in set(others.borough))
    assert f"in London, {london:,.1f}" in camden["findings"].items[0].sentence
    assert "London is without Hackney" in camden["findings"].items[0].sentence


def test_a_later_file_by_policing_unit_gives_the_year_and_the_change_in_one_way(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    intake.add([met(tmp_path / "u.csv", "2024-07", units=True)], data_dir=data)
    recorded = tables.load(data).recorded_crime
    two = demand.available(recorded, years=2)
    assert (two.schema, f"{two.months[-1]:%Y-%m}", two.why) == ("mps_from_2026", "2026-06", "")
    trend = walked(data, "Hackney")["demand_trend"]
    assert "From July 2024 offences are counted by policing unit" in trend.text()


def test_months_counted_in_another_way_join_no_year_on_any_page(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    intake.add([met(tmp_path / "u.csv", "2026-03", 3, units=True)], data_dir=data)
    profile = profiles.load("Camden", data_dir=data)
    row = profile.glance.table.set_index("indicator").loc["All crime"]
    assert row.period == "Feb 2026"
    assert row.here == profile.findings.items[0].number
    assert row.change != "–", "both of these years are counted in one way"


def test_the_fuller_release_fills_what_a_later_one_lacks(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    whole = walked(data, "Hackney")["findings"].items[0].number
    intake.add([met(tmp_path / "m.csv", without=("Hackney", "Burglary"))], data_dir=data)
    assert walked(data, "Hackney")["findings"].items[0].number == whole


def test_months_after_a_gap_do_not_take_the_latest_whole_year_away(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    intake.add([met(tmp_path / "m.csv", "2026-06", 3)], data_dir=data)
    pieces = walked(data, "Camden")
    assert "Recorded crime to February 2026" in pieces["cover"].period
    assert "Months up to August 2026 are held" in " ".join(pieces["demand_trend"].caveats)


def test_a_borough_that_the_latest_wave_lacks_keeps_its_own_last_one(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    later = pas(tmp_path / "p.csv", (2022,), names=["Camden"])
    intake.add([later], data_dir=data)
    shown = {name: walked(data, name)["findings"].items[2].label for name in ("Hackney", "Camden")}
    assert shown == {
        "Hackney": "Confidence, year to December 2021",
        "Camden": "Confidence, year to December 2022",
    }


def test_a_file_with_less_than_what_is_held_changes_no_finding(tmp_path, bare):
    data = folder(tmp_path / "data", crime={})
    before = [walked(data, name)["findings"].text() for name in ASKED]
    for n, change in enumerate((
        {"first": "2025-09", "months": 6}, {"gap": "2025-12"},
        {"names": [n for n in NAMES if n != "Hackney"]}, {"months": 25, "last": 0.001},
    )):  # fmt: skip
        intake.add([met(tmp_path / f"{n}.csv", **change)], data_dir=data)
        assert [walked(data, name)["findings"].text() for name in ASKED] == before, change


def test_offences_told_in_some_months_only_are_added_up_as_groups(tmp_path):
    data = folder(tmp_path / "data", crime={})
    recorded = tables.load(data).recorded_crime
    whole = demand.incidents(recorded)
    mixed = recorded.assign(offence=recorded.offence.mask(recorded.month >= "2025-09-01"))
    assert demand.finest(mixed) == "offence_group"
    pd.testing.assert_series_equal(
        demand.incidents(mixed).groupby(["borough", "offence_group"]).offences.sum(),
        whole.groupby(["borough", "offence_group"]).offences.sum(),
    )


def test_a_notice_says_what_is_missing_how_to_add_it_and_what_it_would_show():
    source = sources.find("harm_weights")
    notice = exhibits.absent("Not known", ["Nothing is held.", "Nothing is held."], source=source)
    assert notice.points == [
        "Nothing is held.",
        "Add the publisher's file with: pvtools add FILE",
        f"What it would show: {source.gains}",
    ]
    assert np.size(exhibits.absent("Not known", "Why.").points) == 1


@pytest.mark.kernel
def test_the_report_of_a_borough_that_a_file_lacks_is_made_with_notices(tmp_path):
    data = folder(tmp_path / "data", survey={"labels": ("Trust MPS",)})
    others = met(tmp_path / "m.csv", names=[name for name in NAMES if name != "Hackney"])
    intake.add([others], data_dir=data)
    command = [sys.executable, "-m", "pvtools", "report", "hackney", "--data", str(data)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "hackney" / "pvtools-hackney.html").read_text()
    assert "No offences are held for Hackney in these months." in page
    assert "has no answers on “good job" in page
    assert "pvtools add FILE" in page
