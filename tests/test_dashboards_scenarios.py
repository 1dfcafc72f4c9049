"""Sliders: what follows from assumptions changes with them, and a fault is a sentence."""

from __future__ import annotations

import ipywidgets as widgets
import pytest

from pvtools import profiles
from pvtools.dashboards import page, scenarios


@pytest.fixture
def shown(monkeypatch) -> widgets.VBox:
    boxes = []
    monkeypatch.setattr(page, "display", boxes.append)
    scenarios.show(profiles.demand("Hackney").calls)
    return boxes[0]


def control(box: widgets.VBox, said: str) -> widgets.Widget:
    return next(w for w in box.children if getattr(w, "description", "") == said)


def test_sliders_begin_where_the_table_of_assumptions_does(shown):
    table = profiles.demand("Hackney").calls.assumptions().table.set_index("parameter").likely
    for dial in scenarios.SLIDERS:
        scale = 100 if dial.label.endswith("%") else 1
        assert control(shown, dial.label).value == pytest.approx(scale * table[dial.name])


def test_turning_a_slider_changes_what_is_shown(shown):
    def html():
        return "".join(widget.value for widget in shown.children[-1].children)

    before = html()
    control(shown, "Calls for each offence recorded").value = 4.0
    assert html() != before
    assert "officers on Friday" in html()
    assert "demand-scenario-mean-wait" in html()
    control(shown, "Outcome").value = "unmet_share"
    assert "demand-scenario-unmet-share" in html()


def test_what_cannot_be_shown_is_one_sentence_and_no_traceback(shown):
    *_, status, figures = shown.children
    calls = control(shown, "Calls for each offence recorded")
    calls.max = calls.value = 1e9
    assert "The figures cannot be shown. Cannot make a profile of demand" in status.value
    assert figures.children == ()
    assert "Traceback" not in status.value
