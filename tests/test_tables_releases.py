"""Releases: which one counts where several cover a month, and which months are incomplete."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import nan

import pandas as pd
import pytest

from pvtools import areas
from pvtools.tables.recorded_crime import RULE
from pvtools.tables.releases import Rule, edge_months, newest, ranked

from .real_files import REAL

NAMES = [b.name for b in areas.boroughs()]
FACTS = REAL.parent / "facts" / "recorded_crime_by_offence.csv"


def release(
    first: str, *totals: int, names: list[str] = NAMES, groups: tuple[str, ...] = ("Theft",)
) -> pd.DataFrame:
    """Return a release whose months hold these totals for each borough and group."""
    rows = [
        (name, month, group, total)
        for month, total in zip(
            pd.date_range(first, periods=len(totals), freq="MS"), totals, strict=True
        )
        for name in names
        for group in groups
    ]
    frame = pd.DataFrame(rows, columns=["borough", "month", "offence_group", "offences"])
    return frame.assign(schema="mps_from_2024")


def months(frame: pd.DataFrame) -> dict[str, int]:
    return frame.groupby(frame.month.dt.strftime("%Y-%m")).offences.sum().to_dict()


def test_a_stray_last_month_gives_way_to_the_fuller_release():
    fuller = release("2024-01", 90, 100, names=["Camden"])
    stray = release("2024-02", 1, 110, 95, names=["Camden"])
    assert months(newest([fuller, stray], RULE)) == {
        "2024-01": 90, "2024-02": 100, "2024-03": 110, "2024-04": 95,
    }  # fmt: skip


def test_a_stray_month_that_no_other_release_holds_is_left_out():
    assert months(newest([release("2024-01", 90, 100, 1)], RULE)) == {
        "2024-01": 32 * 90, "2024-02": 32 * 100,
    }  # fmt: skip


def test_a_lone_stray_month_is_judged_by_the_months_of_other_releases():
    held = release("2024-01", 90, 100, 95)
    lone = newest([held, release("2024-04", 1)], RULE)
    assert max(months(lone)) == "2024-03"
    assert max(months(newest([held, release("2024-04", 80)], RULE))) == "2024-04"


def test_two_stray_months_at_one_edge_are_both_found():
    edges = edge_months(release("2024-01", 100, 100, 100, 2, 1), RULE)
    assert sorted(edges.month.dt.strftime("%Y-%m")) == ["2024-04", "2024-05"]
    assert edges.usual.tolist() == [3200, 3200]


def test_months_of_nothing_at_an_edge_are_strays_however_many_they_are():
    edges = edge_months(release("2024-01", 100, 100, 0, 0, 0, 0, 0), RULE)
    assert len(edges) == 5


def test_a_release_that_counts_nothing_hides_nothing():
    nothing = release("2024-01", 0, 0, 0)
    assert months(newest([release("2024-01", 90, 100), nothing], RULE)) == {
        "2024-01": 32 * 90, "2024-02": 32 * 100,
    }  # fmt: skip


def test_a_month_within_a_release_is_not_judged_by_its_neighbours():
    assert edge_months(release("2024-01", 100, 1, 100), RULE).empty


def test_few_offences_are_no_sign_of_an_incomplete_month():
    assert edge_months(release("2024-01", 9, 9, 9, 0, names=["Camden"]), RULE).empty


def test_a_later_release_of_one_borough_or_group_hides_no_other():
    older = release("2024-01", 100, 100, groups=("Theft", "Robbery"))
    newer = release("2024-01", 120, 120, 120, names=["Camden"])
    taken = newest([older, newer], RULE)
    camden = taken[taken.borough == "Camden"]
    assert months(camden[camden.offence_group == "Theft"]) == dict.fromkeys(months(newer), 120)
    assert months(camden[camden.offence_group == "Robbery"]) == dict.fromkeys(months(older), 100)
    assert months(taken)["2024-01"] == 63 * 100 + 120


def test_a_later_release_that_counts_half_of_an_older_one_is_incomplete_there():
    older, newer = release("2024-01", 100, 100, 100), release("2024-02", 40, 100, 100)
    assert months(newest([older, newer], RULE))["2024-02"] == 3200


def test_kinds_that_end_in_different_months_are_judged_apart():
    rule = Rule(when="month", cell=("offence_group",), count="offences", kinds=("offence_group",))
    both = pd.concat([
        release("2024-01", 100, 100, groups=("Hate",)),
        release("2024-01", 100, 100, 100, 1, groups=("Knife",)),
    ])  # fmt: skip
    edges = edge_months(both, rule)
    assert list(zip(edges.offence_group, edges.month.dt.month, strict=True)) == [("Knife", 4)]


def test_each_release_keeps_its_columns_and_inputs_are_not_changed():
    parts = [release("2024-01", 100, 100), release("2024-02", 100, 100)]
    before = [part.copy(deep=True) for part in parts]
    assert list(newest(parts, RULE)) == list(parts[0])
    for part, was in zip(parts, before, strict=True):
        pd.testing.assert_frame_equal(part, was)


@pytest.mark.real_data
@pytest.mark.real_data
@pytest.mark.skipif(not FACTS.is_file(), reason="the publisher's series is not kept here")
def test_no_real_month_of_sixteen_years_is_taken_for_a_stray_one():
    with FACTS.open() as lines:
        wide = pd.DataFrame(csv.DictReader(lines))
    long = wide.melt(["borough", "offence_group", "offence"], var_name="month", value_name="n")
    long = long[long.n.ne("") & long.borough.isin(NAMES)]
    long = long.assign(month=pd.to_datetime(long.month), offences=long.n.astype(int))
    by_borough = long.groupby(["borough", "month"], as_index=False).offences.sum()
    by_borough = by_borough.assign(offence_group="", schema="")
    apart = Rule(when="month", cell=("borough",), count="offences", kinds=("borough",))
    every = sorted(by_borough.month.unique())
    for at in range(4, len(every)):
        cut = by_borough[by_borough.month.isin(every[at - 4 : at + 1])]
        assert edge_months(cut, RULE).empty, every[at]
        assert edge_months(cut, apart).empty, every[at]


# other cases of the rule ------------------------------------------------------------------------


@dataclass(frozen=True)
class Filed:
    """A release, as the rule sees it."""

    name: str
    frame: pd.DataFrame
    origin: str = "added"


def preferred(*releases: Filed, when: str = "month") -> list[str]:
    return [one.name for one in ranked(releases, Rule(when=when, cell=("borough",)))][::-1]


def test_the_release_that_reaches_furthest_is_newest_wherever_it_begins():
    long, short = (
        Filed("long", release("2024-01", 1, 1, 1, 1)),
        Filed("short", release("2024-02", 1)),
    )
    assert preferred(long, short) == preferred(short, long) == ["long", "short"]


def test_of_equally_new_releases_the_added_then_the_fuller_then_the_first_is_preferred():
    shipped = Filed("shipped", release("2024-01", 1, 1), "published")
    narrow = Filed("narrow", release("2024-02", 1, names=["Camden"]))
    wide, again = Filed("wide", release("2024-02", 1)), Filed("again", release("2024-02", 1))
    assert preferred(again, shipped, narrow, wide) == ["again", "wide", "narrow", "shipped"]
    assert preferred(wide, narrow, again, shipped) == ["wide", "again", "narrow", "shipped"]


def test_a_blank_hides_no_value_of_another_release_and_stays_where_there_is_none():
    def shares(*values: float) -> pd.DataFrame:
        frame = pd.DataFrame({"borough": ["Camden", "Brent", "Barnet"], "share": values})
        return frame.assign(quarter=pd.Timestamp("2024-03-31"))

    rule = Rule(when="quarter", cell=("borough",), value="share", edges=False)
    taken = newest([shares(0.1, 0.2, nan), shares(0.3, nan, nan)], rule)
    assert taken.set_index("borough")["share"].dropna().to_dict() == {"Camden": 0.3, "Brent": 0.2}
    assert sorted(taken["borough"]) == ["Barnet", "Brent", "Camden"]


def test_years_are_compared_as_months_are():
    def people(year: int, *counts: int) -> pd.DataFrame:
        frame = pd.DataFrame({"borough": ["Camden", "Brent"][: len(counts)], "people": counts})
        return frame.assign(year=year)

    rule = Rule(when="year", cell=("borough",), edges=False)
    taken = newest([people(2020, 1, 2), people(2021, 3, 4), people(2021, 5)], rule)
    assert taken.set_index(["year", "borough"])["people"].to_dict() == {
        (2020, "Camden"): 1, (2020, "Brent"): 2, (2021, "Brent"): 4, (2021, "Camden"): 5,
    }  # fmt: skip


def test_where_the_fullest_counts_a_later_narrower_release_takes_nothing():
    def weights(*names: str) -> pd.DataFrame:
        return pd.DataFrame({"version": "Own 2031", "category": names, "year": 2031})

    rule = Rule(when="year", cell=("version",), fullest=True, edges=False)
    assert len(newest([weights("a", "b", "c"), weights("d")], rule)) == 3
    assert newest([weights("a"), weights("d")], rule)["category"].tolist() == ["d"]
