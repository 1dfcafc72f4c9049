"""Run one notebook for one set of parameters, in a kernel of its own."""

from __future__ import annotations

import ast
import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
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


def imported() -> ModuleType:
    """Return papermill, imported without what jsonschema would build for over a second.

    That is a grammar of international web addresses, which no notebook's schema asks for; in this
    process jsonschema then leaves such addresses unchecked.
    """
    grammar = "rfc3987_syntax"
    held = {name: sys.modules[name] for name in [grammar] if name in sys.modules}
    if "jsonschema" not in sys.modules:
        sys.modules[grammar] = None  # type: ignore[assignment] - Python's word for "not there"
    try:
        import papermill
    finally:
        sys.modules.pop(grammar, None)
        sys.modules.update(held)
    return papermill


def parameters_of(notebook: Path) -> dict[str, str]:
    """Return the names in a notebook's parameters cell, each with its default as written.

    Raises
    ------
    UsageError
        The notebook is missing or is not a notebook.
    """
    found = imported().inspect_notebook(_opened(notebook))
    return {name: parameter["default"] for name, parameter in found.items()}


def kinds_of(notebook: Path) -> dict[str, type | None]:
    """Return the names in a notebook's parameters cell, each with its type by hint or by default.

    None stands for one that nothing is known of, such as one whose default is None.

    Raises
    ------
    UsageError
        The notebook is missing or is not a notebook.
    """
    kinds: dict[str, type | None] = {}
    hinted = {kind.__name__: kind for kind in (bool, int, float, str, list, dict)}
    for name, parameter in imported().inspect_notebook(_opened(notebook)).items():
        hint = re.match("[a-z]*", parameter["inferred_type_name"].lower())[0]
        try:
            default = ast.literal_eval(parameter["default"])
        except (ValueError, SyntaxError):
            default = None
        kinds[name] = hinted.get(hint, hinted.get(type(default).__name__))
    return kinds


def title_of(notebook: Path) -> str:
    """Return how a notebook is called: by its own metadata, else by its file."""
    own = _opened(notebook).metadata.get("title")
    return own if isinstance(own, str) and own.strip() else Path(notebook).stem.replace("_", " ")


def check(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``parameters`` under the names the notebook gives them, without starting a kernel.

    Papermill itself runs on with the default when a parameter is unknown: a silently wrong area.
    ``area`` was once called ``borough``: either is handed to a notebook that takes only the other,
    and who still says ``borough`` is warned.

    Raises
    ------
    UsageError
        The notebook has no parameter of a given name (all such names are listed), or it takes both
        ``area`` and ``borough`` and only ``area`` is given.
    """
    allowed = parameters_of(notebook)
    given = dict(parameters)
    if "area" in given and "borough" not in given and {"area", "borough"} <= allowed.keys():
        raise UsageError(
            f"{Path(notebook).name} takes both 'area' and 'borough', and 'borough' would keep its "
            "default. Give both, or leave only 'area' in its parameters cell."
        )
    for name, other in (("area", "borough"), ("borough", "area")):
        if name in given and name not in allowed and other in allowed and other not in given:
            given[other] = given.pop(name)
            if name == "borough":
                warnings.warn(
                    "The parameter 'borough' is called 'area' now: use that name.",
                    FutureWarning,
                    stacklevel=2,
                )
    unknown = [name for name in given if name not in allowed]
    if unknown:
        faults = " ".join(
            f"Unknown parameter {name!r}.{did_you_mean(name, allowed)}" for name in unknown
        )
        known = ", ".join(allowed) or "none: tag one cell 'parameters'"
        raise UsageError(f"{faults} {Path(notebook).name} takes: {known}.")
    return given


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
    papermill = imported()
    from papermill.exceptions import PapermillExecutionError

    from pvtools.reports import client, kernel

    given = check(notebook, parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    live: list[NotebookNode] = []
    try:
        executed = papermill.execute_notebook(
            _opened(notebook),
            None,
            parameters=given,
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
        if not _expected(live[-1]):
            raise StoppedError(_message(error, limits), _settled(live)) from error
        executed = live[-1]
    except client.EndedError as end:
        raise StoppedError(str(end), _settled(live), early=end.early) from None
    except Exception as error:
        raise StoppedError(f"{type(error).__name__}: {_plain(error)}", _settled(live)) from error
    return _settled([executed])


def _opened(notebook: Path) -> NotebookNode:
    """Return the notebook as a Python one, whatever kernel it was last saved with."""
    imported()
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


def _expected(notebook: NotebookNode) -> bool:
    """Say whether every error is one that its cell is tagged to show; papermill's notes then go."""
    tags = [cell.metadata.get("tags", ()) for cell in notebook.cells]
    failed = [
        own
        for own, cell in zip(tags, notebook.cells, strict=True)
        if any(output.output_type == "error" for output in cell.get("outputs", ()))
    ]
    if not failed or not all("raises-exception" in own for own in failed):
        return False
    pairs = zip(tags, notebook.cells, strict=True)
    notebook.cells = [cell for own, cell in pairs if "papermill-error-cell-tag" not in own]
    return True


def _message(error: Any, limits: Limits) -> str:
    """Return the error's own words; only a stranger's error is introduced."""
    if "MemoryError" in error.ename:
        detail = _plain(error.evalue).rstrip(".")
        return (
            f"The notebook asked for more than the {limits.memory} MB of memory a report may use"
            f"{f' ({detail})' if detail else ''}. Raise this with --memory MB."
        )
    ours = getattr(errors, error.ename, None)
    if isinstance(ours, type) and issubclass(ours, errors.PvtoolsError):
        return _plain(error.evalue)
    value = _plain(error.evalue)
    return f"{error.ename}: {value}" if value else str(error.ename)


def _plain(text: object) -> str:
    return _ANSI.sub("", str(text)).strip()


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
