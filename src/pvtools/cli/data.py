"""``pvtools sources``, ``add``, ``fetch`` and ``areas``: what is held, and getting more."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pvtools.cli import listing
from pvtools.cli.options import data_option, source_keys
from pvtools.cli.terminal import echo
from pvtools.errors import DataError, PvtoolsError, printable

if TYPE_CHECKING:
    from pvtools.tables.intake import Added


@click.command(
    short_help="Show what data are held, and what is missing.",
    epilog="""\b
Examples:
  pvtools sources                what is held and what is missing
  pvtools sources pas_borough    all that is known about one
  pvtools sources --check        have any files changed since they were added?
  pvtools sources --json         the same for a program""",
)
@click.argument("source", required=False, shell_complete=source_keys)
@click.option("--check", is_flag=True, help="Work out every checksum afresh.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, one row a file.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@data_option(exists=True)
@click.pass_context
def sources(
    ctx: click.Context, source: str | None, check: bool, form: str | None, data: Path | None
) -> None:
    """Show the register of sources: what is held, under which licence, what is missing."""
    from pvtools import sources as register

    known = register.register(data)
    if source is not None:
        known = {source: register.find(source, data)}
    held, error = register.verify(data, check=check)
    entries = [
        (one, [h for h in held if h.source == one.key], register.gaps(one, held))
        for one in known.values()
    ]
    if form == "csv":
        listing.as_csv(entries)
    elif form == "json":
        listing.as_json(entries)
    elif source is not None:
        listing.as_page(*entries[0])
    else:
        listing.as_table(entries)
    if error is not None:
        _complain(ctx, error)
        ctx.exit(1)
    if check:
        click.echo(f"All {len(held)} files are as they were filed.", err=form is not None)


@click.command(
    epilog="""\b
Examples:
  pvtools add "MPS Borough Level Crime (Historical).csv"
  pvtools add ~/Downloads        every file of a known source in the folder"""
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@data_option(exists=False)
@click.pass_context
def add(ctx: click.Context, files: tuple[str, ...], data: Path | None) -> None:
    """Check the publishers' files and file them away.

    A file is known by its header, whatever it is called: CSV, Parquet or an Excel workbook
    (.xlsx), of which every sheet of a known source is taken. FILE can be a folder or a pattern.
    A file with faults is reported and nothing of it is taken. A file that lacks months, boroughs
    or kinds of offence is taken, and what it lacks is listed.
    """
    from pvtools.tables import intake

    _report(ctx, intake.add(files, data_dir=data))


@click.command(
    short_help="Download the publishers' files and add them.",
    epilog="""\b
Examples:
  pvtools fetch                       all that have an address
  pvtools fetch mps_recorded_crime    one source""",
)
@click.argument("source", nargs=-1, shell_complete=source_keys)
@data_option(exists=False)
@click.pass_context
def fetch(ctx: click.Context, source: tuple[str, ...], data: Path | None) -> None:
    """Download the publishers' files from the addresses in the register and add them.

    A download that breaks off is carried on with next time. Some sources have no address:
    "pvtools sources SOURCE" says how to get them by hand.
    """
    from pvtools.tables import intake

    with _progress() as moved:
        results = intake.fetch(source, data_dir=data, progress=moved)
    _report(ctx, results)


@click.command(
    short_help="List the areas, their codes and what they are part of.",
    epilog="""\b
Examples:
  pvtools areas | grep -i thames
  pvtools areas --wards | grep Hackney    wards of the file that was added""",
)
@click.option("--wards", is_flag=True, help="List the wards of the file that was added.")
@data_option(exists=False)
def areas(wards: bool, data: Path | None) -> None:
    """List London, the Basic Command Units, the boroughs and the City, or wards.

    Each can be named by its name, its code or the name used in links and files; a ward by its
    code, for names of wards are not unique.
    """
    from pvtools import areas as places

    if wards:
        from pvtools.tables import wards as held

        names = {borough.code: borough.name for borough in places.everywhere()}
        rows = listing.table("Ward", "Code", "In links and files", "Part of")
        for ward in held.of(data).areas.values():
            rows.add_row(ward.name, ward.code, ward.slug, names[ward.parent])
        listing.show(rows)
        return
    rows = listing.table("Area", "Kind", "Code", "In links and files", "Part of")
    boroughs = sorted(places.everywhere(), key=lambda borough: borough.name)
    for area in (places.london(), *places.bcus(), *boroughs):
        within = "" if area.kind == "london" else area.bcu or places.LONDON
        if area.name == places.CITY:
            within = "no report: a police force of its own"
        rows.add_row(area.name, places.KINDS[area.kind], area.code, area.slug, within)
    listing.show(rows)


# what became of files -----------------------------------------------------------------------


def _report(ctx: click.Context, results: Sequence[Added]) -> None:
    reported: list[PvtoolsError] = []  # files of a host that does not answer share one error
    for one in results:
        name = printable(one.file if "://" in one.file else Path(one.file).name)
        if one.outcome in ("new", "held"):
            verb = "Added" if one.outcome == "new" else "Already held:"
            span = listing.span(one.first, one.last)
            click.echo(f"{verb} {name}: {one.source}, {one.rows:,} rows, {span}.")
            for sentence in [*one.lacks, *([one.note] if one.note else [])]:
                click.echo(click.wrap_text(sentence, 92, "  - ", "    "))
        elif one.outcome == "skipped" and isinstance(one.error, DataError):
            click.echo(f"Skipped {name}: {one.error.faults[0]}.", err=True)
        elif one.error is not None and one.error not in reported:
            reported.append(one.error)
            _complain(ctx, one.error)
    for source, gains in {one.source: one.gains for one in results if one.outcome == "new"}.items():
        click.echo(f"What {source} brings: {gains}")
    counts = Counter(one.outcome for one in results)
    words = {"new": "added", "held": "already held", "skipped": "skipped", "failed": "failed"}
    if len(results) > 1:
        click.echo(", ".join(f"{counts[o]} {words[o]}" for o in words if counts[o]) + ".")
    if not results:
        click.echo("Error: There is no file in it.", err=True)
    if counts["failed"] or not counts["new"] + counts["held"]:
        ctx.exit(1)


def _complain(ctx: click.Context, error: PvtoolsError) -> None:
    if ctx.find_root().params.get("debug"):
        traceback.print_exception(error)
    else:
        echo(f"Error: {error}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None] | None]:
    """Give a function that moves a bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, bars.TaskID] = {}

        def moved(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(printable(name))
            bar.update(tasks[name], completed=done, total=total)

        yield moved
