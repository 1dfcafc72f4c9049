"""Small cells: nobody finds out fewer people than the minimum, whatever is subtracted."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pvtools.errors import InputError
from pvtools.stats.suppression import Minimum, withheld

UNITS = {"North": ["a", "b", "c"], "South": ["d", "e"]}


def nested(people: dict[str, int]) -> dict[str, list[str]]:
    """Return the cells of two floors of areas under one whole; "elsewhere" is in the whole only."""
    cells = {part: [part] for part in people if part != "elsewhere"}
    return cells | UNITS | {"London": list(people)}


def found_out(people: dict[str, int], shown: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Return every group of parts that sums and differences of what is shown reveal."""
    parts = sorted(part for part in people if people[part])
    rows = np.array([[part in inside for part in parts] for inside in shown.values()], dtype=float)
    if not len(rows):
        return []
    rank = np.linalg.matrix_rank(rows)
    return [
        group
        for size in range(1, len(parts) + 1)
        for group in combinations(parts, size)
        if np.linalg.matrix_rank(np.vstack([rows, [part in group for part in parts]])) == rank
    ]


def test_a_small_cell_takes_the_smallest_other_with_it():
    people = {"Camden": 3, "Brent": 40, "Barnet": 30}
    cells = {name: [name] for name in people} | {"London": list(people)}
    assert withheld(people, cells) == {"Camden": "few", "Barnet": "complement"}


def test_two_small_cells_that_are_enough_together_cost_no_other():
    people = {"Camden": 6, "Brent": 4, "Barnet": 30}
    cells = {name: [name] for name in people} | {"London": list(people)}
    assert withheld(people, cells) == {"Camden": "few", "Brent": "few"}
    assert set(withheld(people | {"Brent": 3}, cells)) == {"Camden", "Brent", "Barnet"}


def test_nothing_is_withheld_where_no_one_can_be_found():
    people = {"a": 10, "b": 0, "c": 11}
    assert withheld(people, {name: [name] for name in people} | {"all": list(people)}) == {}


def test_a_cell_is_withheld_within_the_total_that_would_give_it_away():
    people = {"a": 3, "b": 300, "c": 200, "d": 20, "e": 500}
    assert withheld(people, nested(people)) == {"a": "few", "c": "complement"}


def test_people_who_are_nowhere_shown_by_themselves_are_guarded_too():
    people = {"a": 50, "b": 60, "c": 70, "d": 20, "e": 500, "elsewhere": 4}
    why = withheld(people, nested(people), kept=["London"])
    assert set(why.values()) == {"complement"}
    assert "London" not in why
    assert all(
        sum(people[p] for p in group) >= 10
        for group in found_out(people, {n: i for n, i in nested(people).items() if n not in why})
    )


def test_cells_of_the_same_people_are_withheld_together():
    people = {"a": 4, "b": 30}
    cells = {"ward": ["a"], "borough": ["a"], "next": ["b"], "all": ["a", "b"]}
    assert withheld(people, cells, kept=["all"]) == {
        "ward": "few",
        "borough": "few",
        "next": "complement",
    }


def test_no_sum_or_difference_finds_out_a_few_people():
    rng = np.random.default_rng(7)
    names = ["a", "b", "c", "d", "e", "elsewhere"]
    for _ in range(150):
        counts = rng.choice([0, 1, 3, 5, 9, 10, 11, 14, 40], size=len(names))
        people = dict(zip(names, counts.tolist(), strict=True))
        cells = nested(people)
        minimum = int(rng.choice([5, 10, 15]))
        why = withheld(people, cells, minimum=minimum, kept=["London"])
        shown = {name: inside for name, inside in cells.items() if name not in why}
        for group in found_out(people, shown):
            assert sum(people[part] for part in group) >= minimum, (people, why, group)


def test_nothing_is_withheld_without_need():
    rng = np.random.default_rng(8)
    names = ["a", "b", "c", "d", "e"]
    for _ in range(60):
        people = dict(zip(names, rng.choice([2, 8, 12, 40], size=5).tolist(), strict=True))
        cells = nested(people)
        why = withheld(people, cells, kept=["London"])
        shown = {name: inside for name, inside in cells.items() if name not in why}
        for name in [name for name, reason in why.items() if reason == "complement"]:
            groups = found_out(people, shown | {name: cells[name]})
            assert any(sum(people[part] for part in group) < 10 for group in groups), name


def test_the_order_of_cells_does_not_matter():
    people = {"a": 3, "b": 30, "c": 30, "d": 8, "e": 30}
    cells = nested(people)
    turned = dict(reversed(cells.items()))
    other = dict(reversed(people.items()))
    assert withheld(other, turned) == withheld(people, cells)


@pytest.mark.parametrize("people", [{"a": -1, "b": 12}, {"a": 12}])
def test_parts_without_a_count_are_refused(people):
    with pytest.raises(InputError, match="needs a count of 0 or more"):
        withheld(people, {"a": ["a"], "b": ["b"] if len(people) == 1 else ["a"]})


def test_a_lower_minimum_needs_a_reason_that_is_kept():
    assert Minimum().respondents == 10
    assert Minimum().lowered == ""
    assert Minimum(30).lowered == ""
    with pytest.raises(InputError, match="only for a recorded reason"):
        Minimum(9)
    with pytest.raises(InputError, match="only for a recorded reason"):
        Minimum(5, reason="  ")
    agreed = Minimum(5, reason="agreed with the archive on 3 May 2024.")
    assert agreed.lowered == (
        "Shown from 5 respondents up, in place of 10: agreed with the archive on 3 May 2024."
    )
    assert Minimum(1, reason="made up").lowered.startswith("Shown from 1 respondent up, in place")
    for wrong in (0, -1, 2.5, True, "10"):
        with pytest.raises(InputError, match="whole number above 0"):
            Minimum(wrong)
