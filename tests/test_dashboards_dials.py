"""Dials: an address sets them, what it cannot set is a sentence, and the figures are marked."""

from __future__ import annotations

import asyncio

import ipywidgets as widgets
import pytest
from ipywidgets import comm

from pvtools import safety_index
from pvtools.dashboards import dials, distortion, page, scenarios, weights
from pvtools.dashboards.dials import Choice, Dial
from pvtools.safety_index import HALVES
from pvtools.synthetic import Dials

ASKED = (
    Dial("late", "Late cases, %", 0, 100, 5),
    Dial("hours", "Hours a call", 0.25, 4, 0.25, 1.5),
    Choice("outcome", "Outcome", {"Mean wait": "wait", "Work not met": "unmet"}, "wait"),
)


@pytest.fixture
def show(monkeypatch):
    boxes, seen = [], []
    monkeypatch.setattr(page, "display", boxes.append)

    def figures(values):
        seen.append(dict(values))
        yield "<p>figure</p>"

    def shown(query: str = "", **asked: str):
        dials.show(ASKED, figures, query, **asked)
        return boxes[-1].children, seen

    return shown


def mark(children) -> str:
    return next(w.value for w in children if isinstance(w, widgets.HTML) and "pv-drawn" in w.value)


def test_an_address_sets_the_dials(show):
    children, seen = show("?late=30&hours=2.25&outcome=work-not-met")
    assert [w.value for w in children[:3]] == [30, 2.25, "unmet"]
    assert seen == [{"late": 30, "hours": 2.25, "outcome": "unmet"}]


def test_figures_are_marked_with_the_dials_they_are_of(show):
    children, _ = show("late=30")
    assert 'data-dials="late=30&amp;hours=1.5&amp;outcome=mean-wait"' in mark(children)
    assert 'data-start="late=0&amp;hours=1.5&amp;outcome=mean-wait"' in mark(children)
    children[0].value = 45
    assert 'data-dials="late=45&amp;hours=1.5&amp;outcome=mean-wait"' in mark(children)


@pytest.mark.parametrize(
    "value", ["900", "-5", "nan", "inf", "1e999", "", "abc", "<script>", "0x10", "١٢٣", "9" * 5000]
)
def test_a_value_that_cannot_be_is_a_sentence_and_the_start(show, value):
    from urllib.parse import quote

    children, seen = show(f"late={quote(value)}&hours=2")
    assert seen[0]["hours"] == 2
    assert seen[0]["late"] == 0
    said = children[-2].value
    assert "<script>" not in said
    if value:  # an empty one is as if it were not there
        assert "goes from 0 to 100, not" in said
        assert len(said) < 250


def test_every_value_that_cannot_be_is_named_at_once(show):
    children, _ = show("late=101&hours=0&outcome=best", fault="There is no such area.")
    said = children[-2].value
    assert said.count("not &#x27;") == 3
    assert "There is no such area." in said
    children[0].value = 10
    assert "goes from" not in children[-2].value


def test_a_value_between_two_steps_is_the_nearer(show):
    _, seen = show("late=33&hours=1.3")
    assert seen[0]["late"] == 35
    assert seen[0]["hours"] == 1.25


def test_one_gesture_is_one_redraw(show):
    children, seen = show()
    assert not any(w.continuous_update for w in children[:2])
    children[0].value = 20
    assert len(seen) == 2


def test_of_quick_changes_the_last_is_drawn_and_the_others_never(show):
    async def gesture() -> list[int]:
        children, seen = show()
        first = children[-1].children
        for value in (5, 10, 15):
            children[0].value = value
            await asyncio.sleep(0)
        children[1].value = 2
        assert len(seen) == 1
        assert "Updating …" in children[-2].value
        assert children[-1].children == first
        while "Updating" in children[-2].value:
            await asyncio.sleep(0.01)
        assert children[-1].children == first  # the same widgets, with other figures
        assert "are now those with “Late cases, %” at 15 and “Hours a call” at 2." in (
            children[-2].value
        )
        return seen

    seen = asyncio.run(asyncio.wait_for(gesture(), 30))
    assert seen[1:] == [{"late": 15, "hours": 2, "outcome": "wait"}]


def test_a_page_can_ask_for_all_its_widgets_at_once(show):
    comm.get_comm_manager().targets.pop("jupyter.widget.control", None)
    show()
    assert "jupyter.widget.control" in comm.get_comm_manager().targets


def test_a_choice_is_told_as_its_list_calls_it(show):
    children, _ = show()
    children[2].value = "unmet"
    assert "“Outcome” at Work not met." in children[-2].value


def test_figures_are_of_no_dials_while_others_take_their_place(show):
    children, _ = show("late=10")
    box = next(w for w in children if isinstance(w, widgets.HTML) and "pv-drawn" in w.value)
    marks = []
    box.observe(lambda change: marks.append(change.new), names="value")
    children[0].value = 45
    assert 'data-dials=""' in marks[0]
    assert 'data-dials="late=45&amp;' in marks[1]
    assert len(marks) == 2


def test_every_dial_of_an_organisation_is_in_the_lab():
    assert tuple(Dials.__dataclass_fields__) == distortion.PARAMETERS


def test_scenarios_of_an_unknown_area_are_londons_and_say_so(monkeypatch):
    boxes = []
    monkeypatch.setattr(page, "display", boxes.append)
    scenarios.lab("area=Hackny&years=5")
    *_, status, figures = boxes[0].children
    assert "Did you mean" in status.value
    assert "This is London." in status.value
    assert "<h2>London</h2>" in figures.children[0].value


def test_scenarios_are_of_the_area_in_the_address(monkeypatch):
    boxes = []
    monkeypatch.setattr(page, "display", boxes.append)
    scenarios.lab("area=hackney&outcome=work-not-met&years=5&mental_health_share=10")
    *_, status, figures = boxes[0].children
    assert status.value == ""
    assert "<h2>Hackney</h2>" in figures.children[0].value
    assert "demand-scenario-unmet-share" in figures.children[1].value


def test_each_half_and_domain_of_the_index_has_a_slider_that_starts_at_its_weight():
    framework = safety_index.read()
    parts = {part for part, above in framework.parent.items() if above in {"index", *HALVES}}
    assert set(weights.SLIDERS) == parts
    for part, dial in weights.SLIDERS.items():
        assert dial.start == framework.weights[part]
        assert framework.labels[part].lower() in dial.label.lower()
    names = [dial.name for dial in weights.SLIDERS.values()]
    assert len(set(names)) == len(names)
