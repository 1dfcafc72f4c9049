"""The ``pvtools`` command: thin verbs over the package, errors without tracebacks."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module

import click

from pvtools import __version__
from pvtools.cli.terminal import echo
from pvtools.errors import PvtoolsError

#: command → the module of this package that holds it; imported only when it is asked for
_COMMANDS = {
    "add": "data",
    "areas": "data",
    "batch": "batch",
    "dashboard": "dashboard",
    "fetch": "data",
    "report": "report",
    "sources": "data",
}
_FORMER = {"boroughs": "areas"}


class _Lazy(click.Group):
    """A group whose commands are imported when used, so that ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        name = _FORMER.get(name, name)
        if name not in _COMMANDS:
            return None
        return getattr(import_module(f"pvtools.cli.{_COMMANDS[name]}"), name)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: pvtools sources, then pvtools report Hackney.",
)
@click.version_option(__version__, prog_name="pvtools")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def pvtools(debug: bool) -> None:
    """Is policing creating public value, borough by borough, and how sure can we be?"""


def main() -> None:
    """Run the command line; an error is one message, never a traceback unless one is asked for."""
    debug = "--debug" in sys.argv
    try:
        pvtools(prog_name="pvtools", standalone_mode=True)
    except PvtoolsError as error:
        if debug:
            traceback.print_exception(error)
        else:
            echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # a fault of ours: still a sentence, and the way to the rest
        if debug:
            raise
        echo(
            f"Error: pvtools itself failed ({type(error).__name__}: {error}). "
            "For the details, run the same with --debug: pvtools --debug …",
            err=True,
        )
        sys.exit(1)
