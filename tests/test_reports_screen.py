"""What a terminal would show of a program's output, and how long that takes."""

from __future__ import annotations

import time

import pytest

from pvtools.reports import screen


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\r  0%|    |\r 50%|██  |\r100%|████|\n", "100%|████|"),
        ("reading boroughs\rdone\x1b[K\n", "done"),
        ("a long line\rshort\n", "shortg line"),
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("1\x082 wards", "2 wards"),
        ("\x08\x08all", "all"),
        ("\x1b[1;38;5;208mred\x1b[0m\x1b[?25h", "red"),
        ("\x1b]8;;https://example.org\x07linked\x1b]8;;\x1b\\ words", "linked words"),
        ("\x1b]0;a title that never ends\nwords", "\nwords"),
        ("outer 0%\ninner 0%\r\x1b[Aouter 9%\ninner 5%", "outer 9%\ninner 5%"),
        ("gone\x1b[2K\x1b[1Gkept", "kept"),
        ("ab\x1b[1Dc\x1b[2Cd", "ac  d"),
        ("a\tb\n  c  \n\n", "a\tb\n  c"),
        ("bell\x07 null\x00 page\x0c \x9bend", "bell null page end"),
        ("torn \x1b", "torn"),
    ],
)
def test_what_is_written_ends_as_on_a_terminal(written, shown):
    assert screen.shown(written) == shown


def test_a_bar_of_many_steps_takes_no_time():
    began = time.process_time()
    assert screen.shown("".join(f"\r{n:6}/100000" for n in range(100_001))) == "100000/100000"
    assert time.process_time() - began < 5
