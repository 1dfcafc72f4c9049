"""The processes that make reports: they start together, and end with the one that hired them.

Their kernels are forked from one warm parent, which has made once what all reports share.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, Self

from pvtools.kernels.parent import CannotForkError, WarmParent
from pvtools.reports import build, execute, worker
from pvtools.reports.build import Draft, Order
from pvtools.reports.inputs import Inputs
from pvtools.reports.worker import Shared


class Crew:
    """``size`` workers of our own, or an executor that was given; ``shared`` as for a worker.

    ``data_dir`` holds the figures. Processes, never threads: a notebook runs in its
    folder, and a process has only one.
    """

    def __init__(
        self,
        size: int,
        executor: Executor | None = None,
        *,
        shared: Shared = "",
        data_dir: Path | None = None,
    ) -> None:
        self.size, self._shared, self._data_dir = size, shared, data_dir
        self._given = executor
        self._pool: ProcessPoolExecutor | None = None
        self._forks: WarmParent | None = None

    def check(self, notebook: Path, parameters: Mapping[str, Any]) -> None:
        """Refuse parameters that the notebook does not take."""
        self._submit(execute.check, notebook, parameters).result()

    def draft(self, order: Order, _: Inputs) -> Future[Draft]:
        """Return the future of a report, to be given to :meth:`received`."""
        return self._submit(build.draft, order)

    def received(self, future: Future[Draft], _: Order) -> Draft:
        """Return the report that was made."""
        return future.result()

    def dismiss(self) -> None:
        """End the workers, whatever they are doing, and the kernels they have started.

        Whatever is submitted next has new ones; an executor that was given stays.
        """
        if self._pool is not None:
            self._tie.close()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()
        self._let_go()

    def _let_go(self) -> None:
        if self._forks is not None:
            self._forks.close()
            self._forks = None

    def _submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if self._given is not None:
            return self._given.submit(work, *arguments)
        if self._pool is None:
            self._hire()
        return self._pool.submit(work, *arguments)

    def _hire(self) -> None:
        # Spawned, not forked: the same on every system, and no thread's lock is copied shut.
        context = multiprocessing.get_context("spawn")
        # The only end that keeps the pipe open is ours: it closes when we let go, or die.
        theirs, self._tie = context.Pipe(duplex=False)
        if self._forks is not None and not self._forks.lives:
            self._let_go()
        if self._forks is None:
            with contextlib.suppress(CannotForkError):  # kernels start the ordinary, slower way
                self._forks = WarmParent(
                    worker.preload(self._shared),
                    env=worker.environment(self._shared, self._data_dir),
                )
        self._pool = ProcessPoolExecutor(
            self.size,
            mp_context=context,
            initializer=worker.start,
            initargs=(theirs, self._shared, self._data_dir, self._forks),
        )
