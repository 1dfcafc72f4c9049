"""A kernel lets no more out than its report may hold, and says where something is missing."""

from __future__ import annotations

import pytest

from pvtools.reports.limits import Gate, Limits


@pytest.fixture
def sent():
    return []


@pytest.fixture
def send(sent):
    """Return what a kernel of 1 MB of output sends through."""
    return Gate(lambda _, message, *rest, **options: sent.append(message), Limits(output=1))


def message(kind, cell="a", **content):
    return {"msg_type": kind, "parent_header": {"msg_id": cell}, "content": content}


def display(cell="a", **data):
    return message("display_data", cell, data={k.replace("_", "/"): v for k, v in data.items()})


def test_words_are_cut_where_there_is_no_more_room_and_a_line_says_so_once_a_cell(send, sent):
    for cell in ("a", "a", "b"):
        send(None, message("stream", cell, name="stdout", text="x" * 100_000))
    first, second = (message["content"]["text"] for message in sent)
    assert first.count("x") < 50_000
    assert "may hold 1 MB of output, 0.05 MB of it as words" in first
    assert "--max-output" in second


def test_pictures_have_room_of_their_own_and_one_too_large_becomes_a_line(send, sent):
    send(None, display(text_plain="y" * 60_000))
    send(None, display("b", image_png="p" * 900_000))
    send(None, display("c", image_png="p" * 200_000, text_plain="<Figure>"))
    words, picture, too_large = (message["content"]["data"] for message in sent)
    assert "is left out" in words["text/plain"]
    assert len(picture["image/png"]) == 900_000
    assert list(too_large) == ["text/plain"]
    assert "is left out" in too_large["text/plain"]


def test_many_small_outputs_run_out_of_room_too(send, sent):
    for i in range(10_000):
        send(None, display(text_plain=str(i)))
    assert len(sent) < 250
    assert "is left out" in sent[-1]["content"]["data"]["text/plain"]


def test_an_output_that_replaces_another_does_not_leave_that_one_standing(send, sent):
    for _ in range(3):
        send(None, message("update_display_data", data={"text/html": "h" * 60_000}))
    assert ["is left out" in m["content"]["data"]["text/plain"] for m in sent] == [True] * 3


def test_an_endless_error_is_shortened_and_other_messages_pass(sent):
    taken = {}

    def take(stream, kind, content=None, *rest, **options):
        taken[kind] = content

    send = Gate(take, Limits(output=1))
    error = {"ename": "ValueError", "evalue": "v" * 100_000, "traceback": ["t" * 100_000] * 200}
    send(None, "error", error)
    send(None, "execute_reply", {"status": "error", **error})
    send(None, "status", {"execution_state": "idle"})
    assert taken["error"]["ename"] == "ValueError"
    for kind in ("error", "execute_reply"):
        assert len(str(taken[kind])) < 2_000_000
        assert taken[kind]["evalue"].endswith("… [cut here]")
    assert taken["status"] == {"execution_state": "idle"}


def test_a_kernel_is_told_its_limits_and_a_cell_has_ten_minutes_or_a_third():
    limits = Limits(seconds=60, memory=512, output=3)
    assert Limits.from_environment(limits.environment) == Limits(memory=512, output=3)
    assert (limits.cell_seconds, Limits(seconds=7200).cell_seconds) == (600, 2400)
