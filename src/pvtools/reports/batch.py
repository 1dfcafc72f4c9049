"""Make many reports: in worker processes, each on its own, and only those that need making."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pvtools import places
from pvtools.errors import UsageError, did_you_mean
from pvtools.reports import build, folder, lock, manifest
from pvtools.reports.build import Draft, GoneError, Order
from pvtools.reports.crew import Crew
from pvtools.reports.inputs import Inputs
from pvtools.reports.journal import Note
from pvtools.reports.limits import DEFAULT, Limits
from pvtools.reports.outcomes import OnEvent, Outcome, Outcomes
from pvtools.reports.subjects import Subject
from pvtools.reports.worker import Shared

if TYPE_CHECKING:
    from pvtools.reports.cluster import Cluster

#: More workers than this only compete for memory: each holds a kernel.
MOST_JOBS = 8


class BatchInterrupted(KeyboardInterrupt):
    """The batch was stopped by hand; ``outcomes`` holds what is done and what is not."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("The batch was stopped.")
        self.outcomes = outcomes


def run(
    subjects: Iterable[Subject],
    *,
    data_dir: Path | None,
    out_dir: Path = Path("reports"),
    formats: Sequence[str] = ("pdf", "html", "xlsx"),
    notebook: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    fail_fast: bool = False,
    limits: Limits = DEFAULT,
    imprint: Mapping[str, str] = MappingProxyType({}),
    executor: Executor | None = None,
    scheduler: str = "",
    shared: Shared = "areas",
    listing: str = "",
    on_event: OnEvent = lambda *_: None,
    on_note: Callable[[Note], None] = lambda _: None,
) -> list[Outcome]:
    """Return what became of each report, in the order asked for.

    Parameters
    ----------
    subjects
        What to report on; see :mod:`pvtools.reports.subjects`.
    data_dir
        A report is made anew where anything in it changed; nothing is watched without one.
    notebook
        Defaults to the report that comes with pvtools.
    out_dir
        Where reports stand; see :mod:`pvtools.reports.folder`.
    formats
        Any of "pdf", "html" and "xlsx". Forms of a report that stand already are made anew with
        it, so that its twins always agree.
    jobs
        How many reports to make side by side; the number of processors by default.
    force
        Make also those whose inputs have not changed.
    fail_fast
        Begin no further report once one has failed.
    limits
        What each report may take of time, memory and output.
    imprint
        Who publishes the reports; they are made anew where that changed.
    executor
        Where to run instead of processes of our own; its workers must see the same folders.
    scheduler
        The address of a Dask cluster to run on, which need share no folder; see
        :mod:`pvtools.reports.cluster`.
    shared
        What is made before the first report because all need it, as for a worker.
    listing
        The heading of the folder's page where reports are not of areas.
    on_event
        Called with "started" or "finished", the subject, and its outcome when finished.
    on_note
        Called with what concerns the folder as a whole: a report that a killed batch had
        left half in place, or a page that could not be written.

    Raises
    ------
    UsageError
        A format, the notebook, its parameters, a folder or a worker is wrong; before any kernel
        starts.
    BatchInterrupted
        Ctrl-C; the kernels have ended and what was finished stands.
    """
    wanted = list({subject.slug: subject for subject in subjects}.values())
    _check_formats(formats)
    notebook = (notebook or places.notebook("report_borough.ipynb")).resolve()
    out_dir = out_dir.resolve()
    inputs = Inputs(
        notebook,
        data_dir.resolve() if data_dir else None,
        out_dir,
        most_output=limits.output,
        imprint=imprint,
    )
    with lock.held(out_dir):
        outcomes = Outcomes(out_dir, inputs, on_event, on_note, listing)
        orders = []
        for subject in wanted:
            record = outcomes.reports.get(subject.slug)
            if not force and manifest.up_to_date(
                out_dir, subject, record, inputs.made_from, formats
            ):
                outcomes.finish(Outcome(subject, "unchanged"))
                continue
            order = Order(subject, notebook, out_dir, _forms(formats, record), limits)
            if fault := folder.misplaced(out_dir / subject.slug):
                outcomes.settle(Draft(order, error=fault))
            else:
                orders.append(order)
        try:
            if orders:
                with _makers(scheduler, inputs, executor, shared, data_dir) as crew:
                    crew.size = min(jobs or crew.size, len(orders))
                    # Refused here, nothing is begun, and the pages of the folder stay true.
                    crew.check(notebook, orders[0].subject.parameters)
                    try:
                        _hand_out(orders, crew, outcomes, fail_fast=fail_fast)
                    finally:
                        outcomes.close()
            else:
                outcomes.close()
        except KeyboardInterrupt:
            raise BatchInterrupted(outcomes.of(wanted)) from None
        return outcomes.of(wanted)


def _makers(
    scheduler: str,
    inputs: Inputs,
    executor: Executor | None,
    shared: Shared,
    data_dir: Path | None,
) -> AbstractContextManager[Crew | Cluster]:
    """Return who makes the drafts: the workers of a cluster, or processes of our own."""
    if not scheduler:
        return Crew(_processors(), executor, shared=shared, data_dir=data_dir)
    from pvtools.reports import cluster  # needed by few

    return cluster.joined(scheduler, inputs, shared=shared)


def _hand_out(
    orders: Sequence[Order], crew: Crew | Cluster, outcomes: Outcomes, *, fail_fast: bool
) -> None:
    """Hand out orders as workers come free, and settle each report as it is finished."""
    waiting, suspects = deque(orders), deque[Order]()
    in_hand: dict[Future[Any], Order] = {}
    while waiting or suspects or in_hand:
        # Orders that were in hand when a worker died are tried alone, to find the one that kills.
        width, source = (1, suspects) if suspects else (crew.size, waiting)
        while source and len(in_hand) < width:
            order = source.popleft()
            outcomes.start(order)
            in_hand[crew.draft(order, outcomes.inputs)] = order
        finished, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        died: list[Order] = []
        for future in finished:
            order = in_hand.pop(future)
            try:
                draft = crew.received(future, order)
            except BrokenExecutor:
                died.append(order)
                continue
            except GoneError:  # it fails no report: what stands of these may stand
                raise
            except Exception as error:  # whatever it is, the others go on
                draft = Draft(order, error=f"{type(error).__name__}: {error}")
            outcomes.settle(draft)
        if died:
            crew.dismiss()  # the next order begins with new workers
            died += in_hand.values()
            in_hand.clear()
            if len(died) == 1:
                outcomes.settle(Draft(died[0], error=_DIED))
            else:
                suspects.extend(died)
        if outcomes.outdated or (fail_fast and outcomes.failed):
            waiting.clear()
            suspects.clear()


_DIED = (
    "The process making this report was ended from outside, perhaps for want of memory. "
    "Try again with --jobs 1."
)


def _check_formats(formats: Sequence[str]) -> None:
    unknown = [form for form in formats if form not in build.FORMATS]
    if unknown or not formats:
        faults = " ".join(
            f"Unknown format {form!r}.{did_you_mean(form, build.FORMATS)}" for form in unknown
        )
        allowed = ", ".join(build.FORMATS)
        raise UsageError(f"{faults or 'No format was given.'} Formats are: {allowed}.")


def _forms(formats: Sequence[str], record: manifest.Record | None) -> tuple[str, ...]:
    standing = record.get("formats", ()) if record else ()
    return tuple(form for form in build.FORMATS if form in formats or form in standing)


def _processors() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_JOBS)
