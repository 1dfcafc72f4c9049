"""One report's change to the folder: carried out whole, or not at all.

A report is several files and a record. First the files are made whole, and a journal of what is to
be done is written; then each file that goes is moved out of its place, each that comes is moved
in, and the record is kept; then the journal is removed. At no moment do files of two vintages
stand side by side. An error on the way undoes what was done; a kill leaves the journal, from which
the next batch finishes the change, or undoes it where a file is missing or spoilt.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pvtools.errors import ExportError
from pvtools.reports import folder, inputs, manifest
from pvtools.reports.manifest import Record


class Note(NamedTuple):
    """A sentence on the folder as a whole, and whether something is left to be mended."""

    text: str
    fault: bool = True


class Move(NamedTuple):
    """One file's way: names below the folder of reports, and its hash if it is to stand."""

    source: str
    target: str
    sha256: str = ""


def publish(out: Path, reports: dict[str, Record], slug: str, record: Record) -> None:
    """Let a finished report stand; an earlier one goes, and so does the evidence of a failure.

    Raises
    ------
    ExportError, OSError
        Something is in the way or cannot be written; everything is as it was before.
    """
    moves = [
        Move(_made(slug, Path(name).name), name, file["sha256"])
        for name, file in record["outputs"].items()
    ]
    _carry_out(out, reports, slug, record, moves)


def set_aside(
    out: Path, reports: dict[str, Record], slug: str, record: Record, error: str
) -> tuple[str, ...]:
    """Keep the evidence of a failure, and move an earlier report out of the new one's place.

    Returns
    -------
    tuple of str
        The files of the earlier report, under names that say what they are.

    Raises
    ------
    ExportError, OSError
        Something is in the way or cannot be written; everything is as it was before.
    """
    home = folder.workshop(out, slug)
    folder.refuse_unfinished(out, slug)
    folder.write(home / f"{slug}.txt", f"{error}\n".encode("utf-8", "replace"))
    moves = [_move(out, _made(slug, f"{slug}.txt"), f"{folder.FAILED}/{slug}.txt")]
    if folder.is_file(home / folder.HALF_RUN):
        half_run = _made(slug, folder.HALF_RUN)
        moves.append(_move(out, half_run, f"{folder.FAILED}/{slug}.ipynb"))
    evidence = [move.target for move in moves]
    known = set(manifest.ours(slug, reports.get(slug)))
    aside = [
        _move(out, name, kept)
        for name, kept in zip(folder.outputs(slug), folder.earlier(slug), strict=True)
        if name in known and os.path.lexists(out / name)
    ]
    # Without one that stands, the one that was kept at an earlier failure stays.
    stay = [] if aside else [name for name in folder.earlier(slug) if name in known]
    stay = [name for name in stay if folder.is_file(out / name)]
    earlier = [move.target for move in aside] or stay
    record = record | {"earlier": earlier, "evidence": evidence}
    _carry_out(out, reports, slug, record, [*moves, *aside], stay=stay)
    return tuple(earlier)


def recover(out: Path, reports: dict[str, Record]) -> Iterator[Note]:
    """Finish or undo what a killed batch had begun; yield a note on each such report."""
    for slug in folder.begun(out):
        home = out / folder.BUILDING / slug
        if folder.misplaced(home) or not folder.is_file(home / folder.JOURNAL):
            continue
        before, record, moves = _opened(home / folder.JOURNAL, slug)
        name = (record or {}).get("area", slug)
        begun = f"The last batch was stopped while the report of {name} was put in place"
        if record is None:
            yield Note(f"{begun}, and its journal {home / folder.JOURNAL} is damaged.")
            continue
        try:
            _refuse_links(out, moves)
            if all(_is_whole(out, move) for move in moves):
                _forward(out, moves)
                ended = ": that has now been finished."
            else:
                _back(out, moves)
                record, ended = before, ", and not all its files were left: that has been undone."
            reports.pop(slug, None)
            reports |= {slug: record} if record else {}
            manifest.write(out, reports)
            _close(out, slug, moves)
            yield Note(begun + ended, fault=False)
        except (ExportError, OSError) as error:
            yield Note(f"{begun}, and this could not be put right. {folder.sentence(error)}")


def _carry_out(
    out: Path,
    reports: dict[str, Record],
    slug: str,
    record: Record,
    moves: Sequence[Move],
    *,
    stay: Sequence[str] = (),
) -> None:
    folder.refuse_unfinished(out, slug)
    leaving = {move.source for move in moves} | set(stay)
    known = manifest.ours(slug, reports.get(slug))
    going = [name for name in known if name not in leaving and os.path.lexists(out / name)]
    # What holds already what is to be put there may go too: nothing is lost by that.
    same = (move.target for move in moves if _has(out / move.target, move.sha256))
    going += [name for name in same if name not in going]
    away = [Move(name, _made(slug, f"{folder.WAS}/{Path(name).name}")) for name in going]
    _refuse_faults(out, slug, away, moves, stay)
    moves = [*away, *moves]
    journal = folder.workshop(out, slug) / folder.JOURNAL
    step = {"before": reports.get(slug), "record": record, "moves": moves}
    folder.write(journal, json.dumps(step).encode())
    try:
        _forward(out, moves)
        manifest.keep(out, reports, slug, record)
    except BaseException:
        with contextlib.suppress(OSError):  # if not now, at the next start
            _back(out, moves)
            _close(out, slug, moves)
        raise
    reports[slug] = record
    with contextlib.suppress(OSError):
        _close(out, slug, moves)


def _forward(out: Path, moves: Sequence[Move]) -> None:
    """Move what has not been moved yet."""
    arriving = {move.target: move for move in moves}
    for move in moves:
        source, target = out / move.source, out / move.target
        arrives = arriving.get(move.source)
        if arrives and not os.path.lexists(out / arrives.source):
            continue  # what had to go has gone: this is what has come in its place
        if not os.path.lexists(target) and (move.sha256 or os.path.lexists(source)):
            target.parent.mkdir(exist_ok=True)
            source.replace(target)


def _back(out: Path, moves: Sequence[Move]) -> None:
    """Move back what has been moved, and nothing that somebody else has put there since."""
    leaving = {move.source: move for move in moves}
    for move in reversed(moves):
        source, target = out / move.source, out / move.target
        went = leaving.get(move.target)
        came = not os.path.lexists(source) and (went is None or os.path.lexists(out / went.target))
        if came and (_has(target, move.sha256) if move.sha256 else os.path.lexists(target)):
            source.parent.mkdir(exist_ok=True)
            target.replace(source)


def _close(out: Path, slug: str, moves: Iterable[Move]) -> None:
    (out / folder.BUILDING / slug / folder.JOURNAL).unlink()
    folder.clear(out, slug)
    folder.remove_empty([out / slug, out / folder.FAILED])


def _refuse_faults(
    out: Path, slug: str, away: Sequence[Move], moves: Sequence[Move], stay: Sequence[str]
) -> None:
    """Refuse links, and whatever stands in the way and is not known to be ours; all at once."""
    _refuse_links(out, [*away, *moves])
    ours = {*stay, *(move.source for move in (*away, *moves))}
    targets = [move.target for move in moves]
    # A form that is not made now must not stand beside those that are, of who knows what vintage.
    beside = folder.outputs(slug) if set(targets) & set(folder.outputs(slug)) else ()
    faults = [
        f"{out / name} is a link or a folder where a file belongs. Move it away."
        for name in (*ours, *targets, *beside)
        if os.path.lexists(out / name) and not folder.is_file(out / name)
    ]
    faults += [
        f"{out / name} is in the way, and there is no record that pvtools made it. "
        "Move it away, then run the same again."
        for name in (*targets, *beside)
        if name not in ours and folder.is_file(out / name)
    ]
    faults += [
        f"{out / move.source} is not as it was made. Run the same again."
        for move in moves
        if not _has(out / move.source, move.sha256)
    ]
    if faults:
        raise ExportError("\n".join(sorted(set(faults))))


def _refuse_links(out: Path, moves: Iterable[Move]) -> None:
    folders = {(out / name).parent for move in moves for name in move[:2]}
    if faults := list(filter(None, map(folder.misplaced, sorted(folders)))):
        raise ExportError("\n".join(faults))


def _is_whole(out: Path, move: Move) -> bool:
    """Say whether a file that is to stand is there, where it was made or where it stands."""
    source, target = out / move.source, out / move.target
    return not move.sha256 or _has(target if not os.path.lexists(source) else source, move.sha256)


def _has(path: Path, sha256: str) -> bool:
    return folder.is_file(path) and inputs.file_hash(path) == sha256


def _move(out: Path, source: str, target: str) -> Move:
    path = out / source
    return Move(source, target, inputs.file_hash(path) if folder.is_file(path) else "")


def _made(slug: str, name: str) -> str:
    return f"{folder.BUILDING}/{slug}/{name}"


def _opened(path: Path, slug: str) -> tuple[Record | None, Record | None, list[Move]]:
    """Return a journal's records before and after and its moves, if it names what is ours only."""
    standing = {*folder.outputs(slug), *folder.earlier(slug), *folder.evidence(slug)}
    made = {Path(name).name for name in standing} | {folder.HALF_RUN}
    names = standing | {_made(slug, name) for name in made}
    names |= {_made(slug, f"{folder.WAS}/{name}") for name in made}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        moves = [Move(*move) for move in held["moves"]]
        before = manifest.well_formed({slug: held["before"]}).get(slug)
        [record] = manifest.well_formed({slug: held["record"]}).values()
        if all({m.source, m.target} <= names and isinstance(m.sha256, str) for m in moves):
            return before, record, moves
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        pass
    return None, None, []
