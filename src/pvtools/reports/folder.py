"""The folder reports stand in: whole reports, failed ones apart, and one batch at a time.

::

    reports/
    ├── index.html
    ├── manifest.json
    ├── hackney/            one folder per borough: what one hands over is one borough's folder
    │   ├── pvtools-hackney.pdf · .html · .xlsx
    └── failed/
        ├── hackney.ipynb   as far as it ran
        ├── hackney.txt     what went wrong
        └── pvtools-hackney-earlier.pdf …

A report is made under ``.building`` and renamed into place, so what stands is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pvtools.errors import UsageError

_BUILDING = ".building"
_LOCK = ".lock"
FAILED = "failed"


def file_name(slug: str, form: str) -> str:
    """Return the name a report's file has wherever it is: ``pvtools-hackney.pdf``."""
    return f"pvtools-{slug}.{form}"


def building(out: Path, slug: str) -> Path:
    """Return an empty folder in which to make the report of ``slug``."""
    folder = out / _BUILDING / slug
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def publish(out: Path, slug: str, files: Iterable[Path]) -> list[Path]:
    """Move finished files to where the report stands; what is said of a failure goes."""
    home = out / slug
    home.mkdir(parents=True, exist_ok=True)
    standing = []
    for file in files:
        standing.append(home / file.name)
        file.replace(standing[-1])
    _remove(_failure_files(out, slug))
    shutil.rmtree(out / _BUILDING / slug, ignore_errors=True)
    return standing


def set_aside(out: Path, slug: str, error: str) -> list[Path]:
    """Keep the evidence of a failure, and move an earlier report out of the new one's place.

    Returns
    -------
    list of Path
        The files of the earlier report, under names that say what they are.
    """
    failed = out / FAILED
    failed.mkdir(parents=True, exist_ok=True)
    half_run = out / _BUILDING / slug / "notebook.ipynb"
    if half_run.exists():
        half_run.replace(failed / f"{slug}.ipynb")
    else:
        (failed / f"{slug}.ipynb").unlink(missing_ok=True)  # an older failure's, then
    write(failed / f"{slug}.txt", f"{error}\n")
    for file in sorted((out / slug).glob(f"pvtools-{slug}.*")):
        file.replace(failed / f"{file.stem}-earlier{file.suffix}")
    shutil.rmtree(out / slug, ignore_errors=True)
    shutil.rmtree(out / _BUILDING / slug, ignore_errors=True)
    return sorted(failed.glob(f"pvtools-{slug}-earlier.*"))


def write(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold the folder for one batch, and begin by clearing what a killed one left behind.

    The system lets go of the lock when its process ends, however it ends: none is ever stale.

    Raises
    ------
    UsageError
        Another batch holds it, or it cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / _LOCK).open("a+", encoding="ascii")
    except OSError as error:
        raise UsageError(
            f"Reports cannot be written to {out}: {error.strerror}. "
            "Choose a folder that can be written to with --out."
        ) from None
    with lock:
        if not _locked(lock.fileno()):
            lock.seek(0)
            owner = lock.read().strip()
            raise UsageError(
                f"Another batch{f' (process {owner})' if owner else ''} is writing to {out}: "
                "wait until it has ended, or choose another folder with --out."
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _sweep(out)
        try:
            yield
        finally:
            shutil.rmtree(out / _BUILDING, ignore_errors=True)
            lock.truncate(0)


def _sweep(out: Path) -> None:
    shutil.rmtree(out / _BUILDING, ignore_errors=True)
    _remove([*out.glob(".*.part"), *(out / FAILED).glob(".*.part")])


def _failure_files(out: Path, slug: str) -> list[Path]:
    failed = out / FAILED
    notes = [failed / f"{slug}.ipynb", failed / f"{slug}.txt"]
    return [*notes, *failed.glob(f"pvtools-{slug}-earlier.*")]


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
        if file.parent.name == FAILED and file.parent.is_dir() and not any(file.parent.iterdir()):
            file.parent.rmdir()


if os.name == "posix":
    import fcntl

    def _locked(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

else:  # pragma: no cover - Windows
    import msvcrt

    def _locked(file: int) -> bool:
        try:
            # Far beyond the end, so that the number in the file can still be read by others.
            os.lseek(file, 1 << 20, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        return True
