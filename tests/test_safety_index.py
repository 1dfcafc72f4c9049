"""The Community Safety Index: its file, its scores and both halves, and what they cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, estimates, places, safety_index
from pvtools.errors import DataError, InputError
from pvtools.safety_index.index import rules_of

NAMES = [area.name for area in areas.boroughs()]
#: Two indicators, one a half.
SMALL = """
title = "Small"
base = "year to 2021-12"
normalisation = "z100"
aggregation = "arithmetic"
[halves.recorded]
label = "Recorded"
weight = 1
[halves.perceived]
label = "Perceived"
weight = 1
[domains.crime]
half = "recorded"
label = "Crime"
weight = 1
[domains.police]
half = "perceived"
label = "Police"
weight = 1
[indicators.burglary]
domain = "crime"
label = "Burglary"
measure = "offence_rate"
group = "Burglary"
better = "lower"
weight = 1
why = "Feared."
[indicators.good_job]
domain = "police"
label = "Good job"
measure = "good_job"
better = "higher"
weight = 1
why = "Asked."
"""


@pytest.fixture
def small(tmp_path) -> safety_index.Framework:
    return read(tmp_path, SMALL)


def read(folder, text: str) -> safety_index.Framework:
    path = folder / "index.toml"
    path.write_text(text, encoding="utf-8")
    return safety_index.read(path)


def levels(measure: str, group: str, year: int, values: np.ndarray, error: float) -> pd.DataFrame:
    """Return an estimate table of a year: the boroughs', and London as their mean."""
    both = np.append(values, values.mean())
    return estimates.table(
        pd.DataFrame({"area": [*NAMES, areas.LONDON], "estimate": both, "stderr": error}),
        measure=measure, quantity="level", period=f"year to {year}-12", group=group, lower=np.nan,
        upper=np.nan, level=np.nan, n=np.nan, method="made up", caveat="",
    )  # fmt: skip


def held(error: float = 0.0, years: tuple[int, ...] = (2021, 2022)) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    crime, opinion = rng.uniform(4, 12, 32), rng.uniform(0.4, 0.6, 32)
    parts = []
    for year in years:
        parts.append(levels("offence_rate", "Burglary", year, crime + (year - 2021), error))
        parts.append(levels("good_job", "", year, opinion, error / 50))
    return pd.concat(parts, ignore_index=True)


# The file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "safety_index", "safety_index_rotterdam"])
def test_the_files_that_come_with_pvtools_are_frameworks_with_both_halves(name):
    found = safety_index.read(name)
    assert set(found.indicators.half) == {"recorded", "perceived"}
    assert found.indicators.why.str.len().min() > 10


def test_everything_wrong_with_a_file_is_said_at_once(tmp_path):
    text = (
        SMALL.replace('base = "year to 2021-12"', 'base = "2021"')
        .replace('normalisation = "z100"', 'normalisation = "zz"')
        .replace('better = "lower"', 'better = "less"')
        .replace('half = "perceived"', 'half = "percieved"')
        .replace("weight = 1\nwhy", "weight = 0\nwhy", 1)
    )
    with pytest.raises(DataError) as told:
        read(tmp_path, text)
    said = str(told.value)
    for fault in ("base = '2021'", "normalisation = 'zz'", "better in indicators.burglary = 'less'",
                  "Did you mean 'perceived'", "weight = 0 in indicators.burglary",
                  "nothing in the half 'perceived'"):  # fmt: skip
        assert fault in said, fault


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('why = "Feared."\n', "", "indicators.burglary without 'why'"),
        ("title", "tilte", "'tilte' in the file"),
        ("weight = 1", 'weight = "much"', "weight = 'much'"),
        ("[halves.perceived]", "[halves.felt]", "the halves recorded, felt"),
        ("[indicators.good_job]", "[indicators.recorded]", "an indicator called 'recorded'"),
        ('measure = "good_job"', 'measure = "offence_rate"\ngroup = "Burglary"', "again"),
        ("title = ", "title ", "text that is not TOML"),
        ('normalisation = "z100"', 'normalisation = "goalposts"', "no goalposts in"),
    ],
)
def test_a_fault_in_a_file_is_named(tmp_path, old, new, fault):
    with pytest.raises(DataError) as told:
        read(tmp_path, SMALL.replace(old, new, 1))
    assert fault in str(told.value)
    assert "Traceback" not in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('group = "Burglary"', 'group = "Burglry"', "(Did you mean 'Burglary'?)"),
        ('measure = "good_job"', 'measure = "god_job"', "(Did you mean 'good_job'?)"),
        ('half = "recorded"', 'half = "recrded"', "(Did you mean 'recorded'?); allowed"),
        ('why = "Feared."', 'why = "Feared."\ncarry = 99999', "carry = 99999"),
        ('why = "Feared."', 'why = "Feared."\nerror = -1', "error = -1"),
        ("weight = 1", "weight = 1e308", "a number from 0.001 to 1,000"),
        ("weight = 1", "weight = 1e-320", "a number from 0.001 to 1,000"),
        ("weight = 1", "weight = nan", "a number from 0.001 to 1,000"),
        ('title = "Small"', 'title = "Small"\nbands = [true, 90]', "bands = [True, 90]"),
        ('title = "Small"', 'title = " "', "title = ' '"),
        ('label = "Police"', 'label = ""', "label in domains.police = ''"),
        ('label = "Good job"', 'label = "burglary"', "indicators.good_job and indicators.burglary"),
        ('aggregation = "arithmetic"', "", "the file without 'aggregation'"),
    ],
)
def test_what_would_be_counted_wrongly_or_not_at_all_is_a_fault(tmp_path, old, new, fault):
    with pytest.raises(DataError) as told:
        read(tmp_path, SMALL.replace(old, new, 1))
    assert fault in str(told.value)
    assert "a aggregation" not in str(told.value)


def test_faults_of_shape_and_of_sense_are_said_together(tmp_path):
    text = SMALL.replace('title = "Small"', 'tilte = "Small"').replace('"z100"', '"zz"')
    with pytest.raises(DataError) as told:
        read(tmp_path, text.replace("weight = 1", 'weight = "1"', 1).replace('"higher"', '"more"'))
    for fault in ("'tilte'", "normalisation = 'zz'", "weight = '1'", "= 'more'"):
        assert fault in str(told.value), fault


def test_a_file_with_a_byte_order_mark_is_read_and_one_that_is_too_long_is_not_cut(tmp_path):
    path = tmp_path / "index.toml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert safety_index.read(path).title == "Small"
    path.write_text(SMALL + "#" * 1_000_000, encoding="utf-8")
    with pytest.raises(DataError, match="too long"):
        safety_index.read(path)


def test_the_kinds_of_offence_that_a_file_may_name_are_those_that_are_counted():
    from pvtools.profiles import counted

    named = {one.group for one in (*counted.INDICATORS, *counted._FURTHER)}
    named = {one for one in named if one}
    assert named == set(safety_index.checks.GROUPS)


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(DataError, match="no readable file"):
        safety_index.read(tmp_path / "none.toml")


# The scores --------------------------------------------------------------------------------


def test_scores_are_those_of_the_closed_form_and_halves_stand_beside_the_whole(small):
    table = held()
    index = safety_index.make(small, table, draws=200)
    crime, opinion = (
        table[(table.measure == m) & (table.period == "year to 2022-12")].set_index("area").estimate
        for m in ("offence_rate", "good_job")
    )
    base = (crime - 1)[NAMES]
    recorded = 100 - 10 * (crime - base.mean()) / base.std()
    perceived = 100 + 10 * (opinion - opinion[NAMES].mean()) / opinion[NAMES].std()
    found = index.scores.pivot(index="area", columns="group", values="estimate")
    assert found["recorded"].to_dict() == pytest.approx(recorded.to_dict())
    assert found["perceived"].to_dict() == pytest.approx(perceived.to_dict())
    assert found[""].to_dict() == pytest.approx(((recorded + perceived) / 2).to_dict())
    gap = index.gaps.set_index("area").estimate
    assert gap.to_dict() == pytest.approx((recorded - perceived).to_dict())


def test_a_score_does_not_move_because_others_did(small):
    before, after = held(), held()
    moved = (after.area != "Hackney") & (after.period == "year to 2022-12")
    after.loc[moved, "estimate"] *= 1.3
    one, other = (
        estimates.pick(safety_index.make(small, t, draws=100).scores, area="Hackney", group="")
        for t in (before, after)
    )
    assert one.estimate == other.estimate


def test_what_sets_an_area_apart_adds_up_exactly(small):
    index = safety_index.make(small, held(), draws=100)
    whole = index.scores[index.scores.group == ""].set_index("area").estimate
    apart = index.parts("hackney").contribution.sum()
    assert apart == pytest.approx(whole["Hackney"] - whole["London"], abs=1e-12)


def test_more_error_makes_places_and_pairs_less_sure(small):
    sure, unsure = (safety_index.make(small, held(error), draws=1000) for error in (0.05, 2.0))
    width = [(i.ranks.upper - i.ranks.lower).median() for i in (sure, unsure)]
    clear = [i.pairs.distinguishable_adjusted.sum() for i in (sure, unsure)]
    assert width[1] > width[0] + 3
    assert clear[1] < clear[0]
    assert "London" not in set(sure.ranks.area)


def test_an_indicator_that_is_not_held_counts_nowhere_and_is_said(small, tmp_path):
    only = held()
    framework = read(tmp_path, SMALL + SMALL[SMALL.index("[indicators.good_job]"):]
                     .replace("good_job", "feel_safe").replace("Good job", "Safe"))  # fmt: skip
    index = safety_index.make(framework, only, draws=100)
    assert index.notes == {"feel_safe": "Not held in the base year, so it counts nowhere."}
    assert index.scores.estimate.notna().all()
    added = pd.concat([only, *(levels("feel_safe", "", y, np.linspace(0.4, 0.8, 32), 0.03)
                               for y in (2021, 2022))])  # fmt: skip
    assert safety_index.make(framework, added, draws=100).notes == {}


def test_an_older_figure_stands_in_only_where_the_file_says_so_and_is_named(tmp_path):
    text = SMALL.replace('why = "Asked."', 'why = "Asked."\ncarry = 1')
    old = held()
    old = old[(old.measure != "good_job") | (old.period != "year to 2022-12")]
    index = safety_index.make(read(tmp_path, text), old, draws=100)
    assert index.period == "year to 2022-12"
    assert index.notes == {"good_job": "Held to the year to 2021-12, and carried on."}
    assert safety_index.make(read(tmp_path, SMALL), old, draws=100).period == "year to 2021-12"


def test_an_index_of_nothing_is_refused(small):
    with pytest.raises(InputError, match="None of the indicators of “Small”"):
        safety_index.make(small, held(years=(2022,)).assign(period="year to 2019-12"))


# Over years --------------------------------------------------------------------------------


def test_halves_over_years_rest_on_what_every_year_holds_and_say_it(small):
    found = safety_index.halves_by_year(small, held(0.1), first="year to 2021-12")
    assert set(found.indicators) == {"Burglary", "Good job"}
    moved = safety_index.moved_together(found)
    london = moved[moved.area == "London"].set_index("group")
    assert london.side.to_dict() == {"recorded": "down", "perceived": "not clear"}


def test_two_halves_that_move_alike_agree_and_unrelated_ones_do_not():
    rng = np.random.default_rng(3)
    one = rng.normal(0, 5, 32)
    for other, alike in ((one + rng.normal(0, 1, 32), True), (rng.permutation(one), False)):
        parts = [
            pd.DataFrame({"area": NAMES, "estimate": 100 + value * late, "stderr": 1.0,
                          "period": f"year to {2021 + late}-12", "group": half})
            for half, value in (("recorded", one), ("perceived", other))
            for late in (0, 1)
        ]  # fmt: skip
        p = safety_index.moved_together(pd.concat(parts, ignore_index=True)).p_value.iloc[0]
        assert (p < 0.01) == alike


def test_one_year_is_no_change(small):
    with pytest.raises(InputError, match="Two years of both halves are needed"):
        safety_index.halves_by_year(small, held(years=(2021,)), first="year to 2021-12")


# On the figures that come with pvtools -----------------------------------------------------


def test_the_index_of_london_rests_on_both_halves_and_its_gap_is_a_result_of_its_own():
    from pvtools import profiles

    chapter = profiles.safety("Hackney")
    assert chapter.index.period == "year to 2023-12"
    assert chapter.index.notes["anxiety"].startswith("Held to the year to 2021-12")
    for name in ("scores", "gap_map", "places", "parts", "made_of", "importance", "doubt",
                 "paradox"):  # fmt: skip
        text = getattr(chapter, name).text()
        assert text
        assert "nan" not in text.lower().split()
    assert "on what is recorded" in chapter.scores.headline
    assert "on what people say" in chapter.scores.headline
    assert (places.shipped_data() / "safety_index.toml").exists()


def test_groups_stand_in_the_order_of_the_file_so_that_a_seed_gives_the_same_draws(small):
    values = pd.DataFrame(
        {"burglary": [1.0, 2.0, 3.0], "good_job": [0.5, 0.6, 0.7]}, index=[*NAMES[:2], areas.LONDON]
    )
    rules = rules_of(small, values, [*values])
    groups = ["recorded/crime", "perceived/police", "recorded", "perceived"]
    assert [*rules.tree.index] == ["burglary", "good_job", *groups, "index"]
