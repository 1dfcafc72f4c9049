"""Profiles: what a report says of a borough follows from its figures."""

from __future__ import annotations

import re

import pytest

from pvtools import (
    areas,
    confidence,
    demand,
    estimates,
    places,
    profiles,
    sources,
    tables,
    words,
)
from pvtools.errors import UsageError

PIECES = (
    "cover", "findings", "map", "cannot_tell", "demand_trend", "demand_currencies",
    "confidence_trend", "confidence_questions", "demand_similar", "confidence_strip",
    "outcomes", "outcomes_recording", "distortion_checks", "origins", "provenance",
)  # fmt: skip
EXHIBITS = (
    "map", "demand_trend", "demand_currencies", "confidence_trend",
    "confidence_questions", "demand_similar", "confidence_strip",
)  # fmt: skip


@pytest.fixture(scope="module")
def held() -> tables.Tables:
    return tables.load()


@pytest.fixture(scope="module")
def register() -> dict[str, sources.Source]:
    return sources.register()


@pytest.fixture(scope="module")
def of_all(held, register) -> profiles.Everywhere:
    of_all = profiles.Everywhere(held, register)
    of_all.prepare()
    return of_all


@pytest.fixture(scope="module")
def every(of_all) -> dict[str, profiles.Profile]:
    return {b.name: profiles.Profile(profiles.Gathered(b, of_all)) for b in areas.boroughs()}


def test_no_two_boroughs_share_a_figure_or_a_finding_and_none_lacks_a_piece(every):
    seen: dict[str, str] = {}
    for name, profile in every.items():
        for piece in PIECES:
            text = getattr(profile, piece).text()
            assert text
            assert "nan" not in re.findall(r"[a-z]+", text.lower()), (name, piece)
        shown = [getattr(profile, exhibit).picture for exhibit in EXHIBITS]
        for text in [*shown, profile.findings.text()]:
            assert text not in seen, f"{name} shows a figure of {seen.get(text)}"
            seen[text] = name


def test_what_all_areas_share_is_estimated_before_the_first_report_and_never_again(
    of_all, monkeypatch
):
    for topic, name in (
        (confidence, "proportion"),
        (confidence, "change"),
        (confidence, "change_beside_london"),
        (confidence, "difference_from_london"),
        (demand, "shares_in_each"),
    ):
        monkeypatch.setattr(topic, name, lambda *_, **__: pytest.fail("It is estimated again."))
    profile = profiles.Profile(profiles.Gathered(areas.find("Hackney"), of_all))
    for piece in (*PIECES, "glance", "questions"):
        assert getattr(profile, piece).text()


def test_the_number_the_interval_and_the_sentence_come_from_one_estimate(held, register):
    profile = profiles.Profile(
        profiles.Gathered(areas.find("Hackney"), profiles.Everywhere(held, register))
    )
    shares = confidence.proportion(held.survey, "good_job", design=register["pas_borough"].design)
    own = estimates.pick(shares, area="Hackney", period="year to 2023-12")
    finding = profile.findings.items[2]
    assert finding.number == words.number(own.estimate, "percent")
    assert finding.interval == words.interval(own.lower, own.upper, "percent")
    assert f"{finding.number} ({finding.interval})" in finding.sentence
    assert f"{finding.number} ({finding.interval})" in profile.confidence_trend.alt
    rows = profile.confidence_trend.to_json()["table"]["rows"]
    assert ["Hackney", "year to 2023-12", own.estimate, own.lower, own.upper] in rows


def test_a_headline_says_no_more_than_the_interval_bears(every, held):
    changes = demand.year_change(held.recorded_crime)
    for name, profile in every.items():
        change = estimates.pick(changes, area=name)
        headline = profile.demand_trend.headline
        if change.lower <= 0 <= change.upper or change.adjusted >= 0.05:
            assert headline.endswith("not clear") or "once all areas are tested" in headline
        else:
            assert ("More" if change.lower > 0 else "Fewer") in headline


def test_shares_of_counted_offences_have_no_interval_as_page_one_says_of_their_number(every):
    shown = every["Hackney"].demand_currencies
    assert set(shown.table.currency) == {"offences", "harm"}
    assert shown.table[["lower", "upper", "level"]].isna().all(axis=None)
    assert not re.search(r"\d to \d", shown.headline + shown.alt)
    assert "interval" not in shown.subtitle
    assert "have no interval, nor has harm" in " ".join(shown.caveats)
    assert "no interval" in every["Hackney"].findings.items[0].sentence


def test_the_city_has_no_report_and_is_told_why():
    with pytest.raises(UsageError, match="police force of its own"):
        profiles.load("City of London")


def test_a_borough_may_be_asked_for_by_name_code_or_slug():
    names = {profiles.load(n).area.name for n in ("HACKNEY", "E09000012", "hackney")}
    assert names == {"Hackney"}


def test_what_is_held_is_told_with_its_checksum():
    held = profiles.holdings()
    text = held.origins.text()
    assert "Metropolitan Police Service" in text
    assert held.tables.held[0].sha256[:8] in text
    assert "pvtools add" in held.missing.note
    assert "6,112 of 6,112" in held.crime.alt
    assert "7 of 8 questions" in held.survey.headline


def test_every_data_set_is_told_with_its_reach_and_its_limits_and_its_owner_with_a_checksum():
    held = profiles.holdings()
    told = held.everything.table.set_index("key")
    assert len(held.origins.table) == len(told) - 1  # the areas themselves are no figures
    survey = told.loc["pas_borough"]
    assert survey.span == "December 2014 to September 2025"
    assert survey.of_boroughs == "all 32"
    assert "No boroughs after December 2023" in survey.lacks
    assert told.lacks["women_and_girls_by_month"] == "no gaps"
    assert told.of_boroughs["reporting_rates"] == "none"
    assert "rates before 2021 are of the residents of 2021" in told.cannot_bear["census_2021"]


def test_breaks_are_told_with_levels_in_their_own_units_and_what_they_cannot_bear():
    every = profiles.holdings().breaks()
    assert every.title.startswith("35 changes")
    assert "what is seen in the series, not why" in every.note
    table = every.table.set_index(["span", "offence"])
    march = table.loc[("March 2020", "All offences")]
    assert (march.before, march.after, march.unit) == ("not given", "19.1%", "share of offences")
    drugs = table.loc[("August 2024", "Possession of drugs")]
    assert (drugs.before, drugs.after, drugs.unit) == ("1,983", "2,791", "offences a month")
    own = profiles.holdings().breaks("Hackney", "burglary")
    assert own.title == "13 changes to know in recorded crime: Hackney, burglary"


def test_the_code_digest_is_that_of_the_code():
    assert re.fullmatch(r"[0-9a-f]{64}", places.code_digest())
    assert places.code_digest()[:12] in profiles.load("Brent").provenance.text()


def test_page_one_says_who_publishes_it_whom_to_ask_and_that_it_is_no_official_statistic():
    plain = profiles.load("Hackney").cover.imprint
    assert plain == "Made from open data with pvtools; not an official statistic."
    named = profiles.load("Hackney", publisher="The Council", contact="ask@example.org").cover
    assert named.imprint == f"Published by The Council. {plain} Contact: ask@example.org"
    assert "ask@example.org" in named.text()
    assert "ask@example.org" in named.to_html()
