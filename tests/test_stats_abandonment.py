"""Queues that calls leave: between Erlang's two formulas, and never with infinity."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from pvtools.errors import InputError
from pvtools.stats import queueing
from pvtools.stats.abandonment import share_leaving
from validation.queue_simulation import played


def _exact(servers: int, load: float, patience: float) -> float:
    """Return who leaves from the states of the queue, summed in sixty digits."""
    with localcontext() as digits:
        digits.prec = 60
        x, y = servers * Decimal(patience), Decimal(load) * Decimal(patience)
        below, state = Decimal(0), Decimal(1)
        for n in range(servers, 0, -1):
            state = state * n / Decimal(load)
            below += state
        beyond = queue = Decimal(0)
        state, k = Decimal(1), 0
        while k <= y - x or state > Decimal(10) ** -40 * beyond:
            beyond, queue = beyond + state, queue + k * state
            k += 1
            state = state * y / (x + k)
        return float(queue / y / (below + beyond))


@pytest.mark.parametrize(
    ("servers", "load", "patience"),
    [
        (1, 0.5, 1.0),
        (10, 8.0, 1.0),
        (10, 12.0, 0.25),
        (10, 9.9, 1000.0),
        (100, 65.0, 100.0),
        (300, 290.0, 30.0),
        (500, 2000.0, 0.3),
        (400, 3000.0, 4.0),
        (2000, 1900.0, 4.0),
        (50, 20.0, 1e-4),
    ],
)
def test_it_meets_the_sum_over_the_states_to_nine_digits(servers, load, patience):
    leaves = _exact(servers, load, patience)
    assert share_leaving(servers, load=load, patience=patience) == pytest.approx(leaves, rel=1e-9)


def test_where_patience_is_as_long_as_handling_the_queue_is_poisson():
    # The rates down are then n times the same one, whoever is busy or waits: a queue in which
    # nobody ever waits, and the number there is Poisson.
    fewer_than_two = np.exp(-3) * (1 + 3)
    waiting = 3 - (np.exp(-3) * 3 + 2 * (1 - fewer_than_two))
    assert share_leaving(2, load=3, patience=1) == pytest.approx(waiting / 3, rel=1e-12)


def test_with_endless_patience_waits_are_those_of_the_delay_formula():
    servers, calls, patience = [1, 10, 100, 300], [0.5, 8, 84, 290], 1e6
    left = share_leaving(servers, load=calls, patience=patience)
    endless = queueing.erlang_c(servers, arrivals_per_hour=calls, mean_handling_hours=1)
    assert left * patience == pytest.approx(endless.mean_wait_hours.to_numpy(), rel=1e-4)
    assert left.max() < 1e-5


def test_without_patience_it_is_the_loss_formula():
    servers, calls = np.array([1.0, 10, 40, 300]), np.array([0.5, 12, 80, 290])
    # calls that find every server busy: one term of a sum of Poisson's over all of them
    lost = poisson.pmf(servers, calls) / poisson.cdf(servers, calls)
    assert share_leaving(servers, load=calls, patience=1e-6) == pytest.approx(lost, rel=1e-3)


def test_far_above_what_officers_can_do_the_rest_falls_away():
    left = share_leaving([500, 50_000], load=[2000, 200_000], patience=0.3)
    assert left == pytest.approx(0.75, rel=1e-9)


@pytest.mark.parametrize(("servers", "load", "patience"), [(3, 2.5, 1.0), (10, 13.0, 0.5)])
def test_a_simulation_agrees_within_two_per_cent(servers, load, patience):
    left = share_leaving(servers, load=load, patience=patience / 0.5).item()
    seen = played(
        servers,
        arrivals_per_hour=2 * load,
        mean_handling_hours=0.5,
        mean_patience_hours=patience,
        calls=400_000,
        seed=4,
    )
    assert seen["probability_of_leaving"] == pytest.approx(left, rel=0.02)
    assert seen["mean_wait_hours"] == pytest.approx(left * patience, rel=0.02)
    assert seen["occupancy"] == pytest.approx(load * (1 - left) / servers, rel=0.02)


@given(load=st.floats(0, 1500), patience=st.floats(1e-4, 1e5), servers=st.integers(0, 300))
def test_another_officer_never_loses_a_call(load, patience, servers):
    few, more = share_leaving([servers, servers + 1], load=load, patience=patience)
    assert 0 <= more <= few + 1e-11 <= 1 + 1e-10


@given(servers=st.floats(0, 200), load=st.floats(0, 400), patience=st.floats(1e-2, 1e2))
def test_between_whole_numbers_of_officers_the_share_lies_between_theirs(servers, load, patience):
    below, at, above = share_leaving(
        [np.floor(servers), servers, np.floor(servers) + 1], load=load, patience=patience
    )
    assert above - 1e-12 <= at <= below + 1e-12


def test_without_officers_every_call_falls_away():
    assert share_leaving(0, load=2, patience=4) == 1


def test_hours_without_calls_lose_none():
    assert share_leaving(2, load=0, patience=4) == 0


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        share_leaving(-1, load=np.nan, patience=0)
    for part in ("servers is at least 0", "load is at least 0", "patience is above 0"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: share_leaving([1, 2], load=[1, 2, 3], patience=1),
        lambda: share_leaving("ten", load=1, patience=1),
    ],
)
def test_what_cannot_be_calculated_is_refused(call):
    with pytest.raises(InputError, match=r"^Cannot calculate a queue"):
        call()
