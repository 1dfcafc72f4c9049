"""The folder reports stand in: which names in it are ours, and where files are made.

::

    reports/
    ├── index.html
    ├── manifest.json
    ├── hackney/            one folder per area: what one hands over is one area's folder
    │   ├── pvtools-hackney.pdf · .html · .xlsx
    └── failed/
        ├── hackney.ipynb   as far as it ran
        ├── hackney.txt     what went wrong
        └── pvtools-hackney-earlier.pdf …

People lay files of their own beside these. Nothing is moved, replaced or removed but by a name
that is listed here *and* recorded as ours in the manifest; a folder goes only when it is empty; no
link is followed, save that the folder itself may be one. Files are made under ``.building`` and
renamed into place (see :mod:`pvtools.reports.journal`), so what stands is whole.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from pvtools.errors import ExportError

FORMS = ("pdf", "html", "xlsx")
FAILED = "failed"
BUILDING = ".building"
#: below the folder in which one report is made
JOURNAL, HALF_RUN, WAS = "journal.json", "notebook.ipynb", "was"
_PART = ".part"
_SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
#: of a report: what the folder itself holds, and what Windows takes for devices
_RESERVED = frozenset(
    {FAILED, "con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)
#: the longest name of a report: its files' names must fit every file system
LONGEST = 100
#: the pages that describe the whole folder, one of them hidden
PAGES = ("index.html", "manifest.json", ".manifest.log", ".manifest.json")


def file_name(slug: str, form: str) -> str:
    """Return the name a report's file has wherever it is: ``pvtools-hackney.pdf``."""
    return f"pvtools-{slug}.{form}"


def outputs(slug: str) -> tuple[str, ...]:
    """Return the names under which a report of ``slug`` can stand: ``hackney/pvtools-…``."""
    return tuple(f"{slug}/{file_name(slug, form)}" for form in FORMS)


def earlier(slug: str) -> tuple[str, ...]:
    """Return the names under which an earlier report is kept once a new one has failed."""
    return tuple(f"{FAILED}/{file_name(f'{slug}-earlier', form)}" for form in FORMS)


def evidence(slug: str) -> tuple[str, ...]:
    """Return the names under which it is kept how a report failed."""
    return (f"{FAILED}/{slug}.ipynb", f"{FAILED}/{slug}.txt")


def workshop(out: Path, slug: str = "") -> Path:
    """Return the folder in which the files of ``slug``, or of no report, are made.

    Raises
    ------
    ExportError
        A link or a file stands in its place.
    OSError
        It cannot be made.
    """
    place = out
    for part in (BUILDING, slug) if slug else (BUILDING,):
        place = place / part
        if fault := misplaced(place):
            raise ExportError(fault)
        place.mkdir(exist_ok=True)
    return place


def building(out: Path, slug: str) -> Path:
    """Return the folder in which to make the report of ``slug``, clear of earlier attempts.

    Raises
    ------
    ExportError
        A link or a file stands in its place, or an earlier step could not be put right.
    OSError
        It cannot be made.
    """
    workshop(out, slug)
    refuse_unfinished(out, slug)
    clear(out, slug)
    return workshop(out, slug)


def refuse_unfinished(out: Path, slug: str) -> None:
    """Refuse to begin anew where a journal records a step that could not be put right."""
    home = out / BUILDING / slug
    if os.path.lexists(home / JOURNAL):
        raise ExportError(
            f"What the last batch left in {home} could neither be finished nor undone. "
            "Take out of it what you want to keep, remove it, and run the same again."
        )


def clear(out: Path, slug: str) -> None:
    """Remove what was made on the way to the report of ``slug``, unless a journal needs it."""
    home = out / BUILDING / slug
    if (
        not home.is_dir()
        or misplaced(home)
        or misplaced(home / WAS)
        or os.path.lexists(home / JOURNAL)
    ):
        return
    made = [HALF_RUN, f"{slug}.txt", *(file_name(slug, form) for form in FORMS)]
    _remove(home / f"{name}{part}" for name in [*made, JOURNAL] for part in ("", _PART))
    names = (*outputs(slug), *earlier(slug), *evidence(slug))
    _remove(home / WAS / Path(name).name for name in names)
    remove_empty([home / WAS, home])


def write(path: Path, content: bytes, *, made_in: Path | None = None) -> None:
    """Write a file whole or not at all, by way of ``made_in`` or else of its own folder.

    Raises
    ------
    ExportError
        A link or a folder stands in its place.
    OSError
        It could not be written; what stood there still does.
    """
    if os.path.lexists(path) and not is_file(path):
        raise ExportError(f"{path} is a link or a folder where a file belongs. Move it away.")
    if is_file(path) and path.read_bytes() == content:
        return
    temporary = (made_in or path.parent) / f"{path.name}{_PART}"
    temporary.unlink(missing_ok=True)
    try:
        with temporary.open("xb") as file:  # never through a link
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if temporary.stat().st_size != len(content):
            raise OSError(errno.EIO, "it was not written whole", str(path))
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def append(path: Path, line: bytes) -> None:
    """Add a line to a file, whole or not at all; after half a line it begins a new one.

    Raises
    ------
    ExportError
        A link or a folder stands in its place.
    OSError
        It could not be written; the file is as it was.
    """
    if os.path.lexists(path) and not is_file(path):
        raise ExportError(f"{path} is a link or a folder where a file belongs. Move it away.")
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        torn = end and file.read(1) != b"\n"
        try:
            file.write((b"\n" if torn else b"") + line)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(end)
            raise


def clear_all(out: Path) -> None:
    """Remove all that was made on the way, unless a journal needs it."""
    for slug in begun(out):
        clear(out, slug)
    if not misplaced(out / BUILDING):
        _remove(out / BUILDING / f"{page}{_PART}" for page in PAGES)
    remove_empty([out / BUILDING])


def misplaced(place: Path) -> str:
    """Return what is wrong with a folder that is a link or a file; nothing if it is absent."""
    try:
        mode = place.lstat().st_mode
    except OSError:  # absent, or reported by whoever tries to use it
        return ""
    if stat.S_ISLNK(mode) or getattr(os.path, "isjunction", lambda _: False)(place):
        return f"{place} is a link, and pvtools follows none. Put a folder in its place."
    return "" if stat.S_ISDIR(mode) else f"{place} is a file where a folder belongs. Move it away."


def is_file(path: Path) -> bool:
    """Say whether a regular file is there: no link, no folder, no device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def holds(out: Path, path: Path) -> bool:
    """Say whether ``path`` lies in ``out`` where reports and their pages stand."""
    if not path.is_relative_to(out) or path == out:
        return False
    first, *rest = path.relative_to(out).parts
    return first in (*PAGES, FAILED, BUILDING) or (
        is_slug(first) and f"{first}/{'/'.join(rest)}" in outputs(first)
    )


def is_slug(name: object) -> bool:
    """Say whether a report can be called so: no path, no device, nothing of the folder's own."""
    return (
        isinstance(name, str)
        and len(name) <= LONGEST
        and _SLUG.fullmatch(name) is not None
        and name not in _RESERVED
    )


def begun(out: Path) -> list[str]:
    """Return what reports files are being made of, or were when a batch was killed."""
    if misplaced(out / BUILDING):
        return []
    with contextlib.suppress(OSError):
        return sorted(one.name for one in (out / BUILDING).iterdir() if is_slug(one.name))
    return []


def sentence(error: Exception) -> str:
    """Return a system's error as a sentence; one of ours is one already."""
    if isinstance(error, OSError):
        named = error.filename2 or error.filename
        return f"{named or 'A file'} could not be written: {error.strerror or error}."
    return str(error)


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those of the folders that are empty, one after the other."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
