"""The record of what stands in a folder of reports, and of what each report was made from.

It holds no times and no machine's paths: equal inputs give an equal record. What became of each
report is kept at once, so that the record is true whenever a batch is killed; and twice, the second
time under a hidden name, so that a manifest that somebody spoilt does not make strangers of our
own files. Of many reports not all are written anew after each: a line is added to a log beside the
hidden one. What is read back is believed only where it has the form that is written here.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pvtools import places
from pvtools.errors import ExportError
from pvtools.reports import folder, inputs
from pvtools.reports.subjects import Subject

FILE = "manifest.json"
KEPT = ".manifest.json"
LOG = ".manifest.log"
_LOGGED = 50  # the log may hold this part of what is kept before all is written anew
#: far more than the records of every small area of a country need
_LARGEST = 200_000_000

Record = dict[str, Any]


def read(out: Path) -> dict[str, Record]:
    """Return slug → record of every report known in a folder; what is not well formed is not."""
    return {
        **well_formed(_reports(out / FILE)),
        **well_formed(_reports(out / KEPT)),
        **well_formed(_logged(out)),
    }


def keep(out: Path, reports: Mapping[str, Record], slug: str, record: Record) -> None:
    """Keep what became of one report, with the ``reports`` that are kept already.

    Raises
    ------
    OSError, ExportError
        It could not be kept.
    """
    line = {"after": _version(out), "slug": slug, "record": record}
    text = f"{json.dumps(line, ensure_ascii=False)}\n".encode("utf-8", "replace")
    log, kept = (place.stat().st_size if folder.is_file(place) else 0
                 for place in (out / LOG, out / KEPT))  # fmt: skip
    if _LOGGED * (log + len(text)) > kept:
        write(out, {**reports, slug: record})
    else:
        folder.append(out / LOG, text)


def write(out: Path, reports: Mapping[str, Record]) -> str:
    """Keep the records under the hidden name, which counts, and under the public one.

    Returns
    -------
    str
        Why the public one could not be written; nothing if it was.

    Raises
    ------
    OSError, ExportError
        The records could not be kept.
    """
    content = {"reports": {slug: reports[slug] for slug in sorted(reports)}}
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    written = f"{text}\n".encode("utf-8", "replace")
    workshop = folder.workshop(out)
    folder.write(out / KEPT, written, made_in=workshop)
    (out / LOG).unlink(missing_ok=True)
    held = _opened(out / FILE)
    if isinstance(held, Mapping) and held and "reports" not in held:
        return f"{out / FILE} was left alone: pvtools did not write it. Move it away."
    try:
        folder.write(out / FILE, written, made_in=workshop)
    except (OSError, ExportError) as error:
        return folder.sentence(error)
    return ""


def well_formed(reports: object) -> dict[str, Record]:
    """Return those records that have the form that is written here, without what is unknown."""
    given = reports if isinstance(reports, Mapping) else {}
    sound = {slug: _sound(slug, given[slug]) for slug in given if folder.is_slug(slug)}
    return {slug: record for slug, record in sound.items() if record}


def ours(slug: str, record: Record | None) -> tuple[str, ...]:
    """Return the names of the files that a well-formed record says are ours."""
    if record is None:
        return ()
    if record["status"] == "built":
        return tuple(record["outputs"])
    # Until it was recorded, what was kept of a failure was always these two.
    return (*record.get("earlier", ()), *record.get("evidence", folder.evidence(slug)))


def up_to_date(
    out: Path,
    subject: Subject,
    record: Record | None,
    made_from: Mapping[str, Any],
    formats: Sequence[str],
) -> bool:
    """Say whether a report need not be made: same inputs, and its files whole on disk."""
    known = well_formed({subject.slug: record}).get(subject.slug)
    if known is None or known["status"] != "built" or known["inputs"] != made_from:
        return False
    if known.get("parameters") != subject.recorded:
        return False
    try:
        return set(formats) <= set(known["formats"]) and all(
            folder.is_file(out / name) and inputs.file_hash(out / name) == file["sha256"]
            for name, file in known["outputs"].items()
        )
    except OSError:
        return False


def _version(out: Path) -> list[int]:
    """Return what tells one writing of what is kept from another."""
    return list(places.file_stamp(out / KEPT)[:2])


def _logged(out: Path) -> dict[str, object]:
    """Return what was kept since all was written; a line half written is none."""
    found: dict[str, object] = {}
    if not folder.is_file(out / LOG):
        return found
    now = _version(out)
    for line in (out / LOG).read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            held = json.loads(line)
            if isinstance(held, dict) and held.get("after") == now:
                found[str(held.get("slug"))] = held.get("record")
    return found


def _reports(path: Path) -> object:
    held = _opened(path)
    return held.get("reports") if isinstance(held, Mapping) else None


def _opened(path: Path) -> object:
    """Return what a JSON file holds, if it can be read at all."""
    try:
        if folder.is_file(path) and path.stat().st_size <= _LARGEST:
            return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        pass
    return None


def _sound(slug: str, record: object) -> Record:
    if not isinstance(record, Mapping):
        return {}
    record = {_FORMER.get(key, key): value for key, value in record.items()}
    form = _BUILT if record.get("status") == "built" else _NOT_BUILT
    known = {key: record[key] for key in form if key in record}
    needed = _NEEDED if form is _BUILT else {"status"}
    if not needed <= known.keys() or not all(form[k](slug, known[k]) for k in known):
        return {}
    if form is _BUILT:  # each form has its file, and each file its form
        forms = {f"{slug}/{folder.file_name(slug, form)}" for form in known["formats"]}
        return known if forms == known["outputs"].keys() else {}
    return known


def _text(_: str, value: object) -> bool:
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:  # half a character, which could not be written again
        return False


def _lines(_: str, value: object) -> bool:
    return isinstance(value, list) and all(_text("", line) for line in value)


def _texts(_: str, value: object) -> bool:
    return isinstance(value, Mapping) and all(
        _text("", key) and _text("", text) for key, text in value.items()
    )


def _inputs(_: str, value: object) -> bool:
    return isinstance(value, Mapping) and all(
        _text("", key) and (_text("", made) or _texts("", made)) for key, made in value.items()
    )


def _among(allowed: Callable[[str], Sequence[str]]) -> Callable[[str, object], bool]:
    return lambda slug, value: _lines(slug, value) and set(value) <= set(allowed(slug))


def _outputs(slug: str, value: object) -> bool:
    names = isinstance(value, Mapping) and value and set(value) <= set(folder.outputs(slug))
    return bool(names) and all(map(_file, value.values()))


def _file(file: object) -> bool:
    if not isinstance(file, Mapping) or file.keys() != {"bytes", "sha256"}:
        return False
    size, sha256 = file["bytes"], file["sha256"]
    return (
        type(size) is int  # True is none
        and 0 <= size < 2**53
        and isinstance(sha256, str)
        and bool(re.fullmatch(r"[0-9a-f]{64}", sha256))
    )


#: what earlier versions called it → what it is called
_FORMER = {"borough": "area", "gss_code": "code"}
_ABOUT = {"area": _text, "code": _text, "parent": _text, "parameters": _texts, "inputs": _inputs}
_BUILT = _ABOUT | {
    "status": _text,
    "formats": _among(lambda _: folder.FORMS),
    "vintages": _lines,
    "outputs": _outputs,
}
_NOT_BUILT = _ABOUT | {
    "status": _text,
    "error": _text,
    "earlier": _among(folder.earlier),
    "evidence": _among(folder.evidence),
}
_NEEDED = {"status", "inputs", "formats", "vintages", "outputs"}
