"""What the shell can complete: source keys and borough names."""

from __future__ import annotations

import click


def source_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the keys of the register that begin so."""
    from pvtools import sources

    return [key for key in sources.register(ctx.params.get("data")) if key.startswith(incomplete)]


def borough_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the slugs of the boroughs with a report that begin so; a slug needs no quotes."""
    from pvtools import boroughs

    folded = incomplete.casefold()
    return [b.slug for b in boroughs.reported() if b.slug.startswith(folded)]
