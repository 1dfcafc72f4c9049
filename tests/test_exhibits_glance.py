"""A place at a glance: its cells, what is said of a change, and that no other place is named."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from pvtools import areas, estimates, exhibits
from pvtools.exhibits.glance import Indicator

NEAR = ["Camden", "Lambeth", "Newham"]
#: Made up: eight boroughs and London.
RATES = {
    "Hackney": 118.24, "Camden": 130.0, "Lambeth": 101.0, "Newham": 95.06, "Barnet": 61.94,
    "Brent": 80.0, "Sutton": 50.0, "Westminster": 340.5, "London": 99.0,
}  # fmt: skip


def level(values: dict[str, float], measure: str, *, spread: float | None = None) -> pd.DataFrame:
    """Return an estimate table of one year, with an interval if it has a ``spread``."""
    frame = pd.DataFrame({"area": list(values), "estimate": list(values.values())}, dtype=object)
    frame["estimate"] = frame["estimate"].astype(float)
    return estimates.table(
        frame.assign(
            lower=frame.estimate - (float("nan") if spread is None else spread),
            upper=frame.estimate + (float("nan") if spread is None else spread),
        ),
        measure=measure, quantity="level", period="year to 2025-11", level=0.95, n=float("nan"),
        method="made up", caveat="",
    )  # fmt: skip


def moved(measure: str, rows: dict[str, tuple[float, float, float, bool]]) -> pd.DataFrame:
    """Return changes: each with its ends, and whether it stands once all are tested."""
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["estimate", "lower", "upper", "distinguishable"]
    )
    return estimates.table(
        frame.rename_axis("area").reset_index(), measure=measure, quantity="change",
        period="year to 2025-11", level=0.95, n=float("nan"), method="made up", caveat="",
    )  # fmt: skip


def past(*values: float, last: int = 2025, month: int = 11) -> pd.Series:
    """Return values by year that end with the last one."""
    years = range(last - len(values) + 1, last + 1)
    return pd.Series(values, pd.to_datetime([f"{year}-{month:02}-01" for year in years]))


def items() -> list[Indicator]:
    """Return five indicators of Hackney, each with something of its own."""
    shares = {name: 0.5 + 0.01 * at for at, name in enumerate(RATES)}
    return [
        Indicator(
            "All crime",
            level(RATES, "offence_rate"),
            change=moved("offence_rate", {"Hackney": (-0.0836, -0.12, -0.041, True)}),
            since=moved("offence_rate", {"Hackney": (0.2, 0.151, 0.249, True)}),
            years=past(105.04, 140.0, 118.24),
            breaks=(2024,),
        ),
        Indicator(
            "Robbery",
            level({name: value / 20 for name, value in RATES.items()}, "offence_rate"),
            change=moved("offence_rate", {"Hackney": (0.03, -0.02, 0.08, False)}),
            since=moved("offence_rate", {"Hackney": (0.06, 0.01, 0.11, False)}),
            years=past(5.0, 5.912),
        ),
        Indicator(
            "Good job",
            level(shares, "good_job", spread=0.05),
            change=moved("good_job", {"Hackney": (-0.06, -0.11, -0.01, True)}),
        ),
        Indicator(
            "Trust",
            level({name: value for name, value in shares.items() if name != "Hackney"}, "trust"),
            years=past(0.6, 0.7),
        ),
        Indicator("Stops and searches", level({"Hackney": 21.0, "London": 15.5}, "search_rate")),
    ]


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    ledger = exhibits.glance.table(items(), area="Hackney", near=NEAR, since="2015/16")
    return ledger.table.set_index("indicator")


def test_a_count_has_no_interval_and_a_share_has_one(cells):
    assert cells.here["All crime"] == "118.2"
    assert cells.here["Robbery"] == "5.9"
    assert cells.here["Good job"] == "50% (45% to 55%)"
    assert cells.london["All crime"] == "99.0"
    assert cells.london["Good job"] == "58% (53% to 63%)"
    assert set(cells.period) == {"Nov 2025"}


def test_the_places_alike_are_a_range_without_names(cells):
    assert cells.near["All crime"] == "95.1 to 130.0"
    assert cells.near["Good job"] == "51% to 53%"


def test_a_clear_change_has_its_interval_and_one_that_chance_could_make_has_the_interval_alone(
    cells,
):
    assert cells.change["All crime"] == "−8% (−12 to −4%)"
    assert cells.since["All crime"] == "+20% (+15 to +25%)"
    assert cells.change["Good job"] == "−6 points (−11 to −1 point)"
    assert cells.change["Robbery"] == "(−2 to +8%)", "the interval alone: no change is claimed"


def test_a_change_whose_own_interval_leaves_zero_out_is_not_clear_unless_it_stands_among_all(cells):
    assert cells.since["Robbery"] == "(+1 to +11%)"


def test_what_is_not_held_is_said_and_is_no_zero(cells):
    assert cells.here["Trust"] == "not held"
    assert cells.near["Stops and searches"] == "not held"
    assert cells.change["Stops and searches"] == "–"
    assert cells.since["Good job"] == "–"
    missing = level({"Hackney": float("nan"), "London": 15.5}, "search_rate")
    shown = exhibits.glance.table([Indicator("Searches", missing)], area="Hackney", near=NEAR,
                                  since="2015/16")  # fmt: skip
    assert shown.table.here.tolist() == ["not held"]


def test_a_borough_stands_beside_london_and_places_alike_which_the_note_names():
    ledger = exhibits.glance.table(items(), area="Hackney", near=NEAR, since="2015/16")
    assert [column.label for column in ledger.columns] == [
        "Indicator", "Year to", "Here", "London", "Five alike", "Low to high", "In a year",
        "Since 2015/16, against London", "Past years",
    ]  # fmt: skip
    assert "Camden, Lambeth and Newham" in ledger.note
    assert ledger.title == "Hackney at a glance"


def test_london_has_no_columns_beside_itself():
    ledger = exhibits.glance.table(items(), area="London", near=[], since="2015/16")
    assert [column.label for column in ledger.columns] == [
        "Indicator", "Year to", "London", "In a year", "Past years",
    ]  # fmt: skip
    shown = ledger.to_json()["table"]["rows"]
    assert [row[2] for row in shown][:2] == ["99.0", "5.0"]  # 4.95 rounds up
    assert "Alike" not in ledger.note
    assert "2015/16" not in ledger.note


def test_the_pictures_are_told_in_words_with_the_numbers_they_draw(cells):
    assert cells.past["All crime"] == (
        "All crime: from 105.0 in the year to November 2023 to 118.2 in the year to November "
        "2025; between them 105.0 to 140.0; broken after 2024."
    )
    assert cells.between["All crime"] == (
        "All crime: 118.2 here, on a line from the lowest of all boroughs, 50.0, to 340.5."
    ), "London is no borough"
    assert "from the lowest of all boroughs, 50%, to 57%" in cells.between["Good job"]


def test_no_other_borough_is_named_in_the_pictures_or_what_they_say():
    ledger = exhibits.glance.table(items(), area="Hackney", near=NEAR, since="2015/16")
    said = " ".join([ledger.text(), ledger.to_html(), *ledger.pictures["between"]])
    named = {"Hackney", "London", *NEAR}  # the note says which are alike
    others = [b.name for b in areas.everywhere() if b.name not in named]
    assert [name for name in others if re.search(rf"\b{re.escape(name)}\b", said)] == []


def test_an_indicator_that_a_place_has_no_latest_value_of_is_not_drawn():
    gone = level({**RATES, "Hackney": float("nan")}, "offence_rate")
    shown = exhibits.glance.table(
        [*items(), Indicator("Burglary", gone, years=past(7.0, 8.0))],
        area="Hackney", near=NEAR, since="2015/16",
    )  # fmt: skip
    drawn = dict(zip(shown.table.indicator, shown.pictures["past"], strict=True))
    assert [name for name, svg in drawn.items() if svg] == ["All crime", "Robbery"]
    placed = dict(zip(shown.table.indicator, shown.pictures["between"], strict=True))
    assert not placed["Burglary"]
    assert not placed["Trust"]
    assert shown.table.set_index("indicator").between["Burglary"] == "–"


def test_a_change_that_only_just_excludes_zero_is_not_rounded_to_it():
    change = moved("offence_rate", {"Hackney": (-0.09, -0.19, -0.003, True)})
    item = Indicator("Theft", level(RATES, "offence_rate"), change=change)
    shown = exhibits.glance.table([item], area="Hackney", near=NEAR, since="2015/16")
    assert shown.table.change[0] == "−9.0% (−19.0 to −0.3%)"


def compared(label: str, here: float, *alike: float, **more: object) -> Indicator:
    """Return an indicator that Hackney and the three places alike have."""
    values = {"Hackney": here, **dict(zip(NEAR, alike, strict=True)), "London": 10.0}
    return Indicator(label, level(values, "offence_rate"), compared=True, **more)


def asked(*items: Indicator) -> list[str]:
    return list(exhibits.glance.questions(items, area="Hackney", near=NEAR, since="2015/16").points)


def test_a_place_is_asked_about_only_where_it_stands_a_tenth_beyond_all_places_alike():
    said = asked(compared("Theft", 12.2, 8, 9, 11.0), compared("Robbery", 12.0, 8, 9, 11.0))
    assert (
        said[0] == "Theft: 12.2, well above the five alike (8.0 to 11.0). What is different here?"
    )
    assert not any(point.startswith("Robbery") for point in said)
    assert "Of any six places one is highest and one lowest" in said[-1]


def test_nobody_is_asked_about_a_few_victims_or_a_sample():
    victims = level({"Hackney": 0.0, "Camden": 3, "Lambeth": 5, "Newham": 7}, "homicide_victims")
    said = asked(Indicator("Homicide (victims)", victims), items()[2])
    assert said[0].startswith("Good job: −6 points"), "a change that stands"
    assert not any("five alike" in point for point in said)
    assert "six places" not in said[-1]


def test_the_largest_change_is_asked_about_first_each_indicator_once_and_beside_londons():
    theft = moved("offence_rate", {"Hackney": (-0.3, -0.4, -0.2, True),
                                   "London": (-0.1, -0.15, -0.05, True)})  # fmt: skip
    said = asked(
        compared("Burglary", 9.0, 9, 9, 9,
                 change=moved("offence_rate", {"Hackney": (0.1, 0.05, 0.15, True)})),
        compared("Theft", 50.0, 8, 9, 11, change=theft),
    )  # fmt: skip
    assert said[:2] == [
        "Theft: −30% (−40 to −20%) in a year; London −10% (−15 to −5%). What lies behind it?",
        "Burglary: +10% (+5 to +15%) in a year. What lies behind it?",
    ]
    assert len(said) == 3


def test_a_change_of_ten_years_that_stands_is_asked_about_if_it_is_the_larger():
    year = moved("offence_rate", {"Hackney": (0.1, 0.05, 0.15, True)})
    decade = moved("offence_rate", {"Hackney": (0.35, 0.27, 0.43, True)})
    unclear = moved("offence_rate", {"Hackney": (0.9, 0.1, 1.7, False)})
    said = asked(
        compared("Theft", 9.0, 9, 9, 9, change=year, since=unclear),
        compared("All crime", 9.0, 9, 9, 9, change=year, since=decade),
    )
    assert said[:2] == [
        "All crime: +35% (+27 to +43%) since 2015/16, against London. What lies behind it?",
        "Theft: +10% (+5 to +15%) in a year. What lies behind it?",
    ]
    assert len(said) == 3, "an indicator is asked about once"


def test_where_nothing_stands_out_that_is_said():
    said = asked(compared("Theft", 10.0, 8, 9, 11))
    assert said[0].startswith("No indicator moved by more than chance")
