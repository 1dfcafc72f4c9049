"""The register of sources on the terminal: a table, a page, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from pvtools.cli.terminal import echo
from pvtools.errors import printable

if TYPE_CHECKING:
    from pvtools.sources import Holding, Source

Entry = tuple["Source", list["Holding"], tuple[tuple[str, str], ...]]
_ORIGINS = {"published": "pvtools", "added": "added"}  # figures that come with it, and files added


def as_table(entries: Sequence[Entry]) -> None:
    """Print one row a source."""
    from rich.markup import escape

    rows = table("Source", "Held", "From", "Missing", "Licence")
    rows.columns[0].min_width = max(len(source.key) for source, _, _ in entries)
    rows.columns[1].no_wrap = rows.columns[2].no_wrap = True
    for source, held, gaps in entries:
        rows.add_row(
            f"{source.key}\n[dim]{escape(printable(source.title))}[/dim]",
            "\n".join(span(h.first, h.last, "–") for h in held) or "nothing",
            "\n".join(_ORIGINS[h.origin] for h in held),
            "\n".join(filter(None, [_missing(held, gaps), _in_files(held)])),
            escape(printable(_short(source.licence))),
        )
    show(rows)
    click.echo("More: pvtools sources SOURCE · pvtools add FILE · pvtools fetch")


def as_page(source: Source, held: list[Holding], gaps: tuple[tuple[str, str], ...]) -> None:
    """Print all that is known about one source."""
    where = [a.url for a in source.addresses] or ["no address"]
    files = []
    for h in held:
        about = f"{_ORIGINS[h.origin]}: {h.path.name} (sha256 {h.sha256[:8]}…)"
        files.append(f"{span(h.first, h.last)}, {about}")
        files += [f"lacks: {sentence}" for sentence in _lacks(h)]
    parts = {
        "Publisher": [source.publisher],
        "Licence": [source.licence],
        "Attribution": [source.attribution],
        "Published at": [source.published_at],
        "Addresses": [*where, *([source.by_hand] if source.by_hand else [])],
        "Held": files or ["nothing yet"],
        "Missing": [_missing(held, gaps) or "no gaps"],
        "Gains": [source.gains],
        "Cannot bear": source.cannot_bear,
    }
    click.secho(f"{printable(source.title)} ({source.key})", bold=True)
    for name, lines in parts.items():
        click.echo(f"\n{name}")
        for line in lines:
            echo(click.wrap_text(line, 92, "  ", "  ") if " " in line else f"  {line}")


def as_csv(entries: Sequence[Entry]) -> None:
    """Print one row a file, for a program."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    head = "source title publisher licence origin vintage first last sha256 file missing lacks"
    writer.writerow(head.split())
    for source, held, gaps in entries:
        about = [source.key, source.title, source.publisher, source.licence]
        for h in held:
            file = [h.origin, h.vintage, h.first, h.last, h.sha256, h.path.name]
            writer.writerow([*about, *file, _missing(held, gaps), " ".join(_lacks(h))])
        if not held:
            writer.writerow([*about, *[""] * 6, _missing(held, gaps), ""])


def as_json(entries: Sequence[Entry]) -> None:
    """Print what is held and missing, for a program."""
    fields = ("origin", "vintage", "first", "last", "sha256", "original_name")
    listed = [
        {
            "source": source.key,
            "title": source.title,
            "publisher": source.publisher,
            "licence": source.licence,
            "attribution": source.attribution,
            "published_at": source.published_at,
            "held": [
                {name: getattr(h, name) for name in fields} | {"lacks": _lacks(h)} for h in held
            ],
            "missing": [{"first": first, "last": last} for first, last in gaps],
        }
        for source, held, gaps in entries
    ]
    click.echo(json.dumps(listed, indent=2, ensure_ascii=False))


def _short(licence: str) -> str:
    name = licence.partition(";")[0].partition(" (")[0]
    return name.replace("Open Government Licence", "OGL")


def _missing(held: list[Holding], gaps: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(span(*gap) for gap in gaps) if held else "all of it"


def _lacks(holding: Holding) -> list[str]:
    """Return what a file lacks, as it was noted when it was added."""
    if holding.lacks is None:
        return ["Not checked for gaps when it was added: add the publisher's file again to see."]
    return list(holding.lacks)


def _in_files(held: list[Holding]) -> str:
    """Return how many files have gaps of their own, which the page of the source lists."""
    n = sum(bool(_lacks(h)) for h in held)
    return f"gaps within {n} file{'s' * (n != 1)}" if n else ""


def span(first: str, last: str, between: str = " to ") -> str:
    """Return a span of periods in words."""
    return first if first == last else f"{first}{between}{last}"


def table(*columns: str) -> Any:
    """Return an empty table with these columns."""
    from rich import box
    from rich.table import Table

    empty = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        empty.add_column(column, overflow="fold")
    return empty


def show(rows: Any) -> None:
    """Print a table, as wide as the terminal; wide enough to be searched elsewhere."""
    from rich.console import Console

    console = Console(highlight=False)
    wide = console if console.is_terminal else Console(highlight=False, width=140)
    wide.print(rows)
