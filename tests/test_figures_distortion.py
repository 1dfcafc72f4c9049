"""Figures of target distortion: artists are asked, not pixels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pvtools import figures, style


@pytest.fixture
def ax():
    return Figure(figsize=(6, 3)).add_subplot()


def bins() -> pd.DataFrame:
    edges = np.arange(0.0, 31.0)
    return pd.DataFrame(
        {
            "bin_lower": edges[:-1],
            "bin_upper": edges[1:],
            "observed": 10.0,
            "counterfactual": 9.0,
            "lower": 8.0,
            "upper": 10.5,
            "in_window": (edges[:-1] >= 13) & (edges[:-1] < 17),
        }
    )


def test_bars_near_the_target_are_dark_and_the_counterfactual_has_a_band(ax):
    figures.threshold(bins(), at=15, unit="Minutes", reach=3, ax=ax)
    bars, band = ax.collections
    colours = [to_hex(colour) for colour in bars.get_facecolors()]
    assert colours.count(style.ACCENT.lower()) == 4
    assert len(colours) == 12  # three windows' reach of two minutes on either side
    assert any(line.get_xdata()[0] == 15 for line in ax.lines)
    assert "target" in [text.get_text() for text in ax.texts]
    assert band.get_paths()[0].vertices[:, 1].max() == 10.5


def test_placebos_are_hollow_and_the_target_differs_in_shape(ax):
    table = pd.DataFrame(
        {"threshold": [15.0, 10, 20], "z": [6.0, 0.5, -1], "is_placebo": [False, True, True]}
    )
    figures.placebos(table, unit="Minutes", ax=ax)
    drawn = [line for line in ax.lines if line.get_marker() in ("o", "D")]
    assert {line.get_marker() for line in drawn} == {"o", "D"}
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["the target", "no target here"]


def test_a_matrix_writes_every_share_and_rings_what_should_notice(ax):
    cells = pd.DataFrame(
        [
            (case, detector, share, expected)
            for case, rows in (
                ("a", ((0.97, "fires"), (0.02, "silent"))),
                ("b", ((0.01, "silent"), (0.6, "fires"))),
            )
            for detector, (share, expected) in zip(("x", "y"), rows, strict=True)
        ],
        columns=["case", "detector", "share", "expected"],
    )
    figures.matrix(cells, row="case", column="detector", share="share", expected="expected", ax=ax)
    assert sorted(text.get_text() for text in ax.texts) == ["1%", "2%", "60%", "97%"]
    dots, rings = ax.collections
    assert len(dots.get_offsets()) == 4
    assert rings.get_offsets().tolist() == [[0, 1], [1, 0]]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


def test_indicator_and_outcome_differ_in_line_and_the_target_is_marked(ax):
    months = pd.date_range("2010-01", periods=24, freq="MS")
    monthly = pd.DataFrame({"month": months, "indicator": 1.0, "outcome": 0.0})
    figures.parting(monthly, start=months[12], ax=ax)
    styles = {line.get_linestyle() for line in ax.lines[:2]}
    assert len(styles) == 2
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "indicator, as reported",
        "outcome, as felt",
    ]
    assert "target" in [text.get_text() for text in ax.texts]
