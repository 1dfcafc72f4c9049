"""What reports are made from, as hashes and versions, and whether it has been touched since."""

from __future__ import annotations

import hashlib
import html
import json
import os
import platform
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import unquote

from pvtools import places
from pvtools.errors import UsageError
from pvtools.reports import folder

#: the packages whose version shows in a report's bytes
_SHAPING = (
    "fontpkg-fira-sans",
    "gptables",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "pypandoc_binary",
    "scipy",
    "seaborn",
    "typst",
    "xlsxwriter",
)
#: what each is called where people read it
CALLED = {
    "data": "the data",
    "notebook": "the report’s notebook",
    "beside": "a file that the notebook names",
    "code": "pvtools itself",
    "packages": "the software it is made with",
    "output": "the output a report may hold",
    "imprint": "who publishes it",
}


#: A file's name in a text stands alone, or between quotes or brackets and may then hold spaces.
_ALONE = re.compile(r"""[^\s"'<>()=]+""")
_BETWEEN = re.compile(r"""(?=(?:"([^"\n]+)"|'([^'\n]+)'|<([^<>\n]+)>|\(([^()\n]+)\)))""")
_LONGEST_NAME = 1000
#: What lies among figures to be read by people: a notebook of one's own may read it, ours does not.
_NOTES = (".md", ".txt", ".pdf")


class Inputs:
    """The notebook, the data and the code that reports are made from, as they are now.

    With the notebook go the files beside it that its texts name, such as pictures. Reports that
    stand within the data, below ``out``, are no part of them; nor, for a notebook that comes with
    pvtools, are notes among the figures. ``most_output`` is how many bytes a
    notebook may show: more of it may be another page.

    Raises
    ------
    UsageError
        The notebook or the data folder does not exist or cannot be read.
    """

    def __init__(
        self,
        notebook: Path,
        data_dir: Path | None,
        out: Path | None = None,
        *,
        most_output: int = 0,
        imprint: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._notebook, self._data_dir, self._out = notebook, data_dir, out
        self._most_output, self._imprint = most_output, dict(imprint)
        ours = places.notebook(notebook.name)
        _check(notebook, data_dir)
        try:
            # by its bytes: on a worker elsewhere it is a copy
            self._is_ours = ours.is_file() and file_hash(notebook) == file_hash(ours)
            # The stamps first: what changes while files are read is found to be touched.
            self._stamps = self._stamped()
            self.made_from: dict[str, Any] = {
                "notebook": file_hash(notebook),
                "beside": {name: file_hash(path) for name, path in self._beside().items()},
                "data": places.tree_digest(data_dir, outside=self._is_apart) if data_dir else "",
                "code": places.code_digest(),
                "packages": {name: version(name) for name in _SHAPING}
                | {"python": platform.python_version()},
                "output": str(most_output),
            } | ({"imprint": self._imprint} if imprint else {})
        except OSError as error:
            raise UsageError(
                f"{error.filename} cannot be read: {error.strerror}. A report is made from every "
                "file of its data folder: make this one readable, or move it out."
            ) from None

    def touched(self) -> list[str]:
        """Return which of "notebook", "data" and "code" have been changed, even if changed back."""
        try:
            now = self._stamped()
        except OSError:
            return list(self._stamps)
        return [name for name, stamp in now.items() if stamp != self._stamps[name]]

    def files(self) -> dict[str, bytes]:
        """Return the notebook, then the files beside it, by their names from its folder."""
        beside = {name: path.read_bytes() for name, path in self._beside().items()}
        return {self._notebook.name: self._notebook.read_bytes()} | beside

    def again(self) -> Self:
        """Return the same as they are now."""
        return type(self)(
            self._notebook,
            self._data_dir,
            self._out,
            most_output=self._most_output,
            imprint=self._imprint,
        )

    def _stamped(self) -> dict[str, places.Stamp]:
        return {
            "notebook": (places.file_stamp(self._notebook),),
            "beside": tuple(
                (name, *places.file_stamp(path)) for name, path in self._beside().items()
            ),
            "data": places.tree_stamp(self._data_dir, outside=self._is_apart)
            if self._data_dir
            else (),
            "code": places.code_stamp(),
        }

    def _beside(self) -> dict[str, Path]:
        """Return the files at or below the notebook's folder that its texts name."""
        home = self._notebook.parent.resolve()
        found = {}
        stamp = places.file_stamp(self._notebook)
        for name in sorted(_named_in(self._notebook, stamp)):
            path = Path(os.path.realpath(home / name))
            if path.is_relative_to(home) and not self._is_report(path) and folder.is_file(path):
                found[path.relative_to(home).as_posix()] = path
        return found

    def _is_apart(self, path: Path) -> bool:
        """Return whether a file of the data folder is a report, or a note that ours never reads."""
        return self._is_report(path) or (self._is_ours and path.suffix.lower() in _NOTES)

    def _is_report(self, path: Path) -> bool:
        return self._out is not None and folder.holds(self._out, path)


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return which inputs are others than before: "data", "code" …"""
    return [name for name in {**now, **before} if before.get(name) != now.get(name)]


def file_hash(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=2)
def _named_in(notebook: Path, _stamp: tuple[int, ...]) -> set[str]:
    """Return whatever in a notebook's texts could name a file that its code does not name too.

    What code names it may write itself: that is no input. Asked again after every report, so a
    notebook is read again only where its stamp is another one.
    """
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        parts = [(cell["cell_type"] == "code", "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return set()  # no notebook: that is reported when it is opened
    code, text = (
        "\n".join(part for is_code, part in parts if is_code is of) for of in (True, False)
    )
    names = {*_ALONE.findall(text), *filter(None, chain(*_BETWEEN.findall(text)))}
    names |= {change(name) for name in names for change in (unquote, html.unescape)}
    return {
        name
        for name in names
        if len(name) <= _LONGEST_NAME and "\0" not in name and Path(name).name not in code
    }


def _check(notebook: Path, data_dir: Path | None) -> None:
    if not notebook.is_file():
        raise UsageError(f"There is no notebook {notebook}. Give the path of an .ipynb file.")
    if data_dir is not None and not data_dir.is_dir():
        raise UsageError(
            f"There is no data folder {data_dir}. "
            "Leave out --data to use the figures that come with pvtools."
        )
