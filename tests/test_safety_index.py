"""The Community Safety Index: its file, its scores and both halves, and what they cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import areas, estimates, places, profiles, safety_index, tables
from pvtools.errors import DataError, InputError, UsageError
from pvtools.safety_index import made
from pvtools.safety_index.rules import rules_of

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
    with pytest.raises(DataError, match="more than 1,000,000 bytes"):
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
    assert index.notes == {
        "feel_safe": "Not held in the base year, the year to December 2021: not counted."
    }
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
    assert index.notes["good_job"].startswith("Figures of the year to December 2021 stand in.")
    assert safety_index.make(read(tmp_path, SMALL), old, draws=100).period == "year to 2021-12"


#: The small framework, and how people feel beside good job, of which no error is given.
FEELING = (
    SMALL
    + """
[indicators.anxiety]
domain = "police"
label = "Anxiety"
measure = "anxiety"
better = "lower"
weight = 1
missing = "reweight"
why = "Felt."
"""
)


def unsure(*years: int, moved: float = 0.2) -> pd.DataFrame:
    """Return a made-up indicator of some years, without errors."""
    rng = np.random.default_rng(8)
    steady = rng.uniform(2, 5, 32)
    parts = [levels("anxiety", "", y, steady + rng.normal(0, moved, 32), np.nan) for y in years]
    return pd.concat(parts, ignore_index=True)


def test_an_error_that_is_not_published_is_never_zero_and_is_seen_from_the_years(tmp_path):
    table = pd.concat([held(0.1), unsure(2018, 2019, 2020, 2021, 2022)])
    index = safety_index.make(read(tmp_path, FEELING), table, draws=200)
    errors = index.errors["anxiety"]
    assert errors["Hackney"] == pytest.approx(0.2, rel=0.25)
    assert 0 < errors["London"] < errors["Hackney"] / 4
    assert "No sampling error is published" in index.notes["anxiety"]


@pytest.mark.parametrize(("line", "found"), [("error = 0.3", 0.3), ("error = 0", 0.0)])
def test_a_file_may_state_an_error_and_zero_for_a_full_count(tmp_path, line, found):
    table = pd.concat([held(0.1), unsure(2021, 2022)])
    index = safety_index.make(read(tmp_path, FEELING + line), table, draws=200)
    assert (index.errors["anxiety"] == found).all()
    assert "anxiety" not in index.notes


def test_an_indicator_whose_error_cannot_be_known_is_not_counted_and_said(tmp_path):
    still = unsure(2021, 2022, moved=0)
    index = safety_index.make(read(tmp_path, FEELING), pd.concat([held(0.1), still]), draws=200)
    assert "anxiety" not in index.errors
    assert index.notes["anxiety"].startswith("Not counted: no sampling error")


def test_a_figure_that_stands_in_is_less_sure_than_one_of_the_year(tmp_path):
    rng, walk = np.random.default_rng(2), np.linspace(0.3, 0.7, 32)
    parts = [held(0.1).query("measure != 'good_job'")]
    for year in range(2016, 2022):
        walk = walk + rng.normal(0, 0.05, 32)
        parts.append(levels("good_job", "", year, walk, 0.002))
    text = SMALL.replace('why = "Asked."', 'why = "Asked."\ncarry = 1')
    index = safety_index.make(read(tmp_path, text), pd.concat(parts), draws=200)
    assert index.period == "year to 2022-12"
    assert index.errors.good_job["Hackney"] == pytest.approx(0.05, rel=0.3)


def test_a_framework_of_which_a_half_is_not_held_is_refused_in_plain_words(small):
    alone = held()[lambda table: table.measure == "offence_rate"]
    with pytest.raises(InputError) as told:
        safety_index.make(small, alone, draws=100)
    assert "no indicator of “Perceived” is held (Good job)" in str(told.value)
    assert "left out" not in str(told.value)
    with pytest.raises(InputError, match="no indicator of “Recorded” is held"):
        safety_index.make(small, held(), period="year to 2030-12")


def test_an_area_that_lacks_one_half_has_no_score_of_the_other_alone(tmp_path):
    text = SMALL.replace('why = "Asked."', 'why = "Asked."\nmissing = "reweight"')
    table = held(0.1)
    table = table[~((table.area == "Hackney") & (table.measure == "good_job")
                    & (table.period == "year to 2022-12"))]  # fmt: skip
    scores = safety_index.make(read(tmp_path, text), table, draws=200).scores
    assert "Hackney" not in set(scores[scores.group == ""].dropna(subset=["estimate"]).area)
    assert len(scores[scores.group == ""].dropna(subset=["estimate"])) == 32


def test_the_share_measured_is_of_all_that_the_file_weighs_not_of_what_is_held(tmp_path):
    text = FEELING.replace("weight = 1\nmissing", "weight = 3\nmissing")
    index = safety_index.make(read(tmp_path, text), held(0.1), draws=200)
    present = index.scores[index.scores.area == "Hackney"].set_index("group").present
    expected = {"": 0.625, "recorded": 1.0, "perceived": 0.25, "crime": 1.0, "police": 0.25}
    assert present.to_dict() == pytest.approx(expected)


def test_half_of_the_draws_leave_out_of_the_base_who_stretches_the_scale_and_it_is_said(small):
    table = held(0.05)
    mine = (table.area == "Westminster") & (table.measure == "offence_rate")
    table.loc[mine, "estimate"] = 80.0
    index = safety_index.make(small, table, draws=1000)
    assert index.stretches == "Westminster"
    assert index.drawn.settings.base.mean() == pytest.approx(0.5, abs=0.05)
    assert "with and without Westminster" in index.doubts[0]
    crime = table.query("measure == 'offence_rate' and period == 'year to 2021-12'")
    rest = crime[~crime.area.isin(["Westminster", "London"])].set_index("area").estimate
    stated = index.scores.query("area == 'Hackney' and group == 'recorded'").iloc[0]
    other = 100 - 10 * (rest["Hackney"] + 1 - rest.mean()) / rest.std()
    assert stated.lower - 1 <= other <= stated.upper + 1


def test_what_intervals_hold_is_what_was_drawn(small, tmp_path):
    by_mean = safety_index.make(small, held(0.1), draws=200)
    assert "the mean (arithmetic or geometric)" in by_mean.doubts[0]
    assert "a half varies by 8 percentage points" in by_mean.doubts[0]
    assert "correlate at 0.5" in by_mean.doubts[0]
    assert "left out" not in by_mean.doubts[0]  # each half has but one
    assert set(by_mean.drawn.settings.left_out) == {""}
    ruled = read(tmp_path, SMALL.replace("z100", "reference"))
    without = safety_index.make(ruled, held(0.1), draws=200)
    assert "the mean" not in without.doubts[0]
    assert "with and without" not in without.doubts[0]
    assert set(without.drawn.settings.aggregation) == {"arithmetic"}


def test_an_index_of_nothing_is_refused(small):
    with pytest.raises(InputError, match="no indicator of “Perceived” is held"):
        safety_index.make(small, held(years=(2022,)).assign(period="year to 2019-12"))


# Over years --------------------------------------------------------------------------------


def test_halves_over_years_rest_on_what_every_year_holds_and_say_it(small):
    found = safety_index.halves_by_year(small, held(0.1), first="year to 2021-12")
    assert set(found.indicators) == {"Burglary", "Good job"}
    moved = safety_index.moved_together(found)
    london = moved[moved.area == "London"].set_index("group")
    assert london.side.to_dict() == {"recorded": "worsened", "perceived": "not clear"}


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
        p = safety_index.moved_together(pd.concat(parts, ignore_index=True)).agreement_p.iloc[0]
        assert (p < 0.01) == alike


def test_changes_of_boroughs_are_tested_together_and_london_alone(small):
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame({"area": [*NAMES, "London"], "estimate": 100 + late * rng.normal(0, 2, 33),
                      "stderr": 2**0.5, "period": f"year to {2021 + late}-12", "group": half})
        for half in ("recorded", "perceived")
        for late in (0, 1)
    ]  # fmt: skip
    moved = safety_index.moved_together(pd.concat(parts, ignore_index=True))
    boroughs = moved[moved.area != "London"]
    alone = ((boroughs.lower > 0) | (boroughs.upper < 0)).sum()
    assert alone > 0
    assert (boroughs.side != "not clear").sum() == boroughs.distinguishable.sum() < alone
    assert set(moved.side) <= {"improved", "worsened", "not clear"}


def test_the_borough_on_which_the_correlation_hangs_is_named_with_what_is_left_without_it():
    rng = np.random.default_rng(3)
    one, other = rng.normal(0, 1, 32), rng.normal(0, 1, 32)
    at = NAMES.index("Westminster")
    one[at], other[at] = 30, 30
    parts = [
        pd.DataFrame({"area": NAMES, "estimate": 100 + value * late, "stderr": 1.0,
                      "period": f"year to {2021 + late}-12", "group": half})
        for half, value in (("recorded", one), ("perceived", other))
        for late in (0, 1)
    ]  # fmt: skip
    row = safety_index.moved_together(pd.concat(parts, ignore_index=True)).iloc[0]
    rest = np.corrcoef(np.delete(one, at), np.delete(other, at))[0, 1]
    assert (row.without, row.agreement > 0.9) == ("Westminster", True)
    assert row.agreement_without == pytest.approx(rest)


def test_one_year_is_no_change(small):
    with pytest.raises(InputError, match="Two years of both halves are needed"):
        safety_index.halves_by_year(small, held(years=(2021,)), first="year to 2021-12")


# On the figures that come with pvtools -----------------------------------------------------


def test_the_index_of_london_rests_on_both_halves_and_its_gap_is_a_result_of_its_own():
    chapter = profiles.safety("Hackney")
    assert chapter.index.period == "year to 2023-12"
    assert chapter.index.notes["anxiety"].startswith(
        "Figures of the year to December 2021 stand in. No sampling error is published"
    )
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


# the national series ---------------------------------------------------------------------------


TRUST = "trust_in_government"


def national(**spoil):
    rows = {"question": ["Q", "Q"], "year": [1974, 1986], "share": [0.4, 0.3], "source": ["A", "B"]}
    return pd.DataFrame(rows | spoil)


def test_national_trust_keeps_both_editions_of_a_year_and_gives_no_interval():
    table = safety_index.national_trust(tables.published(TRUST), source=TRUST)
    twice = table[table.editions > 1]
    assert twice.year.tolist() == [1986, 1986]
    assert twice.estimate.tolist() == [0.38, 0.40]
    assert table.lower.isna().all()
    assert table.upper.isna().all()
    assert table.n.isna().all()
    assert len(table) == 15


def test_every_fault_of_a_national_series_is_told_at_once():
    spoilt = national(
        question=["", "Q"], year=[1974.5, "then"], share=[40, None], source=["A", " "]
    )
    with pytest.raises(InputError) as error:
        safety_index.national_trust(spoilt, source=TRUST)
    for said in ("a year is a whole number such as 1986 (row 1, 2)", "between 0 and 1 (row 1, 2)",
                 "a question is named (row 1)", "what is known of the figure (row 2)"):  # fmt: skip
        assert said in str(error.value)
    same = national(year=[1986, 1986], source=["A", "A"])
    with pytest.raises(InputError, match=r"a source gives a year once \(row 2\)"):
        safety_index.national_trust(same, source=TRUST)
    with pytest.raises(InputError, match="needs the columns share, source"):
        safety_index.national_trust(national()[["question", "year"]], source=TRUST)
    with pytest.raises(InputError, match="one figure at least"):
        safety_index.national_trust(national().head(0), source=TRUST)


def test_a_lone_indicator_is_not_called_unpublished():
    chapter = profiles.safety("Hackney")
    assert "alone in its domain" in chapter.importance.text()
    assert "not published" not in chapter.importance.text()


def test_the_national_series_says_what_it_cannot_tell_of_londons_police():
    shown = profiles.safety("Hackney").national_trust
    assert shown.headline.startswith("39% in 1974 and 18% in 2012 said")
    told = " ".join(shown.caveats)
    assert "Editions differ on 1986: 38%" in told
    assert "40% (British Social Attitudes 29)" in told
    assert "cannot show whether London's police are trusted less" in told
    assert "How many people were asked is not known" in told
    assert "brief" not in str(shown.to_json())


def test_other_weights_of_the_same_figures_are_the_index_of_a_file_that_says_so(tmp_path):
    chapter = profiles.safety("Hackney")
    text = (places.shipped_data() / "safety_index.toml").read_text(encoding="utf-8")
    half = '[halves.recorded]\nlabel = "What is recorded"\nweight = '
    assert f"{half}1\n" in text
    path = tmp_path / "safety_index.toml"
    path.write_text(text.replace(f"{half}1\n", f"{half}3\n"), encoding="utf-8")
    own = profiles.safety("Hackney", framework=path)
    pd.testing.assert_frame_equal(chapter.weighing({"recorded": 3}).index.scores, own.index.scores)


def test_a_part_that_the_index_lacks_and_a_weight_of_nothing_are_refused_together():
    chapter = profiles.safety("Hackney")
    with pytest.raises(UsageError) as error:
        chapter.weighing({"theft of bees": 1, "recorded": 0})
    assert "no part 'theft of bees', recorded = 0" in str(error.value)
    assert "recorded/burglary" in str(error.value)


def test_other_weights_leave_the_figures_of_the_index_as_they_were_read(monkeypatch):
    chapter = profiles.safety("Hackney")
    first = chapter.index
    monkeypatch.setattr(made, "held_in", None)
    changed = chapter.weighing({"recorded": 3}, draws=200).index
    assert changed.errors is first.errors
    assert not changed.scores.estimate.equals(first.scores.estimate)
    assert chapter.index.scores.estimate.equals(first.scores.estimate)


def test_the_index_that_comes_with_pvtools_is_made_once_for_all_areas():
    assert profiles.safety("Hackney").index is profiles.safety("Camden").index
