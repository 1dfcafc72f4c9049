"""``pvtools batch``: any notebook over the rows of any table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pvtools.cli.making import make, making_options, out_option
from pvtools.cli.options import data_option

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    short_help="Run a notebook over the rows of a table, a report each.",
    epilog="""\b
Examples:
  pvtools batch ward.ipynb --over wards.csv                         a report a row
  pvtools batch ward.ipynb --over wards.csv --name "{code}-{name}"  and how they are called
  pvtools batch ward.ipynb --over wards.csv --data figures          made anew when figures change
  pvtools batch ward.ipynb --over wards.parquet --jobs 4 --formats pdf --timeout 60
""",
)
@click.argument("notebook", type=_FILE)
@click.option(
    "--over",
    "table",
    type=_FILE,
    required=True,
    metavar="TABLE",
    help="A CSV or Parquet file: a report a row, a parameter a column.",
)
@click.option(
    "--name",
    default="",
    metavar="PATTERN",
    help="How reports are called, of columns in braces.  [default: the code, else the name, else "
    "the first column]",
)
@out_option
@data_option(help="A folder that the notebook reads: reports are made anew when it changes.")
@making_options("pdf,html")
@click.pass_context
def batch(
    ctx: click.Context,
    notebook: Path,
    table: Path,
    name: str,
    out: Path,
    data: Path | None,
    **making: Any,
) -> None:
    """Run NOTEBOOK once for each row of a table: a PDF and a web page each.

    A column is a parameter of the notebook's cell tagged "parameters". The columns code, name,
    parent and title say how a row and its report are called, whether they are parameters or not.
    All of the table is checked before anything runs. The report NAME stands in the folder NAME of
    --out, as pvtools-NAME.pdf and so on.

    A report whose notebook, row and software have not changed is left as it stands. What the
    notebook reads is watched only in the folder given with --data, which the notebook is told as
    "data_dir" if it takes that; otherwise make reports anew with --force.
    """
    from pvtools.reports import execute, rows

    more = {}
    if data is not None and "data_dir" in execute.kinds_of(notebook):
        more = {"data_dir": str(data.resolve())}
    subjects = rows.subjects(table, notebook, name=name, more=more)
    heading = execute.title_of(notebook)
    where = {"data_dir": data, "out_dir": out, "notebook": notebook}
    make(ctx, subjects, making, **where, listing=heading, shared="")
