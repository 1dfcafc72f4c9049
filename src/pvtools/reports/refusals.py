"""What Typst refuses to set, told by the cells of the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pvtools.reports.page import Page

_PLACE = re.compile(r"┌─ \S*?cell-(\d+)\.typ")
_PACKAGE = re.compile(r"packages\.typst\.org/preview/([\w.-]+)\.tar\.gz")
_FORMULA = re.compile(r'#described\("((?:[^"\\]|\\.)*)"')
_NO_GLYPH = re.compile(r'the text `"(.*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def explained(diagnostic: str, page: Page) -> str:
    """Return what Typst complains about, cell by cell, without its drawing of the source."""
    names = {cell.number: cell.name for cell in page.cells}
    faults: dict[str, None] = {}  # ordered, each once
    missing: dict[str, dict[str, None]] = {}  # characters no font has, by cell
    for complaint in re.split(r"\n(?=error: |warning: )", diagnostic):
        if complaint.startswith("warning: "):
            continue
        fault = complaint.splitlines()[0].removeprefix("error: ")
        place = _PLACE.search(complaint)
        if glyph := _NO_GLYPH.search(fault):
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), glyph[1])
            for cell in [names[int(place[1])]] if place else _showing(text, page) if text else []:
                missing.setdefault(cell, {})[text] = None
            continue
        if package := _PACKAGE.search(fault):
            fault = f"it asks for the package {package[1]}, and no package is ever downloaded"
        elif formula := _FORMULA.search(complaint):
            fault = f"{fault}, in the formula {formula[1]}"
        faults[f"  {names[int(place[1])]}: {fault}." if place else f"  {fault}."] = None
    faults |= {
        f"  {cell}: no font has the {_told(texts)}.": None for cell, texts in missing.items()
    }
    return "\n".join(
        [
            "The notebook cannot be set as an accessible PDF:",
            *faults,
            *([_FONTS] if missing else []),
        ]
    )


_FONTS = (
    "Write such characters in words, or name a folder of fonts that have them in the environment "
    "variable PVTOOLS_FONTS."
)


def _showing(text: str, page: Page) -> list[str]:
    """Return the names of the cells that show a text: in words, or in a picture."""
    found = []
    for cell in page.cells:
        pictures = [page.images.files.get(part.image, b"") for part in cell.parts]
        for part in cell.parts:
            if part.kind == "markup":
                pictures += [page.images.files[image.name] for image in part.content.images]
        words = (text in str(part.content) for part in cell.parts)
        if any(words) or any(text.encode() in picture for picture in pictures):
            found.append(cell.name)
    return found or ["the title, the footer or a picture"]


def _told(texts: Iterable[str]) -> str:
    told = [repr(text) for text in texts]
    some = ", ".join(told[:10]) + (f" and {len(told) - 10} more" if len(told) > 10 else "")
    return f"character{'s' if len(told) > 1 else ''} {some}"
