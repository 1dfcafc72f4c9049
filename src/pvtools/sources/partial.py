"""A download in progress: bytes on disk and what is needed to carry on with them later."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from pvtools.sources import regular

_LONGEST = 120  # bytes of a name: with its endings it must fit into any file system


@dataclass(slots=True)
class Partial:
    """The part of a file that has arrived, in a folder of its own for each address.

    ``validator`` is what the server called this version of the file, a strong ETag, and
    ``total`` how long it said the whole is. Only with both can a later request be sure that it
    carries on with the same version.
    """

    url: str
    folder: Path
    validator: str = ""
    total: int = 0
    _note: Path = field(init=False)

    def __post_init__(self) -> None:
        for place in (self.folder.parent, self.folder):
            if place.is_symlink():
                raise OSError(errno.ELOOP, f"{place.name} is a link", str(place))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._note = self.path.with_name(f"{self.path.name}.json")
        self.validator, self.total = self._noted()
        if not (self.validator and self._is_ours()):
            self.forget()

    @classmethod
    def of(cls, url: str, downloads: Path) -> Partial:
        """Return the part of ``url`` that lies below ``downloads``, perhaps empty."""
        return cls(url, downloads / hashlib.sha256(url.encode()).hexdigest()[:12])

    @property
    def name(self) -> str:
        """Return the file's name as the address gives it, in letters any file system takes."""
        name = PurePosixPath(unquote(urlsplit(self.url).path)).name
        name = re.sub(r"[^\w .,;()\[\]'&+=@~-]", "_", name)
        name = name.encode()[:_LONGEST].decode(errors="ignore")
        return name if name not in ("", ".", "..") else "download"

    @property
    def path(self) -> Path:
        """Return where the bytes lie."""
        return self.folder / f"{self.name}.part"

    @property
    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        return self.path.stat().st_size if self._is_ours() else 0

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest, if it is still the same version."""
        if not (self.validator and 0 < self.size < self.total):
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self.validator}

    def continued_by(self, etag: str, span: str) -> bool:
        """Return whether an answer is the rest: the same version, from here to its end."""
        asked = f"bytes {self.size}-{self.total - 1}/{self.total}"
        return bool(self.headers()) and etag == self.validator and span.strip() == asked

    def note(self, validator: str, total: int | None) -> None:
        """Remember which version the bytes belong to, before the first of them is written."""
        self.validator, self.total = (validator, total) if validator and total else ("", 0)
        self._note.unlink(missing_ok=True)
        noted = {"url": self.url, "validator": self.validator, "total": self.total}
        with self._note.open("x", encoding="utf-8") as lines:  # never through a link
            json.dump(noted, lines)

    def opened(self, *, anew: bool) -> BinaryIO:
        """Return the part open for writing: from its beginning, or at its end."""
        if anew:
            self.path.unlink(missing_ok=True)
        how = os.O_CREAT | os.O_EXCL if anew else os.O_APPEND
        how |= os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.path, how, 0o644), "ab")

    def forget(self) -> None:
        """Throw the bytes away."""
        self.validator, self.total = "", 0
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def leave(self) -> None:
        """Keep what can be carried on with later, and nothing else."""
        if not (self.validator and self.size):
            self.forget()
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def finish(self) -> Path:
        """Give the complete file its name, and return it."""
        whole = self.folder / self.name
        with self.path.open("rb") as content:
            os.fsync(content.fileno())
        self.path.replace(whole)
        self._note.unlink(missing_ok=True)
        return whole

    def _is_ours(self) -> bool:
        """Return whether there is a file of our own, not a link to another's."""
        try:
            found = self.path.lstat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_nlink == 1

    def _noted(self) -> tuple[str, int]:
        try:
            with regular.opened(self._note) as lines:
                noted = json.loads(lines.read(100_000))
            same = noted["url"] == self.url
            return (str(noted["validator"]), int(noted["total"])) if same else ("", 0)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "", 0
