"""Taking new files in: recognised by their header, checked whole, then filed away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pvtools import sources
from pvtools.errors import DataError, Fault, PvtoolsError
from pvtools.sources import regular
from pvtools.tables import schemas, today
from pvtools.tables.formats import read, sources_in, tidy
from pvtools.tables.gaps import gaps_in
from pvtools.tables.harm_versions import load_harm_weights, other_weights
from pvtools.tables.holdings import WEIGHTS, span, vintage

#: ``new``: filed now. ``held``: the same bytes were there. ``skipped``: a file of a folder that
#: is none of ours. ``failed``: it was named, or recognised, and cannot be used.
Outcome = Literal["new", "held", "skipped", "failed"]

_DO = "Check the name. Several files can be named at once, a folder, or a pattern such as '*.csv'."


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file; ``lacks`` says what it does not hold, ``note`` how it is used."""

    file: str
    outcome: Outcome
    source: str = ""
    rows: int = 0
    first: str = ""
    last: str = ""
    gains: str = ""
    lacks: tuple[str, ...] = ()
    note: str = ""
    holding: sources.Holding | None = None
    error: PvtoolsError | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    path: Path
    source: str
    rows: int
    span: tuple[str, str]
    vintage: str
    sha256: str
    lacks: tuple[str, ...]
    note: str


def add(files: Iterable[Path | str], *, data_dir: Path | str | None = None) -> list[Added]:
    """File the publishers' files away and return what became of each.

    Every file is recognised and checked before the first is filed. A file with faults is
    reported and does not stop the others; nothing of it is taken. A workbook is filed once for
    each source that it holds a sheet of.

    Parameters
    ----------
    files
        Files, folders (the files directly in them) or patterns such as ``downloads/*.csv``.
        In a folder or pattern, a file of no known source is skipped, with the reason.
    data_dir
        The data folder to file them in, by default the project's own.

    Examples
    --------
    >>> add(["no such file.csv"])[0].outcome
    'failed'
    """
    meant = _expand(files)
    checked: list[_Checked | Added] = []
    for one in meant:
        checked += [one] if isinstance(one, Added) else _checks(one[0], found=one[1])
    return [one if isinstance(one, Added) else _file(one, data_dir) for one in checked]


def fetch(
    keys: Iterable[str] = (),
    *,
    data_dir: Path | str | None = None,
    progress: sources.Progress | None = None,
) -> list[Added]:
    """Download the files of some sources, :func:`add` them, and return what became of each.

    Parameters
    ----------
    keys
        Sources of the register; none means all that have an address.
    progress
        Told the file's name, the bytes that have arrived and the bytes to come (if known).

    Raises
    ------
    UsageError
        A key is not in the register; nothing was downloaded.
    """
    arrived = sources.fetch(keys, data_dir=data_dir, progress=progress)
    results = []
    for download in arrived:
        if download.path is None:
            results.append(
                Added(download.url or download.source, "failed", download.source,
                      error=download.error)
            )  # fmt: skip
            continue
        try:
            added = add([download.path], data_dir=data_dir)
            results += [_as_fetched(one, download.url) for one in added]
        finally:
            _clear(download.path)
    return results


def _expand(files: Iterable[Path | str]) -> list[tuple[Path, bool] | Added]:
    """Return each file once, and whether it was only found, rather than named."""
    listed: dict[Path, bool] = {}
    refused = []
    for name in files:
        path = Path(name)
        if not str(name).strip():  # to Path that is the folder one is in
            refused.append(_refusal("''", "an empty name"))
        elif regular.is_folder(path):
            try:
                inside = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
            except OSError as error:
                refused.append(_refusal(str(path), f"a folder not to be opened ({error.strerror})"))
                continue
            for one in inside:
                listed.setdefault(one, True)
        elif found := [] if regular.exists(path) else regular.matching(path):
            for one in found:
                listed.setdefault(one, True)
        else:
            listed[path] = False
    return [*refused, *listed.items()]


def _refusal(file: str, found: str) -> Added:
    fault = Fault(found, "a file, a folder or a pattern that exists")
    return Added(file, "failed", error=DataError(file, [fault], _DO))


def _checks(path: Path, *, found: bool) -> list[_Checked | Added]:
    """Return what is in a file, once for each source: a workbook may hold several."""
    if not regular.exists(path):
        return [_refusal(str(path), "no file of this name")]
    try:
        held = sources_in(path)
    except PvtoolsError as error:
        return [Added(str(path), "skipped" if found else "failed", error=error)]
    return [_check(path, source) for source in held]


def _check(path: Path, source: str) -> _Checked | Added:
    try:
        digest = sources.sha256(path)
        table = read(path, source)
    except PvtoolsError as error:
        return Added(str(path), "failed", source, error=_with_the_clock(error))
    except OSError as error:  # it has gone since
        return _refusal(str(path), f"a file that cannot be read ({error.strerror})")
    lacks = gaps_in(table, source)
    units = source == "mps_recorded_crime" and (table["schema"] == schemas.UNITS).all()
    note = schemas.NOTE if units else ""
    return _Checked(path, source, len(table), span(table), vintage(table), digest, lacks, note)


def _with_the_clock(error: PvtoolsError) -> PvtoolsError:
    """Return the error, and what to do first where this machine's clock is surely wrong."""
    if isinstance(error, DataError) and (advice := today.advice()):
        return DataError(error.file, error.faults, error.do + advice, more=error.more)
    return error


def _file(checked: _Checked, data_dir: Path | str | None) -> Added:
    first, last = checked.span
    try:
        _one_meaning(checked, data_dir)
        known = sources.already_held(checked.sha256, checked.source, data_dir)
        holding = sources.file_away(
            checked.path,
            checked.source,
            vintage=checked.vintage,
            first=first,
            last=last,
            checked=checked.sha256,
            lacks=checked.lacks,
            data_dir=data_dir,
        )
        gains = sources.find(checked.source, data_dir).gains
    except PvtoolsError as error:
        return Added(str(checked.path), "failed", checked.source, error=error)
    except OSError as error:
        fault = Fault(f"a folder that cannot be written ({error.strerror})", "a writable folder")
        refusal = DataError(
            str(sources.folder(data_dir)), [fault], "Nothing was filed. Choose one with: --data DIR"
        )
        return Added(str(checked.path), "failed", checked.source, error=refusal)
    return Added(
        file=str(checked.path),
        outcome="held" if known is not None else "new",
        source=checked.source,
        rows=checked.rows,
        first=first,
        last=last,
        gains=gains,
        lacks=checked.lacks,
        note=checked.note or _used(checked.source, data_dir),
        holding=holding,
    )


def _one_meaning(checked: _Checked, data_dir: Path | str | None) -> None:
    """Refuse weights under a name that another file gives other weights: which would be used?"""
    if checked.source != WEIGHTS:
        return
    if clash := other_weights(tidy(checked.path, checked.source), data_dir):
        fault = Fault(clash, "one set of weights for each version")
        raise DataError(
            str(checked.path), [fault], "Give the version another name, or remove the other file."
        )


def _used(source: str, data_dir: Path | str | None) -> str:
    """Return which of several tables reports use, as a sentence."""
    if source != WEIGHTS:
        return ""
    version = load_harm_weights(data_dir)["version"].iloc[0]
    if len(sources.added(source, data_dir)) == 1:
        return f"Reports use the weights {version!r} in place of those that come with pvtools."
    return (
        f"Reports use the weights {version!r}: of those held the newest, of equally new ones "
        "that which weighs most kinds of offence."
    )


def _as_fetched(one: Added, url: str) -> Added:
    """Name the address in place of the download, which does not stay."""
    error = one.error
    if isinstance(error, DataError):
        error = DataError(url, error.faults, error.do, more=error.more)
    return replace(one, file=url, error=error)


def _clear(path: Path) -> None:
    """Remove a download that was filed away or refused, and its folders when empty."""
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()
        path.parent.parent.rmdir()
