"""What works: the design follows from what is given, and the verdict from what was checked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pvtools import evaluation, tables
from pvtools.errors import DataError, InputError, UsageError
from pvtools.evaluation.ladder import judged

AREAS = [f"area {i:02}" for i in range(24)]


def series(*, effect=0.0, on=("burglary",), began=None, outcomes=("burglary", "fires"), seed=1):
    """Return counts about 400 a month with a season; an effect where and when it began."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2014-01-01", periods=60, freq="MS")
    rows = []
    for outcome in outcomes:
        for area in AREAS:
            mean = 400 * (1 + 0.1 * np.sin(months.month / 12 * 2 * np.pi)) * np.ones(len(months))
            if area in (began or {}) and outcome in on:
                mean = mean * np.where(months >= began[area], 1 + effect, 1)
            rows += zip([area] * 60, months, [outcome] * 60, rng.poisson(mean), strict=True)
    return pd.DataFrame(rows, columns=["area", "month", "outcome", "count"])


BEGAN = {name: ["2017-01", "2017-07", "2018-01"][i % 3] for i, name in enumerate(AREAS[:18])}


def test_an_effect_of_a_roll_out_is_found_and_reaches_the_highest_step():
    table = evaluation.evaluate(
        series(effect=-0.2, began=BEGAN), start=BEGAN, placebo_outcomes=["fires"], draws=499
    )
    row = table[table.group == "burglary"].iloc[0]
    assert row.estimate == pytest.approx(-0.2, abs=0.02)
    assert row.lower <= -0.2 <= row.upper
    assert row.averted == pytest.approx(row.n * 0.25, rel=0.15)
    assert (row.step, row.verdict) == (5, evaluation.LADDER[5])
    assert table[table.group == "fires"].step.tolist() == [2]


def test_the_highest_step_asks_for_an_outcome_that_could_not_be_touched():
    own = series(effect=-0.2, began=BEGAN, outcomes=["burglary"])
    row = evaluation.evaluate(own, start=BEGAN, draws=499).iloc[0]
    assert (row.step, row.why[:10]) == (4, "No outcome")
    both = series(effect=-0.2, on=("burglary", "fires"), began=BEGAN)
    row = evaluation.evaluate(both, start=BEGAN, placebo_outcomes=["fires"], draws=499).iloc[0]
    assert (row.step, row.why[:10]) == (4, "An outcome")


def test_one_treated_area_is_set_against_a_mix_of_the_others():
    began = {AREAS[0]: "2017-01"}
    row = evaluation.evaluate(
        series(effect=-0.3, began=began), treated=AREAS[0], start="2017-01"
    ).iloc[0]
    assert row.design == "synthetic control"
    assert row.estimate == pytest.approx(-0.3, abs=0.05)
    assert row.p_value == pytest.approx(1 / 24)


def test_everybody_at_once_is_an_interrupted_series_with_placebo_dates():
    began = dict.fromkeys(AREAS, "2017-01")
    row = evaluation.evaluate(series(effect=-0.3, began=began), start="2017-01").iloc[0]
    assert row.design == "interrupted series"
    assert row.estimate == pytest.approx(-0.3, abs=0.05)
    assert row.placebo_dates > 3
    assert "whatever else" in row.caveat


def test_everybody_at_once_is_set_against_outcomes_that_could_not_have_been_touched():
    began = dict.fromkeys(AREAS, "2017-01")
    both = series(effect=-0.3, on=("burglary", "fires"), began=began)  # something else began too
    alone = evaluation.evaluate(both, start="2017-01").set_index("group")
    table = evaluation.evaluate(both, start="2017-01", placebo_outcomes=["fires"])
    row = table.set_index("group").loc["burglary"]
    assert alone.estimate["burglary"] == pytest.approx(-0.3, abs=0.05)
    assert row.design == "controlled interrupted series"
    assert row.estimate == pytest.approx(0, abs=0.02)
    assert "left fires as it was" in row.caveat
    own = series(effect=-0.3, began=began)
    row = evaluation.evaluate(own, start="2017-01", placebo_outcomes=["fires"]).iloc[0]
    assert row.estimate == pytest.approx(-0.3, abs=0.05)
    assert row.step == 5


def test_units_to_which_dates_were_assigned_are_what_is_permuted():
    units = {name: f"unit {i // 4}" for i, name in enumerate(AREAS)}
    starts = {"unit 0": "2017-01", "unit 1": "2017-07"}
    row = evaluation.evaluate(series(), start=starts, units=units).iloc[0]
    # 6 × 5 ways to deal two dates to six units
    assert row.least_p == pytest.approx(1 / 30)
    few = {name: f"unit {i // 8}" for i, name in enumerate(AREAS)}
    row = evaluation.evaluate(series(), start=starts, units=few).iloc[0]
    assert (row.step, row.verdict) == (1, "nothing can be said")


def test_a_date_known_only_within_a_range_is_tried_at_every_month_of_it():
    known = evaluation.evaluate(series(outcomes=["burglary"]), start=BEGAN, draws=199).iloc[0]
    unsure = BEGAN | {AREAS[0]: ("2016-11", "2017-03")}
    row = evaluation.evaluate(series(outcomes=["burglary"]), start=unsure, draws=199).iloc[0]
    assert "of 5 possible sets" in row.caveat
    assert row.lowest < row.highest
    assert row.lowest <= known.estimate <= row.highest
    assert row.p_value >= known.p_value
    assert row.lower <= known.lower <= known.upper <= row.upper


def test_months_within_one_period_are_one_date_and_count_as_often_as_they_were_possible():
    own = series(outcomes=["burglary"])
    quarters = own[own.month.dt.month % 3 == 1]
    unsure = BEGAN | {AREAS[0]: ("2016-11", "2017-02")}
    row = evaluation.evaluate(quarters, start=unsure, base=4, draws=199).iloc[0]
    assert "of 4 possible sets" in row.caveat
    each = [
        evaluation.evaluate(quarters, start=BEGAN | {AREAS[0]: when}, base=4, draws=199).iloc[0]
        for when in ("2016-11", "2016-12", "2017-01", "2017-02")
    ]
    assert (each[0].estimate, each[1].estimate) == (each[2].estimate,) * 2
    assert row.lowest == min(one.estimate for one in each)
    assert row.highest == max(one.estimate for one in each)
    assert row.estimate == each[0].estimate


def test_harm_is_the_weighted_sum_and_what_it_averted_is_in_harm():
    own = series(effect=-0.2, on=("burglary", "robbery"), began=BEGAN,
                 outcomes=("burglary", "robbery"))  # fmt: skip
    table = evaluation.evaluate(
        own, start=BEGAN, weights={"burglary": 2.0, "robbery": 5.0}, draws=199
    )
    harm = table[table.group == "weighted harm"].iloc[0]
    assert harm.n == pytest.approx(table.n[:2] @ [2.0, 5.0])
    assert harm.estimate == pytest.approx(-0.2, abs=0.02)
    # six areas from each date, 400 a month and outcome in the twelve months before it
    assert harm.before == pytest.approx(18 * 12 * 400 * 7, rel=0.02)
    assert harm.more == pytest.approx(harm.estimate * harm.before)
    assert harm.more_lower < harm.more < harm.more_upper < 0


def test_the_ladder_has_five_steps_and_each_is_reached_for_its_reason():
    good = {
        "p_value": 0.001, "least_p": 0.001, "leads_p": 0.5, "placebo_share": 0.0, "breakdown": 2.0,
        "placebo_outcome": False,
    }  # fmt: skip
    other = good | {"placebo_outcome": True, "p_value": 0.6}

    def step(**changed):
        return judged(pd.DataFrame([good | changed, other])).step[0]

    assert step() == 5
    assert step(breakdown=0.5) == 4
    assert step(placebo_share=0.5) == 3
    assert step(placebo_share=np.nan) == 3
    assert step(p_value=0.06) == 2
    assert step(leads_p=0.01) == step(least_p=0.2) == step(p_value=np.nan) == 1


def test_p_values_are_adjusted_for_the_outcomes_looked_at():
    checks = {"least_p": 0.0002, "leads_p": 0.5, "placebo_share": 0.0, "breakdown": 2.0}
    rows = pd.DataFrame({"p_value": [0.02, 0.5, 0.9, 0.7], "placebo_outcome": False, **checks})
    found = judged(rows)
    assert found.adjusted[0] == pytest.approx(0.08)
    assert found.step[0] == 2


@pytest.mark.parametrize(
    ("spoil", "more", "said"),
    [
        (lambda s: s.drop(columns="outcome"), {}, "no column outcome"),
        (lambda s: s.iloc[1:], {}, "months of 'burglary' are missing"),
        (lambda s: pd.concat([s, s.head(1)]), {}, "twice"),
        (lambda s: s, {"start": {"Hackny": "2017-01"}}, "nothing is held of Hackny"),
        (lambda s: s, {"placebo_outcomes": ["fire"]}, "no outcome is called fire"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_words(spoil, more, said):
    with pytest.raises(InputError, match=said):
        evaluation.evaluate(spoil(series()), **({"start": BEGAN} | more))


# the worked re-tests ---------------------------------------------------------------------------


def test_the_merger_is_tested_over_twelve_units_and_a_default_is_far_too_sure_of_robbery():
    held, starts = tables.load(), tables.published("command_units_start")
    known = starts.assign(starts=starts.starts.fillna("2018-12"))  # one set of dates: quick
    table = evaluation.merger(held.recorded_crime, known, draws=999)
    row = table[table.group == "robbery"].iloc[0]
    assert row.estimate == pytest.approx(row.usual_lower / 2 + row.usual_upper / 2, abs=0.05)
    assert 0.001 < row.p_value < 0.1
    assert row.usual_p < row.p_value / 10
    assert table[table.group != "robbery"].step.tolist() == [2, 2, 2]


def test_harm_of_the_merger_weighs_each_outcome_by_what_was_recorded_of_its_offences():
    held, starts = tables.load(), tables.published("command_units_start")
    known = starts.assign(starts=starts.starts.fillna("2018-12"))
    weights = tables.load_harm_weights()
    table = evaluation.merger(held.recorded_crime, known, weights=weights, draws=99)
    harm = table.set_index("group").loc["weighted harm"]
    plain = table.set_index("group").before
    weight = {"robbery": 799.63, "burglary of homes": 484.91, "violence with injury": 329.86}
    theft = harm.before - sum(plain[name] * w for name, w in weight.items())
    assert 11.86 < theft / plain["theft"] < 80.41
    assert len(table) == 5
    lost = weights[weights.category != "Violence with injury"]
    with pytest.raises(InputError, match="No harm weight is held for Violence with injury"):
        evaluation.merger(held.recorded_crime, known, weights=lost, draws=99)


def test_the_worst_boroughs_fall_behind_as_much_as_was_predicted_with_nothing_done():
    table = evaluation.chosen_worst(tables.load().recorded_crime)
    mean = table[table.group == "mean"].iloc[0]
    assert mean.estimate == pytest.approx(mean.predicted, abs=0.03)
    assert mean.next_lower < mean.lower < 0 < mean.next_upper
    assert not table.period[1:].str[:4].isin(["2014", "2015", "2016", "2017"]).any()
    with pytest.raises(UsageError, match="Did you mean 'robbery'"):
        evaluation.chosen_worst(tables.load().recorded_crime, kind="robery")


# the register of claims ------------------------------------------------------------------------


def test_the_register_agrees_with_the_facts_on_interventions():
    found = evaluation.claims().set_index("key")
    facts = tables.published("london_interventions").set_index("key")
    assert set(found.index) == set(facts.index)
    assert found.level.to_dict() == facts.maryland_level.to_dict()
    for key, fact in facts.iterrows():
        assert found.when[key] == f"{fact['from']} to {fact['to']}"


def test_all_faults_of_a_register_are_told_at_once(tmp_path):
    path = tmp_path / "claims.toml"
    path.write_text('title = 3\n[mine]\ntitle = "A"\nlevel = 6\nlevle = 2\ncost = ""\n')
    with pytest.raises(DataError) as error:
        evaluation.claims(path)
    told = [str(fault) for fault in error.value.faults]
    assert any("title = 3" in text for text in told)
    assert any("level = 6 in [mine]" in text for text in told)
    assert any("'levle' in [mine]. Did you mean 'level'?" in text for text in told)
    assert any("cost = '' in [mine]" in text for text in told)
    assert any("[mine] without 'mechanism'" in text for text in told)
    assert "“not reported”" in str(error.value)
    for content in ("", "[mine", "\udcff"):
        path.write_text(content, encoding="utf-8", errors="surrogateescape")
        with pytest.raises(DataError):
            evaluation.claims(path)
    with pytest.raises(DataError):
        evaluation.claims(tmp_path / "none.toml")
