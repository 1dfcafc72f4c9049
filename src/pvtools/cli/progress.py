"""What the command line shows while reports are made, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pvtools.cli.terminal import echo
from pvtools.errors import printable

if TYPE_CHECKING:
    from pvtools.reports.journal import Note
    from pvtools.reports.outcomes import OnEvent, Outcome
    from pvtools.reports.subjects import Subject

_STATUSES = ("built", "unchanged", "failed", "stopped early", "not made")


@contextmanager
def shown(total: int) -> Iterator[OnEvent]:
    """Show one bar with the time so far, the time left and the areas in hand, at a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    in_hand: dict[str, None] = {}
    with Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left "),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("starting", total=total)

        def on_event(kind: str, subject: Subject, outcome: Outcome | None) -> None:
            if kind == "started":
                in_hand[subject.name] = None
            else:
                in_hand.pop(subject.name, None)
                progress.advance(task)
            progress.update(task, description=", ".join(in_hand))

        yield on_event


def summary(
    outcomes: Sequence[Outcome], out: Path, notes: Sequence[Note] = (), *, stopped: bool
) -> None:
    """Print what became of each report, and where to begin reading."""
    console = Console(soft_wrap=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Report", overflow="fold")
    table.add_column("Status", no_wrap=True)
    table.add_column("Seconds", justify="right", no_wrap=True)
    if any(outcome.error for outcome in outcomes):
        table.add_column("First line of the error", overflow="fold")
    for outcome in outcomes:
        cells = [_escaped(outcome.subject.name), outcome.status]
        cells.append(f"{outcome.seconds:.1f}" if outcome.seconds else "")
        table.add_row(*cells, *([_escaped(outcome.first_line)] if len(table.columns) > 3 else []))
    console.print(table)
    counts = dict.fromkeys(_STATUSES, 0)
    for outcome in outcomes:
        counts[outcome.status] += 1
    total = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    echo(f"\n{'Stopped. ' if stopped else ''}{total.capitalize()}.")
    for note in notes:
        echo(note.text)
    if (counts["failed"] or counts["stopped early"]) and (out / "failed").is_dir():
        echo(f"What went wrong, and each notebook as far as it ran: {out / 'failed'}")
    earlier = [outcome.subject.name for outcome in outcomes if outcome.earlier]
    if earlier:
        names = ", ".join(earlier)
        echo(f"Earlier reports of {names} were moved there too: they are out of date.")
    if not any(note.fault for note in notes):
        echo(f"Begin with: {out / 'index.html'}")


def _escaped(text: object) -> str:
    from rich.markup import escape

    return escape(printable(text))
