from __future__ import annotations

import nbformat
import pytest

from pvtools.errors import ExportError
from pvtools.reports import build, execute

from . import small_reports


@pytest.fixture
def order(tmp_path):
    notebook = small_reports.notebook(tmp_path / "small.ipynb")
    (tmp_path / "out").mkdir()
    [hackney] = small_reports.of("Hackney", data_dir=tmp_path / "data")
    return build.Order(hackney, notebook, tmp_path / "out", ("html", "xlsx"))


@pytest.fixture
def exporters(monkeypatch):
    monkeypatch.setattr(execute, "run", lambda *_: small_reports.executed())
    monkeypatch.setitem(build.FORMATS, "html", lambda _, title, __: f"<h1>{title}</h1>")
    monkeypatch.setitem(build.FORMATS, "xlsx", lambda *_: b"sheet")


def test_a_draft_holds_each_form_with_its_size_and_hash(order, exporters):
    draft = build.draft(order)
    assert draft.error == ""
    assert [file.path.name for file in draft.files] == [
        "pvtools-hackney.html",
        "pvtools-hackney.xlsx",
    ]
    assert draft.files[0].path.read_text() == "<h1>Policing in Hackney</h1>"
    assert draft.files[1].size == 5
    assert draft.vintages == ("Figures to December 2025",)  # as the cover says it


def test_a_draft_touches_no_report_that_stands(order, exporters):
    build.draft(order)
    assert [path.name for path in order.out_dir.iterdir()] == [".building"]


def test_a_stopped_notebook_is_an_answer_with_its_evidence(order, monkeypatch):
    def stop(*_):
        raise execute.StoppedError("crime.csv cannot be used.", small_reports.executed())

    monkeypatch.setattr(execute, "run", stop)
    draft = build.draft(order)
    assert draft.error == "crime.csv cannot be used."
    assert draft.files == ()
    kept = order.out_dir / ".building" / "hackney" / "notebook.ipynb"
    assert len(nbformat.read(kept, as_version=4).cells) == 5


def test_a_form_that_cannot_be_made_keeps_the_notebook_it_was_made_from(
    order, exporters, monkeypatch
):
    def refuse(*_):
        raise ExportError("Cell 3 shows an image without alt text.")

    monkeypatch.setitem(build.FORMATS, "xlsx", refuse)
    draft = build.draft(order)
    assert draft.error == "Cell 3 shows an image without alt text."
    assert (order.out_dir / ".building" / "hackney" / "notebook.ipynb").exists()


def test_an_unforeseen_error_is_named_and_does_not_escape(order, monkeypatch):
    monkeypatch.setattr(execute, "run", lambda *_: 1 / 0)
    assert build.draft(order).error == "ZeroDivisionError: division by zero"
