"""A worker gets ready in the background, and the batch itself stays light."""

from __future__ import annotations

import subprocess
import sys


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
