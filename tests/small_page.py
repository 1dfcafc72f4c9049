"""A dashboard that takes no time: it says which process made it and how often that happened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pvtools.dashboards.content import Content
from pvtools.errors import UsageError


def figures(*slugs: str) -> Iterator[str]:
    if "harrow" in slugs:
        raise UsageError("There is nothing on Harrow.")
    if "brent" in slugs:
        yield '<p class="pv-absent">This cannot be shown.</p>'
    if "barnet" in slugs:
        os._exit(1)
    with Path(os.environ["MADE"]).open("a") as log:
        log.write(f"{' '.join(slugs)}\n")
    yield f"<p>{' '.join(slugs)}</p>"


APP = Content(figures, "Choose.", most=3)
