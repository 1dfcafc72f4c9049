"""SVG written anew from an allow-list: only what is drawn, and nothing from outside the picture."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_DRAWN = frozenset(
    """
    svg g a defs symbol use switch style title desc path rect circle ellipse line polyline polygon
    text tspan textPath image marker pattern clipPath mask filter linearGradient radialGradient stop
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence
    """.split()  # noqa: SIM905 - a list literal would be a name a line
)
_WITHIN = re.compile(r"\s*(#|data:image/(png|jpeg|gif|webp);base64,)")
_ADDRESS = re.compile(r"url\((?!\s*['\"]?\s*(#|data:))", re.IGNORECASE)
_STYLE = re.compile(rf"{_ADDRESS.pattern}|@import|image-set|\\", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)", re.IGNORECASE)
_MOST_NESTED = 100
_MOST_DRAWN = 1_000_000


class UnfitError(ValueError):
    """An image that cannot stand on a page; the message says why, as a clause."""


@lru_cache(maxsize=128)  # the figures of one report, and those that the next one shows too
def clean(data: bytes) -> bytes:
    """Return an SVG that draws the same, without scripts, links, animations and editor's notes.

    A picture needs none of these, and a page can then hold it whatever wrote it.

    Raises
    ------
    UnfitError
        It is no SVG, or it cannot be drawn from itself alone: it names another file, declares
        entities, holds a piece of a web page, or repeats its parts without end.
    """
    writer = _Writer()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = writer.doctype
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnfitError(
            f"it is neither a PNG, JPEG, GIF or WebP nor sound SVG ({error})"
        ) from None
    writer.check_repeats()
    return "".join(writer.out).encode()


class _Writer:
    """Writes what a parser reads, less what is not allowed."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.left_out = 0  # how deep within an element that is left out
        self.style: list[str] = []
        self.ids: list[str] = []  # of the open elements
        self.size: Counter[str] = Counter()  # id → elements at and below it; "" is the picture
        self.asks: dict[str, Counter[str]] = {}  # id → ids that are drawn again within it

    def doctype(self, name: str, system: str, public: str, has_subset: bool) -> None:
        if has_subset:
            raise UnfitError("its DOCTYPE declares entities; save it as plain SVG")

    def start(self, name: str, attributes: list[str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self.open and (local != "svg" or space not in {"", _SVG}):
            raise UnfitError("it is not an image")
        within = self.open[-1] if self.open else ""
        if self.left_out or space not in {"", _SVG} or local not in _DRAWN or within == "style":
            if local == "foreignObject" and within != "switch" and not self.left_out:
                raise UnfitError("it holds a piece of a web page (foreignObject): save it without")
            self.left_out += 1
            return
        if len(self.open) >= _MOST_NESTED:
            raise UnfitError(f"its elements are nested more than {_MOST_NESTED} deep")
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        self._count(given)
        self.out.append(f"<{local}")
        if not self.open:
            self.out.append(f' xmlns="{_SVG}" xmlns:xlink="{_XLINK}"')
        for key, value in given.items():
            if written := _attribute(local, key, value):
                self.out.append(f" {written}={quoteattr(value)}")
        self.out.append(">")
        self.open.append(local)

    def end(self, name: str) -> None:
        if self.left_out:
            self.left_out -= 1
            return
        local = self.open.pop()
        self.ids.pop()
        if local == "style":
            rules = "".join(self.style)
            self.style.clear()
            if _STYLE.search(rules):
                raise UnfitError("its style names another file: put what it needs inside")
            self.out.append(escape(rules))
        self.out.append(f"</{local}>")

    def text(self, text: str) -> None:
        if self.left_out:
            return
        if self.open[-1] == "style":
            self.style.append(text)
        else:
            self.out.append(escape(text))

    def _count(self, given: dict[str, str]) -> None:
        """Note the element, and what it draws again, under every id it stands in."""
        self.ids.append(given.get("id", ""))
        references = [
            v.strip()[1:] for k, v in given.items() if k in _HREF and v.strip()[:1] == "#"
        ]
        references += [found for value in given.values() for found in _REFERENCE.findall(value)]
        for identifier in {*self.ids, ""}:
            self.size[identifier] += 1
            self.asks.setdefault(identifier, Counter()).update(references)

    def check_repeats(self) -> None:
        """Refuse a picture whose parts repeat their parts until nobody could draw it."""
        drawn: Counter[str] = Counter()
        try:
            for identifier in TopologicalSorter(self.asks).static_order():
                again = self.asks.get(identifier, {})
                drawn[identifier] = self.size[identifier] + sum(
                    times * drawn[other] for other, times in again.items()
                )
        except CycleError:
            raise UnfitError("a part of it is drawn within itself") from None
        if drawn[""] > _MOST_DRAWN:
            raise UnfitError(f"it draws more than {_MOST_DRAWN:,} elements")


_HREF = ("href", f"{_XLINK} href")


def _attribute(element: str, name: str, value: str) -> str:
    """Return under what name an attribute is written; nothing if it is left out."""
    if name in _HREF:
        if element == "a":
            return ""
        if not _WITHIN.match(value):
            raise UnfitError(f"it shows {shortened(value)!r}, which lies outside it: put it inside")
        return "href" if name == "href" else "xlink:href"
    if (_STYLE if name == "style" else _ADDRESS).search(value):
        raise UnfitError(f"its attribute {name} names another file: put what it needs inside")
    if name in {f"{_XML} space", f"{_XML} lang"}:
        return name.replace(f"{_XML} ", "xml:")
    return "" if " " in name or name.lower().startswith("on") else name


def shortened(address: str) -> str:
    """Return an address as a message can bear it: printable, and not too long."""
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in address)
    return text if len(text) <= 60 else text[:40] + "…"
