"""The confidence chapter claims no more than its tables, and made-up people are stamped."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pvtools import areas, confidence, estimates, measures, profiles, sources, tables, words
from pvtools.exhibits import Exhibit, Notice
from pvtools.stats import planning

STUDY = (
    "trend", "steady", "changes", "unusual", "borrowed", "places", "questions", "alike", "claim",
    "detectable",
)  # fmt: skip
PEOPLE = ("recovered", "gaps", "drivers", "representation", "satisfaction")


@pytest.fixture(scope="module")
def study() -> profiles.Study:
    return profiles.study("Hackney")


@pytest.fixture(scope="module")
def people() -> profiles.Respondents:
    return profiles.respondents(seed=3)


@pytest.mark.parametrize("name", STUDY)
def test_published_figures_are_not_stamped(study, name):
    exhibit = getattr(study, name)
    assert isinstance(exhibit, Exhibit)
    assert "SYNTHETIC" not in exhibit.to_html() + exhibit.svg
    assert "nan" not in re.findall(r"[a-z]+", exhibit.text().lower())


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_made_up_says_so_on_figure_sentence_and_page(people, name):
    exhibit = getattr(people, name)
    assert "SYNTHETIC" in exhibit.svg
    assert exhibit.headline.startswith("SYNTHETIC")
    assert exhibit.alt.startswith("SYNTHETIC")
    assert "SYNTHETIC: made-up data" in exhibit.to_html()
    assert exhibit.to_json()["synthetic"] is True


def test_the_headline_counts_what_the_table_shows(study):
    rows = study.changes.to_json()["table"]["rows"]
    moved = sum(row[-1] == "yes" for row in rows)
    assert len(rows) == 32
    assert moved == 0
    assert (
        study.changes.headline
        == "None of 32 boroughs moved by more than chance since the year to December 2022"
    )


def test_what_is_steadied_is_not_called_the_truth(study):
    assert "likely real" not in study.borrowed.headline
    assert "may span more" in study.borrowed.caveats[0]
    assert "drawn towards the mean of all" in study.borrowed.alt


def test_a_change_that_stands_only_when_taken_alone_says_so():
    alone = "Taken alone, Kingston upon Thames's change is more than chance would have it."
    held = tables.load()
    to_2022 = replace(held, survey=held.survey[held.survey.quarter_end <= "2022-12-31"])
    kingston, hackney = (
        profiles.Profile(
            profiles.Gathered(areas.find(name), profiles.Everywhere(to_2022, sources.register()))
        )
        for name in ("Kingston upon Thames", "Hackney")
    )
    assert "does not differ by more than chance" in kingston.findings.items[2].sentence
    assert kingston.confidence_trend.caveats[0].endswith(alone)
    assert "Taken alone" not in hackney.confidence_trend.caveats[0]


def test_that_boroughs_are_tested_together_is_owned_up_to(study):
    assert "tested for all 32 boroughs together" in study.questions.caveats[0]
    assert "“treat everyone fairly”" in study.questions.alt


def test_boroughs_most_alike_are_counted_in_english(study):
    assert study.alike.headline.endswith("overlaps that of all five boroughs most like it")


def test_how_unlike_itself_london_is_does_not_apply(study):
    table = study.alike.to_json()["table"]
    unlike = [(row[0], words.cell(row[-1], table["columns"][-1])) for row in table["rows"]]
    assert ("London", "does not apply") in unlike
    assert not any(said == "not given" for _, said in unlike)


def test_an_interval_is_written_in_its_table_as_in_its_sentence(study):
    html = study.london_since.to_html()
    ends = study.london_since.table.set_index("measure").loc["good_job"]
    low, high = words.interval(ends.lower, ends.upper, "points").split(" to ")
    assert high == "−0.1 points"
    assert f">{low} points</td>" in html
    assert f">{high}</td>" in html
    good_job = next(line for line in study.london_since.csv().splitlines() if "Good job" in line)
    assert good_job.startswith('"Good job",-2,-4,-0.1,')


def test_boroughs_are_never_in_the_order_of_their_values(study):
    for exhibit in (study.changes, study.borrowed, study.places):
        names = [row[0] for row in exhibit.to_json()["table"]["rows"]]
        assert names == sorted(names)


def test_the_chapter_is_about_the_question_that_was_asked():
    trust = profiles.study("Brent", measure="trust")
    for name in ("trend", "steady", "changes", "unusual", "borrowed", "places", "alike"):
        assert "can trust the Metropolitan Police" in getattr(trust, name).subtitle, name


def test_who_answers_is_asked_for_where_no_file_is_held(study):
    assert isinstance(study.representation, Notice)
    assert "pvtools add" in study.representation.text()


def test_most_of_the_intervals_hold_the_truth(people):
    share = int(re.search(r"(\d+)% of", people.recovered.headline)[1])
    assert 92 <= share <= 98


def test_equal_seeds_give_equal_exhibits(people):
    again = profiles.respondents(seed=3)
    assert again.recovered.svg == people.recovered.svg
    assert profiles.respondents(seed=4).recovered.svg != people.recovered.svg


def test_a_series_that_crosses_a_possible_break_says_so(study):
    broken = (
        "Interviews in person stopped in 2020, so answers before and after may not be comparable."
    )
    for exhibit in (study.trend, study.steady, profiles.load("Hackney").confidence_trend):
        assert broken in exhibit.caveats
    assert broken not in study.changes.caveats  # December 2022 to December 2023


def test_london_goes_on_where_boroughs_end_and_that_they_end_is_said(study):
    london = study.london
    assert isinstance(london, Exhibit)
    assert london.table.period.iloc[-1] == "year to 2025-09"
    assert london.table.lower.notna().all()
    assert london.headline.startswith("London, the year to September 2025: 46% say the police")
    said = " ".join(london.caveats)
    assert "No shares of boroughs are published after December 2023" in said
    assert "How the survey was drawn in 2025-09 is not stated" in said
    assert "Interviews in person stopped in 2020" in said


def test_a_change_that_rounding_could_undo_is_no_verdict_and_says_why(study):
    assert study.london.headline.endswith(
        "rounding could undo its change since the year to September 2023"
    )
    assert "−4 to −0.1 points" in study.london.alt
    assert "rounding alone could have made the change" in " ".join(study.london.caveats)
    listen = profiles.study("Hackney", measure="listen").london
    assert listen.headline.endswith("lower than in the year to September 2023")
    assert "rounding alone" not in " ".join(listen.caveats)


def test_a_question_that_ends_with_the_boroughs_does_not_say_it_goes_on():
    trust = profiles.study("Hackney", measure="trust").london
    assert "the year to December 2023" in trust.headline
    assert "held no further than December 2023" in trust.caveats[0]


def test_the_five_questions_that_go_on_are_set_against_the_same_wave(study):
    rows = study.london_since.table
    asked = {"good_job", "treat_fairly", "rely_on", "understand_issues", "listen"}
    assert set(rows.measure) == asked
    assert (set(rows.since), set(rows.period)) == ({"year to 2023-09"}, {"year to 2025-09"})
    stand = rows[rows.distinguishable]
    assert set(stand.measure) == {"understand_issues", "listen", "treat_fairly"}
    assert "fell on two and rose on one of five questions" in study.london_since.headline


def test_without_shares_of_london_a_notice_stands_in_their_place():
    held = tables.load()
    boroughs = replace(held, survey=held.survey[held.survey.borough != areas.LONDON])
    study = profiles.study("Hackney")
    study._of = profiles.Gathered(
        areas.find("Hackney"), profiles.Everywhere(boroughs, sources.register())
    )
    for piece in (study.london, study.london_since):
        assert isinstance(piece, Notice)
        assert "too few shares of London" in piece.text()


def test_the_design_effect_in_use_is_set_beside_what_the_series_imply(study):
    assert study.design.title == (
        "To December 2023 the series of “good job” implies a design effect of 2.10; intervals use "
        "2.3, the wider"
    )
    assert "three of eight questions" in study.design.note
    assert "13% wider" in study.design.note
    informed = study.design.table.set_index(["measure", "last"]).loc[("informed", "2023-12")]
    assert informed.compared == "narrower"


def test_the_page_of_all_questions_names_those_whose_intervals_are_too_narrow():
    shown = profiles.load("Hackney").confidence_questions
    implied = profiles.study("Hackney").design.table.query("last == '2023-12'")
    over = set(implied.measure[implied.implied > implied.in_use])
    (said,) = [text for text in shown.caveats if "too narrow" in text]
    assert {
        key for key in measures.QUESTIONS if f"“{measures.find(key).label.lower()}”" in said
    } == over
    assert "3% to 13% wider" in said


def test_the_number_of_interviews_says_which_years_it_is_stated_for():
    profile = profiles.load("Hackney")
    pages = (profile.confidence_trend.text(), profile.cannot_tell.text())
    for text in pages:
        assert "about 400 interviews a borough and year (stated for 2015 to 2022)" in text


def test_a_borough_that_moved_as_london_did_is_not_said_to_have_moved_by_nothing():
    notes = [
        " ".join(profiles.load(name).confidence_trend.caveats) for name in ("Westminster", "Brent")
    ]
    assert "has moved as London has, to the nearest point (apart by −10 to +10 points)." in notes[0]
    assert not re.search(r"\b0 points against", " ".join(notes))


def test_londons_own_report_goes_on_to_the_latest_wave_held_of_london():
    london = profiles.load("London")
    assert london.findings.items[2].label == "Confidence, year to September 2025"
    assert london.findings.items[3].label == "Trust, year to December 2023"
    assert "rounding to whole per cents could undo" in london.findings.items[3].sentence
    assert london.confidence_trend.table.period.iloc[-1] == "year to 2025-09"
    shown = london.confidence_questions
    assert set(shown.table.period) == {"year to 2025-09"}
    assert "Held no further than December 2023: “trust” 69% (68% to 70%)" in shown.caveats[0]
    said = "Residents' views held of London to September 2025, some to December 2023."
    assert said in london.cover.period
    assert "the year to December 2023" in london.map.subtitle
    glance = london.glance.table.set_index("indicator")
    assert glance.here["Good job"] == "46% (45% to 47%)"
    assert not any("boroughs moved" in note for note in london.confidence_trend.caveats)


def test_londons_own_series_is_not_taken_where_that_of_its_boroughs_goes_further():
    held = tables.load()
    survey = held.survey
    late = (survey.borough == areas.LONDON) & (survey.quarter_end > "2022-12-31")
    short = profiles.Everywhere(replace(held, survey=survey[~late]), sources.register())
    london = profiles.Profile(profiles.Gathered(areas.find("London"), short))
    assert london.findings.items[2].label == "Confidence, year to December 2023"
    assert london.confidence_trend.table.period.iloc[-1] == "year to 2023-12"


def test_the_map_shades_only_what_stands_once_all_boroughs_are_tested():
    profile = profiles.load("Hackney")
    apart = profile._of.apart("good_job")
    stands = set(apart.area[apart.distinguishable.astype(bool)])
    table = profile.map.table
    assert set(table.area[table.differs.isin(["higher", "lower"])]) == stands
    assert profile.map.headline == "Three of 32 boroughs stand apart, Hackney not among them"
    own = estimates.pick(profile._of.latest(profile._of.asked["good_job"]), area="Hackney")
    spread = words.interval(own.lower, own.upper, "percent")
    framed = f"Framed: Hackney {words.number(own.estimate, 'percent')} ({spread}). "
    assert profile.map.caveats[0].startswith(framed)
    assert "a borough's interval is about 7 points either way" in profile.map.caveats[0]
    tiles = [p for p in profile.map.figure().axes[0].patches if round(p.get_width(), 2) == 0.92]
    assert len({p.get_facecolor() for p in tiles if not p.get_hatch()}) == 2


def test_a_series_too_short_to_imply_a_design_effect_is_a_notice():
    held = tables.load()
    short = replace(held, survey=held.survey[held.survey.quarter_end > "2022-06-30"])
    study = profiles.study("Hackney")
    study._of = profiles.Gathered(
        areas.find("Hackney"), profiles.Everywhere(short, sources.register())
    )
    assert isinstance(study.design, Notice)
    assert "9 or more consecutive quarters" in study.design.text()


def test_the_national_survey_counts_what_stands_once_all_questions_are_tested(study):
    nation = study.nation
    assert nation.headline == (
        "In 2018 London's shares were higher than in England and Wales on three of nine questions, "
        "by more than chance"
    )
    assert "their levels must not be compared" in " ".join(nation.caveats)


def test_the_planner_says_what_a_change_would_take_and_what_a_year_can_show(study):
    rows = study.planner.to_json()["table"]["rows"]
    assert [row[0] for row in rows] == ["2 points", "3 points", "5 points", "10 points"]
    design, own = study._source.design, study.shares[study.shares.area == "Hackney"]
    latest = own[own.period == own.period.max()].iloc[0]
    for row, change in zip(rows, (0.02, 0.03, 0.05, 0.1), strict=True):
        either = [
            planning.sample_size(
                baseline=latest.estimate, change=way, design_effect=design.design_effect
            )
            for way in (change, -change)
        ]
        assert row[1] == pytest.approx(max(either), abs=1)
        assert row[2] == pytest.approx(row[1] / design.n)
        assert row[3] == ("yes" if row[1] <= design.n else "no")
    assert "Hackney has about 400 interviews a year" in study.planner.note
    assert f"{rows[0][1]:,.0f} in each" in study.planner.note


def test_the_planner_of_london_counts_the_interviews_of_all_boroughs():
    london = profiles.study("London").planner
    assert "London has about 12,800 interviews a year" in london.note
    assert "would show a change of 3 points four times in five" in london.note


def test_a_change_that_a_share_cannot_make_takes_the_interviews_of_the_other_way():
    found = confidence.needed([0.02, 0.1, 0.97], baseline=0.05, design_effect=1.0)
    rise = planning.sample_size(baseline=0.05, change=0.1)
    assert found.interviews[1] == pytest.approx(rise, abs=1)
    assert found.interviews.isna().tolist() == [False, False, True]


@pytest.mark.parametrize("name", ["Hackney", "London"])
def test_whether_opinion_changed_is_said_first_as_the_report_says_it_with_what_could_be_seen(name):
    study, profile = profiles.study(name), profiles.load(name)
    confidence_now, trust, smallest = study.in_brief.items
    assert [confidence_now, trust] == list(profile.findings.items[2:])
    assert "year earlier" in confidence_now.sentence
    [unseen] = [text for text in profile.cannot_tell.points if text.startswith("Small changes")]
    assert f"{smallest.number} in opinion, with {smallest.interval.removeprefix('with ')}" in unseen
    assert f"less than {smallest.number} from one year" in smallest.sentence
