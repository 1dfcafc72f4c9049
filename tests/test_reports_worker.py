from __future__ import annotations

import subprocess
import sys


def _said(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_grammar_of_links_is_left_out_and_can_still_be_imported_by_others():
    said = _said(
        "import sys\n"
        "from pvtools.reports import worker\n"
        "worker.import_lightly()\n"
        "print('jsonschema' in sys.modules, 'rfc3987_syntax' in sys.modules)\n"
    )
    assert said == ["True", "False"]


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
