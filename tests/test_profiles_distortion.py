"""The distortion chapter stamps what is made up, says what is not held, and ranks nobody."""

from __future__ import annotations

import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd
import pytest

from pvtools import profiles, synthetic
from pvtools.dashboards import distortion as dials
from pvtools.dashboards import page
from pvtools.errors import UsageError
from pvtools.exhibits import Exhibit, Ledger, Notice
from pvtools.synthetic import Dials

from . import builders

MADE_UP = ("forms", "casebook", "power")
OF_REAL_FIGURES = {
    "reclassified": Exhibit, "all_boroughs": Ledger, "displaced": Exhibit, "steps": Exhibit,
    "shifts": Ledger, "surges": Ledger, "moved_by": Ledger,
}  # fmt: skip


@pytest.fixture(scope="module")
def chapter() -> profiles.Distortion:
    return profiles.distortion()


@pytest.fixture(scope="module")
def bent(chapter):
    return chapter.organisation(Dials(shifting=0.4, pretending=1.0))


@pytest.mark.parametrize("name", MADE_UP)
def test_what_is_made_up_says_so_on_figure_sentence_and_page(chapter, name):
    exhibit = getattr(chapter, name)
    assert "SYNTHETIC" in exhibit.svg
    assert exhibit.headline.startswith("SYNTHETIC")
    assert "SYNTHETIC: made-up data" in exhibit.to_html()
    assert "nan" not in re.findall(r"[a-z]+", exhibit.text().lower())


def test_a_bent_organisation_is_noticed_and_its_truth_stands_apart(bent):
    grades = bent.results.set_index("detector").grade
    assert grades["bunching"] == grades["decoupling"] == "consistent with gaming"
    assert grades["reclassification"] == "no sign of it"
    assert "consistent with gaming" in bent.indicator.headline
    assert "lie as if moved across 15 minutes" in bent.times.picture.headline
    assert "as much is found at none" in bent.times.placebos.alt
    truth = {row[0]: row[1] for row in bent.truth.to_json()["table"]["rows"]}
    assert truth["shifting"] == 0.4
    for exhibit in (bent.indicator, bent.times.picture, bent.times.placebos):
        assert "SYNTHETIC" in exhibit.svg


def test_every_verdict_has_its_error_rates_and_its_innocent_explanation(bent):
    rows = bent.verdicts.to_json()["table"]["rows"]
    assert len(rows) == 7
    for asks, answer, wrong, innocent in rows:
        assert asks.endswith("?")
        assert answer
        assert re.match(
            r"Raises a false alarm in (fewer than 1|\d+) of 100 cases, and finds \d+ of 100 in",
            wrong,
        ), wrong
        assert innocent
    assert "no acquittal" in bent.verdicts.note


def test_the_casebook_tells_who_told_each_story(chapter):
    assert isinstance(chapter.cases, Ledger)
    rows = chapter.cases.to_json()["table"]["rows"]
    assert len(rows) == 13
    assert all(row[3] for row in rows)
    assert isinstance(chapter.errors, Ledger)


@pytest.fixture(scope="module")
def lacking(tmp_path_factory) -> Path:
    """Return a data folder without the months of the plan, and with too few days and months."""
    folder = builders.data_folder(tmp_path_factory.mktemp("lacking"))
    crime = folder / "published" / "recorded_crime.csv"
    wide = pd.read_csv(crime)
    wide[[name for name in wide if not "2010" <= name < "2024"]].to_csv(crime, index=False)
    builders.add(folder, "mps_business_crime", builders.business(folder / "b.csv"), "2024-03")
    builders.add(folder, "mps_dashboard", builders.dashboard(folder / "d.csv"), "2023-05")
    return folder


@pytest.mark.parametrize("name", OF_REAL_FIGURES)
def test_what_comes_with_pvtools_is_shown_and_is_not_stamped(chapter, name):
    piece = getattr(chapter, name)
    assert isinstance(piece, OF_REAL_FIGURES[name])
    assert "SYNTHETIC" not in piece.to_html()
    assert "nan" not in re.findall(r"[a-z]+", piece.text().lower())


@pytest.mark.parametrize("name", OF_REAL_FIGURES)
def test_what_is_not_held_says_what_to_add(lacking, name):
    notice = getattr(profiles.distortion(data_dir=lacking), name)
    assert isinstance(notice, Notice)
    assert "pvtools add FILE" in notice.text()


def test_no_interval_of_a_step_is_drawn_as_if_it_ended_short_of_its_own_figure():
    shown = profiles.distortion(area="Hackney").steps
    axis = shown.figure().axes[0]
    drawn = [line[:, 0].tolist() for c in axis.collections for line in c.get_segments()]
    assert sorted(drawn) == sorted(shown.table[["lower", "upper"]].to_numpy().tolist())
    low, high = axis.get_xlim()
    assert shown.table.estimate.between(low, high).all()
    assert shown.table.upper.max() > high, "one runs off, as the note says"


def test_a_file_of_ones_own_takes_five_lines_and_is_not_stamped(chapter):
    waits = np.random.default_rng(3).lognormal(np.log(180), 0.5, 5000).round()
    looked = chapter.times(waits, threshold=240, unit="minutes", source="own waits", vintage="2025")
    assert isinstance(looked.verdicts, Ledger)
    assert "No sign of" in looked.picture.headline
    assert "SYNTHETIC" not in looked.picture.svg + looked.picture.headline
    assert looked.picture.source == "own waits"


def test_every_table_of_a_made_up_organisation_is_stamped(chapter):
    simulated = chapter.organisation()
    for ledger in (simulated.verdicts, simulated.truth, simulated.times.verdicts):
        assert ledger.title.startswith("SYNTHETIC: ")
        assert "SYNTHETIC: made-up data" in ledger.to_html()


def test_a_borough_report_says_what_cannot_be_shown(lacking):
    checks = profiles.load("Hackney", data_dir=lacking).distortion_checks
    answers = [row[1] for row in checks.to_json()["table"]["rows"]]
    assert all(answer.startswith("Cannot be shown") for answer in answers)
    assert "January 2024" in answers[0]
    assert "ranked" in checks.note


def test_a_borough_report_looks_at_the_plan_of_2013_in_the_figures_that_come_with_pvtools():
    checks = profiles.load("Hackney").distortion_checks
    first, *others = (row[1] for row in checks.to_json()["table"]["rows"])
    assert first.startswith(
        "No sign of it in six pairs of crimes, all boroughs tested together. One pair's test "
        "raises a false alarm in "
    )
    rare = "Too rare here to test: theft of a motor vehicle and aggravated vehicle taking."
    assert rare in checks.note
    assert len(others) == 2
    assert all(answer.startswith("Cannot be shown") for answer in others)


def test_londons_pairs_are_said_to_be_tested_by_themselves_as_they_are():
    answer = profiles.load("London").distortion_checks.table.answer[0]
    assert answer.startswith("No sign of it in seven pairs of crimes, tested together. One pair's")


def test_an_unknown_area_is_refused():
    with pytest.raises(UsageError, match="Did you mean 'Hackney'"):
        profiles.distortion(area="Hackny")


def test_turning_a_dial_changes_what_is_shown(monkeypatch, chapter):
    boxes = []
    monkeypatch.setattr(page, "display", boxes.append)
    dials.show(chapter)
    *controls, figures = boxes[0].children
    sliders = [one for one in controls if isinstance(one, widgets.FloatSlider)]
    assert len(sliders) == len(synthetic.Dials.__dataclass_fields__)

    def shown():
        return "".join(widget.value for widget in figures.children)

    before = shown()
    assert "no sign of it" in before
    late = next(w for w in sliders if w.description.startswith("Late cases written"))
    late.value = 50
    assert shown() != before
    assert "lie as if moved" in shown()


def test_a_target_lab_without_late_cases_shows_what_can_still_be_shown(chapter):
    shown = list(dials._figures(chapter, dict.fromkeys(dials.PARAMETERS, 100)))
    assert sum("This cannot be shown. Cannot look for" in one for one in shown) == 2
    assert any("distortion-indicator" in one for one in shown)
    assert "What was truly done" in shown[-1]


def test_a_picture_of_times_and_the_verdict_on_them_rest_on_one_result(bent):
    own = bent.times.results.set_index("detector")
    assert own.equals(bent.results.set_index("detector").loc[own.index])


def test_equal_seeds_give_equal_exhibits(chapter):
    again = profiles.distortion()
    assert again.forms.svg == chapter.forms.svg
    made, other = again.organisation(), profiles.distortion(seed=5).organisation()
    assert made.indicator.svg == chapter.organisation().indicator.svg
    assert made.indicator.svg != other.indicator.svg


def test_with_the_historical_file_the_plan_is_looked_at(monkeypatch, chapter):
    from pvtools.distortion import neighbourhood

    from .test_distortion_neighbourhood import recorded

    kinds = neighbourhood.kinds(recorded(2, move=0.3))
    own = profiles.distortion()
    monkeypatch.setattr(profiles.Distortion, "_kinds", kinds)
    monkeypatch.setattr(profiles.Distortion, "_history_lacks", "")  # two boroughs are made up
    assert isinstance(own.reclassified, Exhibit)
    assert "one of seven pairs" in own.reclassified.headline
    assert "theft from the person → other theft" in own.reclassified.headline
    assert "from April 2014 on" in own.reclassified_at("2014-04").subtitle
    assert isinstance(own.displaced, Exhibit)
    assert isinstance(own.steps, Exhibit)
    assert isinstance(own.shifts, Ledger)
    names = [row[0] for row in own.all_boroughs.to_json()["table"]["rows"]]
    assert "Theft from the person" in names
    assert not set(names) & {"Hackney", "Westminster"}  # no borough is named
