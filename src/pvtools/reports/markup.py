"""Markdown, HTML and LaTeX of a notebook turned into Typst or HTML by one pandoc process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import pypandoc

from pvtools.errors import ExportError

_SECONDS = 120
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Text:
    """A text to convert; ``format`` is pandoc's name of what it is written in."""

    text: str
    format: Literal["gfm", "html", "latex"] = "gfm"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading a piece brings along (level 0: none), and the ids it takes in a web page."""

    level: int
    ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """An image a text asks for: the name it has in the markup, where it is, what it says."""

    name: str
    src: str
    alt: str


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one item: markup and images of a text, or the level of a heading.

    ``raw_html`` is the HTML that stood in a text written in Markdown; ``as_written``
    counts formulas and commands that pandoc does not know, which stand in the markup as code.
    """

    markup: str = ""
    images: Sequence[Image] = ()
    level: int = 0
    raw_html: str = ""
    as_written: int = 0


@dataclass(frozen=True, slots=True)
class Title:
    """The title found in the texts, as plain text and as markup."""

    text: str
    markup: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """All items in their order, and the title if the texts hold one."""

    items: Sequence[Converted] = field(default_factory=tuple)
    title: Title | None = None


def convert(
    items: Sequence[Text | Heading], *, to: Literal["typst", "html"], title: str | None = None
) -> Conversion:
    """Return the items as markup, with heading levels that never skip and one title.

    With no ``title`` given, the first heading of level 1 is the title; where it opens the
    page (or repeats the given title) it leaves its text. Each text is parsed on its own, in
    pandoc's sandbox; all of them share one process, because starting pandoc is what costs.

    Raises
    ------
    ExportError
        Pandoc failed, or did not come to an end.
    """
    if not items:
        return Conversion()
    order: dict[str, Any] = {"to": to, "items": [_order(item) for item in items]}
    if title is not None:
        # Where a piece brings the first heading, no text can repeat the title: what it is plays
        # no part, and the reports of all areas ask for the same.
        order["title"] = "" if _begins_with_a_piece(items) else title
    answer = json.loads(_answered(json.dumps(order)))
    return Conversion(
        tuple(
            Converted(
                item.get("markup", ""),
                tuple(Image(**image) for image in item.get("images", ())),
                item.get("level", 0),
                item.get("raw_html", ""),
                item.get("as_written", 0),
            )
            for item in answer["items"]
        ),
        Title(**answer["title"]) if answer.get("title") else None,
    )


def _begins_with_a_piece(items: Sequence[Text | Heading]) -> bool:
    first = items[0]
    return isinstance(first, Heading) and first.level > 0


@lru_cache(maxsize=4)
def _answered(order: str) -> str:
    """Return what pandoc answers: the texts that reports have in common it is asked only once."""
    try:
        run = subprocess.run(  # noqa: S603 - pandoc from its package, with a script of ours
            [_pandoc(), "lua", str(TEMPLATES / "markup.lua")],
            input=order,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ExportError(
            f"Pandoc did not finish the notebook's texts within {_SECONDS} seconds. "
            "Look for a text that is very long or nested very deep, and divide it."
        ) from None
    if run.returncode != 0:
        raise ExportError(f"Pandoc could not convert the notebook's texts: {run.stderr.strip()}")
    return run.stdout


def _order(item: Text | Heading) -> dict[str, Any]:
    if isinstance(item, Heading):
        return {"level": item.level, "ids": list(item.ids)}
    # Pandoc takes the last row of a table for a paragraph where no line ends it.
    return {"text": f"{item.text}\n", "format": item.format}


@cache
def _pandoc() -> str:
    return pypandoc.get_pandoc_path()
