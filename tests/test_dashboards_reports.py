"""Which reports a page leads to: those that stand in the folder and are recorded as ours."""

from __future__ import annotations

import hashlib
import re

import pytest

from pvtools import places
from pvtools.dashboards import answers
from pvtools.dashboards.reports import Reports
from pvtools.exhibits import with_controls
from pvtools.reports import inputs, manifest
from pvtools.reports.html import HtmlExporter

from . import small_pages


def lay(out, slug, *, data="other", forms=("pdf", "html", "xlsx")):
    """Lay a report as a batch does, and beside it files that nobody asked for."""
    (out / slug).mkdir(parents=True, exist_ok=True)
    outputs = {}
    for form in forms:
        name = f"{slug}/pvtools-{slug}.{form}"
        (out / name).write_bytes(form.encode())
        digest = hashlib.sha256(form.encode()).hexdigest()
        outputs[name] = {"bytes": len(form), "sha256": digest}
    record = {
        "status": "built", "inputs": {"data": data}, "formats": [*forms],
        "vintages": ["Recorded crime to November 2025."], "outputs": outputs,
    }  # fmt: skip
    (out / slug / "minutes.pdf").write_text("private")
    (out / "secret.pdf").write_text("private")
    manifest.write(out, manifest.read(out) | {slug: record})


@pytest.fixture
def out(tmp_path):
    lay(tmp_path / "reports", "hackney")
    return tmp_path / "reports"


def test_a_report_that_stands_is_found_in_each_of_its_forms(out):
    found = Reports(out).of("hackney")
    assert [report.label for report in found] == ["PDF", "Web page", "Spreadsheet"]
    assert Reports(out).read("hackney/pvtools-hackney.pdf") == (b"pdf", "application/pdf")
    assert Reports(out).of("camden") == Reports(None).of("hackney") == []


def test_a_report_of_other_data_says_of_when_it_is_and_one_of_the_same_says_nothing(out):
    notebook = places.notebook("report_borough.ipynb")
    now = inputs.Inputs(notebook, places.data_folder().resolve(), out.resolve()).made_from["data"]
    lay(out, "camden", data=now)
    reports = Reports(out)
    assert reports.of("hackney")[0].of_when == "Recorded crime to November 2025."
    assert reports.of("camden")[0].of_when == ""


def test_a_report_made_while_the_server_runs_is_found(out):
    reports = Reports(out)
    assert reports.of("brent") == []
    lay(out, "brent", forms=("pdf",))
    assert [report.label for report in reports.of("brent")] == ["PDF"]


@pytest.mark.parametrize(
    "name",
    [
        "hackney/minutes.pdf", "secret.pdf", "../secret.pdf", "hackney/../secret.pdf",
        "manifest.json", "camden/pvtools-camden.pdf", "hackney/pvtools-hackney.pdf/", "/etc/passwd",
        "hackney/./pvtools-hackney.pdf", "",
    ],
)  # fmt: skip
def test_nothing_else_of_the_folder_can_be_read(out, name):
    assert Reports(out).read(name) is None


def test_no_link_is_followed_out_of_the_folder(out, tmp_path):
    (tmp_path / "private").write_text("private")
    pdf = out / "hackney" / "pvtools-hackney.pdf"
    pdf.unlink()
    pdf.symlink_to(tmp_path / "private")
    assert Reports(out).read("hackney/pvtools-hackney.pdf") is None
    (out / "hackney").rename(tmp_path / "elsewhere")
    (out / "hackney").symlink_to(tmp_path / "elsewhere")
    assert Reports(out).of("hackney") == []


def test_a_report_that_is_served_may_run_its_own_script_and_no_other():
    states = [small_pages.exhibit(), small_pages.exhibit(headline="Another")]
    chosen = with_controls({"Shown": ["One", "Another"]}, states)
    page = HtmlExporter().from_notebook_node(small_pages.notebook(small_pages.shown(chosen)))[0]
    (of_page,) = re.findall(r"script-src ([^;]*);", page)
    (served,) = re.findall(r"script-src ([^;]*);", answers._OF_A_REPORT)
    assert of_page == served
