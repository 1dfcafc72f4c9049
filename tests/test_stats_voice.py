"""What few people, many self-selected people and two lists of priorities can show."""

from __future__ import annotations

import numpy as np
import pytest

from pvtools.errors import InputError
from pvtools.stats import agreement, panel_size, self_selection


def test_a_random_sample_is_worth_its_own_size():
    n, whole = 1_000, 50_000
    worth = self_selection.effective_size(n, whole, np.sqrt(1 / (whole - 1)))
    assert worth == pytest.approx(n, rel=1e-4)


def test_a_million_answers_of_ten_million_people_may_be_worth_forty_four():
    worth = self_selection.effective_size(1_000_000, 10_000_000, [0.05, -0.05])
    assert worth == pytest.approx([400 / 9] * 2, rel=1e-4)


@pytest.mark.parametrize(("n", "rho"), [(0, 0.1), (10, 0.1), (5, 0), (5, 2)])
def test_a_sample_that_cannot_be_is_refused(n, rho):
    with pytest.raises(InputError, match="Cannot weigh"):
        self_selection.effective_size(n, 10, rho)


def test_a_panel_of_twelve_misses_a_tenth_of_people_more_than_one_time_in_four():
    found = panel_size.chance_of_nobody([0.1, 0.0, 1.0], panel=12)
    assert found.nobody.to_numpy() == pytest.approx([0.9**12, 1, 0])
    assert found.needed.iloc[0] == 29  # 0.9 to the 28th is 0.052, to the 29th 0.047
    assert found.needed.iloc[2] == 1


def test_in_a_small_population_nobody_is_drawn_twice():
    found = panel_size.chance_of_nobody(0.5, panel=3, population=6)
    assert found.nobody.item() == pytest.approx(1 / 20)


def test_lists_that_agree_wholly_overlap_by_one_and_strangers_by_zero():
    overlap = agreement.rank_biased_overlap
    assert overlap("abcd", "abcd") == pytest.approx(1)
    assert overlap("ab", "abcd") == pytest.approx(1)
    assert overlap("abc", "xyz") == 0
    assert overlap("abc", "acb") == overlap("acb", "abc")
    assert overlap("abc", "bac") < overlap("abc", "acb")


def test_the_overlap_of_two_lists_of_two_is_that_worked_by_hand():
    p = 0.8  # agreement 0 at depth one, 1 at depth two, and 1 beyond
    assert agreement.rank_biased_overlap("ab", "ba", persistence=p) == pytest.approx(
        (1 - p) / p * p**2 + p**2
    )


def test_tau_b_and_its_p_are_those_of_the_library_and_of_counting():
    from scipy.stats import kendalltau

    x, y = [1, 2, 2, 4, 5, 6], [2, 1, 3, 3, 6, 5]
    found = agreement.tau_b(x, y).iloc[0]
    assert found.estimate == pytest.approx(kendalltau(x, y).statistic)
    exact = agreement.tau_b([1, 2, 3, 4, 5], [1, 2, 3, 5, 4]).iloc[0]
    assert exact.p_value == pytest.approx(
        kendalltau([1, 2, 3, 4, 5], [1, 2, 3, 5, 4], method="exact").pvalue
    )


def test_drawn_orders_agree_with_the_exact_p_and_are_the_same_for_the_same_seed():
    from scipy.stats import kendalltau

    x, y = np.arange(10), np.array([0, 3, 1, 2, 6, 4, 5, 9, 7, 8])
    found = agreement.tau_b(x, y, seed=4, draws=2_000)
    assert found.equals(agreement.tau_b(x, y, seed=4, draws=2_000))
    assert found.p_value.item() == pytest.approx(kendalltau(x, y, method="exact").pvalue, abs=0.01)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: agreement.rank_biased_overlap("aab", ""), "a stands in one list twice; a list"),
        (lambda: agreement.tau_b([1, 2], [1, 2]), "three scores or more"),
        (lambda: agreement.tau_b([1, 1, 1], [1, 2, 3]), "all the same"),
        (lambda: panel_size.chance_of_nobody(1.5, panel=0), "1 or more, not 0; a share"),
        (lambda: panel_size.chance_of_nobody(0.5, panel=9, population=4), "9 seats are more"),
    ],
)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(InputError, match=says):
        ask()
