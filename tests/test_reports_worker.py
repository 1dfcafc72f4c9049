"""A worker gets ready in the background, and the batch itself stays light."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from pvtools import places
from pvtools.reports import execute, worker
from pvtools.reports.crew import Crew


def _said(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_process_that_hands_out_orders_imports_nothing_heavy():
    said = _said(
        "import sys\n"
        "import pvtools.cli.report, pvtools.cli.progress, pvtools.reports.batch\n"
        "heavy = {'pandas', 'matplotlib', 'papermill', 'nbconvert', 'jupyter_client', 'typst'}\n"
        "print(*sorted(heavy & set(sys.modules)), 'end')\n"
    )
    assert said == ["end"]


def test_whoever_never_looked_ahead_waits_for_nothing():
    assert _said("from pvtools.reports import worker; worker.ready(); print('went', 'on')") == [
        "went",
        "on",
    ]


def test_who_writes_reports_imports_nothing_that_makes_figures_nor_a_grammar():
    said = _said(
        "import sys\n"
        "from pvtools.reports import execute\n"
        "execute.imported()\n"
        "import pvtools.reports.pdf, pvtools.reports.html, pvtools.reports.xlsx\n"
        "heavy = {'lark', 'matplotlib', 'scipy', 'seaborn', 'statsmodels', 'pvtools.demand'}\n"
        "print(*sorted(heavy & set(sys.modules)), 'end')\n"
    )
    assert said == ["end"]


def test_the_grammar_that_papermill_is_imported_without_can_be_had_afterwards():
    said = _said(
        "from pvtools.reports import execute\n"
        "execute.imported()\n"
        "import rfc3987_syntax\n"
        "print(rfc3987_syntax.is_valid_syntax('iri', 'https://example.org/é'))\n"
    )
    assert said == ["True"]


@pytest.mark.kernel
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux only")
def test_workers_fork_their_kernels_from_one_warm_parent(tmp_path):
    source = "import os, time; time.sleep(1); print(os.getppid())"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), path := tmp_path / "who.ipynb")
    with Crew(2) as crew:
        asked = [crew._submit(execute.run, path, {}) for _ in range(2)]
        forked_by = {future.result().cells[0].outputs[0].text for future in asked}
        assert len(crew._pool._processes) == 2
    assert len(forked_by) == 1


@pytest.mark.parametrize("shared", ["areas", "units", "wards"])
def test_what_reports_share_is_made_of_the_data_folder_that_was_asked_for(shared, tmp_path):
    made = worker.environment(shared, tmp_path / ".." / tmp_path.name)
    assert (made["PVTOOLS_DATA"], made[places.SHARED]) == (str(tmp_path), shared)
    assert worker.environment("", tmp_path).get("PVTOOLS_DATA") == os.environ.get("PVTOOLS_DATA")
