"""Figures of demand: artists are asked, not pixels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pvtools import figures, style


@pytest.fixture
def ax():
    return Figure(figsize=(6, 3)).add_subplot()


def legend(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def shares() -> pd.DataFrame:
    rows = [
        (group, kind, value, value - 0.05, value + 0.05)
        for group, values in (("Theft", (0.6, 0.2)), ("Robbery", (0.4, 0.8)))
        for kind, value in zip(("offences", "hours"), values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["group", "kind", "estimate", "lower", "upper"])


def test_ways_of_counting_differ_in_shape_and_stand_in_one_row_a_part(ax):
    kinds = {"offences": "Offences", "hours": "Hours", "harm": "Harm"}
    figures.side_by_side(
        shares(), label="group", kind="kind", kinds=kinds, how="percent", reference=0.5, ax=ax
    )
    assert legend(ax) == ["Offences", "Hours"]  # what is not held is not explained
    dots = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    assert len({line.get_marker() for line in dots}) == 2
    assert len({to_hex(line.get_color()) for line in dots}) == 2
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Theft", "Robbery"]
    assert sum(len(c.get_segments()) for c in ax.collections) == 4  # an interval each


def test_a_mark_at_zero_stays_clear_of_the_name_of_its_row():
    kinds = {"offences": "Offences", "hours": "Hours"}
    rows = shares().assign(estimate=0.0, lower=np.nan, upper=np.nan)
    ax = figures.side_by_side(rows, label="group", kind="kind", kinds=kinds, how="percent")
    FigureCanvasAgg(ax.figure)
    ax.figure.draw_without_rendering()
    ends = [label.get_window_extent().x1 for label in ax.get_yticklabels()]
    half = max(line.get_markersize() for line in ax.lines) / 2**0.5 * ax.figure.dpi / 72
    assert max(ends) < ax.transData.transform((0, 0))[0] - half


def test_an_interval_that_runs_off_the_axis_is_not_drawn_as_if_it_ended_within(ax):
    rows = shares().assign(estimate=[0.1, 1.6, 0.2, 0.3], lower=[0, 0.6, 0.1, 0.2])
    rows = rows.assign(upper=[0.2, 3.2, 0.3, 0.4])
    kinds = {"offences": "Offences", "hours": "Hours"}
    figures.side_by_side(
        rows, label="group", kind="kind", kinds=kinds, how="percent", within=0.5, ax=ax
    )
    drawn = sorted(tuple(line[:, 0]) for c in ax.collections for line in c.get_segments())
    assert drawn == sorted(zip(rows.lower, rows.upper, strict=True))
    low, high = ax.get_xlim()
    assert low == -0.5
    assert 1.6 < high < 3.2


def test_an_outlook_shows_what_came_and_two_bands_of_what_may(ax):
    months = pd.DataFrame(
        {
            "period": ["2025-10", "2025-11", "2025-12", "2026-01"],
            "estimate": [100.0, 110, 105, 108],
            "lower": [np.nan, np.nan, 80, 70],
            "upper": [np.nan, np.nan, 130, 140],
            "lower_80": [np.nan, np.nan, 90, 85],
            "upper_80": [np.nan, np.nan, 120, 130],
            "known": [True, True, False, False],
        }
    )
    figures.outlook(months, how="count", ax=ax)
    assert legend(ax) == ["recorded", "may come", "80%", "95%"]
    assert ax.get_ylim() == (0, pytest.approx(1.1 * 140))
    wide, narrow = (c.get_paths()[0].vertices[:, 1] for c in ax.collections)
    assert (wide.min(), wide.max()) == (70, 140)
    assert (narrow.min(), narrow.max()) == (85, 130)


def test_an_outlook_prints_how_often_its_intervals_held(ax):
    months = pd.DataFrame(
        {"period": ["2025-11", "2025-12"], "estimate": [1.0, 1], "lower": 0.5, "upper": 2.0,
         "lower_80": 0.7, "upper_80": 1.5, "known": [True, False], "n_intervals": 40,
         "empirical_coverage": 0.95, "empirical_coverage_80": 0.775}
    )  # fmt: skip
    figures.outlook(months, how="count", ax=ax)
    assert legend(ax)[2:] == ["80% (held 78% in the past)", "95% (held 95% in the past)"]


def test_fans_are_told_apart_by_shape_and_line_not_by_colour_alone(ax):
    table = pd.concat(
        pd.DataFrame({"x": [0, 1], "kind": kind, "estimate": [1.0, 2.0], "lower": [0.5, 1.0],
                      "upper": [2.0, 3.0]})
        for kind in "abcd"
    )  # fmt: skip
    figures.fans(
        table, x="x", kind="kind", kinds={k: k.upper() for k in "abcd"}, x_label="Year",
        how="decimal", target=1.5, target_label="the aim", ax=ax,
    )  # fmt: skip
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2][:4]
    assert len({line.get_marker() for line in lines}) == 4
    assert sum(len(c.get_segments()) for c in ax.collections) == 4  # an interval each, at the end
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in lines}) == 4
    assert legend(ax) == ["A", "B", "C", "D"]
    assert "the aim" in [text.get_text() for text in ax.texts]
    assert ax.get_ylim()[0] == 0


def test_a_week_runs_from_monday_to_sunday_and_names_what_it_shows(ax):
    week = pd.DataFrame({"estimate": np.linspace(1, 2, 168)}).assign(lower=0.5, upper=2.5)
    figures.week(
        week, demand_label="calls", how="rate", others={"on duty": np.full(168, 1.5)}, ax=ax
    )
    assert [t.get_text() for t in ax.get_xticklabels()] == list(figures.weeks.DAYS)
    assert legend(ax) == ["calls", "on duty"]
    assert ax.get_xlim() == (0, 168)


def test_estimated_parts_are_hatched_and_said(ax):
    table = pd.DataFrame({"part": ["Recorded", "Fraud"], "n": [100.0, 50.0]})
    figures.parts(table, label="part", value="n", how="count", estimated=["Fraud"], ax=ax)
    hatched = [bar.get_hatch() for bar in ax.patches]
    assert hatched == [None, "////"]
    assert legend(ax) == ["counted", "estimated"]
    assert [text.get_text() for text in ax.texts] == ["100", "50"]


def test_swings_reach_from_the_outcome_at_low_to_that_at_high_whichever_is_more(ax):
    table = pd.DataFrame({"parameter": ["a", "b"], "at_low": [0.3, 0.1], "at_high": [0.1, 0.15]})
    figures.swings(table, label="parameter", baseline=0.12, how="percent", ax=ax)
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars[0] == (pytest.approx(0.1), pytest.approx(0.2))
    assert bars[1] == (pytest.approx(0.1), pytest.approx(0.05))
    assert any(
        line.get_xdata()[0] == 0.12 and to_hex(line.get_color()) == style.TEXT.lower()
        for line in ax.lines
    )
