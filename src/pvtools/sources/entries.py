"""What is known about each data set: ``data/sources.toml``, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pvtools import places
from pvtools.errors import DataError, Fault, UsageError, resolve
from pvtools.sources import designs, regular, toml
from pvtools.sources.declared import WORDS, declarations
from pvtools.sources.designs import Break, Design
from pvtools.sources.rules import KeyFault, faults, line, listed

_MEND = "Mend the register, or delete it to fall back on the one that comes with pvtools."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a file can be downloaded, and its checksum if the register gives one."""

    url: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of a source that come with pvtools; ``file`` lies in the data folder.

    ``lacks`` are the sentences on what they do not hold between their first and last period.
    """

    file: str
    sha256: str
    vintage: str
    first: str
    last: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One data set of the register.

    ``redirects_to`` names other hosts where the publisher keeps the files that its addresses lead
    to. ``designs`` are the ways its survey was drawn, that of the published figures first, and
    ``breaks`` the periods in which its series may have changed its meaning. ``own`` is what a
    register says in place of a reader.
    ``columns_map`` (their column: ours) and ``yes_answers``, ``no_answers`` and
    ``missing_answers`` (our question: answers that count as yes, as no and as none) are for files
    that only their user holds, and are the user's to fill in.
    """

    key: str
    title: str
    publisher: str
    licence: str
    attribution: str
    published_at: str
    addresses: tuple[Address, ...]
    cadence: str
    by_hand: str = ""
    redirects_to: tuple[str, ...] = ()
    published_from: str = ""
    designs: tuple[Design, ...] = ()
    breaks: tuple[Break, ...] = ()
    published: Published | None = None
    columns_map: Mapping[str, str] = field(default_factory=dict)
    yes_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """Return the headers that identify a file of it, one for each layout, if any is added."""
        return self._declared("columns")

    @property
    def gains(self) -> str:
        """Return what reports gain from it."""
        return self._declared("gains")

    @property
    def cannot_bear(self) -> tuple[str, ...]:
        """Return the sentences that a reader must know before leaning on it."""
        return self._declared("cannot_bear")

    @property
    def design(self) -> Design | None:
        """Return how the survey behind the published figures was drawn, if it is one."""
        return self.designs[0] if self.designs else None

    def design_of(self, period: str) -> Design:
        """Return how the survey was drawn in a period, such as ``"2022-12"``.

        For a period that no design is stated for it is the nearest in time, and its ``caveats``
        say so.

        Raises
        ------
        UsageError
            The source is no survey with a design, or this is no period.

        Examples
        --------
        >>> find("pas_borough").design_of("2019-12").caveats
        ()
        >>> find("pas_borough").design_of("2024-06").caveats[0][:50]
        'How the survey was drawn in 2024-06 is not stated;'
        """
        if not self.designs:
            raise UsageError(f"No survey design is stated for {self.key!r}.")
        return designs.of(self.designs, period)

    def breaks_between(self, earlier: str, later: str) -> tuple[str, ...]:
        """Return a sentence for each possible break of the series between two periods."""
        return designs.crossed(self.breaks, earlier, later)

    def _declared(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        return getattr(declarations()[self.key], name) if self.key in declarations() else ()


def register(data_dir: Path | str | None = None) -> dict[str, Source]:
    """Return the register: every source by its key, in the order of the file.

    Parameters
    ----------
    data_dir
        A data folder. Its own ``sources.toml`` is read if it has one, else the register
        that comes with pvtools.

    Raises
    ------
    DataError
        The register cannot be read; all its faults are listed with line and key.

    Examples
    --------
    >>> register()["pas_borough"].design.n
    400
    """
    path, shipped = _path(data_dir), _shipped()
    return dict(_made(path, shipped, places.file_stamp(path), places.file_stamp(shipped)))


@lru_cache(maxsize=4)
def _made(path: Path, shipped: Path, *_stamps: tuple[int, ...]) -> dict[str, Source]:
    """Return a register's sources, read once for as long as neither file changes."""
    entries, text = _read(path)
    known = entries if path == shipped else _read(shipped)[0]  # these have a reader, or words
    found_wrong = [
        KeyFault(found, allowed, row=line(text, where), column=".".join(where))
        for where, found, allowed in faults(entries, known)
    ]
    if found_wrong:
        raise DataError(str(path), found_wrong, _MEND)
    return {key: _source(key, entry, known.get(key, {})) for key, entry in entries.items()}


def folder(data_dir: Path | str | None) -> Path:
    """Return the data folder that is meant: the one given, or the project's own."""
    return Path(data_dir) if data_dir is not None else places.data_dir()


def find(key: str, data_dir: Path | str | None = None) -> Source:
    """Return the source called ``key``.

    Raises
    ------
    UsageError
        No source is called so; the nearest key is suggested.
    """
    known = register(data_dir)
    return known[resolve("source", key, known, listed="pvtools sources")]


# reading ------------------------------------------------------------------------------------


def _path(data_dir: Path | str | None) -> Path:
    own = folder(data_dir) / "sources.toml"
    return own if regular.exists(own) else _shipped()


def _shipped() -> Path:
    return places.shipped_data() / "sources.toml"


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """Return the entries of a register, and its text."""
    return toml.read(path, what="a register of sources", do=_MEND)


def _source(key: str, entry: dict[str, Any], shipped: dict[str, Any]) -> Source:
    fields = {name: value for name, value in entry.items() if name not in WORDS}
    words = {**shipped, **entry}  # what no reader declares, the shipped register says
    own = {name: words[name] for name in WORDS if name in words}
    for name in {"columns", "cannot_bear"} & set(own):
        own[name] = _frozen(own[name])
    fields["addresses"] = tuple(
        Address(a) if isinstance(a, str) else Address(**a) for a in entry["addresses"]
    )
    fields["redirects_to"] = tuple(entry.get("redirects_to", ()))
    for name in ("yes_answers", "no_answers", "missing_answers"):
        fields[name] = {
            question: tuple(str(answer) for answer in answers)
            for question, answers in entry.get(name, {}).items()
        }
    fields["designs"] = tuple(Design(**one) for one in listed(fields.pop("design", [])))
    fields["breaks"] = tuple(Break(**one) for one in listed(entry.get("breaks", [])))
    if "published" in entry:
        lacks = tuple(entry["published"].get("lacks", ()))
        fields["published"] = Published(**entry["published"] | {"lacks": lacks})
    return Source(key=key, own=own, **fields)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _unreadable(path: Path, found: str) -> DataError:
    return DataError(str(path), [Fault(found, "a register of sources in TOML")], _MEND)
