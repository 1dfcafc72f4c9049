"""The first page of a folder of reports: a map of London, a list, and what has gone wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pvtools import __version__, areas, style
from pvtools.areas import Area
from pvtools.reports import folder, inputs, manifest, scripts

#: form → what it is to a reader
_FORMS = {"pdf": "PDF", "html": "Web page", "xlsx": "Spreadsheet"}
#: long words, with where they may be divided on a narrow screen
_LONG_WORDS = (
    "Dagen|ham Green|wich Hammer|smith Haver|ing Hilling|don Isling|ton Kensing|ton Kings|ton "
    "Lewi|sham Red|bridge Rich|mond South|wark Wands|worth West|minster"
)
_DIVIDED = {
    word.replace("|", ""): word.replace("|", "\N{SOFT HYPHEN}") for word in _LONG_WORDS.split()
}


#: Shows the rows whose name holds what is typed; without scripts the whole list stands.
_SEARCH = """
const field = document.getElementById("search"), said = document.getElementById("found");
const rows = [...document.querySelectorAll("tr[data-name]")];
field.closest("p").hidden = false;
field.addEventListener("input", () => {
  const asked = field.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    row.hidden = !row.dataset.name.includes(asked);
    shown += row.hidden ? 0 : 1;
  }
  for (const part of document.querySelectorAll("tbody"))
    part.hidden = !part.querySelector("tr[data-name]:not([hidden])");
  said.textContent = asked ? `${shown} of ${rows.length} found` : "";
});
"""


@dataclass(frozen=True, slots=True)
class Link:
    """One file a reader may open."""

    url: str
    label: str
    size: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One report, as the page shows it."""

    name: str
    state: str
    remark: str
    links: tuple[Link, ...]
    slug: str = ""
    area: Area | None = None
    inside: str = ""  # the boroughs of a command unit, the code of a row
    parent: str = ""

    @property
    def divided(self) -> str:
        """Return the name with where its long words may be divided."""
        return " ".join(_DIVIDED.get(word, word) for word in self.name.split())

    @property
    def best(self) -> str:
        """Return where the tile leads: the web page opens everywhere, then the PDF."""
        by_label = {link.label: link.url for link in self.links}
        return by_label.get("Web page") or by_label.get("PDF") or self.links[0].url


def render(
    reports: Mapping[str, Mapping[str, Any]], made_from: Mapping[str, Any], heading: str = ""
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    reports
        The records of the manifest, by slug.
    made_from
        The inputs of today: a report made from others says so.
    heading
        Of a page of reports that are not of areas; they are listed as they are recorded.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pvtools.reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    reports = manifest.well_formed(reports)
    shown = _listed(reports, made_from) if heading else _mapped(reports, made_from)
    tiles = shown["tiles"]
    vintages = dict.fromkeys(
        sentence
        for tile in tiles
        if tile.state == "ready"
        for vintage in reports[tile.slug].get("vintages", ())
        for sentence in re.split(r"(?<=\.) ", vintage)
    )
    return environment.get_template("index.html.j2").render(
        **shown,
        heading=heading,
        forms=[
            form
            for form in _FORMS.values()
            if not heading or any(link.label == form for tile in tiles for link in tile.links)
        ],
        count=sum(tile.state in {"ready", "older"} for tile in tiles),
        whole=sum(tile.area is None or tile.area.has_report for tile in tiles),
        vintages=list(vintages),
        style=style,
        script=_SEARCH,
        script_name=scripts.named(_SEARCH),
        version=__version__,
    )


def is_ours(page: Path) -> bool:
    """Say whether a page was written by :func:`render`, of this version or an earlier one."""
    try:
        return folder.is_file(page) and b"Made with pvtools" in page.read_bytes()[-2000:]
    except OSError:
        return False


def _mapped(
    reports: Mapping[str, Mapping[str, Any]], made_from: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the areas as the page's map and list show them."""

    def tile(area: Area) -> Tile:
        return _tile(area.name, area.slug, reports.get(area.slug), made_from, area)

    boroughs = [tile(b) for b in areas.everywhere()]
    london, units = tile(areas.london()), [tile(unit) for unit in areas.bcus()]
    return {
        "tiles": [london, *sorted(boroughs, key=lambda tile: tile.name), *units],
        "london": london,
        "units": units,
        "in_reading_order": sorted(boroughs, key=lambda t: (t.area.grid_row, t.area.grid_col)),
    }


def _listed(
    reports: Mapping[str, Mapping[str, Any]], made_from: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the reports by what they are a part of and by name, as the page lists them."""
    tiles = [
        _tile(record.get("area") or slug, slug, record, made_from)
        for slug, record in reports.items()
    ]
    return {"tiles": sorted(tiles, key=lambda tile: (tile.parent, tile.name, tile.slug))}


def _tile(
    name: str,
    slug: str,
    record: Mapping[str, Any] | None,
    made_from: Mapping[str, Any],
    area: Area | None = None,
) -> Tile:
    state, remark = _state(area, record, made_from)
    links = ()
    if record is not None and record["status"] == "built":
        links = tuple(_link(path, known["bytes"]) for path, known in record["outputs"].items())
    elif record is not None:
        links = tuple(_link(path, None) for path in record.get("earlier", ()))
    inside = ", ".join(part.name for part in areas.members(area)) if _is_unit(area) else ""
    code = record.get("code", "") if area is None and record else ""
    parent = record.get("parent", "") if area is None and record else ""
    return Tile(name, state, remark, links, slug, area, inside or code, parent)


def _is_unit(area: Area | None) -> bool:
    return area is not None and area.kind == "bcu"


def _state(
    area: Area | None, record: Mapping[str, Any] | None, made_from: Mapping[str, Any]
) -> tuple[str, str]:
    if area is not None and not area.has_report:
        return "none", "No report: the City has a police force of its own."
    if record is None:
        return "none", "No report has been made yet."
    if record["status"] != "built":
        how = "stopped early" if record["status"] == "stopped early" else "could not be made"
        why = f"The report {how}: {record.get('error') or 'no reason was given'}"
        kept = " An earlier report was kept; it is out of date." if record.get("earlier") else ""
        return "failed", why + kept
    changed = [inputs.CALLED[name] for name in inputs.changed(record["inputs"], made_from)]
    if changed:
        return "older", f"Out of date: since it was made, {' and '.join(changed)} changed."
    return "ready", ""


def _link(name: str, size: int | None) -> Link:
    form = name.rsplit(".", 1)[-1]
    return Link(quote(name), _FORMS.get(form, form.upper()), _written(size) if size else "")


def _written(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
