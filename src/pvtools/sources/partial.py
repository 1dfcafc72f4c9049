"""A download in progress: bytes on disk and what is needed to carry on with them later."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit


@dataclass(slots=True)
class Partial:
    """The part of a file that has arrived, in a folder of its own for each address.

    ``validator`` is what the server called this version of the file (a strong ETag, or a date).
    Only with one can a later request be sure that it carries on with the same version.
    """

    url: str
    folder: Path
    validator: str = ""
    _note: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._note = self.path.with_name(f"{self.path.name}.json")
        self.validator = self._noted()
        if not self.validator:
            self.path.unlink(missing_ok=True)

    @classmethod
    def of(cls, url: str, downloads: Path) -> Partial:
        """Return the part of ``url`` that lies below ``downloads``, perhaps empty."""
        return cls(url, downloads / hashlib.sha256(url.encode()).hexdigest()[:12])

    @property
    def name(self) -> str:
        """Return the file's name as the address gives it."""
        name = PurePosixPath(unquote(urlsplit(self.url).path)).name
        return name.replace("\0", "") if name not in ("", ".", "..") else "download"

    @property
    def path(self) -> Path:
        """Return where the bytes lie."""
        return self.folder / f"{self.name}.part"

    @property
    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest, if it is still the same version."""
        if not (self.validator and self.size):
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self.validator}

    def note(self, validator: str) -> None:
        """Remember which version the bytes belong to, before the first of them is written."""
        self.validator = validator
        self._note.write_text(json.dumps({"url": self.url, "validator": validator}))

    def forget(self) -> None:
        """Throw the bytes away."""
        self.validator = ""
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

    def _noted(self) -> str:
        try:
            noted = json.loads(self._note.read_text())
            return noted["validator"] if noted["url"] == self.url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""
