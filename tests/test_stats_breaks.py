"""Breaks: what changed at a date named beforehand, and where a level shifted."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import toeplitz
from scipy.optimize import minimize_scalar
from scipy.stats import t as student
from statsmodels.datasets import nile

from pvtools import tables
from pvtools.errors import InputError
from pvtools.stats import breaks
from pvtools.stats.breaks import _noise, _shifts, _sup_f
from pvtools.stats.breaks._partition import partitions

from .real_files import REAL

RECORDED = "mps_borough_crime_historical_201004_202107.csv"

#: breakpoints and squares left over that the R package strucchange gives for the flow of the Nile
NILE = {
    (28,): 1_597_457,
    (28, 83): 1_552_924,
    (28, 68, 83): 1_538_097,
    (28, 45, 68, 83): 1_507_888,
    (15, 30, 45, 68, 83): 1_659_994,
}


def ar(points: int, rho: float, seed: int) -> np.ndarray:
    """Return noise of variance 1 that carries over."""
    fresh = np.random.default_rng(seed).standard_normal((points, 1))
    return _noise.coloured(fresh, rho, np.ones(points - 1, dtype=int))[:, 0]


def monthly(values: np.ndarray, first: str = "2010-01") -> pd.Series:
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="M"))


def lines(points: int, start: int) -> np.ndarray:
    since = np.arange(points) - start
    after = since >= 0
    return np.column_stack([np.ones(points), since, after, after * since]).astype(float)


@pytest.fixture(scope="module")
def flow() -> pd.Series:
    """The yearly flow of the Nile at Aswan, 1871 to 1970; a dam was begun in 1898."""
    data = nile.load_pandas().data
    years = pd.PeriodIndex(data.year.astype(int).astype(str), freq="Y")
    return pd.Series(data.volume.to_numpy(), years)


# ---- noise that carries over


@pytest.mark.parametrize("dropped", [[], [3, 4, 17, 30]])
def test_regression_in_noise_is_generalised_least_squares(dropped):
    time = np.delete(np.arange(48), dropped)
    values, design = ar(48, 0.5, 1)[time], lines(48, 24)[time]
    ours = _noise.at(0.5, values, design, np.diff(time))
    sigma = 0.5 ** np.abs(time[:, None] - time)
    theirs = sm.GLS(values, design, sigma=sigma).fit()
    assert ours.coefficients == pytest.approx(theirs.params)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(theirs.bse)


def test_noise_that_does_not_carry_over_leaves_ordinary_least_squares():
    values, design = ar(48, 0.0, 2), lines(48, 20)
    ours = _noise.at(0.0, values, design, np.ones(47, dtype=int))
    coefficients, squares, _, _ = np.linalg.lstsq(design, values, rcond=None)
    covariance = squares[0] / 44 * np.linalg.inv(design.T @ design)
    assert ours.coefficients == pytest.approx(coefficients)
    assert ours.covariance == pytest.approx(covariance)


@pytest.mark.parametrize("seed", range(4))
def test_rho_is_where_an_independent_restricted_likelihood_is_largest(seed):
    time = np.delete(np.arange(60), [5, 6, 40])
    values, design = ar(60, 0.5, seed)[time], lines(60, 30)[time]

    def criterion(rho: float) -> float:
        inverse = np.linalg.inv(rho ** np.abs(time[:, None] - time))
        inner = design.T @ inverse @ design
        left = values - design @ np.linalg.solve(inner, design.T @ inverse @ values)
        logs = [np.linalg.slogdet(m)[1] for m in (inner, inverse)]
        return (len(time) - 4) * np.log(left @ inverse @ left) + logs[0] - logs[1]

    best = minimize_scalar(criterion, bounds=(0.01, 0.97), method="bounded")
    found = _noise.reml_rho(values, design, np.diff(time))
    assert found == pytest.approx(best.x, abs=2e-4)
    ours = _noise.criteria(values, design, np.diff(time), np.array([0.2, 0.6]))[1]
    assert np.diff(ours)[0] == pytest.approx(criterion(0.6) - criterion(0.2))


def test_whitening_undoes_colouring_and_knows_its_determinant():
    gaps = np.array([1, 3, 1, 1, 2])
    fresh = np.random.default_rng(0).standard_normal((6, 2))
    rows, determinant = _noise.whitened(_noise.coloured(fresh, 0.6, gaps), np.array([0.6]), gaps)
    assert rows[0] == pytest.approx(fresh)
    time = np.r_[0, np.cumsum(gaps)]
    assert determinant[0] == pytest.approx(
        np.linalg.slogdet(0.6 ** np.abs(time[:, None] - time))[1]
    )


# ---- interrupted series


def test_columns_and_terms_are_those_promised():
    table = breaks.interrupted_series(ar(48, 0.3, 1), start=24)
    assert list(table.columns) == [
        *("term", "estimate", "lower", "upper", "stderr", "df", "rho", "p_value", "n"),
        *("method", "caveat"),
    ]
    assert table.term.tolist() == ["step", "slope", "effect at end"]


def test_the_table_is_that_of_generalised_least_squares_on_fewer_degrees_of_freedom():
    values = ar(60, 0.4, 3)
    table = breaks.interrupted_series(values, start=25, level=0.9)
    rho = table.rho[0]
    theirs = sm.GLS(values, lines(60, 25), sigma=toeplitz(rho ** np.arange(60))).fit()
    df = 56 * (1 - rho) / (1 + rho)
    assert rho == pytest.approx(
        _noise.reml_rho(values, lines(60, 25), np.ones(59, dtype=int)) * 62 / 60, abs=1e-4
    )
    assert table.df[0] == pytest.approx(df)
    assert table.estimate[:2].to_numpy() == pytest.approx(theirs.params[2:])
    assert table.stderr[:2].to_numpy() == pytest.approx(theirs.bse[2:])
    end = theirs.t_test([0, 0, 1, 34])
    assert (table.estimate[2], table.stderr[2]) == pytest.approx((end.effect[0], end.sd[0, 0]))
    half = student.ppf(0.95, df) * table.stderr
    assert (table.upper - table.estimate).to_numpy() == pytest.approx(half.to_numpy())
    p = 2 * student.sf(np.abs(table.estimate / table.stderr), df)
    assert table.p_value.to_numpy() == pytest.approx(p)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(-50, 50),
    st.floats(-2, 2),
    st.floats(0.1, 20),
    st.floats(-5, 5),
    st.floats(-0.5, 0.5),
)
def test_the_old_line_does_not_matter_and_a_change_of_it_is_added(level, slope, scale, step, bend):
    swing = ar(48, 0.4, 5)
    plain = breaks.interrupted_series(swing, start=20)
    changed = breaks.interrupted_series(
        scale * swing + lines(48, 20) @ [level, slope, step, bend], start=20
    )
    effect = scale * plain.estimate + [step, bend, step + 27 * bend]
    assert changed.estimate.to_numpy() == pytest.approx(effect.to_numpy(), abs=1e-6)
    assert changed.stderr.to_numpy() == pytest.approx(scale * plain.stderr.to_numpy(), rel=1e-5)


def test_the_flow_of_the_nile_falls_where_the_dam_was_begun(flow):
    table = breaks.interrupted_series(flow, start="1899")
    assert table.upper[0] < 0
    assert table.p_value[0] < 0.001
    assert table.n[0] == 100


def test_dates_in_any_form_and_positions_say_the_same():
    values = ar(60, 0.3, 6)
    by_place = breaks.interrupted_series(values, start=30)
    dated = monthly(values)
    asked = [
        *("2012-07", "2012-07-19", dt.date(2012, 7, 1), np.datetime64("2012-07-01")),
        *(pd.Timestamp("2012-07-01"), pd.Period("2012-07", "M")),
    ]
    for start in asked:
        pd.testing.assert_frame_equal(breaks.interrupted_series(dated, start=start), by_place)
    days = dated.set_axis(dated.index.to_timestamp())
    shuffled = days.sample(frac=1, random_state=1)
    for series in (days, shuffled, days.tz_localize("Europe/London")):
        table = breaks.interrupted_series(series, start="2012-07")
        pd.testing.assert_frame_equal(table, by_place)


def test_quarters_stored_as_months_are_neighbours():
    values = ar(48, 0.3, 6)
    quarters = pd.Series(values, pd.date_range("2010-03-31", periods=48, freq="QE"))
    table = breaks.interrupted_series(quarters, start="2016-03")
    assert table.caveat[0] == ""
    pd.testing.assert_frame_equal(table, breaks.interrupted_series(values, start=24))


def test_a_missing_month_is_left_out_and_the_time_between_kept():
    series = monthly(ar(60, 0.5, 7))
    absent = series.drop(series.index[[10, 40, 41]])
    unknown = series.copy()
    unknown.iloc[[10, 40, 41]] = np.nan
    table = breaks.interrupted_series(absent, start="2012-07")
    pd.testing.assert_frame_equal(breaks.interrupted_series(unknown, start="2012-07"), table)
    assert table.n[0] == 57
    assert "3 values are missing in the middle: left out, not filled" in table.caveat[0]
    closed_up = breaks.interrupted_series(absent.to_numpy(), start=29)
    assert table.estimate[0] != pytest.approx(closed_up.estimate[0], rel=1e-4)


def test_a_nullable_series_with_a_missing_value_is_read():
    counts = pd.array(np.arange(40) ** 2 % 17, dtype="Int64")
    counts[5] = pd.NA
    assert breaks.interrupted_series(pd.Series(counts), start=20).n[0] == 39


def test_a_control_takes_out_what_both_share():
    common, own, other = 3 * ar(60, 0.6, 8), ar(60, 0.2, 9), ar(60, 0.2, 10)
    own[30:] += 2
    alone = breaks.interrupted_series(monthly(common + own), start="2012-07")
    held = breaks.interrupted_series(
        monthly(common + own), start="2012-07", control=monthly(common + other)
    )
    assert held.stderr[0] < alone.stderr[0] / 2
    assert held.lower[0] < 2 < held.upper[0]
    same = breaks.interrupted_series(own - other, start=30)
    assert held.estimate.to_numpy() == pytest.approx(same.estimate.to_numpy())
    assert held.method[0].startswith("difference from the control")


def test_months_that_the_control_lacks_are_left_out_with_a_caveat():
    series, control = monthly(ar(60, 0.3, 11)), monthly(ar(60, 0.3, 12))
    table = breaks.interrupted_series(series, start="2012-07", control=control[5:])
    assert table.n[0] == 55
    assert "5 values are left out, for the control has none there." in table.caveat[0]


def test_counts_of_different_size_are_no_control_of_each_other_unless_logarithms():
    rng = np.random.default_rng(1)
    many, few = monthly(rng.poisson(900, 60)), monthly(rng.poisson(90, 60))
    said = "give logarithms of both"
    asked = {"start": "2012-07"}
    assert said in breaks.interrupted_series(many, control=few, **asked).caveat[0]
    logs = breaks.interrupted_series(np.log(many), control=np.log(few), **asked)
    assert said not in logs.caveat[0]


def test_seasons_are_taken_out_where_three_are_held():
    swing = 5 * np.sin(np.arange(72) * np.pi / 6)
    series = monthly(swing + ar(72, 0.3, 13))
    plain = breaks.interrupted_series(series, start="2013-01")
    taken = breaks.interrupted_series(series, start="2013-01", season=12)
    assert taken.stderr[0] < plain.stderr[0] / 2
    assert taken.method[0].endswith("seasons taken out")
    assert "take the seasons out first" in plain.caveat[0]
    assert taken.caveat[0] == ""
    more = breaks.interrupted_series(series + swing, start="2013-01", season=12)
    assert more.estimate.to_numpy() == pytest.approx(taken.estimate.to_numpy(), abs=1e-4)
    short = breaks.interrupted_series(series[:30], start="2011-03", season=12)
    assert "Less than 3 seasons of 12 values" in short.caveat[0]
    assert "seasons" not in short.method[0]


def test_strong_autocorrelation_has_a_caveat():
    table = breaks.interrupted_series(np.cumsum(ar(96, 0.0, 14)), start=48)
    assert "hardly distinguishable from a lasting change" in table.caveat[0]
    assert "degrees of freedom, so little is known" in table.caveat[0]
    assert table.df[0] >= 1


def test_large_counts_with_little_noise_lose_no_digits():
    swing = ar(48, 0.3, 15)
    near, far = (breaks.interrupted_series(swing + far, start=24) for far in (0.0, 1e8))
    assert far.stderr.to_numpy() == pytest.approx(near.stderr.to_numpy(), rel=1e-4)


SWING = np.sin(np.arange(48.0) ** 2)


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (SWING, {"start": 11}, "12 values or more .* found 11 and 37"),
        (SWING, {"start": 37}, "found 37 and 11"),
        (SWING, {"start": 48}, "after 0 and up to 47, not at 48"),
        (SWING, {"start": -3}, "start lies in the series"),
        (SWING, {"start": "2012-01"}, "start is a position, for the series has no dates"),
        (monthly(SWING), {"start": 24}, "start is a date, such as '2013-12'"),
        (monthly(SWING), {"start": "last spring"}, "start is a date"),
        (monthly(SWING), {"start": "2019-04"}, "after 2010-01 and up to 2013-12, not at 2019-04"),
        (np.full(48, 7.0), {"start": 24}, "the values do not vary"),
        (np.arange(48.0), {"start": 24}, "exactly on two lines"),
        (np.full(48, np.nan), {"start": 24}, "found 0 and 0"),
        (np.where(SWING > 0.9, -np.inf, SWING), {"start": 24}, "a logarithm of zero"),
        (SWING.reshape(2, 24), {"start": 24}, "of shape"),
        (["many"] * 48, {"start": 24}, "the series holds numbers"),
        (monthly(SWING).iloc[[0, *range(48)]], {"start": "2012-01"}, "more than one value for"),
        (monthly(SWING), {"start": "2012-01", "control": SWING}, "both have an index of dates"),
        (SWING, {"start": 24, "control": SWING[1:]}, "of one length, found 48 and 47"),
        (
            monthly(SWING),
            {"start": "2012-01", "control": monthly(SWING, "1990-01")},
            "share no date",
        ),
        (
            monthly(SWING),
            {
                "start": "2012-01",
                "control": pd.Series(SWING, pd.period_range("2010", periods=48, freq="Y")),
            },
            "the series counts in M, the control in Y",
        ),
        (SWING, {"start": 24, "control": SWING}, "the values do not vary"),
        (SWING, {"start": 24, "season": 1}, "season is a whole number, 2 or more, not 1"),
        (SWING, {"start": 24, "level": 95}, "level lies between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(series, options, said):
    with pytest.raises(InputError, match=f"Cannot compare before and after: .*{said}"):
        breaks.interrupted_series(series, **options)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as caught:
        breaks.interrupted_series(SWING, start=5, season=0, level=2)
    assert all(said in str(caught.value) for said in ("season", "level", "found 5 and 43"))


# ---- change points


def test_partitions_are_those_of_strucchange(flow):
    values = flow.to_numpy()
    gaps = np.ones(99, dtype=int)
    found = partitions(values - values.mean(), rho=0.0, gaps=gaps, most=5, least=15)
    assert found == list(NILE)
    for places, squares in NILE.items():
        left = _noise.at(0.0, values, _shifts.levels(100, places), gaps).residuals
        assert left @ left == pytest.approx(squares, abs=0.5)
    means = np.cumsum(_noise.at(0.0, values, _shifts.levels(100, (28,)), gaps).coefficients)
    assert means == pytest.approx([1097.75, 849.9722], abs=1e-4)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_dynamic_programming_finds_what_trying_all_finds(rho):
    values, gaps, least = ar(18, 0.3, 20), np.where(np.arange(17) == 8, 3, 1), 3
    found = partitions(values, rho=rho, gaps=gaps, most=3, least=least)

    def cost(first: int, last: int) -> float:
        part, inside = values[first:last], gaps[first : last - 1]
        x, y = _noise.whitened(
            np.column_stack([np.ones(len(part)), part]), np.array([rho]), inside
        )[0][0].T
        return y @ y - (x @ y) ** 2 / (x @ x)

    for count, places in enumerate(found, start=1):
        tried = {
            cuts: sum(cost(a, b) for a, b in zip((0, *cuts), (*cuts, 18), strict=True))
            for cuts in combinations(range(least, 18 - least + 1), count)
            if np.diff((0, *cuts, 18)).min() >= least
        }
        assert places == min(tried, key=tried.get)
    assert len(partitions(values, rho=rho, gaps=gaps, most=9, least=least)) == 5


def test_one_more_break_gains_what_two_whole_fits_differ_by():
    values, gaps = ar(40, 0.4, 21), np.where(np.arange(39) == 12, 2, 1)
    rhos = np.array([-0.2, 0.3, 0.7])
    candidates = np.arange(20, 35)
    design = _shifts.levels(40, (10,))
    without, with_one = _shifts.one_more(values[:, None], design, candidates, gaps, rhos)
    assert without[0] == pytest.approx(_noise.criteria(values, design, gaps, rhos)[0].min())
    for place, deviance in zip(candidates, with_one[:, 0], strict=True):
        both = _shifts.levels(40, (10, place))
        assert deviance == pytest.approx(_noise.criteria(values, both, gaps, rhos)[0].min())


def test_the_nile_shifts_once_and_the_year_is_known(flow):
    table = breaks.change_points(flow)
    assert len(table) == 1
    row = table.iloc[0]
    assert row.start == pd.Timestamp("1899-01-01")
    assert row.lower <= row.start <= row.upper
    assert row.upper.year - row.lower.year <= 7  # Bai and Perron's interval is seven years wide
    assert row.p_value <= 0.01
    assert row["shift"] == pytest.approx(849.97 - 1097.75, rel=0.02)
    assert (row.before, row.after) == pytest.approx((1097.75, 849.97), rel=0.01)
    assert list(table.columns) == [
        *("break", "start", "before", "after", "shift", "lower", "upper", "p_value", "rho", "n"),
        *("method", "caveat"),
    ]


def test_independent_values_meet_the_published_quantile_of_sup_f():
    # Andrews (1993, corrected 2003), one parameter, trimmed by 15%: 8.68 at 5%
    rng = np.random.default_rng(3)
    values = rng.standard_normal(300)
    _, chance = _sup_f.gains(
        values, np.ones(299, dtype=int), (0, 300), (), n_boot=4_000, rng=np.random.default_rng(4)
    )
    assert np.quantile(chance, 0.95) == pytest.approx(8.68, abs=0.6)


def test_a_series_that_carries_over_has_no_break_where_a_penalty_for_independence_sees_one():
    found, naive = 0, 0
    for seed in range(40):
        values, gaps = ar(120, 0.6, 100 + seed), np.ones(119, dtype=int)
        found += breaks.change_points(values, n_boot=99)["break"][0] > 0
        squares = [values @ values - 120 * values.mean() ** 2]
        for places in partitions(values, rho=0.0, gaps=gaps, most=5, least=18):
            left = _noise.at(0.0, values, _shifts.levels(120, places), gaps).residuals
            squares.append(left @ left)
        naive += np.argmin(120 * np.log(squares) + 2 * np.log(120) * np.arange(len(squares))) > 0
    assert naive >= 30
    assert found <= 8


def test_no_break_is_one_row_with_the_p_value_of_any():
    table = breaks.change_points(monthly(ar(60, 0.3, 22)))
    assert table["break"].tolist() == [0]
    assert table[["start", "after", "shift", "lower", "upper"]].isna().all(axis=None)
    assert 0.05 < table.p_value[0] <= 1
    assert table.start.dtype == "datetime64[us]"


def test_shifts_that_undo_each_other_are_both_found():
    values = ar(90, 0.3, 23)
    values[30:60] += 3
    table = breaks.change_points(values)
    assert table["break"].tolist() == [1, 2]
    assert table.start.tolist() == pytest.approx([30, 60], abs=1)
    assert (table["shift"] * [1, -1] > 2).all()
    assert (table.p_value <= 0.05).all()
    assert table.after[0] == table.before[1]
    assert breaks.change_points(values, max_breaks=1)["break"].max() <= 1


@settings(max_examples=8, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(0.01, 100), st.sampled_from([1, -1]))
def test_scale_and_origin_do_not_move_a_break(origin, scale, sign):
    values = ar(60, 0.3, 24) + np.repeat([0.0, 3.0], 30)
    plain = breaks.change_points(values, n_boot=99)
    moved = breaks.change_points(origin + sign * scale * values, n_boot=99)
    assert moved.start.tolist() == plain.start.tolist() != []
    assert moved.p_value.tolist() == plain.p_value.tolist()
    assert moved["shift"].to_numpy() == pytest.approx(sign * scale * plain["shift"], rel=1e-4)


def test_the_same_seed_draws_the_same_and_another_one_moves_p_values_only():
    values = ar(60, 0.3, 25) + np.repeat([0.0, 2.0], 30)
    first, again, other = (breaks.change_points(values, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert first.start.tolist() == other.start.tolist()


def test_a_higher_penalty_never_finds_more():
    values = ar(120, 0.2, 26) + np.repeat([0.0, 1.0, 0.2], 40)
    found = [
        breaks.change_points(values, penalty=p, n_boot=99)["break"].max() for p in (0, 5, 15, 1e6)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] >= 3
    assert found[-1] == 0


def test_a_gap_moves_no_date():
    series = monthly(ar(96, 0.2, 27) + np.repeat([0.0, 3.0], 48))
    table = breaks.change_points(series.drop(series.index[[20, 21, 70]]))
    assert table.start.tolist() == [pd.Timestamp("2014-01-01")]
    assert table.n[0] == 93
    assert "missing in the middle" in table.caveat[0]
    bare = series.to_numpy(copy=True)
    bare[[20, 21, 70]] = np.nan
    assert breaks.change_points(bare).start.tolist() == [48]


def test_a_trend_has_a_caveat_whether_it_makes_steps_or_hides_one():
    stairs = breaks.change_points(0.03 * np.arange(96) + ar(96, 0.0, 28))
    assert stairs["break"].max() >= 1
    assert "A steady trend fits as well as these shifts." in stairs.caveat[0]
    steep = breaks.change_points(0.1 * np.arange(96) + 0.5 * ar(96, 0.0, 28))
    assert steep["break"].tolist() == [0]
    assert "A steady trend runs through the series" in steep.caveat[0]
    for clean in (np.repeat([0.0, 3.0], 48), np.zeros(96)):
        assert "trend" not in breaks.change_points(clean + ar(96, 0.0, 28)).caveat[0]


def test_seasons_left_in_are_told_of():
    swing = 2 * np.sin(np.arange(96) * np.pi / 6)
    assert "seasons" in breaks.change_points(monthly(swing + ar(96, 0.2, 29))).caveat[0]
    assert "seasons" not in breaks.change_points(monthly(ar(96, 0.2, 29))).caveat[0]


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (SWING[:23], {}, "24 values or more are needed, found 23"),
        (np.full(48, 3.0), {}, "do not vary"),
        (np.r_[SWING, np.inf], {}, "infinite"),
        (SWING, {"penalty": -1}, "zero or more, not -1"),
        (SWING, {"max_breaks": 0}, "max_breaks is a whole number, 1 or more"),
        (SWING, {"n_boot": 10}, "n_boot is a whole number, 99 or more"),
        (SWING, {"level": 1.0}, "level lies between 0 and 1"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(series, options, said):
    with pytest.raises(InputError, match=f"Cannot look for change points: .*{said}"):
        breaks.change_points(series, **options)


def test_nothing_given_is_changed():
    series, control = monthly(ar(48, 0.3, 30)), monthly(ar(48, 0.3, 31))
    before = series.copy(), control.copy()
    breaks.interrupted_series(series, start="2012-01", control=control)
    breaks.change_points(series, n_boot=99)
    pd.testing.assert_series_equal(series, before[0])
    pd.testing.assert_series_equal(control, before[1])


# ---- the publisher's own figures


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="the publishers' files are not kept here")
def test_few_placebo_months_of_londons_crime_are_called_steps():
    recorded = tables.read(REAL / RECORDED, "mps_recorded_crime")
    recorded = recorded[recorded.month < "2020-03"]
    monthly_totals = recorded.groupby(["month", "offence_group"]).offences.sum().unstack()
    kept = np.log(monthly_totals.loc[:, (monthly_totals > 0).all()].astype(float))
    near = pd.date_range("2013-04", "2015-04", freq="MS")
    placebos = kept.index[18:-18].difference(near)[::4]
    fired = [
        breaks.interrupted_series(kept[group], start=month, season=12).p_value[0] <= 0.05
        for group in kept
        for month in placebos
    ]
    assert kept.shape == (119, 11)
    assert np.mean(fired) <= 0.12
