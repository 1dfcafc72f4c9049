"""What a worker on another machine does: nothing is shared with it, so all travels to it and back.

An errand brings the notebook; its data the worker has already, and they are compared, not sent.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pvtools
from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import build, folder, worker
from pvtools.reports.build import Draft, Order
from pvtools.reports.inputs import Inputs
from pvtools.reports.worker import Shared

#: the batch whose report is being made, and what the worker has been warmed up for
_in_hand = ""
_warm: Shared | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """An order as it travels: with the notebook and what lies beside it, and what to compare."""

    order: Order
    files: Mapping[str, bytes]
    made_from: Mapping[str, Any]
    shared: Shared
    batch: str


def make(errand: Errand) -> tuple[Draft, dict[str, bytes]]:
    """Return the draft and its files; of a failure, the notebook as far as it ran.

    Raises
    ------
    UsageError
        This worker has come to differ, or came later and was never compared.
    """
    global _in_hand, _warm
    there = facts(errand.files, bool(errand.made_from["data"]))
    if found := differences(errand.made_from, there):
        raise UsageError(f"The worker that was to make this report differs: {'; '.join(found)}.")
    if _warm != errand.shared:
        worker.warm(errand.shared)
        _warm = errand.shared
    _in_hand = errand.batch
    try:
        with TemporaryDirectory(prefix="pvtools-") as place:
            (out := Path(place, "reports")).mkdir()
            draft = build.draft(_here(errand, Path(place, "notebook"), out))
            made = out / folder.BUILDING / errand.order.subject.slug
            return draft, {path.name: path.read_bytes() for path in made.iterdir()}
    finally:
        _in_hand = ""


def stop(batch: str) -> None:
    """End the kernel of the report in hand, if it is one of this batch."""
    if _in_hand == batch and (kernel := sys.modules.get("pvtools.reports.kernel")):
        kernel.kill_all()


def facts(files: Mapping[str, bytes], data: bool) -> dict[str, Any]:
    """Return what reports would be made from here, with the notebook that these files are."""
    held = places.data_dir()
    with TemporaryDirectory(prefix="pvtools-") as place:
        notebook = _unpacked(files, Path(place))
        made_from = Inputs(notebook, held if data and held.is_dir() else None).made_from
    return made_from | {"version": pvtools.__version__, "folder": str(held)}


def differences(home: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    """Return in words how a worker's facts differ from what reports are made from at home."""
    found = []
    if there["code"] != home["code"]:
        found.append(f"its pvtools ({there['version']}, code {there['code'][:8]}) is not the same")
    for name, wanted in home["packages"].items():
        if (held := there["packages"].get(name)) != wanted:
            found.append(f"{name} is {held or 'missing'}, not {wanted}")
    if there["data"] != home["data"]:
        found.append(f"its data folder {there['folder']} does not hold the same data")
    return found


def _here(errand: Errand, place: Path, out: Path) -> Order:
    """Return the order as it can be made on this machine."""
    held, asked = str(places.data_dir().resolve()), errand.order.subject
    more = tuple((name, held if name == "data_dir" else value) for name, value in asked.more)
    subject, notebook = replace(asked, more=more), _unpacked(errand.files, place)
    return replace(errand.order, subject=subject, notebook=notebook, out_dir=out)


def _unpacked(files: Mapping[str, bytes], place: Path) -> Path:
    """Write the notebook, the first of its files, and what lies beside it; return the notebook."""
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place / next(iter(files))
