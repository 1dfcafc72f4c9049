"""Typst in a process of its own: no file but the page's, no network, and an end to its patience.

A notebook may hold Typst, which is a language: it may run for ever, take all memory, ask for
packages from the web, or bring its process down. None of that reaches the process that asked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

#: A report of five pages takes a tenth of a second.
SECONDS = 120
MEMORY = 4 * 2**30
#: Where nobody can listen. Typst fetches packages through the proxy it is given and has no
#: setting that forbids it.
_NOWHERE = "http://127.0.0.1:0"


class RefusedError(Exception):
    """Typst cannot set the page; the message is its own diagnostic."""


def typeset(
    files: Mapping[str, bytes],
    *,
    standards: Sequence[str],
    fonts: Sequence[Path],
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> bytes:
    """Return the PDF of a Typst project whose first file is ``main.typ``.

    Raises
    ------
    RefusedError
        Typst refuses it, fails, takes longer than ``seconds`` or more than ``memory`` (bytes).
    """
    with TemporaryDirectory(prefix="pvtools-") as place:
        folder = Path(place)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        order = {
            "folder": place,
            "standards": list(standards),
            "fonts": [str(folder) for folder in fonts],
            "memory": memory,
        }
        try:
            run = subprocess.run(  # noqa: S603 - this file, in this interpreter
                # -P: the files beside this one are not to be taken for Python's own.
                [sys.executable, "-P", __file__],
                input=json.dumps(order),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                timeout=seconds,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            raise RefusedError(
                f"error: setting the page took longer than {seconds:g} seconds, and was ended"
            ) from None
        if run.returncode == 0:
            return (folder / _PDF).read_bytes()
        raise RefusedError(run.stdout or "error: Typst failed, perhaps for lack of memory")


_PDF = "main.pdf"


def _environment() -> dict[str, str]:
    proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    return kept | {"https_proxy": _NOWHERE, "all_proxy": _NOWHERE, "PYTHONIOENCODING": "utf-8"}


def _set_page(order: Mapping[str, Any]) -> None:
    """Write the PDF of a project beside it; runs in the process of its own."""
    import typst

    _limit_memory(order["memory"])
    folder = Path(order["folder"])
    compiler = typst.Compiler(
        str(folder / "main.typ"),
        root=str(folder),
        # Typst brings along fonts for code, symbols and maths; the computer's own would make the
        # same notebook look different elsewhere.
        font_paths=order["fonts"],
        ignore_system_fonts=True,
        # Nor packages that happen to lie on this computer: there are none at these places.
        package_path=str(folder / "no-packages"),
        package_cache_path=str(folder / "no-packages"),
    )
    try:
        pdf, _ = compiler.compile_with_warnings(format="pdf", pdf_standards=order["standards"])
    except typst.TypstError as error:
        print(error.diagnostic)
        sys.exit(1)
    (folder / _PDF).write_bytes(pdf)


def _limit_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    _set_page(json.load(sys.stdin))
