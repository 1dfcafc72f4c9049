"""What became of each report: kept in memory, in the manifest and on the folder's first page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pvtools.errors import ExportError, UsageError
from pvtools.reports import folder, index, journal, lock, manifest
from pvtools.reports.build import Draft, Order
from pvtools.reports.inputs import CALLED, Inputs
from pvtools.reports.journal import Note
from pvtools.reports.subjects import Subject

Status = Literal["built", "unchanged", "failed", "stopped early", "not made"]
OnEvent = Callable[[str, Subject, "Outcome | None"], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report."""

    subject: Subject
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


class Outcomes:
    """The outcomes of one batch, the same on disk and in memory."""

    def __init__(
        self,
        out: Path,
        inputs: Inputs,
        on_event: OnEvent,
        on_note: Callable[[Note], None],
        listing: str = "",
    ) -> None:
        self.inputs = inputs
        #: the records of the manifest, by slug
        self.reports = manifest.read(out)
        #: no report can be made any more: the code that would make it is not what was started
        self.outdated = False
        self._out, self._on_event, self._on_note = out, on_event, on_note
        self._listing = listing
        self._found: dict[str, Outcome] = {}
        self._begun: dict[str, Inputs] = {}
        with lock.uninterrupted():
            for note in journal.recover(out, self.reports):
                on_note(note)

    @property
    def failed(self) -> bool:
        """Say whether any report has failed or stopped early."""
        return any(one.status in {"failed", "stopped early"} for one in self._found.values())

    def start(self, order: Order) -> None:
        """Note that a report is begun, and what it is made from."""
        self._begun[order.subject.slug] = self.inputs
        self._on_event("started", order.subject, None)

    def settle(self, draft: Draft) -> None:
        """Publish a finished report, or keep the evidence of a failure, and record which."""
        with lock.uninterrupted():
            outcome = self._settled(draft)
            self._found[outcome.subject.slug] = outcome
        self.finish(outcome)

    def finish(self, outcome: Outcome) -> None:
        """Note what became of a report."""
        self._found[outcome.subject.slug] = outcome
        self._on_event("finished", outcome.subject, outcome)

    def of(self, wanted: Iterable[Subject]) -> list[Outcome]:
        """Return the outcome of each of these; what has none was not made."""
        return [self._found.get(one.slug, Outcome(one, "not made")) for one in wanted]

    def close(self) -> None:
        """Write the pages that describe the whole folder."""
        page = self._out / "index.html"
        with lock.uninterrupted():
            try:
                if fault := manifest.write(self._out, self.reports):
                    self._on_note(Note(fault))
                if os.path.lexists(page) and not index.is_ours(page):
                    self._on_note(
                        Note(f"{page} was left alone: pvtools did not write it. Move it away.")
                    )
                    return
                html = index.render(self.reports, self.inputs.made_from, self._listing)
                made_in = folder.workshop(self._out)
                folder.write(page, html.encode("utf-8", "replace"), made_in=made_in)
            except (ExportError, OSError) as error:
                self._on_note(Note(folder.sentence(error)))

    def _settled(self, draft: Draft) -> Outcome:
        subject, slug = draft.order.subject, draft.order.subject.slug
        made_from = self._begun.get(slug, self.inputs)
        if touched := made_from.touched():
            self._renew(made_from)
            folder.clear(self._out, slug)
            changed = " and ".join(CALLED[name] for name in touched)
            error = f"While this report was being made, {changed} changed. Run the same again."
            return Outcome(subject, "failed", draft.seconds, error)
        about = {
            "area": subject.name,
            "code": subject.code,
            "parent": subject.parent,
            "parameters": subject.recorded,
            "inputs": made_from.made_from,
        }
        error = draft.error
        if not error:
            try:
                journal.publish(self._out, self.reports, slug, about | _built(draft))
                return Outcome(subject, "built", draft.seconds)
            except (ExportError, OSError) as stopped:
                error = folder.sentence(stopped)
        status: Status = "stopped early" if draft.stopped_early else "failed"
        outcome = Outcome(subject, status, draft.seconds, error)
        record = about | {"status": status, "error": _writable(outcome.first_line)}
        try:
            earlier = journal.set_aside(self._out, self.reports, slug, record, error)
        except (ExportError, OSError) as stopped:
            folder.clear(self._out, slug)
            error += (
                f"\nNo notes on this were kept, and no report was moved. {folder.sentence(stopped)}"
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
    slug = draft.order.subject.slug
    return {
        "status": "built",
        "formats": list(draft.order.formats),
        "vintages": [_writable(vintage) for vintage in draft.vintages],
        "outputs": {
            f"{slug}/{file.path.name}": {"bytes": file.size, "sha256": file.sha256}
            for file in draft.files
        },
    }


def _writable(text: str) -> str:
    """Return a text as it can be written to a file: without halves of characters."""
    return text.encode("utf-8", "replace").decode()
