"""Follows a notebook as it runs, and reports in which cell and why it ended early."""

from __future__ import annotations

import time
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from pvtools.reports.cell_names import cell_names
from pvtools.reports.limits import Limits

ENGINE = "pvtools"


class EndedError(Exception):
    """A notebook that ended before its end; ``early`` if it asked to end there."""

    def __init__(self, message: str, *, early: bool = False) -> None:
        super().__init__(message)
        self.early = early


class ReportClient(PapermillNotebookClient):
    """Runs a notebook within its time, and does not take an exit for its end."""

    def __init__(self, *arguments: Any, limits: Limits, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = limits
        self._end = 0.0  # known when the first cell begins
        self.timeout_func = lambda _: max(1, round(min(self._left, limits.cell_seconds)))
        self.iopub_timeout = 60  # a busy machine is late with the last output, not wrong
        self.store_widget_state = False  # no page shows it
        self.on_cell_executed = self._heed_exit

    def execute_cell(self, cell: NotebookNode, cell_index: int, **options: Any) -> NotebookNode:
        """Run one cell.

        Raises
        ------
        EndedError
            The time is up, the kernel has died, or the cell asked for the end.
        """
        self._end = self._end or time.monotonic() + self._limits.seconds
        if self._left <= 0:
            raise self._too_long(cell_index)
        began = time.monotonic()
        try:
            return super().execute_cell(cell, cell_index, **options)
        except CellTimeoutError:
            took = time.monotonic() - began
            raise self._too_long(cell_index, None if self._left <= 0 else round(took)) from None
        except DeadKernelError:
            raise self._died(cell_index) from None

    @property
    def _left(self) -> float:
        return self._end - time.monotonic()

    def _too_long(self, index: int, cell_seconds: int | None = None) -> EndedError:
        name = cell_names(self.nb)[index]
        message = (
            f"The notebook took longer than the {self._limits.seconds} seconds a report may take, "
            f"and had come to {name}."
            if cell_seconds is None
            else f"After {cell_seconds} seconds {name} had not ended; one cell may take ten "
            "minutes, or a third of the time of the report if that is more."
        )
        return EndedError(f"{message} Raise this with --timeout SECONDS.")

    def _died(self, index: int) -> EndedError:
        name = cell_names(self.nb)[index]
        process = getattr(self.km.provisioner, "process", None)
        if process is not None and process.poll() == 0:
            return self._early(index)
        return EndedError(
            f"The kernel died in {name}; it left no message. It may have asked for more than the "
            f"{self._limits.memory} MB of memory a report may use (raise this with --memory MB) "
            "or for more than this computer has."
        )

    def _early(self, index: int) -> EndedError:
        after = sum(cell.cell_type == "code" for cell in self.nb.cells[index + 1 :])
        rest = {0: "", 1: " The code cell after it did not run."}.get(
            after, f" The {after} code cells after it did not run."
        )
        return EndedError(
            f"The notebook stopped early: {cell_names(self.nb)[index]} asked to exit.{rest} "
            "Let every cell run to its end; where something is missing, raise an error that "
            "says what.",
            early=True,
        )

    def _heed_exit(self, cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        reply = execute_reply["content"]
        expected = "raises-exception" in cell.metadata.get("tags", ())
        if reply["status"] == "error" and not reply.get("traceback") and not expected:
            name = cell_names(self.nb)[cell_index]
            raise EndedError(f"{reply['ename']}: {reply['evalue'].rstrip('.')}. See {name}.")
        exited = reply.get("ename") == "SystemExit" and not expected
        if exited or any(request["source"] == "ask_exit" for request in reply.get("payload", ())):
            raise self._early(cell_index)


class _Engine(NBClientEngine):
    """Papermill's way to a client, to ours."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, limits: Limits, env: dict[str, str], **options: Any
    ) -> Any:
        taken = {"kernel_manager_class", "shutdown_kernel", "on_notebook_start"}
        ReportClient(
            nb_man,
            limits=limits,
            kernel_name=kernel_name,
            startup_timeout=options["start_timeout"],
            **{name: value for name, value in options.items() if name in taken},
        ).execute(env=env)


papermill_engines.register(ENGINE, _Engine)
