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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pvtools import places
from pvtools.areas import Area
from pvtools.errors import ExportError, UsageError, did_you_mean
from pvtools.reports import build, execute, folder, index, journal, lock, manifest
from pvtools.reports.build import Draft, Order
from pvtools.reports.crew import Crew
from pvtools.reports.inputs import CALLED, Inputs
from pvtools.reports.journal import Note
from pvtools.reports.limits import DEFAULT, Limits

Status = Literal["built", "unchanged", "failed", "stopped early", "not made"]
#: More workers than this only compete for memory: each holds a kernel.
MOST_JOBS = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report."""

    borough: Area
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
    boroughs: Iterable[Area],
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
    on_event: Callable[[str, Area, Outcome | None], None] = lambda *_: None,
    on_note: Callable[[Note], None] = lambda _: None,
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
    on_note
        Called with what is to be said of the folder as a whole: a report that a killed batch had
        left half in place, or a page that could not be written.

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
    inputs = Inputs(notebook, data_dir, out_dir, most_output=limits.output)
    with lock.held(out_dir):
        batch = _Batch(out_dir, inputs, on_event, on_note)
        orders = []
        for borough in wanted:
            record = batch.reports.get(borough.slug)
            if not force and manifest.up_to_date(
                out_dir, borough.slug, record, inputs.made_from, formats
            ):
                batch.finish(Outcome(borough, "unchanged"))
                continue
            order = Order(borough, notebook, data_dir, out_dir, _forms(formats, record), limits)
            if said := folder.misplaced(out_dir / borough.slug):
                batch.stand(Draft(order, error=said))
            else:
                orders.append(order)
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
                draft = future.result()
            except BrokenExecutor:
                died.append(order)
                continue
            except Exception as error:  # whatever it is, the others go on
                draft = Draft(order, error=f"{type(error).__name__}: {error}")
            batch.stand(draft)
        if died:
            crew.renew()
            died += in_hand.values()
            in_hand.clear()
            if len(died) == 1:
                batch.stand(Draft(died[0], error=_DIED))
            else:
                suspects.extend(died)
        if batch.outdated or (fail_fast and batch.failed):
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
        inputs: Inputs,
        on_event: Callable[[str, Area, Outcome | None], None],
        on_note: Callable[[Note], None],
    ) -> None:
        self.out, self.inputs, self.on_event, self.on_note = out, inputs, on_event, on_note
        self.reports = manifest.read(out)
        with lock.uninterrupted():
            for note in journal.recover(out, self.reports):
                on_note(note)
        self.outcomes: dict[Area, Outcome] = {}
        self._begun: dict[Area, Inputs] = {}
        #: no report can be made any more: the code that would make it is not what was started
        self.outdated = False

    @property
    def failed(self) -> bool:
        return any(
            outcome.status in {"failed", "stopped early"} for outcome in self.outcomes.values()
        )

    def start(self, order: Order) -> None:
        self._begun[order.borough] = self.inputs
        self.on_event("started", order.borough, None)

    def stand(self, draft: Draft) -> None:
        """Let a finished report stand, or a failed one be known as such, and write it down."""
        with lock.uninterrupted():
            outcome = self._settled(draft)
            self.outcomes[outcome.borough] = outcome
        self.finish(outcome)

    def finish(self, outcome: Outcome) -> None:
        self.outcomes[outcome.borough] = outcome
        self.on_event("finished", outcome.borough, outcome)

    def told(self, wanted: Iterable[Area]) -> list[Outcome]:
        return [self.outcomes.get(borough, Outcome(borough, "not made")) for borough in wanted]

    def close(self) -> None:
        """Write the pages that tell of the whole folder."""
        page = self.out / "index.html"
        with lock.uninterrupted():
            try:
                if said := manifest.write(self.out, self.reports):
                    self.on_note(Note(said))
                if os.path.lexists(page) and not index.is_ours(page):
                    self.on_note(
                        Note(f"{page} was left alone: pvtools did not write it. Move it away.")
                    )
                    return
                html = index.render(self.reports, self.inputs.made_from)
                made_in = folder.workshop(self.out)
                folder.write(page, html.encode("utf-8", "replace"), made_in=made_in)
            except (ExportError, OSError) as error:
                self.on_note(Note(folder.said(error)))

    def _settled(self, draft: Draft) -> Outcome:
        borough, slug = draft.order.borough, draft.order.borough.slug
        made_from = self._begun.get(borough, self.inputs)
        if touched := made_from.touched():
            self._renew(made_from)
            folder.clear(self.out, slug)
            changed = " and ".join(CALLED[name] for name in touched)
            error = f"While this report was being made, {changed} changed. Run the same again."
            return Outcome(borough, "failed", draft.seconds, error)
        about = {
            "borough": borough.name,
            "gss_code": borough.code,
            "parameters": {"borough": borough.name},
            "inputs": made_from.made_from,
        }
        error = draft.error
        if not error:
            try:
                record = about | _built(draft)
                files = [file.path for file in draft.files]
                journal.publish(self.out, self.reports, slug, record, files)
                return Outcome(borough, "built", draft.seconds)
            except (ExportError, OSError) as stopped:
                error = folder.said(stopped)
        status: Status = "stopped early" if draft.stopped_early else "failed"
        outcome = Outcome(borough, status, draft.seconds, error)
        record = about | {"status": status, "error": _written(outcome.first_line)}
        try:
            earlier = journal.set_aside(self.out, self.reports, slug, record, error)
        except (ExportError, OSError) as stopped:
            folder.clear(self.out, slug)
            error += (
                f"\nNo notes on this were kept, and no report was moved. {folder.said(stopped)}"
            )
            return replace(outcome, error=error)
        return replace(outcome, earlier=earlier)

    def _renew(self, found_touched: Inputs) -> None:
        """Find anew what the reports are made from that have not been begun."""
        if found_touched is not self.inputs:
            return  # that has been done since
        try:
            self.inputs = found_touched.again()
        except UsageError:
            self.outdated = True
        else:
            before, now = found_touched.made_from, self.inputs.made_from
            self.outdated |= before["code"] != now["code"]


def _built(draft: Draft) -> manifest.Record:
    slug = draft.order.borough.slug
    return {
        "status": "built",
        "formats": list(draft.order.formats),
        "vintages": [_written(vintage) for vintage in draft.vintages],
        "outputs": {
            f"{slug}/{file.path.name}": {"bytes": file.size, "sha256": file.sha256}
            for file in draft.files
        },
    }


def _written(text: str) -> str:
    """Return a text as it can be written to a file: without halves of characters."""
    return text.encode("utf-8", "replace").decode()


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
