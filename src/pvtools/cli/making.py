"""How commands make many reports: the options they share, the bar, the table, the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pvtools.errors import UsageError
from pvtools.reports.limits import CAN_LIMIT_MEMORY, DEFAULT, Limits

if TYPE_CHECKING:
    from pvtools.reports.journal import Note
    from pvtools.reports.outcomes import Outcome
    from pvtools.reports.subjects import Subject

out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder in which the reports stand.",
)

_MAKING = (
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        help="Reports to make side by side.  [default: one for each processor]",
    ),
    click.option(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Make them on the workers of this Dask scheduler, such as tcp://127.0.0.1:8786.",
    ),
    click.option(
        "--force", is_flag=True, help="Make also the reports whose inputs have not changed."
    ),
    click.option("--fail-fast", is_flag=True, help="Begin no further report once one has failed."),
    click.option(
        "--timeout",
        type=click.IntRange(min=1),
        default=DEFAULT.seconds,
        show_default=True,
        metavar="SECONDS",
        help="What the notebook of one report may take of time.",
    ),
    click.option(
        "--memory",
        type=click.IntRange(min=1),
        metavar="MB",
        help=f"What it may take of memory; Linux only.  [default: {DEFAULT.memory}]",
    ),
    click.option(
        "--max-output",
        type=click.IntRange(min=1),
        default=DEFAULT.output,
        show_default=True,
        metavar="MB",
        help="What it may put out, a twentieth of it as words; the rest is cut, which the page "
        "says.",
    ),
)


def making_options(formats: str) -> Callable[..., Any]:
    """Return what gives a command the options on how reports are made, for :func:`make` to take.

    ``formats`` are the forms it makes by default.
    """
    forms = click.option(
        "--formats",
        default=formats,
        show_default=True,
        help="Forms to make, of pdf, html and xlsx, with commas between.",
    )

    def given(command: Callable[..., Any]) -> Callable[..., Any]:
        return reduce(lambda made, option: option(made), reversed((forms, *_MAKING)), command)

    return given


def make(
    ctx: click.Context, subjects: Sequence[Subject], making: Mapping[str, Any], **where: Any
) -> None:
    """Make the reports as asked, show how it goes, and end the command."""
    if making["memory"] is not None and not CAN_LIMIT_MEMORY:
        raise UsageError("This system cannot hold a report to an amount of memory: leave --memory.")
    from pvtools.cli import progress
    from pvtools.reports import batch

    stopped = False
    notes: list[Note] = []
    formats = making["formats"].split(",")
    with progress.shown(len(subjects)) as on_event:
        try:
            outcomes = batch.run(
                subjects,
                formats=tuple(form.strip().lower() for form in formats if form.strip()),
                jobs=making["jobs"],
                scheduler=making["scheduler"],
                force=making["force"],
                fail_fast=making["fail_fast"],
                limits=Limits(
                    making["timeout"], making["memory"] or DEFAULT.memory, making["max_output"]
                ),
                on_event=on_event,
                on_note=notes.append,
                **where,
            )
        except batch.BatchInterrupted as stop:
            outcomes, stopped = stop.outcomes, True
    progress.summary(outcomes, where["out_dir"], notes, stopped=stopped)
    if stopped:
        sys.exit(130)
    ctx.exit(_exit_code(outcomes, notes))


def _exit_code(outcomes: Sequence[Outcome], notes: Sequence[Note]) -> int:
    unmade = any(outcome.status not in {"built", "unchanged"} for outcome in outcomes)
    return int(unmade or any(note.fault for note in notes))
