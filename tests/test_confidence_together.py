"""All boroughs at once: no verdict without counting how many were tested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, confidence, exhibits, sources
from pvtools.errors import InputError, PvtoolsError, UsageError

NAMES = [b.name for b in areas.boroughs()]
DESIGN = sources.find("pas_borough").design


def shares(moves: dict[str, float] | None = None, *, waves: int = 9, seed: int = 5) -> pd.DataFrame:
    """Return the shares of a London whose boroughs agree, but for chance and for ``moves``."""
    rng = np.random.default_rng(seed)
    ends = pd.date_range(end="2022-12-31", periods=waves, freq="YE")
    error = np.sqrt(0.25 * DESIGN.design_effect / DESIGN.n)
    rows = [
        ("good_job", name, end, 0.5 + rng.normal(0, error) + step * (end == ends[-1]))
        for name in NAMES
        for step in [(moves or {}).get(name, 0.0)]
        for end in ends
    ]
    columns = ["measure", "borough", "quarter_end", "proportion"]
    return confidence.proportion(pd.DataFrame(rows, columns=columns), "good_job", design=DESIGN)


def test_where_nothing_moved_hardly_anything_is_said_to_have():
    found = [confidence.change(shares(seed=s)).distinguishable.sum() for s in range(40)]
    assert np.mean(np.array(found) > 0) <= 0.15


def test_a_large_move_stands_among_thirty_two():
    moved = confidence.change(shares({"Brent": -0.35}))
    boroughs = moved[moved.area != "London"]
    assert boroughs[boroughs.distinguishable].area.tolist() == ["Brent"]
    assert (moved.adjusted >= moved.p_value - 1e-12).all()


def test_names_stand_in_the_order_of_the_alphabet_and_london_only_where_it_can_change():
    table = shares()
    assert confidence.change(table).area.tolist() == sorted([*NAMES, "London"])
    for found in (
        confidence.change_beside_london(table),
        confidence.ranked(table, draws=500),
        confidence.shrunken(table),
    ):
        assert found.area.tolist() == sorted(NAMES)


def test_places_are_wide_where_boroughs_agree():
    ranked = confidence.ranked(shares(), draws=2000, seed=3)
    assert (ranked.upper - ranked.lower).median() >= 20
    assert ranked[["top_quarter", "bottom_quarter"]].max().max() < 0.95
    pd.testing.assert_frame_equal(ranked, confidence.ranked(shares(), draws=2000, seed=3))


def test_borrowing_strength_draws_towards_the_whole_and_narrows_intervals():
    table = shares()
    found = confidence.shrunken(table)
    assert found.estimate.std() < 0.6 * found.direct.std()
    own = table[(table.period == "year to 2022-12") & (table.area != "London")]
    assert (found.upper - found.lower).mean() < (own.upper - own.lower).mean()


def test_a_steady_series_raises_no_alarm_and_a_shift_does():
    steady = confidence.control_chart(shares(seed=8), area="Brent")
    assert steady.point_type.eq("common cause").all()
    assert steady.caveat.str.contains("provisional").all(), "nine waves are few"
    assert list(steady.period) == [f"year to {year}-12" for year in range(2014, 2023)]
    longer = shares({"Brent": -0.4}, waves=16, seed=8)
    shifted = confidence.control_chart(longer, area="Brent")
    assert shifted.point_type.iloc[-1] == "special cause concern"


def test_limits_are_never_narrower_than_the_sampling_error():
    table = shares()
    own = table.area == "Brent"
    table.loc[own, "estimate"] = [0.5, 0.51, 0.5, 0.51, 0.5, 0.51, 0.5, 0.51, 0.5]
    chart = confidence.control_chart(table, area="Brent")
    error = np.sqrt(0.25 * DESIGN.design_effect / DESIGN.n)
    assert (chart.upper_limit - chart.centre).min() > 1.9 * error


def test_too_short_a_series_has_no_verdict_and_says_so():
    table = shares(waves=3)
    source = sources.find("pas_borough")
    chart = confidence.control_chart(table, area="Brent")
    shown = exhibits.confidence.steady(chart, area="Brent", measure="good_job", source=source)
    assert shown.headline == "Brent: three waves are too few for a verdict"
    assert "beyond chance" not in shown.alt
    assert "of the time" not in shown.text()


def test_an_outlier_does_not_hide_itself():
    table = shares({"Brent": -0.3})
    alone = confidence.funnel_limits(table, leaving_out="Brent").iloc[0]
    together = confidence.funnel_limits(table).iloc[0]
    assert alone.upper_95 - alone.lower_95 <= together.upper_95 - together.lower_95


def test_a_chart_of_a_place_that_is_not_held_is_refused():
    with pytest.raises(UsageError, match="Atlantis"):
        confidence.control_chart(shares(), area="Atlantis")


def test_four_points_are_more_than_chance_in_a_large_sample_only():
    table = confidence.claim(
        0.551, 0.595, interviews=[94, 400, 3000, 12_800], design_effects=[1.0, 1.6]
    )
    told = table[table.lower > 0]
    assert set(told.interviews) == {3000, 12_800}
    assert table.estimate.to_numpy() == pytest.approx(0.044)
    assert (table.n == table.interviews).all()


def test_larger_samples_show_smaller_changes():
    table = confidence.detectable([100, 400, 1600], baseline=0.5, design_effects=[1, 2.3])
    plain = table[table.design_effect == 1].change.to_numpy()
    assert (np.diff(plain) < 0).all()
    assert plain[1] == pytest.approx(plain[2] * 2, rel=0.05), "four times the interviews, half"
    assert (table[table.design_effect == 2.3].change.to_numpy() > plain).all()


def test_command_units_are_weighted_by_residents():
    rows = pd.DataFrame(
        {
            "measure": "good_job",
            "borough": NAMES,
            "quarter_end": pd.Timestamp("2022-12-31"),
            "proportion": [0.8 if name == "Croydon" else 0.4 for name in NAMES],
        }
    )
    found = confidence.proportion(rows, "good_job", design=DESIGN, kind="bcu")
    croydon = areas.find("Croydon")
    unit = [b for b in areas.boroughs() if b.bcu == croydon.bcu]
    weight = croydon.residents / sum(b.residents for b in unit)
    own = found[found.area == croydon.bcu].iloc[0]
    assert own.estimate == pytest.approx(0.4 + 0.4 * weight)
    assert own.n_effective > 2 * DESIGN.n / DESIGN.design_effect
    assert len(found) == len({b.bcu for b in areas.boroughs()}) + 1


def test_every_error_is_one_of_ours():
    assert issubclass(InputError, PvtoolsError)
