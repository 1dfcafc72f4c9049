"""Survey estimates meet an independent program, closed forms and the jackknife."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from pvtools.errors import InputError
from pvtools.stats import intervals, survey

from .small_surveys import DESIGN, jackknife, respondents

ALONE = survey.Design()
COLUMNS = [
    "estimate",
    "stderr",
    "lower",
    "upper",
    "n",
    "n_effective",
    "design_effect",
    "df",
    "method",
    "caveat",
]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return respondents()


# The values below were measured once with svy 0.35 (Taylor, with replacement) on respondents().


@pytest.mark.parametrize(
    ("age", "estimate", "stderr", "design_effect", "lower", "upper"),
    [
        (None, 79.85658581683707, 1.2961362206690603,
         2.0339023968515058, 77.13350466367872, 82.57966696999542),
        ("16-34", 80.46867530912307, 3.0071503947067906,
         3.108223005646414, 74.15088676656404, 86.7864638516821),
        ("35-64", 79.53331584814761, 1.5948712392576385,
         1.1827475431068335, 76.1826157102447, 82.88401598605051),
        ("65+", 79.55798247172933, 2.0399840045783746,
         1.7323376982738696, 75.27213511477144, 83.84382982868722),
    ],
)  # fmt: skip
def test_means_agree_with_an_independent_program(
    people, age, estimate, stderr, design_effect, lower, upper
):
    where = None if age is None else people.age == age
    row = survey.mean(people, "score", design=DESIGN, where=where).iloc[0]
    assert list(row[["estimate", "stderr", "design_effect", "lower", "upper"]]) == pytest.approx(
        [estimate, stderr, design_effect, lower, upper], rel=1e-10
    )
    assert row.df == 18


def test_proportions_agree_with_an_independent_program(people):
    whole = survey.proportion(people, "yes", design=DESIGN).iloc[0]
    assert list(whole[["estimate", "stderr", "design_effect", "lower", "upper"]]) == pytest.approx(
        [0.6026372698307088, 0.06614615622061044, 5.170738112182521, 0.45912659516419035,
         0.7304272097134699], rel=1e-10,
    )  # fmt: skip
    waves = survey.proportion(people, "yes", design=DESIGN, by="wave").set_index("wave")
    assert waves.stderr.tolist() == pytest.approx(
        [0.0812397404568467, 0.06671796389719652], rel=1e-10
    )
    assert waves.lower.tolist() == pytest.approx(
        [0.44645138123991435, 0.43665490060275874], rel=1e-10
    )


def test_a_difference_holds_what_shared_clusters_add(people):
    between = {"wave": ("2021", "2022")}
    row = survey.difference(people, "yes", design=DESIGN, between=between).iloc[0]
    assert row.estimate == pytest.approx(row.second - row["first"])
    # the two variances less twice the covariance, by the same program
    apart = 0.006599895429495816 + 0.004451286706587615
    assert row.stderr**2 == pytest.approx(apart - 2 * 0.0032196571650968454, rel=1e-9)


def test_a_lonely_stratum_is_set_against_the_mean_of_all_and_said(people):
    lonely = people[(people.stratum != "s0") | (people.cluster == "c0")]
    row = survey.mean(lonely, "score", design=DESIGN).iloc[0]
    assert row.stderr == pytest.approx(2.330202470159588, rel=1e-10)  # svy: "center"
    assert row.df == 14
    assert "one stratum holds a single cluster" in row.caveat.lower()


def test_strata_with_one_cluster_each_still_give_an_interval(people):
    row = survey.proportion(people.assign(cluster=people.stratum), "yes", design=DESIGN).iloc[0]
    assert row.df == 3
    assert row.lower < row.estimate < row.upper
    assert "4 strata" in row.caveat


def test_a_simple_random_sample_is_the_textbook(people):
    row = survey.proportion(people, "yes", design=ALONE, interval="wald").iloc[0]
    n, p = len(people), people.yes.mean()
    stderr = np.sqrt(p * (1 - p) / (n - 1))
    assert (row.stderr, row.design_effect, row.n_effective) == pytest.approx((stderr, 1, n))
    assert row.upper == pytest.approx(p + student.ppf(0.975, n - 1) * stderr)
    exact = survey.proportion(people, "yes", design=ALONE, interval="korn_graubard").iloc[0]
    assert exact.lower == pytest.approx(intervals.korn_graubard(p, n).lower[0])


def test_equal_clusters_are_a_sample_of_their_means():
    means = np.array([0.2, 0.4, 0.4, 0.6, 0.7, 0.9])
    data = pd.DataFrame(
        {
            "ward": np.repeat(np.arange(6), 10),
            "yes": np.concatenate([np.arange(10) < 10 * m for m in means]).astype(int),
        }
    )
    row = survey.proportion(data, "yes", design=survey.Design(cluster="ward")).iloc[0]
    assert row.stderr == pytest.approx(means.std(ddof=1) / np.sqrt(6))
    assert row.df == 5


def test_strata_take_their_differences_out_of_the_error():
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"stratum": np.repeat(["a", "b"], [40, 60])})
    data["weight"] = np.where(data.stratum == "a", 3.0, 1.0)
    data["score"] = np.where(data.stratum == "a", 10.0, 50.0) + rng.normal(0, 3, 100)
    row = survey.mean(data, "score", design=survey.Design("weight", "stratum")).iloc[0]
    share, parts = np.array([120, 60]) / 180, data.groupby("stratum").score
    by_hand = np.sqrt((share**2 * parts.var() / parts.size()).sum())
    assert row.stderr == pytest.approx(by_hand)
    assert row.estimate == pytest.approx((share * parts.mean()).sum())
    assert row.df == 98


def test_linearised_errors_agree_with_the_jackknife(people):
    def shares(data):
        return survey.proportion(data, "yes", design=DESIGN, by="age").estimate.to_numpy()

    def changes(data):
        between = {"wave": ("2021", "2022")}
        return survey.difference(
            data, "score", design=DESIGN, between=between, by="age"
        ).estimate.to_numpy()

    linear = survey.proportion(people, "yes", design=DESIGN, by="age").stderr
    assert jackknife(people, shares) == pytest.approx(linear.to_numpy(), rel=0.05)
    between = {"wave": ("2021", "2022")}
    linear = survey.difference(people, "score", design=DESIGN, between=between, by="age").stderr
    assert jackknife(people, changes) == pytest.approx(linear.to_numpy(), rel=0.06)


def test_a_domain_keeps_the_whole_design(people):
    old = people.age == "65+"
    kept = survey.proportion(people, "yes", design=DESIGN, where=old)
    unweighted = people.assign(weight=people.weight.where(old, 0.0))
    assert kept.equals(survey.proportion(unweighted, "yes", design=DESIGN))
    assert kept.equals(survey.proportion(people, "yes", design=DESIGN, where="age == '65+'"))
    marked = people.assign(old=old)
    assert kept.equals(survey.proportion(marked, "yes", design=DESIGN, where="old"))
    by_age = survey.proportion(people, "yes", design=DESIGN, by="age")
    assert by_age.loc[2, COLUMNS].tolist() == kept.loc[0, COLUMNS].tolist()
    # A cluster without anybody over 65 still counts; dropping its rows would lose it.
    rare = people[~old | ~people.stratum.isin(["s0"]) | (people.cluster != "c1")]
    right = survey.mean(rare, "score", design=DESIGN, where=rare.age == "65+").stderr[0]
    wrong = survey.mean(rare[rare.age == "65+"], "score", design=DESIGN).stderr[0]
    assert right != pytest.approx(wrong, rel=1e-6)


def test_degrees_of_freedom_count_where_a_group_was_asked(people):
    by = survey.proportion(people, "yes", design=DESIGN, by="stratum")
    assert by.df.tolist() == [4, 5, 4, 5]


def test_several_outcomes_in_one_pass_are_each_alone(people):
    data = people.assign(no=1 - people.yes)
    both = survey.proportion(data, ["yes", "no"], design=DESIGN, by=["wave", "age"])
    assert list(both.columns) == ["outcome", "wave", "age", *COLUMNS]
    for name in ("yes", "no"):
        alone = survey.proportion(data, name, design=DESIGN, by=["wave", "age"])
        part = both[both.outcome == name].drop(columns="outcome").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone)


def test_groups_stand_in_the_order_of_their_values(people):
    ordered = pd.CategoricalDtype(["65+", "16-34", "35-64"], ordered=True)
    table = survey.mean(people.astype({"age": ordered}), "score", design=DESIGN, by=["age", "wave"])
    assert table.age.tolist() == ["65+", "65+", "16-34", "16-34", "35-64", "35-64"]
    assert table.wave.tolist() == ["2021", "2022"] * 3


@pytest.mark.parametrize("interval", ["logit", "wilson", "wald", "korn_graubard"])
def test_every_interval_holds_its_estimate_and_names_itself(people, interval):
    table = survey.proportion(people, "yes", design=DESIGN, by="stratum", interval=interval)
    assert (table.lower < table.estimate).all()
    assert (table.estimate < table.upper).all()
    named = table.method.str.contains(interval.replace("_", ".")[:4], case=False)
    assert (named | table.method.str.contains("Korn–Graubard")).all()


def test_the_exact_interval_can_be_made_again_from_its_row(people):
    row = survey.proportion(people, "yes", design=DESIGN, interval="korn_graubard").iloc[0]
    again = intervals.korn_graubard(row.estimate, row.n_effective, df=row.df, n=row.n)
    assert (row.lower, row.upper) == (again.lower[0], again.upper[0])


def test_small_bases_and_shares_near_an_end_get_the_exact_interval(people):
    few = survey.proportion(people, "yes", design=DESIGN, where=people.index < 25).iloc[0]
    assert "Korn–Graubard interval (effective base below 30)" in few.method
    rare = people.assign(yes=(people.index % 29 == 0))
    assert "share below 5%" in survey.proportion(rare, "yes", design=DESIGN).method[0]
    enough = survey.proportion(people, "yes", design=DESIGN)
    assert "logit" in enough.method[0]


@pytest.mark.parametrize("answer", [0, 1])
@pytest.mark.parametrize("interval", ["logit", "wilson", "wald", "korn_graubard"])
def test_a_question_all_answer_alike_keeps_a_width(people, answer, interval):
    row = survey.proportion(
        people.assign(yes=answer), "yes", design=DESIGN, interval=interval
    ).iloc[0]
    assert row.estimate == answer
    assert row.upper - row.lower > 0.01
    assert "Korn–Graubard" in row.method
    # Kish: unequal weights alone make fewer of 284 people
    assert row.n_effective == pytest.approx(people.weight.sum() ** 2 / (people.weight**2).sum())
    assert "all gave the same answer" in row.caveat.lower()


def test_a_mean_without_spread_has_no_interval_and_says_so(people):
    row = survey.mean(people.assign(score=7.1), "score", design=DESIGN).iloc[0]
    assert row.estimate == pytest.approx(7.1)
    assert np.isnan(row.lower)
    assert "no interval" in row.caveat


def test_a_group_in_one_cluster_admits_that_its_error_is_unknown(people):
    here = (people.stratum == "s0") & (people.cluster == "c0")
    row = survey.proportion(people, "yes", design=DESIGN, where=here).iloc[0]
    assert np.isnan(row.stderr)
    assert row.lower < row.estimate < row.upper
    assert "one cluster" in row.caveat


def test_a_group_without_respondents_is_a_row_without_an_estimate(people):
    table = survey.proportion(people, "yes", design=DESIGN, by="wave", where="wave == '2021'")
    empty = table.set_index("wave").loc["2022"]
    assert empty.n == 0
    assert np.isnan(empty.estimate)
    assert "nobody answered" in empty.caveat.lower()
    nobody = survey.mean(people, "score", design=DESIGN, where=people.x > 99)
    assert nobody.n.tolist() == [0]


def test_missing_answers_are_left_out_and_counted(people):
    data = people.assign(yes=people.yes.where(people.x > -1))
    row = survey.proportion(data, "yes", design=DESIGN).iloc[0]
    answered = survey.proportion(people, "yes", design=DESIGN, where=people.x > -1).iloc[0]
    assert (row.estimate, row.stderr) == (answered.estimate, answered.stderr)
    assert row.caveat == f"{int((people.x <= -1).sum())} without an answer are left out."
    everybody = survey.proportion(people.assign(yes=np.nan), "yes", design=DESIGN).iloc[0]
    assert everybody.n == 0


def test_those_without_a_group_are_counted(people):
    data = people.assign(age=people.age.where(people.x > 0))
    table = survey.proportion(data, "yes", design=DESIGN, by="age")
    assert table.n.sum() == (people.x > 0).sum()
    assert table.caveat.str.contains("141 respondents without age are in no group").all()


def test_fewer_than_thirty_respondents_are_pointed_out(people):
    row = survey.mean(people, "score", design=DESIGN, where=people.index < 29).iloc[0]
    assert "fewer than 30 respondents (29)" in row.caveat.lower()


def test_only_the_ratios_of_weights_matter(people):
    once = survey.proportion(people, "yes", design=DESIGN, by="age")
    larger = people.assign(weight=people.weight * 4321.0)
    again = survey.proportion(larger, "yes", design=DESIGN, by="age")
    pd.testing.assert_frame_equal(once, again, rtol=1e-10)
    same = people.assign(weight=2.0)
    equal = survey.mean(same, "score", design=DESIGN)
    unweighted = survey.mean(people, "score", design=survey.Design(None, "stratum", "cluster"))
    pd.testing.assert_frame_equal(equal, unweighted, rtol=1e-10)


def test_nothing_given_is_changed(people):
    before = people.copy()
    survey.proportion(people, "yes", design=DESIGN, by="age", where=people.x > 0)
    survey.difference(people, "yes", design=DESIGN, between={"wave": ("2021", "2022")})
    survey.rake(people, {"wave": {"2021": 0.5, "2022": 0.5}}, design=DESIGN)
    pd.testing.assert_frame_equal(people, before)


def test_columns_of_any_kind_will_do(people):
    plain = survey.proportion(people, "yes", design=DESIGN, by="age")
    kinds = people.convert_dtypes().astype({"stratum": "category", "cluster": "category"})
    kinds["yes"] = (people.yes == 1).astype("boolean")
    again = survey.proportion(kinds, "yes", design=DESIGN, by="age")
    pd.testing.assert_frame_equal(plain, again, check_dtype=False)


def test_a_difference_of_two_groups_that_agree_with_themselves_keeps_a_width(people):
    between = {"wave": ("2021", "2022")}
    all_yes = survey.difference(people.assign(yes=1), "yes", design=DESIGN, between=between).iloc[0]
    assert all_yes.estimate == 0
    assert all_yes.lower < 0 < all_yes.upper
    one = people.assign(yes=people.yes.where(people.wave == "2021", 1.0))
    row = survey.difference(one, "yes", design=DESIGN, between=between).iloc[0]
    assert row.lower < row.estimate < row.upper
    assert "Korn–Graubard" in row.method
    assert "no standard error" in row.caveat


def test_a_difference_turned_round_changes_sign(people):
    one = survey.difference(people, "yes", design=DESIGN, between={"wave": ("2021", "2022")})
    other = survey.difference(people, "yes", design=DESIGN, between={"wave": ("2022", "2021")})
    assert one.lower[0] == pytest.approx(-other.upper[0])
    assert one.stderr[0] == pytest.approx(other.stderr[0])


def test_a_difference_with_an_empty_side_is_missing(people):
    between = {"wave": ("2021", "2022")}
    row = survey.difference(
        people, "yes", design=DESIGN, between=between, where="wave == '2021'"
    ).iloc[0]
    assert row.n == 0
    assert np.isnan(row.estimate)
    assert "nobody answered in one of the groups" in row.caveat.lower()


def test_the_interval_covers_as_often_as_it_says():
    # 94 people in 8 clusters, intraclass correlation 0.02: a borough in a national survey
    rounds, n, clusters, p, icc = 2000, 94, 8, 0.55, 0.02
    rng = np.random.default_rng(11)
    size = np.full(clusters, n // clusters) + (np.arange(clusters) < n % clusters)
    shares = rng.beta(p * (1 - icc) / icc, (1 - p) * (1 - icc) / icc, (rounds, clusters))
    data = pd.DataFrame(
        {
            "sample": np.repeat(np.arange(rounds), n),
            "ward": np.tile(np.repeat(np.arange(clusters), size), rounds),
            "yes": rng.random(rounds * n) < np.repeat(shares, size, axis=1).ravel(),
        }
    )
    design = survey.Design(stratum="sample", cluster="ward")
    table = survey.proportion(data, "yes", design=design, by="sample")
    assert (table.df == 7).all()
    assert 0.935 <= ((table.lower <= p) & (p <= table.upper)).mean() <= 0.975


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_asked_the_answer_is_a_number_or_says_why(data):
    rows = data.draw(st.integers(1, 40))
    value = st.sampled_from([0.0, 1.0, np.nan])
    small = st.integers(0, 3)
    table = pd.DataFrame(
        {
            "yes": data.draw(st.lists(value, min_size=rows, max_size=rows)),
            "stratum": data.draw(st.lists(small, min_size=rows, max_size=rows)),
            "cluster": data.draw(st.lists(small, min_size=rows, max_size=rows)),
            "group": data.draw(st.lists(small, min_size=rows, max_size=rows)),
            "weight": data.draw(
                st.lists(st.sampled_from([0.0, 0.1, 1.0, 50.0]), min_size=rows, max_size=rows)
            ),
        }
    )
    if not table.weight.any():
        table["weight"] = 1.0
    interval = data.draw(st.sampled_from(["logit", "wilson", "wald", "korn_graubard"]))
    level = data.draw(st.sampled_from([0.5, 0.95, 0.999]))
    found = survey.proportion(
        table, "yes", design=DESIGN, by="group", interval=interval, level=level
    )
    known = found[found.n > 0]
    assert (known.lower < known.upper).all()
    assert (known.lower <= known.estimate + 1e-12).all()
    assert (known.estimate <= known.upper + 1e-12).all()
    assert known.lower.ge(0).all()
    assert known.upper.le(1).all()
    assert found.caveat[found.estimate.isna() | found.stderr.isna()].ne("").all()


FAULTS = [
    ({"weight": np.nan}, {}, "weight 'weight' is missing for 284 of 284 rows"),
    ({"weight": -1.0}, {}, "negative for 284 rows"),
    ({"weight": 0.0}, {}, "zero for every row"),
    ({"weight": np.inf}, {}, "must hold finite numbers"),
    ({"stratum": None}, {}, "stratum 'stratum' is missing for 284"),
    ({"yes": 7.0}, {}, "needs answers of 0 and 1"),
    ({"yes": "good"}, {}, "found 'good'"),
    ({"yes": pd.Timestamp("2022-01-01")}, {}, "must hold numbers"),
    ({"n": 1}, {"by": "n"}, "Groups cannot be named 'n'"),
    ({"age": None}, {"by": "age"}, "missing for every row"),
    ({}, {"by": "agee"}, "Did you mean 'age'?"),
    ({}, {"interval": "wilsn"}, "Did you mean 'wilson'?"),
    ({}, {"level": 95}, "the level lies between 0 and 1, found 95"),
    ({}, {"level": "0.95"}, "the level lies between 0 and 1, found '0.95'"),
    ({}, {"where": "agee > 3"}, "Cannot read the condition"),
    ({}, {"where": [True, False]}, "284 values"),
    ({}, {"where": pd.Series([True])}, "not the 284 of the table"),
    ({}, {"where": "x"}, "must hold True and False"),
]


@pytest.mark.parametrize(("columns", "asked", "said"), FAULTS, ids=[f[2] for f in FAULTS])
def test_the_impossible_is_refused_in_words(people, columns, asked, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        survey.proportion(people.assign(**columns), "yes", design=DESIGN, **asked)


def test_all_faults_of_a_design_are_named_at_once(people):
    with pytest.raises(InputError) as caught:
        survey.mean(people, "scor", design=survey.Design("wieght", "stratum", "ward"))
    for name in ("'wieght'", "'ward'", "'scor'", "Did you mean 'score'?"):
        assert name in str(caught.value)
    bad = people.assign(weight=np.nan, cluster=None)
    with pytest.raises(InputError, match=r"weight .* cluster 'cluster' is missing"):
        survey.mean(bad, "score", design=DESIGN)


@pytest.mark.parametrize(
    "call",
    [
        lambda p: survey.proportion(p[:0], "yes", design=DESIGN),
        lambda p: survey.proportion([1, 0], "yes", design=DESIGN),
        lambda p: survey.proportion(p, "yes", design="weight"),
        lambda p: survey.proportion(p, [], design=DESIGN),
        lambda p: survey.proportion(pd.concat([p, p.yes], axis=1), "yes", design=DESIGN),
        lambda p: survey.difference(p, "yes", design=DESIGN, between=("wave", "2021", "2022")),
        lambda p: survey.difference(p, "yes", design=DESIGN, between={"wave": "2021"}),
        lambda p: survey.difference(p, "yes", design=DESIGN, between={"wave": ("2021", "2021")}),
        lambda p: survey.difference(p, "yes", design=DESIGN, between={"wav": ("2021", "2022")}),
        lambda p: survey.difference(p, "yes", design=DESIGN, between={"wave": ("2021", "2032")}),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(people, call):
    with pytest.raises(InputError, match=r"\w+ \w+"):
        call(people)
