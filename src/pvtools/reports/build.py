"""Make one report: run the notebook, write its twins, let them stand together."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pvtools.areas import Area
from pvtools.errors import ExportError, PvtoolsError
from pvtools.reports import execute, folder, worker
from pvtools.reports.limits import DEFAULT, Limits

if TYPE_CHECKING:  # the process that hands out orders never opens a notebook
    from nbformat import NotebookNode


@dataclass(frozen=True, slots=True)
class Order:
    """One report to be made: plain data, so that it can travel to a worker."""

    borough: Area
    notebook: Path
    data_dir: Path
    out_dir: Path
    formats: tuple[str, ...]
    limits: Limits = DEFAULT

    @property
    def parameters(self) -> dict[str, str]:
        """Return what the notebook is told."""
        return {"borough": self.borough.name, "data_dir": str(self.data_dir)}


@dataclass(frozen=True, slots=True)
class Draft:
    """A report made but not yet standing, or the reason why there is none."""

    order: Order
    files: tuple[File, ...] = ()
    vintages: tuple[str, ...] = ()
    error: str = ""
    stopped_early: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class File:
    """One file of a report, known by its bytes."""

    path: Path
    size: int
    sha256: str


def draft(order: Order) -> Draft:
    """Make the report in a folder of its own; a failure is part of the answer, not raised.

    The notebook, as far as it ran, is kept beside whatever failed.
    """
    import nbformat

    began = time.perf_counter()
    home = notebook = None
    try:
        home = folder.building(order.out_dir, order.borough.slug)
        notebook = execute.run(order.notebook, order.parameters, order.limits)
        worker.ready()
        files = tuple(_written(notebook, order, form, home) for form in order.formats)
        vintages = tuple(dict.fromkeys(_vintages(notebook)))
        return Draft(order, files, vintages, seconds=time.perf_counter() - began)
    except Exception as error:  # whatever it is, the other thirty-one go on
        notebook = getattr(error, "notebook", None) or notebook
        if notebook is not None:
            with contextlib.suppress(Exception):  # on a full disk, the error is said all the same
                kept = nbformat.writes(notebook).encode("utf-8", "replace")
                folder.write(home / folder.HALF_RUN, kept)
        said = str(error) if isinstance(error, PvtoolsError) else f"{type(error).__name__}: {error}"
        early = getattr(error, "early", False)
        seconds = time.perf_counter() - began
        return Draft(order, error=said.strip(), stopped_early=early, seconds=seconds)


def _written(notebook: NotebookNode, order: Order, form: str, home: Path) -> File:
    path = home / folder.file_name(order.borough.slug, form)
    title = f"Policing in {order.borough.name}"
    content = export(notebook, form, title=title, pictures=order.notebook.parent)
    folder.write(path, content)
    return File(path, len(content), hashlib.sha256(content).hexdigest())


def export(
    notebook: NotebookNode, form: str, *, title: str = "", pictures: Path | None = None
) -> bytes:
    """Return an executed notebook as ``pdf``, ``html`` or ``xlsx``.

    ``pictures`` is the folder in which its Markdown finds its pictures: the notebook's own.
    """
    content = FORMATS[form](notebook, title, pictures)
    return content.encode() if isinstance(content, str) else content


def _exporter(place: str) -> Callable[[NotebookNode, str, Path | None], Any]:
    module, name = place.split(":")

    def exported(notebook: NotebookNode, title: str, pictures: Path | None) -> Any:
        exporter = getattr(import_module(module), name)()
        about = {"name": title} if title else {}
        if pictures is not None:
            about["path"] = str(pictures)
        return exporter.from_notebook_node(notebook, {"metadata": about})[0]

    return exported


def _spreadsheet(notebook: NotebookNode, title: str, _: Path | None) -> bytes:
    from pvtools.reports import xlsx

    return xlsx.workbook(notebook, title=title)


#: form → what makes it; imported when it is asked for
FORMATS: dict[str, Callable[[NotebookNode, str, Path | None], Any]] = {
    "pdf": _exporter("pvtools.reports.pdf:PdfExporter"),
    "html": _exporter("pvtools.reports.html:HtmlExporter"),
    "xlsx": _spreadsheet,
}


def pieces(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the pieces an executed notebook shows, in its order, as plain data.

    Raises
    ------
    ExportError
        Some are not what a piece is: all of them, by cell.
    """
    from pvtools.exhibits import contract
    from pvtools.exhibits.pieces import MIME

    shown = [
        (number, output["data"][MIME])
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    faults = [f"  cell {n}: {fault}." for n, piece in shown for fault in contract.faults(piece)]
    if faults:
        raise ExportError("\n".join(["The notebook shows what is no piece of pvtools:", *faults]))
    return [piece for _, piece in shown]


def _vintages(notebook: NotebookNode) -> Sequence[str]:
    """Return the periods a report covers, in the words of its cover or else of its figures."""
    shown = pieces(notebook)
    covers = [piece["period"] for piece in shown if piece["kind"] == "cover"]
    return covers or [piece["vintage"] for piece in shown if "vintage" in piece]
