"""What is written to a terminal: nothing in it acts on the terminal."""

from __future__ import annotations

import click

from pvtools.errors import printable


def echo(text: object, *, err: bool = False) -> None:
    """Print some lines; whatever in them would move the cursor or the like is written out."""
    click.echo("\n".join(printable(line) for line in str(text).split("\n")), err=err)
