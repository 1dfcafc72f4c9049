"""Make many reports: in worker processes, each on its own, and only those that need making."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pvtools import places
from pvtools.boroughs import Borough
from pvtools.errors import UsageError, did_you_mean
from pvtools.reports import build, execute, folder, index, manifest
from pvtools.reports.build import Draft, Order
from pvtools.reports.crew import Crew
from pvtools.reports.limits import DEFAULT, Limits

Status = Literal["built", "unchanged", "failed", "stopped early", "not made"]
#: More workers than this only compete for memory: each holds a kernel.
MOST_JOBS = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report."""

    borough: Borough
    status: Status
    seconds: float = 0.0
    error: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def first_line(self) -> str:
        """Return what went wrong in one line; of a file's faults, the first."""
        first, _, rest = self.error.strip().partition("\n")
        fault = rest.partition("\n")[0]
        line = f"{first} {fault.strip()}" if fault.startswith(" ") else first
        return line if len(line) <= 500 else f"{line[:499]}…"


class BatchInterrupted(KeyboardInterrupt):
    """The batch was stopped by hand; ``outcomes`` tells what is done and what is not."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("The batch was stopped.")
        self.outcomes = outcomes


def run(
    boroughs: Iterable[Borough],
    *,
    data_dir: Path | None = None,
    out_dir: Path = Path("reports"),
    formats: Sequence[str] = ("pdf", "html", "xlsx"),
    notebook: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    fail_fast: bool = False,
    limits: Limits = DEFAULT,
    executor: Executor | None = None,
    on_event: Callable[[str, Borough, Outcome | None], None] = lambda *_: None,
) -> list[Outcome]:
    """Return what became of each report, in the order asked for.

    Parameters
    ----------
    boroughs
        The boroughs to report on.
    data_dir, notebook
        Default to those that come with pvtools.
    out_dir
        Where reports stand; see :mod:`pvtools.reports.folder`.
    formats
        Any of "pdf", "html" and "xlsx". Forms of a report that stand already are made anew with
        it, so that its twins always agree.
    jobs
        How many reports to make side by side; the number of processors unless said.
    force
        Make also those whose inputs have not changed.
    fail_fast
        Begin no further report once one has failed.
    limits
        What each report may take of time, memory and output.
    executor
        Where to run instead of processes of our own, such as Dask's ``client.get_executor()``;
        its workers must see the same folders.
    on_event
        Called with "started" or "finished", the borough, and its outcome when finished.

    Raises
    ------
    UsageError
        A format, the notebook, its parameters or a folder is wrong; before any kernel starts.
    BatchInterrupted
        Ctrl-C; the kernels have ended and what was finished stands.
    """
    wanted = list(dict.fromkeys(boroughs))
    _check_formats(formats)
    notebook = (notebook or places.notebook("report_borough.ipynb")).resolve()
    data_dir = (data_dir or places.data_dir()).resolve()
    out_dir = out_dir.resolve()
    # More output allowed may be another page, so it is one of the things a report is made from.
    made_from = {**manifest.inputs(notebook, data_dir), "output": limits.output}
    with folder.held(out_dir):
        batch = _Batch(out_dir, made_from, on_event)
        orders = []
        for borough in wanted:
            record = batch.reports.get(borough.slug)
            if not force and manifest.up_to_date(out_dir, record, made_from, formats):
                batch.finish(Outcome(borough, "unchanged"))
            else:
                forms = _forms(formats, record)
                orders.append(Order(borough, notebook, data_dir, out_dir, forms, limits))
        try:
            if orders:
                count = min(jobs or _processors(), len(orders))
                with Crew(count, executor) as crew:
                    # Refused here, nothing is begun, and what is said of the folder stays true.
                    crew.submit(execute.check, orders[0].notebook, orders[0].parameters).result()
                    try:
                        _make(orders, crew, batch, fail_fast=fail_fast)
                    finally:
                        batch.close()
            else:
                batch.close()
        except KeyboardInterrupt:
            raise BatchInterrupted(batch.told(wanted)) from None
        return batch.told(wanted)


def _make(orders: Sequence[Order], crew: Crew, batch: _Batch, *, fail_fast: bool) -> None:
    """Hand out orders as hands come free, and let each report stand as it is finished."""
    waiting, suspects = deque(orders), deque[Order]()
    in_hand: dict[Future[Draft], Order] = {}
    while waiting or suspects or in_hand:
        # Orders that were in hand when a worker died are tried alone, to find the one that kills.
        width, source = (1, suspects) if suspects else (crew.size, waiting)
        while source and len(in_hand) < width:
            order = source.popleft()
            batch.start(order)
            in_hand[crew.submit(build.draft, order)] = order
        finished, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        died: list[Order] = []
        for future in finished:
            order = in_hand.pop(future)
            try:
                batch.stand(future.result())
            except BrokenExecutor:
                died.append(order)
            except OSError as error:
                batch.stand(Draft(order, error=f"{type(error).__name__}: {error}"))
        if died:
            crew.renew()
            died += in_hand.values()
            in_hand.clear()
            if len(died) == 1:
                batch.stand(Draft(died[0], error=_DIED))
            else:
                suspects.extend(died)
        if fail_fast and batch.failed:
            waiting.clear()
            suspects.clear()


_DIED = (
    "The process making this report was ended from outside, perhaps for want of memory. "
    "Try again with --jobs 1."
)


class _Batch:
    """What has happened so far, kept equal on disk and in memory."""

    def __init__(
        self,
        out: Path,
        made_from: dict[str, object],
        on_event: Callable[[str, Borough, Outcome | None], None],
    ) -> None:
        self.out, self.made_from, self.on_event = out, made_from, on_event
        self.reports = manifest.read(out)
        self.outcomes: dict[Borough, Outcome] = {}

    @property
    def failed(self) -> bool:
        return any(
            outcome.status in {"failed", "stopped early"} for outcome in self.outcomes.values()
        )

    def start(self, order: Order) -> None:
        self.on_event("started", order.borough, None)

    def stand(self, draft: Draft) -> None:
        """Let a finished report stand, or a failed one be known as such, and write it down."""
        borough, slug = draft.order.borough, draft.order.borough.slug
        record = {
            "borough": borough.name,
            "gss_code": borough.gss_code,
            "parameters": {"borough": borough.name},
            "inputs": self.made_from,
        }
        if draft.error:
            earlier = folder.set_aside(self.out, slug, draft.error)
            names = tuple(path.relative_to(self.out).as_posix() for path in earlier)
            status: Status = "stopped early" if draft.stopped_early else "failed"
            outcome = Outcome(borough, status, draft.seconds, draft.error, names)
            record |= {"status": status, "error": outcome.first_line, "earlier": list(names)}
        else:
            standing = folder.publish(self.out, slug, [file.path for file in draft.files])
            outcome = Outcome(borough, "built", draft.seconds)
            record |= {
                "status": "built",
                "formats": list(draft.order.formats),
                "vintages": list(draft.vintages),
                "outputs": {
                    path.relative_to(self.out).as_posix(): {
                        "bytes": file.size,
                        "sha256": file.sha256,
                    }
                    for path, file in zip(standing, draft.files, strict=True)
                },
            }
        self.reports[slug] = record
        manifest.write(self.out, self.reports)
        self.finish(outcome)

    def finish(self, outcome: Outcome) -> None:
        self.outcomes[outcome.borough] = outcome
        self.on_event("finished", outcome.borough, outcome)

    def told(self, wanted: Iterable[Borough]) -> list[Outcome]:
        return [self.outcomes.get(borough, Outcome(borough, "not made")) for borough in wanted]

    def close(self) -> None:
        """Write the pages that tell of the whole folder."""
        manifest.write(self.out, self.reports)
        folder.write(self.out / "index.html", index.render(self.reports, self.made_from))


def _check_formats(formats: Sequence[str]) -> None:
    unknown = [form for form in formats if form not in build.FORMATS]
    if unknown or not formats:
        said = " ".join(
            f"Unknown format {form!r}.{did_you_mean(form, build.FORMATS)}" for form in unknown
        )
        allowed = ", ".join(build.FORMATS)
        raise UsageError(f"{said or 'No format was given.'} Formats are: {allowed}.")


def _forms(formats: Sequence[str], record: manifest.Record | None) -> tuple[str, ...]:
    standing = record.get("formats", ()) if record else ()
    return tuple(form for form in build.FORMATS if form in formats or form in standing)


def _processors() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_JOBS)
