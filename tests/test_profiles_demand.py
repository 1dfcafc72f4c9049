"""The demand chapter claims no more than its tables, and says what it assumes."""

from __future__ import annotations

import re

import pytest

from pvtools import areas, demand, places, profiles, tables, words
from pvtools.errors import InputError, UsageError
from pvtools.exhibits import Exhibit, Ledger, Notice

from . import builders
from .test_demand_abstraction import made_up

NAMES = (
    "currencies", "london_currencies", "groups", "index", "reach", "fraud", "rising",
    "reallocation",
)  # fmt: skip
CALLS = ("map", "hours", "chart", "outlook")
OF_CALLS = ("officers", "scenario", "sensitivity")


@pytest.fixture(scope="module")
def chapter() -> profiles.Demand:
    return profiles.demand("Hackney")


@pytest.fixture(scope="module")
def weighed(tmp_path_factory) -> profiles.Demand:
    folder = builders.data_folder(tmp_path_factory.mktemp("weighed"))
    builders.add(folder, "harm_weights", builders.index(folder / "index.csv"), "2024")
    return profiles.demand("Hackney", data_dir=folder)


def shown(chapter: profiles.Demand) -> list[Exhibit]:
    pieces = [getattr(chapter, name) for name in NAMES]
    pieces += [getattr(chapter, name)() for name in CALLS]
    return [*pieces, chapter.calls.cover, *(getattr(chapter.calls, name)() for name in OF_CALLS)]


def test_every_exhibit_stands_and_says_nothing_it_does_not_know(chapter):
    keys = set()
    for exhibit in shown(chapter):
        assert isinstance(exhibit, Exhibit)
        assert "nan" not in re.findall(r"[a-z]+", exhibit.text().lower()), exhibit.key
        assert "inf" not in re.findall(r"[a-z]+", exhibit.text().lower()), exhibit.key
        keys.add(exhibit.key)
    assert len(keys) == len(NAMES) + len(CALLS) + len(OF_CALLS)  # two areas share one key


def test_only_officer_hours_have_an_interval_and_what_it_is_of_is_said(chapter):
    for exhibit in (chapter.currencies, chapter.index):
        bounded = exhibit.table.currency[exhibit.table.lower.notna()]
        assert set(bounded) == {"hours"}
        assert exhibit.subtitle.endswith("; officer-hours with 95% interval")
        assert "what the range of assumed times leaves open" in " ".join(exhibit.caveats)


def test_two_verdicts_on_vehicle_offences_each_say_what_was_tested_together(chapter):
    report = profiles.load("Hackney")
    stands = report.glance.table.set_index("indicator").change["Vehicle offences"]
    assert stands.startswith("−24%"), "stands among boroughs: the number before its interval"
    assert "each row being tested over all 32 boroughs" in report.glance.note
    assert "none of 26 kinds of offence changed" in chapter.rising.headline
    assert chapter.rising.caveats[0].startswith(
        "Tested together are these 26 kinds of offence in one place, not one kind in all boroughs, "
        "as in reports: a kind may stand out among boroughs and not here."
    )


def test_a_table_tells_a_number_that_there_cannot_be_from_one_that_is_not_given(chapter):
    said = {
        (piece.key, column["label"]): column["missing"]
        for piece in (chapter.currencies, chapter.rising, chapter.outlook())
        for column in piece.to_json()["table"]["columns"]
    }
    assert said["demand-currencies", "Lower, 95%"] == "does not apply", "counts have no interval"
    assert said["demand-outlook", "Lower, 95%"] == "does not apply", "what came has none either"
    assert said["demand-outlook", "Upper, 80%"] == "does not apply"
    assert said["demand-rising", "Change"] == said["demand-rising", "Lower, 95%"] == "not given"
    assert said["demand-rising", "Note"] == "not given"
    rare = chapter.rising.table.set_index("group").loc["Aggravated vehicle taking"]
    assert "bear no verdict" in rare.caveat
    assert rare.verdict == "not tested"


def test_london_has_a_chapter_of_its_own():
    london = profiles.demand("london")
    for exhibit in (london.currencies, london.rising, london.outlook(), london.calls.officers()):
        assert "London" in exhibit.headline + exhibit.subtitle
    whole = (london.groups, london.index, london.map("hours"), london.weights, london.reallocation)
    assert all("set against" in notice.text() for notice in whole)
    assert all(isinstance(exhibit, Exhibit) for exhibit in (london.hours(), london.calls.cover))
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        profiles.demand("Hackny")


def test_three_lines_answer_how_many_officers_a_friday_night_takes(chapter):
    answer = chapter.calls.officers("Friday", hours=(20, 2), share_within=0.9, within_minutes=15)
    needed = demand.officers_needed(chapter.calls.profile)
    top = needed.loc[needed.estimate.idxmax()]
    assert f"would need {top.estimate:.0f} ({top.lower:.0f} to {top.upper:.0f})" in answer.headline
    assert any("assumed" in text for text in answer.caveats)
    assert isinstance(chapter.calls.assumptions(), Ledger)
    assert set(chapter.calls.assumptions().table.source.str.contains("assumption")) == {True}


def test_more_that_is_asked_needs_more_officers(chapter):
    busy = chapter.calls.supposing({"calls_per_offence": 4.0})
    usual, more = chapter.calls.officers(), chapter.calls.officers(profile=busy)
    first = [row[3] for row in usual.to_json()["table"]["rows"]]
    assert all(b > a for a, b in zip(first, [r[3] for r in more.to_json()["table"]["rows"]],
                                     strict=True))  # fmt: skip
    with pytest.raises(UsageError, match="are not: call_hours, calls_per_offence"):
        chapter.calls.supposing({"call_hours": "long", "calls_per_offence": float("nan")})
    with pytest.raises(UsageError, match="Unknown assumption"):
        chapter.calls.supposing({"calls": 4.0})
    with pytest.raises(InputError, match="occupancy_now lies between"):
        chapter.calls.supposing({"occupancy_now": 1.5})


def test_what_is_not_held_says_how_to_add_it(chapter):
    assert isinstance(chapter.abstraction, Notice)
    assert "pvtools add" in chapter.abstraction.text()


def test_the_week_of_searches_is_the_published_one_and_is_not_taken_for_that_of_calls(chapter):
    told = chapter.calls.week
    counts = tables.published("hours_of_week").query(
        "what == 'stop_search' and borough == 'Hackney'"
    )
    late = counts[counts.hour.between(15, 20)].counted.sum() / counts.counted.sum()
    assert told.headline.startswith(f"{late:.0%} of stops and searches in Hackney")
    assert set(told.table.period) == {"2021-06 to 2024-08"}
    assert set(told.table.area) == {"Hackney", "London"}
    said = " ".join(told.caveats)
    assert "not of when people need them" in said
    assert "The week of calls is not made of these" in said
    assert "no interval" in said
    assert "hours of the week: assumed" in chapter.calls.officers().source


def test_london_has_one_week_of_searches_and_nothing_beside_it():
    week = profiles.demand("London").calls.week
    assert set(week.table.area) == {"London"}
    assert len(week.table) == 168
    assert "In London" not in week.alt


def test_fires_are_told_as_what_is_asked_of_another_service(chapter):
    told = chapter.fires
    counts = tables.published("hours_of_week")
    shares = []
    for what in ("fire_engine_calls_sample", "dwelling_fires"):
        own = counts[counts.what == what]
        shares.append(f"{own[own.hour.between(15, 20)].counted.sum() / own.counted.sum():.0%}")
    assert shares[0] in told.headline
    assert shares[1] in told.headline
    assert "from 15:00 to 21:00" in told.headline
    assert "another service" in told.caveats[0]
    assert "their number means nothing" in told.caveats[1]


def test_outcomes_stand_in_the_chapter_as_the_report_has_them(chapter):
    report = profiles.load("Hackney")
    for name in ("outcomes", "outcomes_recording"):
        assert getattr(chapter, name).to_json() == getattr(report, name).to_json()


def test_outcomes_that_cannot_be_compared_are_not_said_to_have_fallen(chapter):
    shown = chapter.outcomes_recording
    assert "not comparable" in shown.headline
    assert "fell" not in shown.alt
    assert "in the six from then on 5.1, lower in 32 of 32 boroughs; in July 2025" in shown.alt


def test_the_outlook_says_that_months_counted_in_another_way_are_left_out(chapter):
    assert "counted in today's way" in " ".join(chapter.outlook().caveats)


def test_outcomes_of_all_kinds_together_are_named_in_the_table(chapter):
    kinds = chapter.outcomes.table.set_index("area").group
    assert "All kinds" in set(kinds["Hackney"])
    assert kinds.ne("").all()


def test_the_published_score_of_harm_is_told_beside_ours(chapter):
    score = tables.published("severity_scores").query(
        "area == 'Hackney' and year == 2023 and edition == 'to March 2023'"
    )
    assert f"{1000 * score.score.iloc[0]:,.0f}" in " ".join(chapter.currencies.caveats)


def test_a_register_of_an_older_version_takes_no_exhibit_of_published_figures_away(tmp_path):
    folder = builders.data_folder(tmp_path / "data")
    text = (places.shipped_data() / "sources.toml").read_text(encoding="utf-8")
    old = text.partition("\n[severity_weights]")[0]
    (folder / "sources.toml").write_text(old, encoding="utf-8")
    older = profiles.demand("Hackney", data_dir=folder)
    for piece in (older.outcomes, older.outcomes_recording, older.calls.week, older.fires):
        assert isinstance(piece, Exhibit)


def test_weights_that_fit_no_recorded_offence_say_what_to_add(tmp_path):
    folder = builders.data_folder(tmp_path / "data")
    own = builders.own_weights(tmp_path / "o.csv", [["Dog fouling", 7, "Own weights 2031", 8]])
    builders.add(folder, "harm_weights", own, "2031")
    misfit = profiles.demand("Hackney", data_dir=folder)
    for notice in (misfit.weights, misfit.map("harm")):
        assert isinstance(notice, Notice)
        assert "are of no kind of offence" in notice.text()
        assert "pvtools add" in notice.text()
    assert "no figure of harm" in " ".join(misfit.currencies.caveats)


@pytest.mark.parametrize("shown_of", ["chapter", "weighed"])
def test_with_weights_harm_stands_beside_counts_and_hours(shown_of, request):
    weighed = request.getfixturevalue(shown_of)
    kinds = {row[0] for row in weighed.currencies.to_json()["table"]["rows"]}
    assert kinds == {"Recorded offences", "Harm", "Officer-hours"}
    caveats = " ".join(weighed.currencies.caveats)
    if shown_of == "chapter":  # the weights that come with pvtools are of every offence
        assert "ONS Crime Severity Score 2019–20" in caveats
        assert "have no weight" not in caveats
    else:
        assert "Cambridge Crime Harm Index, national counts 2030/31" in caveats
        assert "of offences have no weight and are in no score: Aggravated vehicle" in caveats
    assert isinstance(weighed.map("harm"), Exhibit)
    assert "per harm" in weighed.reallocation.headline
    assert isinstance(weighed.weights, Exhibit)
    assert isinstance(weighed.calls.scenario("unmet_harm"), Exhibit)


def test_boroughs_are_never_in_the_order_of_their_values(weighed):
    for exhibit in (weighed.reallocation, weighed.weights, weighed.map("hours")):
        names = [row[0] for row in exhibit.to_json()["table"]["rows"]]
        assert names == sorted(names)
        assert len(set(names)) == len(areas.boroughs())


def test_the_share_of_mental_health_shows_what_it_displaces(chapter):
    rows = {
        row[0]: row for row in chapter.hours(mental_health_share=0.2).to_json()["table"]["rows"]
    }
    assert rows["Mental-health incidents (assumed)"][5] == pytest.approx(0.2)
    without = chapter.hours(mental_health_share=0)
    assert "Mental-health" not in str(without.to_json()["table"]["rows"])
    with pytest.raises(InputError, match="between 0 and"):
        chapter.hours(mental_health_share=0.3)


def test_searches_give_the_week_its_shape(tmp_path):
    head = (
        "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,"
        "Age range,Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,"
        "Outcome,Outcome linked to object of search,Removal of more than just outer clothing\n"
    )
    rows = "".join(
        f"Person search,2022-01-{day:02}T{hour:02}:17:00+00:00,,,,,,,,,,,,,\n"
        for day in range(3, 31)
        for hour in [*range(24), 17, 17, 17]
    )
    path = tmp_path / "2022-01-metropolitan-stop-and-search.csv"
    path.write_text(head + rows)
    chapter = profiles.demand("Hackney", searches=path)
    assert isinstance(chapter.calls.week, Exhibit)
    assert "17:00" in chapter.calls.week.headline
    assert "stops and searches" in chapter.calls.officers().source
    peak = chapter.calls.profile.week.groupby("hour").share.sum().idxmax()
    assert peak == 17


def test_scenarios_share_today_and_differ_by_what_they_assume(chapter):
    rows = chapter.calls.scenario("mean_wait").to_json()["table"]["rows"]
    today = {row[3] for row in rows if row[2] == 0}
    assert len(today) == 1
    assert {row[1] for row in rows} == {"As now", "Retrenchment", "Overstretch", "Focused impact"}


def test_equal_seeds_give_equal_exhibits(chapter):
    again = profiles.demand("Hackney")
    assert again.currencies.svg == chapter.currencies.svg
    assert again.calls.scenario().svg == chapter.calls.scenario().svg
    assert profiles.demand("Hackney", seed=9).calls.scenario().svg != chapter.calls.scenario().svg


def test_a_borough_whose_kinds_are_not_all_published_is_not_added_up(monkeypatch):
    chapter = profiles.demand("Hackney")
    every = chapter._of.incidents
    without = every[~((every.borough == "Hackney") & (every.offence_group == "Theft"))]
    monkeypatch.setitem(chapter._of.everywhere.__dict__, "incidents", without)
    monkeypatch.setattr(chapter._of.everywhere, "_kept", {})
    for piece in (chapter.index, chapter.map("hours"), chapter.currencies):
        assert isinstance(piece, Notice)
        assert "Not published, so there is no figure: Theft." in " ".join(piece.points)


def test_exhibits_of_ward_officers_say_that_their_year_is_a_year(monkeypatch):
    amounts = made_up([area.name for area in areas.boroughs()])
    monkeypatch.setattr(tables, "held", lambda key, data_dir=None: key == "mps_abstractions")
    monkeypatch.setattr(tables, "load_abstractions", lambda data_dir=None: amounts)
    chapter = profiles.demand("Hackney")
    year = words.span(f"year to {amounts.month.max():%Y-%m}")
    assert year.startswith("the year to")
    assert chapter.abstraction.subtitle.endswith(f"headline: {year}")
    assert f"Over {year} it was" in chapter.abstraction.alt
    assert chapter.matching.vintage.endswith(f": {year}")


def test_how_much_crime_the_police_learn_of_is_told_with_its_place_and_want_of_an_interval(chapter):
    told = chapter.reporting
    assert "93% of theft of vehicles and 13% of fraud and computer misuse" in told.headline
    assert "England and Wales" in told.subtitle
    assert "27%" in told.caveats[0]
    assert "no interval is given" in " ".join(told.caveats)
