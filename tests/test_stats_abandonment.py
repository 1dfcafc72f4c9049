"""Queues that calls leave: between Erlang's two formulas, and never with infinity."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import abandonment, queue_simulation, queueing


def _exact(servers: int, load: float, patience: float) -> tuple[float, float]:
    """Return who waits and who leaves from the states of the queue, summed in sixty digits."""
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
        every = below + beyond
        return float(beyond / every), float(queue / y / every)


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
    waits, leaves = _exact(servers, load, patience)
    row = abandonment.erlang_a(
        servers, arrivals_per_hour=load, mean_handling_hours=1, mean_patience_hours=patience
    ).iloc[0]
    assert row.probability_of_waiting == pytest.approx(waits, rel=1e-9)
    assert row.probability_of_leaving == pytest.approx(leaves, rel=1e-9)


def test_where_patience_is_as_long_as_handling_the_queue_is_poisson():
    # The rates down are then n times the same one, whoever is busy or waits: a queue in which
    # nobody ever waits, and the number there is Poisson.
    row = abandonment.erlang_a(
        2, arrivals_per_hour=3, mean_handling_hours=1, mean_patience_hours=1
    ).iloc[0]
    fewer_than_two = np.exp(-3) * (1 + 3)
    waiting = 3 - (np.exp(-3) * 3 + 2 * (1 - fewer_than_two))
    assert row.probability_of_waiting == pytest.approx(1 - fewer_than_two, rel=1e-12)
    assert row.probability_of_leaving == pytest.approx(waiting / 3, rel=1e-12)
    assert row.mean_wait_hours == pytest.approx(waiting / 3, rel=1e-12)
    assert row.unmet_load == pytest.approx(waiting, rel=1e-12)
    assert row.occupancy == pytest.approx((3 - waiting) / 2, rel=1e-12)


def test_one_officer_with_like_patience_answers_in_time_as_an_integral_says():
    # One officer, all rates 1: of those that wait the density of the wait offered is
    # proportional to exp(-v + 1 - exp(-v)), and exp(-v) of them are still there.
    row = abandonment.erlang_a(
        1, arrivals_per_hour=1, mean_handling_hours=1, mean_patience_hours=1, within_hours=0.5
    ).iloc[0]
    v = np.linspace(0, 40, 400_001)
    density = np.exp(-v + 1 - np.exp(-v))
    soon = v <= 0.5
    part = np.trapezoid((density * np.exp(-v))[soon], v[soon]) / np.trapezoid(density, v)
    busy = 1 - np.exp(-1)
    assert row.share_answered_within == pytest.approx(1 - busy + busy * part, abs=1e-8)


def test_with_endless_patience_it_is_the_delay_formula():
    asked = {
        "arrivals_per_hour": [0.5, 8, 84, 290],
        "mean_handling_hours": 1,
        "within_hours": [0.1, 0.25, 0.25, 0.05],
    }
    patient = abandonment.erlang_a([1, 10, 100, 300], mean_patience_hours=1e6, **asked)
    endless = queueing.erlang_c([1, 10, 100, 300], **asked)
    for name in ("probability_of_waiting", "mean_wait_hours", "share_answered_within", "occupancy"):
        assert patient[name].to_numpy() == pytest.approx(endless[name].to_numpy(), rel=1e-4), name
    assert patient.probability_of_leaving.max() < 1e-5


def test_without_patience_it_is_the_loss_formula():
    servers, calls = [1, 10, 40, 300], [0.5, 12, 80, 290]
    hasty = abandonment.erlang_a(
        servers, arrivals_per_hour=calls, mean_handling_hours=1, mean_patience_hours=1e-6
    )
    lost = queueing.erlang_b(servers, arrivals_per_hour=calls, mean_handling_hours=1)
    assert hasty.probability_of_leaving.to_numpy() == pytest.approx(
        lost.probability_of_blocking.to_numpy(), rel=1e-3
    )
    assert hasty.occupancy.to_numpy() == pytest.approx(lost.occupancy.to_numpy(), rel=1e-3)


def test_far_above_what_officers_can_do_the_rest_falls_away():
    row = abandonment.erlang_a(
        [500, 50_000], arrivals_per_hour=[2000, 200_000], mean_handling_hours=1,
        mean_patience_hours=0.3, within_hours=0.25,
    )  # fmt: skip
    assert row.probability_of_leaving.to_numpy() == pytest.approx(0.75, rel=1e-9)
    assert row.occupancy.to_numpy() == pytest.approx(1.0, rel=1e-9)
    assert row.mean_wait_hours.to_numpy() == pytest.approx(0.75 * 0.3, rel=1e-9)
    assert row.share_answered_within.to_numpy() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("servers", "load", "patience"), [(3, 2.5, 1.0), (10, 13.0, 0.5)])
def test_a_simulation_agrees_within_two_per_cent(servers, load, patience):
    asked = {
        "arrivals_per_hour": 2 * load,
        "mean_handling_hours": 0.5,
        "mean_patience_hours": patience,
        "within_hours": 0.1,
    }
    computed = abandonment.erlang_a(servers, **asked).iloc[0]
    played = queue_simulation.simulate_leaving(servers, **asked, calls=400_000, seed=4).iloc[0]
    for name in (
        "probability_of_waiting",
        "probability_of_leaving",
        "mean_wait_hours",
        "share_answered_within",
        "occupancy",
        "unmet_load",
    ):
        assert played[name] == pytest.approx(computed[name], rel=0.02), name


_FIGURES = {
    "calls": st.floats(0, 500),
    "handling": st.floats(0.01, 3),
    "patience": st.floats(1e-3, 1e3),
}


@given(**_FIGURES, servers=st.integers(0, 300), within=st.floats(0, 2))
def test_another_officer_never_lengthens_a_wait_nor_loses_a_call(
    calls, handling, patience, servers, within
):
    few, more = abandonment.erlang_a(
        [servers, servers + 1],
        arrivals_per_hour=calls,
        mean_handling_hours=handling,
        mean_patience_hours=patience,
        within_hours=within,
    ).itertuples()
    least = 1e-11
    assert more.probability_of_waiting <= few.probability_of_waiting + least
    assert more.probability_of_leaving <= few.probability_of_leaving + least
    assert more.mean_wait_hours <= few.mean_wait_hours + least * patience
    assert more.share_answered_within >= few.share_answered_within - least
    for row in (few, more):
        numbers = np.array([v for v in row if isinstance(v, float)])
        assert np.isfinite(numbers[~np.isnan(numbers)]).all()
        assert 0 <= row.probability_of_leaving <= row.probability_of_waiting <= 1 + least
        # who neither waits nor leaves is answered, and nobody who left is
        assert row.share_answered_within <= 1 - row.probability_of_leaving + 1e-9
        assert row.share_answered_within >= 1 - row.probability_of_waiting - 1e-9
        assert np.isnan(row.occupancy) == bool(row.caveat) == (row.servers == 0)


@given(servers=st.floats(0, 200), load=st.floats(0, 400), patience=st.floats(1e-2, 1e2))
def test_between_whole_numbers_of_officers_the_share_lies_between_theirs(servers, load, patience):
    below, at, above = abandonment.share_leaving(
        [np.floor(servers), servers, np.floor(servers) + 1], load=load, patience=patience
    )
    assert above - 1e-12 <= at <= below + 1e-12


def test_without_officers_every_call_falls_away_and_it_is_said():
    row = abandonment.erlang_a(
        0, arrivals_per_hour=4, mean_handling_hours=0.5, mean_patience_hours=2, within_hours=1
    ).iloc[0]
    assert (row.probability_of_leaving, row.mean_wait_hours, row.unmet_load) == (1, 2, 2)
    assert row.share_answered_within == 0
    assert "no occupancy" in row.caveat


def test_hours_without_calls_have_nobody_waiting():
    row = abandonment.erlang_a(
        2, arrivals_per_hour=0, mean_handling_hours=0.5, mean_patience_hours=2, within_hours=1
    ).iloc[0]
    assert (row.probability_of_waiting, row.probability_of_leaving, row.occupancy) == (0, 0, 0)
    assert row.share_answered_within == 1


def test_no_share_is_given_where_no_time_is_asked_and_labels_are_kept():
    calls = pd.Series([2.0, 5.0], index=["Friday 22:00", "Friday 23:00"])
    before = calls.copy()
    rows = abandonment.erlang_a(
        3, arrivals_per_hour=calls, mean_handling_hours=0.75, mean_patience_hours=1
    )
    assert rows.share_answered_within.isna().all()
    assert rows.index.tolist() == calls.index.tolist()
    pd.testing.assert_series_equal(calls, before)


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        abandonment.erlang_a(
            2.5, arrivals_per_hour=-1, mean_handling_hours=1, mean_patience_hours=0
        )
    for part in ("found 2.5", "found -1", "mean_patience_hours is above 0"):
        assert part in str(caught.value)
    with pytest.raises(InputError) as caught:
        abandonment.share_leaving(-1, load=np.nan, patience=0)
    for part in ("servers is at least 0", "load is at least 0", "patience is above 0"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: abandonment.share_leaving([1, 2], load=[1, 2, 3], patience=1),
        lambda: abandonment.share_leaving("ten", load=1, patience=1),
        lambda: queue_simulation.simulate_leaving(
            0, arrivals_per_hour=3, mean_handling_hours=1, mean_patience_hours=1, seed=1
        ),
        lambda: queue_simulation.simulate_leaving(
            [1, 2], arrivals_per_hour=3, mean_handling_hours=1, mean_patience_hours=1, seed=1
        ),
    ],
)
def test_what_cannot_be_reckoned_is_refused(call):
    with pytest.raises(InputError, match=r"^Cannot (reckon|simulate)"):
        call()
