"""A panel drawn by lot is the fairest that quotas allow, and can be drawn again by anybody."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from pvtools.errors import InputError
from pvtools.stats import sortition
from pvtools.stats.sortition import _fair
from pvtools.stats.sortition._roster import Roster, read


def by_brute_force(pool: pd.DataFrame, quotas: dict, panel: int) -> pd.Series:
    """Return the leximin chance of each type, over every panel there is, by maximising each level.

    A type is fixed where its own chance cannot exceed the level, which is tried type by type.
    """
    roster = read(pool, quotas, panel)
    size = roster.size.astype(int)
    seats = np.array(list(product(*[range(n + 1) for n in size])), dtype=float)
    held = seats @ roster.rows.T
    ok = (seats.sum(1) == panel) & (held >= roster.quotas.least.to_numpy()).all(1)
    shares = (seats / size)[ok & (held <= roster.quotas.most.to_numpy()).all(1)].T
    level = {}

    def best(goal: np.ndarray, floor: dict, free: list) -> float:
        rows = [np.append(-shares[t], 0.0) for t in floor] + [
            np.append(-shares[t], 1.0) for t in free
        ]
        ends = [-value + 1e-9 for value in floor.values()] + [0.0] * len(free)
        found = linprog(
            -goal, A_ub=rows, b_ub=ends, A_eq=[np.append(np.ones(shares.shape[1]), 0)], b_eq=[1]
        )
        return -found.fun

    kinds = range(len(size))
    while len(level) < len(size):
        free = [t for t in kinds if t not in level]
        z = best(np.append(np.zeros(shares.shape[1]), 1.0), level, free)
        for t in free:
            others = level | dict.fromkeys(free, z)
            if best(np.append(shares[t], 0.0), others, []) < z + 1e-6:
                level[t] = z
    return pd.Series(level).sort_index()


def tiny(seed: int) -> tuple[pd.DataFrame, dict, int]:
    rng = np.random.default_rng(seed)
    pool = pd.DataFrame(rng.integers(0, 2, (9, 3)), columns=list("abc"))
    quotas = {
        column: {k: (max(0, int(n) // 3 - 1), int(n) // 3 + 1) for k, n in
                 pool[column].value_counts().reindex([0, 1], fill_value=0).items()}
        for column in pool
    }  # fmt: skip
    return pool, quotas, 3


@pytest.mark.parametrize("seed", range(4))
def test_chances_equal_those_found_over_every_panel_there_is(seed):
    pool, quotas, panel = tiny(seed)
    try:
        found = sortition.lottery(pool, quotas, panel=panel)
    except InputError as error:
        pytest.skip(str(error))
    assert found.types.chance.to_numpy() == pytest.approx(
        by_brute_force(pool, quotas, panel).to_numpy(), abs=1e-5
    )


@pytest.mark.parametrize("seed", range(4))
def test_panels_of_whole_people_found_one_by_one_give_the_same_chances(seed):
    pool, quotas, panel = tiny(seed)
    roster = read(pool, quotas, panel)
    if roster.best(np.zeros(len(roster.size))) is None:
        pytest.skip("no panel meets these quotas")
    panels, chances = _fair._of_panels(roster, np.empty((0, len(roster.size))))
    assert chances @ panels / roster.size == pytest.approx(
        by_brute_force(pool, quotas, panel).to_numpy(), abs=1e-5
    )


def test_where_fractions_promise_more_than_panels_can_hold_the_optimum_over_panels_is_found():
    rows = ["xxy", "xyx", "yxx", "yyy", "yyy"]
    pool = pd.DataFrame([list(row) for row in rows], columns=list("abc"))
    quotas = {column: {"x": (1, 1), "y": (1, 1)} for column in "abc"}
    with pytest.raises(InputError, match="cannot be met together"):
        sortition.lottery(pool, quotas, panel=2)  # halves of the first three would do
    more = pd.concat([pool, pd.DataFrame([list("xxx")], columns=list("abc"))], ignore_index=True)
    found = sortition.lottery(more, quotas, panel=2).types
    named = found.set_index(found[list("abc")].agg("".join, axis=1)).chance
    assert named["xxx"] == pytest.approx(1)
    assert named["yyy"] == pytest.approx(0.5)
    assert named["xxy"] == pytest.approx(0, abs=1e-6)


def test_a_panel_is_rounded_in_few_whole_number_programmes_each_of_few_types(monkeypatch):
    rng = np.random.default_rng(4)
    pool = pd.DataFrame(rng.integers(0, [2, 5, 5, 4], (4_000, 4)), columns=list("abcd"))
    quotas = {
        name: {k: (int(0.9 * 60 * share), int(1.1 * 60 * share) + 1) for k, share in
               pool[name].value_counts(normalize=True).items()}
        for name in pool
    }  # fmt: skip
    best, open_types = Roster.best, []

    def counted(self, worth, *, low=None, high=None, **asked):
        if low is not None:
            open_types.append(int((low < high).sum()))
        return best(self, worth, low=low, high=high, **asked)

    monkeypatch.setattr(Roster, "best", counted)
    lots = sortition.lottery(pool, quotas, panel=60)
    assert len(lots.types) == 200
    assert np.median(open_types) <= 40
    assert lots.types.seats.sum() == pytest.approx(60)


def test_a_symmetric_pool_gives_everybody_the_same_chance():
    pool = pd.DataFrame(list(product("fm", "abc", range(4))), columns=["sex", "age", "copy"])
    quotas = {"sex": {"f": (3, 3), "m": (3, 3)}, "age": dict.fromkeys("abc", (2, 2))}
    assert sortition.lottery(pool, quotas, panel=6).types.chance.to_numpy() == pytest.approx(6 / 24)


def test_two_groups_with_fixed_seats_have_the_chances_that_division_gives():
    pool = pd.DataFrame({"sex": ["f"] * 10 + ["m"] * 90})
    found = sortition.lottery(pool, {"sex": {"f": (5, 5), "m": (5, 5)}}, panel=10).types
    assert found.set_index("sex").chance.to_dict() == pytest.approx({"f": 0.5, "m": 5 / 90})


def some_pool(people: int = 300) -> tuple[pd.DataFrame, dict]:
    rng = np.random.default_rng(1)
    pool = pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], people, p=[0.4, 0.6]),
            "age": rng.choice(["young", "middle", "old"], people, p=[0.15, 0.35, 0.5]),
        },
        index=[f"person {n}" for n in range(people)],
    )
    return pool, {
        "sex": {"f": (6, 7), "m": (5, 6)},
        "age": {"young": (3, 4), "middle": (4, 5), "old": (3, 5)},
    }


def test_every_panel_meets_the_quotas_and_the_same_seed_draws_the_same_people():
    pool, quotas = some_pool()
    lots = sortition.lottery(pool, quotas, panel=12)
    drawn = lots.draw(seed=2026)
    assert len(drawn) == 12 == drawn.index.nunique()
    pd.testing.assert_frame_equal(pool.loc[drawn.index, ["sex", "age"]], drawn[["sex", "age"]],
                                  check_names=False, check_dtype=False)  # fmt: skip
    shuffled = sortition.lottery(pool.sample(frac=1, random_state=3), quotas, panel=12)
    assert shuffled.draw(seed=2026).index.tolist() == drawn.index.tolist()
    for seed in range(20):
        met = lots.met(lots.draw(seed=seed))
        assert met.seats.between(met.least, met.most).all()


def test_people_sit_as_often_as_their_chance_says():
    pool, quotas = some_pool(40)
    lots = sortition.lottery(pool, quotas, panel=12)
    draws = 600
    sat = pd.concat([lots.draw(seed=s) for s in range(draws)]).groupby(level=0).size()
    kind = lots.types.set_index(["sex", "age"]).chance
    chance = pd.Series([kind[tuple(row)] for row in pool.to_numpy()], index=pool.index)
    apart = (sat.reindex(pool.index, fill_value=0) / draws - chance).abs()
    assert (apart < 4 * np.sqrt(chance * (1 - chance) / draws) + 1e-9).all()


def test_quotas_that_conflict_are_named_with_the_nearest_that_can_be_met():
    pool = pd.DataFrame({"sex": ["f"] * 3 + ["m"] * 20, "age": ["old"] * 20 + ["young"] * 3})
    quotas = {
        "sex": {"f": (3, 4), "m": (2, 3)},
        "age": {"old": (2, 2), "young": (4, 4)},
    }
    with pytest.raises(InputError) as refused:
        sortition.lottery(pool, quotas, panel=6)
    assert "cannot be met together" in str(refused.value)
    assert "age 'young' (3 to 4; 3 volunteers)" in str(refused.value)
    near = sortition.nearest(pool, quotas, panel=6)
    assert (near.nearest_least <= near.least).all()
    moved = {
        column: {row.category: (row.nearest_least, row.nearest_most) for row in rows.itertuples()}
        for column, rows in near.groupby("column")
    }
    assert sortition.lottery(pool, moved, panel=6).types.seats.sum() == pytest.approx(6)


def test_a_bad_roster_tells_every_fault_at_once():
    pool = pd.DataFrame({"sex": ["f", "m", None, "x"]}, index=["a", "a", "b", "c"])
    quotas = {"sex": {"f": (3, 1), "m": (0, 1)}, "age": {"old": (1, 1)}}
    with pytest.raises(InputError) as refused:
        sortition.lottery(pool, quotas, panel=9)
    said = str(refused.value)
    for fault in (
        "a stands in the pool more than once",
        "9 seats, and only 4 people",
        "'sex' is missing for 1 people",
        "no quota for 'x'",
        "the quota of sex 'f' is (fewest, most), found (3, 1)",
        "no column 'age'",
    ):
        assert fault in said


@pytest.mark.parametrize("seed", [None, 1.5, True, " "])
def test_a_seed_that_nobody_could_publish_is_refused(seed):
    pool, quotas = some_pool(40)
    with pytest.raises(InputError, match="A seed is"):
        sortition.lottery(pool, quotas, panel=12).draw(seed)
