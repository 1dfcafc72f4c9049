"""``pvtools report``: the reports of some areas, or of all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pvtools import areas, places
from pvtools.areas import Area
from pvtools.cli.options import area_names, data_option
from pvtools.errors import UsageError
from pvtools.reports.limits import CAN_LIMIT_MEMORY, DEFAULT, Limits

if TYPE_CHECKING:
    from pvtools.reports.journal import Note
    from pvtools.reports.outcomes import Outcome

_FORMATS = "pdf,html,xlsx"


@click.command(
    short_help="Make the reports of some areas, or of all.",
    epilog="""\b
Examples:
  pvtools report Hackney                      one borough, in three forms
  pvtools report "Tower Hamlets" E09000030    by name or by code, in any case
  pvtools report --all --jobs 4               London, its boroughs, its command units
  pvtools report --all --formats pdf --force  make anew what has not changed
  pvtools report --all --publisher "Hackney Council" --contact safety@example.org
""",
)
@click.argument("area", nargs=-1, shell_complete=area_names)
@click.option(
    "--all", "everything", is_flag=True, help="Report on London, 32 boroughs and 12 command units."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder in which the reports stand.",
)
@data_option()
@click.option(
    "--formats", default=_FORMATS, show_default=True, help="Forms to make, with commas between."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Reports to make side by side.  [default: one for each processor]",
)
@click.option("--force", is_flag=True, help="Make also the reports whose inputs have not changed.")
@click.option("--fail-fast", is_flag=True, help="Begin no further report once one has failed.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=DEFAULT.seconds,
    show_default=True,
    metavar="SECONDS",
    help="What the notebook of one report may take of time.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    metavar="MB",
    help=f"What it may take of memory; Linux only.  [default: {DEFAULT.memory}]",
)
@click.option(
    "--max-output",
    type=click.IntRange(min=1),
    default=DEFAULT.output,
    show_default=True,
    metavar="MB",
    help="What it may put out, a twentieth of it as words; the rest is cut, and the page says so.",
)
@click.option("--publisher", metavar="NAME", help="Who publishes the reports, for page one.")
@click.option("--contact", metavar="TEXT", help="Whom readers may ask, for page one.")
@click.option("--notebook", type=click.Path(path_type=Path), help="Run another notebook instead.")
@click.pass_context
def report(
    ctx: click.Context,
    area: tuple[str, ...],
    everything: bool,
    out: Path,
    data: Path | None,
    formats: str,
    jobs: int | None,
    force: bool,
    fail_fast: bool,
    timeout: int,
    memory: int | None,
    max_output: int,
    publisher: str | None,
    contact: str | None,
    notebook: Path | None,
) -> None:
    """Make the report of each AREA: a PDF, a web page and a spreadsheet.

    An area is given by name, code or slug, in any case: London, a borough, or a command unit of
    the police. A report whose data, notebook and code have not changed is left as it stands. Ends
    with 0 when all is well, 1 when a report failed, stopped early or a page could not be written,
    2 when the command was wrong.
    """
    chosen = _chosen(area, everything=everything)
    if memory is not None and not CAN_LIMIT_MEMORY:
        raise UsageError("This system cannot hold a report to an amount of memory: leave --memory.")
    if notebook is None:  # another notebook may have data of its own kind
        data = places.data_folder(data)

    from pvtools.cli import progress
    from pvtools.reports import batch, subjects

    data = data or places.data_dir()
    imprint = {
        name: text for name, text in (("publisher", publisher), ("contact", contact)) if text
    }
    stopped = False
    notes: list[Note] = []
    with progress.shown(len(chosen)) as on_event:
        try:
            outcomes = batch.run(
                subjects.of_areas(chosen, data.resolve(), imprint),
                data_dir=data,
                out_dir=out,
                formats=tuple(form.strip().lower() for form in formats.split(",") if form.strip()),
                notebook=notebook,
                jobs=jobs,
                force=force,
                fail_fast=fail_fast,
                limits=Limits(timeout, memory or DEFAULT.memory, max_output),
                imprint=imprint,
                units=any(area.kind == "bcu" for area in chosen),
                on_event=on_event,
                on_note=notes.append,
            )
        except batch.BatchInterrupted as stop:
            outcomes, stopped = stop.outcomes, True
    progress.summary(outcomes, out, notes, stopped=stopped)
    if stopped:
        sys.exit(130)
    ctx.exit(_exit_code(outcomes, notes))


def _chosen(names: Sequence[str], *, everything: bool) -> list[Area]:
    """Return the areas named; every name without a report is refused, all at once."""
    if not names and not everything:
        raise UsageError(
            "Which areas? Name one or more (pvtools report Hackney), or all of them "
            "(pvtools report --all). List them with: pvtools areas"
        )
    found, faults = [], []
    for name in names:
        try:
            found.append(areas.find_reported(name, units=True))
        except UsageError as error:
            faults.append(str(error))
    if faults:
        raise UsageError("\n".join(faults))
    return list(areas.reported()) if everything else list(dict.fromkeys(found))


def _exit_code(outcomes: Sequence[Outcome], notes: Sequence[Note]) -> int:
    unmade = any(outcome.status not in {"built", "unchanged"} for outcome in outcomes)
    return int(unmade or any(note.fault for note in notes))
