"""Everything that is wrong with a file that describes an index, found in one reading."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pvtools import measures
from pvtools.errors import Fault, did_you_mean

TOP = "index"
HALVES = ("recorded", "perceived")
BETTER = {"higher": 1, "lower": -1}
#: Kinds of offence that rates are held of; tables of one's own may hold others.
GROUPS = (
    "Arson and criminal damage",
    "Burglary",
    "Domestic abuse",
    "Hate crime",
    "Knife crime",
    "Robbery",
    "Theft",
    "Vehicle offences",
    "Violence against women and girls",
    "Violence with injury",
)
_SCALES = ("goalposts", "minmax", "reference", "z", "z100", "percentile")
_MEANS = ("arithmetic", "geometric", "harmonic")
_MISSING = ("drop", "reweight", "base")
_LIGHTEST, _HEAVIEST = 0.001, 1000
_LONGEST_CARRY, _LONGEST_LABEL = 10, 80
_NUMBER = (int, float)
_CALLED = {
    str: "text in quotation marks",
    list: "a list",
    dict: "a table",
    int: "a whole number",
    _NUMBER: "a number",
}

#: What an entry of each kind must hold, and what else it may: the type of each.
NEEDED: dict[str, dict[str, Any]] = {
    "halves": {"label": str, "weight": _NUMBER},
    "domains": {"half": str, "label": str, "weight": _NUMBER},
    "indicators": {
        "domain": str,
        "label": str,
        "measure": str,
        "better": str,
        "weight": _NUMBER,
        "why": str,
    },
}
_MAY: dict[str, dict[str, Any]] = {
    "halves": {},
    "domains": {},
    "indicators": {"group": str, "missing": str, "carry": int, "error": _NUMBER, "goalposts": list},
}
_TOP_NEEDED = {"title": str, "base": str, "normalisation": str, "aggregation": str}
_TOP_MAY = {"bands": list, **dict.fromkeys(NEEDED, dict)}


def faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield all that is wrong with a description: of each entry, then of how entries fit."""
    yield from _fields("the file", given, _TOP_NEEDED, _TOP_MAY)
    kinds: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, needed in NEEDED.items():
        entries = given.get(kind)
        kinds[kind] = {}
        if not isinstance(entries, dict):
            if kind not in given:
                yield Fault(f"no [{kind}.…]", "at least one")
            continue
        if not entries:
            yield Fault(f"no [{kind}.…]", "at least one")
        for key, entry in entries.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
                yield Fault(f"the name {key!r} in {kind}", "small letters, digits and _")
            if not isinstance(entry, dict):
                yield Fault(f"{kind}.{key} = {entry!r}", f"a table [{kind}.{key}]")
                continue
            yield from _fields(f"{kind}.{key}", entry, needed, _MAY[kind])
            kinds[kind][key] = _readable(entry, {**needed, **_MAY[kind]})
    yield from _top(_readable(given, {**_TOP_NEEDED, **_TOP_MAY}))
    yield from _entries(**kinds)
    for key, entry in kinds["indicators"].items():
        yield from _indicator(key, entry, given.get("normalisation"))
    yield from _twice(kinds["indicators"])


def _fields(
    where: str, entry: Mapping[str, Any], needed: Mapping[str, Any], may: Mapping[str, Any]
) -> Iterator[Fault]:
    allowed = {**needed, **may}
    for name in needed:
        if name not in entry:
            yield Fault(f"{where} without {name!r}", f"{name} = {_CALLED[needed[name]]}")
    for name, value in entry.items():
        if name not in allowed:
            yield Fault(f"{name!r} in {where}{_near(name, allowed)}", ", ".join(allowed))
        elif not _is(value, allowed[name]):
            yield Fault(f"{name} = {value!r} in {where}", _CALLED[allowed[name]])


def _is(value: object, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _readable(entry: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of an entry that are of the type they should be."""
    return {name: value for name, value in entry.items() if _is(value, kinds.get(name, ()))}


def _near(name: str, allowed: Collection[str]) -> str:
    near = did_you_mean(name, allowed).strip()
    return f" ({near})" if near else ""


def _top(top: Mapping[str, Any]) -> Iterator[Fault]:
    if "base" in top and not re.fullmatch(r"year to \d{4}-(0[1-9]|1[0-2])", top["base"]):
        yield Fault(f"base = {top['base']!r}", '"year to 2022-12", a year that ends in a month')
    yield from _one_of("normalisation", top.get("normalisation"), _SCALES)
    yield from _one_of("aggregation", top.get("aggregation"), _MEANS)
    yield from _label("title", top.get("title"))
    bands = top.get("bands", [])
    rising = all(_finite(band) for band in bands) and sorted(set(bands)) == bands
    if not rising:
        yield Fault(f"bands = {bands!r}", "numbers from low to high")


def _entries(
    halves: dict[str, Any], domains: dict[str, Any], indicators: dict[str, Any]
) -> Iterator[Fault]:
    """Find names, labels and weights that may not be, and entries that do not fit together."""
    if halves and set(halves) != set(HALVES):
        yield Fault(
            f"the halves {', '.join(halves)}",
            f"{' and '.join(HALVES)}: an index of one half hides that they can move apart",
        )
    for key in {TOP, *HALVES} & set(indicators):
        yield Fault(f"an indicator called {key!r}", "another name: that one is taken")
    for kind, entries in (("halves", halves), ("domains", domains), ("indicators", indicators)):
        labels: dict[str, str] = {}
        for key, entry in entries.items():
            if not _LIGHTEST <= entry.get("weight", 1) <= _HEAVIEST:
                yield Fault(
                    f"weight = {entry['weight']!r} in {kind}.{key}",
                    f"a number from {_LIGHTEST} to {_HEAVIEST:,}",
                )
            yield from _label(f"label in {kind}.{key}", entry.get("label"))
            label = entry.get("label", "").strip().casefold()
            if label and label in labels:
                yield Fault(
                    f"label = {entry['label']!r} in {kind}.{key} and {kind}.{labels[label]}",
                    "a label of its own for each",
                )
            labels.setdefault(label, key)
    yield from _belongs("domains", domains, "half", halves)
    yield from _belongs("indicators", indicators, "domain", domains)


def _label(name: str, value: str | None) -> Iterator[Fault]:
    if value is not None and not (0 < len(value.strip()) <= _LONGEST_LABEL and value.isprintable()):
        allowed = f"1 to {_LONGEST_LABEL} letters on one line"
        yield Fault(f"{name} = {value[:_LONGEST_LABEL]!r}", allowed)


def _belongs(
    kind: str, entries: dict[str, Any], above: str, groups: dict[str, Any]
) -> Iterator[Fault]:
    used = [(key, entry[above]) for key, entry in entries.items() if above in entry]
    for key, group in used:
        if groups and group not in groups:
            found = f"{above} = {group!r} in {kind}.{key}{_near(group, groups)}"
            yield Fault(found, ", ".join(groups))
    for group in groups:
        if entries and group not in [one for _, one in used]:
            yield Fault(
                f"nothing in the {above} {group!r}", f"one of the {kind}, or no such {above}"
            )


def _indicator(key: str, entry: Mapping[str, Any], scale: object) -> Iterator[Fault]:
    where = f"indicators.{key}"
    yield from _one_of(f"better in {where}", entry.get("better"), BETTER)
    yield from _one_of(f"missing in {where}", entry.get("missing"), _MISSING)
    measure = entry.get("measure")
    known = [name for name, one in measures.MEASURES.items() if "level" in one.quantities]
    if measure is not None and measure not in known:
        near = _near(measure, known)
        yield Fault(
            f"measure = {measure!r} in {where}{near}", "a measure of the register of measures"
        )
    group = entry.get("group", "")
    if measure == "offence_rate" and group not in GROUPS and (near := _near(group, GROUPS)):
        yield Fault(f"group = {group!r} in {where}{near}", ", ".join(GROUPS))
    if not 0 <= entry.get("carry", 0) <= _LONGEST_CARRY:
        yield Fault(f"carry = {entry['carry']} in {where}", f"years, 0 to {_LONGEST_CARRY}")
    if not (0 <= entry.get("error", 0) < math.inf):
        yield Fault(
            f"error = {entry['error']} in {where}",
            "a standard error in the units of the measure; 0 for a full count",
        )
    if not entry.get("why", "-").strip():
        yield Fault(f"an empty why in {where}", "why it belongs in the index")
    ends = entry.get("goalposts")
    if ends is None:
        if scale == "goalposts":
            yield Fault(f"no goalposts in {where}", "goalposts = [lowest, highest]")
    elif len(ends) != 2 or not all(_finite(end) for end in ends) or not ends[0] < ends[1]:
        yield Fault(f"goalposts = {ends!r} in {where}", "[lowest, highest]")


def _one_of(name: str, value: str | None, allowed: Collection[str]) -> Iterator[Fault]:
    if value is not None and value not in allowed:
        yield Fault(f"{name} = {value!r}{_near(value, allowed)}", ", ".join(allowed))


def _finite(value: object) -> bool:
    return _is(value, _NUMBER) and abs(value) < 1e12


def _twice(indicators: dict[str, Any]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for key, entry in indicators.items():
        what = entry.get("measure", key), entry.get("group", "")
        if what in seen:
            yield Fault(f"indicators.{key} is indicators.{seen[what]} again", "each thing once")
        seen.setdefault(what, key)
