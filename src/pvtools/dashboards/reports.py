"""The reports of an area that stand in a folder of ours, for its page to lead to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import folder, inputs, manifest

#: Each form: what it is to a reader, and to a browser.
_FORMS = {
    "pdf": ("PDF", "application/pdf"),
    "html": ("Web page", "text/html; charset=utf-8"),
    "xlsx": (
        "Spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


_RECORDS = (manifest.FILE, manifest.KEPT, manifest.LOG)


class Report(NamedTuple):
    """One form of an area's report: its name below the folder, what it is, and of when."""

    name: str
    label: str
    of_when: str


class Reports:
    """A folder of reports; no folder holds none."""

    def __init__(self, out: Path | None = None) -> None:
        self._out = out.resolve() if out else None
        self._stamp: object = None
        self._records: dict[str, manifest.Record] = {}
        self._data: object = None

    def of(self, slug: str) -> list[Report]:
        """Return the forms in which an area's report stands; of one out of date, also of when."""
        if self._out is None:
            return []
        self._look()
        record = self._records.get(slug)
        if record is None or record["status"] != "built" or folder.misplaced(self._out / slug):
            return []
        older = record["inputs"].get("data") != self._data
        of_when = " ".join(record["vintages"]) if older else ""
        return [
            Report(name, _FORMS[name.rpartition(".")[2]][0], of_when)
            for name in folder.outputs(slug)
            if name in record["outputs"] and folder.is_file(self._out / name)
        ]

    def read(self, name: str) -> tuple[bytes, str] | None:
        """Return a report and its type, or nothing where no page leads to that name."""
        if name not in (report.name for report in self.of(name.partition("/")[0])):
            return None
        try:
            return (self._out / name).read_bytes(), _FORMS[name.rpartition(".")[2]][1]
        except OSError:
            return None

    def _look(self) -> None:
        """Read the records and the data's digest anew where either has changed."""
        data = places.data_folder().resolve()
        kept = (places.file_stamp(self._out / name) for name in _RECORDS)
        stamp = (places.tree_stamp(data), *kept)
        if stamp == self._stamp:
            return
        notebook = places.notebook("report_borough.ipynb")
        try:
            self._data = inputs.Inputs(notebook, data, self._out).made_from["data"]
        except UsageError:
            self._data = None
        self._records, self._stamp = manifest.read(self._out), stamp
