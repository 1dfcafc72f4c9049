"""What several commands ask for in the same words, and what the shell can complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem


class _Folder(click.Path):
    """A folder by its name; an empty one, often a variable nobody set, is not the one in use."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            self.fail("An empty name is no folder; '.' is the one you are in.", param, ctx)
        return super().convert(value, param, ctx)


def data_option(
    *,
    exists: bool = False,
    help: str = "The data folder.  [default: PVTOOLS_DATA, else what comes with pvtools]",
) -> Callable[..., Any]:
    """Return the option that names a data folder."""
    return click.option(
        "--data",
        type=_Folder(exists=exists, file_okay=False, path_type=Path),
        metavar="DIR",
        help=help,
    )


def source_keys(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """Return the keys of the register that begin so."""
    from pvtools import sources

    return [key for key in sources.register(ctx.params.get("data")) if key.startswith(begun)]


def area_names(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the slugs of the areas with a report that begin so; a slug needs no quotes.

    What begins as the code of a ward is completed to those of the file that was added.
    """
    from pvtools import areas

    folded = begun.casefold()
    if folded.startswith("e05"):
        return _ward_codes(ctx, folded)
    return [
        CompletionItem(area.slug, help=area.name)
        for area in areas.reported()
        if area.slug.startswith(folded) or area.name.casefold().startswith(folded)
    ]


def _ward_codes(ctx: click.Context, folded: str) -> list[CompletionItem]:
    from pvtools.errors import PvtoolsError
    from pvtools.tables import wards

    try:
        held = wards.of(ctx.params.get("data"))
    except PvtoolsError:  # none is held: there is nothing to complete
        return []
    return [
        CompletionItem(ward.code, help=ward.name)
        for ward in held.areas.values()
        if ward.code.casefold().startswith(folded)
    ]
