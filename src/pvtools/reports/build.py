"""Make one report: run the notebook, write its twins, let them stand together."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pvtools.errors import ExportError, PvtoolsError
from pvtools.reports import execute, folder, worker
from pvtools.reports.limits import DEFAULT, Limits
from pvtools.reports.subjects import Subject

if TYPE_CHECKING:  # the process that hands out orders never opens a notebook
    from nbconvert.exporters import Exporter
    from nbformat import NotebookNode


@dataclass(frozen=True, slots=True)
class Order:
    """One report to be made: plain data, so that it can travel to a worker."""

    subject: Subject
    notebook: Path
    out_dir: Path
    formats: tuple[str, ...]
    limits: Limits = DEFAULT


@dataclass(frozen=True, slots=True)
class Draft:
    """A report made but not yet standing, or the reason why there is none."""

    order: Order
    files: tuple[File, ...] = ()
    vintages: tuple[str, ...] = ()
    error: str = ""
    stopped_early: bool = False
    seconds: float = 0.0


class GoneError(ExportError):
    """Whoever makes the drafts is gone in the middle of a batch."""


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

    from pvtools.reports import pieces  # heavy, and needed by workers only

    began = time.perf_counter()
    home = notebook = None
    try:
        home = folder.building(order.out_dir, order.subject.slug)
        notebook = execute.run(order.notebook, order.subject.parameters, order.limits)
        worker.ready()
        files = tuple(_written(notebook, order, form, home) for form in order.formats)
        vintages = pieces.vintages(pieces.read(notebook))
        return Draft(order, files, vintages, seconds=time.perf_counter() - began)
    except Exception as error:  # whatever it is, the others go on
        notebook = getattr(error, "notebook", None) or notebook
        if notebook is not None:
            with contextlib.suppress(
                Exception
            ):  # on a full disk, the error is reported all the same
                kept = nbformat.writes(notebook).encode("utf-8", "replace")
                folder.write(home / folder.HALF_RUN, kept)
        text = str(error) if isinstance(error, PvtoolsError) else f"{type(error).__name__}: {error}"
        early = getattr(error, "early", False)
        seconds = time.perf_counter() - began
        return Draft(order, error=text.strip(), stopped_early=early, seconds=seconds)


def _written(notebook: NotebookNode, order: Order, form: str, home: Path) -> File:
    path = home / folder.file_name(order.subject.slug, form)
    content = FORMATS[form](notebook, order.subject.title, order.notebook.parent)
    content = content.encode() if isinstance(content, str) else content
    folder.write(path, content)
    return File(path, len(content), hashlib.sha256(content).hexdigest())


def _exporter(module: str, name: str) -> Callable[[NotebookNode, str, Path], bytes | str]:
    @cache  # its templates are compiled once
    def made() -> Exporter:
        return getattr(import_module(f"pvtools.reports.{module}"), name)()

    def exported(notebook: NotebookNode, title: str, pictures: Path) -> bytes | str:
        exporter, about = made(), {"name": title, "path": str(pictures)}
        return exporter.from_notebook_node(notebook, {"metadata": about})[0]

    return exported


def _spreadsheet(notebook: NotebookNode, title: str, _: Path) -> bytes:
    from pvtools.reports import xlsx  # heavy, and needed by workers only

    return xlsx.workbook(notebook, title=title)


#: form → what makes it of a notebook, a title and the folder in which its pictures are found
FORMATS: dict[str, Callable[[NotebookNode, str, Path], bytes | str]] = {
    "pdf": _exporter("pdf", "PdfExporter"),
    "html": _exporter("html", "HtmlExporter"),
    "xlsx": _spreadsheet,
}
