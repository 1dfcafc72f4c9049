"""Small notebooks, executed ones of the same pieces, and an executor that needs no process."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pvtools import areas
from pvtools.exhibits.pieces import (
    Column,
    Cover,
    Exhibit,
    Finding,
    Findings,
    Ledger,
    Notice,
    Piece,
)
from pvtools.reports import subjects
from pvtools.reports.subjects import Subject

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def of(*names: str, data_dir: Path = Path("data")) -> list[Subject]:
    """Return the subjects of the reports on these areas."""
    return subjects.of_areas(map(areas.find, names), data_dir, {})


PARAMETERS = 'area = "Hackney"\ndata_dir = "data"'

#: does what a report does, in a fraction of the time; one area's data are bad
CODE = """\
import sys, os, time
from pathlib import Path
if area == "Brent":
    print("half way")
    from pvtools.errors import DataError, Fault
    raise DataError("crime.csv", [Fault("abc", "a count", row=3, column="202401")], "Mend it.")
if area == "Bexley":
    os.kill(os.getppid(), 9)
    time.sleep(60)
if area == "Sutton":
    Path(data_dir, "..", "waiting").write_text(str(os.getpid()))
    time.sleep(300)
from pvtools.exhibits.pieces import MIME
from IPython.display import display
display({
    MIME: {"kind": "ledger", "key": "size", "title": f"The size of {area}", "note": "",
           "table": {"columns": [{"key": "n", "label": "Size", "format": "count"}],
                     "rows": [[len(area)]]}},
    "text/plain": sys.executable,
}, raw=True)
"""


def notebook(path: Path, *, code: str = CODE, parameters: str = PARAMETERS) -> Path:
    """Write a notebook that names no kernel."""
    cells = [
        new_markdown_cell("What is asked of the police here?"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(code),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def trend(borough: str = "Hackney", *, synthetic: bool = False, key: str = "trend") -> Exhibit:
    """Return an exhibit with every number format, a value not given and an awkward text."""
    table = pd.DataFrame(
        {
            "period": ["2024-12-01", "2025-12-01"],
            "area": [borough, "=1+1"],
            "share": [0.6213, None],
            "step": [0.021, -0.051],
            "change": [0.031, -0.2],
            "rate": [118.243, 1234.5],
            "n": [400, None],
            "note": ["", "–"],
        }
    )
    return Exhibit(
        key=key,
        headline=f"Fewer people in {borough} say the police do a good job",
        subtitle="Share saying good job, 95% interval",
        alt="Line chart: 62% (57% to 67%).",
        svg=SVG,
        table=table,
        columns=[
            Column("period", "Quarter", "month"),
            Column("area", "Borough"),
            Column("share", "Share", "percent"),
            Column("step", "Step", "points"),
            Column("change", "Change", "change"),
            Column("rate", "Rate", "rate"),
            Column("n", "Base", "count"),
            Column("note", "Caveat"),
        ],
        source="An invented survey",
        vintage="Quarters to December 2025",
        caveats=["About 400 interviews a year.", "Values overlap."],
        synthetic=synthetic,
    )


def shown(*pieces: Piece) -> nbformat.NotebookNode:
    """Return an executed notebook that shows these pieces."""
    cells = []
    for piece in pieces:
        data, metadata = piece._repr_mimebundle_()
        cells.append(
            new_code_cell("x", outputs=[new_output("display_data", data=data, metadata=metadata)])
        )
    return new_notebook(cells=cells)


def executed(borough: str = "Hackney") -> nbformat.NotebookNode:
    """Return a small executed report."""
    return shown(
        Cover(borough, "Policing", "Figures to December 2025"),
        Findings("In short", [Finding("Good job", "62%", "57% to 67%", "62% of people say so.")]),
        trend(borough),
        Notice("What these figures cannot tell", ["Who did not answer."]),
        Ledger(
            "provenance",
            "What this was made from",
            pd.DataFrame({"file": ["a.csv"], "size": [1.5]}),
            [Column("file", "File"), Column("size", "Size", "decimal")],
            note="Hashes are sha256.",
        ),
    )


class Here(Executor):
    """Runs work at once, in this process."""

    def submit(self, work, /, *arguments, **options):
        future = Future()
        try:
            future.set_result(work(*arguments, **options))
        except BaseException as error:
            future.set_exception(error)
        return future
