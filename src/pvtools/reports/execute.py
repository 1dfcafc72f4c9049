"""Run one notebook for one set of parameters, in a kernel of its own."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pvtools import errors
from pvtools.errors import ExportError, UsageError, did_you_mean
from pvtools.reports.limits import DEFAULT, Limits

if TYPE_CHECKING:  # papermill and its kind are imported by those who run a notebook
    from nbformat import NotebookNode

KERNEL = "python3"

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class StoppedError(ExportError):
    """A notebook that stopped before its end; ``notebook`` holds what it did until then.

    ``early`` if nothing failed: a cell asked to exit.
    """

    def __init__(self, message: str, notebook: NotebookNode | None, *, early: bool = False) -> None:
        super().__init__(message)
        self.notebook, self.early = notebook, early


def parameters_of(notebook: Path) -> dict[str, str]:
    """Return the names in a notebook's parameters cell, each with its default as written.

    Raises
    ------
    UsageError
        The notebook is missing or is not a notebook.
    """
    import papermill

    found = papermill.inspect_notebook(_opened(notebook))
    return {name: parameter["default"] for name, parameter in found.items()}


def check(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Check ``parameters`` against the notebook, without starting a kernel.

    Papermill itself runs on with the default when a parameter is unknown: a silently wrong
    borough.

    Raises
    ------
    UsageError
        The notebook has no parameter of a given name; all such names are listed.
    """
    allowed = parameters_of(notebook)
    unknown = [name for name in parameters if name not in allowed]
    if unknown:
        said = " ".join(
            f"Unknown parameter {name!r}.{did_you_mean(name, allowed)}" for name in unknown
        )
        known = ", ".join(allowed) or "none: tag one cell 'parameters'"
        raise UsageError(f"{said} {Path(notebook).name} takes: {known}.")


def run(notebook: Path, parameters: Mapping[str, Any], limits: Limits = DEFAULT) -> NotebookNode:
    """Return the notebook as it stands after running from top to bottom.

    It runs in its own folder, in a kernel of the current interpreter whatever its metadata say.
    Traces of when and where it ran are removed, so that equal inputs give equal notebooks.

    Raises
    ------
    StoppedError
        A cell failed, asked to exit, or took more than the limits; or the kernel died. The
        message of a failure is the error's own.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from pvtools.reports import client, kernel

    check(notebook, parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    live: list[NotebookNode] = []
    try:
        executed = papermill.execute_notebook(
            _opened(notebook),
            None,
            parameters=dict(parameters),
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            cwd=str(Path(notebook).resolve().parent),
            engine_name=client.ENGINE,
            limits=limits,
            env={**os.environ, **limits.environment},
            kernel_manager_class=kernel.ReportKernel,
            shutdown_kernel="immediate",  # nothing in it is worth a polite good-bye
            on_notebook_start=lambda notebook: live.append(notebook),
        )
    except PapermillExecutionError as error:
        raise StoppedError(_message(error, limits), _settled(live)) from error
    except client.EndedError as end:
        raise StoppedError(str(end), _settled(live), early=end.early) from None
    except Exception as error:
        raise StoppedError(f"{type(error).__name__}: {_plain(error)}", _settled(live)) from error
    return _settled([executed])


def _opened(notebook: Path) -> NotebookNode:
    """Return the notebook as a Python one, whatever kernel it was last saved with."""
    import nbformat

    path = Path(notebook)
    if not path.is_file():
        raise UsageError(f"There is no notebook {path}. Give the path of an .ipynb file.")
    try:
        opened = nbformat.read(path, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        raise UsageError(
            f"{path} is not a notebook: {str(error).splitlines()[0]}. "
            "Give the path of an .ipynb file as Jupyter saves it."
        ) from None
    opened.metadata["kernelspec"] = {
        "name": KERNEL,
        "display_name": "Python 3",
        "language": "python",
    }
    opened.metadata["language_info"] = {"name": "python"}
    return opened


def _message(error: Any, limits: Limits) -> str:
    """Return the error's own words; only a stranger's error is introduced."""
    if "MemoryError" in error.ename:
        asked = _plain(error.evalue).rstrip(".")
        return (
            f"The notebook asked for more than the {limits.memory} MB of memory a report may use"
            f"{f' ({asked})' if asked else ''}. Raise this with --memory MB."
        )
    ours = getattr(errors, error.ename, None)
    if isinstance(ours, type) and issubclass(ours, errors.PvtoolsError):
        return _plain(error.evalue)
    said = _plain(error.evalue)
    return f"{error.ename}: {said}" if said else str(error.ename)


def _plain(said: object) -> str:
    return _ANSI.sub("", str(said)).strip()


def _settled(live: list[NotebookNode]) -> NotebookNode | None:
    """Return the notebook without papermill's notes, clock times and random names."""
    if not live:
        return None
    notebook = live[-1]
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook
