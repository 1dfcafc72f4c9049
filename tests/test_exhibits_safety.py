"""What the exhibits of the safety index say: every count from the table, every name in words."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, estimates, exhibits, figures
from pvtools.exhibits import Notice

NAMES = [area.name for area in areas.boroughs()]
ALL = [*NAMES, areas.LONDON]


def scored(quantity: str, estimate, wide: float = 2.0, **more: object) -> pd.DataFrame:
    frame = pd.DataFrame({"area": ALL[: len(estimate)], "estimate": estimate}).assign(**more)
    return estimates.table(
        frame, measure="safety_index", quantity=quantity, period="year to 2023-12",
        lower=frame.estimate - wide, upper=frame.estimate + wide, level=0.95, n=np.nan,
        method="made up", caveat="",
    )  # fmt: skip


def gaps(**sides: float) -> pd.DataFrame:
    """Return gaps of zero but in the boroughs named, where they stand."""
    by = {name.replace("_", " "): value for name, value in sides.items()}
    values = np.array([by.get(name, 0.0) for name in ALL])
    return scored("difference", values, distinguishable=np.abs(values) > 5)


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ({}, "higher than what people say in no borough, lower in no borough"),
        ({"Camden": 9.0}, "in Camden, lower in no borough"),
        ({"Camden": 9.0, "Brent": 9.0, "Barnet": -9.0}, "in Brent and Camden, lower in Barnet"),
    ],
)
def test_the_headline_of_the_gap_names_boroughs_and_never_part_in_none_and_none(sides, said):
    made = exhibits.safety_index.gap_map(gaps(**sides), area="Hackney", source="S")
    assert said in made.headline


def test_a_gap_that_leaves_out_zero_alone_is_called_the_same_in_table_and_note():
    made = exhibits.safety_index.gap_map(gaps(Camden=9.0, Brent=4.0), area="Hackney", source="S")
    sides = made.table.set_index("area").side
    assert sides[["Camden", "Brent", "Barnet"]].tolist() == [
        "higher",
        "not clear once all areas are tested",
        "not clear",
    ]
    assert any("In one of the boroughs that are not clear" in note for note in made.caveats)
    assert "same" not in set(sides)


def test_hillingdon_comes_with_a_word_on_heathrow_and_others_do_not():
    for area, named in (("Hillingdon", True), ("Hackney", False)):
        made = exhibits.safety_index.gap_map(gaps(), area=area, source="S")
        assert any("Heathrow" in note for note in made.caveats) == named
    made = exhibits.safety_index.gap_map(gaps(Hillingdon=9.0), area="Hackney", source="S")
    assert any("Heathrow" in note for note in made.caveats)


def moved(worse: int, better: int, down: int) -> pd.DataFrame:
    """Return changes in which so many boroughs say worse, and so many of them moved each way."""
    said = np.where(np.arange(33) < worse, -20.0, 0.0)
    recorded = np.where(np.arange(33) < better, 6.0, 0.0)
    recorded[better : better + down] = -6.0
    parts = []
    for half, change in (("recorded", recorded), ("perceived", said)):
        side = np.select([change > 0, change < 0], ["improved", "worsened"], "not clear")
        parts.append(scored("change", change, group=half, side=side))
    return pd.concat(parts, ignore_index=True).assign(
        since="year to 2014-12", agreement=-0.15, agreement_p=0.4, boroughs=32,
        without="Westminster", agreement_without=0.02,
    )  # fmt: skip


def test_the_paradox_counts_three_groups_and_says_the_correlation_without_the_extreme_one():
    made = exhibits.safety_index.paradox(
        moved(30, 12, 10),
        area="Hackney",
        indicators={"recorded": "Theft", "perceived": "Good job"},
        source="S",
        notes=["More."],
    )
    assert "In 30 of 32 boroughs" in made.headline
    assert "improved clearly in 12, worsened clearly in 10 and are not clear in eight" in (
        made.headline
    )
    assert any("−0.15" in note and "without Westminster, 0.02" in note for note in made.caveats)
    assert any(
        note.startswith("What is recorded is theft, and nothing else") for note in made.caveats
    )
    assert set(made.table.group) == {"What is recorded", "What people say"}
    assert "More." in made.caveats


def test_scores_are_whole_points_and_no_key_of_a_file_is_shown():
    groups = ["", "recorded", "perceived", "theft"]
    table = pd.concat(
        [scored("score", np.full(33, 90.44), group=group, present=0.9) for group in groups]
    )
    labels = {"": "Index", "recorded": "Recorded", "perceived": "Said", "theft": "Theft and more"}
    made = exhibits.safety_index.scores(
        table,
        area="Hackney",
        key="k",
        scale="higher is better",
        labels=labels,
        bands=[70, 90, 110],
        source="S",
    )
    assert made.headline == "Hackney: 90 on what is recorded, 90 on what people say"
    shown = pd.read_csv(io.StringIO(made.csv()), comment="#")
    assert "Group" not in shown
    assert "theft" not in made.csv()
    assert [*shown.iloc[:4, 0]] == list(labels.values())
    (axes,) = made.figure().axes
    assert {70, 90, 110} <= set(axes.get_xticks())


def test_places_begin_at_one_and_the_axis_says_what_it_shows():
    ranks = scored("rank", np.arange(1.0, 33.0), 3.0, top_quarter=0.1, bottom_quarter=0.1)
    pairs = pd.DataFrame({"distinguishable_adjusted": [True, False, False]})
    made = exhibits.safety_index.places(ranks, pairs, area="Hackney", source="S")
    (axes,) = made.figure().axes
    assert axes.get_xlim() == (0.5, 32.5)
    assert axes.get_xlabel().startswith("Place among the boroughs")
    assert "1 of 3 pairs of boroughs" in made.headline
    assert "uncertain by" not in made.headline


def parts(*contributions: float) -> pd.DataFrame:
    labels = [f"Kind {i}" for i in range(len(contributions))]
    return pd.DataFrame(
        {"label": labels, "here": 90.0, "london": 95.0, "contribution": contributions}
    )


def test_what_sets_an_area_apart_is_in_the_title_and_london_is_set_against_nothing():
    made = exhibits.safety_index.parts(parts(-2.0, -1.0, -4.0, -2.0), area="Hackney")
    assert made.title == (
        "Hackney scores 9.0 points below London; “Kind 2” (−4.0) and “Kind 0” (−2.0) count most"
    )
    assert isinstance(exhibits.safety_index.parts(parts(0.0), area="London"), Notice)


def test_a_lone_indicator_is_said_to_be_alone_and_sources_of_doubt_have_names():
    found = pd.DataFrame(
        {"indicator": ["a", "b"], "label": ["A", "B"], "weight": [0.5, 0.5],
         "importance": [0.9, 0.1], "correlation": [0.5, 0.2]}
    )  # fmt: skip
    rest = pd.DataFrame({"member": ["a", "b"], "item_rest": [np.nan, 0.3]})
    made = exhibits.safety_index.importance(found, rest)
    assert made.table.rest.tolist() == ["alone in its domain", "0.30"]
    assert "50% of the weight" in made.title
    doubt = pd.DataFrame({"source": ["normalisation", "aggregation"], "first": [0.6, 0.2],
                          "total": [0.7, 0.3]})  # fmt: skip
    told = exhibits.safety_index.sensitivity(doubt).text()
    assert "normalisation" not in told
    assert "Sobol" not in told


def crossed(far: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    said, recorded = rng.uniform(-40, -5, 32), rng.uniform(-5, 5, 32)
    recorded[NAMES.index("Westminster")] = far
    return scored("change", said, 5.0), scored("change", recorded, 1.0)


@pytest.mark.parametrize(("far", "edge"), [(-60.0, True), (-6.0, False)])
def test_a_point_that_would_press_all_others_together_is_drawn_at_the_edge_with_its_value(
    far, edge
):
    axes = figures.crosses(
        *crossed(far), highlight="Hackney", how="count", labels=("x", "y"),
        corners={"top left": "one", "bottom right": "other"},
    )  # fmt: skip
    low, high = axes.get_ylim()
    assert high - low < 20
    assert low > -15
    said = {text.get_text() for text in axes.texts}
    assert ("Westminster, at −60 (−61 to −59)" in said) == edge
    assert "Hackney" in said
    assert "one" in said
    assert "other" not in said  # nothing lies there
