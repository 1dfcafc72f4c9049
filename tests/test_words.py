"""Words: one rounding for all, and no claim the interval does not bear."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import measures, sources, words
from pvtools.errors import UsageError


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (0.62, "percent", "62%"),
        (0.625, "percent", "63%"),
        (0.005, "percent", "1%"),
        (0.04, "points", "+4 points"),
        (-0.01, "points", "−1 point"),
        (0.0, "points", "0 points"),
        (-0.041, "change", "−4.1%"),
        (0.0004, "change", "0.0%"),
        (-0.0004, "change", "0.0%"),
        (118.25, "rate", "118.3"),
        (1234567.0, "count", "1,234,567"),
        (0.5, "decimal", "0.50"),
        (0.01, "p_value", "0.01"),
        (0.0099, "p_value", "under 0.01"),
        (2e-9, "p_value", "under 0.01"),
    ],
)
def test_a_number_is_written_one_way(value, how, text):
    assert words.number(value, how) == text


def test_ticks_have_no_decimals_that_are_all_zero():
    assert [words.tick(v, "change") for v in (-0.1, 0.0, 0.1, 0.005)] == [
        "−10%",
        "0%",
        "+10%",
        "+0.5%",
    ]
    assert [words.tick(v, "rate") for v in (10.0, 0.5)] == ["10", "0.5"]


def test_an_interval_says_its_unit_once():
    assert words.interval(0.571, 0.668, "percent") == "57% to 67%"
    assert words.interval(-0.09, 0.03, "points") == "−9 to +3 points"
    assert words.size(-0.104, "points") == "10 points"
    assert words.size(0.054, "change") == "5.4%"


def test_an_end_that_excludes_zero_is_not_rounded_to_it():
    assert words.interval(-0.18, -0.004, "points") == "−18 to −0.4 points"
    assert words.interval(0.0003, 0.05, "change") == "+0.03% to +5.0%"
    assert words.interval(-0.02, 0.0, "points") == "−2 to 0 points"


def test_a_missing_cell_says_so():
    for nothing in (None, np.nan, pd.NA, pd.NaT, float("inf")):
        assert words.cell(nothing, {"format": "rate"}) == "not given"
    none = {"format": "rate", "missing": words.INAPPLICABLE}
    assert words.cell(None, none) == "does not apply"
    assert words.cell(None, {"format": "text"}) == ""
    assert words.cell("2025-11", {"format": "month"}) == "November 2025"


def test_an_end_near_zero_is_written_in_a_table_as_in_a_sentence():
    for lower, upper, how in ((-0.04, -0.001, "points"), (0.0003, 0.05, "change")):
        ends = {"lower": lower, "upper": upper}
        low, high = (words.cell(ends[key], {"key": key, "format": how}) for key in ends)
        assert words.interval(lower, upper, how) == f"{low.removesuffix(' points')} to {high}"
    later = {"key": "next_upper", "format": "points"}
    assert words.cell(-0.001, later) == "−0.1 points"
    assert words.cell(-0.001, {"key": "estimate", "format": "points"}) == "0 points"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3),
        (np.float64(0.25), 0.25),
        (np.bool_(True), True),
        (pd.Timestamp("2025-11-01"), "2025-11-01"),
        (pd.Period("2025-11", "M"), "2025-11"),
        ("text", "text"),
    ],
)
def test_values_become_plain_without_rounding(value, expected):
    assert words.plain(value) == expected
    assert type(words.plain(value)) is type(expected)


def _row(**values: object) -> pd.Series:
    return pd.Series(values)


def test_a_share_is_said_with_its_interval():
    row = _row(estimate=0.62, lower=0.571, upper=0.668)
    assert words.share("Hackney", row, "agree") == "62% (57% to 67%) of people in Hackney agree."


def test_what_is_no_more_than_chance_is_said_so():
    same = _row(lower=-0.02, upper=0.08, before=0.60)
    assert words.against(
        (same, "a year earlier"), (_row(lower=-0.01, upper=0.1, before=0.58), "London")
    ) == ("This does not differ by more than chance from a year earlier (60%) or London (58%).")
    higher = _row(lower=0.02, upper=0.08, before=0.51)
    assert words.against((higher, "a year earlier"), (same, "London")) == (
        "This is higher than a year earlier (51%), by more than chance; "
        "it does not differ by more than chance from London (60%)."
    )


def test_a_difference_without_a_verdict_says_what_stands_in_its_way():
    apart = {"lower": -0.09, "upper": -0.01, "before": 0.60, "distinguishable": False}
    among = _row(**apart, rounding_undoes=False)
    rounded = _row(**apart, rounding_undoes=True)
    chance = _row(**apart | {"upper": 0.01}, rounding_undoes=True)
    assert words.against((among, "London")) == (
        "This does not stand out from London (60%) once all areas are tested."
    )
    assert words.against((chance, "a year earlier"), (rounded, "London")) == (
        "This does not differ by more than chance from a year earlier (60%); it is not clearly "
        "apart from London (60%): rounding to whole per cents could undo the difference."
    )
    assert words.unclear(rounded) == "not clear: rounding to whole per cents could undo it"
    assert words.unclear(among) == "not clear once all areas are tested"


def test_a_change_in_counts_claims_no_more_than_its_interval():
    assert words.moved(_row(estimate=-0.036, lower=-0.064, upper=-0.008), "before") == (
        "is 3.6% lower than before (interval −6.4% to −0.8%)"
    )
    assert "does not differ by more than chance from before" in words.moved(
        _row(estimate=-0.036, lower=-0.09, upper=0.02), "before"
    )


def test_a_listing_reads_as_a_sentence():
    assert words.listing(["Camden"]) == "Camden"
    assert words.listing(["Camden", "Croydon", "Hackney"]) == "Camden, Croydon and Hackney"


def test_an_unknown_measure_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'good_job'"):
        measures.find("goodjob")


def test_every_measure_has_label_source_and_phrase_and_every_quantity_a_unit():
    register = sources.register()
    for measure in measures.MEASURES.values():
        assert all([measure.label, measure.phrase, measure.quantities])
        # what is measured in any file a user brings, or by a method, has no source of its own
        bare = {"detector", "residents", "index", "engagement", "evaluation"}
        assert measure.source in register or (not measure.source and measure.family in bare)
        for quantity, written in measure.quantities.items():
            assert all([written.label, written.unit])
            assert words.number(0.5, written.format), (measure.key, quantity)


def test_a_rank_is_a_whole_number_and_its_change_points_never_a_percentage_alike():
    assert measures.written("good_job", "rank").format == "count"
    assert measures.written("good_job", "change").format == "points"
    with pytest.raises(UsageError, match="Did you mean 'rank'"):
        measures.written("good_job", "ranks")


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2025-11", "November 2025"),
        ("year to 2025-11", "the year to November 2025"),
        ("quarter to 2022-12", "the quarter to December 2022"),
        ("2030-01 to 2030-02", "January 2030 to February 2030"),
    ],
)
def test_a_period_says_what_it_spans(period, said):
    assert words.span(period) == said
    text = said.removeprefix("the ")
    assert words.cell(period, {"format": "period"}) == text[0].upper() + text[1:]


def test_a_span_of_months_or_years_names_both_ends_and_one_of_equal_ends_once():
    assert words.between("2012-03", "2012-07") == "March 2012 to July 2012"
    assert words.between("2024-03", "2024-03") == "March 2024"
    assert words.between("2003", "2023") == "2003 to 2023"
