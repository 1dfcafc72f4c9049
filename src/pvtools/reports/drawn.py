"""Figures of a notebook that asks for a backend without a window: they are shown all the same.

The kernel of a report loads this module as an IPython extension. Backends such as ``Agg`` leave a
figure where nobody sees it; here each stands below its cell, as with Jupyter's own.
"""

from __future__ import annotations

import sys
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Let the kernel this runs in show every figure."""
    png = shell.display_formatter.formatters["image/png"]
    png.for_type_by_name("matplotlib.figure", "Figure", _png)
    shell.events.register("post_execute", _show_open)


def _png(figure: Any) -> Any:
    from IPython.core.pylabtools import print_figure

    return print_figure(figure, fmt="png", base64=True)


def _show_open() -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums() or "inline" in pyplot.get_backend():
        return
    from IPython.display import display

    for number in pyplot.get_fignums():
        display(pyplot.figure(number))
    pyplot.close("all")
