"""A piece that a stranger's notebook holds is what it says it is, or every fault is said."""

import json

import pytest

from pvtools import exhibits
from pvtools.exhibits import Cover, Finding, Findings, Ledger, Notice, contract

from .small_pages import COLUMNS, TABLE, exhibit

PIECES = {
    "exhibit": exhibit().to_json(),
    "cover": Cover("Hackney", "A question?", "To November 2025").to_json(),
    "findings": Findings("In brief", [Finding("Trust", "65%", "", "65% of people.")]).to_json(),
    "notice": Notice("What these figures cannot tell", ["Why."]).to_json(),
    "ledger": Ledger("s", "Sources", TABLE, COLUMNS).to_json(),
}
HOSTILE = (5, None, True, ["<b>", 5], {"a": 1}, [[1]], [None], [{}])


@pytest.mark.parametrize("kind", PIECES)
def test_every_piece_of_ours_is_without_fault_and_survives_json(kind):
    assert contract.faults(json.loads(json.dumps(PIECES[kind]))) == []


@pytest.mark.parametrize("kind", PIECES)
def test_a_field_that_is_missing_or_of_another_type_is_named(kind):
    for name in PIECES[kind]:
        if name not in {"kind", "date", "footer", "imprint"}:
            without = {key: value for key, value in PIECES[kind].items() if key != name}
            assert contract.faults(without) == [f"the {kind}: {name} is missing"]
        for value in HOSTILE:
            if value is not True or name != "synthetic":
                faults = contract.faults(PIECES[kind] | {name: value})
                assert faults, f"{name} is {value!r}"
                assert all(name in fault for fault in faults)


@pytest.mark.parametrize("piece", [None, 5, "exhibit", [], {}, {"kind": "card"}, {"kind": ["x"]}])
def test_what_is_no_piece_at_all_is_said(piece):
    (fault,) = contract.faults(piece)

    assert "not an object" in fault or "known are cover, findings" in fault


@pytest.mark.parametrize(
    "key", ["", " ", "a b", 'a"b', "a<b", "../up", "a/b", "1a", "-a", "a\n", "é", "a" * 101, "a\0"]
)
def test_a_key_that_could_not_be_an_id_or_a_file_name_is_refused(key):
    (fault,) = contract.faults(PIECES["ledger"] | {"key": key})

    assert "letters, digits, - and _" in fault


@pytest.mark.parametrize(
    ("how", "cell"),
    [
        ("percent", "<b>62%</b>"),
        ("count", "=1+1"),
        ("count", 10**400),
        ("count", [5]),
        ("rate", {"a": 5}),
        ("month", "yesterday"),
        ("month", "99999-01-01"),
        ("text", {"a": 5}),
        ("text", ["a"]),
    ],
)
def test_a_cell_that_cannot_be_written_as_its_column_says_is_named_by_its_row(how, cell):
    table = {"columns": [{"label": "A", "format": how}], "rows": [[None], [cell]]}
    (fault,) = contract.faults(PIECES["ledger"] | {"table": table})

    assert "table row 2 holds" in fault
    assert f"which is no {how}" in fault


@pytest.mark.parametrize(
    "table",
    [
        {"columns": [], "rows": []},
        {"columns": [{"label": "A"}], "rows": []},
        {"columns": [{"label": "A", "format": "<script>"}], "rows": []},
        {"columns": [{"label": "A", "format": ["text"]}], "rows": []},
        {"columns": [{"label": 5, "format": "text"}], "rows": []},
        {"columns": [{"label": "A", "format": "count", "key": ["lower"]}], "rows": [[1]]},
        {"columns": [{"label": "A", "format": "count", "missing": 5}], "rows": [[None]]},
        {"columns": [{"label": "A", "format": "text"}], "rows": [["a", "b"]]},
        {"columns": [{"label": "A", "format": "text"}], "rows": ["a"]},
        {"columns": [{"label": "A", "format": "text"}]},
    ],
)
def test_a_table_that_is_none_is_a_fault(table):
    faults = contract.faults(PIECES["exhibit"] | {"table": table})

    assert len(faults) == 1
    assert faults[0].startswith("the exhibit: table ")


def test_many_faults_are_not_listed_without_end():
    table = {"columns": [{"label": "A", "format": "count"}], "rows": [["x"]] * 10_000}

    assert len(contract.faults(PIECES["ledger"] | {"table": table})) == 8


@pytest.mark.parametrize(
    ("pictures", "fault"),
    [
        ("<svg/>", "not lists of SVG by a column's key"),
        ({"a": ["<svg/>", None]}, "not lists of SVG by a column's key"),
        ({"a": []}, "pictures of 'a' are 0 for"),
    ],
)
def test_a_ledger_has_a_picture_for_each_of_its_rows(pictures, fault):
    (found,) = contract.faults(PIECES["ledger"] | {"pictures": pictures})
    assert fault in found


def _with_states(**changes):
    return exhibits.with_controls({"Shown": ["a", "b"]}, [exhibit(), exhibit()]).to_json() | changes


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"controls": [{"label": "Shown", "options": ["a"]}]}, "states are 2 with its own for 1"),
        ({"controls": [{"label": " ", "options": ["a", "b"]}]}, "controls number 1: label is"),
        ({"controls": [{"label": "Shown", "options": []}]}, "states are 2 with its own for 0"),
        ({"states": []}, "states are 1 with its own for 2"),
        *(({name: value}, name) for name in ("controls", "states") for value in HOSTILE),
    ],
)
def test_states_are_as_many_as_their_controls_can_choose(changes, fault):
    assert contract.faults(_with_states()) == []
    assert fault in contract.faults(_with_states(**changes))[0]


@pytest.mark.parametrize("field", ["alt", "key", "svg", "framed", "table", "headline"])
def test_a_state_is_held_to_what_an_exhibit_is(field):
    (state,) = _with_states()["states"]
    for value in (5, None, "", ["a b{}"]):
        (fault, *_) = contract.faults(_with_states(states=[state | {field: value}]))
        assert fault.startswith(f"the exhibit: states number 1: {field} ")
