"""Queues agree with exact sums, the printed tables and a simulation, and never with infinity."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvtools.errors import InputError
from pvtools.stats import queueing
from validation.queue_simulation import played


def _exact(servers: int, load: float) -> tuple[float, float]:
    """Return Erlang's B and C from their definitions as sums, in sixty digits."""
    with localcontext() as digits:
        digits.prec = 60
        term = total = Decimal(1)
        for n in range(1, servers + 1):
            before, term = total, term * Decimal(load) / n
            total += term
        delayed = term * servers / (servers - Decimal(load)) if load < servers else Decimal("NaN")
        return float(term / total), float(delayed / (before + delayed))


def blocking(servers, load) -> np.ndarray:
    """Return Erlang's B: what the delay formula is made from."""
    return queueing._blocking(*(np.atleast_1d(np.asarray(v, float)) for v in (servers, load)))


@pytest.mark.parametrize(
    ("servers", "load"),
    [(1, 0.5), (10, 8.0), (100, 84.0), (2000, 1000.0), (2000, 1950.0), (2000, 1999.5)],
)
def test_it_meets_the_defining_sums_to_nine_digits(servers, load):
    lost, waits = _exact(servers, load)
    c = queueing.erlang_c(servers, arrivals_per_hour=load, mean_handling_hours=1)
    assert blocking(servers, load).item() == pytest.approx(lost, rel=1e-9)
    assert c.probability_of_waiting.item() == pytest.approx(waits, rel=1e-9)


def test_it_meets_the_printed_tables():
    # Tables of Erlang's loss formula give 4.461 erlang on 10 lines and 84.06 on 100 as 1% lost.
    blocked = blocking([10, 100, 10], [4.461, 84.06, 5])
    assert blocked == pytest.approx([0.01, 0.01, 0.018385], abs=1e-5)
    waits = queueing.erlang_c(10, arrivals_per_hour=8, mean_handling_hours=1)
    assert waits.probability_of_waiting.item() == pytest.approx(0.4092, abs=5e-5)


def test_one_officer_is_the_queue_of_the_textbook():
    row = queueing.erlang_c(
        1, arrivals_per_hour=3, mean_handling_hours=0.25, within_hours=0.5
    ).iloc[0]
    assert row.probability_of_waiting == pytest.approx(0.75)
    assert row.mean_wait_hours == pytest.approx(0.75)  # load x handling / (1 - load)
    assert row.share_answered_within == pytest.approx(1 - 0.75 * np.exp(-0.5))
    assert row.occupancy == pytest.approx(0.75)


def test_a_hundred_thousand_servers_do_not_break_it():
    row = queueing.erlang_c(
        100_000, arrivals_per_hour=99_900, mean_handling_hours=1, within_hours=0
    )
    assert 0.5 < row.probability_of_waiting.item() < 0.8
    # many servers: the limit of Halfin and Whitt, 1 / (1 + b Phi(b) / phi(b))
    b = 100 / np.sqrt(99_900)
    phi, big = 0.3989423 * np.exp(-b * b / 2), 0.6241  # normal density and probability at .316
    assert row.probability_of_waiting.item() == pytest.approx(1 / (1 + b * big / phi), abs=2e-3)


@pytest.mark.parametrize(("servers", "load"), [(3, 2.0), (10, 7.0), (40, 32.0)])
def test_a_simulation_agrees_within_two_per_cent(servers, load):
    asked = {"arrivals_per_hour": 2 * load, "mean_handling_hours": 0.5, "within_hours": 0.1}
    computed = queueing.erlang_c(servers, **asked).iloc[0]
    seen = played(servers, **asked, calls=400_000, seed=4)
    for name in ("probability_of_waiting", "mean_wait_hours", "share_answered_within", "occupancy"):
        assert seen[name] == pytest.approx(computed[name], rel=0.02), name


_LOADS = {"arrivals": st.floats(0.01, 200), "handling": st.floats(0.01, 3)}


@given(**_LOADS, servers=st.integers(1, 300), within=st.floats(0, 2))
def test_adding_servers_never_lengthens_a_wait(arrivals, handling, servers, within):
    few, more = queueing.erlang_c(
        [servers, servers + 1],
        arrivals_per_hour=arrivals,
        mean_handling_hours=handling,
        within_hours=within,
    ).itertuples()
    numbers = [v for row in (few, more) for v in row if isinstance(v, float)]
    assert not np.isinf(numbers).any()
    if not few.caveat:
        assert more.probability_of_waiting <= few.probability_of_waiting
        assert more.mean_wait_hours <= few.mean_wait_hours
        assert more.share_answered_within >= few.share_answered_within
        assert 0 <= few.occupancy < 1


@settings(deadline=None)
@given(**_LOADS, share=st.floats(0.05, 0.999), within=st.floats(0, 2))
def test_the_number_needed_is_enough_and_one_fewer_is_not(arrivals, handling, share, within):
    asked = {"arrivals_per_hour": arrivals, "mean_handling_hours": handling, "within_hours": within}
    found = queueing.servers_needed(share_within=share, **asked).iloc[0]
    assert found.share_answered_within >= share
    assert found.share_within == share
    same, fewer = queueing.erlang_c([found.servers, found.servers - 1], **asked).itertuples()
    assert same.share_answered_within == pytest.approx(found.share_answered_within, abs=1e-12)
    assert fewer.caveat or fewer.share_answered_within < share + 1e-12


def test_a_queue_that_never_ends_is_said_to_be_so_and_holds_no_infinity():
    rows = queueing.erlang_c(
        [4, 8, 8, 0], arrivals_per_hour=[8, 8, 7, 1], mean_handling_hours=1, within_hours=0.25
    )
    grows = rows.caveat.str.contains("the queue grows without end")
    assert grows.tolist() == [True, True, False, True]
    waits = ["probability_of_waiting", "mean_wait_hours", "share_answered_within", "occupancy"]
    assert rows.loc[grows, waits].isna().all(axis=None)
    assert rows.loc[~grows, waits].notna().all(axis=None)
    assert rows.caveat[2] == ""


def test_hours_without_calls_need_nobody_and_say_so():
    row = queueing.servers_needed(
        arrivals_per_hour=[0, 12], mean_handling_hours=0.5, share_within=0.9, within_hours=0.25
    )
    assert row.servers.tolist()[0] == 0
    assert row.caveat[0].startswith("No calls come")
    one = queueing.erlang_c(1, arrivals_per_hour=0, mean_handling_hours=1).iloc[0]
    assert (one.probability_of_waiting, one.mean_wait_hours, one.occupancy) == (0, 0, 0)


def test_no_share_is_given_where_no_time_is_asked():
    assert (
        queueing.erlang_c(3, arrivals_per_hour=1, mean_handling_hours=1)
        .share_answered_within.isna()
        .all()
    )


def test_rows_keep_the_labels_of_a_series_and_the_input_stays_as_it_was():
    calls = pd.Series([2.0, 5.0], index=["Friday 22:00", "Friday 23:00"])
    before = calls.copy()
    rows = queueing.servers_needed(
        arrivals_per_hour=calls, mean_handling_hours=0.75, share_within=0.9, within_hours=0.25
    )
    assert rows.index.tolist() == calls.index.tolist()
    assert rows.arrivals_per_hour.tolist() == [2, 5]
    pd.testing.assert_series_equal(calls, before)


def test_all_faults_are_named_at_once():
    with pytest.raises(InputError) as caught:
        queueing.erlang_c(2.5, arrivals_per_hour=-1, mean_handling_hours=0, within_hours=np.nan)
    for part in ("found 2.5", "found -1", "mean_handling_hours is above 0", "found nan"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: queueing.erlang_c([1, 2], arrivals_per_hour=[1, 2, 3], mean_handling_hours=1),
        lambda: queueing.erlang_c([[1, 2]], arrivals_per_hour=1, mean_handling_hours=1),
        lambda: queueing.erlang_c(1, arrivals_per_hour=np.inf, mean_handling_hours=1),
        lambda: queueing.erlang_c(1, arrivals_per_hour=1e5, mean_handling_hours=1e5),
        lambda: queueing.erlang_c("ten", arrivals_per_hour=1, mean_handling_hours=1),
        lambda: queueing.erlang_c(
            pd.Series([1, 2]),
            arrivals_per_hour=pd.Series([1, 2], index=[1, 0]),
            mean_handling_hours=1,
        ),
        lambda: queueing.servers_needed(
            arrivals_per_hour=1, mean_handling_hours=1, share_within=1, within_hours=1
        ),
    ],
)
def test_what_cannot_be_calculated_is_refused(call):
    with pytest.raises(InputError, match=r"^Cannot calculate a queue"):
        call()


def test_the_share_in_time_alone_is_that_of_the_whole_table():
    asked = {"arrivals_per_hour": [0, 8, 8, 700], "mean_handling_hours": 1, "within_hours": 0.25}
    whole = queueing.erlang_c([0, 10, 8, 720], **asked).share_answered_within
    assert np.array_equal(queueing.answered_within([0, 10, 8, 720], **asked), whole, equal_nan=True)
    assert whole.isna().tolist() == [True, False, True, False]
