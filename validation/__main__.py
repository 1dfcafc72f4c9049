"""``make validate``: the methods on data whose truth is known."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pvtools.errors import PvtoolsError, UsageError

if TYPE_CHECKING:
    from validation.study import Result, Study

_PAGE = Path("docs/validation.md")


@click.command(
    short_help="Measure the methods where the truth is known.",
    epilog="""\b
Examples:
  python -m validation                     all studies (minutes), written to docs/validation.md
  python -m validation --short             all of them with few replications (a minute)
  python -m validation --only fay-herriot  one study; nothing is written unless --out is given
  python -m validation --only funnel --renew   this one anew in docs/validation.md
  python -m validation --rates             how often detectors of gaming are wrong
""",
)
@click.option("--short", is_flag=True, help="Few replications: finds what is badly wrong.")
@click.option("--only", multiple=True, metavar="NAME", help="This study only; may be repeated.")
@click.option(
    "--renew",
    is_flag=True,
    help="With --only: write these into the page, which keeps its figures of all others.",
)
@click.option(
    "--rates", is_flag=True, help="Measure and write the detectors' error rates instead (minutes)."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Page to write.  [default: {_PAGE}, of the whole run only]",
)
def validate(
    short: bool, only: tuple[str, ...], renew: bool, rates: bool, out: Path | None
) -> None:
    """Measure coverage, false alarms and power where the truth is known.

    Ends with exit code 1 when a goal is missed that is not known to be out of reach.
    """
    # Thousands of small fits: threads in the linear algebra only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if rates:
        from validation import rates as measured

        for path in measured.write(replications=100 if short else 600, runs=5 if short else 40):
            click.echo(f"Written: {path}")
        return
    from validation import catalogue, page, study

    studies = catalogue.chosen(only)
    target = out or (None if short or (only and not renew) else _PAGE)
    kept: dict[str, list[Result]] = {}
    if renew:
        if short or not only or target is None or not target.is_file():
            raise UsageError("--renew needs --only, a page that is there, and no --short.")
        text = target.read_text(encoding="utf-8")
        kept = {s.name: page.held(text, s) for s in catalogue.STUDIES if s not in studies}
    results: list[Result] = []
    with _shown(studies) as steps:
        for step in steps:
            results += study.run(step, short=short)
    _table(results)
    click.echo(f"\n{page.summary(results)}")
    failed = any(result.verdict == "missed" for result in results)
    if renew:
        new = {s.name: [r for r in results if r.study is s] for s in studies}
        results = [r for s in catalogue.STUDIES for r in new.get(s.name, kept.get(s.name, []))]
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page.markdown(results, short=short), encoding="utf-8")
        click.echo(f"Written: {target}")
    if failed:
        sys.exit(1)


@contextmanager
def _shown(studies: Sequence[Study]) -> Iterator[Iterator[Study]]:
    """Give out the studies one by one, behind a bar if there is a terminal to show it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    with Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=len(studies))

        def one_by_one() -> Iterator[Study]:
            for study in studies:
                progress.update(task, description=study.name)
                yield study
                progress.advance(task)

        yield one_by_one()


def _table(results: Sequence[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    from validation import page

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Measured", overflow="fold", min_width=36)
    for heading in ("Found", "Goal", ""):
        table.add_column(heading, overflow="fold")
    study = ""
    for result in results:
        if result.study.name != study:
            study = result.study.name
            table.add_row(f"[dim]{study}[/dim]")
        cells = (f"  {result.goal.name}", page.found(result), page.wanted(result.goal))
        table.add_row(*cells, result.verdict, style="bold" if "missed" in result.verdict else "")
    Console().print(table)


if __name__ == "__main__":
    try:
        validate(prog_name="python -m validation")
    except PvtoolsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
