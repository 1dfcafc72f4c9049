"""The dashboards of a folder: each notebook's title, what it answers, and what makes its page."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pvtools.errors import UsageError, printable

if TYPE_CHECKING:
    from pvtools.dashboards.content import Content

#: The JupyterLab extensions that draw widgets; no other that happens to be installed is served.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")


@dataclass(frozen=True)
class App:
    """A dashboard: its notebook, the title by which readers know it, and what it answers.

    ``module`` makes its page where that takes no kernel: a module with a ``Content`` named ``APP``.
    ``live`` names the notebook of controls that this page offers. ``controls`` is the module of
    one with controls, whose ``PARAMETERS`` an address may hold.
    """

    notebook: Path
    title: str
    summary: str = ""
    module: str = ""
    order: int = 0
    live: str = ""
    controls: str = ""

    @property
    def name(self) -> str:
        """Return what its notebook is called."""
        return self.notebook.stem

    @cached_property
    def parameters(self) -> Sequence[str]:
        """What its address may hold; of one that says nothing of it, none of its own."""
        return importlib.import_module(self.controls).PARAMETERS if self.controls else ()

    @property
    def address(self) -> str:
        """Return its address below the server's own."""
        return quote(self.notebook.stem)

    @property
    def link(self) -> str:
        """Return where its page is in a suite: one that takes a kernel is below ``live``."""
        return self.address if self.module else f"live/{self.address}"

    @cached_property
    def content(self) -> Content:
        """What makes its page."""
        return importlib.import_module(self.module).APP


def apps(folder: Path) -> list[App]:
    """Return the dashboards in a folder: each of its notebooks, by name.

    Raises
    ------
    UsageError
        There is none, or some are not notebooks: all of them are named.
    """
    found, faults = [], []
    for path in sorted(folder.glob("*.ipynb")):
        try:
            metadata = json.loads(path.read_bytes())["metadata"]
            own = dict(metadata.get("pvtools") or {})
            found.append(
                App(
                    path,
                    str(metadata.get("title") or path.stem),
                    str(own.get("summary", "")),
                    str(own.get("page", "")),
                    int(own.get("order", 0)),
                    str(own.get("live", "")),
                    str(own.get("controls", "")),
                )
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            faults.append(f"{printable(path)} is not a notebook: mend it, or move it away.")
    if not found and not faults:
        faults = [f"There is no notebook in {printable(folder)}. Name a folder of .ipynb files."]
    if faults:
        raise UsageError("\n".join(faults))
    return sorted(found, key=lambda app: (app.order, app.address))
