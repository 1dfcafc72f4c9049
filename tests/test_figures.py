"""Figures: artists are asked, not pixels."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from pvtools import areas, figures, style
from pvtools.stats import funnel

NAMES = [b.name for b in areas.boroughs()]


@pytest.fixture
def ax():
    return Figure(figsize=(6, 3)).add_subplot()


def shares(
    periods: tuple[str, ...] = ("year to 2022-12",), measure: str = "good_job"
) -> pd.DataFrame:
    rows = [
        (measure, "level", name, period, 0.4 + 0.005 * i, 0.35 + 0.005 * i, 0.45 + 0.005 * i)
        for period in periods
        for i, name in enumerate([*NAMES, "London"])
    ]
    return pd.DataFrame(
        rows, columns=["measure", "quantity", "area", "period", "estimate", "lower", "upper"]
    )


def texts(ax) -> list[str]:
    return [t.get_text() for t in ax.texts] + [t.get_text() for t in ax.get_yticklabels()]


def test_a_trend_draws_the_borough_dark_and_the_whole_grey(ax):
    waves = tuple(f"year to {year}-12" for year in range(2014, 2023))
    figures.trend(shares(waves), highlight="Hackney", ax=ax)
    colours = {to_hex(line.get_color()) for line in ax.lines}
    assert colours == {style.ACCENT.lower(), style.QUIET.lower()}
    assert {"Hackney", "London"} <= set(texts(ax))
    assert [t.get_text() for t in ax.get_xticklabels()] == [w[-7:-3] for w in waves]


@pytest.mark.parametrize(("own", "away"), [(0.55, True), (0.95, False)])
def test_names_stand_at_the_ends_of_their_lines_and_away_only_where_these_meet(ax, own, away):
    rows = shares(("year to 2021-12", "year to 2022-12"))
    rows.loc[rows.area == "Hackney", ["estimate", "upper"]] = own
    figures.trend(rows, highlight="Hackney", ax=ax)
    named = {text.get_text(): text for text in ax.texts}
    london = rows[rows.area == "London"].estimate.iloc[0]
    assert (named["Hackney"].xy[1], named["London"].xy[1]) == (own, london)
    assert all((text.xyann[1] != 0) == away for text in named.values())


def test_a_trend_shows_an_interval_for_every_wave(ax):
    waves = tuple(f"year to {year}-12" for year in range(2014, 2023))
    figures.trend(shares(waves), highlight="Hackney", ax=ax)
    bars = [c for c in ax.collections if len(c.get_paths()) == len(waves)]
    assert len(bars) == 1
    ends = sorted(p.vertices[:, 1].tolist() for p in bars[0].get_paths())
    own = shares(waves).query("area == 'Hackney'")
    assert ends[0] == pytest.approx([own.lower.iloc[0], own.upper.iloc[0]])


def test_a_trend_leaves_a_gap_where_months_are_missing_and_where_counting_changes(ax):
    old = pd.period_range("2023-01", "2023-07", freq="M").strftime("%Y-%m")
    new = pd.period_range("2023-12", "2025-06", freq="M").strftime("%Y-%m")
    table = shares((*old, *new), measure="offence_rate_monthly").assign(
        schema=lambda t: np.where(t.period < "2023-08", "mps_to_2023", "mps_from_2024")
    )
    figures.trend(table, highlight="Hackney", ax=ax)
    dark = [line for line in ax.lines if to_hex(line.get_color()) == style.ACCENT.lower()]
    assert sorted(len(line.get_xdata()) for line in dark) == [len(old), len(new)]
    assert "counted differently from here" in texts(ax)


def test_a_trend_marks_each_month_at_which_counting_changes(ax):
    months = tuple(pd.period_range("2023-01", "2025-12", freq="M").strftime("%Y-%m"))
    table = shares(months, measure="offence_rate_monthly").assign(
        schema=lambda t: np.select(
            [t.period < "2023-08", t.period < "2025-07"],
            ["mps_to_2023", "mps_from_2024"],
            "mps_from_2026",
        )
    )
    figures.trend(table, highlight="Hackney", ax=ax)
    dashed = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert [f"{pd.Timestamp(day):%Y-%m}" for day in dashed] == ["2023-08", "2025-07"]
    assert texts(ax).count("counted differently from here") == 2


def test_a_trend_in_one_way_of_counting_is_not_marked(ax):
    months = tuple(pd.period_range("2024-07", "2026-06", freq="M").strftime("%Y-%m"))
    one = shares(months, measure="offence_rate_monthly").assign(schema="mps_from_2026")
    figures.trend(one, highlight="Hackney", ax=ax)
    assert "counted differently from here" not in texts(ax)


def test_counts_start_at_zero(ax):
    months = tuple(pd.period_range("2024-01", "2025-12", freq="M").strftime("%Y-%m"))
    figures.trend(shares(months, "offence_rate_monthly"), highlight="Brent", ax=ax)
    assert ax.get_ylim()[0] == 0


def test_dots_print_each_number_with_its_interval(ax):
    table = pd.concat([shares(), shares(measure="trust")], ignore_index=True)
    figures.interval_dots(table, highlight="Barnet", ax=ax)
    assert texts(ax).count("41% (36% to 46%)") == 2
    assert {"Good job", "Trust"} <= set(texts(ax))


def test_a_strip_names_one_borough_only(ax):
    limits = funnel.limits([400], target=0.49, design_effect=2.3)
    figures.strip(shares(), limits, highlight="Sutton", target=0.49, ax=ax)
    assert {t for t in texts(ax) if t in NAMES} == {"Sutton"}


def by_year(values: dict[int, float]) -> pd.Series:
    return pd.Series(
        [*values.values()], pd.to_datetime([f"{year}-11-01" for year in values]), dtype=float
    )


def drawn(svg: str, tag: str) -> list[dict[str, str]]:
    """Return the attributes of every shape of a kind."""
    tree = ElementTree.fromstring(svg)  # noqa: S314 - ours
    return [one.attrib for one in tree.iter(f"{{http://www.w3.org/2000/svg}}{tag}")]


def test_past_years_part_where_recording_changed_and_where_a_year_is_missing():
    past = by_year({2015: 15, 2016: 20, 2018: 22, 2019: 24, 2024: 28, 2025: 29, 2026: 30})
    svg = figures.past_years(past, breaks=(2024,))
    lines = [
        np.array([point.split(",") for point in one["points"].split()], dtype=float)
        for one in drawn(svg, "polyline")
    ]
    assert [len(line) for line in lines] == [2, 2, 2]
    alone, last = drawn(svg, "circle")
    heights = [*lines[0][:, 1], *lines[1][:, 1], float(alone["cy"]), *lines[2][:, 1]]
    up = (heights[0] - np.array(heights)) / (heights[0] - heights[-1])
    assert up == pytest.approx((past.to_numpy() - 15) / 15, abs=0.02), "lowest below, highest above"
    assert (float(last["cx"]), float(last["cy"])) == tuple(lines[2][-1])


def test_a_place_lies_between_the_ends_in_proportion_to_its_value():
    svg = figures.between(30.0, lowest=10.0, highest=50.0, near_low=20.0, near_high=40.0)
    (whole,), (bar,), (dot,) = (drawn(svg, tag) for tag in ("line", "rect", "circle"))
    first, last = float(whole["x1"]), float(whole["x2"])
    ends = [float(dot["cx"]), float(bar["x"]), float(bar["x"]) + float(bar["width"])]
    assert (np.array(ends) - first) / (last - first) == pytest.approx([0.5, 0.25, 0.75], abs=0.01)


def test_without_places_alike_there_is_no_bar_and_equal_values_are_drawn_in_the_middle():
    svg = figures.between(10.0, lowest=10.0, highest=10.0, near_low=np.nan, near_high=np.nan)
    assert drawn(svg, "rect") == []
    assert "nan" not in svg
    assert "nan" not in figures.past_years(by_year({2025: 15, 2026: 15}))


def test_seen_against_itself_a_place_has_no_tick_and_no_second_name(ax):
    table = shares(measure="offences").query("area == 'London'")
    parts = pd.concat([table.assign(group=g, estimate=e) for g, e in (("A", 3.0), ("B", 1.0))])
    figures.composition(parts, highlight="London", ax=ax)
    assert ax.collections[0].get_segments() == []
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["London"]


def test_beside_each_other_areas_keep_their_order_and_one_is_marked(ax):
    table = shares(measure="offence_rate").query("area in ['Barnet', 'Camden', 'London']")
    table = table.assign(estimate=[60.0, 130.0, 99.4], lower=np.nan, upper=np.nan)
    figures.beside(table, highlight="Camden", ax=ax)
    at = {t.get_text(): t.get_position()[1] for t in ax.get_yticklabels()}
    assert sorted(at, key=at.get, reverse=True) == ["Barnet", "Camden", "London"]
    drawn = {line.get_xdata()[0]: line for line in ax.lines}
    assert sorted(drawn) == [60.0, 99.4, 130.0]
    assert to_hex(drawn[130.0].get_color()) == style.ACCENT.lower()
    assert to_hex(drawn[60.0].get_color()) == style.QUIET.lower()
    assert (drawn[99.4].get_marker(), drawn[60.0].get_marker()) == ("D", "o")
    assert {"60.0", "130.0", "99.4"} <= set(texts(ax))


def test_beside_each_other_areas_lie_on_a_scale_of_ratios_that_holds_them_all(ax):
    table = shares(measure="offence_rate").query("area in ['Barnet', 'Camden']")
    figures.beside(table.assign(estimate=[60.0, 130.0]), highlight="Camden", ax=ax)
    assert ax.get_xscale() == "log"
    low, high = ax.get_xlim()
    assert low < 60 < 130 < high
    assert [t.get_text() for t in ax.get_xticklabels()] == ["75", "100", "125", "150"]


def test_a_composition_stands_in_order_of_size(ax):
    table = pd.DataFrame(
        {
            "measure": "offence_rate",
            "quantity": "level",
            "area": ["Hackney"] * 3 + ["London"] * 3,
            "group": ["Robbery", "Theft", "Burglary"] * 2,
            "estimate": [6.0, 40, 8, 4, 33, 6],
            "lower": [5.5, 39, 7.5, 4, 33, 6],
            "upper": [6.5, 41, 8.5, 4, 33, 6],
            "level": 0.95,
        }
    )
    figures.composition(table, highlight="Hackney", ax=ax)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Theft", "Burglary", "Robbery"]
    assert {"40.0", "8.0", "6.0"} <= set(texts(ax))


def test_a_map_has_a_tile_for_each_borough_and_hatches_what_is_not_held(ax):
    held = shares().query("area != 'London'")
    figures.tile_map(held, highlight="Hackney", steps=[0.4, 0.5, 0.6], ax=ax)
    tiles = [p for p in ax.patches if p.get_width() == pytest.approx(0.92)]
    assert len(tiles) == 33
    assert sum(p.get_hatch() is not None for p in tiles) == 1
    assert {b.tile for b in areas.everywhere()} <= set(texts(ax))
    assert {"40%", "50%", "60%"} <= set(texts(ax)), "the scale is printed"


def test_a_map_of_sides_has_one_shade_for_all_that_do_not_stand_apart_and_marks_the_others(ax):
    held = shares().query("area != 'London'")
    sides = dict.fromkeys(NAMES, "same") | {"Brent": "higher", "Camden": "lower"}
    figures.tile_map(held, highlight="Hackney", sides=sides, ax=ax)
    tiles = [p for p in ax.patches if p.get_width() == pytest.approx(0.92)]
    shades = [to_hex(p.get_facecolor()) for p in tiles if p.get_hatch() is None]
    assert sorted(shades.count(shade) for shade in set(shades)) == [1, 1, 30]
    marks = [line.get_marker() for line in ax.lines]
    assert (marks.count("^"), marks.count("v")) == (2, 2), "on the tile and in the key"
    assert {"lower", "not clear", "higher"} <= set(texts(ax))
    none = figures.tile_map(held, sides={}, ax=Figure().add_subplot())
    assert not {"40%", "50%"} & set(texts(none)), "no scale of values where none was asked for"


@pytest.mark.parametrize("low", [0.31, 0.62])
def test_shares_over_time_are_drawn_from_zero(ax, low):
    table = shares(("year to 2021-12", "year to 2022-12"))
    move = low - table.lower.min()
    moved = table.assign(**{name: table[name] + move for name in ("estimate", "lower", "upper")})
    figures.trend(moved, highlight="Hackney", ax=ax)
    assert ax.get_ylim()[0] == 0


def test_an_axis_of_shares_that_does_not_begin_at_zero_says_so(ax):
    rows = shares().head(3)
    figures.forest(rows, label="area", how="percent", ax=ax)
    assert ax.get_xlabel() == "Axis from 35%, not from zero"
    other = Figure().add_subplot()
    figures.forest(rows, label="area", how="points", reference=0, ax=other)
    assert other.get_xlabel() == ""


def test_tile_names_are_short_and_tell_every_borough_apart():
    tiles = [b.tile for b in areas.everywhere()]
    assert len(set(tiles)) == 33
    assert max(map(len, tiles)) <= 4


def test_coverage_marks_what_is_not_held(ax):
    grid = pd.DataFrame(
        [[1, 0, 1], [1, 1, 0.5]],
        index=["Brent", "Camden"],
        columns=pd.date_range("2024-01", periods=3, freq="MS"),
    )
    figures.coverage(grid, ax=ax)
    assert sum(line.get_marker() == "_" for line in ax.lines) == 1
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == ["held", "held in part", "– not held"]


def _draw(ax):
    figures.tile_map(
        shares().query("area != 'London'"), highlight="Hackney", steps=[0.4, 0.6], ax=ax
    )


def test_equal_drawings_give_equal_bytes():
    one = figures.Drawing(_draw, key="a", width=3, height=3).svg()
    assert one == figures.Drawing(_draw, key="a", width=3, height=3).svg()


def test_a_figure_is_laid_out_and_drawn_once(monkeypatch):
    drawn, laid_out = [], []
    draw, execute = Figure.draw, ConstrainedLayoutEngine.execute
    monkeypatch.setattr(Figure, "draw", lambda *given: [drawn.append(1), draw(*given)])
    monkeypatch.setattr(
        ConstrainedLayoutEngine, "execute", lambda *given: [laid_out.append(1), execute(*given)]
    )
    figures.Drawing(lambda ax: ax.plot([0, 1], [0, 1]), "line", 3, 2).svg()
    assert (len(drawn), len(laid_out)) == (1, 1)


def test_a_figure_of_made_up_data_says_so_within_itself():
    plain = figures.Drawing(_draw, key="a", width=3, height=3).svg()
    stamped = figures.Drawing(_draw, key="a", width=3, height=3, synthetic=True).svg()
    assert "SYNTHETIC" in stamped
    assert "SYNTHETIC" not in plain


def test_ids_are_the_exhibits_own():
    text = figures.Drawing(_draw, key="map", width=3, height=3).svg()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert ids
    assert all(i.startswith("map-") for i in ids)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_no_figure_sets_a_global_theme():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figures.Drawing(_draw, key="a", width=3, height=3).svg()
    assert dict(mpl.rcParams) == before


def test_no_text_on_paper_is_under_nine_points():
    sizes = []

    def draw(ax):
        _draw(ax)
        sizes.extend(t.get_fontsize() for t in ax.texts)

    figures.Drawing(draw, key="a", width=3, height=3).svg()
    assert min(sizes) >= 9


def test_an_axis_of_ones_own_is_not_needed():
    assert figures.trend(shares(("year to 2021-12", "year to 2022-12")), highlight="Hackney").lines
