"""What of an output a page can hold, and the kind of what only a running notebook can show."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported where HTML is read
    from bs4 import BeautifulSoup, Tag

#: How the type of an output begins → what it shows that no page can.
_TYPES = {
    "application/geo+json": "interactive map",
    "application/pdf": "PDF document",
    "application/vnd.bokeh": "interactive chart",
    "application/vnd.holoviews": "interactive chart",
    "application/vnd.jupyter.widget-view": "interactive control",
    "application/vnd.plotly": "interactive chart",
    "application/vnd.vega": "interactive chart",
    "audio/": "sound recording",
    "video/": "video",
    "application/javascript": "script",  # last: what it draws says more
    "text/javascript": "script",
}
#: Element → what it shows; it goes with all it holds.
_ELEMENTS = {
    "audio": "sound recording",
    "canvas": "drawing",
    "embed": "embedded document",
    "iframe": "embedded page",
    "object": "embedded document",
    "video": "video",
}
#: What is worth a word only where nothing else can be seen.
_IDLE = {
    "button": "interactive control",
    "input": "interactive control",
    "script": "script",
    "select": "interactive control",
    "textarea": "interactive control",
}
_WORDS = {"application/json", "text/html", "text/latex", "text/markdown", "text/plain"}
_UNSEEN = ["base", "head", "link", "meta", "noscript", "style", "template", "title"]
_SEEN = ["hr", "img"]
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
#: What draws something is known by its name, whatever element it draws in.
_DRAWN_BY = {
    "interactive map": re.compile(r"folium|leaflet|pydeck|kepler\.gl", re.IGNORECASE),
    "interactive chart": re.compile(
        r"plotly|vega-?embed|vega-?lite|bokeh|echarts|highcharts|holoviews", re.IGNORECASE
    ),
}
#: What an SVG keeps for others to draw, what draws by itself, and what is no more than an ornament.
_STORED = re.compile(r"<(defs|symbol)\b.*?</\1>", re.DOTALL)
_DRAWS = re.compile(r"<(path|rect|circle|ellipse|line|poly\w+|text|image|use)\b")
_DECORATES = re.compile(r"""aria-hidden\s*=\s*["']?true""")
#: What stands in place of a map until a notebook is trusted.
_UNTRUSTED = re.compile("Make this Notebook Trusted")
_REPR = re.compile(r"<.*>|(alt|hv|pn)\.\w+\(.*\)|Figure\(\{.*\}\)", re.DOTALL)
#: What stands for an object that has no words: its place in the memory, or a figure's size.
_OBJECT = re.compile(r"[\[(]?<([\w.]+)[^<>]* at 0x[0-9a-f]+>.*", re.DOTALL | re.IGNORECASE)
_FIGURE = re.compile(r"<Figure size .*>")
#: What a call that draws returns besides.
_DRAWING = re.compile(r"[\[(]?<(\w*Axes|\w+Container|Figure size)\b.*>.*|Text\(.*\)", re.DOTALL)


def read_html(source: str, plain: str = "") -> tuple[str, list[str]]:
    """Return the HTML that a page can hold, and the kinds of what it cannot.

    The first is empty where nothing is left to be seen: a frame, a script and the element they
    would fill are no content. Then there is a kind, unless the source shows nothing at all.

    Parameters
    ----------
    source
        HTML of an output.
    plain
        The same output as plain text, which may name what draws it.

    Examples
    --------
    >>> read_html("<p>Two</p><iframe src='https://example.org'></iframe>")
    ('<p>Two</p>', ['embedded page'])
    """
    from bs4 import BeautifulSoup

    page = BeautifulSoup("".join(_svg_as_images(source)), "html.parser")
    for hidden in [*page(_UNSEEN), *page(style=_HIDDEN), *page(_hides)]:
        hidden.extract()
    kinds = _embedded(page)
    idle = [_IDLE[element.name] for element in page(list(_IDLE))]
    filled = page.find(True) is not None
    for element in [*page([*_ELEMENTS, *_IDLE]), *page(string=_UNTRUSTED)]:
        element.extract()
    if kinds or "script" in idle:
        drawn = (kind for kind, name in _DRAWN_BY.items() if name.search(plain + source))
        kinds = [kind] if (kind := next(drawn, "")) else kinds
    for table in page("table"):
        _head(table)
    if page.get_text(strip=True) or page(_SEEN):
        return str(page), kinds
    shell = filled and names_an_object({"text/plain": plain})
    return "", kinds or idle[:1] or ["output made of HTML"] * shell


def embedded(source: str) -> list[str]:
    """Return the kinds of what HTML embeds that no page can show."""
    from bs4 import BeautifulSoup

    return _embedded(BeautifulSoup(source, "html.parser"))


def kinds_of(data: Mapping[str, Any]) -> list[str]:
    """Return the kinds of what an output shows that is neither words nor a picture.

    A plain text that is an answer, rather than the name of an object, speaks for the output.
    """
    for begin, kind in _TYPES.items():
        if any(mime.startswith(begin) for mime in data):
            return [kind]
    if data.keys() == {"text/plain"}:
        plain = data["text/plain"].strip()
        found = _OBJECT.fullmatch(plain)
        named = [f"object of the kind {found[1]}"] if found else []
        return ["figure"] if _FIGURE.fullmatch(plain) else named
    others = [mime for mime in data if mime not in _WORDS]
    return [f"output of the type {others[0]}"] if others and names_an_object(data) else []


def names_an_object(data: Mapping[str, Any]) -> bool:
    """Say whether a plain text says nothing: ``<IPython.core.display.HTML object>``."""
    plain = data.get("text/plain", "").strip()
    return not plain or _REPR.fullmatch(plain) is not None


def echoes_a_drawing(data: Mapping[str, Any]) -> bool:
    """Say whether an output is only what a call that draws returns: ``<Axes: xlabel='year'>``."""
    plain = data.get("text/plain", "").strip()
    echo = _DRAWING.fullmatch(plain) or _OBJECT.fullmatch(plain)
    return data.keys() == {"text/plain"} and echo is not None


def as_json(data: Any) -> str:
    """Return the value of a JSON output as text."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def _head(table: Tag) -> None:
    """Make headers of the empty cells in a first row that holds nothing else but headers."""
    row = table.tr
    cells = row(["th", "td"], recursive=False) if row else []
    if any(cell.name == "th" for cell in cells) and not any(
        cell.name == "td" and cell.get_text(strip=True) for cell in cells
    ):
        for cell in cells:
            cell.name = "th"


def _hides(element: Tag) -> bool:
    return element.has_attr("hidden") or element.get("aria-hidden") == "true"


def _embedded(page: BeautifulSoup) -> list[str]:
    return list(dict.fromkeys(_ELEMENTS[element.name] for element in page(list(_ELEMENTS))))


def _svg_as_images(source: str) -> Iterator[str]:
    """Yield HTML whose drawings are images, so that their names become alt texts."""
    lower, at = source.lower(), 0
    while (begin := lower.find("<svg", at)) >= 0 and (end := lower.find("</svg>", begin)) >= 0:
        yield source[at:begin]
        at = end + len("</svg>")
        svg = source[begin:at]
        opening = svg.partition(">")[0]
        if _DRAWS.search(_STORED.sub("", svg)) and not _DECORATES.search(opening):
            named = re.search(r"""aria-label\s*=\s*(["'])(.*?)\1""", opening, re.DOTALL)
            titled = re.search(r"<title[^>]*>([^<]*)</title>", svg)
            alt = named[2] if named else titled[1] if titled else ""
            data = base64.b64encode(svg.encode()).decode()
            yield f'<img alt="{escape(unescape(alt))}" src="data:image/svg+xml;base64,{data}">'
    yield source[at:]
