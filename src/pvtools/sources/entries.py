"""What is known about each data set: ``data/sources.toml``, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pvtools import places
from pvtools.errors import DataError, Fault, resolve
from pvtools.sources import regular
from pvtools.sources.rules import KeyFault, faults, line

_LONGEST = 10_000_000  # bytes
_MEND = "Mend the register, or delete it to fall back on the one that comes with pvtools."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a file can be downloaded, and its checksum if the register gives one."""

    url: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """How a survey was drawn: what an interval for a share without a base rests on."""

    interviews_per_quarter: int
    quarters_pooled: int
    n: int
    design_effect: float
    design_effect_basis: str


@dataclass(frozen=True, slots=True)
class Published:
    """The figures of a source that come with pvtools; ``file`` lies in the data folder."""

    file: str
    sha256: str
    vintage: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Source:
    """One data set of the register.

    ``columns`` holds the headers that identify a file of it, one for each layout the publisher
    has used. ``redirects_to`` names other hosts where the publisher keeps the files that its
    addresses lead to. ``cannot_bear`` holds sentences a reader must know before leaning on it.
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
    columns: tuple[tuple[str, ...], ...]
    cadence: str
    gains: str
    cannot_bear: tuple[str, ...]
    by_hand: str = ""
    redirects_to: tuple[str, ...] = ()
    published_from: str = ""
    design: Design | None = None
    published: Published | None = None
    columns_map: Mapping[str, str] = field(default_factory=dict)
    yes_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing_answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def published_file(self) -> str:
        """Return the file of its figures that come with pvtools, or nothing."""
        return self.published.file if self.published else ""


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
    path = _path(data_dir)
    try:
        with regular.opened(path) as content:
            text = content.read(_LONGEST).decode("utf-8")
        entries = tomllib.loads(text)
    except OSError as error:
        raise _unreadable(path, f"no readable file ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"a byte that is not UTF-8 at position {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, f"text that is not TOML ({error})") from None
    found_wrong = [
        KeyFault(found, allowed, row=line(text, where), column=".".join(where))
        for where, found, allowed in faults(entries)
    ]
    if found_wrong:
        raise DataError(str(path), found_wrong, _MEND)
    return {key: _source(key, entry) for key, entry in entries.items()}


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
    own = (Path(data_dir) if data_dir is not None else places.data_dir()) / "sources.toml"
    return own if regular.exists(own) else places.shipped_data() / "sources.toml"


def _source(key: str, entry: dict[str, Any]) -> Source:
    fields = dict(entry)
    fields["addresses"] = tuple(
        Address(a) if isinstance(a, str) else Address(**a) for a in entry["addresses"]
    )
    fields["columns"] = tuple(tuple(header) for header in entry["columns"])
    fields["redirects_to"] = tuple(entry.get("redirects_to", ()))
    fields["cannot_bear"] = tuple(entry["cannot_bear"])
    for name in ("yes_answers", "no_answers", "missing_answers"):
        fields[name] = {
            question: tuple(str(answer) for answer in answers)
            for question, answers in entry.get(name, {}).items()
        }
    if "design" in entry:
        fields["design"] = Design(**entry["design"])
    if "published" in entry:
        fields["published"] = Published(**entry["published"])
    return Source(key=key, **fields)


def _unreadable(path: Path, found: str) -> DataError:
    return DataError(str(path), [Fault(found, "a register of sources in TOML")], _MEND)
